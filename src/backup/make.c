#include <stdlib.h>
#include <string.h>

#include "backup/backup.h"
#include "backup/settings.h"
#include "bundle/file.h"
#include "core/answer.h"
#include "core/counts.h"
#include "core/keys.h"
#include "core/moment.h"

struct making {
    struct by_node *node;
    const struct banyan_backup *options;
    struct banyan_error *error;

    /* what goes in */
    struct by_settings settings;
    struct by_moment shared, own; /* own: of private records; not taken unless they are wanted */
    struct by_bundle_manifest manifest;
    uint64_t entry_count;
    int64_t record_count, private_count;

    /* what went in */
    uint64_t act_count, record_block_count, private_block_count;

    /* where it goes */
    struct by_bundle_file file;
};

/* -- counting -- */

static enum banyan_status count_records(struct making *making)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;
    enum banyan_status status = by_node_view(making->node, NULL, making->error);

    if (status == BANYAN_OK)
        status = by_counts_read(making->node, &arena, &counts, making->error);
    if (status == BANYAN_OK) {
        making->private_count = by_value_get(&counts, "private")->integer;
        making->record_count = by_counts_records(&counts);
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status count_acts(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->manifest.act_count += block->run.count;
    return BANYAN_OK;
}

static enum banyan_status count_blocks(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->manifest.record_block_count++;
    making->entry_count += block->run.count;
    return BANYAN_OK;
}

static enum banyan_status count_private(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->manifest.private_block_count++;
    making->entry_count += block->run.count;
    return BANYAN_OK;
}

static uint64_t count_parts(const struct by_settings *settings)
{
    uint64_t count = 0;

    for (size_t i = 0; i < settings->count; i++)
        count += (settings->items[i].value.size + BY_SETTING_PART_BYTES_MAX - 1) /
                 BY_SETTING_PART_BYTES_MAX;
    return count;
}

/* -- writing -- */

static enum banyan_status write_acts(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->act_count += block->run.count;
    return by_bundle_file_add(&making->file, block, making->error);
}

static enum banyan_status write_records(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->record_block_count++;
    return by_bundle_file_add(&making->file, block, making->error);
}

static enum banyan_status write_private(void *context, const struct by_store_block *block)
{
    struct making *making = context;

    making->private_block_count++;
    return by_bundle_file_add(&making->file, block, making->error);
}

static enum banyan_status write_settings(struct making *making)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < making->settings.count; i++) {
        const struct by_setting *setting = &making->settings.items[i];
        struct by_bytes name = by_bytes_of(setting->name, setting->name_size);
        struct by_bytes rest = by_buffer_bytes(&setting->value);

        while (rest.size > 0 && status == BANYAN_OK) {
            size_t size =
                rest.size < BY_SETTING_PART_BYTES_MAX ? rest.size : BY_SETTING_PART_BYTES_MAX;

            status = by_bundle_writer_add_setting(
                making->file.writer, name, by_bytes_of(rest.data, size), &making->file.bytes);
            rest = by_bytes_of(rest.data + size, rest.size - size);
            if (status == BANYAN_OK && making->file.bytes.size > 0)
                status = by_bundle_file_flush(&making->file, making->error);
        }
    }
    return status;
}

/* -- for whom -- */

/* This device, and whoever has the recovery code. Other devices of the organisation are left out:
 * one of them may be in wrong hands, and what is private is private to this one. */
static size_t find_readers(const struct by_node *node, struct by_bundle_reader_key out_keys[2])
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);
    struct by_id box;
    size_t count = 1;

    out_keys[0].kind = out_keys[1].kind = BY_BUNDLE_TO_DEVICE;
    memcpy(out_keys[0].key, node->transport.public_key.bytes, sizeof out_keys[0].key);
    /* While it waits to be taken in, an organisation is known by its first key. */
    if (by_box_public_of_signing_public(org == NULL ? &node->organisation : &org->root, &box) ==
        BANYAN_OK)
        memcpy(out_keys[count++].key, box.bytes, sizeof out_keys[1].key);
    return count;
}

static enum banyan_status begin_writer(struct making *making)
{
    const struct by_node *node = making->node;
    struct by_bundle_reader_key keys[2];
    struct by_seed seeds[3];
    const struct by_bundle_signer signer = by_keys_bundle_signer(node);
    size_t key_count = find_readers(node, keys);
    enum banyan_status status = BANYAN_OK;

    making->manifest.network = node->network;
    making->manifest.maker = node->device.public_key;
    making->manifest.made_ms = by_os_wall_ms();
    making->manifest.is_backup = true;
    making->manifest.setting_count = count_parts(&making->settings);
    by_os_random(seeds, (1 + key_count) * sizeof seeds[0]);
    status = by_bundle_writer_new(&making->manifest, &signer, keys, key_count, seeds,
                                  &making->file.bytes, &making->file.writer);
    by_secret_wipe(seeds, sizeof seeds);
    return status;
}

