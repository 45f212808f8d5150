/*
 * The buckets of the view digest (record/digest.h), kept with the rows they are made of.
 */
#ifndef BY_VIEW_DIGEST_H
#define BY_VIEW_DIGEST_H

#include "view/internal.h"

/* Compute the buckets of all records written since the last call (BY_STATEMENT_BUCKET_TOUCH). */
BANYAN_MUST_CHECK enum banyan_status
by_digest_settle(struct by_view *view, struct banyan_error *error);

#endif
