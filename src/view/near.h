/*
 * Near names for a name that is none, for the end of an error's sentence.
 */
#ifndef BY_VIEW_NEAR_H
#define BY_VIEW_NEAR_H

#include "banyan/status.h"
#include "base/bytes.h"

/* The three nearest met so far (record/near.h says what is near). Starts zeroed with wanted set. */
struct by_near {
    struct by_bytes wanted;
    const char *names[3];
    size_t distances[3];
    size_t count;
};
void by_near_offer(struct by_near *near, const char *name);
/* "", or " (near names: a, b)" in the words of the error. Into text of BY_NEAR_TEXT_BYTES. */
#define BY_NEAR_TEXT_BYTES 256
void by_near_text(const struct by_near *near, const struct banyan_error *error,
                  char out_text[BY_NEAR_TEXT_BYTES]);

#endif
