/* The operations of a record, oldest first, each with what stood before it. */
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"
#include "record/dag.h"
#include "view/document.h"

/* An operation comes after its parents, even where the clock of their writer ran ahead. */
struct row {
    const struct by_operation *operation;
    uint64_t from;  /* its stamp, or the latest in its past */
    uint32_t depth; /* operations of the longest way to it */
};

static int order_rows(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;

    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    if (left->depth != right->depth)
        return left->depth < right->depth ? -1 : 1;
    return by_id_compare(&left->operation->id, &right->operation->id);
}

static void place_row(const struct by_dag *dag, uint32_t node, struct row *rows)
{
    struct row *row = &rows[node];

    row->operation = dag->operations[node];
    row->from = row->operation->hlc;
    for (size_t i = dag->starts[node]; i < dag->starts[node + 1]; i++) {
        const struct row *parent = &rows[dag->parents[i]];
        row->from = parent->from > row->from ? parent->from : row->from;
        row->depth = parent->depth + 1 > row->depth ? parent->depth + 1 : row->depth;
    }
}

static enum banyan_status
order_operations(const struct by_pieces *pieces, struct row **out_rows, size_t *out_count)
{
    const struct by_loaded *loaded = pieces->loaded;
    const struct by_operation **operations =
        by_arena_array(pieces->arena, loaded->count + 1, sizeof *operations);
    struct row *rows = by_arena_array(pieces->arena, loaded->count + 1, sizeof *rows);
    struct by_dag dag;

    if (operations == NULL || rows == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < loaded->count; i++)
        operations[i] = &loaded->operations[i];
    enum banyan_status status = by_dag_build(operations, loaded->count, pieces->arena, &dag);
    if (status != BANYAN_OK)
        return status;
    memset(rows, 0, loaded->count * sizeof *rows);
    for (size_t i = 0; i < dag.count; i++)
        place_row(&dag, dag.order[i], rows);
    qsort(rows, dag.count, sizeof *rows, order_rows);
    *out_rows = rows;
    *out_count = dag.count;
    return BANYAN_OK;
}

static const char *state_of(const struct by_pieces *pieces, const struct by_operation *operation)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    if (!by_operation_fits(operation, merged->type, pieces->node->types))
        return "invalid";
    for (size_t i = 0; i < merged->proposal_count; i++) {
        if (!by_id_equal(&merged->proposals[i].operation->id, &operation->id))
            continue;
        switch (merged->proposals[i].state) {
        case BY_PROPOSAL_OPEN:
            return "proposal";
        case BY_PROPOSAL_ACCEPTED:
            return "accepted";
        case BY_PROPOSAL_DECLINED:
            return "declined";
        }
    }
    return "counts";
}

static void write_head(const struct by_pieces *pieces, const struct by_operation *operation)
{
    struct by_json *json = pieces->json;

    by_json_key(json, "entry");
    by_json_hex(json, by_id_bytes(&operation->id));
    by_pieces_author(pieces, operation);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(&operation->device));
    by_json_key(json, "role");
    by_json_literal(json, by_role_name((enum by_role)operation->role));
    by_json_key(json, "op");
    by_json_literal(json, by_op_name(operation->links.op));
    by_json_key(json, "state");
    by_json_literal(json, state_of(pieces, operation));
    if (operation->links.op == BY_OP_TRANSFER) {
        by_json_key(json, "to");
        by_json_organisation(json, pieces->node, &operation->links.targets[0]);
    }
}

/* What stood before is as much as the record itself, once for each row: it lives no longer. */
static void write_changes(const struct by_pieces *pieces, const struct by_operation *operation)
{
    const struct by_loaded *loaded = pieces->loaded;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_pieces row = *pieces;
    struct by_merged before;

    row.arena = &arena;
    enum banyan_status status = by_merge_as_of(
        &loaded->merged.name, loaded->operations, loaded->count, operation->links.parents,
        operation->links.parent_count, pieces->node->types, &arena, &before);
    if (status == BANYAN_OK)
        by_pieces_changes(&row, operation, &before);
    else if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
    by_arena_deinit(&arena);
}

static void write_row(const struct by_pieces *pieces, const struct by_operation *operation)
{
    by_json_object_begin(pieces->json);
    write_head(pieces, operation);
    by_json_key(pieces->json, "changes");
    if (operation->values != NULL) {
        write_changes(pieces, operation);
    } else {
        by_json_array_begin(pieces->json);
        by_json_array_end(pieces->json);
    }
    by_json_object_end(pieces->json);
}

static void write_history(const struct by_pieces *pieces)
{
    struct row *rows = NULL;
    size_t count = 0;
    enum banyan_status status = order_operations(pieces, &rows, &count);

    if (status != BANYAN_OK) {
        pieces->json->status = status;
        return;
    }
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < count; i++)
        write_row(pieces, rows[i].operation);
    by_json_array_end(pieces->json);
}

enum banyan_status by_history(struct by_node *node, const char *id, const char *language,
                              struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, write_history, out, error);
}
