#include "core/bundle_apply.h"

#include <string.h>

#include "core/answer.h"
#include "core/bundle_check.h"
#include "core/local.h"
#include "core/report.h"
#include "core/settle.h"

struct applying {
    struct by_node *node;
    const char *path;
    struct by_os_input *input;
    struct by_bundle_contents contents;
    struct banyan_error *error;

    /* of the transaction at work */
    struct by_store_txn *txn;
    struct by_charter *charter; /* of all acts, held and brought */
    struct by_bundle_maker maker;

    /* what came of it */
    uint64_t acts_new;
    uint64_t entries_new;
    uint64_t waiting;
    uint64_t strangers;
};

/* -- one run -- */

/* An act block comes in whole when any of its acts is to be shared: what lies before it in its log
 * is its past. */
static bool is_welcome(const struct applying *applying, const struct by_run *run)
{
    if (!by_kind_is_act(run->entries[0].header.kind))
        return by_charter_log_find(applying->charter, &run->base.log) != NULL;
    for (size_t i = 0; i < run->count; i++)
        if (by_charter_shares(applying->charter, &run->entries[i].id))
            return true;
    return false;
}

static enum banyan_status note_heard(struct applying *applying, const struct by_run *run)
{
    const struct by_charter_device *device =
        by_charter_device_find(applying->charter, &run->base.log.device);

    if (device == NULL)
        return BANYAN_OK;
    return by_local_heard_put(applying->txn, &device->organisation,
                              run->entries[run->count - 1].header.hlc,
                              &applying->maker.organisation);
}

/* How many of a run's entries are new, where only part of it is. */
static uint64_t count_part(const struct by_run *run, const struct by_store_log *held)
{
    uint64_t last = run->base.first_seq + run->count - 1;

    return last > held->tip_seq && held->tip_seq >= run->base.first_seq ? last - held->tip_seq
                                                                        : run->count;
}

static enum banyan_status keep_run(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct applying *applying = context;
    bool are_acts = by_kind_is_act(run->entries[0].header.kind);
    uint64_t *new_count = are_acts ? &applying->acts_new : &applying->entries_new;
    struct by_store_log held = {0};
    enum by_store_verdict verdict;

    if (!is_welcome(applying, run)) {
        applying->strangers++;
        return BANYAN_OK;
    }
    enum banyan_status status = by_store_log_find(applying->txn, &run->base.log, &held);
    if (status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND)
        status = by_store_append(applying->txn, run, packed, &verdict);
    if (status == BANYAN_ERR_BROKEN_CHAIN) {
        applying->waiting++;
        return BANYAN_OK;
    }
    if (status == BANYAN_ERR_DAMAGED)
        return by_fail(applying->error, BANYAN_ERR_DISK,
                       "part of the logs in %s is damaged: run banyan fsck (nothing was taken in)",
                       applying->node->home);
    if (status != BANYAN_OK || verdict == BY_STORE_HELD)
        return status;
    *new_count += verdict == BY_STORE_NEW ? run->count : count_part(run, &held);
    return note_heard(applying, run);
}

/* -- the transaction -- */

static enum banyan_status build_charter(struct applying *applying)
{
    struct by_act_list acts = {0};
    enum banyan_status status = by_act_list_add_held(&acts, applying->txn);

    /* What cannot be read here may be among what the bundle brings. */
    if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    for (size_t i = 0; i < applying->contents.acts.count && status == BANYAN_OK; i++)
        status = by_act_list_add(&acts, &applying->contents.acts.entries[i]);
    by_act_list_unite(&acts);
    by_charter_free(applying->charter);
    applying->charter = NULL;
    if (status == BANYAN_OK)
        status = by_charter_build(&applying->node->network, acts.entries, acts.count,
                                  &applying->charter);
    by_act_list_deinit(&acts);
    return status;
}

/* The key that opens a newcomer's own bundles has done its work. */
static enum banyan_status forget_join_key(struct applying *applying)
{
    if (by_charter_role(applying->charter, &applying->node->organisation) == BY_ROLE_NONE)
        return BANYAN_OK;
    return by_store_local_put(applying->txn, BY_LOCAL_JOIN_KEY, by_bytes_of(NULL, 0));
}

/* Seals were verified in the first reading; that the file is the same now its hash says. */
static enum banyan_status apply(void *context, struct by_store_txn *txn)
{
    struct applying *applying = context;
    struct by_bundle_seen seen;

