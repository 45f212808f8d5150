#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "quiet_terminal.h"
#include "secret.h"

#define CREDENTIAL "banyan.passphrase"

static enum banyan_status
fail(struct banyan_error *error, enum banyan_status status, const char *sentence)
{
    error->status = status;
    (void)snprintf(error->text, sizeof error->text, "%s", sentence);
    return status;
}

/* -- from a file -- */

static enum banyan_status take_line(struct cli *cli, const char *path, int file, char *text,
                                    size_t size, struct banyan_error *error)
{
    enum banyan_status status = secret_take_line(cli, path, file, text, size, error);

    if (status != BANYAN_OK)
        return status;
    if (text[0] == '\0')
        return fail(error, BANYAN_ERR_INVALID,
                    pool_format(&cli->pool, _("%s holds no passphrase in its first line"), path));
    return BANYAN_OK;
}

static enum banyan_status
read_file(struct cli *cli, const char *path, char *text, size_t size, struct banyan_error *error)
{
    bool is_input = strcmp(path, "-") == 0;
    int file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum banyan_status status;

    if (file < 0)
        return fail(error, errno == ENOENT ? BANYAN_ERR_NOT_FOUND : BANYAN_ERR_DISK,
                    pool_format(&cli->pool, _("cannot open %s: %s"), path, _(strerror(errno))));
    status = take_line(cli, is_input ? _("standard input") : path, file, text, size, error);
    if (!is_input)
        (void)close(file);
    return status;
}

/* -- at a terminal -- */

static enum banyan_status
ask_once(struct cli *cli, const char *question, char *text, size_t size, struct banyan_error *error)
{
    switch (quiet_terminal_ask(visible(&cli->pool, question), text, size)) {
    case QUIET_TERMINAL_READ:
        return text[0] != '\0' ? BANYAN_OK
                               : fail(error, BANYAN_ERR_INVALID, _("nothing was typed"));
    case QUIET_TERMINAL_LONG:
        return fail(error, BANYAN_ERR_INVALID, _("the passphrase is too long"));
    case QUIET_TERMINAL_ENDED:
        return fail(error, BANYAN_ERR_INVALID, _("nothing was typed"));
    case QUIET_TERMINAL_NONE:
        break;
    }
    return fail(error, BANYAN_ERR_DENIED,
                _("the key of this device has a passphrase: run this at a terminal, or name the "
                  "file that holds it with --passphrase-file"));
}

/* A new one twice: what cannot be seen may be mistyped. The second goes to the end of the same
 * memory, which is wiped. */
static enum banyan_status
ask_twice(struct cli *cli, char *text, size_t size, struct banyan_error *error)
{
    size_t half = size / 2;
    char *again = text + half;
    enum banyan_status status = ask_once(cli, _("New passphrase:"), text, half, error);

    if (status == BANYAN_OK)
        status = ask_once(cli, _("The same again:"), again, size - half, error);
    if (status == BANYAN_OK && strcmp(text, again) != 0)
        status = fail(error, BANYAN_ERR_INVALID,
                      _("these are two different passphrases: nothing was changed"));
    return status;
}

/* -- which -- */

static const char *credential_path(struct cli *cli)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const char *path = folder == NULL ? NULL : pool_format(&cli->pool, "%s/" CREDENTIAL, folder);

    return path != NULL && access(path, F_OK) == 0 ? path : NULL;
}

static enum banyan_status
ask_to_unlock(struct cli *cli, char *text, size_t size, struct banyan_error *error)
{
    const char *path = args_value(&cli->args, "passphrase-file");

    if (path == NULL)
        path = getenv("BANYAN_PASSPHRASE_FILE");
    if (path == NULL || path[0] == '\0')
        path = credential_path(cli);
    return path != NULL ? read_file(cli, path, text, size, error)
                        : ask_once(cli, _("Passphrase of this device's key:"), text, size, error);
}

static enum banyan_status ask(void *context, enum banyan_passphrase_use use, char *text,
                              size_t size, struct banyan_error *error)
{
    struct cli *cli = context;
    const char *path = args_value(&cli->args, "new-passphrase-file");

    if (use == BANYAN_PASSPHRASE_TO_UNLOCK)
        return ask_to_unlock(cli, text, size, error);
    return path != NULL ? read_file(cli, path, text, size, error)
                        : ask_twice(cli, text, size, error);
}

struct banyan_passphrase passphrase_of(struct cli *cli)
{
    return (struct banyan_passphrase){.ask = ask, .context = cli};
}

struct banyan_passphrase passphrase_to_lock(struct cli *cli)
{
    bool is_wanted =
        args_has(&cli->args, "passphrase") || args_has(&cli->args, "new-passphrase-file");

    return is_wanted ? passphrase_of(cli) : (struct banyan_passphrase){.ask = NULL};
}
