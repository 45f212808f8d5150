/*
 * Acts that wait for votes of coordinators, looked at by who asks for one or votes.
 */
#ifndef BY_ADMIN_MOTION_H
#define BY_ADMIN_MOTION_H

#include "codec/json.h"
#include "core/node.h"

/* NULL for an act that waits for nothing. */
const struct by_charter_motion *by_motion_find(const struct by_node *node, const struct by_id *act);
/* Whether it waits for the vote of the organisation. */
bool by_motion_is_for(const struct by_charter_motion *motion, const struct by_id *organisation);

/* "act" (its name, null for a zero id), "votes", "needed" and "waits_for": [{"id", "name"}], those
 * who may vote and have not; 0, 0 and none for an act that waits for nothing. */
void by_json_motion_stand(struct by_json *json, const struct by_node *node,
                          const struct by_id *act);

#endif
