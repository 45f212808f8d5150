/*
 * Links: the part of an entry that survives erasure, so that erasing never revives an older value
 * or invents a conflict.
 *
 * Canonical MessagePack, at most BY_LINKS_BYTES_MAX bytes.
 *
 *   act:       [parent, ...]
 *   operation: [owner, uuid, op, type, parents, targets, touches]
 *     owner    bin 32
 *     uuid     bin 16
 *     op       uint, 0 to 5
 *     type     text of 1 to 64 bytes in put, "" else
 *     parents  [id, ...]
 *     targets  [id, ...], 1 to 64 in accept and decline: proposals; 1 in transfer: the organisation
 *              that the record goes to; none else
 *     touches  [touch, ...], 0 to 256, sorted by (path bytewise, how), none twice
 *   touch:     [path, how] or [path, 3, [[id, index], ...]]
 *     path     text of 1 to 128 bytes; how: uint, 0 to 3
 *     removed  1 to 512 pairs, sorted by (id, index), none twice; index: uint of at most 32 bits
 *   ids are bin 32; lists of ids are sorted bytewise, none twice, 0 to 64
 *   text is valid as payload text is: UTF-8, normal form C, no control characters but LF and TAB
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

int by_addition_compare(const struct by_addition *a, const struct by_addition *b);

struct by_touch {
    struct by_bytes path; /* "field" or "field.lang" */
    enum by_how how;
    struct by_addition *removed; /* BY_HOW_REMOVE only */
    size_t removed_count;
};
/* By (path, how). */
int by_touch_compare(const struct by_touch *a, const struct by_touch *b);

struct by_op_links {
    struct by_record_name name;
    enum by_op op;
    struct by_bytes type; /* BY_OP_PUT only, else empty */
    struct by_id *parents;
    size_t parent_count;
    struct by_id *targets; /* of accept and decline the proposals, of transfer the new owner */
    size_t target_count;
    struct by_touch *touches;
    size_t touch_count;
};

struct by_act_links {
    struct by_id *parents;
    size_t parent_count;
};

/* Every rule above, and nothing kept: no memory is taken.
 * BANYAN_ERR_TRUNCATED, _NOT_CANONICAL (a longer form than needed, an order broken, something
 * twice, bytes behind), _BAD_TEXT, _TOO_LARGE, else _MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status by_op_links_check(struct by_bytes bytes);
BANYAN_MUST_CHECK enum banyan_status by_act_links_check(struct by_bytes bytes);
/* Check, and keep. Results live in arena; paths and type point into bytes. Failures as of check,
 * and BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_op_links *out_links);
BANYAN_MUST_CHECK enum banyan_status
by_act_links_decode(struct by_bytes bytes, struct by_arena *arena, struct by_act_links *out_links);
/* Sorts parents, targets, touches and removals in place, then appends canonical bytes. Whatever
 * check would refuse is refused with its status, out left as it was: BANYAN_ERR_TOO_LARGE past a
 * bound, BANYAN_ERR_NOT_CANONICAL for something twice. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_encode(struct by_op_links *links, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_act_links_encode(struct by_act_links *links, struct by_buffer *out);

/* Only the name, without decoding the rest: what an index needs. bytes have passed
 * by_op_links_decode or by_run_check. */
BANYAN_MUST_CHECK enum banyan_status
by_op_links_name(struct by_bytes bytes, struct by_record_name *out_name);

#endif
