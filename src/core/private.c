#include "core/private.h"

#include <string.h>

#include "core/draft.h"
#include "core/fields.h"
#include "record/field_value.h"
#include "view/gather.h"

#define SHARING "sharing"
#define PRIVATE "private"

#define REFERENCES_MAX 1000u /* of a list that are looked at */

enum banyan_status by_private_is(struct by_node *node, const struct by_record_name *name,
                                 bool *out_is_private, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_loaded loaded;
    enum banyan_status status = BANYAN_OK;

    *out_is_private = false;
    if (!by_id_equal(&name->owner, &node->organisation))
        return BANYAN_OK;
    status = by_loaded_fetch_merged(&loaded, node, name, &arena, error);
    *out_is_private = status == BANYAN_OK && loaded.is_private;
    by_arena_deinit(&arena);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

struct looking {
    const struct by_node *node;
    const struct by_record_name *name;
    struct by_arena *arena;
    bool is_shared;
};

static enum banyan_status look(void *context, struct by_store_txn *txn)
{
    struct looking *looking = context;
    struct by_loaded loaded;
    enum banyan_status status =
        by_loaded_read(&loaded, looking->node, txn, looking->name, looking->arena);

    looking->is_shared = by_gathered_is_put(loaded.operations, loaded.count, looking->name);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_private_read(struct by_append *append, const struct by_record_name *name,
                                   struct by_arena *arena, struct by_loaded *out_loaded,
                                   bool *out_is_shared)
{
    struct looking looking = {.node = append->node, .name = name, .arena = arena};
    enum banyan_status status =
        by_loaded_read_private(out_loaded, append->node, append->txn, name, arena);

    if (status == BANYAN_OK)
        status = by_store_read(append->node->store, look, &looking, append->error);
    *out_is_shared = looking.is_shared;
    return status;
}

enum banyan_status by_private_refuse(struct by_node *node, const struct by_record_name *name,
                                     struct banyan_error *error)
{
    char id[BY_SHORT_ID_BYTES];
    bool is_private;
    enum banyan_status status = by_private_is(node, name, &is_private, error);

    if (status != BANYAN_OK || !is_private)
        return status;
    by_record_short_id(name, id);
    return by_fail(error, BANYAN_ERR_USAGE,
                   "the record is private, and nobody else knows of it: share it first, with "
                   "banyan edit %s sharing=members",
                   id);
}

/* -- what is said of sharing -- */

static size_t find_sharing(const struct by_changes *changes, enum by_how how)
{
    size_t i = 0;

    while (i < changes->count &&
           (changes->touches[i].how != how ||
            !by_bytes_equal(changes->touches[i].path, by_bytes_of_text(SHARING))))
        i++;
    return i;
}

const struct by_value *by_sharing_set(const struct by_changes *changes)
{
    size_t at = find_sharing(changes, BY_HOW_SET);

    return at == changes->count ? NULL : &changes->values[at];
}

bool by_sharing_is_unset(const struct by_changes *changes)
{
    return find_sharing(changes, BY_HOW_UNSET) < changes->count;
}

static bool says_private(const struct by_value *sharing)
{
    return sharing != NULL && sharing->kind == BY_VALUE_TEXT &&
           by_bytes_equal(sharing->bytes, by_bytes_of_text(PRIVATE));
}

enum banyan_status by_sharing_check(const struct by_changes *changes, struct banyan_error *error)
{
    if (!says_private(by_sharing_set(changes)))
        return BANYAN_OK;
    return by_fail(error, BANYAN_ERR_DENIED,
                   "all members hold this record already, so it cannot become private again");
}

bool by_private_is_said(const struct by_type *type, const struct by_changes *changes)
{
    const struct by_value *said = by_sharing_set(changes);

    if (said == NULL)
        return type->sharing != NULL && strcmp(type->sharing, PRIVATE) == 0;
    return says_private(said);
}

enum banyan_status by_private_is_new(struct by_node *node, const struct by_type *type,
                                     const struct banyan_field *fields, size_t count,
                                     bool *out_is_private, struct banyan_error *error)
{
    struct by_fields_target target = {.node = node, .type = type};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_changes changes;
    size_t at = 0;

    while (at < count && (strcmp(fields[at].path, SHARING) != 0 || fields[at].change != BANYAN_SET))
        at++;
    enum banyan_status status = by_fields_parse(&target, fields + (at < count ? at : 0), at < count,
                                                &arena, &changes, error);
    *out_is_private = status == BANYAN_OK && by_private_is_said(type, &changes);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_private_say(struct by_changes *changes, struct by_arena *arena)
{
    const struct by_touch touch = {.path = by_bytes_of_text(SHARING), .how = BY_HOW_SET};
    const struct by_value value = by_value_literal(PRIVATE);

    return by_sharing_set(changes) != NULL ? BANYAN_OK
                                           : by_changes_add(changes, &touch, &value, arena);
}

/* -- references -- */

static enum banyan_status count_reference(struct by_node *node, const struct by_value *value,
                                          size_t *count, struct banyan_error *error)
{
    struct by_record_name name;
    bool is_private = false;
    enum banyan_status status = BANYAN_OK;

    if (value->kind != BY_VALUE_BIN || value->bytes.size != 48)
        return BANYAN_OK;
    by_record_name_get(value->bytes.data, &name);
    status = by_private_is(node, &name, &is_private, error);
    *count += is_private;
    return status;
}

enum banyan_status by_private_references(struct by_node *node, const struct by_merged *merged,
                                         size_t *out_count, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    *out_count = 0;
    for (size_t i = 0; i < merged->path_count && status == BANYAN_OK; i++) {
        const struct by_value *value = &merged->paths[i].candidates[0].value;

        status = count_reference(node, value, out_count, error);
        for (size_t k = 0; value->kind == BY_VALUE_ARRAY && k < value->array.count &&
                           k < REFERENCES_MAX && status == BANYAN_OK;
             k++)
            status = count_reference(node, &value->array.items[k], out_count, error);
    }
    return status;
}

/* -- sharing one -- */

struct sharing {
    struct by_append *append;
    const struct by_record_name *name;
    struct by_arena *arena;
    struct by_loaded loaded;
};

static enum banyan_status load(void *context, struct by_store_txn *txn)
{
    struct sharing *sharing = context;

    return by_loaded_read_private(&sharing->loaded, sharing->append->node, txn, sharing->name,
                                  sharing->arena);
}

/* The record with one change more, which nobody writes down. */
static enum banyan_status
merge_with(struct sharing *sharing, const struct by_changes *changes, struct by_merged *out_merged)
{
    struct by_loaded *loaded = &sharing->loaded;
    struct by_operation *all =
        by_arena_array(sharing->arena, loaded->count + 1, sizeof *loaded->operations);
    struct by_operation *last = NULL;

    if (all == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(all, loaded->operations, loaded->count * sizeof *all);
    last = &all[loaded->count];
    by_draft_begin(last, &loaded->merged, BY_OP_PATCH);
    memset(last->id.bytes, 0xff, sizeof last->id.bytes); /* sorts behind all others */
    last->hlc = loaded->merged.last_hlc + 1;
    last->organisation = sharing->append->node->organisation;
    last->role = BY_ROLE_MEMBER;
    last->links.touches = changes->touches;
    last->links.touch_count = changes->count;
    last->values = changes->values;
    return by_merge(sharing->name, all, loaded->count + 1, sharing->append->node->types,
                    sharing->arena, out_merged);
}

/* Each value that stands, set anew. */
static enum banyan_status
take_values(const struct by_merged *merged, struct by_arena *arena, struct by_changes *out_changes)
{
    enum banyan_status status = by_changes_init(out_changes, arena);

    for (size_t i = 0; i < merged->path_count && status == BANYAN_OK; i++) {
        const struct by_merged_path *path = &merged->paths[i];
        const struct by_touch touch = {.path = path->path, .how = BY_HOW_SET};

        if (path->candidates[0].value.kind != BY_VALUE_NIL)
            status = by_changes_add(out_changes, &touch, &path->candidates[0].value, arena);
    }
    return status;
}

static enum banyan_status put(struct sharing *sharing, const struct by_changes *changes)
{
    struct by_append *append = sharing->append;
    struct by_bytes type = sharing->loaded.merged.type;
    struct by_operation operation = {.links = {.name = *sharing->name,
                                               .op = BY_OP_PUT,
                                               .type = type,
                                               .touches = changes->touches,
                                               .touch_count = changes->count},
                                     .values = changes->values};
    enum banyan_status status = by_draft_check_fits(append->node, &operation, type, append->error);

    if (status == BANYAN_OK)
        status = by_append_operation(append, &operation);
    if (status == BANYAN_ERR_TOO_LARGE)
        status = by_fail(append->error, status,
                         "the record says more than the %u bytes of one entry: empty its longest "
                         "field, share it, and write that field again",
                         BY_PAYLOAD_BYTES_MAX);
    return status;
}

/* Whether the network's logs have it already: another command was faster. */
static enum banyan_status check_is_private(const struct sharing *sharing)
{
    const struct by_append *append = sharing->append;
    struct by_loaded shared;
    enum banyan_status status =
        by_loaded_read(&shared, append->node, append->txn, sharing->name, sharing->arena);

    if (status == BANYAN_OK)
        return by_fail(append->error, BANYAN_ERR_EXISTS, "the record was shared a moment ago");
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_private_share(struct by_append *append, const struct by_record_name *name,
                                    const struct banyan_field *fields, size_t count,
                                    struct by_arena *arena)
{
    struct sharing sharing = {.append = append, .name = name, .arena = arena};
    struct by_fields_target target = {.node = append->node};
    struct by_changes changes;
    struct by_merged merged;
    enum banyan_status status = check_is_private(&sharing);

    if (status == BANYAN_OK)
        status = by_store_read(append->node->private_store, load, &sharing, append->error);
    if (status != BANYAN_OK)
        return status;
    target.type = sharing.loaded.type;
    target.merged = &sharing.loaded.merged;
    status = by_fields_parse(&target, fields, count, arena, &changes, append->error);
    if (status == BANYAN_OK)
        status = merge_with(&sharing, &changes, &merged);
    if (status == BANYAN_OK)
        status = take_values(&merged, arena, &changes);
    if (status == BANYAN_OK)
        status = by_fields_check_required(target.type, &changes, append->error);
    if (status == BANYAN_OK)
        status = put(&sharing, &changes);
    return status;
}
