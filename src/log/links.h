/*
 * Links: the part of an entry that survives erasure, so that erasing never revives an older value
 * or invents a conflict.
 *
 * Canonical MessagePack.
 *   act:       [parent, ...]                                   sorted ids, 0 to 64
 *   operation: [owner, uuid, op, type, parents, targets, touches]
 *     owner bin 32 | uuid bin 16 | op uint | type text ("" unless op is put) | parents, targets:
 * sorted ids touches: arrays sorted by (path, how), none twice: [path, how] or, for remove, [path,
 * 3, [[id, index], ...]]
 */
#ifndef BY_LOG_LINKS_H
#define BY_LOG_LINKS_H

#include "base/arena.h"
#include "base/id.h"
#include "base/uuid.h"

enum by_op {
    BY_OP_PUT = 0,
    BY_OP_PATCH = 1,
    BY_OP_DELETE = 2,
    BY_OP_ACCEPT = 3,
    BY_OP_DECLINE = 4,
    BY_OP_TRANSFER = 5
};
#define BY_OP_MAX 5

enum by_how { BY_HOW_SET = 0, BY_HOW_UNSET = 1, BY_HOW_ADD = 2, BY_HOW_REMOVE = 3 };
#define BY_HOW_MAX 3

/* A record's name: nobody can take another's, since the owner is part of it. */
struct by_record_name {
    struct by_id owner; /* organisation */
    struct by_uuid uuid;
};
bool by_record_name_equal(const struct by_record_name *a, const struct by_record_name *b);
int by_record_name_compare(const struct by_record_name *a, const struct by_record_name *b);

/* One addition that a removal takes back: the operation and the index of the element in that
 * operation's value. */
struct by_addition {
    struct by_id operation;
    uint32_t index;
};

struct by_touch {
    struct by_bytes path; /* "field" or "field.lang" */
    enum by_how how;
    struct by_addition *removed; /* BY_HOW_REMOVE only */
    size_t removed_count;
};

struct by_op_links {
    struct by_record_name name;
    enum by_op op;
    struct by_bytes type; /* BY_OP_PUT only, else empty */
    struct by_id *parents;
    size_t parent_count;
    struct by_id *targets; /* BY_OP_ACCEPT and BY_OP_DECLINE: the proposals */
    size_t target_count;
    struct by_touch *touches;
    size_t touch_count;
};

struct by_act_links {
    struct by_id *parents;
    size_t parent_count;
};

/* Decode with every rule above. Results live in arena; paths and type point into bytes.
 * BANYAN_ERR_MALFORMED, _TOO_LARGE and what by_scan returns. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_op_links *out_links);
BANYAN_MUST_CHECK enum banyan_status
by_act_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_act_links *out_links);
/* Sorts parents, targets and touches in place, then appends canonical bytes. BANYAN_ERR_TOO_LARGE
 * past a bound. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_encode(struct by_op_links *links, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_act_links_encode(struct by_act_links *links, struct by_buffer *out);

/* Only the name, without decoding the rest: what an index needs. bytes have passed
 * by_op_links_decode or by_run_check. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_name(struct by_bytes bytes, struct by_record_name *out_name);

#endif
