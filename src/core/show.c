#include "core/show.h"

#include "base/hlc.h"
#include "core/answer.h"
#include "core/pieces.h"
#include "core/state.h"
#include "record/field_value.h"
#include "view/shown.h"

static const char *state_word(enum by_proposal_state state)
{
    switch (state) {
    case BY_PROPOSAL_OPEN:
        return "open";
    case BY_PROPOSAL_ACCEPTED:
        return "accepted";
    case BY_PROPOSAL_DECLINED:
        return "declined";
    }
    return "open";
}

/* One reference, as a list of one where the field is a list. */
static void write_reference(const struct by_pieces *pieces, struct by_bytes path,
                            const struct by_value *value, bool is_list)
{
    struct by_record_name name;
    struct by_value list = {.kind = BY_VALUE_ARRAY, .array = {(struct by_value *)value, 1}};

    by_record_name_get(value->bytes.data, &name);
    by_json_object_begin(pieces->json);
    by_json_key(pieces->json, "id");
    by_json_short_id(pieces->json, &name);
    by_json_key(pieces->json, "label");
    by_pieces_text(pieces, path, is_list ? &list : value);
    by_json_object_end(pieces->json);
}

static bool is_reference(const struct by_value *value)
{
    return value->kind == BY_VALUE_BIN && value->bytes.size == 48;
}

static void write_references_of(const struct by_pieces *pieces, const struct by_merged_path *path)
{
    const struct by_value *value = &path->candidates[0].value;
    bool is_list = value->kind == BY_VALUE_ARRAY;
    size_t count = is_list ? value->array.count : 1;
    const struct by_value *all = is_list ? value->array.items : value;

    if (count == 0 || !is_reference(&all[0]))
        return;
    by_json_key_bytes(pieces->json, path->path);
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < count; i++)
        write_reference(pieces, path->path, &all[i], is_list);
    by_json_array_end(pieces->json);
}

static void write_references(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    by_json_key(pieces->json, "references");
    by_json_object_begin(pieces->json);
    for (size_t i = 0; i < merged->path_count; i++)
        write_references_of(pieces, &merged->paths[i]);
    by_json_object_end(pieces->json);
}

static void write_fields(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    by_json_key(pieces->json, "fields");
    by_json_object_begin(pieces->json);
    for (size_t i = 0; i < merged->path_count; i++) {
        by_json_key_bytes(pieces->json, merged->paths[i].path);
        by_json_value(pieces->json, &merged->paths[i].candidates[0].value);
    }
    by_json_object_end(pieces->json);
    by_json_key(pieces->json, "text");
    by_json_object_begin(pieces->json);
    for (size_t i = 0; i < merged->path_count; i++) {
        by_json_key_bytes(pieces->json, merged->paths[i].path);
        by_pieces_text(pieces, merged->paths[i].path, &merged->paths[i].candidates[0].value);
    }
    by_json_object_end(pieces->json);
}

/* In the order of the type, each with the label of its field. */
static void write_order(const struct by_pieces *pieces)
{
    const struct by_merged_path **paths = by_pieces_in_order(pieces);

    if (paths == NULL) {
        pieces->json->status = BANYAN_ERR_MEMORY;
        return;
    }
    by_json_key(pieces->json, "order");
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < pieces->loaded->merged.path_count; i++) {
        const struct by_field *field = by_shown_field(pieces->loaded->type, paths[i]->path);

        by_json_object_begin(pieces->json);
        by_json_key(pieces->json, "path");
        by_json_text(pieces->json, paths[i]->path);
        by_json_key(pieces->json, "label");
        by_json_literal(pieces->json,
                        field == NULL
                            ? ""
                            : by_label_pick(field->labels, field->label_count, pieces->language));
        by_json_object_end(pieces->json);
    }
    by_json_array_end(pieces->json);
}

static void write_candidates(const struct by_pieces *pieces, const struct by_merged_path *path)
{
    by_json_key_bytes(pieces->json, path->path);
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < path->candidate_count; i++) {
        by_json_object_begin(pieces->json);
        by_json_key(pieces->json, "value");
        by_json_value(pieces->json, &path->candidates[i].value);
        by_json_key(pieces->json, "text");
        by_pieces_text(pieces, path->path, &path->candidates[i].value);
        by_pieces_author(pieces, path->candidates[i].by);
        by_json_key(pieces->json, "entry");
        by_json_hex(pieces->json, by_id_bytes(&path->candidates[i].by->id));
        by_json_object_end(pieces->json);
    }
    by_json_array_end(pieces->json);
}

static void write_conflicts(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    by_json_key(pieces->json, "conflicts");
    by_json_object_begin(pieces->json);
    for (size_t i = 0; i < merged->path_count; i++)
        if (merged->paths[i].candidate_count > 1)
            write_candidates(pieces, &merged->paths[i]);
    by_json_object_end(pieces->json);
}

/* A proposal to delete changes no field: it is told as a change of "deleted", as in the inbox. */
static void write_proposed(const struct by_pieces *pieces, const struct by_operation *operation)
{
    by_json_key(pieces->json, "changes");
    if (operation->links.op == BY_OP_DELETE)
        by_json_raw(pieces->json,
                    by_bytes_of_text("[{\"path\":\"deleted\",\"change\":\"set\",\"value\":true,"
                                     "\"text\":\"yes\"}]"));
    else
        by_pieces_changes(pieces, operation, NULL);
}

static void write_proposals(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    by_json_key(pieces->json, "proposals");
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < merged->proposal_count; i++) {
        const struct by_operation *operation = merged->proposals[i].operation;
        by_json_object_begin(pieces->json);
        by_json_key(pieces->json, "id");
        by_json_hex(pieces->json, by_id_bytes(&operation->id));
        by_pieces_author(pieces, operation);
        by_json_key(pieces->json, "state");
        by_json_literal(pieces->json, state_word(merged->proposals[i].state));
        write_proposed(pieces, operation);
        by_json_object_end(pieces->json);
    }
    by_json_array_end(pieces->json);
}

/* What an edit of what is shown is an edit of. */
static void write_state(const struct by_pieces *pieces)
{
    struct by_buffer state = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    enum banyan_status status = by_state_text(&pieces->loaded->merged, &state);

    by_json_key(pieces->json, "state");
    by_json_text(pieces->json, by_buffer_bytes(&state));
    if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
    by_buffer_deinit(&state);
}

void by_pieces_record(const struct by_pieces *pieces)
{
    by_json_object_begin(pieces->json);
    by_pieces_identity(pieces);
    if (pieces->as_of != NULL) {
        by_json_key(pieces->json, "as_of");
        by_json_stamp(pieces->json, *pieces->as_of);
    }
    if (pieces->is_proven) {
        by_json_key(pieces->json, "proven");
        by_json_bool(pieces->json, true);
    }
    write_state(pieces);
    write_fields(pieces);
    write_order(pieces);
    write_references(pieces);
    write_conflicts(pieces);
    write_proposals(pieces);
    by_json_object_end(pieces->json);
}

enum banyan_status by_show(struct by_node *node, const char *id, const char *language,
                           struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, by_pieces_record, out, error);
}

enum banyan_status by_show_as_of(struct by_node *node, const char *id, uint64_t unix_ms,
                                 const char *language, struct by_buffer *out,
                                 struct banyan_error *error)
{
    uint64_t last_hlc = by_hlc_last_of(unix_ms);

    return by_pieces_read_as_of(node, id, &last_hlc, language, by_pieces_record, out, error);
}
