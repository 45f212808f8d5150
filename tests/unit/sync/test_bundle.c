#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/bundle_format.h"
#include "unit/log/sample.h"

#define ROOM_BYTES        (8u * 1024u * 1024u)
#define HEADER_BYTES      16u
#define SLOT_BYTES        81u
#define FULL_CHUNK_BYTES  (4u + BY_BUNDLE_CHUNK_BYTES_MAX + 16u)
#define READERS_TRIED_MAX (BY_BUNDLE_READERS_MAX + 1u)

static const struct by_id network = {{7, 7, 7}};
static const uint8_t join_keys[2][32] = {{21}, {22}};
static uint8_t noise[BY_PAYLOAD_BYTES_MAX];

static struct by_box_key box_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

/* -- making -- */
struct maker {
    struct by_signing_key key;
    struct by_bundle_reader_key readers[READERS_TRIED_MAX];
    size_t reader_count;
    struct by_seed seeds[1 + READERS_TRIED_MAX];
    struct by_bundle_manifest manifest;
    struct by_zip zip;
    struct by_buffer packed;
    struct by_bundle_writer *writer;
    struct by_buffer out;
    size_t blocks; /* of each kind */
    size_t payload_size;
};

static enum banyan_status add_run(void *context, const struct by_run *run)
{
    struct maker *maker = context;

    maker->packed.size = 0;
    assert_int_equal(by_block_pack(run, &maker->zip, &maker->packed), BANYAN_OK);
    return by_bundle_writer_add(maker->writer, &run->base, by_buffer_bytes(&maker->packed),
                                &maker->out);
}

static void add_blocks(struct maker *maker, uint16_t kind)
{
    const uint8_t salt[BY_SALT_BYTES] = {1};
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_block_base base = sample_base(&maker->key);
    struct by_writer writer;

    base.log.nonce[7] = (uint8_t)kind;
    by_writer_init(&writer, &maker->key, &network, &base, add_run, maker);
    if (kind == BY_KIND_OPERATION)
        assert_int_equal(sample_put_links(1, &links), BANYAN_OK);
    else
        assert_int_equal(by_buffer_append_u8(&links, 0x90), BANYAN_OK);
    for (size_t i = 0; i < maker->blocks; i++) {
        assert_int_equal(by_writer_add(&writer, kind, by_buffer_bytes(&links),
                                       by_bytes_of(noise, maker->payload_size), salt, 1000),
                         BANYAN_OK);
        assert_int_equal(by_writer_flush(&writer), BANYAN_OK);
    }
    by_writer_deinit(&writer);
    by_buffer_deinit(&links);
}

static void maker_init(struct maker *maker, size_t blocks, size_t payload_size)
{
    memset(maker, 0, sizeof *maker);
    maker->key = sample_key(1);
    maker->packed.size_max = ROOM_BYTES;
    maker->out.size_max = ROOM_BYTES;
    maker->blocks = blocks;
    maker->payload_size = payload_size;
    maker->manifest = (struct by_bundle_manifest){
        .network = network,
        .maker = maker->key.public_key,
        .made_ms = 1700000000000u,
        .act_count = blocks,
        .record_block_count = blocks,
    };
    for (size_t i = 0; i < sizeof maker->seeds / sizeof maker->seeds[0]; i++)
        by_put_u32le(maker->seeds[i].bytes, (uint32_t)i + 100);
}

static void add_reader(struct maker *maker, const struct by_box_key *key)
{
    struct by_bundle_reader_key *reader = &maker->readers[maker->reader_count++];

    reader->kind = BY_BUNDLE_TO_DEVICE;
    memcpy(reader->key, key->public_key.bytes, 32);
}

static void add_invite(struct maker *maker, const uint8_t join_key[32])
{
    struct by_bundle_reader_key *reader = &maker->readers[maker->reader_count++];

    reader->kind = BY_BUNDLE_TO_INVITE;
    memcpy(reader->key, join_key, 32);
}

