/* banyan members: who belongs to the network. */
#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static const char *name_shown(struct cli *cli, const json_t *member)
{
    const char *name = text_at(member, "name");

    if (is_at(member, "self"))
        return pool_format(&cli->pool, _("%s (you)"), name);
    return is_at(member, "suspended") ? pool_format(&cli->pool, _("%s (suspended)"), name) : name;
}

static void print(struct cli *cli, const json_t *members)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *member;

    table_column(&table, _("organisation"));
    table_column(&table, _("country"))->whole = true;
    table_column(&table, _("kind"));
    table_column(&table, _("role"))->whole = true;
    table_column(&table, _("newest word"))->whole = true;
    table_column(&table, _("brought by"));
    table_column(&table, _("since"))->whole = true;
    json_array_foreach(members, i, member)
    {
        table_cell(&table, name_shown(cli, member));
        table_cell(&table, text_at(member, "country"));
        table_cell(&table, text_at(member, "kind"));
        table_cell(&table, role_text(text_at(member, "role")));
        table_cell(&table, moment_text(&cli->pool, text_at(member, "last_heard")));
        table_cell(&table, name_at(member, "via"));
        table_cell(&table, moment_day(&cli->pool, text_at(member, "since")));
    }
    table_print(&table, &cli->out, 0);
    print_count(cli, counted(&cli->pool, json_array_size(members), "%s member", "%s members"));
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_members(cli->node, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_members = {
    .name = "members",
    .group = GROUP_NETWORK,
    .summary = N_("who belongs to the network, and how fresh their word is"),
    .usage = "",
    .words_max = 0,
    .about = N_("Lists the member organisations, coordinators first: since when they belong, the "
                "newest entry of each that has reached you, and through whose bundle."),
    .example = "banyan members",
    .run = run,
};
