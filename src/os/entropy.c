#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "os/os.h"

void by_os_random(void *out, size_t size)
{
    uint8_t *at = out;

    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        /* Keys made without randomness would be worse than no program. */
        if (got <= 0)
            abort();
        at += got;
        size -= (size_t)got;
    }
}
