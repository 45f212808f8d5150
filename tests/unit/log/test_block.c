#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/block.h"
#include "sample.h"

#define ROOM_BYTES (4u * BY_BLOCK_BYTES_MAX)

static const struct by_id network = {{7, 7, 7}};
static uint8_t noise[BY_PAYLOAD_BYTES_MAX + 64];

/* A run whose entries the test bends before they are chained and sealed. */
struct bench {
    struct by_signing_key key;
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX + 1];
    struct by_buffer links;
    struct by_run run;
    struct by_zip zip;
    struct by_buffer packed;
    struct by_block_reader reader;
};

/* Hash, chain, and seal what has the flag. */
static void chain(struct bench *bench)
{
    struct by_run *run = &bench->run;
    struct by_id prev = run->base.prev;

    for (size_t i = 0; i < run->count; i++) {
        struct by_entry *entry = &run->entries[i];

        entry->header.log = run->base.log;
        entry->header.seq = run->base.first_seq + i;
        entry->header.prev = prev;
        by_entry_commit(entry);
        if (by_entry_is_sealed(entry))
            by_entry_seal(entry, &bench->key, &network);
        else
            by_entry_identify(entry);
        prev = entry->id;
    }
}

/* count operations with payloads of payload_size bytes, the last sealed. */
static void fill(struct bench *bench, size_t count, size_t payload_size)
{
    bench->run = (struct by_run){
        .base = sample_base(&bench->key), .entries = bench->entries, .count = count};
    for (size_t i = 0; i < count; i++) {
        bench->entries[i] = (struct by_entry){
            .header = {.kind = BY_KIND_OPERATION, .hlc = 1000000 + i * 65536},
            .links = by_buffer_bytes(&bench->links),
            .payload = by_bytes_of(noise + i % 64, payload_size),
        };
        memset(bench->entries[i].salt, (int)i + 1, BY_SALT_BYTES);
    }
    bench->entries[count - 1].header.flags = BY_FLAG_SEALED;
}

/* count sealed acts without parents. */
static void fill_acts(struct bench *bench, size_t count)
{
    fill(bench, count, 20);
    for (size_t i = 0; i < count; i++) {
        bench->entries[i].header.kind = BY_KIND_INVITE;
        bench->entries[i].header.flags = BY_FLAG_SEALED;
        bench->entries[i].links = by_bytes_of("\x90", 1);
    }
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    uint64_t seed = 5;

    if (bench == NULL)
        return -1;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)sample_next(&seed);
    bench->key = sample_key(1);
    bench->links.size_max = BY_LINKS_BYTES_MAX;
    bench->packed.size_max = ROOM_BYTES;
    *state = bench;
    if (sample_put_links(1, &bench->links) != BANYAN_OK)
        return -1;
    return by_block_reader_init(&bench->reader) == BANYAN_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    by_buffer_deinit(&bench->links);
    by_buffer_deinit(&bench->packed);
    by_zip_deinit(&bench->zip);
    by_block_reader_deinit(&bench->reader);
    free(bench);
    return 0;
}

static void pack(struct bench *bench)
{
    bench->packed.size = 0;
    assert_int_equal(by_run_verify(&bench->run, &network), BANYAN_OK);
    assert_int_equal(by_block_pack(&bench->run, &bench->zip, &bench->packed), BANYAN_OK);
}

static enum banyan_status unpack(struct bench *bench, struct by_bytes packed, struct by_run *out)
{
    return by_block_unpack(&bench->reader, &bench->run.base, packed, out);
}

static bool runs_equal(const struct by_run *a, const struct by_run *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct by_entry *x = &a->entries[i];
        const struct by_entry *y = &b->entries[i];

        if (!by_id_equal(&x->id, &y->id) || memcmp(x->salt, y->salt, sizeof x->salt) != 0 ||
            memcmp(x->seal.bytes, y->seal.bytes, sizeof x->seal.bytes) != 0 ||
            !by_bytes_equal(x->links, y->links) || !by_bytes_equal(x->payload, y->payload))
            return false;
    }
    return true;
}

static void assert_round_trip(struct bench *bench)
{
    struct by_run run;

    chain(bench);
    pack(bench);
    assert_int_equal(unpack(bench, by_buffer_bytes(&bench->packed), &run), BANYAN_OK);
    assert_true(runs_equal(&run, &bench->run));
    assert_int_equal(by_run_verify(&run, &network), BANYAN_OK);
}

