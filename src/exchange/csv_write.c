#include "exchange/csv_write.h"

#include <string.h>

/* What a spreadsheet takes for the beginning of a formula. */
static bool begins_formula(struct by_bytes text)
{
    return text.size > 0 && text.data[0] != 0 && strchr("=+-@\t\r", text.data[0]) != NULL;
}

static bool is_number(struct by_bytes text)
{
    size_t at = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
    size_t digits = 0;

    for (size_t i = at; i < text.size; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9')
            digits++;
        else if (text.data[i] != '.' && text.data[i] != ',')
            return false;
    }
    return digits > 0;
}

/* A text that begins with the apostrophe and would be taken for a guarded one is guarded too. */
static bool needs_guard(struct by_bytes text)
{
    struct by_bytes behind = text;

    if (begins_formula(text))
        return !is_number(text);
    while (behind.size > 0 && behind.data[0] == '\'') {
        behind.data++;
        behind.size--;
    }
    return behind.size < text.size && begins_formula(behind) && !is_number(behind);
}

static enum banyan_status append_quoted(struct by_buffer *out, struct by_bytes text)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < text.size && status == BANYAN_OK; i++) {
        if (text.data[i] == '"')
            status = by_buffer_append_u8(out, '"');
        if (status == BANYAN_OK)
            status = by_buffer_append_u8(out, text.data[i]);
    }
    return status;
}

enum banyan_status
by_csv_cell(struct by_buffer *out, char delimiter, bool is_first, struct by_bytes text)
{
    bool is_guarded = needs_guard(text);
    bool is_quoted =
        text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t' ||
                          text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t');
    enum banyan_status status = is_first ? BANYAN_OK : by_buffer_append_u8(out, (uint8_t)delimiter);

    for (size_t i = 0; i < text.size && !is_quoted; i++)
        is_quoted = text.data[i] == (uint8_t)delimiter || text.data[i] == '"' ||
                    text.data[i] == '\n' || text.data[i] == '\r';
    if (status == BANYAN_OK && is_quoted)
        status = by_buffer_append_u8(out, '"');
    if (status == BANYAN_OK && is_guarded)
        status = by_buffer_append_u8(out, '\'');
    if (status == BANYAN_OK)
        status = is_quoted ? append_quoted(out, text) : by_buffer_append_bytes(out, text);
    if (status == BANYAN_OK && is_quoted)
        status = by_buffer_append_u8(out, '"');
    return status;
}

enum banyan_status by_csv_end_row(struct by_buffer *out)
{
    return by_buffer_append(out, "\r\n", 2);
}

struct by_bytes by_csv_plain(struct by_bytes cell)
{
    if (cell.size > 1 && cell.data[0] == '\'' &&
        needs_guard(by_bytes_of(cell.data + 1, cell.size - 1)))
        return by_bytes_of(cell.data + 1, cell.size - 1);
    return cell;
}
