#include "core/pieces.h"

#include <stdlib.h>

#include "core/act_name.h"
#include "core/answer.h"
#include "core/fields.h"
#include "record/field_value.h"
#include "view/document.h"
#include "view/shown.h"

/* The first failure stays. */
static void note(const struct by_pieces *pieces, enum banyan_status status)
{
    if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
}

/* Texts are made of values as documents hold them: JSON. */
static enum banyan_status
to_document(const struct by_value *value, struct by_arena *arena, struct by_value *out_value)
{
    struct by_buffer json = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    enum banyan_status status = by_json_write(value, &json);

    if (status == BANYAN_OK)
        status = by_json_parse(by_buffer_bytes(&json), arena, out_value, NULL);
    by_buffer_deinit(&json);
    return status;
}

static void write_text(const struct by_pieces *pieces, struct by_bytes path,
                       const struct by_value *document_value)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    enum banyan_status status = by_shown_text(pieces->node->view, pieces->loaded->type, path,
                                              document_value, pieces->language, &text);

    note(pieces, status);
    by_json_text(pieces->json, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
}

static size_t size_of_element(const struct by_value *element)
{
    bool has_bytes = element->kind == BY_VALUE_TEXT || element->kind == BY_VALUE_BIN;

    return has_bytes ? element->bytes.size + 1 : 1;
}

/* The beginning of a list that many operations filled; other values come whole, since one payload
 * holds them. */
static struct by_value take_beginning(const struct by_value *value)
{
    struct by_value some = *value;
    size_t size = 0;

    if (value->kind != BY_VALUE_ARRAY)
        return some;
    some.array.count = 0;
    while (some.array.count < value->array.count && size < BY_VALUE_TEXT_BYTES_MAX)
        size += size_of_element(&value->array.items[some.array.count++]);
    return some;
}

void by_pieces_append_text(const struct by_pieces *pieces, struct by_bytes path,
                           const struct by_value *value, struct by_buffer *out)
{
    struct by_value document_value;
    struct by_value some = take_beginning(value);
    enum banyan_status status = to_document(&some, pieces->arena, &document_value);

    if (status == BANYAN_OK)
        status = by_shown_text(pieces->node->view, pieces->loaded->type, path, &document_value,
                               pieces->language, out);
    if (status == BANYAN_OK && value->kind == BY_VALUE_ARRAY &&
        some.array.count < value->array.count)
        status = by_buffer_append_format(out, "; …");
    note(pieces, status);
}

void by_pieces_text(const struct by_pieces *pieces, struct by_bytes path,
                    const struct by_value *value)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);

    by_pieces_append_text(pieces, path, value, &text);
    by_json_text(pieces->json, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
}

const struct by_value *by_pieces_value(const struct by_merged *merged, struct by_bytes path)
{
    const struct by_merged_path *found = by_merged_path_find(merged, path);

    return found == NULL ? NULL : &found->candidates[0].value;
}

/* Values in conflict are told apart by a bar. */
static void
write_before(const struct by_pieces *pieces, const struct by_before *before, struct by_bytes path)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    bool has_value = false;

    by_json_key(pieces->json, "before");
    for (size_t i = 0; i < before->count; i++) {
        const struct by_value *value = &before->candidates[i].value;
        if (i > 0)
            note(pieces, by_buffer_append_format(&text, " | "));
        by_pieces_append_text(pieces, path, value, &text);
        has_value = has_value || value->kind != BY_VALUE_NIL;
    }
    if (before->is_cut)
        note(pieces, by_buffer_append_format(&text, " …"));
    if (has_value)
        by_json_text(pieces->json, by_buffer_bytes(&text));
    else
        by_json_null(pieces->json);
    by_buffer_deinit(&text);
}

/* What the field is called. */
static void write_field(const struct by_pieces *pieces, struct by_bytes path)
{
    struct by_buffer label = BY_BUFFER_INIT(BY_VALUE_TEXT_BYTES_MAX);

    note(pieces, by_shown_path(pieces->loaded->type, path, pieces->language, &label));
    by_json_key(pieces->json, "field");
    by_json_text(pieces->json, by_buffer_bytes(&label));
    by_buffer_deinit(&label);
}

static void write_change(const struct by_pieces *pieces, const struct by_value *change,
                         const struct by_before *before)
{
    const struct by_value *path = by_value_get(change, "path");
    const struct by_value *value = by_value_get(change, "value");
    struct by_json *json = pieces->json;

    by_json_object_begin(json);
    by_json_key(json, "path");
    by_json_value(json, path);
    write_field(pieces, path->bytes);
    by_json_key(json, "change");
    by_json_value(json, by_value_get(change, "change"));
    by_json_key(json, "value");
    by_json_value(json, value);
    by_json_key(json, "text");
    write_text(pieces, path->bytes, value);
    if (before != NULL)
        write_before(pieces, before, path->bytes);
    by_json_object_end(json);
}

void by_pieces_changes(const struct by_pieces *pieces, const struct by_operation *operation,
                       const struct by_before *befores)
{
    struct by_buffer text = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    struct by_value changes = by_value_nil();
    enum banyan_status status =
        by_document_changes(operation, pieces->loaded->operations, pieces->loaded->count, &text);

    if (status == BANYAN_OK)
        status = by_json_parse(by_buffer_bytes(&text), pieces->arena, &changes, NULL);
    note(pieces, status);
    by_json_array_begin(pieces->json);
    for (size_t i = 0; status == BANYAN_OK && i < changes.array.count; i++)
        write_change(pieces, &changes.array.items[i], befores == NULL ? NULL : &befores[i]);
    by_json_array_end(pieces->json);
    by_buffer_deinit(&text);
}

