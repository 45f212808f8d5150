#include "sync/signed_view.h"

#include <string.h>

#include "sync/proof.h"

#define HEAD_BYTES      (8u + 1u + 3u + 32u + 32u + 32u + 8u)
#define SIGNATURE_BYTES (32u + 8u + 64u)
#define MESSAGE_BYTES   (32u + 32u + 8u + 8u)

static struct by_bytes put_message(const struct by_view_statement *statement, uint64_t at_ms,
                                   uint8_t out_message[MESSAGE_BYTES])
{
    memcpy(out_message, statement->view.bytes, 32);
    memcpy(out_message + 32, statement->charter.bytes, 32);
    by_put_u64le(out_message + 64, statement->record_count);
    by_put_u64le(out_message + 72, at_ms);
    return by_bytes_of(out_message, MESSAGE_BYTES);
}

void by_view_statement_sign(const struct by_view_statement *statement,
                            const struct by_signing_key *key, uint64_t at_ms,
                            struct by_view_signature *out_signature)
{
    uint8_t message[MESSAGE_BYTES];

    out_signature->device = key->public_key;
    out_signature->at_ms = at_ms;
    by_sign(key, BY_TAG_VIEW_SEAL, &statement->network, put_message(statement, at_ms, message),
            &out_signature->signature);
}

enum banyan_status by_view_statement_verify(const struct by_view_statement *statement,
                                            const struct by_view_signature *signature)
{
    uint8_t message[MESSAGE_BYTES];

    return by_verify(&signature->device, BY_TAG_VIEW_SEAL, &statement->network,
                     put_message(statement, signature->at_ms, message), &signature->signature);
}

/* -- writing -- */

enum banyan_status
by_signed_view_put_head(const struct by_view_statement *statement, struct by_buffer *out)
{
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, HEAD_BYTES, &at);

    if (status != BANYAN_OK)
        return status;
    memset(at, 0, HEAD_BYTES);
    memcpy(at, BY_SIGNED_VIEW_MAGIC, 8);
    at[8] = BY_SIGNED_VIEW_VERSION;
    memcpy(at + 12, statement->network.bytes, 32);
    memcpy(at + 44, statement->view.bytes, 32);
    memcpy(at + 76, statement->charter.bytes, 32);
    by_put_u64le(at + 108, statement->record_count);
    return BANYAN_OK;
}

enum banyan_status by_signed_view_put_signatures(const struct by_view_signature *signatures,
                                                 size_t count, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, count);

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        uint8_t *at = NULL;

        status = by_buffer_extend(out, SIGNATURE_BYTES, &at);
        if (status != BANYAN_OK)
            break;
        memcpy(at, signatures[i].device.bytes, 32);
        by_put_u64le(at + 32, signatures[i].at_ms);
        memcpy(at + 40, signatures[i].signature.bytes, 64);
    }
    return status;
}

enum banyan_status by_signed_view_put_places(struct by_bytes places, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, places.size / BY_VIEW_PLACE_BYTES);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, places) : status;
}

/* -- reading -- */

bool by_signed_view_is(struct by_bytes file)
{
    return file.size >= 8 && memcmp(file.data, BY_SIGNED_VIEW_MAGIC, 8) == 0;
}

static enum banyan_status
take_head(struct by_cursor *cursor, struct by_view_statement *out_statement)
{
    static const uint8_t zero[3];
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, HEAD_BYTES, &bytes);

    if (status != BANYAN_OK)
        return status;
    if (!by_signed_view_is(bytes))
        return BANYAN_ERR_MALFORMED;
    if (bytes.data[8] > BY_SIGNED_VIEW_VERSION)
        return BANYAN_ERR_UPGRADE;
    if (bytes.data[8] == 0 || memcmp(bytes.data + 9, zero, sizeof zero) != 0)
        return BANYAN_ERR_MALFORMED;
    memcpy(out_statement->network.bytes, bytes.data + 12, 32);
    memcpy(out_statement->view.bytes, bytes.data + 44, 32);
    memcpy(out_statement->charter.bytes, bytes.data + 76, 32);
    out_statement->record_count = by_get_u64le(bytes.data + 108);
    return BANYAN_OK;
}

static enum banyan_status take_signature(struct by_cursor *cursor, struct by_signed_view *view)
{
    struct by_view_signature *signature = &view->signatures[view->signature_count];
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, SIGNATURE_BYTES, &bytes);

    if (status != BANYAN_OK)
        return status;
    memcpy(signature->device.bytes, bytes.data, 32);
    signature->at_ms = by_get_u64le(bytes.data + 32);
    memcpy(signature->signature.bytes, bytes.data + 40, 64);
    if (view->signature_count > 0 && by_id_compare(&signature[-1].device, &signature->device) >= 0)
        return BANYAN_ERR_NOT_CANONICAL;
    status = by_view_statement_verify(&view->statement, signature);
    view->signature_count += status == BANYAN_OK;
    return status;
}

static enum banyan_status take_signatures(struct by_cursor *cursor, struct by_signed_view *view)
{
    uint64_t count = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &count);

    if (status == BANYAN_OK && count > BY_VIEW_SIGNATURES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    for (uint64_t i = 0; i < count && status == BANYAN_OK; i++)
        status = take_signature(cursor, view);
    return status;
}

static enum banyan_status take_places(struct by_cursor *cursor, struct by_bytes *out_places)
{
    uint64_t count = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &count);

    if (status == BANYAN_OK && count > cursor->rest.size / BY_VIEW_PLACE_BYTES)
        return BANYAN_ERR_TRUNCATED;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, (size_t)count * BY_VIEW_PLACE_BYTES, out_places);
    for (uint64_t i = 1; i < count && status == BANYAN_OK; i++)
        if (memcmp(out_places->data + (i - 1) * BY_VIEW_PLACE_BYTES,
                   out_places->data + i * BY_VIEW_PLACE_BYTES, BY_VIEW_PLACE_BYTES) > 0)
            return BANYAN_ERR_NOT_CANONICAL;
    return status;
}

enum banyan_status
by_signed_view_read(struct by_bytes file,
                    enum banyan_status (*take_acts)(void *context, const struct by_run *run),
                    void *context, struct by_signed_view *out_view)
{
    struct by_cursor cursor = {file};
    enum banyan_status status = BANYAN_OK;

    memset(out_view, 0, sizeof *out_view);
    status = take_head(&cursor, &out_view->statement);
    if (status == BANYAN_OK)
        status = by_proof_take_acts(&cursor, &out_view->statement.network, take_acts, context);
    if (status == BANYAN_OK)
        status = take_signatures(&cursor, out_view);
    if (status == BANYAN_OK)
        status = take_places(&cursor, &out_view->places);
    return status == BANYAN_OK && cursor.rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}
