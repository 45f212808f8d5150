/*
 * One update of the view at work: what its files share.
 */
#ifndef BY_VIEW_UPDATE_H
#define BY_VIEW_UPDATE_H

#include "view/gather.h"
#include "view/internal.h"

/* One slice is one transaction of the view and one read of the store, both of seconds at most: of
 * fewer records, until it turns out that nearly all of them are new, which cost little. */
#define SLICE_RECORDS       16384u
#define SLICE_RECORDS_FRESH 65536u
#define SLICE_BLOCK_RECORDS 64u /* so many blocks are not met for each */

/* A record to be merged in this slice. */
struct by_touched {
    struct by_record_name name;
    uint64_t arrival; /* of the block that named it first */
    uint32_t at;      /* of the entry in it */
    bool always;      /* its operations may count as something else now */
    bool is_private;  /* the block is of the private store */
    bool is_only;     /* no other entry of this slice names it, and this one is at hand: */
    const struct by_entry *entry; /* a copy; NULL where the entry has to be read again */
};

struct by_update {
    struct by_view *view;
    struct by_store *store;
    const struct by_charter *charter;
    const struct by_type_set *types;
    struct by_shape next;   /* that the types in force ask for, until the view takes it */
    struct by_shape before; /* that it had, until it is sure that it has another */
    bool has_next, has_before;
    bool tables_are_new; /* made by this update, to the shape of the view */
    uint64_t until;      /* first arrival that is left for later */
    struct by_view_changes *changes;
    struct banyan_error *error;
    struct by_arena gathered; /* operations of one chunk of records */
    struct by_arena merged;   /* one record */
    /* of one slice */
    struct by_store_txn *txn;
    struct by_standings standings;
    struct by_store_txn *private_txn; /* NULL where nothing is kept privately */
    struct by_standings private_standings;
    struct by_arena entries; /* that new blocks have */
    size_t entry_bytes;
    struct by_touched *touched;
    size_t touched_count;
    size_t touched_capacity;
    size_t slice_records;    /* as many as this slice may touch */
    size_t fresh_count;      /* of them, by by_update_project_fresh */
    struct by_touched *news; /* every entry that touched one, by name: what touched is made of */
    size_t news_count;
    bool has_kept; /* something is kept of some record */
    uint64_t mark; /* first arrival that has not been looked at */
    uint64_t private_mark;
    uint64_t begun, end; /* the mark before the first slice, and where it will be at last */
    uint64_t slice_begun;
    uint64_t told; /* how far, at last */
    bool has_begun;
    bool is_done;
};

/* Keep what the logs count as now; where that is something else than before, their records are to
 * be merged again. */
BANYAN_MUST_CHECK enum banyan_status by_update_standings(struct by_update *update);
/* Name the records of logs whose standing changed, as many as a slice has. */
BANYAN_MUST_CHECK enum banyan_status by_update_touch_again(struct by_update *update);
/* Name the records of new blocks, and move the mark; is_done at the last. */
BANYAN_MUST_CHECK enum banyan_status by_update_touch_new(struct by_update *update);
/* The same of the private store, once all else is named. */
BANYAN_MUST_CHECK enum banyan_status by_update_touch_private(struct by_update *update);
/* Remember every entry that named a record; touched is in order of names. */
BANYAN_MUST_CHECK enum banyan_status by_update_note_news(struct by_update *update);
/* Of those the operations of one record that count, by hlc. out_is_whole: all could be read, and
 * they are few. Everything lives in the arena of what is gathered. */
BANYAN_MUST_CHECK enum banyan_status
by_update_gather_news(struct by_update *update, const struct by_record_name *name,
                      struct by_gathering *out_news, bool *out_is_whole);
/* Write the records that nothing is held of but one new entry: it is all there is to merge, and no
 * row has to give way. They leave touched; others stay, in any order. */
struct by_projection;
BANYAN_MUST_CHECK enum banyan_status
by_update_project_fresh(struct by_update *update, struct by_projection *projection);
/* Of the records of this slice so many are written: tell it, now and then. */
void by_update_tell(struct by_update *update, size_t written, size_t count);
/* Merge all that was named. */
BANYAN_MUST_CHECK enum banyan_status by_update_project(struct by_update *update);

#endif
