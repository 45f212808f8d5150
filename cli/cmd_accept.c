/* banyan accept: take over what another organisation proposed. */
#include "outcome.h"

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli, banyan_accept(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
}

const struct command command_accept = {
    .name = "accept",
    .group = GROUP_AGREE,
    .summary = N_("take over what another organisation proposed"),
    .usage = N_("PROPOSAL"),
    .words_min = 1,
    .words_max = 1,
    .about = N_(
        "Accepts a proposal from the inbox: the record changes as proposed, and its history tells "
        "who proposed it. With the id of a record, all open proposals on it are accepted."),
    .example = "banyan accept K7QM-2F9D",
    .run = run,
};
