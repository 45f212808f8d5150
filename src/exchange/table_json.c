/*
 * JSON objects as the rows of a table: GeoJSON features, JSON lines, submissions of Kobo and ODK.
 *
 * What lies within objects becomes columns "group/question"; lists of simple values are joined with
 * ";", other lists stay JSON. A feature has its properties as columns, and its place in "geometry".
 * The header is what any of the objects has, so the file is read once for it.
 *
 * A list of objects within objects, as forms have them where a group repeats, is a table too: its
 * rows say in which object they lie (BY_ROW_HEADER).
 *
 * A file that banyan exported (exchange/record_line.h) has one column with all of the line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/json.h"
#include "exchange/elements.h"
#include "exchange/geometry.h"
#include "exchange/table_parts.h"

#define COLUMN_BYTES_MAX 1024u
#define NUMBER_BYTES     400u

#define LISTS_MAX 64u

/* The objects of the file, and each list of objects in them. */
struct list {
    struct by_bytes column; /* what the objects call it that have it */
    struct by_bytes *columns;
    size_t column_count;
    size_t last;   /* the column found last: objects are alike */
    uint64_t seen; /* objects, from the begin of the file */
};
/* An object of the table at work that was read and not given out yet. */
struct waiting {
    const struct by_value *object;
    uint64_t number, within;
};
struct json {
    struct by_elements *elements;
    struct by_arena arena; /* the columns */
    struct list lists[LISTS_MAX];
    struct by_table_part parts[LISTS_MAX];
    size_t part_count, part; /* part: the one at work */
    struct waiting *waiting; /* in row_arena */
    size_t waiting_count, waiting_room, waiting_at;
    struct by_arena row_arena;
    struct by_bytes *cells; /* of the row at work, by column */
    struct by_bytes text;   /* of the object read last */
    bool header_is_next, is_learning, is_of_records, is_map;
    bool has_readable;         /* of the objects, at least one */
    struct banyan_error fault; /* of the row at work; status BANYAN_OK: none */
    char reading[128];
};

/* -- columns -- */

static struct list *at_work(struct json *json)
{
    return &json->lists[json->part];
}

static enum banyan_status find_column(struct json *json, struct by_bytes name, size_t *out_column)
{
    struct list *list = at_work(json);
    size_t after = list->last + 1 < list->column_count ? list->last + 1 : 0;

    for (size_t i = 0; i < list->column_count; i++) {
        size_t at = (after + i) % list->column_count;

        if (by_bytes_equal(list->columns[at], name)) {
            *out_column = list->last = at;
            return BANYAN_OK;
        }
    }
    /* one that was not learnt is of an object that has too many */
    if (!json->is_learning || list->column_count == BY_CELLS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (list->columns == NULL)
        list->columns = by_arena_array(&json->arena, BY_CELLS_MAX, sizeof list->columns[0]);
    if (list->columns == NULL)
        return BANYAN_ERR_MEMORY;
    *out_column = list->last = list->column_count++;
    return by_arena_copy(&json->arena, name, &list->columns[*out_column]);
}

/* While columns are learnt, nothing is kept of what stands in them. The first of two wins. */
static enum banyan_status put(struct json *json, struct by_bytes name, struct by_bytes cell)
{
    size_t column = 0;
    enum banyan_status status = find_column(json, name, &column);

    if (status != BANYAN_OK || json->is_learning || json->cells[column].size > 0)
        return status;
    return by_arena_copy(&json->row_arena, cell, &json->cells[column]);
}

/* -- values -- */

static bool is_simple(const struct by_value *value)
{
    return value->kind != BY_VALUE_ARRAY && value->kind != BY_VALUE_MAP;
}

/* Without exponent, as decimals are read: of a double no digit more than it takes. */
static enum banyan_status append_number(double real, struct by_buffer *out)
{
    char text[NUMBER_BYTES];

    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, real);
        if (strtod(text, NULL) == real)
            break;
    }
    if (strchr(text, 'e') != NULL)
        (void)snprintf(text, sizeof text, "%.*f", real > -1 && real < 1 ? 24 : 0, real);
    return by_buffer_append(out, text, strlen(text));
}

