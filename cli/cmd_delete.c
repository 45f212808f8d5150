/* banyan delete: take a record away. */
#include "outcome.h"

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli, banyan_delete(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
}

const struct command command_delete = {
    .name = "delete",
    .group = GROUP_RECORDS,
    .summary = N_("take a record away (undelete brings it back)"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Marks a record as deleted, on every copy. Nothing is lost: undelete brings it back. "
           "The record of another organisation is proposed for deletion, and stays until its "
           "owner or a coordinator accepts."),
    .example = "banyan delete K7QM-2F9D",
    .run = run,
};
