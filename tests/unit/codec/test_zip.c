#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/zip.h"

static void what_is_packed_unpacks(void **state)
{
    struct by_zip zip = {0};
    uint8_t bytes[5000];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i / 100);
    for (size_t size = 0; size <= sizeof bytes; size += 1000) {
        struct by_buffer packed = BY_BUFFER_INIT(10000);
        struct by_buffer plain = BY_BUFFER_INIT(sizeof bytes);

        assert_int_equal(by_zip_pack(&zip, by_bytes_of(bytes, size), &packed), BANYAN_OK);
        assert_int_equal(by_zip_unpack(&zip, by_buffer_bytes(&packed), size, &plain), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&plain), by_bytes_of(bytes, size)));
        by_buffer_deinit(&packed);
        by_buffer_deinit(&plain);
    }
    by_zip_deinit(&zip);
    by_zip_deinit(&zip);
}

static void only_a_whole_frame_of_the_declared_size_unpacks(void **state)
{
    struct by_zip zip = {0};
    struct by_buffer packed = BY_BUFFER_INIT(10000);
    struct by_buffer plain = BY_BUFFER_INIT(1000);
    uint8_t zeros[1001] = {0};

    (void)state;
    assert_int_equal(by_zip_pack(&zip, by_bytes_of(zeros, 1001), &packed), BANYAN_OK);
    assert_int_equal(by_zip_unpack(&zip, by_buffer_bytes(&packed), 1001, &plain),
                     BANYAN_ERR_TOO_LARGE);
    by_buffer_reset(&packed);
    assert_int_equal(by_zip_pack(&zip, by_bytes_of(zeros, 1000), &packed), BANYAN_OK);
    for (size_t size = 999; size <= 1001; size += 2)
        assert_int_equal(by_zip_unpack(&zip, by_buffer_bytes(&packed), size, &plain),
                         BANYAN_ERR_MALFORMED);
    for (size_t size = 0; size < packed.size; size++)
        assert_int_equal(by_zip_unpack(&zip, by_bytes_of(packed.data, size), 1000, &plain),
                         BANYAN_ERR_MALFORMED);
    assert_int_equal(by_buffer_append_u8(&packed, 0), BANYAN_OK);
    assert_int_equal(by_zip_unpack(&zip, by_buffer_bytes(&packed), 1000, &plain),
                     BANYAN_ERR_MALFORMED);
    assert_int_equal(plain.size, 0);
    by_buffer_deinit(&packed);
    by_buffer_deinit(&plain);
    by_zip_deinit(&zip);
}

static void changed_bytes_never_give_another_size(void **state)
{
    struct by_zip zip = {0};
    struct by_buffer packed = BY_BUFFER_INIT(10000);
    uint8_t bytes[600];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % 7 * (i % 11));
    assert_int_equal(by_zip_pack(&zip, by_bytes_of(bytes, sizeof bytes), &packed), BANYAN_OK);
    for (size_t bit = 0; bit < 8 * packed.size; bit++) {
        struct by_buffer plain = BY_BUFFER_INIT(sizeof bytes);
        enum banyan_status status = BANYAN_OK;

        packed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        status = by_zip_unpack(&zip, by_buffer_bytes(&packed), sizeof bytes, &plain);
        assert_int_equal(plain.size, status == BANYAN_OK ? sizeof bytes : 0);
        packed.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        by_buffer_deinit(&plain);
    }
    by_buffer_deinit(&packed);
    by_zip_deinit(&zip);
}

static void packing_stops_at_the_bound(void **state)
{
    struct by_zip zip = {0};
    struct by_buffer packed = BY_BUFFER_INIT(64);
    uint8_t bytes[100];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    assert_int_equal(by_zip_pack(&zip, by_bytes_of(bytes, sizeof bytes), &packed),
                     BANYAN_ERR_TOO_LARGE);
    assert_int_equal(packed.size, 0);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(by_zip_pack(&zip, by_bytes_of(bytes, sizeof bytes), &packed), BANYAN_OK);
    by_buffer_deinit(&packed);
    by_zip_deinit(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_unpacks),
        cmocka_unit_test(only_a_whole_frame_of_the_declared_size_unpacks),
        cmocka_unit_test(changed_bytes_never_give_another_size),
        cmocka_unit_test(packing_stops_at_the_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