static enum banyan_status make_begin(struct maker *maker)
{
    return by_bundle_writer_new(&maker->manifest, &(struct by_bundle_signer){.key = &maker->key},
                                maker->readers, maker->reader_count, maker->seeds, &maker->out,
                                &maker->writer);
}

static void make(struct maker *maker)
{
    assert_int_equal(make_begin(maker), BANYAN_OK);
    add_blocks(maker, BY_KIND_INVITE);
    add_blocks(maker, BY_KIND_OPERATION);
    assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
}

static void maker_deinit(struct maker *maker)
{
    by_bundle_writer_free(maker->writer);
    by_zip_deinit(&maker->zip);
    by_buffer_deinit(&maker->packed);
    by_buffer_deinit(&maker->out);
}

/* A bundle for the device of seed 2 and the invite of join_keys[0]. */
static struct maker *made(size_t blocks, size_t payload_size)
{
    struct maker *maker = malloc(sizeof *maker);
    struct by_box_key other = box_key(3);
    struct by_box_key key = box_key(2);

    assert_non_null(maker);
    maker_init(maker, blocks, payload_size);
    add_reader(maker, &other);
    add_reader(maker, &key);
    add_invite(maker, join_keys[0]);
    make(maker);
    return maker;
}

static void unmake(struct maker *maker)
{
    maker_deinit(maker);
    free(maker);
}

/* -- reading -- */
struct seen {
    size_t runs;
    size_t bytes;
    enum banyan_status answer;
};

static enum banyan_status see_run(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct seen *seen = context;

    assert_int_equal(by_run_verify(run, &network), BANYAN_OK);
    seen->runs++;
    seen->bytes += packed.size;
    return seen->answer;
}

static enum banyan_status
read_with(const struct by_bundle_keys *keys, struct by_bytes file, size_t step, struct seen *seen)
{
    struct by_bundle_reader *reader = NULL;
    enum banyan_status status = BANYAN_OK;

    assert_int_equal(by_bundle_reader_new(keys, see_run, seen, &reader), BANYAN_OK);
    for (size_t at = 0; at < file.size && status == BANYAN_OK; at += step) {
        size_t size = file.size - at < step ? file.size - at : step;
        uint8_t *copy = malloc(size); /* so that reading past it is caught */

        assert_non_null(copy);
        memcpy(copy, file.data + at, size);
        status = by_bundle_reader_feed(reader, by_bytes_of(copy, size));
        free(copy);
    }
    if (status == BANYAN_OK)
        status = by_bundle_reader_end(reader);
    else
        assert_int_equal(by_bundle_reader_end(reader), status);
    if (status == BANYAN_OK) {
        const struct by_bundle_manifest *manifest = by_bundle_reader_manifest(reader);

        assert_non_null(manifest);
        assert_true(by_id_equal(&manifest->network, &network));
        assert_int_equal(manifest->made_ms, 1700000000000u);
    }
    by_bundle_reader_free(reader);
    return status;
}

static enum banyan_status read_as_device(struct by_bytes file, struct seen *seen)
{
    struct by_box_key key = box_key(2);

    return read_with(&(struct by_bundle_keys){.transport = &key}, file, file.size + 1, seen);
}

static void each_reader_reads_all_blocks(void **state)
{
    struct by_box_key first = box_key(3);
    struct by_box_key second = box_key(2);
    const struct by_bundle_keys keys[] = {
        {.transport = &first},
        {.transport = &second},
        {.join_keys = join_keys, .join_key_count = 2},
        {.transport = &second, .join_keys = join_keys + 1, .join_key_count = 1},
    };
    struct maker *maker = made(3, 50);

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct seen seen = {0};

        assert_int_equal(read_with(&keys[i], by_buffer_bytes(&maker->out), ROOM_BYTES, &seen),
                         BANYAN_OK);
        assert_int_equal(seen.runs, 6);
    }
    unmake(maker);
}

