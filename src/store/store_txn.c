#include <errno.h>
#include <string.h>

#include "store/internal.h"

static enum banyan_status status_of(int code)
{
    switch (code) {
    case 0:
        return BANYAN_OK;
    case MDB_NOTFOUND:
        return BANYAN_ERR_NOT_FOUND;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return BANYAN_ERR_FULL;
    case ENOMEM:
        return BANYAN_ERR_MEMORY;
    case MDB_TXN_FULL:
        return BANYAN_ERR_TOO_LARGE;
    case MDB_READERS_FULL:
    case EAGAIN:
    case EBUSY:
        return BANYAN_ERR_BUSY;
    case MDB_VERSION_MISMATCH:
        return BANYAN_ERR_UPGRADE;
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_VALSIZE:
    case MDB_KEYEXIST:
    case MDB_BAD_DBI:
        return BANYAN_ERR_DAMAGED;
    default:
        return BANYAN_ERR_DISK;
    }
}

enum banyan_status by_store_refused(struct by_store_txn *txn, int code)
{
    /* What follows a refusal in the same transaction is only its echo. */
    if (code != 0 && code != MDB_NOTFOUND && txn->refusal == 0)
        txn->refusal = code;
    return status_of(code);
}

enum banyan_status by_store_fail(struct banyan_error *error, int code, const char *sentence)
{
    return by_fail(error, status_of(code), "%s: %s", by_words(error, sentence), mdb_strerror(code));
}

static enum banyan_status begin(struct by_store *store, unsigned flags,
                                struct by_store_txn *out_txn, struct banyan_error *error)
{
    int code = 0;

    *out_txn = (struct by_store_txn){.store = store, .is_write = flags == 0};
    if (store->is_in_txn)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "a transaction of this store is open already: use that one");
    code = by_share_begin(store->share, flags, &out_txn->txn);
    if (code != 0)
        return by_store_fail(error, code,
                             flags == 0 ? N_("cannot write to the store")
                                        : N_("cannot read the store"));
    store->is_in_txn = true;
    return BANYAN_OK;
}

/* LMDB does not write a page that was taken and given back within one transaction. Should it be the
 * last one, the file would look cut short to the next who opens it. */
static void fill_to_last_page(struct by_store *store)
{
    MDB_envinfo info;
    MDB_stat facts;
    mdb_filehandle_t descriptor = -1;

    (void)mdb_env_info(store->env, &info);
    (void)mdb_env_stat(store->env, &facts);
    (void)mdb_env_get_fd(store->env, &descriptor);
    by_os_file_lengthen(descriptor, ((uint64_t)info.me_last_pgno + 1) * facts.ms_psize);
}

/* LMDB calls a write that ended half-way EIO, whatever the reason. */
static int commit(struct by_store_txn *txn)
{
    mdb_filehandle_t descriptor = -1;
    int code = mdb_txn_commit(txn->txn);

    if (code == 0)
        fill_to_last_page(txn->store);
    if (code == EIO && mdb_env_get_fd(txn->store->env, &descriptor) == 0 &&
        by_os_disk_is_full(descriptor))
        code = ENOSPC;
    return code;
}

/* Ends the transaction: commits when all went well so far. */
static enum banyan_status end(struct by_store_txn *txn, enum banyan_status status)
{
    bool is_write = txn->is_write;
    uint64_t number = mdb_txn_id(txn->txn);

    /* Work that overlooked a refusal must not be kept in part. */
    if (status == BANYAN_OK && is_write && txn->refusal != 0)
        status = status_of(txn->refusal);
    if (status == BANYAN_OK && is_write)
        status = by_store_refused(txn, commit(txn));
    else
        mdb_txn_abort(txn->txn);
    by_share_leave(txn->store->share);
    by_tail_settle(&txn->store->tail, number, status == BANYAN_OK);
    by_arena_deinit(&txn->arena);
    txn->store->is_in_txn = false;
    return status;
}

static enum banyan_status explain(const struct by_store_txn *txn, enum banyan_status status,
                                  const char *sentence, struct banyan_error *error)
{
    if (status == BANYAN_OK)
        return status;
    if (txn->refusal != 0 && status_of(txn->refusal) == status)
        return by_store_fail(error, txn->refusal, sentence);
    return by_fail_plain(error, status);
}

enum banyan_status by_store_write(struct by_store *store, by_store_work *work, void *context,
                                  struct banyan_error *error)
{
    for (;;) {
        struct by_store_txn txn;
        enum banyan_status status = begin(store, 0, &txn, error);

        if (status != BANYAN_OK)
            return status;
        status = end(&txn, work(context, &txn));
        if (status == BANYAN_OK || txn.refusal != MDB_MAP_FULL)
            return explain(&txn, status, N_("cannot write to the store"), error);
        status = by_share_grow(store->share, error);
        if (status != BANYAN_OK)
            return status;
    }
}

enum banyan_status by_store_read(struct by_store *store, by_store_work *work, void *context,
                                 struct banyan_error *error)
{
    struct by_store_txn txn;
    enum banyan_status status = begin(store, MDB_RDONLY, &txn, error);

    if (status != BANYAN_OK)
        return status;
    status = end(&txn, work(context, &txn));
    return explain(&txn, status, N_("cannot read the store"), error);
}

uint64_t by_store_last_txn(struct by_store *store)
{
    return by_share_last_txn(store->share);
}