static void what_was_packed_unpacks_to_the_same_entries(void **state)
{
    struct bench *bench = *state;

    for (size_t count = 1; count <= BY_BLOCK_ENTRIES_MAX; count++) {
        fill(bench, count, count * 13 % 400);
        bench->run.base.first_seq = count > 3 ? count * 1000000007u : 0;
        bench->run.base.prev = (struct by_id){{(uint8_t)(count > 3)}};
        assert_round_trip(bench);
        fill_acts(bench, count);
        assert_round_trip(bench);
    }
}

static void seals_inside_a_block_are_kept(void **state)
{
    struct bench *bench = *state;

    fill(bench, 10, 30);
    bench->entries[0].header.flags = BY_FLAG_SEALED;
    bench->entries[7].header.flags = BY_FLAG_SEALED;
    bench->entries[3].header.hlc = UINT64_MAX;
    bench->entries[4].header.hlc = 0;
    assert_round_trip(bench);
}

/* The layout of the header file, written by hand. */
static void the_packed_form_is_as_laid_down(void **state)
{
    struct bench *bench = *state;
    uint8_t expected[1 + 1 + 2 + 2 + 3 + 2 + 2 + 128 + 32 + 2 + 3] = {
        0, 2, 1, 1, 16, 17, 0x80, 0x01, 0x01, 1, 1, 0, 3,
    };
    uint8_t *at = expected + 13;

    fill_acts(bench, 2);
    bench->entries[0].header.kind = BY_KIND_GENESIS;
    bench->entries[0].header.hlc = 64;
    bench->entries[1].header.hlc = 63;
    bench->entries[0].payload = by_bytes_of(NULL, 0);
    bench->entries[1].payload = by_bytes_of("\xa2hi", 3);
    memcpy(bench->entries[0].salt, noise, 16);
    memcpy(bench->entries[1].salt, noise + 16, 16);
    chain(bench);
    pack(bench);
    for (size_t i = 0; i < 2; i++, at += 64)
        memcpy(at, bench->entries[i].seal.bytes, 64);
    memcpy(at, noise, 32);
    memcpy(at + 32, "\x90\x90\xa2hi", 5);
    assert_int_equal(bench->packed.size, (size_t)(at + 37 - expected));
    assert_memory_equal(bench->packed.data, expected, bench->packed.size);
}

static void a_block_cut_short_or_followed_by_a_byte_is_refused(void **state)
{
    struct bench *bench = *state;
    static const size_t payload_sizes[] = {0, 40, 300};

    for (size_t i = 0; i < sizeof payload_sizes / sizeof payload_sizes[0]; i++) {
        struct by_run run;

        fill(bench, 1 + 4 * i, payload_sizes[i]);
        chain(bench);
        pack(bench);
        for (size_t size = 0; size < bench->packed.size; size++)
            assert_int_not_equal(unpack(bench, by_bytes_of(bench->packed.data, size), &run),
                                 BANYAN_OK);
        assert_int_equal(by_buffer_append_u8(&bench->packed, 0), BANYAN_OK);
        assert_int_not_equal(unpack(bench, by_buffer_bytes(&bench->packed), &run), BANYAN_OK);
    }
}

/* Under the right id there is the right entry or none. */
static void a_changed_byte_gives_another_tip_or_is_refused(void **state)
{
    struct bench *bench = *state;

    for (size_t count = 1; count <= 9; count += 8) {
        fill(bench, count, 50);
        chain(bench);
        pack(bench);
        for (size_t i = 0; i < bench->packed.size * 8; i++) {
            struct by_run run;

            bench->packed.data[i / 8] ^= (uint8_t)(1u << i % 8);
            if (unpack(bench, by_buffer_bytes(&bench->packed), &run) == BANYAN_OK &&
                run.count == count &&
                by_id_equal(&run.entries[count - 1].id, &bench->entries[count - 1].id))
                assert_true(runs_equal(&run, &bench->run));
            bench->packed.data[i / 8] ^= (uint8_t)(1u << i % 8);
        }
    }
}

