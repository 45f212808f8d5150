#include "view/tally.h"

#include <stdlib.h>

#include "record/types_join.h"
#include "view/tally_record.h"

/* One slice is one read of the store, a fraction of a second at most. */
#define SLICE_BLOCKS  128u
#define SLICE_RECORDS 4096u

/* An exchanged entry's place in the order of counting. */
struct place {
    enum by_tally_way way;
    size_t extent;
    uint64_t seq;
};

struct by_tally {
    struct by_extents extents[BY_TALLY_WAYS];
    struct place next; /* of what has not been looked at */
    struct by_tally_result result;
};

static int order_places(const struct place *a, const struct place *b)
{
    if (a->way != b->way)
        return a->way < b->way ? -1 : 1;
    if (a->extent != b->extent)
        return a->extent < b->extent ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

/* -- which records -- */

struct slice {
    struct by_tally *tally;
    const struct by_charter *charter;
    struct by_type_set *types;
    struct by_registry *registry;
    struct by_standings standings;
    struct by_store_txn *txn;
    struct place begin;
    uint64_t cut; /* of the extent at work: first seq left for the next slice; 0: none */
    size_t blocks;
    struct by_record_name *names;
    size_t name_count, name_capacity;
};

static enum banyan_status add_name(struct slice *slice, const struct by_record_name *name)
{
    if (slice->name_count == slice->name_capacity) {
        size_t capacity = slice->name_capacity == 0 ? 64 : slice->name_capacity * 2;
        struct by_record_name *grown = realloc(slice->names, capacity * sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        slice->names = grown;
        slice->name_capacity = capacity;
    }
    slice->names[slice->name_count++] = *name;
    return BANYAN_OK;
}

static const struct by_extent *extent_at(const struct by_tally *tally, const struct place *place)
{
    return &tally->extents[place->way].items[place->extent];
}

/* Branches of a fork have blocks that overlap: where a slice ends, those behind that reach below
 * are looked at too. */
static enum banyan_status meet_block(void *context, const struct by_store_block *block)
{
    struct slice *slice = context;
    const struct by_run *run = &block->run;
    uint64_t last_seq = run->base.first_seq + (run->count - 1);
    uint64_t until = extent_at(slice->tally, &slice->tally->next)->until;
    enum banyan_status status = BANYAN_OK;

    if (slice->cut > 0 && slice->cut < until)
        until = slice->cut;
    if (last_seq >= until && last_seq - until >= BY_BLOCK_ENTRIES_MAX)
        return BANYAN_ERR_EXISTS;
    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++) {
        const struct by_entry *entry = &run->entries[i];
        struct by_record_name name;
        if (entry->header.seq < slice->tally->next.seq || entry->header.seq >= until ||
            entry->header.kind != BY_KIND_OPERATION ||
            by_op_links_name(entry->links, &name) != BANYAN_OK)
            continue;
        status = add_name(slice, &name);
    }
    slice->blocks++;
    if (slice->cut == 0 && (slice->name_count >= SLICE_RECORDS || slice->blocks >= SLICE_BLOCKS))
        slice->cut = last_seq + 1;
    return status;
}

/* To where the next extent begins, or to where there is none. */
static void go_on(struct by_tally *tally, size_t extent)
{
    struct place *next = &tally->next;

    next->extent = extent;
    while (next->way < BY_TALLY_WAYS && next->extent == tally->extents[next->way].count) {
        next->way++;
        next->extent = 0;
    }
    if (next->way < BY_TALLY_WAYS)
        next->seq = extent_at(tally, next)->from;
}

/* What of the extent fits the slice. A log that is gone, or blocks that cannot be read, are passed
 * over. */
static enum banyan_status walk_extent(struct slice *slice)
{
    struct by_tally *tally = slice->tally;
    const struct by_extent *extent = extent_at(tally, &tally->next);
    enum banyan_status status =
        by_store_log_blocks(slice->txn, &extent->log, false, tally->next.seq, meet_block, slice);

    if (status != BANYAN_OK && status != BANYAN_ERR_EXISTS && status != BANYAN_ERR_NOT_FOUND &&
        status != BANYAN_ERR_DAMAGED)
        return status;
    if (slice->cut > 0 && slice->cut < extent->until)
        tally->next.seq = slice->cut;
    else
        go_on(tally, tally->next.extent + 1);
    return BANYAN_OK;
}

/* -- what became of each -- */

struct meeting {
    const struct slice *slice;
    struct by_tally_operations operations;
    struct place first; /* of the record's entries that were exchanged */
};

static enum banyan_status meet_entry(void *context, const struct by_entry *entry)
{
    struct meeting *meeting = context;
    const struct by_tally *tally = meeting->slice->tally;
    uint8_t ways = 0;

    for (enum by_tally_way way = BY_TALLY_SENT; way < BY_TALLY_WAYS; way++) {
        struct place place = {.way = way, .seq = entry->header.seq};
        place.extent = by_extents_find(&tally->extents[way], &entry->header.log, entry->header.seq);
        if (place.extent == tally->extents[way].count)
            continue;
        ways |= (uint8_t)(1u << way);
        if (order_places(&place, &meeting->first) < 0)
            meeting->first = place;
    }
    return by_tally_operations_add(&meeting->operations, entry, ways);
}

static enum banyan_status
count_record(struct slice *slice, const struct by_record_name *name, struct by_arena *arena)
{
    struct meeting meeting = {
        .slice = slice,
        .operations.gathering = {.standings = &slice->standings, .arena = arena},
        .first = {.way = BY_TALLY_WAYS}};
    enum banyan_status status =
        by_store_record_entries(slice->txn, name, meet_entry, &meeting, NULL);

    if (status != BANYAN_OK || order_places(&meeting.first, &slice->begin) < 0)
        return status; // an earlier slice counted it
    return by_tally_count(&meeting.operations, name, slice->types, slice->registry,
                          &slice->tally->result);
}

static int order_names(const void *a, const void *b)
{
    return by_record_name_compare(a, b);
}

static enum banyan_status count_records(struct slice *slice)
{
    struct by_arena arena = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    if (slice->name_count > 1)
        qsort(slice->names, slice->name_count, sizeof *slice->names, order_names);
    for (size_t i = 0; i < slice->name_count && status == BANYAN_OK; i++) {
        if (i > 0 && by_record_name_equal(&slice->names[i], &slice->names[i - 1]))
            continue;
        by_arena_reset(&arena);
        status = count_record(slice, &slice->names[i], &arena);
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status run_slice(void *context, struct by_store_txn *txn)
{
    struct slice *slice = context;
    struct by_tally *tally = slice->tally;
    enum banyan_status status = by_standings_init(&slice->standings, txn, slice->charter);

    slice->txn = txn;
    while (status == BANYAN_OK && tally->next.way < BY_TALLY_WAYS && slice->cut == 0)
        status = walk_extent(slice);
    if (status == BANYAN_OK)
        status = count_records(slice);
    by_standings_deinit(&slice->standings);
    return status;
}

/* -- the whole -- */

enum banyan_status
by_tally_new(struct by_extents *sent, struct by_extents *received, struct by_tally **out_tally)
{
    struct by_extents *const taken[] = {sent, received};
    struct by_tally *tally = calloc(1, sizeof *tally);

    for (int way = 0; way < BY_TALLY_WAYS; way++) {
        if (tally == NULL)
            by_extents_deinit(taken[way]);
        else
            tally->extents[way] = *taken[way];
        *taken[way] = (struct by_extents){0};
    }
    if (tally == NULL)
        return BANYAN_ERR_MEMORY;
    for (int way = 0; way < BY_TALLY_WAYS; way++)
        by_extents_join(&tally->extents[way]);
    go_on(tally, 0);
    *out_tally = tally;
    return BANYAN_OK;
}

enum banyan_status by_tally_step(struct by_tally *tally, struct by_store *store,
                                 const struct by_charter *charter, bool *out_is_done,
                                 struct banyan_error *error)
{
    struct slice slice = {.tally = tally, .charter = charter, .begin = tally->next};
    const struct by_tally_result before = tally->result;
    enum banyan_status status = BANYAN_OK;

    *out_is_done = tally->next.way == BY_TALLY_WAYS;
    if (*out_is_done)
        return BANYAN_OK;
    status = by_types_build(charter, &slice.types, &slice.registry);
    if (status == BANYAN_OK)
        status = by_store_read(store, run_slice, &slice, error);
    else
        status = by_fail_plain(error, status);
    by_registry_free(slice.registry);
    by_type_set_free(slice.types);
    free(slice.names);
    if (status != BANYAN_OK) {
        tally->next = slice.begin;
        tally->result = before;
        return status;
    }
    *out_is_done = tally->next.way == BY_TALLY_WAYS;
    return BANYAN_OK;
}

const struct by_tally_result *by_tally_result(const struct by_tally *tally)
{
    return &tally->result;
}

void by_tally_free(struct by_tally *tally)
{
    if (tally == NULL)
        return;
    for (int way = 0; way < BY_TALLY_WAYS; way++)
        by_extents_deinit(&tally->extents[way]);
    free(tally);
}
