#include "core/profile.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "record/field_value.h"

enum banyan_status by_line_parse(const char *what, struct by_bytes text, size_t bytes_max,
                                 struct by_arena *arena, struct by_bytes *out_text,
                                 struct banyan_error *error)
{
    struct by_buffer normal = BY_BUFFER_INIT(bytes_max);
    enum banyan_status status = by_text_normalise(text, &normal);

    if (status == BANYAN_ERR_TOO_LARGE)
        status = by_fail(error, BANYAN_ERR_INVALID, "%s is longer than %zu bytes",
                         by_words(error, what), bytes_max);
    else if (status == BANYAN_ERR_BAD_TEXT)
        status =
            by_fail(error, status, "%s is not valid UTF-8 text on one line", by_words(error, what));
    else if (status == BANYAN_OK && normal.size == 0)
        status = by_fail(error, BANYAN_ERR_INVALID, "%s is empty", by_words(error, what));
    else if (status == BANYAN_OK && memchr(normal.data, '\n', normal.size) != NULL)
        status =
            by_fail(error, BANYAN_ERR_INVALID, "%s has more than one line", by_words(error, what));
    if (status == BANYAN_OK)
        status = by_arena_copy(arena, by_buffer_bytes(&normal), out_text);
    by_buffer_deinit(&normal);
    return status;
}

/* A code by itself or by one of its labels, in the words of a type's field. */
static enum banyan_status parse_code(const char *field_name, const char *text,
                                     struct by_arena *arena, struct by_bytes *out_code,
                                     struct banyan_error *error)
{
    const struct by_type *type = by_type_shipped_find(by_bytes_of_text("org"));
    const struct by_field *field =
        type == NULL ? NULL : by_type_field_find(type, by_bytes_of_text(field_name));
    struct by_value value;

    assert(field != NULL); /* shipped with the program */
    if (text == NULL)
        return by_fail(error, BANYAN_ERR_USAGE,
                       strcmp(field_name, "country") == 0 ? N_("the organisation needs a country")
                                                          : N_("the organisation needs a kind"));
    enum banyan_status status =
        by_field_value_parse(field, by_bytes_of_text(text), NULL, arena, &value, error);
    if (status != BANYAN_OK)
        return status;
    return by_arena_copy(arena, value.bytes, out_code);
}

enum banyan_status by_profile_parse(const struct banyan_profile *profile, struct by_arena *arena,
                                    struct by_org_profile *out_profile, struct banyan_error *error)
{
    memset(out_profile, 0, sizeof *out_profile);
    if (profile->name == NULL)
        return by_fail(error, BANYAN_ERR_USAGE, "the organisation needs a name");
    enum banyan_status status =
        by_line_parse(N_("the name of the organisation"), by_bytes_of_text(profile->name),
                      BY_ORG_NAME_BYTES_MAX, arena, &out_profile->name, error);
    if (status == BANYAN_OK)
        status = parse_code("country", profile->country, arena, &out_profile->country, error);
    if (status == BANYAN_OK)
        status = parse_code("kind", profile->kind, arena, &out_profile->kind, error);
    if (status == BANYAN_OK && by_org_profile_check(out_profile) != BANYAN_OK)
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "the organisation's name, country or kind is not of the right form");
    return status;
}

/* "vi=Tên" has a language before the first "="; anything else is a name in English. */
static void split_name(const char *text, struct by_bytes *out_language, struct by_bytes *out_name)
{
    const char *equals = strchr(text, '=');

    *out_language = by_bytes_of_text("en");
    *out_name = by_bytes_of_text(text);
    if (equals == NULL || !by_text_is_language(by_bytes_of(text, (size_t)(equals - text))))
        return;
    *out_language = by_bytes_of(text, (size_t)(equals - text));
    *out_name = by_bytes_of_text(equals + 1);
}

enum banyan_status by_network_names_parse(const char *const *names, size_t count,
                                          struct by_arena *arena, struct by_value *out_names,
                                          struct banyan_error *error)
{
    if (count == 0 || count > BY_MAP_KEYS_MAX)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "the network needs a name, in one language or more");
    *out_names = by_value_map(arena, count);
    if (out_names->map.pairs == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < count; i++) {
        struct by_pair *pair = &out_names->map.pairs[i];
        struct by_bytes name;
        split_name(names[i], &pair->key, &name);
        enum banyan_status status = by_arena_copy(arena, pair->key, &pair->key);
        if (status == BANYAN_OK)
            status = by_line_parse(N_("the name of the network"), name, BY_ORG_NAME_BYTES_MAX,
                                   arena, &name, error);
        if (status != BANYAN_OK)
            return status;
        pair->value = by_value_text(name);
    }
    if (by_value_map_sort(out_names) != BANYAN_OK)
        return by_fail(error, BANYAN_ERR_INVALID, "the network has two names in one language");
    return BANYAN_OK;
}
