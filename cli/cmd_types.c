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

#define CODES_SHOWN_MAX 20u

/* "candidate, oecm, pa"; of long lists how many there are. */
static const char *codes_text(struct pool *pool, const json_t *codes)
{
    const char *text = "";
    size_t i;
    json_t *code;

    if (json_array_size(codes) > CODES_SHOWN_MAX)
        return counted(pool, json_array_size(codes), "%s code", "%s codes");
    json_array_foreach(codes, i, code)
    {
        text = i == 0 ? text_at(code, "code")
                      : pool_format(pool, "%s, %s", text, text_at(code, "code"));
    }
    return text;
}

/* "ref org": what a reference names, beside its kind. */
static const char *kind_text(struct pool *pool, const json_t *field)
{
    const char *type = text_at(field, "refers_to");

    return type[0] == '\0' ? text_at(field, "kind")
                           : pool_format(pool, "%s %s", text_at(field, "kind"), type);
}

/* "yes", or for which purposes it is. */
static const char *needed_text(struct pool *pool, const json_t *field)
{
    const char *purposes = value_text(pool, json_object_get(field, "expected_for"));

    if (!is_at(field, "required"))
        return purposes;
    return purposes[0] == '\0' ? _("always") : pool_format(pool, "%s; %s", _("always"), purposes);
}

/* Codes, or the range of a number. */
static const char *allowed_text(struct pool *pool, const json_t *field)
{
    const char *min = text_at(field, "min"), *max = text_at(field, "max");
    const char *codes = codes_text(pool, json_object_get(field, "codes"));

    if (codes[0] != '\0')
        return codes;
    if (min[0] != '\0' && max[0] != '\0')
        return pool_format(pool, _("%s to %s"), min, max);
    if (min[0] != '\0')
        return pool_format(pool, _("%s or more"), min);
    return max[0] != '\0' ? pool_format(pool, _("%s or less"), max) : "";
}

static void print_fields(struct cli *cli, const json_t *fields)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *field;

    table_column(&table, _("field"))->whole = true;
    table_column(&table, _("means"));
    table_column(&table, _("kind"))->whole = true;
    table_column(&table, _("needed"));
    table_column(&table, _("one of"));
    json_array_foreach(fields, i, field)
    {
        table_cell(&table, text_at(field, "name"));
        table_cell(&table, text_at(field, "label"));
        table_cell(&table, kind_text(&cli->pool, field));
        table_cell(&table, needed_text(&cli->pool, field));
        table_cell(&table, allowed_text(&cli->pool, field));
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
    if (strcmp(text_at(type, "sharing"), "private") == 0)
        say(&cli->out, _("They are private, on this device only, unless sharing says otherwise.\n"),
            NULL);
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

static bool has_dates(const json_t *codes)
{
    size_t i;
    json_t *code;

    json_array_foreach(codes, i, code)
    {
        if (text_at(code, "since")[0] != '\0' || text_at(code, "until")[0] != '\0')
            return true;
    }
    return false;
}

/* "since 2025-07-01", or "until 2025-07-01, then VN-2025-51". */
static const char *dates_text(struct pool *pool, const json_t *code)
{
    const char *since = text_at(code, "since"), *until = text_at(code, "until");
    const char *then = value_text(pool, json_object_get(code, "replaced_by"));

    if (until[0] == '\0')
        return since[0] == '\0' ? "" : pool_format(pool, _("since %s"), since);
    return then[0] == '\0' ? pool_format(pool, _("until %s"), until)
                           : pool_format(pool, _("until %s, then %s"), until, then);
}

/* All codes of the field that is the second word. */
static void print_codes(struct cli *cli, const json_t *type)
{
    const json_t *codes = json_object_get(find_field(type, cli_word(cli, 1)), "codes");
    bool dates = has_dates(codes);
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *code;

    table_column(&table, _("code"))->whole = true;
    table_column(&table, _("means"));
    if (dates)
        table_column(&table, C_("time", "when"));
    json_array_foreach(codes, i, code)
    {
        if (cli->quiet)
            say(&cli->out, "{}\n", text_at(code, "code"), NULL);
        table_cell(&table, text_at(code, "code"));
        table_cell(&table, text_at(code, "label"));
        if (dates)
            table_cell(&table, dates_text(&cli->pool, code));
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
           "are needed, always or for a purpose (banyan missing); or all codes that one field may "
           "have. --lang shows labels in another language."),
    .example = "banyan types site --lang vi",
    .run = run,
};