    applying->txn = txn;
    applying->acts_new = applying->entries_new = applying->waiting = applying->strangers = 0;
    enum banyan_status status = build_charter(applying);
    if (status != BANYAN_OK)
        return status;
    applying->maker = by_bundle_contents_maker(&applying->contents, applying->charter);
    status = by_os_input_rewind(applying->input, applying->error);
    if (status == BANYAN_OK)
        status = by_bundle_read(applying->node, applying->input, keep_run, applying, &seen,
                                applying->error);
    if (status == BANYAN_OK && !by_id_equal(&seen.hash, &applying->contents.seen.hash))
        status = BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK && applying->acts_new > 0)
        status = by_local_acts_changed(txn);
    return status == BANYAN_OK ? forget_join_key(applying) : status;
}

/* -- before and after -- */

static enum banyan_status
count_proposals(struct by_node *node, int64_t *out_count, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;
    enum banyan_status status = by_report_counts(node, &arena, &counts, error);

    if (status == BANYAN_OK)
        *out_count = by_value_get(&counts, "proposals")->integer;
    by_arena_deinit(&arena);
    return status;
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

static enum banyan_status write_answer(struct applying *applying,
                                       const struct by_view_changes *changes, int64_t proposals_new,
                                       struct by_buffer *out)
{
    struct by_json json;

    by_json_init(&json, out);
    by_bundle_contents_begin(&json, &applying->contents, applying->path, &applying->maker);
    write_count(&json, "acts_new", applying->acts_new);
    write_count(&json, "entries_new", applying->entries_new);
    by_json_key(&json, "admitted");
    by_json_array_begin(&json);
    /* What was brought is committed; a newcomer who cannot be taken in now is at the next time. */
    (void)!by_settle(applying->node, &json, NULL);
    by_json_array_end(&json);
    write_count(&json, "waiting", applying->waiting);
    write_count(&json, "strangers", applying->strangers);
    write_count(&json, "records_new", changes->records_new);
    write_count(&json, "records_changed", changes->records_changed);
    write_count(&json, "records_deleted", changes->records_deleted);
    write_count(&json, "conflicts_new", changes->conflicts_new);
    write_count(&json, "proposals_new", proposals_new > 0 ? (uint64_t)proposals_new : 0);
    by_json_object_end(&json);
    return by_json_done(&json, applying->error);
}

static enum banyan_status verify(struct applying *applying)
{
    enum banyan_status status = by_os_input_open(applying->path, &applying->input, applying->error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_contents_read(&applying->contents, applying->node, applying->input,
                                     applying->error);
    return status == BANYAN_OK ? status : by_bundle_refuse(applying->path, status, applying->error);
}

static enum banyan_status take_in(struct applying *applying)
{
    enum banyan_status status =
        by_store_write(applying->node->store, apply, applying, applying->error);

    applying->node->view_is_behind = true;
    return status == BANYAN_OK ? status
                               : by_bundle_explain(applying->path, status, applying->error);
}

/* The view as it was, to tell what the bundle changed. With damaged acts there is none to trust; a
 * bundle may just mend them. */
static enum banyan_status
look_before(struct by_node *node, int64_t *out_proposals, struct banyan_error *error)
{
    enum banyan_status status = by_node_view(node, NULL, error);

    *out_proposals = 0;
    if (status == BANYAN_ERR_DAMAGED && node->acts_are_damaged)
        return BANYAN_OK;
    return status == BANYAN_OK ? count_proposals(node, out_proposals, error) : status;
}

enum banyan_status by_bundle_apply(struct by_node *node, const char *path, struct by_buffer *out,
                                   struct banyan_error *error)
{
    struct applying applying = {.node = node, .path = path, .error = error};
    struct by_view_changes changes;
    int64_t proposals_before, proposals_after;

    enum banyan_status status = look_before(node, &proposals_before, error);
    if (status == BANYAN_OK)
        status = verify(&applying);
    if (status == BANYAN_OK)
        status = take_in(&applying);
    if (status == BANYAN_OK)
        status = by_node_view(node, &changes, error);
    if (status == BANYAN_OK)
        status = count_proposals(node, &proposals_after, error);
    if (status == BANYAN_OK)
        status = write_answer(&applying, &changes, proposals_after - proposals_before, out);
    if (applying.input != NULL)
        by_os_input_close(applying.input);
    by_charter_free(applying.charter);
    by_bundle_contents_deinit(&applying.contents);
    return status;
}
