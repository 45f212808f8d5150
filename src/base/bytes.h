/*
 * Bytes: borrowed views, growing buffers with a bound, integers in either byte order,
 * variable-length integers.
 */
#ifndef BY_BASE_BYTES_H
#define BY_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "banyan/status.h"

/* A borrowed view. Whoever hands one out says until when it holds. Empty has size 0; data may then
 * be NULL. */
struct by_bytes {
    const uint8_t *data;
    size_t size;
};

/* What is asked for each value of each record stands here, so that it costs no call. */
static inline struct by_bytes by_bytes_of(const void *data, size_t size)
{
    return (struct by_bytes){.data = data, .size = size};
}

static inline struct by_bytes by_bytes_of_text(const char *text)
{
    return by_bytes_of(text, strlen(text));
}

static inline bool by_bytes_equal(struct by_bytes a, struct by_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Bytewise order, a prefix before what it begins. Negative, 0 or positive. */
static inline int by_bytes_compare(struct by_bytes a, struct by_bytes b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/*
 * A buffer that grows up to a bound. Starts zeroed with the bound set (BY_BUFFER_INIT); free with
 * by_buffer_deinit. After a failed append the content is what it was.
 */
struct by_buffer {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t size_max;
};
#define BY_BUFFER_INIT(bytes_max)                                                                  \
    {                                                                                              \
        .data = NULL, .size = 0, .capacity = 0, .size_max = (bytes_max)                            \
    }

/* Room for size more bytes after the content; *out_at points there until the next append. Raises
 * size. BANYAN_ERR_TOO_LARGE past size_max, BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status
by_buffer_extend(struct by_buffer *buffer, size_t size, uint8_t **out_at);

/* Each append fails as by_buffer_extend does. */
BANYAN_MUST_CHECK static inline enum banyan_status
by_buffer_append(struct by_buffer *buffer, const void *data, size_t size)
{
    /* One byte is left for a NUL. */
    bool has_room =
        size < buffer->capacity - buffer->size && size <= buffer->size_max - buffer->size;
    uint8_t *at = NULL;

    if (has_room) {
        at = buffer->data + buffer->size;
        buffer->size += size;
    } else {
        enum banyan_status status = by_buffer_extend(buffer, size, &at);

        if (status != BANYAN_OK)
            return status;
    }
    if (size > 0)
        memcpy(at, data, size);
    return BANYAN_OK;
}

BANYAN_MUST_CHECK static inline enum banyan_status
by_buffer_append_bytes(struct by_buffer *buffer, struct by_bytes bytes)
{
    return by_buffer_append(buffer, bytes.data, bytes.size);
}

BANYAN_MUST_CHECK static inline enum banyan_status
by_buffer_append_u8(struct by_buffer *buffer, uint8_t value)
{
    return by_buffer_append(buffer, &value, 1);
}

/* LEB128, shortest form, 1 to 10 bytes. */
BANYAN_MUST_CHECK enum banyan_status
by_buffer_append_varint(struct by_buffer *buffer, uint64_t value);
/* printf into the buffer; no terminating NUL is counted, but one is kept behind the content. */
BANYAN_MUST_CHECK enum banyan_status
by_buffer_append_format(struct by_buffer *buffer, const char *format, ...) BANYAN_FORMAT(2, 3);
static inline struct by_bytes by_buffer_bytes(const struct by_buffer *buffer)
{
    return by_bytes_of(buffer->data, buffer->size);
}
/* Content as text with a NUL behind it; the buffer is left empty and the caller frees. NULL when
 * memory ran out. */
char *by_buffer_take_text(struct by_buffer *buffer);
static inline void by_buffer_reset(struct by_buffer *buffer)
{
    buffer->size = 0;
}
void by_buffer_deinit(struct by_buffer *buffer);

/* A cursor over foreign bytes. Each take moves on, or returns BANYAN_ERR_TRUNCATED and stays. */
struct by_cursor {
    struct by_bytes rest;
};
BANYAN_MUST_CHECK static inline enum banyan_status
by_cursor_take(struct by_cursor *cursor, size_t size, struct by_bytes *out_bytes)
{
    if (size > cursor->rest.size)
        return BANYAN_ERR_TRUNCATED;
    *out_bytes = by_bytes_of(cursor->rest.data, size);
    if (size > 0) { /* data may be NULL when nothing is left */
        cursor->rest.data += size;
        cursor->rest.size -= size;
    }
    return BANYAN_OK;
}

BANYAN_MUST_CHECK static inline enum banyan_status
by_cursor_take_u8(struct by_cursor *cursor, uint8_t *out_value)
{
    if (cursor->rest.size == 0)
        return BANYAN_ERR_TRUNCATED;
    *out_value = *cursor->rest.data++;
    cursor->rest.size--;
    return BANYAN_OK;
}

/* BANYAN_ERR_NOT_CANONICAL for a form longer than needed, BANYAN_ERR_MALFORMED past 64 bits. */
BANYAN_MUST_CHECK enum banyan_status
by_cursor_take_varint(struct by_cursor *cursor, uint64_t *out_value);

void by_put_u16le(uint8_t *at, uint16_t value);
void by_put_u32le(uint8_t *at, uint32_t value);
void by_put_u64le(uint8_t *at, uint64_t value);
uint16_t by_get_u16le(const uint8_t *at);
uint32_t by_get_u32le(const uint8_t *at);
uint64_t by_get_u64le(const uint8_t *at);
void by_put_u32be(uint8_t *at, uint32_t value);
void by_put_u64be(uint8_t *at, uint64_t value);
uint32_t by_get_u32be(const uint8_t *at);
uint64_t by_get_u64be(const uint8_t *at);

/* Decimal digits with a NUL; gives their number, at most 20. */
#define BY_U64_TEXT_BYTES 21
size_t by_u64_text(uint64_t value, char out_text[BY_U64_TEXT_BYTES]);
/* Lower-case hex with a NUL; out_text has room for 2 * size + 1. */
void by_hex(struct by_bytes bytes, char *out_text);
/* The bytes that 2 * size hex digits stand for, of either case; false for another text, and
 * out_bytes is then undefined. */
bool by_hex_read(struct by_bytes text, uint8_t *out_bytes, size_t size);

#endif
