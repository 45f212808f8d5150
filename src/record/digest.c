#include "record/digest.h"

#include "crypto/hash.h"

static void begin(struct by_hash *hash, enum by_tag tag, const struct by_record_name *name)
{
    by_hash_init(hash, tag);
    by_hash_add(hash, by_id_bytes(&name->owner));
    by_hash_add(hash, by_bytes_of(name->uuid.bytes, sizeof name->uuid.bytes));
}

void by_record_leaf(const struct by_record_name *name, const struct by_id *ids, size_t count,
                    struct by_id *out_digest)
{
    static const uint8_t not_erased = 0;
    struct by_hash hash;

    begin(&hash, BY_TAG_RECORD_DIGEST, name);
    for (size_t i = 0; i < count; i++) {
        by_hash_add(&hash, by_id_bytes(&ids[i]));
        by_hash_add(&hash, by_bytes_of(&not_erased, 1));
    }
    by_hash_end(&hash, out_digest);
}

void by_record_branch(const struct by_record_name *name, const struct by_id children[BY_RECORD_FAN],
                      struct by_id *out_digest)
{
    struct by_hash hash;

    begin(&hash, BY_TAG_RECORD_BRANCH, name);
    for (size_t i = 0; i < BY_RECORD_FAN; i++)
        by_hash_add(&hash, by_id_bytes(&children[i]));
    by_hash_end(&hash, out_digest);
}

unsigned by_record_child(const struct by_id *id, size_t depth)
{
    uint8_t byte = id->bytes[depth / 2];

    return depth % 2 == 0 ? byte >> 4 : byte & 15u;
}

/* Sorted ids of one branch lie side by side. Ids differ, so the recursion ends with their bits. */
static void digest_at(const struct by_record_name *name, const struct by_id *ids, size_t count,
                      size_t depth, struct by_id *out_digest)
{
    struct by_id children[BY_RECORD_FAN];
    size_t begin_at = 0;

    if (count <= BY_RECORD_LEAF_MAX || depth == BY_RECORD_DEPTH_MAX) {
        by_record_leaf(name, ids, count, out_digest);
        return;
    }
    for (unsigned child = 0; child < BY_RECORD_FAN; child++) {
        size_t end = begin_at;

        while (end < count && by_record_child(&ids[end], depth) == child)
            end++;
        digest_at(name, ids + begin_at, end - begin_at, depth + 1, &children[child]);
        begin_at = end;
    }
    by_record_branch(name, children, out_digest);
}

void by_record_digest(const struct by_record_name *name, const struct by_id *operation_ids,
                      size_t count, struct by_id *out_digest)
{
    digest_at(name, operation_ids, count, 0, out_digest);
}

static void hash_ids(enum by_tag tag, const struct by_id *ids, size_t count, struct by_id *out_id)
{
    struct by_hash hash;

    by_hash_init(&hash, tag);
    for (size_t i = 0; i < count; i++)
        by_hash_add(&hash, by_id_bytes(&ids[i]));
    by_hash_end(&hash, out_id);
}

void by_bucket_digest(const struct by_id *record_digests, size_t count, struct by_id *out_bucket)
{
    *out_bucket = (struct by_id){{0}};
    if (count > 0)
        hash_ids(BY_TAG_BUCKET, record_digests, count, out_bucket);
}

uint32_t by_bucket_of(const struct by_id *name_hash)
{
    return (uint32_t)name_hash->bytes[0] << 8 | name_hash->bytes[1];
}

void by_level_digest(const struct by_id children[BY_LEVEL_FAN], struct by_id *out_digest)
{
    hash_ids(BY_TAG_LEVEL, children, BY_LEVEL_FAN, out_digest);
}

/* 16 children each, level below level: with four levels the recursion is four deep. */
void by_view_digest(const struct by_id *buckets, size_t count, struct by_id *out_root)
{
    struct by_id children[BY_LEVEL_FAN];

    if (count == 1) {
        *out_root = *buckets;
        return;
    }
    for (size_t i = 0; i < BY_LEVEL_FAN; i++)
        by_view_digest(buckets + i * (count / BY_LEVEL_FAN), count / BY_LEVEL_FAN, &children[i]);
    by_level_digest(children, out_root);
}

void by_fingerprint(const struct by_id *network, const struct by_id *charter,
                    const struct by_id *view, char out_text[BY_FINGERPRINT_TEXT_BYTES])
{
    const struct by_id parts[] = {*network, *charter, *view};
    struct by_id id;

    hash_ids(BY_TAG_VIEW, parts, 3, &id);
    for (size_t i = 0; i < 8; i++) {
        uint32_t group = by_get_u32be(id.bytes + 4 * i) % 100000u;

        (void)snprintf(out_text + 6 * i, 7, "%05u%s", (unsigned)group, i < 7 ? " " : "");
    }
}
