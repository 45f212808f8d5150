/* banyan resolve: settle a conflict. */
#include "field_args.h"
#include "outcome.h"

static int run(struct cli *cli)
{
    struct field_args fields;
    int exit_code = outcome_read_fields(cli, 1, &fields);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli, banyan_resolve(cli->node, cli_word(cli, 0), fields.fields,
                                            fields.count, &cli->answer, &cli->error));
}

const struct command command_resolve = {
    .name = "resolve",
    .group = GROUP_AGREE,
    .summary = N_("settle a field that was edited on two sides"),
    .usage = N_("ID FIELD=VALUE..."),
    .words_min = 2,
    .words_max = ANY_NUMBER,
    .about =
        N_("Settles a conflict: the field gets the value you give, one of those in conflict or "
           "another. The next exchange settles it on every copy; the other values stay in the "
           "history. A deletion in conflict is settled with deleted=yes or deleted=no."),
    .example = "banyan resolve K7QM-2F9D area=\"14 ha\"",
    .run = run,
};
