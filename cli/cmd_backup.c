/* banyan backup: one file that brings a home back. */
#include "cli.h"
#include "moment.h"
#include "passphrase.h"
#include "reading.h"
#include "recovering.h"
#include "secret.h"

/* -- making -- */

/* "12 records and 3 private ones" */
static const char *records_text(struct pool *pool, const json_t *document)
{
    uint64_t private_count = count_at(document, "private");
    const char *records = counted(pool, count_at(document, "records"), "%s record", "%s records");

    if (private_count == 0)
        return records;
    return pool_format(pool, _("%s and %s"), records,
                       counted(pool, private_count, "%s private record", "%s private records"));
}

static void print_left_out(struct cli *cli, uint64_t count)
{
    if (count == 0)
        return;
    say_wrapped(&cli->out, 0,
                counted(&cli->pool, count,
                        "%s private record is not in it, and nobody else has it: banyan backup "
                        "make --with-private takes it along.",
                        "%s private records are not in it, and nobody else has them: banyan backup "
                        "make --with-private takes them along."),
                true);
}

static void print_made(struct cli *cli, const json_t *backup)
{
    struct pool *pool = &cli->pool;

    if (cli->quiet)
        return;
    say(&cli->out, _("Wrote {bold}{}{plain}: {}, {}.\n"), text_at(backup, "path"),
        records_text(pool, backup), counted(pool, count_at(backup, "bytes"), "%s byte", "%s bytes"),
        NULL);
    say_wrapped(&cli->out, 0,
                _("It opens with the recovery code of your organisation or with device.key of this "
                  "home, and with nothing else: keep one of them elsewhere."),
                true);
    print_left_out(cli, count_at(backup, "private_left_out"));
}

static int run_make(struct cli *cli)
{
    const struct banyan_backup backup = {.path = cli_word(cli, 0),
                                         .with_private = args_has(&cli->args, "with-private"),
                                         .replace = args_has(&cli->args, "replace")};
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_backup_make(cli->node, &backup, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_made) : exit_code;
}

/* -- reading -- */

/* The code where one is named, or where nothing else opens a backup. */
static int read_code(struct cli *cli, const char **out_code)
{
    const char *source = args_value(&cli->args, "recovery");

    *out_code = NULL;
    if (source == NULL && !banyan_backup_needs_code(cli->home))
        return BANYAN_CLASS_DONE;
    return secret_read(cli, source == NULL ? "-" : source, _("Recovery code of your organisation:"),
                       out_code);
}

static void print_checked(struct cli *cli, const json_t *backup)
{
    struct pool *pool = &cli->pool;

    if (cli->quiet)
        return;
    say(&cli->out, _("{bold}{}{plain} is whole: made {}.\n"), text_at(backup, "path"),
        moment_text(pool, text_at(backup, "made")), NULL);
    say(&cli->out, _("In it: {} about members, {} about records, {} about private records.\n"),
        counted(pool, count_at(backup, "acts"), "%s signed note", "%s signed notes"),
        number_text(pool, count_at(backup, "entries")),
        number_text(pool, count_at(backup, "private")), NULL);
}

static int run_check(struct cli *cli)
{
    struct banyan_restore backup = {.path = cli_word(cli, 0), .passphrase = passphrase_of(cli)};
    int exit_code = read_code(cli, &backup.code);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_backup_check(cli->home, &backup, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_checked) : exit_code;
}

/* -- restoring -- */

static void print_restored(struct cli *cli, const json_t *restored)
{
    struct pool *pool = &cli->pool;

    if (cli->quiet)
        return;
    say(&cli->out, _("As of {}: {}.\n"), moment_text(pool, text_at(restored, "made")),
        records_text(pool, restored), NULL);
    recovering_print(cli, is_at(restored, "new_device")
                              ? _("{bold}{}{plain} is back with a new device, {}. Home: {}\n")
                              : _("{bold}{}{plain} is back, {}. Home: {}\n"));
}

static int run_restore(struct cli *cli)
{
    struct banyan_restore restore = {.path = cli_word(cli, 0),
                                     .passphrase = passphrase_of(cli),
                                     .device_name = args_value(&cli->args, "name"),
                                     .lock = passphrase_to_lock(cli)};
    int exit_code = read_code(cli, &restore.code);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_backup_restore(cli->home, &restore, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_restored) : exit_code;
}

static const struct option make_options[] = {
    {"with-private", NULL, N_("take the records along that only this device has"), false},
    {"replace", NULL, N_("replace a file of that name"), false},
    OPTIONS_END};

static const struct option check_options[] = {
    {"recovery", N_("FILE"),
     N_("the file of the recovery code (else device.key of the home opens it)"), false},
    OPTIONS_END};

static const struct option restore_options[] = {
    {"recovery", N_("FILE"), N_("the file of the recovery code (else it is asked for)"), false},
    {"name", N_("NAME"), N_("what a new device is called"), false},
    PASSPHRASE_OPTIONS,
    OPTIONS_END};

const struct command command_backup_make = {
    .name = "backup make",
    .group = GROUP_CARE,
    .summary = N_("write all that is in this home to one file"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Writes a backup, also while banyan run is at work: all records and members, and what "
           "this home knows beside them, such as addresses and imports. It is encrypted, and opens "
           "with your organisation's recovery code or with device.key of this home; no key is in "
           "it. Private records stay out unless you say --with-private."),
    .options = make_options,
    .example = "banyan backup make --with-private /media/usb/office.backup",
    .run = run_make,
};

const struct command command_backup_check = {
    .name = "backup check",
    .group = GROUP_CARE,
    .summary = N_("check a backup and tell what is in it"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Reads all of a backup, checks every signature, and changes nothing."),
    .options = check_options,
    .example = "banyan backup check /media/usb/office.backup",
    .run = run_check,
};

const struct command command_backup_restore = {
    .name = "backup restore",
    .group = GROUP_CARE,
    .summary = N_("make a home of a backup"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("On a new computer it asks for your organisation's recovery code, and makes a new "
           "device: then revoke the one that was lost. Where device.key of the old home is in the "
           "folder and nothing else, it is the old device again. What was written after the backup "
           "comes back from other members, with banyan sync or a bundle. All comes back or, when "
           "anything is wrong, nothing."),
    .options = restore_options,
    .example = "banyan backup restore /media/usb/office.backup\n"
               "banyan backup restore office.backup --home /srv/banyan --recovery code.txt",
    .run = run_restore,
};
