/*
 * The body of a types act at work: what is in force, and what comes to it. Only types_*.c include
 * this.
 */
#ifndef BY_ADMIN_TYPES_BODY_H
#define BY_ADMIN_TYPES_BODY_H

#include "codec/json.h"
#include "core/node.h"

struct by_types_body {
    struct by_arena *arena;
    struct by_value kinds; /* map type -> [version, open, map field -> kind] */
    struct by_value types; /* maps name -> definition */
    struct by_value lists;
};
/* From the body of an act (by_charter_types_body); definitions that are not of the form are none.
 * Everything lives in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_types_body_read(struct by_types_body *body, const struct by_value *act, struct by_arena *arena);
/* Take the definition in a file over. BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status by_types_body_take(struct by_types_body *body,
                                                        const struct by_value *file,
                                                        struct banyan_error *error);
/* Shipped types and lists as this program has them, in place of what the network says of them. */
BANYAN_MUST_CHECK enum banyan_status
by_types_body_take_shipped(struct by_types_body *body, struct banyan_error *error);
/* The body for an act, checked. */
BANYAN_MUST_CHECK enum banyan_status by_types_body_write(const struct by_types_body *body,
                                                         struct by_value *out_act,
                                                         struct banyan_error *error);

/* "types": [{"name", "change": "new" or "changed", "fields": [{"name", "kind"}] that are new}] and
 * "lists": [{"name", "change", "codes": [text] that are new}] of next beside now, inside an open
 * object. Returns whether there is anything to tell. */
bool by_json_types_changes(struct by_json *json, const struct by_types_body *now,
                           const struct by_types_body *next);

#endif
