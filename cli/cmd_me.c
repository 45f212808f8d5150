/* banyan me: the name of the person at work. */
#include "cli.h"
#include "reading.h"

static void print(struct cli *cli, const json_t *answer)
{
    const char *person = text_at(answer, "person");

    if (cli->quiet)
        say(&cli->out, person[0] != '\0' ? "{}\n" : "{}", person, NULL);
    else if (person[0] != '\0')
        say(&cli->out, _("What is written here is signed {bold}{}{plain} from now on.\n"), person,
            NULL);
    else
        say(&cli->out, _("What is written here is signed with no person's name.\n"), NULL);
}

static int run(struct cli *cli)
{
    bool forget = args_has(&cli->args, "forget");
    const char *name = forget ? "" : cli_word(cli, 0);
    int exit_code;

    if (forget && cli_word(cli, 0) != NULL)
        return cli_misused(cli, _("me takes a name or --forget, not both"));
    exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_me(cli->node, name, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static const struct option options[] = {
    {"forget", NULL, N_("sign with no person's name any more"), false}, OPTIONS_END};

const struct command command_me = {
    .name = "me",
    .group = GROUP_START,
    .summary = N_("tell your name, which is shown with what you write"),
    .usage = N_("[NAME]"),
    .words_max = 1,
    .about = N_("Keeps the name of the person who works here. It goes with every change that is "
                "written from now on, and all members see it in history and blame, beside your "
                "organisation. Without a name it tells which one is kept. Nobody proves the name."),
    .options = options,
    .example = "banyan me \"Nguyễn Thị Hoa\"",
    .run = run,
};
