/*
 * How alike the names of two records are: shared by what finds one, and one among many.
 */
#ifndef BY_VIEW_ALIKE_PARTS_H
#define BY_VIEW_ALIKE_PARTS_H

#include "base/text_similar.h"
#include "view/alike.h"

/* Of a record's folded text (view/document.h) the lines under the field that names it, against
 * names: hundredths, at best. */
int by_alike_weigh(const struct by_trigrams *names, size_t count, const struct by_field *naming,
                   struct by_bytes folded);
/* The next of these lines; false at the end. */
bool by_alike_name_line(const struct by_field *naming, struct by_bytes *rest,
                        struct by_bytes *out_line);
/* The trigrams of a name as written; none where it is too long to be folded. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_fold(struct by_bytes name, struct by_buffer *folded, struct by_trigrams *out_trigrams);

#endif
