#include "edit_text.h"

#include <stdbool.h>
#include <string.h>

#include "labels.h"

/* One field=value of the text, further lines joined to it. */
struct line {
    const char *path, *value;
};
struct lines {
    struct line *items;
    size_t count;
};

/* -- reading -- */

static enum banyan_status read_line(struct pool *pool, struct lines *lines, const char *text,
                                    size_t size, const char **out_mistake)
{
    const char *equals = memchr(text, '=', size);
    struct line *last = lines->count > 0 ? &lines->items[lines->count - 1] : NULL;
    size_t path;

    if (size > 0 && text[0] == '\t' && last != NULL) {
        last->value = pool_format(pool, "%s\n%.*s", last->value, (int)size - 1, text + 1);
        return BANYAN_OK;
    }
    if (size == 0 || text[0] == '#' || strspn(text, " \t") >= size)
        return BANYAN_OK;
    if (equals == NULL || equals == text) {
        *out_mistake = pool_format(pool, _("\"%.*s\" is not of the form field=value"),
                                   (int)(size < 60 ? size : 60), text);
        return BANYAN_ERR_USAGE;
    }
    path = (size_t)(equals - text);
    lines->items = pool_grow(pool, lines->items, lines->count, sizeof(*lines->items));
    lines->items[lines->count++] = (struct line){
        .path = pool_copy(pool, text, path),
        .value = pool_copy(pool, equals + 1, size - path - 1),
    };
    return BANYAN_OK;
}

static enum banyan_status
read_lines(struct pool *pool, const char *text, struct lines *out_lines, const char **out_mistake)
{
    *out_lines = (struct lines){0};
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        size_t shown = size > 0 && text[size - 1] == '\r' ? size - 1 : size;
        enum banyan_status status = read_line(pool, out_lines, text, shown, out_mistake);

        if (status != BANYAN_OK)
            return status;
        text += size + (text[size] == '\n');
    }
    return BANYAN_OK;
}

bool edit_text_is_empty(const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        if (size > 0 && text[0] != '#' && strspn(text, " \t\r") < size)
            return false;
        text += size + (text[size] == '\n');
    }
    return true;
}

/* -- comparing -- */

static bool has_path(const struct lines *lines, const char *path)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->items[i].path, path) == 0)
            return true;
    return false;
}

static bool has_line(const struct lines *lines, const struct line *line)
{
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->items[i].path, line->path) == 0 &&
            strcmp(lines->items[i].value, line->value) == 0)
            return true;
    return false;
}

static bool is_list_kind(const char *kind)
{
    return strcmp(kind, "codes") == 0 || strcmp(kind, "refs") == 0 || strcmp(kind, "texts") == 0;
}

static bool is_list(const json_t *type, const char *path)
{
    return is_list_kind(kind_of_field(type, path));
}

static void add_change(struct pool *pool, struct field_args *changes, const struct line *line,
                       enum banyan_change change)
{
    struct banyan_field field = {.path = line->path, .change = change};

    if (change != BANYAN_UNSET)
        field.value = line->value;
    changes->fields = pool_grow(pool, changes->fields, changes->count, sizeof(*changes->fields));
    changes->fields[changes->count++] = field;
}

/* What one line of the new text asks for. False when it is said twice. */
static bool compare_line(struct pool *pool, const struct lines *before, const struct line *line,
                         const json_t *type, struct field_args *changes)
{
    bool list = is_list(type, line->path);

    if (has_line(before, line))
        return true;
    for (size_t i = 0; !list && i < changes->count; i++)
        if (strcmp(changes->fields[i].path, line->path) == 0)
            return false;
    if (line->value[0] != '\0')
        add_change(pool, changes, line, list ? BANYAN_ADD : BANYAN_SET);
    else if (has_path(before, line->path) && !list)
        add_change(pool, changes, line, BANYAN_UNSET);
    return true;
}

static void compare_gone(struct pool *pool, const struct line *line, const struct lines *after,
                         const json_t *type, struct field_args *changes)
{
    bool list = is_list(type, line->path);

    if (list && !has_line(after, line))
        add_change(pool, changes, line, BANYAN_REMOVE);
    else if (!list && !has_path(after, line->path))
        add_change(pool, changes, line, BANYAN_UNSET);
}

enum banyan_status edit_text_compare(struct pool *pool, const char *before, const char *after,
                                     const json_t *type, struct field_args *out_changes,
                                     const char **out_mistake)
{
    struct lines old, new;
    enum banyan_status status = read_lines(pool, before, &old, out_mistake);

    *out_changes = (struct field_args){0};
    if (status == BANYAN_OK)
        status = read_lines(pool, after, &new, out_mistake);
    if (status != BANYAN_OK)
        return status;
    for (size_t i = 0; i < new.count; i++) {
        if (!compare_line(pool, &old, &new.items[i], type, out_changes)) {
            *out_mistake = pool_format(pool, _("%s stands there twice"), new.items[i].path);
            return BANYAN_ERR_USAGE;
        }
    }
    for (size_t i = 0; i < old.count; i++)
        compare_gone(pool, &old.items[i], &new, type, out_changes);
    return BANYAN_OK;
}
