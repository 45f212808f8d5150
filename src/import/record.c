/*
 * Whole records, as banyan exported them: what comes of one line.
 *
 * A record of this network has its own name here. One of another network becomes our own, under a
 * name that follows from its own, as do its references; so the same file is the same records, at
 * every import.
 */
#include <string.h>

#include "core/draft.h"
#include "core/private.h"
#include "import/state.h"
#include "record/operation.h"

/* What goes into one operation, below its bounds with room for what stands around. */
#define VALUES_BYTES_MAX (40u * 1024u)
#define VALUES_MAX       200u

/* -- reading a line -- */

static enum banyan_status refuse(struct by_import_row *item, const char *fault)
{
    item->fault = fault;
    return BANYAN_OK;
}

enum banyan_status by_import_record_read(struct by_importing *importing, struct by_bytes text,
                                         struct by_arena *arena, struct by_import_row *item)
{
    struct banyan_error why = by_error_beside(importing->error);
    struct by_bytes name, type, version;
    struct by_value *line = by_arena_alloc(arena, sizeof *line);
    enum banyan_status status =
        line == NULL ? BANYAN_ERR_MEMORY : by_json_parse(text, arena, line, &why);

    item->has_record = true;
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK) {
        item->fault = by_arena_text(arena, by_bytes_of_text(why.text));
        return item->fault == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    item->document = by_value_get(line, "fields");
    item->conflicts = by_value_get(line, "conflicts");
    if (by_value_get_text(line, "name", &name) != BANYAN_OK ||
        !by_record_name_read(name, &item->name))
        return refuse(item, by_words(importing->error, N_("the name of the record is missing")));
    if (by_value_get_text(line, "type", &type) != BANYAN_OK || type.size == 0 ||
        type.size > BY_TYPE_NAME_BYTES_MAX)
        return refuse(item, by_words(importing->error, N_("the type of the record is missing")));
    if (item->document == NULL || item->document->kind != BY_VALUE_MAP)
        return refuse(item, by_words(importing->error, N_("the fields of the record are missing")));
    item->type = type;
    if (by_value_get_text(line, "version", &version) == BANYAN_OK)
        item->version = version;
    return BANYAN_OK;
}

/* -- names in this network -- */

static bool
is_of_network(const struct by_import_planning *planning, const struct by_record_name *name)
{
    const struct by_node *node = planning->importing->node;

    return by_charter_org_find(node->charter, &name->owner) != NULL;
}

static struct by_record_name
own_name(const struct by_import_planning *planning, const struct by_record_name *name)
{
    struct by_record_name own = {.owner = planning->importing->node->organisation};
    struct by_id hash;

    if (is_of_network(planning, name))
        return *name;
    by_record_name_hash(name, &hash);
    own.uuid = by_row_uuid(&hash, 0);
    return own;
}

/* -- values -- */

static enum banyan_status
read_ref(struct by_import_planning *planning, const struct by_value *text, struct by_value *out_ref)
{
    struct by_record_name name;
    uint8_t *bytes = by_arena_alloc(planning->arena, 48);

    *out_ref = *text;
    if (bytes == NULL)
        return BANYAN_ERR_MEMORY;
    if (text->kind != BY_VALUE_TEXT || !by_record_name_read(text->bytes, &name))
        return BANYAN_OK; /* refused for its form */
    name = own_name(planning, &name);
    by_record_name_put(bytes, &name);
    *out_ref = by_value_bin(by_bytes_of(bytes, 48));
    return BANYAN_OK;
}

static enum banyan_status read_refs(struct by_import_planning *planning,
                                    const struct by_value *list, struct by_value *out_list)
{
    enum banyan_status status = BANYAN_OK;

    *out_list = *list;
    if (list->kind != BY_VALUE_ARRAY)
        return BANYAN_OK;
    *out_list = by_value_array(planning->arena, list->array.count);
    if (out_list->array.items == NULL && list->array.count > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < list->array.count && status == BANYAN_OK; i++)
        status = read_ref(planning, &list->array.items[i], &out_list->array.items[i]);
    return status;
}

static enum banyan_status read_value(struct by_import_planning *planning, struct by_bytes field,
                                     const struct by_value *json, struct by_value *out_value)
{
    enum by_field_kind kind;
    char *name = by_arena_text(planning->arena, field);
    enum banyan_status status = name == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    *out_value = *json;
    if (status != BANYAN_OK ||
        !by_type_set_field(planning->importing->node->types, planning->row->type, field, &kind))
        return status;
    if (kind == BY_FIELD_REF)
        status = read_ref(planning, json, out_value);
    if (kind == BY_FIELD_REFS)
        status = read_refs(planning, json, out_value);
    if (status == BANYAN_OK && !by_field_value_is(kind, out_value))
        status = by_import_plan_fault(
            planning, BY_NO_COLUMN, name,
            by_words(planning->importing->error, N_("it has not the form that such values have")));
    return status;
}

