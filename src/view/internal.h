/*
 * What the files of this layer share: the open view, its prepared statements, and the way an SQLite
 * failure becomes a status.
 */
#ifndef BY_VIEW_INTERNAL_H
#define BY_VIEW_INTERNAL_H

#include <sqlite3.h>

#include "view/schema.h"
#include "view/view.h"

/* Statements that are prepared once and kept. X(name, sql) */
#define BY_STATEMENT_MAP(X)                                                                        \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(STATE_GET, "SELECT mark, mark_tip, charter, types, private_mark, private_tip, boxes_late"    \
                 " FROM banyan_state")                                                             \
    X(BOXES_LATE_SET, "UPDATE banyan_state SET boxes_late = ?")                                    \
    X(MARK_SET, "UPDATE banyan_state SET mark = ?, mark_tip = ?")                                  \
    X(PRIVATE_MARK_SET, "UPDATE banyan_state SET private_mark = ?, private_tip = ?")               \
    X(CHARTER_SET, "UPDATE banyan_state SET charter = ?")                                          \
    X(TYPES_SET, "UPDATE banyan_state SET types = ?")                                              \
    X(LOG_ALL, "SELECT log, standing, again_from FROM banyan_log ORDER BY log")                    \
    X(LOG_PUT, "INSERT OR REPLACE INTO banyan_log VALUES (?, ?, ?)")                               \
    X(LOG_AGAIN, "SELECT log, again_from FROM banyan_log WHERE again_from IS NOT NULL"             \
                 " ORDER BY log LIMIT 1")                                                          \
    X(LOG_AGAIN_SET, "UPDATE banyan_log SET again_from = ? WHERE log = ?")                         \
    X(RECORD_GET, "SELECT type, deleted, conflicts, digest, document, private"                     \
                  " FROM record WHERE fid = ?1 AND name = ?2")                                     \
    X(RECORD_ADD, "INSERT INTO record (fid, name, id, type, label, owner, deleted, sharing,"       \
                  " created, changed, conflicts, proposals, document, folded, heads, digest,"      \
                  " private) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")          \
    X(RECORD_CHANGE, "UPDATE record SET id = ?3, type = ?4, label = ?5, owner = ?6, deleted = ?7," \
                     " sharing = ?8, created = ?9, changed = ?10, conflicts = ?11,"                \
                     " proposals = ?12, document = ?13, folded = ?14, heads = ?15, digest = ?16,"  \
                     " private = ?17 WHERE fid = ?1 AND name = ?2")                                \
    X(RECORD_FIDS, "SELECT fid FROM record WHERE fid BETWEEN ? AND ? ORDER BY fid")                \
    X(RECORD_LAST_ROW, "SELECT coalesce(max(rowid), 0) FROM record")                               \
    X(RECORD_HAS_FID, "SELECT 1 FROM record WHERE fid = ? LIMIT 1")                                \
    X(RECORD_REMOVE, "DELETE FROM record WHERE fid = ?1 AND name = ?2")                            \
    X(RECORD_SHOWN, "SELECT name, type, folded FROM record WHERE fid = ? AND deleted <> 1"         \
                    " AND type <> '' ORDER BY name LIMIT 1")                                       \
    X(RECORD_LABEL, "SELECT type, document FROM record WHERE fid = ?1 AND name = ?2")              \
    X(RECORD_LIKE, "SELECT name, id, type, label FROM record WHERE fid BETWEEN ?1 AND ?2"          \
                   " AND id >= ?3 AND id < ?4 ORDER BY id, name LIMIT 6")                          \
    X(RECORD_NAMED, "SELECT id, label, owner FROM record WHERE fid = ?1 AND name = ?2")            \
    X(LABEL_SHARED, "SELECT label FROM record WHERE fid = ?1 AND name = ?2 AND private = 0")       \
    X(SEARCH_TYPED, "SELECT r.name, r.folded, r.type, r.fid FROM search s"                         \
                    " CROSS JOIN record r ON r.fid = s.rowid WHERE search MATCH ?1"                \
                    " AND r.deleted <> 1 AND r.type <> '' AND (?2 IS NULL OR r.type = ?2)")        \
    X(SEARCH_OF_TYPE, "SELECT fid, folded FROM record WHERE type = ? AND deleted <> 1")            \
    X(SEARCH_ROW, "SELECT name, folded FROM record WHERE fid = ? AND deleted <> 1"                 \
                  " AND type <> '' ORDER BY name LIMIT 1")                                         \
    X(TYPE_KNOWN, "SELECT 1 FROM record WHERE type = ? LIMIT 1")                                   \
    X(CONFLICT_PUT, "INSERT INTO conflict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")               \
    X(CONFLICT_REMOVE, "DELETE FROM conflict WHERE name = ?")                                      \
    X(PROPOSAL_PUT, "INSERT INTO proposal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")               \
    X(PROPOSAL_REMOVE, "DELETE FROM proposal WHERE name = ?")                                      \
    X(PROPOSAL_CLOSE, "UPDATE proposal SET state = ? WHERE name = ? AND entry = ? AND state = ?")  \
    X(SEARCH_PUT, "INSERT INTO search (rowid, tokens) VALUES (?, ?)")                              \
    X(SEARCH_REMOVE, "INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?, ?)")         \
    X(RECORD_SHOW, "SELECT id, type, document, private FROM record WHERE fid = ?1 AND name = ?2")  \
    X(CHANGED_SINCE, "SELECT name FROM record WHERE changed >= ?1 AND type <> ''"                  \
                     " AND (?2 IS NULL OR type = ?2) ORDER BY fid")                                \
    X(ID_PUT, "INSERT OR REPLACE INTO banyan_ids VALUES (?, ?, ?)")                                \
    X(ID_GET, "SELECT node FROM banyan_ids WHERE name = ? AND path = ?")                           \
    X(ID_REMOVE, "DELETE FROM banyan_ids WHERE name = ?")                                          \
    X(MERGED_PUT, "INSERT OR REPLACE INTO banyan_merged VALUES (?, ?)")                            \
    X(MERGED_GET, "SELECT merged FROM banyan_merged WHERE name = ?")                               \
    X(MERGED_REMOVE, "DELETE FROM banyan_merged WHERE name = ?")                                   \
    X(MERGED_NOW, "SELECT m.merged, s.mark, s.mark_tip, s.charter, s.types FROM banyan_merged m,"  \
                  " banyan_state s WHERE m.name = ? AND NOT EXISTS"                                \
                  " (SELECT 1 FROM banyan_log WHERE again_from IS NOT NULL)")                      \
    X(MERGED_HAS, "SELECT 1 FROM banyan_merged WHERE name = ?")                                    \
    X(MERGED_ANY, "SELECT 1 FROM banyan_merged LIMIT 1")                                           \
    X(MEMBER_CLEAR, "DELETE FROM member")                                                          \
    X(MEMBER_PUT, "INSERT INTO member VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")                         \
    X(MEMBER_NAME, "SELECT name FROM member WHERE organisation = ?")                               \
    X(BUCKET_TOUCH, "INSERT OR IGNORE INTO banyan_bucket VALUES (?)")                              \
    X(BUCKET_TOUCHED, "SELECT bucket FROM banyan_bucket ORDER BY bucket")                          \
    X(BUCKET_SETTLE, "DELETE FROM banyan_bucket")                                                  \
    X(BUCKET_RECORDS, "SELECT fid, name, digest FROM record WHERE fid >= ?"                        \
                      " AND digest <> x'' ORDER BY fid")                                           \
    X(PLACES, "SELECT name, digest FROM record WHERE digest <> x''")                               \
    X(BUCKET_PUT, "INSERT OR REPLACE INTO bucket VALUES (?, ?)")                                   \
    X(BUCKET_REMOVE, "DELETE FROM bucket WHERE bucket = ?")                                        \
    X(BUCKET_AFTER, "SELECT name, digest FROM record WHERE fid BETWEEN ? AND ?"                    \
                    " AND digest <> x'' ORDER BY fid")                                             \
    X(BUCKET_RANGE, "SELECT bucket, digest FROM bucket WHERE bucket BETWEEN ? AND ?")              \
    X(CHANGE_LAYERS, "UPDATE gpkg_contents SET last_change = coalesce((SELECT"                     \
                     " replace(max(changed), 'Z', '.000Z') FROM record"                            \
                     " WHERE type = table_name AND deleted <> 1), ?)")                             \
    X(COUNT_TYPES, "SELECT type, count(*) - (SELECT count(*) FROM record p WHERE p.private = 1"    \
                   " AND p.type = r.type AND p.deleted <> 1) AS shared FROM record r"              \
                   " WHERE deleted <> 1 AND type <> '' GROUP BY type HAVING shared > 0"            \
                   " ORDER BY type")                                                               \
    X(COUNT_REST, "SELECT (SELECT count(*) FROM (SELECT DISTINCT name, path FROM conflict)),"      \
                  " (SELECT count(*) FROM proposal p JOIN record r"                                \
                  " ON r.fid = p.fid AND r.name = p.name"                                          \
                  " WHERE p.state = 'open' AND (?1 IS NULL OR r.owner = ?1)),"                     \
                  " (SELECT count(*) FROM record WHERE deleted = 1)"                               \
                  " - (SELECT count(*) FROM record WHERE private = 1 AND deleted = 1),"            \
                  " (SELECT count(*) FROM record WHERE private = 1 AND deleted <> 1"               \
                  " AND type <> '')")                                                              \
    X(CONFLICTS, "SELECT c.name, r.id, r.type, r.document, r.owner, c.path, c.value,"              \
                 " c.organisation, c.at, c.entry, c.person FROM conflict c"                        \
                 " JOIN record r ON r.fid = c.fid AND r.name = c.name"                             \
                 " ORDER BY r.type, r.label, c.name, c.path, c.position")                          \
    X(INBOX, "SELECT p.entry, r.id, r.type, r.document, r.owner, p.organisation, p.at, p.changes," \
             " p.op, p.person FROM proposal p JOIN record r ON r.fid = p.fid AND r.name = p.name"  \
             " WHERE p.state = 'open'"                                                             \
             " AND (?1 IS NULL OR r.owner = ?1) ORDER BY p.at, p.entry")

