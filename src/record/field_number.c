/*
 * Reading numbers as people write them in several countries, and what is made of a number and a
 * word: quantities and money.
 */
#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/limits.h"
#include "record/field_parts.h"

#define NUMBER_BYTES_MAX 40u
#define GROUPS_MAX       16u

/* A number taken apart: runs of digits and the marks between them (' ', '.', ','). */
struct parts {
    bool is_negative;
    struct by_bytes groups[GROUPS_MAX];
    char marks[GROUPS_MAX]; /* marks[i] stands before groups[i + 1] */
    size_t group_count;
};

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Spaces that group digits: plain, no-break, thin and narrow no-break. Gives their bytes. */
static size_t space_size(struct by_bytes text)
{
    static const char *const spaces[] = {" ", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"};

    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        size_t size = strlen(spaces[i]);

        if (text.size >= size && memcmp(text.data, spaces[i], size) == 0)
            return size;
    }
    return 0;
}

static void skip(struct by_bytes *text, size_t size)
{
    text->data += size;
    text->size -= size;
}

static void take_sign(struct by_bytes *text, bool *out_is_negative)
{
    static const char minus[] = "\xe2\x88\x92";

    *out_is_negative = false;
    if (text->size > 0 && (text->data[0] == '-' || text->data[0] == '+')) {
        *out_is_negative = text->data[0] == '-';
        skip(text, 1);
    } else if (text->size >= 3 && memcmp(text->data, minus, 3) == 0) {
        *out_is_negative = true;
        skip(text, 3);
    }
}

static struct by_bytes take_digits(struct by_bytes *text)
{
    struct by_bytes digits = by_bytes_of(text->data, 0);

    while (text->size > 0 && is_digit(text->data[0])) {
        digits.size++;
        skip(text, 1);
    }
    return digits;
}

/* The mark before more digits, or 0 where the number ends. Moves past it. */
static char take_mark(struct by_bytes *text)
{
    size_t space = space_size(*text);
    size_t size = space > 0 ? space : 1;
    char mark = space > 0 ? ' ' : text->size > 0 ? (char)text->data[0] : 0;

    if ((mark != ' ' && mark != '.' && mark != ',') || text->size <= size ||
        !is_digit(text->data[size]))
        return 0;
    skip(text, size);
    return mark;
}

/* The number at the front of text; moves text past it. */
static bool take_parts(struct by_bytes *text, struct parts *out_parts)
{
    struct parts parts = {0};

    take_sign(text, &parts.is_negative);
    parts.groups[parts.group_count++] = take_digits(text);
    for (;;) {
        char mark = take_mark(text);

        if (mark == 0)
            break;
        if (parts.group_count == GROUPS_MAX)
            return false;
        parts.marks[parts.group_count - 1] = mark;
        parts.groups[parts.group_count++] = take_digits(text);
    }
    *out_parts = parts;
    return parts.groups[0].size > 0 || parts.group_count == 2;
}

static size_t count_mark(const struct parts *parts, char mark)
{
    size_t count = 0;

    for (size_t i = 0; i + 1 < parts->group_count; i++)
        count += parts->marks[i] == mark;
    return count;
}

/* How many groups are the whole number: the last mark is a decimal one if it is a point or comma
 * that stands once. */
static size_t count_whole_groups(const struct parts *parts)
{
    char last = parts->group_count > 1 ? parts->marks[parts->group_count - 2] : ' ';

    return last != ' ' && count_mark(parts, last) == 1 ? parts->group_count - 1
                                                       : parts->group_count;
}

/* Thousands: one mark throughout, groups of three behind it. */
static bool are_thousands(const struct parts *parts, size_t whole)
{
    for (size_t i = 1; i < whole; i++)
        if (parts->marks[i - 1] != parts->marks[0] || parts->groups[i].size != 3)
            return false;
    return whole == 1 || (parts->groups[0].size >= 1 && parts->groups[0].size <= 3);
}

/* "1,500" is fifteen hundred to some and one and a half to others. "0,125" can only be a decimal.
 */
static bool is_ambiguous(const struct parts *parts)
{
    return parts->group_count == 2 && parts->marks[0] == ',' && parts->groups[1].size == 3 &&
           parts->groups[0].size <= 3 && parts->groups[0].size > 0 &&
           parts->groups[0].data[0] != '0';
}

