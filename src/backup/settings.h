/*
 * The settings of a home that its backup holds.
 */
#ifndef BY_BACKUP_SETTINGS_H
#define BY_BACKUP_SETTINGS_H

#include "core/node.h"

struct by_setting {
    char name[BY_SETTING_NAME_BYTES_MAX + 1];
    size_t name_size;
    struct by_buffer value; /* never empty */
};
/* Starts zeroed; free with by_settings_deinit. */
struct by_settings {
    struct by_setting *items;
    size_t count, capacity;
    size_t bytes;
};
void by_settings_deinit(struct by_settings *settings);
/* Another one, or more of the last: both are copied. BANYAN_ERR_TOO_LARGE past
 * BY_SETTINGS_BYTES_MAX in all; BANYAN_ERR_MALFORMED for a name that is not visible ASCII. */
BANYAN_MUST_CHECK enum banyan_status
by_settings_add(struct by_settings *settings, struct by_bytes name, struct by_bytes part);
/* NULL. */
const struct by_setting *by_settings_find(const struct by_settings *settings, const char *name);

/* What the home keeps, in an order of its own. with_private: of private records, too. */
BANYAN_MUST_CHECK enum banyan_status by_settings_read(const struct by_node *node, bool with_private,
                                                      struct by_settings *out_settings,
                                                      struct banyan_error *error);
/* Keep those that belong there in a store: in the one of private records, or in the other. The
 * names of later versions are passed over. */
BANYAN_MUST_CHECK enum banyan_status
by_settings_put(const struct by_settings *settings, bool are_private, struct by_store_txn *txn);

#endif
