/* banyan remove: end the membership of an organisation. */
#include "decision.h"

static int run(struct cli *cli)
{
    struct banyan_removal removal = {.organisation = cli_word(cli, 0),
                                     .leave = args_has(&cli->args, "leave")};
    int exit_code;

    if (removal.organisation == NULL && !removal.leave)
        return cli_misused(cli, _("say which organisation is to be removed"));
    removal.keep = args_values(&cli->args, &cli->pool, "keep", &removal.keep_count);
    removal.drop = args_values(&cli->args, &cli->pool, "drop", &removal.drop_count);
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return decision_tell(cli, banyan_remove(cli->node, &removal, &cli->answer, &cli->error));
}

static const struct option options[] = {
    {"keep", N_("ENTRY"),
     N_("of the log that holds ENTRY, keep only what was written up to it (banyan history ID "
        "--json "
        "names entries)"),
     true},
    {"drop", N_("ENTRY"),
     N_("of the log that holds ENTRY, keep only what was written before it. A copied home writes a "
        "log of its own: name its first entry, and nothing of it stays"),
     true},
    {"leave", NULL, N_("the organisation is your own, and leaves"), false},
    OPTIONS_END};

const struct command command_remove = {
    .name = "remove",
    .group = GROUP_NETWORK,
    .summary = N_("remove an organisation from the network, or leave it"),
    .usage = N_("ORG"),
    .words_min = 0,
    .words_max = 1,
    .about = N_(
        "Ends the membership of an organisation. What you hold of its records stays; what it "
        "writes after that counts nowhere, and nobody sends it anything more, from the moment "
        "they hear of it. Coordinators remove; to remove a coordinator, more than half of them "
        "must agree, without a vote of whom it is about: where there are two, either removes the "
        "other alone. Records that a stolen computer wrote can be left out with --keep: they are "
        "held back, and show nowhere. With --leave your own organisation leaves; the only "
        "coordinator cannot, until another one has the role."),
    .options = options,
    .example = "banyan remove SODA\n"
               "banyan remove SODA --keep K7QM-2F9D --drop 3NTB-90XA\n"
               "banyan remove --leave",
    .run = run,
};
