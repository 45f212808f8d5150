/*
 * A record as text for an editor: every field of its type in order, with what it means and what it
 * takes above it; those that are empty as comments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edit_text.h"
#include "output.h"

#define CODES_SHOWN_MAX 12u

/* The text as it grows; what it borrows is of the pool. */
struct writing {
    struct pool *pool;
    FILE *stream;
    const json_t *record;
};

/* ---- values ------------------------------------------------------------------------------ */

/* "13.2,103.8" where a geometry is a point in the plane, else NULL. */
static const char *point_text(struct pool *pool, const json_t *value)
{
    const json_t *position = json_object_get(value, "coordinates");

    if (strcmp(text_at(value, "type"), "Point") != 0 || json_array_size(position) != 2)
        return NULL;
    return pool_format(pool, "%s,%s", value_text(pool, json_array_get(position, 1)),
                       value_text(pool, json_array_get(position, 0)));
}

/* Further lines begin with a tab. */
static void write_line(struct writing *writing, const char *path, const char *value)
{
    fprintf(writing->stream, "%s=", path);
    for (; *value != '\0'; value++) {
        fputc(*value, writing->stream);
        if (*value == '\n')
            fputc('\t', writing->stream);
    }
    fputc('\n', writing->stream);
}

static void write_one(struct writing *writing, const char *path, const json_t *value)
{
    const char *point = point_text(writing->pool, value);

    write_line(writing, path, point != NULL ? point : value_text(writing->pool, value));
}

/* References by their ids, what they are called above each. */
static void write_references(struct writing *writing, const char *path, const json_t *references)
{
    size_t i;
    json_t *one;

    json_array_foreach(references, i, one)
    {
        const char *label = visible(writing->pool, text_at(one, "label"));

        if (strcmp(label, text_at(one, "id")) != 0)
            fprintf(writing->stream, "# %s: %s\n", text_at(one, "id"), label);
        write_line(writing, path, text_at(one, "id"));
    }
}

static void write_value(struct writing *writing, const char *path, const json_t *value)
{
    const json_t *references =
        json_object_get(json_object_get(writing->record, "references"), path);
    size_t i;
    json_t *element;

    if (references != NULL) {
        write_references(writing, path, references);
        return;
    }
    if (!json_is_array(value)) {
        write_one(writing, path, value);
        return;
    }
    json_array_foreach(value, i, element) write_one(writing, path, element);
}

/* What the organisations say that disagree. */
static void write_conflict(struct writing *writing, const char *path)
{
    const json_t *values = json_object_get(json_object_get(writing->record, "conflicts"), path);
    const char *text = "";
    size_t i;
    json_t *one;

    json_array_foreach(values, i, one) text =
        pool_format(writing->pool, i == 0 ? "%s%s (%s)" : "%s | %s (%s)", text,
                    visible(writing->pool, text_at(one, "text")), name_at(one, "by"));
    if (text[0] != '\0')
        fprintf(writing->stream, _("# In conflict: %s\n"), text);
}

/* ---- fields ------------------------------------------------------------------------------ */

static const char *codes_text(struct pool *pool, const json_t *codes)
{
    const char *text = "";
    size_t i;
    json_t *code;

    if (json_array_size(codes) > CODES_SHOWN_MAX)
        return counted(pool, json_array_size(codes), "%s code, also by name",
                       "one of %s codes, also by name");
    json_array_foreach(codes, i, code) text =
        pool_format(pool, i == 0 ? "%s%s" : "%s, %s", text, text_at(code, "code"));
    return text;
}

