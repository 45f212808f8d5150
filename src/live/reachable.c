#include "live/reachable.h"

#include "live/kept_notes.h"
#include "sync/note_addresses.h"

struct gathering {
    const struct by_node *node;
    struct by_address *items;
    size_t count, known_count; /* those that were told here come first */
};

const struct by_id *by_reachable_transport(const struct by_node *node, const struct by_id *device)
{
    const struct by_charter_device *found = by_charter_device_find(node->charter, device);

    if (found == NULL || by_charter_device_role(node->charter, found) == BY_ROLE_NONE ||
        by_id_equal(&found->certificate.transport, &node->transport.public_key))
        return NULL;
    return &found->certificate.transport;
}

static bool is_known(const struct gathering *gathering, const struct by_address *address)
{
    for (size_t i = 0; i < gathering->known_count; i++)
        if (by_id_equal(&gathering->items[i].transport, &address->transport) &&
            by_bytes_equal(gathering->items[i].text, address->text))
            return true;
    return false;
}

static void add(struct gathering *gathering, const struct by_address *address)
{
    if (!by_id_equal(&address->transport, &gathering->node->transport.public_key) &&
        !is_known(gathering, address))
        gathering->items[gathering->count++] = *address;
}

static void add_note(struct gathering *gathering, const struct by_kept_note *kept)
{
    const struct by_id *transport = by_reachable_transport(gathering->node, &kept->note.device);
    struct by_note_addresses told;

    if (transport == NULL || by_note_addresses_read(kept->note.body, &told) != BANYAN_OK)
        return;
    for (size_t i = 0; i < told.count; i++)
        add(gathering, &(struct by_address){.transport = *transport,
                                            .source = BY_ADDRESS_OF_NOTE,
                                            .learnt_ms = kept->note.made_ms,
                                            .text = told.items[i],
                                            .via = kept->via});
}

enum banyan_status by_reachable_read(const struct by_node *node, struct by_arena *arena,
                                     struct by_address **out_addresses, size_t *out_count,
                                     struct banyan_error *error)
{
    struct gathering gathering = {.node = node};
    struct by_address *known = NULL;
    struct by_kept_note *notes = NULL;
    size_t known_count = 0, note_count = 0;
    enum banyan_status status = by_addresses_read(node->store, arena, &known, &known_count, error);

    *out_count = 0;
    if (status == BANYAN_OK)
        status = by_kept_notes_read(node, BY_NOTE_ADDRESSES, arena, &notes, &note_count, error);
    if (status != BANYAN_OK)
        return status;
    gathering.items = by_arena_array(arena, known_count + note_count * BY_NOTE_ADDRESSES_MAX + 1,
                                     sizeof *gathering.items);
    if (gathering.items == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < known_count; i++)
        add(&gathering, &known[i]);
    gathering.known_count = gathering.count;
    for (size_t i = 0; i < note_count; i++)
        add_note(&gathering, &notes[i]);
    *out_addresses = gathering.items;
    *out_count = gathering.count;
    return BANYAN_OK;
}
