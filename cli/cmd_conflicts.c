/* banyan conflicts: what was edited on two sides. */
#include "cli.h"
#include "labels.h"
#include "people.h"
#include "reading.h"

static const char *side_text(struct cli *cli, const json_t *conflict, const json_t *value)
{
    if (is_about_deletion(conflict))
        return deletion_text(json_object_get(value, "value"));
    return shown_text(cli, value);
}

static void print_conflict(struct cli *cli, const json_t *conflict)
{
    size_t i;
    json_t *value;

    print_record_line(cli, conflict);
    say(&cli->out, "  {red}{}{plain}\n", path_text(cli, conflict), NULL);
    json_array_foreach(json_object_get(conflict, "values"), i, value)
    {
        say(&cli->out, "    ", NULL);
        say_wrapped(&cli->out, 4,
                    pool_format(&cli->pool, "%s  (%s)", side_text(cli, conflict, value),
                                by_and_at(cli, value)),
                    false);
    }
    if (is_about_deletion(conflict)) {
        say(&cli->out,
            _("    {dim}Settle it: banyan resolve {} deleted=yes (or deleted=no){plain}\n"),
            text_at(conflict, "id"), NULL);
        return;
    }
    say(&cli->out, _("    {dim}Settle it: banyan resolve {} {}=VALUE{plain}\n"),
        text_at(conflict, "id"), text_at(conflict, "path"), NULL);
}

static void print(struct cli *cli, const json_t *conflicts)
{
    size_t i;
    json_t *conflict;

    json_array_foreach(conflicts, i, conflict)
    {
        if (cli->quiet) {
            say(&cli->out, "{}\n", text_at(conflict, "id"), NULL);
            continue;
        }
        if (i > 0)
            say(&cli->out, "\n", NULL);
        print_conflict(cli, conflict);
    }
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_conflicts(cli->node, cli->language, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli, json_array_size(cli->document) > 0 ? NULL : _("No conflicts."), print);
}

const struct command command_conflicts = {
    .name = "conflicts",
    .group = GROUP_AGREE,
    .summary = N_("fields that were edited on two sides at once"),
    .usage = "",
    .words_max = 0,
    .about =
        N_("Lists the fields that two or more edited without knowing of each other, with every "
           "value. The list is the same on every copy. Exit code 1 when there are none."),
    .example = "banyan conflicts",
    .run = run,
};