static enum banyan_status set(struct by_import_planning *planning, struct by_bytes path,
                              const struct by_value *value, struct by_changes *changes)
{
    const struct by_touch touch = {.path = path, .how = BY_HOW_SET};

    if (!by_path_is(path))
        return by_import_plan_fault(
            planning, BY_NO_COLUMN, by_arena_text(planning->arena, path),
            by_words(planning->importing->error, N_("this is no name of a field")));
    return by_changes_add(changes, &touch, value, planning->arena);
}

static bool is_in_conflict(const struct by_import_planning *planning, struct by_bytes path)
{
    return by_value_get_bytes(planning->row->conflicts, path) != NULL;
}

static enum banyan_status set_languages(struct by_import_planning *planning, struct by_bytes field,
                                        const struct by_value *map, struct by_changes *changes)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < map->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &map->map.pairs[i];
        struct by_buffer path = BY_BUFFER_INIT(2 * BY_PATH_BYTES_MAX);
        struct by_bytes kept = {.size = 0};

        status =
            by_buffer_append_format(&path, "%.*s.%.*s", (int)field.size, (const char *)field.data,
                                    (int)pair->key.size, (const char *)pair->key.data);
        if (status == BANYAN_OK)
            status = by_arena_copy(planning->arena, by_buffer_bytes(&path), &kept);
        by_buffer_deinit(&path);
        if (status == BANYAN_OK && !is_in_conflict(planning, kept))
            status = set(planning, kept, &pair->value, changes);
    }
    return status;
}

/* What the line says, but for what is in conflict. */
static enum banyan_status
read_fields(struct by_import_planning *planning, struct by_changes *out_changes)
{
    const struct by_value *document = planning->row->document;
    enum banyan_status status = by_changes_init(out_changes, planning->arena);

    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &document->map.pairs[i];
        enum by_field_kind kind;
        bool is_mltext = by_type_set_field(planning->importing->node->types, planning->row->type,
                                           pair->key, &kind) &&
                         kind == BY_FIELD_MLTEXT;
        struct by_value value;

        status = read_value(planning, pair->key, &pair->value, &value);
        if (status != BANYAN_OK || planning->plan->problem_count > 0)
            break;
        if (is_mltext)
            status = set_languages(planning, pair->key, &value, out_changes);
        else if (!is_in_conflict(planning, pair->key))
            status = set(planning, pair->key, &value, out_changes);
    }
    return status;
}

/* -- a new record: its put, what that has no room for, and each of the values in conflict -- */

static struct by_operation *add_operation(struct by_import_planning *planning)
{
    struct by_import_plan *plan = planning->plan;
    struct by_operation *operation = NULL;

    if (plan->more == NULL)
        plan->more = by_arena_array(planning->arena, BY_IMPORT_MORE_MAX, sizeof plan->more[0]);
    if (plan->more == NULL || plan->more_count == BY_IMPORT_MORE_MAX)
        return NULL;
    operation = &plan->more[plan->more_count++];
    operation->links.name = planning->name;
    operation->links.op = BY_OP_PATCH;
    return operation;
}

/* How many changes from the first on fit into one operation; at least one. */
static enum banyan_status
count_fitting(const struct by_changes *changes, size_t from, size_t *out_count)
{
    struct by_buffer bytes = BY_BUFFER_INIT(SIZE_MAX);
    size_t count = 0;
    enum banyan_status status = BANYAN_OK;

    while (from + count < changes->count && count < VALUES_MAX && status == BANYAN_OK) {
        status = by_value_encode(&changes->values[from + count], &bytes);
        if (count > 0 && bytes.size > VALUES_BYTES_MAX)
            break;
        count++;
    }
    by_buffer_deinit(&bytes);
    *out_count = count;
    return status;
}

static void
say(struct by_operation *operation, const struct by_changes *changes, size_t from, size_t count)
{
    operation->links.touches = changes->touches + from;
    operation->links.touch_count = count;
    operation->values = changes->values + from;
}

static enum banyan_status
add_conflict(struct by_import_planning *planning, const struct by_pair *conflict)
{
    struct by_bytes field, language;
    enum banyan_status status = BANYAN_OK;

    by_path_split(conflict->key, &field, &language);
    for (size_t i = 0; i < conflict->value.array.count && status == BANYAN_OK; i++) {
        struct by_changes changes;
        struct by_value value = conflict->value.array.items[i];
        struct by_operation *operation = NULL;
        struct by_touch unset = {.path = conflict->key, .how = BY_HOW_UNSET};

        status = by_changes_init(&changes, planning->arena);
        if (status == BANYAN_OK && language.size == 0 && value.kind != BY_VALUE_NIL)
            status = read_value(planning, field, &conflict->value.array.items[i], &value);
        if (status == BANYAN_OK && value.kind == BY_VALUE_NIL)
            status = by_changes_add(&changes, &unset, &value, planning->arena);
        else if (status == BANYAN_OK)
            status = set(planning, conflict->key, &value, &changes);
        operation = status == BANYAN_OK ? add_operation(planning) : NULL;
        if (operation != NULL)
            say(operation, &changes, 0, changes.count);
    }
    return status;
}

