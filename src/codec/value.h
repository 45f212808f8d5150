/*
 * Values: the tree behind a payload, links or a JSON text. Made in an arena, borrowed from there,
 * never changed after.
 */
#ifndef BY_CODEC_VALUE_H
#define BY_CODEC_VALUE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "codec/scan.h"

enum by_value_kind {
    BY_VALUE_NIL,
    BY_VALUE_BOOL,
    BY_VALUE_INT,   /* what fits int64 */
    BY_VALUE_UINT,  /* above INT64_MAX only */
    BY_VALUE_FLOAT, /* never integral up to 2^53: those are INT */
    BY_VALUE_TEXT,
    BY_VALUE_BIN,
    BY_VALUE_ARRAY,
    BY_VALUE_MAP
};

struct by_pair;
struct by_value {
    enum by_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double real;
        struct by_bytes bytes; /* TEXT, BIN */
        struct {
            struct by_value *items;
            size_t count;
        } array;
        struct {
            struct by_pair *pairs; /* in bytewise key order */
            size_t count;
        } map;
    };
};
struct by_pair {
    struct by_bytes key;
    struct by_value value;
};

struct by_value by_value_nil(void);
struct by_value by_value_bool(bool boolean);
struct by_value by_value_int(int64_t integer);
/* Integral numbers up to 2^53 become INT. */
struct by_value by_value_real(double real);
struct by_value by_value_text(struct by_bytes text);
struct by_value by_value_literal(const char *text);
struct by_value by_value_bin(struct by_bytes bin);
/* Arrays and maps with room for count; the caller fills items, and sorts maps with
 * by_value_map_sort. NULL items when memory ran out and count > 0. */
struct by_value by_value_array(struct by_arena *arena, size_t count);
struct by_value by_value_map(struct by_arena *arena, size_t count);
/* Into bytewise key order; BANYAN_ERR_INVALID for a key twice. */
BANYAN_MUST_CHECK enum banyan_status by_value_map_sort(struct by_value *map);

/* NULL when map is no map or lacks the key. */
const struct by_value *by_value_get(const struct by_value *map, const char *key);
const struct by_value *by_value_get_bytes(const struct by_value *map, struct by_bytes key);
/* Typed look-ups; BANYAN_ERR_MALFORMED when missing or of another kind, so a decoder is a list of
 * these. */
BANYAN_MUST_CHECK enum banyan_status
by_value_get_text(const struct by_value *map, const char *key, struct by_bytes *out_text);
BANYAN_MUST_CHECK enum banyan_status by_value_get_bin(const struct by_value *map, const char *key,
                                                      size_t size, struct by_bytes *out_bin);
BANYAN_MUST_CHECK enum banyan_status by_value_get_int(const struct by_value *map, const char *key,
                                                      int64_t min, int64_t max,
                                                      int64_t *out_integer);

/* Pre-scan, then unpack. Text and bin point into bytes, which must outlive the value. */
BANYAN_MUST_CHECK enum banyan_status
by_value_decode(struct by_bytes bytes, const struct by_scan_limits *limits, struct by_arena *arena,
                struct by_value *out_value);
/* Canonical bytes, appended. Maps must be sorted (asserted). BANYAN_ERR_INVALID for NaN, infinity
 * or a FLOAT that is an integer; BANYAN_ERR_TOO_LARGE past BY_JSON_DEPTH_MAX or the buffer. */
BANYAN_MUST_CHECK enum banyan_status
by_value_encode(const struct by_value *value, struct by_buffer *out);
/* A deep copy into arena, bytes included. */
BANYAN_MUST_CHECK enum banyan_status
by_value_copy(const struct by_value *value, struct by_arena *arena, struct by_value *out_copy);
/* Equal canonical bytes. */
bool by_value_equal(const struct by_value *a, const struct by_value *b);

#endif
