#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto/key_file.h"

/* As little as the bounds allow: what is tested is the file. */
static const struct by_slowness quick = {1, 8 << 10};
static const uint8_t salt[BY_SLOW_SALT_BYTES] = "0123456789abcde";
static const uint8_t nonce[24] = "0123456789abcdefghijklm";

static struct by_device_seeds make_seeds(void)
{
    struct by_device_seeds seeds;

    memset(seeds.device.bytes, 'd', sizeof seeds.device.bytes);
    memset(seeds.transport.bytes, 't', sizeof seeds.transport.bytes);
    return seeds;
}

static void seal(uint8_t file[BY_KEY_FILE_SEALED_BYTES])
{
    struct by_device_seeds seeds = make_seeds();

    assert_int_equal(
        by_key_file_put_sealed(&seeds, by_bytes_of_text("Cồn Bửng"), quick, salt, nonce, file),
        BANYAN_OK);
}

/* So that a change is met where it is read, and not at the checksum. */
static void mend_checksum(uint8_t *file, size_t size)
{
    struct by_id checksum;

    by_hash_bytes(BY_TAG_CHECKSUM, by_bytes_of(file, size - 32), &checksum);
    memcpy(file + size - 32, checksum.bytes, 32);
}

static void what_is_written_is_read_again(void **state)
{
    struct by_device_seeds seeds = make_seeds(), again;
    uint8_t open[BY_KEY_FILE_OPEN_BYTES], sealed[BY_KEY_FILE_SEALED_BYTES];
    struct by_key_file file, other;

    (void)state;
    by_key_file_put_open(&seeds, open);
    assert_int_equal(by_key_file_read(by_bytes_of(open, sizeof open), &file), BANYAN_OK);
    assert_false(file.is_sealed);
    assert_memory_equal(&file.seeds, &seeds, sizeof seeds);
    seal(sealed);
    assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &other), BANYAN_OK);
    assert_true(other.is_sealed);
    assert_true(by_id_equal(&file.device, &other.device));
    assert_true(by_id_equal(&file.transport, &other.transport));
    assert_int_equal(by_key_file_unseal(&other, by_bytes_of_text("Cồn Bửng"), &again), BANYAN_OK);
    assert_memory_equal(&again, &seeds, sizeof seeds);
}

static void another_passphrase_opens_nothing(void **state)
{
    static const char *const others[] = {"", "Con Bung", "Cồn Bửng ", "cồn bửng"};
    static const struct by_device_seeds none;
    struct by_device_seeds seeds;
    uint8_t sealed[BY_KEY_FILE_SEALED_BYTES];
    struct by_key_file file;

    (void)state;
    seal(sealed);
    assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &file), BANYAN_OK);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(by_key_file_unseal(&file, by_bytes_of_text(others[i]), &seeds),
                         BANYAN_ERR_DENIED);
        assert_memory_equal(&seeds, &none, sizeof seeds);
    }
}

static void a_sealed_file_shows_nothing_of_the_seeds(void **state)
{
    struct by_device_seeds seeds = make_seeds();
    uint8_t sealed[BY_KEY_FILE_SEALED_BYTES];

    (void)state;
    seal(sealed);
    for (size_t at = 0; at + 8 <= sizeof sealed; at++) {
        assert_memory_not_equal(sealed + at, seeds.device.bytes, 8);
        assert_memory_not_equal(sealed + at, seeds.transport.bytes, 8);
    }
}

static void a_changed_byte_is_damage(void **state)
{
    struct by_device_seeds seeds = make_seeds();
    uint8_t bytes[2][BY_KEY_FILE_BYTES_MAX];
    const size_t sizes[] = {BY_KEY_FILE_OPEN_BYTES, BY_KEY_FILE_SEALED_BYTES};
    struct by_key_file file;

    (void)state;
    by_key_file_put_open(&seeds, bytes[0]);
    seal(bytes[1]);
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; at < sizes[i]; at++) {
            bytes[i][at] ^= 4;
            assert_int_equal(by_key_file_read(by_bytes_of(bytes[i], sizes[i]), &file),
                             BANYAN_ERR_DAMAGED);
            bytes[i][at] ^= 4;
        }
        for (size_t size = 0; size < sizes[i]; size++)
            assert_int_equal(by_key_file_read(by_bytes_of(bytes[i], size), &file),
                             BANYAN_ERR_DAMAGED);
    }
}

