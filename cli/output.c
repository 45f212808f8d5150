#include "output.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "banyan/text.h"

#define WIDTH_USUAL   80u
#define WIDTH_LEAST   20u
#define WIDTH_MOST    1000u
#define READING_WIDTH 100u /* long lines of prose tire the eye */

static const struct {
    const char *name, *escape;
} styles[] = {
    {"bold", "\x1b[1m"},
    {"dim", "\x1b[2m"},
    {"red", "\x1b[31m"},
    {"plain", "\x1b[0m"},
};

static size_t width_of(FILE *stream)
{
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    unsigned long width = 0;

    if (!isatty(fileno(stream)))
        return 0;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width == 0 && columns != NULL)
        width = strtoul(columns, NULL, 10);
    if (width < WIDTH_LEAST || width > WIDTH_MOST)
        width = WIDTH_USUAL;
    return width;
}

static bool wants_color(FILE *stream, enum color_choice choice)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    switch (choice) {
    case COLOR_ALWAYS:
        return true;
    case COLOR_NEVER:
        return false;
    case COLOR_AUTO:
        break;
    }
    return isatty(fileno(stream)) && (no_color == NULL || no_color[0] == '\0') &&
           terminal != NULL && strcmp(terminal, "dumb") != 0;
}

struct output output_for(FILE *stream, enum color_choice choice)
{
    return (struct output){stream, wants_color(stream, choice), width_of(stream)};
}

static void write_visible(FILE *stream, const char *text, size_t size)
{
    struct banyan_text safe = banyan_text_visible(text, size, false);

    if (safe.data == NULL)
        pool_exhausted();
    fwrite(safe.data, 1, safe.size, stream);
    banyan_text_free(&safe);
}

static void switch_style(const struct output *out, FILE *stream, const char *name, size_t size)
{
    for (size_t i = 0; out->color && i < sizeof(styles) / sizeof(styles[0]); i++)
        if (strlen(styles[i].name) == size && memcmp(styles[i].name, name, size) == 0)
            fputs(styles[i].escape, stream);
}

/* The texts up to the NULL behind them. */
static size_t read_texts(va_list values, const char *texts[SAY_TEXTS_MAX])
{
    size_t count = 0;

    for (const char *text = va_arg(values, const char *); text != NULL;
         text = va_arg(values, const char *)) {
        assert(count < SAY_TEXTS_MAX);
        texts[count++] = text;
    }
    return count;
}

/* Of a terminal, a line break in the middle of a sentence is a space: the terminal breaks lines
 * where it is full. */
static bool is_within_sentence(const char *format, const char *at)
{
    unsigned char before = at > format ? (unsigned char)at[-1] : '\n';

    return (before >= 0x80 || isalnum(before) || before == ',' || before == ')') &&
           strchr("\n {", at[1]) == NULL;
}

static void
write_plain(const struct output *out, FILE *stream, const char *format, const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fputc(at[i] == '\n' && out->columns != 0 && is_within_sentence(format, at + i) ? ' '
                                                                                       : at[i],
              stream);
}

static void fill_in(const struct output *out, FILE *stream, const char *format,
                    const char *const *texts, size_t count)
{
    const char *at = format;
    size_t next = 0;

    while (*at != '\0') {
        size_t plain = strcspn(at, "{");
        const char *name = at + plain + 1;
        size_t size, place;

        write_plain(out, stream, format, at, plain);
        if (at[plain] == '\0')
            break;
        size = strcspn(name, "}");
        place = size == 0 ? next++ : size == 1 ? (size_t)(name[0] - '1') : SAY_TEXTS_MAX;
        if (place < SAY_TEXTS_MAX) {
            assert(place < count);
            write_visible(stream, texts[place], strlen(texts[place]));
        } else {
            switch_style(out, stream, name, size);
        }
        at = name + size + 1;
    }
}

/* Columns of a piece of a line that may switch styles. */
static size_t shown_columns(const char *text, size_t size)
{
    size_t columns = 0;

    while (size > 0) {
        const char *escape = memchr(text, '\x1b', size);
        size_t plain = escape != NULL ? (size_t)(escape - text) : size;
        const char *end = escape != NULL ? memchr(escape, 'm', size - plain) : NULL;
        size_t used = end != NULL ? (size_t)(end + 1 - text) : size;

        columns += banyan_text_columns(text, plain);
        text += used;
        size -= used;
    }
    return columns;
}

