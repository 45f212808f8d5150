#include <pthread.h>

#include "os/os.h"

void by_os_thread_name(const char *name)
{
    (void)pthread_setname_np(pthread_self(), name);
}
