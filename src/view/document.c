#include "view/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "view/shown.h"

#define REMOVED_BYTES_SHOWN (64u * 1024u)

/* -- size -- */

#define ESCAPED_BYTES 6u  /* a byte of text as JSON at most */
#define NUMBER_BYTES  42u /* a number or a word */

/* What a value takes as JSON at most. */
static size_t bound_of(const struct by_value *value)
{
    size_t bound = 2;
    switch (value->kind) {
    case BY_VALUE_NIL:
    case BY_VALUE_BOOL:
    case BY_VALUE_INT:
    case BY_VALUE_UINT:
    case BY_VALUE_FLOAT:
        return NUMBER_BYTES;
    case BY_VALUE_TEXT:
    case BY_VALUE_BIN:
        return bound + ESCAPED_BYTES * value->bytes.size;
    case BY_VALUE_ARRAY:
        for (size_t i = 0; i < value->array.count; i++)
            bound += 1 + bound_of(&value->array.items[i]);
        return bound;
    case BY_VALUE_MAP:
        for (size_t i = 0; i < value->map.count; i++)
            bound += 4 + ESCAPED_BYTES * value->map.pairs[i].key.size +
                     bound_of(&value->map.pairs[i].value);
        return bound;
    }
    return SIZE_MAX;
}

static enum banyan_status measure(const struct by_value *document, size_t *sizes, size_t *out_total)
{
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = BANYAN_OK;
    *out_total = 0;
    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++) {
        by_buffer_reset(&json);
        status = by_json_write(&document->map.pairs[i].value, &json);
        sizes[i] = document->map.pairs[i].key.size + json.size + sizeof ",\"\":";
        *out_total += sizes[i];
    }
    by_buffer_deinit(&json);
    return status;
}

/* Sizes travel with their pairs. */
static void leave_out_unknown(const struct by_type *type, struct by_value *document, size_t *sizes,
                              size_t *total)
{
    size_t kept = 0;
    for (size_t i = 0; i < document->map.count; i++) {
        if (by_shown_field(type, document->map.pairs[i].key) == NULL) {
            *total -= sizes[i];
            continue;
        }
        sizes[kept] = sizes[i];
        document->map.pairs[kept++] = document->map.pairs[i];
    }
    document->map.count = kept;
}

static int order_sizes(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return left < right ? -1 : left > right;
}

/* The size above which fields are left out, all of one size alike: so that no order matters. */
static enum banyan_status
find_bound(const size_t *sizes, size_t count, struct by_arena *arena, size_t *out_bound)
{
    size_t *sorted = by_arena_array(arena, count + 1, sizeof sorted[0]);
    size_t sum = 0, fitting = 0;
    if (sorted == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(sorted, sizes, count * sizeof sizes[0]);
    qsort(sorted, count, sizeof sorted[0], order_sizes);
    while (fitting < count && sum + sorted[fitting] <= BY_DOCUMENT_BYTES_MAX)
        sum += sorted[fitting++];
    *out_bound = fitting == count ? SIZE_MAX : sorted[fitting];
    return BANYAN_OK;
}

enum banyan_status
by_document_fit(const struct by_type *type, struct by_value *document, struct by_arena *arena)
{
    size_t total, bound, kept = 0;
    if (bound_of(document) <= BY_DOCUMENT_BYTES_MAX)
        return BANYAN_OK;
    size_t *sizes = by_arena_array(arena, document->map.count + 1, sizeof sizes[0]);
    if (sizes == NULL)
        return BANYAN_ERR_MEMORY;
    enum banyan_status status = measure(document, sizes, &total);
    if (status != BANYAN_OK || total <= BY_DOCUMENT_BYTES_MAX)
        return status;
    if (type != NULL)
        leave_out_unknown(type, document, sizes, &total);
    if (total <= BY_DOCUMENT_BYTES_MAX)
        return BANYAN_OK;
    status = find_bound(sizes, document->map.count, arena, &bound);
    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++)
        if (sizes[i] < bound)
            document->map.pairs[kept++] = document->map.pairs[i];
    document->map.count = kept;
    return status;
}

/* -- search -- */

static bool is_searched(const struct by_field *field)
{
    if (field == NULL)
        return true;
    switch (field->kind) {
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_URL:
    case BY_FIELD_TEXTS:
        return true;
    case BY_FIELD_DATE:
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
    case BY_FIELD_GEOMETRY:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
    case BY_FIELD_BOOL:
        break;
    }
    return false;
}

static enum banyan_status fold_line(struct by_bytes field, struct by_bytes language,
                                    struct by_bytes text, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_bytes(out, field);
    if (status == BANYAN_OK && language.size > 0)
        status = by_buffer_append_u8(out, '.');
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, language);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(out, '\t');
    if (status == BANYAN_OK)
        status = by_text_fold(text, out);
    return status == BANYAN_OK ? by_buffer_append_u8(out, '\n') : status;
}

