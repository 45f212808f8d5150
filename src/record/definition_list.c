/* A code list as a value, to the table of one. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "record/definition_parts.h"

static bool is_code(struct by_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '.' && c != '-')
            return false;
    }
    return text.size > 0 && text.size <= BY_FIELD_CODE_BYTES_MAX;
}

static enum banyan_status read_day(const struct by_defining *defining, const struct by_value *map,
                                   const char *key, const char **out_day)
{
    const struct by_value *value = by_value_get(map, key);

    if (value == NULL)
        return BANYAN_OK;
    if (value->kind != BY_VALUE_TEXT || value->bytes.size != 10 || !by_date_is(value->bytes))
        return by_defining_fail(defining, "\"%s\" is a day such as 2026-07-01", key);
    return by_defining_text(defining, key, value, out_day);
}

/* "maps": how standards write the code. */
static enum banyan_status read_maps(const struct by_defining *defining, const struct by_value *maps,
                                    struct by_code_more *more)
{
    struct by_code_outside *outside = NULL;
    enum banyan_status status = BANYAN_OK;

    if (maps == NULL)
        return BANYAN_OK;
    if (maps->kind != BY_VALUE_MAP)
        return by_defining_fail(defining, "\"maps\" are texts by standard");
    outside = by_arena_array(defining->arena, maps->map.count + 1, sizeof *outside);
    if (outside == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < maps->map.count && status == BANYAN_OK; i++) {
        const struct by_value standard = by_value_text(maps->map.pairs[i].key);

        status = by_defining_text(defining, "maps", &standard, &outside[i].standard);
        if (status == BANYAN_OK)
            status =
                by_defining_text(defining, "maps", &maps->map.pairs[i].value, &outside[i].value);
    }
    more->outside = outside;
    more->outside_count = maps->map.count;
    return status;
}

static enum banyan_status
read_more(const struct by_defining *defining, const struct by_value *map, struct by_code *code)
{
    struct by_code_more more = {0};
    struct by_code_more *kept = NULL;
    enum banyan_status status = read_day(defining, map, "since", &more.since);

    if (status == BANYAN_OK)
        status = read_day(defining, map, "until", &more.until);
    if (status == BANYAN_OK)
        status = by_defining_texts(defining, "replaced_by", by_value_get(map, "replaced_by"),
                                   &more.replaced_by, &more.replaced_by_count);
    if (status == BANYAN_OK)
        status = by_defining_texts(defining, "aliases", by_value_get(map, "aliases"), &more.aliases,
                                   &more.alias_count);
    if (status == BANYAN_OK)
        status = read_maps(defining, by_value_get(map, "maps"), &more);
    if (status != BANYAN_OK)
        return status;
    if (more.since == NULL && more.until == NULL && more.replaced_by_count == 0 &&
        more.alias_count == 0 && more.outside_count == 0)
        return BANYAN_OK;
    kept = by_arena_alloc(defining->arena, sizeof *kept);
    if (kept == NULL)
        return BANYAN_ERR_MEMORY;
    *kept = more;
    code->more = kept;
    return BANYAN_OK;
}

static enum banyan_status
read_code(struct by_defining *defining, const struct by_value *value, struct by_code *code)
{
    static const char *const keys[] = {"code", "label",       "since",   "until",
                                       "maps", "replaced_by", "aliases", NULL};
    const struct by_value *text = by_value_get(value, "code");
    enum banyan_status status = BANYAN_OK;

    defining->part = NULL;
    if (text == NULL || text->kind != BY_VALUE_TEXT || !is_code(text->bytes))
        return by_defining_fail(defining, "a code is 1 to %u of letters, digits, _ . -",
                                BY_FIELD_CODE_BYTES_MAX);
    defining->part = N_("code");
    defining->part_name = text->bytes;
    code->code = by_arena_text(defining->arena, text->bytes);
    if (code->code == NULL)
        return BANYAN_ERR_MEMORY;
    status = by_defining_keys(defining, value, keys);
    if (status == BANYAN_OK)
        status = by_defining_labels(defining, by_value_get(value, "label"), &code->labels,
                                    &code->label_count);
    return status == BANYAN_OK ? read_more(defining, value, code) : status;
}

struct place {
    const char *code;
    uint16_t at;
};

static int order_places(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->code, ((const struct place *)b)->code);
}

/* No code twice. */
static enum banyan_status sort_codes(struct by_defining *defining, struct by_code_list *list)
{
    struct place *places = by_arena_array(defining->arena, list->code_count + 1, sizeof *places);
    uint16_t *by_code = by_arena_array(defining->arena, list->code_count + 1, sizeof *by_code);

    if (places == NULL || by_code == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < list->code_count; i++)
        places[i] = (struct place){list->codes[i].code, (uint16_t)i};
    qsort(places, list->code_count, sizeof *places, order_places);
    defining->part = NULL;
    for (size_t i = 0; i < list->code_count; i++) {
        if (i > 0 && strcmp(places[i - 1].code, places[i].code) == 0)
            return by_defining_fail(defining, "the code %s stands twice", places[i].code);
        by_code[i] = places[i].at;
    }
    list->by_code = by_code;
    return BANYAN_OK;
}

enum banyan_status by_definition_read_list(struct by_bytes name, const struct by_value *definition,
                                           struct by_arena *arena, struct by_code_list *out_list,
                                           struct banyan_error *error)
{
    static const char *const keys[] = {"codes", NULL};
    struct by_defining defining = {
        .arena = arena, .error = error, .what = N_("list"), .name = name};
    const struct by_value *values = by_value_get(definition, "codes");
    struct by_code_list list = {.name = by_arena_text(arena, name)};
    struct by_code *codes = NULL;
    enum banyan_status status = BANYAN_OK;

    if (!by_definition_names_list(name))
        return by_defining_fail(&defining,
                                "the name is not 1 to %u of a-z, 0-9, _ and -, or is that of a "
                                "list that cannot be changed",
                                BY_DEFINITION_NAME_BYTES_MAX);
    if (values == NULL || values->kind != BY_VALUE_ARRAY || values->array.count == 0 ||
        values->array.count > BY_DEFINITION_ITEMS_MAX)
        return by_defining_fail(&defining, "\"codes\" is a list of 1 to %u codes",
                                BY_DEFINITION_ITEMS_MAX);
    status = by_defining_keys(&defining, definition, keys);
    codes = by_arena_array(arena, values->array.count, sizeof *codes);
    if (codes == NULL || list.name == NULL)
        return BANYAN_ERR_MEMORY;
    list.codes = codes;
    list.code_count = values->array.count;
    for (size_t i = 0; i < list.code_count && status == BANYAN_OK; i++)
        status = read_code(&defining, &values->array.items[i], &codes[i]);
    if (status == BANYAN_OK)
        status = sort_codes(&defining, &list);
    if (status == BANYAN_OK)
        *out_list = list;
    return status;
}
