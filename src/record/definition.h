/*
 * Definitions of types and code lists as values: what a network says of them, read into the tables
 * that the shipped ones are compiled to.
 *
 * A definition is the map that a JSON file of src/record/types or src/record/lists holds, less its
 * name; a label is a text in English or a map language -> text. It comes from other organisations:
 * whatever breaks a rule here makes the whole definition one that says nothing, on every node alike
 * (docs/protocol.md, Types).
 */
#ifndef BY_RECORD_DEFINITION_H
#define BY_RECORD_DEFINITION_H

#include "base/error.h"
#include "record/types.h"

/* A name of types, fields and lists: 1 to 48 of a-z, 0-9 and _ (in lists also -), a letter first,
 * and none that tables and columns of the view have already. */
bool by_definition_names_type(struct by_bytes name);
bool by_definition_names_field(struct by_bytes name);
/* Lists that the program itself relies on are not to be defined anew. */
bool by_definition_names_list(struct by_bytes name);

/* Where a definition finds the lists it names. NULL for one that is not there. */
typedef const struct by_code_list *by_definition_lists(const void *context, struct by_bytes name);

/* Each lives in arena and borrows nothing. BANYAN_ERR_INVALID with words that name the place and
 * the rule (error may be NULL); BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_definition_read_list(struct by_bytes name, const struct by_value *definition,
                        struct by_arena *arena, struct by_code_list *out_list,
                        struct banyan_error *error);
/* Version, open, and the kinds of fields stand beside the definition; kinds: map field -> kind of
 * what is in force. Every kind that the definition names must be that one. */
BANYAN_MUST_CHECK enum banyan_status
by_definition_read_type(struct by_bytes name, const struct by_value *definition,
                        const struct by_value *kinds, by_definition_lists *lists,
                        const void *context, struct by_arena *arena, struct by_type *out_type,
                        struct banyan_error *error);

/* The definitions of a network, a map {"lists": map, "types": map}, as an array of byte strings for
 * an act, and back. pack: BANYAN_ERR_TOO_LARGE past BY_DEFINITIONS_BYTES_MAX. unpack: what is not
 * of the form is BANYAN_ERR_MALFORMED or what by_scan returns; NULL gives an empty map. */
BANYAN_MUST_CHECK enum banyan_status by_definitions_pack(const struct by_value *definitions,
                                                         struct by_arena *arena,
                                                         struct by_value *out_packed);
BANYAN_MUST_CHECK enum banyan_status by_definitions_unpack(const struct by_value *packed,
                                                           struct by_arena *arena,
                                                           struct by_value *out_definitions);

#endif
