/*
 * Taking an import back: new records are deleted, changes are turned back, and records that
 * anybody changed since are left as they are, and named.
 */
#include <string.h>

#include "core/answer.h"
#include "core/draft.h"
#include "core/loaded.h"
#include "core/private.h"
#include "core/upon.h"
#include "import/import.h"
#include "import/state.h"

#define LEFT_MAX  1000u
#define BATCH_MAX 512u

/* One entry that the import wrote. */
struct written {
    struct by_id id;
    struct by_record_name name;
};
struct undoing {
    struct by_node *node;
    struct by_arena arena;               /* the entry, and all that it wrote */
    const struct by_import_entry *entry; /* as the journal at hand has it; NULL where it has none */
    bool is_private;                     /* that journal is the private store's */
    const struct by_import_entry *told;  /* as one of the two journals has it */
    bool is_open;                        /* one of them has not been undone yet */
    struct written *items;
    size_t count, capacity;
    size_t at; /* first of the batch at work */
    uint64_t deleted, restored, left_count;
    struct by_json *left;
    struct banyan_error *error;
};

/* -- what it wrote -- */

struct reading {
    struct undoing *undoing;
    const struct by_import_range *range;
};

static enum banyan_status take_entry(struct undoing *undoing, const struct by_entry *entry)
{
    struct written written = {.id = entry->id};

    if (undoing->count == undoing->capacity) {
        size_t capacity = undoing->capacity == 0 ? 1024 : undoing->capacity * 2;
        struct written *grown = by_arena_array(&undoing->arena, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        if (undoing->count > 0)
            memcpy(grown, undoing->items, undoing->count * sizeof *grown);
        undoing->items = grown;
        undoing->capacity = capacity;
    }
    enum banyan_status status = by_op_links_name(entry->links, &written.name);
    if (status == BANYAN_OK)
        undoing->items[undoing->count++] = written;
    return status;
}

static enum banyan_status take_block(void *context, const struct by_store_block *block)
{
    struct reading *reading = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++) {
        const struct by_entry *entry = &block->run.entries[i];

        if (entry->header.seq >= reading->range->first && entry->header.seq <= reading->range->last)
            status = take_entry(reading->undoing, entry);
    }
    return status;
}

static const struct by_import_entry *
find_entry(const struct by_import_entry *entries, size_t count, const char *id)
{
    const struct by_import_entry *found = NULL;

    for (size_t i = 0; i < count; i++)
        if (strncmp(entries[i].id, id, strlen(id)) == 0) {
            if (found != NULL)
                return NULL;
            found = &entries[i];
        }
    return strlen(id) >= 4 ? found : NULL;
}

struct finding {
    struct undoing *undoing;
    const char *id;
};

static enum banyan_status find_written(void *context, struct by_store_txn *txn)
{
    struct finding *finding = context;
    struct undoing *undoing = finding->undoing;
    struct by_import_entry *entries;
    size_t count;
    enum banyan_status status = by_import_journal_read(txn, &undoing->arena, &entries, &count);

    if (status != BANYAN_OK)
        return status;
    undoing->entry = find_entry(entries, count, finding->id);
    if (undoing->entry == NULL)
        return BANYAN_OK;
    undoing->told = undoing->entry;
    if (undoing->entry->is_undone)
        return BANYAN_OK;
    for (size_t i = 0; i < undoing->entry->range_count && status == BANYAN_OK; i++) {
        struct reading reading = {undoing, &undoing->entry->ranges[i]};

        status = by_store_log_blocks(txn, &reading.range->log, false, reading.range->first,
                                     take_block, &reading);
    }
    return status;
}

/* -- taking back -- */

static const struct by_operation *
find_operation(const struct by_loaded *loaded, const struct by_id *id)
{
    for (size_t i = 0; i < loaded->count; i++)
        if (by_id_equal(&loaded->operations[i].id, id))
            return &loaded->operations[i];
    return NULL;
}

/* Nobody wrote upon it since, nor beside it, but the import itself: a record may have taken several
 * operations, which follow each other. */
static bool is_last(const struct undoing *undoing, size_t at, const struct by_loaded *loaded)
{
    const struct by_merged *merged = &loaded->merged;
    size_t found = 0;

    for (size_t i = at; i < undoing->count &&
                        by_record_name_equal(&undoing->items[i].name, &undoing->items[at].name);
         i++)
        for (size_t head = 0; head < merged->all_head_count; head++)
            found += by_id_equal(&merged->all_heads[head], &undoing->items[i].id);
    return found == merged->all_head_count;
}

static bool has_open_proposal(const struct by_merged *merged)
{
    for (size_t i = 0; i < merged->proposal_count; i++)
        if (merged->proposals[i].state == BY_PROPOSAL_OPEN)
            return true;
    return false;
}

static enum banyan_status say_the_same(const struct by_loaded *loaded, const struct by_merged *then,
                                       struct by_arena *arena, bool *out_do)
{
    const struct by_merged *now = &loaded->merged;
    enum banyan_status status = BANYAN_OK;

