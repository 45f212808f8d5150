/*
 * The view: every record merged, in an SQLite file that is also a valid GeoPackage 1.3, for SQL,
 * QGIS, R and Python.
 *
 * Derived from logs and charter alone, behind a high-water mark (arrival number) kept in the same
 * transaction as the rows. Deleting the file costs time, never data; rebuilding gives the same rows
 * byte for byte: no row numbers, local times or arrival order in any of them (docs/view.md lists
 * the tables).
 *
 * Thread: a view belongs to one thread. Several processes may have it open: one brings it up to
 * date, the others read.
 */
#ifndef BY_VIEW_VIEW_H
#define BY_VIEW_VIEW_H

#include "banyan/node.h"
#include "base/error.h"
#include "member/charter.h"
#include "record/digest.h"
#include "record/merge.h"
#include "record/registry.h"
#include "store/store.h"

struct by_view;

/* Open or make the file. One of another fold or schema version, or damaged, is made anew.
 * BANYAN_ERR_DISK. */
BANYAN_MUST_CHECK enum banyan_status by_view_open(const char *path, const struct by_id *network,
                                                  struct by_view **out_view,
                                                  struct banyan_error *error);
void by_view_close(struct by_view *view);
/* For a process that is always there: with 24 MiB of pages in memory instead of 128, many records
 * at once take half as long again. */
void by_view_stay_small(struct by_view *view);

/*
 * Show the records that the device keeps for itself too: those of another store, written by
 * organisation, of which nothing is ever shared. They stand in the same tables with
 * record.private = 1, and are in no digest. A record that the logs of the network hold as well is
 * shown as they have it. Both are borrowed while the view is open.
 */
void by_view_keep_private(struct by_view *view, struct by_store *store,
                          const struct by_id *organisation);

/* Whom updates tell how far they have come, in blocks of the store, at the end of each slice;
 * NULL: nobody. */
void by_view_watch(struct by_view *view, banyan_progress *progress, void *context);

/* What an update did, in records; private ones are not counted. */
struct by_view_changes {
    uint64_t records_new, records_changed, records_deleted, conflicts_new;
    uint64_t blocks_damaged; /* passed over: fsck names them */
};
/*
 * Bring the rows up to what the store holds and the charter counts: only records touched by new
 * blocks, and by logs whose standing changed, are merged again. In slices, each its own SQLite
 * transaction with its mark. BANYAN_ERR_BUSY when another process is at it (what is there can be
 * read all the same).
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_update(struct by_view *view, struct by_store *store, const struct by_charter *charter,
               struct by_view_changes *out_changes, struct banyan_error *error);
/* The same, where there is more only up to the block with that arrival number: so that it can be
 * told what those before it changed. */
BANYAN_MUST_CHECK enum banyan_status
by_view_update_until(struct by_view *view, struct by_store *store, const struct by_charter *charter,
                     uint64_t until, struct by_view_changes *out_changes,
                     struct banyan_error *error);
/* All from the first block on, in one transaction: others read the old rows until the new ones
 * are there. BANYAN_ERR_BUSY when another process is writing for long. */
BANYAN_MUST_CHECK enum banyan_status
by_view_rebuild(struct by_view *view, struct by_store *store, const struct by_charter *charter,
                struct by_view_changes *out_changes, struct banyan_error *error);

/* What is kept of a record of many operations (view/kept.h), where the view is that of the store
 * as txn shows it, under charter: what by_merge gives of all its operations, but for proposals and
 * element_authors. Everything lives in arena. BANYAN_ERR_NOT_FOUND where nothing is kept, or of
 * another moment: the operations tell then. */
BANYAN_MUST_CHECK enum banyan_status
by_view_merged(struct by_view *view, struct by_store_txn *txn, const struct by_charter *charter,
               const struct by_record_name *name, struct by_arena *arena,
               struct by_merged *out_merged, struct banyan_error *error);

/* Root of the view digest over all rows (record/digest.h). */
BANYAN_MUST_CHECK enum banyan_status
by_view_root(struct by_view *view, struct by_id *out_root, struct banyan_error *error);

/* Its inner nodes: the 16 children of the node at place (from the left) of a depth, 0 for the root
 * to 3. Cost: the buckets below, at most 65,536 rows. */
BANYAN_MUST_CHECK enum banyan_status
by_view_level(struct by_view *view, unsigned depth, uint32_t place,
              struct by_id out_children[BY_LEVEL_FAN], struct banyan_error *error);
/* A record in a bucket. */
struct by_view_place {
    struct by_record_name name;
    struct by_id hash; /* of the name */
    struct by_id digest;
};
/* Records of a bucket whose name hash is above after, in that order, up to max. Cost: those, and a
 * few more. */
