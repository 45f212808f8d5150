#include "record/operation.h"

#include "base/limits.h"
#include "record/field_value.h"

static bool has_value_of_how(const struct by_touch *touch, const struct by_value *value)
{
    switch (touch->how) {
    case BY_HOW_SET:
        return value->kind != BY_VALUE_NIL;
    case BY_HOW_ADD:
        return value->kind == BY_VALUE_ARRAY && value->array.count > 0;
    case BY_HOW_UNSET:
    case BY_HOW_REMOVE:
        return value->kind == BY_VALUE_NIL;
    }
    return false;
}

/* Touches are in order of path, so those of one path are neighbours. */
static bool is_second_touch_allowed(const struct by_touch *before, const struct by_touch *touch)
{
    return !by_bytes_equal(before->path, touch->path) ||
           (before->how == BY_HOW_ADD && touch->how == BY_HOW_REMOVE);
}

static bool are_touches_valid(const struct by_op_links *links, const struct by_value *values)
{
    for (size_t i = 0; i < links->touch_count; i++) {
        const struct by_touch *touch = &links->touches[i];

        if (!by_path_is(touch->path) || !has_value_of_how(touch, &values[i]))
            return false;
        if (i > 0 && !is_second_touch_allowed(&links->touches[i - 1], touch))
            return false;
        if (links->op == BY_OP_PUT && touch->how != BY_HOW_SET && touch->how != BY_HOW_ADD)
            return false;
    }
    return true;
}

static bool are_links_valid(const struct by_op_links *links)
{
    switch (links->op) {
    case BY_OP_PUT:
        return links->type.size > 0 && links->parent_count == 0 && links->target_count == 0;
    case BY_OP_PATCH:
        return links->touch_count > 0 && links->target_count == 0;
    case BY_OP_DELETE:
        return links->touch_count == 0 && links->target_count == 0;
    case BY_OP_ACCEPT:
        return links->target_count > 0;
    case BY_OP_DECLINE:
        return links->target_count > 0 && links->touch_count == 0;
    case BY_OP_TRANSFER:
        return links->target_count == 1 && links->touch_count == 0;
    }
    return false;
}

/* ---- remarks ----------------------------------------------------------------------------- */

/* A person who is not named is empty; one whose name is no line within its bound spoils the
 * payload. */
static bool read_remarks(const struct by_value *remarks, struct by_operation *operation)
{
    const struct by_value *person = by_value_get(remarks, "person");

    if (remarks->kind != BY_VALUE_MAP)
        return false;
    if (person == NULL)
        return true;
    if (person->kind != BY_VALUE_TEXT || person->bytes.size == 0 ||
        person->bytes.size > BY_PERSON_BYTES_MAX ||
        memchr(person->bytes.data, '\n', person->bytes.size) != NULL)
        return false;
    operation->person = person->bytes;
    return true;
}

/* ---- reading ----------------------------------------------------------------------------- */

/* Whether the payload has one value per touch, and sound remarks if any. */
static bool is_payload_valid(const struct by_value *array, struct by_operation *operation)
{
    size_t values = operation->links.touch_count;

    if (array->kind != BY_VALUE_ARRAY ||
        (array->array.count != values && array->array.count != values + 1))
        return false;
    return array->array.count == values || read_remarks(&array->array.items[values], operation);
}

enum banyan_status by_operation_decode(struct by_bytes links, struct by_bytes payload,
                                       struct by_arena *arena, struct by_operation *out_operation)
{
    struct by_value array = by_value_nil();
    struct by_value *values = NULL;
    enum banyan_status status = by_op_links_decode(links, arena, &out_operation->links);

    out_operation->values = NULL;
    out_operation->person = by_bytes_of(NULL, 0);
    if (status != BANYAN_OK)
        return status;
    status = by_value_decode(payload, &by_scan_payload_limits, arena, &array);
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK || !are_links_valid(&out_operation->links) ||
        !is_payload_valid(&array, out_operation))
        return BANYAN_OK;
    values = array.array.count > 0 ? array.array.items : by_arena_alloc(arena, sizeof *values);
    if (values == NULL)
        return BANYAN_ERR_MEMORY;
    if (are_touches_valid(&out_operation->links, values))
        out_operation->values = values;
    return BANYAN_OK;
}

/* ---- forms in force ---------------------------------------------------------------------- */

/* In an mltext, "name" comes before every "name.vi" of the same operation, but not always next to
 * it: "name-2" stands between. */
static bool touches_path(const struct by_operation *operation, struct by_bytes path)
{
    for (size_t i = 0; i < operation->links.touch_count; i++)
        if (by_bytes_equal(operation->links.touches[i].path, path))
            return true;
    return false;
}

