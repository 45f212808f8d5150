/*
 * Text on its way to a screen: how wide it is, and what must not reach a terminal as it is.
 */
#include <stdio.h>
#include <utf8proc.h>

#include "base/code_points.h"
#include "base/text.h"

/* As terminals draw it: marks that take room of their own (Khmer and other vowel signs) and the
 * soft hyphen count, which utf8proc holds to be zero. */
static size_t columns_of(int32_t code_point)
{
    if (utf8proc_category(code_point) == UTF8PROC_CATEGORY_MC || code_point == 0xad)
        return 1;
    return (size_t)utf8proc_charwidth(code_point);
}

size_t by_text_columns(struct by_bytes text)
{
    size_t columns = 0;

    while (text.size > 0) {
        int32_t code_point = by_utf8_take(&text);

        if (code_point >= 0) {
            columns += columns_of(code_point);
            continue;
        }
        columns++;
        text.data++;
        text.size--;
    }
    return columns;
}

/* Code points that steer a terminal, reorder what stands around them or hide: not shown raw. The
 * joiners and the zero-width space stay, since scripts need them. */
static bool is_treacherous(int32_t code_point)
{
    static const int32_t ranges[][2] = {
        {0x0000, 0x001f},   {0x007f, 0x009f},   {0x061c, 0x061c}, {0x200e, 0x200f},
        {0x2028, 0x202e},   {0x2061, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
        {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code_point >= ranges[i][0] && code_point <= ranges[i][1])
            return true;
    }
    return false;
}

/* Append the name of a code point or of an invalid byte. */
static enum banyan_status append_name(bool is_byte, unsigned number, struct by_buffer *out)
{
    return by_buffer_append_format(out, is_byte ? "\\x%02x" : "U+%04X", number);
}

enum banyan_status by_text_visible(struct by_bytes text, bool keep_lines, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && text.size > 0) {
        const uint8_t *at = text.data;
        int32_t code_point = by_utf8_take(&text);

        if (code_point < 0) {
            status = append_name(true, *at, out);
            text.data++;
            text.size--;
        } else if (!is_treacherous(code_point) ||
                   (keep_lines && (code_point == '\n' || code_point == '\t'))) {
            status = by_buffer_append(out, at, (size_t)(text.data - at));
        } else {
            status = append_name(code_point < 0x80, (unsigned)code_point, out);
        }
    }
    return status;
}
