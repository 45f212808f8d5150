/*
 * Formats that are written record by record.
 */
#include "exchange/geojson_write.h"
#include "exchange/record_line.h"
#include "export/state.h"

struct writing {
    struct by_exporting *exporting;
    size_t type;
    bool is_begun;
};

static enum banyan_status
write_all(struct by_exporting *exporting, struct writing *writing, by_export_visit *visit)
{
    enum banyan_status status = BANYAN_OK;

    writing->exporting = exporting;
    for (size_t i = 0; i < exporting->type_count && status == BANYAN_OK; i++) {
        writing->type = i;
        status = by_export_each(exporting, i, visit, writing);
    }
    return status;
}

static enum banyan_status finish_one(struct writing *writing, enum banyan_status status)
{
    writing->is_begun = true;
    by_export_count(writing->exporting, writing->type);
    return status == BANYAN_OK ? by_export_flush(writing->exporting, false) : status;
}

/* -- JSON lines -- */

static enum banyan_status
write_line(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;

    (void)arena;
    return finish_one(writing, by_record_line_write(record, &writing->exporting->bytes));
}

static enum banyan_status write_lines(struct by_exporting *exporting)
{
    struct writing writing = {.type = 0};

    return write_all(exporting, &writing, write_line);
}

const struct by_export_format by_export_jsonl = {
    .name = "jsonl", .endings = {".jsonl", ".ndjson", NULL}, .write = write_lines};

/* -- GeoJSON -- */

static enum banyan_status
write_feature(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct writing *writing = context;

    return finish_one(
        writing, by_geojson_feature(record, !writing->is_begun, arena, &writing->exporting->bytes));
}

static enum banyan_status write_collection(struct by_exporting *exporting)
{
    struct writing writing = {.type = 0};
    enum banyan_status status =
        by_buffer_append_bytes(&exporting->bytes, by_bytes_of_text(BY_GEOJSON_BEGIN));

    if (status == BANYAN_OK)
        status = write_all(exporting, &writing, write_feature);
    return status == BANYAN_OK
               ? by_buffer_append_bytes(&exporting->bytes, by_bytes_of_text(BY_GEOJSON_END))
               : status;
}

const struct by_export_format by_export_geojson = {
    .name = "geojson", .endings = {".geojson", ".json", NULL}, .write = write_collection};
