#include <string.h>

#include "live/kept_notes.h"
#include "live/state.h"

/*
 * Reading on a branch. Where only one entry is held at a place, it is the one on every branch that
 * goes further: a branch has an entry at each seq up to its tip. Only where there are several is
 * the branch walked down from its tip.
 */

/* A block reaches over so many places at most. */
#define REACH (BY_BLOCK_ENTRIES_MAX - 1u)

struct reading {
    struct by_live *live;
    struct by_store_txn *txn;
    const struct by_log_id *log;
    struct by_sample tip;
    uint64_t seq;
    bool is_act_log;
    bool is_forked; /* else the first entry found at a place is the only one */
    bool is_found;

    struct by_id id; /* the entry at seq; of several one, and has_several */
    bool has_several;
    struct by_id wanted; /* when looking for the block of one entry */
    struct by_id prev;   /* of that block's first entry */
    uint64_t first_seq;
    struct by_session_block *block;
};

static const struct by_entry *entry_at(const struct by_run *run, uint64_t seq)
{
    if (seq < run->base.first_seq || seq - run->base.first_seq >= run->count)
        return NULL;
    return &run->entries[seq - run->base.first_seq];
}

static bool is_past(const struct by_run *run, uint64_t seq)
{
    return run->base.first_seq + (run->count - 1) > seq + REACH;
}

/* -- which entry -- */

static enum banyan_status meet_at(void *context, const struct by_store_block *block)
{
    struct reading *reading = context;
    const struct by_entry *entry = entry_at(&block->run, reading->seq);

    if (is_past(&block->run, reading->seq))
        return BANYAN_ERR_EXISTS;
    if (entry == NULL)
        return BANYAN_OK;
    reading->has_several =
        reading->has_several || (reading->is_found && !by_id_equal(&reading->id, &entry->id));
    reading->id = entry->id;
    reading->is_found = true;
    return reading->is_forked ? BANYAN_OK : BANYAN_ERR_EXISTS;
}

/* Blocks from a seq on, until visit has had enough. */
static enum banyan_status walk(struct reading *reading, uint64_t seq, by_store_block_visit *visit)
{
    enum banyan_status status =
        by_store_log_blocks(reading->txn, reading->log, reading->is_act_log, seq, visit, reading);

    return status == BANYAN_ERR_EXISTS ? BANYAN_OK : status;
}

static enum banyan_status meet_wanted(void *context, const struct by_store_block *block)
{
    struct reading *reading = context;
    const struct by_entry *entry = entry_at(&block->run, reading->seq);

    if (is_past(&block->run, reading->seq))
        return BANYAN_ERR_EXISTS;
    if (entry == NULL || !by_id_equal(&entry->id, &reading->wanted))
        return entry == NULL || reading->is_forked ? BANYAN_OK : BANYAN_ERR_EXISTS;
    reading->is_found = true;
    reading->first_seq = block->run.base.first_seq;
    reading->prev = block->run.base.prev;
    return BANYAN_ERR_EXISTS;
}

/* The entry itself, in the block that the branch was followed to. */
static enum banyan_status meet_in_block(void *context, const struct by_store_block *block)
{
    struct reading *reading = context;
    const struct by_entry *above = entry_at(&block->run, reading->tip.seq);
    const struct by_entry *entry = entry_at(&block->run, reading->seq);

    if (is_past(&block->run, reading->tip.seq))
        return BANYAN_ERR_EXISTS;
    if (above == NULL || entry == NULL || !by_id_equal(&above->id, &reading->wanted))
        return BANYAN_OK;
    reading->is_found = true;
    reading->id = entry->id;
    return BANYAN_ERR_EXISTS;
}

/* Down from the tip, block by block, to the one that holds seq. */
static enum banyan_status walk_down(struct reading *reading)
{
    struct by_sample at = reading->tip;
    uint64_t seq = reading->seq;
    enum banyan_status status = BANYAN_OK;

