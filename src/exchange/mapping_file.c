/*
 * Mappings as files.
 */
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "exchange/mapping.h"

static const struct {
    const char *word;
    enum by_part part;
} parts[] = {{"latitude", BY_PART_LATITUDE}, {"longitude", BY_PART_LONGITUDE},
             {"unit", BY_PART_UNIT},         {"currency", BY_PART_CURRENCY},
             {"date", BY_PART_DAY},          {"choice", BY_PART_CHOICE},
             {"polygon", BY_PART_POLYGON}};
static const struct {
    const char *word;
    enum by_date_order order;
} orders[] = {{"ymd", BY_DATES_ISO}, {"dmy", BY_DATES_DMY}, {"mdy", BY_DATES_MDY}};

static const struct {
    const char *word;
    enum by_comma comma;
} commas[] = {{"decimal", BY_COMMA_DECIMAL}, {"thousands", BY_COMMA_THOUSANDS}};

struct reading {
    const struct by_type *type;
    struct by_mapping *mapping;
    struct by_arena *arena;
    struct banyan_error *error;
};

/* A sentence about the column, which stands for its place. */
#define fail_column(reading, column, sentence)                                                     \
    by_fail((reading)->error, BANYAN_ERR_INVALID, sentence,                                        \
            (int)((column)->header.size < 200 ? (column)->header.size : 200),                      \
            (const char *)(column)->header.data)

static bool is_text(const struct by_value *value)
{
    return value != NULL && value->kind == BY_VALUE_TEXT;
}

/* -- reading one column -- */

