/* banyan key: the key of an organisation, which its recovery code holds. */
#include <string.h>

#include "decision.h"
#include "people.h"
#include "qr.h"
#include "reading.h"
#include "recovering.h"
#include "secret.h"
#include "shell_word.h"

static int run_recover(struct cli *cli)
{
    return recovering_run(cli, _("{bold}{}{plain} is back, {}. Home: {}\n"));
}

const struct command command_key_recover = {
    .name = "key recover",
    .group = GROUP_NETWORK,
    .summary = N_("bring your organisation back when its computers are lost"),
    .usage = N_("BUNDLE | --contact CODE|@FILE"),
    .words_max = 1,
    .about =
        N_("To be run on a new computer, with your organisation's recovery code, which is asked "
           "for. All records come back from any member: over the network, when it sends you what "
           "its banyan peers contact prints and keeps banyan run at work; or from the file that "
           "its banyan bundle make writes. Then revoke the devices that were lost, which are "
           "listed."),
    .options = recovering_options,
    .example = "banyan key recover --contact @contact.txt\n"
               "banyan key recover from-pannature.banyan",
    .run = run_recover,
};

static bool is_outcome(const json_t *answer, const char *outcome)
{
    return strcmp(text_at(answer, "outcome"), outcome) == 0;
}

/* The new code, in a file or on the screen, before it holds. The file stays where the rest fails:
 * whether the key was replaced by then is not known here. */
struct handing {
    struct cli *cli;
    const char *file; /* NULL = the screen */
    int exit_code;
};

static void show_code(struct cli *cli, const char *code)
{
    if (cli->quiet) {
        say(&cli->out, "{}\n", code, NULL);
        qr_show(cli, code);
        return;
    }
    say(&cli->out, _("New recovery code of your organisation:\n\n"), NULL);
    secret_print(cli, code);
    say(&cli->out, _("Write it on paper, and destroy the old one once the key is replaced.\n"),
        NULL);
    qr_show(cli, code);
    secret_confirm(cli, code);
}

static enum banyan_status hand_over(void *context, const char *code)
{
    struct handing *handing = context;

    if (handing->file != NULL) {
        handing->exit_code = secret_write(handing->cli, handing->file, code);
        return handing->exit_code == BANYAN_CLASS_DONE ? BANYAN_OK : BANYAN_ERR_DISK;
    }
    show_code(handing->cli, code);
    (void)fflush(handing->cli->out.stream);
    return BANYAN_OK;
}

static void print_rotation(struct cli *cli, const json_t *answer)
{
    const char *name = name_at(answer, "organisation");

    if (cli->quiet)
        return;
    if (is_outcome(answer, "rotated"))
        say(&cli->out,
            _("The key of {bold}{}{plain} is replaced. What the old one signs from now on counts "
              "nowhere.\n"),
            name, NULL);
    else if (is_outcome(answer, "wanted"))
        say(&cli->out,
            _("It holds once the coordinators have given {} its new key: ask one of them to run\n\n"
              "    banyan key rotate {} {}\n"),
            name, shell_word(&cli->pool, name), text_at(answer, "key"), NULL);
    else if (is_outcome(answer, "unchanged"))
        say(&cli->out, _("Nothing changed.\n"), NULL);
    else if (is_outcome(answer, "without effect"))
        say(&cli->out, _("Nothing changed: other decisions stand against it.\n"), NULL);
    else
        say(&cli->out,
            _("{} gets its new key once more coordinators approve: {}.\nThey run banyan approve "
              "{}\n"),
            name, names_text(&cli->pool, json_object_get(answer, "waits_for")),
            text_at(answer, "act"), NULL);
}

/* The program's answer: the code is in it where it went nowhere else. */
static int answer_rotation(struct cli *cli, const char *file)
{
    if (file == NULL || text_at(cli->document, "recovery_code")[0] == '\0')
        return cli_show(cli, NULL, print_rotation);
    json_object_del(cli->document, "recovery_code");
    json_object_set_new(cli->document, "recovery_file", json_string(file));
    return cli_answer(cli, json_incref(cli->document));
}

