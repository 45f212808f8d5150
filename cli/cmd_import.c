/* banyan import: records from the tables that offices have. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "banyan/exchange.h"
#include "changed_rows.h"
#include "cli.h"
#include "field_args.h"
#include "labels.h"
#include "moment.h"
#include "people.h"
#include "progress.h"
#include "reading.h"
#include "table.h"

#define PROBLEMS_SHOWN 20u
#define CHANGED_SHOWN  5u  /* once it is done: the record's history tells all */
#define HEADERS_SHOWN  40u /* of columns that were left out */
#define HEADER_LETTERS 40u
#define VERDICTS_HEAD  "row,line,verdict,"

/* -- files beside the answer -- */

/* "sites.csv" of "/home/user/sites.csv": files are written where the command is run. */
static const char *beside(struct cli *cli, const char *suffix)
{
    const char *path = cli_word(cli, 0);
    const char *slash = strrchr(path, '/');

    return pool_format(&cli->pool, "%s%s", slash == NULL ? path : slash + 1, suffix);
}

/* A file of verdicts from an earlier look is made anew; any other file of that name stays. */
static bool clear_verdicts(const char *path)
{
    static const char bom[] = "\xef\xbb\xbf", sheet[] = "sheet,";
    char head[sizeof bom + sizeof sheet + sizeof VERDICTS_HEAD] = "";
    const char *at = head;
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(head, 1, sizeof head - 1, file);

    if (file == NULL)
        return true;
    (void)fclose(file);
    head[size] = 0;
    at += strncmp(at, bom, sizeof bom - 1) == 0 ? sizeof bom - 1 : 0;
    at += strncmp(at, sheet, sizeof sheet - 1) == 0 ? sizeof sheet - 1 : 0;
    return at > head && strncmp(at, VERDICTS_HEAD, sizeof VERDICTS_HEAD - 1) == 0 &&
           unlink(path) == 0;
}

/* One that is there was perhaps edited: it stays, and *out_is_new is false. False when it cannot be
 * written. */
static bool write_mapping(const char *path, const json_t *mapping, bool *out_is_new)
{
    FILE *file = fopen(path, "wx");
    bool is_written =
        file != NULL && json_dumpf(mapping, file, JSON_INDENT(1)) == 0 && fputc('\n', file) != EOF;

    *out_is_new = file != NULL;
    if (file == NULL)
        return errno == EEXIST;
    if (fclose(file) != 0)
        is_written = false;
    if (!is_written)
        (void)unlink(path);
    return is_written;
}

/* -- what is told -- */

/* The begin of a header: a file that is no table may have one of a mebibyte. */
static const char *short_text(struct pool *pool, const char *text)
{
    size_t size = 0, letters = 0;

    for (; text[size] != 0; size++) {
        letters += ((unsigned char)text[size] & 0xc0u) != 0x80u;
        if (letters > HEADER_LETTERS)
            return pool_format(pool, "%s…", pool_copy(pool, text, size));
    }
    return text;
}

static bool has_sheets(const json_t *report)
{
    return json_array_size(json_object_get(report, "sheets")) > 0;
}

/* Of several tables: how many rows each has, and of what. */
static void print_sheets(struct cli *cli, const json_t *report)
{
    size_t i;
    json_t *sheet;

    json_array_foreach(json_object_get(report, "sheets"), i, sheet)
    {
        const char *rows = counted(&cli->pool, count_at(sheet, "rows"), "%s row", "%s rows");
        const char *type = type_text(cli, text_at(sheet, "type"));

        if (text_at(sheet, "parent")[0] == 0)
            say(&cli->out, _("  {}: {} ({})\n"), text_at(sheet, "sheet"), rows, type, NULL);
        else
            say(&cli->out, _("  {}: {} ({}), within those of {}\n"), text_at(sheet, "sheet"), rows,
                type, text_at(sheet, "parent"), NULL);
    }
}

