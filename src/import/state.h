/*
 * Inside of an import.
 *
 *   import.c          the two passes over the file: what would come of each row, then writing
 *   import_parts.c    which tables of the file come in, and how each is mapped
 *   import_links.c    rows that others repeat within
 *   import_rows.c     some hundred rows at a time, with the names of their records
 *   import_plan.c     what comes of one row
 *   import_edited.c   the same of a row that banyan exported and people edited
 *   import_record.c   the same of a whole record that banyan exported
 *   import_spill.c    what the first pass found out, for the second
 *   import_alike.c    new rows that look like records that are there
 *   import_changed.c  what a row changes in a record, from what to what
 *   import_report.c   what is told of it: counts, problems, verdicts as a file
 *   import_journal.c  which entries an import wrote
 *   import_undo.c     taking them back
 */
#ifndef BY_IMPORT_STATE_H
#define BY_IMPORT_STATE_H

#include "banyan/exchange.h"
#include "codec/json.h"
#include "core/append.h"
#include "core/fields.h"
#include "core/loaded.h"
#include "core/sources.h"
#include "exchange/exported.h"
#include "exchange/record_row.h"

/* X(NAME, word): what comes of a row. The words are those of the answer. */
#define BY_IMPORT_VERDICTS(X)                                                                      \
    X(NEW, "new")                                                                                  \
    X(DUPLICATE, "duplicate?")                                                                     \
    X(SAME, "same")                                                                                \
    X(UPDATE, "update")                                                                            \
    X(PROPOSAL, "proposal")                                                                        \
    X(EDITED, "edited")                                                                            \
    X(CONFLICT, "conflict")                                                                        \
    X(DELETED, "deleted")                                                                          \
    X(TOTAL, "total")                                                                              \
    X(LEFT_OUT, "left_out")                                                                        \
    X(ERROR, "error")
enum by_import_verdict {
#define X(name, word) BY_IMPORT_##name,
    BY_IMPORT_VERDICTS(X)
#undef X
        BY_IMPORT_VERDICT_COUNT
};

#define BY_IMPORT_PROBLEMS_MAX 64u   /* of one row */
#define BY_IMPORT_MORE_MAX     1024u /* operations of one record, beside its put */
struct by_importing;
struct by_import_problem {
    size_t column; /* BY_NO_COLUMN: of the row as a whole */
    const char *field, *reason;
};

/* -- import_parts.c -- */
#define BY_IMPORT_PARTS_MAX 256u
/* A table that comes in: one of several sheets, or what repeats within the rows of another. */
struct by_import_part {
    const char *name; /* NULL where the import has no other */
    size_t at;        /* among the tables of the file */
    uint64_t header_row;
    struct by_mapping mapping;
    size_t index_column; /* by which other tables name its rows; BY_NO_COLUMN */
    /* What repeats within the rows of an earlier part: */
    size_t parent;               /* which; BY_NO_PART */
    size_t parent_column;        /* names the row */
    struct by_bytes repeat;      /* what the form calls it */
    const struct by_field *link; /* refers to the parent's record */
    bool is_listed;              /* or is the parent's, and refers to all of them */
};
/* A table that does not. */
struct by_import_left_out {
    const char *name, *reason; /* a sentence of the library */
    bool is_said;              /* the mapping says so */
};
/* Those that the options ask for, each after the one that it repeats within. The table is open. */
BANYAN_MUST_CHECK enum banyan_status by_import_parts_find(struct by_importing *importing);
/* Turn to one: of several the table is read from its header on. */
BANYAN_MUST_CHECK enum banyan_status
by_import_part_begin(struct by_importing *importing, size_t at);
/* Whether rows are told by something that stays when they change. */
bool by_import_part_has_key(const struct by_import_part *part);
/* The mapping of all, as a file. Appends; nothing where there is none. */
BANYAN_MUST_CHECK enum banyan_status
by_import_parts_write(const struct by_importing *importing, struct by_buffer *out);

/* -- import_links.c -- */
struct by_import_links;
/* A row as others name it: in which part, and by which cell. */
struct by_id by_import_link_key(size_t part, struct by_bytes cell);
struct by_import_linked {
    struct by_uuid uuid; /* of its record */
    uint64_t ordinal;    /* of the row */
    bool is_row;         /* it was read */
    enum by_import_verdict verdict;
    uint64_t count; /* of rows that repeat within it, in a part that it lists */
};
BANYAN_MUST_CHECK enum banyan_status by_import_links_new(struct by_import_links **out_links);
/* NULL is fine. */
void by_import_links_free(struct by_import_links *links);
/* The entry, made where there is none; holds until the next one is made. NULL: no memory. */
struct by_import_linked *by_import_links_at(struct by_import_links *links, const struct by_id *key);
/* NULL where there is none. */
const struct by_import_linked *
by_import_links_find(const struct by_import_links *links, const struct by_id *key);

