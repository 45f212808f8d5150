/*
 * The making of a home: nobody else makes one there meanwhile, and what an earlier making left
 * behind that was cut short is taken away first.
 *
 *   making      held while somebody is at it
 *   restoring/  what is not in its place yet
 */
#ifndef BY_CORE_MAKING_H
#define BY_CORE_MAKING_H

#include "core/home.h"

struct by_making {
    char *home;
    char *folder; /* restoring/, not made yet */
    struct by_os_hold *hold;
    bool has_key;     /* of a home that has lost its logs, and nothing else */
    bool has_private; /* records of such a home */
};

/* Make the folder where it is missing, check that it can keep secrets, and clear it of what is
 * unfinished. BANYAN_ERR_EXISTS where a home is; BANYAN_ERR_BUSY where somebody makes one;
 * BANYAN_ERR_UNSAFE_PLACE, _DISK; each with words. Ended with by_making_end in any case. */
BANYAN_MUST_CHECK enum banyan_status
by_making_begin(const char *home, struct by_making *out_making, struct banyan_error *error);
/* Takes away what did not find its place, and logs that did not become a home. */
void by_making_end(struct by_making *making);

/* Whether device.key lies in a folder without logs. */
bool by_making_has_key(const char *home);

/* Move a part of a home from making's folder to its place. BANYAN_OK where there is none. */
BANYAN_MUST_CHECK enum banyan_status
by_making_place(const struct by_making *making, const char *part, struct banyan_error *error);
#define BY_HOME_LOGS    "log"
#define BY_HOME_PRIVATE "private"
/* Take away the view of a home: it is made anew when it is asked for. */
BANYAN_MUST_CHECK enum banyan_status
by_making_drop_view(const struct by_making *making, struct banyan_error *error);

#endif
