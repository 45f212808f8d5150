#include "net/dial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "live/reachable.h"
#include "sync/note_addresses.h"

/* Known ones, and as many that are near; and of the notes' those that have a place yet. */
#define TARGETS_MAX      (2u * BY_ADDRESSES_MAX)
#define TARGETS_TOLD_MAX (TARGETS_MAX + BY_PEERS_MAX)
/* So long at most an address that a note brings waits, so that not all who hear of it come at once.
 */
#define TOLD_MS_MAX 2000u

uint64_t by_dial_pause_ms(unsigned tries, uint64_t most_ms, uint32_t random)
{
    uint64_t pause = BY_REDIAL_MS_MIN;

    for (unsigned i = 1; i < tries && pause < most_ms; i++)
        pause *= 2;
    if (pause > most_ms)
        pause = most_ms;
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
    dialer->seen_txn = dialer->seen_notes = UINT64_MAX;
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

/* One that nothing is known of any more. */
static struct by_dial_target *find_empty(const struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++)
        if (dialer->targets[i].address_count == 0 && dialer->targets[i].conn == NULL)
            return &dialer->targets[i];
    return NULL;
}

static enum banyan_status find_or_add(struct by_dialer *dialer, const struct by_id *transport,
                                      size_t count_max, struct by_dial_target **out_target)
{
    *out_target = find(dialer, transport);
    if (*out_target != NULL)
        return BANYAN_OK;
    if (dialer->count >= count_max) {
        *out_target = find_empty(dialer);
        if (*out_target == NULL)
            return BANYAN_ERR_FULL;
        **out_target = (struct by_dial_target){.transport = *transport};
        return BANYAN_OK;
    }
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
    return address;
}

static bool is_told_only(const struct by_dial_address *address)
{
    return !address->is_known && !address->is_near;
}

/* Whether there is nothing but notes to go by. */
static bool has_told_only(const struct by_dial_target *target)
{
    for (size_t i = 0; i < target->address_count; i++)
        if (!is_told_only(&target->addresses[i]))
            return false;
    return true;
}

/* -- what is known -- */
static void forget(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++)
        for (size_t k = 0; k < dialer->targets[i].address_count; k++) {
            dialer->targets[i].addresses[k].is_known = false;
            dialer->targets[i].addresses[k].is_told = false;
        }
}

static void drop_forgotten(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count; i++) {
        struct by_dial_target *target = &dialer->targets[i];
        for (size_t k = target->address_count; k-- > 0;)
            if (is_told_only(&target->addresses[k]) && !target->addresses[k].is_told)
                drop_address(target, k);
    }
}

static enum banyan_status learn(struct by_dialer *dialer, const struct by_address *address)
{
    const struct by_id *own = &by_net_node(dialer->net)->transport.public_key;
    struct by_dial_target *target;

    if (by_id_equal(&address->transport, own))
        return BANYAN_OK;
    enum banyan_status status = find_or_add(dialer, &address->transport, TARGETS_MAX, &target);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_FULL ? BANYAN_OK : status;
    size_t count = target->address_count;
    bool was_told_only = has_told_only(target);
    struct by_dial_address *held = find_or_add_address(target, address->text);
    if (held != NULL)
        held->is_known = true;
    /* A new address is tried at once. */
    if (target->address_count > count || (was_told_only && held != NULL))
        target->next_ms = 0;
    return BANYAN_OK;
}

static enum banyan_status read_known(struct by_dialer *dialer, struct banyan_error *error)
{
    struct by_store *store = by_net_node(dialer->net)->store;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_address *addresses;
    size_t count;
    enum banyan_status status = by_addresses_read(store, &arena, &addresses, &count, error);

    if (status == BANYAN_OK)
        forget(dialer);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        status = learn(dialer, &addresses[i]);
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status learn_note(struct by_dialer *dialer, const struct by_note *note)
{
    const struct by_id *transport = by_reachable_transport(by_net_node(dialer->net), &note->device);
    struct by_note_addresses told;
    struct by_dial_target *target;

    if (transport == NULL || by_note_addresses_read(note->body, &told) != BANYAN_OK ||
        told.count == 0)
        return BANYAN_OK;
    enum banyan_status status = find_or_add(dialer, transport, TARGETS_TOLD_MAX, &target);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_FULL ? BANYAN_OK : status;
    for (size_t i = 0; i < told.count; i++) {
        size_t count = target->address_count;
        struct by_dial_address *held = find_or_add_address(target, told.items[i]);
        if (held != NULL)
            held->is_told = true;
        if (target->address_count > count)
            target->next_ms = uv_now(&dialer->net->loop) + dialer->random() % TOLD_MS_MAX;
    }
    return BANYAN_OK;
}

static enum banyan_status read_notes(struct by_dialer *dialer)
{
    const struct by_notes *notes = by_live_notes(dialer->net->live);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < notes->count && status == BANYAN_OK; i++) {
        const struct by_note *note = &notes->slots[by_notes_at(notes, i)].note;
        if (note->kind == BY_NOTE_ADDRESSES)
            status = learn_note(dialer, note);
    }
    return status;
}

static enum banyan_status read_all(struct by_dialer *dialer, struct banyan_error *error)
{
    uint64_t txn = by_store_last_txn(by_net_node(dialer->net)->store);
    uint64_t notes = by_live_notes(dialer->net->live)->version;

