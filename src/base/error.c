#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A text that was cut may end inside a character: give the number of bytes before that one. */
static size_t size_of_whole(const char *text, size_t size)
{
    size_t back = 1;

    while (back < 4 && back < size && ((uint8_t)text[size - back] & 0xc0u) == 0x80u)
        back++;
    return size > 0 && ((uint8_t)text[size - back] & 0xc0u) == 0xc0u ? size - back : size;
}

/* Fill text of error from raw, through a buffer that stands on it and can never grow. */
static void set_text(struct banyan_error *error, const char *raw, size_t size)
{
    struct by_buffer out = {.data = (uint8_t *)error->text,
                            .capacity = sizeof error->text,
                            .size_max = sizeof error->text - 1};

    enum banyan_status status = by_text_visible(by_bytes_of(raw, size), false, &out);

    assert(status == BANYAN_OK || status == BANYAN_ERR_TOO_LARGE);
    error->text[out.size] = 0;
}

const char *by_words(const struct banyan_error *error, const char *sentence)
{
    return error == NULL || error->words == NULL ? sentence : error->words->translate(sentence);
}

const char *by_language_of(const struct banyan_error *error)
{
    return error == NULL || error->words == NULL ? "en" : error->words->language;
}

struct banyan_error by_error_beside(const struct banyan_error *error)
{
    return (struct banyan_error){.words = error == NULL ? NULL : error->words};
}

enum banyan_status
by_fail(struct banyan_error *error, enum banyan_status status, const char *format, ...)
{
    char raw[BANYAN_ERROR_BYTES_MAX];
    va_list values;
    int size = 0;

    if (error == NULL)
        return status;
    va_start(values, format);
    size = vsnprintf(raw, sizeof raw, by_words(error, format), values);
    va_end(values);
    error->status = status;
    if (size < 0)
        size = 0;
    if ((size_t)size < sizeof raw)
        set_text(error, raw, (size_t)size);
    else
        set_text(error, raw, size_of_whole(raw, sizeof raw - 1));
    return status;
}

enum banyan_status by_fail_plain(struct banyan_error *error, enum banyan_status status)
{
    if (error == NULL || (error->status == status && error->text[0] != 0))
        return status;
    return by_fail(error, status, "%s", by_words(error, banyan_status_text(status)));
}
