/*
 * The body of a note that tells how far its device holds the logs (docs/protocol.md, Notes).
 *
 *   body   flags u8 (bit 0: not all logs are named) ‖ state digest 32 ‖ acts digest 32 ‖ count
 *          varint ‖ count times: key 8 ‖ place varint, (highest seq + 1) * 2 + (1 if forked)
 *   key    first 8 bytes of H(tag SYNC_BUCKET, log id): of a record log that is not empty; sorted,
 *          none twice, at most BY_STANDING_LOGS_MAX
 *
 * Two nodes with one state digest hold the same. Where it differs, the places tell by how much.
 */
#ifndef BY_SYNC_STANDING_H
#define BY_SYNC_STANDING_H

#include "sync/frontier.h"

#define BY_STANDING_KEY_BYTES 8u

struct by_standing {
    bool is_partial;
    struct by_id state;
    struct by_id acts;
    size_t count;
    struct by_bytes logs; /* read with by_standing_next */
};
struct by_standing_log {
    uint8_t key[BY_STANDING_KEY_BYTES];
    uint64_t count; /* highest seq + 1 */
    bool is_forked;
};

/* Borrows from body. BANYAN_ERR_TRUNCATED, _NOT_CANONICAL, _TOO_LARGE, _MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_standing_read(struct by_bytes body, struct by_standing *out_standing);
/* Moves on in logs of a standing that was read, where it cannot fail. */
BANYAN_MUST_CHECK enum banyan_status
by_standing_next(struct by_cursor *cursor, struct by_standing_log *out_log);
/* Append the standing of whoever has this frontier; of more logs than it can name, those written to
 * last. BANYAN_ERR_MEMORY, BANYAN_ERR_TOO_LARGE. */
BANYAN_MUST_CHECK enum banyan_status
by_standing_write(struct by_frontier *frontier, struct by_buffer *out);

/* How many entries of record logs one side lacks of what the other holds. Where a standing is
 * partial, it may be more. */
void by_standing_weigh(const struct by_standing *ours, const struct by_standing *theirs,
                       uint64_t *out_they_lack, uint64_t *out_we_lack);

void by_standing_key(const struct by_log_id *log, uint8_t out_key[BY_STANDING_KEY_BYTES]);

#endif
