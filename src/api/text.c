#include "banyan/text.h"

#include "base/text.h"

size_t banyan_text_columns(const char *text, size_t size)
{
    return text == NULL ? 0 : by_text_columns(by_bytes_of(text, size));
}

struct banyan_text banyan_text_visible(const char *text, size_t size, bool keep_lines)
{
    struct by_buffer visible = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_text result = {0};

    if (by_text_visible(by_bytes_of(text, text == NULL ? 0 : size), keep_lines, &visible) ==
        BANYAN_OK) {
        result.size = visible.size;
        result.data = by_buffer_take_text(&visible);
    }
    if (result.data == NULL)
        result.size = 0;
    by_buffer_deinit(&visible);
    return result;
}

/* Whether the byte begins a character. */
static bool is_start(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Columns of the beginning up to each character are not monotonous step by step: a mark joins the
 * character before it. The cut is before the first character that passes the bound. */
size_t banyan_text_fit(const char *text, size_t size, size_t columns)
{
    size_t at = 0;
    size_t used = 0;

    if (text == NULL)
        return 0;
    while (at < size) {
        size_t end = at + 1;
        while (end < size && !is_start(text[end]))
            end++;
        used += by_text_columns(by_bytes_of(text + at, end - at));
        if (used > columns)
            break;
        at = end;
    }
    return at;
}
