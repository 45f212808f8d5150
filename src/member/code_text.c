#include "member/code_text.h"

#include "base/code_points.h"

/* Of Cyrillic and Greek, those that stand for a letter or digit of a code. */
static const struct {
    int32_t code_point;
    char letter;
} look_alikes[] = {
    {0x391, 'A'}, {0x392, 'B'}, {0x395, 'E'}, {0x396, 'Z'}, {0x397, 'H'}, {0x399, '1'},
    {0x39A, 'K'}, {0x39C, 'M'}, {0x39D, 'N'}, {0x39F, '0'}, {0x3A1, 'P'}, {0x3A4, 'T'},
    {0x3A5, 'Y'}, {0x3A7, 'X'}, {0x3BF, '0'}, {0x405, 'S'}, {0x406, '1'}, {0x408, 'J'},
    {0x410, 'A'}, {0x412, 'B'}, {0x415, 'E'}, {0x417, '3'}, {0x41A, 'K'}, {0x41C, 'M'},
    {0x41D, 'H'}, {0x41E, '0'}, {0x420, 'P'}, {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'},
    {0x425, 'X'}, {0x430, 'A'}, {0x432, 'B'}, {0x435, 'E'}, {0x437, '3'}, {0x43A, 'K'},
    {0x43C, 'M'}, {0x43D, 'H'}, {0x43E, '0'}, {0x440, 'P'}, {0x441, 'C'}, {0x442, 'T'},
    {0x443, 'Y'}, {0x445, 'X'}, {0x455, 'S'}, {0x456, '1'}, {0x458, 'J'},
};

#define FULL_WIDTH_FIRST 0xFF01 /* "!", and on to "~" as in ASCII */
#define FULL_WIDTH_LAST  0xFF5E

/* 0 for what is none. */
static uint8_t letter_of(int32_t code_point, unsigned reading)
{
    int32_t c = code_point;

    if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST)
        c -= FULL_WIDTH_FIRST - '!';
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
        return (uint8_t)c;
    if ((reading & BY_READ_LOOK_ALIKES) == 0)
        return 0;
    for (size_t i = 0; i < sizeof look_alikes / sizeof look_alikes[0]; i++)
        if (look_alikes[i].code_point == code_point)
            return (uint8_t)look_alikes[i].letter;
    return 0;
}

/* Moves on; invalid bytes are passed over as -1. */
static int32_t take(struct by_bytes *rest)
{
    int32_t code_point = by_utf8_take(rest);

    if (code_point < 0) {
        rest->data++;
        rest->size--;
    }
    return code_point;
}

/* Where a tag, a name or the mark of a quotation may have begun, in letters. */
struct markup {
    size_t mark;
    bool is_name;
};

/* A sign that is no letter: the end of markup takes it away. */
static void meet_sign(struct markup *markup, int32_t sign, struct by_code_letters *letters)
{
    if (sign == '>' || (sign == ';' && markup->is_name))
        letters->count = markup->mark;
    if (sign == '<' || sign == '>' || sign == '&' || sign == '\n')
        markup->mark = letters->count;
    markup->is_name = sign == '&' || (markup->is_name && sign == '#');
}

void by_code_letters_read(struct by_bytes text, unsigned reading, struct by_code_letters *out)
{
    struct markup markup = {.mark = 0};

    out->count = 0;
    while (text.size > 0) {
        int32_t code_point = take(&text);
        uint8_t letter = letter_of(code_point, reading);

        if (letter != 0)
            out->chars[out->count++] = letter;
        else if ((reading & BY_READ_MARKUP) != 0)
            meet_sign(&markup, code_point, out);
    }
}
