/*
 * Rows of tables that banyan exported, edited by people, and imported again.
 *
 * What the record said when it was exported is written as cells once more and read back: a cell
 * that says the same was not edited, whatever it would be read as today.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/draft.h"
#include "core/state.h"
#include "exchange/sheet.h"
#include "exchange/xlsx_write.h"
#include "export/state.h"
#include "import/state.h"

#define CELL_BYTES_MAX   (16u * 1024u * 1024u)
#define REASON_BYTES_MAX 4096u
#define VALUE_BYTES_MAX  3072u

/* The record as it was exported, and what its row said. */
struct base {
    struct by_merged merged;
    struct by_record_row row;
};

/* -- as it was -- */

/* What a row says of the state that it was exported from cannot be used. */
static enum banyan_status fault_of_version(struct by_import_planning *planning, bool is_changed)
{
    const struct banyan_error *error = &planning->error;
    struct by_buffer text = BY_BUFFER_INIT(REASON_BYTES_MAX);
    enum banyan_status status =
        is_changed
            ? by_buffer_append_format(
                  &text, by_words(error, "the column \"%s\" was changed: export the table again"),
                  BY_VERSION_HEADER)
            : by_buffer_append_format(
                  &text, "%s",
                  by_words(error,
                           "it was exported from a state of the record that is not here yet: "
                           "exchange with other members, then import it"));

    if (status == BANYAN_OK)
        status = by_import_plan_fault(planning, BY_NO_COLUMN, NULL, (const char *)text.data);
    by_buffer_deinit(&text);
    return status;
}

static enum banyan_status merge_base(struct by_import_planning *planning, struct base *base)
{
    enum banyan_status status =
        by_state_merge(&planning->loaded, planning->importing->node->types, planning->row->version,
                       planning->arena, &base->merged);

    if (status == BANYAN_ERR_INVALID || status == BANYAN_ERR_NOT_FOUND)
        return fault_of_version(planning, status == BANYAN_ERR_INVALID);
    return status;
}

/* Tables have points in two columns, maps in one. */
static bool has_halves(const struct by_mapping *mapping)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].part == BY_PART_LATITUDE)
            return true;
    return false;
}

static enum banyan_status write_cell(struct by_import_planning *planning, size_t at,
                                     const struct by_value *document, struct by_bytes *out_cell)
{
    const struct by_mapping *mapping = &planning->importing->part->mapping;
    const struct by_mapping_column *mapped = &mapping->columns[at];
    char *language = by_arena_text(planning->arena, mapping->version_language);
    const struct by_sheet_options options = {.language = language,
                                             .has_labels = mapping->version_language.size > 0,
                                             .has_whole_places = !has_halves(mapping)};
    const struct by_sheet_column column = {
        .path = mapped->path, .field = mapped->field, .part = mapped->part, .choice = mapped->unit};
    const struct by_ref_texts refs = {.find = by_export_ref,
                                      .context = planning->importing->node->view};
    struct by_buffer cell = BY_BUFFER_INIT(CELL_BYTES_MAX);
    enum by_cell_kind kind;
    enum banyan_status status = BANYAN_OK;

    if (language == NULL)
        return BANYAN_ERR_MEMORY;
    if (mapped->path != NULL)
        status = by_sheet_cell(&column, &options, document, options.has_labels ? &refs : NULL,
                               &cell, &kind);
    if (status == BANYAN_OK)
        status = by_arena_copy(planning->arena, by_buffer_bytes(&cell), out_cell);
    by_buffer_deinit(&cell);
    return status;
}

static enum banyan_status write_base(struct by_import_planning *planning, struct base *base)
{
    const struct by_mapping *mapping = &planning->importing->part->mapping;
    struct by_bytes *cells =
        by_arena_array(planning->arena, mapping->column_count + 1, sizeof cells[0]);
    struct by_row row = {.cells = cells, .count = mapping->column_count};
    struct by_value document;
    enum banyan_status status = by_merged_document(&base->merged, planning->arena, &document);

    if (cells == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < mapping->column_count && status == BANYAN_OK; i++)
        status = write_cell(planning, i, &document, &cells[i]);
    return status == BANYAN_OK ? by_record_row_read(mapping, &row, planning->arena, &base->row)
                               : status;
}

/* -- what the file changed -- */