static bool fits_mltext(const struct by_operation *operation, size_t at, struct by_bytes field,
                        struct by_bytes language)
{
    const struct by_value *value = &operation->values[at];
    enum by_how how = operation->links.touches[at].how;

    if (how != BY_HOW_SET && how != BY_HOW_UNSET)
        return false;
    if (language.size == 0)
        return how == BY_HOW_UNSET || by_field_value_is(BY_FIELD_MLTEXT, value);
    if (touches_path(operation, field))
        return false;
    return how == BY_HOW_UNSET || by_field_value_is(BY_FIELD_TEXT, value);
}

static bool fits_kind(enum by_field_kind kind, enum by_how how, const struct by_value *value)
{
    switch (how) {
    case BY_HOW_SET:
        return by_field_value_is(kind, value);
    case BY_HOW_UNSET:
        return true;
    case BY_HOW_ADD:
        return by_field_kind_is_list(kind) && by_field_value_is(kind, value);
    case BY_HOW_REMOVE:
        return by_field_kind_is_list(kind);
    }
    return false;
}

static bool
fits_touch(const struct by_operation *operation, size_t at, const struct by_set_type *type)
{
    const struct by_touch *touch = &operation->links.touches[at];
    struct by_bytes field = {0};
    struct by_bytes language = {0};
    enum by_field_kind kind = BY_FIELD_TEXT;

    by_path_split(touch->path, &field, &language);
    if (!by_set_type_field(type, field, &kind))
        return touch->how == BY_HOW_SET || touch->how == BY_HOW_UNSET;
    if (kind == BY_FIELD_MLTEXT)
        return fits_mltext(operation, at, field, language);
    return language.size == 0 && fits_kind(kind, touch->how, &operation->values[at]);
}

bool by_operation_fits(const struct by_operation *operation, struct by_bytes type,
                       const struct by_type_set *types)
{
    if (operation->values == NULL)
        return false;
    const struct by_set_type *found = by_type_set_find(types, type);
    for (size_t i = 0; i < operation->links.touch_count; i++)
        if (!fits_touch(operation, i, found))
            return false;
    return true;
}

bool by_operation_deletes(const struct by_operation *operation)
{
    return operation->links.op == BY_OP_DELETE ||
           (operation->links.op == BY_OP_ACCEPT && operation->links.touch_count == 0);
}

/* ---- writing ----------------------------------------------------------------------------- */

/* In place, each touch with its value: there are few of them, mostly near where they belong. */
static void sort_touches(struct by_operation *operation)
{
    struct by_touch *touches = operation->links.touches;
    struct by_value *values = operation->values;

    for (size_t i = 1; i < operation->links.touch_count; i++) {
        struct by_touch touch = touches[i];
        struct by_value value = values[i];
        size_t at = i;

        for (; at > 0 && by_touch_compare(&touches[at - 1], &touch) > 0; at--) {
            touches[at] = touches[at - 1];
            values[at] = values[at - 1];
        }
        touches[at] = touch;
        values[at] = value;
    }
}

static_assert(BY_TOUCHES_MAX <= 256, "few");

static enum banyan_status
encode_payload(const struct by_operation *operation, struct by_buffer *out_payload)
{
    size_t count = operation->links.touch_count;
    struct by_value array = {.kind = BY_VALUE_ARRAY, .array = {operation->values, count}};
    struct by_pair person = {by_bytes_of_text("person"), by_value_text(operation->person)};
    struct by_value *items = NULL;
    enum banyan_status status = BANYAN_OK;

    if (operation->person.size == 0)
        return by_value_encode(&array, out_payload);
    items = calloc(count + 1, sizeof *items);
    if (items == NULL)
        return BANYAN_ERR_MEMORY;
    if (count > 0)
        memcpy(items, operation->values, count * sizeof *items);
    items[count] = (struct by_value){.kind = BY_VALUE_MAP, .map = {.pairs = &person, .count = 1}};
    array.array.items = items;
    array.array.count = count + 1;
    status = by_value_encode(&array, out_payload);
    free(items);
    return status;
}

enum banyan_status by_operation_encode(struct by_operation *operation, struct by_buffer *out_links,
                                       struct by_buffer *out_payload)
{
    size_t payload_at = out_payload->size;
    struct by_bytes payload = {0};
    enum banyan_status status = BANYAN_OK;

    if (operation->links.touch_count > BY_TOUCHES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    sort_touches(operation);
    status = by_op_links_encode(&operation->links, out_links);
    if (status == BANYAN_OK)
        status = encode_payload(operation, out_payload);
    if (status != BANYAN_OK)
        return status;
    payload = by_bytes_of(out_payload->data + payload_at, out_payload->size - payload_at);
    return by_scan(payload, &by_scan_payload_limits);
}
