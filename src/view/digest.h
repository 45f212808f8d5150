/*
 * The buckets of the view digest (record/digest.h), kept with the rows they are made of.
 */
#ifndef BY_VIEW_DIGEST_H
#define BY_VIEW_DIGEST_H

#include "view/internal.h"

/* A transaction begins: none of its records is written yet. */
void by_digest_begin(struct by_view *view);
/* One is. */
void by_digest_touch(struct by_view *view, const struct by_id *name_hash);
/* More is to be written in later transactions: note in the file what was touched. */
BANYAN_MUST_CHECK enum banyan_status
by_digest_keep(struct by_view *view, struct banyan_error *error);
/* Whether something stands noted there. */
BANYAN_MUST_CHECK enum banyan_status
by_digest_is_kept(struct by_view *view, bool *out_is_so, struct banyan_error *error);
/* Compute the buckets of all records touched, those noted in the file too. */
BANYAN_MUST_CHECK enum banyan_status
by_digest_settle(struct by_view *view, struct banyan_error *error);

#endif
