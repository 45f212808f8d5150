/*
 * Making test vectors: what the files of the program share.
 *
 *   vectors.c        a small network: keys, blocks, names, digests, codes, notes
 *   vectors_acts.c   acts that come later in its life
 *   vectors_files.c  a proof of its record, and a signed view
 */
#ifndef BY_TESTS_INTEROP_VECTORS_H
#define BY_TESTS_INTEROP_VECTORS_H

#include "codec/json.h"
#include "log/writer.h"
#include "member/act.h"

#define WALL_MS 1767225600000u /* 2026-01-01T00:00:00Z */

/* A block as it was printed. */
struct made_block {
    struct by_block_base base;
    struct by_buffer packed;
};
#define BLOCKS_MAX  32u
#define ENTRIES_MAX 16u

struct maker {
    struct by_json json;
    struct by_zip zip;
    struct by_id last_id;
    const char *name; /* of the entry being written */
    uint8_t salt_next;
    struct by_arena arena;
    struct made_block blocks[BLOCKS_MAX];
    size_t block_count;
    struct by_entry operations[ENTRIES_MAX]; /* of the record log, in order */
    size_t operation_count;
};

/* An organisation's keys: root, device and transport from three seeds in a row. */
struct keys {
    struct by_signing_key root;
    struct by_signing_key device;
    struct by_box_key transport;
};

/* Ends the program for any other status. */
void need(enum banyan_status status);
void print_hex(struct maker *maker, const char *key, struct by_bytes bytes);
void print_id(struct maker *maker, const char *key, const struct by_id *id);
void print_keys(struct maker *maker, const char *name, uint8_t fill, const struct keys *keys);
struct keys make_keys(uint8_t fill);
struct by_writer start_log(struct maker *maker, const struct by_signing_key *device, uint8_t nonce,
                           const struct by_id *network);
/* Print the block of one act; its id. parents sorted. */
struct by_id add_act(struct maker *maker, struct by_writer *writer, const char *name,
                     const struct by_act *act, const struct by_id *parents, size_t parent_count);

/* What there is to say more about. */
struct network {
    struct by_id id;
    struct keys founder, guest, later; /* later: the guest's next root key, and its second device */
    struct by_writer founder_acts, guest_acts;
    struct by_id last_act; /* of those in the blocks so far */
};

/* Print blocks of acts. */
void print_later_acts(struct maker *maker, struct network *network);
/* Print "confirm", "proof" and "signed_view". */
void print_digits(struct maker *maker, const struct by_id *join);
void print_files(struct maker *maker, const struct network *network,
                 const struct by_record_name *name, const struct by_id *record_digest,
                 const struct by_id *view_digest);

#endif
