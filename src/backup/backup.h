/*
 * Backups (include/banyan/backup.h, docs/protocol.md, Bundles): what is in a home, in one file for
 * its own device and organisation.
 */
#ifndef BY_BACKUP_BACKUP_H
#define BY_BACKUP_BACKUP_H

#include "banyan/backup.h"
#include "core/node.h"

/* The home at one moment: all blocks of the network, counting or not, and settings; with_private
 * those of the private store, too. Read in slices, so that the store of a node at work does not
 * grow; memory is bounded. Without private records wanted, nothing of the private store is looked
 * at but their number, for the answer. */
BANYAN_MUST_CHECK enum banyan_status
by_backup_make(struct by_node *node, const struct banyan_backup *backup, struct by_buffer *out,
               struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_backup_check(const char *home, const struct banyan_restore *options, struct by_buffer *out,
                struct banyan_error *error);
/* The home is complete once everything is in its place; what a restoring that was cut short left is
 * taken away by the next making of a home there (core/making.h). */
BANYAN_MUST_CHECK enum banyan_status
by_backup_restore(const char *home, const struct banyan_restore *restore, struct by_buffer *out,
                  struct banyan_error *error);

#endif
