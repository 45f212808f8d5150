#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/os.h"

void by_os_thread_name(const char *name)
{
    (void)pthread_setname_np(pthread_self(), name);
}

void by_os_thread_step_back(void)
{
    /* On Linux a thread has a niceness of its own. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 10);
}
