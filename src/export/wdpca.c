/*
 * Sites as rows of the WDPCA, schema of 2025.
 */
#include "exchange/wdpca.h"
#include "exchange/csv_write.h"
#include "export/state.h"

static enum banyan_status write_header(struct by_exporting *exporting)
{
    enum banyan_status status =
        by_buffer_append_bytes(&exporting->bytes, by_bytes_of_text(BY_CSV_BEGIN));

    for (int i = 0; i < BY_WDPCA_FIELD_COUNT && status == BANYAN_OK; i++)
        status = by_csv_cell(&exporting->bytes, ',', i == 0,
                             by_bytes_of_text(by_wdpca_name((enum by_wdpca_field)i)));
    return status == BANYAN_OK ? by_csv_end_row(&exporting->bytes) : status;
}

static enum banyan_status
write_row(void *context, const struct by_exported *record, struct by_arena *arena)
{
    struct by_exporting *exporting = context;
    struct by_wdpca_row row;
    enum banyan_status status = BANYAN_OK;

    if (!by_wdpca_takes(record))
        return BANYAN_OK;
    status = by_wdpca_row_make(record, arena, &row);
    for (int i = 0; i < BY_WDPCA_FIELD_COUNT && status == BANYAN_OK; i++)
        status = by_csv_cell(&exporting->bytes, ',', i == 0, by_bytes_of_text(row.cells[i]));
    if (status == BANYAN_OK)
        status = by_csv_end_row(&exporting->bytes);
    by_export_count(exporting, 0);
    return status == BANYAN_OK ? by_export_flush(exporting, false) : status;
}

static enum banyan_status write_table(struct by_exporting *exporting)
{
    enum banyan_status status = write_header(exporting);

    return status == BANYAN_OK ? by_export_each(exporting, 0, write_row, exporting) : status;
}

const struct by_export_format by_export_wdpca = {
    .name = "wdpca", .endings = {NULL}, .is_of_one_type = true, .write = write_table};
