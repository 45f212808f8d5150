#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/limits.h"
#include "codec/value.h"

static const double reals[] = {
    0.0, -0.0,  1.0,   -1.0, BY_INTEGER_SAFE_MAX, -BY_INTEGER_SAFE_MAX, 9007199254740994.0,
    0.1, 1e300, 5e-324};

static void integral_reals_up_to_2_to_the_53_are_integers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++)
        assert_int_equal(by_value_real(reals[i]).kind, i < 6 ? BY_VALUE_INT : BY_VALUE_FLOAT);
}

static void what_has_no_canonical_form_is_not_encoded(void **state)
{
    const double bad[] = {NAN, INFINITY, -INFINITY, 1.0, -0.0};
    struct by_buffer out = BY_BUFFER_INIT(100);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct by_value value = {.kind = BY_VALUE_FLOAT, .real = bad[i]};
        struct by_value array = {.kind = BY_VALUE_ARRAY, .array = {&value, 1}};

        assert_int_equal(by_value_encode(&array, &out), BANYAN_ERR_INVALID);
        assert_int_equal(out.size, 0);
    }
    by_buffer_deinit(&out);
}

static void maps_sort_and_refuse_a_key_twice(void **state)
{
    static const char *const keys[] = {"b", "", "aa", "a", "\xc3\xa9"};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value map = by_value_map(&arena, 5);

    (void)state;
    for (size_t i = 0; i < 5; i++)
        map.map.pairs[i] = (struct by_pair){by_bytes_of_text(keys[i]), by_value_int((int64_t)i)};
    assert_int_equal(by_value_map_sort(&map), BANYAN_OK);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(by_value_get(&map, keys[i])->integer, i);
    assert_null(by_value_get(&map, "c"));
    assert_null(by_value_get(NULL, "c"));
    assert_null(by_value_get(&map.map.pairs[0].value, "c"));
    map.map.pairs[4].key = by_bytes_of_text("a");
    assert_int_equal(by_value_map_sort(&map), BANYAN_ERR_INVALID);
    by_arena_deinit(&arena);
}

static void look_ups_are_typed(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value map = by_value_map(&arena, 3);
    struct by_bytes bytes = {0};
    int64_t integer = 0;

    (void)state;
    map.map.pairs[0] = (struct by_pair){by_bytes_of_text("b"), by_value_bin(by_bytes_of("xy", 2))};
    map.map.pairs[1] = (struct by_pair){by_bytes_of_text("i"), by_value_int(7)};
    map.map.pairs[2] = (struct by_pair){by_bytes_of_text("t"), by_value_literal("text")};
    assert_int_equal(by_value_get_text(&map, "t", &bytes), BANYAN_OK);
    assert_int_equal(by_value_get_text(&map, "b", &bytes), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_value_get_bin(&map, "b", 2, &bytes), BANYAN_OK);
    assert_int_equal(by_value_get_bin(&map, "b", 3, &bytes), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_value_get_int(&map, "i", 7, 7, &integer), BANYAN_OK);
    assert_int_equal(by_value_get_int(&map, "i", 0, 6, &integer), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_value_get_int(&map, "i", 8, 9, &integer), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_value_get_int(&map, "x", 0, 9, &integer), BANYAN_ERR_MALFORMED);
    by_arena_deinit(&arena);
}

/* {"a":[nil,true,-1,2^64-1,0.5,"x",bin],"b":{}} */
static const uint8_t sample[] = {0x82, 0xa1, 'a',  0x97, 0xc0, 0xc3, 0xff, 0xcf, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0xff, 0xcb, 0x3f, 0xe0, 0,    0,    0,
                                 0,    0,    0,    0xa1, 'x',  0xc4, 1,    0,    0xa1, 'b',  0x80};

static void a_copy_borrows_nothing(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_arena other = BY_ARENA_INIT;
    struct by_buffer out = BY_BUFFER_INIT(100);
    uint8_t bytes[sizeof sample];
    struct by_value value = {0};
    struct by_value copy = {0};

    (void)state;
    memcpy(bytes, sample, sizeof sample);
    assert_int_equal(
        by_value_decode(by_bytes_of(bytes, sizeof bytes), &by_scan_payload_limits, &arena, &value),
        BANYAN_OK);
    assert_int_equal(by_value_copy(&value, &other, &copy), BANYAN_OK);
    assert_true(by_value_equal(&value, &copy));
    memset(bytes, 0, sizeof bytes);
    assert_false(by_value_equal(&value, &copy));
    by_arena_deinit(&arena);
    assert_int_equal(by_value_encode(&copy, &out), BANYAN_OK);
    assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of(sample, sizeof sample)));
    by_arena_deinit(&other);
    by_buffer_deinit(&out);
}

static void encoding_stops_at_the_bound_and_leaves_nothing(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value = {0};

    (void)state;
    assert_int_equal(by_value_decode(by_bytes_of(sample, sizeof sample), &by_scan_payload_limits,
                                     &arena, &value),
                     BANYAN_OK);
    for (size_t room = 0; room <= sizeof sample; room++) {
        struct by_buffer out = BY_BUFFER_INIT(room);
        bool fits = room == sizeof sample;

        assert_int_equal(by_value_encode(&value, &out), fits ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        assert_int_equal(out.size, fits ? sizeof sample : 0);
        by_buffer_deinit(&out);
    }
    by_arena_deinit(&arena);
}

static void endless_nesting_is_not_encoded(void **state)
{
    struct by_value levels[BY_JSON_DEPTH_MAX + 2];
    struct by_buffer out = BY_BUFFER_INIT(1000);

    (void)state;
    levels[0] = by_value_nil();
    for (size_t i = 1; i < BY_JSON_DEPTH_MAX + 2; i++)
        levels[i] = (struct by_value){.kind = BY_VALUE_ARRAY, .array = {&levels[i - 1], 1}};
    assert_int_equal(by_value_encode(&levels[BY_JSON_DEPTH_MAX], &out), BANYAN_OK);
    assert_int_equal(by_value_encode(&levels[BY_JSON_DEPTH_MAX + 1], &out), BANYAN_ERR_TOO_LARGE);
    by_buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integral_reals_up_to_2_to_the_53_are_integers),
        cmocka_unit_test(what_has_no_canonical_form_is_not_encoded),
        cmocka_unit_test(maps_sort_and_refuse_a_key_twice),
        cmocka_unit_test(look_ups_are_typed),
        cmocka_unit_test(a_copy_borrows_nothing),
        cmocka_unit_test(encoding_stops_at_the_bound_and_leaves_nothing),
        cmocka_unit_test(endless_nesting_is_not_encoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
