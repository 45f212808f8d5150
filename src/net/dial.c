#include "net/dial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TARGETS_MAX (2u * BY_ADDRESSES_MAX) /* known ones, and as many that are near */

uint64_t by_dial_pause_ms(unsigned tries, uint32_t random)
{
    uint64_t pause = BY_REDIAL_MS_MIN;

    for (unsigned i = 1; i < tries && pause < BY_REDIAL_MS_MAX; i++)
        pause *= 2;
    if (pause > BY_REDIAL_MS_MAX)
        pause = BY_REDIAL_MS_MAX;
    return pause - (uint64_t)random * (pause / 2) / UINT32_MAX;
}

void by_dial_parse(const char *address, struct by_dial_place *out_place)
{
    struct by_bytes host = {0};
    enum banyan_status status =
        by_address_split(by_bytes_of_text(address), &host, &out_place->port);

    assert(status == BANYAN_OK && host.size < sizeof out_place->host);
    memcpy(out_place->host, host.data, host.size);
    out_place->host[host.size] = '\0';
}

/* -- targets -- */
void by_dialer_init(struct by_dialer *dialer, struct by_net *net, uint32_t (*random)(void))
{
    memset(dialer, 0, sizeof *dialer);
    dialer->net = net;
    dialer->random = random;
    dialer->seen_txn = UINT64_MAX;
}

void by_dialer_deinit(struct by_dialer *dialer)
{
    free(dialer->targets);
    memset(dialer, 0, sizeof *dialer);
}

static struct by_dial_target *find(const struct by_dialer *dialer, const struct by_id *transport)
{
    for (size_t i = 0; i < dialer->count; i++)
        if (by_id_equal(&dialer->targets[i].transport, transport))
            return &dialer->targets[i];
    return NULL;
}

static enum banyan_status find_or_add(struct by_dialer *dialer, const struct by_id *transport,
                                      struct by_dial_target **out_target)
{
    *out_target = find(dialer, transport);
    if (*out_target != NULL)
        return BANYAN_OK;
    if (dialer->count == TARGETS_MAX)
        return BANYAN_ERR_FULL;
    if (dialer->count == dialer->capacity) {
        size_t capacity = dialer->capacity == 0 ? 8 : dialer->capacity * 2;
        struct by_dial_target *grown = realloc(dialer->targets, capacity * sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        dialer->targets = grown;
        dialer->capacity = capacity;
    }
    *out_target = &dialer->targets[dialer->count++];
    memset(*out_target, 0, sizeof **out_target);
    (*out_target)->transport = *transport;
    return BANYAN_OK;
}

static void drop_address(struct by_dial_target *target, size_t at)
{
    memmove(target->addresses + at, target->addresses + at + 1,
            (target->address_count - at - 1) * sizeof target->addresses[0]);
    target->address_count--;
}

static struct by_dial_address *find_address(struct by_dial_target *target, struct by_bytes text)
{
    for (size_t i = 0; i < target->address_count; i++)
        if (by_bytes_equal(by_bytes_of_text(target->addresses[i].text), text))
            return &target->addresses[i];
    return NULL;
}

/* NULL where there is no room: of one key the store keeps fewer, and one is near. */
static struct by_dial_address *
find_or_add_address(struct by_dial_target *target, struct by_bytes text)
{
    struct by_dial_address *address = find_address(target, text);

    if (address != NULL)
        return address;
    if (target->address_count == sizeof target->addresses / sizeof target->addresses[0])
        return NULL;
    address = &target->addresses[target->address_count++];
    memset(address, 0, sizeof *address);
    memcpy(address->text, text.data, text.size);
    target->next_ms = 0; /* a new address is tried at once */
    return address;
}

/* -- what is known -- */
static void forget_known(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++)
        for (size_t k = 0; k < dialer->targets[i].address_count; k++)
            dialer->targets[i].addresses[k].is_known = false;
}

static void drop_forgotten(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++) {
        struct by_dial_target *target = &dialer->targets[i];
        for (size_t k = target->address_count; k-- > 0;)
            if (!target->addresses[k].is_known && !target->addresses[k].is_near)
                drop_address(target, k);
    }
}

static enum banyan_status learn(struct by_dialer *dialer, const struct by_address *address)
{
    const struct by_id *own = &by_net_node(dialer->net)->transport.public_key;
    struct by_dial_target *target;