/* -- import_rows.c -- */
/* Records that a row lists, since they repeat within it. */
struct by_import_list {
    const struct by_field *field;
    const struct by_record_name *names;
    size_t count;
};
struct by_import_row {
    uint64_t number, line;
    uint64_t ordinal; /* over all parts; grows */
    struct by_record_row fields;
    const char *source; /* "sites.csv, row 12" */
    struct by_record_name name;
    bool has_record;         /* banyan exported it: name says which record it is */
    struct by_bytes version; /* and this, in which state; empty where it is not said */
    const struct by_value *document, *conflicts; /* of a whole record; NULL, conflicts even then */
    struct by_bytes type;                        /* of a whole record */
    const char *fault;                           /* of the row, its key or a cell; NULL */
    size_t fault_column;                         /* BY_NO_COLUMN: of the row as a whole */
    bool is_total;                               /* it sums up others */
    bool has_parent;                             /* it repeats within a row, of this record: */
    struct by_record_name parent;
    enum by_import_verdict parent_verdict;
    struct by_import_list *lists;
    size_t list_count;
    bool has_index;               /* other rows name it */
    struct by_id index_key;       /* so */
    const struct by_bytes *cells; /* kept where rejects are written */
    size_t cell_count;
};
/* Rows that came before: how often, or where. */
struct by_import_seen;
struct by_import_rows {
    struct by_arena arena;
    struct by_import_row *items;
    size_t count;
    size_t bytes; /* of cells */
    bool is_last;
};

struct by_import_report;
struct by_import_alike;
struct by_importing {
    struct by_node *node;
    const struct banyan_import *options;
    struct by_table *table;
    struct by_arena arena;
    struct by_import_part *parts, *part; /* part: the one at work */
    size_t part_count, part_room;
    struct by_import_left_out *left_out;
    size_t left_out_count;
    struct by_import_links *links;
    const char *file;    /* name without folder */
    const char *reading; /* how the first part is read */
    struct by_import_seen *seen;
    struct by_import_report *report;
    struct by_import_alike *alike;
    struct by_code_memory *codes;
    const struct by_id *on_behalf; /* whose new records are to be; NULL: our own */
    banyan_progress *progress;
    void *progress_context;
    struct by_import_spill *spill;
    const char *mapping_text;             /* JSON; NULL: guessed from the header */
    bool is_mended;                       /* a table of rows that were refused before: it says how
                                             they are read */
    bool is_writing;                      /* second pass */
    uint64_t written[2];                  /* ordinal of the last row whose operation is, shared and
                                             private */
    uint64_t shared_count, private_count; /* rows that are to be written, as the first pass saw */
    char id[17];                          /* of this import */
    uint64_t at_ms;
    struct banyan_error *error;
};

BANYAN_MUST_CHECK enum banyan_status by_import_seen_new(struct by_import_seen **out_seen);
void by_import_seen_free(struct by_import_seen *seen);
/* The next rows, until some hundred or some megabytes; what was read before goes. */
BANYAN_MUST_CHECK enum banyan_status
by_import_rows_read(struct by_importing *importing, struct by_import_rows *rows);

/* -- import_plan.c -- */
struct by_import_plan {
    enum by_import_verdict verdict;
    struct by_record_name name; /* of the record that the row stands for */
    bool is_private;            /* the record is, or will be, this device's alone */
    struct by_operation
        *more; /* upon it, each by itself: parents are filled in when it is written */
    size_t more_count;
    struct by_operation operation; /* of NEW, UPDATE and PROPOSAL */
    uint64_t follows_hlc;
    /* Of UPDATE, PROPOSAL and CONFLICT: the record, what the change goes out from, and how many of
     * the operation's first touches are changes of the file. The others say where it stands. */
    const struct by_loaded *loaded;
    const struct by_merged *was;
    size_t change_count;
    struct by_import_problem *problems;
    size_t problem_count;
    const char *remark;          /* of DUPLICATE: what it looks like */
    struct by_record_name alike; /* the same */
    bool alike_is_private;       /* which is this device's alone: files that may be sent on do not
                                    name it */
};
/* What comes of a row now. Everything lives in arena. Faults of the row are no failure. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan(const struct by_importing *importing, const struct by_import_row *row,
               const struct by_sources *sources, struct by_arena *arena,
               struct by_import_plan *out_plan);
/* Whether something is to be written. */
bool by_import_plan_writes(const struct by_import_plan *plan);
/* Whether that changes a record that is there: UPDATE, PROPOSAL or CONFLICT. */
bool by_import_plan_changes(const struct by_import_plan *plan);

