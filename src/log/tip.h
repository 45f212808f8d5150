/*
 * A tip: a sealed header on its own, by which its writer signed all that lies before it in the log
 * (docs/protocol.md, Acts). Acts carry tips, so that whoever reads them can check what they name
 * without holding it.
 */
#ifndef BY_LOG_TIP_H
#define BY_LOG_TIP_H

#include "log/entry.h"

/* Header ‖ seal. */
#define BY_TIP_BYTES (BY_HEADER_BYTES + 64)
struct by_log_tip {
    struct by_log_id log;
    uint64_t seq;
    struct by_id id; /* of the entry */
};

/* Of a sealed entry (asserted). */
void by_log_tip_encode(const struct by_entry *entry, uint8_t out_bytes[BY_TIP_BYTES]);
/* BANYAN_ERR_MALFORMED for what is no sealed header of a record log, BANYAN_ERR_UPGRADE for one of
 * a later version, BANYAN_ERR_BAD_SIGNATURE. */
BANYAN_MUST_CHECK enum banyan_status by_log_tip_read(const uint8_t bytes[BY_TIP_BYTES],
                                                     const struct by_id *network,
                                                     struct by_log_tip *out_tip);

/* By seq, then id: the order of every list of tips. */
int by_log_tip_compare(const struct by_log_tip *a, const struct by_log_tip *b);
/* The order among lists of tips of one log, each sorted and none twice in it: by the highest seq
 * (an empty list is the lowest), then tip by tip. */
int by_log_tips_compare(const struct by_log_tip *a, size_t a_count, const struct by_log_tip *b,
                        size_t b_count);

#endif
