/* banyan help: what there is. */
#include "cli.h"

#include <string.h>

static int run(struct cli *cli)
{
    const char *first = cli_word(cli, 0), *second = cli_word(cli, 1);
    const char *name = second == NULL ? first : pool_format(&cli->pool, "%s %s", first, second);
    bool found = false;

    if (args_has(&cli->args, "words"))
        help_words(cli, name);
    else if (args_has(&cli->args, "manual"))
        help_manual(cli);
    else if (name == NULL)
        help_all(cli);
    if (name == NULL || args_has(&cli->args, "words"))
        return BANYAN_CLASS_DONE;
    for (const struct command *const *at = commands_all(); *at != NULL; at++) {
        bool begins = strncmp((*at)->name, name, strlen(name)) == 0 &&
                      strchr(" ", (*at)->name[strlen(name)]) != NULL;

        if (!begins)
            continue;
        if (found)
            say(&cli->out, "\n", NULL);
        help_command(cli, *at);
        found = true;
    }
    return found ? BANYAN_CLASS_DONE
                 : cli_misused(cli, pool_format(&cli->pool, _("there is no command %s"), name));
}

static const struct option options[] = {
    {"manual", NULL, N_("all of it, as the source of the manual page"), false},
    {"words", NULL, N_("the names alone, of commands or of a command's options"), false},
    OPTIONS_END};

const struct command command_help = {
    .name = "help",
    .group = GROUP_CARE,
    .summary = N_("tell what there is, or how a command is used"),
    .usage = N_("[COMMAND]"),
    .words_max = 2,
    .about = N_("Lists the commands, or tells how one is used, with an example."),
    .options = options,
    .example = "banyan help bundle",
    .is_homeless = true,
    .run = run,
};
