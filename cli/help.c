/* Help: the same table of commands as an overview, a page each, a manual page and a word list. */
#include <string.h>

#include "cli.h"

#define SUMMARY_AT 18u
#define OPTION_AT  26u

static const char *const group_titles[GROUP_COUNT] = {
    N_("Begin"),
    N_("Write down what you know"),
    N_("Look things up"),
    N_("Agree with the others"),
    N_("The network"),
    N_("Exchange by file, e-mail or USB stick"),
    N_("Look after the data"),
};

/* `name` in bold in the left column, text beside it. */
static void print_entry(const struct output *out, const char *name, const char *text, size_t at)
{
    size_t width = columns_of(name) + 2;

    say(out, "  {bold}{}{plain}", name, NULL);
    if (width + 2 > at) {
        fputc('\n', out->stream);
        width = 0;
    }
    say_spaces(out, at - width);
    say_wrapped(out, at, text, true);
}

static const char *option_text(struct cli *cli, const struct option *option, const char *value)
{
    if (value == NULL)
        return pool_format(&cli->pool, "--%s", option->name);
    return pool_format(&cli->pool, "--%s %s%s", option->name, value, option->repeats ? " ..." : "");
}

static void print_options(struct cli *cli, const char *title, const struct option *options)
{
    if (options == NULL || options->name == NULL)
        return;
    say(&cli->out, "\n{bold}{}{plain}\n", title, NULL);
    for (; options->name != NULL; options++)
        print_entry(&cli->out,
                    option_text(cli, options, options->value != NULL ? _(options->value) : NULL),
                    _(options->help), OPTION_AT);
}

void help_all(struct cli *cli)
{
    say(&cli->out,
        _("banyan keeps records that organisations share without a server.\n\n"
          "usage: banyan COMMAND [WORDS] [--OPTIONS]\n"),
        NULL);
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        say(&cli->out, "\n{bold}{}{plain}\n", _(group_titles[group]), NULL);
        for (const struct command *const *at = commands_all(); *at != NULL; at++)
            if ((size_t)(*at)->group == group)
                print_entry(&cli->out, (*at)->name, _((*at)->summary), SUMMARY_AT);
    }
    print_options(cli, _("Everywhere"), options_common());
    say(&cli->out,
        _("\nbanyan COMMAND --help shows what a command does, with an example.\n"
          "New here? A network begins with banyan init; an invitation is used with banyan join.\n"),
        NULL);
}

static void print_example(struct cli *cli, const char *example)
{
    say(&cli->out, _("\n{bold}Example{plain}\n"), NULL);
    while (*example != '\0') {
        size_t size = strcspn(example, "\n");

        say(&cli->out, "  {}\n", pool_copy(&cli->pool, example, size), NULL);
        example += size + (example[size] == '\n');
    }
}

void help_command(struct cli *cli, const struct command *command)
{
    const char *words =
        *command->usage == '\0' ? "" : pool_format(&cli->pool, " %s", _(command->usage));

    say(&cli->out, _("usage: {bold}banyan {}{plain}{}\n\n"), command->name, words, NULL);
    say_wrapped(&cli->out, 0, _(command->about), true);
    print_options(cli, _("Options"), command->options);
    print_example(cli, command->example);
    say(&cli->out, _("\nOptions of every command, such as --json: banyan help\n"), NULL);
}

/* Text for troff: backslashes and dashes escaped, no line begins with a control character. */
static void write_troff(FILE *stream, const char *text)
{
    bool line_begins = true;

    for (; *text != '\0'; text++) {
        if (line_begins && (*text == '.' || *text == '\''))
            fputs("\\&", stream);
        if (*text == '\\')
            fputs("\\e", stream);
        else if (*text == '"')
            fputs("\\(dq", stream);
        else if (*text == '-')
            fputs("\\-", stream);
        else
            fputc(*text, stream);
        line_begins = *text == '\n';
    }
}

static void write_troff_options(FILE *stream, struct cli *cli, const struct option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        fputs(".TP\n.B ", stream);
        write_troff(stream, option_text(cli, options, options->value));
        fputc('\n', stream);
        write_troff(stream, options->help);
        fputc('\n', stream);
    }
}

