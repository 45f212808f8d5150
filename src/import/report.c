/*
 * What is told of an import: counts, the first problems, and files with the verdict of every row
 * and with the rows that were refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "exchange/csv_write.h"
#include "import/state.h"
#include "record/field_value.h"

#define PROBLEMS_MAX 1000u
#define REMARKS_MAX  500u /* of them, so that faults find room */
#define CHANGED_MAX  500u /* records whose changes are told */
#define SETTLED_MAX  250u /* of them, so that conflicts find room */
#define CHANGES_MAX  32u  /* of one of them; verdicts tell all */
#define PIECE_BYTES  (256u * 1024u)

static const char *const words[] = {
#define X(name, word) [BY_IMPORT_##name] = word,
    BY_IMPORT_VERDICTS(X)
#undef X
};

/* A CSV file as it grows. */
struct sheet {
    struct by_os_output *output; /* NULL: none is written */
    struct by_buffer text;
    bool is_first; /* the next cell is the first of its row */
    enum banyan_status status;
};
struct by_import_report {
    struct by_import_counts counts;
    struct by_buffer problems; /* of a JSON array */
    struct by_json json;
    uint64_t problem_count, written_count, remark_count;
    struct by_buffer changed; /* the same */
    struct by_json changed_json;
    uint64_t changed_count, told_count, settled_count;
    struct by_arena arena; /* of the changes of one row */
    struct sheet verdicts;
    struct sheet *rejects; /* by part; begun when one is needed */
    const char **reject_paths;
    uint64_t *rows; /* by part */
    size_t part_count;
};

/* -- files -- */

static void put(struct sheet *sheet, struct by_bytes text)
{
    if (sheet->status == BANYAN_OK)
        sheet->status = by_csv_cell(&sheet->text, ',', sheet->is_first, text);
    sheet->is_first = false;
}

static void put_text(struct sheet *sheet, const char *text)
{
    put(sheet, by_bytes_of_text(text == NULL ? "" : text));
}

