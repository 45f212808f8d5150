#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "log/entry.h"
#include "sample.h"

static const struct by_id network = {{7, 7, 7}};
static const struct by_id zero;

/* An entry whose every field is set, and whose bytes another implementation computed. */
static struct by_entry known_entry(void)
{
    struct by_entry entry = {
        .header = {.kind = BY_KIND_OPERATION, .seq = 5, .hlc = 0x0123456789abcdefu},
        .links = by_bytes_of("\x90", 1),
        .payload = by_bytes_of("\xa5hello", 6),
    };

    memset(entry.header.log.device.bytes, 3, 32);
    memset(entry.header.log.nonce, 4, 8);
    memset(entry.header.prev.bytes, 5, 32);
    for (size_t i = 0; i < BY_SALT_BYTES; i++)
        entry.salt[i] = (uint8_t)i;
    by_entry_commit(&entry);
    return entry;
}

static struct by_entry
sealed_entry(uint16_t kind, const struct by_signing_key *key, const struct by_id *seal_network)
{
    struct by_entry entry = known_entry();

    entry.header.kind = kind;
    entry.header.log.device = key->public_key;
    by_entry_seal(&entry, key, seal_network);
    return entry;
}

static void assert_hex(struct by_bytes bytes, const char *expected)
{
    char hex[2 * BY_HEADER_BYTES + 1];

    by_hex(bytes, hex);
    assert_string_equal(hex, expected);
}

/* The expected values were computed with Python's hashlib from the layout in the header file. */
static void header_and_ids_are_those_of_another_implementation(void **state)
{
    struct by_entry entry = known_entry();
    uint8_t header[BY_HEADER_BYTES];

    (void)state;
    by_header_encode(&entry.header, header);
    assert_hex(by_bytes_of(header, sizeof header),
               "010001000600000001000500000000000000efcdab8967452301030303030303"
               "0303030303030303030303030303030303030303030303030303040404040404"
               "0404050505050505050505050505050505050505050505050505050505050505"
               "0505c82d1254143daa362573803c7f52448093f30e36d84376554ed69fc34491"
               "fd8e6192956e47bbdb680ce748c5e5f67550b6926544b1c814a76e98c4c37487"
               "dfe2");
    by_entry_identify(&entry);
    assert_hex(by_id_bytes(&entry.id),
               "338d8031e247d92fba1ee9561d12db2b3700065f0e5e9765aa03ec284bc77e77");
    entry.header.flags = BY_FLAG_SEALED;
    memset(entry.seal.bytes, 6, sizeof entry.seal.bytes);
    by_entry_identify(&entry);
    assert_hex(by_id_bytes(&entry.id),
               "8010b02fd8c37ae3fa6bb5a4c6955d8c11aaf2aca0bd5d277fcef268a1595c8f");
}

static void a_header_reads_back_to_the_same_bytes(void **state)
{
    struct by_entry entry = known_entry();
    struct by_header header;
    uint8_t bytes[BY_HEADER_BYTES];
    uint8_t again[BY_HEADER_BYTES];

    (void)state;
    by_header_encode(&entry.header, bytes);
    assert_int_equal(by_header_decode(bytes, &header), BANYAN_OK);
    by_header_encode(&header, again);
    assert_memory_equal(bytes, again, sizeof bytes);
}

static void headers_out_of_bounds_are_refused(void **state)
{
    static const struct {
        const char *claim;
        size_t at;
        uint32_t value;
        size_t size;
        enum banyan_status status;
    } rows[] = {
        {"version 0 was never", 0, 0, 1, BANYAN_ERR_MALFORMED},
        {"version 1 is ours", 0, 1, 1, BANYAN_OK},
        {"version 2 is newer", 0, 2, 1, BANYAN_ERR_UPGRADE},
        {"version 255 is newer", 0, 255, 1, BANYAN_ERR_UPGRADE},
        {"flag 1 is sealed", 1, 1, 1, BANYAN_OK},
        {"flag 2 is unknown", 1, 2, 1, BANYAN_ERR_MALFORMED},
        {"flag 128 is unknown", 1, 128, 1, BANYAN_ERR_MALFORMED},
        {"kind 0 is none", 2, 0, 2, BANYAN_ERR_MALFORMED},
        {"kind 65,535 is kept", 2, 65535, 2, BANYAN_OK},
        {"payload below the limit", 4, BY_PAYLOAD_BYTES_MAX - 1, 4, BANYAN_OK},
        {"payload at the limit", 4, BY_PAYLOAD_BYTES_MAX, 4, BANYAN_OK},
        {"payload past the limit", 4, BY_PAYLOAD_BYTES_MAX + 1, 4, BANYAN_ERR_MALFORMED},
        {"links below the limit", 8, BY_LINKS_BYTES_MAX - 1, 2, BANYAN_OK},
        {"links at the limit", 8, BY_LINKS_BYTES_MAX, 2, BANYAN_OK},
        {"links past the limit", 8, BY_LINKS_BYTES_MAX + 1, 2, BANYAN_ERR_MALFORMED},
    };
    struct by_entry entry = known_entry();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[BY_HEADER_BYTES];
        uint8_t value[4];
        struct by_header header;

        by_header_encode(&entry.header, bytes);
        by_put_u32le(value, rows[i].value);
        memcpy(bytes + rows[i].at, value, rows[i].size);
        if (by_header_decode(bytes, &header) != rows[i].status)
            fail_msg("%s", rows[i].claim);
    }
}

