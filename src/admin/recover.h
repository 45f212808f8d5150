/*
 * Bringing an organisation to a further computer, with its recovery code and a bundle that any
 * member made for all: the organisation's next device, or its first one after all others were lost.
 */
#ifndef BY_ADMIN_RECOVER_H
#define BY_ADMIN_RECOVER_H

#include "banyan/network.h"
#include "codec/json.h"
#include "core/keys.h"

/* Make a home of the organisation whose code it is. Answers as of include/banyan/network.h. The
 * home is complete once all is done; what is left of a failure is replaced by the next try. */
BANYAN_MUST_CHECK enum banyan_status by_recover(const char *home,
                                                const struct banyan_recovery *recovery,
                                                struct by_buffer *out, struct banyan_error *error);

/* A device that an organisation gets with its recovery code. */
struct by_new_device {
    struct by_signing_key root;
    struct by_device_seeds seeds;
    struct by_bytes name; /* may be empty */
    struct by_key_bytes key_file;
};
/* Draw its keys. BANYAN_ERR_INVALID with words for a code or a name. The caller wipes it. */
BANYAN_MUST_CHECK enum banyan_status
by_new_device_init(struct by_new_device *out_device, const char *code, const char *name_or_null,
                   struct by_arena *arena, struct banyan_error *error);
/* Make its key file, which lock may be asked for a passphrase for (core/keys.h). */
BANYAN_MUST_CHECK enum banyan_status by_new_device_lock(struct by_new_device *device,
                                                        const struct banyan_passphrase *lock,
                                                        struct banyan_error *error);
/* The organisation whose code it is, by the acts that node holds. BANYAN_ERR_NOT_FOUND,
 * BANYAN_ERR_NOT_MEMBER with words. */
BANYAN_MUST_CHECK enum banyan_status
by_new_device_organisation(const struct by_new_device *device, const struct by_node *node,
                           const struct by_charter_org **out_org, struct banyan_error *error);
/* Finish the home of a new device, which has its key file: node was made with its seeds, and its
 * store holds the logs of the network. One commit. */
BANYAN_MUST_CHECK enum banyan_status by_recover_device(struct by_node *node,
                                                       const struct by_new_device *device,
                                                       struct banyan_error *error);
/* "home", "organisation", "role" and "devices" of a home that is back, inside an open object. */
void by_json_recovered(struct by_json *json, const struct by_node *node);

/* A recovery code as typed. BANYAN_ERR_INVALID with words. */
BANYAN_MUST_CHECK enum banyan_status
by_recovery_read(const char *code, struct by_signing_key *out_root, struct banyan_error *error);

#endif
