/*
 * Proofs: whatever the bytes, what is handed over keeps its rules, and nothing before a seal that
 * verifies.
 */
#include <assert.h>
#include <stdint.h>

#include "sync/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    size_t acts, entries;
};

static enum banyan_status take_acts(void *context, const struct by_run *run)
{
    struct seen *seen = context;

    assert(seen->entries == 0);
    assert(by_run_check(run) == BANYAN_OK);
    assert(by_kind_is_act(run->entries[0].header.kind));
    seen->acts += run->count;
    return BANYAN_OK;
}

static enum banyan_status
take_entry(void *context, const struct by_entry *entry, const struct by_id *last)
{
    struct seen *seen = context;
    struct by_record_name name;

    assert(!by_id_is_zero(last));
    assert(entry->header.kind == BY_KIND_OPERATION);
    assert(by_op_links_name(entry->links, &name) == BANYAN_OK);
    seen->entries++;
    return BANYAN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {0};
    const struct by_proof_sink sink = {take_acts, take_entry, &seen};
    struct by_proof_head head;
    enum banyan_status status = by_proof_read(by_bytes_of(data, size), &sink, &head);

    assert(status != BANYAN_OK || by_proof_is(by_bytes_of(data, size)));
    assert(seen.acts <= size && seen.entries <= size);
    return 0;
}