/* A line of prose, broken at spaces. One that is set in, such as a command, stays as it is: it may
 * be copied from the terminal. */
static void write_line(const struct output *out, const char *line, size_t size)
{
    size_t width = out->columns < READING_WIDTH ? out->columns : READING_WIDTH;
    size_t column = 0;

    if (line[0] == ' ' || shown_columns(line, size) <= width) {
        fwrite(line, 1, size, out->stream);
        return;
    }
    for (size_t at = 0, end; at < size; at = end) {
        size_t word = at, columns;

        while (word < size && line[word] == ' ')
            word++;
        for (end = word; end < size && line[end] != ' ';)
            end++;
        columns = shown_columns(line + at, end - at);
        if (column > 0 && column + columns > width) {
            fputc('\n', out->stream);
            columns -= word - at;
            at = word;
            column = 0;
        }
        fwrite(line + at, 1, end - at, out->stream);
        column += columns;
    }
}

void say(const struct output *out, const char *format, ...)
{
    const char *texts[SAY_TEXTS_MAX];
    char *whole = NULL;
    size_t count, size = 0;
    FILE *stream = out->columns == 0 ? out->stream : open_memstream(&whole, &size);
    va_list values;

    if (stream == NULL)
        pool_exhausted();
    va_start(values, format);
    count = read_texts(values, texts);
    va_end(values);
    fill_in(out, stream, format, texts, count);
    if (stream == out->stream)
        return;
    if (fclose(stream) != 0)
        pool_exhausted();
    for (const char *line = whole; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        write_line(out, line, length);
        if (line[length] == '\n')
            fputc('\n', out->stream);
        line += length + (line[length] == '\n');
    }
    free(whole);
}

void say_spaces(const struct output *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fputc(' ', out->stream);
}

/* Bytes of the next line of at most `columns`: up to a space when one is there to break at. */
static size_t line_bytes(const char *text, size_t size, size_t columns)
{
    size_t fits = banyan_text_fit(text, size, columns);
    size_t at = fits;

    if (fits >= size)
        return size;
    while (at > 0 && text[at] != ' ')
        at--;
    if (at > 0)
        return at;
    return fits > 0 ? fits : 1; // a single character wider than the line still goes on
}

static void
wrap_paragraph(const struct output *out, size_t indent, const char *text, size_t size, size_t width)
{
    struct banyan_text safe = banyan_text_visible(text, size, false);
    size_t at = 0;

    if (safe.data == NULL)
        pool_exhausted();
    do {
        size_t bytes = line_bytes(safe.data + at, safe.size - at, width);

        fwrite(safe.data + at, 1, bytes, out->stream);
        at += bytes;
        while (at < safe.size && safe.data[at] == ' ')
            at++;
        fputc('\n', out->stream);
        if (at < safe.size)
            say_spaces(out, indent);
    } while (at < safe.size);
    banyan_text_free(&safe);
}

void say_wrapped(const struct output *out, size_t indent, const char *text, bool wrap_always)
{
    size_t width = out->columns != 0 ? out->columns : wrap_always ? WIDTH_USUAL : SIZE_MAX / 2;

    if (width != SIZE_MAX / 2) {
        width = width > READING_WIDTH ? READING_WIDTH : width;
        width = width > indent + WIDTH_LEAST ? width - indent : WIDTH_LEAST;
    }
    for (bool first = true;; first = false) {
        size_t size = strcspn(text, "\n");

        if (!first)
            say_spaces(out, size > 0 ? indent : 0);
        wrap_paragraph(out, indent, text, size, width);
        if (text[size] == '\0')
            return;
        text += size + 1;
    }
}

char *visible(struct pool *pool, const char *text)
{
    struct banyan_text safe = banyan_text_visible(text, strlen(text), false);
    char *copy;

    if (safe.data == NULL)
        pool_exhausted();
    copy = pool_copy(pool, safe.data, safe.size);
    banyan_text_free(&safe);
    return copy;
}

size_t columns_of(const char *text)
{
    return banyan_text_columns(text, strlen(text));
}
