/*
 * Text in every script: UTF-8, normal form C, search folding, width in a terminal, making hostile
 * text visible.
 *
 * Stored text is normal form C and never folded; folded text is never stored in a log, shown or
 * signed.
 */
#ifndef BY_BASE_TEXT_H
#define BY_BASE_TEXT_H

#include "base/arena.h"

/* BANYAN_OK for valid UTF-8 in normal form C without control characters other than LF and TAB; else
 * BANYAN_ERR_BAD_TEXT. */
BANYAN_MUST_CHECK enum banyan_status by_text_check(struct by_bytes text);

/* User input to stored form: valid UTF-8 to normal form C. BANYAN_ERR_BAD_TEXT for invalid UTF-8 or
 * control characters (CR LF and CR become LF first). Appends to out. */
BANYAN_MUST_CHECK enum banyan_status by_text_normalise(struct by_bytes text, struct by_buffer *out);

/* The same text: borrowed where it is in stored form already, else in arena. BANYAN_ERR_TOO_LARGE
 * past size_max bytes. */
BANYAN_MUST_CHECK enum banyan_status by_text_stored(struct by_bytes text, size_t size_max,
                                                    struct by_arena *arena,
                                                    struct by_bytes *out_text);

/* The search key of a text: the same function for index and query. Words separated by one space;
 * the rules per script are in docs/search.md. Raise BY_TEXT_FOLD_VERSION with any change: views
 * built with another are rebuilt. */
#define BY_TEXT_FOLD_VERSION 2u
BANYAN_MUST_CHECK enum banyan_status by_text_fold(struct by_bytes text, struct by_buffer *out);

/*
 * Folded text to index tokens with one space between: words of scripts that write spaces, pairs of
 * neighbouring code points of scripts that do not (Khmer, Lao, Thai, Myanmar, Han, kana; a run of
 * one is one token). The same for index and query: a query's tokens from one word in a row are a
 * phrase. A tokenizer that splits at ASCII spaces only keeps them whole (FTS5: tokenize = ascii).
 * Appends to out; BANYAN_ERR_BAD_TEXT for invalid UTF-8.
 */
BANYAN_MUST_CHECK enum banyan_status by_text_tokens(struct by_bytes folded, struct by_buffer *out);

/* Terminal columns of valid UTF-8 (wide characters 2, non-spacing marks 0). Invalid bytes count 1.
 */
size_t by_text_columns(struct by_bytes text);

/* Append text with control characters, escapes, bidi controls and invalid bytes written visibly
 * (\x1b, U+202E). LF and TAB stay when keep_lines is set. On BANYAN_ERR_TOO_LARGE the part that
 * fits has been appended, cut between two characters. */
BANYAN_MUST_CHECK enum banyan_status
by_text_visible(struct by_bytes text, bool keep_lines, struct by_buffer *out);

/* A BCP 47 tag of the form the records use: 2-3 letters, then subtags of 1-8 letters or digits, "-"
 * between, <= 35 bytes. */
bool by_text_is_language(struct by_bytes tag);

#endif