static void print_left_out(struct cli *cli, const json_t *report)
{
    size_t i;
    json_t *sheet;

    json_array_foreach(json_object_get(report, "sheets_left_out"), i, sheet)
        say_wrapped(&cli->out, 0,
                    pool_format(&cli->pool, _("Left out: %s (%s)."), text_at(sheet, "sheet"),
                                text_at(sheet, "reason")),
                    true);
}

/* Looked at, or done: of a verdict's rows, with {} for how many. "" for what is not told. */
static const char *count_text(const char *verdict, bool is_dry, uint64_t count)
{
    if (strcmp(verdict, "new") == 0)
        return is_dry ? _("  {} would be new\n") : _("  {} new\n");
    if (strcmp(verdict, "update") == 0)
        return is_dry ? _("  {} would be changed\n") : _("  {} changed\n");
    if (strcmp(verdict, "proposal") == 0)
        return is_dry
                   ? P_("  {} would be proposed to its owner\n",
                        "  {} would be proposed to their owners\n", count)
                   : P_("  {} proposed to its owner\n", "  {} proposed to their owners\n", count);
    if (strcmp(verdict, "same") == 0)
        return is_dry ? P_("  {} is there already\n", "  {} are there already\n", count)
                      : P_("  {} was there already\n", "  {} were there already\n", count);
    if (strcmp(verdict, "conflict") == 0)
        return is_dry ? _("  {} would be in conflict with what was changed here since the export\n")
                      : _("  {} in conflict with what was changed here since the export: banyan "
                          "conflicts\n");
    if (strcmp(verdict, "edited") == 0)
        return P_("  {} changed in the file and here too: left as it is\n",
                  "  {} changed in the file and here too: left as they are\n", count);
    if (strcmp(verdict, "deleted") == 0)
        return _("  {} deleted here: left deleted\n");
    if (strcmp(verdict, "total") == 0)
        return _("  {} with totals: left out\n");
    if (strcmp(verdict, "left_out") == 0)
        return _("  {} within rows that are left out: left out too\n");
    return P_("  {} with a fault\n", "  {} with faults\n", count);
}

static const char *duplicate_text(const struct cli *cli, bool is_dry, uint64_t count)
{
    if (args_has(&cli->args, "skip-duplicates"))
        return _("  {} perhaps there already: left out\n");
    if (is_dry)
        return P_("  {} would be new, perhaps there already: --skip-duplicates leaves it out\n",
                  "  {} would be new, perhaps there already: --skip-duplicates leaves them out\n",
                  count);
    return _("  {} new, perhaps there before\n");
}

static void print_private(struct cli *cli, uint64_t count, bool is_dry)
{
    if (count > 0)
        say(&cli->out,
            is_dry ? _("Of these {} would be private, on this device only.\n")
                   : P_("Of these {} is private, on this device only.\n",
                        "Of these {} are private, on this device only.\n", count),
            number_text(&cli->pool, count), NULL);
}

/* Only what is not zero. */
static void print_counts(struct cli *cli, const json_t *report, bool is_dry)
{
    static const char *const verdicts[] = {"new",   "duplicate?", "update", "proposal",
                                           "same",  "conflict",   "edited", "deleted",
                                           "total", "left_out",   "error"};

    say(&cli->out, "{bold}{}{plain}: {} ({})\n", text_at(report, "file"),
        counted(&cli->pool, count_at(report, "rows"), "%s row", "%s rows"),
        has_sheets(report) ? counted(&cli->pool, json_array_size(json_object_get(report, "sheets")),
                                     "%s table in it", "%s tables in it")
                           : text_at(report, "reading"),
        NULL);
    print_sheets(cli, report);
    if (count_at(report, "rows") == 0)
        say(&cli->out, _("  no row stands below row {}, which was taken for the header\n"),
            number_text(&cli->pool, count_at(report, "header_row")), NULL);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        uint64_t count = count_at(report, verdicts[i]);

        if (count > 0)
            say(&cli->out,
                strcmp(verdicts[i], "duplicate?") == 0 ? duplicate_text(cli, is_dry, count)
                                                       : count_text(verdicts[i], is_dry, count),
                number_text(&cli->pool, count), NULL);
    }
    print_private(cli, count_at(report, "private"), is_dry);
}