static enum banyan_status append_simple(const struct by_value *value, struct by_buffer *out)
{
    switch (value->kind) {
    case BY_VALUE_NIL:
        return BANYAN_OK;
    case BY_VALUE_BOOL:
        return by_buffer_append_bytes(out, by_bytes_of_text(value->boolean ? "yes" : "no"));
    case BY_VALUE_FLOAT:
        return append_number(value->real, out);
    case BY_VALUE_TEXT:
    case BY_VALUE_BIN:
        return by_buffer_append_bytes(out, value->bytes);
    case BY_VALUE_INT:
    case BY_VALUE_UINT:
    case BY_VALUE_ARRAY:
    case BY_VALUE_MAP:
        break;
    }
    return by_json_write(value, out);
}

static enum banyan_status append_list(const struct by_value *list, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < list->array.count; i++)
        if (!is_simple(&list->array.items[i]))
            return by_json_write(list, out);
    for (size_t i = 0; i < list->array.count && status == BANYAN_OK; i++) {
        if (i > 0)
            status = by_buffer_append_u8(out, ';');
        if (status == BANYAN_OK)
            status = append_simple(&list->array.items[i], out);
    }
    return status;
}

static enum banyan_status
put_value(struct json *json, struct by_bytes name, const struct by_value *value)
{
    struct by_buffer cell = BY_BUFFER_INIT(BY_LINE_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (!json->is_learning) {
        if (value->kind == BY_VALUE_ARRAY)
            status = append_list(value, &cell);
        else if (value->kind == BY_VALUE_MAP)
            status = by_json_write(value, &cell);
        else
            status = append_simple(value, &cell);
    }
    if (status == BANYAN_OK)
        status = put(json, name, by_buffer_bytes(&cell));
    by_buffer_deinit(&cell);
    return status;
}

/* -- objects -- */

static bool is_text(const struct by_value *value, const char *text)
{
    return value != NULL && value->kind == BY_VALUE_TEXT &&
           by_bytes_equal(value->bytes, by_bytes_of_text(text));
}

/* {"type", "coordinates"} and whatever else stands beside: as exports write it. */
static enum banyan_status
put_geometry(struct json *json, struct by_bytes name, const struct by_value *geometry)
{
    static const char *const keys[] = {"coordinates", "geometries", "type"};
    struct by_value kept = by_value_map(&json->row_arena, 3), turned;
    enum banyan_status status = kept.map.pairs == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    if (status != BANYAN_OK)
        return status;
    kept.map.count = 0;
    for (size_t i = 0; i < 3; i++)
        if (by_value_get(geometry, keys[i]) != NULL)
            kept.map.pairs[kept.map.count++] = (struct by_pair){
                .key = by_bytes_of_text(keys[i]), .value = *by_value_get(geometry, keys[i])};
    status = by_geometry_turn(&kept, &json->row_arena, &turned);
    return status == BANYAN_OK ? put_value(json, name, &turned) : status;
}

static bool is_geometry(const struct by_value *map)
{
    const struct by_value *type = by_value_get(map, "type");

    return type != NULL && type->kind == BY_VALUE_TEXT && by_value_get(map, "coordinates") != NULL;
}

/* prefix with its "/" is empty at the top. Recursion ends with the depth that JSON is read to. */
static enum banyan_status
put_object(struct json *json, struct by_bytes prefix, const struct by_value *map)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < map->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &map->map.pairs[i];
        bool is_map = pair->value.kind == BY_VALUE_MAP;
        struct by_buffer name = BY_BUFFER_INIT(COLUMN_BYTES_MAX);

        status = by_buffer_append_bytes(&name, prefix);
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(&name, pair->key);
        if (status == BANYAN_OK && is_map && !is_geometry(&pair->value))
            status = by_buffer_append_u8(&name, '/');
        if (status == BANYAN_ERR_TOO_LARGE)
            status = BANYAN_OK; /* no name of a field is so long */
        else if (status == BANYAN_OK && is_map && is_geometry(&pair->value))
            status = put_geometry(json, by_buffer_bytes(&name), &pair->value);
        else if (status == BANYAN_OK && is_map)
            status = put_object(json, by_buffer_bytes(&name), &pair->value);
        else if (status == BANYAN_OK)
            status = put_value(json, by_buffer_bytes(&name), &pair->value);
        by_buffer_deinit(&name);
    }
    return status;
}

