#include "core/answer.h"
#include "core/counts.h"
#include "report/report.h"

enum banyan_status
by_report_fingerprint(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    char digits[BY_FINGERPRINT_TEXT_BYTES];
    struct by_value counts;
    struct by_json json;

    enum banyan_status status = by_node_view(node, NULL, error);
    if (status == BANYAN_OK)
        status = by_counts_read(node, &arena, &counts, error);
    if (status == BANYAN_OK)
        status = by_counts_fingerprint(node, digits, error);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        by_json_key(&json, "fingerprint");
        by_json_literal(&json, digits);
        by_json_key(&json, "network");
        by_json_hex(&json, by_id_bytes(&node->network));
        by_json_key(&json, "records");
        by_json_int(&json, by_counts_records(&counts));
        by_json_key(&json, "members");
        by_json_int(&json, (int64_t)by_counts_members(node));
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_arena_deinit(&arena);
    return status;
}