static enum banyan_status
fold_value(struct by_bytes field, const struct by_value *value, struct by_buffer *out)
{
    const struct by_bytes none = {.data = NULL};
    enum banyan_status status = BANYAN_OK;
    if (value->kind == BY_VALUE_TEXT)
        return fold_line(field, none, value->bytes, out);
    if (value->kind == BY_VALUE_ARRAY)
        for (size_t i = 0; i < value->array.count && status == BANYAN_OK; i++)
            if (value->array.items[i].kind == BY_VALUE_TEXT)
                status = fold_line(field, none, value->array.items[i].bytes, out);
    if (value->kind == BY_VALUE_MAP)
        for (size_t i = 0; i < value->map.count && status == BANYAN_OK; i++)
            if (value->map.pairs[i].value.kind == BY_VALUE_TEXT)
                status =
                    fold_line(field, value->map.pairs[i].key, value->map.pairs[i].value.bytes, out);
    return status;
}

enum banyan_status
by_document_fold(const struct by_type *type, const struct by_value *document, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++) {
        const struct by_pair *pair = &document->map.pairs[i];
        if (is_searched(by_shown_field(type, pair->key)))
            status = fold_value(pair->key, &pair->value, out);
    }
    return status;
}

bool by_document_line(struct by_bytes *rest, struct by_bytes *out_path, struct by_bytes *out_folded)
{
    const uint8_t *tab = rest->size == 0 ? NULL : memchr(rest->data, '\t', rest->size);
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, '\n', rest->size);
    if (tab == NULL || end == NULL || end < tab)
        return false;
    *out_path = by_bytes_of(rest->data, (size_t)(tab - rest->data));
    *out_folded = by_bytes_of(tab + 1, (size_t)(end - tab - 1));
    size_t used = (size_t)(end + 1 - rest->data);
    *rest = by_bytes_of(rest->data + used, rest->size - used);
    return true;
}

enum banyan_status by_document_tokens(struct by_bytes folded, struct by_buffer *out)
{
    struct by_bytes path, text;
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && by_document_line(&folded, &path, &text)) {
        if (out->size > 0)
            status = by_buffer_append_u8(out, ' ');
        if (status == BANYAN_OK)
            status = by_text_tokens(text, out);
    }
    return status;
}

/* -- changes -- */

const char *by_op_name(enum by_op op)
{
    switch (op) {
    case BY_OP_PUT:
        return "put";
    case BY_OP_PATCH:
        return "patch";
    case BY_OP_DELETE:
        return "delete";
    case BY_OP_ACCEPT:
        return "accept";
    case BY_OP_DECLINE:
        return "decline";
    case BY_OP_TRANSFER:
        return "transfer";
    }
    return "";
}

static const char *how_name(enum by_how how)
{
    switch (how) {
    case BY_HOW_SET:
        return "set";
    case BY_HOW_UNSET:
        return "unset";
    case BY_HOW_ADD:
        return "add";
    case BY_HOW_REMOVE:
        return "remove";
    }
    return "";
}

static int order_operation(const void *id, const void *operation)
{
    return by_id_compare(id, &((const struct by_operation *)operation)->id);
}

/* NULL for an addition that is not held, or that is none. */
static const struct by_value *added_element(const struct by_addition *addition,
                                            struct by_bytes path, const struct by_operation *all,
                                            size_t count)
{
    const struct by_operation *by =
        count == 0 ? NULL : bsearch(&addition->operation, all, count, sizeof *all, order_operation);
    if (by == NULL || by->values == NULL)
        return NULL;
    for (size_t t = 0; t < by->links.touch_count; t++) {
        const struct by_value *list = &by->values[t];
        if (by_bytes_equal(by->links.touches[t].path, path) && list->kind == BY_VALUE_ARRAY &&
            addition->index < list->array.count)
            return &list->array.items[addition->index];
    }
    return NULL;
}

/* A few bytes of a removal may name long elements of many operations: what is more than people read
 * is left out. */
static void write_removed(struct by_json *json, const struct by_touch *touch,
                          const struct by_operation *all, size_t count, size_t *room)
{
    by_json_array_begin(json);
    for (size_t i = 0; i<touch->removed_count && * room> 0; i++) {
        const struct by_value *element = added_element(&touch->removed[i], touch->path, all, count);
        size_t start = json->out->size;
        if (element != NULL)
            by_json_value(json, element);
        *room -= json->out->size - start < *room ? json->out->size - start : *room;
    }
    by_json_array_end(json);
}

enum banyan_status by_document_changes(const struct by_operation *operation,
                                       const struct by_operation *all, size_t count,
                                       struct by_buffer *out)
{
    struct by_json json;
    size_t room = REMOVED_BYTES_SHOWN;
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < operation->links.touch_count; i++) {
        const struct by_touch *touch = &operation->links.touches[i];
        by_json_object_begin(&json);
        by_json_key(&json, "path");
        by_json_text(&json, touch->path);
        by_json_key(&json, "change");
        by_json_literal(&json, how_name(touch->how));
        by_json_key(&json, "value");
        if (touch->how == BY_HOW_REMOVE)
            write_removed(&json, touch, all, count, &room);
        else
            by_json_value(&json, &operation->values[i]);
        by_json_object_end(&json);
    }
    by_json_array_end(&json);
    return json.status;
}
