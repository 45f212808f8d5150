/*
 * Which tables of a file come in: the sheets that are asked for, and what repeats within the rows
 * of one, as forms of Kobo and ODK have it. Each is mapped as a table by itself.
 *
 * Kobo writes a sheet for each repeat group, with `_parent_table_name` and `_parent_index`, which
 * is the `_index` of a row there. ODK Central writes a file for each, where PARENT_KEY is the KEY
 * of a row. Lists of objects in JSON are read as if they had such columns (exchange/table.h).
 */
#include "import/parts.h"

#include <string.h>
#include <strings.h>

#define REPEAT_BYTES_MAX 31u

/* -- headers that say how tables hang together -- */

static const struct {
    const char *index, *parent_index, *parent_table;
} conventions[] = {{"_index", "_parent_index", "_parent_table_name"},
                   {"KEY", "PARENT_KEY", NULL},
                   {BY_ROW_HEADER, BY_PARENT_ROW_HEADER, NULL}};
#define CONVENTION_COUNT (sizeof conventions / sizeof conventions[0])

static size_t find_column(const struct by_row *header, const char *name)
{
    for (size_t i = 0; name != NULL && i < header->count; i++)
        if (by_bytes_equal(header->cells[i], by_bytes_of_text(name)))
            return i;
    return BY_NO_COLUMN;
}

static void look_at_header(struct by_importing *importing, struct by_import_part *part)
{
    const struct by_row *header = by_table_header(importing->table);

    part->header_row = header->number;
    part->index_column = part->parent_column = BY_NO_COLUMN;
    for (size_t i = 0; i < CONVENTION_COUNT; i++) {
        if (part->index_column == BY_NO_COLUMN)
            part->index_column = find_column(header, conventions[i].index);
        if (part->parent_column == BY_NO_COLUMN)
            part->parent_column = find_column(header, conventions[i].parent_index);
    }
}

static struct by_bytes last_word(struct by_bytes path, char mark)
{
    size_t at = path.size;

    while (at > 0 && path.data[at - 1] != (uint8_t)mark)
        at--;
    return by_bytes_of(path.data + at, path.size - at);
}

/* What the form calls a repetition: names of sheets are cut at 31 characters, so all are. */
static struct by_bytes repeat_name(const struct by_importing *importing, const char *name)
{
    struct by_bytes word = last_word(by_bytes_of_text(name), '/');
    size_t count = 0;
    const struct by_table_part *parts = by_table_parts(importing->table, &count);
    size_t size = count == 0 ? 0 : strlen(parts[importing->parts[0].at].name);

    /* ODK Central: form.csv and form-visits.csv */
    if (word.size > size + 1 && size > 0 && word.data[size] == '-' &&
        memcmp(word.data, parts[importing->parts[0].at].name, size) == 0)
        word = last_word(by_bytes_of(word.data + size + 1, word.size - size - 1), '-');
    word.size = word.size < REPEAT_BYTES_MAX ? word.size : REPEAT_BYTES_MAX;
    return word;
}

/* -- which table one repeats within -- */

static size_t part_called(const struct by_importing *importing, struct by_bytes name)
{
    size_t count;
    const struct by_table_part *parts = by_table_parts(importing->table, &count);

    for (size_t i = 0; i < importing->part_count; i++) {
        struct by_bytes called = importing->parts[i].parent == BY_NO_PART
                                     ? by_bytes_of_text(parts[importing->parts[i].at].name)
                                     : importing->parts[i].repeat;

        if (called.size > 0 && called.size <= name.size &&
            memcmp(called.data, name.data, called.size) == 0 &&
            (called.size == name.size || called.size >= REPEAT_BYTES_MAX))
            return i;
    }
    return BY_NO_PART;
}

/* "uuid:1/visits[2]" is a row of what is called visits; "uuid:1" one of the form itself. */
static size_t part_of_key(const struct by_importing *importing, struct by_bytes key)
{
    struct by_bytes name = last_word(key, '/');
    size_t size = 0;

    if (name.size == key.size)
        return 0;
    while (size < name.size && name.data[size] != '[')
        size++;
    return part_called(importing, by_bytes_of(name.data, size));
}