static void packed_forms_of_another_shape_are_refused(void **state)
{
    static const struct {
        const char *claim;
        const char *bytes;
        size_t size;
        enum banyan_status status;
    } rows[] = {
        {"nothing", "", 0, BANYAN_ERR_TRUNCATED},
        {"raw nothing", "\0", 1, BANYAN_ERR_TRUNCATED},
        {"method 2", "\2\1\1", 3, BANYAN_ERR_MALFORMED},
        {"no entries", "\0\0", 2, BANYAN_ERR_MALFORMED},
        {"65 entries", "\0\x41", 2, BANYAN_ERR_TOO_LARGE},
        {"zstd without a size", "\1", 1, BANYAN_ERR_TRUNCATED},
        {"zstd with a long size", "\1\x80\0", 3, BANYAN_ERR_NOT_CANONICAL},
        {"zstd with more than a block", "\1\x81\x80\x0c", 4, BANYAN_ERR_TOO_LARGE},
        {"zstd with a huge size", "\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11,
         BANYAN_ERR_TOO_LARGE},
        {"zstd with no frame", "\1\x10xxxxxxxx", 10, BANYAN_ERR_MALFORMED},
        {"kind in a long form", "\0\1\1\x81\0", 5, BANYAN_ERR_NOT_CANONICAL},
        {"kind of 17 bits", "\0\1\1\x80\x80\4", 6, BANYAN_ERR_MALFORMED},
        {"more links than there may be", "\0\1\1\1\2\x81\xe0\3", 8, BANYAN_ERR_TOO_LARGE},
        {"more payload than there may be", "\0\1\1\1\2\1\x81\xe0\3", 9, BANYAN_ERR_TOO_LARGE},
        {"payload at the limit that is not there", "\0\1\1\1\2\1\x80\xe0\3", 9,
         BANYAN_ERR_TRUNCATED},
    };
    struct bench *bench = *state;
    struct by_run run;

    fill(bench, 1, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum banyan_status status = unpack(bench, by_bytes_of(rows[i].bytes, rows[i].size), &run);

        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
    }
}

static void noise_is_kept_raw_within_the_packed_limit(void **state)
{
    struct bench *bench = *state;

    fill(bench, 1, BY_PAYLOAD_BYTES_MAX);
    assert_round_trip(bench);
    assert_int_equal(bench->packed.data[0], 0);
    assert_true(bench->packed.size <= BY_BLOCK_PACKED_BYTES_MAX);
    fill(bench, 64, 300);
    for (size_t i = 0; i < 64; i++)
        bench->entries[i].payload = by_bytes_of(noise, 300);
    assert_round_trip(bench);
    assert_int_equal(bench->packed.data[0], 1);
}

