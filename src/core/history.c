/* The operations of a record, oldest first, each with what stood before it. */
#include <stdlib.h>

#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"
#include "view/document.h"

static int order_rows(const void *a, const void *b)
{
    const struct by_operation *left = *(const struct by_operation *const *)a;
    const struct by_operation *right = *(const struct by_operation *const *)b;

    if (left->hlc != right->hlc)
        return left->hlc < right->hlc ? -1 : 1;
    return by_id_compare(&left->id, &right->id);
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
    by_json_key(json, "at");
    by_json_stamp(json, operation->hlc);
    by_json_key(json, "by");
    by_json_organisation(json, pieces->node, &operation->organisation);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(&operation->device));
    by_json_key(json, "role");
    by_json_literal(json, by_role_name((enum by_role)operation->role));
    by_json_key(json, "op");
    by_json_literal(json, by_op_name(operation->links.op));
    by_json_key(json, "state");
    by_json_literal(json, state_of(pieces, operation));
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
    const struct by_loaded *loaded = pieces->loaded;
    const struct by_operation **rows =
        by_arena_array(pieces->arena, loaded->count + 1, sizeof *rows);

    if (rows == NULL) {
        pieces->json->status = BANYAN_ERR_MEMORY;
        return;
    }
    for (size_t i = 0; i < loaded->count; i++)
        rows[i] = &loaded->operations[i];
    qsort(rows, loaded->count, sizeof *rows, order_rows);
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < loaded->count; i++)
        write_row(pieces, rows[i]);
    by_json_array_end(pieces->json);
}

enum banyan_status by_history(struct by_node *node, const char *id, const char *language,
                              struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, write_history, out, error);
}
