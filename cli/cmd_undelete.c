/* banyan undelete: bring a deleted record back. */
#include "outcome.h"

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli,
                        banyan_undelete(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
}

const struct command command_undelete = {
    .name = "undelete",
    .group = GROUP_RECORDS,
    .summary = N_("bring a deleted record back"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Brings a deleted record back as it was before its deletion. banyan list --deleted "
                "shows what can be brought back."),
    .example = "banyan undelete K7QM-2F9D",
    .run = run,
};
