#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"

static void an_address_is_host_and_port(void **state)
{
    static const struct {
        const char *text, *host; /* host NULL: not of the form */
        uint16_t port;
        bool is_peer; /* a peer can be there */
    } rows[] = {
        {"hub.example.org:7417", "hub.example.org", 7417, true},
        {"192.0.2.7:1", "192.0.2.7", 1, true},
        {"[2001:db8::1]:65535", "2001:db8::1", 65535, true},
        {":7417", "", 7417, false},
        {"host:0", "host", 0, false},
        {"host:65536", NULL, 0, false},
        {"host:07417", NULL, 0, false},
        {"host:+1", NULL, 0, false},
        {"host:", NULL, 0, false},
        {"host:123456", NULL, 0, false},
        {"2001:db8::1:7417", NULL, 0, false},
        {"host", NULL, 0, false},
        {"", NULL, 0, false},
        {"a host:7417", "a host", 7417, false},
        {"h\303\266st:7417", "h\303\266st", 7417, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes text = by_bytes_of_text(rows[i].text), host = {0};
        uint16_t port = 0;
        bool is_split = by_address_split(text, &host, &port) == BANYAN_OK;
        struct banyan_error error = {0};

        if (is_split != (rows[i].host != NULL) ||
            (by_address_check(text, &error) == BANYAN_OK) != rows[i].is_peer)
            fail_msg("'%s' is taken for what it is not", rows[i].text);
        if (!is_split)
            continue;
        assert_true(by_bytes_equal(host, by_bytes_of_text(rows[i].host)));
        assert_int_equal(port, rows[i].port);
    }
}

static void an_address_has_so_many_bytes(void **state)
{
    char text[BY_ADDRESS_BYTES_MAX + 2];
    (void)state;

    memset(text, 'h', sizeof text);
    for (size_t size = BY_ADDRESS_BYTES_MAX - 1; size <= BY_ADDRESS_BYTES_MAX + 1; size++) {
        text[size - 3] = ':';
        text[size - 2] = text[size - 1] = '7';
        assert_int_equal(by_address_check(by_bytes_of(text, size), NULL),
                         size <= BY_ADDRESS_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
        text[size - 3] = 'h';
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_host_and_port),
        cmocka_unit_test(an_address_has_so_many_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
