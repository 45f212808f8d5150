/*
 * One record's rows: merged from its counting operations, written where they differ from what is
 * there.
 */
#ifndef BY_VIEW_PROJECT_H
#define BY_VIEW_PROJECT_H

#include "view/gather.h"
#include "view/internal.h"

struct by_projection {
    struct by_view *view;
    const struct by_type_set *types;
    struct by_arena *arena;          /* reset by the caller between records */
    struct by_view_changes *changes; /* counted up */
    const uint64_t *as_of;           /* rows as of this stamp; NULL = as they are */
    bool fid_is_vacant; /* no rows of this fid stand in search and in the type's table */
    /* Set when the row of another record with the same fid is to be written again, since this one
     * left it. */
    bool has_other;
    struct by_record_name other;
};

/* always: also when the operations are those of the rows there (what they count as may have
 * changed). A private record is in no digest, and not counted. Within a write transaction. */
BANYAN_MUST_CHECK enum banyan_status
by_project(struct by_projection *projection, const struct by_record_name *name,
           const struct by_gathered *gathered, bool always, struct banyan_error *error);

/*
 * The same of a record that no row stands for yet, and none has its fid, in two steps. Its
 * operations are few, and lie in the arena of the projection, as does all that is made of them.
 *
 * To prepare it, nothing is read but the shape of the view, so that another thread may do it.
 */
struct by_fresh;
BANYAN_MUST_CHECK enum banyan_status
by_fresh_prepare(const struct by_projection *projection, const struct by_record_name *name,
                 const struct by_id *name_hash, const struct by_gathered *gathered,
                 struct by_fresh **out_fresh, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_fresh_write(struct by_fresh *fresh, struct banyan_error *error);

/* The same of a record that is kept (view/kept.h), by the operations that came since: by hlc, ids
 * as they are. Where the heads do not tell what they do, out_is_done is false and nothing is
 * changed: by_project has to. */
BANYAN_MUST_CHECK enum banyan_status
by_project_onto(struct by_projection *projection, const struct by_record_name *name,
                const struct by_operation *operations, size_t count, bool *out_is_done,
                struct banyan_error *error);

#endif
