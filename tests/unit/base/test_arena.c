#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void what_was_allocated_never_moves(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    uint8_t *at[2000];

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        at[i] = by_arena_alloc(&arena, i % 300);
        assert_non_null(at[i]);
        assert_int_equal((uintptr_t)at[i] % sizeof(max_align_t *), 0);
        for (size_t j = 0; j < i % 300; j++)
            assert_int_equal(at[i][j], 0);
        memset(at[i], (int)(i % 251), i % 300);
    }
    for (size_t i = 0; i < 2000; i++) {
        for (size_t j = 0; j < i % 300; j++)
            assert_int_equal(at[i][j], i % 251);
    }
    by_arena_deinit(&arena);
}

static void large_and_small_ones_lie_apart_and_come_zeroed(void **state)
{
    static const size_t sizes[] = {
        131071, 40, 131072, 0, 131073, 17, 1048576, 1, 3000000, 300, 131072,
    };
    struct by_arena arena = BY_ARENA_INIT;

    (void)state;
    for (size_t first = 0; first < 3; first++) {
        uint8_t *at[sizeof sizes / sizeof sizes[0]] = {NULL};

        for (size_t i = first; i < sizeof sizes / sizeof sizes[0]; i++) {
            at[i] = by_arena_alloc(&arena, sizes[i]);
            assert_non_null(at[i]);
            for (size_t j = 0; j < sizes[i]; j++)
                if (at[i][j] != 0)
                    fail_msg("round %zu, size %zu: byte %zu is not zero", first, sizes[i], j);
            memset(at[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = first; i < sizeof sizes / sizeof sizes[0]; i++)
            for (size_t j = 0; j < sizes[i]; j++)
                if (at[i][j] != i + 1)
                    fail_msg("round %zu, size %zu: byte %zu is another's", first, sizes[i], j);
        by_arena_reset(&arena);
    }
    by_arena_deinit(&arena);
}

static void sizes_that_overflow_are_refused(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;

    (void)state;
    assert_null(by_arena_array(&arena, SIZE_MAX / 2, 4));
    assert_null(by_arena_alloc(&arena, SIZE_MAX));
    assert_null(by_arena_alloc(&arena, SIZE_MAX - 8));
    by_arena_deinit(&arena);
}

static void a_reset_arena_is_as_new(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_bytes copy = {0};

    (void)state;
    for (size_t round = 0; round < 3; round++) {
        uint8_t *large = by_arena_alloc(&arena, 3000000);

        assert_non_null(large);
        assert_int_equal(large[2999999], 0);
        large[2999999] = 1;
        assert_int_equal(by_arena_copy(&arena, by_bytes_of_text("abc"), &copy), BANYAN_OK);
        assert_true(by_bytes_equal(copy, by_bytes_of_text("abc")));
        by_arena_reset(&arena);
    }
    assert_string_equal(by_arena_text(&arena, by_bytes_of_text("xyz")), "xyz");
    assert_string_equal(by_arena_text(&arena, (struct by_bytes){0}), "");
    by_arena_deinit(&arena);
    by_arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_allocated_never_moves),
        cmocka_unit_test(large_and_small_ones_lie_apart_and_come_zeroed),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_reset_arena_is_as_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
