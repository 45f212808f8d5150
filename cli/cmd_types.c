/* banyan types: what can be written down. */
#include <string.h>

#include "cli.h"
#include "reading.h"
#include "table.h"

static void print_names(struct cli *cli, const json_t *named)
{
    size_t i;
    json_t *one;

    json_array_foreach(named, i, one) say(&cli->out, "{}\n", text_at(one, "name"), NULL);
}

static void print_all(struct cli *cli, const json_t *types)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *type;

    if (cli->quiet) {
        print_names(cli, types);
        return;
    }
    table_column(&table, _("type"))->whole = true;
    table_column(&table, _("means"));
    table_column(&table, _("fields"))->right = true;
    table_column(&table, _("records"))->right = true;
    json_array_foreach(types, i, type)
    {
        table_cell(&table, text_at(type, "name"));
        table_cell(&table, text_at(type, "label"));
        table_cell(&table, number_text(&cli->pool, count_at(type, "fields")));
        table_cell(&table, number_text(&cli->pool, count_at(type, "records")));
    }
    table_print(&table, &cli->out, 0);
}

#define CODES_SHOWN_MAX 12u

/* "candidate, oecm, pa ..." */
static const char *codes_text(struct pool *pool, const json_t *codes)
{
    const char *text = "";
    size_t i;
    json_t *code;

    json_array_foreach(codes, i, code)
    {
        if (i == CODES_SHOWN_MAX)
            return pool_format(pool, _("%s, and %zu more"), text, json_array_size(codes) - i);
        text = i == 0 ? text_at(code, "code")
                      : pool_format(pool, "%s, %s", text, text_at(code, "code"));
    }
    return text;
}

static void print_fields(struct cli *cli, const json_t *fields)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *field;

    table_column(&table, _("field"))->whole = true;
    table_column(&table, _("means"));
    table_column(&table, _("kind"))->whole = true;
    table_column(&table, _("needed"))->whole = true;
    table_column(&table, _("one of"));
    json_array_foreach(fields, i, field)
    {
        table_cell(&table, text_at(field, "name"));
        table_cell(&table, text_at(field, "label"));
        table_cell(&table, text_at(field, "kind"));
        table_cell(&table, is_at(field, "required") ? _("yes") : "");
        table_cell(&table, codes_text(&cli->pool, json_object_get(field, "codes")));
    }
    table_print(&table, &cli->out, 0);
}

static void print_one(struct cli *cli, const json_t *type)
{
    if (cli->quiet) {
        print_names(cli, json_object_get(type, "fields"));
        return;
    }
    say(&cli->out, "{bold}{}{plain}: {}\n", text_at(type, "name"), text_at(type, "label"), NULL);
    if (is_at(type, "open"))
        say(&cli->out, _("Any member may edit records of this type.\n"), NULL);
    say(&cli->out, "\n", NULL);
    print_fields(cli, json_object_get(type, "fields"));
    say(&cli->out,
        _("\n{dim}In SQL: table {}. All codes of a field: banyan types {} FIELD{plain}\n"),
        text_at(type, "table"), text_at(type, "name"), NULL);
}

static const json_t *find_field(const json_t *type, const char *name)
{
    size_t i;
    json_t *field;

    json_array_foreach(json_object_get(type, "fields"), i, field)
    {
        if (strcmp(text_at(field, "name"), name) == 0)
            return field;
    }
    return NULL;
}

/* All codes of the field that is the second word. */
static void print_codes(struct cli *cli, const json_t *type)
{
    const json_t *field = find_field(type, cli_word(cli, 1));
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *code;

    table_column(&table, _("code"))->whole = true;
    table_column(&table, _("means"));
    json_array_foreach(json_object_get(field, "codes"), i, code)
    {
        if (cli->quiet)
            say(&cli->out, "{}\n", text_at(code, "code"), NULL);
        table_cell(&table, text_at(code, "code"));
        table_cell(&table, text_at(code, "label"));
    }
    if (!cli->quiet)
        table_print(&table, &cli->out, 0);
}

static int show_codes(struct cli *cli)
{
    const char *name = cli_word(cli, 1);
    const json_t *field = find_field(cli->document, name);

    if (field == NULL)
        return cli_fail(cli, BANYAN_ERR_NOT_FOUND,
                        pool_format(&cli->pool, _("%s has no field %s; banyan types %s lists them"),
                                    cli_word(cli, 0), name, cli_word(cli, 0)));
    if (json_array_size(json_object_get(field, "codes")) > 0)
        return cli_show(cli, NULL, print_codes);
    return cli_show(cli,
                    pool_format(&cli->pool, _("%s has no codes: it is of kind %s."), name,
                                text_at(field, "kind")),
                    NULL);
}

/* Types are known without a home too. */
static int open_if_there(struct cli *cli)
{
    enum banyan_status status = banyan_node_open(cli->home, &cli->node, &cli->error);
    bool may_lack = status == BANYAN_ERR_NOT_FOUND && !args_has(&cli->args, "home");

    return status == BANYAN_OK || may_lack ? BANYAN_CLASS_DONE : cli_failed(cli, status);
}

static int run(struct cli *cli)
{
    const char *type = cli_word(cli, 0);
    int exit_code = open_if_there(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_types(cli->node, type, cli->language, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (cli->args.word_count == 2)
        return show_codes(cli);
    return cli_show(cli, NULL, type != NULL ? print_one : print_all);
}

const struct command command_types = {
    .name = "types",
    .group = GROUP_RECORDS,
    .summary = N_("what can be written down, and with which fields"),
    .usage = N_("[TYPE [FIELD]]"),
    .words_max = 2,
    .about =
        N_("Lists the types of records; or the fields of one type, their kind and whether they "
           "are needed; or all codes that one field may have. --lang shows labels in another "
           "language."),
    .example = "banyan types site --lang vi",
    .run = run,
};