/* By the first row of the table at work. BY_NO_PART where that one does not come in. */
static enum banyan_status
find_parent(struct by_importing *importing, const struct by_import_part *part, size_t *out_parent)
{
    size_t table_column =
        find_column(by_table_header(importing->table), conventions[0].parent_table);
    size_t count;
    const struct by_table_part *table = &by_table_parts(importing->table, &count)[part->at];
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    *out_parent = BY_NO_PART;
    if (part->parent_column == BY_NO_COLUMN)
        return BANYAN_OK;
    for (size_t i = 0; i < importing->part_count && table->within != BY_NO_PART; i++)
        if (importing->parts[i].at == table->within)
            *out_parent = i;
    if (table->within != BY_NO_PART)
        return BANYAN_OK;
    status = by_table_next(importing->table, &row, importing->error);
    if (status == BANYAN_ERR_NOT_FOUND)
        return by_table_rewind(importing->table, importing->error);
    if (status != BANYAN_OK)
        return status;
    if (table_column != BY_NO_COLUMN && table_column < row.count)
        *out_parent = part_called(importing, row.cells[table_column]);
    else if (part->parent_column < row.count)
        *out_parent = part_of_key(importing, row.cells[part->parent_column]);
    if (*out_parent != BY_NO_PART && importing->parts[*out_parent].index_column == BY_NO_COLUMN)
        *out_parent = BY_NO_PART;
    return by_table_rewind(importing->table, importing->error);
}

/* -- parts, and what is none -- */

static struct by_import_part *last_part(struct by_importing *importing)
{
    return &importing->parts[importing->part_count - 1];
}

static enum banyan_status
leave_out(struct by_importing *importing, const char *name, const char *reason, bool is_said)
{
    importing->left_out[importing->left_out_count++] =
        (struct by_import_left_out){name, reason, is_said};
    return BANYAN_OK;
}

static bool is_taken(const struct by_importing *importing, size_t at)
{
    for (size_t i = 0; i < importing->part_count; i++)
        if (importing->parts[i].at == at)
            return true;
    return false;
}

/* Comes in, or was left out with a reason. */
static bool is_known(const struct by_importing *importing, size_t at)
{
    size_t count;
    const char *name = by_table_parts(importing->table, &count)[at].name;

    for (size_t i = 0; i < importing->left_out_count; i++)
        if (strcmp(importing->left_out[i].name, name) == 0)
            return true;
    return is_taken(importing, at);
}

bool by_import_part_has_fields(const struct by_import_part *part)
{
    for (size_t i = 0; i < part->mapping.column_count; i++)
        if (part->mapping.columns[i].path != NULL)
            return true;
    return false;
}

static enum banyan_status
sheet_said(struct by_importing *importing, const char *name, struct by_mapping_sheet *out_said)
{
    *out_said = (struct by_mapping_sheet){.is_said = false};
    return importing->options->mapping == NULL || name == NULL
               ? BANYAN_OK
               : by_mapping_sheet_of(by_bytes_of_text(importing->options->mapping), name,
                                     &importing->arena, out_said, importing->error);
}

