/*
 * Normal form C: whether a text is in it, and bringing text there.
 *
 * The check is on the path of every payload. Plain ASCII is passed over eight bytes at a time; for
 * the scripts in everyday use a small table knows which code points neither change nor join with
 * what stands before them; only what is left is composed and compared, in pieces between two such
 * code points.
 */
#include <string.h>

#include "base/code_points.h"
#include "base/text.h"

#define ONES 0x0101010101010101u

/* Ranges that normal form C leaves alone, with their combining class. The unit test compares the
 * outcome with utf8proc for every code point and every composition. */
static const struct {
    int32_t first;
    int32_t last;
    unsigned class;
} calm[] = {
    {0x00a0, 0x02ff, 0},   /* Latin */
    {0x038e, 0x03a1, 0},   /* Greek */
    {0x03a3, 0x0482, 0},   /* Greek, Cyrillic */
    {0x0488, 0x052f, 0},   /* Cyrillic */
    {0x0531, 0x0556, 0},   /* Armenian */
    {0x0559, 0x058a, 0},   /* Armenian */
    {0x0e01, 0x0e37, 0},   /* Thai */
    {0x0e38, 0x0e39, 103}, /* Thai vowels below */
    {0x0e3f, 0x0e47, 0},   /* Thai */
    {0x0e48, 0x0e4b, 107}, /* Thai tones */
    {0x0e4c, 0x0e5b, 0},   /* Thai */
    {0x0e86, 0x0e8a, 0},   /* Lao */
    {0x0e8c, 0x0ea3, 0},   /* Lao */
    {0x0ea7, 0x0eb7, 0},   /* Lao */
    {0x0eb8, 0x0eb9, 118}, /* Lao vowels below */
    {0x0ebb, 0x0ebd, 0},   /* Lao */
    {0x0ec0, 0x0ec4, 0},   /* Lao */
    {0x0ec8, 0x0ecb, 122}, /* Lao tones */
    {0x0ecc, 0x0ecd, 0},   /* Lao */
    {0x1000, 0x102d, 0},   /* Myanmar */
    {0x102f, 0x1036, 0},   /* Myanmar */
    {0x1039, 0x103a, 9},   /* Myanmar virama, asat */
    {0x103b, 0x108c, 0},   /* Myanmar */
    {0x10d0, 0x10ff, 0},   /* Georgian */
    {0x1780, 0x17d1, 0},   /* Khmer */
    {0x17d2, 0x17d2, 9},   /* Khmer coeng */
    {0x17d3, 0x17dc, 0},   /* Khmer */
    {0x17e0, 0x17e9, 0},   /* Khmer digits */
    {0x1e00, 0x1eff, 0},   /* Latin, with the letters of Vietnamese */
    {0x2002, 0x2064, 0},   /* punctuation, zero-width space */
    {0x3041, 0x3096, 0},   /* kana */
    {0x30a1, 0x30fa, 0},   /* kana */
    {0x3400, 0x4dbf, 0},   /* Han */
    {0x4e00, 0x9ffc, 0},   /* Han */
    {0xac00, 0xd7a3, 0},   /* Hangul */
};

/* The combining class of a code point of the table, or -1 where only composing can tell. */
static int calm_class(int32_t code_point)
{
    size_t low = 0;
    size_t high = sizeof calm / sizeof calm[0];

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (code_point > calm[middle].last)
            low = middle + 1;
        else if (code_point < calm[middle].first)
            high = middle;
        else
            return (int)calm[middle].class;
    }
    return -1;
}

static bool is_control(int32_t code_point)
{
    return (code_point < 0x20 && code_point != '\n' && code_point != '\t') ||
           (code_point >= 0x7f && code_point < 0xa0);
}

/* Whether all eight bytes are 0x20 to 0x7e: no high bit, nothing below a space, no DEL. */
static bool is_plain_word(const uint8_t *at)
{
    uint64_t word = 0;
    uint64_t below_space = 0;
    uint64_t delete = 0;

    memcpy(&word, at, sizeof word);
    below_space = (word - ONES * 0x20u) & ~word;
    delete = word + ONES; /* 0x7f and above reach the high bit */
    return ((word | below_space | delete) & ONES * 0x80u) == 0;
}

/* How many bytes at the front are ASCII that text may hold. */
static size_t count_plain(struct by_bytes text)
{
    size_t count = 0;

    while (text.size - count >= sizeof(uint64_t) && is_plain_word(text.data + count))
        count += sizeof(uint64_t);
    while (count < text.size && text.data[count] < 0x7f && !is_control(text.data[count]))
        count++;
    return count;
}

/* Compose a valid text and see whether it comes out as it was. */
static enum banyan_status check_composed(struct by_bytes text)
{
    struct by_code_points list;
    enum banyan_status status = BANYAN_OK;
    size_t count = 0;

