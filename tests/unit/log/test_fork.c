#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "log/fork.h"
#include "sample.h"

#define TREE_MAX 60

struct tree {
    struct by_fork_entry entries[TREE_MAX];
    size_t count;
};

static struct by_id numbered_id(uint64_t n)
{
    struct by_id id = {{0}};

    by_put_u64be(id.bytes, n);
    return id;
}

static void add(struct tree *tree, uint64_t id, uint64_t prev, uint64_t seq)
{
    assert_true(tree->count < TREE_MAX);
    tree->entries[tree->count++] =
        (struct by_fork_entry){.id = numbered_id(id), .prev = numbered_id(prev), .seq = seq};
}

static bool counts(const struct tree *tree, uint64_t id)
{
    struct by_id wanted = numbered_id(id);

    for (size_t i = 0; i < tree->count; i++)
        if (by_id_equal(&tree->entries[i].id, &wanted))
            return tree->entries[i].counts;
    fail_msg("no entry %u", (unsigned)id);
    return false;
}

/*
 * The rule as a definition, told another way: an entry counts if on the way from it down to the
 * first entry every step is allowed. The lowest step that had siblings is the first fork; it is
 * allowed if fewer than four siblings have lower ids; every step above it only if none has.
 */
static const struct by_fork_entry *
parent_of(const struct tree *tree, const struct by_fork_entry *entry)
{
    for (size_t i = 0; i < tree->count; i++)
        if (entry->seq > 0 && tree->entries[i].seq == entry->seq - 1 &&
            by_id_equal(&tree->entries[i].id, &entry->prev))
            return &tree->entries[i];
    return NULL;
}

static size_t siblings(const struct tree *tree, const struct by_fork_entry *entry, bool lower_only)
{
    size_t count = 0;

    for (size_t i = 0; i < tree->count; i++) {
        const struct by_fork_entry *other = &tree->entries[i];

        if (other != entry && other->seq == entry->seq && by_id_equal(&other->prev, &entry->prev) &&
            (!lower_only || by_id_compare(&other->id, &entry->id) < 0))
            count++;
    }
    return count;
}

static bool counts_by_definition(const struct tree *tree, const struct by_fork_entry *entry)
{
    const struct by_fork_entry *path[TREE_MAX];
    size_t length = 0;
    bool above_fork = false;

    for (; entry != NULL; entry = parent_of(tree, entry))
        path[length++] = entry;
    if (path[length - 1]->seq != 0)
        return false;
    while (length-- > 0) {
        size_t lower = siblings(tree, path[length], true);

        if (lower >= (above_fork ? 1u : 4u))
            return false;
        above_fork = above_fork || siblings(tree, path[length], false) > 0;
    }
    return true;
}

/* Random trees, some with gaps, in random order. */
static void grow(struct tree *tree, uint64_t *seed)
{
    size_t wanted = 1 + sample_next(seed) % (TREE_MAX - 1);
    uint64_t forkiness = 1 + sample_next(seed) % 12;

    tree->count = 0;
    while (tree->count < wanted) {
        uint64_t id = sample_next(seed) << 8 | tree->count;
        const struct by_fork_entry *on = NULL;

        if (tree->count > 0 && sample_next(seed) % 40 != 0)
            on = &tree->entries[sample_next(seed) % forkiness == 0 ? sample_next(seed) % tree->count
                                                                   : tree->count - 1];
        tree->entries[tree->count++] = (struct by_fork_entry){
            .id = numbered_id(id),
            .prev = on == NULL ? numbered_id(0) : on->id,
            .seq = on == NULL ? 0 : on->seq + 1,
        };
    }
    if (sample_next(seed) % 3 == 0) {
        size_t gone = sample_next(seed) % tree->count;

        tree->entries[gone] = tree->entries[--tree->count];
    }
    for (size_t i = tree->count; i > 1; i--) {
        size_t j = sample_next(seed) % i;
        struct by_fork_entry swapped = tree->entries[i - 1];

        tree->entries[i - 1] = tree->entries[j];
        tree->entries[j] = swapped;
    }
}

static void random_trees_count_as_defined_in_any_order(void **state)
{
    uint64_t seed = 21;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        uint64_t round_seed = seed;
        struct tree tree;

        grow(&tree, &seed);
        assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
        for (size_t i = 0; i < tree.count; i++)
            if (tree.entries[i].counts != counts_by_definition(&tree, &tree.entries[i]))
                fail_msg("seed %llu, entry %zu", (unsigned long long)round_seed, i);
    }
}

/* Takes from tree what grows from a first entry and luck lets it hold. */
static void hold_some(const struct tree *tree, uint64_t *seed, struct tree *out_part)
{
    out_part->count = 0;
    for (uint64_t seq = 0; seq < TREE_MAX; seq++)
        for (size_t i = 0; i < tree->count; i++)
            if (tree->entries[i].seq == seq && sample_next(seed) % 8 != 0 &&
                (seq == 0 || parent_of(out_part, &tree->entries[i]) != NULL))
                out_part->entries[out_part->count++] = tree->entries[i];
}

