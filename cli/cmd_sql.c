/* banyan sql: any question, in SQL. */
#include "cli.h"
#include "limit_option.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static void print(struct cli *cli, const json_t *result)
{
    struct table table = table_new(&cli->pool);
    const json_t *rows = json_object_get(result, "rows");
    size_t i, j;
    json_t *column, *row, *value;

    json_array_foreach(json_object_get(result, "columns"), i, column)
        table_column(&table, value_text(&cli->pool, column))
            ->right = json_is_number(json_array_get(json_array_get(rows, 0), i));
    json_array_foreach(rows, i, row)
    {
        json_array_foreach(row, j, value) table_cell(&table, value_text(&cli->pool, value));
    }
    table_print(&table, &cli->out, 0);
    print_count(cli, counted(&cli->pool, json_array_size(rows), "%s row", "%s rows"));
}

static int run(struct cli *cli)
{
    uint64_t limit;
    int exit_code = read_limit(cli, 0, &limit);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_sql(cli->node, cli_word(cli, 0), limit, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(
        cli, json_array_size(json_object_get(cli->document, "rows")) > 0 ? NULL : _("No rows."),
        print);
}

static const struct option options[] = {LIMIT_OPTION, OPTIONS_END};

const struct command command_sql = {
    .name = "sql",
    .group = GROUP_LOOK,
    .summary = N_("ask anything in SQL (reading only)"),
    .usage = N_("\"SELECT ...\""),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Runs one SQL query over the merged view; it cannot change anything. There is a table "
           "for every type (banyan types TYPE names it), and record, conflict, proposal and "
           "member. Exit code 1 when there are no rows."),
    .options = options,
    .example = "banyan sql \"SELECT country, count(*) AS sites FROM site GROUP BY country\"",
    .run = run,
};
