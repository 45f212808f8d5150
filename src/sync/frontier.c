#include "sync/frontier.h"

#include "crypto/hash.h"

void by_frontier_init(struct by_frontier *frontier)
{
    memset(frontier, 0, sizeof *frontier);
    frontier->acts_are_stale = true;
    frontier->list_is_stale = true;
}

void by_frontier_deinit(struct by_frontier *frontier)
{
    for (size_t i = 0; i < frontier->count; i++)
        free(frontier->logs[i].tips);
    free(frontier->logs);
    memset(frontier, 0, sizeof *frontier);
}

size_t by_frontier_lower(const struct by_frontier *frontier, const struct by_log_id *log)
{
    size_t low = 0;
    size_t high = frontier->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_log_id_compare(&frontier->logs[middle].log, log) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct by_frontier_log *
find_at(const struct by_frontier *frontier, size_t at, const struct by_log_id *log)
{
    if (at == frontier->count || !by_log_id_equal(&frontier->logs[at].log, log))
        return NULL;
    return &frontier->logs[at];
}

const struct by_frontier_log *
by_frontier_find(const struct by_frontier *frontier, const struct by_log_id *log)
{
    return find_at(frontier, by_frontier_lower(frontier, log), log);
}

const struct by_tip *by_frontier_highest(const struct by_frontier_log *log)
{
    const struct by_tip *highest = log->tip_count > 0 ? &log->tips[0] : NULL;

    for (size_t i = 1; i < log->tip_count; i++)
        if (log->tips[i].seq > highest->seq)
            highest = &log->tips[i];
    return highest;
}

static int order_tips(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_tip *)a)->id, &((const struct by_tip *)b)->id);
}