static void others_read_nothing(void **state)
{
    struct by_box_key stranger = box_key(4);
    const struct by_bundle_keys keys[] = {
        {.transport = &stranger},
        {.join_keys = join_keys + 1, .join_key_count = 1},
        {.transport = NULL},
    };
    struct maker *maker = made(1, 50);

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct seen seen = {0};

        assert_int_equal(read_with(&keys[i], by_buffer_bytes(&maker->out), ROOM_BYTES, &seen),
                         BANYAN_ERR_NOT_FOR_US);
        assert_int_equal(seen.runs, 0);
    }
    unmake(maker);
}

static void bytes_may_come_in_any_portion(void **state)
{
    static const size_t steps[] = {1, 2, 3, 16, 17, 80, 81, 1000, 4096, 65536, 262164};
    struct by_box_key key = box_key(2);
    struct maker *small = made(2, 100);
    struct maker *large = made(6, BY_PAYLOAD_BYTES_MAX);

    (void)state;
    assert_true(large->out.size > 2 * FULL_CHUNK_BYTES);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct seen seen = {0};
        struct maker *maker = steps[i] < 80 ? small : large;

        assert_int_equal(read_with(&(struct by_bundle_keys){.transport = &key},
                                   by_buffer_bytes(&maker->out), steps[i], &seen),
                         BANYAN_OK);
        assert_int_equal(seen.runs, 2 * maker->blocks);
    }
    unmake(small);
    unmake(large);
}

static void a_bundle_of_nothing_is_a_bundle(void **state)
{
    struct maker *maker = made(0, 0);
    struct seen seen = {0};

    (void)state;
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_OK);
    assert_int_equal(seen.runs, 0);
    unmake(maker);
}

static void any_changed_byte_is_refused(void **state)
{
    struct maker *maker = made(1, 50);
    size_t own_slot = HEADER_BYTES + SLOT_BYTES;
    size_t chunk = HEADER_BYTES + 3 * SLOT_BYTES;

    (void)state;
    for (size_t i = 0; i < maker->out.size; i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 3) {
            struct seen seen = {0};
            enum banyan_status status;

            maker->out.data[i] ^= (uint8_t)bit;
            status = read_as_device(by_buffer_bytes(&maker->out), &seen);
            maker->out.data[i] ^= (uint8_t)bit;
            assert_int_not_equal(status, BANYAN_OK);
            assert_int_equal(seen.runs, 0);
            if (i < 8)
                assert_int_equal(status, BANYAN_ERR_MALFORMED);
            else if (i >= HEADER_BYTES && i < chunk)
                assert_int_equal(status, i >= own_slot && i < own_slot + SLOT_BYTES
                                             ? BANYAN_ERR_NOT_FOR_US
                                             : BANYAN_ERR_DAMAGED);
            else if (i >= chunk + 4)
                assert_int_equal(status, BANYAN_ERR_DAMAGED);
        }
    }
    unmake(maker);
}

static void a_bundle_cut_anywhere_is_truncated(void **state)
{
    struct maker *maker = made(1, 50);

    (void)state;
    for (size_t size = 0; size < maker->out.size; size++) {
        struct seen seen = {0};

        assert_int_equal(read_as_device(by_bytes_of(maker->out.data, size), &seen),
                         BANYAN_ERR_TRUNCATED);
    }
    unmake(maker);
}

static void nothing_may_follow_the_last_chunk(void **state)
{
    struct maker *maker = made(1, 50);
    struct seen seen = {0};

    (void)state;
    assert_int_equal(by_buffer_append_u8(&maker->out, 0), BANYAN_OK);
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_ERR_MALFORMED);
    unmake(maker);
}

