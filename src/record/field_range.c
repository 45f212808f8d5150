/*
 * The range that a field's numbers keep.
 */
#include "base/decimal.h"
#include "record/field_parts.h"

/* The number in a value; false in kinds that have none. text has room for any integer. */
static bool find_number(enum by_field_kind kind, const struct by_value *value, char text[24],
                        struct by_bytes *out_number)
{
    const struct by_value *number = value;

    if (kind == BY_FIELD_INTEGER) {
        (void)snprintf(text, 24, "%lld", (long long)value->integer);
        *out_number = by_bytes_of_text(text);
        return true;
    }
    if (kind == BY_FIELD_QUANTITY)
        number = by_value_get(value, "value");
    if (kind == BY_FIELD_MONEY)
        number = by_value_get(value, "amount");
    *out_number = number->bytes;
    return kind == BY_FIELD_QUANTITY || kind == BY_FIELD_MONEY || kind == BY_FIELD_NUMBER;
}

enum banyan_status by_check_range(const struct by_reading *reading, const struct by_value *value)
{
    const struct by_field *field = reading->field;
    char text[24];
    struct by_bytes number = {0};

    if ((field->min == NULL && field->max == NULL) ||
        !find_number(field->kind, value, text, &number))
        return BANYAN_OK;
    if (field->min != NULL && by_decimal_compare(number, by_bytes_of_text(field->min)) < 0)
        return by_reading_fail(reading, "%.*s is less than %s, the least it can be",
                               (int)number.size, (const char *)number.data, field->min);
    if (field->max != NULL && by_decimal_compare(number, by_bytes_of_text(field->max)) > 0)
        return by_reading_fail(reading, "%.*s is more than %s, the most it can be",
                               (int)number.size, (const char *)number.data, field->max);
    return BANYAN_OK;
}
