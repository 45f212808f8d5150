#include "bundle/make.h"

#include <stdlib.h>
#include <string.h>

#include "base/hlc.h"
#include "bundle/farewell.h"
#include "bundle/file.h"
#include "bundle/readers.h"
#include "core/answer.h"
#include "core/keys.h"
#include "core/log_list.h"
#include "core/settle.h"

struct making {
    struct by_node *node;
    const struct banyan_bundle *bundle;
    struct by_bundle_readers readers;
    struct by_bundle_farewell farewell; /* where readers say so */
    struct banyan_error *error;
    struct by_log_list logs;
    struct by_arena arena;

    /* what goes in */
    struct by_bundle_manifest manifest;
    uint64_t entry_count;
    uint64_t *record_hashes; /* beginnings of record names' hashes, to count different ones */
    size_t record_count;
    size_t record_capacity;
    bool is_begun; /* in the log being read: everything from its first new block on */

    /* where it goes */
    struct by_bundle_file file;
};

/* -- which blocks -- */

/* Runs follow each other, so from the first block that is wanted all of the log is. */
static bool is_wanted(struct making *making, const struct by_store_block *block)
{
    const struct by_entry *last = &block->run.entries[block->run.count - 1];

    making->is_begun = making->is_begun || by_hlc_ms(last->header.hlc) >= making->bundle->since_ms;
    return making->is_begun;
}

static enum banyan_status
walk(struct making *making, struct by_store_txn *txn, bool are_acts, by_store_block_visit *visit)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < making->logs.count && status == BANYAN_OK; i++) {
        const struct by_store_log *log = &making->logs.logs[i];
        bool counts = are_acts || (!making->readers.is_farewell &&
                                   by_charter_log_find(making->node->charter, &log->log) != NULL);
        if (log->is_act_log != are_acts || !counts)
            continue;
        making->is_begun = false;
        status = by_store_log_blocks(txn, &log->log, are_acts, 0, visit, making);
    }
    if (status == BANYAN_ERR_DAMAGED)
        status =
            by_fail(making->error, status,
                    "part of the logs in %s is damaged and cannot be passed on: run banyan fsck",
                    making->node->home);
    return status;
}

/* -- counting -- */

static enum banyan_status note_record(struct making *making, const struct by_entry *entry)
{
    struct by_record_name name;
    uint64_t hash;

    enum banyan_status status = by_op_links_name(entry->links, &name);
    if (status != BANYAN_OK)
        return status;
    if (making->record_count == making->record_capacity) {
        size_t capacity = making->record_capacity == 0 ? 256 : making->record_capacity * 2;
        uint64_t *grown = reallocarray(making->record_hashes, capacity, sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        making->record_hashes = grown;
        making->record_capacity = capacity;
    }
    /* A UUIDv7 differs from others in its random end; the owner parts equal ones. */
    memcpy(&hash, name.uuid.bytes + 8, sizeof hash);
    making->record_hashes[making->record_count++] = hash ^ by_get_u64le(name.owner.bytes);
    return BANYAN_OK;
}

/* Entries from the beginning of a run of acts that the readers are told. */
static size_t told_part(const struct making *making, const struct by_run *run)
{
    return making->readers.is_farewell ? by_bundle_farewell_part(&making->farewell, run)
                                       : run->count;
}

static enum banyan_status count_acts(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->manifest.act_count += told_part(making, &block->run);
    return BANYAN_OK;
}

static enum banyan_status count_records(void *context, const struct by_store_block *block)
{
    struct making *making = context;
    enum banyan_status status = BANYAN_OK;

    if (!is_wanted(making, block))
        return BANYAN_OK;
    making->manifest.record_block_count++;
    making->entry_count += block->run.count;
    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++)
        status = note_record(making, &block->run.entries[i]);
    return status;
}

