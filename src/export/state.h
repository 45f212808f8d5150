/*
 * Inside of an export.
 *
 *   export.c        which records, in which format, and what is told
 *   csv.c           a table of one type
 *   xlsx.c          a workbook, a sheet for each type
 *   gpkg.c          a GeoPackage, a layer for each type
 *   wdpca.c         sites as they are reported
 *   form.c          a form that asks for a type
 *   public.c        what may leave for everybody: the consents given for it
 *   lines.c         formats that are written record by record: JSON lines, GeoJSON
 */
#ifndef BY_EXPORT_STATE_H
#define BY_EXPORT_STATE_H

#include "banyan/exchange.h"
#include "core/node.h"
#include "exchange/exported.h"
#include "exchange/public.h"
#include "os/output.h"
#include "view/each.h"

struct by_exporting;
/* How one format is written. Each writes by by_export_put. */
struct by_export_format {
    const char *name;
    const char *endings[3]; /* of file names, with the dot */
    bool is_of_one_type;
    bool has_no_records; /* it is about the type */
    enum banyan_status (*write)(struct by_exporting *exporting);
};
extern const struct by_export_format by_export_csv, by_export_jsonl, by_export_geojson,
    by_export_xlsx, by_export_gpkg, by_export_wdpca, by_export_xlsform;

struct by_exporting {
    struct by_node *node;
    const struct banyan_export *options;
    const struct by_export_format *format;
    struct by_arena arena;
    const char *const *types; /* what is written, one after the other */
    size_t type_count;
    uint64_t *counts; /* of records of each */
    struct by_os_output *output;
    struct by_buffer bytes; /* not yet written */
    bool is_public;
    struct by_view_asker *asker;
    struct by_export_public *public; /* where it is for everybody */
    struct by_public_tally tally;    /* of the last pass */
    uint64_t done, total;            /* records, over all passes */
    uint64_t private_count;          /* records that stay on this device */
    banyan_progress *progress;
    void *progress_context;
    struct banyan_error *error;
};

/* Every record that is to be written of a type, by its place in types. The record holds until the
 * visit returns. */
typedef enum banyan_status
by_export_visit(void *context, const struct by_exported *record, struct by_arena *arena);
BANYAN_MUST_CHECK enum banyan_status
by_export_each(struct by_exporting *exporting, size_t type, by_export_visit *visit, void *context);
/* What a record is called, with its id, in cells that refer to it: a by_ref_texts of a view. */
BANYAN_MUST_CHECK enum banyan_status
by_export_ref(void *view, const struct by_record_name *name, struct by_buffer *out);
/* The same of an export, which may be for everybody. */
BANYAN_MUST_CHECK enum banyan_status
by_export_ref_here(void *exporting, const struct by_record_name *name, struct by_buffer *out);

/* -- public.c -- */
/* Read all consents of the view, as of now, into exporting->public: 100 bytes each. It lives until
 * by_export_public_close; NULL is fine. */
BANYAN_MUST_CHECK enum banyan_status by_export_public_open(struct by_exporting *exporting);
void by_export_public_close(struct by_export_public *public);
/* The record as it may leave for everybody, its label made of what leaves, counted in tally;
 * *out_leaves false: it does not. Borrows from record, lives in arena; the label in the buffer. */
BANYAN_MUST_CHECK enum banyan_status
by_export_public_record(struct by_exporting *exporting, const struct by_exported *record,
                        struct by_arena *arena, struct by_buffer *label,
                        struct by_exported *out_record, bool *out_leaves);
/* Append what a record that leaves is called to everybody. BANYAN_ERR_NOT_FOUND where it stays. */
BANYAN_MUST_CHECK enum banyan_status by_export_public_label(struct by_exporting *exporting,
                                                            const struct by_record_name *name,
                                                            struct by_buffer *out);

/* -- export.c -- */
/* A record as the view has it, what is beside it left out. Borrows from row and lives in arena. */
BANYAN_MUST_CHECK enum banyan_status
by_export_read(const struct by_exporting *exporting, const struct by_view_record *row,
               struct by_arena *arena, struct by_exported *out_record);
/* Called by formats for each record that they wrote. */
void by_export_count(struct by_exporting *exporting, size_t type);
/* Pass what stands in bytes on to the file, now and then or at the end. */
BANYAN_MUST_CHECK enum banyan_status by_export_flush(struct by_exporting *exporting, bool is_last);

#endif