static enum banyan_status put_feature(struct json *json, const struct by_value *feature)
{
    const struct by_bytes none = {.size = 0};
    const struct by_value *geometry = by_value_get(feature, "geometry");
    const struct by_value *properties = by_value_get(feature, "properties");
    const struct by_value *id = by_value_get(feature, "id");
    enum banyan_status status = BANYAN_OK;

    json->is_map = true;
    if (geometry != NULL && geometry->kind == BY_VALUE_MAP)
        status = put_geometry(json, by_bytes_of_text("geometry"), geometry);
    if (status == BANYAN_OK && properties != NULL && properties->kind == BY_VALUE_MAP)
        status = put_object(json, none, properties);
    return status == BANYAN_OK && id != NULL && is_simple(id)
               ? put_value(json, by_bytes_of_text("id"), id)
               : status;
}

static enum banyan_status put_element(struct json *json, const struct by_value *element)
{
    const struct by_bytes none = {.size = 0};

    if (is_text(by_value_get(element, "type"), "Feature"))
        return put_feature(json, element);
    if (is_geometry(element))
        return put_geometry(json, by_bytes_of_text("geometry"), element);
    return put_object(json, none, element);
}

/* -- lists of objects within objects -- */

/* What forms add to a submission begins with "_" and repeats nothing that was asked. */
static bool is_list(struct by_bytes key, const struct by_value *value)
{
    size_t at = key.size;

    while (at > 0 && key.data[at - 1] != '/')
        at--;
    if (value->kind != BY_VALUE_ARRAY || value->array.count == 0 || at == key.size ||
        key.data[at] == '_')
        return false;
    for (size_t i = 0; i < value->array.count; i++)
        if (value->array.items[i].kind != BY_VALUE_MAP || is_geometry(&value->array.items[i]))
            return false;
    return true;
}

static bool is_name_taken(const struct json *json, const char *name)
{
    for (size_t i = 1; i < json->part_count; i++)
        if (strcmp(json->parts[i].name, name) == 0)
            return true;
    return false;
}

/* Its last word, where that is the only such one, else all of it. */
static const char *name_list(struct json *json, size_t within, struct by_bytes column)
{
    size_t at = column.size;
    char *name = NULL, *whole = NULL;

    while (at > 0 && column.data[at - 1] != '/')
        at--;
    name = by_arena_text(&json->arena, by_bytes_of(column.data + at, column.size - at));
    if (name == NULL || !is_name_taken(json, name))
        return name;
    whole = by_arena_alloc(&json->arena, column.size + strlen(json->parts[within].name) + 24);
    if (whole != NULL)
        (void)sprintf(whole, "%s/%.*s", json->parts[within].name, (int)column.size,
                      (const char *)column.data);
    if (whole != NULL && is_name_taken(json, whole))
        (void)sprintf(whole + strlen(whole), " %zu", json->part_count);
    return whole;
}

/* The list of that name in objects of the part; while columns are learnt one that is new. LISTS_MAX
 * where there is none. */
static enum banyan_status
find_list(struct json *json, size_t within, struct by_bytes column, size_t *out_list)
{
    for (size_t i = 1; i < json->part_count; i++)
        if (json->parts[i].within == within && by_bytes_equal(json->lists[i].column, column)) {
            *out_list = i;
            return BANYAN_OK;
        }
    *out_list = LISTS_MAX;
    if (!json->is_learning || json->part_count == LISTS_MAX)
        return BANYAN_OK;
    *out_list = json->part_count;
    json->parts[*out_list] = (struct by_table_part){.name = name_list(json, within, column),
                                                    .within = within,
                                                    .column = by_arena_text(&json->arena, column)};
    if (json->parts[*out_list].name == NULL || json->parts[*out_list].column == NULL)
        return BANYAN_ERR_MEMORY;
    json->part_count++;
    return by_arena_copy(&json->arena, column, &json->lists[*out_list].column);
}

