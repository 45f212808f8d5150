#include "core/counts.h"

enum banyan_status by_counts_read(struct by_node *node, struct by_arena *arena,
                                  struct by_value *out_counts, struct banyan_error *error)
{
    struct by_buffer json = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    enum banyan_status status = by_view_counts(node->view, by_node_decides_on(node), &json, error);

    if (status == BANYAN_OK)
        status = by_json_parse(by_buffer_bytes(&json), arena, out_counts, error);
    by_buffer_deinit(&json);
    return status;
}

int64_t by_counts_records(const struct by_value *counts)
{
    const struct by_value *records = by_value_get(counts, "records");
    int64_t sum = 0;

    for (size_t i = 0; records != NULL && i < records->map.count; i++)
        sum += records->map.pairs[i].value.integer;
    return sum;
}

size_t by_counts_members(const struct by_node *node)
{
    size_t count;
    size_t with_role = 0;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        with_role += orgs[i].role != BY_ROLE_NONE;
    return with_role;
}

enum banyan_status by_counts_fingerprint(struct by_node *node,
                                         char out_text[BY_FINGERPRINT_TEXT_BYTES],
                                         struct banyan_error *error)
{
    struct by_id root, charter;
    enum banyan_status status = by_view_root(node->view, &root, error);

    if (status != BANYAN_OK)
        return status;
    by_charter_digest(node->charter, &charter);
    by_fingerprint(&node->network, &charter, &root, out_text);
    return BANYAN_OK;
}
