#include "sync/note.h"

#include "crypto/hash.h"
#include "sync/note_addresses.h"
#include "sync/standing.h"

bool by_note_kind_is_known(uint8_t kind)
{
    return kind == BY_NOTE_ADDRESSES || kind == BY_NOTE_STANDING;
}

static enum banyan_status take_number(struct by_cursor *cursor, uint64_t max, uint64_t *out_value)
{
    enum banyan_status status = by_cursor_take_varint(cursor, out_value);

    return status == BANYAN_OK && *out_value > max ? BANYAN_ERR_TOO_LARGE : status;
}

static enum banyan_status take_head(struct by_cursor *cursor, struct by_note *out)
{
    struct by_bytes device;
    enum banyan_status status = by_cursor_take(cursor, sizeof out->device.bytes, &device);

    if (status == BANYAN_OK)
        memcpy(out->device.bytes, device.data, device.size);
    if (status == BANYAN_OK)
        status = by_cursor_take_u8(cursor, &out->kind);
    if (status == BANYAN_OK)
        status = take_number(cursor, BY_NOTE_COUNTER_MAX, &out->counter);
    if (status == BANYAN_OK)
        status = take_number(cursor, BY_NOTE_MADE_MS_MAX, &out->made_ms);
    return status == BANYAN_OK && (out->kind == 0 || out->counter == 0) ? BANYAN_ERR_MALFORMED
                                                                        : status;
}

static enum banyan_status take_body(struct by_cursor *cursor, struct by_bytes *out_body)
{
    uint64_t size = 0;
    enum banyan_status status = take_number(cursor, BY_NOTE_BODY_BYTES_MAX, &size);

    return status == BANYAN_OK ? by_cursor_take(cursor, (size_t)size, out_body) : status;
}

static enum banyan_status check_body(const struct by_note *note)
{
    struct by_note_addresses addresses;
    struct by_standing standing;

    if (note->kind == BY_NOTE_ADDRESSES)
        return by_note_addresses_read(note->body, &addresses);
    if (note->kind == BY_NOTE_STANDING)
        return by_standing_read(note->body, &standing);
    return BANYAN_OK;
}

enum banyan_status by_note_take(struct by_cursor *cursor, struct by_note *out_note)
{
    const struct by_bytes start = cursor->rest;
    struct by_bytes signature = {0};
    enum banyan_status status;

    memset(out_note, 0, sizeof *out_note);
    status = take_head(cursor, out_note);
    if (status == BANYAN_OK)
        status = take_body(cursor, &out_note->body);
    if (status == BANYAN_OK)
        status = check_body(out_note);
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, sizeof out_note->signature.bytes, &signature);
    if (status != BANYAN_OK)
        return status;
    memcpy(out_note->signature.bytes, signature.data, signature.size);
    out_note->bytes = by_bytes_of(start.data, start.size - cursor->rest.size);
    by_hash_bytes(BY_TAG_NOTE, by_bytes_of(start.data, (size_t)(signature.data - start.data)),
                  &out_note->hash);
    return BANYAN_OK;
}

enum banyan_status by_note_verify(const struct by_note *note, const struct by_id *network)
{
    return by_verify(&note->device, BY_TAG_NOTE_SEAL, network, by_id_bytes(&note->hash),
                     &note->signature);
}

static enum banyan_status
add_unsigned(const struct by_note *note, const struct by_id *device, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_bytes(out, by_id_bytes(device));

    if (status == BANYAN_OK)
        status = by_buffer_append_u8(out, note->kind);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, note->counter);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, note->made_ms);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, note->body.size);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, note->body) : status;
}

enum banyan_status by_note_sign(const struct by_note *note, const struct by_signing_key *device,
                                const struct by_id *network, struct by_buffer *out)
{
    size_t before = out->size;
    struct by_signature signature;
    struct by_cursor cursor;
    struct by_note made;
    struct by_id hash;
    enum banyan_status status = add_unsigned(note, &device->public_key, out);

    if (status == BANYAN_OK) {
        by_hash_bytes(BY_TAG_NOTE, by_bytes_of(out->data + before, out->size - before), &hash);
        by_sign(device, BY_TAG_NOTE_SEAL, network, by_id_bytes(&hash), &signature);
        status = by_buffer_append(out, signature.bytes, sizeof signature.bytes);
    }
    if (status == BANYAN_OK) {
        cursor.rest = by_bytes_of(out->data + before, out->size - before);
        status = by_note_take(&cursor, &made);
    }
    if (status != BANYAN_OK)
        out->size = before;
    return status;
}

int by_note_compare(const struct by_note *a, const struct by_note *b)
{
    if (a->counter != b->counter)
        return a->counter < b->counter ? -1 : 1;
    return by_id_compare(&a->hash, &b->hash);
}
