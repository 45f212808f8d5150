#include "log/entry.h"

#include "crypto/hash.h"

bool by_kind_is_act(uint16_t kind)
{
    return kind >= BY_KIND_ACT_FIRST;
}

bool by_entry_is_sealed(const struct by_entry *entry)
{
    return (entry->header.flags & BY_FLAG_SEALED) != 0;
}

void by_header_encode(const struct by_header *header, uint8_t out_bytes[BY_HEADER_BYTES])
{
    out_bytes[0] = BY_ENTRY_VERSION;
    out_bytes[1] = header->flags;
    by_put_u16le(out_bytes + 2, header->kind);
    by_put_u32le(out_bytes + 4, header->payload_size);
    by_put_u16le(out_bytes + 8, header->links_size);
    by_put_u64le(out_bytes + 10, header->seq);
    by_put_u64le(out_bytes + 18, header->hlc);
    by_log_id_put(out_bytes + 26, &header->log);
    memcpy(out_bytes + 66, header->prev.bytes, 32);
    memcpy(out_bytes + 98, header->links_hash.bytes, 32);
    memcpy(out_bytes + 130, header->payload_commit.bytes, 32);
}

enum banyan_status
by_header_decode(const uint8_t bytes[BY_HEADER_BYTES], struct by_header *out_header)
{
    struct by_header header;

    if (bytes[0] > BY_ENTRY_VERSION)
        return BANYAN_ERR_UPGRADE;
    if (bytes[0] < BY_ENTRY_VERSION)
        return BANYAN_ERR_MALFORMED;
    header.flags = bytes[1];
    header.kind = by_get_u16le(bytes + 2);
    header.payload_size = by_get_u32le(bytes + 4);
    header.links_size = by_get_u16le(bytes + 8);
    header.seq = by_get_u64le(bytes + 10);
    header.hlc = by_get_u64le(bytes + 18);
    by_log_id_get(bytes + 26, &header.log);
    memcpy(header.prev.bytes, bytes + 66, 32);
    memcpy(header.links_hash.bytes, bytes + 98, 32);
    memcpy(header.payload_commit.bytes, bytes + 130, 32);
    if ((header.flags & ~BY_FLAG_SEALED) != 0 || header.kind == 0 ||
        header.payload_size > BY_PAYLOAD_BYTES_MAX || header.links_size > BY_LINKS_BYTES_MAX)
        return BANYAN_ERR_MALFORMED;
    *out_header = header;
    return BANYAN_OK;
}

void by_entry_commit(struct by_entry *entry)
{
    struct by_header *header = &entry->header;

    assert(entry->payload.size <= BY_PAYLOAD_BYTES_MAX && entry->links.size <= BY_LINKS_BYTES_MAX);
    header->payload_size = (uint32_t)entry->payload.size;
    header->links_size = (uint16_t)entry->links.size;
    by_hash_bytes(BY_TAG_LINKS, entry->links, &header->links_hash);
    by_hash_salted(BY_TAG_PAYLOAD, entry->salt, entry->payload, &header->payload_commit);
}

/* Genesis cannot name the network that its own id will be. */
static const struct by_id *
sealed_network(const struct by_header *header, const struct by_id *network)
{
    static const struct by_id none;

    return header->kind == BY_KIND_GENESIS ? &none : network;
}

void by_entry_seal(struct by_entry *entry, const struct by_signing_key *key,
                   const struct by_id *network)
{
    uint8_t header[BY_HEADER_BYTES];

    assert(by_id_equal(&key->public_key, &entry->header.log.device));
    entry->header.flags |= BY_FLAG_SEALED;
    by_header_encode(&entry->header, header);
    by_sign(key, BY_TAG_ENTRY_SEAL, sealed_network(&entry->header, network),
            by_bytes_of(header, sizeof header), &entry->seal);
    by_entry_identify(entry);
}

void by_entry_identify(struct by_entry *entry)
{
    uint8_t bytes[BY_HEADER_BYTES + sizeof entry->seal.bytes];
    size_t size = BY_HEADER_BYTES;

    by_header_encode(&entry->header, bytes);
    if (by_entry_is_sealed(entry)) {
        memcpy(bytes + size, entry->seal.bytes, sizeof entry->seal.bytes);
        size += sizeof entry->seal.bytes;
    }
    by_hash_bytes(BY_TAG_ENTRY_ID, by_bytes_of(bytes, size), &entry->id);
}

enum banyan_status by_entry_verify_seal(const struct by_entry *entry, const struct by_id *network)
{
    uint8_t header[BY_HEADER_BYTES];

    if (!by_entry_is_sealed(entry))
        return BANYAN_ERR_BAD_SIGNATURE;
    by_header_encode(&entry->header, header);
    return by_verify(&entry->header.log.device, BY_TAG_ENTRY_SEAL,
                     sealed_network(&entry->header, network), by_bytes_of(header, sizeof header),
                     &entry->seal);
}

size_t by_entry_canonical_size(const struct by_entry *entry)
{
    size_t seal_size = by_entry_is_sealed(entry) ? sizeof entry->seal.bytes : 0;

    return BY_HEADER_BYTES + seal_size + BY_SALT_BYTES + entry->links.size + entry->payload.size;
}
