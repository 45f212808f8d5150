/*
 * Newcomers whom a person admits: because the invitation asks for it, or because several came with
 * one. All others are admitted by themselves (core/settle.h).
 */
#ifndef BY_CORE_ADMIT_H
#define BY_CORE_ADMIT_H

#include "codec/json.h"
#include "core/node.h"

/* Answers as of include/banyan/network.h. */
BANYAN_MUST_CHECK enum banyan_status
by_joins(struct by_node *node, struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_admit(struct by_node *node, const char *join,
                                              const char *digits, struct by_buffer *out,
                                              struct banyan_error *error);

/* What an invite act says of when it expires (BY_KIND_INVITE) to cancel another of its key. */
#define BY_INVITE_CANCELLED_MS 1

/* Array of {"id", "name", "state" as of banyan_joins}: who asks to be taken in and waits for a
 * person who may do so here; also `from` (may be NULL), if it asks, whatever became of its
 * invitation. */
void by_json_newcomers(struct by_json *json, const struct by_node *node, const struct by_id *from);

/* The six digits of a join, which both sides compare by voice. They are slow to make, so that who
 * has the invitation too cannot try a million joins for one with the same digits. */
#define BY_JOIN_DIGITS_BYTES 7
BANYAN_MUST_CHECK enum banyan_status
by_join_digits(const struct by_id *join, char out_digits[BY_JOIN_DIGITS_BYTES]);

#endif
