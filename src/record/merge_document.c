#include "record/merge.h"

/* The value shown first, or NULL where that is unset. */
static const struct by_value *find_shown(const struct by_merged_path *path)
{
    const struct by_value *value = &path->candidates[0].value;

    return value->kind != BY_VALUE_NIL ? value : NULL;
}

static int order_path(const void *key, const void *path)
{
    return by_bytes_compare(*(const struct by_bytes *)key,
                            ((const struct by_merged_path *)path)->path);
}

static bool has_path(const struct by_merged *merged, struct by_bytes path)
{
    return merged->path_count > 0 && bsearch(&path, merged->paths, merged->path_count,
                                             sizeof *merged->paths, order_path) != NULL;
}

static void add_pair(struct by_value *map, struct by_bytes key, struct by_value value)
{
    map->map.pairs[map->map.count].key = key;
    map->map.pairs[map->map.count++].value = value;
}

/* The field that a path is nested in. One of an unknown type may hold "a" beside "a.vi": then each
 * stands for itself. */
static struct by_bytes
find_nest(const struct by_merged *merged, struct by_bytes path, struct by_bytes *out_language)
{
    struct by_bytes field = {0};

    by_path_split(path, &field, out_language);
    return out_language->size > 0 && !has_path(merged, field) ? field : by_bytes_of(NULL, 0);
}

/* The languages of a field from path at on, as a map; they stand together. Gives how many paths
 * there were. */
static enum banyan_status nest_languages(const struct by_merged *merged, size_t at,
                                         struct by_bytes field, struct by_arena *arena,
                                         struct by_value *out_map, size_t *out_count)
{
    struct by_bytes language = {0};
    struct by_bytes other = field;
    size_t end = at + 1;

    /* That no path is the field itself was found at the first. */
    for (; end < merged->path_count; end++) {
        by_path_split(merged->paths[end].path, &other, &language);
        if (language.size == 0 || !by_bytes_equal(other, field))
            break;
    }
    *out_map = by_value_map(arena, end - at);
    if (out_map->map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    out_map->map.count = 0;
    for (size_t i = at; i < end; i++) {
        by_path_split(merged->paths[i].path, &other, &language);
        if (find_shown(&merged->paths[i]) != NULL)
            add_pair(out_map, language, *find_shown(&merged->paths[i]));
    }
    *out_count = end - at;
    return BANYAN_OK;
}

enum banyan_status
by_merged_document(const struct by_merged *merged, struct by_arena *arena, struct by_value *out_map)
{
    struct by_value map = by_value_map(arena, merged->path_count);

    if (merged->path_count > 0 && map.map.pairs == NULL)
        return BANYAN_ERR_MEMORY;
    map.map.count = 0;
    for (size_t i = 0, some = 1; i < merged->path_count; i += some) {
        const struct by_merged_path *path = &merged->paths[i];
        struct by_value languages = by_value_nil();
        struct by_bytes language = {0};
        struct by_bytes field = find_nest(merged, path->path, &language);
        enum banyan_status status = BANYAN_OK;

        some = 1;
        if (field.size > 0)
            status = nest_languages(merged, i, field, arena, &languages, &some);
        if (status != BANYAN_OK)
            return status;
        if (field.size > 0 && languages.map.count > 0)
            add_pair(&map, field, languages);
        if (field.size == 0 && find_shown(path) != NULL)
            add_pair(&map, path->path, *find_shown(path));
    }
    *out_map = map;
    return by_value_map_sort(out_map);
}
