/* banyan list: records of a type in a table. */
#include <stdlib.h>
#include <string.h>

#include "as_of_option.h"
#include "cli.h"
#include "labels.h"
#include "limit_option.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

/* The first value that a column has; NULL when all rows leave it empty. */
static const json_t *first_value(const json_t *rows, const char *column)
{
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        const json_t *value = json_object_get(row, column);

        if (value != NULL && !json_is_null(value) &&
            (!json_is_string(value) || json_string_length(value) > 0))
            return value;
    }
    return NULL;
}

/* "area_unit" belongs into the cell of "area", when that is shown too. */
static const char *unit_of(struct cli *cli, const json_t *row, const char *column)
{
    static const char *const endings[] = {"unit", "currency"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        const char *unit = text_at(row, pool_format(&cli->pool, "%s_%s", column, endings[i]));

        if (unit[0] != '\0')
            return unit;
    }
    return "";
}

static bool is_unit(const json_t *list, const char *name)
{
    const char *last = strrchr(name, '_');
    size_t i;
    json_t *column;

    if (last == NULL || (strcmp(last, "_unit") != 0 && strcmp(last, "_currency") != 0))
        return false;
    json_array_foreach(json_object_get(list, "columns"), i, column)
    {
        const char *other = text_at(column, "name");

        if (strlen(other) == (size_t)(last - name) && strncmp(other, name, strlen(other)) == 0)
            return true;
    }
    return false;
}

/* The mark of private records has a column where there are any. */
#define MARK "private"

static bool has_private(const json_t *rows)
{
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row) if (is_at(row, MARK)) return true;
    return false;
}

/* So is the distance of a list by distance. */
#define METRES "metres"

static const char *distance_text(struct pool *pool, const json_t *metres)
{
    double number = json_number_value(metres);

    if (!json_is_number(metres))
        return "";
    return number < 1000 ? pool_format(pool, _("%.0f m"), number)
                         : pool_format(pool, _("%.1f km"), number / 1000);
}

/* A time that is cut says less than no time. */
static void add_column(struct cli *cli, struct table *table, const char *label, const json_t *first)
{
    const char *text = value_text(&cli->pool, first);
    struct table_column *column = table_column(table, label);

    column->right = json_is_number(first);
    column->whole = strcmp(moment_text(&cli->pool, text), text) != 0;
}

/* Columns that nobody asked for are shown where they have something to show. The names of those
 * shown, as many as the table has columns. */
static const char **add_columns(struct cli *cli, struct table *table, const json_t *list)
{
    const json_t *rows = json_object_get(list, "rows");
    const char **names = pool_allocate(
        &cli->pool, (json_array_size(json_object_get(list, "columns")) + 3) * sizeof(*names));
    size_t i;
    json_t *column;

    names[0] = "id";
    table_column(table, _("id"))->whole = true;
    if (has_private(rows)) {
        names[table->column_count] = MARK;
        table_column(table, "")->whole = true;
    }
    if (args_has(&cli->args, "near")) {
        names[table->column_count] = METRES;
        table_column(table, _("distance"))->right = true;
    }
    json_array_foreach(json_object_get(list, "columns"), i, column)
    {
        const char *name = text_at(column, "name"), *label = text_at(column, "label");
        const json_t *first = first_value(rows, name);

        if (strcmp(name, "id") == 0 || is_unit(list, name) ||
            (first == NULL && !args_has(&cli->args, "columns")))
            continue;
        names[table->column_count] = name;
        add_column(cli, table, label[0] != '\0' ? label : name, first);
    }
    return names;
}

static void
add_row(struct cli *cli, struct table *table, const char *const *names, const json_t *row)
{
    const char *word = cli_word(cli, 0);
    const char *type = word != NULL && strchr(word, '=') == NULL ? word : text_at(row, "type");

    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(names[i], MARK) == 0) {
            table_cell(table, is_at(row, MARK) ? _("private") : "");
            continue;
        }
        if (strcmp(names[i], METRES) == 0) {
            table_cell(table, distance_text(&cli->pool, json_object_get(row, METRES)));
            continue;
        }
        const char *text = value_text(&cli->pool, json_object_get(row, names[i]));
        const char *unit = unit_of(cli, row, names[i]);

        if (strcmp(names[i], "type") == 0)
            text = type_text(cli, text);
        else
            text = codes_text(cli, type, names[i], text);
        if (unit[0] != '\0')
            text = pool_format(&cli->pool, "%s %s", text, unit);
        table_cell(table, moment_text(&cli->pool, text));
    }
}

