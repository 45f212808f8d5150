#include "admin/cut.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "core/act_name.h"
#include "core/log_list.h"
#include "live/state.h"
#include "log/tip.h"

/* An end of one log, as an act names it. */
struct end {
    unsigned branch; /* 0 = the furthest of its log */
    uint64_t seq;
    struct by_id id;
    uint8_t sealed[BY_TIP_BYTES]; /* of a record log */
};
struct ends {
    struct end *items;
    size_t count, capacity;
};

struct gathering {
    const struct by_node *node;
    struct by_store_txn *txn;
    const struct by_cut_wish *wish;
    struct banyan_error *error;
    struct ends acts, tips;
    unsigned *kept, *dropped; /* by keep and drop: how many entries are named so */
};

static enum banyan_status add_end(struct ends *ends, const struct end *end)
{
    if (ends->count == ends->capacity) {
        size_t capacity = ends->capacity == 0 ? 16 : ends->capacity * 2;
        struct end *grown = reallocarray(ends->items, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        ends->items = grown;
        ends->capacity = capacity;
    }
    ends->items[ends->count++] = *end;
    return BANYAN_OK;
}

/* -- seals -- */

/* Looks for a verified seal of the run that holds an entry: at it or behind it, or else before. */
struct seeking {
    const struct by_id *network;
    struct by_id id;
    uint64_t seq;
    bool is_found; /* the entry */
    bool has_seal;
    struct end end;
    struct by_id before; /* the entry before the run */
    uint64_t first_seq;
};

static bool take_seal(struct seeking *seeking, const struct by_entry *entry)
{
    struct by_log_tip tip;

    if (!by_entry_is_sealed(entry))
        return false;
    by_log_tip_encode(entry, seeking->end.sealed);
    if (by_log_tip_read(seeking->end.sealed, seeking->network, &tip) != BANYAN_OK)
        return false;
    seeking->end.seq = tip.seq;
    seeking->end.id = tip.id;
    return true;
}

static enum banyan_status seek_before(void *context, const struct by_store_block *block)
{
    struct seeking *seeking = context;
    const struct by_run *run = &block->run;
    size_t at = seeking->seq - run->base.first_seq;

    if (seeking->is_found || run->base.first_seq > seeking->seq || at >= run->count ||
        !by_id_equal(&run->entries[at].id, &seeking->id))
        return BANYAN_OK;
    seeking->is_found = true;
    seeking->before = run->base.prev;
    seeking->first_seq = run->base.first_seq;
    for (at++; at > 0 && !seeking->has_seal; at--)
        seeking->has_seal = take_seal(seeking, &run->entries[at - 1]);
    return BANYAN_OK;
}

/* A branch that counts ends under a seal; where the charter's rule ends it between two, the seal
 * before is what can be named. */
static enum banyan_status add_tip(struct gathering *gathering, const struct by_log_id *log,
                                  unsigned branch, struct by_tip tip)
{
    struct seeking seeking = {.network = &gathering->node->network,
                              .id = tip.id,
                              .seq = tip.seq,
                              .end = {.branch = branch}};

    for (;;) {
        enum banyan_status status =
            by_store_log_blocks(gathering->txn, log, false, seeking.seq, seek_before, &seeking);

        if (status == BANYAN_ERR_DAMAGED)
            status = BANYAN_OK;
        if (status != BANYAN_OK)
            return status;
        if (seeking.has_seal)
            return add_end(&gathering->tips, &seeking.end);
        if (!seeking.is_found || seeking.first_seq == 0)
            return BANYAN_OK;
        seeking.id = seeking.before;
        seeking.seq = seeking.first_seq - 1;
        seeking.is_found = false;
    }
}

/* -- what people keep -- */

struct keeping {
    struct gathering *gathering;
    bool is_act_log;
    unsigned branch;
    bool has_dropped;
    struct by_tip before; /* the first that is dropped; of seq 0 and id 0 where it begins the log */
};

static enum banyan_status keep_entry(struct keeping *keeping, const struct by_run *run, size_t at)
{
    struct seeking seeking = {.network = &keeping->gathering->node->network,
                              .end = {.branch = keeping->branch}};

