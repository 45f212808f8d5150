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

/* What is known of a log's entries; states[count] and the like stand for what is below seq 0. */
struct judging {
    struct by_fork_entry *entries;
    size_t count;
    size_t *parents;
    struct state *states;
    uint32_t *counted;
};

/* Children come in the order of their ids, so how many of a parent's have counted so far is a
 * child's rank. */
static void settle(struct judging *judging)
{
    struct by_fork_entry *entries = judging->entries;
    struct state *states = judging->states;

    for (size_t i = 0; i < judging->count; i++) {
        size_t parent = judging->parents[i];
        uint32_t room = states[parent].above_fork ? 1 : BY_FORK_BRANCHES_MAX;

        entries[i].counts = states[i].connected && judging->counted[parent] < room &&
                            (parent == judging->count || entries[parent].counts);
        if (!entries[i].counts)
            continue;
        judging->counted[parent]++;
        states[i].above_fork = states[parent].above_fork || states[parent].children > 1;
    }
}

static void deinit(struct judging *judging)
{
    free(judging->parents);
    free(judging->states);
    free(judging->counted);
}

static enum banyan_status init(struct judging *judging, struct by_fork_entry *entries, size_t count)
{
    judging->entries = entries;
    judging->count = count;
    judging->parents = calloc(count + 1, sizeof *judging->parents);
    judging->states = calloc(count + 1, sizeof *judging->states);
    judging->counted = calloc(count + 1, sizeof *judging->counted);
    if (judging->parents == NULL || judging->states == NULL || judging->counted == NULL)
        return BANYAN_ERR_MEMORY;
    if (count > 1)
        qsort(entries, count, sizeof *entries, entry_order);
    find_parents(entries, count, judging->parents, judging->states);
    return BANYAN_OK;
}

enum banyan_status by_fork_count(struct by_fork_entry *entries, size_t count)
{
    struct judging judging = {.entries = NULL};
    enum banyan_status status = init(&judging, entries, count);

    if (status == BANYAN_OK)
        settle(&judging);
    deinit(&judging);
    return status;
}

/* -- logs that acts cut -- */

/* The tip and its whole chain, if they are there. */
static bool mark_chain(struct judging *judging, const struct by_log_tip *tip)
{
    const struct by_fork_entry wanted = {.id = tip->id, .seq = tip->seq};
    const struct by_fork_entry *found = judging->count == 0
                                            ? NULL
                                            : bsearch(&wanted, judging->entries, judging->count,
                                                      sizeof *judging->entries, entry_order);
    size_t at = found == NULL ? judging->count : (size_t)(found - judging->entries);

    if (found == NULL || !judging->states[at].connected)
        return false;
    for (; at < judging->count && !judging->entries[at].counts; at = judging->parents[at])
        judging->entries[at].counts = true;
    return true;
}

static bool carries_seal(const struct by_fork_entry *entry, const struct by_id *network)
{
    struct by_log_tip tip;

    return entry->sealed != NULL && by_log_tip_read(entry->sealed, network, &tip) == BANYAN_OK;
}

/* Leave as connected, and as children, only what lies under a seal at seqs up to limit. A seal is
 * verified only where nothing above it is sealed. */
static void
bound(struct judging *judging, uint64_t limit, const struct by_id *network, bool *is_under)
{
    for (size_t i = judging->count; i-- > 0;) {
        const struct by_fork_entry *entry = &judging->entries[i];

        if (!judging->states[i].connected || entry->seq > limit)
            continue;
        is_under[i] = is_under[i] || carries_seal(entry, network);
        if (is_under[i])
            is_under[judging->parents[i]] = true;
    }
    for (size_t i = 0; i <= judging->count; i++)
        judging->states[i] = (struct state){.connected = i == judging->count || is_under[i]};
    for (size_t i = 0; i < judging->count; i++)
        if (is_under[i])
            judging->states[judging->parents[i]].children++;
}

/* What the rule for forks counts is added to the chains of the tips. */
static enum banyan_status count_cut(struct judging *judging, const struct by_log_tip *tips,
                                    size_t tip_count, const struct by_id *network)
{
    bool any_missing = false;
    uint64_t limit = 0;
    struct by_fork_entry *entries = judging->entries;
    bool *was_marked = calloc(judging->count + 1, sizeof *was_marked);
    bool *is_under = calloc(judging->count + 1, sizeof *is_under);

    if (was_marked == NULL || is_under == NULL) {
        free(was_marked);
        free(is_under);
        return BANYAN_ERR_MEMORY;
    }
    for (size_t i = 0; i < judging->count; i++)
        entries[i].counts = false;
    for (size_t i = 0; i < tip_count; i++) {
        if (mark_chain(judging, &tips[i]))
            continue;
        any_missing = true;
        limit = tips[i].seq > limit ? tips[i].seq : limit;
    }
    if (any_missing) {
        for (size_t i = 0; i < judging->count; i++)
            was_marked[i] = entries[i].counts;
        bound(judging, limit, network, is_under);
        settle(judging);
        for (size_t i = 0; i < judging->count; i++)
            entries[i].counts = entries[i].counts || was_marked[i];
    }
    free(was_marked);
    free(is_under);
    return BANYAN_OK;
}

enum banyan_status by_fork_count_cut(struct by_fork_entry *entries, size_t count,
                                     const struct by_log_tip *tips, size_t tip_count,
                                     const struct by_id *network)
{
    struct judging judging = {.entries = NULL};
    enum banyan_status status = init(&judging, entries, count);

    if (status == BANYAN_OK)
        status = count_cut(&judging, tips, tip_count, network);
    deinit(&judging);
    return status;
}
