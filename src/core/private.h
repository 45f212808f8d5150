/*
 * Records that this device keeps for itself: which they are, and how one of them is shared.
 *
 * They stand in a store of their own (core/home.h), in a log that no act announces. Sharing one
 * puts it anew, as it is, into the log of the network, under the name it has; from then on that is
 * the record, and what the private log says of it is looked at no more.
 */
#ifndef BY_CORE_PRIVATE_H
#define BY_CORE_PRIVATE_H

#include "banyan/record.h"
#include "core/append.h"
#include "core/changes.h"
#include "core/loaded.h"

/* Whether the record of that name is this device's alone. BANYAN_OK, and not so, also for one that
 * is not there. */
BANYAN_MUST_CHECK enum banyan_status
by_private_is(struct by_node *node, const struct by_record_name *name, bool *out_is_private,
              struct banyan_error *error);
/* Read a private record within by_append_run_private. *out_is_shared: it was shared meanwhile, so
 * that what is written of it here would be looked at by nobody. */
BANYAN_MUST_CHECK enum banyan_status
by_private_read(struct by_append *append, const struct by_record_name *name, struct by_arena *arena,
                struct by_loaded *out_loaded, bool *out_is_shared);
/* BANYAN_ERR_USAGE, words say that it has to be shared for what was asked. */
BANYAN_MUST_CHECK enum banyan_status by_private_refuse(struct by_node *node,
                                                       const struct by_record_name *name,
                                                       struct banyan_error *error);

/* Whether a new record with these fields is private: by what they say of sharing, else by its
 * type's default. */
BANYAN_MUST_CHECK enum banyan_status
by_private_is_new(struct by_node *node, const struct by_type *type,
                  const struct banyan_field *fields, size_t count, bool *out_is_private,
                  struct banyan_error *error);
/* The same of changes that are parsed. */
bool by_private_is_said(const struct by_type *type, const struct by_changes *changes);
/* What a new private record says of its sharing, where the fields do not. */
BANYAN_MUST_CHECK enum banyan_status
by_private_say(struct by_changes *changes, struct by_arena *arena);

/* What changes say of sharing: NULL where they leave it as it is. */
const struct by_value *by_sharing_set(const struct by_changes *changes);
bool by_sharing_is_unset(const struct by_changes *changes);
/* BANYAN_ERR_DENIED, with words, where changes would make a shared record private. */
BANYAN_MUST_CHECK enum banyan_status
by_sharing_check(const struct by_changes *changes, struct banyan_error *error);

/* How many private records the values shown of a shared one refer to: others see their ids. */
BANYAN_MUST_CHECK enum banyan_status
by_private_references(struct by_node *node, const struct by_merged *merged, size_t *out_count,
                      struct banyan_error *error);

/* Put a private record into the network's log, as these changes of it leave it. append is of the
 * network's store; the record is read from the private one. BANYAN_ERR_EXISTS when it is shared
 * already. */
BANYAN_MUST_CHECK enum banyan_status
by_private_share(struct by_append *append, const struct by_record_name *name,
                 const struct banyan_field *fields, size_t count, struct by_arena *arena);

#endif
