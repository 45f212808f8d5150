#include "exchange/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/code_points.h"

/* A character cut at the end of a piece. */
#define KEPT_MAX 8u
#define MARK     "\xef\xbb\xbf"

static const struct {
    const char *name;
    const char *others[4];
} names[BY_CHARSET_COUNT] = {
    [BY_CHARSET_UTF8] = {"utf-8", {"utf8", "utf-8-sig"}},
    [BY_CHARSET_UTF16LE] = {"utf-16le", {"utf16le", "utf-16", "utf16", "unicode"}},
    [BY_CHARSET_UTF16BE] = {"utf-16be", {"utf16be"}},
    [BY_CHARSET_WINDOWS_1251] = {"windows-1251", {"cp1251", "win1251", "win-1251", "1251"}},
    [BY_CHARSET_WINDOWS_1252] = {"windows-1252", {"cp1252", "latin1", "iso-8859-1", "1252"}},
    [BY_CHARSET_WINDOWS_1258] = {"windows-1258", {"cp1258", "win1258", "win-1258", "1258"}},
};

const char *by_charset_name(enum by_charset charset)
{
    return names[charset].name;
}

bool by_charset_from_name(const char *name, enum by_charset *out_charset)
{
    for (int i = 0; i < BY_CHARSET_COUNT; i++) {
        bool is_it = strcasecmp(name, names[i].name) == 0;

        for (size_t k = 0; k < 4 && names[i].others[k] != NULL; k++)
            is_it = is_it || strcasecmp(name, names[i].others[k]) == 0;
        if (is_it) {
            *out_charset = (enum by_charset)i;
            return true;
        }
    }
    return false;
}

/* -- evidence -- */

/* Well-formed UTF-8 as in the Unicode standard, table 3-7. */
static void look_for_utf8(struct by_charset_evidence *evidence, uint8_t c)
{
    if (evidence->expected > 0 && c >= evidence->low && c <= evidence->top) {
        evidence->begun++;
        evidence->expected--;
        evidence->well_formed += evidence->expected == 0;
        evidence->low = 0x80;
        evidence->top = 0xbf;
        return;
    }
    if (evidence->expected > 0)
        evidence->malformed += evidence->begun;
    evidence->expected = 0;
    if (c < 0x80)
        return;
    if (c < 0xc2 || c > 0xf4) {
        evidence->malformed++;
        return;
    }
    evidence->begun = 1;
    evidence->expected = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    evidence->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    evidence->top = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
}

/* Grave, hook, tilde, acute and dot below stand behind their vowel. */
static bool is_tone(uint8_t c)
{
    return c == 0xcc || c == 0xd2 || c == 0xde || c == 0xec || c == 0xf2;
}

/* How many bytes at the front are ASCII and not zero, eight at a time. */
static size_t count_ascii(struct by_bytes bytes)
{
    static const uint64_t ones = 0x0101010101010101u;
    size_t count = 0;
    uint64_t word = 0;

    for (; bytes.size - count >= sizeof word; count += sizeof word) {
        memcpy(&word, bytes.data + count, sizeof word);
        if (((word | (word - ones)) & ones * 0x80u) != 0)
            break;
    }
    return count;
}

static bool is_ascii_vowel(uint8_t c)
{
    return c != 0 && strchr("aeiouyAEIOUY", c) != NULL;
}

static void look_at_byte(struct by_charset_evidence *evidence, uint8_t c)
{
    if (evidence->size < sizeof evidence->first)
        evidence->first[evidence->size] = c;
    if (c == 0 && evidence->size % 2 == 0)
        evidence->zeros_even++;
    if (c == 0 && evidence->size % 2 == 1)
        evidence->zeros_odd++;
    look_for_utf8(evidence, c);
    evidence->high += c >= 0x80;
    evidence->high_pairs += c >= 0x80 && evidence->last >= 0x80;
    evidence->tones += is_tone(c) && is_ascii_vowel(evidence->last);
    evidence->last = c;
    evidence->size++;
}