/* A column that holds what repeats, which is a table of its own. */
static bool is_sheet(const json_t *report, const char *header)
{
    size_t i;
    json_t *sheet;

    json_array_foreach(json_object_get(report, "sheets"), i,
                       sheet) if (strcmp(text_at(sheet, "sheet"), header) == 0) return true;
    return false;
}

/* What says how tables hang together, or when a form was sent in, is no field and should be none.
 */
static bool is_of_form(const json_t *report, const char *header)
{
    static const char *const words[] = {"KEY", "PARENT_KEY",     "SET-OF-", "start",
                                        "end", "SubmissionDate", "meta"};

    if (!has_sheets(report))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(header, words[i], strlen(words[i])) == 0)
            return true;
    return header[0] == '_' || is_sheet(report, header);
}

/* The headers of columns that go nowhere; "" for none. */
static const char *unmapped_of(struct cli *cli, const json_t *report, const json_t *columns)
{
    const char *names = "";
    size_t i, count = 0;
    json_t *column;

    json_array_foreach(columns, i, column)
    {
        const char *header = text_at(column, "header");

        if (!json_is_null(json_object_get(column, "field")) || is_at(column, "is_key") ||
            header[0] == 0 || strncmp(header, "banyan: ", 8) == 0 || is_of_form(report, header))
            continue;
        if (count++ < HEADERS_SHOWN)
            names = pool_format(&cli->pool, "%s%s%s (%s)", names, count == 1 ? "" : ", ",
                                short_text(&cli->pool, header), text_at(column, "letter"));
    }
    return count <= HEADERS_SHOWN ? names
                                  : pool_format(&cli->pool, _("%s and %s more"), names,
                                                number_text(&cli->pool, count - HEADERS_SHOWN));
}

/* Sheets that are alike are told of once. */
static void print_unmapped(struct cli *cli, const json_t *report)
{
    const char *first = unmapped_of(cli, report, json_object_get(report, "columns"));
    bool are_alike = true;
    size_t i;
    json_t *sheet;

    json_array_foreach(json_object_get(report, "sheets"), i, sheet) are_alike &=
        strcmp(unmapped_of(cli, report, json_object_get(sheet, "columns")), first) == 0;
    if (are_alike && first[0] != 0)
        say_wrapped(&cli->out, 0,
                    pool_format(&cli->pool, _("Left out, since no field fits: %s."), first), true);
    if (are_alike)
        return;
    json_array_foreach(json_object_get(report, "sheets"), i, sheet)
    {
        const char *names = unmapped_of(cli, report, json_object_get(sheet, "columns"));

        if (names[0] != 0)
            say_wrapped(&cli->out, 0,
                        pool_format(&cli->pool, _("Left out of %s, since no field fits: %s."),
                                    text_at(sheet, "sheet"), names),
                        true);
    }
}

static void add_problem(struct cli *cli, struct table *table, const json_t *problem)
{
    const char *letter = text_at(problem, "column");

    if (has_sheets(cli->document))
        table_cell(table, text_at(problem, "sheet"));
    table_cell(table, number_text(&cli->pool, count_at(problem, "row")));
    table_cell(table, letter[0] == 0
                          ? ""
                          : pool_format(&cli->pool, "%s %s", letter,
                                        short_text(&cli->pool, text_at(problem, "header"))));
    table_cell(table, text_at(problem, "reason"));
}

/* Those of rows whose changes are told are told with them. */
static size_t count_problems(const json_t *problems)
{
    size_t i, count = 0;
    json_t *problem;

    json_array_foreach(problems, i, problem) count += !is_changed_row(text_at(problem, "verdict"));
    return count;
}