static enum banyan_status
take_object(struct json *json, size_t part, const struct by_value *object, uint64_t within);

static enum banyan_status take_list(struct json *json, size_t part, struct by_bytes column,
                                    const struct by_value *value, uint64_t number)
{
    size_t list = LISTS_MAX;
    enum banyan_status status = find_list(json, part, column, &list);

    for (size_t i = 0; i < value->array.count && status == BANYAN_OK && list < LISTS_MAX; i++)
        status = take_object(json, list, &value->array.items[i], number);
    return status;
}

/* The lists in one object, named as its columns are. */
static enum banyan_status take_lists(struct json *json, size_t part, struct by_bytes prefix,
                                     const struct by_value *object, uint64_t number)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < object->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &object->map.pairs[i];
        bool is_group = pair->value.kind == BY_VALUE_MAP && !is_geometry(&pair->value);
        struct by_buffer name = BY_BUFFER_INIT(COLUMN_BYTES_MAX);

        if (!is_group && !is_list(pair->key, &pair->value))
            continue;
        status = by_buffer_append_bytes(&name, prefix);
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(&name, pair->key);
        if (status == BANYAN_OK && is_group)
            status = by_buffer_append_u8(&name, '/');
        if (status == BANYAN_ERR_TOO_LARGE)
            status = BANYAN_OK;
        else if (status == BANYAN_OK && is_group)
            status = take_lists(json, part, by_buffer_bytes(&name), &pair->value, number);
        else if (status == BANYAN_OK)
            status = take_list(json, part, by_buffer_bytes(&name), &pair->value, number);
        by_buffer_deinit(&name);
    }
    return status;
}

