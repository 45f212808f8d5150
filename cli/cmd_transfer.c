/* banyan transfer: hand a record over to another organisation. */
#include "outcome.h"

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli, banyan_transfer(cli->node, cli_word(cli, 0), cli_word(cli, 1),
                                             &cli->answer, &cli->error));
}

const struct command command_transfer = {
    .name = "transfer",
    .group = GROUP_RECORDS,
    .summary = N_("hand a record over to another organisation"),
    .usage = N_("ID ORGANISATION"),
    .words_min = 2,
    .words_max = 2,
    .about = N_("Gives a record to another member: from then on its changes count, and yours are "
                "proposed to it. The id stays. A record is handed over by the organisation that "
                "it belongs to, or by a coordinator once that organisation has left the network."),
    .example = "banyan transfer K7QM-2F9D GreenViet",
    .run = run,
};