static enum banyan_status
read_path(const struct reading *reading, struct by_mapping_column *column, struct by_bytes path)
{
    size_t size = 0;

    while (size < path.size && path.data[size] != '.')
        size++;
    column->field = by_type_field_find(reading->type, by_bytes_of(path.data, size));
    if (column->field == NULL)
        return by_fail(reading->error, BANYAN_ERR_INVALID,
                       "in the mapping, the column \"%.*s\" goes to '%.*s', which is no field of "
                       "%s: banyan types %s lists them",
                       (int)(column->header.size < 200 ? column->header.size : 200),
                       (const char *)column->header.data, (int)(path.size < 100 ? path.size : 100),
                       (const char *)path.data, reading->type->name, reading->type->name);
    column->path = by_arena_text(reading->arena, path);
    return column->path == NULL ? by_fail_plain(reading->error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

static enum banyan_status read_part(const struct reading *reading, struct by_mapping_column *column,
                                    const struct by_value *word)
{
    column->part = BY_PART_ALL;
    if (word == NULL)
        return BANYAN_OK;
    for (size_t i = 0; is_text(word) && i < sizeof parts / sizeof parts[0]; i++)
        if (by_bytes_equal(word->bytes, by_bytes_of_text(parts[i].word))) {
            column->part = parts[i].part;
            return BANYAN_OK;
        }
    return fail_column(reading, column,
                       "in the mapping, the column \"%.*s\" has a \"part\" that is none of "
                       "latitude, longitude, unit, currency, date, choice, polygon");
}

static enum banyan_status read_dates(const struct reading *reading,
                                     struct by_mapping_column *column, const struct by_value *word)
{
    column->dates = BY_DATES_ISO;
    if (word == NULL)
        return BANYAN_OK;
    for (size_t i = 0; is_text(word) && i < sizeof orders / sizeof orders[0]; i++)
        if (by_bytes_equal(word->bytes, by_bytes_of_text(orders[i].word))) {
            column->dates = orders[i].order;
            return BANYAN_OK;
        }
    return fail_column(
        reading, column,
        "in the mapping, the column \"%.*s\" has \"dates\" that are none of ymd, dmy, mdy");
}

static enum banyan_status read_comma(const struct reading *reading,
                                     struct by_mapping_column *column, const struct by_value *word)
{
    column->comma = BY_COMMA_UNKNOWN;
    if (word == NULL)
        return BANYAN_OK;
    for (size_t i = 0; is_text(word) && i < sizeof commas / sizeof commas[0]; i++)
        if (by_bytes_equal(word->bytes, by_bytes_of_text(commas[i].word))) {
            column->comma = commas[i].comma;
            return BANYAN_OK;
        }
    return fail_column(reading, column,
                       "in the mapping, the column \"%.*s\" has a \"comma\" that is none of "
                       "decimal, thousands");
}

static enum banyan_status read_point(const struct reading *reading,
                                     struct by_mapping_column *column, const struct by_value *word)
{
    column->has_points = word != NULL;
    if (word == NULL || (is_text(word) && by_bytes_equal(word->bytes, by_bytes_of_text("decimal"))))
        return BANYAN_OK;
    return fail_column(reading, column,
                       "in the mapping, the column \"%.*s\" has a \"point\" that is not decimal");
}

static enum banyan_status read_unit(const struct reading *reading, struct by_mapping_column *column,
                                    const struct by_value *unit)
{
    column->unit = NULL;
    if (unit == NULL)
        return BANYAN_OK;
    if (!is_text(unit))
        return fail_column(reading, column,
                           "in the mapping, the column \"%.*s\" has a \"unit\" that is no text");
    column->unit = by_arena_text(reading->arena, unit->bytes);
    return column->unit == NULL ? by_fail_plain(reading->error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

static enum banyan_status read_values(const struct reading *reading,
                                      struct by_mapping_column *column,
                                      const struct by_value *values)
{
    struct by_mapping_value *kept = NULL;

    column->value_count = 0;
    if (values == NULL)
        return BANYAN_OK;
    if (values->kind != BY_VALUE_MAP)
        return fail_column(
            reading, column,
            "in the mapping, the column \"%.*s\" has \"values\" that are no {cell: value}");
    kept = by_arena_array(reading->arena, values->map.count + 1, sizeof *kept);
    if (kept == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < values->map.count; i++) {
        const struct by_pair *pair = &values->map.pairs[i];

        if (!is_text(&pair->value))
            return fail_column(reading, column,
                               "in the mapping, the column \"%.*s\" has a value for a cell that is "
                               "no text; \"\" leaves it out");
        kept[i] = (struct by_mapping_value){.cell = pair->key, .value = pair->value.bytes};
    }
    column->values = kept;
    column->value_count = values->map.count;
    return BANYAN_OK;
}

static enum banyan_status read_column(const struct reading *reading,
                                      struct by_mapping_column *column,
                                      const struct by_value *value)
{
    static const char *const known[] = {"field", "part",  "unit",  "dates",
                                        "comma", "point", "values"};
    const struct by_value *field = by_value_get(value, "field");
    enum banyan_status status = BANYAN_OK;

    column->path = NULL;
    if (value->kind == BY_VALUE_NIL)
        return BANYAN_OK;
    if (value->kind == BY_VALUE_TEXT)
        return read_path(reading, column, value->bytes);
    if (!is_text(field))
        return fail_column(reading, column,
                           "in the mapping, the column \"%.*s\" is neither a field, nor null, nor "
                           "{\"field\": ...}");
    for (size_t i = 0; i < value->map.count; i++) {
        bool is_known = false;

        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known =
                is_known || by_bytes_equal(value->map.pairs[i].key, by_bytes_of_text(known[k]));
        if (!is_known)
            return fail_column(reading, column,
                               "in the mapping, the column \"%.*s\" has a word that is none of "
                               "field, part, unit, dates, comma, point, values");
    }
    status = read_path(reading, column, field->bytes);
    if (status == BANYAN_OK)
        status = read_part(reading, column, by_value_get(value, "part"));
    if (status == BANYAN_OK)
        status = read_unit(reading, column, by_value_get(value, "unit"));
    if (status == BANYAN_OK)
        status = read_dates(reading, column, by_value_get(value, "dates"));
    if (status == BANYAN_OK)
        status = read_comma(reading, column, by_value_get(value, "comma"));
    if (status == BANYAN_OK)
        status = read_point(reading, column, by_value_get(value, "point"));
    if (status == BANYAN_OK)
        status = read_values(reading, column, by_value_get(value, "values"));
    return status;
}

static bool is_normal(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= 0x80 || text.data[i] == '\r')
            return false;
    return true;
}

/* As JSON has it: in normal form C, whatever the table has. */
static bool is_header(struct by_bytes header, struct by_bytes name)
{
    struct by_buffer normal = BY_BUFFER_INIT(SIZE_MAX);
    bool is_it = by_bytes_equal(header, name);

    if (is_it || is_normal(header))
        return is_it;
    is_it = by_text_normalise(header, &normal) == BANYAN_OK &&
            by_bytes_equal(by_buffer_bytes(&normal), name);
    by_buffer_deinit(&normal);
    return is_it;
}

static struct by_mapping_column *find_column(struct by_mapping *mapping, struct by_bytes header)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (is_header(mapping->columns[i].header, header))
            return &mapping->columns[i];
    return NULL;
}

/* A column that this month's file lacks is no fault. */
static enum banyan_status read_columns(const struct reading *reading, const struct by_value *map)
{
    enum banyan_status status = BANYAN_OK;

    if (map == NULL)
        return BANYAN_OK;
    if (map->kind != BY_VALUE_MAP)
        return by_fail(reading->error, BANYAN_ERR_INVALID,
                       "in the mapping, \"columns\" is no {header: field}");
    for (size_t i = 0; i < map->map.count && status == BANYAN_OK; i++) {
        struct by_mapping_column *column = find_column(reading->mapping, map->map.pairs[i].key);

        if (column != NULL)
            status = read_column(reading, column, &map->map.pairs[i].value);
    }
    return status;
}

/* -- the rest of the file -- */

static enum banyan_status check_words(const struct reading *reading, const struct by_value *map)
{
    static const char *const known[] = {"type",   "key",    "set", "columns",
                                        "sheets", "parent", "list"};

    for (size_t i = 0; i < map->map.count; i++) {
        bool is_known = false;

        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known =
                is_known || by_bytes_equal(map->map.pairs[i].key, by_bytes_of_text(known[k]));
        if (!is_known)
            return by_fail(
                reading->error, BANYAN_ERR_INVALID,
                "in the mapping, \"%.*s\" is none of type, key, set, columns, sheets, and within "
                "these parent, list",
                (int)(map->map.pairs[i].key.size < 100 ? map->map.pairs[i].key.size : 100),
                (const char *)map->map.pairs[i].key.data);
    }
    return BANYAN_OK;
}

/* What is set in every row goes to a field that is there. */
static enum banyan_status check_set(const struct reading *reading, struct by_bytes path)
{
    size_t size = 0;

    while (size < path.size && path.data[size] != '.')
        size++;
    if (by_type_field_find(reading->type, by_bytes_of(path.data, size)) != NULL)
        return BANYAN_OK;
    return by_fail(reading->error, BANYAN_ERR_INVALID,
                   "in the mapping, \"set\" names '%.*s', which is no field of %s: banyan types %s "
                   "lists them",
                   (int)(path.size < 100 ? path.size : 100), (const char *)path.data,
                   reading->type->name, reading->type->name);
}

static enum banyan_status read_set(const struct reading *reading, const struct by_value *map)
{
    struct by_mapping *mapping = reading->mapping;

    if (map == NULL)
        return BANYAN_OK;
    if (map->kind != BY_VALUE_MAP)
        return by_fail(reading->error, BANYAN_ERR_INVALID,
                       "in the mapping, \"set\" is no {field: value}");
    mapping->sets = by_arena_array(reading->arena, map->map.count + 1, sizeof mapping->sets[0]);
    if (mapping->sets == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < map->map.count; i++) {
        const struct by_pair *pair = &map->map.pairs[i];
        struct by_mapping_set *set = &mapping->sets[i];
        enum banyan_status status = check_set(reading, pair->key);

        if (status != BANYAN_OK)
            return status;
        if (!is_text(&pair->value))
            return by_fail(reading->error, BANYAN_ERR_INVALID,
                           "in the mapping, \"set\" gives %.*s something that is no text",
                           (int)(pair->key.size < 100 ? pair->key.size : 100),
                           (const char *)pair->key.data);
        set->path = by_arena_text(reading->arena, pair->key);
        set->value = by_arena_text(reading->arena, pair->value.bytes);
        if (set->path == NULL || set->value == NULL)
            return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    }
    mapping->set_count = map->map.count;
    return BANYAN_OK;
}

static enum banyan_status read_key(const struct reading *reading, const struct by_value *key)
{
    struct by_mapping *mapping = reading->mapping;

    if (key == NULL)
        return BANYAN_OK;
    if (key->kind != BY_VALUE_ARRAY)
        return by_fail(reading->error, BANYAN_ERR_INVALID,
                       "in the mapping, \"key\" is no list of columns");
    for (size_t i = 0; i < mapping->column_count; i++)
        mapping->columns[i].is_key = false;
    mapping->has_key = key->array.count > 0;
    for (size_t i = 0; i < key->array.count; i++) {
        const struct by_value *header = &key->array.items[i];
        struct by_mapping_column *column = NULL;

        if (!is_text(header))
            return by_fail(reading->error, BANYAN_ERR_INVALID,
                           "in the mapping, \"key\" names something that is no text");
        column = find_column(mapping, header->bytes);
        if (column == NULL)
            return by_fail(
                reading->error, BANYAN_ERR_INVALID,
                "in the mapping, \"key\" names %.*s, a column that the file does not have",
                (int)(header->bytes.size < 100 ? header->bytes.size : 100),
                (const char *)header->bytes.data);
        column->is_key = true;
    }
    return BANYAN_OK;
}

static enum banyan_status parse(struct by_bytes json, struct by_arena *arena, struct by_value *out,
                                struct banyan_error *error)
{
    struct banyan_error inner = by_error_beside(error);
    enum banyan_status status = by_json_parse(json, arena, out, &inner);

    if (status != BANYAN_OK)
        return by_fail(error, BANYAN_ERR_INVALID, "the mapping cannot be read: %s", inner.text);
    if (out->kind != BY_VALUE_MAP)
        return by_fail(error, BANYAN_ERR_INVALID, "the mapping is no JSON object");
    return BANYAN_OK;
}

enum banyan_status by_mapping_type_of(struct by_bytes json, struct by_arena *arena,
                                      const char **out_type, struct banyan_error *error)
{
    struct by_value map;
    enum banyan_status status = parse(json, arena, &map, error);
    const struct by_value *type = status == BANYAN_OK ? by_value_get(&map, "type") : NULL;

    *out_type = NULL;
    if (status != BANYAN_OK || type == NULL)
        return status;
    if (!is_text(type))
        return by_fail(error, BANYAN_ERR_INVALID, "in the mapping, \"type\" is no text");
    *out_type = by_arena_text(arena, type->bytes);
    return *out_type == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

/* -- several sheets -- */

/* One that is about something else lacks the key too. */
static bool goes_anywhere(const struct by_mapping *mapping)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].path != NULL)
            return true;
    return false;
}