/* -- all of it -- */

/* Settings first: what an import is said to have written is then in the logs. */
static enum banyan_status gather(struct making *making)
{
    bool with_private = making->options->with_private;
    enum banyan_status status =
        by_settings_read(making->node, with_private, &making->settings, making->error);

    if (status == BANYAN_OK && with_private)
        status = by_moment_take(&making->own, making->node->private_store, making->error);
    if (status == BANYAN_OK)
        status = by_moment_take(&making->shared, making->node->store, making->error);
    if (status == BANYAN_OK)
        status = by_moment_walk(&making->shared, true, count_acts, making, making->error);
    if (status == BANYAN_OK)
        status = by_moment_walk(&making->shared, false, count_blocks, making, making->error);
    if (status == BANYAN_OK && with_private)
        status = by_moment_walk(&making->own, false, count_private, making, making->error);
    return status;
}

/* A damaged block that was made good between counting and writing has another place. */
static enum banyan_status check_counts(const struct making *making)
{
    const struct by_bundle_manifest *manifest = &making->manifest;

    if (making->act_count == manifest->act_count &&
        making->record_block_count == manifest->record_block_count &&
        making->private_block_count == manifest->private_block_count)
        return BANYAN_OK;
    return BANYAN_ERR_BUSY;
}

static enum banyan_status write_all(struct making *making)
{
    enum banyan_status status = begin_writer(making);

    if (status == BANYAN_OK)
        status = by_moment_walk(&making->shared, true, write_acts, making, making->error);
    if (status == BANYAN_OK)
        status = by_moment_walk(&making->shared, false, write_records, making, making->error);
    if (status == BANYAN_OK && making->options->with_private)
        status = by_moment_walk(&making->own, false, write_private, making, making->error);
    if (status == BANYAN_OK)
        status = check_counts(making);
    if (status == BANYAN_OK)
        status = write_settings(making);
    if (status == BANYAN_OK)
        status = by_bundle_writer_end(making->file.writer, &making->file.bytes);
    return status == BANYAN_OK ? by_bundle_file_flush(&making->file, making->error) : status;
}

static void write_count(struct by_json *json, const char *key, int64_t count)
{
    by_json_key(json, key);
    by_json_int(json, count);
}

static enum banyan_status write_answer(const struct making *making, struct by_buffer *out)
{
    bool with_private = making->options->with_private;
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "path");
    by_json_literal(&json, making->options->path);
    write_count(&json, "bytes", (int64_t)making->file.byte_count);
    by_json_key(&json, "made");
    by_json_ms(&json, making->manifest.made_ms);
    write_count(&json, "acts", (int64_t)making->manifest.act_count);
    write_count(&json, "entries", (int64_t)making->entry_count);
    write_count(&json, "records", making->record_count);
    write_count(&json, "private", with_private ? making->private_count : 0);
    write_count(&json, "private_left_out", with_private ? 0 : making->private_count);
    by_json_object_end(&json);
    return by_json_done(&json, making->error);
}

static enum banyan_status write_file(struct making *making)
{
    const struct banyan_backup *options = making->options;
    enum banyan_status status = BANYAN_OK;

    if (!options->replace && by_os_file_exists(options->path))
        return by_fail(making->error, BANYAN_ERR_EXISTS,
                       "%.200s is there already: give another name, or --replace", options->path);
    status =
        by_os_output_begin(options->path, options->replace, &making->file.output, making->error);
    if (status == BANYAN_OK)
        status = gather(making);
    if (status == BANYAN_OK)
        status = write_all(making);
    if (status == BANYAN_ERR_DAMAGED)
        status = by_fail(making->error, status,
                         "part of what is stored in %s is damaged: let banyan fsck tell what, and "
                         "banyan sync or a bundle of another member make it good",
                         making->node->home);
    if (status == BANYAN_OK) {
        status = by_os_output_commit(making->file.output, making->error);
        making->file.output = NULL;
    }
    return status;
}

enum banyan_status by_backup_make(struct by_node *node, const struct banyan_backup *backup,
                                  struct by_buffer *out, struct banyan_error *error)
{
    struct making making = {
        .node = node, .options = backup, .error = error, .file = BY_BUNDLE_FILE_INIT};
    enum banyan_status status = by_keys_need(node, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = count_records(&making);
    if (status == BANYAN_OK)
        status = write_file(&making);
    if (status == BANYAN_OK)
        status = write_answer(&making, out);
    by_bundle_file_deinit(&making.file);
    by_settings_deinit(&making.settings);
    by_moment_deinit(&making.shared);
    by_moment_deinit(&making.own);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
