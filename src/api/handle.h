/*
 * What the files of the interface share: the node behind its public name, and handing results out.
 */
#ifndef BY_API_HANDLE_H
#define BY_API_HANDLE_H

#include "banyan/node.h"
#include "core/node.h"

struct banyan_node {
    struct by_node *core;
};

/* Whether all pointers that a call needs are there; else BANYAN_ERR_USAGE with words. Empties
 * out_text (may be NULL when the call gives none). */
enum banyan_status
by_api_begin(struct banyan_text *out_text, bool has_all, struct banyan_error *error);
/* Give the buffer's content to the caller where status is BANYAN_OK, and release it else. */
enum banyan_status by_api_end(enum banyan_status status, struct by_buffer *result,
                              struct banyan_text *out_text, struct banyan_error *error);
#define BY_API_RESULT BY_BUFFER_INIT(SIZE_MAX)

#endif
