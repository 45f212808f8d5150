/*
 * One record on its way from operations to rows: what its files share.
 *
 *   project.c       merging, and which way a record goes
 *   project_rows.c  its rows: record, conflicts, proposals, search, the table of its type
 *   project_onto.c  one operation more on what is kept
 */
#ifndef BY_VIEW_PROJECT_PARTS_H
#define BY_VIEW_PROJECT_PARTS_H

#include "base/date.h"
#include "record/field_value.h"
#include "view/layer.h"
#include "view/project.h"

#define BY_PROJECT_NAME_BYTES 48
#define BY_PROJECT_HEX_BYTES  65

/* What the record table holds of the record before this projection. */
struct by_project_before {
    bool exists;
    bool is_shown;
    bool is_private;
    int64_t deleted;
    uint64_t conflict_count;
    struct by_bytes digest; /* in the arena, as is the document */
    struct by_bytes document;
};

/* One record on its way from operations to rows. */
struct by_project_work {
    struct by_projection *projection;
    struct by_view *view;
    struct by_arena *arena;
    struct banyan_error *error;
    struct by_record_name name;
    struct by_id name_hash;
    int64_t fid;
    uint8_t name_bytes[BY_PROJECT_NAME_BYTES];
    char id[BY_SHORT_ID_BYTES];
    const struct by_gathered *gathered;
    const struct by_operation *operations; /* of it; of a kept record, heads and what is new */
    size_t operation_count;
    bool is_kept;                 /* merged onto what was kept */
    uint64_t kept_proposal_count; /* open ones that have their rows already */
    bool always;
    const struct by_id *ids; /* that the digest is over */
    struct by_id digest;
    bool has_digest;
    struct by_merged merged;
    struct by_value document;
    struct by_bytes json;       /* the document */
    const struct by_type *type; /* NULL when it is not shipped */
    struct by_bytes label;
    struct by_bytes folded, tokens; /* what the index of words has, once is_made */
    struct by_layer_cells cells;    /* of the row in the table of its type, which may be none */
    bool is_made;
    char owner[BY_PROJECT_HEX_BYTES];
    char created[BY_DATE_TIME_BYTES];
    char changed[BY_DATE_TIME_BYTES];
    uint64_t conflict_count;
    uint64_t open_proposal_count;
    struct by_project_before before;
};

/* -- project.c -- */
struct by_bytes by_project_name(const struct by_project_work *work);
/* One about a record, with fid and name in the first two places. */
sqlite3_stmt *by_project_statement(const struct by_project_work *work, enum by_statement which);
/* Empty for a private record, which has no digest. */
struct by_bytes by_project_digest(const struct by_project_work *work);
/* Whether its merge has rows in search and in the table of its type. */
bool by_project_is_shown(const struct by_project_work *work);
/* What follows from the name; view and name are set. */
void by_project_begin(struct by_project_work *work, const struct by_record_name *name);
BANYAN_MUST_CHECK enum banyan_status by_project_read_before(struct by_project_work *work);
/* What rows tell of the merge. */
BANYAN_MUST_CHECK enum banyan_status by_project_describe(struct by_project_work *work);
void by_project_count_changes(const struct by_project_work *work);

/* -- project_rows.c -- */
/* The record's rows; those of its fid only where it holds that, before or after. */
BANYAN_MUST_CHECK enum banyan_status by_project_write_rows(struct by_project_work *work);
/* The same of a record whose fid has none. */
BANYAN_MUST_CHECK enum banyan_status by_project_add_rows(struct by_project_work *work);
/* A proposal that has its row: of that state, it is of another now; whether it was. */
BANYAN_MUST_CHECK enum banyan_status
by_project_close_row(struct by_project_work *work, const struct by_id *proposal,
                     enum by_proposal_state from, enum by_proposal_state to, bool *out_was);
/* Make what the index of words has of the record, and its row in the table of its type; in the
 * arena. Once: what is made is not made again. */
BANYAN_MUST_CHECK enum banyan_status by_project_make_shown(struct by_project_work *work);

#endif
