#include "core/member_records.h"

#include <stdio.h>

#include "base/date.h"

#define ROWS_MAX 10000u
#define TIME_MS  2000u

/* An organisation's own word for itself is the record that it owns. A focal point is one for as
 * long as it says. */
static const char question[] =
    "SELECT o.member,"
    " (SELECT count(*) FROM contact c WHERE c.org_fid = o.fid AND c.role = 'focal_point'"
    "  AND coalesce(c.valid_to, '9') >= '%.10s' AND coalesce(c.valid_from, '0') <= '%.10s'),"
    " (SELECT m.principles_version FROM membership m WHERE m.org_fid = o.fid AND"
    "  m.principles_version IS NOT NULL ORDER BY m.accepted_on DESC, m.id LIMIT 1),"
    " (SELECT m.accepted_on FROM membership m WHERE m.org_fid = o.fid AND"
    "  m.principles_version IS NOT NULL ORDER BY m.accepted_on DESC, m.id LIMIT 1)"
    " FROM org o WHERE o.member = o.record_owner ORDER BY o.fid";

enum banyan_status by_member_records_read(struct by_member_records *records, struct by_node *node)
{
    struct by_buffer out = BY_BUFFER_INIT(SIZE_MAX);
    char sql[sizeof question + 2 * BY_DATE_TIME_BYTES];
    char now[BY_DATE_TIME_BYTES];
    struct by_value answer;
    enum banyan_status status = by_node_view(node, NULL, NULL);

    by_date_time_text(by_os_wall_ms(), now);
    (void)snprintf(sql, sizeof sql, question, now, now);
    if (status == BANYAN_OK)
        status = by_view_sql(node->view, sql, ROWS_MAX, TIME_MS, &out, NULL);
    if (status == BANYAN_OK)
        status = by_json_parse(by_buffer_bytes(&out), records->arena, &answer, NULL);
    if (status == BANYAN_OK && by_value_get(&answer, "rows") != NULL) {
        records->rows = *by_value_get(&answer, "rows");
        records->is_known = true;
    }
    by_buffer_deinit(&out);
    return status == BANYAN_ERR_MEMORY ? status : BANYAN_OK;
}

static const struct by_value *
find(const struct by_member_records *records, const struct by_id *organisation)
{
    char id[65];

    by_hex(by_id_bytes(organisation), id);
    for (size_t i = 0; records->is_known && i < records->rows.array.count; i++) {
        const struct by_value *row = &records->rows.array.items[i];

        if (row->array.count == 4 && row->array.items[0].kind == BY_VALUE_TEXT &&
            by_bytes_equal(row->array.items[0].bytes, by_bytes_of_text(id)))
            return row->array.items;
    }
    return NULL;
}

void by_json_member_records(struct by_json *json, const struct by_member_records *records,
                            const struct by_id *organisation)
{
    const struct by_value *row = find(records, organisation);

    by_json_key(json, "focal_points");
    if (row == NULL)
        by_json_null(json);
    else
        by_json_value(json, &row[1]);
    by_json_key(json, "principles");
    if (row == NULL || row[2].kind != BY_VALUE_TEXT) {
        by_json_null(json);
        return;
    }
    by_json_object_begin(json);
    by_json_key(json, "version");
    by_json_value(json, &row[2]);
    by_json_key(json, "accepted_on");
    by_json_value(json, &row[3]);
    by_json_object_end(json);
}