static const struct banyan_field *field_of(const struct by_record_row *row, const char *path)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->fields[i].path, path) == 0)
            return &row->fields[i];
    return NULL;
}

static void add(struct by_record_row *edited, const struct banyan_field *field, size_t column)
{
    edited->fields[edited->count] = *field;
    edited->columns[edited->count++] = column;
}

/* A number as Excel has it, with 15 digits. */
static bool is_same_number(const char *a, size_t a_size, const char *b, size_t b_size)
{
    char left[64], right[64], *end = NULL;
    double x = 0, y = 0;

    if (a_size == 0 || b_size == 0 || a_size >= sizeof left || b_size >= sizeof left)
        return false;
    (void)snprintf(left, sizeof left, "%.*s", (int)a_size, a);
    (void)snprintf(right, sizeof right, "%.*s", (int)b_size, b);
    x = strtod(left, &end);
    if (*end != 0)
        return false;
    y = strtod(right, &end);
    if (*end != 0)
        return false;
    (void)snprintf(left, sizeof left, "%.15g", x);
    (void)snprintf(right, sizeof right, "%.15g", y);
    return strcmp(left, right) == 0;
}

/* Word by word, as "10.5 106.2" and "12 ha" have them. */
static bool is_same_text(const char *a, const char *b)
{
    for (;;) {
        size_t a_size = strcspn(a, " "), b_size = strcspn(b, " ");

        if ((a_size != b_size || memcmp(a, b, a_size) != 0) &&
            !is_same_number(a, a_size, b, b_size))
            return false;
        if (a[a_size] == 0 || b[b_size] == 0)
            return a[a_size] == b[b_size];
        a += a_size + 1;
        b += b_size + 1;
    }
}

static bool is_same(const struct banyan_field *before, const struct banyan_field *now)
{
    return strcmp(now->value, BY_XLSX_TOO_LONG) == 0 ||
           (before != NULL && is_same_text(before->value, now->value));
}

/* Cells that say something else, and cells that were emptied. What is set for all rows was not
 * edited. */
static enum banyan_status find_edited(struct by_import_planning *planning, const struct base *base,
                                      struct by_record_row *out_edited)
{
    const struct by_record_row *row = &planning->row->fields;
    size_t room = row->count + base->row.count + 1;
    struct by_record_row edited = {
        .fields = by_arena_array(planning->arena, room, sizeof edited.fields[0]),
        .columns = by_arena_array(planning->arena, room, sizeof edited.columns[0])};

    if (edited.fields == NULL || edited.columns == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < row->count; i++) {
        const struct banyan_field *before = field_of(&base->row, row->fields[i].path);

        if (row->columns[i] != BY_NO_COLUMN && !is_same(before, &row->fields[i]))
            add(&edited, &row->fields[i], row->columns[i]);
    }
    for (size_t i = 0; i < base->row.count; i++) {
        const struct banyan_field unset = {.path = base->row.fields[i].path,
                                           .change = BANYAN_UNSET};

        if (base->row.columns[i] != BY_NO_COLUMN && field_of(row, unset.path) == NULL)
            add(&edited, &unset, base->row.columns[i]);
    }
    *out_edited = edited;
    return BANYAN_OK;
}

static enum banyan_status
check_emptied(struct by_import_planning *planning, const struct by_record_row *edited)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < edited->count && status == BANYAN_OK; i++) {
        const struct by_field *field =
            by_type_field_find(planning->loaded.type, by_bytes_of_text(edited->fields[i].path));

        if (edited->fields[i].change == BANYAN_UNSET && field != NULL && field->required)
            status =
                by_import_plan_fault(planning, edited->columns[i], edited->fields[i].path,
                                     by_words(&planning->error, "it is required, and was emptied"));
    }
    return status;
}

/* -- against what the record says now -- */

static size_t column_of(const struct by_import_planning *planning, const char *path)
{
    const struct by_record_row *row = &planning->row->fields;

    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->fields[i].path, path) == 0)
            return row->columns[i];
    return BY_NO_COLUMN;
}

static const struct by_value *value_of(const struct by_merged *merged, struct by_bytes path)
{
    static const struct by_value nothing = {.kind = BY_VALUE_NIL};
    const struct by_merged_path *held = by_merged_path_find(merged, path);

    return held == NULL ? &nothing : &held->candidates[0].value;
}

