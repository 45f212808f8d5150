#include "os/interrupt.h"

#include <pthread.h>

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define END_COUNT (sizeof ends / sizeof ends[0])

static bool is_ignored(int number)
{
    struct sigaction now;

    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void by_os_interrupts_hold(struct by_os_held *out_held)
{
    sigset_t held;

    (void)sigemptyset(&held);
    for (size_t i = 0; i < END_COUNT; i++)
        if (!is_ignored(ends[i]))
            (void)sigaddset(&held, ends[i]);
    (void)pthread_sigmask(SIG_BLOCK, &held, &out_held->before);
}

/* An ignored one that is held by others waits too, and ends nothing. */
bool by_os_interrupts_came(void)
{
    sigset_t waiting;

    if (sigpending(&waiting) != 0)
        return false;
    for (size_t i = 0; i < END_COUNT; i++)
        if (sigismember(&waiting, ends[i]) == 1 && !is_ignored(ends[i]))
            return true;
    return false;
}

void by_os_interrupts_let(const struct by_os_held *held)
{
    (void)pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}
