#include "log/writer.h"

#include "base/hlc.h"
#include "log/links.h"

static_assert(BY_BLOCK_ENTRIES_MAX == BY_SEAL_ENTRIES_MAX, "every sealed stretch is one block");

void by_writer_init(struct by_writer *writer, const struct by_signing_key *key,
                    const struct by_id *network, const struct by_block_base *next,
                    by_run_sink *sink, void *context)
{
    *writer = (struct by_writer){
        .key = key,
        .network = *network,
        .next = *next,
        .bytes = BY_BUFFER_INIT(BY_BLOCK_BYTES_MAX),
        .sink = sink,
        .context = context,
    };
}

void by_writer_deinit(struct by_writer *writer)
{
    by_buffer_deinit(&writer->bytes);
    writer->count = 0;
}

static enum banyan_status
check(const struct by_writer *writer, uint16_t kind, struct by_bytes links, struct by_bytes payload)
{
    bool is_act = by_kind_is_act(kind);

    if ((!is_act && kind != BY_KIND_OPERATION) || (is_act && writer->count > 0))
        return BANYAN_ERR_USAGE;
    if (payload.size > BY_PAYLOAD_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    return is_act ? by_act_links_check(links) : by_op_links_check(links);
}

/* The previous entry is known now not to be the sealed one, so its id can be made. */
static struct by_id last_id(struct by_writer *writer)
{
    struct by_entry *last = NULL;

    if (writer->count == 0)
        return writer->next.prev;
    last = &writer->entries[writer->count - 1];
    by_entry_identify(last);
    return last->id;
}

static void
start_entry(struct by_writer *writer, struct by_entry *entry, uint16_t kind, uint64_t wall_ms)
{
    writer->last_hlc = by_hlc_next(writer->last_hlc, wall_ms);
    *entry = (struct by_entry){
        .header =
            {
                .kind = kind,
                .seq = writer->next.first_seq + writer->count,
                .hlc = writer->last_hlc,
                .log = writer->next.log,
                .prev = last_id(writer),
            },
    };
}

enum banyan_status by_writer_add(struct by_writer *writer, uint16_t kind, struct by_bytes links,
                                 struct by_bytes payload, const uint8_t salt[BY_SALT_BYTES],
                                 uint64_t wall_ms)
{
    struct by_entry *entry = &writer->entries[writer->count];
    enum banyan_status status = check(writer, kind, links, payload);
    uint8_t *at = NULL;

    if (status == BANYAN_OK)
        status = by_buffer_extend(&writer->bytes, links.size + payload.size, &at);
    if (status != BANYAN_OK)
        return status;
    memcpy(at, links.data, links.size);
    if (payload.size > 0)
        memcpy(at + links.size, payload.data, payload.size);
    start_entry(writer, entry, kind, wall_ms);
    memcpy(entry->salt, salt, sizeof entry->salt);
    entry->links = links;
    entry->payload = payload;
    by_entry_commit(entry);
    writer->count++;
    writer->canonical_size += by_entry_canonical_size(entry);
    if (by_kind_is_act(kind) || writer->count == BY_SEAL_ENTRIES_MAX ||
        writer->canonical_size >= BY_SEAL_BYTES_MAX)
        status = by_writer_flush(writer);
    return status;
}

/* The copies may have moved while the stretch grew; they lie one behind the other. */
static void point_at_copies(struct by_writer *writer)
{
    const uint8_t *at = writer->bytes.data;

    for (size_t i = 0; i < writer->count; i++) {
        struct by_entry *entry = &writer->entries[i];

        entry->links.data = at;
        entry->payload.data = at + entry->links.size;
        at += entry->links.size + entry->payload.size;
    }
}

static enum banyan_status seal_last(struct by_writer *writer, const struct by_run *run)
{
    struct by_entry *last = &writer->entries[writer->count - 1];
    enum banyan_status status = BANYAN_OK;

    if (writer->seal == NULL) {
        by_entry_seal(last, writer->key, &writer->network);
        return BANYAN_OK;
    }
    last->header.flags |= BY_FLAG_SEALED;
    by_entry_identify(last);
    status = writer->seal(writer->context, run, &last->seal);
    by_entry_identify(last);
    return status;
}

enum banyan_status by_writer_flush(struct by_writer *writer)
{
    struct by_run run = {.base = writer->next, .entries = writer->entries, .count = writer->count};
    enum banyan_status status = BANYAN_OK;

    if (writer->count == 0)
        return BANYAN_OK;
    point_at_copies(writer);
    status = seal_last(writer, &run);
    if (status == BANYAN_OK)
        status = writer->sink(writer->context, &run);
    writer->next.first_seq += writer->count;
    writer->next.prev = writer->entries[writer->count - 1].id;
    writer->count = 0;
    writer->canonical_size = 0;
    by_buffer_reset(&writer->bytes);
    return status;
}
