/*
 * Words for a refused system call, and the status its errno stands for.
 */
#ifndef BY_OS_FAIL_H
#define BY_OS_FAIL_H

#include "base/error.h"

/* "cannot <doing> <path>: <what errno says>". ENOENT is BANYAN_ERR_NOT_FOUND, EEXIST _EXISTS, no
 * room _FULL, no memory _MEMORY, the rest _DISK. */
enum banyan_status
by_os_fail(struct banyan_error *error, int number, const char *doing, const char *path);

#endif