/* *out_said is what stands of it under "sheets", NULL for nothing. */
static enum banyan_status find_sheet(const struct by_value *map, const char *sheet,
                                     const struct by_value **out_said, struct banyan_error *error)
{
    const struct by_value *sheets = by_value_get(map, "sheets");

    *out_said = NULL;
    if (sheets == NULL)
        return BANYAN_OK;
    if (sheets->kind != BY_VALUE_MAP)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "in the mapping, \"sheets\" is no {sheet: mapping}");
    *out_said = sheet == NULL ? NULL : by_value_get(sheets, sheet);
    if (*out_said != NULL && (*out_said)->kind != BY_VALUE_MAP && (*out_said)->kind != BY_VALUE_NIL)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "in the mapping, the sheet \"%.100s\" is neither a mapping nor null", sheet);
    return BANYAN_OK;
}

static enum banyan_status take_word(const struct by_value *map, const char *key,
                                    struct by_arena *arena, const char **out_text,
                                    struct banyan_error *error)
{
    const struct by_value *word = by_value_get(map, key);

    if (word == NULL || word->kind == BY_VALUE_NIL)
        return BANYAN_OK;
    if (!is_text(word))
        return by_fail(error, BANYAN_ERR_INVALID, "in the mapping, \"%s\" is no text", key);
    *out_text = by_arena_text(arena, word->bytes);
    return *out_text == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;
}

