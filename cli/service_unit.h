/*
 * The unit by which a user's systemd keeps `banyan run` at work.
 */
#ifndef CLI_SERVICE_UNIT_H
#define CLI_SERVICE_UNIT_H

#include <stdbool.h>

#include "pool.h"

#define SERVICE_UNIT_NAME "banyan.service"

struct service_unit {
    const char *program;         /* absolute; service_unit_can_run */
    const char *home;            /* absolute, without line breaks */
    const char *listen;          /* HOST:PORT; NULL = the usual */
    const char *passphrase_file; /* absolute; NULL = the key has none */
};

/* Where systemd looks for it; NULL when the environment names no home folder. */
const char *service_unit_path(struct pool *pool);

/* systemd takes no program with quotes or backslashes in its path. */
bool service_unit_can_run(const char *program);

/* Without the line feed at its end. */
const char *service_unit_text(struct pool *pool, const struct service_unit *unit);

/* The home in the text of a unit; NULL when banyan has not made it. */
const char *service_unit_home(struct pool *pool, const char *text);

#endif
