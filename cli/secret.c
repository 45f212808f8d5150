#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "quiet_terminal.h"

#define TRIES_MAX    3
#define CODE_COLUMNS 56u

/* One line. False at the end of the file. */
static bool read_line(FILE *stream, char *line, size_t size)
{
    bool is_read = fgets(line, (int)size, stream) != NULL;

    line[is_read ? strcspn(line, "\r\n") : 0] = '\0';
    return is_read;
}

int secret_read(struct cli *cli, const char *source, const char *question, const char **out_text)
{
    char line[SECRET_BYTES_MAX + 2];
    bool is_file = strcmp(source, "-") != 0;
    bool is_asked = !is_file && isatty(STDIN_FILENO);
    FILE *stream = is_file ? fopen(source, "re") : stdin;
    bool is_read;

    if (stream == NULL)
        return cli_fail(
            cli, BANYAN_ERR_NOT_FOUND,
            pool_format(&cli->pool, _("cannot open %s: %s"), source, _(strerror(errno))));
    line[0] = '\0';
    is_read = is_asked ? quiet_terminal_ask(visible(&cli->pool, question), line, sizeof line) ==
                             QUIET_TERMINAL_READ
                       : read_line(stream, line, sizeof line);
    if (is_file)
        fclose(stream);
    *out_text = pool_copy(&cli->pool, line, strlen(line));
    explicit_bzero(line, sizeof line);
    if (!is_read || (*out_text)[0] == '\0')
        return cli_fail(cli, BANYAN_ERR_INVALID, _("nothing was typed"));
    return BANYAN_CLASS_DONE;
}

int secret_write(struct cli *cli, const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w");
    bool is_written;

    if (stream == NULL)
        return cli_fail(
            cli, errno == EEXIST ? BANYAN_ERR_EXISTS : BANYAN_ERR_DISK,
            pool_format(&cli->pool, _("cannot write %s: %s"), path, _(strerror(errno))));
    is_written = fprintf(stream, "%s\n", text) > 0;
    is_written = fflush(stream) == 0 && fsync(fileno(stream)) == 0 && is_written;
    is_written = fclose(stream) == 0 && is_written;
    return is_written ? BANYAN_CLASS_DONE
                      : cli_fail(cli, BANYAN_ERR_DISK,
                                 pool_format(&cli->pool, _("cannot write %s: %s"), path,
                                             _(strerror(errno))));
}

void secret_print(struct cli *cli, const char *code)
{
    size_t size = strlen(code), half = size;

    if (cli->out.columns != 0 && cli->out.columns < size + 2)
        for (half = size / 2; half < size && code[half - 1] != '-';)
            half++;
    say(&cli->out, "  {bold}{}{plain}\n", pool_copy(&cli->pool, code, half), NULL);
    if (half < size)
        say(&cli->out, "  {bold}{}{plain}\n", code + half, NULL);
    say(&cli->out, "\n", NULL);
}

/* -- two groups typed back -- */

#define GROUPS_MAX 8u

static size_t split(char *code, char *groups[GROUPS_MAX])
{
    size_t count = 0;
    char *rest = NULL;

    for (char *group = strtok_r(code, "- ", &rest); group != NULL && count < GROUPS_MAX;
         group = strtok_r(NULL, "- ", &rest))
        groups[count++] = group;
    return count;
}

/* Spaces, dashes and case do not matter. */
static bool is_typed(const char *typed, const char *first, const char *second)
{
    const char *const wanted[] = {first, second};

    for (size_t i = 0; i < 2; i++)
        for (const char *at = wanted[i]; *at != '\0'; at++, typed++) {
            typed += strspn(typed, " -");
            if (strncasecmp(typed, at, 1) != 0)
                return false;
        }
    return typed[strspn(typed, " -")] == '\0';
}

static void draw_two(size_t count, size_t out_places[2])
{
    unsigned char random[2] = {0, 1};

    (void)!getrandom(random, sizeof random, 0);
    out_places[0] = random[0] % (count - 1);
    out_places[1] = out_places[0] + 1 + random[1] % (count - 1 - out_places[0]);
}

static void ask(struct cli *cli, FILE *terminal, char *const *groups, size_t count)
{
    char line[128];
    size_t places[2];

    draw_two(count, places);
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        say(&cli->out, _("Type group {} and group {} of your note (Enter to skip): "),
            number_text(&cli->pool, places[0] + 1), number_text(&cli->pool, places[1] + 1), NULL);
        fflush(cli->out.stream);
        if (!read_line(terminal, line, sizeof line) || line[0] == '\0')
            break;
        if (is_typed(line, groups[places[0]], groups[places[1]])) {
            say(&cli->out, _("Your note is right.\n\n"), NULL);
            return;
        }
        say(&cli->out, _("That is not what stands above: look at your note again.\n"), NULL);
    }
    say(&cli->out, _("Your note was not checked: compare it with the code above now.\n\n"), NULL);
}

void secret_confirm(struct cli *cli, const char *code)
{
    char copy[128];
    char *groups[GROUPS_MAX];
    size_t count;
    FILE *terminal = isatty(fileno(cli->out.stream)) ? fopen("/dev/tty", "re") : NULL;

    if (terminal == NULL)
        return;
    snprintf(copy, sizeof copy, "%s", code);
    count = split(copy, groups);
    if (count > 1)
        ask(cli, terminal, groups, count);
    explicit_bzero(copy, sizeof copy);
    fclose(terminal);
}

void code_print(struct cli *cli, const char *code)
{
    while (*code != '\0') {
        size_t size = strlen(code);

        if (size > CODE_COLUMNS)
            for (size = CODE_COLUMNS; size > 1 && code[size - 1] != '-' && code[size - 1] != ' ';)
                size--;
        say(&cli->out, "    {bold}{}{plain}\n", pool_copy(&cli->pool, code, size), NULL);
        code += size;
    }
}
