#include "qr.h"

#include <langinfo.h>
#include <locale.h>
#include <qrencode.h>
#include <string.h>
#include <unistd.h>

/* The light border that readers look for, in modules. */
#define BORDER 4

static bool shows_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool is_utf8 = locale != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

    if (locale != (locale_t)0)
        freelocale(locale);
    return is_utf8;
}

/* Whether a module is light; what lies outside is border. */
static bool is_light(const QRcode *code, int row, int column)
{
    if (row < 0 || column < 0 || row >= code->width || column >= code->width)
        return true;
    return (code->data[row * code->width + column] & 1) == 0;
}

/* Light is what is drawn: most terminals are dark. Where there are colours they are set, so that it
 * is dark on light whatever the terminal is. */
static const char *glyph(bool upper, bool lower)
{
    if (upper && lower)
        return "\u2588";
    if (upper)
        return "\u2580";
    return lower ? "\u2584" : " ";
}

static void draw(const struct output *out, const QRcode *code)
{
    for (int row = -BORDER; row < code->width + BORDER; row += 2) {
        bool has_lower = row + 1 < code->width + BORDER;

        fputs(out->color ? "\033[97;40m" : "", out->stream);
        for (int column = -BORDER; column < code->width + BORDER; column++)
            fputs(glyph(is_light(code, row, column), has_lower && is_light(code, row + 1, column)),
                  out->stream);
        fputs(out->color ? "\033[0m\n" : "\n", out->stream);
    }
}

void qr_show(struct cli *cli, const char *text)
{
    bool is_terminal = isatty(fileno(cli->out.stream)) != 0;
    QRcode *code = NULL;

    if (!args_has(&cli->args, "qr"))
        return;
    if (is_terminal && !shows_utf8()) {
        say(&cli->err, _("This terminal does not show UTF-8, which a QR code is drawn in.\n"),
            NULL);
        return;
    }
    code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL)
        pool_exhausted();
    if (is_terminal && cli->out.columns < (size_t)code->width + 2 * BORDER)
        say(&cli->err, _("This terminal is too narrow for the QR code: it needs {} columns.\n"),
            number_text(&cli->pool, (uint64_t)code->width + 2 * BORDER), NULL);
    else
        draw(&cli->out, code);
    /* It holds what may be a secret. */
    explicit_bzero(code->data, (size_t)code->width * (size_t)code->width);
    QRcode_free(code);
}
