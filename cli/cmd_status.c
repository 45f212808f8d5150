/* banyan status: where things stand, in records. */
#include <string.h>

#include "cli.h"
#include "labels.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

/* A role that ends within a month is told. */
#define REMINDED_BEFORE_MS (30 * UINT64_C(86400000))

static const char *standing_text(const json_t *status)
{
    if (is_at(status, "waiting"))
        return _("not taken in yet");
    if (is_at(status, "removed"))
        return _("no longer a member");
    return role_text(text_at(json_object_get(status, "organisation"), "role"));
}

/* Whoever was removed is told by whom. */
static void print_removal(struct cli *cli, const json_t *status)
{
    const json_t *by = json_object_get(status, "removed_by");
    const char *own = text_at(json_object_get(status, "organisation"), "id");
    const char *day = moment_day(&cli->pool, text_at(status, "removed_at"));

    if (strcmp(text_at(by, "id"), own) == 0)
        say(&cli->out, _("\nYour organisation left on {}.\n"), day, NULL);
    else
        say(&cli->out, _("\nYour organisation was removed by {bold}{}{plain} on {}.\n"),
            name_at(status, "removed_by"), day, NULL);
    say(&cli->out,
        _("What is written here from now on reaches nobody, and nothing new comes in. All\n"
          "that is here stays yours to read.\n"),
        NULL);
}

/* Its organisation is a member still, and can work on with another device. */
static void print_revocation(struct cli *cli, const json_t *status)
{
    const char *name = text_at(json_object_get(status, "organisation"), "name");

    say(&cli->out, _("\nThis device was revoked by {bold}{}{plain} on {}.\n"),
        name_at(status, "revoked_by"), moment_day(&cli->pool, text_at(status, "revoked_at")), NULL);
    say_wrapped(&cli->out, 0,
                pool_format(&cli->pool,
                            _("What is written here from now on counts nowhere, and nothing new "
                              "comes in. All that is here stays yours to read. %s itself is "
                              "still in the network: to work with it on this computer, make a new "
                              "device of it in another folder, with its recovery code and a bundle "
                              "of any member: banyan --home FOLDER device add BUNDLE"),
                            name),
                true);
}

static void print_head(struct cli *cli, const json_t *status)
{
    const json_t *organisation = json_object_get(status, "organisation");

    say(&cli->out, "{bold}{}{plain}\n",
        is_at(status, "waiting") ? _("A network you have asked to join")
                                 : network_name(status, cli->language),
        NULL);
    say(&cli->out, _("You are {bold}{}{plain}, {}. Home: {}\n"), text_at(organisation, "name"),
        standing_text(status), text_at(status, "home"), NULL);
    if (is_at(status, "removed"))
        print_removal(cli, status);
    else if (is_at(status, "revoked"))
        print_revocation(cli, status);
    if (is_at(status, "waiting"))
        say(&cli->out,
            _("\nYour join waits for a member to take it in: meet one with banyan sync or banyan\n"
              "run, or send them the file that banyan bundle make FILE writes, and apply the one\n"
              "they send back.\n"),
            NULL);
    if (is_at(status, "waiting") && text_at(status, "digits")[0] != '\0')
        say(&cli->out, _("If they ask you for six digits: {bold}{}{plain}\n"),
            text_at(status, "digits"), NULL);
}

static void print_beside(struct cli *cli, const json_t *status)
{
    uint64_t deleted = count_at(status, "deleted"), own = count_at(status, "private");

    if (deleted > 0)
        say(&cli->out, _("{dim}and {} deleted{plain}\n"), number_text(&cli->pool, deleted), NULL);
    if (own > 0)
        say(&cli->out, _("{dim}and {} private, on this device only{plain}\n"),
            number_text(&cli->pool, own), NULL);
}

static void print_records(struct cli *cli, const json_t *status)
{
    struct table table = table_new(&cli->pool);
    const char *type;
    json_t *count;

    say(&cli->out, "\n", NULL);
    if (json_object_size(json_object_get(status, "records")) == 0) {
        say(&cli->out, _("No records yet.\n"), NULL);
        print_beside(cli, status);
        return;
    }
    table_column(&table, _("records"))->right = true;
    table_column(&table, _("type"));
    json_object_foreach(json_object_get(status, "records"), type, count)
    {
        table_cell(&table, number_text(&cli->pool, (uint64_t)json_integer_value(count)));
        table_cell(&table, type[0] != '\0' ? type_text_with_name(cli, type) : _("of other types"));
    }
    table_print(&table, &cli->out, 0);
    print_beside(cli, status);
}

