/* banyan admit: newcomers whom a person takes in. */
#include <string.h>

#include "cli.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static const char *state_text(const json_t *join)
{
    static const struct {
        const char *state, *text;
    } states[] = {
        {"open", N_("is taken in by itself")},
        {"confirm", N_("waits for six digits")},
        {"cancelled", N_("the invitation was cancelled")},
        {"expired", N_("the invitation has expired")},
        {"used", N_("the invitation was used")},
        {"suspended", N_("several came with one invitation")},
    };

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].state, text_at(join, "state")) == 0)
            return _(states[i].text);
    return text_at(join, "state");
}

static void print_joins(struct cli *cli, const json_t *joins)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *join;

    table_column(&table, _("join"))->whole = true;
    table_column(&table, _("organisation"));
    table_column(&table, _("country"))->whole = true;
    table_column(&table, _("kind"));
    table_column(&table, _("state"));
    json_array_foreach(joins, i, join)
    {
        table_cell(&table, text_at(join, "join"));
        table_cell(&table, name_at(join, "organisation"));
        table_cell(&table, text_at(join, "country"));
        table_cell(&table, text_at(join, "kind"));
        table_cell(&table, state_text(join));
    }
    table_print(&table, &cli->out, 0);
}

static void print_admitted(struct cli *cli, const json_t *answer)
{
    if (!cli->quiet)
        say(&cli->out, _("Taken in: {bold}{}{plain}. They know it once they hear from you.\n"),
            name_at(answer, "organisation"), NULL);
}

static int run(struct cli *cli)
{
    const char *join = cli_word(cli, 0);
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (join != NULL) {
        exit_code = cli_take(cli, banyan_admit(cli->node, join, args_value(&cli->args, "digits"),
                                               &cli->answer, &cli->error));
        return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_admitted) : exit_code;
    }
    exit_code = cli_take(cli, banyan_joins(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli,
                    json_array_size(cli->document) > 0 ? NULL : _("Nobody asks to be taken in."),
                    print_joins);
}

static const struct option options[] = {
    {"digits", N_("DIGITS"), N_("the six digits that they read out to you"), false}, OPTIONS_END};

const struct command command_admit = {
    .name = "admit",
    .group = GROUP_NETWORK,
    .summary = N_("take a newcomer in by hand"),
    .usage = N_("[ORG]"),
    .words_min = 0,
    .words_max = 1,
    .about = N_(
        "Most newcomers are taken in by themselves. Two kinds wait for a person: who came with an "
        "invitation that asks for six digits (banyan invite --confirm), which the newcomer reads "
        "out from banyan status on the phone; and several who came with one invitation, of whom a "
        "coordinator says who was meant. Without ORG, lists all who ask to be taken in."),
    .options = options,
    .example = "banyan admit\n"
               "banyan admit FACT --digits 402913",
    .run = run,
};