/* What the field takes, in a few words; "" where any text will do. */
static const char *hint_text(struct pool *pool, const json_t *field)
{
    const char *kind = text_at(field, "kind");
    const char *codes = codes_text(pool, json_object_get(field, "codes"));
    const char *type = text_at(field, "refers_to");

    if (strcmp(kind, "quantity") == 0)
        return pool_format(pool, _("a number and a unit: %s"), codes);
    if (codes[0] != '\0')
        return codes;
    if (strcmp(kind, "ref") == 0 || strcmp(kind, "refs") == 0)
        return pool_format(pool, _("id or name of a record: %s"), type[0] != '\0' ? type : "*");
    if (strcmp(kind, "date") == 0)
        return _("a year, month or day: 2020, 2020-01, 2020-01-31");
    if (strcmp(kind, "geometry") == 0)
        return _("latitude,longitude or GeoJSON");
    if (strcmp(kind, "money") == 0)
        return _("an amount and a currency: 1500 USD");
    return strcmp(kind, "bool") == 0 ? _("yes or no") : "";
}

static void write_head(struct writing *writing, const json_t *field)
{
    const char *label = text_at(field, "label"), *hint = hint_text(writing->pool, field);

    fprintf(writing->stream, "\n## %s",
            visible(writing->pool, label[0] != '\0' ? label : text_at(field, "name")));
    fprintf(writing->stream, hint[0] != '\0' ? " (%s)\n" : "\n", hint);
}

static bool is_of(const char *path, const char *name)
{
    size_t size = strlen(name);

    return strncmp(path, name, size) == 0 && (path[size] == '\0' || path[size] == '.');
}

/* The field in all its languages; false when it is empty. */
static bool write_filled(struct writing *writing, const char *name)
{
    bool is_filled = false;
    const char *path;
    json_t *value;

    json_object_foreach(json_object_get(writing->record, "fields"), path, value)
    {
        if (!is_of(path, name))
            continue;
        is_filled = true;
        write_conflict(writing, path);
        write_value(writing, path, value);
    }
    return is_filled;
}

static bool is_known(const json_t *type, const char *path)
{
    size_t i;
    json_t *field;

    json_array_foreach(json_object_get(type, "fields"), i, field)
    {
        if (is_of(path, text_at(field, "name")))
            return true;
    }
    return false;
}

/* What the type has no field for is shown, and cannot be changed here. */
static void write_unknown(struct writing *writing, const json_t *type)
{
    bool is_first = true;
    const char *path;
    json_t *value;

    json_object_foreach(json_object_get(writing->record, "fields"), path, value)
    {
        if (is_known(type, path))
            continue;
        if (is_first)
            fputs(_("\n## Of other versions, and kept as it is:\n"), writing->stream);
        is_first = false;
        fprintf(writing->stream, "# %s=%s\n", path,
                visible(writing->pool, value_text(writing->pool, value)));
    }
}

static void write_all(struct writing *writing, const json_t *type)
{
    size_t i;
    json_t *field;

    fprintf(writing->stream,
            _("# %s %s of %s\n"
              "# Change, add or remove lines; save and close. A list has one line per element;\n"
              "# further lines of a text begin with a tab. Lines with # in front do not count:\n"
              "# take the # away to fill in a field.\n"),
            text_at(writing->record, "type"), text_at(writing->record, "id"),
            name_at(writing->record, "owner"));
    json_array_foreach(json_object_get(type, "fields"), i, field)
    {
        const char *name = text_at(field, "name");
        bool has_languages = strcmp(text_at(field, "kind"), "mltext") == 0;

        write_head(writing, field);
        if (!write_filled(writing, name))
            fprintf(writing->stream, "# %s%s%s=\n", name, has_languages ? "." : "",
                    has_languages ? _("LANGUAGE") : "");
    }
    write_unknown(writing, type);
}

const char *edit_text_write(struct pool *pool, const json_t *record, const json_t *type)
{
    char *text = NULL;
    size_t size = 0;
    struct writing writing = {
        .pool = pool, .stream = open_memstream(&text, &size), .record = record};
    const char *copy;

    if (writing.stream == NULL)
        pool_exhausted();
    write_all(&writing, type);
    if (fclose(writing.stream) != 0)
        pool_exhausted();
    copy = pool_copy(pool, text, size);
    free(text);
    return copy;
}