/* What planning a row works with. */
struct by_import_planning {
    const struct by_importing *importing;
    const struct by_import_row *row;
    struct by_arena *arena;
    struct by_import_plan *plan;
    struct by_record_name name; /* of the record that it stands for */
    bool is_foreign;            /* exported in another network */
    struct by_loaded loaded;    /* of a record that is there */
    struct banyan_error error;
};
/* Note a fault of the row, which is no failure. field NULL, column BY_NO_COLUMN: of it as a whole.
 */
BANYAN_MUST_CHECK enum banyan_status by_import_plan_fault(struct by_import_planning *planning,
                                                          size_t column, const char *field,
                                                          const char *reason);
/* Faults of a row are told; others end the import. */
bool by_import_is_of_row(enum banyan_status status);
/* Parse fields; faults among them are noted. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_parse(struct by_import_planning *planning, const struct by_fields_target *target,
                     const struct by_record_row *fields, struct by_changes *out_changes);
/* Changes that would share a private record, or make a shared one private, are a fault. */
BANYAN_MUST_CHECK enum banyan_status
by_import_check_sharing(struct by_import_planning *planning, const struct by_changes *changes);
/* Note the record and what the changes go out from, for telling. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_note(struct by_import_planning *planning, const struct by_merged *was, size_t count);
/* Make the operation of the plan say the changes. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_finish(struct by_import_planning *planning, struct by_changes *changes,
                      struct by_bytes type, enum by_import_verdict verdict);

/* Whether the row leaves its record deleted; loaded is filled in. */
bool by_import_stays_deleted(const struct by_import_planning *planning);

/* Read the operations of the record that the row stands for. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_load(struct by_import_planning *planning, const struct by_sources *sources);
/* What comes of changes to a record that is there, three ways. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_change(struct by_import_planning *planning, struct by_changes *changes);
#define BY_IMPORT_NOT_HERE                                                                         \
    N_("the record that it was exported from is not here yet: exchange with other members, then "  \
       "import it")

/* A new record is handed over where the import is on behalf of another organisation. */
BANYAN_MUST_CHECK enum banyan_status by_import_plan_hand_over(struct by_import_planning *planning);

/*
 * -- import_spill.c --
 *
 * The operations of rows as the first pass planned them, in a file that is the process's own: what
 * is written needs then no row to be read, parsed and looked up again. They are right as long as
 * both stores hold what they held then, but for what the import itself writes; otherwise each row
 * is planned anew.
 */
struct by_import_spill;
BANYAN_MUST_CHECK enum banyan_status by_import_spill_new(const char *home,
                                                         struct by_import_spill **out_spill,
                                                         struct banyan_error *error);
/* NULL is fine. */
void by_import_spill_free(struct by_import_spill *spill);
/* Before plans are made: note what they are made of, or that it is something else than before. */
BANYAN_MUST_CHECK enum banyan_status
by_import_spill_look(struct by_import_spill *spill, const struct by_sources *sources);
/* Rows have to be planned anew. */
bool by_import_spill_is_void(const struct by_import_spill *spill);
/* number: ordinal of the row. Spoils the plan's operation. */
BANYAN_MUST_CHECK enum banyan_status
by_import_spill_add(struct by_import_spill *spill, uint64_t number, struct by_import_plan *plan,
                    struct banyan_error *error);
/* Within the transaction that is to write: whether the plans are still right. */
BANYAN_MUST_CHECK enum banyan_status by_import_spill_holds(const struct by_import_spill *spill,
                                                           const struct by_append *append,
                                                           bool *out_holds);
/* What was written is committed; arrival is what the store takes next. */
void by_import_spill_moved(struct by_import_spill *spill, bool is_private, uint64_t arrival);
struct by_import_spilled {
    uint64_t number, follows_hlc;
    enum by_import_verdict verdict;
    bool is_private;
    struct by_bytes links, payload; /* hold until the next one */
};
/* Reading begins by seeking; nothing is added then. */
BANYAN_MUST_CHECK enum banyan_status
by_import_spill_seek(struct by_import_spill *spill, uint64_t offset, struct banyan_error *error);
uint64_t by_import_spill_offset(const struct by_import_spill *spill);
/* BANYAN_ERR_NOT_FOUND at the end. */
BANYAN_MUST_CHECK enum banyan_status by_import_spill_next(struct by_import_spill *spill,
                                                          struct by_import_spilled *out_spilled,
                                                          struct banyan_error *error);

