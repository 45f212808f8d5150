#include <string.h>

#include "cli.h"
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

static void print_findings(struct cli *cli, const json_t *findings)
{
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
        table_cell(&table, _(text_at(finding, "allowed")));
    }
    table_print(&table, &cli->out, 0);
    if (json_array_size(findings) > FINDINGS_SHOWN)
        say(&cli->out, _("{dim}and {} more{plain}\n"),
            number_text(&cli->pool, json_array_size(findings) - FINDINGS_SHOWN), NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    const json_t *findings = json_object_get(report, "findings");

    if (json_array_size(findings) > 0) {
        print_findings(cli, findings);
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
    int exit_code = BANYAN_CLASS_DONE;

    if (strcmp(cli_word(cli, 0), "wdpca") != 0)
        return cli_misused(cli, _("what is checked is: banyan check wdpca"));
    if (lists_rules) {
        exit_code = cli_take(cli, banyan_wdpca_rules(&cli->answer, &cli->error));
        return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_rules) : exit_code;
    }
    exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_wdpca_check(cli->node, &cli->answer, &cli->error));
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
