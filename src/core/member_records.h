/*
 * What records say of the members themselves: their focal points, and which version of the
 * network's principles they have accepted.
 */
#ifndef BY_CORE_MEMBER_RECORDS_H
#define BY_CORE_MEMBER_RECORDS_H

#include "codec/json.h"
#include "core/node.h"

/* Starts zeroed but for arena. is_known false: the network has no such types, or the view cannot be
 * asked now. */
struct by_member_records {
    struct by_arena *arena;
    bool is_known;
    struct by_value rows; /* [member, focal points, version, accepted on] */
};
/* By the view up to date. Never fails but for memory: what records say is a help. */
BANYAN_MUST_CHECK enum banyan_status
by_member_records_read(struct by_member_records *records, struct by_node *node);
/* "focal_points": n or null, "principles": {"version", "accepted_on"} or null. */
void by_json_member_records(struct by_json *json, const struct by_member_records *records,
                            const struct by_id *organisation);

#endif
