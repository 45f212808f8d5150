/* banyan decline: say no to a proposal. */
#include "outcome.h"

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli,
                        banyan_decline(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
}

const struct command command_decline = {
    .name = "decline",
    .group = GROUP_AGREE,
    .summary = N_("say no to what another organisation proposed"),
    .usage = N_("PROPOSAL"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Declines a proposal from the inbox: the record stays as it is, and the history keeps "
           "what was proposed. With the id of a record, all open proposals on it are declined."),
    .example = "banyan decline K7QM-2F9D",
    .run = run,
};