/* Which of the full chunks 0 and 1 and the last chunk 2 a spliced file holds, in its order. */
static void chunks_out_of_place_are_refused(void **state)
{
    static const struct {
        const char *claim;
        int chunks[4]; /* ends at -1 */
        enum banyan_status status;
    } rows[] = {
        {"as made", {0, 1, 2, -1}, BANYAN_OK},
        {"swapped", {1, 0, 2, -1}, BANYAN_ERR_DAMAGED},
        {"first dropped", {1, 2, -1, -1}, BANYAN_ERR_DAMAGED},
        {"middle dropped", {0, 2, -1, -1}, BANYAN_ERR_DAMAGED},
        {"last dropped", {0, 1, -1, -1}, BANYAN_ERR_TRUNCATED},
        {"doubled", {0, 0, 1, 2}, BANYAN_ERR_DAMAGED},
        {"last first", {2, 0, 1, -1}, BANYAN_ERR_DAMAGED},
        {"last doubled", {0, 1, 2, 2}, BANYAN_ERR_MALFORMED},
    };
    struct maker *maker = made(5, BY_PAYLOAD_BYTES_MAX);
    size_t start = HEADER_BYTES + 3 * SLOT_BYTES;

    (void)state;
    assert_true(maker->out.size > start + 2 * FULL_CHUNK_BYTES);
    assert_true(maker->out.size < start + 3 * FULL_CHUNK_BYTES);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_buffer file = BY_BUFFER_INIT(ROOM_BYTES);
        struct seen seen = {0};
        enum banyan_status status;

        assert_int_equal(by_buffer_append(&file, maker->out.data, start), BANYAN_OK);
        for (size_t j = 0; j < 4 && rows[i].chunks[j] >= 0; j++) {
            size_t at = start + (size_t)rows[i].chunks[j] * FULL_CHUNK_BYTES;
            size_t left = maker->out.size - at;

            assert_int_equal(by_buffer_append(&file, maker->out.data + at,
                                              left < FULL_CHUNK_BYTES ? left : FULL_CHUNK_BYTES),
                             BANYAN_OK);
        }
        status = read_as_device(by_buffer_bytes(&file), &seen);
        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
        by_buffer_deinit(&file);
    }
    unmake(maker);
}

static void chunks_of_another_bundle_do_not_fit(void **state)
{
    struct maker *maker = made(1, 50);
    struct maker *other = made(1, 50);
    size_t start = HEADER_BYTES + 3 * SLOT_BYTES;
    struct seen seen = {0};

    (void)state;
    other->out.size = 0;
    by_bundle_writer_free(other->writer);
    other->seeds[0].bytes[9] ^= 1;
    make(other);
    memcpy(maker->out.data + start, other->out.data + start, other->out.size - start);
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_ERR_DAMAGED);
    unmake(maker);
    unmake(other);
}

static void what_declares_too_much_is_refused(void **state)
{
    static const struct {
        const char *claim;
        size_t at;
        uint32_t value;
        enum banyan_status status;
    } rows[] = {
        {"version 0", 8, 0, BANYAN_ERR_MALFORMED},
        {"version 2", 8, 2, BANYAN_ERR_UPGRADE},
        {"reserved bytes", 8, 0x101, BANYAN_ERR_MALFORMED},
        {"no slots", 12, 0, BANYAN_ERR_MALFORMED},
        {"slots past the limit", 12, BY_BUNDLE_READERS_MAX + 1, BANYAN_ERR_TOO_LARGE},
        {"slots beyond measure", 12, UINT32_MAX, BANYAN_ERR_TOO_LARGE},
        {"slots at the limit wait for bytes", 12, BY_BUNDLE_READERS_MAX, BANYAN_ERR_TRUNCATED},
        {"a chunk past the limit", HEADER_BYTES + 3 * SLOT_BYTES, BY_BUNDLE_CHUNK_BYTES_MAX + 17,
         BANYAN_ERR_TOO_LARGE},
        {"a last chunk past the limit", HEADER_BYTES + 3 * SLOT_BYTES,
         0x80000000u | (BY_BUNDLE_CHUNK_BYTES_MAX + 17), BANYAN_ERR_TOO_LARGE},
        {"a chunk at the limit waits for bytes", HEADER_BYTES + 3 * SLOT_BYTES,
         BY_BUNDLE_CHUNK_BYTES_MAX + 16, BANYAN_ERR_TRUNCATED},
        {"a chunk in the middle below the limit", HEADER_BYTES + 3 * SLOT_BYTES,
         BY_BUNDLE_CHUNK_BYTES_MAX + 15, BANYAN_ERR_MALFORMED},
        {"an empty last chunk", HEADER_BYTES + 3 * SLOT_BYTES, 0x80000010u, BANYAN_ERR_MALFORMED},
        {"a last chunk of one byte", HEADER_BYTES + 3 * SLOT_BYTES, 0x80000011u,
         BANYAN_ERR_DAMAGED},
    };
    struct maker *maker = made(1, 50);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct seen seen = {0};
        uint8_t kept[4];
        enum banyan_status status;

        memcpy(kept, maker->out.data + rows[i].at, sizeof kept);
        by_put_u32le(maker->out.data + rows[i].at, rows[i].value);
        status = read_as_device(by_buffer_bytes(&maker->out), &seen);
        memcpy(maker->out.data + rows[i].at, kept, sizeof kept);
        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
    }
    unmake(maker);
}

