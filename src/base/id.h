/*
 * Identifiers of fixed size: hashes (entries, networks), keys (organisations, devices), logs.
 */
#ifndef BY_BASE_ID_H
#define BY_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* 32 bytes: an entry id, a network id, an organisation id or a public key; the name of the variable
 * says which. */
struct by_id {
    uint8_t bytes[32];
};

/* A log: device public key, then 8 bytes drawn when the log began. */
struct by_log_id {
    struct by_id device;
    uint8_t nonce[8];
};

struct by_signature {
    uint8_t bytes[64];
};

bool by_id_equal(const struct by_id *a, const struct by_id *b);
bool by_id_is_zero(const struct by_id *id);
/* Bytewise order: the order of every sorted list of ids in the protocol. */
int by_id_compare(const struct by_id *a, const struct by_id *b);
struct by_bytes by_id_bytes(const struct by_id *id);
/* BANYAN_ERR_MALFORMED unless bytes are exactly 32. */
BANYAN_MUST_CHECK enum banyan_status by_id_from_bytes(struct by_bytes bytes, struct by_id *out_id);

bool by_log_id_equal(const struct by_log_id *a, const struct by_log_id *b);
int by_log_id_compare(const struct by_log_id *a, const struct by_log_id *b);
/* The 40 bytes of the protocol. */
void by_log_id_put(uint8_t at[40], const struct by_log_id *log);
void by_log_id_get(const uint8_t at[40], struct by_log_id *out_log);

/* qsort and bsearch forms of by_id_compare. */
int by_id_order(const void *a, const void *b);

#endif