    *out_do = now->deletion == then->deletion && now->path_count == then->path_count &&
              by_id_equal(&now->owner, &then->owner) && !has_open_proposal(now);
    for (size_t i = 0; *out_do && i < now->path_count && status == BANYAN_OK; i++) {
        const struct by_merged_path *a = &now->paths[i], *b = &then->paths[i];

        *out_do =
            by_bytes_equal(a->path, b->path) && a->candidate_count == 1 && b->candidate_count == 1;
        if (*out_do)
            status = by_draft_values_equal(loaded->type, a->path, &a->candidates[0].value,
                                           &b->candidates[0].value, arena, out_do);
    }
    return status;
}

/* What was written since has been turned back too, as by the undoing of a later import: the record
 * says what it said behind this one. */
static enum banyan_status is_as_left(const struct undoing *undoing, const struct by_append *append,
                                     size_t at, const struct by_loaded *loaded,
                                     struct by_arena *arena, bool *out_is_so)
{
    struct by_merged then;
    struct by_id *ids = NULL;
    size_t count = 0, end = at;

    while (end < undoing->count &&
           by_record_name_equal(&undoing->items[end].name, &undoing->items[at].name))
        end++;
    ids = by_arena_array(arena, end - at, sizeof *ids);
    if (ids == NULL)
        return BANYAN_ERR_MEMORY;
    while (at < end)
        ids[count++] = undoing->items[at++].id;
    enum banyan_status status =
        by_merge_as_of(&loaded->merged.name, loaded->operations, loaded->count, ids, count,
                       append->node->types, arena, &then);

    return status == BANYAN_OK ? say_the_same(loaded, &then, arena, out_is_so) : status;
}

/* Each value that it set, as it stood before. *out_was_deleted: it brought the record back. */
static enum banyan_status turn_back(const struct by_append *append, const struct by_loaded *loaded,
                                    const struct by_operation *operation, struct by_arena *arena,
                                    struct by_changes *out_changes, bool *out_was_deleted)
{
    struct by_merged before = {.deletion = BY_DELETED_NO};
    enum banyan_status status = by_changes_init(out_changes, arena);

    if (status == BANYAN_OK)
        status = by_merge_as_of(&loaded->merged.name, loaded->operations, loaded->count,
                                operation->links.parents, operation->links.parent_count,
                                append->node->types, arena, &before);
    for (size_t i = 0; i < operation->links.touch_count && status == BANYAN_OK; i++) {
        struct by_touch touch = {.path = operation->links.touches[i].path, .how = BY_HOW_UNSET};
        const struct by_merged_path *path = by_merged_path_find(&before, touch.path);
        struct by_value value = by_value_nil();

        if (path != NULL && path->candidates[0].value.kind != BY_VALUE_NIL) {
            touch.how = BY_HOW_SET;
            value = path->candidates[0].value;
        }
        status = by_changes_add(out_changes, &touch, &value, arena);
    }
    *out_was_deleted = before.deletion == BY_DELETED_YES;
    return status;
}

static enum banyan_status undo_one(struct undoing *undoing, struct by_append *append,
                                   const struct by_loaded *loaded, const struct by_id *id,
                                   struct by_arena *arena)
{
    const struct by_operation *operation = find_operation(loaded, id);
    struct by_operation undo;
    struct by_changes changes = {0};
    enum banyan_status status = BANYAN_OK;
    bool was_new = operation->links.op == BY_OP_PUT;

    if (!was_new)
        status = turn_back(append, loaded, operation, arena, &changes, &was_new);
    by_draft_begin(&undo, &loaded->merged, was_new ? BY_OP_DELETE : BY_OP_PATCH);
    if (!was_new) {
        undo.links.touches = changes.touches;
        undo.links.touch_count = changes.count;
        undo.values = changes.values;
    }
    by_append_follow(append, loaded->merged.last_hlc);
    if (status == BANYAN_OK)
        status = by_upon_all(append, &undo, &loaded->merged);
    undoing->deleted += status == BANYAN_OK && was_new;
    undoing->restored += status == BANYAN_OK && !was_new;
    return status;
}

static enum banyan_status
leave(struct undoing *undoing, const struct by_loaded *loaded, struct by_arena *arena)
{
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (undoing->left_count++ >= LEFT_MAX)
        return BANYAN_OK;
    status = by_loaded_label(loaded, NULL, arena, &label);
    if (status == BANYAN_OK) {
        by_json_object_begin(undoing->left);
        by_json_key(undoing->left, "id");
        by_json_short_id(undoing->left, &loaded->merged.name);
        by_json_key(undoing->left, "type");
        by_json_text(undoing->left, loaded->merged.type);
        by_json_key(undoing->left, "label");
        by_json_text(undoing->left, by_buffer_bytes(&label));
        by_json_object_end(undoing->left);
    }
    by_buffer_deinit(&label);
    return status;
}

