#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hmac.h"

/* RFC 4231, cases 1 and 2: a key shorter than a block is filled with zero bytes, so one that is
 * filled to 32 already gives the same. */
static void hmac_gives_the_macs_of_rfc_4231(void **state)
{
    static const struct {
        const char *key;
        const char *message;
        const char *mac;
    } rows[] = {
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
         "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size = strlen(rows[i].message);
        uint8_t key[32] = {0};
        uint8_t mac[BY_HMAC_BYTES];
        char text[2 * BY_HMAC_BYTES + 1];

        memcpy(key, rows[i].key, strlen(rows[i].key));
        for (size_t cut = 0; cut <= size; cut++) {
            by_hmac(key, by_bytes_of(rows[i].message, cut),
                    by_bytes_of(rows[i].message + cut, size - cut), mac);
            by_hex(by_bytes_of(mac, sizeof mac), text);
            assert_string_equal(text, rows[i].mac);
        }
    }
}

/* RFC 5869, case 3: no salt, no info, 42 bytes of output. */
static void hkdf_gives_the_keys_of_rfc_5869(void **state)
{
    uint8_t material[22];
    uint8_t keys[64] = {0};
    char text[2 * 42 + 1];

    (void)state;
    memset(material, 0x0b, sizeof material);
    by_hkdf(keys, by_bytes_of(material, sizeof material), keys, keys + 32);
    by_hex(by_bytes_of(keys, 42), text);
    assert_string_equal(text, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                              "9d201395faa4b61a96c8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_gives_the_macs_of_rfc_4231),
        cmocka_unit_test(hkdf_gives_the_keys_of_rfc_5869),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
