#include "record/field_value.h"

#include <stdarg.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field_parts.h"

enum banyan_status by_reading_fail(const struct by_reading *reading, const char *format, ...)
{
    const struct by_field *field = reading->field;
    const char *label =
        by_label_in(field->labels, field->label_count, by_language_of(reading->error));
    char words[BANYAN_ERROR_BYTES_MAX];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(words, sizeof words, by_words(reading->error, format), values);
    va_end(values);
    if (label == NULL)
        return by_fail(reading->error, BANYAN_ERR_INVALID, "field %s: %s", field->name, words);
    return by_fail(reading->error, BANYAN_ERR_INVALID, "field %s (%s): %s", label, field->name,
                   words);
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct by_bytes by_trim(struct by_bytes text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

int by_excerpt_size(struct by_bytes text)
{
    size_t size = text.size < 60 ? text.size : 60;

    while (size > 0 && size < text.size && (text.data[size] & 0xc0u) == 0x80u)
        size--;
    return (int)size;
}

typedef enum banyan_status
reader(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value);

/* Of a list, the reader of one element. */
static reader *const readers[BY_FIELD_KIND_COUNT] = {
    [BY_FIELD_TEXT] = by_read_text,     [BY_FIELD_MLTEXT] = by_read_mltext,
    [BY_FIELD_CODE] = by_read_code,     [BY_FIELD_CODES] = by_read_code,
    [BY_FIELD_DATE] = by_read_date,     [BY_FIELD_INTEGER] = by_read_integer,
    [BY_FIELD_NUMBER] = by_read_number, [BY_FIELD_QUANTITY] = by_read_quantity,
    [BY_FIELD_MONEY] = by_read_money,   [BY_FIELD_GEOMETRY] = by_read_geometry,
    [BY_FIELD_REF] = by_read_ref,       [BY_FIELD_REFS] = by_read_ref,
    [BY_FIELD_BOOL] = by_read_bool,     [BY_FIELD_URL] = by_read_url,
    [BY_FIELD_TEXTS] = by_read_text,
};

/* The part before the next ";", trimmed; moves rest past it. */
static struct by_bytes take_element(struct by_bytes *rest)
{
    size_t size = 0;
    struct by_bytes element = {0};

    while (size < rest->size && rest->data[size] != ';')
        size++;
    element = by_trim(by_bytes_of(rest->data, size));
    size += size < rest->size;
    *rest = by_bytes_of(rest->data + size, rest->size - size);
    return element;
}

static size_t count_elements(struct by_bytes text)
{
    size_t count = 0;

    while (text.size > 0)
        count += take_element(&text).size > 0;
    return count;
}

static bool has_element(const struct by_value *array, size_t count, const struct by_value *element)
{
    for (size_t i = 0; i < count; i++)
        if (by_bytes_equal(array->array.items[i].bytes, element->bytes))
            return true;
    return false;
}

/* "a; b": empty elements and repetitions are passed over. */
static enum banyan_status
read_list(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_value array = by_value_array(reading->arena, count_elements(text));
    size_t count = 0;

    if (array.array.count == 0)
        return by_reading_fail(reading, "there is nothing between the semicolons");
    if (array.array.items == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    while (text.size > 0) {
        struct by_bytes element = take_element(&text);
        struct by_value value = by_value_nil();
        enum banyan_status status = BANYAN_OK;

        if (element.size == 0)
            continue;
        status = readers[reading->field->kind](reading, element, &value);
        if (status != BANYAN_OK)
            return status;
        if (!has_element(&array, count, &value))
            array.array.items[count++] = value;
    }
    array.array.count = count;
    *out_value = array;
    return BANYAN_OK;
}

static enum banyan_status
normalise(const struct by_reading *reading, struct by_bytes text, struct by_bytes *out_text)
{
    struct by_bytes stored;
    enum banyan_status status = by_text_stored(text, BY_JSON_BYTES_MAX, reading->arena, &stored);

    if (status == BANYAN_OK)
        status = by_arena_copy(reading->arena, by_trim(stored), out_text);
    if (status == BANYAN_ERR_BAD_TEXT)
        return by_reading_fail(reading, "the text is not valid UTF-8, or has control characters");
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_reading_fail(reading, "the text is longer than %u bytes", BY_JSON_BYTES_MAX);
    return status == BANYAN_OK ? status : by_fail_plain(reading->error, status);
}

enum banyan_status by_field_value_parse(const struct by_field *field, struct by_bytes text,
                                        const struct by_ref_resolver *resolver,
                                        struct by_arena *arena, struct by_value *out_value,
                                        struct banyan_error *error)
{
    struct by_reading reading = {field, resolver, arena, error};
    struct by_bytes normal = {0};
    enum banyan_status status = normalise(&reading, text, &normal);

    if (status != BANYAN_OK)
        return status;
    if (normal.size == 0)
        return by_reading_fail(&reading, "the value is empty; unset the field to take it away");
    if (by_field_kind_is_list(field->kind))
        return read_list(&reading, normal, out_value);
    status = readers[field->kind](&reading, normal, out_value);
    return status == BANYAN_OK ? by_check_range(&reading, out_value) : status;
}
