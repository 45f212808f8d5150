#include "core/fields.h"

#include <string.h>

#include "base/text.h"
#include "record/field_value.h"
#include "view/alike.h"
#include "view/near.h"

const struct by_merged_path *
by_merged_path_find(const struct by_merged *merged, struct by_bytes path)
{
    for (size_t i = 0; merged != NULL && i < merged->path_count; i++)
        if (by_bytes_equal(merged->paths[i].path, path))
            return &merged->paths[i];
    return NULL;
}

/* -- types and fields by name -- */

enum banyan_status by_fields_type(const struct by_node *node, struct by_bytes name,
                                  const struct by_type **out_type, struct banyan_error *error)
{
    struct by_near near = {.wanted = name};
    char words[BY_NEAR_TEXT_BYTES];
    size_t count;
    const struct by_type *const *types = by_registry_types(node->registry, &count);

    *out_type = by_registry_type(node->registry, name);
    if (*out_type != NULL && by_type_set_has(node->types, name))
        return BANYAN_OK;
    if (*out_type != NULL)
        return by_fail(error, BANYAN_ERR_INVALID, "this network does not keep records of type %s",
                       (*out_type)->name);
    for (size_t i = 0; i < count; i++)
        by_near_offer(&near, types[i]->name);
    by_near_text(&near, error, words);
    return by_fail(error, BANYAN_ERR_INVALID,
                   "there is no type '%.*s'%s: banyan types lists them all", (int)name.size,
                   (const char *)name.data, words);
}

static enum banyan_status
refuse_field(const struct by_type *type, struct by_bytes name, struct banyan_error *error)
{
    struct by_near near = {.wanted = name};
    char words[BY_NEAR_TEXT_BYTES];
    size_t envelope_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);

    for (size_t i = 0; i < type->field_count; i++)
        by_near_offer(&near, type->fields[i].name);
    for (size_t i = 0; i < envelope_count; i++)
        by_near_offer(&near, envelope[i].name);
    by_near_text(&near, error, words);
    return by_fail(error, BANYAN_ERR_INVALID,
                   "a record of type %s has no field '%.*s'%s: banyan types %s lists them all",
                   type->name, (int)name.size, (const char *)name.data, words, type->name);
}

/* -- one field -- */

struct parsing {
    const struct by_fields_target *target;
    struct by_bytes language; /* of texts given without one */
    struct by_ref_resolver resolver;
    struct by_arena *arena;
    struct by_changes *changes;
    struct banyan_error *error;
};

/* By id; of another type than asked for, BANYAN_ERR_INVALID. */
static enum banyan_status find_by_id(struct parsing *parsing, const char *type,
                                     struct by_bytes text, struct by_record_name *out_name,
                                     struct banyan_error *error)
{
    struct by_view *view = parsing->target->node->view;
    const char *found = NULL;
    enum banyan_status status = by_view_find(view, text, out_name, error);

    if (status != BANYAN_OK || type == NULL)
        return status;
    status = by_view_type_of(view, out_name, parsing->arena, &found, error);
    if (status == BANYAN_OK && strcmp(found, type) != 0)
        return by_fail(error, BANYAN_ERR_INVALID, "%.*s is a record of type %s, not %s",
                       (int)text.size, (const char *)text.data, found, type);
    return status;
}

/* A name may look like an id, and is looked up where the id names nothing that fits. */
static enum banyan_status resolve(void *context, const char *type, struct by_bytes text,
                                  struct by_record_name *out_name, struct banyan_error *error)
{
    struct parsing *parsing = context;
    struct banyan_error by_id = by_error_beside(error);
    enum banyan_status as_id = find_by_id(parsing, type, text, out_name, &by_id);
    enum banyan_status as_name = BANYAN_OK;

    if (as_id != BANYAN_ERR_NOT_FOUND && as_id != BANYAN_ERR_INVALID)
        return as_id == BANYAN_OK ? as_id : by_fail(error, as_id, "%s", by_id.text);
    as_name = by_view_find_called(parsing->target->node->view, type, text, out_name, error);
    if (as_name != BANYAN_ERR_NOT_FOUND)
        return as_name;
    /* "several begin so" and "of another type" say more than "none is called so" */
    if (as_id == BANYAN_ERR_INVALID && by_view_is_id(text))
        return by_fail(error, as_id, "%s", by_id.text);
    *error = by_error_beside(error);
    return BANYAN_ERR_NOT_FOUND;
}

static enum banyan_status parse_value(struct parsing *parsing, const struct by_field *field,
                                      const struct banyan_field *given, struct by_value *out_value)
{
    struct by_field one = *field;
    struct by_bytes text;

    if (given->value == NULL)
        return by_fail(parsing->error, BANYAN_ERR_USAGE, "the field %s is given no value",
                       given->path);
    enum banyan_status status =
        by_text_stored(by_bytes_of_text(given->value), BY_JSON_BYTES_MAX, parsing->arena, &text);
    if (status == BANYAN_ERR_BAD_TEXT)
        status = by_fail(parsing->error, status,
                         "the value of %s is not valid UTF-8 text, or holds a control character",
                         given->path);
    /* A text of one language is that text, also where it looks like several. */
    if (one.kind == BY_FIELD_MLTEXT && strchr(given->path, '.') != NULL)
        one.kind = BY_FIELD_TEXT;
    if (status == BANYAN_OK)
        status = by_field_value_parse(&one, text, &parsing->resolver, parsing->arena, out_value,
                                      parsing->error);
    return status;
}

