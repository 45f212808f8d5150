/*
 * zstd with declared and capped sizes only.
 */
#ifndef BY_CODEC_ZIP_H
#define BY_CODEC_ZIP_H

#include "base/bytes.h"

/* Reusable state: zstd's contexts are costly to make. Zeroed = empty; deinit frees. One thread at a
 * time. */
struct by_zip {
    void *compress;
    void *decompress;
};
/* Append the compressed form to out. */
BANYAN_MUST_CHECK enum banyan_status
by_zip_pack(struct by_zip *zip, struct by_bytes bytes, struct by_buffer *out);
/* Append exactly size bytes to out. BANYAN_ERR_MALFORMED when it is no zstd frame or holds another
 * number of bytes; BANYAN_ERR_TOO_LARGE when size is past out's bound. */
BANYAN_MUST_CHECK enum banyan_status
by_zip_unpack(struct by_zip *zip, struct by_bytes packed, size_t size, struct by_buffer *out);
void by_zip_deinit(struct by_zip *zip);

#endif
