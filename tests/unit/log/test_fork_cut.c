/* Logs that acts cut: only tips and what stands before them count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/fork.h"

#define TREE_MAX 40
#define NOBODY   SIZE_MAX

static const struct by_id network = {{9}};

/* Entries with real seals, numbered as they were written. */
struct tree {
    struct by_signing_key key;
    struct by_entry entries[TREE_MAX];
    uint8_t sealed[TREE_MAX][BY_TIP_BYTES];
    bool is_held[TREE_MAX];
    size_t count;
    struct by_fork_entry counted[TREE_MAX];
    size_t counted_count;
};

static void begin(struct tree *tree)
{
    const struct by_seed seed = {{5}};

    memset(tree, 0, sizeof *tree);
    by_signing_key_from_seed(&seed, &tree->key);
}

static size_t write_entry(struct tree *tree, size_t prev, bool is_sealed)
{
    struct by_entry *entry = &tree->entries[tree->count];

    assert_true(tree->count < TREE_MAX);
    entry->header.kind = BY_KIND_OPERATION;
    entry->header.hlc = tree->count;
    entry->header.log.device = tree->key.public_key;
    if (prev != NOBODY) {
        entry->header.seq = tree->entries[prev].header.seq + 1;
        entry->header.prev = tree->entries[prev].id;
    }
    by_entry_commit(entry);
    by_entry_identify(entry);
    if (is_sealed) {
        by_entry_seal(entry, &tree->key, &network);
        by_log_tip_encode(entry, tree->sealed[tree->count]);
    }
    tree->is_held[tree->count] = true;
    return tree->count++;
}

/* A chain behind prev, all sealed; returns its last. */
static size_t write_chain(struct tree *tree, size_t prev, size_t count)
{
    for (size_t i = 0; i < count; i++)
        prev = write_entry(tree, prev, true);
    return prev;
}

static void cut(struct tree *tree, const size_t *at, size_t count)
{
    struct by_log_tip tips[TREE_MAX];

    for (size_t i = 0; i < count; i++) {
        const struct by_entry *entry = &tree->entries[at[i]];

        tips[i] = (struct by_log_tip){entry->header.log, entry->header.seq, entry->id};
    }
    tree->counted_count = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (tree->is_held[i])
            tree->counted[tree->counted_count++] = (struct by_fork_entry){
                .id = tree->entries[i].id,
                .prev = tree->entries[i].header.prev,
                .seq = tree->entries[i].header.seq,
                .sealed = by_entry_is_sealed(&tree->entries[i]) ? tree->sealed[i] : NULL};
    assert_int_equal(by_fork_count_cut(tree->counted, tree->counted_count, tips, count, &network),
                     BANYAN_OK);
}

static bool counts(const struct tree *tree, size_t at)
{
    for (size_t i = 0; i < tree->counted_count; i++)
        if (by_id_equal(&tree->counted[i].id, &tree->entries[at].id))
            return tree->counted[i].counts;
    return false;
}

static size_t count_all(const struct tree *tree)
{
    size_t count = 0;

    for (size_t i = 0; i < tree->counted_count; i++)
        count += tree->counted[i].counts;
    return count;
}

static void a_log_counts_up_to_its_tip(void **state)
{
    struct tree tree;

    (void)state;
    begin(&tree);
    (void)write_chain(&tree, NOBODY, 6);
    for (size_t tip = 0; tip < 6; tip++) {
        cut(&tree, &tip, 1);
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(counts(&tree, i), i <= tip);
    }
    cut(&tree, NULL, 0);
    assert_int_equal(count_all(&tree), 0);
}

static void whatever_forks_below_the_tip_counts_nowhere(void **state)
{
    struct tree tree;
    size_t tip = 0;

    (void)state;
    begin(&tree);
    tip = write_chain(&tree, NOBODY, 5);
    for (size_t i = 0; i < 8; i++)
        (void)write_chain(&tree, i % 4, 3);
    cut(&tree, &tip, 1);
    assert_int_equal(count_all(&tree), 5);
    assert_true(counts(&tree, tip));
}

static void every_branch_that_a_tip_names_counts(void **state)
{
    struct tree tree;
    size_t tips[6];

    (void)state;
    begin(&tree);
    (void)write_chain(&tree, NOBODY, 2);
    for (size_t i = 0; i < 6; i++)
        tips[i] = write_chain(&tree, 1, 3);
    cut(&tree, tips, 6);
    assert_int_equal(count_all(&tree), 20);
}

static void while_a_tip_is_not_held_entries_below_it_count_if_sealed_there(void **state)
{
    struct tree tree;
    size_t tip = 0;

    (void)state;
    begin(&tree);
    (void)write_chain(&tree, NOBODY, 3);
    (void)write_entry(&tree, 2, false);
    (void)write_entry(&tree, 3, true);
    tip = write_chain(&tree, 2, 1);
    tree.is_held[tip] = false;
    /* Entry 3 stands where the tip does, and its only seal stands above. */
    cut(&tree, &tip, 1);
    assert_true(counts(&tree, 2));
    assert_false(counts(&tree, 3));
    assert_false(counts(&tree, 4));
    tree.is_held[tip] = true;
    cut(&tree, &tip, 1);
    assert_int_equal(count_all(&tree), 4);
}

static void a_seal_that_does_not_verify_is_none(void **state)
{
    struct tree tree;
    size_t tip = 0;

    (void)state;
    begin(&tree);
    (void)write_chain(&tree, NOBODY, 3);
    tip = write_chain(&tree, NOBODY, 4);
    for (size_t i = 3; i <= tip; i++)
        tree.is_held[i] = false;
    tree.sealed[2][BY_TIP_BYTES - 1] ^= 1;
    cut(&tree, &tip, 1);
    assert_true(counts(&tree, 1));
    assert_false(counts(&tree, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_counts_up_to_its_tip),
        cmocka_unit_test(whatever_forks_below_the_tip_counts_nowhere),
        cmocka_unit_test(every_branch_that_a_tip_names_counts),
        cmocka_unit_test(while_a_tip_is_not_held_entries_below_it_count_if_sealed_there),
        cmocka_unit_test(a_seal_that_does_not_verify_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