static void a_bundle_has_one_to_1024_readers(void **state)
{
    static const struct {
        size_t count;
        enum banyan_status status;
    } rows[] = {
        {0, BANYAN_ERR_USAGE},
        {1, BANYAN_OK},
        {BY_BUNDLE_READERS_MAX - 1, BANYAN_OK},
        {BY_BUNDLE_READERS_MAX, BANYAN_OK},
        {BY_BUNDLE_READERS_MAX + 1, BANYAN_ERR_TOO_LARGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct maker *maker = malloc(sizeof *maker);
        struct by_bundle_keys keys = {.join_keys = join_keys, .join_key_count = 1};
        struct seen seen = {0};
        enum banyan_status status;

        assert_non_null(maker);
        maker_init(maker, 0, 0);
        for (size_t j = 0; j < rows[i].count; j++)
            add_invite(maker, join_keys[j + 1 == rows[i].count ? 0 : 1]);
        status = make_begin(maker);
        assert_int_equal(status, rows[i].status);
        if (status == BANYAN_OK) {
            assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
            assert_int_equal(read_with(&keys, by_buffer_bytes(&maker->out), 5000, &seen),
                             BANYAN_OK);
        } else {
            assert_int_equal(maker->out.size, 0);
        }
        unmake(maker);
    }
}

static void a_reader_key_of_low_order_gets_a_slot_that_nobody_opens(void **state)
{
    struct maker *maker = malloc(sizeof *maker);
    struct by_box_key zero = {.public_key = {{0}}};
    static const uint8_t nothing[BY_BUNDLE_SLOT_BYTES];

    (void)state;
    assert_non_null(maker);
    maker_init(maker, 0, 0);
    add_reader(maker, &zero);
    assert_int_equal(make_begin(maker), BANYAN_OK);
    assert_memory_equal(maker->out.data + BY_BUNDLE_HEADER_BYTES, nothing, sizeof nothing);
    unmake(maker);
}

static void the_manifest_must_agree_with_what_is_there(void **state)
{
    static const int off[][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};

    (void)state;
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        struct maker *maker = made(2, 10);
        struct seen seen = {0};

        by_bundle_writer_free(maker->writer);
        maker->out.size = 0;
        maker->manifest.act_count = (uint64_t)(2 + off[i][0]);
        maker->manifest.record_block_count = (uint64_t)(2 + off[i][1]);
        make(maker);
        assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_ERR_MALFORMED);
        unmake(maker);
    }
}

static void acts_come_before_records(void **state)
{
    struct maker *maker = made(1, 10);
    struct seen seen = {0};

    (void)state;
    by_bundle_writer_free(maker->writer);
    maker->out.size = 0;
    assert_int_equal(make_begin(maker), BANYAN_OK);
    add_blocks(maker, BY_KIND_OPERATION);
    add_blocks(maker, BY_KIND_INVITE);
    assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_ERR_MALFORMED);
    unmake(maker);
}

