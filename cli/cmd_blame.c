/* banyan blame: who said what stands now. */
#include <string.h>

#include "cli.h"
#include "labels.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static const char *join(struct cli *cli, const char *text, const char *more)
{
    if (text[0] == '\0' || more[0] == '\0')
        return text[0] == '\0' ? more : text;
    return pool_format(&cli->pool, "%s; %s", text, more);
}

/* What there is to add: that others say something else, where it was taken from, and who proposed
 * it. */
static const char *remark(struct cli *cli, const json_t *value, bool is_conflict)
{
    const char *source = text_at(value, "source");
    const json_t *proposed = json_object_get(value, "proposed");
    const char *text = is_conflict ? _("in conflict") : "";

    if (source[0] != '\0')
        text = join(cli, text, pool_format(&cli->pool, _("from %s"), source));
    if (json_is_object(proposed))
        text =
            join(cli, text, pool_format(&cli->pool, _("proposed by %s"), by_and_at(cli, proposed)));
    return text;
}

/* Of the value by whom, on what, when. */
static void add_row(struct cli *cli, struct table *table, const json_t *value, const char *note)
{
    const char *name = text_at(value, "device_name");

    table_cell(table, who(cli, value));
    table_cell(table, name[0] != '\0' ? name : text_at(value, "device_short"));
    table_cell(table, moment_text(&cli->pool, text_at(value, "at")));
    table_cell(table, note);
}

static void add_field(struct cli *cli, struct table *table, const json_t *field)
{
    size_t i;
    json_t *value;

    json_array_foreach(json_object_get(field, "values"), i, value)
    {
        const char *text = shown_text(cli, value);

        table_cell(table, i == 0 ? path_text(cli, field) : "");
        table_cell(table, text[0] != '\0' ? text : _("(nothing)"));
        add_row(cli, table, value, remark(cli, value, is_at(field, "conflict")));
    }
}

static void add_deletion(struct cli *cli, struct table *table, const json_t *blame)
{
    const json_t *sides = json_object_get(blame, "deletion");
    size_t i;
    json_t *side;

    json_array_foreach(sides, i, side)
    {
        table_cell(table, i == 0 ? C_("of a record", "deleted") : "");
        table_cell(table, deletion_text(json_object_get(side, "deleted")));
        add_row(cli, table, side,
                remark(cli, side, strcmp(text_at(blame, "deleted"), "conflict") == 0));
    }
}

enum { FIELD, VALUE, WHO, DEVICE, WHEN, REMARK, COLUMNS };

#define FIELD_COLUMNS_MAX 24u

/* Below each value who said it, where the terminal has no room for all of it in one line. */
static void print_narrow(struct cli *cli, const struct table *table)
{
    size_t indent = table->columns[FIELD].width;

    indent = (indent < FIELD_COLUMNS_MAX ? indent : FIELD_COLUMNS_MAX) + 2;
    for (size_t at = 0; at < table->cell_count; at += COLUMNS) {
        char *const *row = &table->cells[at];
        size_t columns = columns_of(row[FIELD]);

        say(&cli->out, "{bold}{}{plain}", row[FIELD], NULL);
        say_spaces(&cli->out, columns + 2 <= indent ? indent - columns : 2);
        say_wrapped(&cli->out, indent, row[VALUE], false);
        say_spaces(&cli->out, indent);
        say_wrapped(&cli->out, indent,
                    pool_format(&cli->pool, "%s, %s, %s%s%s", row[WHO], row[DEVICE], row[WHEN],
                                row[REMARK][0] != '\0' ? "; " : "", row[REMARK]),
                    false);
    }
}

static void print(struct cli *cli, const json_t *blame)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *field;

    print_record_line(cli, blame);
    say(&cli->out, "\n", NULL);
    (void)table_column(&table, C_("of a table", "field"));
    (void)table_column(&table, C_("of a table", "value"));
    (void)table_column(&table, C_("of a table", "said by"));
    (void)table_column(&table, C_("of a table", "device"));
    table_column(&table, C_("of a table", "when"))->whole = true;
    (void)table_column(&table, "");
    add_deletion(cli, &table, blame);
    json_array_foreach(json_object_get(blame, "fields"), i, field) add_field(cli, &table, field);
    if (table_has_room(&table, &cli->out, 0))
        table_print(&table, &cli->out, 0);
    else
        print_narrow(cli, &table);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_blame(cli->node, cli_word(cli, 0), cli->language,
                                               &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_blame = {
    .name = "blame",
    .group = GROUP_LOOK,
    .summary = N_("who said what stands in each field of a record"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Tells for each value of a record, and for each element of its lists, which "
           "organisation and person said it, on which device and when, from what it was imported, "
           "and who proposed it. Of a field in conflict all values are told."),
    .example = "banyan blame K7QM-2F9D",
    .run = run,
};
