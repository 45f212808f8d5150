/*
 * Words for a refused system call, and the status its errno stands for.
 */
#ifndef BY_OS_FAIL_H
#define BY_OS_FAIL_H

#include "base/error.h"

/* A sentence such as "cannot read %s", translated as by_fail does, and behind it what errno says.
 * ENOENT is BANYAN_ERR_NOT_FOUND, EEXIST _EXISTS, no room _FULL, no memory _MEMORY, the rest
 * _DISK. */
enum banyan_status by_os_fail(struct banyan_error *error, int number, const char *format, ...)
    BANYAN_FORMAT(3, 4);

#endif
