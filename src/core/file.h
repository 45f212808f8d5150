/*
 * Small files that are written whole.
 */
#ifndef BY_CORE_FILE_H
#define BY_CORE_FILE_H

#include "base/bytes.h"
#include "base/error.h"

/* The file appears whole or not at all. BANYAN_ERR_EXISTS for one that is there, unless replace is
 * set; BANYAN_ERR_DISK. */
BANYAN_MUST_CHECK enum banyan_status
by_file_write(const char *path, bool replace, struct by_bytes bytes, struct banyan_error *error);

#endif
