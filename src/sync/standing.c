#include "sync/standing.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "sync/message.h"

#define FLAG_PARTIAL 1u

static_assert(65u + 2u + BY_STANDING_LOGS_MAX * (BY_STANDING_KEY_BYTES + 10u) <=
                  BY_NOTE_BODY_BYTES_MAX,
              "a standing of as many logs as it names is the body of a note");

void by_standing_key(const struct by_log_id *log, uint8_t out_key[BY_STANDING_KEY_BYTES])
{
    uint8_t bytes[40];
    struct by_id hash;

    by_log_id_put(bytes, log);
    by_hash_bytes(BY_TAG_SYNC_BUCKET, by_bytes_of(bytes, sizeof bytes), &hash);
    memcpy(out_key, hash.bytes, BY_STANDING_KEY_BYTES);
}

/* -- reading -- */

enum banyan_status by_standing_next(struct by_cursor *cursor, struct by_standing_log *out_log)
{
    struct by_bytes key;
    uint64_t place = 0;
    enum banyan_status status = by_cursor_take(cursor, BY_STANDING_KEY_BYTES, &key);

    if (status == BANYAN_OK)
        status = by_cursor_take_varint(cursor, &place);
    if (status != BANYAN_OK)
        return status;
    memcpy(out_log->key, key.data, key.size);
    out_log->count = place / 2;
    out_log->is_forked = (place & 1) != 0;
    if (out_log->count == 0)
        return BANYAN_ERR_MALFORMED;
    return out_log->count > BY_SYNC_SEQ_MAX + 1 ? BANYAN_ERR_TOO_LARGE : BANYAN_OK;
}

static enum banyan_status check_logs(struct by_cursor *cursor, size_t count)
{
    struct by_standing_log log = {0}, before = {0};
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = by_standing_next(cursor, &log);
        if (status == BANYAN_OK && i > 0 && memcmp(before.key, log.key, sizeof log.key) >= 0)
            return BANYAN_ERR_NOT_CANONICAL;
        before = log;
    }
    return status;
}

static enum banyan_status take_id(struct by_cursor *cursor, struct by_id *out_id)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

enum banyan_status by_standing_read(struct by_bytes body, struct by_standing *out_standing)
{
    struct by_cursor cursor = {body};
    uint8_t flags = 0;
    uint64_t count = 0;
    enum banyan_status status = by_cursor_take_u8(&cursor, &flags);

    memset(out_standing, 0, sizeof *out_standing);
    if (status == BANYAN_OK && (flags & ~FLAG_PARTIAL) != 0)
        return BANYAN_ERR_MALFORMED;
    out_standing->is_partial = (flags & FLAG_PARTIAL) != 0;
    if (status == BANYAN_OK)
        status = take_id(&cursor, &out_standing->state);
    if (status == BANYAN_OK)
        status = take_id(&cursor, &out_standing->acts);
    if (status == BANYAN_OK)
        status = by_cursor_take_varint(&cursor, &count);
    if (status == BANYAN_OK && count > BY_STANDING_LOGS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status != BANYAN_OK)
        return status;
    out_standing->count = (size_t)count;
    out_standing->logs = cursor.rest;
    status = check_logs(&cursor, out_standing->count);
    return status == BANYAN_OK && cursor.rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}

/* -- writing -- */

struct named_log {
    uint8_t key[BY_STANDING_KEY_BYTES];
    uint64_t place;
    uint64_t hlc;
};

static int order_by_age(const void *a, const void *b)
{
    const struct named_log *left = a;
    const struct named_log *right = b;

    if (left->hlc != right->hlc)
        return left->hlc > right->hlc ? -1 : 1;
    return memcmp(left->key, right->key, sizeof left->key);
}

static int order_by_key(const void *a, const void *b)
{
    return memcmp(((const struct named_log *)a)->key, ((const struct named_log *)b)->key,
                  BY_STANDING_KEY_BYTES);
}

static size_t list_logs(const struct by_frontier *frontier, struct named_log *out_logs)
{
    size_t count = 0;

    for (size_t i = 0; i < frontier->count; i++) {
        const struct by_frontier_log *log = &frontier->logs[i];
        const struct by_tip *highest = by_frontier_highest(log);

        if (log->is_act_log || highest == NULL)
            continue;
        by_standing_key(&log->log, out_logs[count].key);
        out_logs[count].place = (highest->seq + 1) * 2 + (log->tip_count > 1 ? 1 : 0);
        out_logs[count].hlc = highest->hlc;
        count++;
    }
    return count;
}

/* By key, each key once: of two logs with one key, which somebody must have searched for, one is
 * left out. */
static size_t choose(struct named_log *logs, size_t count)
{
    size_t kept = 0;

    if (count > BY_STANDING_LOGS_MAX) {
        qsort(logs, count, sizeof *logs, order_by_age);
        count = BY_STANDING_LOGS_MAX;
    }
    qsort(logs, count, sizeof *logs, order_by_key);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || order_by_key(&logs[kept - 1], &logs[i]) != 0)
            logs[kept++] = logs[i];
    return kept;
}

static enum banyan_status
add_head(struct by_frontier *frontier, bool is_partial, size_t count, struct by_buffer *out)
{
    struct by_id state;
    enum banyan_status status = by_buffer_append_u8(out, is_partial ? FLAG_PARTIAL : 0);

    by_frontier_state(frontier, &state);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&state));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(by_frontier_acts(frontier)));
    return status == BANYAN_OK ? by_buffer_append_varint(out, count) : status;
}

enum banyan_status by_standing_write(struct by_frontier *frontier, struct by_buffer *out)
{
    struct named_log *logs = calloc(frontier->record_log_count + 1, sizeof *logs);
    enum banyan_status status = BANYAN_OK;

    if (logs == NULL)
        return BANYAN_ERR_MEMORY;
    size_t all = list_logs(frontier, logs);
    size_t count = choose(logs, all);
    status = add_head(frontier, count < all, count, out);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        status = by_buffer_append(out, logs[i].key, sizeof logs[i].key);
        if (status == BANYAN_OK)
            status = by_buffer_append_varint(out, logs[i].place);
    }
    free(logs);
    return status;
}

static bool take_next(struct by_cursor *cursor, struct by_standing_log *out_log)
{
    return cursor->rest.size > 0 && by_standing_next(cursor, out_log) == BANYAN_OK;
}

/* Both are sorted by key. */
void by_standing_weigh(const struct by_standing *ours, const struct by_standing *theirs,
                       uint64_t *out_they_lack, uint64_t *out_we_lack)
{
    struct by_cursor at_ours = {ours->logs}, at_theirs = {theirs->logs};
    struct by_standing_log own, other;
    bool has_own = take_next(&at_ours, &own), has_other = take_next(&at_theirs, &other);

    *out_they_lack = *out_we_lack = 0;
    while (has_own || has_other) {
        int order = !has_own ? 1 : -1;
        uint64_t here = 0, there = 0;

        if (has_own && has_other)
            order = memcmp(own.key, other.key, sizeof own.key);
        here = order <= 0 ? own.count : 0;
        there = order >= 0 ? other.count : 0;
        *out_they_lack += here > there ? here - there : 0;
        *out_we_lack += there > here ? there - here : 0;
        has_own = order <= 0 ? take_next(&at_ours, &own) : has_own;
        has_other = order >= 0 ? take_next(&at_theirs, &other) : has_other;
    }
}
