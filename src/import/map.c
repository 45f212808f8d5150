/*
 * How a table is mapped: of which type its rows are, and which column is which field.
 */
#include "core/fields.h"
#include "import/parts.h"

/* A table that banyan wrote says it in each row. */
static enum banyan_status read_type(struct by_importing *importing, const char **out_type)
{
    const struct by_row *header = by_table_header(importing->table);
    size_t column = 0;
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    while (column < header->count &&
           !by_bytes_equal(header->cells[column], by_bytes_of_text(BY_TYPE_HEADER)))
        column++;
    if (column == header->count)
        return BANYAN_OK;
    while (status == BANYAN_OK && *out_type == NULL) {
        status = by_table_next(importing->table, &row, importing->error);
        if (status == BANYAN_OK && column < row.count && row.cells[column].size > 0)
            *out_type = by_arena_text(&importing->arena, row.cells[column]);
    }
    return status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND
               ? by_table_rewind(importing->table, importing->error)
               : status;
}

static enum banyan_status
find_type(struct by_importing *importing, const char *said, const struct by_type **out_type)
{
    const char *name = said != NULL ? said : importing->options->type, *mapped = NULL;
    enum banyan_status status = BANYAN_OK;

    if (importing->mapping_text != NULL)
        status = by_mapping_type_of(by_bytes_of_text(importing->mapping_text), &importing->arena,
                                    &mapped, importing->error);
    if (status != BANYAN_OK)
        return status;
    if (name == NULL)
        name = mapped;
    if (status == BANYAN_OK && name == NULL)
        status = read_type(importing, &name);
    if (status != BANYAN_OK)
        return status;
    if (name == NULL)
        return by_fail(importing->error, BANYAN_ERR_USAGE,
                       "say what the rows are, such as --type site: banyan types lists the types");
    return by_fields_type(importing->node, by_bytes_of_text(name), out_type, importing->error);
}

/* Numbers with commas, and dates, are looked at before any is read. What other rows showed is not
 * learnt from a few anew. */
static enum banyan_status look_at_rows(struct by_importing *importing)
{
    enum banyan_status status = BANYAN_OK;
    struct by_row row;

    for (size_t i = 0; i < importing->part->mapping.column_count; i++)
        importing->part->mapping.columns[i].has_numbers = by_table_has_numbers(importing->table);
    for (int i = 0; i < 1000 && status == BANYAN_OK && !importing->is_mended; i++) {
        status = by_table_next(importing->table, &row, importing->error);
        if (status == BANYAN_OK)
            by_mapping_look(&importing->part->mapping, &row);
    }
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    return by_table_rewind(importing->table, importing->error);
}

/* Whole records say themselves what they are. */
static enum banyan_status check_records(struct by_importing *importing)
{
    const struct banyan_import *options = importing->options;

    importing->part->mapping.id_column = importing->part->mapping.version_column = BY_NO_COLUMN;
    if (options->mapping != NULL || options->key != NULL || options->type != NULL ||
        options->set_count > 0)
        return by_fail(importing->error, BANYAN_ERR_USAGE,
                       "%.200s holds whole records, which have their types and fields: there is "
                       "nothing to map",
                       importing->file);
    return BANYAN_OK;
}

/* What the table itself says counts where nobody says otherwise. */
static enum banyan_status find_mapping(struct by_importing *importing)
{
    importing->mapping_text = importing->options->mapping;
    if (importing->mapping_text != NULL)
        return BANYAN_OK;
    enum banyan_status status = by_mapping_in_header(by_table_header(importing->table),
                                                     &importing->arena, &importing->mapping_text);
    importing->is_mended = importing->mapping_text != NULL;
    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}

static enum banyan_status
map_columns(struct by_importing *importing, const struct by_type *type, const char *sheet)
{
    const struct by_row *header = by_table_header(importing->table);
    const struct banyan_import *options = importing->options;

    return importing->mapping_text != NULL
               ? by_mapping_read(by_bytes_of_text(importing->mapping_text), sheet, type, header,
                                 options->language, &importing->arena, &importing->part->mapping,
                                 importing->error)
               : by_mapping_guess(type, header, options->language, &importing->arena,
                                  &importing->part->mapping);
}

enum banyan_status
by_import_map_as(struct by_importing *importing, const struct by_type *type, const char *sheet)
{
    enum banyan_status status = find_mapping(importing);

    if (status == BANYAN_OK)
        status = map_columns(importing, type, sheet);
    return status == BANYAN_OK ? look_at_rows(importing) : by_fail_plain(importing->error, status);
}

static bool is_plain(const struct by_row *header)
{
    for (size_t i = 0; i < header->count; i++)
        for (size_t k = 0; k < header->cells[i].size; k++)
            if (header->cells[i].data[k] >= 0x80)
                return false;
    return true;
}

/* Headers of other letters may have been read in an encoding that the file is not in. */
static enum banyan_status fail_unknown(const struct by_importing *importing, const char *type)
{
    const char *guessed = by_table_guessed_encoding(importing->table);

    if (guessed != NULL && !is_plain(by_table_header(importing->table)))
        return by_fail(importing->error, BANYAN_ERR_INVALID,
                       "no column of the file, read as %s, is known as a field of %s: say its "
                       "encoding (--encoding), or give a mapping (--map), which --dry-run writes "
                       "for you to fill in",
                       guessed, type);
    return by_fail(importing->error, BANYAN_ERR_INVALID,
                   "no column of the file is known as a field of %s: give a mapping (--map), which "
                   "--dry-run writes for you to fill in",
                   type);
}

enum banyan_status
by_import_map(struct by_importing *importing, const char *said, const char *sheet)
{
    const struct banyan_import *options = importing->options;
    struct by_mapping *mapping = &importing->part->mapping;
    const struct by_type *type = NULL;
    enum banyan_status status = BANYAN_OK;

    if (by_table_is_of_records(importing->table))
        return check_records(importing);
    status = find_mapping(importing);
    if (status == BANYAN_OK)
        status = find_type(importing, said, &type);
    if (status != BANYAN_OK)
        return status;
    status = map_columns(importing, type, sheet);
    if (status == BANYAN_OK && sheet != NULL && !by_import_part_has_fields(importing->part))
        return BANYAN_OK; /* such a sheet is left out */
    for (size_t i = 0; i < options->set_count && status == BANYAN_OK; i++)
        status = by_mapping_set(mapping, options->sets[i], &importing->arena, importing->error);
    if (status == BANYAN_OK && options->key != NULL)
        status = by_mapping_set_key(mapping, options->key, importing->error);
    if (status != BANYAN_OK)
        return by_fail_plain(importing->error, status);
    if (by_import_part_has_fields(importing->part) || options->dry_run)
        return look_at_rows(importing);
    return fail_unknown(importing, type->name);
}
