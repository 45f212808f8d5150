/* banyan fingerprint: one line that is equal where the data is equal. */
#include "cli.h"
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

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_fingerprint(cli->node, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_fingerprint = {
    .name = "fingerprint",
    .group = GROUP_NETWORK,
    .summary = N_("numbers to compare by phone: equal where the data is equal"),
    .usage = "",
    .words_max = 0,
    .about = N_("Shows groups of digits that are equal on every copy that holds the same entries. "
                "Read them to each other on the phone."),
    .example = "banyan fingerprint",
    .run = run,
};