enum banyan_status by_mapping_sheet_of(struct by_bytes json, const char *sheet,
                                       struct by_arena *arena, struct by_mapping_sheet *out_sheet,
                                       struct banyan_error *error)
{
    struct by_value map;
    const struct by_value *said = NULL, *key = NULL;
    enum banyan_status status = parse(json, arena, &map, error);

    *out_sheet = (struct by_mapping_sheet){.is_said = false};
    if (status == BANYAN_OK)
        status = find_sheet(&map, sheet, &said, error);
    if (status != BANYAN_OK || said == NULL)
        return status;
    out_sheet->is_said = true;
    out_sheet->is_left_out = said->kind == BY_VALUE_NIL;
    if (out_sheet->is_left_out)
        return BANYAN_OK;
    key = by_value_get(said, "key");
    out_sheet->has_key = key != NULL && key->kind == BY_VALUE_ARRAY && key->array.count > 0;
    status = take_word(said, "type", arena, &out_sheet->type, error);
    if (status == BANYAN_OK)
        status = take_word(said, "parent", arena, &out_sheet->parent, error);
    return status == BANYAN_OK ? take_word(said, "list", arena, &out_sheet->list, error) : status;
}

enum banyan_status by_mapping_read(struct by_bytes json, const char *sheet,
                                   const struct by_type *type, const struct by_row *header,
                                   const char *language, struct by_arena *arena,
                                   struct by_mapping *out_mapping, struct banyan_error *error)
{
    struct reading reading = {.type = type, .mapping = out_mapping, .arena = arena, .error = error};
    struct by_value map;
    const struct by_value *said = NULL;
    enum banyan_status status = parse(json, arena, &map, error);

