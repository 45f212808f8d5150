#include "core/answer.h"
#include "net/sync_result.h"

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

/* -- in records -- */

static void
write_changes(struct by_json *json, const char *key, const struct by_tally_changes *changes)
{
    by_json_key(json, key);
    by_json_object_begin(json);
    write_count(json, "new", changes->records_new);
    write_count(json, "changed", changes->records_changed);
    write_count(json, "deleted", changes->records_deleted);
    write_count(json, "proposed", changes->records_proposed);
    by_json_object_end(json);
}

static void write_record(struct by_json *json, const struct by_tally_record *record)
{
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_literal(json, record->id);
    by_json_key(json, "type");
    by_json_literal(json, record->type);
    by_json_key(json, "label");
    by_json_literal(json, record->label);
    by_json_key(json, "conflict");
    by_json_bool(json, record->in_conflict);
    by_json_object_end(json);
}

static void write_both(struct by_json *json, const struct by_tally_result *tally)
{
    by_json_key(json, "edited_by_both");
    by_json_object_begin(json);
    write_count(json, "count", tally->both_count);
    by_json_key(json, "records");
    by_json_array_begin(json);
    for (size_t i = 0; i < tally->listed_count; i++)
        write_record(json, &tally->listed[i]);
    by_json_array_end(json);
    by_json_object_end(json);
}

static void write_exchange(struct by_json *json, const struct by_sync_result *result)
{
    static const char *const keys[] = {"received", "sent", "edited_by_both"};
    const struct by_tally_result *tally = NULL;

    if (result->tally != NULL)
        (void)by_live_tally_state(result->tally, &tally);
    for (size_t i = 0; tally == NULL && i < sizeof keys / sizeof keys[0]; i++) {
        by_json_key(json, keys[i]);
        by_json_null(json);
    }
    if (tally == NULL)
        return;
    write_changes(json, keys[0], &tally->received);
    write_changes(json, keys[1], &tally->sent);
    write_both(json, tally);
}

/* -- one -- */

enum by_conn_end by_sync_end(const struct by_sync_result *result)
{
    bool is_over = result->end == BY_END_DONE || result->end == BY_END_BY_PEER;

    if (result->state == BY_SYNC_RUNNING && is_over)
        return BY_END_NONE;
    /* This side left though nothing was in sync: time was up. */
    return result->end == BY_END_DONE ? BY_END_NO_ANSWER : result->end;
}

static const char *words_for(const struct by_sync_result *result)
{
    if (result->is_connected)
        return N_("your node is connected with them, and still at it");
    if (result->state == BY_SYNC_RUNNING && by_sync_end(result) == BY_END_NONE)
        return N_("your node is not connected with them");
    return result->state == BY_SYNC_WAITING ? N_("there was no time for it")
                                            : by_conn_end_text(by_sync_end(result));
}

static const char *reason_for(const struct by_sync_result *result)
{
    if (result->is_connected)
        return "at_work";
    if (result->state == BY_SYNC_RUNNING && by_sync_end(result) == BY_END_NONE)
        return "not_connected";
    return result->state == BY_SYNC_WAITING ? "no_time" : by_conn_end_name(by_sync_end(result));
}

static void
write_result(struct by_json *json, const struct by_node *node, const struct by_sync_result *result)
{
    const struct by_charter_org *org = by_people_owner(node, &result->place->transport);

    by_json_object_begin(json);
    by_json_key(json, "organisation");
    if (org == NULL)
        by_json_null(json);
    else
        by_json_organisation(json, node, &org->profile.id);
    by_json_key(json, "address");
    by_json_literal(json, result->address);
    by_json_key(json, "in_sync");
    by_json_bool(json, result->is_in_sync);
    by_json_key(json, "error");
    if (result->is_in_sync)
        by_json_null(json);
    else
        by_json_literal(json, words_for(result));
    by_json_key(json, "reason");
    if (result->is_in_sync)
        by_json_null(json);
    else
        by_json_literal(json, reason_for(result));
    write_exchange(json, result);
    write_count(json, "entries_received", result->stats.entries_in);
    write_count(json, "blocks_sent", result->stats.blocks_out);
    write_count(json, "bytes_received", result->stats.bytes_in);
    write_count(json, "bytes_sent", result->stats.bytes_out);
    write_count(json, "ms", result->end_ms - result->start_ms);
    by_json_object_end(json);
}

/* -- all -- */

enum banyan_status by_sync_answer(const struct by_node *node, const struct by_sync_result *results,
                                  size_t count, struct by_buffer *out, struct banyan_error *error)
{
    uint64_t in_sync = 0;
    bool is_running = false;
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "peers");
    by_json_array_begin(&json);
    for (size_t i = 0; i < count; i++) {
        in_sync += results[i].is_in_sync;
        is_running |= results[i].state == BY_SYNC_RUNNING;
        if (results[i].state != BY_SYNC_SKIPPED)
            write_result(&json, node, &results[i]);
    }
    by_json_array_end(&json);
    write_count(&json, "in_sync", in_sync);
    by_json_key(&json, "by_running_node");
    by_json_bool(&json, is_running);
    by_json_object_end(&json);
    enum banyan_status status = by_json_done(&json, error);
    if (status != BANYAN_OK || in_sync > 0)
        return status;
    return by_fail(error, BANYAN_ERR_NETWORK, "not in sync with anybody: %s: %s",
                   results[0].address, by_words(error, words_for(&results[0])));
}
