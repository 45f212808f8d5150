#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "os/os.h"

void by_os_harden_process(void)
{
    /* Linux hands a core to a collector (core_pattern "|...") whatever the limit is, except 1: that
     * refuses both the collector and the file. */
    const struct rlimit none = {.rlim_cur = 1, .rlim_max = 1};

    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* which looks at its own process from outside for leaks */
    /* Nor may another process of the same user look into this one's memory. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    (void)umask(077);
}

uint64_t by_os_descriptors_max(void)
{
    struct rlimit now;

    if (getrlimit(RLIMIT_NOFILE, &now) != 0)
        return 0;
    return now.rlim_cur;
}
