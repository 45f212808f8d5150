/*
 * Backups: one file that brings a home back, with what no other member has.
 *
 * A backup is a bundle that one device makes for itself and its organisation: it opens with the
 * device.key that made it, and with the organisation's recovery code. No key of either is in it.
 */
#ifndef BANYAN_BACKUP_H
#define BANYAN_BACKUP_H

#include "banyan/node.h"

#ifdef __cplusplus
extern "C" {
#endif

struct banyan_backup {
    const char *path;
    bool with_private; /* the records that are this device's alone, too */
    bool replace;      /* a file of that name; else BANYAN_ERR_EXISTS */
};
/* Write one moment of the home. {"path", "bytes", "made", "acts", "entries": of all, "records",
 * "private": records of this device alone that are in it, "private_left_out": that are not}. A
 * failure leaves nothing: BANYAN_ERR_DAMAGED for logs that cannot all be read, BANYAN_ERR_FULL,
 * BANYAN_ERR_DISK. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_backup_make(banyan_node *node, const struct banyan_backup *backup,
                   struct banyan_text *out_json, struct banyan_error *error);

/* Whether a backup can only be read with the recovery code: no device.key lies in home. */
BANYAN_API bool banyan_backup_needs_code(const char *home);

struct banyan_restore {
    const char *path;
    const char
        *code; /* of the organisation; NULL where device.key lies in the home, which opens it */
    struct banyan_passphrase passphrase; /* of device.key */
    const char *device_name;             /* of a new device; may be NULL */
    struct banyan_passphrase lock;       /* of a new device, as of struct banyan_profile */
};
/* Read and check all of a backup, change nothing. {"path", "made", "device": its key, "network":
 * id, "bytes", "acts", "entries", "private": entries, "settings": names}. BANYAN_ERR_MALFORMED
 * (also one that was changed or damaged), _TRUNCATED, _NOT_FOR_US, _UPGRADE; _USAGE without key and
 * code, and for a bundle that is no backup. */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_backup_check(const char *home, const struct banyan_restore *restore,
                    struct banyan_text *out_json, struct banyan_error *error);
/*
 * Make a home of a backup. Where device.key lies in the folder and no logs do, this is that device
 * again; else it is a new device of the organisation whose code it is. Either way it writes logs of
 * its own from now on, so that restoring twice, or beside the old computer, is no harm.
 *
 * {"home", "organisation": {"id", "name"}, "role", "devices": as of banyan_devices, "made",
 * "new_device": bool, "records", "private"}. All or nothing. As banyan_backup_check, and
 * BANYAN_ERR_EXISTS for a home that is there, BANYAN_ERR_DENIED for a backup that no device of the
 * organisation made, BANYAN_ERR_NOT_MEMBER, BANYAN_ERR_FULL.
 */
BANYAN_API BANYAN_MUST_CHECK enum banyan_status
banyan_backup_restore(const char *home, const struct banyan_restore *restore,
                      struct banyan_text *out_json, struct banyan_error *error);

#ifdef __cplusplus
}
#endif

#endif
