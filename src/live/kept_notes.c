#include "live/kept_notes.h"

#include <stdio.h>
#include <string.h>

#define NAME_BYTES sizeof "note " + 64 + sizeof " 00"
#define HEAD_BYTES (8u + 32u)

bool by_notes_may_have(const struct by_charter *charter, const struct by_id *device)
{
    const struct by_charter_device *found = by_charter_device_find(charter, device);
    size_t count, before = 0;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);

    if (found == NULL || by_charter_device_role(charter, found) == BY_ROLE_NONE)
        return false;
    for (const struct by_charter_device *other = devices; other < found; other++)
        before += by_id_equal(&other->organisation, &found->organisation);
    return before < BY_NOTES_DEVICES_PER_ORG_MAX;
}

/* -- one note -- */

static void name_of(const struct by_id *device, uint8_t kind, char out_name[NAME_BYTES])
{
    char hex[65];

    by_hex(by_id_bytes(device), hex);
    (void)snprintf(out_name, NAME_BYTES, "note %s %02x", hex, kind);
}

enum banyan_status by_kept_note_put(struct by_store_txn *txn, const struct by_kept_note *kept)
{
    struct by_buffer value = BY_BUFFER_INIT(HEAD_BYTES + BY_NOTE_BYTES_MAX);
    uint8_t learnt[8];
    char name[NAME_BYTES];

    by_put_u64le(learnt, kept->learnt_ms);
    name_of(&kept->note.device, kept->note.kind, name);
    enum banyan_status status = by_buffer_append(&value, learnt, sizeof learnt);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&value, by_id_bytes(&kept->via));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&value, kept->note.bytes);
    if (status == BANYAN_OK)
        status = by_store_local_put(txn, name, by_buffer_bytes(&value));
    by_buffer_deinit(&value);
    return status;
}

enum banyan_status
by_kept_note_remove(struct by_store_txn *txn, const struct by_id *device, uint8_t kind)
{
    char name[NAME_BYTES];

    name_of(device, kind, name);
    return by_store_local_put(txn, name, by_bytes_of(NULL, 0));
}

static enum banyan_status take_kept(struct by_bytes value, struct by_kept_note *out_kept)
{
    struct by_cursor cursor = {value};
    struct by_bytes head;
    enum banyan_status status = by_cursor_take(&cursor, HEAD_BYTES, &head);

    if (status == BANYAN_OK)
        status = by_note_take(&cursor, &out_kept->note);
    if (status != BANYAN_OK || cursor.rest.size > 0)
        return BANYAN_ERR_DAMAGED;
    out_kept->learnt_ms = by_get_u64le(head.data);
    memcpy(out_kept->via.bytes, head.data + 8, sizeof out_kept->via.bytes);
    return BANYAN_OK;
}

enum banyan_status by_kept_note_get(struct by_store_txn *txn, const struct by_id *device,
                                    uint8_t kind, struct by_kept_note *out_kept)
{
    struct by_bytes value;
    char name[NAME_BYTES];

    name_of(device, kind, name);
    enum banyan_status status = by_store_local_get(txn, name, &value);
    if (status == BANYAN_OK)
        status = take_kept(value, out_kept);
    if (status == BANYAN_OK &&
        (!by_id_equal(&out_kept->note.device, device) || out_kept->note.kind != kind))
        return BANYAN_ERR_DAMAGED;
    return status;
}

/* -- all of a kind -- */

struct reading {
    const struct by_charter *charter;
    uint8_t kind;
    struct by_arena *arena;
    struct by_kept_note *notes;
    size_t count;
};

static enum banyan_status
read_one(struct reading *reading, struct by_store_txn *txn, const struct by_charter_device *device)
{
    struct by_kept_note *kept = &reading->notes[reading->count];
    struct by_bytes bytes;
    enum banyan_status status =
        by_kept_note_get(txn, &device->certificate.device, reading->kind, kept);

    if (status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED)
        return BANYAN_OK;
    if (status == BANYAN_OK)
        status = by_arena_copy(reading->arena, kept->note.bytes, &bytes);
    if (status != BANYAN_OK)
        return status;
    kept->note.body.data = bytes.data + (kept->note.body.data - kept->note.bytes.data);
    kept->note.bytes = bytes;
    reading->count++;
    return BANYAN_OK;
}

static enum banyan_status read_all(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(reading->charter, &count);
    enum banyan_status status = BANYAN_OK;

    reading->count = 0;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (by_notes_may_have(reading->charter, &devices[i].certificate.device))
            status = read_one(reading, txn, &devices[i]);
    return status;
}

enum banyan_status by_kept_notes_read(const struct by_node *node, uint8_t kind,
                                      struct by_arena *arena, struct by_kept_note **out_notes,
                                      size_t *out_count, struct banyan_error *error)
{
    struct reading reading = {.charter = node->charter, .kind = kind, .arena = arena};
    size_t count;

    (void)by_charter_devices(node->charter, &count);
    reading.notes = by_arena_array(arena, count + 1, sizeof *reading.notes);
    if (reading.notes == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_store_read(node->store, read_all, &reading, error);
    *out_notes = reading.notes;
    *out_count = status == BANYAN_OK ? reading.count : 0;
    return status;
}