static void packing_into_a_full_buffer_leaves_it_as_it_was(void **state)
{
    struct bench *bench = *state;
    struct by_buffer small = BY_BUFFER_INIT(100);

    fill(bench, 3, 100);
    chain(bench);
    assert_int_equal(by_buffer_append(&small, "abc", 3), BANYAN_OK);
    assert_int_equal(by_block_pack(&bench->run, &bench->zip, &small), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(small.size, 3);
    by_buffer_deinit(&small);
}

/* -- rules of a run -- */
typedef void bend(struct bench *bench);

static void no_entries(struct bench *bench)
{
    bench->run.count = 0;
}
static void prev_in_the_first(struct bench *bench)
{
    bench->run.base.prev.bytes[0] = 1;
    chain(bench);
}
static void no_prev_later(struct bench *bench)
{
    bench->run.base.first_seq = 1;
    chain(bench);
}
static void seq_at_the_end_of_numbers(struct bench *bench)
{
    bench->run.base.first_seq = UINT64_MAX - 1;
    bench->run.base.prev.bytes[0] = 1;
    chain(bench);
}
static void last_not_sealed(struct bench *bench)
{
    bench->entries[2].header.flags = 0;
    memset(&bench->entries[2].seal, 0, sizeof bench->entries[2].seal);
    chain(bench);
}
static void unknown_flag(struct bench *bench)
{
    bench->entries[1].header.flags = 2;
    chain(bench);
}
static void kind_zero(struct bench *bench)
{
    bench->entries[1].header.kind = 0;
    chain(bench);
}
static void kind_two(struct bench *bench)
{
    bench->entries[1].header.kind = 2;
    chain(bench);
}
static void kind_fifteen(struct bench *bench)
{
    bench->entries[1].header.kind = 15;
    chain(bench);
}
static void act_among_operations(struct bench *bench)
{
    bench->entries[1].header.kind = BY_KIND_INVITE;
    bench->entries[1].header.flags = BY_FLAG_SEALED;
    bench->entries[1].links = by_bytes_of("\x90", 1);
    chain(bench);
}
static void unsealed_act(struct bench *bench)
{
    fill_acts(bench, 3);
    bench->entries[1].header.flags = 0;
    chain(bench);
}
static void act_with_links_of_an_operation(struct bench *bench)
{
    fill_acts(bench, 3);
    bench->entries[1].links = by_buffer_bytes(&bench->links);
    chain(bench);
}
static void operation_with_links_of_an_act(struct bench *bench)
{
    bench->entries[1].links = by_bytes_of("\x90", 1);
    chain(bench);
}
static void operation_without_links(struct bench *bench)
{
    bench->entries[1].links = by_bytes_of(NULL, 0);
    chain(bench);
}
static void seal_bytes_without_the_flag(struct bench *bench)
{
    bench->entries[1].seal.bytes[0] = 1;
}
static void other_log(struct bench *bench)
{
    bench->entries[1].header.log.nonce[7] ^= 1;
    by_entry_identify(&bench->entries[1]);
}
static void seq_that_skips(struct bench *bench)
{
    bench->entries[1].header.seq++;
    by_entry_identify(&bench->entries[1]);
}
static void prev_of_another(struct bench *bench)
{
    bench->entries[1].header.prev.bytes[0] ^= 1;
    by_entry_identify(&bench->entries[1]);
}
static void other_links_hash(struct bench *bench)
{
    bench->entries[2].header.links_hash.bytes[0] ^= 1;
    by_entry_seal(&bench->entries[2], &bench->key, &network);
}
static void other_commitment(struct bench *bench)
{
    bench->entries[2].header.payload_commit.bytes[0] ^= 1;
    by_entry_seal(&bench->entries[2], &bench->key, &network);
}
static void other_id(struct bench *bench)
{
    bench->entries[2].id.bytes[0] ^= 1;
}
static void other_salt(struct bench *bench)
{
    bench->entries[0].salt[0] ^= 1;
}
static void other_payload(struct bench *bench)
{
    bench->entries[0].payload.data++;
}
static void size_that_lies(struct bench *bench)
{
    bench->entries[2].header.payload_size++;
    by_entry_seal(&bench->entries[2], &bench->key, &network);
}
static void payload_past_the_limit(struct bench *bench)
{
    bench->entries[1].payload = by_bytes_of(noise, BY_PAYLOAD_BYTES_MAX + 1);
}
static void nothing(struct bench *bench)
{
    (void)bench;
}

static void each_rule_of_a_run_is_kept(void **state)
{
    static const struct {
        const char *claim;
        bend *bend;
        enum banyan_status status;
    } rows[] = {
        {"as it is", nothing, BANYAN_OK},
        {"no entries", no_entries, BANYAN_ERR_MALFORMED},
        {"a prev in the first entry", prev_in_the_first, BANYAN_ERR_BROKEN_CHAIN},
        {"no prev in a later one", no_prev_later, BANYAN_ERR_BROKEN_CHAIN},
        {"seqs past 64 bits", seq_at_the_end_of_numbers, BANYAN_ERR_MALFORMED},
        {"last entry not sealed", last_not_sealed, BANYAN_ERR_MALFORMED},
        {"a flag of later versions", unknown_flag, BANYAN_ERR_MALFORMED},
        {"kind 0", kind_zero, BANYAN_ERR_MALFORMED},
        {"kind 2", kind_two, BANYAN_ERR_UPGRADE},
        {"kind 15", kind_fifteen, BANYAN_ERR_UPGRADE},
        {"an act among operations", act_among_operations, BANYAN_ERR_MALFORMED},
        {"an act without seal", unsealed_act, BANYAN_ERR_MALFORMED},
        {"an act linked as an operation", act_with_links_of_an_operation, BANYAN_ERR_MALFORMED},
        {"an operation linked as an act", operation_with_links_of_an_act, BANYAN_ERR_MALFORMED},
        {"an operation without links", operation_without_links, BANYAN_ERR_TRUNCATED},
        {"seal without the flag", seal_bytes_without_the_flag, BANYAN_ERR_MALFORMED},
        {"an entry of another log", other_log, BANYAN_ERR_BROKEN_CHAIN},
        {"a seq that skips", seq_that_skips, BANYAN_ERR_BROKEN_CHAIN},
        {"a prev of another entry", prev_of_another, BANYAN_ERR_BROKEN_CHAIN},
        {"another links hash", other_links_hash, BANYAN_ERR_BROKEN_CHAIN},
        {"another commitment", other_commitment, BANYAN_ERR_BROKEN_CHAIN},
        {"another id", other_id, BANYAN_ERR_BROKEN_CHAIN},
        {"another salt", other_salt, BANYAN_ERR_BROKEN_CHAIN},
        {"another payload", other_payload, BANYAN_ERR_BROKEN_CHAIN},
        {"a size that lies", size_that_lies, BANYAN_ERR_MALFORMED},
        {"a payload past the limit", payload_past_the_limit, BANYAN_ERR_TOO_LARGE},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum banyan_status status;

        fill(bench, 3, 20);
        chain(bench);
        rows[i].bend(bench);
        status = by_run_check(&bench->run);
        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
    }
}

static void a_block_holds_up_to_64_entries(void **state)
{
    static const struct {
        size_t count;
        enum banyan_status status;
    } rows[] = {
        {BY_BLOCK_ENTRIES_MAX - 1, BANYAN_OK},
        {BY_BLOCK_ENTRIES_MAX, BANYAN_OK},
        {BY_BLOCK_ENTRIES_MAX + 1, BANYAN_ERR_TOO_LARGE},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fill(bench, rows[i].count, 10);
        chain(bench);
        assert_int_equal(by_run_check(&bench->run), rows[i].status);
    }
}

/* What a stretch holds before its sealed entry stays below the bound. */
static void a_seal_comes_before_64_kib(void **state)
{
    struct bench *bench = *state;

    for (size_t size = BY_SEAL_BYTES_MAX - 1; size <= BY_SEAL_BYTES_MAX + 1; size++) {
        enum banyan_status expected = size < BY_SEAL_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE;
        size_t fixed = 2 * (BY_HEADER_BYTES + BY_SALT_BYTES + bench->links.size);

        fill(bench, 3, 1000);
        bench->entries[0].payload = by_bytes_of(noise, 40000);
        bench->entries[1].payload = by_bytes_of(noise, size - fixed - 40000);
        chain(bench);
        assert_int_equal(by_run_check(&bench->run), expected);
        bench->entries[0].header.flags = BY_FLAG_SEALED;
        chain(bench);
        assert_int_equal(by_run_check(&bench->run), BANYAN_OK);
    }
}

static void a_block_holds_up_to_192_kib(void **state)
{
    struct bench *bench = *state;

    for (size_t size = BY_BLOCK_BYTES_MAX - 1; size <= BY_BLOCK_BYTES_MAX + 1; size++) {
        enum banyan_status expected = size <= BY_BLOCK_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE;
        size_t fixed = 4 * (BY_HEADER_BYTES + BY_SALT_BYTES + bench->links.size + 64);

        fill(bench, 4, 50000);
        for (size_t i = 0; i < 4; i++)
            bench->entries[i].header.flags = BY_FLAG_SEALED;
        bench->entries[3].payload = by_bytes_of(noise, size - fixed - 150000);
        chain(bench);
        assert_int_equal(by_run_check(&bench->run), expected);
        if (expected == BANYAN_OK)
            assert_round_trip(bench);
    }
}

static void the_last_seal_decides(void **state)
{
    struct bench *bench = *state;
    const struct by_id other_network = {{8}};

    fill(bench, 3, 20);
    chain(bench);
    assert_int_equal(by_run_verify(&bench->run, &network), BANYAN_OK);
    assert_int_equal(by_run_verify(&bench->run, &other_network), BANYAN_ERR_BAD_SIGNATURE);
    bench->entries[2].seal.bytes[0] ^= 1;
    by_entry_identify(&bench->entries[2]);
    assert_int_equal(by_run_check(&bench->run), BANYAN_OK);
    assert_int_equal(by_run_verify(&bench->run, &network), BANYAN_ERR_BAD_SIGNATURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_unpacks_to_the_same_entries),
        cmocka_unit_test(seals_inside_a_block_are_kept),
        cmocka_unit_test(the_packed_form_is_as_laid_down),
        cmocka_unit_test(a_block_cut_short_or_followed_by_a_byte_is_refused),
        cmocka_unit_test(a_changed_byte_gives_another_tip_or_is_refused),
        cmocka_unit_test(packed_forms_of_another_shape_are_refused),
        cmocka_unit_test(noise_is_kept_raw_within_the_packed_limit),
        cmocka_unit_test(packing_into_a_full_buffer_leaves_it_as_it_was),
        cmocka_unit_test(each_rule_of_a_run_is_kept),
        cmocka_unit_test(a_block_holds_up_to_64_entries),
        cmocka_unit_test(a_seal_comes_before_64_kib),
        cmocka_unit_test(a_block_holds_up_to_192_kib),
        cmocka_unit_test(the_last_seal_decides),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
