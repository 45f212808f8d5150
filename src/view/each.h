/*
 * Records one by one, whole: what exports are made of. Those that this device keeps for itself are
 * never among them.
 */
#ifndef BY_VIEW_EACH_H
#define BY_VIEW_EACH_H

#include "view/view.h"

/* Everything is borrowed, and holds until the visit returns. */
struct by_view_record {
    struct by_record_name name;
    struct by_bytes id, type, label;
    struct by_bytes owner, owner_name; /* hex; name "" where it is no member */
    struct by_bytes created, changed;
    struct by_bytes document; /* JSON */
    struct by_bytes heads;    /* ids of operations, 32 bytes each */
    int64_t conflicts, proposals;
};
struct by_view_each {
    const char *type;           /* NULL = all */
    const char *const *filters; /* as of by_view_list; a type is given then */
    size_t filter_count;
};
typedef enum banyan_status by_view_visit(void *context, const struct by_view_record *record);

/* Every record that is not deleted, nor private, by type and name. A visit that fails ends it, and
 * its status is returned. BANYAN_ERR_INVALID, _USAGE with words as of by_view_list. */
BANYAN_MUST_CHECK enum banyan_status
by_view_each(struct by_view *view, const struct by_view_each *which, by_view_visit *visit,
             void *context, struct banyan_error *error);
/* One of them, by its name. BANYAN_ERR_NOT_FOUND, also for a private one. */
BANYAN_MUST_CHECK enum banyan_status
by_view_one(struct by_view *view, const struct by_record_name *name, by_view_visit *visit,
            void *context, struct banyan_error *error);
/* How many there are. */
BANYAN_MUST_CHECK enum banyan_status
by_view_each_count(struct by_view *view, const struct by_view_each *which, uint64_t *out_count,
                   struct banyan_error *error);
/* How many private ones were left out. */
BANYAN_MUST_CHECK enum banyan_status
by_view_each_private(struct by_view *view, const struct by_view_each *which, uint64_t *out_count,
                     struct banyan_error *error);
/* The names of the types that have such records, in byte order; they live in arena. */
BANYAN_MUST_CHECK enum banyan_status by_view_types(struct by_view *view, struct by_arena *arena,
                                                   const char ***out_types, size_t *out_count,
                                                   struct banyan_error *error);
/* Append what a record is called, in its own language. BANYAN_ERR_NOT_FOUND, also for a private
 * one: what refers to it leaves with its id alone. */
BANYAN_MUST_CHECK enum banyan_status
by_view_label(struct by_view *view, const struct by_record_name *name, struct by_buffer *out,
              struct banyan_error *error);
/* Append {path: [value]} of the fields in conflict, and [{"entry", "organisation", "at", "op",
 * "changes"}] of the open proposals. */
BANYAN_MUST_CHECK enum banyan_status
by_view_record_conflicts(struct by_view *view, const struct by_record_name *name,
                         struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_view_record_proposals(struct by_view *view, const struct by_record_name *name,
                         struct by_buffer *out, struct banyan_error *error);

/* All queries between the two see the view as it is at the first of them. */
BANYAN_MUST_CHECK enum banyan_status by_view_hold(struct by_view *view, struct banyan_error *error);
void by_view_release(struct by_view *view);

#endif
