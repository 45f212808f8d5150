/*
 * The rules that values in an act keep beyond their types: the same for reading and writing.
 */
#ifndef BY_MEMBER_ACT_RULES_H
#define BY_MEMBER_ACT_RULES_H

#include "member/act.h"

/* BANYAN_ERR_BAD_TEXT for a name's text, BANYAN_ERR_UPGRADE for a genesis of a higher level or a
 * kind without a body here, BANYAN_ERR_INVALID for another rule. */
BANYAN_MUST_CHECK enum banyan_status by_act_check(const struct by_act *act);

#endif