static int rotate(struct cli *cli, struct banyan_rotation *rotation)
{
    struct handing handing = {.cli = cli, .file = args_value(&cli->args, "recovery-out")};
    int exit_code = cli_open(cli);
    enum banyan_status status;

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (!cli->json || handing.file != NULL)
        rotation->keep = hand_over;
    rotation->keep_context = &handing;
    status = banyan_key_rotate(cli->node, rotation, &cli->answer, &cli->error);
    if (handing.exit_code != BANYAN_CLASS_DONE)
        return handing.exit_code;
    exit_code = cli_take(cli, status);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (cli->json)
        return answer_rotation(cli, handing.file);
    print_rotation(cli, cli->document);
    return exit_code;
}

static int run_rotate(struct cli *cli)
{
    struct banyan_rotation rotation = {.organisation = cli_word(cli, 0), .key = cli_word(cli, 1)};
    const char *source = args_value(&cli->args, "recovery");
    int exit_code = BANYAN_CLASS_DONE;

    if (rotation.organisation != NULL && rotation.key == NULL)
        return cli_misused(cli, _("give the organisation and its new key, or neither"));
    if (rotation.organisation == NULL && !args_has(&cli->args, "lost"))
        exit_code = secret_read(cli, source == NULL ? "-" : source,
                                _("Recovery code of your organisation:"), &rotation.recovery_code);
    return exit_code == BANYAN_CLASS_DONE ? rotate(cli, &rotation) : exit_code;
}

static const struct option rotate_options[] = {
    {"recovery", N_("FILE"), N_("the file of the recovery code (else it is asked for)"), false},
    {"lost", NULL, N_("the recovery code is lost: the coordinators decide"), false},
    {"recovery-out", N_("FILE"), N_("write the new recovery code to this file and do not show it"),
     false},
    QR_OPTION,
    OPTIONS_END};

const struct command command_key_rotate = {
    .name = "key rotate",
    .group = GROUP_NETWORK,
    .summary = N_("give your organisation a new key when the old one may be known to others"),
    .usage = N_("[ORG KEY]"),
    .words_min = 0,
    .words_max = 2,
    .about = N_(
        "Makes a new recovery code and, with the old one, replaces the key of your organisation "
        "at once; its devices and records stay. When the old code is lost, --lost makes a new "
        "one that holds once more than half of the coordinators agree: they give the key with "
        "ORG KEY and banyan approve. Devices that somebody else made with the old code are listed "
        "by banyan device list: revoke them."),
    .options = rotate_options,
    .example = "banyan key rotate --recovery-out new-code.txt\n"
               "banyan key rotate --lost",
    .run = run_rotate,
};

static void print_passphrase(struct cli *cli, const json_t *answer)
{
    if (cli->quiet)
        return;
    if (!is_at(answer, "changed"))
        say(&cli->out, _("The key of this device has no passphrase.\n"), NULL);
    else if (is_at(answer, "passphrase"))
        say(&cli->out,
            _("The key of this device is locked by the passphrase. If you forget it, the recovery "
              "code of\nyour organisation makes a new device; nothing else opens this key.\n"),
            NULL);
    else
        say(&cli->out, _("The passphrase is taken away: whoever can read the disk has the key.\n"),
            NULL);
}

static int run_passphrase(struct cli *cli)
{
    bool is_wanted = !args_has(&cli->args, "remove");
    int exit_code = BANYAN_CLASS_DONE;

    if (!is_wanted && args_has(&cli->args, "new-passphrase-file"))
        return cli_misused(cli, _("--remove and --new-passphrase-file exclude each other"));
    exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_key_passphrase(cli->node, is_wanted, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_passphrase) : exit_code;
}

static const struct option passphrase_options[] = {
    {"remove", NULL, N_("take the passphrase away"), false},
    {"new-passphrase-file", N_("FILE"), N_("where the new one is (else it is asked for, twice)"),
     false},
    OPTIONS_END};

const struct command command_key_passphrase = {
    .name = "key passphrase",
    .group = GROUP_NETWORK,
    .summary = N_("lock the key of this device by a passphrase, or change it"),
    .usage = N_("[--remove]"),
    .words_max = 0,
    .about = N_(
        "Whoever reads the disk of a stolen computer then cannot act as this device. The "
        "passphrase "
        "is asked for by each command that writes, unless banyan run is at work here, which asks "
        "once when it starts. Looking needs "
        "none: records lie open on the disk. What lay there before stays on the disk for a while: "
        "where it may have been copied, revoke the device and add a new one."),
    .options = passphrase_options,
    .example = "banyan key passphrase\n"
               "banyan key passphrase --remove",
    .run = run_passphrase,
};
