/*
 * A snapshot as a GeoPackage, a layer for each type: names of columns and codes as in CSV, their
 * titles in the reader's language.
 */
#include <string.h>

#include "exchange/geometry.h"
#include "exchange/sheet.h"
#include "export/state.h"
#include "record/field_value.h"
#include "view/gpkg_file.h"

#define CELL_BYTES_MAX (16u * 1024u * 1024u)

struct writing {
    struct by_exporting *exporting;
    struct by_gpkg_file *file;
    size_t type;
    struct by_sheet names, titles; /* the same columns, for programs and for people */
    const struct by_field *place;  /* the field that is the geometry; NULL */
    struct by_buffer *cells;       /* of a row */
};

static const struct own_column {
    const char *name, *title, *type;
} own_columns[] = {{"banyan_record", N_("Id"), "TEXT"},
                   {"banyan_owner", N_("Owner"), "TEXT"},
                   {"banyan_id", BY_ID_HEADER, "TEXT"},
                   {"banyan_label", N_("Name"), "TEXT"},
                   {"banyan_changed", N_("Changed"), "TEXT"}},
  public_columns[] = {{BY_UNCERTAINTY_HEADER, BY_UNCERTAINTY_HEADER, "DOUBLE"},
                      {BY_GENERALISED_HEADER, BY_GENERALISED_HEADER, "TEXT"},
                      {BY_WITHHELD_HEADER, BY_WITHHELD_HEADER, "TEXT"}};
#define OWN_COUNT        (sizeof own_columns / sizeof own_columns[0])
#define OWN_FOR_ALL      3u /* of them: what is shown of a record beside its fields may say more */
#define OWN_COUNT_PUBLIC (OWN_FOR_ALL + sizeof public_columns / sizeof public_columns[0])

static enum banyan_status
look(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;
    enum banyan_status status = by_sheet_look(&writing->names, &record->document);

    (void)arena;
    return status == BANYAN_OK ? by_sheet_look(&writing->titles, &record->document) : status;
}

/* -- columns -- */

static bool is_place(const struct writing *writing, size_t at)
{
    return writing->place != NULL && writing->names.columns[at].field == writing->place;
}

static const char *type_of(const struct by_sheet_column *column)
{
    if (column->field == NULL || column->part != BY_PART_ALL)
        return "TEXT";
    switch (column->field->kind) {
    case BY_FIELD_INTEGER:
        return "INTEGER";
    case BY_FIELD_NUMBER:
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
        return "DOUBLE";
    case BY_FIELD_BOOL:
        return "BOOLEAN";
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_TEXTS:
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_DATE:
    case BY_FIELD_GEOMETRY:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
    case BY_FIELD_URL:
        break;
    }
    return "TEXT";
}

static enum banyan_status begin_layer(struct writing *writing)
{
    struct by_exporting *exporting = writing->exporting;
    const struct by_sheet *names = &writing->names;
    const char *name = exporting->types[writing->type];
    bool is_public = exporting->is_public;
    size_t own = is_public ? OWN_COUNT_PUBLIC : OWN_COUNT, room = own + names->column_count;
    struct by_gpkg_column *columns = by_arena_array(&writing->names.arena, room, sizeof *columns);
    struct by_gpkg_layer layer = {.name = name, .title = name, .columns = columns};

    if (columns == NULL)
        return by_fail_plain(exporting->error, BANYAN_ERR_MEMORY);
    if (names->type != NULL)
        layer.title = by_label_pick(names->type->labels, names->type->label_count,
                                    writing->titles.options.language);
    layer.has_places = writing->place != NULL;
    for (size_t i = 0; i < own; i++) {
        const struct own_column *column =
            is_public && i >= OWN_FOR_ALL ? &public_columns[i - OWN_FOR_ALL] : &own_columns[i];

        columns[layer.column_count++] =
            (struct by_gpkg_column){.name = column->name,
                                    .type = column->type,
                                    .title = by_words(exporting->error, column->title)};
    }
    for (size_t i = 0; i < names->column_count; i++)
        if (!is_place(writing, i))
            columns[layer.column_count++] =
                (struct by_gpkg_column){.name = names->columns[i].header,
                                        .type = type_of(&names->columns[i]),
                                        .title = writing->titles.columns[i].header};
    return by_gpkg_file_layer(writing->file, &layer, exporting->error);
}

/* -- rows -- */

static struct by_bytes or_none(struct by_bytes text)
{
    return text.size == 0 ? by_bytes_of(NULL, 0) : text;
}

static enum banyan_status
put_own(struct writing *writing, const struct by_exported *record, struct by_arena *arena)
{
    char *name = by_arena_alloc(arena, 2 * 48 + 1);
    uint8_t bytes[48];

    if (name == NULL)
        return BANYAN_ERR_MEMORY;
    by_record_name_put(bytes, &record->name);
    by_hex(by_bytes_of(bytes, sizeof bytes), name);
    by_gpkg_file_cell(writing->file, record->id);
    by_gpkg_file_cell(writing->file, or_none(record->owner_name));
    by_gpkg_file_cell(writing->file, by_bytes_of_text(name));
    if (!writing->exporting->is_public) {
        by_gpkg_file_cell(writing->file, or_none(record->label));
        by_gpkg_file_cell(writing->file, or_none(record->changed));
        return BANYAN_OK;
    }
    by_gpkg_file_cell(writing->file, or_none(record->uncertainty_m));
    by_gpkg_file_cell(writing->file, or_none(record->generalised));
    by_gpkg_file_cell(writing->file, or_none(record->withheld));
    return BANYAN_OK;
}

