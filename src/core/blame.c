/* Each value of a record with who said it: organisation, device and person, when, and from what. */
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/fields.h"
#include "core/pieces.h"
#include "core/show.h"
#include "view/shown.h"

/* ---- the order of fields --------------------------------------------------------------------- */

/* ---- who said it ----------------------------------------------------------------------------- */

static int order_operation(const void *id, const void *operation)
{
    return by_id_compare(id, &((const struct by_operation *)operation)->id);
}

static const struct by_operation *
find_operation(const struct by_loaded *loaded, const struct by_id *id)
{
    return loaded->count == 0 ? NULL
                              : bsearch(id, loaded->operations, loaded->count,
                                        sizeof *loaded->operations, order_operation);
}

static bool touches(const struct by_operation *operation, struct by_bytes path)
{
    for (size_t i = 0; operation->values != NULL && i < operation->links.touch_count; i++)
        if (by_bytes_equal(operation->links.touches[i].path, path))
            return true;
    return false;
}

/* The proposal whose value an accept took over: it is the proposer's word. NULL for other
 * operations, and where the proposal is not held. */
static const struct by_operation *find_proposal(const struct by_loaded *loaded,
                                                const struct by_operation *accept,
                                                struct by_bytes path)
{
    for (size_t i = 0; accept->links.op == BY_OP_ACCEPT && i < accept->links.target_count; i++) {
        const struct by_operation *proposal = find_operation(loaded, &accept->links.targets[i]);

        if (proposal != NULL &&
            (path.size == 0 ? proposal->links.op == BY_OP_DELETE : touches(proposal, path)))
            return proposal;
    }
    return NULL;
}

static void write_said(const struct by_pieces *pieces, const struct by_operation *by)
{
    by_pieces_author(pieces, by);
    by_pieces_device(pieces, by);
    by_json_key(pieces->json, "entry");
    by_json_hex(pieces->json, by_id_bytes(&by->id));
}

/* What the same operation says of where it was taken from: an import names file and row there. */
static void
write_source(const struct by_pieces *pieces, const struct by_operation *by, struct by_bytes path)
{
    const struct by_bytes name = by_bytes_of_text("source");
    const struct by_value *source = NULL;

    for (size_t i = 0; by->values != NULL && i < by->links.touch_count; i++)
        if (by_bytes_equal(by->links.touches[i].path, name) && !by_bytes_equal(path, name) &&
            by->values[i].kind == BY_VALUE_TEXT)
            source = &by->values[i];
    by_json_key(pieces->json, "source");
    if (source != NULL)
        by_json_text(pieces->json, source->bytes);
    else
        by_json_null(pieces->json);
}

/* path: empty where it is about the deletion. */
static void
write_origin(const struct by_pieces *pieces, const struct by_operation *by, struct by_bytes path)
{
    const struct by_operation *proposal = find_proposal(pieces->loaded, by, path);

    write_said(pieces, by);
    write_source(pieces, proposal != NULL ? proposal : by, path);
    by_json_key(pieces->json, "proposed");
    if (proposal == NULL) {
        by_json_null(pieces->json);
        return;
    }
    by_json_object_begin(pieces->json);
    write_said(pieces, proposal);
    by_json_object_end(pieces->json);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void write_value(const struct by_pieces *pieces, struct by_bytes path,
                        const struct by_value *value, const struct by_operation *by)
{
    by_json_object_begin(pieces->json);
    by_json_key(pieces->json, "value");
    by_json_value(pieces->json, value);
    by_json_key(pieces->json, "text");
    by_pieces_text(pieces, path, value);
    write_origin(pieces, by, path);
    by_json_object_end(pieces->json);
}

/* Each element of a list has its own author; it is written as a list of one. */
static void write_elements(const struct by_pieces *pieces, const struct by_merged_path *path)
{
    const struct by_value *list = &path->candidates[0].value;

    for (size_t i = 0; i < list->array.count; i++) {
        const struct by_value one = {.kind = BY_VALUE_ARRAY,
                                     .array = {.items = &list->array.items[i], .count = 1}};

        write_value(pieces, path->path, &one, path->element_authors[i]);
    }
}

static void write_path(const struct by_pieces *pieces, const struct by_merged_path *path)
{
    struct by_buffer label = BY_BUFFER_INIT(BY_VALUE_TEXT_BYTES_MAX);
    struct by_json *json = pieces->json;
    enum banyan_status status =
        by_shown_path(pieces->loaded->type, path->path, pieces->language, &label);

    by_json_object_begin(json);
    by_json_key(json, "path");
    by_json_text(json, path->path);
    by_json_key(json, "field");
    by_json_text(json, by_buffer_bytes(&label));
    by_json_key(json, "conflict");
    by_json_bool(json, path->candidate_count > 1);
    by_json_key(json, "values");
    by_json_array_begin(json);
    for (size_t i = 0; !path->is_list && i < path->candidate_count; i++)
        write_value(pieces, path->path, &path->candidates[i].value, path->candidates[i].by);
    if (path->is_list)
        write_elements(pieces, path);
    by_json_array_end(json);
    by_json_object_end(json);
    if (json->status == BANYAN_OK)
        json->status = status;
    by_buffer_deinit(&label);
}

static void write_paths(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;
    const struct by_merged_path **paths = by_pieces_in_order(pieces);

    if (paths == NULL) {
        pieces->json->status = BANYAN_ERR_MEMORY;
        return;
    }
    by_json_key(pieces->json, "fields");
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < merged->path_count; i++)
        write_path(pieces, paths[i]);
    by_json_array_end(pieces->json);
}

/* Who deleted the record, and who did not, where that is in conflict. */
static void write_deletion(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    by_json_key(pieces->json, "deletion");
    by_json_array_begin(pieces->json);
    for (size_t i = 0; merged->deletion != BY_DELETED_NO && i < merged->head_count; i++) {
        const struct by_operation *head = find_operation(pieces->loaded, &merged->heads[i]);

        if (head == NULL)
            continue;
        by_json_object_begin(pieces->json);
        by_json_key(pieces->json, "deleted");
        by_json_bool(pieces->json, by_operation_deletes(head));
        write_origin(pieces, head, by_bytes_of(NULL, 0));
        by_json_object_end(pieces->json);
    }
    by_json_array_end(pieces->json);
}

static void write_blame(const struct by_pieces *pieces)
{
    by_json_object_begin(pieces->json);
    by_pieces_identity(pieces);
    write_paths(pieces);
    write_deletion(pieces);
    by_json_object_end(pieces->json);
}

enum banyan_status by_blame(struct by_node *node, const char *id, const char *language,
                            struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, write_blame, out, error);
}