static enum banyan_status
wait(struct json *json, const struct by_value *object, uint64_t number, uint64_t within)
{
    if (json->waiting_count == json->waiting_room) {
        size_t room = json->waiting_room == 0 ? 16 : json->waiting_room * 2;
        struct waiting *grown = by_arena_array(&json->row_arena, room, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        if (json->waiting_count > 0)
            memcpy(grown, json->waiting, json->waiting_count * sizeof *grown);
        json->waiting = grown;
        json->waiting_room = room;
    }
    json->waiting[json->waiting_count++] = (struct waiting){object, number, within};
    return BANYAN_OK;
}

static bool is_map_feature(const struct by_value *object)
{
    return is_text(by_value_get(object, "type"), "Feature") || is_geometry(object);
}

/* Whether the table at work lies within the objects of a part. */
static bool leads_to_work(const struct json *json, size_t part)
{
    size_t at = json->part;

    while (at != part && at != 0)
        at = json->parts[at].within;
    return at == part;
}

/* An object of a part: its columns are learnt, or it waits for being given out; and so do those
 * within it. Recursion ends with the depth that JSON is read to. */
static enum banyan_status
take_object(struct json *json, size_t part, const struct by_value *object, uint64_t within)
{
    const struct by_bytes none = {.size = 0};
    uint64_t number = ++json->lists[part].seen;
    enum banyan_status status = BANYAN_OK;

    if (json->is_learning) {
        json->part = part;
        status = part == 0 ? put_element(json, object) : put_object(json, none, object);
        json->part = 0;
    } else if (part == json->part)
        return wait(json, object, number, within);
    else if (!leads_to_work(json, part))
        return BANYAN_OK;
    return status == BANYAN_OK && !is_map_feature(object)
               ? take_lists(json, part, none, object, number)
               : status;
}

/* -- rows -- */

/* The object is a row with this fault; those behind it are read. */
static enum banyan_status note_fault(struct json *json, enum banyan_status status,
                                     const struct banyan_error *why, struct banyan_error *error)
{
    unsigned long long line = by_elements_line(json->elements);

    if (status == BANYAN_ERR_MEMORY)
        return by_fail_plain(error, status);
    if (why->text[0] == 0)
        (void)by_fail(&json->fault, BANYAN_ERR_INVALID,
                      "the object that begins at line %llu has more than %u columns or %u bytes",
                      line, BY_CELLS_MAX, BY_LINE_BYTES_MAX);
    else
        (void)by_fail(&json->fault, BANYAN_ERR_MALFORMED,
                      "the object that begins at line %llu cannot be read: %s", line, why->text);
    return BANYAN_OK;
}

static enum banyan_status check_size(const struct json *json)
{
    size_t size = 0;

    for (size_t i = 0; i < json->lists[json->part].column_count; i++)
        size += json->cells[i].size;
    return size <= BY_LINE_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE;
}

/* What the columns of an object at fault are is not learnt, nor which lists it has. */
static enum banyan_status learn_element(struct json *json, const struct by_value *element)
{
    size_t known[LISTS_MAX], parts = json->part_count;
    enum banyan_status status = BANYAN_OK;

    if (json->is_of_records)
        return BANYAN_OK;
    for (size_t i = 0; i < LISTS_MAX; i++)
        known[i] = json->lists[i].column_count;
    status = take_object(json, 0, element, 0);
    json->part = 0;
    if (status == BANYAN_OK)
        return status;
    json->part_count = parts;
    for (size_t i = 0; i < LISTS_MAX; i++) {
        json->lists[i].column_count = known[i];
        json->lists[i].last = 0;
    }
    return status;
}

/* One more object of the file: its columns are learnt, or what of it is of the table at work waits
 * then. One at fault waits too, without an object, where it is a row itself. */
static enum banyan_status take_element(struct json *json, struct banyan_error *error)
{
    struct by_value *element = by_arena_alloc(&json->row_arena, sizeof *element);
    struct banyan_error why = by_error_beside(error);
    enum banyan_status status =
        element == NULL ? BANYAN_ERR_MEMORY
                        : by_json_parse_foreign(json->text, &json->row_arena, element, &why);

    if (status == BANYAN_OK && json->is_learning)
        status = learn_element(json, element);
    else if (status == BANYAN_OK && json->is_of_records)
        status = wait(json, element, ++json->lists[0].seen, 0);
    else if (status == BANYAN_OK)
        status = take_object(json, 0, element, 0);
    json->has_readable = json->has_readable || status == BANYAN_OK;
    return status == BANYAN_OK ? status : note_fault(json, status, &why, error);
}

static enum banyan_status read_element(struct json *json, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    json->fault.status = BANYAN_OK;
    json->fault.words = by_error_beside(error).words;
    status = by_elements_next(json->elements, &json->text, &json->fault);
    by_arena_reset(&json->row_arena);
    json->waiting_count = json->waiting_room = json->waiting_at = 0;
    if (status != BANYAN_OK && status != BANYAN_ERR_TOO_LARGE) {
        if (error != NULL)
            *error = json->fault;
        return status;
    }
    if (status == BANYAN_ERR_TOO_LARGE) {
        json->text.size = 0;
        status = BANYAN_OK;
    } else
        status = take_element(json, error);
    if (status != BANYAN_OK || json->fault.status == BANYAN_OK || json->is_learning)
        return status;
    json->lists[0].seen++;
    return json->part == 0 ? wait(json, NULL, json->lists[0].seen, 0) : BANYAN_OK;
}

static enum banyan_status put_number(struct json *json, const char *column, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return put(json, by_bytes_of_text(column), by_bytes_of_text(text));
}

static enum banyan_status put_waiting(struct json *json, const struct waiting *waiting)
{
    const struct by_bytes none = {.size = 0};
    enum banyan_status status = BANYAN_OK;

    json->cells =
        by_arena_array(&json->row_arena, at_work(json)->column_count + 1, sizeof json->cells[0]);
    if (json->cells == NULL)
        return BANYAN_ERR_MEMORY;
    if (json->is_of_records)
        return BANYAN_OK;
    status = json->part == 0 ? put_element(json, waiting->object)
                             : put_object(json, none, waiting->object);
    if (status == BANYAN_OK && json->part_count > 1)
        status = put_number(json, BY_ROW_HEADER, waiting->number);
    if (status == BANYAN_OK && json->part != 0)
        status = put_number(json, BY_PARENT_ROW_HEADER, waiting->within);
    return status == BANYAN_OK ? check_size(json) : status;
}

static enum banyan_status
give_out(struct json *json, struct by_row *out_row, struct banyan_error *error)
{
    const struct waiting *waiting = &json->waiting[json->waiting_at++];
    struct banyan_error none = {.text = ""};
    enum banyan_status status = BANYAN_OK;

    *out_row = (struct by_row){.number = waiting->number, .line = by_elements_line(json->elements)};
    if (waiting->object != NULL) {
        json->fault.status = BANYAN_OK;
        status = put_waiting(json, waiting);
        if (status != BANYAN_OK)
            status = note_fault(json, status, &none, error);
    }
    if (json->fault.status != BANYAN_OK)
        out_row->fault = json->fault.text;
    else
        out_row->cells = json->cells, out_row->count = at_work(json)->column_count;
    /* as it stands in the file, faults and all */
    if (json->is_of_records && json->text.size > 0)
        out_row->cells = &json->text, out_row->count = 1;
    return status;
}

static enum banyan_status next(void *state, struct by_row *out_row, struct banyan_error *error)
{
    struct json *json = state;
    enum banyan_status status = BANYAN_OK;

    if (json->header_is_next) {
        json->header_is_next = false;
        *out_row = (struct by_row){
            .cells = at_work(json)->columns, .count = at_work(json)->column_count, .line = 1};
        return BANYAN_OK;
    }
    while (json->waiting_at == json->waiting_count && status == BANYAN_OK)
        status = read_element(json, error);
    return status == BANYAN_OK ? give_out(json, out_row, error) : status;
}

static enum banyan_status rewind_json(void *state, struct banyan_error *error)
{
    struct json *json = state;

    json->header_is_next = true;
    json->waiting_count = json->waiting_room = json->waiting_at = 0;
    for (size_t i = 0; i < json->part_count; i++)
        json->lists[i].seen = 0;
    return by_elements_rewind(json->elements, error);
}

static enum banyan_status choose(void *state, size_t part, struct banyan_error *error)
{
    struct json *json = state;

    json->part = part;
    return rewind_json(json, error);
}

static void progress(const void *state, uint64_t *out_done, uint64_t *out_total)
{
    by_elements_progress(((const struct json *)state)->elements, out_done, out_total);
}

static void close_json(void *state)
{
    struct json *json = state;

    by_elements_close(json->elements);
    by_arena_deinit(&json->row_arena);
    by_arena_deinit(&json->arena);
    free(json);
}

/* -- opening -- */

/* Old GeoJSON names its coordinate system: other than longitude and latitude would be a wrong
 * place.
 */
static enum banyan_status
check_crs(struct json *json, const struct by_value *frame, struct banyan_error *error)
{
    static const char *const known[] = {"CRS84", "CRS84h", "4326", "4979"};
    const struct by_value *crs = by_value_get(frame, "crs");
    const struct by_value *name = by_value_get(by_value_get(crs, "properties"), "name");
    size_t size = 0;

    (void)json;
    if (crs == NULL || crs->kind == BY_VALUE_NIL)
        return BANYAN_OK;
    if (name == NULL || name->kind != BY_VALUE_TEXT)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "the member crs of the file names no system of coordinates: save the map "
                       "in WGS 84 (EPSG:4326)");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size = strlen(known[i]);
        if (name->bytes.size >= size &&
            memcmp(name->bytes.data + name->bytes.size - size, known[i], size) == 0)
            return BANYAN_OK;
    }
    return by_fail(error, BANYAN_ERR_INVALID,
                   "the coordinates are of the system %.*s: save the map in WGS 84 (EPSG:4326)",
                   (int)(name->bytes.size < 100 ? name->bytes.size : 100),
                   (const char *)name->bytes.data);
}

