#include "net/people.h"

#include <string.h>

#include "os/os.h"

#define ID_DIGITS_MIN 8u

const struct by_charter_org *
by_people_owner(const struct by_node *node, const struct by_id *transport)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&devices[i].certificate.transport, transport))
            return by_charter_org_find(node->charter, &devices[i].organisation);
    return NULL;
}

/* -- members -- */
static bool is_named(const struct by_charter_org *org, struct by_bytes name)
{
    char id[65];

    if (by_bytes_equal(org->profile.name, name))
        return true;
    by_hex(by_id_bytes(&org->profile.id), id);
    return name.size >= ID_DIGITS_MIN && name.size <= 64 && memcmp(id, name.data, name.size) == 0;
}

static enum banyan_status find_member(const struct by_node *node, struct by_bytes name,
                                      const struct by_charter_org **out_org,
                                      struct banyan_error *error)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    *out_org = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!is_named(&orgs[i], name))
            continue;
        if (*out_org != NULL)
            return by_fail(error, BANYAN_ERR_DIFFERENT,
                           "several members are called '%.*s': give the first digits of the id",
                           (int)name.size, (const char *)name.data);
        *out_org = &orgs[i];
    }
    if (*out_org == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no member is called '%.*s': see `banyan members`", (int)name.size,
                       (const char *)name.data);
    return BANYAN_OK;
}

/* -- places -- */
static enum banyan_status
reserve(struct by_arena *arena, size_t count, struct by_places_to_go *out_places)
{
    out_places->count = 0;
    out_places->items = by_arena_array(arena, count + 1, sizeof *out_places->items);
    return out_places->items == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

/* Every device of the member, at one address. */
static enum banyan_status devices_at(const struct by_node *node, const struct by_charter_org *org,
                                     struct by_bytes address, struct by_arena *arena,
                                     struct by_places_to_go *out_places, struct banyan_error *error)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);
    enum banyan_status status = reserve(arena, count, out_places);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    for (size_t i = 0; i < count; i++)
        if (!devices[i].is_revoked && by_id_equal(&devices[i].organisation, &org->profile.id) &&
            !by_id_equal(&devices[i].certificate.transport, &node->transport.public_key))
            out_places->items[out_places->count++] =
                (struct by_place_to_go){devices[i].certificate.transport, address, false};
    if (out_places->count == 0)
        return by_fail(error, BANYAN_ERR_NOT_FOUND, "there is no other device of '%.*s'",
                       (int)org->profile.name.size, (const char *)org->profile.name.data);
    return BANYAN_OK;
}

/* Known addresses: of one member, or at one address, or all. */
static enum banyan_status
known_places(const struct by_node *node, const struct by_charter_org *org, struct by_bytes address,
             struct by_arena *arena, struct by_places_to_go *out_places, struct banyan_error *error)
{
    struct by_address *known = NULL;
    size_t count = 0;
    enum banyan_status status = by_reachable_read(node, arena, &known, &count, error);

    if (status == BANYAN_OK)
        status = reserve(arena, count, out_places);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    for (size_t i = 0; i < count; i++) {
        if ((org != NULL && by_people_owner(node, &known[i].transport) != org) ||
            (address.size > 0 && !by_bytes_equal(known[i].text, address)))
            continue;
        out_places->items[out_places->count++] = (struct by_place_to_go){
            known[i].transport, known[i].text, known[i].source == BY_ADDRESS_OF_NOTE};
    }
    return BANYAN_OK;
}

/* MEMBER@HOST:PORT in its parts; no address where there is none. */
static enum banyan_status split(const char *target, struct by_bytes *out_name,
                                struct by_bytes *out_address, struct banyan_error *error)
{
    const char *at = strrchr(target, '@');

    *out_name = by_bytes_of(target, at == NULL ? strlen(target) : (size_t)(at - target));
    *out_address = by_bytes_of_text(at == NULL ? "" : at + 1);
    return at == NULL ? BANYAN_OK : by_address_check(*out_address, error);
}

static enum banyan_status find_known(const struct by_node *node, struct by_bytes name,
                                     struct by_arena *arena, struct by_places_to_go *out_places,
                                     struct banyan_error *error)
{
    const struct by_charter_org *org = NULL;
    bool is_address = by_address_check(name, NULL) == BANYAN_OK;
    enum banyan_status status = is_address ? BANYAN_OK : find_member(node, name, &org, error);

    if (status == BANYAN_OK)
        status = known_places(node, org, is_address ? name : (struct by_bytes){0}, arena,
                              out_places, error);
    if (status == BANYAN_OK && out_places->count == 0)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       is_address
                           ? N_("nothing is known of who is at '%.*s': give MEMBER@HOST:PORT once")
                           : N_("no address of '%.*s' is known: give MEMBER@HOST:PORT once"),
                       (int)name.size, (const char *)name.data);
    return status;
}

/* A newcomer knows nobody by name yet: whoever it names is who invited it. */
static enum banyan_status inviter_at(const struct by_node *node, struct by_bytes address,
                                     struct by_arena *arena, struct by_places_to_go *out_places,
                                     struct banyan_error *error)
{
    enum banyan_status status = reserve(arena, 1, out_places);

    if (status == BANYAN_OK)
        status = by_addresses_inviter(node->store, &out_places->items[0].transport, error);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    out_places->items[0].address = address;
    out_places->count = 1;
    return BANYAN_OK;
}