static int order_hashes(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static size_t count_different(uint64_t *hashes, size_t count)
{
    size_t different = 0;

    if (count > 1)
        qsort(hashes, count, sizeof *hashes, order_hashes);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || hashes[i] != hashes[i - 1];
    return different;
}

/* -- writing -- */

/* The beginning of a block, as a block of its own: each act is sealed. */
static enum banyan_status
write_part(struct making *making, const struct by_store_block *block, size_t part)
{
    struct by_buffer packed = BY_BUFFER_INIT(BY_BLOCK_PACKED_BYTES_MAX);
    struct by_store_block shorter = *block;
    struct by_zip zip = {0};
    enum banyan_status status = BANYAN_OK;

    shorter.run.count = part;
    status = by_block_pack(&shorter.run, &zip, &packed);
    shorter.packed = by_buffer_bytes(&packed);
    if (status == BANYAN_OK)
        status = by_bundle_file_add(&making->file, &shorter, making->error);
    by_zip_deinit(&zip);
    by_buffer_deinit(&packed);
    return status;
}

static enum banyan_status write_acts(void *context, const struct by_store_block *block)
{
    struct making *making = context;
    size_t part = told_part(making, &block->run);

    if (part == 0)
        return BANYAN_OK;
    return part == block->run.count ? by_bundle_file_add(&making->file, block, making->error)
                                    : write_part(making, block, part);
}

static enum banyan_status write_records(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    return is_wanted(making, block) ? by_bundle_file_add(&making->file, block, making->error)
                                    : BANYAN_OK;
}

static enum banyan_status begin_writer(struct making *making)
{
    size_t seed_count = making->readers.key_count + 1;
    struct by_seed *seeds = by_arena_array(&making->arena, seed_count, sizeof *seeds);

    if (seeds == NULL)
        return BANYAN_ERR_MEMORY;
    by_os_random(seeds, seed_count * sizeof *seeds);
    const struct by_bundle_signer signer = by_keys_bundle_signer(making->node);
    enum banyan_status status = by_bundle_writer_new(
        &making->manifest, &signer, making->readers.keys, making->readers.key_count, seeds,
        &making->file.bytes, &making->file.writer);
    by_secret_wipe(seeds, seed_count * sizeof *seeds);
    return status;
}

/* The manifest says how much there is before the first block, so the logs are walked twice, at one
 * moment of the store. */
static enum banyan_status read_store(void *context, struct by_store_txn *txn)
{
    struct making *making = context;
    enum banyan_status status = by_log_list_read(&making->logs, txn);

    if (status == BANYAN_OK && making->readers.is_farewell)
        status = by_bundle_farewell_find(making->node, txn, &making->readers.organisations[0],
                                         &making->farewell);
    if (status == BANYAN_OK)
        status = walk(making, txn, true, count_acts);
    if (status == BANYAN_OK)
        status = walk(making, txn, false, count_records);
    if (status == BANYAN_OK)
        status = begin_writer(making);
    if (status == BANYAN_OK)
        status = walk(making, txn, true, write_acts);
    if (status == BANYAN_OK)
        status = walk(making, txn, false, write_records);
    if (status == BANYAN_OK)
        status = by_bundle_writer_end(making->file.writer, &making->file.bytes);
    return status == BANYAN_OK ? by_bundle_file_flush(&making->file, making->error) : status;
}

static enum banyan_status write_answer(struct making *making, struct by_buffer *out)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "path");
    by_json_literal(&json, making->bundle->path);
    by_json_key(&json, "bytes");
    by_json_int(&json, (int64_t)making->file.byte_count);
    by_json_key(&json, "readers");
    by_json_array_begin(&json);
    for (size_t i = 0; i < making->readers.organisation_count; i++)
        by_json_organisation(&json, making->node, &making->readers.organisations[i]);
    by_json_array_end(&json);
    by_json_key(&json, "farewell");
    by_json_bool(&json, making->readers.is_farewell);
    by_json_key(&json, "acts");
    by_json_int(&json, (int64_t)making->manifest.act_count);
    by_json_key(&json, "entries");
    by_json_int(&json, (int64_t)making->entry_count);
    by_json_key(&json, "records");
    by_json_int(&json, (int64_t)count_different(making->record_hashes, making->record_count));
    by_json_object_end(&json);
    return by_json_done(&json, making->error);
}

enum banyan_status by_bundle_make(struct by_node *node, const struct banyan_bundle *bundle,
                                  struct by_buffer *out, struct banyan_error *error)
{
    struct making making = {.node = node,
                            .bundle = bundle,
                            .error = error,
                            .arena = BY_ARENA_INIT,
                            .file = BY_BUNDLE_FILE_INIT};
    enum banyan_status status = by_keys_need(node, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    /* Newcomers known by now are taken in first, so that the bundle reaches them. A failure leaves
     * them for the next time. */
    if (status == BANYAN_OK && by_settle(node, NULL, NULL) == BANYAN_OK)
        status = by_node_refresh(node, error);
    making.manifest.network = node->network;
    making.manifest.maker = node->device.public_key;
    making.manifest.made_ms = by_os_wall_ms();
    if (status == BANYAN_OK)
        status = by_bundle_readers_find(node, bundle, &making.arena, &making.readers, error);
    if (status == BANYAN_OK)
        status = by_os_output_open(bundle->path, &making.file.output, error);
    if (status != BANYAN_OK)
        goto out;
    status = by_store_read(node->store, read_store, &making, error);
    if (status == BANYAN_OK) {
        status = by_os_output_commit(making.file.output, error);
        making.file.output = NULL;
    }
    if (status == BANYAN_OK)
        status = write_answer(&making, out);
out:
    by_bundle_file_deinit(&making.file);
    by_log_list_deinit(&making.logs);
    by_bundle_farewell_deinit(&making.farewell);
    free(making.record_hashes);
    by_arena_deinit(&making.arena);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