static void print_to_do(struct cli *cli, const json_t *status)
{
    uint64_t conflicts = count_at(status, "conflicts"), proposals = count_at(status, "proposals");

    if (conflicts + proposals > 0)
        say(&cli->out, "\n", NULL);
    if (conflicts > 0)
        say(&cli->out,
            P_("{red}{} conflict{plain} to settle: banyan conflicts\n",
               "{red}{} conflicts{plain} to settle: banyan conflicts\n", conflicts),
            number_text(&cli->pool, conflicts), NULL);
    if (proposals > 0)
        say(&cli->out,
            P_("{bold}{} proposal{plain} not decided: banyan inbox\n",
               "{bold}{} proposals{plain} not decided: banyan inbox\n", proposals),
            number_text(&cli->pool, proposals), NULL);
}

/* What an act that waits for votes would do. */
static const char *motion_text(struct cli *cli, const json_t *motion)
{
    const char *what = text_at(motion, "what");

    if (strcmp(what, "role") == 0)
        return pool_format(&cli->pool, _("%s becomes %s"), name_at(motion, "organisation"),
                           role_text(text_at(motion, "role")));
    if (strcmp(what, "lower") == 0 && strcmp(text_at(motion, "role"), "none") == 0)
        return pool_format(&cli->pool, _("%s is removed"), name_at(motion, "organisation"));
    if (strcmp(what, "lower") == 0)
        return pool_format(&cli->pool, _("%s is lowered to %s"), name_at(motion, "organisation"),
                           role_text(text_at(motion, "role")));
    if (strcmp(what, "revoke") == 0)
        return pool_format(&cli->pool, _("a device of %s is revoked"),
                           name_at(motion, "organisation"));
    if (strcmp(what, "key") == 0)
        return pool_format(&cli->pool, _("%s gets a new key"), name_at(motion, "organisation"));
    if (strcmp(what, "level") == 0)
        return _("a later version of banyan for all");
    return _("other record types");
}

static void print_approvals(struct cli *cli, const json_t *status)
{
    struct table table = table_new(&cli->pool);
    const json_t *motions = json_object_get(status, "approvals");
    bool any_yours = false;
    size_t i;
    json_t *motion;

    if (json_array_size(motions) == 0)
        return;
    table_column(&table, _("to approve"))->whole = true;
    table_column(&table, _("what"));
    table_column(&table, _("asked for by"));
    table_column(&table, _("votes"))->whole = true;
    json_array_foreach(motions, i, motion)
    {
        size_t votes = json_array_size(json_object_get(motion, "votes"));

        any_yours = any_yours || is_at(motion, "yours");
        table_cell(&table, text_at(motion, "act"));
        table_cell(&table, motion_text(cli, motion));
        table_cell(&table, name_at(motion, "by"));
        table_cell(&table, pool_format(&cli->pool, _("%zu of %llu"), votes,
                                       (unsigned long long)count_at(motion, "needed")));
    }
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
    if (any_yours)
        say(&cli->out, _("Your vote is asked for: banyan approve NAME\n"), NULL);
}

/* Those that end soon, or should have ended. */
static void print_reminders(struct cli *cli, const json_t *status)
{
    const char *soon = moment_utc(&cli->pool, moment_now_ms() + REMINDED_BEFORE_MS);
    const char *now = moment_utc(&cli->pool, moment_now_ms());
    const char *role = text_at(json_object_get(status, "organisation"), "role");
    bool any = false;
    size_t i;
    json_t *one;

    /* Whoever is no member has nothing to do with it any more. */
    if (strcmp(role, "none") == 0)
        return;
    json_array_foreach(json_object_get(status, "reminders"), i, one)
    {
        const char *until = text_at(one, "until");

        if (strcmp(until, soon) > 0)
            continue;
        say(&cli->out, any ? "" : "\n", NULL);
        any = true;
        say(&cli->out,
            strcmp(until, now) <= 0
                ? _("{bold}{}{plain} was to be {} until {}: decide how it goes on.\n")
                : _("{bold}{}{plain} is to be {} until {}.\n"),
            name_at(one, "organisation"), role_text(text_at(one, "role")),
            moment_day(&cli->pool, until), NULL);
    }
    if (any && strcmp(role, "coordinator") == 0)
        say(&cli->out,
            _("{dim}banyan role ORG ROLE --until DATE prolongs it, banyan role ORG member "
              "ends it.{plain}\n"),
            NULL);
}

static void print_held_back(struct cli *cli, const json_t *status)
{
    const json_t *held = json_object_get(status, "held");
    size_t i;
    json_t *one;

    if (json_array_size(held) > 0)
        say(&cli->out, "\n", NULL);
    json_array_foreach(held, i, one)
    {
        uint64_t count = count_at(one, "entries");

        say(&cli->out,
            P_("{} entry of {} is held back: it was written past where its author was cut off.\n",
               "{} entries of {} are held back: they were written past where their author was cut "
               "off.\n",
               count),
            number_text(&cli->pool, count), name_at(one, "organisation"), NULL);
    }
}

