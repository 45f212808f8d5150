/*
 * Folded text to index tokens: words where a script has spaces between them, pairs of code points
 * where it has not.
 */
#include "base/code_points.h"
#include "base/text.h"

static bool is_unspaced(int32_t code_point)
{
    static const int32_t ranges[][2] = {
        {0x0e00, 0x0eff},   /* Thai, Lao */
        {0x1000, 0x109f},   /* Myanmar */
        {0x1780, 0x17dd},   /* Khmer */
        {0x1950, 0x19df},   /* Tai Le, New Tai Lue */
        {0x1a20, 0x1aad},   /* Tai Tham */
        {0x2e80, 0x2fdf},   /* Han radicals */
        {0x3005, 0x3007},   /* Han */
        {0x3040, 0x30ff},   /* kana */
        {0x31f0, 0x31ff},   /* kana */
        {0x3400, 0x4dbf},   /* Han */
        {0x4e00, 0x9fff},   /* Han */
        {0xa9e0, 0xa9fe},   /* Myanmar */
        {0xaa60, 0xaadf},   /* Myanmar, Tai Viet */
        {0xf900, 0xfaff},   /* Han */
        {0x20000, 0x3ffff}, /* Han */
    };

    for (size_t i = 0; code_point >= ranges[0][0] && i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code_point >= ranges[i][0] && code_point <= ranges[i][1])
            return true;
    }
    return false;
}

static enum banyan_status
append_token(struct by_buffer *out, const uint8_t *from, const uint8_t *end, size_t size_before)
{
    enum banyan_status status = out->size > size_before ? by_buffer_append_u8(out, ' ') : BANYAN_OK;

    return status == BANYAN_OK ? by_buffer_append(out, from, (size_t)(end - from)) : status;
}

/* The run of unspaced code points at the front: its pairs, or the one that stands alone. */
static enum banyan_status
take_pairs(struct by_bytes *rest, struct by_buffer *out, size_t size_before)
{
    const uint8_t *first = rest->data; /* of the pair */
    const uint8_t *second = NULL;
    struct by_bytes ahead = *rest;
    enum banyan_status status = BANYAN_OK;

    (void)by_utf8_take(&ahead);
    *rest = ahead;
    if (!is_unspaced(by_utf8_take(&ahead)))
        return append_token(out, first, rest->data, size_before);
    do {
        second = rest->data;
        status = append_token(out, first, ahead.data, size_before);
        first = second;
        *rest = ahead;
    } while (status == BANYAN_OK && is_unspaced(by_utf8_take(&ahead)));
    return status;
}

/* The word of a spaced script at the front. */
static enum banyan_status
take_word(struct by_bytes *rest, struct by_buffer *out, size_t size_before)
{
    const uint8_t *from = rest->data;
    struct by_bytes ahead = *rest;
    int32_t code_point = by_utf8_take(&ahead);

    while (code_point >= 0 && code_point != ' ' && !is_unspaced(code_point)) {
        while (ahead.size > 0 && ahead.data[0] != ' ' && ahead.data[0] < 0x80)
            ahead = by_bytes_of(ahead.data + 1, ahead.size - 1);
        *rest = ahead;
        code_point = by_utf8_take(&ahead);
    }
    return append_token(out, from, rest->data, size_before);
}

/* Plain ASCII, with no space where none belongs, is its own tokens: what folding makes of most. */
static bool is_its_tokens(struct by_bytes folded)
{
    uint8_t seen = 0;
    bool has_gap =
        folded.size > 0 && (folded.data[0] == ' ' || folded.data[folded.size - 1] == ' ');

    for (size_t i = 0; i < folded.size; i++)
        seen |= folded.data[i];
    for (size_t i = 1; i < folded.size && !has_gap; i++)
        has_gap = folded.data[i] == ' ' && folded.data[i - 1] == ' ';
    return seen < 0x80 && !has_gap;
}

enum banyan_status by_text_tokens(struct by_bytes folded, struct by_buffer *out)
{
    size_t size_before = out->size;
    enum banyan_status status = BANYAN_OK;

    if (is_its_tokens(folded))
        return by_buffer_append_bytes(out, folded);
    while (status == BANYAN_OK && folded.size > 0) {
        struct by_bytes ahead = folded;
        int32_t code_point = by_utf8_take(&ahead);

        if (code_point < 0)
            status = BANYAN_ERR_BAD_TEXT;
        else if (code_point == ' ')
            folded = ahead;
        else if (is_unspaced(code_point))
            status = take_pairs(&folded, out, size_before);
        else
            status = take_word(&folded, out, size_before);
    }
    if (status != BANYAN_OK)
        out->size = size_before;
    return status;
}