void by_pieces_author(const struct by_pieces *pieces, const struct by_operation *operation)
{
    by_json_key(pieces->json, "by");
    by_json_organisation(pieces->json, pieces->node, &operation->organisation);
    by_json_key(pieces->json, "person");
    by_json_person(pieces->json, operation->person);
    by_json_key(pieces->json, "at");
    by_json_stamp(pieces->json, operation->hlc);
}

void by_pieces_device(const struct by_pieces *pieces, const struct by_operation *operation)
{
    const struct by_id *id = &operation->device;
    const struct by_charter_device *device = by_charter_device_find(pieces->node->charter, id);
    struct by_json *json = pieces->json;

    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(id));
    by_json_key(json, "device_short");
    by_json_act_name(json, id);
    by_json_key(json, "device_name");
    if (device != NULL && device->name.size > 0)
        by_json_text(json, device->name);
    else
        by_json_null(json);
}

struct by_bytes by_pieces_sharing(const struct by_loaded *loaded)
{
    const struct by_value *value = by_pieces_value(&loaded->merged, by_bytes_of_text("sharing"));
    const struct by_bytes everybody = by_bytes_of_text("public");

    if (loaded->is_private)
        return by_bytes_of_text("private");
    return value != NULL && value->kind == BY_VALUE_TEXT && by_bytes_equal(value->bytes, everybody)
               ? everybody
               : by_bytes_of_text("members");
}

/* A path with its place among the fields of the type. */
struct ranked {
    const struct by_merged_path *path;
    size_t rank;
};

static size_t find_rank(const struct by_type *type, struct by_bytes path)
{
    size_t envelope_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);
    const struct by_field *field = by_shown_field(type, path);

    if (field == NULL)
        return SIZE_MAX;
    if (type != NULL && field >= type->fields && field < type->fields + type->field_count)
        return (size_t)(field - type->fields);
    if (field >= envelope && field < envelope + envelope_count)
        return (type == NULL ? 0 : type->field_count) + (size_t)(field - envelope);
    return SIZE_MAX;
}

static int order_ranked(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return by_bytes_compare(left->path->path, right->path->path);
}

const struct by_merged_path **by_pieces_in_order(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;
    struct ranked *ranked = by_arena_array(pieces->arena, merged->path_count + 1, sizeof *ranked);
    const struct by_merged_path **paths =
        by_arena_array(pieces->arena, merged->path_count + 1, sizeof *paths);

    if (ranked == NULL || paths == NULL)
        return NULL;
    for (size_t i = 0; i < merged->path_count; i++)
        ranked[i] = (struct ranked){&merged->paths[i],
                                    find_rank(pieces->loaded->type, merged->paths[i].path)};
    if (merged->path_count > 0)
        qsort(ranked, merged->path_count, sizeof *ranked, order_ranked);
    for (size_t i = 0; i < merged->path_count; i++)
        paths[i] = ranked[i].path;
    return paths;
}

const char *by_pieces_deletion_word(enum by_deletion deletion)
{
    switch (deletion) {
    case BY_DELETED_NO:
        return "no";
    case BY_DELETED_YES:
        return "yes";
    case BY_DELETED_CONFLICT:
        return "conflict";
    }
    return "no";
}

void by_pieces_identity(const struct by_pieces *pieces)
{
    const struct by_merged *merged = &pieces->loaded->merged;
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    struct by_json *json = pieces->json;
    uint8_t name[48];

    by_record_name_put(name, &merged->name);
    by_json_key(json, "id");
    by_json_short_id(json, &merged->name);
    by_json_key(json, "name");
    by_json_hex(json, by_bytes_of(name, sizeof name));
    by_json_key(json, "type");
    by_json_text(json, merged->type);
    enum banyan_status status =
        by_loaded_label(pieces->loaded, pieces->language, pieces->arena, &label);
    by_json_key(json, "label");
    by_json_text(json, by_buffer_bytes(&label));
    if (json->status == BANYAN_OK)
        json->status = status;
    by_json_key(json, "owner");
    by_json_organisation(json, pieces->node, &merged->owner);
    by_json_key(json, "deleted");
    by_json_literal(json, by_pieces_deletion_word(merged->deletion));
    by_json_key(json, "sharing");
    by_json_text(json, by_pieces_sharing(pieces->loaded));
    by_json_key(json, "created");
    by_json_stamp(json, merged->first_hlc);
    by_json_key(json, "changed");
    by_json_stamp(json, merged->last_hlc);
    by_buffer_deinit(&label);
}

enum banyan_status by_pieces_read_as_of(struct by_node *node, const char *id, const uint64_t *as_of,
                                        const char *language, by_pieces_write *write,
                                        struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_record_name name;
    struct by_loaded loaded;
    struct by_json json;
    struct by_pieces pieces = {.node = node,
                               .loaded = &loaded,
                               .language = language == NULL ? "en" : language,
                               .arena = &arena,
                               .json = &json,
                               .as_of = as_of};

    by_json_init(&json, out);
    enum banyan_status status = by_node_find(node, id, &name, error);
    if (status == BANYAN_OK)
        status = as_of == NULL ? by_loaded_fetch(&loaded, node, &name, &arena, error)
                               : by_loaded_fetch_as_of(&loaded, node, &name, *as_of, &arena, error);
    if (status == BANYAN_OK) {
        write(&pieces);
        status = by_json_done(&json, error);
    }
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_pieces_read(struct by_node *node, const char *id, const char *language,
                                  by_pieces_write *write, struct by_buffer *out,
                                  struct banyan_error *error)
{
    return by_pieces_read_as_of(node, id, NULL, language, write, out, error);
}