static void add_missing(struct tree *tree, const struct tree *other, bool counting_only)
{
    for (size_t i = 0; i < other->count; i++) {
        bool is_held = counting_only && !other->entries[i].counts;

        for (size_t j = 0; j < tree->count && !is_held; j++)
            is_held = by_id_equal(&tree->entries[j].id, &other->entries[i].id);
        if (!is_held)
            tree->entries[tree->count++] = other->entries[i];
    }
}

static void count_tree(struct tree *tree)
{
    assert_int_equal(by_fork_count(tree->entries, tree->count), BANYAN_OK);
}

/* Why two nodes may send each other only what counts with them: together they find what would
 * count if each had sent all. */
static void what_counts_here_and_there_decides_what_counts_together(void **state)
{
    uint64_t seed = 22;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        uint64_t round_seed = seed;
        struct tree whole, here, there, together, exchanged = {.count = 0};

        grow(&whole, &seed);
        hold_some(&whole, &seed, &here);
        hold_some(&whole, &seed, &there);
        together = here;
        add_missing(&together, &there, false);
        count_tree(&here);
        count_tree(&there);
        count_tree(&together);
        add_missing(&exchanged, &here, true);
        add_missing(&exchanged, &there, true);
        count_tree(&exchanged);
        for (size_t i = 0; i < together.count; i++) {
            bool is_counted = false;

            for (size_t j = 0; j < exchanged.count; j++)
                is_counted =
                    is_counted || (exchanged.entries[j].counts &&
                                   by_id_equal(&exchanged.entries[j].id, &together.entries[i].id));
            if (is_counted != together.entries[i].counts)
                fail_msg("seed %llu, entry %zu", (unsigned long long)round_seed, i);
        }
    }
}

static void an_unforked_log_counts_whole(void **state)
{
    struct tree tree = {.count = 0};

    (void)state;
    for (uint64_t i = 0; i < TREE_MAX; i++)
        add(&tree, 100 - i, i == 0 ? 0 : 101 - i, i);
    assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
    for (size_t i = 0; i < tree.count; i++)
        assert_true(tree.entries[i].counts);
}

static void the_four_lowest_children_count_above_the_first_fork(void **state)
{
    struct tree tree = {.count = 0};

    (void)state;
    add(&tree, 1, 0, 0);
    for (uint64_t i = 0; i < BY_FORK_BRANCHES_MAX + 2; i++) {
        add(&tree, 20 - i, 1, 1);
        add(&tree, 40 + i, 20 - i, 2);
    }
    assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
    assert_true(counts(&tree, 1));
    for (uint64_t i = 0; i < BY_FORK_BRANCHES_MAX + 2; i++) {
        assert_int_equal(counts(&tree, 20 - i), i >= 2);
        assert_int_equal(counts(&tree, 40 + i), i >= 2);
    }
}

static void only_the_lowest_child_goes_on_at_a_later_fork(void **state)
{
    struct tree tree = {.count = 0};

    (void)state;
    add(&tree, 1, 0, 0);
    add(&tree, 10, 1, 1);
    add(&tree, 11, 1, 1);
    add(&tree, 20, 10, 2);
    add(&tree, 21, 10, 2);
    add(&tree, 30, 21, 3);
    add(&tree, 31, 20, 3);
    assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
    assert_true(counts(&tree, 10));
    assert_true(counts(&tree, 11));
    assert_true(counts(&tree, 20));
    assert_false(counts(&tree, 21));
    assert_false(counts(&tree, 30));
    assert_true(counts(&tree, 31));
}

static void two_first_entries_are_a_fork(void **state)
{
    struct tree tree = {.count = 0};

    (void)state;
    add(&tree, 1, 0, 0);
    add(&tree, 2, 0, 0);
    add(&tree, 10, 1, 1);
    add(&tree, 11, 1, 1);
    assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
    assert_true(counts(&tree, 1));
    assert_true(counts(&tree, 2));
    assert_true(counts(&tree, 10));
    assert_false(counts(&tree, 11));
}

static void what_hangs_on_nothing_held_does_not_count(void **state)
{
    struct tree tree = {.count = 0};

    (void)state;
    add(&tree, 1, 0, 0);
    add(&tree, 10, 1, 1);
    add(&tree, 20, 99, 2);
    add(&tree, 30, 20, 3);
    add(&tree, 40, 1, 2); /* names an entry two below */
    assert_int_equal(by_fork_count(tree.entries, tree.count), BANYAN_OK);
    assert_true(counts(&tree, 10));
    assert_false(counts(&tree, 20));
    assert_false(counts(&tree, 30));
    assert_false(counts(&tree, 40));
}

static void nothing_counts_as_nothing(void **state)
{
    (void)state;
    assert_int_equal(by_fork_count(NULL, 0), BANYAN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_trees_count_as_defined_in_any_order),
        cmocka_unit_test(what_counts_here_and_there_decides_what_counts_together),
        cmocka_unit_test(an_unforked_log_counts_whole),
        cmocka_unit_test(the_four_lowest_children_count_above_the_first_fork),
        cmocka_unit_test(only_the_lowest_child_goes_on_at_a_later_fork),
        cmocka_unit_test(two_first_entries_are_a_fork),
        cmocka_unit_test(what_hangs_on_nothing_held_does_not_count),
        cmocka_unit_test(nothing_counts_as_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
