/*
 * The node at work signs for the other programs of its user (sync/keeper.h): a thread of its own
 * behind the door BY_KEEPER_DOOR in the home, which waits for no disk's sync and no other thread.
 *
 * Whoever is asked looks where the log ends, so that two programs that ask for the same place of a
 * log, or one that lost its memory, never make it fork.
 */
#ifndef BY_CORE_KEEPING_H
#define BY_CORE_KEEPING_H

#include "core/node.h"

#define BY_KEEPER_DOOR "keeper"

struct by_keeping;
/* node's keys are at hand, and copied. BANYAN_OK with NULL where no door can be hung: programs ask
 * for the passphrase then. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_keeping_open(const struct by_node *node, struct by_keeping **out_keeping);
/* NULL is fine. */
void by_keeping_close(struct by_keeping *keeping);

#endif
