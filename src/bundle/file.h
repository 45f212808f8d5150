/*
 * A bundle on its way into a file: what bundles for others and backups write alike.
 */
#ifndef BY_BUNDLE_FILE_H
#define BY_BUNDLE_FILE_H

#include "os/output.h"
#include "store/store.h"
#include "sync/bundle.h"

/* Bytes wait until a chunk is full. Begun as BY_BUNDLE_FILE_INIT; writer and output are put in by
 * who makes them, and taken back by by_bundle_file_deinit. */
struct by_bundle_file {
    struct by_bundle_writer *writer;
    struct by_buffer bytes;
    struct by_os_output *output;
    uint64_t byte_count; /* that went to output */
};
#define BY_BUNDLE_FILE_INIT                                                                        \
    {                                                                                              \
        .bytes = BY_BUFFER_INIT(4u * BY_BUNDLE_CHUNK_BYTES_MAX)                                    \
    }

/* Hand what waits to the file. BANYAN_ERR_DISK with words. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_file_flush(struct by_bundle_file *file, struct banyan_error *error);
/* The same, and BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_bundle_file_add(struct by_bundle_file *file,
                                                        const struct by_store_block *block,
                                                        struct banyan_error *error);
/* An output that was not committed is given up: the file is as it was. */
void by_bundle_file_deinit(struct by_bundle_file *file);

#endif