static void put_number(struct sheet *sheet, uint64_t number)
{
    struct by_buffer text = BY_BUFFER_INIT(32);

    if (sheet->status == BANYAN_OK)
        sheet->status = by_buffer_append_format(&text, "%llu", (unsigned long long)number);
    put(sheet, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
}

static enum banyan_status flush(struct sheet *sheet, struct banyan_error *error)
{
    enum banyan_status status =
        by_os_output_write(sheet->output, by_buffer_bytes(&sheet->text), error);

    by_buffer_reset(&sheet->text);
    return status;
}

static enum banyan_status end_row(struct sheet *sheet, struct banyan_error *error)
{
    if (sheet->status == BANYAN_OK)
        sheet->status = by_csv_end_row(&sheet->text);
    sheet->is_first = true;
    if (sheet->status != BANYAN_OK)
        return by_fail_plain(error, sheet->status);
    return sheet->text.size < PIECE_BYTES ? BANYAN_OK : flush(sheet, error);
}

static enum banyan_status
begin_sheet(struct sheet *sheet, const char *path, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (path == NULL)
        return BANYAN_OK;
    sheet->text.size_max = SIZE_MAX;
    sheet->is_first = true;
    status = by_os_output_open(path, &sheet->output, error);
    if (status == BANYAN_OK)
        sheet->status = by_buffer_append_bytes(&sheet->text, by_bytes_of_text(BY_CSV_BEGIN));
    return status;
}

/* A column that was added to rows that were refused before. */
static bool is_of_rejects(struct by_bytes header)
{
    struct by_bytes mapping = by_bytes_of_text(BY_MAPPING_HEADER);

    return by_bytes_equal(header, by_bytes_of_text(BY_REASON_HEADER)) ||
           (header.size > mapping.size && memcmp(header.data, mapping.data, mapping.size) == 0);
}

/* So a row that was mended is read as it would have been among the others. */
static void put_mapping(const struct by_importing *importing, struct sheet *sheet)
{
    struct by_mapping settled = importing->part->mapping;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);

    settled.columns = by_arena_array(&arena, settled.column_count + 1, sizeof *settled.columns);
    if (settled.columns == NULL)
        sheet->status = BANYAN_ERR_MEMORY;
    if (sheet->status == BANYAN_OK) {
        memcpy(settled.columns, importing->part->mapping.columns,
               settled.column_count * sizeof *settled.columns);
        for (size_t i = 0; i < settled.column_count; i++)
            if (is_of_rejects(settled.columns[i].header))
                settled.columns[i].header = by_bytes_of(NULL, 0);
        by_mapping_settle(&settled);
        sheet->status = by_mapping_to_header(&settled, &text);
    }
    put(sheet, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    by_arena_deinit(&arena);
}

static const char *rejects_path(const struct by_importing *importing)
{
    const struct banyan_import *options = importing->options;

    return by_table_is_of_records(importing->table) && options->record_rejects != NULL
               ? options->record_rejects
               : options->rejects;
}

static enum banyan_status begin_verdicts(struct by_importing *importing)
{
    static const char *const header[] = {"sheet", "row",    "line",  "verdict",
                                         "id",    "column", "field", "reason"};
    struct by_import_report *report = importing->report;
    enum banyan_status status =
        begin_sheet(&report->verdicts, importing->options->verdicts, importing->error);

    if (status != BANYAN_OK || report->verdicts.output == NULL)
        return status;
    for (size_t i = importing->part_count > 1 ? 0 : 1; i < sizeof header / sizeof header[0]; i++)
        put_text(&report->verdicts, header[i]);
    return end_row(&report->verdicts, importing->error);
}

/* "sites.xlsx.rejects.csv" of the sheet Lào Cai: "sites.xlsx.Lào Cai.rejects.csv". Names of sheets
 * lead into no other folder. */
static const char *path_of_rejects(const struct by_importing *importing, struct by_arena *arena)
{
    static const char ending[] = ".rejects.csv";
    const char *path = rejects_path(importing), *sheet = importing->part->name;
    size_t size = strlen(path), before = size;
    char *text = NULL, *name = NULL;

    if (importing->part_count == 1 || sheet == NULL)
        return path;
    if (size > sizeof ending && strcmp(path + size - (sizeof ending - 1), ending) == 0)
        before = size - (sizeof ending - 1);
    text = by_arena_alloc(arena, size + strlen(sheet) + 2);
    if (text == NULL)
        return NULL;
    (void)sprintf(text, "%.*s.%s%s", (int)before, path, sheet, path + before);
    name = text + before + 1;
    for (size_t i = 0; i < strlen(sheet); i++)
        if (name[i] == '/' || (unsigned char)name[i] < 0x20)
            name[i] = '_';
    return text;
}

static void put_reject_header(struct by_importing *importing, struct sheet *rejects)
{
    const struct by_row *names = by_table_header(importing->table);

    for (size_t i = 0; i < names->count; i++)
        if (!is_of_rejects(names->cells[i]))
            put(rejects, names->cells[i]);
    if (importing->part->parent != BY_NO_PART) {
        put_text(rejects, BY_NEW_HEADER);
        put_text(rejects, importing->part->is_listed ? "" : importing->part->link->name);
    }
    put_text(rejects, BY_REASON_HEADER);
    put_mapping(importing, rejects);
}

static enum banyan_status begin_rejects(struct by_importing *importing, struct sheet *rejects)
{
    const char *path = path_of_rejects(importing, &importing->arena);
    enum banyan_status status = path == NULL ? by_fail_plain(importing->error, BANYAN_ERR_MEMORY)
                                             : begin_sheet(rejects, path, importing->error);

    importing->report->reject_paths[importing->part - importing->parts] = path;
    if (status != BANYAN_OK)
        return status;
    if (by_table_is_of_records(importing->table)) {
        by_buffer_reset(&rejects->text); /* lines of JSON have no mark, and no header */
        return BANYAN_OK;
    }
    put_reject_header(importing, rejects);
    return end_row(rejects, importing->error);
}

enum banyan_status
by_import_report_new(struct by_importing *importing, struct by_import_report **out_report)
{
    struct by_import_report *report = calloc(1, sizeof *report);

    if (report == NULL)
        return by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    report->problems.size_max = SIZE_MAX;
    by_json_init(&report->json, &report->problems);
    by_json_array_begin(&report->json);
    report->changed.size_max = SIZE_MAX;
    by_json_init(&report->changed_json, &report->changed);
    by_json_array_begin(&report->changed_json);
    *out_report = report;
    report->rejects =
        by_arena_array(&importing->arena, importing->part_count, sizeof report->rejects[0]);
    report->reject_paths =
        by_arena_array(&importing->arena, importing->part_count, sizeof report->reject_paths[0]);
    report->rows = by_arena_array(&importing->arena, importing->part_count, sizeof report->rows[0]);
    if (report->rejects == NULL || report->reject_paths == NULL || report->rows == NULL)
        return by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    report->part_count = importing->part_count;
    memset(report->rejects, 0, importing->part_count * sizeof report->rejects[0]);
    memset(report->rows, 0, importing->part_count * sizeof report->rows[0]);
    return begin_verdicts(importing);
}

static void drop_sheet(struct sheet *sheet)
{
    if (sheet->output != NULL)
        by_os_output_abort(sheet->output);
    by_buffer_deinit(&sheet->text);
}

void by_import_report_free(struct by_import_report *report)
{
    if (report == NULL)
        return;
    drop_sheet(&report->verdicts);
    for (size_t i = 0; i < report->part_count; i++)
        drop_sheet(&report->rejects[i]);
    by_buffer_deinit(&report->problems);
    by_buffer_deinit(&report->changed);
    by_arena_deinit(&report->arena);
    free(report);
}

/* -- rows -- */

/* A verdict that somebody should look at has a line of its own. */
static const char *reason_of(enum by_import_verdict verdict)
{
    if (verdict == BY_IMPORT_EDITED)
        return N_("changed in the file and, since the last import, by people too: left as it is");
    if (verdict == BY_IMPORT_DELETED)
        return N_("the record was deleted: left deleted; --overwrite brings it back");
    if (verdict == BY_IMPORT_LEFT_OUT)
        return N_("the row that it belongs to was left out");
    return "";
}

static void write_place(struct by_json *json, const struct by_importing *importing, size_t column)
{
    char letter[BY_COLUMN_NAME_BYTES];

    by_json_key(json, "column");
    if (column == BY_NO_COLUMN) {
        by_json_null(json);
        by_json_key(json, "header");
        by_json_null(json);
        return;
    }
    by_column_name(column, letter);
    by_json_literal(json, letter);
    by_json_key(json, "header");
    by_json_text(json, importing->part->mapping.columns[column].header);
}

/* Which row an object is about. */
static void begin_row(struct by_json *json, const struct by_importing *importing,
                      const struct by_import_row *row)
{
    by_json_object_begin(json);
    by_json_member(json, "sheet", importing->part_count > 1 ? importing->part->name : NULL);
    by_json_key(json, "row");
    by_json_int(json, (int64_t)row->number);
    by_json_key(json, "line");
    by_json_int(json, (int64_t)row->line);
}

static void add_problem(struct by_importing *importing, const struct by_import_row *row,
                        const struct by_import_plan *plan, const struct by_import_problem *problem)
{
    struct by_import_report *report = importing->report;
    struct by_json *json = &report->json;

    report->problem_count++;
    if (report->written_count == PROBLEMS_MAX ||
        (plan->verdict != BY_IMPORT_ERROR && report->remark_count == REMARKS_MAX))
        return;
    report->written_count++;
    report->remark_count += plan->verdict != BY_IMPORT_ERROR;
    begin_row(json, importing, row);
    by_json_key(json, "verdict");
    by_json_literal(json, words[plan->verdict]);
    write_place(json, importing, problem->column);
    by_json_key(json, "field");
    if (problem->field == NULL)
        by_json_null(json);
    else
        by_json_literal(json, problem->field);
    by_json_key(json, "reason");
    by_json_literal(json, problem->reason);
    by_json_key(json, "id");
    if (plan->verdict == BY_IMPORT_ERROR || plan->verdict == BY_IMPORT_LEFT_OUT)
        by_json_null(json);
    else
        by_json_short_id(json, &plan->name);
    by_json_key(json, "alike");
    if (plan->verdict == BY_IMPORT_DUPLICATE)
        by_json_short_id(json, &plan->alike);
    else
        by_json_null(json);
    by_json_object_end(json);
}

static enum banyan_status
write_verdict(struct by_importing *importing, const struct by_import_row *row,
              const struct by_import_plan *plan, const struct by_import_problem *problem)
{
    struct sheet *sheet = &importing->report->verdicts;
    char id[BY_SHORT_ID_BYTES] = "", letter[BY_COLUMN_NAME_BYTES] = "";

    if (sheet->output == NULL)
        return BANYAN_OK;
    if (plan->verdict != BY_IMPORT_ERROR && plan->verdict != BY_IMPORT_TOTAL &&
        plan->verdict != BY_IMPORT_LEFT_OUT)
        by_record_short_id(&plan->name, id);
    if (problem->column != BY_NO_COLUMN)
        by_column_name(problem->column, letter);
    if (importing->part_count > 1)
        put_text(sheet, importing->part->name);
    put_number(sheet, row->number);
    put_number(sheet, row->line);
    put_text(sheet, words[plan->verdict]);
    put_text(sheet, id);
    put_text(sheet, letter);
    put_text(sheet, problem->field);
    put_text(sheet, plan->alike_is_private
                        ? by_words(importing->error, N_("may be there already, on this device"))
                        : problem->reason);
    return end_row(sheet, importing->error);
}

/* -- what changes in records that are there -- */

/* The column of a field, also where its cell was emptied. */
static size_t column_of(const struct by_importing *importing, struct by_bytes path)
{
    const struct by_mapping *mapping = &importing->part->mapping;

    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].path != NULL &&
            by_bytes_equal(by_bytes_of_text(mapping->columns[i].path), path))
            return i;
    return BY_NO_COLUMN;
}

