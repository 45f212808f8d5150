/*
 * The view digest: 65,536 buckets by the first 16 bits of the hash of the record name, each over
 * its records' digests in name-hash order; four 16-way levels above; then the fingerprint that
 * people compare (docs/protocol.md, Equal view).
 */
#ifndef BY_RECORD_DIGEST_H
#define BY_RECORD_DIGEST_H

#include "base/id.h"

#define BY_BUCKET_COUNT 65536u

/* Incrementally: feed record digests of one bucket in name-hash order. An empty bucket is 32 zero
 * bytes. */
void by_bucket_digest(const struct by_id *record_digests, size_t count, struct by_id *out_bucket);
/* buckets: BY_BUCKET_COUNT of them. Each level: BLAKE2b-256(tag LEVEL ‖ its 16 children), empty or
 * not. */
void by_view_digest(const struct by_id *buckets, struct by_id *out_root);

/* 8 groups of five digits, a space between: of BLAKE2b-256(tag VIEW ‖ network ‖ charter digest ‖
 * view digest), each group the next 4 bytes (big-endian) modulo 100,000. */
#define BY_FINGERPRINT_TEXT_BYTES 48
void by_fingerprint(const struct by_id *network, const struct by_id *charter,
                    const struct by_id *view, char out_text[BY_FINGERPRINT_TEXT_BYTES]);

#endif