/* "name" of a text in several languages means "name" in the record's language. */
static enum banyan_status complete_path(struct parsing *parsing, const struct by_field *field,
                                        const struct banyan_field *given, struct by_bytes language,
                                        struct by_bytes *out_path)
{
    struct by_bytes path = by_bytes_of_text(given->path);
    bool is_whole = field->kind != BY_FIELD_MLTEXT || language.size > 0;
    size_t more = is_whole || given->change == BANYAN_UNSET ? 0 : 1 + parsing->language.size;
    uint8_t *at = NULL;

    if (path.size + more > BY_PATH_BYTES_MAX)
        return by_fail_plain(parsing->error, BANYAN_ERR_TOO_LARGE);
    at = by_arena_alloc(parsing->arena, path.size + more);
    if (at == NULL)
        return by_fail_plain(parsing->error, BANYAN_ERR_MEMORY);
    *out_path = by_bytes_of(at, path.size + more);
    memcpy(at, path.data, path.size);
    if (more == 0)
        return BANYAN_OK;
    at[path.size] = '.';
    memcpy(at + path.size + 1, parsing->language.data, parsing->language.size);
    return BANYAN_OK;
}

static enum by_how how_of(enum banyan_change change)
{
    switch (change) {
    case BANYAN_SET:
        return BY_HOW_SET;
    case BANYAN_UNSET:
        return BY_HOW_UNSET;
    case BANYAN_ADD:
        return BY_HOW_ADD;
    case BANYAN_REMOVE:
        return BY_HOW_REMOVE;
    }
    return BY_HOW_SET;
}

/* Name the additions that stand behind the elements to be removed. */
static enum banyan_status
find_removals(struct parsing *parsing, struct by_touch *touch, const struct by_value *elements)
{
    const struct by_merged_path *path = by_merged_path_find(parsing->target->merged, touch->path);
    const struct by_value *held = path == NULL ? NULL : &path->candidates[0].value;
    size_t room = 0;

    for (size_t i = 0; path != NULL && path->is_list && i < held->array.count; i++)
        room += path->addition_counts[i];
    if (room == 0)
        return BANYAN_OK;
    touch->removed = by_arena_array(parsing->arena, room, sizeof touch->removed[0]);
    if (touch->removed == NULL)
        return by_fail_plain(parsing->error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < held->array.count; i++) {
        if (!by_list_holds(elements, &held->array.items[i]))
            continue;
        memcpy(touch->removed + touch->removed_count, path->additions[i],
               path->addition_counts[i] * sizeof touch->removed[0]);
        touch->removed_count += path->addition_counts[i];
    }
    return BANYAN_OK;
}

/* A mistyped language would hide the text from everybody who asks for the right one. Languages of
 * others are kept and can be emptied, whatever they are. */
static bool is_known_language(struct by_bytes tag)
{
    size_t size = 0;

    while (size < tag.size && tag.data[size] != '-')
        size++;
    struct by_bytes language = by_bytes_of(tag.data, size);
    return by_code_find(by_code_list_find("language"), language) != NULL ||
           by_bytes_equal(language, by_bytes_of_text("und"));
}

/* Whether the field may be changed in this way at all. */
static enum banyan_status check_change(const struct parsing *parsing, const struct by_field *field,
                                       const struct banyan_field *given, struct by_bytes language)
{
    bool is_element = given->change == BANYAN_ADD || given->change == BANYAN_REMOVE;

    if (!by_path_is(by_bytes_of_text(given->path)))
        return by_fail(parsing->error, BANYAN_ERR_INVALID,
                       "'%s' does not name a field and a language, such as %s.vi", given->path,
                       field->name);
    if (language.size > 0 && field->kind != BY_FIELD_MLTEXT)
        return by_fail(parsing->error, BANYAN_ERR_INVALID,
                       "the field %s is the same in every language: give it without one",
                       field->name);
    if (language.size > 0 && given->change != BANYAN_UNSET && !is_known_language(language))
        return by_fail(parsing->error, BANYAN_ERR_INVALID,
                       "'%.*s' in '%s' is no language known here: banyan types %s language lists "
                       "them",
                       (int)language.size, (const char *)language.data, given->path,
                       parsing->target->type->name);
    if (is_element && !by_field_kind_is_list(field->kind))
        return by_fail(parsing->error, BANYAN_ERR_INVALID,
                       "the field %s holds one value: it can be set, not added to", field->name);
    return BANYAN_OK;
}