enum by_statement {
#define X(name, sql) BY_STATEMENT_##name,
    BY_STATEMENT_MAP(X)
#undef X
        BY_STATEMENT_COUNT
};

/* What writes and empties the rows of one type's table. */
struct by_layer {
    sqlite3_stmt *put;
    sqlite3_stmt *remove;
    sqlite3_stmt *put_some; /* a row with these columns alone; NULL until two came in a row */
    uint16_t *some;
    size_t some_count;
    sqlite3_stmt *box_put; /* the R-tree's; NULL in a table without geometry */
    sqlite3_stmt *box_remove;
    void *boxes; /* kept back while many are written (view/boxes.h) */
    size_t box_count, box_capacity;
};

/* What the types in force make of the view: by it rows are merged and tables are made. */
struct by_shape {
    struct by_id act;             /* the mark of the types (record/types_join.h) */
    struct by_type_set *types;    /* NULL until the first update */
    struct by_registry *registry; /* the same */
    struct by_schema schema;      /* until then none, or in a new file of the shipped types */
    struct by_layer *layers;      /* parallel to schema.tables; NULL without a schema */
};
/* The shape that the charter's types in force ask for; charter NULL: that of before the first
 * update. */
BANYAN_MUST_CHECK enum banyan_status
by_shape_init(struct by_shape *shape, const struct by_charter *charter);
void by_shape_deinit(struct by_shape *shape);
/* Whether it is that of the charter's types in force. */
bool by_shape_is_of(const struct by_shape *shape, const struct by_charter *charter);
void by_shape_finalize(struct by_shape *shape);