/* The table at work, as a part of its own or within another. */
static enum banyan_status add_part(struct by_importing *importing, size_t at, const char *name)
{
    if (importing->part_count == BY_IMPORT_PARTS_MAX)
        return by_fail(importing->error, BANYAN_ERR_TOO_LARGE,
                       "the file has more than %u sheets: choose some with --sheet",
                       BY_IMPORT_PARTS_MAX);
    importing->part_count++;
    *last_part(importing) = (struct by_import_part){.name = name, .at = at, .parent = BY_NO_PART};
    importing->part = last_part(importing);
    look_at_header(importing, importing->part);
    if (importing->part_count > 1)
        return BANYAN_OK;
    importing->reading =
        by_arena_text(&importing->arena, by_bytes_of_text(by_table_reading(importing->table)));
    return importing->reading == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static void drop_part(struct by_importing *importing)
{
    importing->part_count--;
    importing->part = importing->parts;
}

/* -- what repeats -- */

static enum banyan_status map_repeat(struct by_importing *importing, const struct by_type *type,
                                     const char *name, const struct by_mapping_sheet *said)
{
    struct by_import_part *part = importing->part;
    enum banyan_status status = by_import_map_as(importing, type, name);

    /* how rows are told is said above, unless the mapping says it */
    if (status == BANYAN_OK && !said->has_key) {
        part->mapping.has_key = false;
        for (size_t i = 0; i < part->mapping.column_count; i++)
            part->mapping.columns[i].is_key = false;
    }
    for (size_t i = 0; i < part->mapping.column_count && status == BANYAN_OK; i++)
        if (part->mapping.columns[i].field == part->link && !part->is_listed)
            part->mapping.columns[i].path = NULL;
    return status;
}

/* What comes in as records of its own is no text of the rows that it repeats within. */
static void unmap_list(struct by_importing *importing, const struct by_import_part *part)
{
    size_t count;
    const char *column = by_table_parts(importing->table, &count)[part->at].column;
    struct by_mapping *mapping = &importing->parts[part->parent].mapping;

    for (size_t i = 0; column != NULL && i < mapping->column_count; i++)
        if (by_bytes_equal(mapping->columns[i].header, by_bytes_of_text(column)))
            mapping->columns[i].path = NULL;
}

/* It is one of several now; the objects of JSON have the name of the file. */
static void name_first(struct by_importing *importing)
{
    size_t count;
    const char *name = by_table_parts(importing->table, &count)[importing->parts[0].at].name;

    importing->parts[0].name = name[0] == 0 ? importing->file : name;
}

static enum banyan_status take_repeat(struct by_importing *importing, size_t at, size_t parent)
{
    struct by_import_part *part = importing->part;
    const struct by_type *within = importing->parts[parent].mapping.type, *type = NULL;
    struct by_mapping_sheet said;
    size_t count;
    const char *name = by_table_parts(importing->table, &count)[at].name, *mapped = name;
    enum banyan_status status = sheet_said(importing, name, &said);

    part->name = name;
    part->parent = parent;
    part->repeat = repeat_name(importing, name);
    /* the mapping may call it as the form does, and not as the file */
    if (status == BANYAN_OK && !said.is_said) {
        mapped = by_arena_text(&importing->arena, part->repeat);
        status = mapped == NULL ? BANYAN_ERR_MEMORY : sheet_said(importing, mapped, &said);
    }
    if (status == BANYAN_OK && said.is_left_out) {
        drop_part(importing);
        return leave_out(importing, name, "", true);
    }
    if (status == BANYAN_OK)
        status = said.is_said ? by_import_repeat_said(importing, within, &said, &type)
                              : by_import_repeat_guess(importing, within, &type);
    if (status == BANYAN_OK && type == NULL) {
        drop_part(importing);
        return leave_out(importing, name,
                         N_("it repeats within rows, and which records those are is not said: give "
                            "its type, and parent or list, in the mapping"),
                         false);
    }
    if (status == BANYAN_OK && importing->parts[0].name == NULL)
        name_first(importing);
    if (status == BANYAN_OK)
        status = map_repeat(importing, type, mapped, &said);
    if (status == BANYAN_OK)
        unmap_list(importing, part);
    if (status != BANYAN_OK || by_import_part_has_fields(part))
        return status;
    drop_part(importing);
    return leave_out(importing, name, N_("no column of it is known as a field"), false);
}

/* *out_is_one: the table is a part now, or was left out. */
static enum banyan_status try_repeat(struct by_importing *importing, size_t at, bool *out_is_one)
{
    size_t parent = BY_NO_PART;
    enum banyan_status status = by_table_choose(importing->table, at, importing->error);

    *out_is_one = false;
    if (status == BANYAN_ERR_NOT_FOUND) { /* nothing stands in it */
        *out_is_one = true;
        return BANYAN_OK;
    }
    if (status == BANYAN_OK)
        status = add_part(importing, at, NULL);
    if (status != BANYAN_OK)
        return status;
    status = find_parent(importing, importing->part, &parent);
    if (status == BANYAN_OK && parent != BY_NO_PART) {
        *out_is_one = true;
        return take_repeat(importing, at, parent);
    }
    drop_part(importing);
    return status;
}

/* All tables that repeat within one that is there, and within those. */
static enum banyan_status find_repeats(struct by_importing *importing, const bool *is_asked)
{
    size_t count;
    const struct by_table_part *parts = by_table_parts(importing->table, &count);
    bool *is_done = by_arena_array(&importing->arena, count + 1, sizeof *is_done);
    bool goes_on = true;
    enum banyan_status status = is_done == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        is_done[i] =
            is_taken(importing, i) || parts[i].is_hidden || (is_asked != NULL && !is_asked[i]);
    while (goes_on && status == BANYAN_OK) {
        goes_on = false;
        for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
            if (is_done[i])
                continue;
            status = try_repeat(importing, i, &is_done[i]);
            goes_on = goes_on || is_done[i];
        }
    }
    return status;
}

