#include "bundle/apply.h"

#include <string.h>

#include "bundle/check.h"
#include "core/admit.h"
#include "core/answer.h"
#include "core/counts.h"
#include "core/intake.h"
#include "core/keys.h"
#include "core/settle.h"

struct applying {
    struct by_node *node;
    const char *path;
    struct by_os_input *input;
    struct by_bundle_contents contents;
    struct banyan_error *error;

    /* of the transaction at work */
    struct by_intake intake;
    struct by_bundle_maker maker;

    /* what came of it */
    uint64_t acts_new;
    uint64_t entries_new;
    uint64_t waiting;
    uint64_t strangers;
};

/* -- one run -- */

static void count_run(struct applying *applying, const struct by_run *run,
                      const struct by_intake_outcome *outcome)
{
    bool are_acts = by_kind_is_act(run->entries[0].header.kind);

    switch (outcome->verdict) {
    case BY_INTAKE_NEW:
        *(are_acts ? &applying->acts_new : &applying->entries_new) += outcome->entries_new;
        break;
    case BY_INTAKE_HELD:
        break;
    case BY_INTAKE_GAP:
        applying->waiting++;
        break;
    case BY_INTAKE_WAITING:
    case BY_INTAKE_STRANGER:
        applying->strangers++;
        break;
    }
}

static enum banyan_status keep_run(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct applying *applying = context;
    struct by_intake_outcome outcome;
    enum banyan_status status =
        by_intake_keep(&applying->intake, run, packed, &applying->maker.organisation, &outcome);

    if (status == BANYAN_ERR_DAMAGED)
        return by_fail(applying->error, BANYAN_ERR_DISK,
                       "part of the logs in %s is damaged: run banyan fsck (nothing was taken in)",
                       applying->node->home);
    if (status == BANYAN_OK)
        count_run(applying, run, &outcome);
    return status;
}

/* -- the transaction -- */

/* Seals were verified in the first reading; that the file is the same now its hash says. */
static enum banyan_status apply(void *context, struct by_store_txn *txn)
{
    struct applying *applying = context;
    struct by_bundle_seen seen;

    by_intake_deinit(&applying->intake);
    applying->intake = (struct by_intake){.node = applying->node, .txn = txn};
    applying->acts_new = applying->entries_new = applying->waiting = applying->strangers = 0;
    enum banyan_status status = by_intake_judge(&applying->intake, &applying->contents.acts);
    if (status != BANYAN_OK)
        return status;
    applying->maker =
        by_bundle_contents_maker(&applying->contents, by_intake_charter(&applying->intake));
    status = by_os_input_rewind(applying->input, applying->error);
    if (status == BANYAN_OK)
        status = by_bundle_read(applying->node, applying->input, keep_run, applying, &seen,
                                applying->error);
    if (status == BANYAN_OK && !by_id_equal(&seen.hash, &applying->contents.seen.hash))
        status = BANYAN_ERR_DAMAGED;
    return status == BANYAN_OK && applying->acts_new > 0 ? by_intake_settle(&applying->intake)
                                                         : status;
}

/* -- before and after -- */

static enum banyan_status
count_proposals(struct by_node *node, int64_t *out_count, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;
    enum banyan_status status = by_counts_read(node, &arena, &counts, error);

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
    by_json_key(&json, "newcomers");
    by_json_newcomers(&json, applying->node, &applying->maker.organisation);
    by_json_key(&json, "removed");
    by_json_bool(&json, by_node_is_removed(applying->node));
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

    if (status == BANYAN_OK)
        status = by_keys_need(applying->node, applying->error);
    if (status != BANYAN_OK)
        return status;
    status = by_bundle_contents_read(&applying->contents, applying->node, applying->input,
                                     applying->error);
    return status == BANYAN_OK
               ? status
               : by_bundle_refuse(applying->node, applying->path, status, applying->error);
}

static enum banyan_status take_in(struct applying *applying)
{
    enum banyan_status status =
        by_store_write(applying->node->store, apply, applying, applying->error);

    applying->node->view_is_behind = true;
    if (status == BANYAN_OK)
        by_node_ring(applying->node);
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
    by_intake_deinit(&applying.intake);
    by_bundle_contents_deinit(&applying.contents);
    return status;
}
