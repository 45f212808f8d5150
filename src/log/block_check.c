#include "log/block_rules.h"
#include "log/links.h"

static enum banyan_status check_base(const struct by_run *run)
{
    const struct by_block_base *base = &run->base;

    if (run->count == 0)
        return BANYAN_ERR_MALFORMED;
    if (run->count > BY_BLOCK_ENTRIES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (base->first_seq > UINT64_MAX - BY_BLOCK_ENTRIES_MAX)
        return BANYAN_ERR_MALFORMED;
    if ((base->first_seq == 0) != by_id_is_zero(&base->prev))
        return BANYAN_ERR_BROKEN_CHAIN;
    return BANYAN_OK;
}

static enum banyan_status check_sizes(const struct by_entry *entry)
{
    if (entry->links.size > BY_LINKS_BYTES_MAX || entry->payload.size > BY_PAYLOAD_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (entry->header.links_size != entry->links.size ||
        entry->header.payload_size != entry->payload.size)
        return BANYAN_ERR_MALFORMED;
    return BANYAN_OK;
}

static enum banyan_status check_flags(const struct by_entry *entry)
{
    static const struct by_signature none;
    const struct by_header *header = &entry->header;

    if ((header->flags & ~BY_FLAG_SEALED) != 0 || header->kind == 0)
        return BANYAN_ERR_MALFORMED;
    if (header->kind > BY_KIND_OPERATION && header->kind < BY_KIND_ACT_FIRST)
        return BANYAN_ERR_UPGRADE;
    if (by_entry_is_sealed(entry))
        return BANYAN_OK;
    if (by_kind_is_act(header->kind) || memcmp(&entry->seal, &none, sizeof none) != 0)
        return BANYAN_ERR_MALFORMED;
    return BANYAN_OK;
}

static enum banyan_status check_place(const struct by_run *run, size_t i)
{
    const struct by_header *header = &run->entries[i].header;

    if (!by_log_id_equal(&header->log, &run->base.log) || header->seq != run->base.first_seq + i)
        return BANYAN_ERR_BROKEN_CHAIN;
    if (by_kind_is_act(header->kind) != by_kind_is_act(run->entries[0].header.kind))
        return BANYAN_ERR_MALFORMED;
    return BANYAN_OK;
}

/* The whole block, and each stretch that waits for its seal. */
static enum banyan_status check_distance(const struct by_run *run)
{
    size_t block_size = 0;
    size_t stretch_size = 0;

    for (size_t i = 0; i < run->count; i++) {
        size_t size = by_entry_canonical_size(&run->entries[i]);

        block_size += size;
        stretch_size += size;
        if (by_entry_is_sealed(&run->entries[i]))
            stretch_size = 0;
        if (stretch_size >= BY_SEAL_BYTES_MAX || block_size > BY_BLOCK_BYTES_MAX)
            return BANYAN_ERR_TOO_LARGE;
    }
    return by_entry_is_sealed(&run->entries[run->count - 1]) ? BANYAN_OK : BANYAN_ERR_MALFORMED;
}

static enum banyan_status check_links(const struct by_entry *entry)
{
    return by_kind_is_act(entry->header.kind) ? by_act_links_check(entry->links)
                                              : by_op_links_check(entry->links);
}

enum banyan_status by_run_check_shape(const struct by_run *run)
{
    enum banyan_status status = check_base(run);

    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++) {
        status = check_sizes(&run->entries[i]);
        if (status == BANYAN_OK)
            status = check_flags(&run->entries[i]);
        if (status == BANYAN_OK)
            status = check_place(run, i);
    }
    if (status == BANYAN_OK)
        status = check_distance(run);
    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++)
        status = check_links(&run->entries[i]);
    return status;
}

static enum banyan_status check_hashes(const struct by_entry *entry)
{
    struct by_entry computed = *entry;

    by_entry_commit(&computed);
    by_entry_identify(&computed);
    if (!by_id_equal(&computed.header.links_hash, &entry->header.links_hash) ||
        !by_id_equal(&computed.header.payload_commit, &entry->header.payload_commit) ||
        !by_id_equal(&computed.id, &entry->id))
        return BANYAN_ERR_BROKEN_CHAIN;
    return BANYAN_OK;
}

enum banyan_status by_run_check(const struct by_run *run)
{
    const struct by_id *prev = &run->base.prev;
    enum banyan_status status = by_run_check_shape(run);

    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++) {
        if (!by_id_equal(&run->entries[i].header.prev, prev))
            return BANYAN_ERR_BROKEN_CHAIN;
        status = check_hashes(&run->entries[i]);
        prev = &run->entries[i].id;
    }
    return status;
}

enum banyan_status by_run_verify(const struct by_run *run, const struct by_id *network)
{
    enum banyan_status status = by_run_check(run);

    if (status == BANYAN_OK)
        status = by_run_verify_seal(run, network);
    return status;
}

enum banyan_status by_run_verify_seal(const struct by_run *run, const struct by_id *network)
{
    return by_entry_verify_seal(&run->entries[run->count - 1], network);
}
