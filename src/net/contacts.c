#include "net/contacts.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "os/os.h"

#define FILE_VERSION 3u
/* A node that runs writes the file more often. */
#define ALIVE_MS    90000u
#define HEAD_BYTES  10u
#define FIXED_BYTES 67u

void by_contacts_deinit(struct by_contacts *contacts)
{
    free(contacts->items);
    memset(contacts, 0, sizeof *contacts);
}

const struct by_contact *
by_contacts_find(const struct by_contacts *contacts, const struct by_id *transport)
{
    for (size_t i = 0; i < contacts->count; i++)
        if (by_id_equal(&contacts->items[i].transport, transport))
            return &contacts->items[i];
    return NULL;
}

static struct by_contact *longest_ago(struct by_contacts *contacts)
{
    struct by_contact *oldest = &contacts->items[0];

    for (size_t i = 1; i < contacts->count; i++)
        if (!contacts->items[i].is_connected && contacts->items[i].tried_ms < oldest->tried_ms)
            oldest = &contacts->items[i];
    return oldest;
}

static struct by_contact *add(struct by_contacts *contacts)
{
    if (contacts->count == BY_PEERS_MAX)
        return longest_ago(contacts);
    if (contacts->count == contacts->capacity) {
        size_t capacity = contacts->capacity == 0 ? 8 : contacts->capacity * 2;
        struct by_contact *grown = realloc(contacts->items, capacity * sizeof *grown);
        if (grown == NULL)
            return NULL;
        contacts->items = grown;
        contacts->capacity = capacity;
    }
    return &contacts->items[contacts->count++];
}

struct by_contact *by_contacts_meet(struct by_contacts *contacts, const struct by_id *transport)
{
    for (size_t i = 0; i < contacts->count; i++)
        if (by_id_equal(&contacts->items[i].transport, transport))
            return &contacts->items[i];
    struct by_contact *contact = add(contacts);
    if (contact != NULL) {
        memset(contact, 0, sizeof *contact);
        contact->transport = *transport;
    }
    return contact;
}

/* -- the file -- */
static enum banyan_status encode_one(const struct by_contact *contact, struct by_buffer *out)
{
    uint8_t fixed[FIXED_BYTES];

    memcpy(fixed, contact->transport.bytes, 32);
    fixed[32] = (uint8_t)(contact->is_connected + (contact->is_connected && contact->is_in_sync));
    by_put_u64le(fixed + 33, contact->connected_ms);
    by_put_u64le(fixed + 41, contact->synced_ms);
    by_put_u64le(fixed + 49, contact->synced_txn);
    by_put_u64le(fixed + 57, contact->tried_ms);
    fixed[65] = (uint8_t)contact->end;
    fixed[66] = (uint8_t)strlen(contact->address);
    enum banyan_status status = by_buffer_append(out, fixed, sizeof fixed);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, by_bytes_of_text(contact->address))
                               : status;
}

static enum banyan_status
encode_listening(const struct by_listening *listening, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, (uint8_t)listening->count);

    for (size_t i = 0; i < listening->count && status == BANYAN_OK; i++) {
        struct by_bytes text = by_bytes_of_text(listening->texts[i]);

        status = by_buffer_append_u8(out, (uint8_t)text.size);
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(out, text);
    }
    return status;
}

static enum banyan_status decode_listening(struct by_cursor *cursor, struct by_listening *listening)
{
    uint8_t count = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &count);

    if (status == BANYAN_OK && count > BY_LISTEN_MAX)
        return BANYAN_ERR_TOO_LARGE;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_bytes text;
        uint8_t size = 0;

        status = by_cursor_take_u8(cursor, &size);
        if (status == BANYAN_OK)
            status = by_cursor_take(cursor, size, &text);
        if (status != BANYAN_OK)
            break;
        if (size >= BY_NET_ADDRESS_BYTES || by_address_check(text, NULL) != BANYAN_OK)
            return BANYAN_ERR_MALFORMED;
        memcpy(listening->texts[i], text.data, size);
        listening->texts[i][size] = '\0';
        listening->count = i + 1;
    }
    return status;
}

