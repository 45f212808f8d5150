/*
 * Questions about the tree of another's view digest, and answers (docs/protocol.md, Sessions): what
 * two nodes exchange to find where their views differ.
 *
 *   look    depth u8 ‖ depth 0 to 3, a node of the tree: place u16
 *                      depth 4, a bucket:                place u16 ‖ after 32
 *                      depth 5, a record:                owner 32 ‖ uuid 16
 *   seen    what u8 ‖  0 not now:  nothing
 *                      1 top:      charter digest 32 ‖ 16 digests ‖ standing, to the end
 *                                  (sync/standing.h)
 *                      2 level:    16 digests
 *                      3 bucket:   flags u8 (bit 0: more follow) ‖ count u8 ‖ count times: owner 32
 *                                  ‖ uuid 16 ‖ record digest 32, by the hash of the name
 *                      4 record:   count varint of operations, 0: none are held ‖ newest hlc u64 ‖
 *                                  its device 32 ‖ listed varint ‖ listed times the first 8 bytes
 *                                  of an operation's id, sorted, none twice
 *
 * place: which node of its depth, from the left, below 16^depth. The answer to a bucket begins with
 * the first record whose hash is above `after`.
 */
#ifndef BY_SYNC_LOOK_H
#define BY_SYNC_LOOK_H

#include "base/limits.h"
#include "record/digest.h"

#define BY_LOOK_BUCKET   4u /* depths: of nodes below, of buckets, of a record */
#define BY_LOOK_RECORD   5u
#define BY_LOOK_ID_BYTES 8u

struct by_look {
    uint8_t depth;
    uint32_t place;             /* not of a record */
    struct by_id after;         /* of a bucket; zero: from its beginning */
    struct by_record_name name; /* of a record */
};

enum by_seen_what {
    BY_SEEN_NOT_NOW = 0, /* too much else is asked of the node */
    BY_SEEN_TOP = 1,     /* depth 0 */
    BY_SEEN_LEVEL = 2,   /* depths 1 to 3 */
    BY_SEEN_BUCKET = 3,
    BY_SEEN_RECORD = 4
};
/* A record in a bucket. */
struct by_seen_place {
    struct by_record_name name;
    struct by_id digest;
};
struct by_seen {
    enum by_seen_what what;
    struct by_id children[BY_LEVEL_FAN]; /* top, level */
    struct by_id charter;                /* top */
    struct by_bytes standing;            /* top: keeps the form of by_standing_read */
    bool has_more;                       /* bucket */
    size_t place_count;                  /* bucket: at most BY_SEEN_RECORDS_MAX */
    struct by_bytes places;              /* bucket: read with by_seen_place_at */
    uint64_t operation_count;            /* record */
    uint64_t newest_hlc;                 /* record, and its device */
    struct by_id newest_device;
    size_t id_count;     /* record: at most BY_SEEN_IDS_MAX, and operation_count */
    struct by_bytes ids; /* record: id_count times BY_LOOK_ID_BYTES */
};

/* What is taken, encoded again, is the same bytes. BANYAN_ERR_TRUNCATED, _NOT_CANONICAL,
 * _TOO_LARGE, _MALFORMED; BANYAN_ERR_UPGRADE for a depth, a kind of answer or a flag that is not
 * known. Views in out_seen borrow. */
BANYAN_MUST_CHECK enum banyan_status
by_look_take(struct by_cursor *cursor, struct by_look *out_look);
BANYAN_MUST_CHECK enum banyan_status
by_seen_take(struct by_cursor *cursor, struct by_seen *out_seen);
/* Append. */
BANYAN_MUST_CHECK enum banyan_status by_look_add(const struct by_look *look, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status by_seen_add(const struct by_seen *seen, struct by_buffer *out);

/* at < place_count. */
void by_seen_place_at(const struct by_seen *seen, size_t at, struct by_seen_place *out_place);
BANYAN_MUST_CHECK enum banyan_status
by_seen_place_add(const struct by_seen_place *place, struct by_buffer *out);
/* Whether the answer is of the kind that was asked for; "not now" is to all. */
bool by_seen_answers(const struct by_seen *seen, const struct by_look *look);

#endif
