#include "codec/zip.h"

#include <zstd.h>
#include <zstd_errors.h>

#define LEVEL 1

enum banyan_status by_zip_pack(struct by_zip *zip, struct by_bytes bytes, struct by_buffer *out)
{
    size_t room = ZSTD_compressBound(bytes.size);
    size_t size_before = out->size;
    enum banyan_status status = BANYAN_OK;
    uint8_t *at = NULL;
    size_t size = 0;

    if (zip->compress == NULL)
        zip->compress = ZSTD_createCCtx();
    if (zip->compress == NULL)
        return BANYAN_ERR_MEMORY;
    /* What may come out is counted against the bound, not what might at worst. */
    if (room > out->size_max - out->size)
        room = out->size_max - out->size;
    status = by_buffer_extend(out, room, &at);
    if (status != BANYAN_OK)
        return status;
    size = ZSTD_compressCCtx(zip->compress, at, room, bytes.data, bytes.size, LEVEL);
    if (ZSTD_isError(size)) {
        out->size = size_before;
        return ZSTD_getErrorCode(size) == ZSTD_error_memory_allocation ? BANYAN_ERR_MEMORY
                                                                       : BANYAN_ERR_TOO_LARGE;
    }
    out->size = size_before + size;
    return BANYAN_OK;
}

/* One frame, nothing behind it, that says it holds exactly size bytes. */
static bool is_frame_of(struct by_bytes packed, size_t size)
{
    return ZSTD_getFrameContentSize(packed.data, packed.size) == size &&
           ZSTD_findFrameCompressedSize(packed.data, packed.size) == packed.size;
}

enum banyan_status
by_zip_unpack(struct by_zip *zip, struct by_bytes packed, size_t size, struct by_buffer *out)
{
    size_t size_before = out->size;
    enum banyan_status status = BANYAN_OK;
    uint8_t *at = NULL;

    if (!is_frame_of(packed, size))
        return BANYAN_ERR_MALFORMED;
    if (zip->decompress == NULL)
        zip->decompress = ZSTD_createDCtx();
    if (zip->decompress == NULL)
        return BANYAN_ERR_MEMORY;
    status = by_buffer_extend(out, size, &at);
    if (status != BANYAN_OK)
        return status;
    if (ZSTD_decompressDCtx(zip->decompress, at, size, packed.data, packed.size) == size)
        return BANYAN_OK;
    out->size = size_before;
    return BANYAN_ERR_MALFORMED;
}

void by_zip_deinit(struct by_zip *zip)
{
    (void)ZSTD_freeCCtx(zip->compress);
    (void)ZSTD_freeDCtx(zip->decompress);
    *zip = (struct by_zip){0};
}
