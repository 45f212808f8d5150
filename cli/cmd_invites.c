/* banyan invite list, invite cancel: the invitations that were made. */
#include <string.h>

#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static const char *state_text(const json_t *invite)
{
    static const char *const states[] = {N_("open"), N_("used"), N_("expired"), N_("cancelled")};
    const char *state = text_at(invite, "state");

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i], state) == 0)
            return _(states[i]);
    return state;
}

static void print(struct cli *cli, const json_t *invites)
{
    struct table table = table_new(&cli->pool);
    size_t i;
    json_t *invite;

    table_column(&table, _("invitation"))->whole = true;
    table_column(&table, _("for"));
    table_column(&table, _("as"))->whole = true;
    table_column(&table, _("state"))->whole = true;
    table_column(&table, _("good until"))->whole = true;
    table_column(&table, _("made by"));
    table_column(&table, _("on"))->whole = true;
    json_array_foreach(invites, i, invite)
    {
        table_cell(&table, text_at(invite, "invite"));
        table_cell(&table, text_at(invite, "name"));
        table_cell(&table, role_text(text_at(invite, "role")));
        table_cell(&table, state_text(invite));
        table_cell(&table, moment_text(&cli->pool, text_at(invite, "expires")));
        table_cell(&table, name_at(invite, "by"));
        table_cell(&table, moment_day(&cli->pool, text_at(invite, "at")));
    }
    table_print(&table, &cli->out, 0);
    print_count(cli,
                counted(&cli->pool, json_array_size(invites), "%s invitation", "%s invitations"));
}

static int run_list(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_invites(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli, json_array_size(cli->document) > 0 ? NULL : _("Nobody was invited yet."),
                    print);
}

const struct command command_invite_list = {
    .name = "invite list",
    .group = GROUP_START,
    .summary = N_("the invitations that were made, and whether they are still good"),
    .usage = "",
    .words_max = 0,
    .about = N_("Lists all invitations of the network, newest first. The codes themselves are kept "
                "nowhere."),
    .example = "banyan invite list",
    .run = run_list,
};

static void print_cancelled(struct cli *cli, const json_t *answer)
{
    if (cli->quiet)
        return;
    if (strcmp(text_at(answer, "outcome"), "cancelled") == 0)
        say(&cli->out,
            _("Cancelled: whoever has {bold}{}{plain} is taken in by nobody who has heard of "
              "it.\n"),
            text_at(answer, "invite"), NULL);
    else
        say(&cli->out, _("It was cancelled already.\n"), NULL);
}

static int run_cancel(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_invite_cancel(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_cancelled) : exit_code;
}

const struct command command_invite_cancel = {
    .name = "invite cancel",
    .group = GROUP_START,
    .summary = N_("take an invitation back that was not used"),
    .usage = N_("INVITATION"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Names the invitation by its short name, or by the organisation it was for. Members "
           "who have not heard of it yet may still take in who comes with it; a coordinator "
           "removes them then."),
    .example = "banyan invite cancel K7QM-2F9D",
    .run = run_cancel,
};
