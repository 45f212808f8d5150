/*
 * Project Wycheproof's vectors through our own functions: what they accept and refuse is what the
 * vectors say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypto/key.h"

#define ROOM_BYTES 4096

struct field {
    uint8_t data[ROOM_BYTES];
    size_t size;
};

static uint8_t nibble(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void read_hex(const json_t *object, const char *name, struct field *out_field)
{
    const char *hex = json_string_value(json_object_get(object, name));

    assert_non_null(hex);
    out_field->size = strlen(hex) / 2;
    assert_true(out_field->size <= ROOM_BYTES);
    for (size_t i = 0; i < out_field->size; i++)
        out_field->data[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

static struct by_bytes bytes_of(const struct field *field)
{
    return by_bytes_of(field->data, field->size);
}

static bool result_is(const json_t *test, const char *result)
{
    return strcmp(json_string_value(json_object_get(test, "result")), result) == 0;
}

static bool has_flag(const json_t *test, const char *flag)
{
    size_t i;
    const json_t *item;

    json_array_foreach(json_object_get(test, "flags"), i, item)
    {
        if (strcmp(json_string_value(item), flag) == 0)
            return true;
    }
    return false;
}

typedef bool check_vector(const json_t *group, const json_t *test);

static void run_vectors(const char *name, check_vector *check)
{
    char path[1024];
    json_t *root;
    json_t *group;
    json_t *test;
    size_t i, j;
    size_t failures = 0;

    (void)snprintf(path, sizeof path, "%s/vectors/wycheproof/%s", BY_TEST_SHARED, name);
    root = json_load_file(path, 0, NULL);
    if (root == NULL) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    json_array_foreach(json_object_get(root, "testGroups"), i, group)
    {
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            if (!check(group, test)) {
                print_error("%s: vector %" JSON_INTEGER_FORMAT " (%s)\n", name,
                            json_integer_value(json_object_get(test, "tcId")),
                            json_string_value(json_object_get(test, "comment")));
                failures++;
            }
        }
    }
    json_decref(root);
    assert_int_equal(failures, 0);
}

static bool check_ed25519(const json_t *group, const json_t *test)
{
    static struct field key, message, signature;
    struct by_id public_key;
    struct by_signature fixed;
    enum banyan_status status;

    read_hex(json_object_get(group, "publicKey"), "pk", &key);
    read_hex(test, "msg", &message);
    read_hex(test, "sig", &signature);
    if (key.size != sizeof public_key.bytes || signature.size != sizeof fixed.bytes)
        return result_is(test, "invalid"); /* our types hold no other size */
    memcpy(public_key.bytes, key.data, sizeof public_key.bytes);
    memcpy(fixed.bytes, signature.data, sizeof fixed.bytes);
    status = by_ed25519_verify(&public_key, bytes_of(&message), &fixed);
    return status == (result_is(test, "valid") ? BANYAN_OK : BANYAN_ERR_BAD_SIGNATURE);
}

static void ed25519_signatures_are_accepted_as_wycheproof_says(void **state)
{
    (void)state;
    run_vectors("ed25519_test.json", check_ed25519);
}

static bool check_x25519(const json_t *group, const json_t *test)
{
    static struct field key, secret, shared;
    struct by_id public_key;
    uint8_t out[32];
    enum banyan_status status;

    (void)group;
    read_hex(test, "public", &key);
    read_hex(test, "private", &secret);
    read_hex(test, "shared", &shared);
    memcpy(public_key.bytes, key.data, sizeof public_key.bytes);
    status = by_x25519(secret.data, &public_key, out);
    if (has_flag(test, "ZeroSharedSecret"))
        return status == BANYAN_ERR_INVALID;
    return status == BANYAN_OK && memcmp(out, shared.data, sizeof out) == 0;
}

static void x25519_gives_wycheproofs_secrets_and_refuses_the_zero_one(void **state)
{
    (void)state;
    run_vectors("x25519_test.json", check_x25519);
}

static bool check_aead(const json_t *group, const json_t *test)
{
    static struct field key, nonce, associated, plain, cipher, tag;
    static uint8_t sealed[ROOM_BYTES], opened[ROOM_BYTES];
    struct by_bytes all;

    (void)group;
    read_hex(test, "key", &key);
    read_hex(test, "iv", &nonce);
    read_hex(test, "aad", &associated);
    read_hex(test, "msg", &plain);
    read_hex(test, "ct", &cipher);
    read_hex(test, "tag", &tag);
    if (key.size != 32 || nonce.size != 24 || tag.size != BY_AEAD_EXTRA_BYTES)
        return result_is(test, "invalid"); /* our types hold no other size */
    memcpy(sealed, cipher.data, cipher.size);
    memcpy(sealed + cipher.size, tag.data, tag.size);
    all = by_bytes_of(sealed, cipher.size + tag.size);
    if (!result_is(test, "valid"))
        return by_aead_open(key.data, nonce.data, bytes_of(&associated), all, opened) ==
               BANYAN_ERR_BAD_SIGNATURE;
    if (by_aead_open(key.data, nonce.data, bytes_of(&associated), all, opened) != BANYAN_OK ||
        memcmp(opened, plain.data, plain.size) != 0)
        return false;
    by_aead_seal(key.data, nonce.data, bytes_of(&associated), bytes_of(&plain), opened);
    return memcmp(opened, sealed, all.size) == 0;
}

static void xchacha20_poly1305_seals_and_opens_as_wycheproof_says(void **state)
{
    (void)state;
    run_vectors("xchacha20_poly1305_test.json", check_aead);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_signatures_are_accepted_as_wycheproof_says),
        cmocka_unit_test(x25519_gives_wycheproofs_secrets_and_refuses_the_zero_one),
        cmocka_unit_test(xchacha20_poly1305_seals_and_opens_as_wycheproof_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
