/* banyan missing: what records still lack for a purpose. */
#include <string.h>

#include "cli.h"
#include "labels.h"
#include "limit_option.h"
#include "reading.h"
#include "table.h"

/* "Country, Realm, Status": the fields by the names that people know them by. */
static const char *labels_text(struct pool *pool, const json_t *fields)
{
    const char *text = "";
    size_t i;
    json_t *field;

    json_array_foreach(fields, i, field) text =
        i == 0 ? text_at(field, "label")
               : pool_format(pool, "%s, %s", text, text_at(field, "label"));
    return text;
}

static void print_ids(struct cli *cli, const json_t *rows)
{
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row) say(&cli->out, "{}\n", text_at(row, "id"), NULL);
}

static void print_records(struct cli *cli, const json_t *rows)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *row;

    table_column(&table, _("id"))->whole = true;
    table_column(&table, _("type"))->whole = true;
    table_column(&table, _("name"));
    table_column(&table, _("owner"));
    table_column(&table, C_("fields of a record", "lacks"))->wraps = true;
    json_array_foreach(rows, i, row)
    {
        table_cell(&table, text_at(row, "id"));
        table_cell(&table, type_text(cli, text_at(row, "type")));
        table_cell(&table, text_at(row, "label"));
        table_cell(&table, name_at(row, "owner"));
        table_cell(&table, labels_text(&cli->pool, json_object_get(row, "missing")));
    }
    table_print(&table, &cli->out, 0);
}

/* One record: each field as it is typed. */
static void print_record(struct cli *cli, const json_t *row)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *field;

    say(&cli->out, _("{} {bold}{}{plain} ({}) lacks:\n\n"), type_text(cli, text_at(row, "type")),
        text_at(row, "id"), text_at(row, "label"), NULL);
    table_column(&table, _("field"))->whole = true;
    table_column(&table, _("means"));
    json_array_foreach(json_object_get(row, "missing"), i, field)
    {
        table_cell(&table, text_at(field, "field"));
        table_cell(&table, text_at(field, "label"));
    }
    table_print(&table, &cli->out, 2);
    say(&cli->out, _("\n{dim}To fill them in: banyan edit {}{plain}\n"), text_at(row, "id"), NULL);
}

static void add_fields(struct cli *cli, struct table *table, const json_t *type)
{
    size_t i;
    json_t *field;

    json_array_foreach(json_object_get(type, "fields"), i, field)
    {
        uint64_t missing = count_at(field, "missing");

        if (missing == 0)
            continue;
        table_cell(table, text_at(type, "type"));
        table_cell(table, text_at(field, "field"));
        table_cell(table, text_at(field, "label"));
        table_cell(table, pool_format(&cli->pool, _("%s of %s"), number_text(&cli->pool, missing),
                                      number_text(&cli->pool, count_at(type, "records"))));
    }
}

/* How many records of each type lack each field. */
static void print_fields(struct cli *cli, const json_t *types)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *type;

    table_column(&table, _("type"))->whole = true;
    table_column(&table, _("field"))->whole = true;
    table_column(&table, _("means"));
    table_column(&table, _("lacking in"))->right = true;
    json_array_foreach(types, i, type) add_fields(cli, &table, type);
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
}

static void print(struct cli *cli, const json_t *answer)
{
    const json_t *rows = json_object_get(answer, "rows");
    uint64_t count = count_at(answer, "count");

    if (cli->quiet) {
        print_ids(cli, rows);
        return;
    }
    if (count == 1) {
        print_record(cli, json_array_get(rows, 0));
        return;
    }
    print_records(cli, rows);
    print_fields(cli, json_object_get(answer, "types"));
    say(&cli->out, "\n", NULL);
    say(&cli->out,
        count > json_array_size(rows) ? _("{} lack something for {} ({}); {} are shown.\n")
                                      : _("{} lack something for {} ({}).\n"),
        counted(&cli->pool, count, "%s record", "%s records"), text_at(answer, "purpose"),
        text_at(answer, "label"), number_text(&cli->pool, json_array_size(rows)), NULL);
}

/* Without a purpose: which there are. */
static void print_purposes(struct cli *cli, const json_t *answer)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *purpose;

    if (!cli->quiet) {
        table_column(&table, _("purpose"))->whole = true;
        table_column(&table, _("means"));
        table_column(&table, _("types"))->wraps = true;
    }
    json_array_foreach(json_object_get(answer, "purposes"), i, purpose)
    {
        if (cli->quiet) {
            say(&cli->out, "{}\n", text_at(purpose, "purpose"), NULL);
            continue;
        }
        table_cell(&table, text_at(purpose, "purpose"));
        table_cell(&table, text_at(purpose, "label"));
        table_cell(&table, value_text(&cli->pool, json_object_get(purpose, "types")));
    }
    if (!cli->quiet)
        table_print(&table, &cli->out, 0);
}

static int read_words(struct cli *cli, struct banyan_missing *missing)
{
    size_t filters_at = missing->type != NULL ? 2 : 1;

    if (cli->args.word_count <= filters_at)
        return BANYAN_CLASS_DONE;
    missing->filters = cli->args.words + filters_at;
    missing->filter_count = cli->args.word_count - filters_at;
    for (size_t i = 0; i < missing->filter_count; i++)
        if (strchr(missing->filters[i], '=') == NULL)
            return cli_misused(cli,
                               pool_format(&cli->pool, _("\"%s\" is not of the form FIELD=VALUE"),
                                           missing->filters[i]));
    return missing->type != NULL ? BANYAN_CLASS_DONE
                                 : cli_misused(cli, _("FIELD=VALUE needs a type before it"));
}

static int run(struct cli *cli)
{
    const char *type = cli_word(cli, 1);
    struct banyan_missing missing = {
        .purpose = cli_word(cli, 0),
        .type = type != NULL && strchr(type, '=') == NULL ? type : NULL,
        .language = cli->language,
    };
    int exit_code = read_words(cli, &missing);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_limit(cli, 0, &missing.limit);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_missing(cli->node, &missing, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (missing.purpose == NULL)
        return cli_show(cli, NULL, print_purposes);
    return cli_show(cli,
                    count_at(cli->document, "count") > 0
                        ? NULL
                        : pool_format(&cli->pool, _("Nothing is missing for %s."),
                                      text_at(cli->document, "purpose")),
                    print);
}

static const struct option options[] = {LIMIT_OPTION, OPTIONS_END};

const struct command command_missing = {
    .name = "missing",
    .group = GROUP_LOOK,
    .summary = N_("what records still lack for a purpose"),
    .usage = N_("[PURPOSE [TYPE [FIELD=VALUE...]]]"),
    .words_max = ANY_NUMBER,
    .about =
        N_("Lists the records that lack something that a purpose expects, such as reporting to "
           "the WDPCA or to IATI, and what it is; without a purpose, the purposes that there "
           "are. Records need little to be written down: this tells what is still to be "
           "found out. Exit code 1 when nothing is missing."),
    .options = options,
    .example = "banyan missing wdpca site country=VNM",
    .run = run,
};
