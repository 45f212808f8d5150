/*
 * Operations on records: put, patch, delete, accept, decline, transfer, as links and payload.
 *
 * The payload is a canonical array of values, one per touch of the links in their order: the value
 * set, the list added (an array), nil for unset and remove. Links and payload can so never disagree
 * in more than their count. Behind the values may stand one map more, of remarks: what the author
 * says of the operation itself. They go with the payload when it is erased, and decide nothing.
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
        *values;            /* links.touch_count of them; NULL for an operation that is not valid */
    struct by_bytes person; /* remark: who did it; empty where it is not said */
    /* of the log it stands in, as the charter has it */
    struct by_id organisation;
    struct by_id device;
    uint8_t role; /* enum by_role */
};

/*
 * Decode links and payload into arena; organisation and role are the caller's to fill.
 *
 * What breaks a rule of operations leaves values NULL and still returns BANYAN_OK: the entry is
 * kept, and is no operation. These rules look at the entry alone:
 *   payload   canonical, an array with one value per touch, and at most a map behind them
 *   remarks   "person", where it is there: a text on one line, 1 to BY_PERSON_BYTES_MAX bytes;
 *             other keys are passed over
 *   path      by_path_is; touched once, or once by add and once by remove
 *   set       a value that is not nil       unset, remove  nil       add  an array, not empty
 *   put       names a type, no parents, no targets, touches by set and add only
 *   patch     touches something, no targets      delete  touches nothing, no targets
 *   accept    names targets; its touches are its own copy of what it accepts, so that nothing
 *             vanishes if the proposer is later cut off. One that touches nothing accepts a
 *             deletion.
 *   decline   names targets, touches nothing      transfer  names one organisation, touches nothing
 * Returns BANYAN_ERR_MEMORY, or what by_op_links_decode returns for links that are none.
 */
BANYAN_MUST_CHECK enum banyan_status
by_operation_decode(struct by_bytes links, struct by_bytes payload, struct by_arena *arena,
                    struct by_operation *out_operation);
/*
 * Whether touches and values have the forms of their fields' kinds in force for the record's type;
 * the merge leaves out what does not fit.
 *   scalar   set by a value of the kind, or unset; a path without language
 *   list     set by an array of elements of the kind (may be empty), add, remove, unset
 *   mltext   "name.vi" set by a text, or unset; "name" set by a map language -> text, which
 * replaces all languages at once, or unset, which takes all away; not both ways in one operation a
 * field or type that is not in force: set by anything, or unset; every path is its own scalar
 */
bool by_operation_fits(const struct by_operation *operation, struct by_bytes type,
                       const struct by_type_set *types);

/* A delete, or an accept of one. */
bool by_operation_deletes(const struct by_operation *operation);

/* Links and payload of an operation to be written: sorts touches with their values, appends both.
 * BANYAN_ERR_TOO_LARGE and what by_scan returns for a payload past its bounds; what was appended
 * then is to be thrown away. */
BANYAN_MUST_CHECK enum banyan_status by_operation_encode(struct by_operation *operation,
                                                         struct by_buffer *out_links,
                                                         struct by_buffer *out_payload);

/* Path of a language of an mltext field: "name.vi" -> field "name", language "vi". language is
 * empty without one. */
void by_path_split(struct by_bytes path, struct by_bytes *out_field, struct by_bytes *out_language);
/* 1 to BY_PATH_BYTES_MAX of a-z 0-9 _ -, one "." before a language tag. */
bool by_path_is(struct by_bytes path);

#endif