/* A deletion in conflict stands there too, as yes and no: the record is there. */
static bool is_of_field(const struct by_pair *conflict)
{
    return conflict->value.kind == BY_VALUE_ARRAY && conflict->value.array.count > 0 &&
           !(by_bytes_equal(conflict->key, by_bytes_of_text("deleted")) &&
             conflict->value.array.items[0].kind == BY_VALUE_BOOL);
}

static enum banyan_status add_conflicts(struct by_import_planning *planning)
{
    const struct by_value *conflicts = planning->row->conflicts;
    enum banyan_status status = BANYAN_OK;

    if (conflicts == NULL || conflicts->kind != BY_VALUE_MAP)
        return BANYAN_OK;
    for (size_t i = 0; i < conflicts->map.count && status == BANYAN_OK; i++)
        if (is_of_field(&conflicts->map.pairs[i]))
            status = add_conflict(planning, &conflicts->map.pairs[i]);
    return status;
}

static enum banyan_status finish_put(struct by_import_planning *planning)
{
    enum banyan_status status =
        by_draft_check_fits(planning->importing->node, &planning->plan->operation,
                            planning->row->type, &planning->error);

    return status == BANYAN_OK ? by_import_plan_hand_over(planning) : status;
}

static enum banyan_status plan_put(struct by_import_planning *planning, struct by_changes *changes)
{
    const struct by_type *type =
        by_registry_type(planning->importing->node->registry, planning->row->type);
    struct by_operation *put = &planning->plan->operation;
    size_t from = 0, count = 0;
    enum banyan_status status = BANYAN_OK;

    planning->plan->is_private = type != NULL && by_private_is_said(type, changes);
    if (planning->plan->is_private)
        status = by_private_say(changes, planning->arena);
    if (status == BANYAN_OK)
        status = count_fitting(changes, 0, &count);
    if (status != BANYAN_OK)
        return status;

    put->links.name = planning->name;
    put->links.op = BY_OP_PUT;
    put->links.type = planning->row->type;
    say(put, changes, 0, count);
    planning->plan->verdict = BY_IMPORT_NEW;
    for (from = count; from < changes->count && status == BANYAN_OK; from += count) {
        struct by_operation *operation = add_operation(planning);

        if (operation == NULL)
            return BANYAN_ERR_MEMORY;
        status = count_fitting(changes, from, &count);
        say(operation, changes, from, count);
    }
    if (status == BANYAN_OK)
        status = add_conflicts(planning);
    return status == BANYAN_OK && planning->plan->problem_count == 0 ? finish_put(planning)
                                                                     : status;
}

/* -- the record -- */

static bool is_there(const struct by_import_planning *planning)
{
    return planning->loaded.count > 0 && planning->loaded.merged.type.size > 0;
}

static enum banyan_status
plan_there(struct by_import_planning *planning, struct by_changes *changes)
{
    if (!by_bytes_equal(planning->loaded.merged.type, planning->row->type))
        return by_import_plan_fault(
            planning, BY_NO_COLUMN, NULL,
            by_words(planning->importing->error, N_("the record here is of another type")));
    if (by_import_stays_deleted(planning)) {
        planning->plan->verdict = BY_IMPORT_DELETED;
        return BANYAN_OK;
    }
    if (planning->row->version.size > 0 && !planning->is_foreign)
        return by_import_plan_edited_record(planning, changes);
    return by_import_plan_change(planning, changes);
}

enum banyan_status
by_import_plan_record(struct by_import_planning *planning, const struct by_sources *sources)
{
    struct by_changes changes;
    bool is_ours = by_id_equal(&planning->name.owner, &planning->importing->node->organisation);
    enum banyan_status status = by_import_plan_load(planning, sources);

    if (status == BANYAN_OK && !is_there(planning) && !is_ours) {
        if (is_of_network(planning, &planning->name))
            return by_import_plan_fault(planning, BY_NO_COLUMN, NULL,
                                        by_words(planning->importing->error, BY_IMPORT_NOT_HERE));
        planning->name = own_name(planning, &planning->name);
        planning->is_foreign = true;
        status = by_import_plan_load(planning, sources);
    }
    if (status == BANYAN_OK)
        status = read_fields(planning, &changes);
    if (by_import_is_of_row(status))
        return by_import_plan_fault(planning, BY_NO_COLUMN, NULL,
                                    by_words(planning->importing->error,
                                             N_("the record has more fields than one may have")));
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    return is_there(planning) ? plan_there(planning, &changes) : plan_put(planning, &changes);
}
