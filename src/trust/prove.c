#include "trust/prove.h"

#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/file.h"
#include "core/loaded.h"
#include "core/private.h"
#include "sync/proof.h"
#include "trust/proof_acts.h"
#include "trust/proof_stretches.h"
#include "trust/verify.h"
#include "view/gather.h"

struct proving {
    const struct by_node *node;
    const struct by_record_name *name;
    struct by_arena arena;
    struct by_standings standings;
    struct by_entry *operations; /* that count, by log, then seq */
    size_t count, capacity;
    struct by_buffer *out;
};

static enum banyan_status copy(struct by_arena *arena, struct by_bytes *bytes)
{
    return by_arena_copy(arena, *bytes, bytes);
}

static enum banyan_status keep_operation(void *context, const struct by_entry *entry)
{
    struct proving *proving = context;
    const struct by_log_standing *standing =
        by_standings_find(&proving->standings, &entry->header.log);
    struct by_entry *kept = NULL;
    enum banyan_status status = BANYAN_OK;

    if (standing == NULL || !by_standing_counts(standing, &entry->id))
        return BANYAN_OK;
    if (proving->count == proving->capacity) {
        size_t capacity = proving->capacity == 0 ? 16 : proving->capacity * 2;
        struct by_entry *grown = reallocarray(proving->operations, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        proving->operations = grown;
        proving->capacity = capacity;
    }
    kept = &proving->operations[proving->count++];
    *kept = *entry;
    status = copy(&proving->arena, &kept->links);
    return status == BANYAN_OK ? copy(&proving->arena, &kept->payload) : status;
}

static int order_operations(const void *a, const void *b)
{
    const struct by_entry *left = a, *right = b;
    int order = by_log_id_compare(&left->header.log, &right->header.log);

    if (order == 0)
        order = (left->header.seq > right->header.seq) - (left->header.seq < right->header.seq);
    return order != 0 ? order : by_id_compare(&left->id, &right->id);
}

static enum banyan_status read_operations(struct proving *proving, struct by_store_txn *txn)
{
    enum banyan_status status = by_standings_init(&proving->standings, txn, proving->node->charter);

    if (status == BANYAN_OK)
        status = by_store_record_entries(txn, proving->name, keep_operation, proving, NULL);
    if (status == BANYAN_OK && proving->count == 0)
        return BANYAN_ERR_NOT_FOUND;
    if (status == BANYAN_OK)
        qsort(proving->operations, proving->count, sizeof *proving->operations, order_operations);
    return status;
}

/* Each log once: operations are sorted by it. */
static size_t list_logs(const struct proving *proving, struct by_log_id *out_logs)
{
    size_t count = 0;

    for (size_t i = 0; i < proving->count; i++)
        if (i == 0 || !by_log_id_equal(&proving->operations[i].header.log, &out_logs[count - 1]))
            out_logs[count++] = proving->operations[i].header.log;
    return count;
}

static enum banyan_status write(struct proving *proving, struct by_store_txn *txn)
{
    const struct by_proof_head head = {.network = proving->node->network, .record = *proving->name};
    struct by_log_id *logs = by_arena_array(&proving->arena, proving->count + 1, sizeof *logs);
    struct by_proof_acts acts = {.is_needed = NULL};
    struct by_charter *charter = NULL;
    enum banyan_status status = logs == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    if (status == BANYAN_OK)
        status = by_proof_acts_read(
            &acts, txn, proving->node->charter,
            &(struct by_proof_roots){.logs = logs, .log_count = list_logs(proving, logs)});
    if (status == BANYAN_OK)
        status = by_proof_acts_charter(&acts, &proving->node->network, &charter);
    if (status == BANYAN_OK)
        status = by_proof_put_head(&head, proving->out);
    if (status == BANYAN_OK)
        status = by_proof_acts_put(&acts, txn, proving->out);
    if (status == BANYAN_OK)
        status =
            by_proof_stretches_put(txn, charter, proving->operations, proving->count, proving->out);
    by_charter_free(charter);
    by_proof_acts_deinit(&acts);
    return status;
}

static enum banyan_status prove(void *context, struct by_store_txn *txn)
{
    struct proving *proving = context;
    enum banyan_status status = read_operations(proving, txn);

    return status == BANYAN_OK ? write(proving, txn) : status;
}

enum banyan_status by_prove(struct by_node *node, const struct by_record_name *name,
                            struct by_buffer *out, struct banyan_error *error)
{
    struct proving proving = {.node = node, .name = name, .arena = BY_ARENA_INIT, .out = out};
    enum banyan_status status = by_private_refuse(node, name, error);

    if (status != BANYAN_OK)
        return status;
    status = by_store_read(node->store, prove, &proving, NULL);
    if (status == BANYAN_ERR_TOO_LARGE)
        status = by_fail(error, status,
                         "the record and what proves it are larger than the %u MiB of a proof",
                         BY_PROOF_BYTES_MAX / (1024u * 1024u));
    else if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    by_standings_deinit(&proving.standings);
    free(proving.operations);
    by_arena_deinit(&proving.arena);
    return status;
}

/* -- as a file -- */

static enum banyan_status tell(struct by_node *node, const struct by_record_name *name,
                               const char *path, const struct by_verified *verified, size_t size,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    struct by_loaded loaded;
    struct by_json json;
    enum banyan_status status = by_loaded_fetch(&loaded, node, name, &arena, error);

    if (status == BANYAN_OK)
        status = by_loaded_label(&loaded, by_language_of(error), &arena, &label);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        by_json_key(&json, "file");
        by_json_literal(&json, path);
        by_json_key(&json, "id");
        by_json_short_id(&json, name);
        by_json_key(&json, "type");
        by_json_text(&json, loaded.merged.type);
        by_json_key(&json, "label");
        by_json_text(&json, by_buffer_bytes(&label));
        by_json_key(&json, "operations");
        by_json_int(&json, (int64_t)verified->loaded.count);
        by_json_key(&json, "acts");
        by_json_int(&json, (int64_t)verified->acts.count);
        by_json_key(&json, "bytes");
        by_json_int(&json, (int64_t)size);
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_buffer_deinit(&label);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_prove_file(struct by_node *node, const char *id, const char *path,
                                 bool replace, struct by_buffer *out, struct banyan_error *error)
{
    struct by_buffer proof = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_verified verified = {.loaded = {.count = 0}};
    struct by_record_name name;
    enum banyan_status status = by_node_find(node, id, &name, error);

    if (status == BANYAN_OK)
        status = by_prove(node, &name, &proof, error);
    /* What others will find is what is looked at here. */
    if (status == BANYAN_OK)
        status = by_verify_read(&verified, by_buffer_bytes(&proof), error);
    if (status == BANYAN_OK)
        status = by_file_write(path, replace, by_buffer_bytes(&proof), error);
    if (status == BANYAN_OK)
        status = tell(node, &name, path, &verified, proof.size, out, error);
    by_verified_deinit(&verified);
    by_buffer_deinit(&proof);
    return status;
}
