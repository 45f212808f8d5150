#include <string.h>

#include "as_of_option.h"
#include "cli.h"
#include "progress.h"
#include "reading.h"

/* -- what was typed: types and conditions in any order, the file last -- */

static void
take_words(struct cli *cli, struct banyan_export *export_, const char **types, const char **filters)
{
    size_t count = cli->args.word_count - 1;

    for (size_t i = 0; i < count; i++) {
        const char *word = cli_word(cli, i);

        if (strchr(word, '=') != NULL)
            filters[export_->filter_count++] = word;
        else
            types[export_->type_count++] = word;
    }
    export_->path = cli_word(cli, count);
    export_->types = types;
    export_->filters = filters;
}

static int check_words(struct cli *cli, const struct banyan_export *export_)
{
    bool is_all = args_has(&cli->args, "all");

    if (is_all && export_->type_count > 0)
        return cli_misused(cli, _("name types, or say --all, but not both"));
    if (!is_all && export_->type_count == 0)
        return cli_misused(
            cli, _("say what to export, such as: banyan export site sites.csv, or --all"));
    return BANYAN_CLASS_DONE;
}

static int read_delimiter(struct cli *cli, struct banyan_export *export_)
{
    const char *text = args_value(&cli->args, "delimiter");

    if (text == NULL)
        return BANYAN_CLASS_DONE;
    if (strcmp(text, "tab") == 0)
        text = "\t";
    if (strlen(text) != 1 || text[0] == '"' || text[0] == '\'')
        return cli_misused(cli, _("--delimiter is one character, such as ;, or the word tab"));
    export_->delimiter = text[0];
    return BANYAN_CLASS_DONE;
}

/* -- what is told -- */

static const struct {
    const char *reason, *records, *values;
} withheld[] = {
    {"sharing", N_("  not shared with everybody: {}\n"),
     N_("  references to records that are not shared with everybody: {}\n")},
    {"consent", N_("  without a consent that lets them leave: {}\n"),
     N_("  references to records without a consent that lets them leave: {}\n")},
    {"people", N_("  about people: {}\n"), N_("  fields that name people: {}\n")},
    {"money", N_("  about money: {}\n"), N_("  fields about money: {}\n")},
    {"sensitivity", NULL, N_("  fields and texts that tell where sensitive places are: {}\n")},
    {"source", NULL, N_("  fields on where records come from: {}\n")},
    {"unknown", N_("  of types that this version does not know: {}\n"),
     N_("  fields that this version does not know: {}\n")},
};

static void print_reason(struct cli *cli, const json_t *reason)
{
    uint64_t records = count_at(reason, "records"), values = count_at(reason, "values");

    for (size_t i = 0; i < sizeof withheld / sizeof withheld[0]; i++) {
        if (strcmp(withheld[i].reason, text_at(reason, "reason")) != 0)
            continue;
        if (records > 0 && withheld[i].records != NULL)
            say(&cli->out, _(withheld[i].records),
                counted(&cli->pool, records, "%s record", "%s records"), NULL);
        if (values > 0 && withheld[i].values != NULL)
            say(&cli->out, _(withheld[i].values),
                counted(&cli->pool, values, "%s value", "%s values"), NULL);
    }
}