static enum banyan_status write_changes(struct by_importing *importing,
                                        const struct by_import_row *row,
                                        const struct by_import_plan *plan)
{
    struct by_import_report *report = importing->report;
    struct by_import_problem told = {.column = BY_NO_COLUMN};
    struct by_import_change *changes = NULL;
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);
    size_t count = 0;
    enum banyan_status status = BANYAN_OK;

    if (report->verdicts.output == NULL)
        return BANYAN_OK;
    status = by_import_changes(importing, plan, true, &report->arena, &changes, &count);
    if (status == BANYAN_OK)
        status = by_import_changes_text(importing, changes, count, &text);
    if (status == BANYAN_OK && count == 1) {
        told.column = column_of(importing, changes[0].path);
        told.field = changes[0].field;
    }
    told.reason = by_arena_text(&report->arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    if (status != BANYAN_OK || told.reason == NULL)
        return by_fail_plain(importing->error, status == BANYAN_OK ? BANYAN_ERR_MEMORY : status);
    return write_verdict(importing, row, plan, &told);
}

static enum banyan_status add_changed_object(struct by_importing *importing,
                                             const struct by_import_row *row,
                                             const struct by_import_plan *plan,
                                             const struct by_import_change *changes, size_t count)
{
    struct by_import_report *report = importing->report;
    struct by_json *json = &report->changed_json;
    struct by_buffer label = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status =
        by_loaded_label(plan->loaded, by_language_of(importing->error), &report->arena, &label);

    begin_row(json, importing, row);
    by_json_member(json, "verdict", words[plan->verdict]);
    by_json_key(json, "id");
    by_json_short_id(json, &plan->name);
    by_json_key(json, "label");
    by_json_text(json, by_buffer_bytes(&label));
    by_json_key(json, "changes");
    by_import_changes_write(changes, count < CHANGES_MAX ? count : CHANGES_MAX, json);
    by_json_key(json, "changes_left_out");
    by_json_int(json, count < CHANGES_MAX ? 0 : (int64_t)(count - CHANGES_MAX));
    by_json_object_end(json);
    by_buffer_deinit(&label);
    return status;
}

