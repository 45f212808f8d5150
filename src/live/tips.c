#include <stdlib.h>
#include <string.h>

#include "live/state.h"
#include "log/fork.h"

/* The entries of a log that is not simply one chain that counts. */
struct reading {
    const struct by_charter *charter;
    bool is_judged;                   /* acts: only those that are shared */
    const struct by_charter_log *cut; /* of a log that acts cut, else NULL */
    struct by_arena sealed;           /* of such a log the sealed headers, with their seals */
    struct by_fork_entry *entries;
    struct by_tip *tips; /* of the same entries, by id: for their stamps */
    size_t count, capacity;
};

static enum banyan_status grow(struct reading *reading)
{
    size_t capacity = reading->capacity == 0 ? 256 : reading->capacity * 2;
    struct by_fork_entry *entries = NULL;
    struct by_tip *tips = NULL;

    if (reading->count < reading->capacity)
        return BANYAN_OK;
    entries = reallocarray(reading->entries, capacity, sizeof *entries);
    if (entries == NULL)
        return BANYAN_ERR_MEMORY;
    reading->entries = entries;
    tips = reallocarray(reading->tips, capacity, sizeof *tips);
    if (tips == NULL)
        return BANYAN_ERR_MEMORY;
    reading->tips = tips;
    reading->capacity = capacity;
    return BANYAN_OK;
}

static enum banyan_status add_entry(void *context, const struct by_entry *entry)
{
    struct reading *reading = context;
    enum banyan_status status = BANYAN_OK;

    if (reading->is_judged && !by_charter_shares(reading->charter, &entry->id))
        return BANYAN_OK;
    status = grow(reading);
    if (status != BANYAN_OK)
        return status;
    reading->entries[reading->count] = (struct by_fork_entry){
        .id = entry->id, .prev = entry->header.prev, .seq = entry->header.seq, .counts = true};
    if (reading->cut != NULL && by_entry_is_sealed(entry)) {
        uint8_t *sealed = by_arena_alloc(&reading->sealed, BY_TIP_BYTES);

        if (sealed == NULL)
            return BANYAN_ERR_MEMORY;
        by_log_tip_encode(entry, sealed);
        reading->entries[reading->count].sealed = sealed;
    }
    reading->tips[reading->count] =
        (struct by_tip){.seq = entry->header.seq, .id = entry->id, .hlc = entry->header.hlc};
    reading->count++;
    return BANYAN_OK;
}

static int order_tips(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_tip *)a)->id, &((const struct by_tip *)b)->id);
}

static struct by_tip *find_tip(const struct reading *reading, const struct by_id *id)
{
    struct by_tip wanted = {.id = *id};

    return bsearch(&wanted, reading->tips, reading->count, sizeof wanted, order_tips);
}

/* Leave those that count and that none which counts builds on: the others get seq UINT64_MAX. */
static void strike_inner(struct reading *reading)
{
    qsort(reading->tips, reading->count, sizeof *reading->tips, order_tips);
    for (size_t i = 0; i < reading->count; i++) {
        const struct by_fork_entry *entry = &reading->entries[i];
        struct by_tip *struck =
            entry->counts ? find_tip(reading, &entry->prev) : find_tip(reading, &entry->id);

        if (struck != NULL)
            struck->seq = UINT64_MAX;
    }
}

/* out takes the list of tips over. */
static void keep_ends(struct reading *reading, struct by_live_tips *out)
{
    strike_inner(reading);
    for (size_t i = 0; i < reading->count; i++)
        if (reading->tips[i].seq != UINT64_MAX)
            reading->tips[out->count++] = reading->tips[i];
    out->tips = reading->tips;
    reading->tips = NULL;
}

static enum banyan_status count(struct reading *reading)
{
    const struct by_charter_log *cut = reading->cut;

    if (cut == NULL)
        return by_fork_count(reading->entries, reading->count);
    return by_fork_count_cut(reading->entries, reading->count, cut->tips, cut->tip_count,
                             by_charter_network(reading->charter));
}

static enum banyan_status read_ends(struct by_store_txn *txn, const struct by_log_id *log,
                                    struct reading *reading, bool is_act_log,
                                    struct by_live_tips *out)
{
    enum banyan_status status = by_store_log_headers(txn, log, is_act_log, add_entry, reading);

    /* Of a damaged log counts what can be read. */
    if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    if (status == BANYAN_OK && reading->count > 0 && !is_act_log)
        status = count(reading);
    if (status == BANYAN_OK && reading->count > 0)
        keep_ends(reading, out);
    free(reading->entries);
    free(reading->tips);
    by_arena_deinit(&reading->sealed);
    return status;
}

static enum banyan_status keep_one(const struct by_store_log *held, struct by_live_tips *out)
{
    out->tips = calloc(1, sizeof *out->tips);
    if (out->tips == NULL)
        return BANYAN_ERR_MEMORY;
    out->tips[0] = (struct by_tip){.seq = held->tip_seq, .id = held->tip, .hlc = held->tip_hlc};
    out->count = 1;
    return BANYAN_OK;
}

/* A newcomer shows what it wrote itself though no charter shares it yet: its join is there. */
static bool is_own_join(const struct by_node *node, const struct by_log_id *log)
{
    return by_id_equal(&log->device, &node->device.public_key) &&
           by_node_role(node) == BY_ROLE_NONE;
}

enum banyan_status by_live_tips_read(struct by_store_txn *txn, const struct by_node *node,
                                     const struct by_log_id *log, bool is_act_log,
                                     struct by_live_tips *out_tips)
{
    struct by_store_log held;
    struct reading reading = {.charter = node->charter,
                              .is_judged = is_act_log && !is_own_join(node, log),
                              .sealed = BY_ARENA_INIT};
    const struct by_charter_log *counting =
        is_act_log ? NULL : by_charter_log_find(node->charter, log);
    enum banyan_status status = BANYAN_OK;

    if (counting != NULL && counting->is_cut)
        reading.cut = counting;
    *out_tips = (struct by_live_tips){.counts = is_act_log || counting != NULL};
    if (out_tips->counts)
        status = by_store_log_find(txn, log, is_act_log, &held);
    if (status == BANYAN_ERR_NOT_FOUND || !out_tips->counts) {
        out_tips->counts = out_tips->counts && !is_act_log;
        return BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return status;
    if (!held.is_forked && reading.cut == NULL &&
        (!reading.is_judged || by_charter_shares(node->charter, &held.tip)))
        return keep_one(&held, out_tips);
    status = read_ends(txn, log, &reading, is_act_log, out_tips);
    out_tips->counts = !is_act_log || out_tips->count > 0;
    return status;
}
