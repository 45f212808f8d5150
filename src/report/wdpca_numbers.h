/*
 * Which row of the WDPCA has a number first.
 */
#ifndef BY_REPORT_WDPCA_NUMBERS_H
#define BY_REPORT_WDPCA_NUMBERS_H

#include "base/bytes.h"

struct by_wdpca_number {
    uint64_t hash; /* 0: a free place */
    int64_t fid;   /* of the record */
};
/* Zeroed to begin with. */
struct by_wdpca_numbers {
    struct by_wdpca_number *places; /* at most half of them are taken */
    size_t capacity, count;
};

/* Note that a record has the number, unless another had it before: *out_fid is that one's, and
 * *out_is_new false. Two numbers may share a hash: whoever cares compares them. BANYAN_ERR_MEMORY.
 */
BANYAN_MUST_CHECK enum banyan_status by_wdpca_numbers_note(struct by_wdpca_numbers *numbers,
                                                           struct by_bytes number, int64_t fid,
                                                           int64_t *out_fid, bool *out_is_new);
void by_wdpca_numbers_deinit(struct by_wdpca_numbers *numbers);

#endif
