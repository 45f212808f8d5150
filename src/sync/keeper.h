/*
 * What a running node does with the key of its device for the other programs of its user, where the
 * key file is sealed: requests as bytes, and whether they are granted. Pure.
 *
 * Nobody gets bytes signed that it chose: what comes is the thing itself, which is read as any
 * reader would read it, and is of this device and this network.
 *
 *   request  version u8 = 1 ‖ wish u8 ‖ body, at most BY_KEEPER_REQUEST_BYTES_MAX
 *     0 hello   nothing; granted: public key of the device 32
 *     1 seal    log id 40 ‖ first seq u64 ‖ prev 32 ‖ the entries as a packed block, of which the
 * last alone is sealed, by 64 zero bytes; granted: that seal 64 2 bundle  header hash 32 ‖ map of
 * the manifest; granted: the maker's signature 64 3 view    network 32 ‖ view 32 ‖ charter 32 ‖
 * records u64 ‖ when u64; granted: signature 64 4 open    a box to the transport key 80; granted:
 * what is in it 32 answer   0 ‖ what is granted, or 1: refused
 */
#ifndef BY_SYNC_KEEPER_H
#define BY_SYNC_KEEPER_H

#include "sync/bundle.h"
#include "sync/signed_view.h"

#define BY_KEEPER_VERSION           1u
#define BY_KEEPER_REQUEST_BYTES_MAX (2u + 40u + 8u + 32u + BY_BLOCK_PACKED_BYTES_MAX)
#define BY_KEEPER_ANSWER_BYTES_MAX  (1u + sizeof(struct by_signature))

/* -- asking: each appends a request to out -- */
BANYAN_MUST_CHECK enum banyan_status by_keeper_ask_hello(struct by_buffer *out);
/* run as by_run_seal gets it. */
BANYAN_MUST_CHECK enum banyan_status
by_keeper_ask_seal(const struct by_run *run, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status by_keeper_ask_bundle(const struct by_bundle_manifest *manifest,
                                                          const struct by_id *header_hash,
                                                          struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status by_keeper_ask_view(const struct by_view_statement *statement,
                                                        uint64_t at_ms, struct by_buffer *out);
BANYAN_MUST_CHECK enum banyan_status
by_keeper_ask_open(const uint8_t sealed[BY_SEALED_BYTES], struct by_buffer *out);
/* What was granted, exactly size bytes. BANYAN_ERR_DENIED: refused. BANYAN_ERR_MALFORMED. */
BANYAN_MUST_CHECK enum banyan_status
by_keeper_take(struct by_bytes answer, uint8_t *out, size_t size);

/* -- granting -- */
struct by_keeper {
    const struct by_signing_key *device;
    const struct by_box_key *transport;
    struct by_id network;
    /* Whether the run hangs where its log ends: an honest device writes no place of a log twice.
     * BANYAN_OK, or anything else. */
    enum banyan_status (*follows)(void *context, const struct by_run *run);
    /* It was granted, and is sealed. */
    void (*sealed)(void *context, const struct by_run *run);
    void *context;
};
/* Appends the answer, whatever the request is. BANYAN_ERR_MEMORY. out holds what is secret after
 * BY_KEEPER_OPEN. */
BANYAN_MUST_CHECK enum banyan_status
by_keeper_answer(const struct by_keeper *keeper, struct by_bytes request, struct by_buffer *out);

#endif
