/* banyan: find the command, run it, tell how it went. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "language.h"
#include "secret.h"

static bool read_color(const char *text, enum color_choice *out_choice)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (text == NULL || strcmp(text, names[i]) == 0) {
            *out_choice = (enum color_choice)i;
            return true;
        }
    }
    return false;
}

/* Put the common options to use. */
static int apply_common(struct cli *cli)
{
    enum color_choice choice = COLOR_AUTO;
    const char *color = args_value(&cli->args, "color");
    const char *home = args_value(&cli->args, "home");
    const char *language = args_value(&cli->args, "lang");

    if (!read_color(color, &choice))
        return cli_misused(
            cli, pool_format(&cli->pool, _("--color is auto, always or never, not %s"), color));
    if (language != NULL && !language_is_tag(language))
        return cli_misused(cli, pool_format(&cli->pool,
                                            _("--lang is a language such as vi or km, not \"%s\""),
                                            language));
    if (home != NULL && home[0] == '\0')
        return cli_misused(cli, _("--home needs the name of a folder"));
    cli->out = output_for(stdout, choice);
    cli->err = output_for(stderr, choice);
    cli->json = args_has(&cli->args, "json");
    cli->quiet = args_has(&cli->args, "quiet");
    cli->language = language_choose(&cli->pool, language);
    cli->words = (struct banyan_words){.language = cli->language, .translate = message_text};
    if (cli->json)
        (void)message_choose("en"); // what programs read is the same everywhere
    else
        banyan_speak(&cli->words);
    cli->default_home = home == NULL ? banyan_default_home() : NULL;
    cli->home = home != NULL ? home : cli->default_home;
    return BANYAN_CLASS_DONE;
}

/* The command whose name is the first words at `at`, the longest there is ("peers add" before
 * "peers"); how many words its name has. */
static const struct command *find_command(int argc, char **argv, int at, int *out_words)
{
    const struct command *found = NULL;

    *out_words = 0;
    for (const struct command *const *command = commands_all(); *command != NULL; command++) {
        const char *name = (*command)->name;
        size_t first = strcspn(name, " ");
        int words = name[first] == '\0' ? 1 : 2;

        if (strlen(argv[at]) != first || strncmp(argv[at], name, first) != 0 || words < *out_words)
            continue;
        if (words == 2 && (at + 1 >= argc || strcmp(argv[at + 1], name + first + 1) != 0))
            continue;
        found = *command;
        *out_words = words;
    }
    return found;
}

/* How far what was typed lies from a command's name. */
static size_t distance_from(const char *name, const char *word, const char *next)
{
    size_t first = strcspn(name, " ");
    bool begins = name[first] == ' ' && strlen(word) == first && strncmp(name, word, first) == 0;

    if (!begins)
        return word_distance(name, word);
    return next == NULL ? 0 : word_distance(name + first + 1, next) / 2;
}

static int unknown_command(struct cli *cli, const char *word, const char *next)
{
    const char *nearest = NULL;
    size_t distance = strlen(word) / 3 + 2;

    for (const struct command *const *command = commands_all(); *command != NULL; command++) {
        size_t far = distance_from((*command)->name, word, next);

        if (far < distance) {
            distance = far;
            nearest = (*command)->name;
        }
    }
    if (nearest == NULL)
        return cli_fail(
            cli, BANYAN_ERR_USAGE,
            pool_format(&cli->pool, _("there is no command %s; banyan help lists them"), word));
    if (strchr(nearest, ' ') != NULL && next != NULL)
        word = pool_format(&cli->pool, "%s %s", word, next);
    return cli_fail(cli, BANYAN_ERR_USAGE,
                    pool_format(&cli->pool, _("there is no command %s; did you mean banyan %s?"),
                                word, nearest));
}

static int check_words(struct cli *cli)
{
    const struct command *command = cli->command;

    if (cli->args.word_count < command->words_min)
        return cli_misused(
            cli, pool_format(&cli->pool, _("%s needs %s"), command->name, _(command->usage)));
    if (cli->args.word_count > command->words_max)
        return cli_misused(cli, pool_format(&cli->pool, _("%s takes no \"%s\""), command->name,
                                            cli->args.words[command->words_max]));
    if (cli->home == NULL && !command->is_homeless)
        return cli_fail(cli, BANYAN_ERR_USAGE,
                        _("the system names no home folder; say where with --home DIR"));
    return BANYAN_CLASS_DONE;
}

static int run_command(struct cli *cli)
{
    int exit_code;

    if (args_has(&cli->args, "help")) {
        help_command(cli, cli->command);
        return BANYAN_CLASS_DONE;
    }
    if (args_has(&cli->args, "version")) {
        say(&cli->out, "banyan {}\n", banyan_version(), NULL);
        return BANYAN_CLASS_DONE;
    }
    exit_code = check_words(cli);
    return exit_code == BANYAN_CLASS_DONE ? cli->command->run(cli) : exit_code;
}

/* No command: help or version, as the options say. */
static int run_without_command(struct cli *cli)
{
    int exit_code = apply_common(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (args_has(&cli->args, "version"))
        say(&cli->out, "banyan {}\n", banyan_version(), NULL);
    else
        help_all(cli);
    return BANYAN_CLASS_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options options = {.common = options_common()};
    const char *mistake;
    int words, exit_code;
    int at = args_parse(&cli->args, &cli->pool, &options, argc, argv, 1, true, &mistake);

    if (mistake != NULL)
        return cli_misused(cli, mistake);
    if (at >= argc)
        return run_without_command(cli);
    cli->command = find_command(argc, argv, at, &words);
    if (cli->command == NULL)
        return unknown_command(cli, argv[at],
                               at + 1 < argc && argv[at + 1][0] != '-' ? argv[at + 1] : NULL);
    options.own = cli->command->options;
    options.has_dashed_words = cli->command->has_dashed_words;
    (void)args_parse(&cli->args, &cli->pool, &options, argc, argv, at + words, false, &mistake);
    if (mistake != NULL)
        return cli_misused(cli, mistake);
    exit_code = apply_common(cli);
    return exit_code == BANYAN_CLASS_DONE ? run_command(cli) : exit_code;
}

static void release(struct cli *cli)
{
    banyan_node_close(cli->node);
    banyan_text_free(&cli->answer);
    json_decref(cli->document);
    json_decref(cli->labels);
    free(cli->default_home);
    secrets_free(cli);
    pool_free(&cli->pool);
}

/* Pages of the store are memory. Where a damaged file or a failing disk does not give one, the
 * system stops the program there and then: nothing of an unfinished change is kept. */
static void tell_lost_page(int number)
{
    const char *text = _("banyan: the disk did not give back what was stored: run banyan fsck, and "
                         "put the home back from a copy if it finds damage\n");

    (void)number;
    (void)!write(STDERR_FILENO, text, strlen(text));
    _exit(BANYAN_CLASS_STORAGE);
}

int main(int argc, char **argv)
{
    struct cli cli = {.out = output_for(stdout, COLOR_AUTO), .err = output_for(stderr, COLOR_AUTO)};
    int exit_code;

    banyan_harden_process();
    (void)language_choose(&cli.pool, language_typed(argc, argv));
    (void)signal(SIGBUS, tell_lost_page);
    exit_code = run(&cli, argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout))
        exit_code =
            cli_fail(&cli, BANYAN_ERR_DISK,
                     pool_format(&cli.pool, _("cannot write the answer: %s"), _(strerror(errno))));
    release(&cli);
    return exit_code;
}
