#include <stdlib.h>
#include <string.h>

#include "admin/recover.h"
#include "backup/backup.h"
#include "backup/read.h"
#include "core/answer.h"
#include "core/counts.h"
#include "core/keys.h"
#include "core/local.h"
#include "core/making.h"
#include "core/settle.h"

/* Blocks of so many bytes are stored in one commit. */
#define BATCH_BYTES  (4u * 1024u * 1024u)
#define BATCH_BLOCKS 1024u

struct waiting_block {
    struct by_block_base base;
    struct by_bytes packed;
};

struct restoring {
    const struct banyan_restore *options;
    struct banyan_error *error;
    struct by_making making;
    struct by_new_device device; /* the seeds alone, of a device that is back */
    struct by_node *node;        /* in the folder of making */
    struct by_store *kept;       /* private records that the home has still; NULL */
    struct by_backup_reading reading;
    struct by_arena arena;

    /* what waits to be stored, of one store */
    struct by_store *store;
    struct waiting_block blocks[BATCH_BLOCKS];
    size_t block_count, block_bytes;
    struct by_arena block_arena;
    struct by_block_reader reader;
    uint64_t act_count;
};

/* -- storing -- */

static enum banyan_status store_blocks(void *context, struct by_store_txn *txn)
{
    struct restoring *restoring = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < restoring->block_count && status == BANYAN_OK; i++) {
        const struct waiting_block *block = &restoring->blocks[i];
        enum by_store_verdict verdict;
        struct by_run run;

        status = by_block_unpack(&restoring->reader, &block->base, block->packed, &run);
        if (status == BANYAN_OK)
            status = by_store_append(txn, &run, block->packed, &verdict);
    }
    return status;
}

static enum banyan_status store_batch(struct restoring *restoring)
{
    enum banyan_status status = BANYAN_OK;

    if (restoring->block_count > 0)
        status = by_store_write(restoring->store, store_blocks, restoring, restoring->error);
    restoring->block_count = restoring->block_bytes = 0;
    by_arena_reset(&restoring->block_arena);
    return status;
}

static enum banyan_status add_block(struct restoring *restoring, struct by_store *store,
                                    const struct by_run *run, struct by_bytes packed)
{
    struct waiting_block *block = NULL;
    enum banyan_status status = BANYAN_OK;

    if (restoring->store != store || restoring->block_count == BATCH_BLOCKS ||
        restoring->block_bytes >= BATCH_BYTES)
        status = store_batch(restoring);
    if (status != BANYAN_OK)
        return status;
    restoring->store = store;
    block = &restoring->blocks[restoring->block_count];
    block->base = run->base;
    status = by_arena_copy(&restoring->block_arena, packed, &block->packed);
    if (status != BANYAN_OK)
        return status;
    restoring->block_count++;
    restoring->block_bytes += packed.size;
    return BANYAN_OK;
}