static enum banyan_status
append_parts(const struct parts *parts, size_t whole, struct by_buffer *out)
{
    struct by_buffer digits = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = BANYAN_OK;
    size_t zeros = 0;

    for (size_t i = 0; i < whole && status == BANYAN_OK; i++)
        status = by_buffer_append_bytes(&digits, parts->groups[i]);
    while (zeros < digits.size && digits.data[zeros] == '0')
        zeros++;
    if (status == BANYAN_OK && parts->is_negative)
        status = by_buffer_append_u8(out, '-');
    if (status == BANYAN_OK && zeros == digits.size)
        status = by_buffer_append_u8(out, '0');
    if (status == BANYAN_OK && zeros < digits.size)
        status = by_buffer_append(out, digits.data + zeros, digits.size - zeros);
    if (status == BANYAN_OK && whole < parts->group_count)
        status = by_buffer_append_u8(out, '.');
    if (status == BANYAN_OK && whole < parts->group_count)
        status = by_buffer_append_bytes(out, parts->groups[whole]);
    by_buffer_deinit(&digits);
    return status;
}

/* The decimal text of parts. source is what they were read from, for words. */
static enum banyan_status make_decimal(const struct by_reading *reading, const struct parts *parts,
                                       struct by_bytes source, struct by_value *out_value)
{
    struct by_buffer out = BY_BUFFER_INIT(NUMBER_BYTES_MAX);
    struct by_bytes copy = {0};
    size_t whole = count_whole_groups(parts);
    enum banyan_status status = BANYAN_OK;

    if (is_ambiguous(parts))
        return by_reading_fail(
            reading, "\"%.*s\" can be read in two ways; write %.*s%.*s or %.*s.%.*s",
            by_excerpt_size(source), (const char *)source.data, (int)parts->groups[0].size,
            (const char *)parts->groups[0].data, 3, (const char *)parts->groups[1].data,
            (int)parts->groups[0].size, (const char *)parts->groups[0].data, 3,
            (const char *)parts->groups[1].data);
    if (!are_thousands(parts, whole))
        return by_reading_fail(reading, "\"%.*s\" is no number; write it as in 1500 or 12.5",
                               by_excerpt_size(source), (const char *)source.data);
    status = append_parts(parts, whole, &out);
    if (status == BANYAN_OK)
        status = by_arena_copy(reading->arena, by_buffer_bytes(&out), &copy);
    by_buffer_deinit(&out);
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_reading_fail(reading, "a number has at most %u characters", NUMBER_BYTES_MAX);
    if (status != BANYAN_OK)
        return by_fail_plain(reading->error, status);
    *out_value = by_value_text(copy);
    return BANYAN_OK;
}

/* The number at the front of text, and what is behind it, trimmed. */
static enum banyan_status take_number(const struct by_reading *reading, struct by_bytes text,
                                      struct by_value *out_number, struct by_bytes *out_rest)
{
    struct by_bytes rest = text;
    struct parts parts = {0};
    size_t space = 0;

    if (!take_parts(&rest, &parts))
        return by_reading_fail(reading, "\"%.*s\" does not begin with a number",
                               by_excerpt_size(text), (const char *)text.data);
    text.size -= rest.size;
    while ((space = space_size(rest)) > 0)
        skip(&rest, space);
    *out_rest = by_trim(rest);
    return make_decimal(reading, &parts, text, out_number);
}

enum banyan_status
by_read_number(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_bytes rest = {0};
    enum banyan_status status = take_number(reading, text, out_value, &rest);

    if (status == BANYAN_OK && rest.size > 0)
        return by_reading_fail(reading, "\"%.*s\" is no number; write it as in 1500 or 12.5",
                               by_excerpt_size(text), (const char *)text.data);
    return status;
}

enum banyan_status
by_read_integer(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_value number = by_value_nil();
    enum banyan_status status = by_read_number(reading, text, &number);
    bool is_negative = false;
    int64_t integer = 0;

    if (status != BANYAN_OK)
        return status;
    is_negative = number.bytes.data[0] == '-';
    if (number.bytes.size > 15)
        return by_reading_fail(reading, "the number has more than 14 digits");
    for (size_t i = is_negative; i < number.bytes.size; i++) {
        if (!is_digit(number.bytes.data[i]))
            return by_reading_fail(reading, "\"%.*s\" is not a whole number", by_excerpt_size(text),
                                   (const char *)text.data);
        integer = integer * 10 + (number.bytes.data[i] - '0');
    }
    *out_value = by_value_int(is_negative ? -integer : integer);
    return BANYAN_OK;
}

