#include "log/fork.h"

#include "base/limits.h"

/* What is known of an entry once its parent has been settled. */
struct state {
    uint32_t children;
    bool connected;  /* its whole chain is there */
    bool above_fork; /* a fork point lies below it: of its children only the lowest goes on */
};

static int entry_order(const void *a, const void *b)
{
    const struct by_fork_entry *x = a;
    const struct by_fork_entry *y = b;

    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    return by_id_compare(&x->id, &y->id);
}

/* The entry that the one at i names as prev, or count. Entries are in order. */
static size_t find_parent(const struct by_fork_entry *entries, size_t count, size_t i)
{
    struct by_fork_entry wanted = {.id = entries[i].prev, .seq = entries[i].seq - 1};
    const struct by_fork_entry *found = NULL;

    if (entries[i].seq == 0)
        return count;
    found = bsearch(&wanted, entries, i, sizeof *entries, entry_order);
    return found == NULL ? count : (size_t)(found - entries);
}

/* states[count] stands for what is below seq 0: first entries are its children. */
static void find_parents(const struct by_fork_entry *entries, size_t count, size_t *parents,
                         struct state *states)
{
    states[count].connected = true;
    for (size_t i = 0; i < count; i++) {
        parents[i] = find_parent(entries, count, i);
        states[i].connected =
            parents[i] < count ? states[parents[i]].connected : entries[i].seq == 0;
        if (states[i].connected)
            states[parents[i]].children++;
    }
}

/* Children come in the order of their ids, so how many of a parent's have counted so far is a
 * child's rank. */
static void settle(struct by_fork_entry *entries, size_t count, const size_t *parents,
                   struct state *states, uint32_t *counted)
{
    for (size_t i = 0; i < count; i++) {
        size_t parent = parents[i];
        uint32_t room = states[parent].above_fork ? 1 : BY_FORK_BRANCHES_MAX;

        entries[i].counts = states[i].connected && counted[parent] < room &&
                            (parent == count || entries[parent].counts);
        if (!entries[i].counts)
            continue;
        counted[parent]++;
        states[i].above_fork = states[parent].above_fork || states[parent].children > 1;
    }
}

enum banyan_status by_fork_count(struct by_fork_entry *entries, size_t count)
{
    enum banyan_status status = BANYAN_ERR_MEMORY;
    size_t *parents = calloc(count + 1, sizeof *parents);
    struct state *states = calloc(count + 1, sizeof *states);
    uint32_t *counted = calloc(count + 1, sizeof *counted);

    if (parents == NULL || states == NULL || counted == NULL)
        goto out;
    if (count > 1)
        qsort(entries, count, sizeof *entries, entry_order);
    find_parents(entries, count, parents, states);
    settle(entries, count, parents, states, counted);
    status = BANYAN_OK;
out:
    free(parents);
    free(states);
    free(counted);
    return status;
}