    if (status == BANYAN_OK)
        status = check_words(&reading, &map);
    if (status == BANYAN_OK)
        status = find_sheet(&map, sheet, &said, error);
    if (status == BANYAN_OK && said != NULL && said->kind == BY_VALUE_MAP) {
        map = *said;
        status = check_words(&reading, &map);
    }
    if (status == BANYAN_OK) {
        status = by_mapping_guess(type, header, language, arena, out_mapping);
        status = status == BANYAN_OK ? status : by_fail_plain(error, status);
    }
    if (status == BANYAN_OK)
        status = check_words(&reading, &map);
    if (status == BANYAN_OK)
        status = read_columns(&reading, by_value_get(&map, "columns"));
    if (status == BANYAN_OK && sheet != NULL && !goes_anywhere(out_mapping))
        return BANYAN_OK;
    if (status == BANYAN_OK)
        status = read_set(&reading, by_value_get(&map, "set"));
    if (status == BANYAN_OK)
        status = read_key(&reading, by_value_get(&map, "key"));
    return status;
}

/* -- writing -- */

static void write_member(struct by_json *json, const char *key, const char *value)
{
    by_json_key(json, key);
    by_json_literal(json, value);
}

static const char *part_word(enum by_part part)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].part == part)
            return parts[i].word;
    return "";
}

