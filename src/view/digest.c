#include "view/digest.h"

#include <stdlib.h>
#include <string.h>

#include "record/digest.h"
#include "record/field_value.h"

/* A record's place in its bucket: the hash of its name, of which the fid is the beginning. */
struct member {
    int64_t fid;
    struct by_record_name name;
    struct by_id name_hash; /* where two have one fid */
    struct by_id digest;
};
struct bucket {
    struct member *members;
    struct by_id *digests;
    size_t count;
    size_t capacity;
};

void by_digest_begin(struct by_view *view)
{
    memset(view->touched_buckets, 0, sizeof view->touched_buckets);
}

static void touch(struct by_view *view, uint32_t number)
{
    view->touched_buckets[number / 64] |= (uint64_t)1 << number % 64;
}

static bool is_touched(const struct by_view *view, uint32_t number)
{
    return (view->touched_buckets[number / 64] >> number % 64 & 1) != 0;
}

void by_digest_touch(struct by_view *view, const struct by_id *name_hash)
{
    touch(view, by_bucket_of(name_hash));
}

enum banyan_status by_digest_keep(struct by_view *view, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    for (uint32_t number = 0; number < BY_BUCKET_COUNT && status == BANYAN_OK; number++) {
        if (!is_touched(view, number))
            continue;
        sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_TOUCH);
        by_bind_int(statement, 1, number);
        status = by_view_run(view, statement, error);
    }
    return status;
}

enum banyan_status
by_digest_is_kept(struct by_view *view, bool *out_is_so, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_TOUCHED);
    enum banyan_status status = by_view_row(view, statement, error);
    *out_is_so = status == BANYAN_OK;
    if (status == BANYAN_OK)
        sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status
add_member(struct bucket *bucket, int64_t fid, struct by_bytes name, struct by_bytes digest)
{
    if (bucket->count == bucket->capacity) {
        size_t capacity = bucket->capacity == 0 ? 32 : bucket->capacity * 2;
        struct member *members = realloc(bucket->members, capacity * sizeof members[0]);
        if (members == NULL)
            return BANYAN_ERR_MEMORY;
        bucket->members = members;
        struct by_id *digests = realloc(bucket->digests, capacity * sizeof digests[0]);
        if (digests == NULL)
            return BANYAN_ERR_MEMORY;
        bucket->digests = digests;
        bucket->capacity = capacity;
    }
    struct member *member = &bucket->members[bucket->count];
    if (name.size != 48 || by_id_from_bytes(digest, &member->digest) != BANYAN_OK)
        return BANYAN_ERR_DAMAGED;
    member->fid = fid;
    by_record_name_get(name.data, &member->name);
    bucket->count++;
    return BANYAN_OK;
}

static int order_members(const void *a, const void *b)
{
    return by_id_compare(&((const struct member *)a)->name_hash,
                         &((const struct member *)b)->name_hash);
}

/* Rows come by fid, which is all of the order but for those few that share one. */
static void order_bucket(struct bucket *bucket)
{
    bool is_ordered = true;
    for (size_t i = 1; i < bucket->count; i++)
        is_ordered = is_ordered && bucket->members[i - 1].fid < bucket->members[i].fid;
    for (size_t i = 0; i < bucket->count && !is_ordered; i++)
        by_record_name_hash(&bucket->members[i].name, &bucket->members[i].name_hash);
    if (!is_ordered)
        qsort(bucket->members, bucket->count, sizeof bucket->members[0], order_members);
    for (size_t i = 0; i < bucket->count; i++)
        bucket->digests[i] = bucket->members[i].digest;
}

static enum banyan_status write_bucket(struct by_view *view, uint32_t number, struct bucket *bucket,
                                       struct banyan_error *error)
{
    struct by_id digest;
    bool is_empty = bucket->count == 0;
    sqlite3_stmt *statement =
        by_view_statement(view, is_empty ? BY_STATEMENT_BUCKET_REMOVE : BY_STATEMENT_BUCKET_PUT);
    by_bind_int(statement, 1, number);
    if (!is_empty) {
        order_bucket(bucket);
        by_bucket_digest(bucket->digests, bucket->count, &digest);
        by_bind_blob(statement, 2, by_id_bytes(&digest));
    }
    bucket->count = 0;
    return by_view_run(view, statement, error);
}