static void write_troff_command(FILE *stream, struct cli *cli, const struct command *command)
{
    fputs(".SS \"banyan ", stream);
    write_troff(stream, command->name);
    fputc(' ', stream);
    write_troff(stream, command->usage);
    fputs("\"\n", stream);
    write_troff(stream, command->about);
    fputc('\n', stream);
    write_troff_options(stream, cli, command->options);
    fputs(".PP\n.nf\n.RS\n", stream);
    write_troff(stream, command->example);
    fputs("\n.RE\n.fi\n", stream);
}

/* The manual page is English, whatever the language is. */
void help_manual(struct cli *cli)
{
    static const char head[] =
        ".\\\" Made by banyan help --manual.\n"
        ".TH BANYAN 1\n"
        ".SH NAME\n"
        "banyan \\- records that organisations share without a server\n"
        ".SH SYNOPSIS\n"
        ".B banyan\n"
        "COMMAND [WORDS] [\\-\\-OPTIONS]\n"
        ".SH DESCRIPTION\n"
        "Every member organisation keeps its own copy of a common database, in a folder called\n"
        "the home. Members exchange what is new over the network or as files; all copies end the\n"
        "same, whoever met whom. A record belongs to the organisation that made it: edits by\n"
        "others are proposals that it accepts or declines. Where two edits of one field were made\n"
        "apart, both are kept and shown until somebody settles them.\n";
    static const char tail[] =
        ".SH CODES AND PASSPHRASES\n"
        "A recovery code or a passphrase is typed at the terminal or read from a file that nobody\n"
        "else can read (chmod 600): any other file is refused. No option takes the secret itself,\n"
        "since the words of a command line can be read by every user of the computer while it "
        "runs,\n"
        "and stay in the history of the shell. The one code that banyan join takes there is an\n"
        "invitation, which can be used once: on a computer with several users give it with \\- or\n"
        "@FILE. What was typed or read is kept in memory that is never swapped out, and is wiped\n"
        "at the end.\n"
        ".SH EXIT STATUS\n"
        ".TP\n0\ndone\n.TP\n1\nnothing was found, or the answer is no\n.TP\n2\nwrong usage\n"
        ".TP\n3\nnot allowed\n.TP\n4\ninvalid data\n.TP\n5\nthe storage failed\n"
        ".TP\n6\nno network connection\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B BANYAN_HOME\nThe home, when \\-\\-home is not given.\n"
        ".TP\n.B BANYAN_PASSPHRASE_FILE\n"
        "The file with the passphrase of the key of this device in its first line, when\n"
        "\\-\\-passphrase\\-file is not given.\n"
        ".TP\n.B CREDENTIALS_DIRECTORY\n"
        "As systemd sets it: there the passphrase is looked for under the name banyan.passphrase,\n"
        "when neither of them is given.\n"
        ".TP\n.B NO_COLOR\nAny value: no colours.\n"
        ".TP\n.B BANYAN_LANG\n"
        "The language of messages and labels, such as vi, when \\-\\-lang is not given.\n"
        ".TP\n.B LANGUAGE, LC_ALL, LC_MESSAGES, LANG\n"
        "The language, when neither of them is given.\n"
        ".TP\n.B VISUAL, EDITOR\nThe editor of banyan edit.\n"
        ".TP\n.B TZ\nThe time zone in which times are shown.\n";

    fputs(head, cli->out.stream);
    fputs(".SH OPTIONS\n", cli->out.stream);
    write_troff_options(cli->out.stream, cli, options_common());
    fputs(".SH COMMANDS\n", cli->out.stream);
    for (const struct command *const *at = commands_all(); *at != NULL; at++)
        write_troff_command(cli->out.stream, cli, *at);
    fputs(tail, cli->out.stream);
}

static void print_option_words(struct cli *cli, const struct option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        say(&cli->out, "--{}\n", options->name, NULL);
}

void help_words(struct cli *cli, const char *command)
{
    for (const struct command *const *at = commands_all(); *at != NULL; at++) {
        if (command == NULL)
            say(&cli->out, "{}\n", (*at)->name, NULL);
        else if (strcmp((*at)->name, command) == 0)
            print_option_words(cli, (*at)->options);
    }
    if (command != NULL)
        print_option_words(cli, options_common());
}