/* -- import_alike.c -- */
BANYAN_MUST_CHECK enum banyan_status by_import_alike_new(struct by_import_alike **out_alike);
/* What was read of the view goes: it holds until the view is written to. */
void by_import_alike_forget(struct by_import_alike *alike);
void by_import_alike_free(struct by_import_alike *alike);
/* A new record that looks like one that is there becomes a DUPLICATE, with the remark that says so;
 * where options say it, its row is left out of what is written. */
BANYAN_MUST_CHECK enum banyan_status by_import_alike_look(struct by_importing *importing,
                                                          uint64_t row, struct by_arena *arena,
                                                          struct by_import_plan *plan);
/* Whether a row is one of those. */
bool by_import_alike_leaves_out(const struct by_import_alike *alike, uint64_t row);

/* -- import_record.c -- */
/* A line of whole records; what is wrong with it is a fault of the row. */
BANYAN_MUST_CHECK enum banyan_status
by_import_record_read(struct by_importing *importing, struct by_bytes text, struct by_arena *arena,
                      struct by_import_row *item);
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_record(struct by_import_planning *planning, const struct by_sources *sources);

/* -- import_edited.c -- */
/* Of a row that says in which state the record was exported: what the file changed since then, as
 * an operation upon that state. So what was changed here meanwhile stays, and a field that was
 * changed on both sides is in conflict. */
BANYAN_MUST_CHECK enum banyan_status by_import_plan_edited(struct by_import_planning *planning);
/* The same of a whole record: changes say all that stands in it. */
BANYAN_MUST_CHECK enum banyan_status
by_import_plan_edited_record(struct by_import_planning *planning, struct by_changes *changes);

/* -- import_changed.c -- */
/* Texts are cut to a line, where they differ. */
struct by_import_change {
    struct by_bytes path;
    const char *field; /* label, or the path itself */
    enum by_how how;
    const char *before, *after; /* NULL: nothing */
    const char *conflict;       /* a sentence where the record was changed too; NULL */
};
/* What a plan changes that has by_import_plan_changes(), before its operation is spoiled. is_plain:
 * names of fields, and codes; else labels. Lives in arena. Cost: reading the values. */
BANYAN_MUST_CHECK enum banyan_status
by_import_changes(const struct by_importing *importing, const struct by_import_plan *plan,
                  bool is_plain, struct by_arena *arena, struct by_import_change **out_changes,
                  size_t *out_count);
/* "area: 12 ha -> 15 ha; status: (nothing) -> designated". Appends. */
BANYAN_MUST_CHECK enum banyan_status by_import_changes_text(const struct by_importing *importing,
                                                            const struct by_import_change *changes,
                                                            size_t count, struct by_buffer *out);
/* [{"path", "field", "change", "before", "text", "conflict"}] */
void by_import_changes_write(const struct by_import_change *changes, size_t count,
                             struct by_json *json);

/* -- import_report.c -- */
struct by_import_counts {
    uint64_t rows, of[BY_IMPORT_VERDICT_COUNT];
};
BANYAN_MUST_CHECK enum banyan_status
by_import_report_new(struct by_importing *importing, struct by_import_report **out_report);
/* Files that were not finished go. NULL is fine. */
void by_import_report_free(struct by_import_report *report);
BANYAN_MUST_CHECK enum banyan_status by_import_report_row(struct by_importing *importing,
                                                          const struct by_import_row *row,
                                                          const struct by_import_plan *plan);
const struct by_import_counts *by_import_report_counts(const struct by_import_report *report);
/* Finish the files, and append the answer. import: the id of what was written, or NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_import_report_end(struct by_importing *importing, const char *import, struct by_buffer *out);

/* -- import_journal.c -- */
struct by_import_range {
    struct by_log_id log;
    uint64_t first, last; /* seq */
};
struct by_import_entry {
    char id[17];
    uint64_t at_ms;
    struct by_bytes file, type;
    uint64_t records_new, records_changed;
    bool is_undone;
    struct by_import_range *ranges;
    size_t range_count;
};
/* Note what one transaction wrote, in it: a first range makes the entry. */
BANYAN_MUST_CHECK enum banyan_status
by_import_journal_add(struct by_store_txn *txn, const struct by_import_entry *more);
/* All of them, oldest first. They live in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_import_journal_read(struct by_store_txn *txn, struct by_arena *arena,
                       struct by_import_entry **out_entries, size_t *out_count);
BANYAN_MUST_CHECK enum banyan_status
by_import_journal_undone(struct by_store_txn *txn, const char *id);

#endif
