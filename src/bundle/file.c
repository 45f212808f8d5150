#include "bundle/file.h"

enum banyan_status by_bundle_file_flush(struct by_bundle_file *file, struct banyan_error *error)
{
    struct by_bytes bytes = by_buffer_bytes(&file->bytes);
    enum banyan_status status = by_os_output_write(file->output, bytes, error);

    file->byte_count += bytes.size;
    by_buffer_reset(&file->bytes);
    return status;
}

enum banyan_status by_bundle_file_add(struct by_bundle_file *file,
                                      const struct by_store_block *block,
                                      struct banyan_error *error)
{
    enum banyan_status status =
        by_bundle_writer_add(file->writer, &block->run.base, block->packed, &file->bytes);

    return status == BANYAN_OK && file->bytes.size > 0 ? by_bundle_file_flush(file, error) : status;
}

void by_bundle_file_deinit(struct by_bundle_file *file)
{
    if (file->output != NULL)
        by_os_output_abort(file->output);
    by_bundle_writer_free(file->writer);
    by_buffer_deinit(&file->bytes);
}
