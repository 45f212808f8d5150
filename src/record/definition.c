/* What definitions of types and of lists have in common. */
#include "record/definition_parts.h"

#include <stdarg.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static bool is_name(struct by_bytes name, bool has_hyphens)
{
    if (name.size == 0 || name.size > BY_DEFINITION_NAME_BYTES_MAX || name.data[0] < 'a' ||
        name.data[0] > 'z')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' &&
            !(has_hyphens && c == '-'))
            return false;
    }
    return true;
}

static bool is_among(struct by_bytes name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (by_bytes_equal(name, by_bytes_of_text(*names)))
            return true;
    return false;
}

static bool begins(struct by_bytes name, const char *start)
{
    size_t size = strlen(start);

    return name.size >= size && memcmp(name.data, start, size) == 0;
}

/* Names of tables that are the view's, SQLite's or the GeoPackage's own. */
bool by_definition_names_type(struct by_bytes name)
{
    static const char *const taken[] = {"record", "conflict", "proposal", "member",
                                        "search", "bucket",   "envelope", NULL};
    static const char *const starts[] = {"banyan_", "gpkg_", "rtree_", "search_", "sqlite_"};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (begins(name, starts[i]))
            return false;
    return is_name(name, false) && !is_among(name, taken);
}

bool by_definition_names_field(struct by_bytes name)
{
    static const char *const taken[] = {"id", "fid", "deleted", "owner", "type", NULL};
    size_t count;
    const struct by_field *envelope = by_type_envelope(&count);

    for (size_t i = 0; i < count; i++)
        if (by_bytes_equal(name, by_bytes_of_text(envelope[i].name)))
            return false;
    return is_name(name, false) && !is_among(name, taken);
}

/* Those of the envelope, and of money. */
bool by_definition_names_list(struct by_bytes name)
{
    size_t count;
    const struct by_field *envelope = by_type_envelope(&count);

    for (size_t i = 0; i < count; i++)
        if (envelope[i].list != NULL &&
            by_bytes_equal(name, by_bytes_of_text(envelope[i].list->name)))
            return false;
    return is_name(name, true) && !by_bytes_equal(name, by_bytes_of_text("currency"));
}

enum banyan_status by_defining_fail(const struct by_defining *defining, const char *format, ...)
{
    struct banyan_error *error = defining->error;
    char words[BANYAN_ERROR_BYTES_MAX];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(words, sizeof words, by_words(error, format), values);
    va_end(values);
    if (defining->part == NULL)
        return by_fail(error, BANYAN_ERR_INVALID, "%s %.*s: %s", by_words(error, defining->what),
                       (int)defining->name.size, (const char *)defining->name.data, words);
    return by_fail(error, BANYAN_ERR_INVALID, "%s %.*s, %s %.*s: %s",
                   by_words(error, defining->what), (int)defining->name.size,
                   (const char *)defining->name.data, by_words(error, defining->part),
                   (int)defining->part_name.size, (const char *)defining->part_name.data, words);
}

static enum banyan_status
fail_key(const struct by_defining *defining, struct by_bytes key, const char *const *keys)
{
    char known[BANYAN_ERROR_BYTES_MAX / 2];
    size_t size = 0;

    known[0] = 0;
    for (size_t i = 0; keys[i] != NULL && size < sizeof known; i++)
        size +=
            (size_t)snprintf(known + size, sizeof known - size, "%s%s", i > 0 ? ", " : "", keys[i]);
    return by_defining_fail(defining, "\"%.*s\" is no known key; there are %s", (int)key.size,
                            (const char *)key.data, known);
}

enum banyan_status by_defining_keys(const struct by_defining *defining, const struct by_value *map,
                                    const char *const *keys)
{
    for (size_t i = 0; i < map->map.count; i++)
        if (!is_among(map->map.pairs[i].key, keys))
            return fail_key(defining, map->map.pairs[i].key, keys);
    return BANYAN_OK;
}

static bool is_line(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20)
            return false;
    return text.size > 0 && text.size <= BY_DEFINITION_TEXT_BYTES_MAX &&
           by_text_check(text) == BANYAN_OK;
}

enum banyan_status by_defining_text(const struct by_defining *defining, const char *key,
                                    const struct by_value *value, const char **out_text)
{
    if (value == NULL || value->kind != BY_VALUE_TEXT || !is_line(value->bytes))
        return by_defining_fail(defining, "\"%s\" is a text on one line, of at most %u bytes", key,
                                BY_DEFINITION_TEXT_BYTES_MAX);
    *out_text = by_arena_text(defining->arena, value->bytes);
    return *out_text != NULL ? BANYAN_OK : BANYAN_ERR_MEMORY;
}

enum banyan_status by_defining_texts(const struct by_defining *defining, const char *key,
                                     const struct by_value *value, const char *const **out_texts,
                                     size_t *out_count)
{
    const char **texts = NULL;
    enum banyan_status status = BANYAN_OK;

    *out_texts = NULL;
    *out_count = 0;
    if (value == NULL)
        return BANYAN_OK;
    if (value->kind != BY_VALUE_ARRAY || value->array.count > BY_DEFINITION_ITEMS_MAX)
        return by_defining_fail(defining, "\"%s\" is a list of texts", key);
    texts = by_arena_array(defining->arena, value->array.count + 1, sizeof *texts);
    if (texts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < value->array.count && status == BANYAN_OK; i++)
        status = by_defining_text(defining, key, &value->array.items[i], &texts[i]);
    *out_texts = texts;
    *out_count = value->array.count;
    return status;
}

enum banyan_status by_defining_labels(const struct by_defining *defining,
                                      const struct by_value *value,
                                      const struct by_label **out_labels, size_t *out_count)
{
    const struct by_pair english = {by_bytes_of_text("en"),
                                    value == NULL ? by_value_nil() : *value};
    bool is_map = value != NULL && value->kind == BY_VALUE_MAP;
    size_t count = is_map ? value->map.count : 1;
    const struct by_pair *pairs = is_map ? value->map.pairs : &english;
    struct by_label *labels = by_arena_array(defining->arena, count + 1, sizeof *labels);
    enum banyan_status status = labels == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    if (count == 0)
        return by_defining_fail(defining, "the label is empty");
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (pairs[i].key.size >= BY_LABEL_LANGUAGE_BYTES || !by_text_is_language(pairs[i].key))
            return by_defining_fail(defining, "\"label\" is a text, or texts by language");
        memcpy(labels[i].language, pairs[i].key.data, pairs[i].key.size);
        status = by_defining_text(defining, "label", &pairs[i].value, &labels[i].text);
    }
    *out_labels = labels;
    *out_count = count;
    return status;
}

enum banyan_status by_defining_flag(const struct by_defining *defining, const struct by_value *map,
                                    const char *key, bool *out_flag)
{
    const struct by_value *value = by_value_get(map, key);

    *out_flag = value != NULL && value->kind == BY_VALUE_BOOL && value->boolean;
    return value == NULL || value->kind == BY_VALUE_BOOL
               ? BANYAN_OK
               : by_defining_fail(defining, "\"%s\" is true or false", key);
}
