/*
 * What stood before: each operation asks, of each path that it sets or unsets, what it saw there.
 */
#include "record/told_parts.h"

/* Of a field unset in all its languages, at most so many are told. */
#define LANGUAGES_MAX 32u

/* A touch as a saying, with the field it belongs to. */
struct said {
    struct by_saying saying;
    struct by_slot *slot;
    const struct by_assignment *assignment;
};

/* What is said of one language by itself is a set of its own, behind those of the fields. */
struct language_set {
    const struct by_slot *slot;
    struct by_bytes language;
    uint32_t set; /* BY_NO_SET: only said of within whole fields */
};

/* Of one path of one operation, or of one language of it. */
struct question {
    struct by_slot *slot;
    struct by_bytes language;
    struct by_before *before; /* where the answer goes */
};

struct answer {
    uint32_t asking;
    uint32_t saying;
};

struct telling {
    struct by_merge_state *state;
    struct by_slot *slots; /* by path */
    size_t slot_count;
    struct said *said; /* by node */
    size_t said_count;
    struct language_set *languages; /* by slot and language */
    size_t language_count;
    uint32_t set_count;
    struct by_buffer questions;   /* of struct question */
    struct by_buffer askings;     /* of struct by_asking, parallel */
    struct by_buffer answers;     /* of struct answer, since the last were settled */
    struct by_merge_state of_one; /* the state with arenas of its own, for one question */
    struct by_arena answered;
};

static bool is_mltext(const struct by_slot *slot)
{
    return slot->has_kind && slot->kind == BY_FIELD_MLTEXT;
}

/* ---- who says what --------------------------------------------------------------------------- */

static int order_languages(const void *a, const void *b)
{
    const struct language_set *left = a;
    const struct language_set *right = b;

    if (left->slot != right->slot)
        return left->slot < right->slot ? -1 : 1;
    return by_bytes_compare(left->language, right->language);
}

/* Languages that a touch of a field speaks of. */
static size_t languages_of(const struct by_slot *slot, const struct by_assignment *assignment,
                           struct language_set *out_languages)
{
    const struct by_value *value = assignment->value;
    size_t count = assignment->language.size > 0 ? 1
                   : value->kind == BY_VALUE_MAP ? value->map.count
                                                 : 0;

    for (size_t i = 0; out_languages != NULL && i < count; i++)
        out_languages[i] = (struct language_set){
            slot, assignment->language.size > 0 ? assignment->language : value->map.pairs[i].key,
            assignment->language.size > 0 ? 0 : BY_NO_SET};
    return count;
}

/* One entry per language; one that is said of by itself anywhere has a set. */
static size_t join_languages(struct telling *telling, struct language_set *languages, size_t count)
{
    size_t kept = 0;

    if (count > 0)
        qsort(languages, count, sizeof *languages, order_languages);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || order_languages(&languages[kept - 1], &languages[i]) != 0)
            languages[kept++] = languages[i];
        else if (languages[i].set != BY_NO_SET)
            languages[kept - 1].set = languages[i].set;
    }
    for (size_t i = 0; i < kept; i++)
        if (languages[i].set != BY_NO_SET)
            languages[i].set = telling->set_count++;
    return kept;
}

static enum banyan_status find_languages(struct telling *telling)
{
    size_t room = 0;
    size_t count = 0;

    for (size_t i = 0; i < telling->slot_count; i++)
        for (size_t k = 0; is_mltext(&telling->slots[i]) && k < telling->slots[i].touch_count; k++)
            room += languages_of(&telling->slots[i], &telling->slots[i].touches[k], NULL);
    telling->languages =
        by_arena_array(&telling->state->scratch, room + 1, sizeof *telling->languages);
    if (telling->languages == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < telling->slot_count; i++)
        for (size_t k = 0; is_mltext(&telling->slots[i]) && k < telling->slots[i].touch_count; k++)
            count += languages_of(&telling->slots[i], &telling->slots[i].touches[k],
                                  &telling->languages[count]);
    telling->language_count = join_languages(telling, telling->languages, count);
    return BANYAN_OK;
}

