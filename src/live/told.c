#include "live/told.h"

#include <string.h>

#include "base/error.h"
#include "core/local.h"

struct telling {
    struct by_arena *arena;
    struct by_note_addresses told;
    struct by_bytes address; /* to be added or removed */
    bool is_removed;
    struct banyan_error *error;
};

static enum banyan_status read_told(void *context, struct by_store_txn *txn)
{
    struct telling *telling = context;
    struct by_bytes body;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_TOLD, &body);

    telling->told.count = 0;
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    if (telling->arena != NULL)
        status = by_arena_copy(telling->arena, body, &body);
    if (status == BANYAN_OK && by_note_addresses_read(body, &telling->told) != BANYAN_OK)
        status = BANYAN_ERR_DAMAGED;
    return status;
}

enum banyan_status by_told_read(struct by_store *store, struct by_arena *arena,
                                struct by_note_addresses *out_told, struct banyan_error *error)
{
    struct telling telling = {.arena = arena};
    enum banyan_status status = by_store_read(store, read_told, &telling, error);

    *out_told = telling.told;
    return status;
}

/* -- changing -- */

static size_t find(const struct by_note_addresses *told, struct by_bytes address)
{
    for (size_t i = 0; i < told->count; i++)
        if (by_bytes_equal(told->items[i], address))
            return i;
    return told->count;
}

static enum banyan_status add(struct telling *telling)
{
    struct by_note_addresses *told = &telling->told;

    if (find(told, telling->address) < told->count)
        return by_fail(telling->error, BANYAN_ERR_EXISTS, "members are told of '%.*s' already",
                       (int)telling->address.size, (const char *)telling->address.data);
    if (told->count == BY_NOTE_ADDRESSES_MAX)
        return by_fail(telling->error, BANYAN_ERR_USAGE,
                       "a node tells at most %u addresses: remove one first",
                       BY_NOTE_ADDRESSES_MAX);
    told->items[told->count++] = telling->address;
    return BANYAN_OK;
}

static enum banyan_status take_away(struct telling *telling)
{
    struct by_note_addresses *told = &telling->told;
    size_t at = find(told, telling->address);

    if (at == told->count)
        return by_fail(telling->error, BANYAN_ERR_NOT_FOUND, "members are not told of '%.*s'",
                       (int)telling->address.size, (const char *)telling->address.data);
    told->count--;
    memmove(&told->items[at], &told->items[at + 1], (told->count - at) * sizeof told->items[0]);
    return BANYAN_OK;
}

static enum banyan_status change(void *context, struct by_store_txn *txn)
{
    struct telling *telling = context;
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    enum banyan_status status = read_told(telling, txn);

    /* A list that is not as written is begun anew: it can be told again. */
    if (status == BANYAN_ERR_DAMAGED) {
        telling->told.count = 0;
        status = BANYAN_OK;
    }
    if (status == BANYAN_OK)
        status = telling->is_removed ? take_away(telling) : add(telling);
    if (status == BANYAN_OK)
        status = by_note_addresses_write(&telling->told, &body);
    if (status == BANYAN_OK)
        status = by_store_local_put(txn, BY_LOCAL_TOLD, by_buffer_bytes(&body));
    by_buffer_deinit(&body);
    return status;
}

enum banyan_status
by_told_add(struct by_store *store, struct by_bytes address, struct banyan_error *error)
{
    struct telling telling = {.address = address, .error = error};
    enum banyan_status status = by_address_check(address, error);

    return status == BANYAN_OK ? by_store_write(store, change, &telling, error) : status;
}

enum banyan_status
by_told_remove(struct by_store *store, struct by_bytes address, struct banyan_error *error)
{
    struct telling telling = {.address = address, .is_removed = true, .error = error};

    return by_store_write(store, change, &telling, error);
}
