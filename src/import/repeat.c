/*
 * Which records those are that repeat within the rows of a form, and how they hang together with
 * the record of the row: by a field of theirs that refers to it (a session to its event), or by a
 * field of its that refers to all of them (an activity to its sites).
 */
#include <string.h>

#include "base/text.h"
#include "core/fields.h"
#include "import/parts.h"

#define WORD_BYTES_MAX 256u

/* -- how they refer to each other -- */

/* A field of theirs before one that lists them. */
static bool
link_types(struct by_import_part *part, const struct by_type *type, const struct by_type *within)
{
    part->link = by_type_link(type, within);
    part->is_listed = part->link == NULL;
    if (part->is_listed)
        part->link = by_type_list(within, type);
    return part->link != NULL;
}

/* -- as the mapping says -- */

static enum banyan_status said_link(struct by_importing *importing, const struct by_type *type,
                                    const char *name, const struct by_type *other)
{
    const struct by_field *field = by_type_field_find(type, by_bytes_of_text(name));

    if (field == NULL || !by_field_refers(field, other, true))
        return by_fail(importing->error, BANYAN_ERR_INVALID,
                       "in the mapping of the sheet \"%.100s\", '%.64s' is no field of %s that "
                       "refers to records of type %s",
                       importing->part->name, name, type->name, other->name);
    importing->part->link = field;
    return BANYAN_OK;
}

enum banyan_status
by_import_repeat_said(struct by_importing *importing, const struct by_type *within,
                      const struct by_mapping_sheet *said, const struct by_type **out_type)
{
    struct by_import_part *part = importing->part;
    const struct by_type *type = NULL;
    enum banyan_status status = BANYAN_OK;

    if (said->type == NULL)
        return by_fail(importing->error, BANYAN_ERR_INVALID,
                       "in the mapping, the sheet \"%.100s\" has no \"type\"", part->name);
    status = by_fields_type(importing->node, by_bytes_of_text(said->type), &type, importing->error);
    part->is_listed = status == BANYAN_OK && said->list != NULL;
    if (status == BANYAN_OK && said->parent != NULL)
        status = said_link(importing, type, said->parent, within);
    else if (status == BANYAN_OK && said->list != NULL)
        status = said_link(importing, within, said->list, type);
    else if (status == BANYAN_OK && !link_types(part, type, within))
        status = by_fail(importing->error, BANYAN_ERR_INVALID,
                         "in the mapping of the sheet \"%.100s\": no field of %s refers to records "
                         "of type %s, nor the other way round",
                         part->name, type->name, within->name);
    *out_type = type;
    return status;
}

/* -- by what the form calls it -- */

static bool fold(struct by_bytes text, struct by_buffer *out)
{
    struct by_buffer normal = BY_BUFFER_INIT(WORD_BYTES_MAX);
    enum banyan_status status = by_text_normalise(text, &normal);

    by_buffer_reset(out);
    if (status == BANYAN_OK)
        status = by_text_fold(by_buffer_bytes(&normal), out);
    by_buffer_deinit(&normal);
    for (size_t i = 0; i < out->size; i++)
        if (out->data[i] == '_')
            out->data[i] = ' ';
    return status == BANYAN_OK && out->size > 0;
}

/* The word itself, or with the s of several. */
static bool is_called(const char *name, struct by_bytes folded)
{
    struct by_buffer other = BY_BUFFER_INIT(WORD_BYTES_MAX);
    bool is_it = fold(by_bytes_of_text(name), &other) &&
                 (other.size == folded.size ||
                  (other.size + 1 == folded.size && folded.data[other.size] == 's')) &&
                 memcmp(other.data, folded.data, other.size) == 0;

    by_buffer_deinit(&other);
    return is_it;
}

static bool is_labelled(const struct by_label *labels, size_t count, struct by_bytes folded)
{
    for (size_t i = 0; i < count; i++)
        if (is_called(labels[i].text, folded))
            return true;
    return false;
}

static const struct by_type *
type_called(const struct by_importing *importing, struct by_bytes folded)
{
    size_t count;
    const struct by_type *const *types = by_registry_types(importing->node->registry, &count);

    for (size_t i = 0; i < count; i++)
        if (by_type_set_has(importing->node->types, by_bytes_of_text(types[i]->name)) &&
            (is_called(types[i]->name, folded) ||
             is_labelled(types[i]->labels, types[i]->label_count, folded)))
            return types[i];
    return NULL;
}

/* What the record calls the list of them: "communities" of a site. */
static const struct by_type *type_listed(const struct by_importing *importing,
                                         const struct by_type *within, struct by_bytes folded)
{
    for (size_t i = 0; i < within->field_count; i++) {
        const struct by_field *field = &within->fields[i];

        if (field->kind != BY_FIELD_REFS || field->ref_type == NULL ||
            (!is_called(field->name, folded) &&
             !is_labelled(field->labels, field->label_count, folded)))
            continue;
        importing->part->link = field;
        importing->part->is_listed = true;
        return by_registry_type(importing->node->registry, by_bytes_of_text(field->ref_type));
    }
    return NULL;
}

enum banyan_status by_import_repeat_guess(struct by_importing *importing,
                                          const struct by_type *within,
                                          const struct by_type **out_type)
{
    struct by_buffer folded = BY_BUFFER_INIT(WORD_BYTES_MAX);
    const struct by_type *type = NULL;

    if (fold(importing->part->repeat, &folded)) {
        type = type_listed(importing, within, by_buffer_bytes(&folded));
        if (type == NULL) {
            type = type_called(importing, by_buffer_bytes(&folded));
            if (type != NULL && !link_types(importing->part, type, within))
                type = NULL;
        }
    }
    by_buffer_deinit(&folded);
    *out_type = type;
    return BANYAN_OK;
}
