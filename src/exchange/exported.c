#include "exchange/exported.h"

#include <string.h>

#include "record/field_value.h"

#define HEAD_BYTES 8u
#define HEAD_HEX   (2 * HEAD_BYTES)

enum banyan_status by_version_text(struct by_bytes heads, struct by_buffer *out)
{
    char hex[HEAD_HEX + 1];
    enum banyan_status status = BANYAN_OK;

    for (size_t at = 0; at + sizeof(struct by_id) <= heads.size && status == BANYAN_OK;
         at += sizeof(struct by_id)) {
        by_hex(by_bytes_of(heads.data + at, HEAD_BYTES), hex);
        status = by_buffer_append_format(out, "%s%s", at == 0 ? "" : "-", hex);
    }
    return status;
}

/* The head at a place; false behind the last, and where the text has another form. */
static bool head_at(struct by_bytes version, size_t at, uint8_t out_head[HEAD_BYTES])
{
    size_t from = at * (HEAD_HEX + 1);

    memset(out_head, 0, HEAD_BYTES);
    return from + HEAD_HEX <= version.size && (at == 0 || version.data[from - 1] == '-') &&
           by_hex_read(by_bytes_of(version.data + from, HEAD_HEX), out_head, HEAD_BYTES);
}

size_t by_version_count(struct by_bytes version)
{
    size_t count = 0;
    uint8_t head[HEAD_BYTES];

    while (head_at(version, count, head))
        count++;
    return version.size == count * (HEAD_HEX + 1) - (count > 0) ? count : 0;
}

bool by_version_has(struct by_bytes version, const struct by_id *operation)
{
    uint8_t head[HEAD_BYTES];

    for (size_t i = 0; head_at(version, i, head); i++)
        if (memcmp(head, operation->bytes, HEAD_BYTES) == 0)
            return true;
    return false;
}
