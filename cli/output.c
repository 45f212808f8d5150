#include "output.h"

#include <assert.h>
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

static void switch_style(const struct output *out, const char *name, size_t size)
{
    for (size_t i = 0; out->color && i < sizeof(styles) / sizeof(styles[0]); i++)
        if (strlen(styles[i].name) == size && memcmp(styles[i].name, name, size) == 0)
            fputs(styles[i].escape, out->stream);
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

void say(const struct output *out, const char *format, ...)
{
    const char *texts[SAY_TEXTS_MAX];
    size_t count, next = 0;
    va_list values;

    va_start(values, format);
    count = read_texts(values, texts);
    va_end(values);
    while (*format != '\0') {
        size_t plain = strcspn(format, "{");
        const char *name = format + plain + 1;
        size_t size, at;

        fwrite(format, 1, plain, out->stream);
        if (format[plain] == '\0')
            break;
        size = strcspn(name, "}");
        at = size == 0 ? next++ : size == 1 ? (size_t)(name[0] - '1') : SAY_TEXTS_MAX;
        if (at < SAY_TEXTS_MAX) {
            assert(at < count);
            write_visible(out->stream, texts[at], strlen(texts[at]));
        } else {
            switch_style(out, name, size);
        }
        format = name + size + 1;
    }
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