void by_charset_look(struct by_charset_evidence *evidence, struct by_bytes bytes)
{
    while (bytes.size > 0) {
        /* Of ASCII between whole characters only its end tells anything. */
        bool is_between = evidence->size >= sizeof evidence->first && evidence->expected == 0;
        size_t plain = is_between ? count_ascii(bytes) : 0;

        if (plain > 0) {
            evidence->last = bytes.data[plain - 1];
            evidence->size += plain;
        } else {
            look_at_byte(evidence, bytes.data[0]);
            plain = 1;
        }
        bytes = by_bytes_of(bytes.data + plain, bytes.size - plain);
    }
}

static bool begins_with(const struct by_charset_evidence *evidence, const char *mark, size_t size)
{
    return evidence->size >= size && memcmp(evidence->first, mark, size) == 0;
}

/* Other encodings have bytes that look like a character of UTF-8 now and then, among many that do
 * not. One that was cut within its last character says so in those before. */
static bool is_utf8(const struct by_charset_evidence *evidence)
{
    if (evidence->well_formed > 0)
        return evidence->well_formed >= evidence->malformed;
    return evidence->malformed == 0 && evidence->expected == 0;
}

enum by_charset by_charset_guess(const struct by_charset_evidence *evidence)
{
    uint64_t many = evidence->size / 10;

    if (begins_with(evidence, MARK, 3))
        return BY_CHARSET_UTF8;
    if (begins_with(evidence, "\xff\xfe", 2))
        return BY_CHARSET_UTF16LE;
    if (begins_with(evidence, "\xfe\xff", 2))
        return BY_CHARSET_UTF16BE;
    if (evidence->zeros_odd > many && evidence->zeros_odd > evidence->zeros_even)
        return BY_CHARSET_UTF16LE;
    if (evidence->zeros_even > many)
        return BY_CHARSET_UTF16BE;
    if (is_utf8(evidence))
        return BY_CHARSET_UTF8;
    if (evidence->high_pairs * 2 > evidence->high)
        return BY_CHARSET_WINDOWS_1251;
    return evidence->tones > 0 ? BY_CHARSET_WINDOWS_1258 : BY_CHARSET_WINDOWS_1252;
}

/* -- conversion -- */

struct by_charset_reader {
    iconv_t conversion;
    size_t unit;  /* bytes that stand together */
    bool is_big;  /* of which the first is the high one */
    bool is_utf8; /* so that most of it needs none */
    uint8_t kept[KEPT_MAX];
    size_t kept_size;
    bool has_begun; /* what comes is not the first character */
};

enum banyan_status
by_charset_reader_new(enum by_charset charset, struct by_charset_reader **out_reader)
{
    struct by_charset_reader *reader = calloc(1, sizeof *reader);

    if (reader == NULL)
        return BANYAN_ERR_MEMORY;
    reader->unit = charset == BY_CHARSET_UTF16LE || charset == BY_CHARSET_UTF16BE ? 2 : 1;
    reader->is_big = charset == BY_CHARSET_UTF16BE;
    reader->conversion = iconv_open("UTF-8", by_charset_name(charset));
    if (reader->conversion == (iconv_t)-1) { // NOLINT: iconv's own way to say no
        free(reader);
        return BANYAN_ERR_MEMORY;
    }
    reader->is_utf8 = charset == BY_CHARSET_UTF8;
    *out_reader = reader;
    return BANYAN_OK;
}

void by_charset_reader_free(struct by_charset_reader *reader)
{
    if (reader == NULL)
        return;
    iconv_close(reader->conversion);
    free(reader);
}

void by_charset_reader_reset(struct by_charset_reader *reader)
{
    iconv(reader->conversion, NULL, NULL, NULL, NULL);
    reader->kept_size = 0;
    reader->has_begun = false;
}

static enum banyan_status
append_converted(struct by_charset_reader *reader, struct by_bytes text, struct by_buffer *out)
{
    if (!reader->has_begun && text.size >= 3 && memcmp(text.data, MARK, 3) == 0) {
        text.data += 3;
        text.size -= 3;
    }
    reader->has_begun = reader->has_begun || text.size > 0;
    return by_buffer_append_bytes(out, text);
}

/* What iconv holds back: a vowel of windows-1258 waits for its tone. */
static enum banyan_status flush(struct by_charset_reader *reader, struct by_buffer *out)
{
    char piece[64];
    char *to = piece;
    size_t room = sizeof piece;

