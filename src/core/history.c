/* The operations of a record, oldest first, each with what stood before it. */
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"
#include "record/told.h"
#include "view/document.h"

static const char *fate_word(enum by_fate fate)
{
    switch (fate) {
    case BY_FATE_COUNTS:
        return "counts";
    case BY_FATE_OPEN:
        return "proposal";
    case BY_FATE_ACCEPTED:
        return "accepted";
    case BY_FATE_DECLINED:
        return "declined";
    case BY_FATE_VOID:
        return "void";
    case BY_FATE_INVALID:
        return "invalid";
    }
    return "";
}

static void write_head(const struct by_pieces *pieces, const struct by_told *told)
{
    const struct by_operation *operation = told->operation;
    struct by_json *json = pieces->json;

    by_json_key(json, "entry");
    by_json_hex(json, by_id_bytes(&operation->id));
    by_pieces_author(pieces, operation);
    by_pieces_device(pieces, operation);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name((enum by_role)operation->role));
    by_json_key(json, "op");
    by_json_literal(json, by_op_name(operation->links.op));
    by_json_key(json, "state");
    by_json_literal(json, fate_word(told->fate));
    by_json_key(json, "deleted_before");
    by_json_literal(json, by_pieces_deletion_word(told->before));
    by_json_key(json, "private");
    by_json_bool(json, pieces->loaded->is_private);
    if (operation->links.op == BY_OP_TRANSFER) {
        by_json_key(json, "to");
        by_json_organisation(json, pieces->node, &operation->links.targets[0]);
    }
}

static void write_row(const struct by_pieces *pieces, const struct by_told *told)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_pieces row = *pieces;

    row.arena = &arena;
    by_json_object_begin(pieces->json);
    write_head(pieces, told);
    by_json_key(pieces->json, "changes");
    if (told->operation->values != NULL) {
        by_pieces_changes(&row, told->operation, told->befores);
    } else {
        by_json_array_begin(pieces->json);
        by_json_array_end(pieces->json);
    }
    by_json_object_end(pieces->json);
    by_arena_deinit(&arena);
}

void by_pieces_history(const struct by_pieces *pieces)
{
    const struct by_loaded *loaded = pieces->loaded;
    struct by_told *told = NULL;
    size_t count = 0;
    enum banyan_status status = by_tell(&loaded->merged.name, loaded->operations, loaded->count,
                                        pieces->node->types, pieces->arena, &told, &count);

    if (status != BANYAN_OK) {
        pieces->json->status = status;
        return;
    }
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < count; i++)
        write_row(pieces, &told[i]);
    by_json_array_end(pieces->json);
}

enum banyan_status by_history(struct by_node *node, const char *id, const char *language,
                              struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, by_pieces_history, out, error);
}
