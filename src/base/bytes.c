#include "base/bytes.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 64u

/* Room for size bytes and a NUL behind them; doubling keeps appends cheap. */
static enum banyan_status reserve(struct by_buffer *buffer, size_t size)
{
    size_t capacity = buffer->capacity < CAPACITY_MIN ? CAPACITY_MIN : buffer->capacity;
    uint8_t *data = NULL;

    if (size < buffer->capacity)
        return BANYAN_OK;
    while (capacity <= size)
        capacity = capacity > SIZE_MAX / 2 ? SIZE_MAX : capacity * 2;
    if (capacity > buffer->size_max && buffer->size_max < SIZE_MAX)
        capacity = buffer->size_max + 1;
    data = realloc(buffer->data, capacity);
    if (data == NULL)
        return BANYAN_ERR_MEMORY;
    buffer->data = data;
    buffer->capacity = capacity;
    return BANYAN_OK;
}

enum banyan_status by_buffer_extend(struct by_buffer *buffer, size_t size, uint8_t **out_at)
{
    enum banyan_status status = BANYAN_OK;

    assert(buffer->size <= buffer->size_max);
    if (size > buffer->size_max - buffer->size)
        return BANYAN_ERR_TOO_LARGE;
    status = reserve(buffer, buffer->size + size);
    if (status != BANYAN_OK)
        return status;
    *out_at = buffer->data + buffer->size;
    buffer->size += size;
    return BANYAN_OK;
}

enum banyan_status by_buffer_append_varint(struct by_buffer *buffer, uint64_t value)
{
    uint8_t bytes[10];
    size_t size = 0;

    while (value > 0x7f) {
        bytes[size++] = (uint8_t)(value | 0x80u);
        value >>= 7;
    }
    bytes[size++] = (uint8_t)value;
    return by_buffer_append(buffer, bytes, size);
}

enum banyan_status by_buffer_append_format(struct by_buffer *buffer, const char *format, ...)
{
    enum banyan_status status = BANYAN_ERR_INVALID;
    uint8_t *at = NULL;
    va_list values;
    int size = 0;

    va_start(values, format);
    size = vsnprintf(NULL, 0, format, values);
    va_end(values);
    if (size < 0)
        return BANYAN_ERR_INVALID;
    status = by_buffer_extend(buffer, (size_t)size, &at);
    if (status != BANYAN_OK)
        return status;
    va_start(values, format);
    (void)vsnprintf((char *)at, (size_t)size + 1, format, values);
    va_end(values);
    return BANYAN_OK;
}

char *by_buffer_take_text(struct by_buffer *buffer)
{
    char *text = NULL;

    if (reserve(buffer, buffer->size) != BANYAN_OK)
        return NULL;
    buffer->data[buffer->size] = 0;
    text = (char *)buffer->data;
    *buffer = (struct by_buffer)BY_BUFFER_INIT(buffer->size_max);
    return text;
}

void by_buffer_deinit(struct by_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct by_buffer)BY_BUFFER_INIT(buffer->size_max);
}

enum banyan_status by_cursor_take_varint(struct by_cursor *cursor, uint64_t *out_value)
{
    uint64_t value = 0;

    for (size_t i = 0; i < cursor->rest.size; i++) {
        uint8_t byte = cursor->rest.data[i];

        if (i == 9 && byte > 1) /* the 64th bit is the last */
            return BANYAN_ERR_MALFORMED;
        value |= (uint64_t)(byte & 0x7fu) << (7 * i);
        if ((byte & 0x80u) != 0)
            continue;
        if (byte == 0 && i > 0)
            return BANYAN_ERR_NOT_CANONICAL;
        cursor->rest.data += i + 1;
        cursor->rest.size -= i + 1;
        *out_value = value;
        return BANYAN_OK;
    }
    return BANYAN_ERR_TRUNCATED;
}

static void put_le(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get_le(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static void put_be(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t get_be(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

void by_put_u16le(uint8_t *at, uint16_t value)
{
    put_le(at, value, 2);
}

void by_put_u32le(uint8_t *at, uint32_t value)
{
    put_le(at, value, 4);
}

void by_put_u64le(uint8_t *at, uint64_t value)
{
    put_le(at, value, 8);
}

uint16_t by_get_u16le(const uint8_t *at)
{
    return (uint16_t)get_le(at, 2);
}

uint32_t by_get_u32le(const uint8_t *at)
{
    return (uint32_t)get_le(at, 4);
}

uint64_t by_get_u64le(const uint8_t *at)
{
    return get_le(at, 8);
}

void by_put_u32be(uint8_t *at, uint32_t value)
{
    put_be(at, value, 4);
}

void by_put_u64be(uint8_t *at, uint64_t value)
{
    put_be(at, value, 8);
}

uint32_t by_get_u32be(const uint8_t *at)
{
    return (uint32_t)get_be(at, 4);
}

uint64_t by_get_u64be(const uint8_t *at)
{
    return get_be(at, 8);
}

size_t by_u64_text(uint64_t value, char out_text[BY_U64_TEXT_BYTES])
{
    size_t size = 1;

    for (uint64_t rest = value; rest > 9; rest /= 10)
        size++;
    out_text[size] = 0;
    for (size_t i = size; i > 0; i--, value /= 10)
        out_text[i - 1] = (char)('0' + value % 10);
    return size;
}

void by_hex(struct by_bytes bytes, char *out_text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.size; i++) {
        out_text[2 * i] = digits[bytes.data[i] >> 4];
        out_text[2 * i + 1] = digits[bytes.data[i] & 15u];
    }
    out_text[2 * bytes.size] = 0;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool by_hex_read(struct by_bytes text, uint8_t *out_bytes, size_t size)
{
    if (text.size != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text.data[2 * i]), low = hex_digit(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out_bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}
