/*
 * New rows that look like records that are there.
 *
 * Only records from before the import count: rows that are alike within one file are as many
 * records as they are rows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/alike.h"
#include "import/state.h"
#include "record/field_value.h"
#include "view/each.h"

/* What is known of the records of a type that was met. */
struct known {
    const struct by_type *type;
    struct by_alike_index *index;
};
struct by_import_alike {
    struct known *known;
    size_t count, capacity;
    uint64_t *left_out; /* numbers of rows, as they come: ascending */
    size_t left_out_count, left_out_capacity;
};

enum banyan_status by_import_alike_new(struct by_import_alike **out_alike)
{
    *out_alike = calloc(1, sizeof **out_alike);
    return *out_alike == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

void by_import_alike_forget(struct by_import_alike *alike)
{
    for (size_t i = 0; i < alike->count; i++)
        by_alike_index_free(alike->known[i].index);
    alike->count = 0;
}

void by_import_alike_free(struct by_import_alike *alike)
{
    if (alike == NULL)
        return;
    by_import_alike_forget(alike);
    free(alike->known);
    free(alike->left_out);
    free(alike);
}

static enum banyan_status make_room(void **items, size_t *capacity, size_t count, size_t size)
{
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    void *grown = NULL;

    if (count < *capacity)
        return BANYAN_OK;
    grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    *items = grown;
    *capacity = wanted;
    return BANYAN_OK;
}

static enum banyan_status index_of(struct by_importing *importing, const struct by_type *type,
                                   struct by_alike_index **out_index)
{
    struct by_import_alike *alike = importing->alike;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < alike->count; i++)
        if (alike->known[i].type == type) {
            *out_index = alike->known[i].index;
            return BANYAN_OK;
        }
    status =
        make_room((void **)&alike->known, &alike->capacity, alike->count, sizeof alike->known[0]);
    if (status != BANYAN_OK)
        return by_fail_plain(importing->error, status);
    status = by_alike_index_new(importing->node->view, type, out_index, importing->error);
    if (status == BANYAN_OK)
        alike->known[alike->count++] = (struct known){.type = type, .index = *out_index};
    return status;
}

/* A whole sentence for each: other languages have another order. */
static const char *sentence_of(const struct by_alike_found *found)
{
    if (found->similarity < 0)
        return N_("may be there already: {} ({}) is {} m away");
    if (found->metres < 0)
        return found->similarity == 100 ? N_("may be there already: {} ({}) has the same name")
                                        : N_("may be there already: {} ({}) has a similar name");
    return found->similarity == 100
               ? N_("may be there already: {} ({}) has the same name and is {} m away")
               : N_("may be there already: {} ({}) has a similar name and is {} m away");
}

/* Fill the places of a sentence. */
static enum banyan_status
fill(const char *sentence, const char *const *words, size_t count, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    size_t at = 0;

    for (const char *c = sentence; *c != 0 && status == BANYAN_OK; c++) {
        bool is_place = c[0] == '{' && c[1] == '}' && at < count;

        status = is_place ? by_buffer_append_format(out, "%s", words[at++])
                          : by_buffer_append_u8(out, (uint8_t)*c);
        c += is_place;
    }
    return status;
}

/* By the view, since the store is being read. */
static bool is_shared(struct by_importing *importing, const struct by_record_name *name)
{
    struct by_buffer label = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = by_view_label(importing->node->view, name, &label, NULL);

    by_buffer_deinit(&label);
    return status == BANYAN_OK;
}

static enum banyan_status tell(struct by_importing *importing, const struct by_alike_found *found,
                               struct by_arena *arena, struct by_import_plan *plan)
{
    char id[BY_SHORT_ID_BYTES], metres[32];
    const char *words[] = {id, "", metres};
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status =
        by_alike_label(importing->node->view, &found->name, arena, &words[1], importing->error);

    if (status != BANYAN_OK)
        return status;
    by_record_short_id(&found->name, id);
    (void)snprintf(metres, sizeof metres, "%.0f", found->metres);
    status = fill(by_words(importing->error, sentence_of(found)), words, 3, &text);
    plan->remark = status == BANYAN_OK ? by_arena_text(arena, by_buffer_bytes(&text)) : NULL;
    by_buffer_deinit(&text);
    plan->alike = found->name;
    plan->alike_is_private = !is_shared(importing, &found->name);
    plan->verdict = BY_IMPORT_DUPLICATE;
    if (status == BANYAN_OK && plan->remark == NULL)
        status = BANYAN_ERR_MEMORY;
    return status == BANYAN_OK ? status : by_fail_plain(importing->error, status);
}

static enum banyan_status leave_out(struct by_importing *importing, uint64_t row)
{
    struct by_import_alike *alike = importing->alike;
    enum banyan_status status = make_room((void **)&alike->left_out, &alike->left_out_capacity,
                                          alike->left_out_count, sizeof alike->left_out[0]);

    if (status != BANYAN_OK)
        return by_fail_plain(importing->error, status);
    alike->left_out[alike->left_out_count++] = row;
    return BANYAN_OK;
}

enum banyan_status by_import_alike_look(struct by_importing *importing, uint64_t row,
                                        struct by_arena *arena, struct by_import_plan *plan)
{
    const struct by_op_links *links = &plan->operation.links;
    struct by_bytes names[BY_ALIKE_NAMES_MAX];
    struct by_view_alike alike = {.type = by_registry_type(importing->node->registry, links->type)};
    struct by_alike_index *index = NULL;
    struct by_alike_found found;
    enum banyan_status status = BANYAN_OK;

    if (plan->verdict != BY_IMPORT_NEW || alike.type == NULL)
        return BANYAN_OK;
    by_alike_of_changes(&alike, names, links->touches, plan->operation.values, links->touch_count);
    status = index_of(importing, alike.type, &index);
    if (status == BANYAN_OK)
        status = by_alike_index_find(index, &alike, &found, importing->error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    status = tell(importing, &found, arena, plan);
    return status == BANYAN_OK && importing->options->skip_duplicates ? leave_out(importing, row)
                                                                      : status;
}

static int order_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

bool by_import_alike_leaves_out(const struct by_import_alike *alike, uint64_t row)
{
    return alike->left_out_count > 0 &&
           bsearch(&row, alike->left_out, alike->left_out_count, sizeof row, order_numbers) != NULL;
}
