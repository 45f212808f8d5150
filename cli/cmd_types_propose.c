/* banyan types propose, types proposed: what a network writes down, decided by its coordinators. */
#include <string.h>

#include "cli.h"
#include "field_args.h"
#include "moment.h"
#include "people.h"
#include "reading.h"

/* "depth (number), colour (text)" */
static const char *fields_text(struct pool *pool, const json_t *fields)
{
    const char *text = "";
    size_t i;
    json_t *field;

    json_array_foreach(fields, i, field)
    {
        text = pool_format(pool, "%s%s%s (%s)", text, i == 0 ? "" : ", ", text_at(field, "name"),
                           text_at(field, "kind"));
    }
    return text;
}

static bool is_new(const json_t *change)
{
    return strcmp(text_at(change, "change"), "new") == 0;
}

static const char *type_text(struct pool *pool, const json_t *type)
{
    const char *name = text_at(type, "name");
    const char *fields = fields_text(pool, json_object_get(type, "fields"));

    if (is_new(type))
        return pool_format(pool, _("new type %s, with %s"), name, fields);
    if (fields[0] == '\0')
        return pool_format(pool, _("type %s is described anew"), name);
    return pool_format(pool, _("type %s gets %s"), name, fields);
}

#define CODES_SHOWN_MAX 20u

static const char *list_text(struct pool *pool, const json_t *list)
{
    const char *name = text_at(list, "name");
    const json_t *codes = json_object_get(list, "codes");
    size_t count = json_array_size(codes);
    const char *what = count > CODES_SHOWN_MAX ? counted(pool, count, "%s code", "%s codes")
                                               : value_text(pool, codes);

    if (is_new(list))
        return pool_format(pool, _("new list %s, with %s"), name, what);
    if (count == 0)
        return pool_format(pool, _("list %s is described anew"), name);
    return pool_format(pool, _("list %s gets %s"), name, what);
}

static void print_all(struct cli *cli, const json_t *changes,
                      const char *text(struct pool *pool, const json_t *change))
{
    size_t i;
    json_t *change;

    json_array_foreach(changes, i, change)
        say_wrapped(&cli->out, 2, pool_format(&cli->pool, "  %s", text(&cli->pool, change)), true);
}

static void print_gone(struct cli *cli, const json_t *names, const char *format)
{
    size_t i;
    json_t *name;

    json_array_foreach(names, i, name) say(&cli->out, format, json_string_value(name), NULL);
}

static void print_differences(struct cli *cli, const json_t *proposal)
{
    print_all(cli, json_object_get(proposal, "types"), type_text);
    print_all(cli, json_object_get(proposal, "lists"), list_text);
    print_gone(cli, json_object_get(proposal, "types_gone"),
               _("  type {} is kept no longer: its records stay as they are\n"));
    print_gone(cli, json_object_get(proposal, "lists_gone"),
               _("  list {} is again as the program has it\n"));
}

/* -- types propose -- */

static void print_outcome(struct cli *cli, const json_t *proposal)
{
    const char *act = text_at(proposal, "act");
    uint64_t missing = count_at(proposal, "needed") - count_at(proposal, "votes");

    if (cli->quiet) {
        say(&cli->out, "{}\n", act, NULL);
        return;
    }
    if (is_at(proposal, "decided"))
        say(&cli->out, _("In force:\n"), NULL);
    else
        say(&cli->out, _("Proposed as {bold}{}{plain}, which waits for {}:\n"), act,
            counted(&cli->pool, missing, "%s more approval", "%s more approvals"), NULL);
    print_differences(cli, proposal);
}

static int read_files(struct cli *cli, struct banyan_types_proposal *proposal)
{
    struct banyan_type_file *files =
        pool_allocate(&cli->pool, (cli->args.word_count + 1) * sizeof(*files));

    for (size_t i = 0; i < cli->args.word_count; i++) {
        const char *mistake = NULL;
        enum banyan_status status =
            text_file_read(&cli->pool, cli_word(cli, i), &files[i].text, &mistake);

        if (status != BANYAN_OK)
            return cli_fail(cli, status, mistake);
        files[i].name = cli_word(cli, i);
    }
    proposal->files = files;
    proposal->file_count = cli->args.word_count;
    return BANYAN_CLASS_DONE;
}

