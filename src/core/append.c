#include "core/append.h"

#include <string.h>

#include "base/hlc.h"
#include "core/keys.h"
#include "core/local.h"
#include "core/me.h"

/* Another process that adds acts between two of our tries has made progress each time. */
#define TRIES_MAX 64

static enum banyan_status keep_run(void *context, const struct by_run *run)
{
    struct by_append *append = context;
    const struct by_entry *last = &run->entries[run->count - 1];
    enum by_store_verdict verdict;

    append->last_id = last->id;
    append->hlc = last->header.hlc;
    return by_store_append(append->txn, run, by_bytes_of(NULL, 0), &verdict);
}

static enum banyan_status
seal_elsewhere(void *context, const struct by_run *run, struct by_signature *out_seal)
{
    const struct by_append *append = context;

    return by_keys_seal(append->node, run, out_seal, append->error);
}

static void open_writer(struct by_append *append, const struct by_block_base *next,
                        struct by_writer *out_writer)
{
    by_writer_init(out_writer, &append->node->device, &append->node->network, next, keep_run,
                   append);
    out_writer->last_hlc = append->hlc;
    out_writer->seal = append->node->is_locked ? seal_elsewhere : NULL;
}

/* Where the next entry of an own log hangs. */
static enum banyan_status find_end(struct by_append *append, const struct by_log_id *log,
                                   bool is_act_log, struct by_block_base *out_next)
{
    struct by_store_log held;

    memset(out_next, 0, sizeof *out_next);
    out_next->log = *log;
    enum banyan_status status = by_store_log_find(append->txn, log, is_act_log, &held);
    if (status == BANYAN_OK) {
        out_next->first_seq = held.tip_seq + 1;
        out_next->prev = held.tip;
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static struct by_log_id draw_log(const struct by_append *append)
{
    struct by_log_id log = {.device = append->node->device.public_key};

    by_os_random(log.nonce, sizeof log.nonce);
    return log;
}

/* -- beginning -- */

/* An own log to go on with: none when there is none yet, or when it was forked, since a forked log
 * is frozen for an honest writer. */
static enum banyan_status find_own_log(struct by_append *append, bool is_act_log,
                                       struct by_log_id *out_log, bool *out_is_usable)
{
    struct by_store_log held;

    *out_is_usable = false;
    enum banyan_status status =
        by_local_log_get(append->txn, is_act_log ? BY_LOCAL_ACT_LOG : BY_LOCAL_RECORD_LOG, out_log);
    if (status == BANYAN_OK)
        status = by_store_log_find(append->txn, out_log, is_act_log, &held);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    if (held.tip_hlc > append->hlc)
        append->hlc = held.tip_hlc;
    *out_is_usable = !held.is_forked;
    return BANYAN_OK;
}

/* In a restored or copied folder, forget the logs: whoever holds the other copy may go on with
 * them, and one key writing one log twice is a fork. */
static enum banyan_status leave_logs_of_other_copy(struct by_append *append)
{
    struct by_bytes copy;
    struct by_bytes own_copy = by_bytes_of_text(append->node->copy);
    enum banyan_status status = by_store_local_get(append->txn, BY_LOCAL_COPY, &copy);

    if (status == BANYAN_OK && by_bytes_equal(copy, own_copy))
        return BANYAN_OK;
    if (status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND)
        status = by_store_local_put(append->txn, BY_LOCAL_ACT_LOG, by_bytes_of(NULL, 0));
    if (status == BANYAN_OK)
        status = by_store_local_put(append->txn, BY_LOCAL_RECORD_LOG, by_bytes_of(NULL, 0));
    if (status == BANYAN_OK)
        status = by_store_local_put(append->txn, BY_LOCAL_COPY, own_copy);
    return status;
}

static enum banyan_status begin(struct by_append *append)
{
    struct by_log_id record_log;
    bool is_usable;
    /* Before the logs are left: their stamps still say what time it is. */
    enum banyan_status status = find_own_log(append, false, &record_log, &is_usable);

    if (status == BANYAN_OK)
        status = find_own_log(append, true, &append->act_log, &is_usable);
    if (status == BANYAN_OK)
        status = leave_logs_of_other_copy(append);
    if (status == BANYAN_OK)
        status = find_own_log(append, true, &append->act_log, &append->has_act_log);
    if (status == BANYAN_OK)
        status = by_me_get(append->txn, &append->person);
    return status;
}

/* The one log of private records is never synced: copies of a home that go on with it apart do not
 * meet again. */
static enum banyan_status begin_private(struct by_append *append)
{
    struct by_log_id log;
    bool is_usable;

    return find_own_log(append, false, &log, &is_usable);
}

struct run {
    struct by_node *node;
    by_append_work *work;
    void *context;
    struct banyan_error *error;
    bool is_stale;
    uint8_t person[BY_PERSON_BYTES_MAX]; /* of private records, whose store does not know it */
    size_t person_size;
};

static enum banyan_status run_once(void *context, struct by_store_txn *txn)
{
    struct run *run = context;
    struct by_append append = {
        .node = run->node, .txn = txn, .error = run->error, .wall_ms = by_os_wall_ms()};
    uint64_t version;

    enum banyan_status status = by_local_u64_get(txn, BY_LOCAL_ACTS, &version);
    run->is_stale = status == BANYAN_OK && version != run->node->act_version;
    if (run->is_stale)
        return BANYAN_ERR_BUSY;
    if (status == BANYAN_OK)
        status = begin(&append);
    if (status == BANYAN_OK)
        status = run->work(run->context, &append);
    if (status == BANYAN_OK)
        status = by_append_flush(&append, NULL);
    if (append.records_are_open)
        by_writer_deinit(&append.records);
    return status;
}

static enum banyan_status run_private(void *context, struct by_store_txn *txn)
{
    struct run *run = context;
    struct by_append append = {.node = run->node,
                               .txn = txn,
                               .error = run->error,
                               .wall_ms = by_os_wall_ms(),
                               .person = by_bytes_of(run->person, run->person_size),
                               .is_private = true};
    enum banyan_status status = begin_private(&append);

    if (status == BANYAN_OK)
        status = run->work(run->context, &append);
    if (status == BANYAN_OK)
        status = by_append_flush(&append, NULL);
    if (append.records_are_open)
        by_writer_deinit(&append.records);
    return status;
}

static enum banyan_status read_person(void *context, struct by_store_txn *txn)
{
    struct run *run = context;
    struct by_bytes person;
    enum banyan_status status = by_me_get(txn, &person);

    if (status != BANYAN_OK)
        return status;
    memcpy(run->person, person.data == NULL ? (const uint8_t *)"" : person.data, person.size);
    run->person_size = person.size;
    return BANYAN_OK;
}

enum banyan_status by_append_run_private(struct by_node *node, by_append_work *work, void *context,
                                         struct banyan_error *error)
{
    struct run run = {.node = node, .work = work, .context = context, .error = error};
    enum banyan_status status = by_keys_need(node, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = by_store_read(node->store, read_person, &run, error);
    if (status == BANYAN_OK)
        status = by_store_write(node->private_store, run_private, &run, error);
    node->view_is_behind = node->view_is_behind || status == BANYAN_OK;
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status
by_append_run(struct by_node *node, by_append_work *work, void *context, struct banyan_error *error)
{
    struct run run = {.node = node, .work = work, .context = context, .error = error};
    enum banyan_status needed = by_keys_need(node, error);

    if (needed != BANYAN_OK)
        return needed;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        enum banyan_status status = by_node_refresh(node, error);
        if (status != BANYAN_OK)
            return status;
        status = by_store_write(node->store, run_once, &run, error);
        if (!run.is_stale) {
            node->view_is_behind = node->view_is_behind || status == BANYAN_OK;
            if (status == BANYAN_OK)
                by_node_ring(node);
            return status == BANYAN_OK ? status : by_fail_plain(error, status);
        }
    }
    return by_fail_plain(error, BANYAN_ERR_BUSY);
}

void by_append_follow(struct by_append *append, uint64_t hlc)
{
    bool is_ahead = by_hlc_ms(hlc) > append->wall_ms + BY_CLOCK_AHEAD_MS_MAX;

    if (hlc > append->hlc && !is_ahead)
        append->hlc = hlc;
}

/* -- acts -- */

static enum banyan_status choose_act_log(struct by_append *append)
{
    if (append->has_act_log)
        return BANYAN_OK;
    append->act_log = draw_log(append);
    append->has_act_log = true;
    return by_local_log_put(append->txn, BY_LOCAL_ACT_LOG, &append->act_log);
}

static enum banyan_status
write_act(struct by_append *append, uint16_t kind, struct by_bytes links, struct by_bytes payload)
{
    struct by_writer writer;
    struct by_block_base next;
    uint8_t salt[BY_SALT_BYTES];

    enum banyan_status status = choose_act_log(append);
    if (status == BANYAN_OK)
        status = find_end(append, &append->act_log, true, &next);
    if (status != BANYAN_OK)
        return status;
    by_os_random(salt, sizeof salt);
    open_writer(append, &next, &writer);
    status = by_writer_add(&writer, kind, links, payload, salt, append->wall_ms);
    if (status == BANYAN_OK)
        status = by_writer_flush(&writer);
    by_writer_deinit(&writer);
    if (status == BANYAN_OK)
        status = by_local_acts_changed(append->txn);
    return status;
}

enum banyan_status by_append_act_after(struct by_append *append, const struct by_act *act,
                                       struct by_act_links *links, struct by_id *out_id)
{
    struct by_arena scratch = BY_ARENA_INIT;
    struct by_buffer link_bytes = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);

    enum banyan_status status = by_act_links_encode(links, &link_bytes);
    if (status == BANYAN_OK)
        status = by_act_encode(act, &scratch, &payload);
    if (status == BANYAN_OK)
        status = write_act(append, (uint16_t)act->kind, by_buffer_bytes(&link_bytes),
                           by_buffer_bytes(&payload));
    if (status == BANYAN_OK) {
        append->has_new_acts = true;
        if (out_id != NULL)
            *out_id = append->last_id;
    }
    by_buffer_deinit(&payload);
    by_buffer_deinit(&link_bytes);
    by_arena_deinit(&scratch);
    return status;
}

/* The act that this one is about, which must lie in its past. */
static const struct by_id *target_of(const struct by_act *act)
{
    if (act->kind == BY_KIND_ADMIT)
        return &act->admit.join;
    return act->kind == BY_KIND_APPROVE ? &act->approve.act : NULL;
}

/* All heads together know every act. Where an act cannot name them all, it names what it is about
 * instead of one of them. */
static void name_target(struct by_act_links *links, const struct by_id *target)
{
    for (size_t i = 0; i < links->parent_count; i++)
        if (by_id_equal(&links->parents[i], target))
            return;
    if (links->parent_count == BY_PARENTS_MAX)
        links->parent_count--;
    links->parents[links->parent_count++] = *target;
}

enum banyan_status
by_append_act(struct by_append *append, const struct by_act *act, struct by_id *out_id)
{
    struct by_id heads[BY_PARENTS_MAX];
    struct by_act_links links = {.parents = heads};
    size_t head_count = by_charter_heads(append->node->charter, heads);
    const struct by_id *target = target_of(act);

    /* An act of this transaction knows all that was held, and its successor follows it by prev. */
    if (!append->has_new_acts)
        links.parent_count = head_count;
    if (target != NULL && head_count == BY_PARENTS_MAX)
        name_target(&links, target);
    return by_append_act_after(append, act, &links, out_id);
}

/* -- operations -- */

/* An opening past the limit would not count, nor would what is written after it. */
static bool may_open_log(const struct by_node *node)
{
    size_t count, of_device = 0, of_organisation = 0;
    const struct by_charter_log *logs = by_charter_logs(node->charter, &count);

    for (size_t i = 0; i < count; i++) {
        of_device += by_id_equal(&logs[i].log.device, &node->device.public_key);
        of_organisation += by_id_equal(&logs[i].organisation, &node->organisation);
    }
    return of_device < BY_OPENS_PER_DEVICE_MAX && of_organisation < BY_OPENS_PER_ORG_MAX;
}

/* Announce a new record log. What it carries counts by the role its author has now, for ever. */
static enum banyan_status open_new_log(struct by_append *append, struct by_log_id *out_log)
{
    struct by_act act = {.kind = BY_KIND_OPEN};

    if (!may_open_log(append->node))
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "this device or organisation has opened as many logs as the network allows: "
                       "was the home copied or restored again and again?");
    *out_log = draw_log(append);
    memcpy(act.opening.nonce, out_log->nonce, sizeof act.opening.nonce);
    enum banyan_status status = by_append_act(append, &act, NULL);
    if (status == BANYAN_OK)
        status = by_local_log_put(append->txn, BY_LOCAL_RECORD_LOG, out_log);
    return status;
}

static enum banyan_status choose_record_log(struct by_append *append, struct by_log_id *out_log)
{
    const struct by_node *node = append->node;
    struct by_store_log held;
    enum banyan_status status = by_local_log_get(append->txn, BY_LOCAL_RECORD_LOG, out_log);

    if (status == BANYAN_ERR_NOT_FOUND)
        return open_new_log(append, out_log);
    if (status != BANYAN_OK)
        return status;
    const struct by_charter_log *announced = by_charter_log_find(node->charter, out_log);
    /* What is written behind a cut counts nowhere, also once the organisation is taken back. */
    if (announced == NULL || announced->is_cut || announced->role != by_node_role(node))
        return open_new_log(append, out_log);
    status = by_store_log_find(append->txn, out_log, false, &held);
    if (status == BANYAN_OK && held.is_forked)
        return open_new_log(append, out_log);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* No act announces it, and so it belongs to nothing that is shared, even where it got out. */
static enum banyan_status choose_private_log(struct by_append *append, struct by_log_id *out_log)
{
    enum banyan_status status = by_local_log_get(append->txn, BY_LOCAL_RECORD_LOG, out_log);

    if (status == BANYAN_OK && by_id_equal(&out_log->device, &append->node->device.public_key))
        return BANYAN_OK;
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
        return status;
    *out_log = draw_log(append);
    return by_local_log_put(append->txn, BY_LOCAL_RECORD_LOG, out_log);
}

static enum banyan_status choose_log(struct by_append *append, struct by_log_id *out_log)
{
    enum banyan_status status = BANYAN_OK;

    if (append->is_private)
        return choose_private_log(append, out_log);
    status = by_node_may_write(append->node, append->error);
    return status == BANYAN_OK ? choose_record_log(append, out_log) : status;
}

enum banyan_status by_append_begin(struct by_append *append)
{
    struct by_log_id log;
    struct by_block_base next;
    enum banyan_status status = append->records_are_open ? BANYAN_OK : choose_log(append, &log);

    if (status != BANYAN_OK || append->records_are_open)
        return status;
    status = find_end(append, &log, false, &next);
    if (status != BANYAN_OK)
        return status;
    open_writer(append, &next, &append->records);
    append->records_are_open = true;
    return BANYAN_OK;
}

enum banyan_status by_append_encode(struct by_operation *operation, struct by_bytes person,
                                    struct by_buffer *out_links, struct by_buffer *out_payload,
                                    struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (operation->person.size == 0)
        operation->person = person;
    status = by_operation_encode(operation, out_links, out_payload);
    if (status == BANYAN_ERR_TOO_LARGE)
        status = by_fail(error, status,
                         "one change holds at most %u bytes: give fewer or shorter fields at once",
                         BY_PAYLOAD_BYTES_MAX);
    return status;
}

enum banyan_status
by_append_encoded(struct by_append *append, struct by_bytes links, struct by_bytes payload)
{
    if (append->records.last_hlc < append->hlc)
        append->records.last_hlc = append->hlc;
    if (append->salts_left == 0) {
        by_os_random(append->salts, sizeof append->salts);
        append->salts_left = sizeof append->salts / sizeof append->salts[0];
    }
    return by_writer_add(&append->records, BY_KIND_OPERATION, links, payload,
                         append->salts[--append->salts_left], append->wall_ms);
}

enum banyan_status by_append_operation(struct by_append *append, struct by_operation *operation)
{
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    enum banyan_status status = by_append_begin(append);

    if (status == BANYAN_OK)
        status = by_append_encode(operation, append->person, &links, &payload, append->error);
    if (status == BANYAN_OK)
        status = by_append_encoded(append, by_buffer_bytes(&links), by_buffer_bytes(&payload));
    by_buffer_deinit(&payload);
    by_buffer_deinit(&links);
    return status;
}

enum banyan_status by_append_flush(struct by_append *append, struct by_id *out_id)
{
    enum banyan_status status = BANYAN_OK;

    if (append->records_are_open)
        status = by_writer_flush(&append->records);
    if (status == BANYAN_OK && out_id != NULL)
        *out_id = append->last_id;
    return status;
}
