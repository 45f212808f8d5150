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

#endif
