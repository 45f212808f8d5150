/*
 * Making a home: by founding a network, or by answering an invitation.
 */
#ifndef BY_ADMIN_FOUND_H
#define BY_ADMIN_FOUND_H

#include "banyan/node.h"
#include "base/bytes.h"

/* Both append the organisation's recovery code to out_recovery: its root key is stored nowhere.
 * BANYAN_ERR_EXISTS when the home is there; nothing is changed by any failure. */
BANYAN_MUST_CHECK enum banyan_status
by_found(const char *home, const char *const *network_names, size_t network_name_count,
         const struct banyan_profile *profile, struct by_buffer *out_recovery,
         struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_join(const char *home, const char *code, const struct banyan_profile *profile,
        struct by_buffer *out_recovery, struct banyan_error *error);

#endif
