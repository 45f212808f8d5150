/*
 * Fields as people give them, to the touches and values of an operation.
 */
#ifndef BY_CORE_FIELDS_H
#define BY_CORE_FIELDS_H

#include "banyan/record.h"
#include "core/changes.h"
#include "core/node.h"

/* What is being written to. */
struct by_fields_target {
    struct by_node *node; /* references are looked up in its view, opened before */
    const struct by_type *type;
    const struct by_merged *merged; /* the record as it is; NULL for a new one */
    struct by_code_memory *codes;   /* where many records are parsed; NULL: each by itself */
};

/*
 * Parse all fields. Everything lives in arena. A text in several languages that is given without
 * one is taken as of the record's own language, else English; unset without one, it goes in every
 * language. Lists that are added to or removed from several times become one change.
 *
 * BANYAN_ERR_INVALID with words: unknown field (and what it may have meant), one given twice, a
 * value that breaks a rule. BANYAN_ERR_BAD_TEXT.
 */
BANYAN_MUST_CHECK enum banyan_status
by_fields_parse(const struct by_fields_target *target, const struct banyan_field *fields,
                size_t count, struct by_arena *arena, struct by_changes *out_changes,
                struct banyan_error *error);

/* BANYAN_ERR_INVALID, words name every required field that no change sets. */
BANYAN_MUST_CHECK enum banyan_status by_fields_check_required(const struct by_type *type,
                                                              const struct by_changes *changes,
                                                              struct banyan_error *error);

/* BANYAN_ERR_INVALID when changes take the last that a required field of target->merged says. */
BANYAN_MUST_CHECK enum banyan_status by_fields_check_emptied(const struct by_fields_target *target,
                                                             const struct by_changes *changes,
                                                             struct banyan_error *error);

/* Whether any of the fields refers to records, which are looked up in the view. */
bool by_fields_refer(const struct by_type *type, const struct banyan_field *fields, size_t count);

/* A shipped type that is in force in the network. BANYAN_ERR_INVALID, words suggest near names. */
BANYAN_MUST_CHECK enum banyan_status
by_fields_type(const struct by_node *node, struct by_bytes name, const struct by_type **out_type,
               struct banyan_error *error);

/* NULL when the path has no value. */
const struct by_merged_path *
by_merged_path_find(const struct by_merged *merged, struct by_bytes path);

#endif
