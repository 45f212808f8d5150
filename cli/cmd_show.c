/* banyan show: one record. */
#include <string.h>

#include "as_of_option.h"
#include "cli.h"
#include "labels.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

/* What once was, or stands in a proof, cannot be settled or brought back: it is told, and no more.
 */
static bool is_past(const json_t *record)
{
    return json_object_get(record, "as_of") != NULL || is_at(record, "proven");
}

static void print_past_deletion(struct cli *cli, const json_t *record)
{
    const char *deleted = text_at(record, "deleted");

    if (!is_at(record, "proven"))
        say(&cli->out, _("As of {}; banyan history {} tells what came later.\n"),
            moment_text(&cli->pool, text_at(record, "as_of")), text_at(record, "id"), NULL);
    if (strcmp(deleted, "yes") == 0)
        say(&cli->out, _("{red}It was deleted.{plain}\n"), NULL);
    if (strcmp(deleted, "conflict") == 0)
        say(&cli->out, _("{red}One side had deleted it while another edited it.{plain}\n"), NULL);
}

static void print_head(struct cli *cli, const json_t *record)
{
    const char *deleted = text_at(record, "deleted");

    print_record_line(cli, record);
    say(&cli->out, _("{dim}written {}, changed {}{plain}\n"),
        moment_text(&cli->pool, text_at(record, "created")),
        moment_text(&cli->pool, text_at(record, "changed")), NULL);
    if (is_past(record)) {
        print_past_deletion(cli, record);
        return;
    }
    if (strcmp(deleted, "yes") == 0)
        say(&cli->out, _("{red}Deleted; banyan undelete {} brings it back.{plain}\n"),
            text_at(record, "id"), NULL);
    if (strcmp(deleted, "conflict") == 0)
        say(&cli->out,
            _("{red}One side deleted it while another edited it.{plain}\n"
              "{dim}Settle it: banyan resolve {} deleted=yes (or deleted=no){plain}\n"),
            text_at(record, "id"), NULL);
}

/* In the order of the type; in another language than English, in which the names of fields are,
 * with their labels. What is in conflict comes below. */
#define VALUE_COLUMNS_LEAST 24u

static size_t widest(const json_t *order, const char *key)
{
    size_t width = 0, i;
    json_t *field;

    json_array_foreach(order, i, field)
    {
        size_t columns = columns_of(text_at(field, key));

        width = columns > width ? columns : width;
    }
    return width;
}

/* Where a narrow terminal has no room for both beside the values, labels are what people read. */
static bool has_room_for_both(const struct cli *cli, const json_t *order)
{
    return cli->out.columns == 0 ||
           widest(order, "path") + widest(order, "label") + 6 + VALUE_COLUMNS_LEAST <=
               cli->out.columns;
}

/* With the language of a text: "Tên (vi)". */
static const char *label_alone(struct cli *cli, const json_t *field)
{
    const char *label = text_at(field, "label"), *path = text_at(field, "path");
    const char *language = strchr(path, '.');

    if (label[0] == '\0')
        return path;
    return language == NULL ? label : pool_format(&cli->pool, "%s (%s)", label, language + 1);
}

static void print_fields(struct cli *cli, const json_t *record)
{
    const json_t *order = json_object_get(record, "order");
    bool labels = strncmp(cli->language, "en", 2) != 0;
    bool paths = !labels || has_room_for_both(cli, order);
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *field;

    if (paths)
        (void)table_column(&table, "");
    if (labels)
        (void)table_column(&table, "");
    table_column(&table, "")->wraps = true;
    json_array_foreach(order, i, field)
    {
        const char *path = text_at(field, "path");

        if (json_object_get(json_object_get(record, "conflicts"), path) != NULL)
            continue;
        if (paths)
            table_cell(&table, path);
        if (labels)
            table_cell(&table, paths ? text_at(field, "label") : label_alone(cli, field));
        table_cell(&table, text_at(json_object_get(record, "text"), path));
    }
    if (table.cell_count > 0)
        say(&cli->out, "\n", NULL);
    table_print_rows(&table, &cli->out, 2);
}

static void print_conflicts(struct cli *cli, const json_t *record)
{
    const char *path;
    json_t *values;

    json_object_foreach(json_object_get(record, "conflicts"), path, values)
    {
        size_t i;
        json_t *value;

        say(&cli->out, _("\n  {red}{}{plain} was edited on several sides:\n"),
            field_text(cli, text_at(record, "type"), path), NULL);
        json_array_foreach(values, i, value)
        {
            say(&cli->out, "    ", NULL);
            say_wrapped(
                &cli->out, 4,
                pool_format(&cli->pool, "%s  (%s)", shown_text(cli, value), by_and_at(cli, value)),
                false);
        }
        if (!is_past(record))
            say(&cli->out, _("    {dim}Settle it: banyan resolve {} {}=VALUE{plain}\n"),
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
        say(&cli->out, _("\n  Proposed by {}\n"), by_and_at(cli, proposal), NULL);
        print_changes(cli, json_object_get(proposal, "changes"), 4, false);
    }
}

void print_record(struct cli *cli, const json_t *record)
{
    print_head(cli, record);
    print_fields(cli, record);
    print_conflicts(cli, record);
    print_proposals(cli, record);
}

static enum banyan_status ask(struct cli *cli, uint64_t as_of_ms)
{
    const char *id = cli_word(cli, 0);

    return as_of_ms == 0 ? banyan_show(cli->node, id, cli->language, &cli->answer, &cli->error)
                         : banyan_show_as_of(cli->node, id, as_of_ms, cli->language, &cli->answer,
                                             &cli->error);
}

static int run(struct cli *cli)
{
    uint64_t as_of_ms = 0;
    int exit_code = read_as_of(cli, &as_of_ms);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, ask(cli, as_of_ms));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_record) : exit_code;
}

static const struct option options[] = {AS_OF_OPTION, OPTIONS_END};

const struct command command_show = {
    .name = "show",
    .group = GROUP_LOOK,
    .summary = N_("show one record, with what is in conflict or proposed"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Shows a record as all members see it. The first four characters of an id do, in any "
           "case, if no other record begins the same. With --as-of as far as it was written by "
           "then, by the clocks of who wrote; other records have their names of today."),
    .options = options,
    .example = "banyan show k7qm",
    .run = run,
};