struct by_view {
    sqlite3 *db;        /* triggers are off in it */
    sqlite3 *reader;    /* for SQL from users; NULL until asked for */
    bool is_within;     /* such SQL runs in the transaction at work in db instead */
    bool has_functions; /* db knows the functions that such SQL may use */
    char *path;
    struct by_id network;
    struct by_shape shape; /* of the rows and tables in the file */
    sqlite3_stmt *statements[BY_STATEMENT_COUNT];
    bool is_damaged;                /* a failure said so: the next update makes the file anew */
    bool is_small;                  /* by_view_stay_small */
    bool keeps_boxes;               /* by_boxes_begin */
    bool boxes_are_late;            /* R-trees lack boxes of rows that are there */
    uint64_t touched_buckets[1024]; /* a bit for each of the view digest (view/digest.h) */
    struct by_store *private_store; /* NULL: none */
    struct by_id organisation;      /* whose device keeps it */
    banyan_progress *progress;      /* by_view_watch; may be NULL */
    void *progress_context;
    uint64_t fid_mask; /* all ones; a test makes names collide with fewer */
};

/* The statement, reset and without bindings; NULL when it cannot be prepared (by_view_failed then
 * says why). Holds until the view is closed or emptied. */
sqlite3_stmt *by_view_statement(struct by_view *view, enum by_statement which);
/* One about a record, whose first place is for the fid and whose second for the name. The name, 48
 * bytes, is copied: bytes of another length name no record. */
