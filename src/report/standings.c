#include "report/standings.h"

#include "core/answer.h"

static const struct by_present *
find_present(const struct by_present *present, size_t count, const struct by_id *transport)
{
    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&present[i].transport, transport))
            return &present[i];
    return NULL;
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

/* What is not counted in records is counted in changes. */
static void write_lacking(struct by_json *json, const struct by_standing_row *row)
{
    const struct by_tally_changes *changes = &row->lacking;

    by_json_key(json, "they_lack");
    by_json_object_begin(json);
    write_count(json, "changes", row->they_lack);
    by_json_key(json, "records");
    if (row->is_counted) {
        by_json_object_begin(json);
        write_count(json, "new", changes->records_new);
        write_count(json, "changed", changes->records_changed);
        write_count(json, "deleted", changes->records_deleted);
        write_count(json, "proposed", changes->records_proposed);
        by_json_object_end(json);
    } else {
        by_json_null(json);
    }
    by_json_object_end(json);
    by_json_key(json, "we_lack");
    by_json_object_begin(json);
    write_count(json, "changes", row->we_lack);
    by_json_object_end(json);
}

static void write_row(struct by_json *json, const struct by_node *node,
                      const struct by_standing_row *row, const struct by_present *present)
{
    by_json_object_begin(json);
    by_json_key(json, "organisation");
    by_json_organisation(json, node, &row->organisation->profile.id);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(&row->device));
    by_json_key(json, "as_of");
    if (row->as_of_ms == 0)
        by_json_null(json);
    else
        by_json_ms(json, row->as_of_ms);
    by_json_key(json, "met");
    by_json_bool(json, row->was_met);
    by_json_key(json, "via");
    if (row->was_met || row->as_of_ms == 0)
        by_json_null(json);
    else
        by_json_organisation(json, node, &row->via);
    by_json_key(json, "connected");
    by_json_bool(json, present != NULL);
    by_json_key(json, "in_sync");
    by_json_bool(json, present != NULL && present->is_in_sync);
    by_json_key(json, "partial");
    by_json_bool(json, row->is_partial);
    write_lacking(json, row);
    by_json_object_end(json);
}

/* With whom this node is in sync now, lacks nothing, whatever was known before. */
static struct by_standing_row
as_met_now(const struct by_standing_row *row, const struct by_present *present)
{
    if (present == NULL || !present->is_in_sync)
        return *row;
    return (struct by_standing_row){.organisation = row->organisation,
                                    .device = row->device,
                                    .transport = row->transport,
                                    .as_of_ms = present->synced_ms,
                                    .was_met = true,
                                    .is_counted = true};
}

void by_json_standings(struct by_json *json, const struct by_node *node,
                       const struct by_standing_row *rows, size_t count,
                       const struct by_present *present, size_t present_count)
{
    by_json_key(json, "standings");
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        const struct by_present *now = find_present(present, present_count, &rows[i].transport);
        struct by_standing_row row = as_met_now(&rows[i], now);

        write_row(json, node, &row, now);
    }
    by_json_array_end(json);
}