static enum banyan_status add_changed(struct by_importing *importing,
                                      const struct by_import_row *row,
                                      const struct by_import_plan *plan)
{
    struct by_import_report *report = importing->report;
    bool is_settled = plan->verdict != BY_IMPORT_CONFLICT;
    struct by_import_change *changes = NULL;
    size_t count = 0;
    enum banyan_status status = BANYAN_OK;

    report->changed_count++;
    if (report->told_count == CHANGED_MAX || (is_settled && report->settled_count == SETTLED_MAX))
        return BANYAN_OK;
    report->told_count++;
    report->settled_count += is_settled;
    status = by_import_changes(importing, plan, false, &report->arena, &changes, &count);
    if (status == BANYAN_OK)
        status = add_changed_object(importing, row, plan, changes, count);
    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}

static enum banyan_status tell_changes(struct by_importing *importing,
                                       const struct by_import_row *row,
                                       const struct by_import_plan *plan)
{
    enum banyan_status status = write_changes(importing, row, plan);

    for (size_t i = 0; i < plan->problem_count; i++)
        add_problem(importing, row, plan, &plan->problems[i]);
    if (status == BANYAN_OK)
        status = add_changed(importing, row, plan);
    by_arena_reset(&importing->report->arena);
    return status;
}

/* -- rows that are refused -- */

