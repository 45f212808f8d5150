/*
 * Operations on records: put, patch, delete, accept, decline (transfer: later), as links and
 * payload.
 *
 * The payload is a canonical array of values, one per touch of the links in their order: the value
 * set, the list added (an array), nil for unset and remove. Links and payload can so never disagree
 * in more than their count.
 */
#ifndef BY_RECORD_OPERATION_H
#define BY_RECORD_OPERATION_H

#include "log/links.h"
#include "record/types.h"

struct by_operation {
    struct by_id id; /* of the entry */
    uint64_t hlc;
    struct by_op_links links;
    struct by_value
        *values; /* links.touch_count of them; NULL for an operation that is not valid */
    /* of the log it stands in, as the charter has it */
    struct by_id organisation;
    struct by_id device;
    uint8_t role; /* enum by_role */
};

/* Decode links and payload into arena. A payload that breaks the rules, has another count, or a
 * value whose form is not that of its field's kind in force leaves values NULL and still returns
 * BANYAN_OK: the entry is kept, and no operation. The rules per op: a put names a type, is the
 * owner's, has no parents; patch touches something; delete touches nothing; accept names targets;
 * decline names targets and touches nothing. organisation and role are the caller's to fill. */
BANYAN_MUST_CHECK enum banyan_status
by_operation_decode(struct by_bytes links, struct by_bytes payload, struct by_arena *arena,
                    struct by_operation *out_operation);
/* Whether the values have the forms of their kinds in force for the record's type. */
bool by_operation_fits(const struct by_operation *operation, struct by_bytes type,
                       const struct by_type_set *types);

/* Links and payload of an operation to be written: sorts touches with their values, appends both.
 */
BANYAN_MUST_CHECK enum banyan_status by_operation_encode(struct by_operation *operation,
                                                         struct by_buffer *out_links,
                                                         struct by_buffer *out_payload);

/* Path of a language of an mltext field: "name.vi" -> field "name", language "vi". language is
 * empty without one. */
void by_path_split(struct by_bytes path, struct by_bytes *out_field, struct by_bytes *out_language);
/* 1 to BY_PATH_BYTES_MAX of a-z 0-9 _ -, one "." before a language tag. */
bool by_path_is(struct by_bytes path);

#endif
