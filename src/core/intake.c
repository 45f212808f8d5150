#include "core/intake.h"

#include "core/local.h"

void by_intake_deinit(struct by_intake *intake)
{
    by_charter_free(intake->charter);
    intake->charter = NULL;
}

const struct by_charter *by_intake_charter(const struct by_intake *intake)
{
    return intake->charter != NULL ? intake->charter : intake->node->charter;
}

enum banyan_status by_intake_judge(struct by_intake *intake, const struct by_act_list *brought)
{
    struct by_act_list acts = {0};
    struct by_charter *charter = NULL;
    enum banyan_status status = by_act_list_add_held(&acts, intake->txn);

    if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    for (size_t i = 0; i < brought->count && status == BANYAN_OK; i++)
        status = by_act_list_add(&acts, &brought->entries[i]);
    by_act_list_unite(&acts);
    if (status == BANYAN_OK)
        status = by_charter_build_after(by_intake_charter(intake), &intake->node->network,
                                        acts.entries, acts.count, &charter);
    if (status == BANYAN_OK) {
        by_charter_free(intake->charter);
        intake->charter = charter;
    }
    by_act_list_deinit(&acts);
    return status;
}

static enum by_intake_verdict judge_acts(const struct by_charter *charter, const struct by_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (by_charter_shares(charter, &run->entries[i].id))
            return BY_INTAKE_NEW;
    for (size_t i = 0; i < run->count; i++)
        if (!by_charter_has(charter, &run->entries[i].id))
            return BY_INTAKE_WAITING;
    return BY_INTAKE_STRANGER;
}

static enum by_intake_verdict judge(const struct by_charter *charter, const struct by_run *run)
{
    if (by_kind_is_act(run->entries[0].header.kind))
        return judge_acts(charter, run);
    return by_charter_log_find(charter, &run->base.log) != NULL ? BY_INTAKE_NEW
                                                                : BY_INTAKE_STRANGER;
}

/* How many of a run's entries are new, where only part of it is. */
static uint64_t count_part(const struct by_run *run, const struct by_store_log *held)
{
    uint64_t last = run->base.first_seq + run->count - 1;

    return last > held->tip_seq && held->tip_seq >= run->base.first_seq ? last - held->tip_seq
                                                                        : run->count;
}

/* Whoever asks to be taken in has no device yet: its join is its first word. */
static enum banyan_status
note_newcomer(struct by_intake *intake, const struct by_run *run, const struct by_id *via)
{
    size_t count;
    const struct by_charter_join *joins =
        by_charter_pending_joins(by_intake_charter(intake), &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        for (size_t entry = 0; entry < run->count && status == BANYAN_OK; entry++)
            if (by_id_equal(&joins[i].join, &run->entries[entry].id))
                status = by_local_heard_put(intake->txn, &joins[i].profile.id,
                                            run->entries[entry].header.hlc, via);
    return status;
}

static enum banyan_status
note_heard(struct by_intake *intake, const struct by_run *run, const struct by_id *via)
{
    const struct by_charter_device *device =
        by_charter_device_find(by_intake_charter(intake), &run->base.log.device);

    if (device == NULL)
        return note_newcomer(intake, run, via);
    return by_local_heard_put(intake->txn, &device->organisation,
                              run->entries[run->count - 1].header.hlc, via);
}

enum banyan_status by_intake_keep(struct by_intake *intake, const struct by_run *run,
                                  struct by_bytes packed, const struct by_id *via,
                                  struct by_intake_outcome *out_outcome)
{
    struct by_store_log held = {0};
    enum by_store_verdict verdict = BY_STORE_NEW;
    enum banyan_status status = BANYAN_OK;

    *out_outcome = (struct by_intake_outcome){judge(by_intake_charter(intake), run), 0};
    if (out_outcome->verdict != BY_INTAKE_NEW)
        return BANYAN_OK;
    status = by_store_log_find(intake->txn, &run->base.log,
                               by_kind_is_act(run->entries[0].header.kind), &held);
    if (status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND)
        status = by_store_append(intake->txn, run, packed, &verdict);
    if (status == BANYAN_ERR_BROKEN_CHAIN) {
        out_outcome->verdict = BY_INTAKE_GAP;
        return BANYAN_OK;
    }
    if (status == BANYAN_OK && verdict == BY_STORE_HELD)
        out_outcome->verdict = BY_INTAKE_HELD;
    if (status != BANYAN_OK || verdict == BY_STORE_HELD)
        return status;
    out_outcome->entries_new = verdict == BY_STORE_NEW ? run->count : count_part(run, &held);
    return note_heard(intake, run, via);
}

/* The key that opens a newcomer's own bundles, and whom it believes until it is taken in, have done
 * their work. */
enum banyan_status by_intake_settle(struct by_intake *intake)
{
    enum banyan_status status = by_local_acts_changed(intake->txn);

    if (by_charter_role(by_intake_charter(intake), &intake->node->organisation) == BY_ROLE_NONE)
        return status;
    if (status == BANYAN_OK)
        status = by_store_local_put(intake->txn, BY_LOCAL_JOIN_KEY, by_bytes_of(NULL, 0));
    if (status == BANYAN_OK)
        status = by_store_local_put(intake->txn, BY_LOCAL_INVITER, by_bytes_of(NULL, 0));
    return status;
}
