#include "log/tip.h"

void by_log_tip_encode(const struct by_entry *entry, uint8_t out_bytes[BY_TIP_BYTES])
{
    assert(by_entry_is_sealed(entry));
    by_header_encode(&entry->header, out_bytes);
    memcpy(out_bytes + BY_HEADER_BYTES, entry->seal.bytes, sizeof entry->seal.bytes);
}

enum banyan_status by_log_tip_read(const uint8_t bytes[BY_TIP_BYTES], const struct by_id *network,
                                   struct by_log_tip *out_tip)
{
    struct by_entry entry = {.links = {NULL, 0}};
    enum banyan_status status = by_header_decode(bytes, &entry.header);

    if (status == BANYAN_OK && by_kind_is_act(entry.header.kind))
        status = BANYAN_ERR_MALFORMED;
    if (status != BANYAN_OK)
        return status;
    memcpy(entry.seal.bytes, bytes + BY_HEADER_BYTES, sizeof entry.seal.bytes);
    status = by_entry_verify_seal(&entry, network);
    if (status != BANYAN_OK)
        return status;
    by_entry_identify(&entry);
    *out_tip = (struct by_log_tip){entry.header.log, entry.header.seq, entry.id};
    return BANYAN_OK;
}

int by_log_tip_compare(const struct by_log_tip *a, const struct by_log_tip *b)
{
    if (a->seq != b->seq)
        return a->seq < b->seq ? -1 : 1;
    return by_id_compare(&a->id, &b->id);
}

int by_log_tips_compare(const struct by_log_tip *a, size_t a_count, const struct by_log_tip *b,
                        size_t b_count)
{
    size_t shorter = a_count < b_count ? a_count : b_count;

    if (shorter > 0 && a[a_count - 1].seq != b[b_count - 1].seq)
        return a[a_count - 1].seq < b[b_count - 1].seq ? -1 : 1;
    for (size_t i = 0; shorter > 0 && i < shorter; i++)
        if (by_log_tip_compare(&a[i], &b[i]) != 0)
            return by_log_tip_compare(&a[i], &b[i]);
    return (a_count > b_count) - (a_count < b_count);
}