/* The checksum is no secret: whoever may write the file can mend it. What is signed in it cannot.
 */
static void whoever_changes_a_sealed_file_gets_no_other_key_used(void **state)
{
    uint8_t sealed[BY_KEY_FILE_SEALED_BYTES];
    struct by_device_seeds seeds;
    struct by_key_file file;

    (void)state;
    for (size_t at = 16; at < sizeof sealed - 32; at++) {
        if (at >= 80 && at < 88)
            continue; /* the slowness: below */
        seal(sealed);
        sealed[at] ^= 1;
        mend_checksum(sealed, sizeof sealed);
        assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &file), BANYAN_OK);
        assert_int_equal(by_key_file_unseal(&file, by_bytes_of_text("Cồn Bửng"), &seeds),
                         BANYAN_ERR_DENIED);
    }
}

/* "1 TiB of memory": refused by the number, and nothing is reserved. */
static void a_file_that_asks_for_too_much_is_refused(void **state)
{
    static const struct {
        uint32_t passes, memory_kib;
        enum banyan_status status;
    } rows[] = {
        {1, 1u << 30, BANYAN_ERR_TOO_LARGE}, /* 1 TiB */
        {1, UINT32_MAX, BANYAN_ERR_TOO_LARGE},
        {1, (BY_KEY_FILE_MEMORY_BYTES_MAX >> 10) + 1, BANYAN_ERR_TOO_LARGE},
        {1, BY_KEY_FILE_MEMORY_BYTES_MAX >> 10, BANYAN_OK},
        {1, 8, BANYAN_OK},
        {1, 7, BANYAN_ERR_TOO_LARGE},
        {0, 8, BANYAN_ERR_TOO_LARGE},
        {BY_KEY_FILE_PASSES_MAX, 8, BANYAN_OK},
        {BY_KEY_FILE_PASSES_MAX + 1, 8, BANYAN_ERR_TOO_LARGE},
        {UINT32_MAX, 8, BANYAN_ERR_TOO_LARGE},
    };
    uint8_t sealed[BY_KEY_FILE_SEALED_BYTES];
    struct by_key_file file;
    struct rusage before, after;

    (void)state;
    seal(sealed);
    (void)getrusage(RUSAGE_SELF, &before);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        by_put_u32le(sealed + 80, rows[i].passes);
        by_put_u32le(sealed + 84, rows[i].memory_kib);
        mend_checksum(sealed, sizeof sealed);
        assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &file),
                         rows[i].status);
    }
    (void)getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096);
}

static void a_file_of_a_later_version_is_told_from_damage(void **state)
{
    uint8_t sealed[BY_KEY_FILE_SEALED_BYTES];
    struct by_key_file file;

    (void)state;
    seal(sealed);
    sealed[14] = '3';
    assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &file),
                     BANYAN_ERR_DAMAGED);
    mend_checksum(sealed, sizeof sealed);
    assert_int_equal(by_key_file_read(by_bytes_of(sealed, sizeof sealed), &file),
                     BANYAN_ERR_UPGRADE);
}

/* In memory of its own, so that reading before it is noticed. */
static void what_is_shorter_than_a_checksum_is_damaged(void **state)
{
    struct by_key_file file;

    (void)state;
    for (size_t size = 0; size <= 32; size++) {
        uint8_t *bytes = calloc(1, size + 1);

        assert_non_null(bytes);
        memcpy(bytes, "banyan device 3\n", size < 16 ? size : 16);
        assert_int_equal(by_key_file_read(by_bytes_of(bytes, size), &file), BANYAN_ERR_DAMAGED);
        free(bytes);
    }
}

static int start(void **state)
{
    (void)state;
    return by_crypto_start() == BANYAN_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(another_passphrase_opens_nothing),
        cmocka_unit_test(a_sealed_file_shows_nothing_of_the_seeds),
        cmocka_unit_test(a_changed_byte_is_damage),
        cmocka_unit_test(whoever_changes_a_sealed_file_gets_no_other_key_used),
        cmocka_unit_test(a_file_that_asks_for_too_much_is_refused),
        cmocka_unit_test(a_file_of_a_later_version_is_told_from_damage),
        cmocka_unit_test(what_is_shorter_than_a_checksum_is_damaged),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