/* -- sheets by themselves -- */

static enum banyan_status take_sheet(struct by_importing *importing, size_t at, bool is_alone)
{
    size_t count;
    const char *name = by_table_parts(importing->table, &count)[at].name;
    struct by_mapping_sheet said;
    enum banyan_status status = sheet_said(importing, name, &said);

    if (status == BANYAN_OK && said.is_left_out)
        return leave_out(importing, name, "", true);
    if (status == BANYAN_OK)
        status = by_table_choose(importing->table, at, importing->error);
    if (status == BANYAN_ERR_NOT_FOUND)
        return leave_out(importing, name, N_("nothing stands in it"), false);
    if (status == BANYAN_OK)
        status = add_part(importing, at, is_alone ? NULL : name);
    if (status == BANYAN_OK && !is_alone && importing->part->parent_column != BY_NO_COLUMN) {
        drop_part(importing); /* looked at again once all that may have it are there */
        return BANYAN_OK;
    }
    if (status == BANYAN_OK)
        status = by_import_map(importing, said.type, is_alone ? NULL : name);
    if (status != BANYAN_OK || is_alone || by_import_part_has_fields(importing->part))
        return status;
    drop_part(importing);
    return leave_out(importing, name, N_("no column of it is known as a field"), false);
}

static void ask_all(const struct by_importing *importing, bool *is_asked)
{
    size_t count;
    const struct by_table_part *parts = by_table_parts(importing->table, &count);

    for (size_t i = 0; i < count; i++)
        is_asked[i] = !parts[i].is_hidden;
}

static enum banyan_status ask(struct by_importing *importing, const char *sheet, bool *is_asked)
{
    size_t part = 0;
    enum banyan_status status = by_table_find(importing->table, sheet, &part, importing->error);

    if (status == BANYAN_OK)
        is_asked[part] = true;
    return status;
}

/* What the mapping names comes in without being asked for. */
static enum banyan_status ask_mapped(struct by_importing *importing, bool *is_asked)
{
    size_t count;
    const struct by_table_part *parts = by_table_parts(importing->table, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_mapping_sheet said;

        status = sheet_said(importing, parts[i].name, &said);
        if (said.is_said && !said.is_left_out && said.parent == NULL && said.list == NULL)
            is_asked[i] = true;
    }
    is_asked[by_table_part(importing->table)] = true;
    return status;
}

static enum banyan_status take_asked(struct by_importing *importing, const bool *is_asked)
{
    size_t count, asked = 0;
    enum banyan_status status = BANYAN_OK;

    (void)by_table_parts(importing->table, &count);
    for (size_t i = 0; i < count; i++)
        asked += is_asked[i];
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (is_asked[i])
            status = take_sheet(importing, i, asked == 1);
    return status;
}

static enum banyan_status find_parts(struct by_importing *importing)
{
    const struct banyan_import *options = importing->options;
    bool is_all = options->sheet_count == 1 && strcasecmp(options->sheets[0], "all") == 0;
    size_t count;
    bool *is_asked = NULL;
    enum banyan_status status = BANYAN_OK;

    (void)by_table_parts(importing->table, &count);
    is_asked = by_arena_array(&importing->arena, count + 1, sizeof *is_asked);
    if (is_asked == NULL)
        return BANYAN_ERR_MEMORY;
    memset(is_asked, 0, count);
    if (is_all)
        ask_all(importing, is_asked);
    else if (options->sheet_count == 0)
        status = ask_mapped(importing, is_asked);
    for (size_t i = 0; i < options->sheet_count && !is_all && status == BANYAN_OK; i++)
        status = ask(importing, options->sheets[i], is_asked);
    if (status == BANYAN_OK)
        status = take_asked(importing, is_asked);
    if (status == BANYAN_OK && importing->part_count > 0 && count > 1)
        status = find_repeats(importing, options->sheet_count > 0 ? is_asked : NULL);
    for (size_t i = 0; i < count && status == BANYAN_OK && options->sheet_count > 0; i++)
        if (is_asked[i] && !is_known(importing, i))
            status =
                leave_out(importing, by_table_parts(importing->table, &count)[i].name,
                          N_("it repeats within the rows of a table that does not come in"), false);
    return status;
}

