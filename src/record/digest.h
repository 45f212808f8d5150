/*
 * The view digest: 65,536 buckets by the first 16 bits of the hash of the record name, each over
 * its records' digests in name-hash order; four 16-way levels above; then the fingerprint that
 * people compare (docs/protocol.md, Equal view).
 */
#ifndef BY_RECORD_DIGEST_H
#define BY_RECORD_DIGEST_H

#include "log/links.h"

#define BY_BUCKET_COUNT 65536u

/*
 * Digest of one record: of up to 64 counting operations BLAKE2b-256(tag RECORD_DIGEST ‖ owner ‖
 * uuid ‖ for each in id order: id ‖ erased u8); of more BLAKE2b-256(tag RECORD_BRANCH ‖ owner ‖
 * uuid ‖ 16 digests of the same form, of those whose ids have the first four bits 0, 1, ... 15),
 * and so on with the next four bits. So it is a function of the set alone, and one operation more
 * changes the few digests above it. ids sorted, none twice.
 */
void by_record_digest(const struct by_record_name *name, const struct by_id *operation_ids,
                      size_t count, struct by_id *out_digest);
/* Its parts, for who keeps them up one by one (view/id_tree.h). */
#define BY_RECORD_LEAF_MAX  64u
#define BY_RECORD_FAN       16u
#define BY_RECORD_DEPTH_MAX 64u /* an id has so many times four bits */
void by_record_leaf(const struct by_record_name *name, const struct by_id *ids, size_t count,
                    struct by_id *out_digest);
void by_record_branch(const struct by_record_name *name, const struct by_id children[BY_RECORD_FAN],
                      struct by_id *out_digest);
/* Which child of a branch that many levels down an id belongs to. */
unsigned by_record_child(const struct by_id *id, size_t depth);

/* Incrementally: feed record digests of one bucket in name-hash order. An empty bucket is 32 zero
 * bytes. */
void by_bucket_digest(const struct by_id *record_digests, size_t count, struct by_id *out_bucket);
/* The bucket of a record: the first 16 bits of the hash of its name. */
uint32_t by_bucket_of(const struct by_id *name_hash);
/* Levels above: BLAKE2b-256(tag LEVEL ‖ its 16 children), empty or not. */
#define BY_LEVEL_FAN 16u
void by_level_digest(const struct by_id children[BY_LEVEL_FAN], struct by_id *out_digest);
/* The node above so many buckets: BY_BUCKET_COUNT for the whole view, or that by 16 some times; of
 * one bucket itself. */
void by_view_digest(const struct by_id *buckets, size_t count, struct by_id *out_root);

/* 8 groups of five digits, a space between: of BLAKE2b-256(tag VIEW ‖ network ‖ charter digest ‖
 * view digest), each group the next 4 bytes (big-endian) modulo 100,000. */
#define BY_FINGERPRINT_TEXT_BYTES 48
void by_fingerprint(const struct by_id *network, const struct by_id *charter,
                    const struct by_id *view, char out_text[BY_FINGERPRINT_TEXT_BYTES]);

#endif
