/*
 * Whose word counts: who owns the record where an operation stands, and what so becomes of it.
 *
 * A transfer that counts gives the record away. An operation goes by the transfer in its past that
 * stands on most others, of several the one with the lowest id; without any the owner is whom the
 * record's name says. So each operation has one owner over it, and what it did not know of does
 * not reach it.
 */
#include "record/merge_parts.h"

#include "member/act.h"

#define NO_TRANSFER UINT32_MAX

/* What the operations know of transfers, by node. */
struct titles {
    uint32_t *last;        /* the transfer that a node goes by */
    uint32_t *generations; /* of a transfer that counts: how many stand below it, itself included */
};

static enum banyan_status titles_init(struct by_merge_state *state, struct titles *titles)
{
    titles->last = by_arena_array(&state->scratch, state->dag.count + 1, sizeof *titles->last);
    titles->generations =
        by_arena_array(&state->scratch, state->dag.count + 1, sizeof *titles->generations);
    return titles->last != NULL && titles->generations != NULL ? BANYAN_OK : BANYAN_ERR_MEMORY;
}

/* Nodes are in order of ids. */
static uint32_t stronger(const struct titles *titles, uint32_t a, uint32_t b)
{
    if (a == NO_TRANSFER || b == NO_TRANSFER)
        return a == NO_TRANSFER ? b : a;
    if (titles->generations[a] != titles->generations[b])
        return titles->generations[a] > titles->generations[b] ? a : b;
    return a < b ? a : b;
}

/* What a child learns through a node: the node itself where it is a transfer that counts. */
static uint32_t title_through(const struct titles *titles, uint32_t node)
{
    return titles->generations[node] > 0 ? node : titles->last[node];
}

static uint32_t
find_last(const struct by_merge_state *state, const struct titles *titles, uint32_t node)
{
    uint32_t last = NO_TRANSFER;

    for (size_t i = state->dag.starts[node]; i < state->dag.starts[node + 1]; i++)
        last = stronger(titles, last, title_through(titles, state->dag.parents[i]));
    return last;
}

static const struct by_id *owner_by(const struct by_merge_state *state, uint32_t transfer)
{
    return transfer == NO_TRANSFER ? &state->name.owner
                                   : &state->dag.operations[transfer]->links.targets[0];
}

/* ---- what becomes of an operation ------------------------------------------------------------ */

static enum by_standing
weigh(const struct by_merge_state *state, const struct by_operation *operation, bool is_owners)
{
    bool decides = is_owners || operation->role >= BY_ROLE_COORDINATOR;
    bool edits = decides || (operation->role >= BY_ROLE_MEMBER &&
                             by_type_set_is_open(state->types, state->type));

    switch (operation->links.op) {
    case BY_OP_PUT:
        return BY_STANDING_EFFECTIVE;
    case BY_OP_PATCH:
    case BY_OP_DELETE:
        return edits ? BY_STANDING_EFFECTIVE : BY_STANDING_PROPOSAL;
    case BY_OP_ACCEPT:
    case BY_OP_DECLINE:
    case BY_OP_TRANSFER:
        return decides ? BY_STANDING_EFFECTIVE : BY_STANDING_NONE;
    }
    return BY_STANDING_NONE;
}

static void weigh_node(struct by_merge_state *state, struct titles *titles, uint32_t node)
{
    const struct by_operation *operation = state->dag.operations[node];
    uint32_t last = find_last(state, titles, node);

    titles->last[node] = last;
    state->are_owners[node] = by_id_equal(&operation->organisation, owner_by(state, last));
    state->standings[node] = weigh(state, operation, state->are_owners[node]);
    if (operation->links.op == BY_OP_TRANSFER && state->standings[node] == BY_STANDING_EFFECTIVE)
        titles->generations[node] = last == NO_TRANSFER ? 1 : titles->generations[last] + 1;
}

enum banyan_status by_merge_standings(struct by_merge_state *state, struct by_id *out_owner)
{
    struct titles titles = {0};
    uint32_t last = NO_TRANSFER;

    state->standings =
        by_arena_array(&state->scratch, state->dag.count + 1, sizeof *state->standings);
    state->are_owners =
        by_arena_array(&state->scratch, state->dag.count + 1, sizeof *state->are_owners);
    if (state->standings == NULL || state->are_owners == NULL ||
        titles_init(state, &titles) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    for (size_t k = 0; k < state->dag.count; k++) {
        uint32_t node = state->dag.order[k];

        weigh_node(state, &titles, node);
        last = stronger(&titles, last, title_through(&titles, node));
    }
    *out_owner = *owner_by(state, last);
    return BANYAN_OK;
}
