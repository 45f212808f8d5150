/* The members, coordinators first, then by name. */
#include <stdlib.h>

#include "core/answer.h"
#include "core/member_records.h"
#include "live/heard.h"
#include "report/report.h"

struct row {
    const struct by_charter_org *org;
    struct by_heard heard;
};

static int order_rows(const void *a, const void *b)
{
    const struct by_charter_org *left = ((const struct row *)a)->org;
    const struct by_charter_org *right = ((const struct row *)b)->org;

    if (left->role != right->role)
        return left->role > right->role ? -1 : 1;
    int order = by_bytes_compare(left->profile.name, right->profile.name);
    return order != 0 ? order : by_id_compare(&left->profile.id, &right->profile.id);
}

static size_t count_devices(const struct by_node *node, const struct by_id *organisation)
{
    size_t count;
    size_t own = 0;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        own += !devices[i].is_revoked && by_id_equal(&devices[i].organisation, organisation);
    return own;
}

static void
write_id_or_null(struct by_json *json, const struct by_node *node, const struct by_id *organisation)
{
    if (by_id_is_zero(organisation))
        by_json_null(json);
    else
        by_json_organisation(json, node, organisation);
}

static void write_ms_or_null(struct by_json *json, uint64_t unix_ms)
{
    if (unix_ms == 0)
        by_json_null(json);
    else
        by_json_ms(json, unix_ms);
}

static void write_row(struct by_json *json, const struct by_node *node, const struct row *row,
                      const struct by_member_records *records)
{
    static const struct by_id nobody;
    const struct by_charter_org *org = row->org;

    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&org->profile.id));
    by_json_key(json, "name");
    by_json_text(json, org->profile.name);
    by_json_key(json, "country");
    by_json_text(json, org->profile.country);
    by_json_key(json, "kind");
    by_json_text(json, org->profile.kind);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(org->role));
    by_json_key(json, "since");
    by_json_stamp(json, org->since_hlc);
    by_json_key(json, "admitted_by");
    write_id_or_null(json, node, &org->admitted_by);
    by_json_key(json, "final");
    by_json_bool(json, org->is_final);
    by_json_key(json, "suspended");
    by_json_bool(json, org->is_suspended);
    by_json_key(json, "until");
    write_ms_or_null(json, org->until_ms);
    by_json_key(json, "removed");
    by_json_stamp(json, org->role == BY_ROLE_NONE ? org->lowered_hlc : 0);
    by_json_key(json, "removed_by");
    write_id_or_null(json, node, org->role == BY_ROLE_NONE ? &org->lowered_by : &nobody);
    by_json_key(json, "self");
    by_json_bool(json, by_id_equal(&org->profile.id, &node->organisation));
    by_json_key(json, "devices");
    by_json_int(json, (int64_t)count_devices(node, &org->profile.id));
    by_json_key(json, "last_heard");
    by_json_stamp(json, row->heard.hlc);
    by_json_key(json, "via");
    write_id_or_null(json, node, &row->heard.via);
    by_json_member_records(json, records, &org->profile.id);
    by_json_object_end(json);
}

enum banyan_status
by_report_members(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_member_records records = {.arena = &arena};
    struct by_heard *heard;
    struct by_json json;
    size_t count;
    struct row *rows = NULL;

    enum banyan_status status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = by_heard_read(node, &arena, &heard, error);
    if (status == BANYAN_OK && by_member_records_read(&records, node) != BANYAN_OK)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (status != BANYAN_OK)
        goto out;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);
    rows = by_arena_array(&arena, count + 1, sizeof *rows);
    if (rows == NULL) {
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
        goto out;
    }
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct row){&orgs[i], heard[i]};
    qsort(rows, count, sizeof *rows, order_rows);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < count; i++)
        write_row(&json, node, &rows[i], &records);
    by_json_array_end(&json);
    status = by_json_done(&json, error);
out:
    by_arena_deinit(&arena);
    return status;
}
