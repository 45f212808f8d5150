#include "view/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "view/gpkg.h"

#define SQL_BYTES_MAX 512u
/* Fewer are put one by one; so are those that meet more than so many times as many. */
#define MANY_MIN     256u
#define MANY_AMONG   4u
#define CELL_BYTES   24u
#define HEAD_BYTES   4u
#define NODE_BYTES   4096u /* larger than any node of this module, which has 51 cells at most */
#define FILLED_TENTH 8u    /* of a node: what comes later should find room */
#define ROOT         1

struct cell {
    int64_t id; /* a fid, or above the leaves the number of a node */
    float min_x, max_x, min_y, max_y;
};

static struct by_layer *layer_of(struct by_view *view, const struct by_table *table)
{
    return &view->shape.layers[table - view->shape.schema.tables];
}

/* A statement on one of the R-tree's tables: "node", "rowid", "parent"; NULL: on the tree itself.
 */
static sqlite3_stmt *prepare(struct by_view *view, const struct by_table *table, const char *before,
                             const char *part, const char *behind, sqlite3_stmt **slot)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    if (*slot == NULL) {
        status = by_buffer_append_format(&sql, "%s ", before);
        if (status == BANYAN_OK)
            status = by_gpkg_rtree_name(table, part, &sql);
        if (status == BANYAN_OK)
            status = by_buffer_append_format(&sql, " %s", behind);
    }
    if (status == BANYAN_OK)
        by_view_prepare(view, (const char *)sql.data, slot);
    by_buffer_deinit(&sql);
    return *slot;
}

/* -- one by one -- */

/* As the module rounds: a box of single precision around the one of double. */
static float round_down(double at)
{
    float rounded = (float)at;
    if ((double)rounded > at)
        rounded = (float)(at * (at < 0 ? 1.0 + 1.0 / 8388608.0 : 1.0 - 1.0 / 8388608.0));
    return rounded;
}

static float round_up(double at)
{
    float rounded = (float)at;
    if ((double)rounded < at)
        rounded = (float)(at * (at < 0 ? 1.0 - 1.0 / 8388608.0 : 1.0 + 1.0 / 8388608.0));
    return rounded;
}

static struct cell cell_of(int64_t fid, const struct by_envelope *box)
{
    return (struct cell){fid, round_down(box->min_x), round_up(box->max_x), round_down(box->min_y),
                         round_up(box->max_y)};
}

static enum banyan_status put_cell(struct by_view *view, const struct by_table *table,
                                   const struct cell *cell, struct banyan_error *error)
{
    sqlite3_stmt *statement = prepare(view, table, "INSERT INTO", NULL, "VALUES (?, ?, ?, ?, ?)",
                                      &layer_of(view, table)->box_put);
    by_bind_int(statement, 1, cell->id);
    (void)sqlite3_bind_double(statement, 2, (double)cell->min_x);
    (void)sqlite3_bind_double(statement, 3, (double)cell->max_x);
    (void)sqlite3_bind_double(statement, 4, (double)cell->min_y);
    (void)sqlite3_bind_double(statement, 5, (double)cell->max_y);
    return by_view_run(view, statement, error);
}

