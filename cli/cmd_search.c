/* banyan search: find words in all records. */
#include "cli.h"
#include "labels.h"
#include "limit_option.h"
#include "people.h"
#include "reading.h"
#include "table.h"

#define LIMIT_USUAL 50u

static void print(struct cli *cli, const json_t *found)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *one;

    if (cli->quiet) {
        json_array_foreach(found, i, one) say(&cli->out, "{}\n", text_at(one, "id"), NULL);
        return;
    }
    table_column(&table, _("id"))->whole = true;
    table_column(&table, _("type"))->whole = true;
    table_column(&table, _("record"));
    table_column(&table, _("field"));
    table_column(&table, _("text"));
    json_array_foreach(found, i, one)
    {
        table_cell(&table, text_at(one, "id"));
        table_cell(&table, type_text(cli, text_at(one, "type")));
        table_cell(&table, is_at(one, "private")
                               ? pool_format(&cli->pool, _("%s (private)"), text_at(one, "label"))
                               : text_at(one, "label"));
        table_cell(&table, field_text(cli, text_at(one, "type"), text_at(one, "field")));
        table_cell(&table, text_at(one, "text"));
    }
    table_print(&table, &cli->out, 0);
    print_count(cli, counted(&cli->pool, json_array_size(found), "%s place", "%s places"));
}

static int run(struct cli *cli)
{
    const char *text = cli_word(cli, 0);
    uint64_t limit;
    int exit_code = read_limit(cli, LIMIT_USUAL, &limit);

    for (size_t i = 1; i < cli->args.word_count; i++)
        text = pool_format(&cli->pool, "%s %s", text, cli->args.words[i]);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_search(cli->node, text, args_value(&cli->args, "type"),
                                                limit, cli->language, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli, json_array_size(cli->document) > 0 ? NULL : _("Nothing was found."),
                    print);
}

static const struct option options[] = {
    {"type", N_("TYPE"), N_("records of this type only"), false}, LIMIT_OPTION, OPTIONS_END};

const struct command command_search = {
    .name = "search",
    .group = GROUP_LOOK,
    .summary = N_("find words in all records, in any script"),
    .usage = N_("TEXT..."),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about = N_("Finds records whose texts hold all the words, or words that begin so, best first. "
                "Accents and case do not matter: \"dong van\" finds Đồng Văn. At most 50 places, "
                "unless --limit says more. Exit code 1 when nothing is found."),
    .options = options,
    .example = "banyan search bung binh",
    .run = run,
};
