#include "exchange/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/words.h"
#include "record/operation.h"

#define PATHS_MAX   4096u /* of one type; more can only be unknown fields, and are left out */
#define HEADER_SIZE 512u

/* A path that some record has. */
struct by_sheet_seen {
    struct by_bytes field, language;
    bool has_point, has_shape; /* of a geometry */
};

void by_sheet_deinit(struct by_sheet *sheet)
{
    by_arena_deinit(&sheet->arena);
    memset(sheet, 0, sizeof *sheet);
}

/* -- looking -- */

static enum banyan_status grow(struct by_sheet *sheet)
{
    size_t capacity = sheet->seen_capacity == 0 ? 64 : sheet->seen_capacity * 2;
    struct by_sheet_seen *seen = by_arena_array(&sheet->arena, capacity, sizeof *seen);

    if (seen == NULL)
        return BANYAN_ERR_MEMORY;
    if (sheet->seen_count > 0)
        memcpy(seen, sheet->seen, sheet->seen_count * sizeof *seen);
    sheet->seen = seen;
    sheet->seen_capacity = capacity;
    return BANYAN_OK;
}

static struct by_sheet_seen *
find_seen(const struct by_sheet *sheet, struct by_bytes field, struct by_bytes language)
{
    for (size_t i = 0; i < sheet->seen_count; i++)
        if (by_bytes_equal(sheet->seen[i].field, field) &&
            by_bytes_equal(sheet->seen[i].language, language))
            return &sheet->seen[i];
    return NULL;
}

/* NULL *out_seen past the bound. */
static enum banyan_status see(struct by_sheet *sheet, struct by_bytes field,
                              struct by_bytes language, struct by_sheet_seen **out_seen)
{
    enum banyan_status status = BANYAN_OK;

    *out_seen = find_seen(sheet, field, language);
    if (*out_seen != NULL || sheet->seen_count == PATHS_MAX)
        return BANYAN_OK;
    if (sheet->seen_count == sheet->seen_capacity)
        status = grow(sheet);
    if (status != BANYAN_OK)
        return status;
    *out_seen = &sheet->seen[sheet->seen_count];
    status = by_arena_copy(&sheet->arena, field, &(*out_seen)->field);
    if (status == BANYAN_OK)
        status = by_arena_copy(&sheet->arena, language, &(*out_seen)->language);
    sheet->seen_count += status == BANYAN_OK;
    return status;
}

static bool is_point(const struct by_value *value)
{
    const struct by_value *type = by_value_get(value, "type");
    const struct by_value *position = by_value_get(value, "coordinates");

    /* Two columns have no room for a height. */
    return type != NULL && type->kind == BY_VALUE_TEXT && position != NULL &&
           by_bytes_equal(type->bytes, by_bytes_of_text("Point")) &&
           position->kind == BY_VALUE_ARRAY && position->array.count == 2;
}

static enum banyan_status look_at(struct by_sheet *sheet, const struct by_pair *pair)
{
    const struct by_field *field = by_type_field_find(sheet->type, pair->key);
    const struct by_bytes none = {.size = 0};
    struct by_sheet_seen *seen = NULL;
    enum banyan_status status = BANYAN_OK;

    if (field == NULL || field->kind != BY_FIELD_MLTEXT || pair->value.kind != BY_VALUE_MAP) {
        status = see(sheet, pair->key, none, &seen);
        if (seen != NULL && field != NULL && field->kind == BY_FIELD_GEOMETRY) {
            seen->has_point = seen->has_point || is_point(&pair->value);
            seen->has_shape = seen->has_shape || !is_point(&pair->value);
        }
        return status;
    }
    for (size_t i = 0; i < pair->value.map.count && status == BANYAN_OK; i++)
        status = see(sheet, pair->key, pair->value.map.pairs[i].key, &seen);
    return status;
}

enum banyan_status by_sheet_look(struct by_sheet *sheet, const struct by_value *document)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++)
        status = look_at(sheet, &document->map.pairs[i]);
    return status;
}

/* -- columns -- */

/* The name as imports read it: "name.vi", "area_unit", "latitude". */
static void name_header(const struct by_sheet_column *column, char out_header[HEADER_SIZE])
{
    switch (column->part) {
    case BY_PART_ALL:
        (void)snprintf(out_header, HEADER_SIZE, "%s", column->path);
        return;
    case BY_PART_LATITUDE:
        (void)snprintf(out_header, HEADER_SIZE, "latitude");
        return;
    case BY_PART_LONGITUDE:
        (void)snprintf(out_header, HEADER_SIZE, "longitude");
        return;
    case BY_PART_UNIT:
    case BY_PART_CURRENCY:
    case BY_PART_DAY:
    case BY_PART_POLYGON:
    case BY_PART_CHOICE:
        (void)snprintf(out_header, HEADER_SIZE, "%s_%s", column->path,
                       by_part_word(column->part, "en"));
        return;
    }
}

/* For people: "Name (vi)", "Area (unit)", "Latitude". */
static void label_header(const struct by_sheet_column *column, const char *language,
                         char out_header[HEADER_SIZE])
{
    const char *label = by_label_pick(column->field->labels, column->field->label_count, language);
    const char *word = by_part_word(column->part, language);
    struct by_bytes field, tag;

    if (column->part == BY_PART_LATITUDE || column->part == BY_PART_LONGITUDE) {
        (void)snprintf(out_header, HEADER_SIZE, "%s", word);
        return;
    }
    by_path_split(by_bytes_of_text(column->path), &field, &tag);
    if (column->field->kind == BY_FIELD_MLTEXT && tag.size > 0)
        (void)snprintf(out_header, HEADER_SIZE, "%s (%.*s)", label, (int)tag.size,
                       (const char *)tag.data);
    else
        (void)snprintf(out_header, HEADER_SIZE, word[0] == 0 ? "%s" : "%s (%s)", label, word);
}

