#include "core/local.h"

#include <string.h>

/* A value that is there with another size was not written by this program. */
static enum banyan_status
get_sized(struct by_store_txn *txn, const char *name, size_t size, struct by_bytes *out_value)
{
    enum banyan_status status = by_store_local_get(txn, name, out_value);
    if (status != BANYAN_OK)
        return status;
    return out_value->size == size ? BANYAN_OK : BANYAN_ERR_DAMAGED;
}

enum banyan_status by_local_u64_get(struct by_store_txn *txn, const char *name, uint64_t *out_value)
{
    struct by_bytes value;
    enum banyan_status status = get_sized(txn, name, 8, &value);

    *out_value = status == BANYAN_OK ? by_get_u64le(value.data) : 0;
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_local_u64_put(struct by_store_txn *txn, const char *name, uint64_t value)
{
    uint8_t bytes[8];

    by_put_u64le(bytes, value);
    return by_store_local_put(txn, name, by_bytes_of(bytes, sizeof bytes));
}

enum banyan_status
by_local_log_get(struct by_store_txn *txn, const char *name, struct by_log_id *out_log)
{
    struct by_bytes value;
    enum banyan_status status = get_sized(txn, name, 40, &value);

    if (status == BANYAN_OK)
        by_log_id_get(value.data, out_log);
    return status;
}

enum banyan_status
by_local_log_put(struct by_store_txn *txn, const char *name, const struct by_log_id *log)
{
    uint8_t bytes[40];

    by_log_id_put(bytes, log);
    return by_store_local_put(txn, name, by_bytes_of(bytes, sizeof bytes));
}

enum banyan_status by_local_acts_changed(struct by_store_txn *txn)
{
    uint64_t version;
    enum banyan_status status = by_local_u64_get(txn, BY_LOCAL_ACTS, &version);

    if (status != BANYAN_OK)
        return status;
    return by_local_u64_put(txn, BY_LOCAL_ACTS, version + 1);
}

void by_local_heard_name(const struct by_id *organisation, char out_name[BY_LOCAL_HEARD_NAME_BYTES])
{
    memcpy(out_name, BY_LOCAL_HEARD, sizeof BY_LOCAL_HEARD);
    by_hex(by_id_bytes(organisation), out_name + sizeof BY_LOCAL_HEARD - 1);
}

enum banyan_status by_local_heard_get(struct by_store_txn *txn, const struct by_id *organisation,
                                      uint64_t *out_hlc, struct by_id *out_via)
{
    char name[BY_LOCAL_HEARD_NAME_BYTES];
    struct by_bytes value;

    *out_hlc = 0;
    memset(out_via, 0, sizeof *out_via);
    by_local_heard_name(organisation, name);
    enum banyan_status status = get_sized(txn, name, 8 + 32, &value);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    *out_hlc = by_get_u64le(value.data);
    memcpy(out_via->bytes, value.data + 8, 32);
    return BANYAN_OK;
}

enum banyan_status by_local_heard_put(struct by_store_txn *txn, const struct by_id *organisation,
                                      uint64_t hlc, const struct by_id *via)
{
    char name[BY_LOCAL_HEARD_NAME_BYTES];
    uint8_t value[8 + 32];
    uint64_t held;
    struct by_id held_via;

    enum banyan_status status = by_local_heard_get(txn, organisation, &held, &held_via);
    if (status != BANYAN_OK || held >= hlc)
        return status;
    by_put_u64le(value, hlc);
    memcpy(value + 8, via->bytes, 32);
    by_local_heard_name(organisation, name);
    return by_store_local_put(txn, name, by_bytes_of(value, sizeof value));
}