static enum banyan_status
keep_shared(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct restoring *restoring = context;

    if (by_kind_is_act(run->entries[0].header.kind))
        restoring->act_count += run->count;
    if (restoring->act_count > BY_ACTS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    return add_block(restoring, restoring->node->store, run, packed);
}

static struct by_store *private_store(const struct restoring *restoring)
{
    return restoring->kept != NULL ? restoring->kept : restoring->node->private_store;
}

static enum banyan_status
keep_private(void *context, const struct by_run *run, struct by_bytes packed)
{
    struct restoring *restoring = context;

    return add_block(restoring, private_store(restoring), run, packed);
}

static enum banyan_status read_file(struct restoring *restoring)
{
    bool has_key = restoring->making.has_key;
    struct by_backup_reading *reading = &restoring->reading;
    struct by_box_key root;
    enum banyan_status status = by_block_reader_init(&restoring->reader);

    if (status != BANYAN_OK)
        return by_fail_plain(restoring->error, status);
    by_box_key_of_signing_key(&restoring->device.root, &root);
    reading->key = has_key ? &restoring->node->transport : &root;
    reading->sink = keep_shared;
    reading->private_sink = keep_private;
    reading->context = restoring;
    status = by_backup_read(reading, restoring->options->path, restoring->error);
    if (status == BANYAN_OK)
        status = store_batch(restoring);
    by_secret_wipe(&root, sizeof root);
    if (status != BANYAN_OK)
        status = by_backup_refuse(restoring->options->path, has_key ? restoring->making.home : NULL,
                                  status, restoring->error);
    return status;
}

/* -- who made it -- */

static enum banyan_status refuse_maker(struct restoring *restoring)
{
    return by_fail(restoring->error, BANYAN_ERR_DENIED,
                   "%s was made by no device of your organisation: it is not restored",
                   restoring->options->path);
}

/* Anybody can encrypt a file to a key that all members know; only who signs with a key of the
 * organisation says what its home is. */
static enum banyan_status check_maker(struct restoring *restoring)
{
    const struct by_node *node = restoring->node;
    const struct by_id *maker = &restoring->reading.manifest.maker;
    const struct by_charter_device *device = by_charter_device_find(node->charter, maker);
    const struct by_charter_org *org = NULL;
    enum banyan_status status = BANYAN_OK;

    if (restoring->making.has_key)
        return by_id_equal(maker, &node->device.public_key) ? BANYAN_OK : refuse_maker(restoring);
    status = by_new_device_organisation(&restoring->device, node, &org, restoring->error);
    if (status != BANYAN_OK)
        return status;
    if (device == NULL || !by_id_equal(&device->organisation, &org->profile.id))
        return refuse_maker(restoring);
    return BANYAN_OK;
}

/* -- settings -- */

/* A device that is back has its home with that. */
static enum banyan_status put_home(const struct restoring *restoring, struct by_store_txn *txn)
{
    const struct by_setting *home = by_settings_find(&restoring->reading.settings, BY_LOCAL_HOME);

    if (home == NULL || home->value.size != 64 ||
        memcmp(home->value.data, restoring->node->network.bytes, 32) != 0)
        return BANYAN_ERR_MALFORMED;
    return by_store_local_put(txn, BY_LOCAL_HOME, by_buffer_bytes(&home->value));
}

static enum banyan_status put_settings(void *context, struct by_store_txn *txn)
{
    struct restoring *restoring = context;
    enum banyan_status status = by_settings_put(&restoring->reading.settings, false, txn);

    if (status == BANYAN_OK)
        status = by_local_acts_changed(txn);
    return status == BANYAN_OK && restoring->making.has_key ? put_home(restoring, txn) : status;
}

static enum banyan_status put_private_settings(void *context, struct by_store_txn *txn)
{
    struct restoring *restoring = context;

    return by_settings_put(&restoring->reading.settings, true, txn);
}

static enum banyan_status finish_parts(struct restoring *restoring)
{
    enum banyan_status status = BANYAN_OK;

    restoring->node->network = restoring->reading.manifest.network;
    status = by_node_refresh(restoring->node, restoring->error);
    if (status == BANYAN_OK)
        status = check_maker(restoring);
    /* What a home still has of private records is newer than what a backup says of them. */
    if (status == BANYAN_OK && restoring->kept == NULL)
        status = by_store_write(restoring->node->private_store, put_private_settings, restoring,
                                restoring->error);
    if (status == BANYAN_OK)
        status = by_store_write(restoring->node->store, put_settings, restoring, restoring->error);
    if (status == BANYAN_ERR_MALFORMED)
        status = by_backup_refuse(restoring->options->path, NULL, status, restoring->error);
    return status;
}

/* -- into their places -- */

/* The home of a device that is back is complete with its logs, which go last. */
static enum banyan_status place_device(struct restoring *restoring)
{
    const struct by_making *making = &restoring->making;
    enum banyan_status status = by_making_drop_view(making, restoring->error);

    if (status == BANYAN_OK && !making->has_private)
        status = by_making_place(making, BY_HOME_PRIVATE, restoring->error);
    return status == BANYAN_OK ? by_making_place(making, BY_HOME_LOGS, restoring->error) : status;
}

/* That of a new device is complete with its key and its first act: until then its logs are
 * unfinished, and private records beside them belong to them. */
static enum banyan_status place_new_device(struct restoring *restoring)
{
    const struct by_making *making = &restoring->making;
    struct by_node *node = NULL;
    enum banyan_status status = by_making_drop_view(making, restoring->error);

    if (status == BANYAN_OK)
        status = by_making_place(making, BY_HOME_LOGS, restoring->error);
    if (status == BANYAN_OK)
        status = by_making_place(making, BY_HOME_PRIVATE, restoring->error);
    if (status == BANYAN_OK)
        status = by_node_make(making->home, &restoring->device.seeds, &node, restoring->error);
    if (status == BANYAN_OK) {
        node->network = restoring->reading.manifest.network;
        status = by_node_refresh(node, restoring->error);
    }
    if (status == BANYAN_OK)
        status = by_recover_device(node, &restoring->device, restoring->error);
    by_node_close(node);
    return status;
}

static void close_parts(struct restoring *restoring)
{
    by_node_close(restoring->node);
    by_store_close(restoring->kept);
    restoring->node = NULL;
    restoring->kept = NULL;
}

/* -- the whole -- */

static enum banyan_status begin_device(struct restoring *restoring)
{
    const struct banyan_restore *options = restoring->options;
    const struct by_making *making = &restoring->making;
    bool was_sealed = false;
    enum banyan_status status = BANYAN_OK;

    if (making->has_key)
        return by_keys_seeds(making->home, &options->passphrase, &was_sealed,
                             &restoring->device.seeds, restoring->error);
    if (options->code == NULL)
        return by_fail(restoring->error, BANYAN_ERR_USAGE,
                       "there is no device.key in %s: give the recovery code of the organisation "
                       "with --recovery",
                       making->home);
    if (making->has_private)
        return by_fail(restoring->error, BANYAN_ERR_EXISTS,
                       "%s has private records and neither logs nor a key: put device.key back, or "
                       "give another folder with --home",
                       making->home);
    status = by_new_device_init(&restoring->device, options->code, options->device_name,
                                &restoring->arena, restoring->error);
    return status == BANYAN_OK
               ? by_new_device_lock(&restoring->device, &options->lock, restoring->error)
               : status;
}

static enum banyan_status begin(struct restoring *restoring, const char *home)
{
    enum banyan_status status = by_making_begin(home, &restoring->making, restoring->error);

    if (status == BANYAN_ERR_EXISTS)
        return by_fail(restoring->error, status,
                       "there is a home in %s already: give another folder with --home, or move "
                       "its folder log away and keep it until all is well",
                       home);
    if (status == BANYAN_OK)
        status = begin_device(restoring);
    if (status == BANYAN_OK)
        status = by_node_make(restoring->making.folder, &restoring->device.seeds, &restoring->node,
                              restoring->error);
    if (status == BANYAN_OK && restoring->making.has_private)
        status = by_home_private_open(home, &restoring->kept, restoring->error);
    return status;
}

static enum banyan_status restore(struct restoring *restoring, const char *home)
{
    enum banyan_status status = begin(restoring, home);

    if (status == BANYAN_OK)
        status = read_file(restoring);
    if (status == BANYAN_OK)
        status = finish_parts(restoring);
    close_parts(restoring);
    if (status != BANYAN_OK)
        return status;
    return restoring->making.has_key ? place_device(restoring) : place_new_device(restoring);
}

static enum banyan_status
write_counts(struct by_json *json, struct by_node *node, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value counts;
    enum banyan_status status = by_node_view(node, NULL, error);

    if (status == BANYAN_OK)
        status = by_counts_read(node, &arena, &counts, error);
    if (status == BANYAN_OK) {
        by_json_key(json, "records");
        by_json_int(json, by_counts_records(&counts));
        by_json_key(json, "private");
        by_json_value(json, by_value_get(&counts, "private"));
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status
write_answer(const struct restoring *restoring, const char *home, struct by_buffer *out)
{
    struct by_node *node = NULL;
    struct by_json json;
    enum banyan_status status = by_node_open(home, &node, restoring->error);

    if (status != BANYAN_OK)
        return status;
    by_keys_take(node, &restoring->device.seeds);
    (void)!by_settle(node, NULL, NULL);
    status = by_node_refresh(node, restoring->error);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_recovered(&json, node);
    by_json_key(&json, "made");
    by_json_ms(&json, restoring->reading.manifest.made_ms);
    by_json_key(&json, "new_device");
    by_json_bool(&json, !restoring->making.has_key);
    if (status == BANYAN_OK)
        status = write_counts(&json, node, restoring->error);
    by_json_object_end(&json);
    if (status == BANYAN_OK)
        status = by_json_done(&json, restoring->error);
    by_node_close(node);
    return status;
}

enum banyan_status by_backup_restore(const char *home, const struct banyan_restore *options,
                                     struct by_buffer *out, struct banyan_error *error)
{
    struct restoring *restoring = NULL;
    enum banyan_status status = by_crypto_start();

    if (status == BANYAN_OK) {
        restoring = by_secret_new(sizeof *restoring);
        status = restoring == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    restoring->options = options;
    restoring->error = error;
    status = restore(restoring, home);
    if (status == BANYAN_OK)
        status = write_answer(restoring, home, out);
    close_parts(restoring);
    by_making_end(&restoring->making);
    by_settings_deinit(&restoring->reading.settings);
    by_block_reader_deinit(&restoring->reader);
    by_arena_deinit(&restoring->block_arena);
    by_arena_deinit(&restoring->arena);
    by_secret_free(restoring);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
