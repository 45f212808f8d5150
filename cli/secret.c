#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "field_args.h"
#include "quiet_terminal.h"

#define TRIES_MAX     3
#define CODE_COLUMNS  56u
#define MESSAGE_BYTES (16u * 1024u) /* of room at first */

/* -- memory -- */

struct secret {
    struct secret *older;
    char text[];
};

char *secret_room(struct cli *cli, size_t size)
{
    struct secret *secret = banyan_secret_new(sizeof *secret + size);

    if (secret == NULL)
        pool_exhausted();
    secret->older = cli->secrets;
    cli->secrets = secret;
    return secret->text;
}

void secrets_free(struct cli *cli)
{
    while (cli->secrets != NULL) {
        struct secret *older = cli->secrets->older;

        banyan_secret_free(cli->secrets);
        cli->secrets = older;
    }
}

const char *secret_of_answer(struct cli *cli)
{
    char *text = secret_room(cli, cli->answer.size + 1);

    memcpy(text, cli->answer.data, cli->answer.size);
    explicit_bzero(cli->answer.data, cli->answer.size);
    banyan_text_free(&cli->answer);
    return text;
}

/* -- from a file -- */

/* Bytes that were read, up to size; -1 with errno. Ends early where `end` is met. */
static ssize_t read_until(int file, char *text, size_t size, int end)
{
    size_t used = 0;

    while (used < size && (end < 0 || memchr(text, end, used) == NULL)) {
        ssize_t got = read(file, text + used, size - used);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* Pipes and terminals are whoever's who opened them. */
static bool others_can_read(int file)
{
    struct stat facts;

    return fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 077u) != 0;
}

static enum banyan_status
fail(struct banyan_error *error, enum banyan_status status, const char *sentence)
{
    error->status = status;
    (void)snprintf(error->text, sizeof error->text, "%s", sentence);
    return status;
}

enum banyan_status secret_take_line(struct cli *cli, const char *path, int file, char *text,
                                    size_t size, struct banyan_error *error)
{
    ssize_t used = 0;

    if (others_can_read(file))
        return fail(
            error, BANYAN_ERR_UNSAFE_PLACE,
            pool_format(&cli->pool,
                        _("other users can read %s, which holds a secret: run chmod 600 on it"),
                        path));
    used = read_until(file, text, size - 1, '\n');
    if (used < 0)
        return fail(error, BANYAN_ERR_DISK,
                    pool_format(&cli->pool, _("cannot read %s: %s"), path, _(strerror(errno))));
    text[used] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    return BANYAN_OK;
}

static int open_source(const char *source)
{
    return strcmp(source, "-") == 0 ? STDIN_FILENO : open(source, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static void close_source(int file)
{
    if (file != STDIN_FILENO)
        (void)close(file);
}

static const char *called(const char *source)
{
    return strcmp(source, "-") == 0 ? _("standard input") : source;
}

static int read_from(struct cli *cli, const char *source, char *text, size_t size)
{
    int file = open_source(source);
    enum banyan_status status = BANYAN_OK;

    if (file < 0)
        return cli_fail(
            cli, BANYAN_ERR_NOT_FOUND,
            pool_format(&cli->pool, _("cannot open %s: %s"), source, _(strerror(errno))));
    status = secret_take_line(cli, called(source), file, text, size, &cli->error);
    close_source(file);
    return status == BANYAN_OK ? BANYAN_CLASS_DONE : cli_failed(cli, status);
}

int secret_read(struct cli *cli, const char *source, const char *question, const char **out_text)
{
    char *text = secret_room(cli, SECRET_BYTES_MAX + 2);
    bool is_asked = strcmp(source, "-") == 0 && isatty(STDIN_FILENO);
    int exit_code = BANYAN_CLASS_DONE;

    if (!is_asked)
        exit_code = read_from(cli, source, text, SECRET_BYTES_MAX + 2);
    else if (quiet_terminal_ask(visible(&cli->pool, question), text, SECRET_BYTES_MAX + 2) !=
             QUIET_TERMINAL_READ)
        text[0] = '\0';
    if (exit_code == BANYAN_CLASS_DONE && text[0] == '\0')
        exit_code = cli_fail(cli, BANYAN_ERR_INVALID, _("nothing was typed"));
    *out_text = text;
    return exit_code;
}

/* All of it in a room that grows; what it grew out of is wiped with the rest. */
static ssize_t read_all(struct cli *cli, int file, char **out_text)
{
    size_t room = MESSAGE_BYTES, used = 0;
    char *text = secret_room(cli, room + 1);

    for (;;) {
        ssize_t got = read_until(file, text + used, room - used, -1);
        char *larger = NULL;

        if (got < 0)
            return -1;
        used += (size_t)got;
        if (used < room || room > FIELD_FILE_BYTES_MAX)
            break;
        larger = secret_room(cli, 2 * room + 1);
        memcpy(larger, text, used);
        text = larger;
        room *= 2;
    }
    *out_text = text;
    return (ssize_t)used;
}

int secret_read_message(struct cli *cli, const char *source, const char **out_text)
{
    const char *mistake = NULL;
    char *text = NULL;
    int file = open_source(source);
    ssize_t size = file < 0 ? -1 : read_all(cli, file, &text);
    enum banyan_status status = BANYAN_OK;

    if (size < 0)
        status = text_file_unread(&cli->pool, called(source), &mistake);
    else
        status =
            text_file_check(&cli->pool, called(source), text, (size_t)size, out_text, &mistake);
    if (file >= 0)
        close_source(file);
    return status == BANYAN_OK ? BANYAN_CLASS_DONE : cli_fail(cli, status, mistake);
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

/* Straight to the screen: say would copy it. */
static void print_part(struct cli *cli, const char *part, size_t size)
{
    say(&cli->out, "  {bold}", NULL);
    (void)fwrite(part, 1, size, cli->out.stream);
    say(&cli->out, "{plain}\n", NULL);
}

void secret_print(struct cli *cli, const char *code)
{
    size_t size = strlen(code), half = size;

    /* Nor is it to stay in the stream's buffer while the note is checked. */
    (void)fflush(cli->out.stream);
    (void)setvbuf(cli->out.stream, NULL, _IONBF, 0);
    if (cli->out.columns != 0 && cli->out.columns < size + 2)
        for (half = size / 2; half < size && code[half - 1] != '-';)
            half++;
    print_part(cli, code, half);
    if (half < size)
        print_part(cli, code + half, size - half);
    say(&cli->out, "\n", NULL);
}

/* -- two groups typed back -- */

#define GROUPS_MAX  8u
#define TYPED_BYTES 128u

/* One line, which a terminal gives whole. False at the end of the file. */
static bool read_line(int terminal, char *line, size_t size)
{
    ssize_t used = read_until(terminal, line, size - 1, '\n');

    line[used > 0 ? used : 0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return used > 0;
}

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
    char *line = secret_room(cli, TYPED_BYTES);
    size_t places[2];

    draw_two(count, places);
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        say(&cli->out, _("Type group {} and group {} of your note (Enter to skip): "),
            number_text(&cli->pool, places[0] + 1), number_text(&cli->pool, places[1] + 1), NULL);
        fflush(cli->out.stream);
        if (!read_line(fileno(terminal), line, TYPED_BYTES) || line[0] == '\0')
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
    char *copy = NULL;
    char *groups[GROUPS_MAX];
    size_t count;
    FILE *terminal = isatty(fileno(cli->out.stream)) ? fopen("/dev/tty", "re") : NULL;

    if (terminal == NULL)
        return;
    copy = secret_room(cli, strlen(code) + 1);
    memcpy(copy, code, strlen(code));
    count = split(copy, groups);
    if (count > 1)
        ask(cli, terminal, groups, count);
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