/* Fids have 63 bits, bucket numbers are the first 16. */
#define FIDS_PER_BUCKET ((int64_t)1 << 47)
/* To pass over so many rows costs no more than to look for the next bucket. */
#define PASSED_MAX 4u

static uint32_t next_touched(const struct by_view *view, uint32_t number)
{
    while (number < BY_BUCKET_COUNT && !is_touched(view, number))
        number++;
    return number;
}

/* The buckets that were touched, from *number on, as far as one walk over the rows leads. */
static enum banyan_status
walk(struct by_view *view, struct bucket *bucket, uint32_t *number, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_RECORDS);
    enum banyan_status status = BANYAN_OK;
    uint32_t at = 0;
    by_bind_int(statement, 1, (int64_t)*number * FIDS_PER_BUCKET);
    for (unsigned passed = 0; passed <= PASSED_MAX && status == BANYAN_OK; passed++) {
        status = by_view_row(view, statement, error);
        if (status != BANYAN_OK)
            break;
        at = (uint32_t)(sqlite3_column_int64(statement, 0) / FIDS_PER_BUCKET);
        for (; *number < at && status == BANYAN_OK; *number = next_touched(view, *number + 1))
            status = write_bucket(view, *number, bucket, error);
        if (status == BANYAN_OK && at == *number) {
            status = add_member(bucket, sqlite3_column_int64(statement, 0),
                                by_column_blob(statement, 1), by_column_blob(statement, 2));
            passed = 0;
        }
    }
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status == BANYAN_OK ? status : by_fail_plain(error, status);
    status = BANYAN_OK;
    for (; *number < BY_BUCKET_COUNT && status == BANYAN_OK;
         *number = next_touched(view, *number + 1))
        status = write_bucket(view, *number, bucket, error);
    return status;
}

static enum banyan_status
take_kept(struct by_view *view, bool *out_some, struct banyan_error *error)
{
    sqlite3_stmt *kept = by_view_statement(view, BY_STATEMENT_BUCKET_TOUCHED);
    enum banyan_status status = BANYAN_OK;
    *out_some = false;
    while ((status = by_view_row(view, kept, error)) == BANYAN_OK) {
        touch(view, (uint32_t)sqlite3_column_int(kept, 0) % BY_BUCKET_COUNT);
        *out_some = true;
    }
    sqlite3_reset(kept);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_digest_settle(struct by_view *view, struct banyan_error *error)
{
    struct bucket bucket = {.members = NULL};
    bool some_kept = false;
    enum banyan_status status = take_kept(view, &some_kept, error);
    uint32_t number = next_touched(view, 0);
    while (number < BY_BUCKET_COUNT && status == BANYAN_OK)
        status = walk(view, &bucket, &number, error);
    if (status == BANYAN_OK && some_kept)
        status = by_view_run(view, by_view_statement(view, BY_STATEMENT_BUCKET_SETTLE), error);
    free(bucket.members);
    free(bucket.digests);
    return status;
}

/* The buckets from first on; those that have no row are zero. */
static enum banyan_status read_buckets(struct by_view *view, uint32_t first, uint32_t count,
                                       struct by_id *out_buckets, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_RANGE);
    enum banyan_status status = BANYAN_OK;

    by_bind_int(statement, 1, first);
    by_bind_int(statement, 2, (int64_t)first + count - 1);
    memset(out_buckets, 0, count * sizeof out_buckets[0]);
    while (status == BANYAN_OK && (status = by_view_row(view, statement, error)) == BANYAN_OK) {
        int64_t number = sqlite3_column_int64(statement, 0) - first;
        if (number < 0 || number >= count ||
            by_id_from_bytes(by_column_blob(statement, 1), &out_buckets[number]) != BANYAN_OK)
            status = BANYAN_ERR_DAMAGED;
    }
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : by_fail_plain(error, status);
}

enum banyan_status by_view_level(struct by_view *view, unsigned depth, uint32_t place,
                                 struct by_id out_children[BY_LEVEL_FAN],
                                 struct banyan_error *error)
{
    const uint32_t width = BY_BUCKET_COUNT >> (4 * depth), below = width / BY_LEVEL_FAN;
    struct by_id *buckets = calloc(width, sizeof buckets[0]);

