#include "record/code_search.h"

#include "base/text.h"
#include "record/near.h"

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static bool equals_without_case(struct by_bytes a, struct by_bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

/* Just as it is written: signs such as ₫ and € fold to nothing. */
static bool has_alias(const struct by_code *code, struct by_bytes text)
{
    for (size_t i = 0; code->more != NULL && i < code->more->alias_count; i++)
        if (by_bytes_equal(by_bytes_of_text(code->more->aliases[i]), text))
            return true;
    return false;
}

static const struct by_code *find_by_code(const struct by_code_list *list, struct by_bytes text)
{
    const struct by_code *found = by_code_find(list, text);

    for (size_t i = 0; i < list->code_count && found == NULL; i++)
        if (equals_without_case(by_bytes_of_text(list->codes[i].code), text) ||
            has_alias(&list->codes[i], text))
            found = &list->codes[i];
    return found;
}

/* What was typed, folded, and room to fold what it is held against. */
struct search {
    struct by_bytes typed;
    struct by_buffer folded;
};

/* Calls with each text by which code is known, folded. weigh says whether to go on. */
typedef bool weigher(void *context, struct by_bytes folded);

static enum banyan_status
weigh_text(struct search *search, const char *text, weigher *weigh, void *context, bool *out_go_on)
{
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(&search->folded);
    status = by_text_fold(by_bytes_of_text(text), &search->folded);
    *out_go_on = status == BANYAN_OK && weigh(context, by_buffer_bytes(&search->folded));
    return status;
}

static enum banyan_status
weigh_code(struct search *search, const struct by_code *code, weigher *weigh, void *context)
{
    size_t alias_count = code->more != NULL ? code->more->alias_count : 0;
    enum banyan_status status = BANYAN_OK;
    bool goes_on = true;

    for (size_t i = 0; i < code->label_count && goes_on && status == BANYAN_OK; i++)
        status = weigh_text(search, code->labels[i].text, weigh, context, &goes_on);
    for (size_t i = 0; i < alias_count && goes_on && status == BANYAN_OK; i++)
        status = weigh_text(search, code->more->aliases[i], weigh, context, &goes_on);
    if (goes_on && status == BANYAN_OK)
        status = weigh_text(search, code->code, weigh, context, &goes_on);
    return status;
}

/* ---- the same ---------------------------------------------------------------------------- */

struct sameness {
    struct by_bytes typed;
    bool is_same;
};

static bool weigh_same(void *context, struct by_bytes folded)
{
    struct sameness *sameness = context;

    sameness->is_same = by_bytes_equal(sameness->typed, folded);
    return !sameness->is_same;
}

static bool is_no_more(const struct by_code *code)
{
    return code->more != NULL && code->more->until != NULL;
}

static void keep_same(struct by_code_finding *finding, const struct by_code *code)
{
    bool is_first = finding->same_count == 0;

    if (!is_first && is_no_more(code) && !is_no_more(finding->same[0]))
        return;
    if (!is_first && !is_no_more(code) && is_no_more(finding->same[0]))
        finding->same_count = 0;
    if (finding->same_count < BY_CODES_FOUND_MAX)
        finding->same[finding->same_count] = code;
    finding->same_count++;
}

static enum banyan_status
find_same(struct search *search, const struct by_code_list *list, struct by_code_finding *finding)
{
    for (size_t i = 0; i < list->code_count; i++) {
        struct sameness sameness = {.typed = search->typed};
        enum banyan_status status = weigh_code(search, &list->codes[i], weigh_same, &sameness);

        if (status != BANYAN_OK)
            return status;
        if (sameness.is_same)
            keep_same(finding, &list->codes[i]);
    }
    return BANYAN_OK;
}

/* ---- the near ---------------------------------------------------------------------------- */

struct nearness {
    struct by_bytes typed;
    size_t distance; /* least so far */
};

static bool weigh_near(void *context, struct by_bytes folded)
{
    struct nearness *nearness = context;
    size_t distance = SIZE_MAX;

    if (by_near_is(nearness->typed, folded))
        distance = by_near_distance(nearness->typed, folded);
    if (distance < nearness->distance)
        nearness->distance = distance;
    return true;
}

static void keep_near(struct by_code_finding *finding, const struct by_code *code, size_t distance)
{
    size_t at = finding->near_count;

    while (at > 0 && finding->near_distances[at - 1] > distance)
        at--;
    if (at == BY_CODES_FOUND_MAX)
        return;
    if (finding->near_count < BY_CODES_FOUND_MAX)
        finding->near_count++;
    for (size_t i = finding->near_count - 1; i > at; i--) {
        finding->near[i] = finding->near[i - 1];
        finding->near_distances[i] = finding->near_distances[i - 1];
    }
    finding->near[at] = code;
    finding->near_distances[at] = distance;
}

static enum banyan_status
find_near(struct search *search, const struct by_code_list *list, struct by_code_finding *finding)
{
    for (size_t i = 0; i < list->code_count; i++) {
        struct nearness nearness = {.typed = search->typed, .distance = SIZE_MAX};
        enum banyan_status status = weigh_code(search, &list->codes[i], weigh_near, &nearness);

        if (status != BANYAN_OK)
            return status;
        if (nearness.distance != SIZE_MAX)
            keep_near(finding, &list->codes[i], nearness.distance);
    }
    return BANYAN_OK;
}

enum banyan_status by_code_search(const struct by_code_list *list, struct by_bytes text,
                                  struct by_code_finding *out_finding)
{
    struct by_buffer typed = BY_BUFFER_INIT(SIZE_MAX);
    struct search search = {.folded = BY_BUFFER_INIT(SIZE_MAX)};
    enum banyan_status status = BANYAN_OK;

    *out_finding = (struct by_code_finding){.same = {find_by_code(list, text)}};
    out_finding->same_count = out_finding->same[0] != NULL;
    if (out_finding->same_count > 0)
        return BANYAN_OK;
    status = by_text_fold(text, &typed);
    search.typed = by_buffer_bytes(&typed);
    if (status == BANYAN_OK && search.typed.size > 0)
        status = find_same(&search, list, out_finding);
    if (status == BANYAN_OK && search.typed.size > 0 && out_finding->same_count == 0)
        status = find_near(&search, list, out_finding);
    by_buffer_deinit(&typed);
    by_buffer_deinit(&search.folded);
    return status;
}

/* ---- remembering ------------------------------------------------------------------------- */

/* FNV-1a. */
static size_t slot_of(const struct by_code_list *list, struct by_bytes text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uintptr_t)list;

    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ text.data[i]) * UINT64_C(0x100000001b3);
    return (size_t)(hash >> 32) % BY_CODE_MEMORY_SLOTS;
}

enum banyan_status by_code_search_again(struct by_code_memory *memory,
                                        const struct by_code_list *list, struct by_bytes text,
                                        struct by_code_finding *out_finding)
{
    struct by_code_remembered *slot = NULL;
    enum banyan_status status = BANYAN_OK;

    if (memory == NULL || text.size > BY_CODE_MEMORY_BYTES)
        return by_code_search(list, text, out_finding);
    slot = &memory->slots[slot_of(list, text)];
    if (slot->list == list && by_bytes_equal(text, by_bytes_of(slot->text, slot->size))) {
        *out_finding = slot->finding;
        return BANYAN_OK;
    }
    status = by_code_search(list, text, out_finding);
    if (status != BANYAN_OK)
        return status;
    slot->list = list;
    slot->finding = *out_finding;
    slot->size = (uint8_t)text.size;
    if (text.size > 0)
        memcpy(slot->text, text.data, text.size);
    return BANYAN_OK;
}
