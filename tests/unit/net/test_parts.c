/* The parts of a node on the network that need no network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/beacon.h"
#include "net/contacts.h"
#include "net/dial.h"
#include "net/own.h"
#include "net/scope.h"

static void pauses_double_to_a_bound_and_lose_up_to_half(void **state)
{
    (void)state;

    assert_int_equal(by_dial_pause_ms(0, BY_REDIAL_MS_MAX, 0), BY_REDIAL_MS_MIN);
    assert_int_equal(by_dial_pause_ms(1, BY_REDIAL_MS_MAX, 0), BY_REDIAL_MS_MIN);
    assert_int_equal(by_dial_pause_ms(1, BY_REDIAL_MS_MAX, UINT32_MAX), BY_REDIAL_MS_MIN / 2);
    assert_int_equal(by_dial_pause_ms(2, BY_REDIAL_MS_MAX, 0), 2 * BY_REDIAL_MS_MIN);
    for (unsigned tries = 1; tries < 1000; tries++) {
        assert_true(by_dial_pause_ms(tries, BY_REDIAL_MS_MAX, 0) <=
                    by_dial_pause_ms(tries + 1, BY_REDIAL_MS_MAX, 0));
        assert_true(by_dial_pause_ms(tries, BY_REDIAL_MS_MAX, UINT32_MAX) >=
                    by_dial_pause_ms(tries, BY_REDIAL_MS_MAX, 0) / 2);
        assert_true(by_dial_pause_ms(tries, BY_REDIAL_MS_MAX, 0) <= BY_REDIAL_MS_MAX);
    }
    assert_int_equal(by_dial_pause_ms(UINT32_MAX, BY_REDIAL_MS_MAX, 0), BY_REDIAL_MS_MAX);
    assert_int_equal(by_dial_pause_ms(UINT32_MAX, BY_REDIAL_TOLD_MS_MAX, 0), BY_REDIAL_TOLD_MS_MAX);
}

static void an_address_says_from_where_it_can_be_reached(void **state)
{
    static const struct {
        const char *text;
        enum by_scope scope;
    } rows[] = {
        {"127.0.0.1:7417", BY_SCOPE_SELF},
        {"127.255.1.2:7417", BY_SCOPE_SELF},
        {"localhost:7417", BY_SCOPE_SELF},
        {"[::1]:7417", BY_SCOPE_SELF},
        {"[::ffff:127.0.0.1]:7417", BY_SCOPE_SELF},
        {"0.0.0.0:7417", BY_SCOPE_NONE},
        {"[::]:7417", BY_SCOPE_NONE},
        {"239.255.74.17:7417", BY_SCOPE_NONE},
        {"255.255.255.255:7417", BY_SCOPE_NONE},
        {"[ff02::1]:7417", BY_SCOPE_NONE},
        {"169.254.7.7:7417", BY_SCOPE_LINK},
        {"[fe80::1]:7417", BY_SCOPE_LINK},
        {"10.1.2.3:7417", BY_SCOPE_OWN},
        {"172.31.255.255:7417", BY_SCOPE_OWN},
        {"172.32.0.0:7417", BY_SCOPE_WORLD},
        {"192.168.1.7:7417", BY_SCOPE_OWN},
        {"100.64.0.1:7417", BY_SCOPE_OWN},
        {"100.128.0.1:7417", BY_SCOPE_WORLD},
        {"[fd12::7]:7417", BY_SCOPE_OWN},
        {"192.0.2.7:7417", BY_SCOPE_WORLD},
        {"128.0.0.1:7417", BY_SCOPE_WORLD},
        {"126.255.255.255:7417", BY_SCOPE_WORLD},
        {"[2001:db8::1]:7417", BY_SCOPE_WORLD},
        {"hub.example.org:7417", BY_SCOPE_NAME},
        {"hub.example.org", BY_SCOPE_NONE},
        {"", BY_SCOPE_NONE},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum by_scope scope = by_scope_of_text(by_bytes_of_text(rows[i].text));
        if (scope != rows[i].scope)
            fail_msg("%s: %d", rows[i].text, (int)scope);
        assert_int_equal(by_scope_is_for_others(scope),
                         scope != BY_SCOPE_NONE && scope != BY_SCOPE_SELF);
    }
}

static struct by_own_interface interface_at(const char *name, const char *ip, bool is_passing)
{
    struct by_own_interface interface = {.name = name, .is_passing = is_passing};

    if (uv_ip4_addr(ip, 0, (struct sockaddr_in *)&interface.address) != 0)
        assert_int_equal(uv_ip6_addr(ip, 0, (struct sockaddr_in6 *)&interface.address), 0);
    return interface;
}

static void own_addresses_are_those_that_others_can_use(void **state)
{
    const struct by_own_interface interfaces[] = {
        interface_at("lo", "127.0.0.1", false),       interface_at("eth0", "192.168.1.7", false),
        interface_at("docker0", "172.17.0.1", false), interface_at("eth0", "fe80::7", false),
        interface_at("eth0", "2001:db8::7", false),   interface_at("eth0", "2001:db8::dead", true),
        interface_at("wg0", "10.9.0.2", false),       interface_at("eth1", "192.0.2.7", false),
    };
    static const struct {
        struct by_listening listening;
        const char *wanted[5];
    } rows[] = {
        {{{"0.0.0.0:7417", "[::]:7417"}, 2},
         {"192.0.2.7:7417", "[2001:db8::7]:7417", "192.168.1.7:7417", "10.9.0.2:7417"}},
        {{{"0.0.0.0:80"}, 1}, {"192.0.2.7:80", "192.168.1.7:80", "10.9.0.2:80"}},
        {{{"[::]:7417"}, 1}, {"[2001:db8::7]:7417"}},
        {{{"192.168.1.7:9"}, 1}, {"192.168.1.7:9"}},
        {{{"192.168.1.7:9", "192.168.1.7:9"}, 2}, {"192.168.1.7:9"}},
        {{{"127.0.0.1:7417"}, 1}, {NULL}},
        {{{""}, 0}, {NULL}},
    };
    struct by_own_address own[BY_OWN_MAX];
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t count = by_own_choose(&rows[i].listening, interfaces,
                                     sizeof interfaces / sizeof interfaces[0], own);

        for (size_t k = 0; k < count; k++)
            assert_string_equal(own[k].text, rows[i].wanted[k]);
        assert_null(rows[i].wanted[count]);
    }
}

static void a_beacon_is_recognised_by_who_knows_the_key_and_by_nobody_else(void **state)
{
    const struct by_id sender = {{1, 2, 3}}, other = {{1, 2, 4}};
    const uint8_t nonce[16] = {7};
    uint8_t bytes[BY_BEACON_BYTES + 1] = {0};
    uint16_t port = 0;
    (void)state;

    by_beacon_write(&sender, 7417, nonce, bytes);
    struct by_bytes beacon = by_bytes_of(bytes, BY_BEACON_BYTES);
    assert_int_equal(by_beacon_read(beacon, &sender, &port), BANYAN_OK);
    assert_int_equal(port, 7417);
    assert_int_equal(by_beacon_read(beacon, &other, &port), BANYAN_ERR_NOT_FOUND);
    for (size_t bit = 0; bit < 8 * BY_BEACON_BYTES; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(by_beacon_read(beacon, &sender, &port), BANYAN_OK);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t size = 0; size <= BY_BEACON_BYTES + 1; size++)
        assert_int_equal(by_beacon_read(by_bytes_of(bytes, size), &sender, &port),
                         size == BY_BEACON_BYTES ? BANYAN_OK : BANYAN_ERR_MALFORMED);
    by_beacon_write(&sender, 0, nonce, bytes);
    assert_int_equal(by_beacon_read(beacon, &sender, &port), BANYAN_ERR_MALFORMED);
}

static void meet(struct by_contacts *contacts, uint32_t number)
{
    struct by_id transport = {{0}};

    by_put_u32le(transport.bytes, number);
    struct by_contact *contact = by_contacts_meet(contacts, &transport);
    assert_non_null(contact);
    contact->tried_ms = contact->connected_ms = number;
    contact->is_connected = number % 2 == 0;
    contact->is_in_sync = number % 4 == 0;
    contact->synced_ms = number * 3;
    contact->synced_txn = number * 5;
    contact->end = number % 2 == 0 ? BY_END_NONE : BY_END_REFUSED;
    (void)snprintf(contact->address, sizeof contact->address, "host%u:7417", (unsigned)number);
}

static void contacts_are_read_as_they_were_written(void **state)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_CONTACTS_BYTES_MAX);
    struct by_buffer again = BY_BUFFER_INIT(BY_CONTACTS_BYTES_MAX);
    struct by_contacts written = {.is_running = true,
                                  .written_ms = 99,
                                  .listening = {{"0.0.0.0:7417", "[::]:7417"}, 2}},
                       read = {0};
    (void)state;

    for (uint32_t i = 0; i < 20; i++)
        meet(&written, i);
    assert_int_equal(by_contacts_encode(&written, &bytes), BANYAN_OK);
    assert_int_equal(by_contacts_decode(by_buffer_bytes(&bytes), &read), BANYAN_OK);
    assert_int_equal(by_contacts_encode(&read, &again), BANYAN_OK);
    assert_true(by_bytes_equal(by_buffer_bytes(&bytes), by_buffer_bytes(&again)));
    assert_int_equal(read.listening.count, 2);
    assert_string_equal(read.listening.texts[1], "[::]:7417");
    by_contacts_deinit(&read);
    /* Cut at any byte it is whole contacts or refused; changed at any byte it does no harm. */
    for (size_t size = 0; size < bytes.size; size++) {
        (void)!by_contacts_decode(by_bytes_of(bytes.data, size), &read);
        assert_true(read.count < 20);
        by_contacts_deinit(&read);
        bytes.data[size] ^= 0xff;
        (void)!by_contacts_decode(by_buffer_bytes(&bytes), &read);
        by_contacts_deinit(&read);
        bytes.data[size] ^= 0xff;
    }
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&again);
    by_contacts_deinit(&written);
}

static void the_contact_tried_longest_ago_makes_room(void **state)
{
    struct by_contacts contacts = {0};
    struct by_id first = {{1}}, second = {{3}};
    (void)state;

    for (uint32_t i = 1; i <= BY_PEERS_MAX; i++)
        meet(&contacts, 2 * i - 1);
    assert_int_equal(contacts.count, BY_PEERS_MAX);
    assert_non_null(by_contacts_find(&contacts, &first));
    meet(&contacts, 2 * BY_PEERS_MAX + 1);
    assert_int_equal(contacts.count, BY_PEERS_MAX);
    assert_null(by_contacts_find(&contacts, &first));
    assert_non_null(by_contacts_find(&contacts, &second));
    by_contacts_deinit(&contacts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_to_a_bound_and_lose_up_to_half),
        cmocka_unit_test(an_address_says_from_where_it_can_be_reached),
        cmocka_unit_test(own_addresses_are_those_that_others_can_use),
        cmocka_unit_test(a_beacon_is_recognised_by_who_knows_the_key_and_by_nobody_else),
        cmocka_unit_test(contacts_are_read_as_they_were_written),
        cmocka_unit_test(the_contact_tried_longest_ago_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