    iconv(reader->conversion, NULL, NULL, &to, &room);
    return append_converted(reader, by_bytes_of(piece, sizeof piece - room), out);
}

static enum banyan_status
append_bad(struct by_charset_reader *reader, unsigned value, struct by_buffer *out)
{
    char mark[BY_CHARSET_BAD_BYTES + 1];

    (void)snprintf(mark, sizeof mark, "%c%04X", BY_CHARSET_BAD, value & 0xffffu);
    return append_converted(reader, by_bytes_of(mark, BY_CHARSET_BAD_BYTES), out);
}

/* What iconv stopped at: bytes that stand for nothing are passed over. */
static enum banyan_status
pass_over(struct by_charset_reader *reader, struct by_bytes *rest, struct by_buffer *out)
{
    size_t size = rest->size < reader->unit ? rest->size : reader->unit;
    unsigned value = rest->data[0];
    enum banyan_status status = flush(reader, out);

    if (size == 2)
        value = reader->is_big ? value << 8 | rest->data[1] : value | (unsigned)rest->data[1] << 8;
    *rest = by_bytes_of(rest->data + size, rest->size - size);
    return status == BANYAN_OK ? append_bad(reader, value, out) : status;
}

/* What is whole characters already, up to the first byte that has to be looked at by iconv. */
static enum banyan_status
take_whole(struct by_charset_reader *reader, struct by_bytes *rest, struct by_buffer *out)
{
    struct by_bytes whole = *rest;

    do {
        size_t plain = count_ascii(*rest);

        *rest = by_bytes_of(rest->data + plain, rest->size - plain);
    } while (by_utf8_take(rest) >= 0);
    whole.size -= rest->size;
    return append_converted(reader, whole, out);
}

/* By iconv. False where the rest is the beginning of a character. */
static bool convert_piece(struct by_charset_reader *reader, struct by_bytes *rest,
                          struct by_buffer *out, enum banyan_status *out_status)
{
    char piece[4096];
    char *in = (char *)(uintptr_t)rest->data, *to = piece;
    size_t in_size = rest->size, room = sizeof piece;
    size_t outcome = iconv(reader->conversion, &in, &in_size, &to, &room);
    int number = outcome == (size_t)-1 ? errno : 0;

    *rest = by_bytes_of(in, in_size);
    *out_status = append_converted(reader, by_bytes_of(piece, sizeof piece - room), out);
    if (*out_status == BANYAN_OK && number == EILSEQ)
        *out_status = pass_over(reader, rest, out);
    return number != EINVAL;
}

static enum banyan_status
convert(struct by_charset_reader *reader, struct by_bytes *rest, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    while (rest->size > 0 && status == BANYAN_OK) {
        if (reader->is_utf8)
            status = take_whole(reader, rest, out);
        if (status != BANYAN_OK || rest->size == 0)
            break;
        if (!convert_piece(reader, rest, out, &status))
            break;
    }
    return status;
}

enum banyan_status
by_charset_read(struct by_charset_reader *reader, struct by_bytes bytes, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    /* The character that was cut, a byte more at a time. */
    while (reader->kept_size > 0 && bytes.size > 0 && status == BANYAN_OK) {
        struct by_bytes kept;

        reader->kept[reader->kept_size++] = bytes.data[0];
        bytes.data++;
        bytes.size--;
        kept = by_bytes_of(reader->kept, reader->kept_size);
        status = convert(reader, &kept, out);
        if (reader->kept_size == KEPT_MAX)
            kept.size = 0;
        memmove(reader->kept, kept.data, kept.size);
        reader->kept_size = kept.size;
    }
    if (status == BANYAN_OK)
        status = convert(reader, &bytes, out);
    if (status == BANYAN_OK && bytes.size > 0) {
        memcpy(reader->kept, bytes.data, bytes.size);
        reader->kept_size = bytes.size;
    }
    return status;
}

enum banyan_status by_charset_read_end(struct by_charset_reader *reader, struct by_buffer *out)
{
    enum banyan_status status = flush(reader, out);

    if (status == BANYAN_OK && reader->kept_size > 0) {
        status = append_bad(reader, reader->kept[0], out);
        status = status == BANYAN_OK ? BANYAN_ERR_MALFORMED : status;
    }
    reader->kept_size = 0;
    return status;
}