    if (buckets == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = read_buckets(view, place * width, width, buckets, error);
    for (size_t i = 0; i < BY_LEVEL_FAN && status == BANYAN_OK; i++)
        by_view_digest(buckets + i * below, below, &out_children[i]);
    free(buckets);
    return status;
}

enum banyan_status
by_view_root(struct by_view *view, struct by_id *out_root, struct banyan_error *error)
{
    struct by_id children[BY_LEVEL_FAN];
    enum banyan_status status = by_view_level(view, 0, 0, children, error);

    if (status == BANYAN_OK)
        by_level_digest(children, out_root);
    return status;
}

/* -- the records of a bucket, some at a time -- */

static enum banyan_status read_place(sqlite3_stmt *statement, struct by_view_place *out_place)
{
    struct by_bytes name = by_column_blob(statement, 0);

    if (name.size != 48 ||
        by_id_from_bytes(by_column_blob(statement, 1), &out_place->digest) != BANYAN_OK)
        return BANYAN_ERR_DAMAGED;
    by_record_name_get(name.data, &out_place->name);
    by_record_name_hash(&out_place->name, &out_place->hash);
    return BANYAN_OK;
}

/* Into places that are in order, of which there is room for max: the last one falls out. */
static void
insert(struct by_view_place *places, size_t *count, size_t max, const struct by_view_place *place)
{
    size_t at = *count;

    while (at > 0 && by_id_compare(&places[at - 1].hash, &place->hash) > 0)
        at--;
    if (at == max)
        return;
    *count += *count < max;
    memmove(&places[at + 1], &places[at], (*count - 1 - at) * sizeof places[0]);
    places[at] = *place;
}

/* Rows come by fid, which is all of the hash but its last bits: whoever has the fid of the last
 * place may still belong before it. */
enum banyan_status by_view_bucket(struct by_view *view, uint32_t bucket, const struct by_id *after,
                                  size_t max, struct by_view_place *out_places, size_t *out_count,
                                  bool *out_has_more, struct banyan_error *error)
{
    const int64_t size = (int64_t)1 << 47, first = (int64_t)bucket * size;
    int64_t from = by_id_is_zero(after) ? first : by_view_fid(view, after);
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_AFTER);
    struct by_view_place place;
    enum banyan_status status = BANYAN_OK;

    *out_count = 0;
    *out_has_more = false;
    by_bind_int(statement, 1, from > first ? from : first);
    by_bind_int(statement, 2, first + size - 1);
    while (status == BANYAN_OK && (status = by_view_row(view, statement, error)) == BANYAN_OK) {
        status = read_place(statement, &place);
        if (status != BANYAN_OK || by_id_compare(&place.hash, after) <= 0)
            continue;
        *out_has_more |= *out_count == max;
        if (*out_count == max &&
            by_view_fid(view, &place.hash) > by_view_fid(view, &out_places[max - 1].hash))
            break;
        insert(out_places, out_count, max, &place);
    }
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    return status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK
                                                                 : by_fail_plain(error, status);
}

#define PLACE_BYTES 16u

static int order_places(const void *a, const void *b)
{
    return memcmp(a, b, PLACE_BYTES);
}

static enum banyan_status
add_place(struct by_bytes name_bytes, struct by_bytes digest, struct by_buffer *out)
{
    struct by_record_name name;
    struct by_id hash;
    uint8_t *at = NULL;
    if (name_bytes.size != 48 || digest.size != sizeof hash.bytes)
        return BANYAN_ERR_DAMAGED;
    enum banyan_status status = by_buffer_extend(out, PLACE_BYTES, &at);
    if (status != BANYAN_OK)
        return status;
    by_record_name_get(name_bytes.data, &name);
    by_record_name_hash(&name, &hash);
    memcpy(at, hash.bytes, 8);
    memcpy(at + 8, digest.data, 8);
    return BANYAN_OK;
}

enum banyan_status
by_view_places(struct by_view *view, struct by_buffer *out, struct banyan_error *error)
{
    const size_t begin = out->size;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_PLACES);
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && (status = by_view_row(view, statement, error)) == BANYAN_OK)
        status = add_place(by_column_blob(statement, 0), by_column_blob(statement, 1), out);
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    if (status != BANYAN_ERR_NOT_FOUND)
        return by_fail_plain(error, status);
    if (out->size > begin)
        qsort(out->data + begin, (out->size - begin) / PLACE_BYTES, PLACE_BYTES, order_places);
    return BANYAN_OK;
}
