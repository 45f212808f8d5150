#include "changed_rows.h"

#include <string.h>

#include "labels.h"
#include "people.h"
#include "reading.h"
#include "table.h"

/* In the order of the three ways that a change may go. */
static const char *verdict_text(const char *verdict)
{
    if (strcmp(verdict, "update") == 0)
        return C_("a row that is imported", "update");
    if (strcmp(verdict, "proposal") == 0)
        return C_("a row that is imported", "proposal");
    return C_("a row that is imported", "conflict");
}

bool is_changed_row(const char *verdict)
{
    return strcmp(verdict, "update") == 0 || strcmp(verdict, "proposal") == 0 ||
           strcmp(verdict, "conflict") == 0;
}

/* A side of a change; a record that comes back was deleted. */
static const char *side_text(const json_t *change, const char *key)
{
    const char *text = text_at(change, key);

    if (is_about_deletion(change))
        return deletion_text(strcmp(text, "yes") == 0 ? json_true() : json_false());
    return text[0] != '\0' ? text : _("(nothing)");
}

static const char *change_text(struct cli *cli, const json_t *change)
{
    const char *field = path_text(cli, change), *kind = text_at(change, "change");
    const char *conflict = text_at(change, "conflict");
    const char *text = NULL;

    if (strcmp(kind, "add") == 0 || strcmp(kind, "remove") == 0)
        text = pool_format(&cli->pool, "%s: %s %s", field, strcmp(kind, "add") == 0 ? "+" : "-",
                           side_text(change, "text"));
    else
        text = pool_format(&cli->pool, "%s: %s → %s", field, side_text(change, "before"),
                           side_text(change, "text"));
    return conflict[0] == '\0' ? text : pool_format(&cli->pool, "%s (%s)", text, conflict);
}

static const char *all_text(struct cli *cli, const json_t *row)
{
    const char *all = "";
    size_t i;
    json_t *change;

    json_array_foreach(json_object_get(row, "changes"), i, change) all =
        pool_format(&cli->pool, "%s%s%s", all, i == 0 ? "" : "; ", change_text(cli, change));
    return count_at(row, "changes_left_out") == 0
               ? all
               : pool_format(&cli->pool, _("%s; and %s more"), all,
                             number_text(&cli->pool, count_at(row, "changes_left_out")));
}

static void add_row(struct cli *cli, struct table *table, const json_t *row, bool has_sheets)
{
    if (has_sheets)
        table_cell(table, text_at(row, "sheet"));
    table_cell(table, number_text(&cli->pool, count_at(row, "row")));
    table_cell(table, verdict_text(text_at(row, "verdict")));
    table_cell(table, text_at(row, "label"));
    table_cell(table, all_text(cli, row));
}

void print_changed_rows(struct cli *cli, const json_t *report, size_t most)
{
    struct table table = table_new(&cli->pool);
    const json_t *rows = json_object_get(report, "changed");
    bool has_sheets = json_array_size(json_object_get(report, "sheets")) > 0;
    uint64_t count = json_array_size(rows) + count_at(report, "changed_left_out");
    size_t i, shown = 0;
    json_t *row;

    if (count == 0)
        return;
    if (has_sheets)
        table_column(&table, _("sheet"));
    table_column(&table, _("row"))->right = true;
    table_column(&table, "")->whole = true;
    table_column(&table, _("record"));
    table_column(&table, _("changes"))->wraps = true;
    for (int conflicts = 1; conflicts >= 0; conflicts--)
        json_array_foreach(rows, i, row)
        {
            bool is_conflict = strcmp(text_at(row, "verdict"), "conflict") == 0;

            if (is_conflict == (conflicts == 1) && shown++ < most)
                add_row(cli, &table, row, has_sheets);
        }
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
    if (count > most)
        say(&cli->out, _("{dim}and {} more{plain}\n"), number_text(&cli->pool, count - most), NULL);
}
