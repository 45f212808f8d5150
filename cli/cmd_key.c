/* banyan key: the key of an organisation, which its recovery code holds. */
#include "recovering.h"

static int run_recover(struct cli *cli)
{
    return recovering_run(cli, _("{bold}{}{plain} is back, {}. Home: {}\n"));
}

const struct command command_key_recover = {
    .name = "key recover",
    .group = GROUP_NETWORK,
    .summary = N_("bring your organisation back when its computers are lost"),
    .usage = N_("BUNDLE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("To be run on a new computer. Ask any member for the file that banyan bundle make "
           "writes: it brings all records back, and opens with your organisation's recovery code, "
           "which is asked for. Then revoke the devices that were lost, which are listed."),
    .options = recovering_options,
    .example = "banyan key recover from-pannature.banyan",
    .run = run_recover,
};
