#include "os/hush.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define ABOVE_STANDARD 3 /* descriptors that no library takes for something else */

int by_os_hush(void)
{
    int hushed = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, ABOVE_STANDARD);
    int nowhere = hushed < 0 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

    (void)fflush(stderr);
    if (nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0) {
        (void)close(nowhere);
        return hushed;
    }
    if (nowhere >= 0)
        (void)close(nowhere);
    if (hushed >= 0)
        (void)close(hushed);
    return -1;
}

void by_os_unhush(int hushed)
{
    int number = errno;

    if (hushed < 0)
        return;
    (void)fflush(stderr);
    (void)dup2(hushed, STDERR_FILENO);
    (void)close(hushed);
    errno = number;
}