static enum banyan_status check_frame(struct json *json, struct banyan_error *error)
{
    struct by_bytes text = by_elements_frame(json->elements);
    struct by_value frame;
    struct banyan_error why = by_error_beside(error);
    enum banyan_status status = BANYAN_OK;

    if (text.size == 0)
        return BANYAN_OK;
    status = by_json_parse_foreign(text, &json->arena, &frame, &why);
    if (status != BANYAN_OK)
        return by_fail(error, status, "what stands around the list in the file cannot be read: %s",
                       why.text);
    json->is_map = json->is_map || is_text(by_value_get(&frame, "type"), "FeatureCollection");
    return check_crs(json, &frame, error);
}

static bool is_record(const struct by_value *element)
{
    const struct by_value *mark = by_value_get(element, "banyan");

    return mark != NULL && mark->kind == BY_VALUE_INT && by_value_get(element, "name") != NULL &&
           by_value_get(element, "fields") != NULL;
}

/* What the first object that can be read says of the file. */
static enum banyan_status look_at_first(struct json *json, struct banyan_error *error)
{
    struct by_bytes text;
    struct by_value element;
    bool is_read = false;
    enum banyan_status status = BANYAN_OK;

    while (!is_read && (status == BANYAN_OK || status == BANYAN_ERR_TOO_LARGE)) {
        by_arena_reset(&json->row_arena);
        status = by_elements_next(json->elements, &text, error);
        is_read = status == BANYAN_OK &&
                  by_json_parse_foreign(text, &json->row_arena, &element, NULL) == BANYAN_OK;
    }
    if (is_read)
        json->is_of_records = is_record(&element);
    return status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND
               ? by_elements_rewind(json->elements, error)
               : status;
}

