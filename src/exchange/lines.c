#include "exchange/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define PIECE_BYTES (64u * 1024u)

struct by_lines {
    struct by_input *input;
    struct by_charset_reader *reader;
    enum by_charset charset;
    struct by_buffer text; /* read and not given out yet, from `at` on */
    size_t at;
    uint64_t number, done, total;
    bool is_at_end; /* of the file */
    uint8_t piece[PIECE_BYTES];
};

static enum banyan_status look_through(struct by_lines *lines, struct banyan_error *error)
{
    struct by_charset_evidence evidence = {0};
    size_t size = 1;
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && size > 0) {
        status = by_input_read(lines->input, lines->piece, sizeof lines->piece, &size, error);
        if (status == BANYAN_OK)
            by_charset_look(&evidence, by_bytes_of(lines->piece, size));
    }
    if (status == BANYAN_OK)
        status = by_input_rewind(lines->input, error);
    lines->charset = by_charset_guess(&evidence);
    lines->total = evidence.size;
    return status;
}

enum banyan_status by_lines_open(struct by_input *input, const enum by_charset *charset_or_null,
                                 struct by_lines **out_lines, struct banyan_error *error)
{
    struct by_lines *lines = calloc(1, sizeof *lines);
    enum banyan_status status = BANYAN_OK;

    if (lines == NULL) {
        by_input_close(input);
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    lines->input = input;
    lines->text.size_max = BY_LINE_BYTES_MAX + 4u * PIECE_BYTES;
    status = look_through(lines, error);
    if (status == BANYAN_OK && charset_or_null != NULL)
        lines->charset = *charset_or_null;
    if (status == BANYAN_OK) {
        status = by_charset_reader_new(lines->charset, &lines->reader);
        status = status == BANYAN_OK ? status : by_fail_plain(error, status);
    }
    if (status == BANYAN_OK)
        *out_lines = lines;
    else
        by_lines_close(lines);
    return status;
}

void by_lines_close(struct by_lines *lines)
{
    if (lines == NULL)
        return;
    by_charset_reader_free(lines->reader);
    by_input_close(lines->input);
    by_buffer_deinit(&lines->text);
    free(lines);
}

enum by_charset by_lines_charset(const struct by_lines *lines)
{
    return lines->charset;
}

uint64_t by_lines_number(const struct by_lines *lines)
{
    return lines->number;
}

void by_lines_progress(const struct by_lines *lines, uint64_t *out_done, uint64_t *out_total)
{
    *out_done = lines->done;
    *out_total = lines->total;
}

/* More text behind what is there; what was given out goes. */
static enum banyan_status read_more(struct by_lines *lines, struct banyan_error *error)
{
    size_t size;
    enum banyan_status status = BANYAN_OK;

    if (lines->at > 0) {
        memmove(lines->text.data, lines->text.data + lines->at, lines->text.size - lines->at);
        lines->text.size -= lines->at;
        lines->at = 0;
    }
    if (lines->text.size > BY_LINE_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "line %llu is longer than %u bytes",
                       (unsigned long long)lines->number + 1, BY_LINE_BYTES_MAX);
    status = by_input_read(lines->input, lines->piece, sizeof lines->piece, &size, error);
    if (status != BANYAN_OK)
        return status;
    lines->done += size;
    lines->is_at_end = size == 0;
    status = lines->is_at_end
                 ? by_charset_read_end(lines->reader, &lines->text)
                 : by_charset_read(lines->reader, by_bytes_of(lines->piece, size), &lines->text);
    if (status == BANYAN_ERR_MALFORMED)
        return by_fail(
            error, status,
            "the file ends in the middle of a character, so it was cut off, or is not in "
            "%s: --encoding says what it is in",
            by_charset_name(lines->charset));
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

/* The bytes of the line at the front, its end included; 0 where more must be read. A CR at the end
 * of what is there may have an LF behind it. */
static size_t line_size(const struct by_lines *lines)
{
    const uint8_t *data = lines->text.data + lines->at;
    size_t size = lines->text.size - lines->at, i = size;
    const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);

    if (end != NULL)
        i = (size_t)(end - data);
    end = i == 0 ? NULL : memchr(data, '\r', i);
    if (end != NULL)
        i = (size_t)(end - data);
    if (i == size)
        return lines->is_at_end ? size : 0;
    if (data[i] == '\n')
        return i + 1;
    if (i + 1 < size)
        return i + (data[i + 1] == '\n' ? 2 : 1);
    return lines->is_at_end ? i + 1 : 0;
}

enum banyan_status
by_lines_next(struct by_lines *lines, struct by_bytes *out_line, struct banyan_error *error)
{
    size_t size = line_size(lines);

    while (size == 0 && !lines->is_at_end) {
        enum banyan_status status = read_more(lines, error);

        if (status != BANYAN_OK)
            return status;
        size = line_size(lines);
    }
    if (size == 0)
        return BANYAN_ERR_NOT_FOUND;
    *out_line = by_bytes_of(lines->text.data + lines->at, size);
    lines->at += size;
    lines->number++;
    return BANYAN_OK;
}

enum banyan_status by_lines_rewind(struct by_lines *lines, struct banyan_error *error)
{
    by_charset_reader_reset(lines->reader);
    by_buffer_reset(&lines->text);
    lines->at = 0;
    lines->number = 0;
    lines->done = 0;
    lines->is_at_end = false;
    return by_input_rewind(lines->input, error);
}