enum banyan_status by_contacts_encode(const struct by_contacts *contacts, struct by_buffer *out)
{
    uint8_t head[HEAD_BYTES] = {FILE_VERSION, contacts->is_running};

    by_put_u64le(head + 2, contacts->written_ms);
    enum banyan_status status = by_buffer_append(out, head, sizeof head);
    if (status == BANYAN_OK)
        status = encode_listening(&contacts->listening, out);
    for (size_t i = 0; i < contacts->count && status == BANYAN_OK; i++)
        status = encode_one(&contacts->items[i], out);
    return status;
}

static enum banyan_status decode_one(struct by_cursor *cursor, struct by_contacts *contacts)
{
    struct by_bytes fixed, address;
    enum banyan_status status = by_cursor_take(cursor, FIXED_BYTES, &fixed);

    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, fixed.data[66], &address);
    if (status != BANYAN_OK)
        return status;
    if (fixed.data[32] > 2 || fixed.data[65] > BY_END_HERE || address.size > BY_ADDRESS_BYTES_MAX ||
        memchr(address.data, '\0', address.size) != NULL)
        return BANYAN_ERR_MALFORMED;
    if (contacts->count == BY_PEERS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    struct by_contact *contact = add(contacts);
    if (contact == NULL)
        return BANYAN_ERR_MEMORY;
    memset(contact, 0, sizeof *contact);
    memcpy(contact->transport.bytes, fixed.data, 32);
    contact->is_connected = fixed.data[32] > 0;
    contact->is_in_sync = fixed.data[32] > 1;
    contact->connected_ms = by_get_u64le(fixed.data + 33);
    contact->synced_ms = by_get_u64le(fixed.data + 41);
    contact->synced_txn = by_get_u64le(fixed.data + 49);
    contact->tried_ms = by_get_u64le(fixed.data + 57);
    contact->end = (enum by_conn_end)fixed.data[65];
    memcpy(contact->address, address.data, address.size);
    return BANYAN_OK;
}

enum banyan_status by_contacts_decode(struct by_bytes bytes, struct by_contacts *contacts)
{
    struct by_cursor cursor = {bytes};
    struct by_bytes head;
    enum banyan_status status = by_cursor_take(&cursor, HEAD_BYTES, &head);

    if (status != BANYAN_OK)
        return status;
    if (head.data[0] != FILE_VERSION || head.data[1] > 1)
        return BANYAN_ERR_MALFORMED;
    contacts->is_running = head.data[1] != 0;
    contacts->written_ms = by_get_u64le(head.data + 2);
    status = decode_listening(&cursor, &contacts->listening);
    while (cursor.rest.size > 0 && status == BANYAN_OK)
        status = decode_one(&cursor, contacts);
    return status;
}

char *by_contacts_path(const char *home)
{
    return by_os_path_join(home, "peers");
}

enum banyan_status
by_contacts_load(const char *home, struct by_contacts *out_contacts, struct banyan_error *error)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_CONTACTS_BYTES_MAX);
    char *path = by_contacts_path(home);

    memset(out_contacts, 0, sizeof *out_contacts);
    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (by_os_file_read(path, BY_CONTACTS_BYTES_MAX, &bytes, NULL) != BANYAN_OK ||
        by_contacts_decode(by_buffer_bytes(&bytes), out_contacts) != BANYAN_OK)
        by_contacts_deinit(out_contacts);
    by_buffer_deinit(&bytes);
    free(path);
    return BANYAN_OK;
}

bool by_contacts_are_fresh(const struct by_contacts *contacts)
{
    uint64_t now = by_os_wall_ms();

    return contacts->is_running && contacts->written_ms <= now &&
           now - contacts->written_ms < ALIVE_MS;
}
