/*
 * A text as a QR code in the terminal, in half blocks: one line of text is two rows of modules.
 */
#ifndef CLI_QR_H
#define CLI_QR_H

#include "cli.h"

/* Of the commands that show a code: whether --qr was given. */
#define QR_OPTION                                                                                  \
    {                                                                                              \
        "qr", NULL, N_("show the code as a QR code too, for the camera of a phone"), false         \
    }

/*
 * Where --qr was given, show the text, or say in a sentence why that cannot be: a terminal that is
 * too narrow, or one that does not show UTF-8. Elsewhere than at a terminal it is written all the
 * same.
 */
void qr_show(struct cli *cli, const char *text);

#endif
