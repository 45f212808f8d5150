#include "os/fail.h"

#include <errno.h>
#include <string.h>

static enum banyan_status status_of(int number)
{
    switch (number) {
    case ENOENT:
        return BANYAN_ERR_NOT_FOUND;
    case EEXIST:
        return BANYAN_ERR_EXISTS;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return BANYAN_ERR_FULL;
    case ENOMEM:
        return BANYAN_ERR_MEMORY;
    default:
        return BANYAN_ERR_DISK;
    }
}

enum banyan_status
by_os_fail(struct banyan_error *error, int number, const char *doing, const char *path)
{
    return by_fail(error, status_of(number), "cannot %s %s: %s", doing, path, strerror(number));
}
