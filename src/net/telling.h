/*
 * Where this node tells members that it can be reached, as its people say (live/told.h).
 */
#ifndef BY_NET_TELLING_H
#define BY_NET_TELLING_H

#include "core/node.h"

/* Besides by_told_add and by_told_remove: BANYAN_ERR_INVALID where the address means the computer
 * of whoever reads it. A node that runs takes it up at once. */
BANYAN_MUST_CHECK enum banyan_status
by_telling_add(struct by_node *node, const char *address, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_telling_remove(struct by_node *node, const char *address, struct banyan_error *error);
/* Addresses that a person put into an invitation lead here from elsewhere: members may know them
 * too, but for private ones, which may be of use to that newcomer alone. Without a word where there
 * is no room for more. */
void by_telling_note(struct by_node *node, const char *const *addresses, size_t count);

#endif