    if (by_id_equal(&address->transport, own))
        return BANYAN_OK;
    enum banyan_status status = find_or_add(dialer, &address->transport, &target);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_FULL ? BANYAN_OK : status;
    struct by_dial_address *held = find_or_add_address(target, address->text);
    if (held != NULL)
        held->is_known = true;
    return BANYAN_OK;
}

static enum banyan_status read_known(struct by_dialer *dialer, struct banyan_error *error)
{
    struct by_store *store = by_net_node(dialer->net)->store;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_address *addresses;
    size_t count;
    uint64_t txn = by_store_last_txn(store);

    if (txn == dialer->seen_txn)
        return BANYAN_OK;
    enum banyan_status status = by_addresses_read(store, &arena, &addresses, &count, error);
    if (status == BANYAN_OK)
        forget_known(dialer);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = learn(dialer, &addresses[i]);
    if (status == BANYAN_OK) {
        drop_forgotten(dialer);
        dialer->seen_txn = txn;
    }
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status
by_dialer_hear(struct by_dialer *dialer, const struct by_id *transport, const char *text)
{
    struct by_dial_target *target;
    enum banyan_status status = find_or_add(dialer, transport, &target);

    if (status != BANYAN_OK)
        return status;
    struct by_dial_address *address = find_address(target, by_bytes_of_text(text));
    if (address == NULL) {
        /* The place where it was near before is no more. */
        for (size_t k = target->address_count; k-- > 0;)
            if (target->addresses[k].is_near && !target->addresses[k].is_known)
                drop_address(target, k);
        address = find_or_add_address(target, by_bytes_of_text(text));
    }
    if (address == NULL)
        return BANYAN_ERR_FULL;
    address->is_near = true;
    return BANYAN_OK;
}

/* -- dialling -- */
static void dial(struct by_dialer *dialer, struct by_dial_target *target)
{
    size_t count = target->address_count;
    struct by_id transport = target->transport;
    struct by_dial_place where;

    memcpy(target->dialled, target->addresses[target->place % count].text, sizeof target->dialled);
    by_dial_parse(target->dialled, &where);
    unsigned place = target->place++ / (unsigned)count;
    target->tries++;
    target->next_ms =
        uv_now(&dialer->net->loop) + by_dial_pause_ms(target->tries, dialer->random());
    dialer->open_count++;
    /* It may be lost before the call is back, and then has said so. */
    struct by_conn *conn =
        by_net_dial(dialer->net, &transport, where.host, where.port, place, dialer);
    if (conn == NULL)
        dialer->open_count--;
    else if (conn->end == BY_END_NONE)
        target->conn = conn;
}

enum banyan_status by_dialer_poll(struct by_dialer *dialer, struct banyan_error *error)
{
    enum banyan_status status = read_known(dialer, error);
    uint64_t now = uv_now(&dialer->net->loop);

    for (size_t i = 0; i < dialer->count && dialer->open_count < BY_DIALS_MAX; i++) {
        struct by_dial_target *target = &dialer->targets[i];
        if (target->address_count > 0 && target->conn == NULL && target->next_ms <= now &&
            by_net_find(dialer->net, &target->transport) == NULL)
            dial(dialer, target);
    }
    return status;
}

void by_dialer_hurry(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++)
        dialer->targets[i].next_ms = 0;
}

void by_dialer_in_sync(struct by_dialer *dialer, const struct by_conn *conn)
{
    struct by_dial_target *target = find(dialer, &conn->transport);

    if (target != NULL)
        target->tries = 0;
}

void by_dialer_lost(struct by_dialer *dialer, const struct by_conn *conn)
{
    struct by_dial_target *target = find(dialer, &conn->transport);

    if (conn->tag == dialer)
        dialer->open_count--;
    if (target == NULL)
        return;
    if (target->conn == conn)
        target->conn = NULL;
    /* Both sides dial when a connection is lost: not in the same moment. The address that answered
     * comes first. */
    if (conn->was_up) {
        unsigned tries = target->tries > 0 ? target->tries : 1;
        target->next_ms = uv_now(&dialer->net->loop) + by_dial_pause_ms(tries, dialer->random());
        if (conn->tag == dialer && target->place > 0)
            target->place--;
    }
}

const char *by_dialer_address(const struct by_dialer *dialer, const struct by_conn *conn)
{
    const struct by_dial_target *target = find(dialer, &conn->transport);

    return target == NULL || conn->tag != dialer ? "" : target->dialled;
}
