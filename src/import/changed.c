/*
 * What an import changes in records that are there: field by field, from what to what.
 */
#include <string.h>

#include "core/pieces.h"
#include "import/state.h"
#include "record/field_value.h"
#include "view/shown.h"

#define CONTEXT_BYTES 40u /* that stand before where long texts differ */

/* How a value reads. */
enum reading {
    READ_BY_PEOPLE, /* labels of codes, names of what is referred to */
    READ_PLAINLY,   /* codes and ids */
    READ_AS_HELD    /* where two different values read the same otherwise */
};
struct telling {
    const struct by_import_plan *plan;
    struct by_pieces pieces;
    bool is_plain;
    struct by_json json; /* of pieces: its status alone */
};

/* -- one value -- */

static enum banyan_status append_value(struct telling *telling, struct by_bytes path,
                                       const struct by_value *value, enum reading reading,
                                       struct by_buffer *out)
{
    const struct by_field *known = by_shown_field(telling->plan->loaded->type, path);
    struct by_field plain = {.kind = BY_FIELD_TEXT};

    if (reading == READ_BY_PEOPLE) {
        by_pieces_append_text(&telling->pieces, path, value, out);
        return telling->json.status;
    }
    if (known != NULL)
        plain = *known;
    plain.list = NULL;
    return by_field_value_text(known == NULL || reading == READ_AS_HELD ? NULL : &plain, value,
                               "en", out);
}

static bool is_something(const struct by_value *value)
{
    return value->kind != BY_VALUE_NIL && (value->kind != BY_VALUE_ARRAY || value->array.count > 0);
}

/* Values in conflict are told apart by a bar, as in a record's history. */
static enum banyan_status append_before(struct telling *telling, struct by_bytes path,
                                        enum reading reading, struct by_buffer *out)
{
    const struct by_merged_path *held = by_merged_path_find(telling->plan->was, path);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; held != NULL && i < held->candidate_count && status == BANYAN_OK; i++) {
        const struct by_value *value = &held->candidates[i].value;

        if (!is_something(value))
            continue;
        if (out->size > 0)
            status = by_buffer_append_format(out, " | ");
        if (status == BANYAN_OK)
            status = append_value(telling, path, value, reading, out);
    }
    return status;
}

/* -- short, and so that a difference shows -- */

static bool is_inside_letter(struct by_bytes text, size_t at)
{
    return at < text.size && (text.data[at] & 0xC0) == 0x80;
}

/* A little before the first difference, in its line. */
static size_t find_difference(struct by_bytes a, struct by_bytes b)
{
    size_t at = 0, from = 0;

    while (at < a.size && at < b.size && a.data[at] == b.data[at])
        at++;
    from = at > CONTEXT_BYTES ? at - CONTEXT_BYTES : 0;
    while (from > 0 && is_inside_letter(a, from))
        from--;
    for (size_t i = from; i < at; i++)
        if (a.data[i] == '\n')
            from = i + 1;
    return from;
}

