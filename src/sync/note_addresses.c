#include "sync/note_addresses.h"

static bool is_among(struct by_bytes address, const struct by_note_addresses *addresses)
{
    for (size_t i = 0; i < addresses->count; i++)
        if (by_bytes_equal(address, addresses->items[i]))
            return true;
    return false;
}

static enum banyan_status take_address(struct by_cursor *cursor, struct by_note_addresses *out)
{
    struct by_bytes address;
    uint8_t size = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &size);

    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, size, &address);
    if (status != BANYAN_OK)
        return status;
    if (by_address_check(address, NULL) != BANYAN_OK || is_among(address, out))
        return BANYAN_ERR_MALFORMED;
    out->items[out->count++] = address;
    return BANYAN_OK;
}

enum banyan_status
by_note_addresses_read(struct by_bytes body, struct by_note_addresses *out_addresses)
{
    struct by_cursor cursor = {body};
    uint8_t count = 0;
    enum banyan_status status = by_cursor_take_u8(&cursor, &count);

    memset(out_addresses, 0, sizeof *out_addresses);
    if (status == BANYAN_OK && count > BY_NOTE_ADDRESSES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = take_address(&cursor, out_addresses);
    return status == BANYAN_OK && cursor.rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}

enum banyan_status
by_note_addresses_write(const struct by_note_addresses *addresses, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, (uint8_t)addresses->count);

    for (size_t i = 0; i < addresses->count && status == BANYAN_OK; i++) {
        status = by_buffer_append_u8(out, (uint8_t)addresses->items[i].size);
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(out, addresses->items[i]);
    }
    return status;
}
