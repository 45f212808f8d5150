/*
 * A workbook with a sheet for each type, for people: in their language, and to be edited where that
 * is wanted.
 */
#include <stdio.h>
#include <string.h>

#include "exchange/sheet.h"
#include "exchange/xlsx_write.h"
#include "export/state.h"

#define CELL_BYTES_MAX (16u * 1024u * 1024u)
#define WIDTH_LEAST    10.0
#define WIDTH_MOST     40.0

struct writing {
    struct by_exporting *exporting;
    struct by_workbook *workbook;
    struct by_sheet sheet;
    size_t type;
    struct by_buffer cell;
    struct by_ref_texts refs;
};

static enum banyan_status
look(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;

    (void)arena;
    return by_sheet_look(&writing->sheet, &record->document);
}

/* -- the header -- */

static double width_of(const struct by_sheet_column *column)
{
    double width = (double)strlen(column->header) + 2;
    bool is_long = column->field == NULL || column->field->kind == BY_FIELD_MLTEXT ||
                   column->field->kind == BY_FIELD_TEXT || column->field->kind == BY_FIELD_CODE;

    if (is_long)
        width += 10;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

/* One code a cell: of a list with several, people type them. */
static bool takes_choice(const struct by_sheet_column *column)
{
    const struct by_field *field = column->field;

    if (field == NULL || field->list == NULL || field->list->code_count == 0)
        return false;
    return field->kind == BY_FIELD_CODE ||
           (field->kind == BY_FIELD_QUANTITY && column->part == BY_PART_UNIT);
}

static enum banyan_status
write_column(struct writing *writing, const struct by_sheet_column *column)
{
    enum banyan_status status =
        by_workbook_column(writing->workbook, column->header, width_of(column), false);

    if (status == BANYAN_OK && writing->exporting->options->editable && takes_choice(column))
        status = by_workbook_choices(writing->workbook, column->field->list,
                                     writing->sheet.options.language);
    return status;
}

/* What is known of the record behind its fields; for members two of them are hidden. */
static enum banyan_status write_own_header(struct writing *writing)
{
    struct by_workbook *workbook = writing->workbook;
    bool is_public = writing->exporting->is_public;
    char version[96];
    enum banyan_status status = by_workbook_column(workbook, BY_OWNER_HEADER, 20, false);

    (void)snprintf(version, sizeof version, "%s %.40s", BY_VERSION_HEADER,
                   writing->sheet.options.language);
    if (status == BANYAN_OK)
        status = by_workbook_column(workbook, BY_TYPE_HEADER, WIDTH_LEAST, true);
    if (status == BANYAN_OK)
        status = by_workbook_column(workbook, BY_ID_HEADER, WIDTH_LEAST, true);
    if (status == BANYAN_OK && !is_public)
        return by_workbook_column(workbook, version, WIDTH_LEAST, true);
    if (status == BANYAN_OK)
        status = by_workbook_column(workbook, BY_UNCERTAINTY_HEADER, WIDTH_LEAST, false);
    if (status == BANYAN_OK)
        status = by_workbook_column(workbook, BY_GENERALISED_HEADER, 20, false);
    return status == BANYAN_OK ? by_workbook_column(workbook, BY_WITHHELD_HEADER, 20, false)
                               : status;
}

static enum banyan_status write_header(struct writing *writing)
{
    const struct by_type *type = writing->sheet.type;
    const char *name = writing->exporting->types[writing->type];
    enum banyan_status status = by_workbook_sheet(
        writing->workbook, type == NULL ? name
                                        : by_label_pick(type->labels, type->label_count,
                                                        writing->sheet.options.language));

    if (status == BANYAN_OK)
        status = by_workbook_column(writing->workbook, BY_RECORD_HEADER, 16, false);
    for (size_t i = 0; i < writing->sheet.column_count && status == BANYAN_OK; i++)
        status = write_column(writing, &writing->sheet.columns[i]);
    return status == BANYAN_OK ? write_own_header(writing) : status;
}

/* -- rows -- */

static enum banyan_status put(struct writing *writing, struct by_bytes text)
{
    return by_workbook_cell(writing->workbook, text, text.size == 0 ? BY_CELL_EMPTY : BY_CELL_TEXT);
}

static enum banyan_status write_own(struct writing *writing, const struct by_exported *record)
{
    char name[2 * 48 + 1];
    uint8_t bytes[48];
    enum banyan_status status = put(writing, record->owner_name);

    by_record_name_put(bytes, &record->name);
    by_hex(by_bytes_of(bytes, sizeof bytes), name);
    if (status == BANYAN_OK)
        status = put(writing, record->type_name);
    if (status == BANYAN_OK)
        status = put(writing, by_bytes_of_text(name));
    if (status == BANYAN_OK && !record->is_public)
        return put(writing, record->version);
    if (status == BANYAN_OK)
        status = by_workbook_cell(writing->workbook, record->uncertainty_m,
                                  record->uncertainty_m.size == 0 ? BY_CELL_EMPTY : BY_CELL_NUMBER);
    if (status == BANYAN_OK)
        status = put(writing, record->generalised);
    return status == BANYAN_OK ? put(writing, record->withheld) : status;
}

static enum banyan_status
write_row(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;
    const struct by_sheet *sheet = &writing->sheet;
    enum by_cell_kind kind;
    enum banyan_status status = by_workbook_row(writing->workbook);

    (void)arena;
    if (status == BANYAN_OK)
        status = put(writing, record->id);
    for (size_t i = 0; i < sheet->column_count && status == BANYAN_OK; i++) {
        status = by_sheet_cell(&sheet->columns[i], &sheet->options, &record->document,
                               &writing->refs, &writing->cell, &kind);
        if (status == BANYAN_OK)
            status = by_workbook_cell(writing->workbook, by_buffer_bytes(&writing->cell), kind);
    }
    by_export_count(writing->exporting, writing->type);
    return status == BANYAN_OK ? write_own(writing, record) : status;
}

/* -- sheets -- */

/* Of what may leave; the second pass counts what stays. */
static enum banyan_status write_sheet(struct writing *writing)
{
    struct by_exporting *exporting = writing->exporting;
    struct by_public_tally before = exporting->tally;
    const char *language =
        exporting->options->language == NULL ? "en" : exporting->options->language;
    enum banyan_status status = BANYAN_OK;

    writing->sheet = (struct by_sheet){
        .type = by_registry_type(exporting->node->registry,
                                 by_bytes_of_text(exporting->types[writing->type])),
        .options = {.language = language,
                    .has_labels = true,
                    .has_all_fields = exporting->options->editable},
        .arena = BY_ARENA_INIT};
    status = by_export_each(exporting, writing->type, look, writing);
    exporting->tally = before;
    if (status == BANYAN_OK)
        status = by_sheet_settle(&writing->sheet);
    if (status == BANYAN_OK)
        status = write_header(writing);
    if (status == BANYAN_OK)
        status = by_export_each(exporting, writing->type, write_row, writing);
    by_sheet_deinit(&writing->sheet);
    return status;
}

static enum banyan_status write_workbook(struct by_exporting *exporting)
{
    struct writing writing = {.exporting = exporting,
                              .cell = BY_BUFFER_INIT(CELL_BYTES_MAX),
                              .refs = {.find = by_export_ref_here, .context = exporting}};
    enum banyan_status status =
        by_workbook_new(by_os_output_temporary(exporting->output), &writing.workbook);

    exporting->total *= 2; /* passes */
    for (; writing.type < exporting->type_count && status == BANYAN_OK; writing.type++)
        status = write_sheet(&writing);
    if (status == BANYAN_OK)
        status = by_workbook_close(writing.workbook, exporting->error);
    else
        by_workbook_drop(writing.workbook);
    by_buffer_deinit(&writing.cell);
    return status == BANYAN_ERR_TOO_LARGE
               ? by_fail(exporting->error, status,
                         "a sheet of Excel has no room for so much: choose fewer records")
               : status;
}

const struct by_export_format by_export_xlsx = {
    .name = "xlsx", .endings = {".xlsx", NULL}, .write = write_workbook};
