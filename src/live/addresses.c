#include "live/addresses.h"

#include <string.h>

#include "core/local.h"

#define LIST_VERSION 1u
#define FIXED_BYTES  (32u + 1u + 8u + 1u)
#define LIST_BYTES_MAX                                                                             \
    (1u + (size_t)BY_ADDRESSES_MAX * (FIXED_BYTES + (size_t)BY_ADDRESS_BYTES_MAX))

/* -- the list -- */
static enum banyan_status take_address(struct by_cursor *cursor, struct by_address *out_address)
{
    struct by_bytes fixed;
    enum banyan_status status = by_cursor_take(cursor, FIXED_BYTES, &fixed);

    if (status != BANYAN_OK)
        return status;
    memcpy(out_address->transport.bytes, fixed.data, 32);
    if (fixed.data[32] != BY_ADDRESS_OF_INVITATION && fixed.data[32] != BY_ADDRESS_OF_PERSON)
        return BANYAN_ERR_MALFORMED;
    out_address->source = (enum by_address_source)fixed.data[32];
    out_address->learnt_ms = by_get_u64le(fixed.data + 33);
    status = by_cursor_take(cursor, fixed.data[41], &out_address->text);
    return status == BANYAN_OK ? by_address_check(out_address->text, NULL) : status;
}

/* The addresses in value, which they borrow from. */
static enum banyan_status
read_list(struct by_bytes value, struct by_address out_list[BY_ADDRESSES_MAX], size_t *out_count)
{
    struct by_cursor cursor = {value};
    uint8_t version;

    *out_count = 0;
    if (by_cursor_take_u8(&cursor, &version) != BANYAN_OK || version != LIST_VERSION)
        return BANYAN_ERR_DAMAGED;
    while (cursor.rest.size > 0) {
        if (*out_count == BY_ADDRESSES_MAX ||
            take_address(&cursor, &out_list[*out_count]) != BANYAN_OK)
            return BANYAN_ERR_DAMAGED;
        ++*out_count;
    }
    return BANYAN_OK;
}

static enum banyan_status append_address(const struct by_address *address, struct by_buffer *out)
{
    uint8_t fixed[FIXED_BYTES];

    memcpy(fixed, address->transport.bytes, 32);
    fixed[32] = (uint8_t)address->source;
    by_put_u64le(fixed + 33, address->learnt_ms);
    fixed[41] = (uint8_t)address->text.size;
    enum banyan_status status = by_buffer_append(out, fixed, sizeof fixed);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, address->text) : status;
}

static bool
is_same(const struct by_address *address, const struct by_id *transport, struct by_bytes text)
{
    return by_id_equal(&address->transport, transport) && by_bytes_equal(address->text, text);
}

/* The list as it is to be: first, where not NULL, then what is held, without the one that is the
 * same as (transport, text). */
static enum banyan_status rewrite(struct by_store_txn *txn, const struct by_address *first,
                                  const struct by_id *transport, struct by_bytes text)
{
    struct by_address list[BY_ADDRESSES_MAX];
    struct by_buffer out = BY_BUFFER_INIT(LIST_BYTES_MAX);
    struct by_bytes held = {0};
    size_t count = 0, kept = first != NULL, of_key = first != NULL;

    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_ADDRESSES, &held);
    /* A list that is not as written is begun anew: it can be told again. */
    if (status == BANYAN_OK && read_list(held, list, &count) == BANYAN_ERR_DAMAGED)
        count = 0;
    status = status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&out, LIST_VERSION);
    if (status == BANYAN_OK && first != NULL)
        status = append_address(first, &out);
    for (size_t i = 0; status == BANYAN_OK && i < count && kept < BY_ADDRESSES_MAX; i++) {
        bool is_of_key = by_id_equal(&list[i].transport, transport);
        if (is_same(&list[i], transport, text) || (is_of_key && of_key == BY_ADDRESSES_PER_KEY_MAX))
            continue;
        of_key += is_of_key;
        kept++;
        status = append_address(&list[i], &out);
    }
    if (status == BANYAN_OK)
        status = by_store_local_put(txn, BY_LOCAL_ADDRESSES, by_buffer_bytes(&out));
    by_buffer_deinit(&out);
    return status;
}

enum banyan_status by_addresses_put(struct by_store_txn *txn, const struct by_address *address)
{
    return rewrite(txn, address, &address->transport, address->text);
}

enum banyan_status
by_addresses_remove(struct by_store_txn *txn, const struct by_id *transport, struct by_bytes text)
{
    return rewrite(txn, NULL, transport, text);
}

enum banyan_status by_addresses_get(struct by_store_txn *txn, struct by_arena *arena,
                                    struct by_address **out_addresses, size_t *out_count)
{
    struct by_bytes held;

    *out_count = 0;
    *out_addresses = by_arena_array(arena, BY_ADDRESSES_MAX, sizeof **out_addresses);
    if (*out_addresses == NULL)
        return BANYAN_ERR_MEMORY;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_ADDRESSES, &held);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    status = read_list(held, *out_addresses, out_count);
    for (size_t i = 0; status == BANYAN_OK && i < *out_count; i++)
        status = by_arena_copy(arena, (*out_addresses)[i].text, &(*out_addresses)[i].text);
    return status;
}

/* -- in transactions of their own -- */
static enum banyan_status put_one(void *context, struct by_store_txn *txn)
{
    return by_addresses_put(txn, context);
}

enum banyan_status by_addresses_add(struct by_store *store, const struct by_address *address,
                                    struct banyan_error *error)
{
    struct by_address copy = *address;

    return by_store_write(store, put_one, &copy, error);
}

struct reading {
    struct by_arena *arena;
    struct by_address *addresses;
    size_t count;
};

static enum banyan_status get_all(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;

    return by_addresses_get(txn, reading->arena, &reading->addresses, &reading->count);
}

enum banyan_status by_addresses_read(struct by_store *store, struct by_arena *arena,
                                     struct by_address **out_addresses, size_t *out_count,
                                     struct banyan_error *error)
{
    struct reading reading = {.arena = arena};
    enum banyan_status status = by_store_read(store, get_all, &reading, error);

    *out_addresses = reading.addresses;
    *out_count = status == BANYAN_OK ? reading.count : 0;
    return status;
}

static enum banyan_status get_inviter(void *context, struct by_store_txn *txn)
{
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_INVITER, &value);

    if (status != BANYAN_OK)
        return status;
    return by_id_from_bytes(value, context) == BANYAN_OK ? BANYAN_OK : BANYAN_ERR_DAMAGED;
}

enum banyan_status by_addresses_inviter(struct by_store *store, struct by_id *out_transport,
                                        struct banyan_error *error)
{
    return by_store_read(store, get_inviter, out_transport, error);
}
