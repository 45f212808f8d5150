/* banyan fingerprint: one line that is equal where the data is equal. */
#include "cli.h"
#include "people.h"
#include "reading.h"

static void print(struct cli *cli, const json_t *document)
{
    say(&cli->out, "{bold}{}{plain}\n", text_at(document, "fingerprint"), NULL);
    if (cli->quiet)
        return;
    say(&cli->out,
        _("{dim}{} of {}. The same numbers at another member: the same database.{plain}\n"),
        counted(&cli->pool, count_at(document, "records"), "%s record", "%s records"),
        counted(&cli->pool, count_at(document, "members"), "%s member", "%s members"), NULL);
}

/* Who signed it, and when. */
static void print_signed(struct cli *cli, const json_t *document)
{
    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(document, "file"), NULL);
        return;
    }
    print_signed_view(cli, document);
    say(&cli->out,
        _("{dim}Others who see the same add their names: banyan fingerprint --cosign {}{plain}\n"),
        text_at(document, "file"), NULL);
}

static int run(struct cli *cli)
{
    const char *sign = args_value(&cli->args, "sign"), *cosign = args_value(&cli->args, "cosign");
    int exit_code = BANYAN_CLASS_DONE;

    if (sign != NULL && cosign != NULL)
        return cli_misused(cli, _("sign a new file, or add to one with --cosign, but not both"));
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (sign != NULL)
        exit_code = cli_take(cli, banyan_view_sign(cli->node, sign, args_has(&cli->args, "replace"),
                                                   &cli->answer, &cli->error));
    else if (cosign != NULL)
        exit_code = cli_take(cli, banyan_view_cosign(cli->node, cosign, &cli->answer, &cli->error));
    else
        exit_code = cli_take(cli, banyan_fingerprint(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli, NULL, sign != NULL || cosign != NULL ? print_signed : print);
}

static const struct option options[] = {
    {"sign", N_("FILE"), N_("write it to a file, signed, for others to sign and check"), false},
    {"cosign", N_("FILE"), N_("sign such a file too, if you see the same"), false},
    {"replace", NULL, N_("write over a file that is there"), false},
    OPTIONS_END};

const struct command command_fingerprint = {
    .name = "fingerprint",
    .group = GROUP_NETWORK,
    .summary = N_("numbers to compare by phone: equal where the data is equal"),
    .usage = "",
    .words_max = 0,
    .about = N_("Shows groups of digits that are equal on every copy that holds the same entries. "
                "Read them to each other on the phone. With --sign they go to a file with your "
                "signature: others who see the same sign it too, banyan compare finds where "
                "somebody sees something else, and banyan verify shows anybody who signed."),
    .options = options,
    .example = "banyan fingerprint\n"
               "banyan fingerprint --sign november.view",
    .run = run,
};
