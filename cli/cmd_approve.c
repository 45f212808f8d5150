/* banyan approve: a coordinator's vote for what another one asks for. */
#include "cli.h"
#include "reading.h"

static void print(struct cli *cli, const json_t *document)
{
    uint64_t missing = count_at(document, "needed") - count_at(document, "votes");

    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(document, "act"), NULL);
        return;
    }
    if (is_at(document, "decided"))
        say(&cli->out, _("Approved: {bold}{}{plain} is decided.\n"), text_at(document, "act"),
            NULL);
    else
        say(&cli->out, _("Approved: {bold}{}{plain} waits for {}.\n"), text_at(document, "act"),
            counted(&cli->pool, missing, "%s more approval", "%s more approvals"), NULL);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_approve(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_approve = {
    .name = "approve",
    .group = GROUP_NETWORK,
    .summary = N_("vote, as a coordinator, for what another one asks for"),
    .usage = N_("ACT"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Some decisions take more than one coordinator. banyan status lists those that wait, "
           "each with a short name; approving one gives it your organisation's vote. It takes "
           "effect once enough coordinators have approved, on each computer as soon as it hears "
           "of their votes."),
    .example = "banyan approve K7QM-2F9D",
    .run = run,
};
