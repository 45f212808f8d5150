#include "base/base32.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void by_base32_encode(struct by_bytes bytes, char *out_text)
{
    uint32_t bits = 0;
    unsigned bit_count = 0;

    for (size_t i = 0; i < bytes.size; i++) {
        bits = bits << 8 | bytes.data[i];
        bit_count += 8;
        while (bit_count >= 5) {
            bit_count -= 5;
            *out_text++ = alphabet[bits >> bit_count & 31u];
        }
    }
    if (bit_count > 0)
        *out_text++ = alphabet[bits << (5 - bit_count) & 31u];
    *out_text = 0;
}

static bool is_skipped(uint8_t c)
{
    return c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t';
}

/* The value of a character, or -1. Letters that look like digits read as those. */
static int value_of(uint8_t c)
{
    if (c >= 'a' && c <= 'z')
        c = (uint8_t)(c - 'a' + 'A');
    if (c == 'O')
        return 0;
    if (c == 'I' || c == 'L')
        return 1;
    for (int i = 0; i < 32; i++) {
        if (alphabet[i] == (char)c)
            return i;
    }
    return -1;
}

enum banyan_status by_base32_decode(struct by_bytes text, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;
    size_t size_before = out->size;
    uint32_t bits = 0;
    unsigned bit_count = 0;

    for (size_t i = 0; status == BANYAN_OK && i < text.size; i++) {
        int value = is_skipped(text.data[i]) ? 0 : value_of(text.data[i]);

        if (is_skipped(text.data[i]))
            continue;
        if (value < 0) {
            status = BANYAN_ERR_MALFORMED;
            break;
        }
        bits = bits << 5 | (uint32_t)value;
        bit_count += 5;
        if (bit_count >= 8) {
            bit_count -= 8;
            status = by_buffer_append_u8(out, (uint8_t)(bits >> bit_count));
        }
    }
    /* A whole text leaves less than one character over, and only 0 bits. */
    if (status == BANYAN_OK && (bit_count >= 5 || (bits & ((1u << bit_count) - 1)) != 0))
        status = BANYAN_ERR_MALFORMED;
    if (status != BANYAN_OK)
        out->size = size_before;
    return status;
}

void by_base32_group(const char *text, size_t group_size, char *out_text)
{
    for (size_t i = 0; text[i] != 0; i++) {
        if (i > 0 && i % group_size == 0)
            *out_text++ = '-';
        *out_text++ = text[i];
    }
    *out_text = 0;
}