enum banyan_status by_people_find(const struct by_node *node, const char *target,
                                  struct by_arena *arena, struct by_places_to_go *out_places,
                                  struct banyan_error *error)
{
    const struct by_charter_org *org;
    struct by_bytes name, address;

    if (target == NULL) {
        enum banyan_status known =
            known_places(node, NULL, (struct by_bytes){0}, arena, out_places, error);
        if (known == BANYAN_OK && out_places->count == 0)
            return by_fail(error, BANYAN_ERR_NOT_FOUND,
                           "no address of any member is known: give MEMBER@HOST:PORT once");
        return known;
    }
    enum banyan_status status = split(target, &name, &address, error);
    if (status != BANYAN_OK)
        return status;
    if (address.size == 0)
        return find_known(node, name, arena, out_places, error);
    if (!by_charter_has_genesis(node->charter))
        return inviter_at(node, address, arena, out_places, error);
    status = find_member(node, name, &org, error);
    return status == BANYAN_OK ? devices_at(node, org, address, arena, out_places, error) : status;
}

/* -- devices -- */

static bool has_place(const struct by_places_to_go *places, const struct by_id *transport)
{
    for (size_t i = 0; i < places->count; i++)
        if (by_id_equal(&places->items[i].transport, transport))
            return true;
    return false;
}

/* Each key once, with its newest address first. */
static void add_known(struct by_places_to_go *places, const struct by_places_to_go *known)
{
    for (size_t i = 0; i < known->count; i++)
        if (!has_place(places, &known->items[i].transport))
            places->items[places->count++] = known->items[i];
}

static void add_devices(const struct by_node *node, const struct by_charter_org *org,
                        struct by_places_to_go *places)
{
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);

    for (size_t i = 0; i < count; i++) {
        const struct by_id *transport = &devices[i].certificate.transport;
        bool is_meant =
            org != NULL ? by_id_equal(&devices[i].organisation, &org->profile.id)
                        : by_charter_role(node->charter, &devices[i].organisation) != BY_ROLE_NONE;
        if (is_meant && !by_id_equal(transport, &node->transport.public_key) &&
            !has_place(places, transport))
            places->items[places->count++] = (struct by_place_to_go){.transport = *transport};
    }
}

static enum banyan_status all_devices(const struct by_node *node, const struct by_charter_org *org,
                                      struct by_arena *arena, struct by_places_to_go *out_places,
                                      struct banyan_error *error)
{
    struct by_places_to_go known;
    size_t count;
    enum banyan_status status = known_places(node, org, (struct by_bytes){0}, arena, &known, error);

    (void)by_charter_devices(node->charter, &count);
    if (status == BANYAN_OK)
        status = reserve(arena, known.count + count, out_places);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    add_known(out_places, &known);
    add_devices(node, org, out_places);
    if (out_places->count == 0)
        return by_fail(error, BANYAN_ERR_NOT_FOUND, "there is no other device to sync with yet");
    return BANYAN_OK;
}

enum banyan_status by_people_devices(const struct by_node *node, const char *target,
                                     struct by_arena *arena, struct by_places_to_go *out_places,
                                     struct banyan_error *error)
{
    const struct by_charter_org *org = NULL;
    struct by_bytes name, address;
    enum banyan_status status = BANYAN_OK;

    if (target == NULL || !by_charter_has_genesis(node->charter))
        return all_devices(node, NULL, arena, out_places, error);
    status = split(target, &name, &address, error);
    if (status != BANYAN_OK)
        return status;
    if (address.size == 0 && by_address_check(name, NULL) == BANYAN_OK)
        return find_known(node, name, arena, out_places, error);
    status = find_member(node, name, &org, error);
    return status == BANYAN_OK ? all_devices(node, org, arena, out_places, error) : status;
}

/* -- remembering -- */
struct remembering {
    const struct by_places_to_go *places;
    bool forget;
};

static enum banyan_status write_places(void *context, struct by_store_txn *txn)
{
    const struct remembering *work = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < work->places->count && status == BANYAN_OK; i++) {
        const struct by_place_to_go *place = &work->places->items[i];
        const struct by_address address = {.transport = place->transport,
                                           .source = BY_ADDRESS_OF_PERSON,
                                           .learnt_ms = by_os_wall_ms(),
                                           .text = place->address};
        status = work->forget ? by_addresses_remove(txn, &place->transport, place->address)
                              : by_addresses_put(txn, &address);
    }
    return status;
}

static enum banyan_status
rewrite(struct by_node *node, const char *target, bool forget, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_places_to_go places = {0};
    struct remembering work = {&places, forget};
    enum banyan_status status = BANYAN_OK;

    if (strchr(target, '@') == NULL)
        status =
            by_fail(error, BANYAN_ERR_USAGE, "'%s' is not of the form MEMBER@HOST:PORT", target);
    if (status == BANYAN_OK)
        status = by_people_find(node, target, &arena, &places, error);
    if (status == BANYAN_OK)
        status = by_store_write(node->store, write_places, &work, error);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status
by_people_remember(struct by_node *node, const char *target, struct banyan_error *error)
{
    return rewrite(node, target, false, error);
}

enum banyan_status
by_people_forget(struct by_node *node, const char *target, struct banyan_error *error)
{
    return rewrite(node, target, true, error);
}
