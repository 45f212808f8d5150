/*
 * Inside of an export.
 *
 *   export.c        which records, in which format, and what is told
 *   export_csv.c    a table of one type
 *   export_xlsx.c   a workbook, a sheet for each type
 *   export_gpkg.c   a GeoPackage, a layer for each type
 *   export_wdpca.c  sites as they are reported
 *   export_form.c   a form that asks for a type
 *   export_public.c what may leave for everybody: the consents given for it
 *   export_lines.c  formats that are written record by record: JSON lines, GeoJSON
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
    struct by_export_consents *consents; /* of those that leave for everybody */
    struct by_public_tally tally;        /* of the last pass */
    uint64_t done, total;                /* records, over all passes */
    uint64_t private_count;              /* records that stay on this device */
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

/* -- export_public.c -- */
/* Read all consents of the view, as of now. They live until by_export_consents_free; NULL is fine.
 */
BANYAN_MUST_CHECK enum banyan_status
by_export_consents_read(struct by_view *view, struct by_export_consents **out_consents,
                        struct banyan_error *error);
void by_export_consents_free(struct by_export_consents *consents);
/* Whether what a record refers to leaves: a judge of struct by_public_refs; context is the export.
 */
BANYAN_MUST_CHECK enum banyan_status by_export_judge_ref(void *context,
                                                         const struct by_record_name *name,
                                                         struct by_public_verdict *out_verdict);
enum by_consent
by_export_consent(const struct by_export_consents *consents, const struct by_exported *record);

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
