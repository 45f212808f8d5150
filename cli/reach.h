/*
 * Whether a place in the network answers at all, before anything is said to it.
 */
#ifndef CLI_REACH_H
#define CLI_REACH_H

#include <stdbool.h>

#include "pool.h"

enum reach_end {
    REACH_OPEN,        /* somebody takes connections there */
    REACH_BAD_ADDRESS, /* not HOST:PORT */
    REACH_NO_NAME,     /* the host's name has no address, or nobody could be asked */
    REACH_REFUSED,     /* the computer answers that nobody listens there */
    REACH_NO_WAY,      /* no route there from here */
    REACH_SILENT,      /* no answer in time */
    REACH_FAILED       /* anything else */
};
struct reach {
    enum reach_end end;
    const char *ip;  /* what the name stands for, of the last try; "" where it is not known */
    const char *why; /* the system's words; "" where it is open */
};

/* "HOST:PORT" and "[HOST]:PORT" taken apart; the host may be empty. */
bool reach_split(struct pool *pool, const char *address, const char **out_host,
                 const char **out_port);

/* Try each address that the name has, timeout_ms each, until one is open. */
struct reach reach_try(struct pool *pool, const char *address, int timeout_ms);

/* What hinders listening at the port, as an errno; 0 = nothing. */
int reach_cannot_listen(const char *host, const char *port);

#endif
