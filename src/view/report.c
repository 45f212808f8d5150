#include <string.h>

#include "record/field_value.h"
#include "view/reader.h"
#include "view/shown.h"

#define TEXT_BYTES_MAX (1024u * 1024u)

/* What every row of conflicts and of the inbox says of its record. */
struct subject {
    struct by_view *view;
    const char *language;
    struct by_json *json;
    struct banyan_error *error;
    struct by_arena arena;
    struct by_value document;
    const struct by_type *type;
};

static enum banyan_status write_subject(struct subject *subject, sqlite3_stmt *statement, int id_at)
{
    struct by_json *json = subject->json;
    struct by_bytes id = by_column_text(statement, id_at);
    struct by_bytes type = by_column_text(statement, id_at + 1);
    subject->type = by_view_type(subject->view, type);
    by_arena_reset(&subject->arena);
    by_json_key(json, "id");
    by_json_text(json, id);
    by_json_key(json, "type");
    by_json_text(json, type);
    enum banyan_status status =
        by_shown_record(subject->type, by_column_text(statement, id_at + 2),
                        id.size == 0 ? "" : (const char *)id.data, subject->language,
                        &subject->arena, &subject->document, json);
    if (status != BANYAN_OK)
        return by_fail_plain(subject->error, status);
    by_json_key(json, "owner");
    return by_shown_member(subject->view, by_column_text(statement, id_at + 3), json,
                           subject->error);
}

static enum banyan_status write_field(struct subject *subject, struct by_bytes path)
{
    struct by_buffer label = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    enum banyan_status status = by_shown_path(subject->type, path, subject->language, &label);
    by_json_key(subject->json, "path");
    by_json_text(subject->json, path);
    by_json_key(subject->json, "field");
    by_json_text(subject->json, by_buffer_bytes(&label));
    by_buffer_deinit(&label);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(subject->error, status);
}

/* "value" and "text". */
static enum banyan_status
write_value(struct subject *subject, struct by_bytes path, const struct by_value *value)
{
    struct by_buffer text = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    enum banyan_status status =
        by_shown_text(subject->view, subject->type, path, value, subject->language, &text);
    by_json_key(subject->json, "value");
    by_json_value(subject->json, value);
    by_json_key(subject->json, "text");
    by_json_text(subject->json, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(subject->error, status);
}

/* "by", "person" and "at", from three columns of the statement. */
static enum banyan_status
write_author(struct subject *subject, sqlite3_stmt *statement, int by_at, int person_at)
{
    struct by_bytes person = by_column_text(statement, person_at);
    by_json_key(subject->json, "by");
    enum banyan_status status = by_shown_member(subject->view, by_column_text(statement, by_at),
                                                subject->json, subject->error);
    by_json_key(subject->json, "person");
    if (person.size > 0)
        by_json_text(subject->json, person);
    else
        by_json_null(subject->json);
    by_json_key(subject->json, "at");
    by_json_text(subject->json, by_column_text(statement, by_at + 1));
    return status;
}

/* -- conflicts -- */

static enum banyan_status
write_side(struct subject *subject, sqlite3_stmt *statement, struct by_bytes path)
{
    struct by_value value;
    enum banyan_status status =
        by_json_parse(by_column_text(statement, 6), &subject->arena, &value, NULL);
    if (status != BANYAN_OK)
        return by_fail_plain(subject->error, status);
    by_json_object_begin(subject->json);
    status = write_value(subject, path, &value);
    if (status == BANYAN_OK)
        status = write_author(subject, statement, 7, 10);
    by_json_key(subject->json, "entry");
    by_json_text(subject->json, by_column_text(statement, 9));
    by_json_object_end(subject->json);
    return status;
}

/* Which record and path the rows now belong to. */
struct group {
    uint8_t name[48];
    uint8_t path[BY_PATH_BYTES_MAX + 1];
    size_t path_size;
    bool is_open;
};

static bool is_of_group(const struct group *group, struct by_bytes name, struct by_bytes path)
{
    return group->is_open && memcmp(group->name, name.data, sizeof group->name) == 0 &&
           by_bytes_equal(by_bytes_of(group->path, group->path_size), path);
}

static void end_group(struct group *group, struct by_json *json)
{
    if (!group->is_open)
        return;
    by_json_array_end(json);
    by_json_object_end(json);
    group->is_open = false;
}

static enum banyan_status begin_group(struct subject *subject, sqlite3_stmt *statement,
                                      struct group *group, struct by_bytes name,
                                      struct by_bytes path)
{
    memcpy(group->name, name.data, sizeof group->name);
    memcpy(group->path, path.data, path.size);
    group->path_size = path.size;
    group->is_open = true;
    by_json_object_begin(subject->json);
    enum banyan_status status = write_subject(subject, statement, 1);
    if (status == BANYAN_OK)
        status = write_field(subject, path);
    by_json_key(subject->json, "values");
    by_json_array_begin(subject->json);
    return status;
}

static enum banyan_status
write_conflict_row(struct subject *subject, sqlite3_stmt *statement, struct group *group)
{
    struct by_bytes name = by_column_blob(statement, 0);
    struct by_bytes path = by_column_text(statement, 5);
    enum banyan_status status = BANYAN_OK;
    if (name.size != sizeof group->name || path.size == 0 || path.size >= sizeof group->path)
        return by_view_damaged(subject->view, subject->error);
    if (!is_of_group(group, name, path)) {
        end_group(group, subject->json);
        status = begin_group(subject, statement, group, name, path);
    }
    return status == BANYAN_OK ? write_side(subject, statement, path) : status;
}

enum banyan_status by_view_conflicts(struct by_view *view, const char *language,
                                     struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;
    struct subject subject = {
        .view = view, .language = language, .json = &json, .error = error, .arena = BY_ARENA_INIT};
    struct group group = {.is_open = false};
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_CONFLICTS);
    enum banyan_status status;
    by_json_init(&json, out);
    by_json_array_begin(&json);
    while ((status = by_view_row(view, statement, error)) == BANYAN_OK) {
        status = write_conflict_row(&subject, statement, &group);
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    end_group(&group, &json);
    by_json_array_end(&json);
    by_arena_deinit(&subject.arena);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json.status);
}