/* Yes and no are numbers there. */
static bool put_bool(struct writing *writing, const struct by_sheet_column *column,
                     const struct by_exported *record)
{
    const struct by_value *value = column->field == NULL || column->field->kind != BY_FIELD_BOOL
                                       ? NULL
                                       : by_value_get(&record->document, column->field->name);

    if (value == NULL || value->kind != BY_VALUE_BOOL)
        return false;
    by_gpkg_file_cell(writing->file, by_bytes_of_text(value->boolean ? "1" : "0"));
    return true;
}

static enum banyan_status
put_cell(struct writing *writing, size_t at, const struct by_exported *record)
{
    const struct by_sheet_column *column = &writing->names.columns[at];
    struct by_buffer *cell = &writing->cells[at];
    enum by_cell_kind kind;
    enum banyan_status status = BANYAN_OK;

    if (put_bool(writing, column, record))
        return BANYAN_OK;
    status = by_sheet_cell(column, &writing->names.options, &record->document, NULL, cell, &kind);
    if (status == BANYAN_OK)
        by_gpkg_file_cell(writing->file, kind == BY_CELL_EMPTY ? by_bytes_of(NULL, 0)
                                                               : or_none(by_buffer_bytes(cell)));
    return status;
}

/* Rings run as in GeoJSON that is exported. */
static enum banyan_status find_place(const struct writing *writing,
                                     const struct by_exported *record, struct by_arena *arena,
                                     struct by_value *turned, const struct by_value **out_place)
{
    const struct by_value *place =
        writing->place == NULL ? NULL : by_value_get(&record->document, writing->place->name);
    enum banyan_status status = BANYAN_OK;

    *out_place = NULL;
    if (place == NULL || !by_field_value_is(BY_FIELD_GEOMETRY, place))
        return BANYAN_OK;
    status = by_geometry_turn(place, arena, turned);
    *out_place = turned;
    return status;
}

static enum banyan_status
write_row(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;
    const struct by_value *place = NULL;
    struct by_value turned;
    enum banyan_status status = put_own(writing, record, arena);

    for (size_t i = 0; i < writing->names.column_count && status == BANYAN_OK; i++)
        if (!is_place(writing, i))
            status = put_cell(writing, i, record);
    if (status == BANYAN_OK)
        status = find_place(writing, record, arena, &turned, &place);
    if (status != BANYAN_OK)
        return status;
    by_export_count(writing->exporting, writing->type);
    return by_gpkg_file_row(writing->file, place, record->changed, writing->exporting->error);
}

/* -- layers -- */

static const struct by_field *place_of(const struct by_type *type)
{
    for (size_t i = 0; type != NULL && i < type->field_count; i++)
        if (type->fields[i].kind == BY_FIELD_GEOMETRY)
            return &type->fields[i];
    return NULL;
}

static enum banyan_status make_cells(struct writing *writing)
{
    writing->cells = by_arena_array(&writing->names.arena, writing->names.column_count + 1,
                                    sizeof writing->cells[0]);
    for (size_t i = 0; writing->cells != NULL && i < writing->names.column_count; i++)
        writing->cells[i] = (struct by_buffer)BY_BUFFER_INIT(CELL_BYTES_MAX);
    return writing->cells == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static enum banyan_status settle(struct writing *writing)
{
    enum banyan_status status = by_sheet_settle(&writing->names);

    if (status == BANYAN_OK)
        status = by_sheet_settle(&writing->titles);
    if (status == BANYAN_OK)
        status = make_cells(writing);
    return status == BANYAN_OK ? begin_layer(writing)
                               : by_fail_plain(writing->exporting->error, status);
}

static void end_type(struct writing *writing)
{
    for (size_t i = 0; writing->cells != NULL && i < writing->names.column_count; i++)
        by_buffer_deinit(&writing->cells[i]);
    writing->cells = NULL;
    by_sheet_deinit(&writing->names);
    by_sheet_deinit(&writing->titles);
}

/* The first pass learns what columns there are; the second counts what stays. */
static enum banyan_status write_type(struct writing *writing)
{
    struct by_exporting *exporting = writing->exporting;
    const struct banyan_export *options = exporting->options;
    struct by_public_tally before = exporting->tally;
    const struct by_type *type = by_registry_type(
        exporting->node->registry, by_bytes_of_text(exporting->types[writing->type]));
    const struct by_sheet_options reading = {
        .language = options->language == NULL ? "en" : options->language,
        .has_labels = options->labels,
        .has_whole_places = true};
    enum banyan_status status = BANYAN_OK;

    writing->place = place_of(type);
    writing->names = (struct by_sheet){.type = type, .options = reading, .arena = BY_ARENA_INIT};
    writing->titles = writing->names;
    writing->names.options.has_labels = false;
    writing->titles.options.has_labels = true;
    status = by_export_each(exporting, writing->type, look, writing);
    exporting->tally = before;
    if (status == BANYAN_OK)
        status = settle(writing);
    writing->names.options.has_labels = options->labels;
    if (status == BANYAN_OK)
        status = by_export_each(exporting, writing->type, write_row, writing);
    end_type(writing);
    return status;
}

static enum banyan_status write_package(struct by_exporting *exporting)
{
    struct writing writing = {.exporting = exporting};
    enum banyan_status status = by_gpkg_file_new(by_os_output_temporary(exporting->output),
                                                 &writing.file, exporting->error);

    exporting->total *= 2; /* passes */
    for (; writing.type < exporting->type_count && status == BANYAN_OK; writing.type++)
        status = write_type(&writing);
    if (status == BANYAN_OK)
        return by_gpkg_file_close(writing.file, exporting->error);
    by_gpkg_file_drop(writing.file);
    return status;
}

const struct by_export_format by_export_gpkg = {
    .name = "gpkg", .endings = {".gpkg", NULL}, .write = write_package};
