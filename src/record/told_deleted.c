/*
 * Whether the record was deleted before an operation: what its author saw, not what others did
 * meanwhile.
 */
#include "record/told_parts.h"

/* Of one who asks, the heads in its past. */
struct seen {
    bool some_delete;
    bool some_keep;
};

struct telling {
    const struct by_dag *dag;
    const struct by_saying *sayings;
    struct seen *seen; /* by asking */
};

static enum banyan_status note_head(void *context, size_t asking, size_t saying)
{
    const struct telling *telling = context;
    const struct by_operation *head = telling->dag->operations[telling->sayings[saying].node];

    if (by_operation_deletes(head))
        telling->seen[asking].some_delete = true;
    else
        telling->seen[asking].some_keep = true;
    return BANYAN_OK;
}

static enum by_deletion judge(const struct seen *seen)
{
    if (!seen->some_delete)
        return BY_DELETED_NO;
    return seen->some_keep ? BY_DELETED_CONFLICT : BY_DELETED_YES;
}

/* What can be a head of the record, in order of nodes; whether any of it deletes. */
static bool
find_sayings(const struct by_merge_state *state, struct by_saying *sayings, size_t *out_count)
{
    bool some_delete = false;

    *out_count = 0;
    for (uint32_t i = 0; i < state->dag.count; i++) {
        if (!by_merge_can_be_head(state, i))
            continue;
        some_delete = some_delete || by_operation_deletes(state->dag.operations[i]);
        sayings[(*out_count)++] = (struct by_saying){.node = i, .set = 0, .covers = true};
    }
    return some_delete;
}

enum banyan_status
by_tell_deletions(struct by_merge_state *state, struct by_told *told, size_t count)
{
    struct by_saying *sayings =
        by_arena_array(&state->scratch, state->dag.count + 1, sizeof *sayings);
    struct by_asking *askings = by_arena_array(&state->scratch, count + 1, sizeof *askings);
    struct by_told **asking_of = by_arena_array(&state->scratch, count + 1, sizeof *asking_of);
    struct seen *seen = by_arena_array(&state->scratch, count + 1, sizeof *seen);
    struct telling telling = {&state->dag, sayings, seen};
    const struct by_answers answers = {.answer = note_head, .context = &telling};
    struct by_sayings all = {.items = sayings, .set_count = 1};
    size_t asked = 0;
    enum banyan_status status = BANYAN_OK;

    if (sayings == NULL || askings == NULL || asking_of == NULL || seen == NULL)
        return BANYAN_ERR_MEMORY;
    if (!find_sayings(state, sayings, &all.count))
        return BANYAN_OK;
    for (size_t i = 0; i < count; i++) {
        uint32_t node = 0;

        if (told[i].fate != BY_FATE_COUNTS ||
            !by_dag_find(&state->dag, &told[i].operation->id, &node))
            continue;
        asking_of[asked] = &told[i];
        askings[asked++] = (struct by_asking){node, {0, BY_NO_SET}};
    }
    status = by_dag_ask(&state->dag, &all, askings, asked, &answers);
    for (size_t i = 0; status == BANYAN_OK && i < asked; i++)
        asking_of[i]->before = judge(&seen[i]);
    return status;
}
