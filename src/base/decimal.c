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

/* A decimal taken apart: digits before and behind the point, without zeros that say nothing. */
struct parts {
    bool is_negative;
    struct by_bytes whole;
    struct by_bytes fraction;
};

static struct parts take_apart(struct by_bytes text)
{
    size_t at = text.data[0] == '-' ? 1 : 0;
    size_t whole = count_digits(text, at);
    struct parts parts = {.is_negative = at == 1, .whole = by_bytes_of(text.data + at, whole)};

    at += whole;
    if (at < text.size)
        parts.fraction = by_bytes_of(text.data + at + 1, text.size - at - 1);
    while (parts.fraction.size > 0 && parts.fraction.data[parts.fraction.size - 1] == '0')
        parts.fraction.size--;
    if (parts.whole.size == 1 && parts.whole.data[0] == '0')
        parts.whole.size = 0;
    if (parts.whole.size == 0 && parts.fraction.size == 0)
        parts.is_negative = false;
    return parts;
}

static int compare_sizes(const struct parts *a, const struct parts *b)
{
    int order = 0;

    if (a->whole.size != b->whole.size)
        return a->whole.size < b->whole.size ? -1 : 1;
    order = by_bytes_compare(a->whole, b->whole);
    return order != 0 ? order : by_bytes_compare(a->fraction, b->fraction);
}

int by_decimal_compare(struct by_bytes a, struct by_bytes b)
{
    struct parts left = take_apart(a);
    struct parts right = take_apart(b);

    if (left.is_negative != right.is_negative)
        return left.is_negative ? -1 : 1;
    return left.is_negative ? compare_sizes(&right, &left) : compare_sizes(&left, &right);
}
