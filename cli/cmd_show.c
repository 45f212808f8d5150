/* banyan show: one record. */
#include <string.h>

#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"

static void print_head(struct cli *cli, const json_t *record)
{
    const char *deleted = text_at(record, "deleted");

    print_record_line(cli, record);
    say(&cli->out, "{dim}written {}, changed {}{plain}\n",
        moment_text(&cli->pool, text_at(record, "created")),
        moment_text(&cli->pool, text_at(record, "changed")), NULL);
    if (strcmp(deleted, "yes") == 0)
        say(&cli->out, "{red}Deleted; banyan undelete {} brings it back.{plain}\n",
            text_at(record, "id"), NULL);
    if (strcmp(deleted, "conflict") == 0)
        say(&cli->out,
            "{red}One side deleted it while another edited it.{plain}\n"
            "{dim}Settle it: banyan resolve {} deleted=yes (or deleted=no){plain}\n",
            text_at(record, "id"), NULL);
}

static void print_path(struct cli *cli, size_t width, const char *path, const char *text)
{
    say(&cli->out, "  {}", path, NULL);
    say_spaces(&cli->out, width - columns_of(path) + 2);
    say_wrapped(&cli->out, width + 4, text, false);
}

static void print_fields(struct cli *cli, const json_t *record)
{
    const json_t *texts = json_object_get(record, "text");
    const json_t *conflicts = json_object_get(record, "conflicts");
    size_t width = 0;
    const char *path;
    json_t *text;

    json_object_foreach((json_t *)texts, path, text)
    {
        size_t columns = columns_of(path);
        width = columns > width ? columns : width;
    }
    if (json_object_size(texts) > 0)
        say(&cli->out, "\n", NULL);
    json_object_foreach((json_t *)texts, path, text)
    {
        if (json_object_get(conflicts, path) == NULL)
            print_path(cli, width, path, json_string_value(text));
    }
}

static void print_conflicts(struct cli *cli, const json_t *record)
{
    const char *path;
    json_t *values;

    json_object_foreach(json_object_get(record, "conflicts"), path, values)
    {
        size_t i;
        json_t *value;

        say(&cli->out, "\n  {red}{}{plain} was edited on several sides:\n", path, NULL);
        json_array_foreach(values, i, value)
        {
            say(&cli->out, "    ", NULL);
            say_wrapped(
                &cli->out, 4,
                pool_format(&cli->pool, "%s  (%s)", shown_text(cli, value), by_and_at(cli, value)),
                false);
        }
        say(&cli->out, "    {dim}Settle it: banyan resolve {} {}=VALUE{plain}\n",
            text_at(record, "id"), path, NULL);
    }
}

static void print_proposals(struct cli *cli, const json_t *record)
{
    size_t i;
    json_t *proposal;

    json_array_foreach(json_object_get(record, "proposals"), i, proposal)
    {
        if (strcmp(text_at(proposal, "state"), "open") != 0)
            continue;
        say(&cli->out, "\n  Proposed by {}\n", by_and_at(cli, proposal), NULL);
        print_changes(cli, json_object_get(proposal, "changes"), 4);
    }
}

static void print(struct cli *cli, const json_t *record)
{
    print_head(cli, record);
    print_fields(cli, record);
    print_conflicts(cli, record);
    print_proposals(cli, record);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_show(cli->node, cli_word(cli, 0), cli->language,
                                              &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_show = {
    .name = "show",
    .group = GROUP_LOOK,
    .summary = "show one record, with what is in conflict or proposed",
    .usage = "ID",
    .words_min = 1,
    .words_max = 1,
    .about = "Shows a record as all members see it. The first four characters of an id do, in any "
             "case, if no other record begins the same.",
    .example = "banyan show k7qm",
    .run = run,
};
