/*
 * Whether a workbook is whole: the library that writes it does not look at what the disk said.
 */
#ifndef BY_EXCHANGE_XLSX_CHECK_H
#define BY_EXCHANGE_XLSX_CHECK_H

#include <stdint.h>

#include "base/error.h"

/* Read it all, and count. BANYAN_ERR_FULL where a part is no XML, or rows or cells are missing.
 * Cost: about a tenth of writing it. */
BANYAN_MUST_CHECK enum banyan_status
by_xlsx_check(const char *path, uint64_t rows, uint64_t cells, struct banyan_error *error);

#endif
