#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/hash.h"

static void every_tag_is_its_text_filled_with_zeros(void **state)
{
    static const char *const texts[] = {
#define X(name, text) text,
        BY_TAG_MAP(X)
#undef X
    };

    (void)state;
    for (size_t i = 0; i < BY_TAG_COUNT; i++) {
        unsigned char expected[BY_TAG_BYTES] = {0};

        memcpy(expected, texts[i], strlen(texts[i]));
        assert_memory_equal(by_tag_bytes((enum by_tag)i), expected, BY_TAG_BYTES);
    }
}

static void no_two_tags_are_equal(void **state)
{
    (void)state;
    for (size_t i = 0; i < BY_TAG_COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(by_tag_bytes((enum by_tag)i), by_tag_bytes((enum by_tag)j),
                                    BY_TAG_BYTES);
}

/* The expected values were computed with another implementation, Python's hashlib.blake2b. */
static void hashes_are_those_of_another_implementation(void **state)
{
    static const struct {
        enum by_tag tag;
        const char *salt;
        const char *message;
        const char *hex;
    } rows[] = {
        {BY_TAG_LINKS, NULL, "",
         "3b4bd8abf8104c69276418897da186b8475ebc38e38090e0422bc554655d9f82"},
        {BY_TAG_ENTRY_ID, NULL, "abc",
         "184e1adb4afc23f3e739bf28b128724396f47d4de423e0b29890a877657189ce"},
        {BY_TAG_PAYLOAD, "0123456789abcdef", "abc",
         "f3c8b332f5b91fc98fd7402cf3527368dbb1ac65d6b47e0b5288c0fa33baea3d"},
        {BY_TAG_PAYLOAD, "0123456789abcdef", "",
         "f704754bc19c8bad58b2f834dc0d92d821f4691432b6472bc668fcea0ccf8cd2"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes message = by_bytes_of_text(rows[i].message);
        struct by_id id;
        char hex[65];

        if (rows[i].salt == NULL)
            by_hash_bytes(rows[i].tag, message, &id);
        else
            by_hash_salted(rows[i].tag, (const uint8_t *)rows[i].salt, message, &id);
        by_hex(by_id_bytes(&id), hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void a_hash_in_parts_is_the_hash_of_the_whole(void **state)
{
    const uint8_t whole[12] = {'a', 'b', 'c', 'd', 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01};
    struct by_hash hash;
    struct by_id parts;
    struct by_id once;

    (void)state;
    by_hash_init(&hash, BY_TAG_BUCKET);
    by_hash_add(&hash, by_bytes_of(whole, 1));
    by_hash_add(&hash, by_bytes_of(NULL, 0));
    by_hash_add(&hash, by_bytes_of(whole + 1, 3));
    by_hash_add_u64(&hash, 0x0102030405060708u);
    by_hash_end(&hash, &parts);
    by_hash_bytes(BY_TAG_BUCKET, by_bytes_of(whole, sizeof whole), &once);
    assert_true(by_id_equal(&parts, &once));
}

static void tag_salt_and_message_each_change_the_hash(void **state)
{
    const uint8_t salt[16] = {1};
    const uint8_t other_salt[16] = {2};
    struct by_bytes message = by_bytes_of_text("message");
    struct by_id ids[5];

    (void)state;
    by_hash_bytes(BY_TAG_LINKS, message, &ids[0]);
    by_hash_bytes(BY_TAG_PAYLOAD, message, &ids[1]);
    by_hash_salted(BY_TAG_PAYLOAD, salt, message, &ids[2]);
    by_hash_salted(BY_TAG_PAYLOAD, other_salt, message, &ids[3]);
    by_hash_salted(BY_TAG_PAYLOAD, salt, by_bytes_of_text("massage"), &ids[4]);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(by_id_equal(&ids[i], &ids[j]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tag_is_its_text_filled_with_zeros),
        cmocka_unit_test(no_two_tags_are_equal),
        cmocka_unit_test(hashes_are_those_of_another_implementation),
        cmocka_unit_test(a_hash_in_parts_is_the_hash_of_the_whole),
        cmocka_unit_test(tag_salt_and_message_each_change_the_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
