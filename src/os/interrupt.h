/*
 * Work that leaves something behind when it is cut off: what would end the process waits until that
 * is taken away.
 */
#ifndef BY_OS_INTERRUPT_H
#define BY_OS_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct by_os_held {
    sigset_t before;
};

/* From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT wait in this thread, but for those that are
 * ignored. To be let go in the same thread. */
void by_os_interrupts_hold(struct by_os_held *out_held);
/* Whether one of them came: the work should end soon. One system call. */
bool by_os_interrupts_came(void);
/* What waited takes effect now, which may be the end of the process. */
void by_os_interrupts_let(const struct by_os_held *held);

#endif
