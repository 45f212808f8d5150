#include "os/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
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

/* What is met often has words to be translated; they are those of strerror. */
static const char *reason_of(int number)
{
    switch (number) {
    case ENOENT:
        return N_("No such file or directory");
    case EACCES:
        return N_("Permission denied");
    case EPERM:
        return N_("Operation not permitted");
    case EEXIST:
        return N_("File exists");
    case ENOTDIR:
        return N_("Not a directory");
    case EISDIR:
        return N_("Is a directory");
    case ENOTEMPTY:
        return N_("Directory not empty");
    case ENAMETOOLONG:
        return N_("File name too long");
    case ENOSPC:
        return N_("No space left on device");
    case EDQUOT:
        return N_("Disk quota exceeded");
    case EFBIG:
        return N_("File too large");
    case EROFS:
        return N_("Read-only file system");
    case EIO:
        return N_("Input/output error");
    case EMFILE:
        return N_("Too many open files");
    case ENOMEM:
        return N_("Cannot allocate memory");
    default:
        return strerror(number);
    }
}

enum banyan_status by_os_fail(struct banyan_error *error, int number, const char *format, ...)
{
    char words[BANYAN_ERROR_BYTES_MAX];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(words, sizeof words, by_words(error, format), values);
    va_end(values);
    return by_fail(error, status_of(number), "%s: %s", words, by_words(error, reason_of(number)));
}
