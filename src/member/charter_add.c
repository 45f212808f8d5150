/*
 * One act more, taken into a charter that is there: the ordinary case, in which nothing that was
 * judged before can change. An act that knows all others is the last in act order, and none of them
 * knows it. So it is judged by itself; lists get one row more.
 */
#include "member/charter_rights.h"

enum banyan_status by_charter_find_ends(struct by_charter *charter, struct by_arena *scratch)
{
    bool *is_needed = by_arena_array(scratch, charter->count + 1, sizeof *is_needed);

    charter->ends = by_arena_array(&charter->arena, BY_ENDS_MAX, sizeof *charter->ends);
    charter->end_count = 0;
    if (is_needed == NULL || charter->ends == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = charter->count; i-- > 0;) {
        for (size_t k = 0; k < charter->acts[i].need_count; k++)
            is_needed[charter->acts[i].needs[k]] = true;
        if (is_needed[i])
            continue;
        if (charter->end_count < BY_ENDS_MAX)
            charter->ends[charter->end_count] = (uint32_t)i;
        charter->end_count++;
    }
    return BANYAN_OK;
}

/* -- whether it is ordinary -- */

static bool needs(const struct by_charter_act *act, uint32_t other)
{
    for (size_t i = 0; i < act->need_count; i++)
        if (act->needs[i] == other)
            return true;
    return false;
}

static bool knows_all(const struct by_charter *charter, const struct by_charter_act *act)
{
    if (charter->end_count > BY_ENDS_MAX || needs(act, BY_NONE))
        return false;
    /* What is not shared yet would be by it, as its past. */
    for (size_t i = 0; i < charter->end_count; i++)
        if (!needs(act, charter->ends[i]) || !charter->shares[charter->ends[i]])
            return false;
    return true;
}

/* Of all acts, so that no log becomes or ceases to be a record log by it. */
static bool is_act_log(const struct by_charter *charter, const struct by_log_id *log)
{
    for (size_t i = 0; i < charter->count; i++)
        if (by_log_id_equal(&charter->acts[i].log, log))
            return true;
    return false;
}

static struct by_log_id opened_log(const struct by_charter_act *act)
{
    struct by_log_id log = {.device = act->log.device};

    memcpy(log.nonce, act->body.opening.nonce, sizeof log.nonce);
    return log;
}

static bool is_new_log(const struct by_charter *charter, const struct by_charter_act *act)
{
    struct by_log_id log = opened_log(act);

    return by_charter_log_find(charter, &log) == NULL && !is_act_log(charter, &log);
}

static bool is_new_key(const struct by_charter *charter, const struct by_id *key)
{
    for (size_t i = 0; i < charter->invite_count; i++)
        if (by_id_equal(&charter->invites[i].key, key))
            return false;
    return true;
}

/* What the act is about is known by its number, or there is nothing of the kind. */
static bool is_ordinary(const struct by_charter *charter, const struct by_charter_act *act)
{
    if (!act->has_body || act->author == BY_NONE || by_charter_log_find(charter, &act->log) != NULL)
        return false;
    switch ((unsigned)act->kind) {
    case BY_KIND_OPEN:
        return is_new_log(charter, act);
    case BY_KIND_INVITE:
        return is_new_key(charter, &act->body.invite.key);
    case BY_KIND_ERASE:
    case BY_KIND_ALLOW:
        return act->device != BY_NONE;
    }
    return false;
}

/* -- taking it in -- */

/* All bits of the acts before it. */
static enum banyan_status know_all(struct by_charter *charter, struct by_charter_act *act)
{
    uint64_t *word = by_arena_alloc(&charter->arena, sizeof *word);
    size_t rest = charter->count % 64;

    if (word == NULL)
        return BANYAN_ERR_MEMORY;
    *word = (UINT64_C(1) << rest) - 1;
    act->past = (struct by_past){
        .full = charter->count / 64, .end = charter->count / 64 + (rest > 0), .words = word};
    for (size_t i = 0; i < act->need_count; i++)
        if (charter->acts[act->needs[i]].depth >= act->depth)
            act->depth = charter->acts[act->needs[i]].depth + 1;
    /* It stands before nothing that a lower act names: none knows it. */
    act->chain_first = (uint32_t)charter->count;
    act->chain_end = act->chain_first + 1;
    return BANYAN_OK;
}