/* What is held of a member's own words, where nothing is known of how far it is. */
static const json_t *find_heard(const json_t *status, const json_t *standing)
{
    const char *wanted = text_at(json_object_get(standing, "organisation"), "id");
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(status, "heard"), i, one)
    {
        if (strcmp(text_at(json_object_get(one, "organisation"), "id"), wanted) == 0)
            return one;
    }
    return NULL;
}

/* "FACT"; of several devices "FACT (1f0c22aa)". */
static const char *device_name(struct cli *cli, const json_t *standings, const json_t *standing)
{
    const json_t *organisation = json_object_get(standing, "organisation");
    size_t count = 0, i;
    json_t *one;

    json_array_foreach(standings, i, one)
    {
        count += json_equal(json_object_get(one, "organisation"), organisation) != 0;
    }
    return count == 1 ? name_at(standing, "organisation")
                      : pool_format(&cli->pool, _("%s (%.8s)"), name_at(standing, "organisation"),
                                    text_at(standing, "device"));
}

static const char *via_text(const json_t *standing)
{
    const char *via = name_at(standing, "via");

    if (is_at(standing, "met"))
        return _("directly");
    return strcmp(via, name_at(standing, "organisation")) == 0 ? _("itself") : via;
}

static const char *they_lack_text(struct cli *cli, const json_t *standing)
{
    const json_t *lack = json_object_get(standing, "they_lack");
    const json_t *records = json_object_get(lack, "records");
    uint64_t new_ones = count_at(records, "new"), changed = count_at(records, "changed"),
             deleted = count_at(records, "deleted"), changes = count_at(lack, "changes");

    if (changes == 0)
        return is_at(standing, "partial") ? _("nothing that is known of") : _("nothing");
    if (!json_is_object(records) || new_ones + changed + deleted == 0)
        return counted(&cli->pool, changes, "%s change", "%s changes");
    return changes_text(&cli->pool, new_ones, changed, deleted);
}

static const char *you_lack_text(struct cli *cli, const json_t *standing)
{
    uint64_t changes = count_at(json_object_get(standing, "we_lack"), "changes");

    return changes == 0 ? _("nothing") : counted(&cli->pool, changes, "%s change", "%s changes");
}

static void add_heard(struct cli *cli, struct table *table, const json_t *heard)
{
    table_cell(table, heard == NULL ? "" : moment_text(&cli->pool, text_at(heard, "as_of")));
    table_cell(table, heard == NULL ? "" : name_at(heard, "via"));
    table_cell(table, _("not known"));
    table_cell(table, _("not known"));
}

static void print_standings(struct cli *cli, const json_t *status)
{
    struct table table = table_new(&cli->pool);
    const json_t *standings = json_object_get(status, "standings");
    size_t i;
    json_t *one;

    if (json_array_size(standings) == 0)
        return;
    table_column(&table, _("member"));
    table_column(&table, _("as of"))->whole = true;
    table_column(&table, _("via"));
    table_column(&table, _("they lack"));
    table_column(&table, _("you lack"));
    json_array_foreach(standings, i, one)
    {
        table_cell(&table, device_name(cli, standings, one));
        if (text_at(one, "as_of")[0] == '\0') {
            add_heard(cli, &table, find_heard(status, one));
            continue;
        }
        table_cell(&table, is_at(one, "in_sync") ? _("now")
                                                 : moment_text(&cli->pool, text_at(one, "as_of")));
        table_cell(&table, via_text(one));
        table_cell(&table, they_lack_text(cli, one));
        table_cell(&table, you_lack_text(cli, one));
    }
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
}

static void print(struct cli *cli, const json_t *status)
{
    print_head(cli, status);
    if (is_at(status, "waiting"))
        return;
    print_records(cli, status);
    print_to_do(cli, status);
    if (json_array_size(json_object_get(status, "newcomers")) > 0)
        say(&cli->out, "\n", NULL);
    newcomers_print(cli, status);
    print_approvals(cli, status);
    print_reminders(cli, status);
    print_held_back(cli, status);
    if (!is_at(status, "removed") && !is_at(status, "revoked"))
        print_standings(cli, status);
    if (text_at(status, "fingerprint")[0] != '\0')
        say(&cli->out, _("\nFingerprint {bold}{}{plain}\n"), text_at(status, "fingerprint"), NULL);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_status_report(cli->node, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_status = {
    .name = "status",
    .group = GROUP_START,
    .summary = N_("where things stand: records, what waits for you, how far others are"),
    .usage = "",
    .words_max = 0,
    .about = N_(
        "Tells which network this is, how many records there are of each type, what waits to "
        "be settled or decided, and how far each member is: as of when and by way of whom that is "
        "known, what you have that they lack, and what they have that you lack."),
    .example = "banyan status",
    .run = run,
};