/* Which object a row is, and in which it lies, where others lie within it or it in others. */
static enum banyan_status add_own_columns(struct json *json)
{
    enum banyan_status status = BANYAN_OK;
    size_t column = 0;

    json->is_learning = true;
    for (size_t i = 0; i < json->part_count && json->part_count > 1 && status == BANYAN_OK; i++) {
        json->part = i;
        status = find_column(json, by_bytes_of_text(BY_ROW_HEADER), &column);
        if (status == BANYAN_OK && i > 0)
            status = find_column(json, by_bytes_of_text(BY_PARENT_ROW_HEADER), &column);
    }
    if (status == BANYAN_OK && json->is_of_records)
        status = find_column(json, by_bytes_of_text(BY_RECORD_COLUMN), &column);
    json->is_learning = false;
    json->part = 0;
    return status;
}

static enum banyan_status learn_columns(struct json *json, struct banyan_error *error)
{
    struct banyan_error first = {.status = BANYAN_OK};
    enum banyan_status status = look_at_first(json, error);

    json->parts[0] = by_table_only_part;
    json->part_count = 1;
    json->is_learning = true;
    while (status == BANYAN_OK) {
        status = read_element(json, error);
        if (status == BANYAN_OK && first.status == BANYAN_OK && json->fault.status != BANYAN_OK)
            first = json->fault;
    }
    json->is_learning = false;
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    if (!json->has_readable && first.status != BANYAN_OK) {
        if (error != NULL)
            *error = first;
        return first.status;
    }
    status = add_own_columns(json);
    return status == BANYAN_OK ? check_frame(json, error) : by_fail_plain(error, status);
}

enum banyan_status by_table_json_open(const char *path, const struct by_table_options *options,
                                      struct by_table_source *out_source,
                                      struct banyan_error *error)
{
    struct json *json = calloc(1, sizeof *json);
    enum banyan_status status = BANYAN_OK;

    (void)options;
    if (json == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_elements_open(path, &json->elements, error);
    if (status == BANYAN_OK)
        status = learn_columns(json, error);
    if (status == BANYAN_OK)
        status = rewind_json(json, error);
    if (status != BANYAN_OK) {
        close_json(json);
        return status;
    }
    (void)snprintf(json->reading, sizeof json->reading, "%s",
                   json->is_of_records ? by_words(error, N_("whole records"))
                   : json->is_map      ? "GeoJSON"
                                       : "JSON");
    *out_source = (struct by_table_source){.parts = json->parts,
                                           .part_count = json->part_count,
                                           .choose = choose,
                                           .reading = json->reading,
                                           .is_of_records = json->is_of_records,
                                           .has_numbers = true,
                                           .state = json,
                                           .next = next,
                                           .rewind = rewind_json,
                                           .progress = progress,
                                           .close = close_json};
    return BANYAN_OK;
}