static void a_seal_holds_for_its_entry_and_network_alone(void **state)
{
    struct by_signing_key key = sample_key(1);
    struct by_signing_key other = sample_key(2);
    struct by_entry entry = sealed_entry(BY_KIND_OPERATION, &key, &network);
    struct by_entry changed = entry;

    (void)state;
    assert_true(by_entry_is_sealed(&entry));
    assert_int_equal(by_entry_verify_seal(&entry, &network), BANYAN_OK);
    assert_int_equal(by_entry_verify_seal(&entry, &zero), BANYAN_ERR_BAD_SIGNATURE);
    changed.header.hlc++;
    assert_int_equal(by_entry_verify_seal(&changed, &network), BANYAN_ERR_BAD_SIGNATURE);
    changed = entry;
    changed.header.log.device = other.public_key;
    assert_int_equal(by_entry_verify_seal(&changed, &network), BANYAN_ERR_BAD_SIGNATURE);
    changed = entry;
    changed.header.flags = 0;
    assert_int_equal(by_entry_verify_seal(&changed, &network), BANYAN_ERR_BAD_SIGNATURE);
}

static void genesis_is_sealed_over_no_network(void **state)
{
    struct by_signing_key key = sample_key(1);
    struct by_entry genesis = sealed_entry(BY_KIND_GENESIS, &key, &network);
    struct by_entry invite = sealed_entry(BY_KIND_INVITE, &key, &zero);

    (void)state;
    assert_int_equal(by_entry_verify_seal(&genesis, &zero), BANYAN_OK);
    assert_int_equal(by_entry_verify_seal(&genesis, &network), BANYAN_OK);
    assert_int_equal(by_entry_verify_seal(&invite, &network), BANYAN_ERR_BAD_SIGNATURE);
}

static void every_byte_of_header_and_seal_is_in_the_id(void **state)
{
    struct by_signing_key key = sample_key(1);
    struct by_entry entry = sealed_entry(BY_KIND_OPERATION, &key, &network);
    uint8_t bytes[BY_HEADER_BYTES];

    (void)state;
    by_header_encode(&entry.header, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        struct by_entry changed = entry;

        bytes[i] ^= 2;
        if (by_header_decode(bytes, &changed.header) == BANYAN_OK) {
            by_entry_identify(&changed);
            assert_false(by_id_equal(&changed.id, &entry.id));
        }
        bytes[i] ^= 2;
    }
    for (size_t i = 0; i < sizeof entry.seal.bytes; i++) {
        struct by_entry changed = entry;

        changed.seal.bytes[i] ^= 1;
        by_entry_identify(&changed);
        assert_false(by_id_equal(&changed.id, &entry.id));
    }
}

static void the_commitment_hides_behind_its_salt(void **state)
{
    struct by_entry entry = known_entry();
    struct by_entry other = entry;

    (void)state;
    other.salt[15] ^= 1;
    by_entry_commit(&other);
    assert_true(by_id_equal(&entry.header.links_hash, &other.header.links_hash));
    assert_false(by_id_equal(&entry.header.payload_commit, &other.header.payload_commit));
}

static void canonical_size_counts_what_is_recomputed(void **state)
{
    struct by_signing_key key = sample_key(1);
    struct by_entry entry = known_entry();
    struct by_entry sealed = sealed_entry(BY_KIND_OPERATION, &key, &network);

    (void)state;
    assert_int_equal(by_entry_canonical_size(&entry), 162 + 16 + 1 + 6);
    assert_int_equal(by_entry_canonical_size(&sealed), 162 + 64 + 16 + 1 + 6);
}

static void kinds_from_sixteen_on_are_acts(void **state)
{
    (void)state;
    assert_false(by_kind_is_act(BY_KIND_OPERATION));
    assert_false(by_kind_is_act(15));
    assert_true(by_kind_is_act(16));
    assert_true(by_kind_is_act(UINT16_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_and_ids_are_those_of_another_implementation),
        cmocka_unit_test(a_header_reads_back_to_the_same_bytes),
        cmocka_unit_test(headers_out_of_bounds_are_refused),
        cmocka_unit_test(a_seal_holds_for_its_entry_and_network_alone),
        cmocka_unit_test(genesis_is_sealed_over_no_network),
        cmocka_unit_test(every_byte_of_header_and_seal_is_in_the_id),
        cmocka_unit_test(the_commitment_hides_behind_its_salt),
        cmocka_unit_test(canonical_size_counts_what_is_recomputed),
        cmocka_unit_test(kinds_from_sixteen_on_are_acts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
