/* What a types act would change, in few words. */
#include "admin/types_body.h"

/* Elements of an array that none of another has under the same key. */
static void
write_new_codes(struct by_json *json, const struct by_value *old, const struct by_value *next)
{
    const struct by_value *codes = by_value_get(next, "codes");
    const struct by_value *known = by_value_get(old, "codes");

    by_json_array_begin(json);
    for (size_t i = 0; codes != NULL && codes->kind == BY_VALUE_ARRAY && i < codes->array.count;
         i++) {
        struct by_bytes code, other;
        bool is_known = by_value_get_text(&codes->array.items[i], "code", &code) != BANYAN_OK;

        for (size_t k = 0;
             known != NULL && known->kind == BY_VALUE_ARRAY && k < known->array.count && !is_known;
             k++)
            is_known = by_value_get_text(&known->array.items[k], "code", &other) == BANYAN_OK &&
                       by_bytes_equal(code, other);
        if (!is_known)
            by_json_text(json, code);
    }
    by_json_array_end(json);
}

static const struct by_value *fields_of(const struct by_value *type)
{
    return type != NULL && type->kind == BY_VALUE_ARRAY && type->array.count == 3 &&
                   type->array.items[2].kind == BY_VALUE_MAP
               ? &type->array.items[2]
               : NULL;
}

/* Those of the envelope are in every type. */
static bool is_of_envelope(struct by_bytes name)
{
    return by_type_field_find(NULL, name) != NULL;
}

static void
write_new_fields(struct by_json *json, const struct by_value *old, const struct by_value *next)
{
    const struct by_value *fields = fields_of(next);
    const struct by_value *known = fields_of(old);

    by_json_array_begin(json);
    for (size_t i = 0; fields != NULL && i < fields->map.count; i++) {
        const struct by_pair *field = &fields->map.pairs[i];

        if ((known != NULL && by_value_get_bytes(known, field->key) != NULL) ||
            is_of_envelope(field->key) || field->value.kind != BY_VALUE_TEXT)
            continue;
        by_json_object_begin(json);
        by_json_key(json, "name");
        by_json_text(json, field->key);
        by_json_key(json, "kind");
        by_json_text(json, field->value.bytes);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static bool are_equal(const struct by_value *a, const struct by_value *b)
{
    return a == NULL || b == NULL ? a == b : by_value_equal(a, b);
}

static void write_change(struct by_json *json, struct by_bytes name, bool is_new)
{
    by_json_key(json, "name");
    by_json_text(json, name);
    by_json_key(json, "change");
    by_json_literal(json, is_new ? "new" : "changed");
}

static bool
write_types(struct by_json *json, const struct by_types_body *now, const struct by_types_body *next)
{
    bool any = false;

    for (size_t i = 0; i < next->kinds.map.count; i++) {
        struct by_bytes name = next->kinds.map.pairs[i].key;
        const struct by_value *kinds = &next->kinds.map.pairs[i].value;
        const struct by_value *old = by_value_get_bytes(&now->kinds, name);

        if (are_equal(old, kinds) && are_equal(by_value_get_bytes(&now->types, name),
                                               by_value_get_bytes(&next->types, name)))
            continue;
        by_json_object_begin(json);
        write_change(json, name, old == NULL);
        by_json_key(json, "fields");
        write_new_fields(json, old, kinds);
        by_json_object_end(json);
        any = true;
    }
    return any;
}

static bool
write_lists(struct by_json *json, const struct by_types_body *now, const struct by_types_body *next)
{
    bool any = false;

    for (size_t i = 0; i < next->lists.map.count; i++) {
        struct by_bytes name = next->lists.map.pairs[i].key;
        const struct by_value *list = &next->lists.map.pairs[i].value;
        const struct by_value *old = by_value_get_bytes(&now->lists, name);

        if (are_equal(old, list))
            continue;
        by_json_object_begin(json);
        write_change(json, name, old == NULL);
        by_json_key(json, "codes");
        write_new_codes(json, old, list);
        by_json_object_end(json);
        any = true;
    }
    return any;
}

/* Types and lists that the network said something of, and no more. */
static bool
write_dropped(struct by_json *json, const struct by_value *now, const struct by_value *next)
{
    bool any = false;

    by_json_array_begin(json);
    for (size_t i = 0; i < now->map.count; i++) {
        if (by_value_get_bytes(next, now->map.pairs[i].key) != NULL)
            continue;
        by_json_text(json, now->map.pairs[i].key);
        any = true;
    }
    by_json_array_end(json);
    return any;
}

bool by_json_types_changes(struct by_json *json, const struct by_types_body *now,
                           const struct by_types_body *next)
{
    bool any = false;

    by_json_key(json, "types");
    by_json_array_begin(json);
    any = write_types(json, now, next);
    by_json_array_end(json);
    by_json_key(json, "lists");
    by_json_array_begin(json);
    any = write_lists(json, now, next) || any;
    by_json_array_end(json);
    by_json_key(json, "types_gone");
    any = write_dropped(json, &now->kinds, &next->kinds) || any;
    by_json_key(json, "lists_gone");
    return write_dropped(json, &now->lists, &next->lists) || any;
}
