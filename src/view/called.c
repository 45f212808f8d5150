/*
 * A record by what it is called.
 */
#include <string.h>

#include "base/text.h"
#include "record/field_value.h"
#include "view/alike.h"
#include "view/document.h"
#include "view/internal.h"

#define MATCH_BYTES_MAX  (16u * 1024u)
#define CALLED_BYTES_MAX 1024u
#define LISTED_MAX       3u

/* Whether a record of the type may be called by what stands in the field. */
static bool is_called_by(const struct by_type *type, struct by_bytes path)
{
    struct by_bytes name, language;
    by_path_split(path, &name, &language);
    const struct by_field *naming = by_type_naming_field(type);
    const struct by_field *field = by_type_field_find(type, name);
    return field != NULL && (field == naming || field->kind == BY_FIELD_TEXT);
}

static bool is_called(const struct by_type *type, struct by_bytes folded, struct by_bytes wanted)
{
    struct by_bytes path, line;
    while (by_document_line(&folded, &path, &line))
        if (by_bytes_equal(line, wanted) && is_called_by(type, path))
            return true;
    return false;
}

/* All tokens of the text, whole. */
static enum banyan_status write_match(struct by_bytes folded, struct by_buffer *out)
{
    struct by_buffer tokens = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    enum banyan_status status = by_text_tokens(folded, &tokens);
    struct by_bytes rest = by_buffer_bytes(&tokens);
    while (status == BANYAN_OK && rest.size > 0) {
        const uint8_t *gap = memchr(rest.data, ' ', rest.size);
        size_t size = gap == NULL ? rest.size : (size_t)(gap - rest.data);
        if (size > 0 && memchr(rest.data, '"', size) == NULL)
            status = by_buffer_append_format(out, "%s\"%.*s\"", out->size == 0 ? "" : " ",
                                             (int)size, (const char *)rest.data);
        size += gap != NULL;
        rest = by_bytes_of(rest.data + size, rest.size - size);
    }
    by_buffer_deinit(&tokens);
    return status;
}

/* What was found so far. */
struct calling {
    struct by_view *view;
    struct by_bytes wanted; /* folded */
    struct by_record_name first;
    size_t count;
    struct by_buffer listed; /* "K7QM-2F9D (Name), ..." */
};

/* What stands here goes into lists of faults, which people send on: a private record is told by its
 * id alone. */
static bool is_shared(struct calling *calling, struct by_bytes name)
{
    sqlite3_stmt *statement = by_view_statement_of(calling->view, BY_STATEMENT_LABEL_SHARED, name);
    bool is_shared = by_view_row(calling->view, statement, NULL) == BANYAN_OK;
    sqlite3_reset(statement);
    return is_shared;
}

static enum banyan_status list_one(struct calling *calling, struct by_bytes name)
{
    sqlite3_stmt *statement = by_view_statement_of(calling->view, BY_STATEMENT_RECORD_NAMED, name);
    enum banyan_status status;
    if (by_view_row(calling->view, statement, NULL) != BANYAN_OK)
        return BANYAN_OK;
    struct by_bytes id = by_column_text(statement, 0), label = by_column_text(statement, 1);
    status =
        by_buffer_append_format(&calling->listed, "%s%.*s", calling->listed.size == 0 ? "" : ", ",
                                (int)id.size, (const char *)id.data);
    if (status == BANYAN_OK && is_shared(calling, name))
        status = by_buffer_append_format(&calling->listed, " (%.*s)", (int)label.size,
                                         (const char *)label.data);
    sqlite3_reset(statement);
    return status == BANYAN_ERR_TOO_LARGE ? BANYAN_OK : status;
}

static enum banyan_status take_row(struct calling *calling, sqlite3_stmt *statement)
{
    struct by_bytes name = by_column_blob(statement, 0);
    const struct by_type *type = by_view_type(calling->view, by_column_text(statement, 2));
    if (name.size != 48 || type == NULL ||
        !is_called(type, by_column_text(statement, 1), calling->wanted))
        return BANYAN_OK;
    if (calling->count++ == 0)
        by_record_name_get(name.data, &calling->first);
    return calling->count <= LISTED_MAX ? list_one(calling, name) : BANYAN_OK;
}

static enum banyan_status collect(struct calling *calling, const char *type,
                                  struct by_buffer *match, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(calling->view, BY_STATEMENT_SEARCH_TYPED);
    enum banyan_status status;
    by_bind_text(statement, 1, by_buffer_bytes(match));
    if (type != NULL)
        by_bind_text(statement, 2, by_bytes_of_text(type));
    while ((status = by_view_row(calling->view, statement, error)) == BANYAN_OK) {
        status = take_row(calling, statement);
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : by_fail_plain(error, status);
}

static enum banyan_status judge(const struct calling *calling, const char *type,
                                struct by_bytes text, struct by_record_name *out_name,
                                struct banyan_error *error)
{
    int size = (int)(text.size > 64 ? 64 : text.size);
    *out_name = calling->first;
    if (calling->count == 1)
        return BANYAN_OK;
    if (calling->count == 0)
        return type == NULL ? by_fail(error, BANYAN_ERR_NOT_FOUND, "no record is called \"%.*s\"",
                                      size, (const char *)text.data)
                            : by_fail(error, BANYAN_ERR_NOT_FOUND, "no %s is called \"%.*s\"", type,
                                      size, (const char *)text.data);
    return by_fail(error, BANYAN_ERR_INVALID, "several are called \"%.*s\": %.*s%s; give the id",
                   size, (const char *)text.data, (int)calling->listed.size,
                   (const char *)calling->listed.data, calling->count > LISTED_MAX ? ", ..." : "");
}

enum banyan_status by_view_find_called(struct by_view *view, const char *type, struct by_bytes text,
                                       struct by_record_name *out_name, struct banyan_error *error)
{
    struct calling calling = {.view = view, .listed = BY_BUFFER_INIT(BANYAN_ERROR_BYTES_MAX)};
    struct by_buffer folded = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    struct by_buffer match = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    if (text.size <= CALLED_BYTES_MAX)
        status = by_text_fold(text, &folded);
    calling.wanted = by_buffer_bytes(&folded);
    if (status == BANYAN_OK)
        status = write_match(calling.wanted, &match);
    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    if (status == BANYAN_OK && match.size > 0)
        status = collect(&calling, type, &match, error);
    if (status == BANYAN_OK)
        status = judge(&calling, type, text, out_name, error);
    by_buffer_deinit(&calling.listed);
    by_buffer_deinit(&folded);
    by_buffer_deinit(&match);
    return status;
}

enum banyan_status by_view_type_of(struct by_view *view, const struct by_record_name *name,
                                   struct by_arena *arena, const char **out_type,
                                   struct banyan_error *error)
{
    uint8_t bytes[48];
    by_record_name_put(bytes, name);
    sqlite3_stmt *statement =
        by_view_statement_of(view, BY_STATEMENT_RECORD_LABEL, by_bytes_of(bytes, sizeof bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    if (status == BANYAN_OK) {
        *out_type = by_arena_text(arena, by_column_text(statement, 0));
        status = *out_type == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;
    }
    sqlite3_reset(statement);
    return status;
}
