#include <string.h>

#include "cli.h"
#include "progress.h"
#include "reading.h"
#include "table.h"

#define FINDINGS_SHOWN 100u

static void print_rules(struct cli *cli, const json_t *rules)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *rule;

    table_column(&table, _("rule"))->whole = true;
    table_column(&table, _("what it wants"))->wraps = true;
    json_array_foreach(rules, i, rule)
    {
        table_cell(&table, text_at(rule, "rule"));
        table_cell(&table, is_at(rule, "warning") ? pool_format(&cli->pool, _("%s (a warning)"),
                                                                _(text_at(rule, "sentence")))
                                                  : _(text_at(rule, "sentence")));
    }
    table_print(&table, &cli->out, 0);
}

/* What may stand there, and what says so. */
static const char *allowed_text(struct cli *cli, const json_t *finding)
{
    const char *allowed = _(text_at(finding, "allowed")), *beside = text_at(finding, "beside");
    const char *other = text_at(finding, "other");

    if (beside[0] != 0)
        allowed = pool_format(&cli->pool, "%s: %s", allowed, beside);
    return other[0] == 0 ? allowed : pool_format(&cli->pool, _("%s (see %s)"), allowed, other);
}

/* Where more was found than is shown. */
static void print_by_rule(struct cli *cli, const json_t *rules)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *rule;

    table_column(&table, _("rule"))->whole = true;
    table_column(&table, _("findings"));
    table_column(&table, _("what it wants"))->wraps = true;
    json_array_foreach(rules, i, rule)
    {
        table_cell(&table, text_at(rule, "rule"));
        table_cell(&table, number_text(&cli->pool, count_at(rule, "findings")));
        table_cell(&table, _(text_at(rule, "sentence")));
    }
    table_print(&table, &cli->out, 0);
}

static void print_findings(struct cli *cli, const json_t *report)
{
    const json_t *findings = json_object_get(report, "findings");
    uint64_t found = count_at(report, "faults") + count_at(report, "warnings");
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *finding;

    table_column(&table, _("id"))->whole = true;
    table_column(&table, _("name"));
    table_column(&table, _("field"))->whole = true;
    table_column(&table, _("value"));
    table_column(&table, _("rule"))->whole = true;
    table_column(&table, _("allowed"))->wraps = true;
    json_array_foreach(findings, i, finding)
    {
        if (i == FINDINGS_SHOWN)
            break;
        table_cell(&table, text_at(finding, "id"));
        table_cell(&table, text_at(finding, "label"));
        table_cell(&table, text_at(finding, "field"));
        table_cell(&table, text_at(finding, "value"));
        table_cell(&table, text_at(finding, "rule"));
        table_cell(&table, allowed_text(cli, finding));
    }
    table_print(&table, &cli->out, 0);
    if (found <= FINDINGS_SHOWN)
        return;
    say(&cli->out, _("{dim}and {} more{plain}\n"), number_text(&cli->pool, found - FINDINGS_SHOWN),
        NULL);
    say(&cli->out, "\n", NULL);
    print_by_rule(cli, json_object_get(report, "by_rule"));
}

static void print(struct cli *cli, const json_t *report)
{
    const json_t *findings = json_object_get(report, "findings");

    if (json_array_size(findings) > 0) {
        print_findings(cli, report);
        say(&cli->out, "\n", NULL);
    }
    say(&cli->out, _("{} checked, {} with faults. What a rule wants: banyan check wdpca --rules\n"),
        counted(&cli->pool, count_at(report, "checked"), "%s site", "%s sites"),
        number_text(&cli->pool, count_at(report, "with_faults")), NULL);
    if (count_at(report, "left_out") > 0)
        say(&cli->out, _("Not looked at, since they are neither PA nor OECM: {}\n"),
            counted(&cli->pool, count_at(report, "left_out"), "%s site", "%s sites"), NULL);
}

static int run(struct cli *cli)
{
    bool lists_rules = args_has(&cli->args, "rules");
    struct progress progress = progress_begin(&cli->err, _("Checking"), _("records/s"), cli->quiet);
    enum banyan_status status = BANYAN_OK;
    int exit_code = BANYAN_CLASS_DONE;

    if (strcmp(cli_word(cli, 0), "wdpca") != 0)
        return cli_misused(cli, _("what is checked is: banyan check wdpca"));
    if (lists_rules) {
        exit_code = cli_take(cli, banyan_wdpca_rules(&cli->answer, &cli->error));
        return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_rules) : exit_code;
    }
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = banyan_wdpca_check(cli->node, progress_step, &progress, &cli->answer, &cli->error);
    progress_end(&progress);
    exit_code = cli_take(cli, status);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_show(cli, NULL, print);
    if (exit_code == BANYAN_CLASS_DONE && count_at(cli->document, "faults") > 0)
        return BANYAN_CLASS_NO;
    return exit_code;
}

static const struct option options[] = {{"rules", NULL, N_("only list the rules"), false},
                                        OPTIONS_END};

const struct command command_check = {
    .name = "check",
    .group = GROUP_EXCHANGE,
    .summary = N_("check sites by the rules of the WDPCA"),
    .usage = N_("wdpca"),
    .words_min = 1,
    .words_max = 1,
    .about = N_(
        "Looks at each site that is a protected area or an OECM as the row that would be reported "
        "to "
        "the World Database on Protected and Conserved Areas (schema of 2025), and tells record, "
        "field, value, rule and what is allowed for each rule that it breaks. Ends with 1 when any "
        "does. banyan missing wdpca tells what is still to be found out; banyan export site "
        "sites.csv --format wdpca writes the rows."),
    .options = options,
    .example = "banyan check wdpca\n"
               "banyan check wdpca --rules",
    .run = run,
};