    for (;;) {
        reading->seq = at.seq;
        reading->wanted = at.id;
        reading->is_found = false;
        status = walk(reading, at.seq, meet_wanted);
        if (status != BANYAN_OK)
            return status;
        if (!reading->is_found)
            return BANYAN_ERR_NOT_FOUND;
        if (reading->first_seq <= seq)
            break;
        at = (struct by_sample){.seq = reading->first_seq - 1, .id = reading->prev};
    }
    reading->tip = at;
    reading->seq = seq;
    reading->is_found = false;
    status = walk(reading, at.seq, meet_in_block);
    return status == BANYAN_OK && !reading->is_found ? BANYAN_ERR_NOT_FOUND : status;
}

/* The entry at seq on the branch. A block that cannot be read may have held it. */
static enum banyan_status find_entry(struct reading *reading, uint64_t seq, struct by_id *out_id)
{
    struct reading own = *reading;
    enum banyan_status status = BANYAN_OK;

    own.seq = seq;
    own.is_found = own.has_several = false;
    if (seq > own.tip.seq)
        return BANYAN_ERR_NOT_FOUND;
    if (seq == own.tip.seq) {
        *out_id = own.tip.id;
        return BANYAN_OK;
    }
    status = walk(&own, seq, meet_at);
    if (status == BANYAN_OK && own.has_several)
        status = walk_down(&own);
    if (status == BANYAN_OK && !own.is_found)
        status = BANYAN_ERR_NOT_FOUND;
    *out_id = own.id;
    return status;
}

/* -- which block -- */

static enum banyan_status
keep_block(struct reading *reading, const struct by_store_block *block, uint64_t last_seq)
{
    struct by_buffer *packed = &reading->live->packed;
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(packed);
    status = by_buffer_append_bytes(packed, block->packed);
    reading->block->base = block->run.base;
    reading->block->last_seq = last_seq;
    reading->block->packed = by_buffer_bytes(packed);
    reading->is_found = true;
    return status;
}

/* The last entry of the run that lies on the branch; its entry at seq does. Looking for others
 * reads blocks, so ids are given, not the run. */
static enum banyan_status find_last(struct reading *reading, const struct by_id *ids,
                                    uint64_t first_seq, uint64_t last, uint64_t *out_last)
{
    for (*out_last = last; reading->is_forked && *out_last > reading->seq; (*out_last)--) {
        struct by_id id;
        enum banyan_status status = find_entry(reading, *out_last, &id);

        if (status != BANYAN_OK)
            return status;
        if (by_id_equal(&id, &ids[*out_last - first_seq]))
            return BANYAN_OK;
    }
    return BANYAN_OK;
}

static enum banyan_status meet_block(void *context, const struct by_store_block *block)
{
    struct reading *reading = context;
    const struct by_run *run = &block->run;
    const struct by_entry *entry = entry_at(run, reading->seq);
    struct by_id ids[BY_BLOCK_ENTRIES_MAX];
    uint64_t last = run->base.first_seq + (run->count - 1);
    enum banyan_status status = BANYAN_OK;

    if (is_past(run, reading->seq))
        return BANYAN_ERR_EXISTS;
    if (entry == NULL || !by_id_equal(&entry->id, &reading->wanted))
        return BANYAN_OK;
    status = keep_block(reading, block, last);
    for (size_t i = 0; i < run->count; i++)
        ids[i] = run->entries[i].id;
    if (last > reading->tip.seq)
        last = reading->tip.seq;
    if (status == BANYAN_OK)
        status = find_last(reading, ids, reading->block->base.first_seq, last,
                           &reading->block->last_seq);
    return status == BANYAN_OK ? BANYAN_ERR_EXISTS : status;
}

/* -- what sessions ask for -- */

static enum by_session_right right(void *context)
{
    const struct by_live_peer *peer = context;

    return peer->right;
}

static bool keeps_notes(void *context, const struct by_id *device)
{
    const struct by_live_peer *peer = context;

    return by_notes_may_have(peer->live->node->charter, device);
}

static enum banyan_status begin(struct reading *reading, struct by_store_txn *txn)
{
    struct by_store_log log;
    const struct by_charter *charter = reading->live->node->charter;
    enum banyan_status status = BANYAN_OK;

    /* Of one id the charter counts acts or records, never both. */
    reading->is_act_log = by_charter_log_find(charter, reading->log) == NULL;
    reading->txn = txn;
    status = by_store_log_find(txn, reading->log, reading->is_act_log, &log);
    reading->is_forked = status == BANYAN_OK && log.is_forked;
    return status;
}

