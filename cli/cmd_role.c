/* banyan role: what an organisation may do in the network. */
#include "decision.h"
#include "moment.h"

static int run(struct cli *cli)
{
    const char *until = args_value(&cli->args, "until");
    uint64_t until_ms = 0;
    int exit_code;

    if (until != NULL && !moment_read(until, false, moment_now_ms(), &until_ms))
        return cli_misused(
            cli,
            pool_format(&cli->pool,
                        _("--until is a day such as 2027-06-30, or a span such as 26w; not %s"),
                        until));
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return decision_tell(cli, banyan_role(cli->node, cli_word(cli, 0), cli_word(cli, 1), until_ms,
                                          &cli->answer, &cli->error));
}

static const struct option options[] = {
    {"until", N_("DATE"), N_("a day of which banyan status reminds you; it ends nothing by itself"),
     false},
    OPTIONS_END};

const struct command command_role = {
    .name = "role",
    .group = GROUP_NETWORK,
    .summary = N_("give an organisation a role, or take away what it has beyond it"),
    .usage = N_("ORG ROLE"),
    .words_min = 2,
    .words_max = 2,
    .about =
        N_("A reader gets all records and writes none; a hub passes on as well; a member writes "
           "and takes newcomers in; a coordinator also invites, removes, and decides on "
           "proposals. Only coordinators give roles. To make another coordinator, or to take "
           "that role from one, more than half of the coordinators must agree, and whom it is "
           "taken from has no vote: where there are two, either lowers the other alone. What you "
           "ask for waits in banyan status until enough have approved. Whoever was removed can be "
           "given a role again."),
    .options = options,
    .example = "banyan role FACT coordinator --until 2027-06-30\n"
               "banyan role SODA reader",
    .run = run,
};