    if (txn == dialer->seen_txn && notes == dialer->seen_notes)
        return BANYAN_OK;
    enum banyan_status status = read_known(dialer, error);
    if (status == BANYAN_OK && read_notes(dialer) != BANYAN_OK)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (status != BANYAN_OK)
        return status;
    drop_forgotten(dialer);
    dialer->seen_txn = txn;
    dialer->seen_notes = notes;
    return BANYAN_OK;
}

enum banyan_status
by_dialer_hear(struct by_dialer *dialer, const struct by_id *transport, const char *text)
{
    struct by_dial_target *target;
    enum banyan_status status = find_or_add(dialer, transport, TARGETS_MAX, &target);

    if (status != BANYAN_OK)
        return status;
    struct by_dial_address *address = find_address(target, by_bytes_of_text(text));
    if (address == NULL || !address->is_near) {
        /* The place where it was near before is no more. */
        for (size_t k = target->address_count; k-- > 0;) {
            target->addresses[k].is_near = false;
            if (!target->addresses[k].is_known && !target->addresses[k].is_told)
                drop_address(target, k);
        }
        if (find_address(target, by_bytes_of_text(text)) == NULL || has_told_only(target))
            target->next_ms = 0; /* a new address is tried at once */
        address = find_or_add_address(target, by_bytes_of_text(text));
    }
    if (address == NULL)
        return BANYAN_ERR_FULL;
    address->is_near = true;
    return BANYAN_OK;
}

/* -- dialling -- */

static uint64_t pause_ms(const struct by_dialer *dialer, unsigned tries, bool is_told)
{
    return by_dial_pause_ms(tries, is_told ? BY_REDIAL_TOLD_MS_MAX : BY_REDIAL_MS_MAX,
                            dialer->random());
}

static size_t *open_count_of(struct by_dialer *dialer, const struct by_dial_target *target)
{
    return target->was_told ? &dialer->told_count : &dialer->open_count;
}

static void dial(struct by_dialer *dialer, struct by_dial_target *target)
{
    const struct by_dial_address *address =
        &target->addresses[target->place % target->address_count];
    struct by_id transport = target->transport;
    struct by_dial_place where;

    memcpy(target->dialled, address->text, sizeof target->dialled);
    by_dial_parse(target->dialled, &where);
    const struct by_conn_goal goal = {.host = where.host,
                                      .port = where.port,
                                      .place = target->place / (unsigned)target->address_count,
                                      .is_hearsay = is_told_only(address)};
    target->place++;
    target->tries++;
    target->was_told = has_told_only(target);
    target->next_ms =
        uv_now(&dialer->net->loop) + pause_ms(dialer, target->tries, target->was_told);
    ++*open_count_of(dialer, target);
    /* It may be lost before the call is back, and then has said so. */
    struct by_conn *conn = by_net_dial(dialer->net, &transport, &goal, dialer);
    if (conn == NULL)
        --*open_count_of(dialer, target);
    else if (conn->end == BY_END_NONE)
        target->conn = conn;
}

static bool is_due(const struct by_dialer *dialer, const struct by_dial_target *target)
{
    return target->address_count > 0 && target->conn == NULL &&
           target->next_ms <= uv_now(&dialer->net->loop) &&
           by_net_find(dialer->net, &target->transport) == NULL;
}

static void dial_known(struct by_dialer *dialer)
{
    for (size_t i = 0; i < dialer->count && dialer->open_count < BY_DIALS_MAX; i++)
        if (!has_told_only(&dialer->targets[i]) && is_due(dialer, &dialer->targets[i]))
            dial(dialer, &dialer->targets[i]);
}

/* Whichever, from a place that is left to chance. */
static void dial_told(struct by_dialer *dialer)
{
    size_t first = dialer->count == 0 ? 0 : dialer->random() % dialer->count;

    for (size_t i = 0; i < dialer->count && dialer->told_count < BY_DIALS_TOLD_MAX; i++) {
        struct by_dial_target *target = &dialer->targets[(first + i) % dialer->count];
        if (has_told_only(target) && is_due(dialer, target))
            dial(dialer, target);
    }
}

enum banyan_status by_dialer_poll(struct by_dialer *dialer, struct banyan_error *error)
{
    enum banyan_status status = read_all(dialer, error);

    dial_known(dialer);
    if (dialer->told_count < BY_DIALS_TOLD_MAX)
        dial_told(dialer);
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

    if (target == NULL)
        return;
    if (conn->tag == dialer)
        --*open_count_of(dialer, target);
    if (target->conn == conn)
        target->conn = NULL;
    /* Both sides dial when a connection is lost: not in the same moment. The address that answered
     * comes first. */
    if (conn->was_up) {
        unsigned tries = target->tries > 0 ? target->tries : 1;
        target->next_ms =
            uv_now(&dialer->net->loop) + pause_ms(dialer, tries, has_told_only(target));
        if (conn->tag == dialer && target->place > 0)
            target->place--;
    }
}

const char *by_dialer_address(const struct by_dialer *dialer, const struct by_conn *conn)
{
    const struct by_dial_target *target = find(dialer, &conn->transport);

    return target == NULL || conn->tag != dialer ? "" : target->dialled;
}
