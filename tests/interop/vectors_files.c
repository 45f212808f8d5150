/* The record of the network as a proof, and what both organisations sign of their view. */
#include <stdlib.h>
#include <string.h>

#include "record/field_value.h"
#include "sync/proof.h"
#include "sync/signed_view.h"
#include "vectors.h"

/* In the order of the blocks: genesis, invite, join, admit, open. */
#define ACTS_OF_SIGNERS 4u
#define ACTS_OF_LOG     5u

static void put_acts(const struct maker *maker, size_t count, struct by_buffer *out)
{
    need(by_buffer_append_varint(out, count));
    for (size_t i = 0; i < count; i++)
        need(by_proof_put_block(&maker->blocks[i].base, by_buffer_bytes(&maker->blocks[i].packed),
                                out));
}

/* Of the record log all; of what is not of the record only headers. */
static void
print_proof(struct maker *maker, const struct network *network, const struct by_record_name *name)
{
    const struct by_proof_head head = {.network = network->id, .record = *name};
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_entry entries[ENTRIES_MAX];

    need(by_proof_put_head(&head, &file));
    put_acts(maker, ACTS_OF_LOG, &file);
    for (size_t i = 0; i < maker->operation_count; i++) {
        struct by_record_name other;

        entries[i] = maker->operations[i];
        need(by_op_links_name(entries[i].links, &other));
        if (!by_record_name_equal(&other, name))
            entries[i].links = entries[i].payload = by_bytes_of(NULL, 0);
    }
    need(by_buffer_append_varint(&file, 1));
    need(by_proof_put_stretch(entries, maker->operation_count, &file));
    print_hex(maker, "proof", by_buffer_bytes(&file));
    by_buffer_deinit(&file);
}

static int order_signatures(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_view_signature *)a)->device,
                         &((const struct by_view_signature *)b)->device);
}

static void print_signed_view(struct maker *maker, const struct network *network,
                              const struct by_record_name *name, const struct by_id *digest,
                              const struct by_id *view)
{
    struct by_view_statement statement = {.network = network->id, .view = *view, .record_count = 1};
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_view_signature signatures[2];
    uint8_t place[BY_VIEW_PLACE_BYTES];
    struct by_id hash;

    memset(statement.charter.bytes, 7, sizeof statement.charter.bytes);
    by_view_statement_sign(&statement, &network->founder.device, WALL_MS, &signatures[0]);
    by_view_statement_sign(&statement, &network->guest.device, WALL_MS + 1, &signatures[1]);
    qsort(signatures, 2, sizeof signatures[0], order_signatures);
    by_record_name_hash(name, &hash);
    memcpy(place, hash.bytes, 8);
    memcpy(place + 8, digest->bytes, 8);
    need(by_signed_view_put_head(&statement, &file));
    put_acts(maker, ACTS_OF_SIGNERS, &file);
    need(by_signed_view_put_signatures(signatures, 2, &file));
    need(by_signed_view_put_places(by_bytes_of(place, sizeof place), &file));
    print_hex(maker, "signed_view", by_buffer_bytes(&file));
    by_buffer_deinit(&file);
}

void print_files(struct maker *maker, const struct network *network,
                 const struct by_record_name *name, const struct by_id *record_digest,
                 const struct by_id *view_digest)
{
    print_proof(maker, network, name);
    print_signed_view(maker, network, name, record_digest, view_digest);
}
