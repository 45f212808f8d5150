/*
 * The texts that a record's rows are made of: document, search key, conflicts, changes of
 * proposals. Each a function of the operations alone.
 */
#ifndef BY_VIEW_DOCUMENT_H
#define BY_VIEW_DOCUMENT_H

#include "codec/json.h"
#include "record/merge.h"

/* A document that fits what readers take: of one past BY_DOCUMENT_BYTES_MAX as JSON, fields that
 * the type does not know are left out, then the largest, until it does. Logs, history and merge
 * keep them. */
BANYAN_MUST_CHECK enum banyan_status
by_document_fit(const struct by_type *type, struct by_value *document, struct by_arena *arena);
/* "path TAB folded text LF" for every text of the document that people may look for. */
BANYAN_MUST_CHECK enum banyan_status by_document_fold(const struct by_type *type,
                                                      const struct by_value *document,
                                                      struct by_buffer *out);
/* Search tokens of what by_document_fold made, paths left out. */
BANYAN_MUST_CHECK enum banyan_status
by_document_tokens(struct by_bytes folded, struct by_buffer *out);
/* The next line of it; false at the end. */
bool by_document_line(struct by_bytes *rest, struct by_bytes *out_path,
                      struct by_bytes *out_folded);
/* What an operation changes: [{"path", "change", "value"}]; a removal's value are the elements it
 * takes back, the first few KiB of them, found among all operations of the record (in id
 * order). */
BANYAN_MUST_CHECK enum banyan_status by_document_changes(const struct by_operation *operation,
                                                         const struct by_operation *all,
                                                         size_t count, struct by_buffer *out);
/* "put", "patch", "delete" ... Static. */
const char *by_op_name(enum by_op op);

#endif
