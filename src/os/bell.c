/*
 * The bell: a named pipe that a process at work waits at and others ring, so that it need not look
 * around all the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

struct by_os_bell {
    char *path;
    int descriptor;
    dev_t device; /* of the pipe that is held: only that one is taken down */
    ino_t inode;
};

/* Open for reading and writing, which waits for nobody and raises no signal where nobody reads. -1
 * for what is no pipe of this user's. */
static int open_pipe(const char *path, struct stat *out_facts)
{
    int descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, out_facts) == 0 && S_ISFIFO(out_facts->st_mode) &&
        out_facts->st_uid == geteuid())
        return descriptor;
    (void)close(descriptor);
    return -1;
}

struct by_os_bell *by_os_bell_hang(const char *path)
{
    struct by_os_bell *bell = calloc(1, sizeof *bell);
    struct stat facts;

    if (bell == NULL)
        return NULL;
    bell->descriptor = -1;
    bell->path = strdup(path);
    if (bell->path != NULL && (mkfifo(path, 0600) == 0 || errno == EEXIST))
        bell->descriptor = open_pipe(path, &facts);
    if (bell->descriptor < 0) {
        by_os_bell_drop(bell);
        return NULL;
    }
    bell->device = facts.st_dev;
    bell->inode = facts.st_ino;
    return bell;
}

void by_os_bell_drop(struct by_os_bell *bell)
{
    struct stat facts;

    if (bell == NULL)
        return;
    if (bell->descriptor >= 0) {
        if (lstat(bell->path, &facts) == 0 && facts.st_dev == bell->device &&
            facts.st_ino == bell->inode)
            (void)unlink(bell->path);
        (void)close(bell->descriptor);
    }
    free(bell->path);
    free(bell);
}

int by_os_bell_descriptor(const struct by_os_bell *bell)
{
    return bell->descriptor;
}

void by_os_bell_hush(struct by_os_bell *bell)
{
    char rung[256];

    while (read(bell->descriptor, rung, sizeof rung) == (ssize_t)sizeof rung)
        ;
}

void by_os_bell_ring(const char *path)
{
    struct stat facts;
    int descriptor = open_pipe(path, &facts);
    ssize_t written = 0;

    if (descriptor < 0)
        return;
    /* One that is full has been rung often enough. */
    written = write(descriptor, "!", 1);
    (void)written;
    (void)close(descriptor);
}