/* -- inbox -- */

/* The value now, of a field or of one language of it. */
static const struct by_value *value_now(const struct by_value *document, struct by_bytes path)
{
    struct by_bytes field, language;
    by_path_split(path, &field, &language);
    const struct by_value *value = by_value_get_bytes(document, field);
    return value == NULL || language.size == 0 ? value : by_value_get_bytes(value, language);
}

static enum banyan_status write_before(struct subject *subject, struct by_bytes path)
{
    struct by_buffer text = BY_BUFFER_INIT(TEXT_BYTES_MAX);
    const struct by_value *now = value_now(&subject->document, path);
    enum banyan_status status = BANYAN_OK;
    if (now != NULL)
        status = by_shown_text(subject->view, subject->type, path, now, subject->language, &text);
    by_json_key(subject->json, "before");
    if (now == NULL)
        by_json_null(subject->json);
    else
        by_json_text(subject->json, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(subject->error, status);
}

static enum banyan_status write_change(struct subject *subject, const struct by_value *change)
{
    const struct by_value *value = by_value_get(change, "value");
    struct by_bytes path, verb;
    if (value == NULL || by_value_get_text(change, "path", &path) != BANYAN_OK ||
        by_value_get_text(change, "change", &verb) != BANYAN_OK)
        return by_view_damaged(subject->view, subject->error);
    by_json_object_begin(subject->json);
    enum banyan_status status = write_field(subject, path);
    by_json_key(subject->json, "change");
    by_json_text(subject->json, verb);
    if (status == BANYAN_OK)
        status = write_value(subject, path, value);
    if (status == BANYAN_OK)
        status = write_before(subject, path);
    by_json_object_end(subject->json);
    return status;
}

/* A proposal to delete changes no field: it is shown as a change of "deleted". */
static enum banyan_status write_changes(struct subject *subject, sqlite3_stmt *statement)
{
    struct by_value changes;
    enum banyan_status status =
        by_json_parse(by_column_text(statement, 7), &subject->arena, &changes, NULL);
    if (status != BANYAN_OK || changes.kind != BY_VALUE_ARRAY)
        return by_view_damaged(subject->view, subject->error);
    by_json_key(subject->json, "changes");
    by_json_array_begin(subject->json);
    if (by_bytes_equal(by_column_text(statement, 8), by_bytes_of_text("delete")))
        by_json_raw(subject->json,
                    by_bytes_of_text("{\"path\":\"deleted\",\"field\":\"deleted\","
                                     "\"change\":\"set\",\"value\":true,\"text\":\"yes\","
                                     "\"before\":null}"));
    for (size_t i = 0; i < changes.array.count && status == BANYAN_OK; i++)
        status = write_change(subject, &changes.array.items[i]);
    by_json_array_end(subject->json);
    return status;
}

static enum banyan_status write_proposal(struct subject *subject, sqlite3_stmt *statement)
{
    by_json_object_begin(subject->json);
    by_json_key(subject->json, "proposal");
    by_json_text(subject->json, by_column_text(statement, 0));
    enum banyan_status status = write_subject(subject, statement, 1);
    if (status == BANYAN_OK)
        status = write_author(subject, statement, 5, 9);
    if (status == BANYAN_OK)
        status = write_changes(subject, statement);
    by_json_object_end(subject->json);
    return status;
}

enum banyan_status by_view_inbox(struct by_view *view, const struct by_id *owner,
                                 const char *language, struct by_buffer *out,
                                 struct banyan_error *error)
{
    struct by_json json;
    struct subject subject = {
        .view = view, .language = language, .json = &json, .error = error, .arena = BY_ARENA_INIT};
    char owner_hex[65];
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_INBOX);
    enum banyan_status status;
    if (owner != NULL) {
        by_hex(by_id_bytes(owner), owner_hex);
        by_bind_text(statement, 1, by_bytes_of_text(owner_hex));
    }
    by_json_init(&json, out);
    by_json_array_begin(&json);
    while ((status = by_view_row(view, statement, error)) == BANYAN_OK) {
        status = write_proposal(&subject, statement);
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    by_json_array_end(&json);
    by_arena_deinit(&subject.arena);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json.status);
}