static enum banyan_status add_column(struct by_sheet *sheet, const struct by_field *field,
                                     const char *path, enum by_part part)
{
    struct by_sheet_column *column = &sheet->columns[sheet->column_count++];
    char header[HEADER_SIZE];

    *column = (struct by_sheet_column){.path = path, .field = field, .part = part};
    if (field != NULL && field->label_count > 0 && sheet->options.has_labels)
        label_header(column, sheet->options.language, header);
    else
        name_header(column, header);
    column->header = by_arena_text(&sheet->arena, by_bytes_of_text(header));
    return column->header == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

/* The columns of one path, besides the first: most fields have no more. */
static enum banyan_status add_parts(struct by_sheet *sheet, const struct by_field *field,
                                    const char *path, const struct by_sheet_seen *seen)
{
    enum banyan_status status = BANYAN_OK;
    bool has_shape = seen != NULL && seen->has_shape;
    bool has_point = seen == NULL || seen->has_point || sheet->options.has_all_fields;

    if (field == NULL || field->kind != BY_FIELD_GEOMETRY)
        status = add_column(sheet, field, path, BY_PART_ALL);
    else if (has_point) {
        status = add_column(sheet, field, path, BY_PART_LATITUDE);
        if (status == BANYAN_OK)
            status = add_column(sheet, field, path, BY_PART_LONGITUDE);
    }
    if (status == BANYAN_OK && field != NULL && field->kind == BY_FIELD_GEOMETRY && has_shape)
        status = add_column(sheet, field, path, BY_PART_ALL);
    if (status == BANYAN_OK && field != NULL && field->kind == BY_FIELD_QUANTITY)
        status = add_column(sheet, field, path, BY_PART_UNIT);
    if (status == BANYAN_OK && field != NULL && field->kind == BY_FIELD_MONEY)
        status = add_column(sheet, field, path, BY_PART_CURRENCY);
    if (status == BANYAN_OK && field != NULL && field->kind == BY_FIELD_MONEY)
        status = add_column(sheet, field, path, BY_PART_DAY);
    return status;
}

static int order_seen(const void *a, const void *b)
{
    const struct by_sheet_seen *left = a, *right = b;
    int order = by_bytes_compare(left->field, right->field);

    return order != 0 ? order : by_bytes_compare(left->language, right->language);
}

static const char *path_of(struct by_sheet *sheet, const struct by_sheet_seen *seen)
{
    size_t size = seen->field.size + 1 + seen->language.size;
    char *path = by_arena_alloc(&sheet->arena, size + 1);

    if (path == NULL)
        return NULL;
    (void)snprintf(path, size + 1, seen->language.size == 0 ? "%.*s%.*s" : "%.*s.%.*s",
                   (int)seen->field.size, (const char *)seen->field.data, (int)seen->language.size,
                   seen->language.size == 0 ? "" : (const char *)seen->language.data);
    return path;
}

static enum banyan_status
add_seen(struct by_sheet *sheet, const struct by_field *field, const struct by_sheet_seen *seen)
{
    const char *path = path_of(sheet, seen);

    return path == NULL ? BANYAN_ERR_MEMORY : add_parts(sheet, field, path, seen);
}

/* A field that no record has, where all are wanted: one language, that of the reader. */
static enum banyan_status add_unseen(struct by_sheet *sheet, const struct by_field *field)
{
    const char *language = sheet->options.language == NULL ? "en" : sheet->options.language;
    const struct by_sheet_seen unseen = {
        .field = by_bytes_of_text(field->name),
        .language = by_bytes_of_text(field->kind == BY_FIELD_MLTEXT ? language : ""),
        .has_point = true};

    return add_seen(sheet, field, &unseen);
}

static enum banyan_status add_field(struct by_sheet *sheet, const struct by_field *field)
{
    struct by_bytes name = by_bytes_of_text(field->name);
    bool is_seen = false;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < sheet->seen_count && status == BANYAN_OK; i++) {
        if (!by_bytes_equal(sheet->seen[i].field, name))
            continue;
        status = add_seen(sheet, field, &sheet->seen[i]);
        is_seen = true;
    }
    return status == BANYAN_OK && !is_seen && sheet->options.has_all_fields
               ? add_unseen(sheet, field)
               : status;
}

enum banyan_status by_sheet_settle(struct by_sheet *sheet)
{
    size_t envelope_count, own_count = sheet->type == NULL ? 0 : sheet->type->field_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);
    size_t room = 3 * (sheet->seen_count + own_count + envelope_count) + 1;
    enum banyan_status status = BANYAN_OK;

    sheet->columns = by_arena_array(&sheet->arena, room, sizeof sheet->columns[0]);
    if (sheet->columns == NULL)
        return BANYAN_ERR_MEMORY;
    if (sheet->seen_count > 0)
        qsort(sheet->seen, sheet->seen_count, sizeof sheet->seen[0], order_seen);
    for (size_t i = 0; i < own_count && status == BANYAN_OK; i++)
        status = add_field(sheet, &sheet->type->fields[i]);
    for (size_t i = 0; i < envelope_count && status == BANYAN_OK; i++)
        status = add_field(sheet, &envelope[i]);
    for (size_t i = 0; i < sheet->seen_count && status == BANYAN_OK; i++)
        if (by_type_field_find(sheet->type, sheet->seen[i].field) == NULL)
            status = add_seen(sheet, NULL, &sheet->seen[i]);
    return status;
}