static void blocks_past_the_limit_are_not_added(void **state)
{
    static uint8_t packed[BY_BLOCK_PACKED_BYTES_MAX + 1];
    struct maker *maker = made(0, 0);
    struct by_block_base base = sample_base(&maker->key);

    (void)state;
    by_bundle_writer_free(maker->writer);
    assert_int_equal(make_begin(maker), BANYAN_OK);
    for (size_t size = sizeof packed - 2; size <= sizeof packed; size++)
        assert_int_equal(
            by_bundle_writer_add(maker->writer, &base, by_bytes_of(packed, size), &maker->out),
            size <= BY_BLOCK_PACKED_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    unmake(maker);
}

/* Written by a reader who knows the file key: well sealed, and not a block. */
static void a_block_that_breaks_its_rules_is_refused(void **state)
{
    struct maker *maker = made(1, 0);
    struct by_block_base base = sample_base(&maker->key);
    struct seen seen = {0};

    (void)state;
    by_bundle_writer_free(maker->writer);
    maker->out.size = 0;
    assert_int_equal(make_begin(maker), BANYAN_OK);
    assert_int_equal(
        by_bundle_writer_add(maker->writer, &base, by_bytes_of("\0\1", 2), &maker->out), BANYAN_OK);
    assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_ERR_MALFORMED);
    unmake(maker);
}

static void the_sinks_failure_comes_back_and_stays(void **state)
{
    struct maker *maker = made(2, 10);
    struct by_box_key key = box_key(2);
    struct by_bundle_keys keys = {.transport = &key};
    struct seen seen = {.answer = BANYAN_ERR_DISK};
    struct by_bundle_reader *reader = NULL;

    (void)state;
    assert_int_equal(by_bundle_reader_new(&keys, see_run, &seen, &reader), BANYAN_OK);
    assert_null(by_bundle_reader_manifest(reader));
    assert_int_equal(by_bundle_reader_feed(reader, by_buffer_bytes(&maker->out)), BANYAN_ERR_DISK);
    assert_int_equal(by_bundle_reader_feed(reader, by_buffer_bytes(&maker->out)), BANYAN_ERR_DISK);
    assert_int_equal(by_bundle_reader_end(reader), BANYAN_ERR_DISK);
    assert_int_equal(seen.runs, 1);
    by_bundle_reader_free(reader);
    unmake(maker);
}

/* -- backups: what a device keeps for itself stands behind what is for all -- */

struct own_seen {
    struct seen shared; /* first: the sink of blocks for all is that of others */
    size_t private_runs, settings, setting_bytes;
    char names[256];
    enum banyan_status answer;
};

static enum banyan_status
see_private(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct own_seen *seen = context;

    assert_int_equal(by_run_verify(run, &network), BANYAN_OK);
    assert_true(packed.size > 0);
    seen->private_runs++;
    return seen->answer;
}

static enum banyan_status see_setting(void *context, struct by_bytes name, struct by_bytes part)
{
    struct own_seen *seen = context;

    seen->settings++;
    seen->setting_bytes += part.size;
    if (strlen(seen->names) + name.size + 2 < sizeof seen->names) {
        strncat(seen->names, (const char *)name.data, name.size);
        strcat(seen->names, ";");
    }
    return seen->answer;
}

static enum banyan_status read_own(struct by_bytes file, size_t step, struct own_seen *seen)
{
    struct by_box_key key = box_key(2);
    const struct by_bundle_keys keys = {.transport = &key};
    struct by_bundle_reader *reader = NULL;
    enum banyan_status status = BANYAN_OK;

    assert_int_equal(by_bundle_reader_new(&keys, see_run, seen, &reader), BANYAN_OK);
    by_bundle_reader_want_own(reader, see_private, see_setting);
    for (size_t at = 0; at < file.size && status == BANYAN_OK; at += step)
        status = by_bundle_reader_feed(
            reader, by_bytes_of(file.data + at, file.size - at < step ? file.size - at : step));
    if (status == BANYAN_OK)
        status = by_bundle_reader_end(reader);
    if (status == BANYAN_OK)
        assert_true(by_bundle_reader_manifest(reader)->is_backup);
    by_bundle_reader_free(reader);
    return status;
}

static enum banyan_status add_setting(struct maker *maker, const char *name, size_t size)
{
    static const uint8_t part[BY_SETTING_PART_BYTES_MAX + 1];

    return by_bundle_writer_add_setting(maker->writer, by_bytes_of_text(name),
                                        by_bytes_of(part, size), &maker->out);
}

