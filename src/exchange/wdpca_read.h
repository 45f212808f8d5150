/*
 * Tables of the World Database on Protected Areas as it is downloaded: WDPA 1.6 of 2019, and WDPCA
 * of 2025, whose NAME is what ORIG_NAME was. Which it is, the header says.
 */
#ifndef BY_EXCHANGE_WDPCA_READ_H
#define BY_EXCHANGE_WDPCA_READ_H

#include "exchange/mapping.h"

enum by_wdpca_schema { BY_WDPCA_NONE, BY_WDPCA_OLD, BY_WDPCA_NEW };
/* By WDPAID or SITE_ID in the header of sites. */
enum by_wdpca_schema by_wdpca_schema_of(const struct by_type *type, const struct by_row *header);
/* Where a column of such a table goes: nowhere for those that are not ours to keep. language: of
 * what is in the original script, BCP 47; NULL for not known. Everything lives in arena, or is
 * static. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_wdpca_map(enum by_wdpca_schema schema, const struct by_type *type, const char *language,
             struct by_mapping_column *column, struct by_arena *arena);

#endif
