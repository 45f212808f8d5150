/*
 * Exchange with the files that offices have: tables in, and what came in with them.
 */
#ifndef BANYAN_EXCHANGE_H
#define BANYAN_EXCHANGE_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

struct banyan_import {
    const char *path;     /* the file; read twice */
    const char *type;     /* of the records; NULL where the mapping says it */
    const char *mapping;  /* a mapping as JSON text; NULL: guessed from the header */
    const char *key;      /* a column that tells rows apart, by header or letter; NULL: as mapped */
    const char *language; /* BCP 47, of texts whose column says none; NULL: English */
    const char *const *sets; /* "site_type=pa": of all rows where no column gives it */
    size_t set_count;
    const char *encoding;      /* NULL: told from the file */
    const char *const *sheets; /* of a workbook, by name or number, or the one word "all"; none: the
                                  first, and what repeats within its rows */
    size_t sheet_count;
    const char
        *on_behalf; /* hand new records over to this organisation, by name or id; NULL: keep */
    const char *verdicts; /* write a CSV file with a verdict for each row there; NULL: none */
    /* Write the rows with faults there: a CSV file with their reasons, which also says how they are
     * read, so that it is imported as it is once it is mended; NULL: none. Of whole records, their
     * lines, there where record_rejects is not NULL. */
    const char *rejects, *record_rejects;
    char delimiter;       /* between cells of a CSV; 0: told from the file */
    bool dry_run;         /* change nothing */
    bool skip_bad;        /* import the rows without a fault; else a fault in one hinders all */
    bool skip_duplicates; /* leave out new rows that look like a record that is there */
    bool overwrite;       /* also what was changed or deleted here since the last import */
};

