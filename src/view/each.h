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
    int64_t fid;
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
    bool is_private; /* those that this device keeps for itself, instead */
};
typedef enum banyan_status by_view_visit(void *context, const struct by_view_record *record);

/* Every record that is not deleted, nor private, by type and name. A visit that fails ends it, and
 * its status is returned. Memory: of one record; names are sorted in a file of SQLite's own once
 * they take more than 2 MB. BANYAN_ERR_INVALID, _USAGE with words as of by_view_list. */
BANYAN_MUST_CHECK enum banyan_status
by_view_each(struct by_view *view, const struct by_view_each *which, by_view_visit *visit,
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

/* Questions about single records, prepared once and asked as often as wanted. */
struct by_view_asker;
/* To be closed before the view is released or closed; NULL is fine. */
BANYAN_MUST_CHECK enum banyan_status by_view_asker_open(struct by_view *view,
                                                        struct by_view_asker **out_asker,
                                                        struct banyan_error *error);
void by_view_asker_close(struct by_view_asker *asker);
/* One record, by its name, or by what the view numbers it with. BANYAN_ERR_NOT_FOUND, also for one
 * that is deleted or private. The visit may ask anything but this. */
BANYAN_MUST_CHECK enum banyan_status by_view_asker_one(struct by_view_asker *asker,
                                                       const struct by_record_name *name,
                                                       by_view_visit *visit, void *context);
BANYAN_MUST_CHECK enum banyan_status by_view_asker_one_of_fid(struct by_view_asker *asker,
                                                              int64_t fid, by_view_visit *visit,
                                                              void *context);
/* The same as by_view_label. */
BANYAN_MUST_CHECK enum banyan_status by_view_asker_label(struct by_view_asker *asker,
                                                         const struct by_record_name *name,
                                                         struct by_buffer *out);
/* Append {path: [value]} of the fields in conflict, and [{"entry", "organisation", "at", "op",
 * "changes"}] of the open proposals. */
BANYAN_MUST_CHECK enum banyan_status by_view_asker_conflicts(struct by_view_asker *asker,
                                                             const struct by_record_name *name,
                                                             struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status by_view_asker_proposals(struct by_view_asker *asker,
                                                             const struct by_record_name *name,
                                                             struct by_buffer *out);

/* All queries between the two see the view as it is at the first of them. */
BANYAN_MUST_CHECK enum banyan_status by_view_hold(struct by_view *view, struct banyan_error *error);
void by_view_release(struct by_view *view);

#endif