static const char *order_word(enum by_date_order order)
{
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (orders[i].order == order)
            return orders[i].word;
    return "";
}

static void write_column(struct by_json *json, const struct by_mapping_column *column)
{
    bool is_plain = column->part == BY_PART_ALL && column->unit == NULL &&
                    column->dates == BY_DATES_ISO && column->comma == BY_COMMA_UNKNOWN &&
                    !column->has_points && column->value_count == 0;

    if (column->path == NULL) {
        by_json_null(json);
        return;
    }
    if (is_plain) {
        by_json_literal(json, column->path);
        return;
    }
    by_json_object_begin(json);
    write_member(json, "field", column->path);
    if (column->part != BY_PART_ALL)
        write_member(json, "part", part_word(column->part));
    if (column->unit != NULL)
        write_member(json, "unit", column->unit);
    if (column->dates != BY_DATES_ISO)
        write_member(json, "dates", order_word(column->dates));
    if (column->comma != BY_COMMA_UNKNOWN)
        write_member(json, "comma", column->comma == BY_COMMA_DECIMAL ? "decimal" : "thousands");
    if (column->has_points)
        write_member(json, "point", "decimal");
    if (column->value_count > 0) {
        by_json_key(json, "values");
        by_json_object_begin(json);
        for (size_t i = 0; i < column->value_count; i++) {
            by_json_key_bytes(json, column->values[i].cell);
            by_json_text(json, column->values[i].value);
        }
        by_json_object_end(json);
    }
    by_json_object_end(json);
}

/* A line of its own for everything that people edit. */
static enum banyan_status new_line(struct by_buffer *out, bool is_first, const char *indent)
{
    return by_buffer_append_format(out, "%s\n%s", is_first ? "" : ",", indent);
}

/* Of two columns with the same header the file names the first. */
static enum banyan_status
is_named_before(const struct by_mapping *mapping, size_t column, bool *out_is_so)
{
    struct by_buffer normal = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = by_text_normalise(mapping->columns[column].header, &normal);

    *out_is_so = false;
    for (size_t i = 0; i < column && status == BANYAN_OK && !*out_is_so; i++)
        *out_is_so = is_header(mapping->columns[i].header, by_buffer_bytes(&normal));
    by_buffer_deinit(&normal);
    return status == BANYAN_ERR_MEMORY ? status : BANYAN_OK;
}

static enum banyan_status write_columns(const struct by_mapping *mapping, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_format(out, ",\n \"columns\": {");
    bool is_first = true;

    for (size_t i = 0; i < mapping->column_count && status == BANYAN_OK; i++) {
        struct by_json json;
        bool is_before = false;

        status = is_named_before(mapping, i, &is_before);
        if (mapping->columns[i].header.size == 0 || is_before)
            continue;
        if (status == BANYAN_OK)
            status = new_line(out, is_first, "  ");
        by_json_init(&json, out);
        by_json_text(&json, mapping->columns[i].header);
        if (status == BANYAN_OK)
            status = by_buffer_append_format(out, ": ");
        json.need_comma[0] = false;
        write_column(&json, &mapping->columns[i]);
        status = status == BANYAN_OK ? json.status : status;
        is_first = false;
    }
    return status == BANYAN_OK ? by_buffer_append_format(out, "}") : status;
}

/* How a sheet hangs on another. */
static enum banyan_status write_link(const char *key, const char *field, struct by_buffer *out)
{
    return field == NULL ? BANYAN_OK : by_buffer_append_format(out, ", \"%s\": \"%s\"", key, field);
}

static enum banyan_status write_object(const struct by_mapping_named *named, struct by_buffer *out)
{
    const struct by_mapping *mapping = named->mapping;
    struct by_json json;
    enum banyan_status status =
        by_buffer_append_format(out, "{\"type\": \"%s\"", mapping->type->name);

