/* banyan add: a new record. */
#include "decimal_note.h"
#include "field_args.h"
#include "outcome.h"
#include "reading.h"

/* "same name", "similar name, 120 m away" */
static const char *reason_text(struct pool *pool, const json_t *one)
{
    bool by_name = json_is_integer(json_object_get(one, "similarity"));
    const char *name = count_at(one, "similarity") == 100 ? _("same name") : _("similar name");
    const char *metres = number_text(pool, count_at(one, "metres"));

    if (!json_is_integer(json_object_get(one, "metres")))
        return name;
    return by_name ? pool_format(pool, _("%s, %s m away"), name, metres)
                   : pool_format(pool, _("%s m away"), metres);
}

static void tell_alike(struct cli *cli, const json_t *alike)
{
    size_t i;
    json_t *one;

    json_array_foreach(alike, i, one)
        say(&cli->err, _("  {bold}{}{plain} {} of {}: {}\n"), text_at(one, "id"),
            text_at(one, "label"), name_at(one, "owner"), reason_text(&cli->pool, one), NULL);
}

/* What may be the same record. *out_alike is NULL where nothing is, else freed with json_decref. */
static int find_alike(struct cli *cli, const struct field_args *fields, json_t **out_alike)
{
    int exit_code = cli_take(cli, banyan_alike(cli->node, cli_word(cli, 0), fields->fields,
                                               fields->count, &cli->answer, &cli->error));
    json_t *alike;

    *out_alike = NULL;
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    alike = json_object_get(cli->document, "alike");
    if (json_array_size(alike) > 0)
        *out_alike = json_incref(alike);
    json_decref(cli->document);
    cli->document = NULL;
    banyan_text_free(&cli->answer);
    return BANYAN_CLASS_DONE;
}

static int refuse(struct cli *cli, const json_t *alike)
{
    int exit_code = cli_fail(cli, BANYAN_ERR_EXISTS,
                             _("it may be there already, and nothing was added; without --strict "
                               "it is added all the same"));

    tell_alike(cli, alike);
    return exit_code;
}

static int add(struct cli *cli, const struct field_args *fields, const json_t *alike)
{
    int exit_code = outcome_tell(cli, banyan_add(cli->node, cli_word(cli, 0), fields->fields,
                                                 fields->count, &cli->answer, &cli->error));

    if (exit_code == BANYAN_CLASS_DONE)
        decimal_note(cli, cli_word(cli, 0), fields);
    if (exit_code != BANYAN_CLASS_DONE || alike == NULL)
        return exit_code;
    (void)fflush(cli->out.stream);
    say(&cli->err, _("It may be there already:\n"), NULL);
    tell_alike(cli, alike);
    say(&cli->err, _("If it is the same, take yours back: banyan delete {}\n"),
        text_at(cli->document, "id"), NULL);
    return exit_code;
}

static int run(struct cli *cli)
{
    struct field_args fields;
    bool strict = args_has(&cli->args, "strict");
    json_t *alike = NULL;
    int exit_code = outcome_read_fields(cli, 1, &fields);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE && (strict || !cli->quiet))
        exit_code = find_alike(cli, &fields, &alike);
    if (exit_code == BANYAN_CLASS_DONE && strict && alike != NULL)
        exit_code = refuse(cli, alike);
    else if (exit_code == BANYAN_CLASS_DONE)
        exit_code = add(cli, &fields, alike);
    json_decref(alike);
    return exit_code;
}

static const struct option options[] = {
    {"strict", NULL, N_("add nothing where a record may be the same"), false}, OPTIONS_END};

const struct command command_add = {
    .name = "add",
    .group = GROUP_RECORDS,
    .summary = N_("write down a new record"),
    .usage = N_("TYPE FIELD=VALUE..."),
    .words_min = 2,
    .words_max = ANY_NUMBER,
    .about = N_(
        "Adds a record that belongs to your organisation. banyan types TYPE lists the fields. A "
        "value is read from a file with FIELD=@FILE, from standard input with FIELD=-; text in "
        "several languages is given per language, as name.vi and name.km; a list is written "
        "\"a; b\". A value that begins with @ is written with two. Records that may be the same, "
        "by name or by place, are told. sharing=private keeps a record on this device, where "
        "nobody else ever sees it; contacts and funding are private unless sharing says "
        "otherwise."),
    .options = options,
    .example =
        "banyan add site name.vi=\"Rừng ngập mặn Cồn Bửng\" name.en=\"Con Bung mangrove\" \\\n"
        "    country=VNM site_type=candidate area=\"12 ha\" geometry=@place.geojson",
    .run = run,
};
