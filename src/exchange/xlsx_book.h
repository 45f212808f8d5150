/*
 * What a workbook says beside its rows: sheets, shared texts, which styles are dates.
 */
#ifndef BY_EXCHANGE_XLSX_BOOK_H
#define BY_EXCHANGE_XLSX_BOOK_H

#include "base/arena.h"
#include "exchange/xml.h"

struct by_xlsx_sheet {
    const char *name;
    const char *relation; /* its id in the workbook's relations */
    const char *part;     /* NULL: the relations do not name it */
    bool is_hidden;
};
/* A date style, or the part of a day that it shows. */
enum by_xlsx_style { BY_XLSX_NUMBER, BY_XLSX_DATE };

struct by_xlsx_book {
    struct by_arena arena;
    struct by_xlsx_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    bool is_1904;           /* days are counted from 1904 */
    struct by_buffer texts; /* shared, one behind the other */
    size_t *text_ends;
    size_t text_count, text_capacity;
    uint8_t *styles; /* enum by_xlsx_style, by cell style */
    size_t style_count, style_capacity;
};

/* BANYAN_ERR_MALFORMED with words. The book is to be released whatever comes of it. */
BANYAN_MUST_CHECK enum banyan_status
by_xlsx_book_read(struct zip *archive, struct by_xlsx_book *out_book, struct banyan_error *error);
void by_xlsx_book_deinit(struct by_xlsx_book *book);
/* Empty where there is no such text. */
struct by_bytes by_xlsx_book_text(const struct by_xlsx_book *book, uint64_t number);
bool by_xlsx_book_is_date(const struct by_xlsx_book *book, uint64_t style);

/* A day's number to "2020-01-31", with a fraction "2020-01-31 10:30:00"; false where it is none. */
#define BY_XLSX_DATE_BYTES 24
bool by_xlsx_date(double number, bool is_1904, char out_text[BY_XLSX_DATE_BYTES]);
/* Whether a number format shows a day or a time. */
bool by_xlsx_format_is_date(const char *code);

#endif