    if (status == BANYAN_OK)
        status = write_link("parent", named->parent, out);
    if (status == BANYAN_OK)
        status = write_link("list", named->list, out);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(out, ",\n \"key\": ");

    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].is_key)
            by_json_text(&json, mapping->columns[i].header);
    by_json_array_end(&json);
    if (status == BANYAN_OK)
        status = json.status;
    if (status == BANYAN_OK)
        status = by_buffer_append_format(out, ",\n \"set\": ");
    by_json_init(&json, out);
    by_json_object_begin(&json);
    for (size_t i = 0; i < mapping->set_count; i++)
        write_member(&json, mapping->sets[i].path, mapping->sets[i].value);
    by_json_object_end(&json);
    if (status == BANYAN_OK)
        status = json.status;
    return status == BANYAN_OK ? write_columns(mapping, out) : status;
}

static enum banyan_status write_sheet(const struct by_mapping_named *named, struct by_buffer *out)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_text(&json, by_bytes_of_text(named->name));
    if (json.status == BANYAN_OK)
        json.status = by_buffer_append_format(out, ": ");
    if (json.status == BANYAN_OK && named->mapping == NULL)
        return by_buffer_append_format(out, "null");
    if (json.status == BANYAN_OK)
        json.status = write_object(named, out);
    return json.status == BANYAN_OK ? by_buffer_append_format(out, "}") : json.status;
}

enum banyan_status
by_mapping_write_sheets(const struct by_mapping_named *sheets, size_t count, struct by_buffer *out)
{
    enum banyan_status status = write_object(&sheets[0], out);

    if (status == BANYAN_OK && count > 1)
        status = by_buffer_append_format(out, ",\n \"sheets\": {");
    for (size_t i = 1; i < count && status == BANYAN_OK; i++) {
        status = new_line(out, i == 1, " ");
        if (status == BANYAN_OK)
            status = write_sheet(&sheets[i], out);
    }
    return status == BANYAN_OK ? by_buffer_append_format(out, count > 1 ? "}}\n" : "}\n") : status;
}

enum banyan_status by_mapping_write(const struct by_mapping *mapping, struct by_buffer *out)
{
    const struct by_mapping_named named = {.mapping = mapping};

    return by_mapping_write_sheets(&named, 1, out);
}

/* -- in a header -- */

enum banyan_status
by_mapping_in_header(const struct by_row *header, struct by_arena *arena, const char **out_json)
{
    struct by_bytes begin = by_bytes_of_text(BY_MAPPING_HEADER);

    *out_json = NULL;
    for (size_t i = 0; i < header->count; i++) {
        struct by_bytes cell = header->cells[i];

        if (cell.size < begin.size || memcmp(cell.data, begin.data, begin.size) != 0)
            continue;
        *out_json =
            by_arena_text(arena, by_bytes_of(cell.data + begin.size, cell.size - begin.size));
        return *out_json == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    return BANYAN_OK;
}

enum banyan_status by_mapping_to_header(const struct by_mapping *mapping, struct by_buffer *out)
{
    struct by_buffer lines = BY_BUFFER_INIT(SIZE_MAX);
    bool is_in_indent = false;
    enum banyan_status status = by_mapping_write(mapping, &lines);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_bytes_of_text(BY_MAPPING_HEADER));
    /* within its texts JSON has no line feed */
    for (size_t i = 0; i < lines.size && status == BANYAN_OK; i++) {
        bool is_indent =
            lines.data[i] == ' ' && i > 0 && (lines.data[i - 1] == '\n' || is_in_indent);

        is_in_indent = is_indent;
        if (lines.data[i] != '\n' && !is_indent)
            status = by_buffer_append_u8(out, lines.data[i]);
    }
    by_buffer_deinit(&lines);
    return status;
}
