/* banyan members: who belongs to the network. */
#include <string.h>

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

static bool is_gone(const json_t *member)
{
    return strcmp(text_at(member, "role"), "none") == 0 && !is_at(member, "suspended");
}

static bool any_has(const json_t *members, const char *key)
{
    size_t i;
    json_t *member;

    json_array_foreach(members, i, member) if (text_at(member, key)[0] != '\0') return true;
    return false;
}

/* Returns how many there are. */
static size_t print_members(struct cli *cli, const json_t *members)
{
    struct table table = table_new(&cli->pool);
    bool any_ends = any_has(members, "until");
    size_t i, count = 0;
    json_t *member;

    table_column(&table, _("organisation"));
    table_column(&table, _("country"))->whole = true;
    table_column(&table, _("kind"));
    table_column(&table, _("role"))->whole = true;
    if (any_ends)
        table_column(&table, C_("of a role", "until"))->whole = true;
    table_column(&table, _("newest word"))->whole = true;
    table_column(&table, _("brought by"));
    table_column(&table, _("since"))->whole = true;
    json_array_foreach(members, i, member)
    {
        if (is_gone(member))
            continue;
        count++;
        table_cell(&table, name_shown(cli, member));
        table_cell(&table, text_at(member, "country"));
        table_cell(&table, text_at(member, "kind"));
        table_cell(&table, role_text(text_at(member, "role")));
        if (any_ends)
            table_cell(&table, moment_day(&cli->pool, text_at(member, "until")));
        table_cell(&table, moment_text(&cli->pool, text_at(member, "last_heard")));
        table_cell(&table, name_at(member, "via"));
        table_cell(&table, moment_day(&cli->pool, text_at(member, "since")));
    }
    table_print(&table, &cli->out, 0);
    return count;
}

static void print_gone(struct cli *cli, const json_t *members)
{
    struct table table = table_new(&cli->pool);
    size_t i, count = 0;
    json_t *member;

    table_column(&table, _("no longer a member"));
    table_column(&table, _("since"))->whole = true;
    table_column(&table, _("removed by"));
    json_array_foreach(members, i, member)
    {
        const char *by = name_at(member, "removed_by");

        if (!is_gone(member))
            continue;
        count++;
        table_cell(&table, name_shown(cli, member));
        table_cell(&table, moment_day(&cli->pool, text_at(member, "removed")));
        table_cell(&table, strcmp(text_at(json_object_get(member, "removed_by"), "id"),
                                  text_at(member, "id")) == 0
                               ? _("left by itself")
                               : by);
    }
    if (count == 0)
        return;
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
}

static void print(struct cli *cli, const json_t *members)
{
    size_t count = print_members(cli, members);

    print_gone(cli, members);
    print_count(cli, counted(&cli->pool, count, "%s member", "%s members"));
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
