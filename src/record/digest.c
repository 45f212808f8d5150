#include "record/digest.h"

#include "crypto/hash.h"
#include "record/merge.h"

#define FAN 16u

void by_record_digest(const struct by_record_name *name, const struct by_id *operation_ids,
                      size_t count, struct by_id *out_digest)
{
    static const uint8_t not_erased = 0;
    struct by_hash hash;

    by_hash_init(&hash, BY_TAG_RECORD_DIGEST);
    by_hash_add(&hash, by_id_bytes(&name->owner));
    by_hash_add(&hash, by_bytes_of(name->uuid.bytes, sizeof name->uuid.bytes));
    for (size_t i = 0; i < count; i++) {
        by_hash_add(&hash, by_id_bytes(&operation_ids[i]));
        by_hash_add(&hash, by_bytes_of(&not_erased, 1));
    }
    by_hash_end(&hash, out_digest);
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

/* 16 children each, level below level: with four levels the recursion is four deep. */
static void hash_level(const struct by_id *buckets, size_t count, struct by_id *out_id)
{
    struct by_id children[FAN];

    if (count == 1) {
        *out_id = *buckets;
        return;
    }
    for (size_t i = 0; i < FAN; i++)
        hash_level(buckets + i * (count / FAN), count / FAN, &children[i]);
    hash_ids(BY_TAG_LEVEL, children, FAN, out_id);
}

void by_view_digest(const struct by_id *buckets, struct by_id *out_root)
{
    hash_level(buckets, BY_BUCKET_COUNT, out_root);
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