/* NULL for an empty text. */
static enum banyan_status
shorten(struct by_bytes text, size_t from, struct by_arena *arena, const char **out_text)
{
    struct by_buffer cut = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status =
        from > 0 ? by_buffer_append_bytes(&cut, by_bytes_of_text("…")) : BANYAN_OK;

    *out_text = NULL;
    if (status == BANYAN_OK)
        status = by_shown_line(by_bytes_of(text.data + from, text.size - from), &cut);
    if (status == BANYAN_OK && text.size > 0) {
        *out_text = by_arena_text(arena, by_buffer_bytes(&cut));
        status = *out_text == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    by_buffer_deinit(&cut);
    return status;
}

static enum banyan_status shorten_both(struct by_bytes before, struct by_bytes after,
                                       struct by_arena *arena, struct by_import_change *change)
{
    enum banyan_status status = shorten(before, 0, arena, &change->before);

    if (status == BANYAN_OK)
        status = shorten(after, 0, arena, &change->after);
    if (status != BANYAN_OK || change->before == NULL || change->after == NULL ||
        strcmp(change->before, change->after) != 0 || by_bytes_equal(before, after))
        return status;
    status = shorten(before, find_difference(before, after), arena, &change->before);
    return status == BANYAN_OK
               ? shorten(after, find_difference(before, after), arena, &change->after)
               : status;
}

/* -- one change -- */

static enum banyan_status tell_values(struct telling *telling, size_t at, enum reading reading,
                                      struct by_import_change *change, bool *out_are_alike)
{
    const struct by_operation *operation = &telling->plan->operation;
    struct by_buffer before = BY_BUFFER_INIT(SIZE_MAX), after = BY_BUFFER_INIT(SIZE_MAX);
    enum by_how how = operation->links.touches[at].how;
    enum banyan_status status = BANYAN_OK;

    if (how == BY_HOW_SET || how == BY_HOW_UNSET)
        status = append_before(telling, change->path, reading, &before);
    if (status == BANYAN_OK && how != BY_HOW_UNSET && is_something(&operation->values[at]))
        status = append_value(telling, change->path, &operation->values[at], reading, &after);
    if (status == BANYAN_OK)
        status = shorten_both(by_buffer_bytes(&before), by_buffer_bytes(&after),
                              telling->pieces.arena, change);
    *out_are_alike = by_bytes_equal(by_buffer_bytes(&before), by_buffer_bytes(&after));
    by_buffer_deinit(&before);
    by_buffer_deinit(&after);
    return status;
}

static enum banyan_status tell_field(struct telling *telling, struct by_import_change *change)
{
    struct by_buffer label = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = telling->is_plain
                                    ? by_buffer_append_bytes(&label, change->path)
                                    : by_shown_path(telling->plan->loaded->type, change->path,
                                                    telling->pieces.language, &label);

    change->field = by_arena_text(telling->pieces.arena, by_buffer_bytes(&label));
    by_buffer_deinit(&label);
    return status == BANYAN_OK && change->field == NULL ? BANYAN_ERR_MEMORY : status;
}

static const char *conflict_of(const struct by_import_plan *plan, struct by_bytes path)
{
    for (size_t i = 0; i < plan->problem_count; i++)
        if (plan->problems[i].field != NULL &&
            by_bytes_equal(by_bytes_of_text(plan->problems[i].field), path))
            return plan->problems[i].reason;
    return NULL;
}

/* *out_is_told: not where bringing a record back says again what stood there. */
static enum banyan_status
tell_change(struct telling *telling, size_t at, struct by_import_change *change, bool *out_is_told)
{
    const struct by_touch *touch = &telling->plan->operation.links.touches[at];
    bool are_alike = false;
    enum banyan_status status = BANYAN_OK;

    memset(change, 0, sizeof *change);
    change->path = touch->path;
    change->how = touch->how;
    change->conflict = conflict_of(telling->plan, touch->path);
    status = tell_field(telling, change);
    if (status == BANYAN_OK)
        status = tell_values(telling, at, telling->is_plain ? READ_PLAINLY : READ_BY_PEOPLE, change,
                             &are_alike);
    if (status == BANYAN_OK && are_alike)
        status = tell_values(telling, at, READ_AS_HELD, change, &are_alike);
    *out_is_told = !are_alike;
    return status;
}

/* Of a record that comes back. */
static const struct by_import_change comes_back = {
    .field = "deleted", .how = BY_HOW_SET, .before = "yes", .after = "no"};

enum banyan_status by_import_changes(const struct by_importing *importing,
                                     const struct by_import_plan *plan, bool is_plain,
                                     struct by_arena *arena, struct by_import_change **out_changes,
                                     size_t *out_count)
{
    struct telling telling = {.plan = plan, .is_plain = is_plain};
    struct by_import_change *changes =
        by_arena_array(arena, plan->change_count + 2, sizeof changes[0]);
    enum banyan_status status = changes == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    size_t count = 0;

    telling.pieces = (struct by_pieces){.node = importing->node,
                                        .loaded = plan->loaded,
                                        .language = by_language_of(importing->error),
                                        .arena = arena,
                                        .json = &telling.json};
    if (status == BANYAN_OK && plan->loaded->merged.deletion == BY_DELETED_YES) {
        changes[count] = comes_back;
        changes[count++].path = by_bytes_of_text(comes_back.field);
    }
    for (size_t i = 0; i < plan->change_count && status == BANYAN_OK; i++) {
        bool is_told = false;

        status = tell_change(&telling, i, &changes[count], &is_told);
        count += is_told;
    }
    *out_changes = changes;
    *out_count = count;
    return status;
}

/* -- as one text -- */

static enum banyan_status append_change(const struct by_importing *importing,
                                        const struct by_import_change *change,
                                        struct by_buffer *out)
{
    const char *nothing = by_words(importing->error, N_("(nothing)"));
    const char *before = change->before == NULL ? nothing : change->before;
    const char *after = change->after == NULL ? nothing : change->after;
    enum banyan_status status = by_buffer_append_format(out, "%s: ", change->field);

    if (status != BANYAN_OK)
        return status;
    if (change->how == BY_HOW_ADD || change->how == BY_HOW_REMOVE)
        status =
            by_buffer_append_format(out, "%s %s", change->how == BY_HOW_ADD ? "+" : "-", after);
    else
        status = by_buffer_append_format(out, "%s -> %s", before, after);
    if (status == BANYAN_OK && change->conflict != NULL)
        status = by_buffer_append_format(out, " (%s)", change->conflict);
    return status;
}

enum banyan_status by_import_changes_text(const struct by_importing *importing,
                                          const struct by_import_change *changes, size_t count,
                                          struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (i > 0)
            status = by_buffer_append_format(out, "; ");
        if (status == BANYAN_OK)
            status = append_change(importing, &changes[i], out);
    }
    return status;
}

/* -- as JSON -- */

void by_import_changes_write(const struct by_import_change *changes, size_t count,
                             struct by_json *json)
{
    static const char *const words[] = {[BY_HOW_SET] = "set",
                                        [BY_HOW_UNSET] = "unset",
                                        [BY_HOW_ADD] = "add",
                                        [BY_HOW_REMOVE] = "remove"};

    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        by_json_object_begin(json);
        by_json_key(json, "path");
        by_json_text(json, changes[i].path);
        by_json_member(json, "field", changes[i].field);
        by_json_member(json, "change", words[changes[i].how]);
        by_json_member(json, "before", changes[i].before);
        by_json_member(json, "text", changes[i].after);
        by_json_member(json, "conflict", changes[i].conflict);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}