static int run_propose(struct cli *cli)
{
    struct banyan_types_proposal proposal = {.shipped = args_has(&cli->args, "shipped")};
    int exit_code = BANYAN_CLASS_DONE;

    if (cli->args.word_count == 0 && !proposal.shipped)
        return cli_misused(cli, _("types propose takes files that define types or lists, or "
                                  "--shipped"));
    exit_code = read_files(cli, &proposal);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_types_propose(cli->node, &proposal, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (!cli->json && strcmp(text_at(cli->document, "outcome"), "unchanged") == 0) {
        if (!cli->quiet)
            say(&cli->out, _("All of this is in force already.\n"), NULL);
        return BANYAN_CLASS_DONE;
    }
    return cli_show(cli, NULL, print_outcome);
}

static const struct option propose_options[] = {
    {"shipped", NULL, N_("the types and lists as this version of the program ships them"), false},
    OPTIONS_END};

const struct command command_types_propose = {
    .name = "types propose",
    .group = GROUP_NETWORK,
    .summary = N_("ask the coordinators for new types, fields or codes"),
    .usage = N_("[FILE...]"),
    .words_max = ANY_NUMBER,
    .about = N_(
        "Each file defines a type of records or a list of codes as JSON, in the form of those "
        "that the program ships: {\"name\": \"plot\", \"label\": \"Plot\", \"fields\": [{\"name\": "
        "\"name\", \"kind\": \"mltext\", \"required\": true, \"label\": {\"en\": \"Name\", \"vi\": "
        "\"Tên\"}}, {\"name\": \"tree\", \"kind\": \"code\", \"list\": \"tree\", \"label\": "
        "\"Tree\"}]}, and a list {\"name\": \"tree\", \"codes\": [{\"code\": \"oak\", \"label\": "
        "\"Oak\"}]}. Where there is one of that name, it takes its place. Fields "
        "that were there once keep their kind. It takes effect on every computer of the "
        "network once enough coordinators have said banyan approve; a coordinator that decides "
        "alone decides at once. With --shipped the network follows the program after an "
        "upgrade, and keeps the types of its own."),
    .options = propose_options,
    .example = "banyan types propose tree.json plot.json",
    .run = run_propose,
};

/* -- types proposed -- */

static void print_proposed(struct cli *cli, const json_t *proposals)
{
    size_t i;
    json_t *proposal;

    json_array_foreach(proposals, i, proposal)
    {
        size_t votes = json_array_size(json_object_get(proposal, "votes"));
        uint64_t missing = count_at(proposal, "needed") - votes;

        if (cli->quiet) {
            say(&cli->out, "{}\n", text_at(proposal, "act"), NULL);
            continue;
        }
        say(&cli->out, i == 0 ? "" : "\n", NULL);
        say(&cli->out, _("{bold}{}{plain} by {}, {}, waits for {}\n"), text_at(proposal, "act"),
            name_at(proposal, "by"), moment_text(&cli->pool, text_at(proposal, "at")),
            counted(&cli->pool, missing, "%s more approval", "%s more approvals"), NULL);
        print_differences(cli, proposal);
        if (is_at(proposal, "yours"))
            say(&cli->out, _("  {dim}To vote for it: banyan approve {}{plain}\n"),
                text_at(proposal, "act"), NULL);
    }
}

static int run_proposed(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_types_proposed(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(
        cli, json_array_size(cli->document) > 0 ? NULL : _("No proposal of types waits for votes."),
        print_proposed);
}

const struct command command_types_proposed = {
    .name = "types proposed",
    .group = GROUP_NETWORK,
    .summary = N_("what proposals of types that wait for votes would change"),
    .usage = N_("[ACT]"),
    .words_max = 1,
    .about = N_("Lists what was proposed with banyan types propose and is not decided yet. Exit "
                "code 1 when there is nothing."),
    .example = "banyan types proposed",
    .run = run_proposed,
};