/* Acts, records and private records of so many blocks each, and settings as told. */
static struct maker *
made_backup(size_t blocks, uint64_t private_told, uint64_t settings_told, size_t settings)
{
    struct maker *maker = malloc(sizeof *maker);
    struct by_box_key key = box_key(2);

    assert_non_null(maker);
    maker_init(maker, blocks, 3000);
    maker->manifest.is_backup = true;
    maker->manifest.private_block_count = private_told;
    maker->manifest.setting_count = settings_told;
    add_reader(maker, &key);
    assert_int_equal(make_begin(maker), BANYAN_OK);
    add_blocks(maker, BY_KIND_INVITE);
    add_blocks(maker, BY_KIND_OPERATION);
    add_blocks(maker, BY_KIND_OPERATION);
    for (size_t i = 0; i < settings; i++)
        assert_int_equal(add_setting(maker, i == 0 ? "me" : "imports",
                                     i == 0 ? 0 : BY_SETTING_PART_BYTES_MAX - 7 * i),
                         BANYAN_OK);
    assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
    return maker;
}

static void a_backup_holds_private_blocks_and_settings_behind_the_rest(void **state)
{
    static const size_t steps[] = {1000, 4096, 100000, ROOM_BYTES};
    struct maker *maker = made_backup(100, 100, 3, 3);

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct own_seen seen = {0};

        assert_int_equal(read_own(by_buffer_bytes(&maker->out), steps[i], &seen), BANYAN_OK);
        assert_int_equal(seen.shared.runs, 200);
        assert_int_equal(seen.private_runs, 100);
        assert_int_equal(seen.settings, 3);
        assert_int_equal(seen.setting_bytes, 2 * BY_SETTING_PART_BYTES_MAX - 21);
        assert_string_equal(seen.names, "me;imports;imports;");
    }
    unmake(maker);
}

static void who_reads_a_backup_as_a_bundle_sees_what_is_for_all(void **state)
{
    struct maker *maker = made_backup(3, 3, 2, 2);
    struct seen seen = {0};

    (void)state;
    assert_int_equal(read_as_device(by_buffer_bytes(&maker->out), &seen), BANYAN_OK);
    assert_int_equal(seen.runs, 6);
    unmake(maker);
}

static void a_bundle_is_no_backup(void **state)
{
    struct maker *maker = made(1, 10);
    struct by_box_key key = box_key(2);
    const struct by_bundle_keys keys = {.transport = &key};
    struct seen seen = {0};
    struct by_bundle_reader *reader = NULL;

    (void)state;
    assert_int_equal(by_bundle_reader_new(&keys, see_run, &seen, &reader), BANYAN_OK);
    assert_int_equal(by_bundle_reader_feed(reader, by_buffer_bytes(&maker->out)), BANYAN_OK);
    assert_false(by_bundle_reader_manifest(reader)->is_backup);
    by_bundle_reader_free(reader);
    unmake(maker);
}

