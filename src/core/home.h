/*
 * The files of a home.
 *
 *   device.key   the seeds of this device's signing key and transport key (crypto/key_file.h); 0600
 *   log/         the store: the truth
 *   private/     a second store: the records that this device keeps for itself. Nothing that is
 *                told, sent or written into a file for others is ever read from it
 *   view.gpkg    the view: derived
 *
 * A home is complete once its store holds the value BY_LOCAL_HOME. One whose making was cut short
 * is no home yet, and is made anew in place by the next init or join.
 */
#ifndef BY_CORE_HOME_H
#define BY_CORE_HOME_H

#include "crypto/key_file.h"
#include "os/os.h"
#include "store/store.h"

/* Make the folder where it is missing and check that it can keep secrets. */
BANYAN_MUST_CHECK enum banyan_status by_home_prepare(const char *home, struct banyan_error *error);
/* Check folder, key file and logs of a home that is there: none of it may be open to other users.
 * A view that is gets closed. BANYAN_ERR_NOT_FOUND, _UNSAFE_PLACE with words. */
BANYAN_MUST_CHECK enum banyan_status by_home_check(const char *home, struct banyan_error *error);
/* BANYAN_ERR_EXISTS for a folder with a key and no logs. A making that was cut short never leaves
 * that behind, so the key is one that somebody may still need. */
BANYAN_MUST_CHECK enum banyan_status
by_home_check_unused(const char *home, struct banyan_error *error);

/* create: make the folder where it is missing. BANYAN_ERR_NOT_FOUND otherwise. */
BANYAN_MUST_CHECK enum banyan_status by_home_store_open(const char *home, bool create,
                                                        struct by_store **out_store,
                                                        struct banyan_error *error);

/* The store of private records, made where it is missing. */
BANYAN_MUST_CHECK enum banyan_status
by_home_private_open(const char *home, struct by_store **out_store, struct banyan_error *error);

/* Whether there is a key file, whatever lies beside it. */
bool by_home_has_key(const char *home);
/* BANYAN_OK also when there was none. */
BANYAN_MUST_CHECK enum banyan_status
by_home_key_remove(const char *home, struct banyan_error *error);
/* BANYAN_ERR_DAMAGED when the file is not as written, or asks for more than the bounds allow;
 * BANYAN_ERR_UPGRADE. out_file is secret. */
BANYAN_MUST_CHECK enum banyan_status
by_home_key_read(const char *home, struct by_key_file *out_file, struct banyan_error *error);
/* Take away what was left beside the key by a process that was killed while it wrote the key: it
 * may hold the key without its passphrase. Nothing where somebody writes the key right now, who
 * does the same. BANYAN_ERR_DISK. */
BANYAN_MUST_CHECK enum banyan_status by_home_key_tidy(const char *home, struct banyan_error *error);
/* The old file or the new one is there at any time, mode 0600. Waits for others who write it. */
BANYAN_MUST_CHECK enum banyan_status
by_home_key_replace(const char *home, struct by_bytes file, struct banyan_error *error);

/* What tells this copy of the home's logs from a restored or copied one. */
BANYAN_MUST_CHECK enum banyan_status by_home_copy_identity(const char *home,
                                                           char out_text[BY_OS_IDENTITY_BYTES],
                                                           struct banyan_error *error);
/* Size of the logs' file. */
BANYAN_MUST_CHECK enum banyan_status
by_home_log_bytes(const char *home, uint64_t *out_bytes, struct banyan_error *error);
/* Where the view lies; the caller frees. NULL when memory ran out. */
char *by_home_view_path(const char *home);

#endif
