/*
 * Whether a member sees what this node sees: as its node said when it was asked (net/asking.h), or
 * by what its device told last of the logs that it holds.
 */
#ifndef BY_TRUST_COMPARE_H
#define BY_TRUST_COMPARE_H

#include "core/node.h"
#include "sync/message.h"

/* What came of asking a node. [0] is this node's, [1] the other's. */
struct by_compared {
    struct by_id transport; /* who was asked */
    uint64_t at_ms;         /* Unix */
    bool is_settled;        /* else one of the two was written to all the time */
    bool is_found;          /* a record that is other: */
    struct by_record_name name;
    struct by_buffer tops[2];    /* answers about the top, as messages */
    struct by_buffer records[2]; /* and about the record, where one is found */
};
void by_compared_deinit(struct by_compared *compared);
/* For a file of this node's own: transport 32 ‖ at u64 ‖ flags u8 ‖ owner 32 ‖ uuid 16 ‖ four times
 * size u32 ‖ message. BANYAN_ERR_TRUNCATED, _MALFORMED, _TOO_LARGE, _MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_compared_encode(const struct by_compared *compared, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_compared_decode(struct by_bytes bytes, struct by_compared *out_compared);
#define BY_COMPARED_BYTES_MAX (128u + 4u * (4u + BY_SYNC_MESSAGE_BYTES_MAX))

/* Why nobody was asked: a sentence without a full stop, and a word for programs. Static. */
struct by_not_asked {
    const char *text;
    const char *reason;
};

/* Shape in include/banyan/run.h. compared NULL: nobody could be asked, for the reason given; NULL:
 * nobody was to be. BANYAN_ERR_NOT_FOUND for a member that is not known. */
BANYAN_MUST_CHECK enum banyan_status
by_compare_member(struct by_node *node, const char *organisation,
                  const struct by_compared *compared, const struct by_not_asked *not_asked,
                  struct by_buffer *out, struct banyan_error *error);

#endif
