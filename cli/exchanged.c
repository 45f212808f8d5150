#include "exchanged.h"

#include "labels.h"
#include "reading.h"
#include "table.h"

bool is_exchanged(const json_t *changes)
{
    return count_at(changes, "new") + count_at(changes, "changed") + count_at(changes, "deleted") +
               count_at(changes, "proposed") >
           0;
}

static const char *join(struct pool *pool, const char *text, const char *more)
{
    return text[0] == '\0' ? more : pool_format(pool, "%s, %s", text, more);
}

const char *exchanged_text(struct pool *pool, const json_t *changes)
{
    uint64_t new_ones = count_at(changes, "new"), changed = count_at(changes, "changed"),
             deleted = count_at(changes, "deleted"), proposed = count_at(changes, "proposed");
    const char *text = "";

    if (new_ones > 0)
        text = counted(pool, new_ones, "%s new record", "%s new records");
    if (changed > 0)
        text = join(pool, text, counted(pool, changed, "%s changed record", "%s changed records"));
    if (deleted > 0)
        text = join(pool, text, counted(pool, deleted, "%s deleted record", "%s deleted records"));
    if (proposed > 0)
        text = join(pool, text,
                    counted(pool, proposed, "proposals on %s record", "proposals on %s records"));
    return text[0] != '\0' ? text : _("nothing new");
}

void print_exchanged(const struct output *out, struct pool *pool, const json_t *of)
{
    if (!json_is_object(json_object_get(of, "received")))
        return;
    say(out, _("  Received: {}\n"), exchanged_text(pool, json_object_get(of, "received")), NULL);
    say(out, _("  Sent: {}\n"), exchanged_text(pool, json_object_get(of, "sent")), NULL);
}

void print_both(struct cli *cli, struct pool *pool, const json_t *of)
{
    const json_t *both = json_object_get(of, "edited_by_both");
    const json_t *records = json_object_get(both, "records");
    uint64_t count = count_at(both, "count");
    struct table table = table_new(pool);
    size_t i;
    json_t *record;

    if (count == 0)
        return;
    table_column(&table, "")->whole = true;
    table_column(&table, "");
    table_column(&table, "");
    json_array_foreach(records, i, record)
    {
        table_cell(&table, pool_format(pool, "%s %s", type_text(cli, text_at(record, "type")),
                                       text_at(record, "id")));
        table_cell(&table, text_at(record, "label"));
        table_cell(&table, is_at(record, "conflict") ? _("conflict") : "");
    }
    say(&cli->out, "  {}\n",
        counted(pool, count, "Edited on both sides: %s record", "Edited on both sides: %s records"),
        NULL);
    table_print_rows(&table, &cli->out, 4);
    if (count > json_array_size(records))
        say(&cli->out, _("    and {} more\n"), number_text(pool, count - json_array_size(records)),
            NULL);
}
