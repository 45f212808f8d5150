#include "core/care.h"

#include "core/answer.h"
#include "core/counts.h"
#include "core/local.h"

static void
write_damage(struct by_json *json, const struct by_node *node, const struct by_store_report *report)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &report->first_damaged.device);
    uint8_t log[40];

    by_log_id_put(log, &report->first_damaged);
    by_json_object_begin(json);
    by_json_key(json, "organisation");
    if (device == NULL)
        by_json_null(json);
    else
        by_json_organisation(json, node, &device->organisation);
    by_json_key(json, "log");
    by_json_hex(json, by_bytes_of(log, sizeof log));
    by_json_key(json, "seq");
    by_json_int(json, (int64_t)report->first_damaged_seq);
    by_json_object_end(json);
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

static void write_check(struct by_json *json, const struct by_node *node,
                        const struct by_store_report *report, bool is_ok)
{
    by_json_object_begin(json);
    by_json_key(json, "ok");
    by_json_bool(json, is_ok);
    write_count(json, "logs", report->logs);
    write_count(json, "blocks", report->blocks);
    write_count(json, "entries", report->entries);
    write_count(json, "bytes", report->bytes);
    write_count(json, "damaged_blocks", report->damaged_blocks);
    write_count(json, "bad_seals", report->bad_seals);
    write_count(json, "index_faults", report->index_faults);
    by_json_key(json, "first_damaged");
    if (is_ok)
        by_json_null(json);
    else
        write_damage(json, node, report);
    by_json_object_end(json);
}

static bool is_whole(const struct by_store_report *report)
{
    return report->damaged_blocks == 0 && report->bad_seals == 0 && report->index_faults == 0;
}

static void add_report(struct by_store_report *sum, const struct by_store_report *more)
{
    if (is_whole(sum) && !is_whole(more)) {
        sum->first_damaged = more->first_damaged;
        sum->first_damaged_seq = more->first_damaged_seq;
    }
    sum->logs += more->logs;
    sum->blocks += more->blocks;
    sum->entries += more->entries;
    sum->bytes += more->bytes;
    sum->damaged_blocks += more->damaged_blocks;
    sum->bad_seals += more->bad_seals;
    sum->index_faults += more->index_faults;
}

/* Both stores, told as one. BANYAN_ERR_DAMAGED when either could not be read to the end. */
static enum banyan_status check_stores(struct by_node *node, banyan_progress *progress,
                                       void *context, struct by_store_report *out_report,
                                       struct banyan_error *error)
{
    struct by_store_report own = {0};
    enum banyan_status status =
        by_store_check(node->store, &node->network, progress, context, out_report, error);
    enum banyan_status next;

    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status;
    next = by_store_check(node->private_store, &node->network, NULL, NULL, &own, error);
    add_report(out_report, &own);
    return next == BANYAN_OK ? status : next;
}

enum banyan_status by_check(struct by_node *node, banyan_progress *progress, void *context,
                            struct by_buffer *out, struct banyan_error *error)
{
    struct by_store_report report = {0};
    struct by_json json;
    enum banyan_status status = check_stores(node, progress, context, &report, error);

    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status;
    bool is_ok = status == BANYAN_OK && is_whole(&report);
    by_json_init(&json, out);
    write_check(&json, node, &report, is_ok);
    status = by_json_done(&json, error);
    if (status != BANYAN_OK || is_ok)
        return status;
    if (report.damaged_blocks == 0 && report.bad_seals == 0)
        return by_fail(error, BANYAN_ERR_DAMAGED,
                       "the index of what is stored in %s is damaged, and nothing else: "
                       "banyan rebuild makes it anew",
                       node->home);
    return by_fail(error, BANYAN_ERR_DAMAGED,
                   "what is stored in %s is not what was written: put the home back from a copy, "
                   "or join anew and fetch the records from other members",
                   node->home);
}

/* A lost block may have been the end of an own log: as in a restored home, new logs are begun. */
static enum banyan_status settle_repair(void *context, struct by_store_txn *txn)
{
    const struct by_store_repair *repair = context;
    enum banyan_status status = by_local_acts_changed(txn);

    if (status == BANYAN_OK && repair->lost_blocks > 0)
        status = by_store_local_put(txn, BY_LOCAL_COPY, by_bytes_of(NULL, 0));
    return status;
}

static enum banyan_status repair_index(struct by_node *node, struct banyan_error *error)
{
    struct by_store_repair repair = {0};
    struct by_store_repair own = {0};
    enum banyan_status status = by_store_repair_index(node->store, &repair, error);

    if (status == BANYAN_OK)
        status = by_store_write(node->store, settle_repair, &repair, error);
    return status == BANYAN_OK ? by_store_repair_index(node->private_store, &own, error) : status;
}

enum banyan_status
by_rebuild(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    char digits[BY_FINGERPRINT_TEXT_BYTES];
    struct by_view_changes changes;
    struct by_value counts;
    struct by_json json;

    enum banyan_status status = repair_index(node, error);
    if (status == BANYAN_OK)
        status = by_node_view(node, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_rebuild(node->view, node->store, node->charter, &changes, error);
    if (status == BANYAN_OK)
        status = by_counts_read(node, &arena, &counts, error);
    if (status == BANYAN_OK)
        status = by_counts_fingerprint(node, digits, error);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        by_json_key(&json, "records");
        by_json_int(&json, by_counts_records(&counts));
        by_json_key(&json, "private");
        by_json_value(&json, by_value_get(&counts, "private"));
        by_json_key(&json, "fingerprint");
        by_json_literal(&json, digits);
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_arena_deinit(&arena);
    return status;
}