static struct sheet *rejects_of(const struct by_importing *importing)
{
    return &importing->report->rejects[importing->part - importing->parts];
}

/* What repeats within a row is found again by the names of both records: it has no key. */
static void
put_names(struct by_importing *importing, const struct by_import_row *row, struct sheet *sheet)
{
    uint8_t bytes[48];
    char name[2 * sizeof bytes + 1] = "", parent[2 * sizeof bytes + 1] = "";

    if (importing->part->parent == BY_NO_PART)
        return;
    by_record_name_put(bytes, &row->name);
    if (row->has_parent)
        by_hex(by_bytes_of(bytes, sizeof bytes), name);
    by_record_name_put(bytes, &row->parent);
    if (row->has_parent && !importing->part->is_listed)
        by_hex(by_bytes_of(bytes, sizeof bytes), parent);
    put_text(sheet, name);
    put_text(sheet, parent);
}

/* A whole record as it was: verdicts tell what is wrong with it. One that is too long to be held
 * stays in the file that it came from. */
static enum banyan_status
write_line(struct by_importing *importing, const struct by_import_row *row)
{
    struct sheet *sheet = rejects_of(importing);
    enum banyan_status status = BANYAN_OK;

    if (row->cell_count == 0)
        return BANYAN_OK;
    if (sheet->output == NULL)
        status = begin_rejects(importing, sheet);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&sheet->text, row->cells[0]);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&sheet->text, '\n');
    if (status != BANYAN_OK)
        return by_fail_plain(importing->error, status);
    return sheet->text.size < PIECE_BYTES ? BANYAN_OK : flush(sheet, importing->error);
}