    if (keeping->is_act_log) {
        seeking.end.id = run->entries[at].id;
        seeking.end.seq = run->base.first_seq + at;
        keeping->branch++;
        return add_end(&keeping->gathering->acts, &seeking.end);
    }
    while (at < run->count && !take_seal(&seeking, &run->entries[at]))
        at++;
    if (at == run->count)
        return BANYAN_OK;
    keeping->branch++;
    return add_end(&keeping->gathering->tips, &seeking.end);
}

static void drop_entry(struct keeping *keeping, const struct by_run *run, size_t at)
{
    uint64_t seq = run->base.first_seq + at;
    struct by_tip before = {0};

    if (seq > 0) {
        before.seq = seq - 1;
        before.id = at > 0 ? run->entries[at - 1].id : run->base.prev;
    }
    if (!keeping->has_dropped || before.seq < keeping->before.seq || seq == 0)
        keeping->before = before;
    keeping->has_dropped = true;
}

/* What is dropped ends its log before it, where a commit ended. */
static enum banyan_status end_before(struct keeping *keeping, const struct by_log_id *log)
{
    struct gathering *gathering = keeping->gathering;
    struct end end = {.branch = keeping->branch, .seq = keeping->before.seq};

    if (!keeping->has_dropped || by_id_is_zero(&keeping->before.id))
        return BANYAN_OK;
    end.id = keeping->before.id;
    return keeping->is_act_log ? add_end(&gathering->acts, &end)
                               : add_tip(gathering, log, keeping->branch, keeping->before);
}

static enum banyan_status keep_of_block(void *context, const struct by_store_block *block)
{
    struct keeping *keeping = context;
    struct gathering *gathering = keeping->gathering;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++) {
        for (size_t k = 0; k < gathering->wish->drop_count; k++) {
            if (!by_act_is_named(&block->run.entries[i].id, gathering->wish->drop[k]))
                continue;
            gathering->dropped[k]++;
            drop_entry(keeping, &block->run, i);
        }
        for (size_t k = 0; k < gathering->wish->keep_count && status == BANYAN_OK; k++) {
            if (!by_act_is_named(&block->run.entries[i].id, gathering->wish->keep[k]))
                continue;
            gathering->kept[k]++;
            status = keep_entry(keeping, &block->run, i);
        }
    }
    return status;
}

static enum banyan_status
keep_of_log(struct gathering *gathering, const struct by_store_log *log, bool *out_is_named)
{
    struct keeping keeping = {.gathering = gathering, .is_act_log = log->is_act_log};
    enum banyan_status status =
        by_store_log_blocks(gathering->txn, &log->log, log->is_act_log, 0, keep_of_block, &keeping);

    *out_is_named = keeping.branch > 0 || keeping.has_dropped;
    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status;
    return end_before(&keeping, &log->log);
}

static enum banyan_status check_named(const struct gathering *gathering, const char *const *names,
                                      const unsigned *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *name = names[i];

        if (counts[i] == 0)
            return by_fail(gathering->error, BANYAN_ERR_NOT_FOUND,
                           "no entry of theirs is called %s: banyan history ID --json names them",
                           name);
        if (counts[i] > 1)
            return by_fail(gathering->error, BANYAN_ERR_INVALID,
                           "several entries of theirs begin with %s: give more of the name", name);
    }
    return BANYAN_OK;
}

/* -- all of it -- */

static bool is_theirs(const struct gathering *gathering, const struct by_log_id *log)
{
    const struct by_charter_device *device =
        by_charter_device_find(gathering->node->charter, &log->device);

    if (gathering->wish->device != NULL)
        return by_id_equal(&log->device, gathering->wish->device);
    return device != NULL && by_id_equal(&device->organisation, gathering->wish->organisation);
}

static int order_branches(const void *a, const void *b)
{
    const struct by_tip *x = a;
    const struct by_tip *y = b;

    return x->seq != y->seq ? (x->seq < y->seq ? 1 : -1) : by_id_compare(&x->id, &y->id);
}

static enum banyan_status add_ends(struct gathering *gathering, const struct by_store_log *log)
{
    struct by_live_tips tips = {0};
    enum banyan_status status =
        by_live_tips_read(gathering->txn, gathering->node, &log->log, log->is_act_log, &tips);

