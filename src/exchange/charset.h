/*
 * The encodings of office files: telling which one a file is in, and making UTF-8 of it.
 */
#ifndef BY_EXCHANGE_CHARSET_H
#define BY_EXCHANGE_CHARSET_H

#include "base/bytes.h"

enum by_charset {
    BY_CHARSET_UTF8,
    BY_CHARSET_UTF16LE,
    BY_CHARSET_UTF16BE,
    BY_CHARSET_WINDOWS_1251, /* Cyrillic */
    BY_CHARSET_WINDOWS_1252, /* western Europe */
    BY_CHARSET_WINDOWS_1258, /* Vietnamese */
};
#define BY_CHARSET_COUNT 6
/* "utf-8", "windows-1258". Static. */
const char *by_charset_name(enum by_charset charset);
/* Names as people and programs write them, in any case: "UTF-8", "cp1251", "win1258". */
bool by_charset_from_name(const char *name, enum by_charset *out_charset);

/*
 * What all bytes of a file together say. Starts zeroed; takes the file in pieces of any size.
 *
 * A byte order mark decides. Else text with many zero bytes is UTF-16; what has characters of
 * several bytes in UTF-8, and no more bytes that do not fit, is that with damage; and the rest is
 * told by where the bytes above 127 stand: Cyrillic words consist of them, Vietnamese ones
 * have the marks that windows-1258 writes behind a vowel, and what is neither is taken as western.
 */
struct by_charset_evidence {
    uint8_t first[3];
    uint64_t size;
    uint64_t zeros_even, zeros_odd;
    uint64_t high, high_pairs; /* bytes above 127, and those behind another */
    uint64_t tones;            /* combining marks of windows-1258 behind an ASCII vowel */
    uint8_t last;
    uint64_t well_formed; /* characters of UTF-8 beyond ASCII */
    uint64_t malformed;   /* bytes that are no part of one */
    uint8_t begun;        /* bytes of the one at work */
    uint8_t expected;     /* continuation bytes still to come */
    uint8_t low, top;     /* bounds of the next one */
};
void by_charset_look(struct by_charset_evidence *evidence, struct by_bytes bytes);
enum by_charset by_charset_guess(const struct by_charset_evidence *evidence);

/*
 * A conversion to UTF-8 in pieces.
 *
 * A byte that stands for nothing, in UTF-16 a half of a pair that stands alone, becomes a mark that
 * no text has: this byte, and behind it the value in four hexadecimal digits.
 */
#define BY_CHARSET_BAD       0xff
#define BY_CHARSET_BAD_BYTES 5u
struct by_charset_reader;
BANYAN_MUST_CHECK enum banyan_status
by_charset_reader_new(enum by_charset charset, struct by_charset_reader **out_reader);
/* NULL is fine. */
void by_charset_reader_free(struct by_charset_reader *reader);
/* Back to the beginning of a text. */
void by_charset_reader_reset(struct by_charset_reader *reader);
/* Append what bytes stand for; part of a character at their end is kept for the next call. A byte
 * order mark at the beginning is left out. */
BANYAN_MUST_CHECK enum banyan_status
by_charset_read(struct by_charset_reader *reader, struct by_bytes bytes, struct by_buffer *out);
/* The text ends here: append what waited for more. BANYAN_ERR_MALFORMED where that is part of a
 * character, of which the first byte is marked. */
BANYAN_MUST_CHECK enum banyan_status
by_charset_read_end(struct by_charset_reader *reader, struct by_buffer *out);

#endif