BANYAN_MUST_CHECK enum banyan_status
by_view_bucket(struct by_view *view, uint32_t bucket, const struct by_id *after, size_t max,
               struct by_view_place *out_places, size_t *out_count, bool *out_has_more,
               struct banyan_error *error);

/* Append, for each record that the digest is made of, the first 8 bytes of its name's hash ‖ the
 * first 8 bytes of its digest, in bytewise order. BANYAN_ERR_TOO_LARGE past out's bound. */
BANYAN_MUST_CHECK enum banyan_status
by_view_places(struct by_view *view, struct by_buffer *out, struct banyan_error *error);

/* Id as people give it (short id, prefix of at least 4 characters, with or without dash, any case;
 * or 96 hex digits) to a record name. BANYAN_ERR_NOT_FOUND; BANYAN_ERR_INVALID when several fit,
 * words list them. */
BANYAN_MUST_CHECK enum banyan_status by_view_find(struct by_view *view, struct by_bytes id,
                                                  struct by_record_name *out_name,
                                                  struct banyan_error *error);

/* Whether text has the form of such an id, whatever it names. */
bool by_view_is_id(struct by_bytes text);

/* -- queries: each appends one JSON document, shapes in include/banyan/record.h -- */
struct by_view_list {
    const char *type;           /* NULL = all types */
    const char *const *filters; /* "field=value", filter_count of them; compared folded; codes as
                                   they are written */
    size_t filter_count;
    const char *where;          /* SQL condition over the type's table, may be NULL */
    const char *sort;           /* column, "-" before it for descending; NULL = by shown name */
    const char *const *columns; /* NULL = the type's own choice */
    size_t column_count;
    const char *near;    /* those with a place, by their distance from this one (below); NULL */
    double within_km;    /* of near: not farther; 0 = all */
    const char *in;      /* those whose place lies in the area of this record, by id; NULL */
    const char *holding; /* those whose area holds this place (below); NULL */
    uint64_t limit;      /* 0 = all */
    bool deleted;        /* deleted ones instead */
    const char *language;
};
/* A place is "10.92, 105.08" as people write points, or the id of a record that has one: its middle
 * then. near, in and holding want a type with places: BANYAN_ERR_USAGE. */
BANYAN_MUST_CHECK enum banyan_status
by_view_list(struct by_view *view, const struct by_view_list *list, struct by_buffer *out,
             struct banyan_error *error);
struct by_view_missing {
    const char *purpose;        /* code or label of the list "purpose"; NULL = list the purposes */
    const char *type;           /* NULL = all of which it expects something */
    const char *const *filters; /* as of by_view_list; a type is given then */
    size_t filter_count;
    uint64_t limit; /* of the records written, not of those counted; 0 = all */
    const char *language;
};
/* BANYAN_ERR_INVALID for a purpose that is not known (words list them all), or that expects nothing
 * of the type. */
BANYAN_MUST_CHECK enum banyan_status
by_view_missing(struct by_view *view, const struct by_view_missing *missing, struct by_buffer *out,
                struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_view_search(struct by_view *view, struct by_bytes text, const char *type, uint64_t limit,
               const char *language, struct by_buffer *out, struct banyan_error *error);
/* Read-only SQL from users: a handle that cannot write, an authorizer, and a time limit in ms (0 =
 * none). */
BANYAN_MUST_CHECK enum banyan_status by_view_sql(struct by_view *view, const char *sql,
                                                 uint64_t limit, uint64_t time_ms,
                                                 struct by_buffer *out, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_view_conflicts(struct by_view *view, const char *language,
                                                       struct by_buffer *out,
                                                       struct banyan_error *error);
/* Open proposals on records of owner (NULL: of all owners). */
BANYAN_MUST_CHECK enum banyan_status by_view_inbox(struct by_view *view, const struct by_id *owner,
                                                   const char *language, struct by_buffer *out,
                                                   struct banyan_error *error);
/* Counts for status: {"records": {type: n}, "conflicts": n, "proposals": n, "deleted": n,
 * "private": n}; types past a bound are counted together under "". With the open proposals on
 * records of owner (NULL: of all owners). */
BANYAN_MUST_CHECK enum banyan_status by_view_counts(struct by_view *view, const struct by_id *owner,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);

/* The columns of a type's table, of the network's types or (NULL) the shipped ones, for `types
 * TYPE`: {"table", "columns": [{"name", "sql_type", "field"}]}. */
BANYAN_MUST_CHECK enum banyan_status by_view_columns(const struct by_registry *registry,
                                                     const char *type, struct by_buffer *out,
                                                     struct banyan_error *error);

#endif