sqlite3_stmt *
by_view_statement_of(struct by_view *view, enum by_statement which, struct by_bytes name);
void by_bind_name(struct by_view *view, sqlite3_stmt *statement, struct by_bytes name);
/* Prepared on the first call, kept in *slot. */
sqlite3_stmt *by_view_prepare(struct by_view *view, const char *sql, sqlite3_stmt **slot);
void by_view_finalize(struct by_view *view);

/* Nothing that stands in the file runs by itself: no triggers, no views, no functions in the schema
 * that have effects. */
void by_sqlite_distrust(sqlite3 *db);
/* The failure of the last SQLite call on db as status and words. */
enum banyan_status by_sqlite_failed(sqlite3 *db, struct banyan_error *error);
enum banyan_status by_view_failed(struct by_view *view, struct banyan_error *error);
/* For rows that are not of the form we wrote. */
enum banyan_status by_view_damaged(struct by_view *view, struct banyan_error *error);
/* Step a statement that gives no rows, and reset it. A NULL statement fails. */
BANYAN_MUST_CHECK enum banyan_status
by_view_run(struct by_view *view, sqlite3_stmt *statement, struct banyan_error *error);
/* Step to the next row. BANYAN_ERR_NOT_FOUND past the last; the statement is then reset. */
BANYAN_MUST_CHECK enum banyan_status
by_view_row(struct by_view *view, sqlite3_stmt *statement, struct banyan_error *error);
/* Run several statements. */
BANYAN_MUST_CHECK enum banyan_status
by_view_exec(struct by_view *view, const char *sql, struct banyan_error *error);

/* Bound bytes must hold until the statement is run. A NULL statement is passed over. */
void by_bind_text(sqlite3_stmt *statement, int at, struct by_bytes text);
void by_bind_blob(sqlite3_stmt *statement, int at, struct by_bytes blob);
void by_bind_int(sqlite3_stmt *statement, int at, int64_t integer);
/* Hold until the next step or reset. */
struct by_bytes by_column_text(sqlite3_stmt *statement, int at);
struct by_bytes by_column_blob(sqlite3_stmt *statement, int at);

/* One write transaction around work; BANYAN_ERR_BUSY when another process is writing. */
typedef enum banyan_status
by_view_work(void *context, struct by_view *view, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_view_write(struct by_view *view, by_view_work *work, void *context, struct banyan_error *error);
/* How long a transaction waits for another process: seconds, or a moment (as after opening). */
void by_view_wait_long(struct by_view *view, bool is_long);
/* Make the file anew, empty, whatever is in it. Others see it empty. */
BANYAN_MUST_CHECK enum banyan_status
by_view_reset(struct by_view *view, struct banyan_error *error);
/* The same within a transaction: others see the old rows until it ends. For a sound file only. */
BANYAN_MUST_CHECK enum banyan_status
by_view_empty(struct by_view *view, struct banyan_error *error);

/* What is known of a type; NULL where nothing is. */
const struct by_type *by_view_type(const struct by_view *view, struct by_bytes name);
const struct by_code_list *by_view_list_of_codes(const struct by_view *view, const char *name);

/* BANYAN_ERR_INVALID with near names for a type that is neither shipped nor that of a record. */
BANYAN_MUST_CHECK enum banyan_status
by_view_check_type(struct by_view *view, const char *type, struct banyan_error *error);

/* Primary key in the type tables: the first 63 bits of the hash of the name. Two names with one fid
 * cost the price of a collision of 63 bits; then the lower name has the row. */
int64_t by_view_fid(const struct by_view *view, const struct by_id *name_hash);

#endif