/* -- counts -- */

/* A member may invent a type for each record. So many are named besides the shipped ones; the
 * others are counted together, under a name that no type has. */
#define NAMED_TYPES_MAX 256u
#define OTHER_TYPES     ""

static enum banyan_status
write_type_counts(struct by_view *view, struct by_json *json, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_COUNT_TYPES);
    enum banyan_status status;
    size_t named = 0;
    int64_t others = 0;
    by_json_key(json, "records");
    by_json_object_begin(json);
    while ((status = by_view_row(view, statement, error)) == BANYAN_OK) {
        struct by_bytes type = by_column_text(statement, 0);
        if (by_view_type(view, type) == NULL && named++ >= NAMED_TYPES_MAX) {
            others += sqlite3_column_int64(statement, 1);
            continue;
        }
        by_json_key_bytes(json, type);
        by_json_int(json, sqlite3_column_int64(statement, 1));
    }
    if (others > 0) {
        by_json_key(json, OTHER_TYPES);
        by_json_int(json, others);
    }
    by_json_object_end(json);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_view_counts(struct by_view *view, const struct by_id *owner,
                                  struct by_buffer *out, struct banyan_error *error)
{
    static const char *const names[] = {"conflicts", "proposals", "deleted", "private"};
    char hex[65];
    struct by_json json;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    enum banyan_status status = write_type_counts(view, &json, error);
    if (status != BANYAN_OK)
        return status;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_COUNT_REST);
    if (owner != NULL) {
        by_hex(by_id_bytes(owner), hex);
        by_bind_text(statement, 1, by_bytes_of_text(hex));
    }
    status = by_view_row(view, statement, error);
    if (status != BANYAN_OK)
        return status;
    for (int i = 0; i < 4; i++) {
        by_json_key(&json, names[i]);
        by_json_int(&json, sqlite3_column_int64(statement, i));
    }
    sqlite3_reset(statement);
    by_json_object_end(&json);
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json.status);
}
