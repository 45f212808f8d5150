/*
 * Taking back the settling of a conflict.
 */
#ifndef BY_CORE_REOPEN_H
#define BY_CORE_REOPEN_H

#include "core/node.h"

/*
 * Open again what the last settling of the record settled, as far as nobody has changed it since:
 * each value of the conflict is written anew, apart from the others, upon what settled it. So the
 * record shows the same values as before, now said by who opened it again. Answers as of
 * core/answer.h. BANYAN_ERR_NOT_FOUND when nothing is to be opened; BANYAN_ERR_DENIED on a record
 * where this organisation only proposes.
 */
BANYAN_MUST_CHECK enum banyan_status
by_reopen(struct by_node *node, const char *id, struct by_buffer *out, struct banyan_error *error);

#endif
