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

/* Columns that say least stand last: they give way first. Returns how many members there are. */
static size_t print_members(struct cli *cli, const json_t *members)
{
    struct table table = table_new(&cli->pool);
    bool any_ends = any_has(members, "until");
    size_t i, count = 0;
    json_t *member;

    table_column(&table, _("organisation"));
    table_column(&table, _("role"))->whole = true;
    if (any_ends)
        table_column(&table, C_("of a role", "until"))->whole = true;
    table_column(&table, _("since"))->whole = true;
    table_column(&table, _("taken in by"));
    table_column(&table, _("newest word"))->whole = true;
    table_column(&table, _("brought by"));
    table_column(&table, _("devices"))->right = true;
    table_column(&table, _("country"))->whole = true;
    table_column(&table, _("kind"));
    json_array_foreach(members, i, member)
    {
        const char *by = name_at(member, "admitted_by");

        if (is_gone(member))
            continue;
        count += !is_at(member, "suspended");
        table_cell(&table, name_shown(cli, member));
        table_cell(&table, role_text(text_at(member, "role")));
        if (any_ends)
            table_cell(&table, moment_day(&cli->pool, text_at(member, "until")));
        table_cell(&table, moment_day(&cli->pool, text_at(member, "since")));
        table_cell(&table, by[0] != '\0' ? by : _("a founder"));
        table_cell(&table, moment_text(&cli->pool, text_at(member, "last_heard")));
        table_cell(&table, name_at(member, "via"));
        table_cell(&table, number_text(&cli->pool, count_at(member, "devices")));
        table_cell(&table, text_at(member, "country"));
        table_cell(&table, text_at(member, "kind"));
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

/* -- one of them -- */

static void print_line(struct cli *cli, const char *what, const char *text)
{
    if (text[0] != '\0')
        say(&cli->out, "  {}  {}\n", what, text, NULL);
}

static const char *heard_text(struct cli *cli, const json_t *member)
{
    const char *at = moment_text(&cli->pool, text_at(member, "last_heard"));
    const char *via = name_at(member, "via");

    if (at[0] == '\0' || via[0] == '\0')
        return at;
    return pool_format(&cli->pool, _("%s, brought by %s"), at, via);
}

static const char *principles_text(struct cli *cli, const json_t *member)
{
    const json_t *principles = json_object_get(member, "principles");
    const char *on = text_at(principles, "accepted_on");

    if (text_at(principles, "version")[0] == '\0')
        return "";
    return on[0] == '\0'
               ? text_at(principles, "version")
               : pool_format(&cli->pool, _("%s, on %s"), text_at(principles, "version"), on);
}

static const char *in_since_text(struct cli *cli, const json_t *member)
{
    const char *day = moment_day(&cli->pool, text_at(member, "since"));
    const char *by = name_at(member, "admitted_by");

    return by[0] == '\0' ? pool_format(&cli->pool, _("%s, as a founder"), day)
                         : pool_format(&cli->pool, _("%s, taken in by %s"), day, by);
}

static const char *gone_text(struct cli *cli, const json_t *member)
{
    const char *day = moment_day(&cli->pool, text_at(member, "removed"));

    return day[0] == '\0'
               ? ""
               : pool_format(&cli->pool, _("%s, by %s"), day, name_at(member, "removed_by"));
}

static void print_devices(struct cli *cli, const json_t *member)
{
    const char *id = text_at(member, "id");
    size_t i;
    json_t *device;

    banyan_text_free(&cli->answer);
    if (cli_take(cli, banyan_devices(cli->node, true, &cli->answer, &cli->error)) !=
        BANYAN_CLASS_DONE)
        return;
    json_array_foreach(cli->document, i, device)
    {
        const char *revoked = moment_day(&cli->pool, text_at(device, "revoked"));
        const char *since = moment_day(&cli->pool, text_at(device, "since"));

        if (strcmp(text_at(json_object_get(device, "organisation"), "id"), id) != 0)
            continue;
        say(&cli->out, "  {}  {}  ", _("device"), text_at(device, "short"), NULL);
        if (text_at(device, "name")[0] != '\0')
            say(&cli->out, "{}  ", text_at(device, "name"), NULL);
        say(&cli->out, revoked[0] != '\0' ? _("since {}, revoked {}\n") : _("since {}\n"), since,
            revoked, NULL);
    }
}

static void print_one(struct cli *cli, json_t *member)
{
    const char *focal_points = number_text(&cli->pool, count_at(member, "focal_points"));

    say(&cli->out, "{bold}{}{plain}  {}, {}\n", name_shown(cli, member), text_at(member, "country"),
        text_at(member, "kind"), NULL);
    print_line(cli, _("role"), is_gone(member) ? _("none") : role_text(text_at(member, "role")));
    print_line(cli, C_("of a role", "until"), moment_day(&cli->pool, text_at(member, "until")));
    print_line(cli, _("in since"), in_since_text(cli, member));
    print_line(cli, _("removed"), gone_text(cli, member));
    print_line(cli, _("newest word"), heard_text(cli, member));
    print_line(cli, _("focal points"), focal_points);
    print_line(cli, _("principles accepted"), principles_text(cli, member));
    print_devices(cli, member);
}

static int show_one(struct cli *cli, const char *name)
{
    size_t i;
    json_t *member, *found = NULL;

    json_array_foreach(cli->document, i, member)
    {
        if (strcmp(text_at(member, "name"), name) != 0 && strcmp(text_at(member, "id"), name) != 0)
            continue;
        if (found == NULL || is_gone(found))
            found = member;
    }
    if (found == NULL)
        return cli_fail(cli, BANYAN_ERR_NOT_FOUND,
                        pool_format(&cli->pool, _("no member is called %s"), name));
    json_incref(found);
    if (cli->json) {
        cli_answer(cli, found);
        return BANYAN_CLASS_DONE;
    }
    print_one(cli, found);
    json_decref(found);
    return BANYAN_CLASS_DONE;
}

/* -- all -- */

/* Names of members that lack what others have; "" where nobody has it or nobody lacks it. */
static const char *
lacking(struct cli *cli, const json_t *members, bool (*has)(const json_t *member))
{
    const char *names = "";
    bool any_has_it = false;
    size_t i;
    json_t *member;

    json_array_foreach(members, i, member)
    {
        if (is_gone(member))
            continue;
        if (has(member))
            any_has_it = true;
        else
            names = names[0] == '\0'
                        ? text_at(member, "name")
                        : pool_format(&cli->pool, "%s, %s", names, text_at(member, "name"));
    }
    return any_has_it ? names : "";
}

static bool has_focal_point(const json_t *member)
{
    return count_at(member, "focal_points") > 0;
}

static bool has_accepted(const json_t *member)
{
    return json_is_object(json_object_get(member, "principles"));
}

/* Only where the network keeps such records at all. */
static void print_lacking(struct cli *cli, const json_t *members)
{
    const char *focal_points = lacking(cli, members, has_focal_point);
    const char *principles = lacking(cli, members, has_accepted);

    if (cli->quiet || focal_points[0] + principles[0] == 0)
        return;
    say(&cli->out, "\n", NULL);
    if (focal_points[0] != '\0')
        say(&cli->out, _("Without a focal point: {}\n"), focal_points, NULL);
    if (principles[0] != '\0')
        say(&cli->out, _("Principles not accepted yet: {}\n"), principles, NULL);
}

static void print(struct cli *cli, const json_t *members)
{
    size_t count = print_members(cli, members);

    print_gone(cli, members);
    print_lacking(cli, members);
    print_count(cli, counted(&cli->pool, count, "%s member", "%s members"));
}

/* For programs that offer them to whoever types. */
static void print_names(struct cli *cli, const json_t *members)
{
    size_t i;
    json_t *member;

    json_array_foreach(members, i, member)
    {
        if (!is_gone(member))
            say(&cli->out, "{}\n", text_at(member, "name"), NULL);
    }
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_members(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_word(cli, 0) != NULL
               ? show_one(cli, cli_word(cli, 0))
               : cli_show(cli, NULL, args_has(&cli->args, "names") ? print_names : print);
}

static const struct option options[] = {
    {"names", NULL, N_("the names of the members and nothing else, a line each"), false},
    OPTIONS_END};

const struct command command_members = {
    .name = "members",
    .group = GROUP_NETWORK,
    .summary = N_("who belongs to the network, and how fresh their word is"),
    .usage = N_("[ORG]"),
    .words_max = 1,
    .about =
        N_("Lists the member organisations, coordinators first: their roles and until when, the "
           "newest entry of each that has reached you and through whom, since when they "
           "belong and who took them in; and who belongs no more. Where the network keeps contacts "
           "and memberships "
           "as records, it tells who has no focal point and who has not accepted the "
           "principles. With ORG, all that is known of one, its devices too."),
    .options = options,
    .example = "banyan members\n"
               "banyan members FACT",
    .run = run,
};
