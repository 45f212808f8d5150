/*
 * The rows of single records, as by_view_each reads them.
 */
#ifndef BY_VIEW_ASKER_H
#define BY_VIEW_ASKER_H

#include "view/each.h"
#include "view/reader.h"

/* By its place in table record. Borrowed until the next question. BANYAN_ERR_NOT_FOUND, _DAMAGED.
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_asker_row(struct by_view_asker *asker, int64_t row, struct by_view_record *out_record);

#endif