static enum banyan_status read_wanted(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    enum banyan_status status = begin(reading, txn);

    return status == BANYAN_OK ? walk(reading, reading->seq, meet_wanted) : status;
}

static enum banyan_status
holds(void *context, const struct by_log_id *log, const struct by_sample *entry, bool *out_is_held)
{
    const struct by_live_peer *peer = context;
    struct reading reading = {
        .live = peer->live, .log = log, .seq = entry->seq, .wanted = entry->id};
    enum banyan_status status = by_store_read(peer->live->node->store, read_wanted, &reading, NULL);

    *out_is_held = reading.is_found;
    /* What cannot be read is as good as not held: it is asked for again. */
    return status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED ? BANYAN_OK : status;
}

static enum banyan_status read_entry(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    enum banyan_status status = begin(reading, txn);

    return status == BANYAN_OK ? find_entry(reading, reading->seq, &reading->wanted) : status;
}

static enum banyan_status entry_id(void *context, const struct by_log_id *log,
                                   const struct by_sample *tip, uint64_t seq, struct by_id *out_id)
{
    const struct by_live_peer *peer = context;
    struct reading reading = {.live = peer->live, .log = log, .tip = *tip, .seq = seq};
    enum banyan_status status = by_store_read(peer->live->node->store, read_entry, &reading, NULL);

    *out_id = reading.wanted;
    return status;
}

/* Of a log without forks, as it was written: who gets it reads it all the same. Where the tip that
 * was asked for may be another than the one held, or something is damaged, entries are looked at.
 */
static enum banyan_status read_packed(struct reading *reading)
{
    struct by_store_packed packed;
    enum banyan_status status =
        by_store_log_packed(reading->txn, reading->log, reading->is_act_log, reading->seq, &packed);
    bool is_last = reading->seq == reading->tip.seq;

    if (status != BANYAN_OK)
        return status;
    if (reading->seq > reading->tip.seq ||
        (is_last &&
         (packed.last_seq != reading->seq || !by_id_equal(&packed.tip, &reading->tip.id))))
        return BANYAN_ERR_NOT_FOUND;
    by_buffer_reset(&reading->live->packed);
    status = by_buffer_append_bytes(&reading->live->packed, packed.packed);
    *reading->block = (struct by_session_block){
        .base = packed.base,
        .last_seq = packed.last_seq < reading->tip.seq ? packed.last_seq : reading->tip.seq,
        .packed = by_buffer_bytes(&reading->live->packed)};
    return status;
}

static enum banyan_status read_block(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    enum banyan_status status = begin(reading, txn);

    if (status == BANYAN_OK && !reading->is_forked && read_packed(reading) == BANYAN_OK)
        return BANYAN_OK;
    if (status == BANYAN_OK)
        status = find_entry(reading, reading->seq, &reading->wanted);
    if (status == BANYAN_OK)
        status = walk(reading, reading->seq, meet_block);
    return status == BANYAN_OK && !reading->is_found ? BANYAN_ERR_NOT_FOUND : status;
}

static enum banyan_status block(void *context, const struct by_log_id *log,
                                const struct by_sample *tip, uint64_t seq,
                                struct by_session_block *out_block)
{
    struct by_live_peer *peer = context;
    struct reading reading = {
        .live = peer->live, .log = log, .tip = *tip, .seq = seq, .block = out_block};
    enum banyan_status status = by_store_read(peer->live->node->store, read_block, &reading, NULL);

    /* One that does not fit the credit is read, and noted, again. */
    if (status == BANYAN_OK && peer->right == BY_RIGHT_NONE)
        return by_live_cut_block(peer->live, out_block);
    if (status == BANYAN_OK && !reading.is_act_log && out_block->last_seq >= seq)
        status = by_extents_add(&peer->sent, log, seq, out_block->last_seq + 1);
    return status;
}

const struct by_session_port by_live_port = {.right = right,
                                             .farewell = by_live_farewell,
                                             .keeps_notes = keeps_notes,
                                             .holds = holds,
                                             .entry_id = entry_id,
                                             .block = block};