static void print_withheld(struct cli *cli, const json_t *report)
{
    const json_t *reasons = json_object_get(report, "withheld");
    uint64_t rounded = count_at(report, "rounded");
    size_t i;
    json_t *reason;

    if (json_array_size(reasons) > 0)
        say(&cli->out, _("Withheld, since the file is for everybody:\n"), NULL);
    json_array_foreach(reasons, i, reason)
    {
        print_reason(cli, reason);
    }
    if (rounded > 0)
        say(&cli->out, _("Rounded by the sensitivity of their records: {}\n"),
            counted(&cli->pool, rounded, "%s place", "%s places"), NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    const json_t *types = json_object_get(report, "types");
    size_t i;
    json_t *type;

    if (cli->quiet)
        return;
    if (strcmp(text_at(report, "format"), "xlsform") == 0) {
        say(&cli->out, _("Wrote a form to {bold}{}{plain}: Kobo and ODK take it as it is.\n"),
            text_at(report, "file"), NULL);
        return;
    }
    say(&cli->out, _("Wrote {} to {bold}{}{plain}.\n"),
        counted(&cli->pool, count_at(report, "records"), "%s record", "%s records"),
        text_at(report, "file"), NULL);
    json_array_foreach(types, i, type)
    {
        if (json_array_size(types) < 2 || count_at(type, "records") == 0)
            continue;
        say(&cli->out, "  {} {}\n", number_text(&cli->pool, count_at(type, "records")),
            text_at(type, "type"), NULL);
    }
    print_withheld(cli, report);
    if (count_at(report, "private") > 0)
        say(&cli->out, _("Left out: {} that this device keeps for itself.\n"),
            counted(&cli->pool, count_at(report, "private"), "%s record", "%s records"), NULL);
}

static int run(struct cli *cli)
{
    struct banyan_export export_ = {.format = args_value(&cli->args, "format"),
                                    .audience = args_value(&cli->args, "audience"),
                                    .language = cli->language,
                                    .labels = args_has(&cli->args, "labels"),
                                    .editable = args_has(&cli->args, "editable"),
                                    .replace = args_has(&cli->args, "replace")};
    const char **types = pool_allocate(&cli->pool, cli->args.word_count * sizeof *types);
    const char **filters = pool_allocate(&cli->pool, cli->args.word_count * sizeof *filters);
    struct progress progress = progress_begin(&cli->err, _("Writing"), _("records/s"), cli->quiet);
    enum banyan_status status = BANYAN_OK;
    int exit_code = BANYAN_CLASS_DONE;

    take_words(cli, &export_, types, filters);
    exit_code = check_words(cli, &export_);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_delimiter(cli, &export_);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_as_of(cli, &export_.as_of_ms);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = banyan_export_file(cli->node, &export_, progress_step, &progress, &cli->answer,
                                &cli->error);
    progress_end(&progress);
    exit_code = cli_take(cli, status);
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static const struct option options[] = {
    {"all", NULL, N_("everything, of all types"), false},
    {"format", N_("NAME"),
     N_("csv, xlsx, jsonl, geojson, gpkg, wdpca or xlsform (else as the file's name ends)"), false},
    {"audience", N_("WHO"),
     N_("members, or public: without people, money and what is not for everybody"), false},
    AS_OF_OPTION,
    {"editable", NULL, N_("a workbook with all fields and drop-downs, to be imported again"),
     false},
    {"labels", NULL, N_("in CSV and GeoPackage, the words of your language instead of codes"),
     false},
    {"delimiter", N_("CHARACTER"), N_("between the cells of a CSV file, or tab (else a comma)"),
     false},
    {"replace", NULL, N_("write over a file that is there"), false},
    OPTIONS_END};

const struct command command_export = {
    .name = "export",
    .group = GROUP_EXCHANGE,
    .summary = N_("write records to a file"),
    .usage = N_("TYPE... [FIELD=VALUE...] FILE"),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about =
        N_("Writes the records of the types named, as CSV that spreadsheets open right, Excel "
           "workbooks, GeoJSON and "
           "GeoPackage for maps, or JSON lines that hold whole records: --all into a file that "
           "ends in .jsonl takes "
           "everything along, and banyan import reads it again without loss. A table can be edited "
           "and imported again: its last columns say which record a row is and which state of it "
           "was written. What is made of signatures does not go along: history, proposals, what "
           "was deleted; a backup has them."),
    .options = options,
    .example = "banyan export site sites.csv\n"
               "banyan export site country=KHM cambodia.geojson\n"
               "banyan export site community map.gpkg\n"
               "banyan export site --editable sites.xlsx\n"
               "banyan export --all everything.jsonl\n"
               "banyan export event session --format xlsform event_form.xlsx\n"
               "banyan export site public.geojson --audience public",
    .run = run,
};