/* A map of the pairs whose values are not nil, keys given in order. */
static enum banyan_status make_map(const struct by_reading *reading, const struct by_pair *pairs,
                                   size_t count, struct by_value *out_map)
{
    struct by_value map = by_value_map(reading->arena, count);

    if (map.map.pairs == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    map.map.count = 0;
    for (size_t i = 0; i < count; i++)
        if (pairs[i].value.kind != BY_VALUE_NIL)
            map.map.pairs[map.map.count++] = pairs[i];
    *out_map = map;
    return BANYAN_OK;
}

enum banyan_status
by_read_quantity(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_pair pairs[2] = {{.key = by_bytes_of_text("unit")},
                               {.key = by_bytes_of_text("value")}};
    struct by_bytes unit = {0};
    enum banyan_status status = take_number(reading, text, &pairs[1].value, &unit);

    if (status == BANYAN_OK && unit.size == 0)
        return by_reading_fail(reading, "the unit is missing; write it as in \"%.*s %s\"",
                               by_excerpt_size(text), (const char *)text.data,
                               reading->field->list->codes[0].code);
    if (status == BANYAN_OK)
        status =
            by_read_code_of(reading, reading->field->list, BY_CODE_UNIT, unit, &pairs[0].value);
    return status == BANYAN_OK ? make_map(reading, pairs, 2, out_value) : status;
}

/* A date at the end of text goes into out_date; text is then what stands before. */
static void take_last_date(struct by_bytes *text, struct by_value *out_date)
{
    size_t at = text->size;
    struct by_bytes tail = {0};

    while (at > 0 && text->data[at - 1] != ' ')
        at--;
    tail = by_bytes_of(text->data + at, text->size - at);
    if (at == 0 || !by_date_is(tail))
        return;
    *out_date = by_value_text(tail);
    *text = by_trim(by_bytes_of(text->data, at));
}

/* The last word behind the number, if it begins with a digit, is a date. */
static enum banyan_status
take_date(const struct by_reading *reading, struct by_bytes *text, struct by_value *out_date)
{
    size_t at = text->size;

    while (at > 0 && text->data[at - 1] != ' ')
        at--;
    if (at == 0 || at == text->size || !is_digit(text->data[at]))
        return BANYAN_OK;
    struct by_bytes date = by_bytes_of(text->data + at, text->size - at);
    *text = by_trim(by_bytes_of(text->data, at));
    return by_read_date(reading, date, out_date);
}

/* Whether a number begins here: a digit, a sign or a point. */
static bool begins_number(struct by_bytes text)
{
    return is_digit(text.data[0]) || strchr("-+.,", text.data[0]) != NULL ||
           (text.size >= 3 && memcmp(text.data, "\xe2\x88\x92", 3) == 0);
}

/* What stands before the number, trimmed: "USD" of "USD 1500". Moves text past it. */
static struct by_bytes take_word(struct by_bytes *text)
{
    struct by_bytes rest = *text;
    struct by_bytes word = {0};

    while (rest.size > 0 && !begins_number(rest))
        skip(&rest, 1);
    if (rest.size == 0)
        return word;
    word = by_trim(by_bytes_of(text->data, text->size - rest.size));
    *text = rest;
    return word;
}

enum banyan_status
by_read_money(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct by_pair pairs[3] = {{.key = by_bytes_of_text("amount")},
                               {.key = by_bytes_of_text("currency")},
                               {.key = by_bytes_of_text("date")}};
    struct by_bytes before = take_word(&text);
    struct by_bytes currency = {0};
    enum banyan_status status = BANYAN_OK;

    if (before.size > 0)
        take_last_date(&text, &pairs[2].value);
    status = take_number(reading, text, &pairs[0].value, &currency);
    if (status != BANYAN_OK)
        return status;
    if (before.size > 0 && currency.size > 0)
        return by_reading_fail(reading, "there is something before and behind the number; write "
                                        "money as in 1500 USD or 1500 USD 2020-01-31");
    if (before.size == 0 && !by_date_is(currency))
        status = take_date(reading, &currency, &pairs[2].value);
    if (status != BANYAN_OK)
        return status;
    if (before.size > 0)
        currency = before;
    if (currency.size == 0 || by_date_is(currency))
        return by_reading_fail(reading, "the currency is missing; write money as in 1500 USD or "
                                        "1500 USD 2020-01-31");
    status = by_read_code_of(reading, by_code_list_find("currency"), BY_CODE_CURRENCY, currency,
                             &pairs[1].value);
    return status == BANYAN_OK ? make_map(reading, pairs, 3, out_value) : status;
}
