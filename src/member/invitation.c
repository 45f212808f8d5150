#include "member/invitation.h"

#include "base/error.h"
#include "member/pasted.h"

static enum banyan_status put_body(const struct by_invitation *invitation, struct by_buffer *body)
{
    enum banyan_status status = by_buffer_append(body, invitation->seed, sizeof invitation->seed);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(body, by_id_bytes(&invitation->network));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(body, by_id_bytes(&invitation->invite));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(body, by_id_bytes(&invitation->transport));
    if (status == BANYAN_OK)
        status = by_pasted_put_addresses(invitation->addresses, invitation->address_count, body);
    return status;
}

enum banyan_status
by_invitation_encode(const struct by_invitation *invitation, struct by_buffer *out)
{
    /* Room that cannot grow: secrets stay out of the heap. A buffer keeps room for a NUL. */
    uint8_t room[BY_PASTED_BODY_BYTES_MAX + 1];
    struct by_buffer body = {
        .data = room, .capacity = sizeof room, .size_max = BY_PASTED_BODY_BYTES_MAX};
    enum banyan_status status = put_body(invitation, &body);

    if (status == BANYAN_OK)
        status = by_pasted_encode(BY_PASTED_INVITATION, by_buffer_bytes(&body), out);
    by_secret_wipe(room, sizeof room);
    return status;
}

static enum banyan_status take_id(struct by_cursor *cursor, struct by_id *out_id)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, sizeof out_id->bytes, &bytes);

    return status == BANYAN_OK ? by_id_from_bytes(bytes, out_id) : status;
}

static enum banyan_status
take_body(const struct by_pasted *code, struct by_arena *arena, struct by_invitation *out)
{
    struct by_cursor cursor = {by_bytes_of(code->body, code->size)};
    struct by_bytes seed;
    enum banyan_status status = by_cursor_take(&cursor, sizeof out->seed, &seed);

    if (status == BANYAN_OK) {
        memcpy(out->seed, seed.data, seed.size);
        status = take_id(&cursor, &out->network);
    }
    if (status == BANYAN_OK)
        status = take_id(&cursor, &out->invite);
    if (status == BANYAN_OK)
        status = take_id(&cursor, &out->transport);
    return status == BANYAN_OK
               ? by_pasted_take_addresses(&cursor, arena, out->addresses, &out->address_count)
               : status;
}

enum banyan_status by_invitation_find(struct by_bytes text, struct by_arena *arena,
                                      struct by_invitation *out_invitation,
                                      struct banyan_error *error)
{
    struct by_pasted code = {.size = 0};
    struct by_invitation invitation = {.address_count = 0};
    enum banyan_status status =
        by_pasted_find(text, BY_PASTED_BIT(BY_PASTED_INVITATION), &code, error);

    if (status == BANYAN_OK) {
        status = take_body(&code, arena, &invitation);
        if (status == BANYAN_OK)
            *out_invitation = invitation;
        else
            status = status == BANYAN_ERR_MEMORY ? by_fail_plain(error, status)
                                                 : by_pasted_fail_mistyped(error);
    }
    by_secret_wipe(&code, sizeof code);
    by_secret_wipe(&invitation, sizeof invitation);
    return status;
}

/* -- contacts -- */

enum banyan_status
by_contact_code_encode(const struct by_contact_code *contact, struct by_buffer *out)
{
    struct by_buffer body = BY_BUFFER_INIT(BY_PASTED_BODY_BYTES_MAX);
    enum banyan_status status = by_buffer_append_bytes(&body, by_id_bytes(&contact->network));

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&body, by_id_bytes(&contact->transport));
    if (status == BANYAN_OK)
        status = by_pasted_put_addresses(contact->addresses, contact->address_count, &body);
    if (status == BANYAN_OK)
        status = by_pasted_encode(BY_PASTED_CONTACT, by_buffer_bytes(&body), out);
    by_buffer_deinit(&body);
    return status;
}

static enum banyan_status
take_contact(const struct by_pasted *code, struct by_arena *arena, struct by_contact_code *out)
{
    struct by_cursor cursor = {by_bytes_of(code->body, code->size)};
    struct by_invitation invitation;
    enum banyan_status status = BANYAN_OK;

    if (code->kind == BY_PASTED_CONTACT) {
        status = take_id(&cursor, &out->network);
        if (status == BANYAN_OK)
            status = take_id(&cursor, &out->transport);
        return status == BANYAN_OK
                   ? by_pasted_take_addresses(&cursor, arena, out->addresses, &out->address_count)
                   : status;
    }
    status = take_body(code, arena, &invitation);
    if (status == BANYAN_OK) {
        out->network = invitation.network;
        out->transport = invitation.transport;
        memcpy(out->addresses, invitation.addresses, sizeof out->addresses);
        out->address_count = invitation.address_count;
    }
    by_secret_wipe(&invitation, sizeof invitation);
    return status;
}

enum banyan_status by_contact_code_find(struct by_bytes text, struct by_arena *arena,
                                        struct by_contact_code *out_contact,
                                        struct banyan_error *error)
{
    struct by_pasted code = {.size = 0};
    struct by_contact_code contact = {.address_count = 0};
    enum banyan_status status = by_pasted_find(
        text, BY_PASTED_BIT(BY_PASTED_INVITATION) | BY_PASTED_BIT(BY_PASTED_CONTACT), &code, error);

    if (status == BANYAN_OK) {
        status = take_contact(&code, arena, &contact);
        if (status == BANYAN_OK)
            *out_contact = contact;
        else
            status = status == BANYAN_ERR_MEMORY ? by_fail_plain(error, status)
                                                 : by_pasted_fail_mistyped(error);
    }
    by_secret_wipe(&code, sizeof code);
    return status;
}
