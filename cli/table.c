#include "table.h"

#include <assert.h>
#include <string.h>

#include "banyan/text.h"
#include "message.h"

#define GAP         2u
#define WIDTH_LEAST 14u /* a column cut further tells nothing */
#define ELLIPSIS    "…"

struct table table_new(struct pool *pool)
{
    return (struct table){.pool = pool};
}

struct table_column *table_column(struct table *table, const char *header)
{
    struct table_column *column;

    assert(table->cell_count == 0);
    table->columns =
        pool_grow(table->pool, table->columns, table->column_count, sizeof(*table->columns));
    column = &table->columns[table->column_count++];
    *column = (struct table_column){.header = visible(table->pool, header)};
    return column;
}

void table_cell(struct table *table, const char *text)
{
    const struct table_column *column;

    assert(table->column_count > 0);
    table->cells = pool_grow(table->pool, table->cells, table->cell_count, sizeof(*table->cells));
    column = &table->columns[table->cell_count % table->column_count];
    table->cells[table->cell_count++] =
        column->wraps ? pool_copy(table->pool, text, strlen(text)) : visible(table->pool, text);
}

static void measure(struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        table->columns[i].width = columns_of(table->columns[i].header);
    for (size_t i = 0; i < table->cell_count; i++) {
        struct table_column *column = &table->columns[i % table->column_count];
        size_t width = columns_of(table->cells[i]);

        if (width > column->width)
            column->width = width;
    }
}

static size_t least_width(const struct table_column *column)
{
    return column->whole || column->width < WIDTH_LEAST ? column->width : WIDTH_LEAST;
}

static size_t total_width(const struct table *table, size_t count, bool least)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total +=
            (least ? least_width(&table->columns[i]) : table->columns[i].width) + (i > 0 ? GAP : 0);
    return total;
}

/* Take one character off the widest column that may be cut. */
static void shrink_widest(struct table *table, size_t count)
{
    struct table_column *widest = NULL;

    for (size_t i = 0; i < count; i++) {
        struct table_column *column = &table->columns[i];

        if (column->width > least_width(column) &&
            (widest == NULL || column->width > widest->width))
            widest = column;
    }
    if (widest != NULL)
        widest->width--;
}

bool table_has_room(struct table *table, const struct output *out, size_t indent)
{
    measure(table);
    return out->columns == 0 ||
           indent + total_width(table, table->column_count, false) <= out->columns;
}

/* The last of the first count columns in which none of the rows has anything; count where there is
 * none. */
static size_t find_empty(const struct table *table, size_t count)
{
    for (size_t column = table->cell_count == 0 ? 0 : count; column-- > 0;) {
        size_t at = column;

        while (at < table->cell_count && table->cells[at][0] == '\0')
            at += table->column_count;
        if (at >= table->cell_count)
            return column;
    }
    return count;
}

/* Behind all others, in each row too. */
static void move_to_end(struct table *table, size_t column)
{
    size_t last = table->column_count - 1;
    struct table_column moved = table->columns[column];

    memmove(&table->columns[column], &table->columns[column + 1], (last - column) * sizeof moved);
    table->columns[last] = moved;
    for (size_t row = 0; row < table->cell_count; row += table->column_count) {
        char **cells = table->cells + row;
        char *cell = cells[column];

        memmove(&cells[column], &cells[column + 1], (last - column) * sizeof(char *));
        cells[last] = cell;
    }
}

/* How many of the columns are shown, after making their widths fit. What is empty goes first, to
 * the end. */
static size_t fit(struct table *table, size_t room)
{
    size_t count = table->column_count;

    measure(table);
    if (room == 0)
        return count;
    while (count > 1 && total_width(table, count, false) > room) {
        size_t empty = find_empty(table, count);

        if (empty == count)
            break;
        move_to_end(table, empty);
        count--;
    }
    while (count > 1 && total_width(table, count, true) > room)
        count--;
    while (total_width(table, count, false) > room) {
        size_t before = total_width(table, count, false);

        shrink_widest(table, count);
        if (total_width(table, count, false) == before)
            break;
    }
    return count;
}

static void
print_cell(const struct output *out, const struct table_column *column, const char *text, bool last)
{
    size_t size = strlen(text);
    size_t width = banyan_text_columns(text, size);
    bool cut = width > column->width;

    if (cut) {
        size = banyan_text_fit(text, size, column->width - 1);
        width = banyan_text_columns(text, size) + 1;
    }
    if (column->right)
        say_spaces(out, column->width - width);
    fwrite(text, 1, size, out->stream);
    if (cut)
        fputs(ELLIPSIS, out->stream);
    if (!column->right && !last)
        say_spaces(out, column->width - width);
    if (!last)
        say_spaces(out, GAP);
}

/* Columns up to the last that has something in this row: lines end without spaces. */
static size_t filled(char *const *row, size_t count)
{
    while (count > 1 && row[count - 1][0] == '\0')
        count--;
    return count;
}

static void
print_header(const struct table *table, const struct output *out, size_t indent, size_t count)
{
    while (count > 1 && table->columns[count - 1].header[0] == '\0')
        count--;
    say_spaces(out, indent);
    say(out, "{bold}", NULL);
    for (size_t i = 0; i < count; i++)
        print_cell(out, &table->columns[i], table->columns[i].header, i + 1 == count);
    say(out, "{plain}\n", NULL);
}

static void
print_left_out(const struct table *table, const struct output *out, size_t indent, size_t count)
{
    const char *names = "";

    if (count == table->column_count)
        return;
    for (size_t i = count; i < table->column_count; i++)
        names = pool_format(table->pool, "%s%s%s", names, i > count ? ", " : "",
                            table->columns[i].header);
    say_spaces(out, indent);
    say(out, _("{dim}(no room for: {}){plain}\n"), names, NULL);
}

void table_print(struct table *table, const struct output *out, size_t indent)
{
    size_t count = fit(table, out->columns > indent ? out->columns - indent : out->columns);

    assert(table->cell_count % table->column_count == 0);
    print_header(table, out, indent, count);
    for (size_t row = 0; row < table->cell_count; row += table->column_count) {
        size_t last = filled(table->cells + row, count);

        say_spaces(out, indent);
        for (size_t i = 0; i < last; i++)
            print_cell(out, &table->columns[i], table->cells[row + i], i + 1 == last);
        fputc('\n', out->stream);
    }
    print_left_out(table, out, indent, count);
}

void table_print_rows(struct table *table, const struct output *out, size_t indent)
{
    size_t last = table->column_count - 1, at = indent;

    measure(table);
    for (size_t i = 0; i < last; i++)
        at += table->columns[i].width + GAP;
    for (size_t row = 0; row < table->cell_count; row += table->column_count) {
        say_spaces(out, indent);
        for (size_t i = 0; i < last; i++)
            print_cell(out, &table->columns[i], table->cells[row + i], false);
        say_wrapped(out, at, table->cells[row + last], false);
    }
}
