#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/id.h"
#include "base/uuid.h"

static void ids_order_bytewise(void **state)
{
    struct by_id a = {{0}};
    struct by_id b = {{0}};

    (void)state;
    assert_true(by_id_is_zero(&a));
    assert_true(by_id_equal(&a, &b));
    b.bytes[31] = 1;
    assert_false(by_id_is_zero(&b));
    assert_true(by_id_compare(&a, &b) < 0);
    a.bytes[0] = 0x80;
    assert_true(by_id_order(&a, &b) > 0);
}

static void only_32_bytes_are_an_id(void **state)
{
    uint8_t bytes[33] = {1, 2, 3};
    struct by_id id = {{0}};

    (void)state;
    assert_int_equal(by_id_from_bytes(by_bytes_of(bytes, 31), &id), BANYAN_ERR_MALFORMED);
    assert_int_equal(by_id_from_bytes(by_bytes_of(bytes, 33), &id), BANYAN_ERR_MALFORMED);
    assert_true(by_id_is_zero(&id));
    assert_int_equal(by_id_from_bytes(by_bytes_of(bytes, 32), &id), BANYAN_OK);
    assert_true(by_bytes_equal(by_id_bytes(&id), by_bytes_of(bytes, 32)));
}

static void log_ids_are_40_bytes(void **state)
{
    uint8_t bytes[40];
    uint8_t again[40];
    struct by_log_id log;
    struct by_log_id other;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        bytes[i] = (uint8_t)i;
    by_log_id_get(bytes, &log);
    by_log_id_put(again, &log);
    assert_memory_equal(bytes, again, 40);
    other = log;
    assert_true(by_log_id_equal(&log, &other));
    other.nonce[7]++;
    assert_true(by_log_id_compare(&log, &other) < 0);
    other.device.bytes[0]++;
    log.nonce[0] = 0xff;
    assert_true(by_log_id_compare(&log, &other) < 0);
}

static void uuids_hold_time_then_entropy(void **state)
{
    static const uint8_t entropy[10] = {0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7};
    struct by_uuid uuid = by_uuid7(0x0123456789ab, entropy);
    char hex[33];

    (void)state;
    by_hex(by_bytes_of(uuid.bytes, 16), hex);
    assert_string_equal(hex, "0123456789ab7fffbf01020304050607");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_order_bytewise),
        cmocka_unit_test(only_32_bytes_are_an_id),
        cmocka_unit_test(log_ids_are_40_bytes),
        cmocka_unit_test(uuids_hold_time_then_entropy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