/* The first language of a slot that is not before the one given. */
static size_t
find_language(const struct telling *telling, const struct by_slot *slot, struct by_bytes language)
{
    const struct language_set wanted = {slot, language, 0};
    size_t low = 0;
    size_t high = telling->language_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (order_languages(&telling->languages[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t
set_of_language(const struct telling *telling, const struct by_slot *slot, struct by_bytes language)
{
    size_t at = find_language(telling, slot, language);
    const struct language_set *found = &telling->languages[at];

    return at < telling->language_count && found->slot == slot &&
                   by_bytes_equal(found->language, language)
               ? found->set
               : BY_NO_SET;
}

static struct said make_said(const struct telling *telling, struct by_slot *slot,
                             const struct by_assignment *assignment)
{
    enum by_how how = assignment->touch->how;
    bool is_language = is_mltext(slot) && assignment->language.size > 0;
    uint32_t set = is_language ? set_of_language(telling, slot, assignment->language)
                               : (uint32_t)(slot - telling->slots);

    return (struct said){
        {.node = assignment->node, .set = set, .covers = how == BY_HOW_SET || how == BY_HOW_UNSET},
        slot,
        assignment};
}

static int order_said(const void *a, const void *b)
{
    const struct said *left = a;
    const struct said *right = b;

    if (left->saying.node != right->saying.node)
        return left->saying.node < right->saying.node ? -1 : 1;
    if (left->saying.set != right->saying.set)
        return left->saying.set < right->saying.set ? -1 : 1;
    return (int)left->assignment->touch->how - (int)right->assignment->touch->how;
}

static enum banyan_status find_said(struct telling *telling)
{
    size_t room = 0;

    for (size_t i = 0; i < telling->slot_count; i++)
        room += telling->slots[i].touch_count;
    telling->said = by_arena_array(&telling->state->scratch, room + 1, sizeof *telling->said);
    if (telling->said == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < telling->slot_count; i++)
        for (size_t k = 0; k < telling->slots[i].touch_count; k++)
            telling->said[telling->said_count++] =
                make_said(telling, &telling->slots[i], &telling->slots[i].touches[k]);
    if (telling->said_count > 0)
        qsort(telling->said, telling->said_count, sizeof *telling->said, order_said);
    return BANYAN_OK;
}

/* ---- who asks what --------------------------------------------------------------------------- */

static struct by_slot *find_slot(const struct telling *telling, struct by_bytes path)
{
    size_t low = 0;
    size_t high = telling->slot_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_bytes_compare(telling->slots[middle].path, path);

        if (order == 0)
            return &telling->slots[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum banyan_status add_question(struct telling *telling, const struct question *question,
                                       uint32_t node, uint32_t language_set)
{
    const struct by_asking asking = {
        .node = node, .sets = {(uint32_t)(question->slot - telling->slots), language_set}};
    enum banyan_status status = by_buffer_append(&telling->questions, question, sizeof *question);

    return status == BANYAN_OK ? by_buffer_append(&telling->askings, &asking, sizeof asking)
                               : status;
}

/* A question for each language of the field. */
static enum banyan_status
ask_languages(struct telling *telling, struct question question, uint32_t node)
{
    size_t first = find_language(telling, question.slot, by_bytes_of(NULL, 0));
    enum banyan_status status = BANYAN_OK;

    for (size_t i = first; i < telling->language_count && i < first + LANGUAGES_MAX &&
                           telling->languages[i].slot == question.slot && status == BANYAN_OK;
         i++) {
        question.language = telling->languages[i].language;
        status = add_question(telling, &question, node, telling->languages[i].set);
    }
    return status;
}

static enum banyan_status ask_touch(struct telling *telling, uint32_t node,
                                    const struct by_touch *touch, struct by_before *before)
{
    struct question question = {.before = before};
    struct by_bytes field = {0};

    if (touch->how == BY_HOW_ADD || touch->how == BY_HOW_REMOVE)
        return BANYAN_OK;
    by_path_split(touch->path, &field, &question.language);
    question.slot = find_slot(telling, field);
    if (question.slot == NULL || !question.slot->has_kind)
        question.slot = find_slot(telling, touch->path);
    if (question.slot == NULL)
        return BANYAN_OK;
    if (!is_mltext(question.slot))
        return add_question(telling, &question, node, BY_NO_SET);
    if (question.language.size == 0)
        return ask_languages(telling, question, node);
    return add_question(telling, &question, node,
                        set_of_language(telling, question.slot, question.language));
}

static enum banyan_status ask_all(struct telling *telling, struct by_told *told, size_t count)
{
    const struct by_merge_state *state = telling->state;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_op_links *links = &told[i].operation->links;
        uint32_t node = 0;

        if (!by_dag_find(&state->dag, &told[i].operation->id, &node))
            continue;
        told[i].befores =
            by_arena_array(state->arena, links->touch_count + 1, sizeof *told[i].befores);
        if (told[i].befores == NULL)
            return BANYAN_ERR_MEMORY;
        for (size_t k = 0; k < links->touch_count && status == BANYAN_OK; k++)
            status = ask_touch(telling, node, &links->touches[k], &told[i].befores[k]);
    }
    return status;
}

/* ---- the answers ----------------------------------------------------------------------------- */

static enum banyan_status take_answer(void *context, size_t asking, size_t saying)
{
    struct telling *telling = context;
    const struct answer answer = {(uint32_t)asking, (uint32_t)saying};

    return by_buffer_append(&telling->answers, &answer, sizeof answer);
}

/* By question, and then in order of nodes. */
static int order_answers(const void *a, const void *b)
{
    const struct answer *left = a;
    const struct answer *right = b;

    if (left->asking != right->asking)
        return left->asking < right->asking ? -1 : 1;
    return left->saying < right->saying ? -1 : left->saying > right->saying;
}

static const struct by_value *value_in(const struct said *said, struct by_bytes language)
{
    static const struct by_value nothing = {.kind = BY_VALUE_NIL};
    const struct by_value *value = said->assignment->value;

    if (!is_mltext(said->slot) || said->assignment->language.size > 0)
        return value;
    value = by_value_get_bytes(value, language);
    return value != NULL ? value : &nothing;
}

/* What stands, of the sayings that were seen, as one path or none. */
static enum banyan_status settle_question(struct telling *telling, const struct question *question,
                                          const struct answer *answers, size_t count,
                                          struct by_buffer *out_paths)
{
    struct by_merge_state *state = &telling->of_one;
    struct by_slot slot = *question->slot;

    slot.marks = by_arena_array(&state->scratch, count + 1, sizeof *slot.marks);
    slot.mark_count = count;
    if (slot.marks == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct said *said = &telling->said[answers[i].saying];

        slot.marks[i] = (struct by_mark){.node = said->saying.node,
                                         .covers = said->saying.covers,
                                         .value = value_in(said, question->language)};
    }
    if (is_mltext(&slot))
        slot.kind = BY_FIELD_TEXT;
    return slot.has_kind && by_field_kind_is_list(slot.kind)
               ? by_merge_list(state, &slot, out_paths)
               : by_merge_scalar(state, &slot, out_paths);
}

/* A list was made for this question alone: its beginning is copied. */
static enum banyan_status
keep_list(struct by_candidate *candidate, struct by_arena *arena, struct by_before *before)
{
    const struct by_value *list = &candidate->value;
    size_t count =
        list->array.count < BY_TOLD_ELEMENTS_MAX ? list->array.count : BY_TOLD_ELEMENTS_MAX;
    struct by_value copy = by_value_array(arena, count);

    if (copy.array.items == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(copy.array.items, list->array.items, count * sizeof *copy.array.items);
    before->is_cut = before->is_cut || count < list->array.count;
    candidate->value = copy;
    return BANYAN_OK;
}

/* Add what stands to what is told already of other languages. */
static enum banyan_status
keep_path(const struct by_merged_path *path, struct by_arena *arena, struct by_before *before)
{
    size_t room = BY_TOLD_VALUES_MAX - before->count;
    size_t added = path->candidate_count < room ? path->candidate_count : room;
    struct by_candidate *candidates =
        by_arena_array(arena, before->count + added + 1, sizeof *candidates);
    enum banyan_status status = BANYAN_OK;

    if (candidates == NULL)
        return BANYAN_ERR_MEMORY;
    if (before->count > 0)
        memcpy(candidates, before->candidates, before->count * sizeof *candidates);
    memcpy(candidates + before->count, path->candidates, added * sizeof *candidates);
    if (path->is_list && added > 0)
        status = keep_list(&candidates[before->count], arena, before);
    before->candidates = candidates;
    before->count += added;
    before->is_cut = before->is_cut || added < path->candidate_count;
    return status;
}

static enum banyan_status
answer_question(struct telling *telling, const struct answer *answers, size_t count)
{
    const struct question *question =
        (const struct question *)(const void *)telling->questions.data + answers[0].asking;
    struct by_buffer paths = BY_BUFFER_INIT(SIZE_MAX);
    enum banyan_status status = settle_question(telling, question, answers, count, &paths);

    if (status == BANYAN_OK && paths.size > 0)
        status = keep_path((const struct by_merged_path *)(const void *)paths.data,
                           telling->state->arena, question->before);
    by_buffer_deinit(&paths);
    by_arena_reset(&telling->of_one.scratch);
    by_arena_reset(&telling->answered);
    return status;
}

static enum banyan_status settle_answers(void *context)
{
    struct telling *telling = context;
    struct answer *answers = (struct answer *)(void *)telling->answers.data;
    size_t count = telling->answers.size / sizeof *answers;
    enum banyan_status status = BANYAN_OK;

    if (count > 0)
        qsort(answers, count, sizeof *answers, order_answers);
    for (size_t at = 0, end = 0; at < count && status == BANYAN_OK; at = end) {
        for (end = at + 1; end < count && answers[end].asking == answers[at].asking;)
            end++;
        status = answer_question(telling, &answers[at], end - at);
    }
    by_buffer_reset(&telling->answers);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum banyan_status prepare(struct telling *telling)
{
    enum banyan_status status =
        by_merge_slots(telling->state, &telling->slots, &telling->slot_count);

    telling->set_count = (uint32_t)telling->slot_count;
    for (size_t i = 0; i < telling->slot_count && status == BANYAN_OK; i++)
        if (telling->slots[i].has_kind && by_field_kind_is_list(telling->slots[i].kind))
            status = by_list_removals(telling->state, &telling->slots[i]);
    if (status == BANYAN_OK)
        status = find_languages(telling);
    return status == BANYAN_OK ? find_said(telling) : status;
}

static enum banyan_status ask_and_settle(struct telling *telling)
{
    const struct by_answers answers = {take_answer, settle_answers, telling};
    struct by_sayings sayings = {.count = telling->said_count, .set_count = telling->set_count};
    struct by_saying *items =
        by_arena_array(&telling->state->scratch, telling->said_count + 1, sizeof *items);

    if (items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < telling->said_count; i++)
        items[i] = telling->said[i].saying;
    sayings.items = items;
    telling->of_one = *telling->state;
    telling->of_one.scratch = (struct by_arena)BY_ARENA_INIT;
    telling->of_one.arena = &telling->answered;
    return by_dag_ask(&telling->state->dag, &sayings,
                      (const struct by_asking *)(const void *)telling->askings.data,
                      telling->askings.size / sizeof(struct by_asking), &answers);
}

enum banyan_status by_tell_befores(struct by_merge_state *state, struct by_told *told, size_t count)
{
    struct telling telling = {.state = state,
                              .questions = BY_BUFFER_INIT(SIZE_MAX),
                              .askings = BY_BUFFER_INIT(SIZE_MAX),
                              .answers = BY_BUFFER_INIT(SIZE_MAX)};
    enum banyan_status status = prepare(&telling);

    if (status == BANYAN_OK)
        status = ask_all(&telling, told, count);
    if (status == BANYAN_OK)
        status = ask_and_settle(&telling);
    by_arena_deinit(&telling.of_one.scratch);
    by_arena_deinit(&telling.answered);
    by_buffer_deinit(&telling.questions);
    by_buffer_deinit(&telling.askings);
    by_buffer_deinit(&telling.answers);
    return status;
}
