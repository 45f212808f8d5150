#include "net/peers.h"

#include <string.h>

#include "core/answer.h"
#include "live/told.h"
#include "net/contacts.h"
#include "net/people.h"
#include "report/report.h"

struct reporting {
    struct by_node *node;
    struct by_contacts contacts;
    struct by_address *addresses;
    size_t address_count;
    struct by_note_addresses told;
    bool is_running;
    struct by_json json;
};

static void write_ms_or_null(struct by_json *json, const char *key, uint64_t ms)
{
    by_json_key(json, key);
    if (ms == 0)
        by_json_null(json);
    else
        by_json_ms(json, ms);
}

static void write_address(struct reporting *reporting, const struct by_address *address)
{
    static const char *const sources[] = {[BY_ADDRESS_OF_INVITATION] = "invitation",
                                          [BY_ADDRESS_OF_PERSON] = "person",
                                          [BY_ADDRESS_OF_NOTE] = "note"};
    struct by_json *json = &reporting->json;
    bool is_noted = address->source == BY_ADDRESS_OF_NOTE;

    by_json_object_begin(json);
    by_json_key(json, "address");
    by_json_text(json, address->text);
    by_json_key(json, "from");
    by_json_literal(json, sources[address->source]);
    write_ms_or_null(json, "as_of", address->learnt_ms);
    by_json_key(json, "via");
    if (is_noted && !by_id_is_zero(&address->via))
        by_json_organisation(json, reporting->node, &address->via);
    else
        by_json_null(json);
    by_json_object_end(json);
}

static void write_addresses(struct reporting *reporting, const struct by_id *transport)
{
    by_json_key(&reporting->json, "addresses");
    by_json_array_begin(&reporting->json);
    for (size_t i = 0; i < reporting->address_count; i++)
        if (by_id_equal(&reporting->addresses[i].transport, transport))
            write_address(reporting, &reporting->addresses[i]);
    by_json_array_end(&reporting->json);
}

static void write_told(struct reporting *reporting)
{
    by_json_key(&reporting->json, "told");
    by_json_array_begin(&reporting->json);
    for (size_t i = 0; i < reporting->told.count; i++)
        by_json_text(&reporting->json, reporting->told.items[i]);
    by_json_array_end(&reporting->json);
}

static void write_contact(struct reporting *reporting, const struct by_contact *contact)
{
    static const struct by_contact never = {.end = BY_END_NONE};
    struct by_json *json = &reporting->json;

    contact = contact == NULL ? &never : contact;
    by_json_key(json, "connected");
    by_json_bool(json, reporting->is_running && contact->is_connected);
    by_json_key(json, "in_sync");
    by_json_bool(json, reporting->is_running && contact->is_in_sync);
    write_ms_or_null(json, "last_in_sync", contact->synced_ms);
    write_ms_or_null(json, "last_connected", contact->connected_ms);
    write_ms_or_null(json, "last_tried", contact->tried_ms);
    by_json_key(json, "last_address");
    by_json_literal(json, contact->address);
    by_json_key(json, "last_error");
    if (contact->end == BY_END_NONE || contact->end == BY_END_DONE)
        by_json_null(json);
    else
        by_json_literal(json, by_conn_end_text(contact->end));
    by_json_key(json, "last_reason");
    if (contact->end == BY_END_NONE || contact->end == BY_END_DONE)
        by_json_null(json);
    else
        by_json_literal(json, by_conn_end_name(contact->end));
}

static void write_peer(struct reporting *reporting, const struct by_id *transport)
{
    const struct by_charter_org *org = by_people_owner(reporting->node, transport);
    struct by_json *json = &reporting->json;

    by_json_object_begin(json);
    by_json_key(json, "organisation");
    if (org == NULL)
        by_json_null(json);
    else
        by_json_organisation(json, reporting->node, &org->profile.id);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(transport));
    write_addresses(reporting, transport);
    write_contact(reporting, by_contacts_find(&reporting->contacts, transport));
    by_json_object_end(json);
}

static void write_members(struct reporting *reporting)
{
    const struct by_charter *charter = reporting->node->charter;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(charter, &count);

    for (size_t i = 0; i < count; i++) {
        const struct by_id *transport = &devices[i].certificate.transport;
        if (!by_id_equal(transport, &reporting->node->transport.public_key) &&
            by_charter_device_role(charter, &devices[i]) != BY_ROLE_NONE)
            write_peer(reporting, transport);
    }
}

static bool is_listed_as_member(const struct reporting *reporting, const struct by_id *transport)
{
    const struct by_charter_org *org = by_people_owner(reporting->node, transport);

    return org != NULL && org->role != BY_ROLE_NONE;
}

/* Keys that an address is known of and no member has: an inviter before the acts are here. Newest
 * address first; each key once. */
static void write_others(struct reporting *reporting)
{
    for (size_t i = 0; i < reporting->address_count; i++) {
        const struct by_id *transport = &reporting->addresses[i].transport;
        bool is_first = true;
        for (size_t k = 0; k < i; k++)
            is_first &= !by_id_equal(&reporting->addresses[k].transport, transport);
        if (is_first && !is_listed_as_member(reporting, transport))
            write_peer(reporting, transport);
    }
}

enum banyan_status
by_peers_report(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct reporting reporting = {.node = node};
    enum banyan_status status = by_node_refresh(node, error);

    if (status == BANYAN_OK)
        status = by_contacts_load(node->home, &reporting.contacts, error);
    if (status == BANYAN_OK)
        status =
            by_reachable_read(node, &arena, &reporting.addresses, &reporting.address_count, error);
    if (status == BANYAN_OK)
        status = by_told_read(node->store, &arena, &reporting.told, error);
    if (status != BANYAN_OK)
        goto out;
    reporting.is_running = by_contacts_are_fresh(&reporting.contacts);
    by_json_init(&reporting.json, out);
    by_json_object_begin(&reporting.json);
    by_json_key(&reporting.json, "running");
    by_json_bool(&reporting.json, reporting.is_running);
    write_told(&reporting);
    by_json_key(&reporting.json, "peers");
    by_json_array_begin(&reporting.json);
    write_members(&reporting);
    write_others(&reporting);
    by_json_array_end(&reporting.json);
    by_json_object_end(&reporting.json);
    status = by_json_done(&reporting.json, error);
out:
    by_contacts_deinit(&reporting.contacts);
    by_arena_deinit(&arena);
    return status;
}

/* -- status -- */

static enum banyan_status list_present(const struct by_contacts *contacts, struct by_arena *arena,
                                       struct by_present **out_present, size_t *out_count)
{
    struct by_present *present = by_arena_array(arena, contacts->count + 1, sizeof *present);

    *out_present = present;
    *out_count = 0;
    if (present == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < contacts->count && by_contacts_are_fresh(contacts); i++) {
        const struct by_contact *contact = &contacts->items[i];

        if (contact->is_connected)
            present[(*out_count)++] = (struct by_present){.transport = contact->transport,
                                                          .is_in_sync = contact->is_in_sync,
                                                          .synced_ms = contact->synced_ms};
    }
    return BANYAN_OK;
}

enum banyan_status
by_peers_status(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_contacts contacts = {0};
    struct by_present *present = NULL;
    size_t count = 0;
    enum banyan_status status = by_contacts_load(node->home, &contacts, error);

    if (status == BANYAN_OK && list_present(&contacts, &arena, &present, &count) != BANYAN_OK)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (status == BANYAN_OK)
        status = by_report_status(node, present, count, out, error);
    by_contacts_deinit(&contacts);
    by_arena_deinit(&arena);
    return status;
}
