#include "base/decimal.h"

#define DECIMAL_BYTES_MAX 40u

/* How many digits stand at the front of text, from at on. */
static size_t count_digits(struct by_bytes text, size_t at)
{
    size_t count = 0;

    while (at + count < text.size && text.data[at + count] >= '0' && text.data[at + count] <= '9')
        count++;
    return count;
}

bool by_decimal_is(struct by_bytes text)
{
    size_t at = text.size > 0 && text.data[0] == '-' ? 1 : 0;
    size_t whole = count_digits(text, at);

    if (text.size > DECIMAL_BYTES_MAX || whole == 0 || (whole > 1 && text.data[at] == '0'))
        return false;
    at += whole;
    if (at == text.size)
        return true;
    return text.data[at] == '.' && at + 1 < text.size &&
           count_digits(text, at + 1) == text.size - at - 1;
}

static bool has_point(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '.')
            return true;
    }
    return false;
}

enum banyan_status by_decimal_normal(struct by_bytes text, struct by_buffer *out)
{
    if (!by_decimal_is(text))
        return BANYAN_ERR_INVALID;
    if (has_point(text)) {
        while (text.data[text.size - 1] == '0')
            text.size--;
        if (text.data[text.size - 1] == '.')
            text.size--;
    }
    if (by_bytes_equal(text, by_bytes_of_text("-0")))
        text = by_bytes_of_text("0");
    return by_buffer_append_bytes(out, text);
}
