/*
 * The devices of an organisation: which there are, what they are called, ending one.
 */
#ifndef BY_ADMIN_DEVICE_H
#define BY_ADMIN_DEVICE_H

#include "banyan/network.h"
#include "codec/json.h"
#include "core/node.h"

/* Answers as of include/banyan/network.h. */
BANYAN_MUST_CHECK enum banyan_status by_device_list(struct by_node *node, bool of_all,
                                                    struct by_buffer *out,
                                                    struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_device_rename(struct by_node *node, const char *name,
                                                      struct by_buffer *out,
                                                      struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_device_revoke(struct by_node *node, const struct banyan_revocation *revocation,
                 struct by_buffer *out, struct banyan_error *error);

/* Those of one organisation (zero = of all), as an array. */
void by_json_devices(struct by_json *json, const struct by_node *node,
                     const struct by_id *organisation);

/* The organisation that has this root key; NULL. */
const struct by_charter_org *
by_device_org_of_root(const struct by_node *node, const struct by_id *root);
/* Fill in what a device act says of the node's own keys and organisation; its name is left as it
 * is. */
void by_device_certify(const struct by_node *node, const struct by_signing_key *root,
                       struct by_act *out_act);

#endif
