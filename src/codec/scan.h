/*
 * The pre-scan: decides whether bytes are one canonical MessagePack value, before any library
 * unpacks them.
 *
 * Canonical (docs/protocol.md, Payload): one value and nothing behind it; shortest forms; map keys
 * are strings, bytewise sorted (shorter key first where one begins the other), none twice; float64
 * only, no NaN, infinity or -0.0, and no value that an integer up to 2^53 could say; strings valid
 * UTF-8 in normal form C without control characters other than LF and TAB; no extension types;
 * depth, key and size bounds of base/limits.h. Iterative, allocates nothing but what the normal
 * form check needs.
 */
#ifndef BY_CODEC_SCAN_H
#define BY_CODEC_SCAN_H

#include "base/bytes.h"

/* Which bounds hold: payloads are bounded in depth, keys and string size; links may be longer
 * lists. */
struct by_scan_limits {
    size_t bytes_max;
    size_t depth_max;
    size_t items_max; /* of one array */
    size_t keys_max;  /* of one map */
    size_t string_bytes_max;
};
extern const struct by_scan_limits by_scan_payload_limits;
extern const struct by_scan_limits by_scan_links_limits;

/*
 * Returns BANYAN_ERR_TRUNCATED      it ends inside a value
 *         BANYAN_ERR_NOT_CANONICAL  longer form than needed, unsorted or doubled key, bytes behind
 * the value, float form BANYAN_ERR_BAD_TEXT       a string is not valid text BANYAN_ERR_MALFORMED
 * a type that payloads do not have BANYAN_ERR_TOO_LARGE      a bound is passed Cost    one pass.
 */
BANYAN_MUST_CHECK enum banyan_status
by_scan(struct by_bytes bytes, const struct by_scan_limits *limits);

#endif