static void place_by_id(struct by_charter *charter, uint32_t number)
{
    const struct by_id *id = &charter->acts[number].id;
    size_t at = number;

    while (at > 0 && by_id_compare(&charter->acts[charter->by_id[at - 1]].id, id) > 0) {
        charter->by_id[at] = charter->by_id[at - 1];
        at--;
    }
    charter->by_id[at] = number;
}

static enum banyan_status add_log(struct by_charter *charter, uint32_t number)
{
    const struct by_charter_act *act = &charter->acts[number];
    uint32_t org = charter->kept->author_org[number];
    struct by_charter_log log = {.log = opened_log(act), .organisation = charter->orgs.ids[org]};
    size_t at = charter->log_count;
    enum banyan_status status = BANYAN_OK;

    log.role = by_rights_role(charter->kept, org, &act->past);
    status = by_charter_cut_log(charter, charter->kept, number, &log);
    for (; at > 0 && by_log_id_compare(&charter->log_list[at - 1].log, &log.log) > 0; at--)
        charter->log_list[at] = charter->log_list[at - 1];
    charter->log_list[at] = log;
    charter->log_count++;
    return status;
}

static void add_invite(struct by_charter *charter, uint32_t number)
{
    const struct by_charter_act *act = &charter->acts[number];
    struct by_charter_invite invite = {
        .act = act->id,
        .hlc = act->hlc,
        .author = charter->orgs.ids[charter->kept->author_org[number]],
        .asks_confirm = act->body.invite.asks_confirm,
        .name = act->body.invite.name,
        .role = act->body.invite.role,
        .expires_ms = act->body.invite.expires_ms,
        .key = act->body.invite.key,
    };
    size_t at = charter->invite_count;

    memcpy(invite.join_key, act->body.invite.join_key, sizeof invite.join_key);
    for (; at > 0 && by_id_compare(&charter->invites[at - 1].act, &invite.act) > 0; at--)
        charter->invites[at] = charter->invites[at - 1];
    charter->invites[at] = invite;
    charter->invite_count++;
}

static enum banyan_status take_in(struct by_charter *charter, uint32_t number)
{
    uint16_t kind = charter->acts[number].kind;
    enum banyan_status status = BANYAN_OK;

    place_by_id(charter, number);
    charter->counts[number] = charter->shares[number] = true;
    charter->ends[0] = number;
    charter->end_count = 1;
    charter->heads[0] = charter->acts[number].id;
    charter->head_count = 1;
    if (kind == BY_KIND_OPEN)
        status = add_log(charter, number);
    if (kind == BY_KIND_INVITE)
        add_invite(charter, number);
    return charter->kept->out_of_memory ? BANYAN_ERR_MEMORY : status;
}

enum banyan_status
by_charter_add(struct by_charter *charter, const struct by_act_entry *act, bool *out_is_added)
{
    uint32_t number = (uint32_t)charter->count;
    struct by_charter_act *added = NULL;
    enum banyan_status status = BANYAN_OK;

    *out_is_added = false;
    if (charter->kept == NULL || charter->has_waiting || charter->count == charter->capacity ||
        charter->genesis == BY_NONE || by_charter_position(charter, &act->id) != BY_NONE)
        return BANYAN_OK;
    added = &charter->acts[number];
    status = by_charter_read_act(charter, act, added);
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK || !knows_all(charter, added))
        return BANYAN_OK;
    status = know_all(charter, added);
    if (status == BANYAN_OK)
        status = by_charter_number_act(charter, added);
    if (status != BANYAN_OK || !is_ordinary(charter, added))
        return status;
    charter->count++;
    *out_is_added = by_rights_judge_one(charter->kept, number);
    if (!*out_is_added)
        charter->count--;
    if (charter->kept->out_of_memory)
        return BANYAN_ERR_MEMORY;
    return *out_is_added ? take_in(charter, number) : BANYAN_OK;
}
