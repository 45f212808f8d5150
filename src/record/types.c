#include "record/types.h"

#include "record/type_tables.h"

const struct by_type *by_types_shipped(size_t *out_count)
{
    *out_count = by_table_type_count;
    return by_table_types;
}

const char *by_types_shipped_digest(void)
{
    return by_table_digest;
}

const struct by_type *by_type_shipped_find(struct by_bytes name)
{
    for (size_t i = 0; i < by_table_type_count; i++)
        if (by_bytes_equal(name, by_bytes_of_text(by_table_types[i].name)))
            return &by_table_types[i];
    return NULL;
}

const struct by_field *by_type_envelope(size_t *out_count)
{
    *out_count = by_table_envelope_count;
    return by_table_envelope;
}

static const struct by_field *
find_field(const struct by_field *fields, size_t count, struct by_bytes name)
{
    for (size_t i = 0; name.size > 0 && i < count; i++)
        if (fields[i].name[0] == (char)name.data[0] &&
            by_bytes_equal(name, by_bytes_of_text(fields[i].name)))
            return &fields[i];
    return NULL;
}

const struct by_field *by_type_field_find(const struct by_type *type, struct by_bytes name)
{
    const struct by_field *field = NULL;

    if (type != NULL)
        field = find_field(type->fields, type->field_count, name);
    return field != NULL ? field : find_field(by_table_envelope, by_table_envelope_count, name);
}

const struct by_field *by_type_naming_field(const struct by_type *type)
{
    for (size_t i = 0; i < type->field_count && type->named_by_count == 0; i++)
        if (type->fields[i].kind == BY_FIELD_TEXT || type->fields[i].kind == BY_FIELD_MLTEXT)
            return &type->fields[i];
    return NULL;
}

const struct by_code_list *by_code_list_find(const char *name)
{
    for (size_t i = 0; i < by_table_list_count; i++)
        if (by_table_lists[i].name[0] == name[0] && strcmp(by_table_lists[i].name, name) == 0)
            return &by_table_lists[i];
    return NULL;
}

const struct by_code *by_code_find(const struct by_code_list *list, struct by_bytes code)
{
    size_t low = 0;
    size_t high = list->code_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct by_code *found = &list->codes[list->by_code[middle]];
        int order = by_bytes_compare(by_bytes_of_text(found->code), code);

        if (order == 0)
            return found;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *by_code_outside(const struct by_code *code, const char *standard)
{
    for (size_t i = 0; code->more != NULL && i < code->more->outside_count; i++)
        if (strcmp(code->more->outside[i].standard, standard) == 0)
            return code->more->outside[i].value;
    return NULL;
}

static const char *find_label(const struct by_label *labels, size_t count, const char *language)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(labels[i].language, language) == 0)
            return labels[i].text;
    return NULL;
}

const char *by_label_in(const struct by_label *labels, size_t count, const char *language)
{
    return strcmp(language, "en") == 0 ? NULL : find_label(labels, count, language);
}

const char *by_label_pick(const struct by_label *labels, size_t count, const char *language)
{
    const char *text = language != NULL ? find_label(labels, count, language) : NULL;

    if (text == NULL)
        text = find_label(labels, count, "en");
    if (text == NULL && count > 0)
        text = labels[0].text;
    return text != NULL ? text : "";
}

static void put_kind(struct by_pair *pair, const struct by_field *field)
{
    pair->key = by_bytes_of_text(field->name);
    pair->value = by_value_literal(by_field_kind_name(field->kind));
}

static enum banyan_status
compact_fields(const struct by_type *type, struct by_arena *arena, struct by_value *out_map)
{
    size_t count = by_table_envelope_count + type->field_count;

    *out_map = by_value_map(arena, count);
    if (out_map->map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < by_table_envelope_count; i++)
        put_kind(&out_map->map.pairs[i], &by_table_envelope[i]);
    for (size_t i = 0; i < type->field_count; i++)
        put_kind(&out_map->map.pairs[by_table_envelope_count + i], &type->fields[i]);
    return by_value_map_sort(out_map);
}

static enum banyan_status
compact_type(const struct by_type *type, struct by_arena *arena, struct by_value *out_array)
{
    *out_array = by_value_array(arena, 3);
    if (out_array->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    out_array->array.items[0] = by_value_int(type->version);
    out_array->array.items[1] = by_value_bool(type->is_open);
    return compact_fields(type, arena, &out_array->array.items[2]);
}

enum banyan_status by_types_compact(struct by_arena *arena, struct by_value *out_map)
{
    enum banyan_status status = BANYAN_OK;

    *out_map = by_value_map(arena, by_table_type_count);
    if (out_map->map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < by_table_type_count && status == BANYAN_OK; i++) {
        out_map->map.pairs[i].key = by_bytes_of_text(by_table_types[i].name);
        status = compact_type(&by_table_types[i], arena, &out_map->map.pairs[i].value);
    }
    return status != BANYAN_OK ? status : by_value_map_sort(out_map);
}

/* -- how records refer to each other -- */

bool by_field_refers(const struct by_field *field, const struct by_type *type, bool is_any_fine)
{
    if (field->kind != BY_FIELD_REF && field->kind != BY_FIELD_REFS)
        return false;
    return field->ref_type == NULL ? is_any_fine : strcmp(field->ref_type, type->name) == 0;
}

static int weight_of(const struct by_field *field)
{
    return (field->required ? 4 : 0) + (field->ref_type != NULL ? 2 : 0) +
           (field->kind == BY_FIELD_REF ? 1 : 0);
}

const struct by_field *by_type_link(const struct by_type *type, const struct by_type *to)
{
    const struct by_field *best = NULL;

    for (size_t i = 0; i < type->field_count; i++)
        if (by_field_refers(&type->fields[i], to, true) &&
            (best == NULL || weight_of(&type->fields[i]) > weight_of(best)))
            best = &type->fields[i];
    return best;
}

const struct by_field *by_type_list(const struct by_type *type, const struct by_type *of)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == BY_FIELD_REFS && by_field_refers(&type->fields[i], of, false))
            return &type->fields[i];
    return NULL;
}