    if (status == BANYAN_OK && tips.count > 1)
        qsort(tips.tips, tips.count, sizeof *tips.tips, order_branches);
    for (size_t i = 0; i < tips.count && status == BANYAN_OK; i++) {
        struct end end = {.branch = (unsigned)i, .seq = tips.tips[i].seq, .id = tips.tips[i].id};

        status = log->is_act_log ? add_end(&gathering->acts, &end)
                                 : add_tip(gathering, &log->log, (unsigned)i, tips.tips[i]);
    }
    free(tips.tips);
    return status;
}

static enum banyan_status gather(struct gathering *gathering)
{
    struct by_log_list logs = {0};
    const struct by_cut_wish *wish = gathering->wish;
    enum banyan_status status = by_log_list_read(&logs, gathering->txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++) {
        bool is_named = false;

        if (!is_theirs(gathering, &logs.logs[i].log))
            continue;
        if (wish->keep_count + wish->drop_count > 0)
            status = keep_of_log(gathering, &logs.logs[i], &is_named);
        if (status == BANYAN_OK && !is_named)
            status = add_ends(gathering, &logs.logs[i]);
    }
    by_log_list_deinit(&logs);
    if (status == BANYAN_OK)
        status = check_named(gathering, wish->keep, gathering->kept, wish->keep_count);
    return status == BANYAN_OK
               ? check_named(gathering, wish->drop, gathering->dropped, wish->drop_count)
               : status;
}

/* First branches before second ones, long logs before short ones. */
static int order_ends(const void *a, const void *b)
{
    const struct end *x = a;
    const struct end *y = b;

    if (x->branch != y->branch)
        return x->branch < y->branch ? -1 : 1;
    if (x->seq != y->seq)
        return x->seq > y->seq ? -1 : 1;
    return by_id_compare(&x->id, &y->id);
}

static size_t choose(struct ends *ends, size_t count_max, size_t *left_out)
{
    if (ends->count > 1)
        qsort(ends->items, ends->count, sizeof *ends->items, order_ends);
    if (ends->count <= count_max)
        return ends->count;
    *left_out += ends->count - count_max;
    return count_max;
}

static enum banyan_status name_ends(struct gathering *gathering, struct by_arena *arena,
                                    struct by_cut *out, size_t *out_left_out)
{
    enum banyan_status status = BANYAN_OK;

    *out_left_out = 0;
    out->act_count = choose(&gathering->acts, BY_CUT_ACTS_MAX, out_left_out);
    out->tip_count = choose(&gathering->tips, BY_CUT_TIPS_MAX, out_left_out);
    out->acts = by_arena_array(arena, out->act_count + 1, sizeof *out->acts);
    out->tips = by_arena_array(arena, out->tip_count + 1, sizeof *out->tips);
    if (out->acts == NULL || out->tips == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < out->act_count; i++)
        out->acts[i] = gathering->acts.items[i].id;
    for (size_t i = 0; i < out->tip_count && status == BANYAN_OK; i++)
        status = by_arena_copy(arena, by_bytes_of(gathering->tips.items[i].sealed, BY_TIP_BYTES),
                               &out->tips[i]);
    return status;
}

enum banyan_status by_cut_gather(const struct by_node *node, struct by_store_txn *txn,
                                 const struct by_cut_wish *wish, struct by_arena *arena,
                                 struct by_cut *out_cut, size_t *out_left_out,
                                 struct banyan_error *error)
{
    struct gathering gathering = {.node = node, .txn = txn, .wish = wish, .error = error};
    enum banyan_status status = BANYAN_OK;

    gathering.kept = by_arena_array(arena, wish->keep_count + 1, sizeof *gathering.kept);
    gathering.dropped = by_arena_array(arena, wish->drop_count + 1, sizeof *gathering.dropped);
    status = gathering.kept == NULL || gathering.dropped == NULL ? BANYAN_ERR_MEMORY
                                                                 : gather(&gathering);
    if (status == BANYAN_OK)
        status = name_ends(&gathering, arena, out_cut, out_left_out);
    free(gathering.acts.items);
    free(gathering.tips.items);
    return status;
}