/* -- records that list what repeats -- */

/* How many rows repeat within each row of the parent. */
static enum banyan_status count_rows(struct by_importing *importing, size_t at)
{
    const struct by_import_part *part = &importing->parts[at];
    struct by_row row;
    enum banyan_status status = by_import_part_begin(importing, at);

    while (status == BANYAN_OK) {
        struct by_import_linked *linked = NULL;
        struct by_id key;

        status = by_table_next(importing->table, &row, importing->error);
        if (status != BANYAN_OK)
            break;
        key = by_import_link_key(BY_IMPORT_PARTS_MAX + at, part->parent_column < row.count
                                                               ? row.cells[part->parent_column]
                                                               : by_bytes_of(NULL, 0));
        linked = by_import_links_at(importing->links, &key);
        if (linked == NULL)
            return BANYAN_ERR_MEMORY;
        linked->count++;
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_import_parts_find(struct by_importing *importing)
{
    size_t count;
    enum banyan_status status = BANYAN_OK;

    (void)by_table_parts(importing->table, &count);
    importing->parts =
        by_arena_array(&importing->arena, BY_IMPORT_PARTS_MAX, sizeof importing->parts[0]);
    importing->left_out = by_arena_array(&importing->arena, count + 1, sizeof *importing->left_out);
    if (importing->parts == NULL || importing->left_out == NULL)
        return by_fail_plain(importing->error, BANYAN_ERR_MEMORY);
    status = find_parts(importing);
    if (status == BANYAN_OK && importing->part_count == 0)
        status = by_fail(importing->error, BANYAN_ERR_INVALID,
                         "no sheet has a column that is known as a field: give a mapping (--map), "
                         "which --dry-run writes for you to fill in");
    for (size_t i = 0; i < importing->part_count && status == BANYAN_OK; i++)
        if (importing->parts[i].is_listed)
            status = count_rows(importing, i);
    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}

enum banyan_status by_import_part_begin(struct by_importing *importing, size_t at)
{
    importing->part = &importing->parts[at];
    return by_table_choose(importing->table, importing->part->at, importing->error);
}

bool by_import_part_has_key(const struct by_import_part *part)
{
    return part->mapping.has_key || part->parent != BY_NO_PART;
}

/* -- as a file -- */

/* What the first says stands for all that are like it. */
static bool
is_mapped_alike(const struct by_importing *importing, size_t at, enum banyan_status *io_status)
{
    struct by_buffer first = BY_BUFFER_INIT(SIZE_MAX), other = BY_BUFFER_INIT(SIZE_MAX);
    bool is_alike = false;

    if (*io_status == BANYAN_OK)
        *io_status = by_mapping_write(&importing->parts[0].mapping, &first);
    if (*io_status == BANYAN_OK)
        *io_status = by_mapping_write(&importing->parts[at].mapping, &other);
    is_alike =
        *io_status == BANYAN_OK && by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&other));
    by_buffer_deinit(&first);
    by_buffer_deinit(&other);
    return is_alike;
}

enum banyan_status
by_import_parts_write(const struct by_importing *importing, struct by_buffer *out)
{
    struct by_mapping_named named[BY_IMPORT_PARTS_MAX * 2];
    size_t count = 0;
    enum banyan_status status = BANYAN_OK;

    if (importing->part_count == 0 || importing->parts[0].mapping.type == NULL)
        return BANYAN_OK;
    for (size_t i = 0; i < importing->part_count; i++) {
        const struct by_import_part *part = &importing->parts[i];

        if (i > 0 && part->parent == BY_NO_PART && is_mapped_alike(importing, i, &status))
            continue;
        named[count] = (struct by_mapping_named){.name = part->name, .mapping = &part->mapping};
        if (part->parent != BY_NO_PART)
            *(part->is_listed ? &named[count].list : &named[count].parent) = part->link->name;
        count++;
    }
    for (size_t i = 0; i < importing->left_out_count && count < sizeof named / sizeof named[0]; i++)
        named[count++] = (struct by_mapping_named){.name = importing->left_out[i].name};
    return status == BANYAN_OK ? by_mapping_write_sheets(named, count, out) : status;
}
