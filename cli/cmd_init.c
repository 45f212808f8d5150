/* banyan init: found a network. */
#include "joining.h"

static int run(struct cli *cli)
{
    struct banyan_profile profile = joining_profile(cli);
    size_t count;
    const char **names = args_values(&cli->args, &cli->pool, "network", &count);
    enum banyan_status status;

    if (count == 0)
        return cli_misused(cli, "init needs the name of the network: --network NAME");
    if (profile.name == NULL || profile.country == NULL || profile.kind == NULL)
        return cli_misused(cli, "init needs --org NAME, --country CODE and --kind KIND");
    status = banyan_init(cli->home, names, count, &profile, &cli->answer, &cli->error);
    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    return joining_tell(cli, "The network is founded; your organisation is its first coordinator.",
                        "Next: banyan invite --for \"NAME\" makes an invitation for another "
                        "organisation,\n      banyan add writes down a first record.");
}

static const struct option options[] = {
    {"network", "NAME", "name of the network; LANG=NAME for another language than English", true},
    {"org", "NAME", "name of your organisation", false},
    {"country", "CODE", "its country, such as KHM", false},
    {"kind", "KIND", "what it is, such as ngo or cbo", false},
    OPTIONS_END};

const struct command command_init = {
    .name = "init",
    .group = GROUP_START,
    .summary = "found a new network, with your organisation in it",
    .usage = "--network NAME --org NAME --country CODE --kind KIND",
    .words_max = 0,
    .about = "Makes a home with the keys of your organisation and the first records of a new "
             "network. It shows a recovery code, once: write it on paper. banyan types org lists "
             "the kinds of organisations.",
    .options = options,
    .example = "banyan init --network \"Mekong network\" --network \"vi=Mạng lưới Mê Công\" \\\n"
               "    --org PanNature --country VNM --kind ngo",
    .run = run,
};
