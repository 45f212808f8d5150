/*
 * Excel workbooks of tables, row by row: typed cells, texts that are never formulas, drop-downs.
 */
#ifndef BY_EXCHANGE_XLSX_WRITE_H
#define BY_EXCHANGE_XLSX_WRITE_H

#include "base/error.h"
#include "exchange/sheet.h"

/* What a cell of Excel has room for, in characters. */
#define BY_XLSX_TEXT_MAX 32767u
/* Stands in the place of a longer text; an import takes it for not edited. */
#define BY_XLSX_TOO_LONG "[banyan: too long for a cell]"

struct by_workbook;
/* path is written when the workbook is closed, over what is there. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_workbook_new(const char *path, struct by_workbook **out_workbook);
/* A further sheet, with a header that stays in sight. name is cut and changed as Excel wants it,
 * and made different from those before. BANYAN_ERR_MEMORY, BANYAN_ERR_TOO_LARGE. */
BANYAN_MUST_CHECK enum banyan_status
by_workbook_sheet(struct by_workbook *workbook, const char *name);
/* The next column of the header. width: in characters; hidden columns hold what is not for people.
 */
BANYAN_MUST_CHECK enum banyan_status
by_workbook_column(struct by_workbook *workbook, const char *header, double width, bool is_hidden);
/* The column made last takes the labels of the list; other values are warned of, and taken. */
BANYAN_MUST_CHECK enum banyan_status by_workbook_choices(struct by_workbook *workbook,
                                                         const struct by_code_list *list,
                                                         const char *language);
/* Begin a row, then its cells from the first column on. BANYAN_ERR_TOO_LARGE past what a sheet has
 * room for (1,048,576 rows). */
BANYAN_MUST_CHECK enum banyan_status by_workbook_row(struct by_workbook *workbook);
BANYAN_MUST_CHECK enum banyan_status
by_workbook_cell(struct by_workbook *workbook, struct by_bytes text, enum by_cell_kind kind);
/* Write the file and let go of the workbook. BANYAN_ERR_DISK with words. */
BANYAN_MUST_CHECK enum banyan_status
by_workbook_close(struct by_workbook *workbook, struct banyan_error *error);
/* Let go of it; nothing is written. NULL is fine. */
void by_workbook_drop(struct by_workbook *workbook);

#endif