static enum banyan_status keep(struct by_layer *layer, const struct cell *cell)
{
    if (layer->box_count == layer->box_capacity) {
        size_t capacity = layer->box_capacity == 0 ? 1024 : layer->box_capacity * 2;
        struct cell *grown = realloc(layer->boxes, capacity * sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        layer->boxes = grown;
        layer->box_capacity = capacity;
    }
    ((struct cell *)layer->boxes)[layer->box_count++] = *cell;
    return BANYAN_OK;
}

enum banyan_status by_box_put(struct by_view *view, const struct by_table *table, int64_t fid,
                              const struct by_envelope *box, struct banyan_error *error)
{
    const struct cell cell = cell_of(fid, box);
    if (!view->keeps_boxes)
        return put_cell(view, table, &cell, error);
    enum banyan_status status = keep(layer_of(view, table), &cell);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

static enum banyan_status
put_kept(struct by_view *view, const struct by_table *table, struct banyan_error *error)
{
    struct by_layer *layer = layer_of(view, table);
    const struct cell *cells = layer->boxes;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < layer->box_count && status == BANYAN_OK; i++)
        status = put_cell(view, table, &cells[i], error);
    layer->box_count = 0;
    return status;
}

/* What is removed may be among those that are kept. */
enum banyan_status by_box_remove(struct by_view *view, const struct by_table *table, int64_t fid,
                                 struct banyan_error *error)
{
    enum banyan_status status = put_kept(view, table, error);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = prepare(view, table, "DELETE FROM", NULL, "WHERE id = ?",
                                      &layer_of(view, table)->box_remove);
    by_bind_int(statement, 1, fid);
    return by_view_run(view, statement, error);
}

/* -- all at once -- */

/* A tree being made, bottom up. */
struct making {
    struct by_view *view;
    const struct by_table *table;
    struct banyan_error *error;
    struct cell *cells; /* of the level at work */
    size_t count;
    size_t node_size, fill;
    int64_t next_node;
    sqlite3_stmt *put_node, *put_place, *put_parent;
};

static enum banyan_status run(struct making *making, const char *before, const char *part,
                              const char *behind, int64_t *out_number)
{
    sqlite3_stmt *statement = NULL;
    prepare(making->view, making->table, before, part, behind, &statement);
    enum banyan_status status = by_view_row(making->view, statement, making->error);
    if (status == BANYAN_OK && out_number != NULL)
        *out_number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* The box of every row. */
static enum banyan_status read_rows(struct making *making)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    sqlite3_stmt *statement = NULL;
    enum banyan_status status = by_buffer_append_format(&sql, "SELECT fid, ");
    if (status == BANYAN_OK)
        status = by_sql_name(making->table->geometry->name, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&sql, " FROM ");
    if (status == BANYAN_OK)
        status = by_sql_name(making->table->type->name, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&sql, 0);
    if (status == BANYAN_OK)
        by_view_prepare(making->view, (const char *)sql.data, &statement);
    while (status == BANYAN_OK &&
           (status = by_view_row(making->view, statement, making->error)) == BANYAN_OK) {
        struct by_envelope box;
        if (!by_geometry_blob_box(by_column_blob(statement, 1), &box))
            continue;
        const struct cell cell = cell_of(sqlite3_column_int64(statement, 0), &box);
        status = keep(layer_of(making->view, making->table), &cell);
    }
    sqlite3_finalize(statement);
    by_buffer_deinit(&sql);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : by_fail_plain(making->error, status);
}

/* The place of a point of a 65536 by 65536 grid on the curve. */
static uint32_t place_on_curve(uint32_t x, uint32_t y)
{
    uint32_t place = 0;
    for (uint32_t side = 1u << 15; side > 0; side /= 2) {
        uint32_t right = (x & side) != 0, up = (y & side) != 0;
        place += side * side * ((3 * right) ^ up);
        if (up == 0) {
            uint32_t swapped = right != 0 ? 65535u - y : y;
            y = right != 0 ? 65535u - x : x;
            x = swapped;
        }
    }
    return place;
}

static uint32_t step_of(float from, float to, double width)
{
    double at = (((double)from + (double)to) / 2 / width + 0.5) * 65535;
    return at > 0 ? at < 65535 ? (uint32_t)at : 65535u : 0; /* what is no number is at 0 */
}

/* Degrees; what lies outside the globe is counted to its edge. */
static uint32_t place_of(const struct cell *cell)
{
    return place_on_curve(step_of(cell->min_x, cell->max_x, 360),
                          step_of(cell->min_y, cell->max_y, 180));
}

struct placed {
    uint32_t place;
    struct cell cell;
};

static int order_placed(const void *a, const void *b)
{
    const struct placed *left = a, *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return (left->cell.id > right->cell.id) - (left->cell.id < right->cell.id);
}

static enum banyan_status order_along_curve(struct making *making)
{
    struct placed *placed = calloc(making->count, sizeof placed[0]);
    if (placed == NULL)
        return by_fail_plain(making->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < making->count; i++)
        placed[i] = (struct placed){place_of(&making->cells[i]), making->cells[i]};
    qsort(placed, making->count, sizeof placed[0], order_placed);
    for (size_t i = 0; i < making->count; i++)
        making->cells[i] = placed[i].cell;
    free(placed);
    return BANYAN_OK;
}

static void put_float(uint8_t *at, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    by_put_u32be(at, bits);
}

static enum banyan_status
put_pair(struct making *making, sqlite3_stmt **slot, const char *part, int64_t key, int64_t value)
{
    prepare(making->view, making->table, "INSERT INTO", part, "VALUES (?, ?)", slot);
    by_bind_int(*slot, 1, key);
    by_bind_int(*slot, 2, value);
    return by_view_run(making->view, *slot, making->error);
}

/* depth is that of the whole tree, which its root tells; 0 in other nodes. */
static enum banyan_status write_node(struct making *making, int64_t number, size_t depth,
                                     const struct cell *cells, size_t count)
{
    uint8_t node[NODE_BYTES] = {0};
    uint8_t *at = node + HEAD_BYTES;
    by_put_u32be(node, (uint32_t)(depth << 16 | count));
    for (size_t i = 0; i < count; i++, at += CELL_BYTES) {
        by_put_u64be(at, (uint64_t)cells[i].id);
        put_float(at + 8, cells[i].min_x);
        put_float(at + 12, cells[i].max_x);
        put_float(at + 16, cells[i].min_y);
        put_float(at + 20, cells[i].max_y);
    }
    prepare(making->view, making->table, "INSERT INTO", "node", "VALUES (?, ?)", &making->put_node);
    by_bind_int(making->put_node, 1, number);
    by_bind_blob(making->put_node, 2, by_bytes_of(node, making->node_size));
    return by_view_run(making->view, making->put_node, making->error);
}

static struct cell box_around(const struct cell *cells, size_t count, int64_t id)
{
    struct cell around = cells[0];
    around.id = id;
    for (size_t i = 1; i < count; i++) {
        around.min_x = cells[i].min_x < around.min_x ? cells[i].min_x : around.min_x;
        around.max_x = cells[i].max_x > around.max_x ? cells[i].max_x : around.max_x;
        around.min_y = cells[i].min_y < around.min_y ? cells[i].min_y : around.min_y;
        around.max_y = cells[i].max_y > around.max_y ? cells[i].max_y : around.max_y;
    }
    return around;
}

/* Which node has each cell: of leaves by fid, so that the table grows at its end. */
static int order_by_id(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static enum banyan_status write_places(struct making *making, bool are_leaves)
{
    int64_t(*places)[2] = calloc(making->count, sizeof places[0]);
    enum banyan_status status =
        places == NULL ? by_fail_plain(making->error, BANYAN_ERR_MEMORY) : BANYAN_OK;
    bool is_root = making->count <= making->fill;
    for (size_t i = 0; i < making->count && status == BANYAN_OK; i++) {
        places[i][0] = making->cells[i].id;
        places[i][1] = is_root ? ROOT : making->next_node + (int64_t)(i / making->fill);
    }
    if (status == BANYAN_OK)
        qsort(places, making->count, sizeof places[0], order_by_id);
    for (size_t i = 0; i < making->count && status == BANYAN_OK; i++)
        status = put_pair(making, are_leaves ? &making->put_place : &making->put_parent,
                          are_leaves ? "rowid" : "parent", places[i][0], places[i][1]);
    free(places);
    return status;
}

/* The nodes of one level; their boxes become the cells of the next. */
static enum banyan_status write_level(struct making *making, size_t depth)
{
    size_t count = making->count, nodes = 0;
    enum banyan_status status = write_places(making, depth == 0);
    if (status == BANYAN_OK && count <= making->fill) {
        making->count = 0;
        return write_node(making, ROOT, depth, making->cells, count);
    }
    for (size_t at = 0; at < count && status == BANYAN_OK; at += making->fill) {
        size_t some = count - at < making->fill ? count - at : making->fill;
        int64_t number = making->next_node++;
        status = write_node(making, number, 0, making->cells + at, some);
        making->cells[nodes++] = box_around(making->cells + at, some, number);
    }
    making->count = nodes;
    return status;
}

static enum banyan_status write_tree(struct making *making)
{
    static const char *const parts[] = {"node", "rowid", "parent"};
    enum banyan_status status = order_along_curve(making);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == BANYAN_OK; i++)
        status = run(making, "DELETE FROM", parts[i], "", NULL);
    for (size_t depth = 0; making->count > 0 && status == BANYAN_OK; depth++)
        status = write_level(making, depth);
    sqlite3_finalize(making->put_node);
    sqlite3_finalize(making->put_place);
    sqlite3_finalize(making->put_parent);
    return status;
}

static enum banyan_status make_anew(struct making *making, int64_t node_size)
{
    struct by_layer *layer = layer_of(making->view, making->table);
    layer->box_count = 0;
    enum banyan_status status = read_rows(making);
    making->node_size = (size_t)node_size;
    making->fill = (making->node_size - HEAD_BYTES) / CELL_BYTES * FILLED_TENTH / 10;
    making->cells = layer->boxes;
    making->count = layer->box_count;
    if (status == BANYAN_OK)
        status = write_tree(making);
    free(layer->boxes);
    layer->boxes = NULL;
    layer->box_count = layer->box_capacity = 0;
    return status;
}

/* A tree that is late, or met by many boxes at once, is made anew. */
static enum banyan_status
settle(struct by_view *view, const struct by_table *table, struct banyan_error *error)
{
    struct making making = {.view = view, .table = table, .error = error, .next_node = ROOT + 1};
    size_t count = layer_of(view, table)->box_count;
    int64_t node_size = 0, held = 0;
    if (!view->boxes_are_late && count < MANY_MIN)
        return put_kept(view, table, error);
    enum banyan_status status =
        run(&making, "SELECT length(data) FROM", "node", "WHERE nodeno = 1", &node_size);
    if (status == BANYAN_OK && !view->boxes_are_late)
        status = run(&making, "SELECT count(*) FROM", "rowid", "", &held);
    if (status != BANYAN_OK)
        return status;
    if (node_size < 256 || node_size > NODE_BYTES)
        return by_view_damaged(view, error);
    return (uint64_t)held > (uint64_t)count * MANY_AMONG ? put_kept(view, table, error)
                                                         : make_anew(&making, node_size);
}

static enum banyan_status set_late(struct by_view *view, bool are_late, struct banyan_error *error)
{
    if (view->boxes_are_late == are_late)
        return BANYAN_OK;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BOXES_LATE_SET);
    by_bind_int(statement, 1, are_late);
    view->boxes_are_late = are_late;
    return by_view_run(view, statement, error);
}

void by_boxes_begin(struct by_view *view)
{
    for (size_t i = 0; i < view->shape.schema.table_count; i++)
        view->shape.layers[i].box_count = 0;
    view->keeps_boxes = true;
}

/* What is left for the last slice. */
static enum banyan_status put_off(struct by_view *view, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < view->shape.schema.table_count && status == BANYAN_OK; i++) {
        struct by_layer *layer = &view->shape.layers[i];
        if (layer->box_count < MANY_MIN && !view->boxes_are_late)
            status = put_kept(view, &view->shape.schema.tables[i], error);
        else if (layer->box_count > 0)
            status = set_late(view, true, error);
        layer->box_count = 0;
    }
    return status;
}

enum banyan_status by_boxes_end(struct by_view *view, bool is_last, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    view->keeps_boxes = false;
    if (!is_last)
        return put_off(view, error);
    for (size_t i = 0; i < view->shape.schema.table_count && status == BANYAN_OK; i++)
        if (view->shape.schema.tables[i].geometry != NULL)
            status = settle(view, &view->shape.schema.tables[i], error);
    return status == BANYAN_OK ? set_late(view, false, error) : status;
}
