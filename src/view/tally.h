/*
 * What an exchange of entries with another node did to the records, on both sides.
 *
 * Sent: each record as the other node had it, merged from all operations but those that were sent,
 * beside what all of them give. Received: the same without those that came. Both by the merge that
 * the view uses, so that what one node calls sent is what the other calls received.
 *
 * Works in slices, each one short read of the store, and remembers no records between them: a
 * record is counted where its first exchanged entry is met. Memory: a slice, whatever was
 * exchanged.
 */
#ifndef BY_VIEW_TALLY_H
#define BY_VIEW_TALLY_H

#include "base/error.h"
#include "log/extent.h"
#include "member/charter.h"
#include "record/field_value.h"
#include "store/store.h"

/* Records. Of those that were new and are deleted again nobody saw anything: they do not count. */
struct by_tally_changes {
    uint64_t records_new;
    uint64_t records_changed; /* what is shown, or that it is in conflict; brought back too */
    uint64_t records_deleted;
    uint64_t records_proposed; /* a change was proposed or decided on, and nothing else changed */
};
struct by_tally_record {
    char id[BY_SHORT_ID_BYTES];
    char type[BY_TYPE_NAME_BYTES_MAX + 1];
    char label[176];
    bool in_conflict;
};
struct by_tally_result {
    struct by_tally_changes sent, received;
    /* Edited on both sides: the newest operations of a record are of what was sent and of what
     * came, and none of them knows of the others. */
    uint64_t both_count;
    size_t listed_count; /* the first few of these: those in conflict, then by label */
    struct by_tally_record listed[BY_TALLY_LISTED_MAX];
};

struct by_tally;
/* Takes both over, whatever comes of it; they are empty afterwards. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_tally_new(struct by_extents *sent, struct by_extents *received, struct by_tally **out_tally);
/* The next slice. After a failure it may be tried again. */
BANYAN_MUST_CHECK enum banyan_status by_tally_step(struct by_tally *tally, struct by_store *store,
                                                   const struct by_charter *charter,
                                                   bool *out_is_done, struct banyan_error *error);
/* Whole once a step said done. */
const struct by_tally_result *by_tally_result(const struct by_tally *tally);
/* NULL is fine. */
void by_tally_free(struct by_tally *tally);

#endif