static enum banyan_status is_equal(struct by_import_planning *planning, struct by_bytes path,
                                   const struct by_value *a, const struct by_value *b,
                                   bool *out_is_so)
{
    bool is_one_nil = a->kind == BY_VALUE_NIL || b->kind == BY_VALUE_NIL;

    *out_is_so = a->kind == b->kind;
    return is_one_nil ? BANYAN_OK
                      : by_draft_values_equal(planning->loaded.type, path, a, b, planning->arena,
                                              out_is_so);
}

/* The value here; what fits is enough to recognise it. */
static enum banyan_status append_now(struct by_import_planning *planning, struct by_bytes path,
                                     const struct by_value *now, struct by_buffer *text)
{
    enum banyan_status status = by_field_value_text(by_type_field_find(planning->loaded.type, path),
                                                    now, by_language_of(&planning->error), text);

    return status == BANYAN_ERR_TOO_LARGE ? by_buffer_append_format(text, "...") : status;
}

static enum banyan_status describe_now(struct by_import_planning *planning, struct by_bytes path,
                                       const struct by_value *now, struct by_buffer *text)
{
    struct by_buffer value = BY_BUFFER_INIT(VALUE_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (now->kind == BY_VALUE_NIL)
        return by_buffer_append_format(
            text, "%s",
            by_words(&planning->error,
                     "changed in the file and, since the export, here too; here it is empty now"));
    status = append_now(planning, path, now, &value);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(
            text,
            by_words(&planning->error,
                     "changed in the file and, since the export, here too; here it says %.*s"),
            (int)value.size, value.data == NULL ? "" : (const char *)value.data);
    by_buffer_deinit(&value);
    return status;
}

/* Which field was changed on both sides, and what it says here. */
static enum banyan_status
note_conflict(struct by_import_planning *planning, struct by_bytes path, const struct by_value *now)
{
    struct by_buffer text = BY_BUFFER_INIT(REASON_BYTES_MAX);
    char *field = by_arena_text(planning->arena, path);
    enum banyan_status status = describe_now(planning, path, now, &text);
    if (status == BANYAN_OK && field != NULL)
        status = by_import_plan_fault(planning, column_of(planning, field), field,
                                      (const char *)text.data);
    planning->plan->verdict = BY_IMPORT_CONFLICT; /* no fault */
    by_buffer_deinit(&text);
    return field == NULL ? BANYAN_ERR_MEMORY : status;
}

/* Whether the record says so by now, be it as one of several values in conflict. */
static enum banyan_status is_said(struct by_import_planning *planning, struct by_bytes path,
                                  const struct by_value *value, bool *out_is_so)
{
    const struct by_merged_path *held = by_merged_path_find(&planning->loaded.merged, path);
    enum banyan_status status = BANYAN_OK;

    *out_is_so = held == NULL && value->kind == BY_VALUE_NIL;
    for (size_t i = 0; held != NULL && i < held->candidate_count && !*out_is_so; i++) {
        status = is_equal(planning, path, value, &held->candidates[i].value, out_is_so);
        if (status != BANYAN_OK)
            return status;
    }
    return status;
}

/* Keep what the file changed, unless the record says the same by now. */
static enum banyan_status compare(struct by_import_planning *planning, const struct base *base,
                                  struct by_changes *changes, bool *out_is_in_conflict)
{
    size_t kept = 0;
    enum banyan_status status = BANYAN_OK;

    *out_is_in_conflict = false;
    for (size_t i = 0; i < changes->count && status == BANYAN_OK; i++) {
        struct by_bytes path = changes->touches[i].path;
        const struct by_value *before = value_of(&base->merged, path);
        const struct by_value *now = value_of(&planning->loaded.merged, path);
        bool is_as_before = false, is_so_now = false, is_untouched = false;

        status = is_equal(planning, path, &changes->values[i], before, &is_as_before);
        if (status == BANYAN_OK)
            status = is_said(planning, path, &changes->values[i], &is_so_now);
        if (status == BANYAN_OK)
            status = is_equal(planning, path, before, now, &is_untouched);
        if (is_as_before || is_so_now)
            continue;
        if (!is_untouched) {
            status = note_conflict(planning, path, now);
            *out_is_in_conflict = true;
        }
        changes->touches[kept] = changes->touches[i];
        changes->values[kept++] = changes->values[i];
    }
    changes->count = kept;
    return status;
}

static enum banyan_status write_change(struct by_import_planning *planning, const struct base *base,
                                       struct by_changes *changes, bool is_in_conflict)
{
    const struct by_importing *importing = planning->importing;
    const struct by_merged *merged = &planning->loaded.merged;
    bool is_ours = by_loaded_is_ours_to_edit(&planning->loaded, importing->node);
    enum by_import_verdict verdict = !is_ours         ? BY_IMPORT_PROPOSAL
                                     : is_in_conflict ? BY_IMPORT_CONFLICT
                                                      : BY_IMPORT_UPDATE;
    const struct by_merged *upon = importing->options->overwrite ? merged : &base->merged;

    if (importing->options->overwrite && is_ours)
        verdict = BY_IMPORT_UPDATE;
    by_draft_begin(&planning->plan->operation, upon, BY_OP_PATCH);
    planning->plan->follows_hlc = upon->last_hlc;
    if (by_import_plan_note(planning, upon, changes->count) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    return by_import_plan_finish(planning, changes, merged->type, verdict);
}

enum banyan_status by_import_plan_edited(struct by_import_planning *planning)
{
    struct by_fields_target target = {.node = planning->importing->node,
                                      .codes = planning->importing->codes,
                                      .type = planning->loaded.type,
                                      .merged = &planning->loaded.merged};
    struct base base;
    struct by_record_row edited = {.count = 0};
    struct by_changes changes = {.count = 0};
    bool is_in_conflict = false;
    enum banyan_status status = merge_base(planning, &base);

    planning->plan->verdict = planning->plan->problem_count > 0 ? BY_IMPORT_ERROR : BY_IMPORT_SAME;
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    status = write_base(planning, &base);
    if (status == BANYAN_OK)
        status = find_edited(planning, &base, &edited);
    if (status == BANYAN_OK)
        status = check_emptied(planning, &edited);
    if (status == BANYAN_OK && edited.count > 0)
        status = by_import_plan_parse(planning, &target, &edited, &changes);
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    status = compare(planning, &base, &changes, &is_in_conflict);
    if (status == BANYAN_OK && changes.count > 0)
        status = by_import_check_sharing(planning, &changes);
    return status == BANYAN_OK && changes.count > 0 && planning->plan->verdict != BY_IMPORT_ERROR
               ? write_change(planning, &base, &changes, is_in_conflict)
               : status;
}

/* What stood in the record and is not in the file any more. */
static enum banyan_status add_emptied(struct by_import_planning *planning, const struct base *base,
                                      struct by_changes *changes)
{
    const struct by_value nothing = by_value_nil();
    size_t said = changes->count;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < base->merged.path_count && status == BANYAN_OK; i++) {
        const struct by_merged_path *path = &base->merged.paths[i];
        const struct by_touch unset = {.path = path->path, .how = BY_HOW_UNSET};
        bool is_said = by_value_get_bytes(planning->row->conflicts, path->path) != NULL ||
                       (path->is_list && path->candidates[0].value.array.count == 0);

        for (size_t k = 0; k < said && !is_said; k++)
            is_said = by_bytes_equal(changes->touches[k].path, path->path);
        if (!is_said)
            status = by_changes_add(changes, &unset, &nothing, planning->arena);
    }
    return status;
}

enum banyan_status
by_import_plan_edited_record(struct by_import_planning *planning, struct by_changes *changes)
{
    struct base base;
    bool is_in_conflict = false;
    enum banyan_status status = merge_base(planning, &base);

    planning->plan->verdict = planning->plan->problem_count > 0 ? BY_IMPORT_ERROR : BY_IMPORT_SAME;
    if (status != BANYAN_OK || planning->plan->problem_count > 0)
        return status;
    status = add_emptied(planning, &base, changes);
    if (status == BANYAN_OK)
        status = compare(planning, &base, changes, &is_in_conflict);
    if (status == BANYAN_OK && changes->count > 0)
        status = by_import_check_sharing(planning, changes);
    return status == BANYAN_OK && changes->count > 0 && planning->plan->verdict != BY_IMPORT_ERROR
               ? write_change(planning, &base, changes, is_in_conflict)
               : status;
}
