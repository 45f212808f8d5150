/*
 * Reading a backup from a file, every block and seal verified.
 */
#ifndef BY_BACKUP_READ_H
#define BY_BACKUP_READ_H

#include "backup/settings.h"
#include "sync/bundle.h"

/* What is made of what a backup holds. The sinks may be NULL. */
struct by_backup_reading {
    const struct by_box_key *key;
    by_bundle_sink *sink;         /* blocks of acts and records */
    by_bundle_sink *private_sink; /* blocks of private records */
    void *context;                /* of both */

    /* what was seen */
    struct by_bundle_manifest manifest; /* there from the first block on */
    struct by_settings settings;        /* free with by_settings_deinit */
    uint64_t byte_count, entry_count, private_entry_count;
};
/* To the end of the file. Statuses without words but those of the file system and the sinks:
 * by_backup_refuse finds them. BANYAN_ERR_USAGE for a bundle that is no backup. */
BANYAN_MUST_CHECK enum banyan_status
by_backup_read(struct by_backup_reading *reading, const char *path, struct banyan_error *error);

/* Words for what is wrong with the file. Data that was changed is BANYAN_ERR_MALFORMED, no damage
 * of a store. home: whose device.key was tried; NULL for a recovery code. */
enum banyan_status by_backup_refuse(const char *path, const char *home, enum banyan_status status,
                                    struct banyan_error *error);

#endif
