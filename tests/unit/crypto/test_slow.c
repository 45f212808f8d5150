#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/slow.h"

/* Made with Debian's argon2(1): printf SECRET | argon2 SALT -id -t PASSES -k KIB -p 1 -l 32 -r */
static void slow_hash_gives_the_keys_of_the_reference_program(void **state)
{
    static const struct {
        const char *secret;
        const char *salt;
        struct by_slowness slowness;
        const char *key;
    } rows[] = {
        {"password",
         "somesaltsomesalt",
         {2, 64 << 20},
         "fc33b78139231d34b71626bd6245c1d72efa190ad605c3d8166a72adcedfa2c2"},
        {"Chim Cánh Cụt",
         "0123456789abcdef",
         {3, 256 << 10},
         "5aaaf692d99c3561ead52777ef347d388e7b2541f6740b4a730f39f57ef33604"},
        {"password",
         "0123456789abcdef",
         {1, 8 << 10},
         "771338d819573c67116b39e1788ae8e04b0eb0cf9dfbbfe2e6d746cf3e464fc7"},
        {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
         "xxxxxxxxxxx",
         "0123456789abcdef",
         {4, 1 << 20},
         "a33e0779839e5942f1b83c42c059e22f613a315906bb3dad526b954b3623083f"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t key[32];
        char text[65];

        assert_int_equal(by_slow_hash(by_bytes_of_text(rows[i].secret),
                                      (const uint8_t *)rows[i].salt, rows[i].slowness, key),
                         BANYAN_OK);
        by_hex(by_bytes_of(key, sizeof key), text);
        assert_string_equal(text, rows[i].key);
    }
}

static void a_slowness_past_the_bounds_is_refused(void **state)
{
    static const struct by_slowness bad[] = {
        {0, 8 << 10},
        {BY_SLOW_PASSES_MAX + 1, 8 << 10},
        {1, (8 << 10) - 1},
        {1, BY_SLOW_MEMORY_BYTES_MAX + 1},
        {UINT32_MAX, UINT32_MAX},
    };
    static const uint8_t salt[BY_SLOW_SALT_BYTES] = {0};
    uint8_t key[32];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(by_slow_hash(by_bytes_of_text("x"), salt, bad[i], key),
                         BANYAN_ERR_INVALID);
    assert_int_equal(by_slow_hash(by_bytes_of_text("x"), salt,
                                  (struct by_slowness){BY_SLOW_PASSES_MAX, 8 << 10}, key),
                     BANYAN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_hash_gives_the_keys_of_the_reference_program),
        cmocka_unit_test(a_slowness_past_the_bounds_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
