/*
 * Showing text from other organisations safely, and in columns.
 */
#ifndef BANYAN_TEXT_H
#define BANYAN_TEXT_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Terminal columns of UTF-8 text: wide characters 2, non-spacing marks 0. */
BANYAN_API size_t banyan_text_columns(const char *text, size_t size);

/* Control characters, escapes and bidi controls written visibly; LF and TAB stay when keep_lines.
 * NULL data when memory ran out. */
BANYAN_API struct banyan_text banyan_text_visible(const char *text, size_t size, bool keep_lines);

/* The longest beginning of text that fills at most columns; returns its bytes. Never cuts a
 * character or its marks. */
BANYAN_API size_t banyan_text_fit(const char *text, size_t size, size_t columns);

#ifdef __cplusplus
}
#endif

#endif