static enum banyan_status write_reject(struct by_importing *importing,
                                       const struct by_import_row *row,
                                       const struct by_import_plan *plan)
{
    struct sheet *sheet = rejects_of(importing);
    const struct by_row *names = by_table_header(importing->table);
    const struct by_row cells = {.cells = row->cells, .count = row->cell_count};
    struct by_buffer reason = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = BANYAN_OK;

    if (importing->options->rejects == NULL || plan->verdict != BY_IMPORT_ERROR)
        return BANYAN_OK;
    if (by_table_is_of_records(importing->table))
        return write_line(importing, row);
    if (sheet->output == NULL)
        status = begin_rejects(importing, sheet);
    if (status != BANYAN_OK)
        return status;
    for (size_t i = 0; i < names->count; i++)
        if (!is_of_rejects(names->cells[i]))
            put(sheet, by_row_cell(&cells, i));
    put_names(importing, row, sheet);
    for (size_t i = 0; i < plan->problem_count && sheet->status == BANYAN_OK; i++)
        sheet->status =
            by_buffer_append_format(&reason, "%s%s", i == 0 ? "" : "; ", plan->problems[i].reason);
    put(sheet, by_buffer_bytes(&reason));
    by_buffer_deinit(&reason);
    return end_row(sheet, importing->error);
}

enum banyan_status by_import_report_row(struct by_importing *importing,
                                        const struct by_import_row *row,
                                        const struct by_import_plan *plan)
{
    const struct by_import_problem none = {
        .column = BY_NO_COLUMN,
        .reason = plan->remark != NULL ? plan->remark
                                       : by_words(importing->error, reason_of(plan->verdict))};
    struct by_import_report *report = importing->report;
    enum banyan_status status = BANYAN_OK;

    report->counts.rows++;
    report->rows[importing->part - importing->parts]++;
    report->counts.of[plan->verdict]++;
    if (by_import_plan_changes(plan))
        return tell_changes(importing, row, plan);
    if (none.reason[0] != 0)
        add_problem(importing, row, plan, &none);
    if (plan->problem_count == 0)
        status = write_verdict(importing, row, plan, &none);
    for (size_t i = 0; i < plan->problem_count && status == BANYAN_OK; i++) {
        add_problem(importing, row, plan, &plan->problems[i]);
        status = write_verdict(importing, row, plan, &plan->problems[i]);
    }
    return status == BANYAN_OK ? write_reject(importing, row, plan) : status;
}

const struct by_import_counts *by_import_report_counts(const struct by_import_report *report)
{
    return &report->counts;
}

/* -- the end -- */

static enum banyan_status end_sheet(struct sheet *sheet, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (sheet->output == NULL)
        return BANYAN_OK;
    status = flush(sheet, error);
    if (status == BANYAN_OK) {
        status = by_os_output_commit(sheet->output, error);
        sheet->output = NULL;
    }
    return status;
}