/* A record that was private and is shared since is no longer as the import left it. */
static enum banyan_status load(struct by_loaded *loaded, struct by_append *append,
                               const struct by_record_name *name, struct by_arena *arena,
                               bool *out_is_shared)
{
    *out_is_shared = false;
    return append->is_private ? by_private_read(append, name, arena, loaded, out_is_shared)
                              : by_loaded_read(loaded, append->node, append->txn, name, arena);
}

static enum banyan_status undo_batch(void *context, struct by_append *append)
{
    struct undoing *undoing = context;
    struct undoing before = *undoing;
    struct by_json json = *undoing->left;
    size_t json_size = json.out->size;
    struct by_arena arena = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = undoing->at; i < undoing->count && i < undoing->at + BATCH_MAX; i++) {
        struct by_loaded loaded;
        bool is_shared, is_free = false; /* to be undone */

        if (i > 0 && by_record_name_equal(&undoing->items[i].name, &undoing->items[i - 1].name))
            continue; /* decided with the first of them */
        by_arena_reset(&arena);
        status = load(&loaded, append, &undoing->items[i].name, &arena, &is_shared);
        if (status != BANYAN_OK)
            break;
        if (loaded.merged.deletion == BY_DELETED_YES)
            continue;
        if (!is_shared) {
            is_free = is_last(undoing, i, &loaded);
            if (!is_free)
                status = is_as_left(undoing, append, i, &loaded, &arena, &is_free);
        }
        if (status != BANYAN_OK)
            break;
        status = is_free ? undo_one(undoing, append, &loaded, &undoing->items[i].id, &arena)
                         : leave(undoing, &loaded, &arena);
        if (status != BANYAN_OK)
            break;
    }
    by_arena_deinit(&arena);
    if (status == BANYAN_OK && undoing->at + BATCH_MAX >= undoing->count)
        status = by_import_journal_undone(append->txn, undoing->entry->id);
    if (status != BANYAN_OK) { /* the transaction runs again, or not at all */
        *undoing = before;
        *undoing->left = json;
        json.out->size = json_size;
    }
    return status;
}

/* -- the answer -- */

static enum banyan_status answer(const struct undoing *undoing, struct by_bytes left,
                                 struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "import");
    by_json_literal(&json, undoing->told->id);
    by_json_key(&json, "file");
    by_json_text(&json, undoing->told->file);
    by_json_key(&json, "deleted");
    by_json_int(&json, (int64_t)undoing->deleted);
    by_json_key(&json, "restored");
    by_json_int(&json, (int64_t)undoing->restored);
    by_json_key(&json, "left");
    by_json_raw(&json, left);
    by_json_key(&json, "left_count");
    by_json_int(&json, (int64_t)undoing->left_count);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

/* What one of the two journals says. */
static enum banyan_status undo_in(struct undoing *undoing, const char *import, bool is_private)
{
    struct by_node *node = undoing->node;
    struct finding finding = {undoing, import};
    enum banyan_status status = BANYAN_OK;

    undoing->is_private = is_private;
    undoing->count = undoing->at = 0;
    status = by_store_read(is_private ? node->private_store : node->store, find_written, &finding,
                           undoing->error);
    if (status == BANYAN_OK && undoing->entry != NULL && !undoing->entry->is_undone)
        undoing->is_open = true;
    if (status == BANYAN_OK && undoing->count > 0 && !is_private)
        status = by_node_may_write(node, undoing->error);
    while (status == BANYAN_OK && undoing->at < undoing->count) {
        status = is_private ? by_append_run_private(node, undo_batch, undoing, undoing->error)
                            : by_append_run(node, undo_batch, undoing, undoing->error);
        undoing->at += BATCH_MAX;
    }
    return status;
}

static enum banyan_status undo(struct undoing *undoing, const char *import)
{
    enum banyan_status status = undo_in(undoing, import, false);

    if (status == BANYAN_OK)
        status = undo_in(undoing, import, true);
    if (status == BANYAN_OK && undoing->told == NULL)
        return by_fail(undoing->error, BANYAN_ERR_NOT_FOUND,
                       "there is no import '%s' here: banyan import list names them", import);
    if (status == BANYAN_OK && !undoing->is_open)
        return by_fail(undoing->error, BANYAN_ERR_USAGE, "that import was undone already");
    return status;
}

enum banyan_status by_import_undo(struct by_node *node, const char *import, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct by_buffer left = BY_BUFFER_INIT(SIZE_MAX);
    struct by_json json;
    struct undoing undoing = {.node = node, .arena = BY_ARENA_INIT, .left = &json, .error = error};
    enum banyan_status status = by_node_refresh(node, error);

    by_json_init(&json, &left);
    by_json_array_begin(&json);
    if (status == BANYAN_OK)
        status = undo(&undoing, import);
    by_json_array_end(&json);
    if (status == BANYAN_OK)
        status = json.status;
    if (status == BANYAN_OK)
        status = answer(&undoing, by_buffer_bytes(&left), out, error);
    else
        status = by_fail_plain(error, status);
    by_buffer_deinit(&left);
    by_arena_deinit(&undoing.arena);
    return status;
}
