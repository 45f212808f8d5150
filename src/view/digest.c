#include "view/digest.h"

#include <stdlib.h>
#include <string.h>

#include "record/digest.h"
#include "record/field_value.h"

/* A record's place in its bucket. */
struct member {
    struct by_id name_hash;
    struct by_id digest;
};
struct bucket {
    struct member *members;
    struct by_id *digests;
    size_t count;
    size_t capacity;
};

static enum banyan_status
add_member(struct bucket *bucket, struct by_bytes name_bytes, struct by_bytes digest)
{
    struct by_record_name name;
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
    if (name_bytes.size != 48 || by_id_from_bytes(digest, &member->digest) != BANYAN_OK)
        return BANYAN_ERR_DAMAGED;
    by_record_name_get(name_bytes.data, &name);
    by_record_name_hash(&name, &member->name_hash);
    bucket->count++;
    return BANYAN_OK;
}

static int order_members(const void *a, const void *b)
{
    return by_id_compare(&((const struct member *)a)->name_hash,
                         &((const struct member *)b)->name_hash);
}

static enum banyan_status read_bucket(struct by_view *view, uint32_t number, struct bucket *bucket,
                                      struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_RECORDS);
    const int64_t size = (int64_t)1 << 47; /* fids have 63 bits, bucket numbers the first 16 */
    enum banyan_status status = BANYAN_OK;
    by_bind_int(statement, 1, (int64_t)number * size);
    by_bind_int(statement, 2, (int64_t)number * size + size - 1);
    bucket->count = 0;
    while (status == BANYAN_OK && (status = by_view_row(view, statement, error)) == BANYAN_OK)
        status = add_member(bucket, by_column_blob(statement, 0), by_column_blob(statement, 1));
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    if (status != BANYAN_ERR_NOT_FOUND)
        return by_fail_plain(error, status);
    if (bucket->count > 0)
        qsort(bucket->members, bucket->count, sizeof bucket->members[0], order_members);
    for (size_t i = 0; i < bucket->count; i++)
        bucket->digests[i] = bucket->members[i].digest;
    return BANYAN_OK;
}

static enum banyan_status settle_bucket(struct by_view *view, uint32_t number,
                                        struct bucket *bucket, struct banyan_error *error)
{
    struct by_id digest;
    enum banyan_status status = read_bucket(view, number, bucket, error);
    if (status != BANYAN_OK)
        return status;
    bool is_empty = bucket->count == 0;
    sqlite3_stmt *statement =
        by_view_statement(view, is_empty ? BY_STATEMENT_BUCKET_REMOVE : BY_STATEMENT_BUCKET_PUT);
    by_bind_int(statement, 1, number);
    if (!is_empty) {
        by_bucket_digest(bucket->digests, bucket->count, &digest);
        by_bind_blob(statement, 2, by_id_bytes(&digest));
    }
    return by_view_run(view, statement, error);
}

enum banyan_status by_digest_settle(struct by_view *view, struct banyan_error *error)
{
    sqlite3_stmt *touched = by_view_statement(view, BY_STATEMENT_BUCKET_TOUCHED);
    struct bucket bucket = {.members = NULL};
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && (status = by_view_row(view, touched, error)) == BANYAN_OK)
        status = settle_bucket(view, (uint32_t)sqlite3_column_int(touched, 0), &bucket, error);
    sqlite3_reset(touched);
    free(bucket.members);
    free(bucket.digests);
    if (status != BANYAN_ERR_NOT_FOUND)
        return status;
    return by_view_run(view, by_view_statement(view, BY_STATEMENT_BUCKET_SETTLE), error);
}

enum banyan_status
by_view_root(struct by_view *view, struct by_id *out_root, struct banyan_error *error)
{
    struct by_id *buckets = calloc(BY_BUCKET_COUNT, sizeof buckets[0]);
    if (buckets == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_BUCKET_ALL);
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && (status = by_view_row(view, statement, error)) == BANYAN_OK) {
        int64_t number = sqlite3_column_int64(statement, 0);
        if (number < 0 || number >= BY_BUCKET_COUNT ||
            by_id_from_bytes(by_column_blob(statement, 1), &buckets[number]) != BANYAN_OK)
            status = BANYAN_ERR_DAMAGED;
    }
    sqlite3_reset(statement);
    if (status == BANYAN_ERR_NOT_FOUND) {
        by_view_digest(buckets, out_root);
        status = BANYAN_OK;
    }
    free(buckets);
    if (status == BANYAN_ERR_DAMAGED)
        return by_view_damaged(view, error);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, status);
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