static void a_backup_must_hold_what_its_manifest_tells(void **state)
{
    static const struct {
        const char *claim;
        uint64_t private_told, settings_told;
        size_t settings;
        enum banyan_status status;
    } rows[] = {
        {"as told", 2, 2, 2, BANYAN_OK},
        {"nothing of its own but settings is told", 0, 2, 2, BANYAN_ERR_TOO_LARGE},
        {"a private block more", 3, 2, 2, BANYAN_ERR_MALFORMED},
        {"a setting more is told", 2, 3, 2, BANYAN_ERR_MALFORMED},
        {"a setting more is there", 2, 1, 2, BANYAN_ERR_MALFORMED},
        {"no setting is told", 2, 0, 2, BANYAN_ERR_MALFORMED},
        {"no setting at all", 2, 0, 0, BANYAN_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct maker *maker =
            made_backup(2, rows[i].private_told, rows[i].settings_told, rows[i].settings);
        struct own_seen seen = {0};
        enum banyan_status status = read_own(by_buffer_bytes(&maker->out), ROOM_BYTES, &seen);

        if (status != rows[i].status)
            fail_msg("%s: %s", rows[i].claim, banyan_status_name(status));
        unmake(maker);
    }
}

static void settings_are_bounded(void **state)
{
    char name[BY_SETTING_NAME_BYTES_MAX + 2];
    struct maker *maker = malloc(sizeof *maker);
    struct by_box_key key = box_key(2);
    struct own_seen seen = {0};

    (void)state;
    assert_non_null(maker);
    maker_init(maker, 0, 0);
    maker->manifest.is_backup = true;
    maker->manifest.setting_count = 4;
    add_reader(maker, &key);
    assert_int_equal(make_begin(maker), BANYAN_OK);
    for (size_t more = 0; more < 3; more++) {
        memset(name, 'n', sizeof name);
        name[BY_SETTING_NAME_BYTES_MAX - 1 + more] = '\0';
        assert_int_equal(add_setting(maker, name, 5), more < 2 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        assert_int_equal(add_setting(maker, "n", BY_SETTING_PART_BYTES_MAX - 1 + more),
                         more < 2 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
    assert_int_equal(by_bundle_writer_end(maker->writer, &maker->out), BANYAN_OK);
    assert_int_equal(read_own(by_buffer_bytes(&maker->out), ROOM_BYTES, &seen), BANYAN_OK);
    assert_int_equal(seen.setting_bytes, 10 + 2 * BY_SETTING_PART_BYTES_MAX - 1);
    unmake(maker);
}

static void the_failure_of_each_own_sink_comes_back(void **state)
{
    static const enum banyan_status answers[] = {BANYAN_ERR_DISK, BANYAN_ERR_TRUNCATED};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct maker *maker = i < 2 ? made_backup(1, 1, 0, 0) : made_backup(0, 0, 1, 1);
        struct own_seen seen = {.answer = answers[i % 2]};

        /* an item that is whole is never one that waits for more */
        assert_int_equal(read_own(by_buffer_bytes(&maker->out), ROOM_BYTES, &seen),
                         i % 2 == 0 ? BANYAN_ERR_DISK : BANYAN_ERR_MALFORMED);
        assert_int_equal(seen.private_runs + seen.settings, 1);
        unmake(maker);
    }
}

static int fill_noise(void **state)
{
    uint64_t seed = 31;

    (void)state;
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)sample_next(&seed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reader_reads_all_blocks),
        cmocka_unit_test(others_read_nothing),
        cmocka_unit_test(bytes_may_come_in_any_portion),
        cmocka_unit_test(a_bundle_of_nothing_is_a_bundle),
        cmocka_unit_test(any_changed_byte_is_refused),
        cmocka_unit_test(a_bundle_cut_anywhere_is_truncated),
        cmocka_unit_test(nothing_may_follow_the_last_chunk),
        cmocka_unit_test(chunks_out_of_place_are_refused),
        cmocka_unit_test(chunks_of_another_bundle_do_not_fit),
        cmocka_unit_test(what_declares_too_much_is_refused),
        cmocka_unit_test(a_bundle_has_one_to_1024_readers),
        cmocka_unit_test(a_reader_key_of_low_order_gets_a_slot_that_nobody_opens),
        cmocka_unit_test(the_manifest_must_agree_with_what_is_there),
        cmocka_unit_test(acts_come_before_records),
        cmocka_unit_test(blocks_past_the_limit_are_not_added),
        cmocka_unit_test(a_block_that_breaks_its_rules_is_refused),
        cmocka_unit_test(the_sinks_failure_comes_back_and_stays),
        cmocka_unit_test(a_backup_holds_private_blocks_and_settings_behind_the_rest),
        cmocka_unit_test(who_reads_a_backup_as_a_bundle_sees_what_is_for_all),
        cmocka_unit_test(a_bundle_is_no_backup),
        cmocka_unit_test(a_backup_must_hold_what_its_manifest_tells),
        cmocka_unit_test(settings_are_bounded),
        cmocka_unit_test(the_failure_of_each_own_sink_comes_back),
    };

    return cmocka_run_group_tests(tests, fill_noise, NULL);
}