static void print(struct cli *cli, const json_t *list)
{
    struct table table = table_new(&cli->pool);
    const char **names;
    size_t i;
    json_t *row;

    if (cli->quiet) {
        json_array_foreach(json_object_get(list, "rows"), i, row)
            say(&cli->out, "{}\n", text_at(row, "id"), NULL);
        return;
    }
    names = add_columns(cli, &table, list);
    json_array_foreach(json_object_get(list, "rows"), i, row) add_row(cli, &table, names, row);
    table_print(&table, &cli->out, 0);
    print_count(cli, counted(&cli->pool, json_array_size(json_object_get(list, "rows")),
                             "%s record", "%s records"));
}

/* "name,area" to its parts. */
static const char **split(struct cli *cli, const char *text, size_t *out_count)
{
    const char **parts = NULL;

    *out_count = 0;
    while (text != NULL && *text != '\0') {
        size_t size = strcspn(text, ",");

        parts = pool_grow(&cli->pool, parts, *out_count, sizeof(*parts));
        parts[(*out_count)++] = pool_copy(&cli->pool, text, size);
        text += size + (text[size] == ',');
    }
    return parts;
}

/* Words are a type, then filters; the type may be left out. */
static int read_words(struct cli *cli, struct banyan_list *list)
{
    const char *first = cli_word(cli, 0);
    size_t filters_at = first != NULL && strchr(first, '=') == NULL ? 1 : 0;

    list->type = filters_at == 1 ? first : NULL;
    list->filters = cli->args.words + filters_at;
    list->filter_count = cli->args.word_count - filters_at;
    for (size_t i = 0; i < list->filter_count; i++)
        if (strchr(list->filters[i], '=') == NULL)
            return cli_misused(cli, pool_format(&cli->pool,
                                                _("\"%s\" is not of the form FIELD=VALUE; words "
                                                  "are found with banyan search"),
                                                list->filters[i]));
    return BANYAN_CLASS_DONE;
}

static int read_within(struct cli *cli, struct banyan_list *list)
{
    const char *text = args_value(&cli->args, "within");
    char *end = NULL;

    if (text == NULL)
        return BANYAN_CLASS_DONE;
    list->within_km = strtod(text, &end);
    if (list->near == NULL)
        return cli_misused(cli, _("--within says how far from --near"));
    if (end == text || *end != '\0' || !(list->within_km > 0) || list->within_km > 20100)
        return cli_misused(cli, _("--within is a distance in kilometres, such as 2.5"));
    return BANYAN_CLASS_DONE;
}

static int run(struct cli *cli)
{
    struct banyan_list list = {
        .where = args_value(&cli->args, "where"),
        .sort = args_value(&cli->args, "sort"),
        .near = args_value(&cli->args, "near"),
        .in = args_value(&cli->args, "in"),
        .holding = args_value(&cli->args, "holding"),
        .deleted = args_has(&cli->args, "deleted"),
        .language = cli->language,
    };
    int exit_code = read_words(cli, &list);

    list.columns = split(cli, args_value(&cli->args, "columns"), &list.column_count);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_limit(cli, 0, &list.limit);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_within(cli, &list);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_as_of(cli, &list.as_of_ms);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_list_records(cli->node, &list, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli,
                    json_array_size(json_object_get(cli->document, "rows")) > 0 ? NULL
                    : list.deleted ? _("No deleted record fits.")
                                   : _("No record fits."),
                    print);
}

static const struct option options[] = {
    {"where", N_("CONDITION"), N_("an SQL condition over the type's table"), false},
    {"columns", "A,B,C", N_("which columns, in this order"), false},
    {"sort", N_("COLUMN"), N_("order by it; -COLUMN the other way round"), false},
    {"near", N_("PLACE"), N_("by the distance from \"10.92, 105.08\" or from a record, by its id"),
     false},
    {"within", N_("KM"), N_("not farther from --near"), false},
    {"in", N_("ID"), N_("what lies in the area of this record"), false},
    {"holding", N_("PLACE"), N_("areas that hold this place"), false},
    LIMIT_OPTION,
    AS_OF_OPTION,
    {"deleted", NULL, N_("the deleted records instead"), false},
    OPTIONS_END};

const struct command command_list = {
    .name = "list",
    .group = GROUP_LOOK,
    .summary = N_("list records in a table"),
    .usage = N_("[TYPE] [FIELD=VALUE...]"),
    .words_max = ANY_NUMBER,
    .about =
        N_("Lists the records of a type, or of all types; those only whose fields have the given "
           "values. Accents and case do not matter. With --as-of the records as far as they were "
           "written by then. Exit code 1 when nothing fits."),
    .options = options,
    .example = "banyan list site country=KHM --columns name,area --sort -area\n"
               "banyan list site --near '10.92, 105.08' --within 20\n"
               "banyan list site --holding K7QM-2F9D",
    .run = run,
};