static void write_columns(struct by_json *json, const struct by_import_part *part)
{
    by_json_key(json, "columns");
    by_json_array_begin(json);
    for (size_t i = 0; i < part->mapping.column_count; i++) {
        const struct by_mapping_column *column = &part->mapping.columns[i];
        char letter[BY_COLUMN_NAME_BYTES];

        by_column_name(i, letter);
        by_json_object_begin(json);
        by_json_key(json, "letter");
        by_json_literal(json, letter);
        by_json_key(json, "header");
        by_json_text(json, column->header);
        by_json_key(json, "field");
        if (column->path == NULL)
            by_json_null(json);
        else
            by_json_literal(json, column->path);
        by_json_key(json, "is_key");
        by_json_bool(json, column->is_key);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

/* Of several tables. */
static void write_sheets(struct by_json *json, const struct by_importing *importing)
{
    by_json_key(json, "sheets");
    by_json_array_begin(json);
    for (size_t i = 0; i < importing->part_count && importing->part_count > 1; i++) {
        const struct by_import_part *part = &importing->parts[i];

        by_json_object_begin(json);
        by_json_member(json, "sheet", part->name);
        by_json_member(json, "type", part->mapping.type->name);
        by_json_member(json, "parent",
                       part->parent == BY_NO_PART ? NULL : importing->parts[part->parent].name);
        by_json_key(json, "rows");
        by_json_int(json, (int64_t)importing->report->rows[i]);
        by_json_key(json, "header_row");
        by_json_int(json, (int64_t)part->header_row);
        write_columns(json, part);
        by_json_object_end(json);
    }
    by_json_array_end(json);
    by_json_key(json, "sheets_left_out");
    by_json_array_begin(json);
    for (size_t i = 0; i < importing->left_out_count; i++) {
        if (importing->left_out[i].is_said)
            continue;
        by_json_object_begin(json);
        by_json_member(json, "sheet", importing->left_out[i].name);
        by_json_member(json, "reason", by_words(importing->error, importing->left_out[i].reason));
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static void write_rejects(struct by_json *json, const struct by_importing *importing)
{
    by_json_key(json, "rejects");
    by_json_array_begin(json);
    for (size_t i = 0; i < importing->part_count; i++) {
        if (importing->report->reject_paths[i] == NULL)
            continue;
        by_json_object_begin(json);
        by_json_member(json, "sheet", importing->part_count > 1 ? importing->parts[i].name : NULL);
        by_json_member(json, "file", importing->report->reject_paths[i]);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

enum banyan_status
by_import_report_end(struct by_importing *importing, const char *import, struct by_buffer *out)
{
    struct by_import_report *report = importing->report;
    struct by_buffer mapping = BY_BUFFER_INIT(SIZE_MAX);
    struct by_json json;
    uint64_t left_out = report->problem_count - report->written_count;
    enum banyan_status status = end_sheet(&report->verdicts, importing->error);

    importing->part = importing->parts;
    for (size_t i = 0; i < importing->part_count && status == BANYAN_OK; i++)
        status = end_sheet(&report->rejects[i], importing->error);
    if (status == BANYAN_OK)
        status = by_import_parts_write(importing, &mapping);
    if (status != BANYAN_OK)
        goto out;
    by_json_array_end(&report->json);
    by_json_array_end(&report->changed_json);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_member(&json, "file", importing->file);
    by_json_member(&json, "reading", importing->reading);
    by_json_member(&json, "type",
                   importing->part->mapping.type == NULL ? NULL
                                                         : importing->part->mapping.type->name);
    by_json_member(&json, "import", import);
    by_json_key(&json, "header_row");
    by_json_int(&json, (int64_t)importing->parts[0].header_row);
    by_json_key(&json, "rows");
    by_json_int(&json, (int64_t)report->counts.rows);
    for (size_t i = 0; i < BY_IMPORT_VERDICT_COUNT; i++) {
        by_json_key(&json, words[i]);
        by_json_int(&json, (int64_t)report->counts.of[i]);
    }
    by_json_key(&json, "private");
    by_json_int(&json, (int64_t)importing->private_count);
    by_json_key(&json, "mapping");
    if (mapping.size == 0)
        by_json_null(&json);
    else
        by_json_raw(&json, by_buffer_bytes(&mapping));
    write_columns(&json, &importing->parts[0]);
    write_sheets(&json, importing);
    write_rejects(&json, importing);
    by_json_key(&json, "problems");
    by_json_raw(&json, by_buffer_bytes(&report->problems));
    by_json_key(&json, "problems_left_out");
    by_json_int(&json, (int64_t)left_out);
    by_json_key(&json, "changed");
    by_json_raw(&json, by_buffer_bytes(&report->changed));
    by_json_key(&json, "changed_left_out");
    by_json_int(&json, (int64_t)(report->changed_count - report->told_count));
    by_json_object_end(&json);
    status = report->json.status == BANYAN_OK ? report->changed_json.status : report->json.status;
    status = status == BANYAN_OK ? by_json_done(&json, importing->error)
                                 : by_fail_plain(importing->error, status);
out:
    by_buffer_deinit(&mapping);
    return status;
}
