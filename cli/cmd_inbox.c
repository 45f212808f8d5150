/* banyan inbox: proposals that wait for a decision. */
#include <string.h>

#include "cli.h"
#include "people.h"
#include "reading.h"

#define PROPOSAL_DIGITS 12 /* the beginning of a proposal's id is enough */

/* A record with one proposal is decided by its own short id. */
static const char *decision_id(struct cli *cli, const json_t *inbox, const json_t *proposal)
{
    const char *id = text_at(proposal, "id");
    size_t i, same = 0;
    json_t *other;

    json_array_foreach(inbox, i, other) same += strcmp(text_at(other, "id"), id) == 0;
    return same == 1
               ? id
               : pool_format(&cli->pool, "%.*s", PROPOSAL_DIGITS, text_at(proposal, "proposal"));
}

static void print_proposal(struct cli *cli, const json_t *inbox, const json_t *proposal)
{
    const char *id = decision_id(cli, inbox, proposal);

    print_record_line(cli, proposal);
    say(&cli->out, _("  {} proposes\n"), by_and_at(cli, proposal), NULL);
    print_changes(cli, json_object_get(proposal, "changes"), 4, false);
    say(&cli->out, "    {dim}banyan accept {}{plain}\n    {dim}banyan decline {}{plain}\n", id, id,
        NULL);
}

static void print(struct cli *cli, const json_t *inbox)
{
    size_t i;
    json_t *proposal;

    json_array_foreach(inbox, i, proposal)
    {
        if (cli->quiet) {
            say(&cli->out, "{}\n", text_at(proposal, "proposal"), NULL);
            continue;
        }
        if (i > 0)
            say(&cli->out, "\n", NULL);
        print_proposal(cli, inbox, proposal);
    }
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_inbox(cli->node, cli->language, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(
        cli, json_array_size(cli->document) > 0 ? NULL : _("No proposals wait for you."), print);
}

const struct command command_inbox = {
    .name = "inbox",
    .group = GROUP_AGREE,
    .summary = N_("what others propose to change in your records"),
    .usage = "",
    .words_max = 0,
    .about =
        N_("Lists the open proposals that your organisation may decide: edits by others of your "
           "records, and, for coordinators, of everybody's records. Exit code 1 when "
           "there are none."),
    .example = "banyan inbox",
    .run = run,
};