/* What hinders comes before what should be looked at. */
static void print_problems(struct cli *cli, const json_t *report)
{
    struct table table = table_new(&cli->pool);
    const json_t *problems = json_object_get(report, "problems");
    size_t i, shown = 0, count = count_problems(problems);
    json_t *problem;

    if (count == 0)
        return;
    if (has_sheets(report))
        table_column(&table, _("sheet"));
    table_column(&table, _("row"))->right = true;
    table_column(&table, _("column"));
    table_column(&table, _("reason"))->wraps = true;
    for (int faults = 1; faults >= 0; faults--)
        json_array_foreach(problems, i, problem)
        {
            const char *verdict = text_at(problem, "verdict");
            bool is_fault = strcmp(verdict, "error") == 0;

            if (!is_changed_row(verdict) && is_fault == (faults == 1) && shown++ < PROBLEMS_SHOWN)
                add_problem(cli, &table, problem);
        }
    say(&cli->out, "\n", NULL);
    table_print(&table, &cli->out, 0);
    count += count_at(report, "problems_left_out");
    if (count > PROBLEMS_SHOWN)
        say(&cli->out, _("{dim}and {} more{plain}\n"),
            number_text(&cli->pool, count - PROBLEMS_SHOWN), NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    bool is_dry = args_has(&cli->args, "dry-run");
    const char *import = text_at(report, "import");

    if (cli->quiet)
        return;
    print_counts(cli, report, is_dry);
    print_left_out(cli, report);
    print_unmapped(cli, report);
    print_problems(cli, report);
    print_changed_rows(cli, report, is_dry ? PROBLEMS_SHOWN : CHANGED_SHOWN);
    if (import[0] != 0)
        say(&cli->out, _("{dim}To take it back: banyan import undo {}{plain}\n"),
            pool_copy(&cli->pool, import, 8), NULL);
}

/* -- the command -- */

static int read_mapping(struct cli *cli, struct banyan_import *import)
{
    const char *path = args_value(&cli->args, "map"), *mistake = NULL;
    enum banyan_status status = BANYAN_OK;

    if (path != NULL)
        status = text_file_read(&cli->pool, path, &import->mapping, &mistake);
    return status == BANYAN_OK ? BANYAN_CLASS_DONE : cli_fail(cli, status, mistake);
}

static int read_delimiter(struct cli *cli, struct banyan_import *import)
{
    const char *text = args_value(&cli->args, "delimiter");

    if (text == NULL)
        return BANYAN_CLASS_DONE;
    if (strcmp(text, "tab") == 0)
        text = "\t";
    if (strlen(text) != 1 || text[0] == '"')
        return cli_misused(cli, _("--delimiter is one character, such as ;, or the word tab"));
    import->delimiter = text[0];
    return BANYAN_CLASS_DONE;
}

static int choose_files(struct cli *cli, struct banyan_import *import)
{
    if (import->dry_run) {
        import->verdicts = beside(cli, ".verdicts.csv");
        if (!clear_verdicts(import->verdicts))
            return cli_fail(
                cli, BANYAN_ERR_EXISTS,
                pool_format(&cli->pool,
                            _("%s is there already, and is no list of verdicts: move it away"),
                            import->verdicts));
    }
    if (import->skip_bad && !import->dry_run) {
        import->rejects = args_value(&cli->args, "rejects");
        if (import->rejects == NULL) {
            import->rejects = beside(cli, ".rejects.csv");
            import->record_rejects = beside(cli, ".rejects.jsonl");
        }
    }
    return BANYAN_CLASS_DONE;
}

/* Whole records are refused as they came: as lines. */
static void tell_rejects(struct cli *cli)
{
    bool is_of_records = json_is_null(json_object_get(cli->document, "mapping"));
    size_t i;
    json_t *rejects;

    json_array_foreach(json_object_get(cli->document, "rejects"), i, rejects) say(
        &cli->out,
        is_of_records ? _("Records with faults: {} - mend and import it\n")
                      : _("Rows with faults, with the reason of each: {} - mend and import it\n"),
        text_at(rejects, "file"), NULL);
}

/* The rows that were looked at are told of, also where faults in them hinder the import. */
static int tell(struct cli *cli, const struct banyan_import *import, enum banyan_status status)
{
    const char *path = beside(cli, ".map.json");
    int exit_code = BANYAN_CLASS_DONE;

    if (cli->answer.data == NULL)
        return cli_failed(cli, status);
    exit_code = cli_take(cli, BANYAN_OK);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_show(cli, NULL, print);
    if (exit_code == BANYAN_CLASS_DONE && import->dry_run && !cli->quiet && !cli->json)
        say(&cli->out, _("A verdict for every row: {}\n"), import->verdicts, NULL);
    if (exit_code == BANYAN_CLASS_DONE && import->dry_run && import->mapping == NULL &&
        json_is_object(json_object_get(cli->document, "mapping"))) {
        bool is_new = false;

        if (!write_mapping(path, json_object_get(cli->document, "mapping"), &is_new))
            return cli_fail(cli, BANYAN_ERR_DISK,
                            pool_format(&cli->pool, _("%s cannot be written"), path));
        if (!cli->quiet && !cli->json)
            say(&cli->out,
                is_new ? _("Which column is which field: {} - edit it, then give it with --map\n")
                       : _("{} is there already and stays as it is; give it with --map\n"),
                path, NULL);
    }
    if (exit_code == BANYAN_CLASS_DONE && import->rejects != NULL && !cli->quiet && !cli->json)
        tell_rejects(cli);
    return status == BANYAN_OK ? exit_code : cli_failed(cli, status);
}

static int run(struct cli *cli)
{
    struct banyan_import import = {.path = cli_word(cli, 0),
                                   .type = args_value(&cli->args, "type"),
                                   .key = args_value(&cli->args, "key"),
                                   .language = args_value(&cli->args, "text-language"),
                                   .on_behalf = args_value(&cli->args, "on-behalf"),
                                   .encoding = args_value(&cli->args, "encoding"),
                                   .dry_run = args_has(&cli->args, "dry-run"),
                                   .skip_bad = args_has(&cli->args, "skip-bad"),
                                   .skip_duplicates = args_has(&cli->args, "skip-duplicates"),
                                   .overwrite = args_has(&cli->args, "overwrite")};
    struct progress progress = progress_begin(&cli->err, _("Reading"), _("bytes/s"), cli->quiet);
    enum banyan_status status = BANYAN_OK;
    int exit_code = read_mapping(cli, &import);

    import.sheets = args_values(&cli->args, &cli->pool, "sheet", &import.sheet_count);
    import.sets = args_values(&cli->args, &cli->pool, "set", &import.set_count);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = read_delimiter(cli, &import);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = choose_files(cli, &import);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status =
        banyan_import_file(cli->node, &import, progress_step, &progress, &cli->answer, &cli->error);
    progress_end(&progress);
    return tell(cli, &import, status);
}

static const struct option options[] = {
    {"type", N_("TYPE"), N_("what the rows are, such as site (else as the mapping says)"), false},
    {"dry-run", NULL,
     N_("change nothing: tell what would come of each row, and what it would change"), false},
    {"map", N_("FILE"), N_("which column is which field, as --dry-run writes it"), false},
    {"set", N_("FIELD=VALUE"), N_("the same in all rows, where no column gives it"), true},
    {"key", N_("COLUMN"), N_("the column that tells rows apart, by header or letter"), false},
    {"text-language", N_("TAG"), N_("language of the texts, such as vi (else English)"), false},
    {"sheet", N_("NAME"), N_("of an Excel workbook, by name or number, or all (else the first)"),
     true},
    {"encoding", N_("NAME"), N_("of a CSV file, such as windows-1258 (else told from the file)"),
     false},
    {"delimiter", N_("CHARACTER"), N_("between the cells of a CSV file, or tab"), false},
    {"on-behalf", N_("ORG"), N_("hand new records over to this organisation"), false},
    {"skip-bad", NULL, N_("import the rows without faults, and write the others to a file"), false},
    {"skip-duplicates", NULL, N_("leave out new rows that look like a record that is there"),
     false},
    {"rejects", N_("FILE"), N_("where --skip-bad writes them (else FILE.rejects.csv)"), false},
    {"overwrite", NULL, N_("also what was changed or deleted here since the last import"), false},
    OPTIONS_END};

const struct command command_import = {
    .name = "import",
    .group = GROUP_EXCHANGE,
    .summary = N_("make records of the rows of a table"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about = N_(
        "Reads CSV, Excel workbooks (.xlsx), GeoJSON, JSON lines, what Kobo and ODK export, tables "
        "of the WDPCA, and whole records that banyan exported, as they are: separator, encoding, "
        "decimal commas and degrees are told "
        "from the file, columns by their headers in any language of the labels. All rows are "
        "looked at first; a fault in one hinders all, unless --skip-bad is given. Importing the "
        "same file again adds nothing: a row is told by its key, or else by all that stands in it. "
        "With a key, what changed in the file is changed in the record, and what people changed "
        "in the record stays. Of a workbook, --sheet all reads every sheet; what repeats within "
        "the "
        "rows of a form (further sheets of Kobo, the archive of ODK Central, lists in JSON) comes "
        "in "
        "with them as records that refer to each other."),
    .options = options,
    .example = "banyan import sites.csv --type site --dry-run\n"
               "banyan import schools.xlsx --type site --set site_type=other --set country=LAO\n"
               "banyan import sites.csv --map sites.csv.map.json --key 'Registry number'\n"
               "banyan import provinces.xlsx --type site --sheet all --key 'No'\n"
               "banyan import kobo-export.xlsx --type event --text-language vi --dry-run",
    .run = run,
};

/* -- what was imported -- */

static void print_list(struct cli *cli, const json_t *imports)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *import;

    table_column(&table, _("import"))->whole = true;
    table_column(&table, _("at"))->whole = true;
    table_column(&table, _("file"));
    table_column(&table, _("type"));
    table_column(&table, _("new"))->right = true;
    table_column(&table, _("changed"))->right = true;
    table_column(&table, "");
    json_array_foreach(imports, i, import)
    {
        table_cell(&table, pool_copy(&cli->pool, text_at(import, "import"), 8));
        table_cell(&table, moment_text(&cli->pool, text_at(import, "at")));
        table_cell(&table, text_at(import, "file"));
        table_cell(&table, type_text(cli, text_at(import, "type")));
        table_cell(&table, number_text(&cli->pool, count_at(import, "new")));
        table_cell(&table, number_text(&cli->pool, count_at(import, "changed")));
        table_cell(&table, is_at(import, "undone") ? _("undone") : "");
    }
    table_print(&table, &cli->out, 0);
}

static int run_list(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_imports(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli,
                    json_array_size(cli->document) > 0 ? NULL : _("Nothing was imported here."),
                    print_list);
}

const struct command command_import_list = {
    .name = "import list",
    .group = GROUP_EXCHANGE,
    .summary = N_("list what was imported here"),
    .usage = "",
    .words_max = 0,
    .about = N_("Lists the imports of this home, the newest first."),
    .example = "banyan import list",
    .run = run_list,
};

static void print_undone(struct cli *cli, const json_t *undo)
{
    size_t i;
    json_t *record;

    if (cli->quiet)
        return;
    say(&cli->out, _("Took back the import of {bold}{}{plain}: {} deleted, {} as before it.\n"),
        text_at(undo, "file"),
        counted(&cli->pool, count_at(undo, "deleted"), "%s record", "%s records"),
        number_text(&cli->pool, count_at(undo, "restored")), NULL);
    if (count_at(undo, "left_count") > 0)
        say(&cli->out, _("Changed since, and left as they are: {}\n"),
            counted(&cli->pool, count_at(undo, "left_count"), "%s record", "%s records"), NULL);
    json_array_foreach(json_object_get(undo, "left"), i, record)
    {
        if (i == PROBLEMS_SHOWN)
            break;
        say(&cli->out, "  {} {}\n", text_at(record, "id"), text_at(record, "label"), NULL);
    }
}

static int run_undo(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_import_undo(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_undone) : exit_code;
}

const struct command command_import_undo = {
    .name = "import undo",
    .group = GROUP_EXCHANGE,
    .summary = N_("take back what an import wrote"),
    .usage = N_("IMPORT"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Deletes the records that an import made and turns back what it changed, but for "
                "records that anybody changed since: these are left, and named."),
    .example = "banyan import undo 3f9c2a71",
    .run = run_undo,
};
