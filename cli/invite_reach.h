/*
 * What an invitation tells of where the node can be reached.
 */
#ifndef CLI_INVITE_REACH_H
#define CLI_INVITE_REACH_H

#include "banyan/network.h"
#include "cli.h"

/* The addresses for the invitation: those given (none with "none"), else those found out; they hold
 * as long as the command. out_reach gets {"addresses", "reach", "running"}, to be shown with the
 * answer; a new reference. */
int invite_find_addresses(struct cli *cli, struct banyan_invite *invite, json_t **out_reach);
/* How the newcomer comes in, and what to do. */
void invite_print_reach(struct cli *cli, const json_t *reach);

#endif
