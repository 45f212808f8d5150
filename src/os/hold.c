#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"

struct by_os_hold {
    int descriptor;
};

/* A lock of the open file, not of the process: a second hold in this process meets the first. */
static enum banyan_status
take(const char *path, off_t byte, struct by_os_hold **out_hold, struct banyan_error *error)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    enum banyan_status status = BANYAN_OK;
    struct by_os_hold *hold = malloc(sizeof *hold);

    if (hold == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    hold->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (hold->descriptor < 0)
        status = by_os_fail(error, errno, "cannot write %s", path);
    else if (fcntl(hold->descriptor, F_OFD_SETLK, &lock) != 0)
        status = errno == EAGAIN || errno == EACCES
                     ? BANYAN_ERR_BUSY
                     : by_os_fail(error, errno, "cannot lock %s", path);
    if (status != BANYAN_OK)
        by_os_hold_drop(hold);
    else
        *out_hold = hold;
    return status;
}

enum banyan_status
by_os_hold_take(const char *path, struct by_os_hold **out_hold, struct banyan_error *error)
{
    /* The byte whose place is the process id: other processes lock other bytes. */
    enum banyan_status status = take(path, (off_t)getpid(), out_hold, error);

    return status == BANYAN_ERR_BUSY
               ? by_fail(error, status, "this program has %s open already", path)
               : status;
}

enum banyan_status
by_os_hold_take_alone(const char *path, struct by_os_hold **out_hold, struct banyan_error *error)
{
    return take(path, 0, out_hold, error);
}

enum banyan_status by_os_hold_take_folder(const char *path, bool waits,
                                          struct by_os_hold **out_hold, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    int failed = 0;
    struct by_os_hold *hold = malloc(sizeof *hold);

    if (hold == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    hold->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (hold->descriptor < 0)
        status = by_os_fail(error, errno, "cannot open %s", path);
    /* A folder can be opened for reading only, for which there is no other kind of lock. */
    while (status == BANYAN_OK &&
           (failed = flock(hold->descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB)) != 0 &&
           errno == EINTR)
        continue;
    if (failed != 0)
        status = errno == EWOULDBLOCK ? BANYAN_ERR_BUSY
                                      : by_os_fail(error, errno, "cannot lock %s", path);
    if (status != BANYAN_OK)
        by_os_hold_drop(hold);
    else
        *out_hold = hold;
    return status;
}

void by_os_hold_drop(struct by_os_hold *hold)
{
    if (hold == NULL)
        return;
    if (hold->descriptor >= 0)
        (void)close(hold->descriptor);
    free(hold);
}
