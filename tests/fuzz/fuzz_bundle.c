/*
 * Bundles from anywhere, and from a reader who knows the file key: fed whole or in portions they
 * give the same outcome and the same runs.
 *
 * First byte: 0 the rest is a file; 1 it is the plain text of a well-sealed one; 2 it is what
 * follows a good manifest in one; 3 the same in a backup of nothing for all, with two private
 * blocks and three parts of settings.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "crypto/hash.h"
#include "sync/bundle_format.h"

#define FILE_BYTES_MAX (4u * 1024u * 1024u)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t join_keys[1][32] = {{5}};

static enum banyan_status count_run(void *context, const struct by_run *run, struct by_bytes packed)
{
    size_t *count = context;

    assert(by_run_check(run) == BANYAN_OK);
    assert(packed.size <= BY_BLOCK_PACKED_BYTES_MAX);
    ++*count;
    return BANYAN_OK;
}

static enum banyan_status count_setting(void *context, struct by_bytes name, struct by_bytes part)
{
    size_t *count = context;

    assert(name.size > 0 && name.size <= BY_SETTING_NAME_BYTES_MAX);
    assert(part.size <= BY_SETTING_PART_BYTES_MAX);
    ++*count;
    return BANYAN_OK;
}

static enum banyan_status read_file(struct by_bytes file, size_t step, size_t *out_count)
{
    struct by_bundle_keys keys = {.join_keys = join_keys, .join_key_count = 1};
    struct by_bundle_reader *reader = NULL;
    enum banyan_status status = BANYAN_OK;

    *out_count = 0;
    assert(by_bundle_reader_new(&keys, count_run, out_count, &reader) == BANYAN_OK);
    by_bundle_reader_want_own(reader, count_run, count_setting);
    while (file.size > 0 && status == BANYAN_OK) {
        size_t size = file.size < step ? file.size : step;

        status = by_bundle_reader_feed(reader, by_bytes_of(file.data, size));
        file = by_bytes_of(file.data + size, file.size - size);
    }
    status = by_bundle_reader_end(reader);
    assert(status != BANYAN_OK || by_bundle_reader_manifest(reader) != NULL);
    by_bundle_reader_free(reader);
    return status;
}

static void try_file(struct by_bytes file)
{
    size_t whole = 0;
    size_t portions = 0;
    enum banyan_status status = read_file(file, file.size + 1, &whole);

    assert(read_file(file, 61, &portions) == status);
    assert(whole == portions);
}

/* Header and the one slot, as the writer makes them. */
static void begin_file(struct by_bundle_cipher *cipher, struct by_buffer *file)
{
    const uint8_t key[32] = {6};
    struct by_bytes tag = {by_tag_bytes(BY_TAG_BUNDLE), BY_TAG_BYTES};
    uint8_t start[BY_BUNDLE_HEADER_BYTES + BY_BUNDLE_SLOT_BYTES] = BY_BUNDLE_MAGIC;
    uint8_t *slot = start + BY_BUNDLE_HEADER_BYTES;

    start[8] = BY_BUNDLE_VERSION;
    start[12] = 1;
    slot[0] = BY_BUNDLE_TO_INVITE;
    by_aead_seal(join_keys[0], slot + 1, tag, by_bytes_of(key, sizeof key),
                 slot + 1 + BY_INVITE_SLOT_NONCE_BYTES);
    *cipher = (struct by_bundle_cipher){.key = {6}};
    by_hash_bytes(BY_TAG_BUNDLE, by_bytes_of(start, sizeof start), &cipher->header_hash);
    assert(by_buffer_append(file, start, sizeof start) == BANYAN_OK);
}

static void
put_manifest(const struct by_bundle_cipher *cipher, bool is_backup, struct by_buffer *plain)
{
    const struct by_seed seed = {{7}};
    struct by_signing_key maker;
    const struct by_bundle_signer signer = {.key = &maker};
    struct by_bundle_manifest manifest = {.act_count = 1, .record_block_count = 1};

    if (is_backup)
        manifest = (struct by_bundle_manifest){
            .is_backup = true, .private_block_count = 2, .setting_count = 3};

    by_signing_key_from_seed(&seed, &maker);
    manifest.maker = maker.public_key;
    assert(by_bundle_manifest_put(&manifest, &signer, &cipher->header_hash, plain) == BANYAN_OK);
}

static void try_plain(struct by_bytes rest, unsigned char how)
{
    struct by_buffer file = BY_BUFFER_INIT(FILE_BYTES_MAX);
    struct by_buffer plain = BY_BUFFER_INIT(FILE_BYTES_MAX / 2);
    struct by_bundle_cipher cipher;
    struct by_bytes left;

    begin_file(&cipher, &file);
    if (how >= 2)
        put_manifest(&cipher, how == 3, &plain);
    if (by_buffer_append_bytes(&plain, rest) == BANYAN_OK && plain.size > 0) {
        left = by_buffer_bytes(&plain);
        for (; left.size > BY_BUNDLE_CHUNK_BYTES_MAX;
             left = by_bytes_of(left.data + BY_BUNDLE_CHUNK_BYTES_MAX,
                                left.size - BY_BUNDLE_CHUNK_BYTES_MAX))
            assert(by_bundle_seal_chunk(&cipher, by_bytes_of(left.data, BY_BUNDLE_CHUNK_BYTES_MAX),
                                        false, &file) == BANYAN_OK);
        assert(by_bundle_seal_chunk(&cipher, left, true, &file) == BANYAN_OK);
        try_file(by_buffer_bytes(&file));
    }
    by_buffer_deinit(&plain);
    by_buffer_deinit(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > FILE_BYTES_MAX / 4)
        return 0;
    if (data[0] == 0)
        try_file(by_bytes_of(data + 1, size - 1));
    else
        try_plain(by_bytes_of(data + 1, size - 1), data[0]);
    return 0;
}
