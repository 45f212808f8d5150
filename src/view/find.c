#include <stdio.h>
#include <string.h>

#include "record/field_value.h"
#include "view/internal.h"

#define SHORT_ID_MIN    4u
#define SHORT_ID_DIGITS 8u
#define DIGIT_BITS      5u

static const char digits_in_order[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
#define LISTED_MAX 5u

/* As short ids are stored, "K7QM-2F9D", with the letters that people mix up made right. Room for
 * BY_SHORT_ID_BYTES. */
static bool read_short_id(struct by_bytes id, char *out_text)
{
    size_t digits = 0, used = 0;
    for (size_t i = 0; i < id.size; i++) {
        uint8_t c = id.data[i];
        if (c == '-' || c == ' ')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (uint8_t)(c - 'a' + 'A');
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (strchr(digits_in_order, c) == NULL || digits == SHORT_ID_DIGITS)
            return false;
        if (digits == SHORT_ID_DIGITS / 2)
            out_text[used++] = '-';
        out_text[used++] = (char)c;
        digits++;
    }
    out_text[used] = '\0';
    return digits >= SHORT_ID_MIN;
}

static enum banyan_status
find_full(struct by_view *view, const struct by_record_name *name, struct banyan_error *error)
{
    uint8_t bytes[48];
    by_record_name_put(bytes, name);
    sqlite3_stmt *statement =
        by_view_statement_of(view, BY_STATEMENT_RECORD_LABEL, by_bytes_of(bytes, sizeof bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND
               ? by_fail(error, status, "there is no record of this name here")
               : status;
}

/* What fits, for the error: the statement stands on its first row. */
static enum banyan_status fail_several(struct by_view *view, sqlite3_stmt *statement,
                                       const char *short_id, struct banyan_error *error)
{
    struct by_buffer fits = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; status == BANYAN_OK; i++) {
        struct by_bytes label = by_column_text(statement, 3);
        if (i == LISTED_MAX) {
            status = by_buffer_append_format(&fits, ", ...");
            break;
        }
        status = by_buffer_append_format(&fits, "%s%s (%s %.*s)", i == 0 ? "" : ", ",
                                         (const char *)sqlite3_column_text(statement, 1),
                                         (const char *)sqlite3_column_text(statement, 2),
                                         (int)label.size,
                                         label.size == 0 ? "" : (const char *)label.data);
        if (by_view_row(view, statement, NULL) != BANYAN_OK)
            break;
    }
    (void)by_fail(error, BANYAN_ERR_INVALID, "several records have an id that begins with %s: %.*s",
                  short_id, (int)fits.size, fits.size == 0 ? "" : (const char *)fits.data);
    by_buffer_deinit(&fits);
    sqlite3_reset(statement);
    return BANYAN_ERR_INVALID;
}

/* An id is the beginning of the hash of the name, and so is the fid: those of one beginning stand
 * side by side. Only the first eight bytes of the hashes are set. */
static void hashes_of(const char *short_id, struct by_id *out_first, struct by_id *out_last)
{
    uint64_t begin = 0;
    unsigned bits = 0;
    for (; *short_id != '\0'; short_id++) {
        if (*short_id == '-')
            continue;
        begin =
            begin << DIGIT_BITS | (uint64_t)(strchr(digits_in_order, *short_id) - digits_in_order);
        bits += DIGIT_BITS;
    }
    begin <<= 64 - bits;
    *out_first = *out_last = (struct by_id){{0}};
    by_put_u64be(out_first->bytes, begin);
    by_put_u64be(out_last->bytes, begin | UINT64_MAX >> bits);
}

static enum banyan_status find_short(struct by_view *view, const char *short_id,
                                     struct by_record_name *out_name, struct banyan_error *error)
{
    char end[BY_SHORT_ID_BYTES + 1];
    struct by_id first, last;
    size_t fits = 0;
    (void)snprintf(end, sizeof end, "%s~", short_id);
    hashes_of(short_id, &first, &last);
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_RECORD_LIKE);
    by_bind_int(statement, 1, by_view_fid(view, &first));
    by_bind_int(statement, 2, by_view_fid(view, &last));
    by_bind_text(statement, 3, by_bytes_of_text(short_id));
    by_bind_text(statement, 4, by_bytes_of_text(end));
    enum banyan_status status;
    while ((status = by_view_row(view, statement, error)) == BANYAN_OK) {
        struct by_bytes name = by_column_blob(statement, 0);
        if (name.size != 48)
            status = by_view_damaged(view, error);
        else if (fits++ == 0)
            by_record_name_get(name.data, out_name);
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    if (fits == 0)
        return by_fail(error, BANYAN_ERR_NOT_FOUND, "no record has the id %s", short_id);
    if (fits == 1)
        return BANYAN_OK;
    status = by_view_row(view, statement, error);
    return status == BANYAN_OK ? fail_several(view, statement, short_id, error) : status;
}

bool by_view_is_id(struct by_bytes text)
{
    char short_id[BY_SHORT_ID_BYTES];
    struct by_record_name name;
    return by_record_name_read(text, &name) || read_short_id(text, short_id);
}

enum banyan_status by_view_find(struct by_view *view, struct by_bytes id,
                                struct by_record_name *out_name, struct banyan_error *error)
{
    char short_id[BY_SHORT_ID_BYTES];
    if (by_record_name_read(id, out_name))
        return find_full(view, out_name, error);
    if (!read_short_id(id, short_id))
        return by_fail(error, BANYAN_ERR_INVALID,
                       "'%.*s' is no record id: ids look like K7QM-2F9D, and their first four"
                       " characters are enough where no other record has them",
                       (int)(id.size > 64 ? 64 : id.size), (const char *)id.data);
    return find_short(view, short_id, out_name, error);
}
