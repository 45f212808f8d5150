#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base32.h"

static void what_is_encoded_decodes(void **state)
{
    uint8_t bytes[64];

    (void)state;
    for (size_t size = 0; size <= sizeof bytes; size++) {
        char text[BY_BASE32_TEXT_BYTES(sizeof bytes)];
        char grouped[2 * sizeof text];
        struct by_buffer out = BY_BUFFER_INIT(sizeof bytes);

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)(i * 37 + size);
        by_base32_encode(by_bytes_of(bytes, size), text);
        assert_int_equal(strlen(text) + 1, BY_BASE32_TEXT_BYTES(size));
        by_base32_group(text, 4, grouped);
        assert_int_equal(by_base32_decode(by_bytes_of_text(grouped), &out), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&out), by_bytes_of(bytes, size)));
        by_buffer_deinit(&out);
    }
}

static const struct {
    const char *text;
    enum banyan_status want;
    const char *want_hex;
} decodings[] = {
    {"", BANYAN_OK, ""},
    {"ZZ", BANYAN_ERR_MALFORMED, ""}, /* padding bits that are not 0 */
    {"ZW", BANYAN_OK, "ff"},
    {"zw", BANYAN_OK, "ff"},
    {"Z", BANYAN_ERR_MALFORMED, ""}, /* no whole byte */
    {"OIL0", BANYAN_OK, "0042"},
    {"oIlO 0000", BANYAN_OK, "0042000000"},
    {" 0-1\r\n1\t0 00-00 ", BANYAN_OK, "0042000000"},
    {"0U", BANYAN_ERR_MALFORMED, ""},
    {"0\xc3\xa9", BANYAN_ERR_MALFORMED, ""},
    {"000", BANYAN_ERR_MALFORMED, ""},
    {"00000000000", BANYAN_ERR_MALFORMED, ""},
    {"0000000000000", BANYAN_OK, "0000000000000000"},
    {"00000000000000", BANYAN_ERR_MALFORMED, ""}, /* a character too many */
    {"00000000000000000", BANYAN_ERR_TOO_LARGE, ""},
};

static void reading_forgives_people_but_not_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof decodings / sizeof decodings[0]; i++) {
        struct by_buffer out = BY_BUFFER_INIT(9);
        char hex[32];

        print_message("%s\n", decodings[i].text);
        assert_int_equal(by_base32_decode(by_bytes_of_text(decodings[i].text), &out),
                         decodings[i].want);
        by_hex(by_buffer_bytes(&out), hex);
        assert_string_equal(hex, decodings[i].want_hex);
        by_buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_decodes),
        cmocka_unit_test(reading_forgives_people_but_not_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
