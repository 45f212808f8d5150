/*
 * The passphrase of a device's key: where it comes from, when a call needs it.
 *
 *   --passphrase-file FILE            "-" is the first line of standard input, /dev/fd/N an open
 * file $BANYAN_PASSPHRASE_FILE           the same $CREDENTIALS_DIRECTORY/banyan.passphrase   as
 * systemd gives it (LoadCredential=) the terminal                      where there is one
 *
 * The first of these that is there counts. It is read into memory that the library locks and wipes.
 */
#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H

#include "cli.h"

/* Asks as said above; context is the struct cli. */
struct banyan_passphrase passphrase_of(struct cli *cli);

/* For commands that make a device. */
/* clang-format off */
#define PASSPHRASE_OPTIONS                                                                         \
    {"passphrase", NULL,                                                                           \
     N_("lock the key of this device from the start: a passphrase is asked for, twice"), false},   \
    {"new-passphrase-file", N_("FILE"), N_("the same, with the passphrase that is there"), false}
/* clang-format on */
/* Asks for a new one where these options want it; else it has nobody to ask. */
struct banyan_passphrase passphrase_to_lock(struct cli *cli);

#endif
