/* banyan init: found a network. */
#include "joining.h"
#include "passphrase.h"
#include "qr.h"

static int run(struct cli *cli)
{
    struct banyan_profile profile = joining_profile(cli);
    size_t count;
    const char **names = args_values(&cli->args, &cli->pool, "network", &count);
    enum banyan_status status;

    if (count == 0)
        return cli_misused(cli, _("init needs the name of the network: --network NAME"));
    if (profile.name == NULL || profile.country == NULL || profile.kind == NULL)
        return cli_misused(cli, _("init needs --org NAME, --country CODE and --kind KIND"));
    status = banyan_init(cli->home, names, count, &profile, &cli->answer, &cli->error);
    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    return joining_tell(cli,
                        _("The network is founded; your organisation is its first coordinator."),
                        _("Next: banyan invite --for \"NAME\" makes an invitation for another "
                          "organisation,\n      banyan add writes down a first record."));
}

static const struct option options[] = {
    {"network", N_("NAME"), N_("name of the network; LANG=NAME for another language than English"),
     true},
    {"org", N_("NAME"), N_("name of your organisation"), false},
    {"country", N_("CODE"), N_("its country, such as KHM"), false},
    {"kind", N_("KIND"), N_("what it is, such as ngo or cbo"), false},
    {"recovery-out", N_("FILE"), N_("write the recovery code to this file and do not show it"),
     false},
    PASSPHRASE_OPTIONS,
    QR_OPTION,
    OPTIONS_END};

const struct command command_init = {
    .name = "init",
    .group = GROUP_START,
    .summary = N_("found a new network, with your organisation in it"),
    .usage = N_("--network NAME --org NAME --country CODE --kind KIND"),
    .words_max = 0,
    .about =
        N_("Makes a home with the keys of your organisation and the first records of a new "
           "network. It shows a recovery code, once: write it on paper. banyan types org lists "
           "the kinds of organisations."),
    .options = options,
    .example = "banyan init --network \"Mekong network\" --network \"vi=Mạng lưới Mê Công\" \\\n"
               "    --org PanNature --country VNM --kind ngo",
    .run = run,
};
