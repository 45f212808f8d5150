#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sodium/crypto_box.h>

#include "crypto/key.h"

static const struct by_id network = {{7, 7, 7}};

static struct by_signing_key signing_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_signing_key key;

    by_signing_key_from_seed(&seed, &key);
    return key;
}

static struct by_box_key box_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

/* RFC 8032, section 7.1, test 1. */
static void the_public_key_of_a_seed_is_that_of_rfc_8032(void **state)
{
    const struct by_seed seed = {{0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                  0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                  0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60}};
    struct by_signing_key key;
    char hex[65];

    (void)state;
    by_signing_key_from_seed(&seed, &key);
    by_hex(by_id_bytes(&key.public_key), hex);
    assert_string_equal(hex, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
}

static void a_signature_holds_for_its_key_tag_network_and_message_alone(void **state)
{
    struct by_signing_key key = signing_key(1);
    struct by_signing_key other_key = signing_key(2);
    struct by_id other_network = {{8}};
    struct by_bytes message = by_bytes_of_text("message");
    struct by_signature signature;

    (void)state;
    by_sign(&key, BY_TAG_ENTRY_SEAL, &network, message, &signature);
    assert_int_equal(by_verify(&key.public_key, BY_TAG_ENTRY_SEAL, &network, message, &signature),
                     BANYAN_OK);
    assert_int_equal(
        by_verify(&other_key.public_key, BY_TAG_ENTRY_SEAL, &network, message, &signature),
        BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(by_verify(&key.public_key, BY_TAG_CERTIFICATE, &network, message, &signature),
                     BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(
        by_verify(&key.public_key, BY_TAG_ENTRY_SEAL, &other_network, message, &signature),
        BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(by_verify(&key.public_key, BY_TAG_ENTRY_SEAL, &network,
                               by_bytes_of_text("massage"), &signature),
                     BANYAN_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < sizeof signature.bytes; i++) {
        struct by_signature changed = signature;

        changed.bytes[i] ^= 1;
        assert_int_equal(by_verify(&key.public_key, BY_TAG_ENTRY_SEAL, &network, message, &changed),
                         BANYAN_ERR_BAD_SIGNATURE);
    }
}

static void messages_are_signed_up_to_the_limit_and_refused_beyond(void **state)
{
    static uint8_t room[BY_SIGNED_BYTES_MAX + 1];
    static const size_t sizes[] = {0, BY_SIGNED_BYTES_MAX - 1, BY_SIGNED_BYTES_MAX};
    struct by_signing_key key = signing_key(1);
    struct by_signature signature;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct by_bytes message = by_bytes_of(room, sizes[i]);

        by_sign(&key, BY_TAG_CERTIFICATE, &network, message, &signature);
        assert_int_equal(
            by_verify(&key.public_key, BY_TAG_CERTIFICATE, &network, message, &signature),
            BANYAN_OK);
    }
    assert_int_equal(by_verify(&key.public_key, BY_TAG_CERTIFICATE, &network,
                               by_bytes_of(room, sizeof room), &signature),
                     BANYAN_ERR_BAD_SIGNATURE);
}

static void a_box_opens_with_its_key_alone(void **state)
{
    const uint8_t plain[32] = "thirty-two bytes for the reader";
    const struct by_seed ephemeral = {{9}};
    struct by_box_key key = box_key(1);
    struct by_box_key other = box_key(2);
    uint8_t sealed[BY_SEALED_BYTES];
    uint8_t opened[32];

    (void)state;
    assert_int_equal(by_box_seal(&key.public_key, &ephemeral, plain, sealed), BANYAN_OK);
    assert_int_equal(by_box_open(&key, sealed, opened), BANYAN_OK);
    assert_memory_equal(opened, plain, sizeof plain);
    assert_int_equal(by_box_open(&other, sealed, opened), BANYAN_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < sizeof sealed; i++) {
        uint8_t changed[BY_SEALED_BYTES];

        memcpy(changed, sealed, sizeof sealed);
        changed[i] ^= 1;
        assert_int_equal(by_box_open(&key, changed, opened), BANYAN_ERR_BAD_SIGNATURE);
    }
}

static void a_box_is_libsodiums_sealed_box(void **state)
{
    const uint8_t plain[32] = "thirty-two bytes for the reader";
    const struct by_seed ephemeral = {{9}};
    struct by_box_key key = box_key(1);
    uint8_t sealed[BY_SEALED_BYTES];
    uint8_t opened[32];

    (void)state;
    assert_int_equal(by_box_seal(&key.public_key, &ephemeral, plain, sealed), BANYAN_OK);
    assert_int_equal(
        crypto_box_seal_open(opened, sealed, sizeof sealed, key.public_key.bytes, key.secret), 0);
    assert_memory_equal(opened, plain, sizeof plain);
}

static void what_is_sealed_to_a_signing_key_opens_with_its_box_key(void **state)
{
    const struct by_seed seed = {{3}}, ephemeral = {{4}};
    const uint8_t plain[32] = {5};
    const struct by_id low_order = {{1}};
    struct by_signing_key signing;
    struct by_box_key box;
    struct by_id box_public;
    uint8_t sealed[BY_SEALED_BYTES], opened[32];
    (void)state;

    by_signing_key_from_seed(&seed, &signing);
    by_box_key_of_signing_key(&signing, &box);
    assert_int_equal(by_box_public_of_signing_public(&signing.public_key, &box_public), BANYAN_OK);
    assert_true(by_id_equal(&box_public, &box.public_key));
    assert_int_equal(by_box_seal(&box_public, &ephemeral, plain, sealed), BANYAN_OK);
    assert_int_equal(by_box_open(&box, sealed, opened), BANYAN_OK);
    assert_memory_equal(opened, plain, sizeof plain);
    assert_int_equal(by_box_public_of_signing_public(&low_order, &box_public), BANYAN_ERR_INVALID);
}

static void nothing_is_sealed_to_a_low_order_key(void **state)
{
    const uint8_t plain[32] = {0};
    const struct by_seed ephemeral = {{9}};
    const struct by_id zero = {{0}};
    const struct by_id one = {{1}};
    uint8_t sealed[BY_SEALED_BYTES];

    (void)state;
    assert_int_equal(by_box_seal(&zero, &ephemeral, plain, sealed), BANYAN_ERR_INVALID);
    assert_int_equal(by_box_seal(&one, &ephemeral, plain, sealed), BANYAN_ERR_INVALID);
}

static void sealed_text_opens_only_unchanged(void **state)
{
    const uint8_t key[32] = {1};
    const uint8_t nonce[24] = {2};
    struct by_bytes associated = by_bytes_of_text("header");
    uint8_t room[5 + BY_AEAD_EXTRA_BYTES] = "plain";
    uint8_t opened[5];

    (void)state;
    by_aead_seal(key, nonce, associated, by_bytes_of(room, 5), room);
    assert_int_equal(by_aead_open(key, nonce, associated, by_bytes_of(room, sizeof room), opened),
                     BANYAN_OK);
    assert_memory_equal(opened, "plain", 5);
    assert_int_equal(by_aead_open(key, nonce, by_bytes_of_text("Header"),
                                  by_bytes_of(room, sizeof room), opened),
                     BANYAN_ERR_BAD_SIGNATURE);
    for (size_t size = 0; size < sizeof room; size++)
        assert_int_equal(by_aead_open(key, nonce, associated, by_bytes_of(room, size), opened),
                         BANYAN_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < sizeof room; i++) {
        room[i] ^= 1;
        assert_int_equal(
            by_aead_open(key, nonce, associated, by_bytes_of(room, sizeof room), opened),
            BANYAN_ERR_BAD_SIGNATURE);
        room[i] ^= 1;
    }
}

static void wiped_bytes_are_zero(void **state)
{
    uint8_t secret[32];
    const uint8_t zero[32] = {0};

    (void)state;
    memset(secret, 0xaa, sizeof secret);
    by_secret_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zero, sizeof secret);
}

static void starting_twice_is_harmless(void **state)
{
    (void)state;
    assert_int_equal(by_crypto_start(), BANYAN_OK);
    assert_int_equal(by_crypto_start(), BANYAN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_public_key_of_a_seed_is_that_of_rfc_8032),
        cmocka_unit_test(a_signature_holds_for_its_key_tag_network_and_message_alone),
        cmocka_unit_test(messages_are_signed_up_to_the_limit_and_refused_beyond),
        cmocka_unit_test(a_box_opens_with_its_key_alone),
        cmocka_unit_test(a_box_is_libsodiums_sealed_box),
        cmocka_unit_test(what_is_sealed_to_a_signing_key_opens_with_its_box_key),
        cmocka_unit_test(nothing_is_sealed_to_a_low_order_key),
        cmocka_unit_test(sealed_text_opens_only_unchanged),
        cmocka_unit_test(wiped_bytes_are_zero),
        cmocka_unit_test(starting_twice_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