static enum banyan_status
add_change(struct parsing *parsing, const struct by_touch *touch, const struct by_value *value)
{
    enum banyan_status status = by_changes_add(parsing->changes, touch, value, parsing->arena);

    if (status == BANYAN_ERR_DIFFERENT)
        return by_fail(parsing->error, BANYAN_ERR_INVALID, "the field %.*s is given twice",
                       (int)touch->path.size, (const char *)touch->path.data);
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_fail(parsing->error, status,
                       "one change touches at most %u fields and removes at most %u values: give "
                       "fewer at once",
                       BY_TOUCHES_MAX, BY_REMOVALS_MAX);
    return status == BANYAN_OK ? status : by_fail_plain(parsing->error, status);
}

/* Whether a reference, or one of several, is to the record. */
static bool refers_to(const struct by_value *value, const struct by_merged *merged)
{
    uint8_t name[48];

    if (merged == NULL)
        return false;
    by_record_name_put(name, &merged->name);
    for (size_t i = 0; value->kind == BY_VALUE_ARRAY && i < value->array.count; i++)
        if (refers_to(&value->array.items[i], merged))
            return true;
    return value->kind == BY_VALUE_BIN &&
           by_bytes_equal(value->bytes, by_bytes_of(name, sizeof name));
}

static enum banyan_status parse_one(struct parsing *parsing, const struct banyan_field *given)
{
    struct by_touch touch = {.how = how_of(given->change)};
    struct by_value value = by_value_nil();
    struct by_bytes name, language;

    by_path_split(by_bytes_of_text(given->path), &name, &language);
    const struct by_field *field = by_type_field_find(parsing->target->type, name);
    if (field == NULL)
        return refuse_field(parsing->target->type, name, parsing->error);
    enum banyan_status status = check_change(parsing, field, given, language);
    if (status == BANYAN_OK)
        status = complete_path(parsing, field, given, language, &touch.path);
    if (status == BANYAN_OK && given->change != BANYAN_UNSET)
        status = parse_value(parsing, field, given, &value);
    if (status == BANYAN_OK && refers_to(&value, parsing->target->merged))
        return by_fail(parsing->error, BANYAN_ERR_INVALID,
                       "field %s: a record does not refer to itself", field->name);
    if (status == BANYAN_OK && given->change == BANYAN_REMOVE) {
        status = find_removals(parsing, &touch, &value);
        value = by_value_nil();
    }
    return status == BANYAN_OK ? add_change(parsing, &touch, &value) : status;
}

/* -- all fields -- */

/* The language of the record as given now, else as it is, else English. */
static struct by_bytes find_language(const struct by_fields_target *target,
                                     const struct banyan_field *fields, size_t count)
{
    const struct by_merged_path *path =
        by_merged_path_find(target->merged, by_bytes_of_text("language"));

    for (size_t i = 0; i < count; i++)
        if (fields[i].change == BANYAN_SET && fields[i].value != NULL &&
            strcmp(fields[i].path, "language") == 0 &&
            by_text_is_language(by_bytes_of_text(fields[i].value)))
            return by_bytes_of_text(fields[i].value);
    if (path != NULL && path->candidate_count > 0 &&
        path->candidates[0].value.kind == BY_VALUE_TEXT)
        return path->candidates[0].value.bytes;
    return by_bytes_of_text("en");
}

/* Which record a value was meant for, before the words on it. */
static enum banyan_status
name_record(const struct by_fields_target *target, struct banyan_error *error)
{
    char id[BY_SHORT_ID_BYTES];
    struct banyan_error why = error == NULL ? by_error_beside(error) : *error;

    by_record_short_id(&target->merged->name, id);
    return by_fail(error, BANYAN_ERR_INVALID, "%s %s, %s", target->type->name, id, why.text);
}

enum banyan_status by_fields_parse(const struct by_fields_target *target,
                                   const struct banyan_field *fields, size_t count,
                                   struct by_arena *arena, struct by_changes *out_changes,
                                   struct banyan_error *error)
{
    struct parsing parsing = {.target = target,
                              .language = find_language(target, fields, count),
                              .arena = arena,
                              .changes = out_changes,
                              .error = error};
    enum banyan_status status = by_changes_init(out_changes, arena);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    parsing.resolver =
        (struct by_ref_resolver){.find = resolve, .context = &parsing, .codes = target->codes};
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = parse_one(&parsing, &fields[i]);
    if (status == BANYAN_OK && target->merged != NULL)
        status = by_fields_check_emptied(target, out_changes, error);
    return status == BANYAN_ERR_INVALID && target->merged != NULL ? name_record(target, error)
                                                                  : status;
}

bool by_fields_refer(const struct by_type *type, const struct banyan_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct by_bytes name, language;
        by_path_split(by_bytes_of_text(fields[i].path), &name, &language);
        const struct by_field *field = by_type_field_find(type, name);
        if (field != NULL && (field->kind == BY_FIELD_REF || field->kind == BY_FIELD_REFS))
            return true;
    }
    return false;
}
