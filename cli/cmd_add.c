/* banyan add: a new record. */
#include "field_args.h"
#include "outcome.h"

static int run(struct cli *cli)
{
    struct field_args fields;
    int exit_code = outcome_read_fields(cli, 1, &fields);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(cli, banyan_add(cli->node, cli_word(cli, 0), fields.fields, fields.count,
                                        &cli->answer, &cli->error));
}

const struct command command_add = {
    .name = "add",
    .group = GROUP_RECORDS,
    .summary = N_("write down a new record"),
    .usage = N_("TYPE FIELD=VALUE..."),
    .words_min = 2,
    .words_max = ANY_NUMBER,
    .about =
        N_("Adds a record that belongs to your organisation. banyan types TYPE lists the fields. A "
           "value is read from a file with FIELD=@FILE, from standard input with FIELD=-; text in "
           "several languages is given per language, as name.vi and name.km; a list is written "
           "\"a; b\". A value that begins with @ is written with two."),
    .example =
        "banyan add site name.vi=\"Rừng ngập mặn Cồn Bửng\" name.en=\"Con Bung mangrove\" \\\n"
        "    country=VNM site_type=candidate area=\"12 ha\" geometry=@place.geojson",
    .run = run,
};