    by_code_points_init(&list);
    status = by_code_points_decompose(&list, text, false);
    if (status != BANYAN_OK)
        goto out;
    by_code_points_compose(&list);
    while (count < list.count && by_utf8_take(&text) == list.items[count])
        count++;
    if (count < list.count || text.size > 0)
        status = BANYAN_ERR_BAD_TEXT;
out:
    by_code_points_deinit(&list);
    return status;
}

/* The piece of a text being looked at: from a code point that joins with nothing before it up to
 * the next such one. */
struct piece {
    const uint8_t *start;
    int last_class;
    bool is_doubtful;
};

static enum banyan_status end_piece(struct piece *piece, const uint8_t *end)
{
    if (!piece->is_doubtful)
        return BANYAN_OK;
    piece->is_doubtful = false;
    return check_composed(by_bytes_of(piece->start, (size_t)(end - piece->start)));
}

/* One code point that stands at `at`. */
static enum banyan_status look_at(struct piece *piece, const uint8_t *at, int32_t code_point)
{
    int class = calm_class(code_point);
    enum banyan_status status = BANYAN_OK;

    if (class == 0) {
        status = end_piece(piece, at);
        piece->start = at;
    } else if (class < 0) {
        piece->is_doubtful = true;
    } else if (class < piece->last_class) {
        return BANYAN_ERR_BAD_TEXT; /* marks out of their order */
    }
    piece->last_class = class < 0 ? 0 : class;
    return status;
}

enum banyan_status by_text_check(struct by_bytes text)
{
    struct piece piece = {.start = text.data};
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && text.size > 0) {
        size_t plain = count_plain(text);
        const uint8_t *at = text.data;

        if (plain > 0) {
            status = end_piece(&piece, at);
            text.data += plain;
            text.size -= plain;
            piece = (struct piece){.start = text.data - 1};
        } else {
            int32_t code_point = by_utf8_take(&text);

            if (code_point < 0 || is_control(code_point))
                return BANYAN_ERR_BAD_TEXT;
            status = look_at(&piece, at, code_point);
        }
    }
    return status == BANYAN_OK ? end_piece(&piece, text.data) : status;
}

/* Text with CR LF and CR as LF. */
static enum banyan_status with_line_feeds(struct by_bytes text, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    size_t from = 0;

    for (size_t i = 0; status == BANYAN_OK && i < text.size; i++) {
        if (text.data[i] != '\r')
            continue;
        status = by_buffer_append(out, text.data + from, i - from);
        from = i + 1;
        if (status == BANYAN_OK && (from == text.size || text.data[from] != '\n'))
            status = by_buffer_append_u8(out, '\n');
    }
    if (status == BANYAN_OK && from < text.size)
        status = by_buffer_append(out, text.data + from, text.size - from);
    return status;
}

/* Controls are refused before composing: no composition makes or removes one. */
static enum banyan_status compose(struct by_bytes text, struct by_buffer *out)
{
    struct by_code_points list;
    enum banyan_status status = BANYAN_OK;
    size_t size_before = out->size;

    by_code_points_init(&list);
    status = by_code_points_decompose(&list, text, false);
    for (size_t i = 0; status == BANYAN_OK && i < list.count; i++) {
        if (is_control(list.items[i]))
            status = BANYAN_ERR_BAD_TEXT;
    }
    if (status != BANYAN_OK)
        goto out;
    by_code_points_compose(&list);
    status = by_code_points_encode(&list, out);
    if (status != BANYAN_OK)
        out->size = size_before;
out:
    by_code_points_deinit(&list);
    return status;
}

enum banyan_status by_text_normalise(struct by_bytes text, struct by_buffer *out)
{
    struct by_buffer lines = BY_BUFFER_INIT(text.size);
    enum banyan_status status = BANYAN_OK;

    if (text.size > 0 && memchr(text.data, '\r', text.size) != NULL) {
        status = with_line_feeds(text, &lines);
        text = by_buffer_bytes(&lines);
    }
    if (status == BANYAN_OK)
        status = by_text_check(text);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, text);
    else if (status == BANYAN_ERR_BAD_TEXT)
        status = compose(text, out);
    by_buffer_deinit(&lines);
    return status;
}

enum banyan_status by_text_stored(struct by_bytes text, size_t size_max, struct by_arena *arena,
                                  struct by_bytes *out_text)
{
    struct by_buffer stored = BY_BUFFER_INIT(size_max);
    enum banyan_status status = BANYAN_OK;

    *out_text = text;
    if (text.size <= size_max && by_text_check(text) == BANYAN_OK)
        return BANYAN_OK;
    status = by_text_normalise(text, &stored);
    if (status == BANYAN_OK)
        status = by_arena_copy(arena, by_buffer_bytes(&stored), out_text);
    by_buffer_deinit(&stored);
    return status;
}
