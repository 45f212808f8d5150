/*
 * A table of one type, as spreadsheets open it right.
 */
#include <stdio.h>
#include <string.h>

#include "exchange/csv_write.h"
#include "exchange/sheet.h"
#include "export/state.h"
#include "record/field_value.h"

#define CELL_BYTES_MAX (16u * 1024u * 1024u)

struct writing {
    struct by_exporting *exporting;
    struct by_sheet sheet;
    struct by_buffer cell;
    struct by_ref_texts refs; /* beside labels */
    char delimiter;
};

static enum banyan_status
look(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;

    (void)arena;
    return by_sheet_look(&writing->sheet, &record->document);
}

static enum banyan_status put(struct writing *writing, bool is_first, struct by_bytes text)
{
    return by_csv_cell(&writing->exporting->bytes, writing->delimiter, is_first, text);
}

static enum banyan_status put_text(struct writing *writing, const char *text)
{
    return put(writing, false, by_bytes_of_text(text));
}

static enum banyan_status write_public_header(struct writing *writing)
{
    enum banyan_status status = put_text(writing, BY_UNCERTAINTY_HEADER);

    if (status == BANYAN_OK)
        status = put_text(writing, BY_GENERALISED_HEADER);
    if (status == BANYAN_OK)
        status = put_text(writing, BY_WITHHELD_HEADER);
    return status == BANYAN_OK ? by_csv_end_row(&writing->exporting->bytes) : status;
}

static enum banyan_status write_header(struct writing *writing)
{
    const struct by_sheet *sheet = &writing->sheet;
    bool has_labels = sheet->options.has_labels;
    char version[64];
    enum banyan_status status =
        by_buffer_append_bytes(&writing->exporting->bytes, by_bytes_of_text(BY_CSV_BEGIN));

    if (status == BANYAN_OK)
        status = put(writing, true, by_bytes_of_text(BY_RECORD_HEADER));
    for (size_t i = 0; i < sheet->column_count && status == BANYAN_OK; i++)
        status = put_text(writing, sheet->columns[i].header);
    if (status == BANYAN_OK)
        status = put_text(writing, BY_OWNER_HEADER);
    if (status == BANYAN_OK)
        status = put_text(writing, BY_TYPE_HEADER);
    if (status == BANYAN_OK)
        status = put_text(writing, BY_ID_HEADER);
    if (writing->exporting->is_public)
        return status == BANYAN_OK ? write_public_header(writing) : status;
    (void)snprintf(version, sizeof version, "%s%s%.40s", BY_VERSION_HEADER, has_labels ? " " : "",
                   has_labels ? sheet->options.language : "");
    if (status == BANYAN_OK)
        status = put_text(writing, version);
    return status == BANYAN_OK ? by_csv_end_row(&writing->exporting->bytes) : status;
}

static enum banyan_status write_own(struct writing *writing, const struct by_exported *record)
{
    char name[2 * 48 + 1];
    uint8_t bytes[48];
    enum banyan_status status = put(writing, false, record->owner_name);

    by_record_name_put(bytes, &record->name);
    by_hex(by_bytes_of(bytes, sizeof bytes), name);
    if (status == BANYAN_OK)
        status = put(writing, false, record->type_name);
    if (status == BANYAN_OK)
        status = put_text(writing, name);
    if (status == BANYAN_OK && !record->is_public)
        return put(writing, false, record->version);
    if (status == BANYAN_OK)
        status = put(writing, false, record->uncertainty_m);
    if (status == BANYAN_OK)
        status = put(writing, false, record->generalised);
    return status == BANYAN_OK ? put(writing, false, record->withheld) : status;
}

static enum banyan_status
write_row(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;
    const struct by_sheet *sheet = &writing->sheet;
    enum by_cell_kind kind;
    enum banyan_status status = put(writing, true, record->id);

    (void)arena;
    for (size_t i = 0; i < sheet->column_count && status == BANYAN_OK; i++) {
        status =
            by_sheet_cell(&sheet->columns[i], &sheet->options, &record->document,
                          sheet->options.has_labels ? &writing->refs : NULL, &writing->cell, &kind);
        if (status == BANYAN_OK)
            status = put(writing, false, by_buffer_bytes(&writing->cell));
    }
    if (status == BANYAN_OK)
        status = write_own(writing, record);
    if (status == BANYAN_OK)
        status = by_csv_end_row(&writing->exporting->bytes);
    by_export_count(writing->exporting, 0);
    return status == BANYAN_OK ? by_export_flush(writing->exporting, false) : status;
}

static enum banyan_status write_table(struct by_exporting *exporting)
{
    const struct banyan_export *options = exporting->options;
    const char *language = options->language == NULL ? "en" : options->language;
    struct writing writing = {
        .exporting = exporting,
        .sheet = {.type = by_registry_type(exporting->node->registry,
                                           by_bytes_of_text(exporting->types[0])),
                  .options = {.language = language, .has_labels = options->labels},
                  .arena = BY_ARENA_INIT},
        .cell = BY_BUFFER_INIT(CELL_BYTES_MAX),
        .refs = {.find = by_export_ref_here, .context = exporting},
        .delimiter = options->delimiter == 0 ? ',' : options->delimiter};
    enum banyan_status status = BANYAN_OK;

    exporting->total *= 2; /* passes */
    status = by_export_each(exporting, 0, look, &writing);
    memset(&exporting->tally, 0, sizeof exporting->tally); /* the second pass counts */
    if (status == BANYAN_OK)
        status = by_sheet_settle(&writing.sheet);
    if (status == BANYAN_OK)
        status = write_header(&writing);
    if (status == BANYAN_OK)
        status = by_export_each(exporting, 0, write_row, &writing);
    by_sheet_deinit(&writing.sheet);
    by_buffer_deinit(&writing.cell);
    return status;
}

const struct by_export_format by_export_csv = {
    .name = "csv", .endings = {".csv", NULL}, .is_of_one_type = true, .write = write_table};