/*
 * Import a table: a record for each row. A row that was imported before, told by its key or else by
 * all that stands in it, is the same record again: what changed in the file is changed in the
 * record, and what people changed in the record since stays.
 *
 * {"file", "reading", "type", "import" (id of what was written, null where nothing was), "rows",
 * "new", "duplicate?" (new, and looks like a record from before: written, unless skip_duplicates is
 * set), "same", "update", "proposal", "edited" (changed here and in the file: left), "conflict"
 * (the same, of a table that was exported: written, and in conflict), "deleted" (deleted here:
 * left), "total" (a row that sums up others: left out), "left_out" (what repeats in a row that
 * was), "error", "private" (of those written or to be written), "mapping": {...}, "columns":
 * [{"letter", "header", "field" or null, "is_key"}], "sheets": of several tables [{"sheet", "type",
 * "parent" or null, "rows", "header_row", "columns"}], "sheets_left_out": [{"sheet", "reason"}],
 * "rejects":
 * [{"sheet" or null, "file"}], "problems": [{"sheet" or null, "row", "line", "verdict", "column"
 * (letter) or null, "header" or null, "field" or null, "reason", "id" or null, "alike" (id of the
 * record that a duplicate? looks like) or null}] (the first 1,000), "problems_left_out": n,
 * "changed": [{"sheet" or null, "row", "line", "verdict" (update, proposal or conflict), "id",
 * "label", "changes": [{"path", "field" (label), "change" (set, unset, add or remove), "before" and
 * "text" (cut to a line; null for nothing), "conflict" (what the record says meanwhile) or null}]
 * (the first 32), "changes_left_out": n}] (500 at most, of them 250 that are no conflict),
 * "changed_left_out": n}
 *
 * Returns BANYAN_ERR_NOT_FOUND, _DISK  the file
 *         BANYAN_ERR_USAGE     no type, or an unknown encoding or key
 *         BANYAN_ERR_INVALID   rows have faults and skip_bad is not set; nothing was written, and
 *                              out_json tells all. Also a mapping or a file that is none, with
 *                              words alone
 *         BANYAN_ERR_NOT_MEMBER, _DENIED
 * Written in transactions of some hundred rows. When the machine stops between, importing the same
 * file again goes on where it stopped.
 * Cost    memory for some hundred rows, and 32 bytes a row to know equal ones.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_import_file(banyan_node *node, const struct banyan_import *import, banyan_progress *progress,
                   void *context, struct banyan_text *out_json, struct banyan_error *error);
/* Imports that were written here, newest first: [{"import", "at", "file", "type", "new", "changed",
 * "undone": bool}]. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_imports(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error);
/*
 * Take back what an import wrote, but for records that were changed since: {"import", "file",
 * "deleted", "restored", "left": [{"id", "type", "label"}] (the first 1,000), "left_count"}.
 * BANYAN_ERR_NOT_FOUND; BANYAN_ERR_USAGE where it was undone already.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_import_undo(banyan_node *node, const char *import, struct banyan_text *out_json,
                   struct banyan_error *error);

struct banyan_export {
    const char *path;
    const char *format; /* "csv", "xlsx", "jsonl", "geojson", "gpkg", "wdpca", "xlsform"; NULL:
                           by the ending of path */
    const char *const *types; /* NULL: all that there are records of */
    size_t type_count;
    const char *const *filters; /* "country=KHM"; with one type only */
    size_t filter_count;
    uint64_t as_of_ms;    /* Unix: records as they were then (banyan_show_as_of); 0: now */
    const char *audience; /* "public": for everybody; NULL or "members": for members */
    const char *language; /* BCP 47, of labels; NULL: English */
    char delimiter;       /* between cells of a CSV; 0: "," */
    bool labels;          /* in a CSV, labels of fields and codes; else names and codes. In
                             a GeoPackage, labels of codes */
    bool editable;        /* a workbook with all fields and drop-downs, to be imported again */
    bool replace;         /* a file that is there; else BANYAN_ERR_EXISTS */
};
/*
 * Write records to a file, which appears whole or not at all.
 *
 *   csv      one type; a byte order mark, CR LF, and cells that are no formulas, so that
 *            spreadsheets open it right. The last columns tell imports which record a row is.
 *   xlsx     a sheet for each type, in the language of the labels; texts are never formulas
 *   jsonl    one record a line, whole: what banyan_import_file reads again without loss
 *   wdpca    a CSV of the sites that are PA or OECM, in the schema of 2025
 *   xlsform  no records: a form of the first type, in which records of the others repeat, for
 *            telephones with Kobo or ODK
 *   gpkg     a GeoPackage 1.3 with a layer for each type; columns have titles in the language
 *   geojson  RFC 7946; records without a place have the geometry null
 *
 * For the audience "public" people, money and what is not shared with everybody stay, places are
 * rounded by the sensitivity of their records, and consents are kept to (docs/export.md).
 *
 * {"file", "format", "records", "private": records left out since this device keeps them for
 * itself, "types": [{"type", "label", "records"}]}; for "public" also "rounded": places,
 * "withheld": [{"reason": "sharing"|"people"|"money"|"consent"|"sensitivity"
 * |"source"|"unknown", "records": left out whole, "values": left out of others}]
 *
 * Returns BANYAN_ERR_USAGE      a format that is not known, several types in a CSV
 *         BANYAN_ERR_INVALID    no such type or field
 *         BANYAN_ERR_NOT_FOUND  no record fits: nothing was written
 *         BANYAN_ERR_EXISTS, _DISK
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_export_file(banyan_node *node, const struct banyan_export *export_,
                   banyan_progress *progress, void *context, struct banyan_text *out_json,
                   struct banyan_error *error);

/*
 * Check sites that are protected areas or OECMs as the rows that would be reported to the World
 * Database on Protected and Conserved Areas (schema of 2025): {"findings": [{"id", "label", "rule",
 * "sentence", "warning": bool, "field", "value", "allowed", "beside": the value that it is measured
 * by, where there is one, "other": id of a record that it does not go with, where there is one}]
 * (the first 10,000), "not_listed": how many more there are, "by_rule": [{"rule", "sentence",
 * "warning", "findings": number}] of the rules that are broken, "checked", "with_faults", "faults",
 * "warnings", "left_out": sites that are neither}. Sentences and words of what is allowed are
 * English, and in po/. progress may be NULL.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_wdpca_check(banyan_node *node, banyan_progress *progress, void *context,
                   struct banyan_text *out_json, struct banyan_error *error);
/* [{"rule", "sentence", "warning"}] */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_wdpca_rules(struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