static enum banyan_status
copy_tips(const struct by_tip *tips, size_t tip_count, struct by_tip **out_copy)
{
    *out_copy = NULL;
    if (tip_count == 0)
        return BANYAN_OK;
    *out_copy = calloc(tip_count, sizeof **out_copy);
    if (*out_copy == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(*out_copy, tips, tip_count * sizeof *tips);
    qsort(*out_copy, tip_count, sizeof **out_copy, order_tips);
    return BANYAN_OK;
}

static void note_change(struct by_frontier *frontier, const struct by_frontier_log *log)
{
    frontier->is_stale[log->bucket] = true;
    if (log->is_act_log)
        frontier->acts_are_stale = true;
}

static enum banyan_status make_room(struct by_frontier *frontier)
{
    size_t capacity = frontier->capacity == 0 ? 16 : frontier->capacity * 2;
    struct by_frontier_log *grown;

    if (frontier->count < frontier->capacity)
        return BANYAN_OK;
    grown = realloc(frontier->logs, capacity * sizeof *grown);
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    frontier->logs = grown;
    frontier->capacity = capacity;
    return BANYAN_OK;
}

static void insert(struct by_frontier *frontier, size_t at, const struct by_frontier_log *log)
{
    memmove(&frontier->logs[at + 1], &frontier->logs[at],
            (frontier->count - at) * sizeof *frontier->logs);
    frontier->logs[at] = *log;
    frontier->count++;
    if (!log->is_act_log) {
        frontier->record_log_count++;
        frontier->list_is_stale = true;
    }
}

enum banyan_status by_frontier_set(struct by_frontier *frontier, const struct by_log_id *log,
                                   bool is_act_log, const struct by_tip *tips, size_t tip_count)
{
    struct by_frontier_log fresh = {.log = *log, .is_act_log = is_act_log, .tip_count = tip_count};
    size_t at = by_frontier_lower(frontier, log);
    struct by_frontier_log *held = find_at(frontier, at, log);
    enum banyan_status status = copy_tips(tips, tip_count, &fresh.tips);

    if (status == BANYAN_OK && held == NULL)
        status = make_room(frontier);
    if (status != BANYAN_OK) {
        free(fresh.tips);
        return status;
    }
    if (held != NULL && held->is_act_log != is_act_log) {
        by_frontier_remove(frontier, log);
        held = NULL;
    }
    if (held == NULL) {
        fresh.bucket = by_sync_bucket_of(log);
        insert(frontier, at, &fresh);
    } else {
        free(held->tips);
        held->tips = fresh.tips;
        held->tip_count = tip_count;
    }
    note_change(frontier, &frontier->logs[at]);
    return BANYAN_OK;
}

void by_frontier_remove(struct by_frontier *frontier, const struct by_log_id *log)
{
    size_t at = by_frontier_lower(frontier, log);
    struct by_frontier_log *held = find_at(frontier, at, log);

    if (held == NULL)
        return;
    note_change(frontier, held);
    if (!held->is_act_log) {
        frontier->record_log_count--;
        frontier->list_is_stale = true;
    }
    free(held->tips);
    frontier->count--;
    memmove(&frontier->logs[at], &frontier->logs[at + 1],
            (frontier->count - at) * sizeof *frontier->logs);
}

static void add_log(struct by_hash *hash, const struct by_frontier_log *log)
{
    uint8_t bytes[40];

    by_log_id_put(bytes, &log->log);
    by_hash_add(hash, by_bytes_of(bytes, sizeof bytes));
    by_hash_add_u64(hash, log->tip_count);
    for (size_t i = 0; i < log->tip_count; i++)
        by_hash_add(hash, by_id_bytes(&log->tips[i].id));
}

/* The stale buckets in one pass over the logs. */
static void hash_buckets(struct by_frontier *frontier)
{
    struct by_hash hashes[BY_SYNC_BUCKETS];
    bool has_logs[BY_SYNC_BUCKETS] = {false};

    for (size_t i = 0; i < frontier->count; i++) {
        const struct by_frontier_log *log = &frontier->logs[i];

        if (!frontier->is_stale[log->bucket] || log->tip_count == 0)
            continue;
        if (!has_logs[log->bucket])
            by_hash_init(&hashes[log->bucket], BY_TAG_SYNC_BUCKET);
        has_logs[log->bucket] = true;
        add_log(&hashes[log->bucket], log);
    }
    for (size_t i = 0; i < BY_SYNC_BUCKETS; i++) {
        if (!frontier->is_stale[i])
            continue;
        memset(&frontier->buckets[i], 0, sizeof frontier->buckets[i]);
        if (has_logs[i])
            by_hash_end(&hashes[i], &frontier->buckets[i]);
        frontier->is_stale[i] = false;
    }
}

const struct by_id *by_frontier_bucket(struct by_frontier *frontier, uint8_t bucket)
{
    if (frontier->is_stale[bucket])
        hash_buckets(frontier);
    return &frontier->buckets[bucket];
}

void by_frontier_state(struct by_frontier *frontier, struct by_id *out_digest)
{
    struct by_hash hash;

    by_hash_init(&hash, BY_TAG_SYNC_STATE);
    for (size_t i = 0; i < BY_SYNC_BUCKETS; i++)
        by_hash_add(&hash, by_id_bytes(by_frontier_bucket(frontier, (uint8_t)i)));
    by_hash_end(&hash, out_digest);
}

const struct by_id *by_frontier_acts(struct by_frontier *frontier)
{
    struct by_hash hash;

    if (!frontier->acts_are_stale)
        return &frontier->acts;
    by_hash_init(&hash, BY_TAG_SYNC_BUCKET);
    for (size_t i = 0; i < frontier->count; i++)
        if (frontier->logs[i].is_act_log && frontier->logs[i].tip_count > 0)
            add_log(&hash, &frontier->logs[i]);
    by_hash_end(&hash, &frontier->acts);
    frontier->acts_are_stale = false;
    return &frontier->acts;
}

const struct by_id *by_frontier_list(struct by_frontier *frontier)
{
    struct by_hash hash;

    if (!frontier->list_is_stale)
        return &frontier->list;
    by_hash_init(&hash, BY_TAG_SYNC_BUCKET);
    for (size_t i = 0; i < frontier->count; i++) {
        uint8_t bytes[40];

        if (frontier->logs[i].is_act_log)
            continue;
        by_log_id_put(bytes, &frontier->logs[i].log);
        by_hash_add(&hash, by_bytes_of(bytes, sizeof bytes));
    }
    by_hash_end(&hash, &frontier->list);
    frontier->list_is_stale = false;
    return &frontier->list;
}

void by_frontier_tips_tag(const struct by_sync_voice *voice, const struct by_frontier_log *log,
                          uint8_t out_tag[BY_SYNC_TAG_BYTES])
{
    struct by_hash hash;
    struct by_id id = {{0}};

    if (log->tip_count == 1)
        id = log->tips[0].id;
    if (log->tip_count > 1) {
        by_hash_init(&hash, BY_TAG_SYNC_BUCKET);
        for (size_t i = 0; i < log->tip_count; i++)
            by_hash_add(&hash, by_id_bytes(&log->tips[i].id));
        by_hash_end(&hash, &id);
    }
    by_sync_hash(voice, BY_SYNC_TIPS, by_id_bytes(&id), out_tag, BY_SYNC_TAG_BYTES);
}
