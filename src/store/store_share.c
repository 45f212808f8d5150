#include <errno.h>
#include <stdlib.h>

#include "store/internal.h"

enum banyan_status by_share_new(struct by_store_share **out_share)
{
    struct by_store_share *share = calloc(1, sizeof *share);

    if (share == NULL)
        return BANYAN_ERR_MEMORY;
    /* Readers first, as is the default: the map grows when nobody reads, and who reads never waits
     * for one who waits to grow. */
    if (pthread_rwlock_init(&share->map_lock, NULL) != 0) {
        free(share);
        return BANYAN_ERR_MEMORY;
    }
    atomic_init(&share->handles, 1);
    *out_share = share;
    return BANYAN_OK;
}

void by_share_drop(struct by_store_share *share)
{
    if (share == NULL || atomic_fetch_sub(&share->handles, 1) > 1)
        return;
    if (share->env != NULL)
        mdb_env_close(share->env);
    by_os_hold_drop(share->hold);
    pthread_rwlock_destroy(&share->map_lock);
    free(share);
}

/* LMDB wants no transaction of this process open while the map moves. 0 = as large as the file. */
static int move_map(struct by_store_share *share, size_t size)
{
    int code = 0;

    pthread_rwlock_wrlock(&share->map_lock);
    if (!share->is_unmapped)
        code = mdb_env_set_mapsize(share->env, size);
    share->is_unmapped = share->is_unmapped || code != 0;
    code = share->is_unmapped ? ENOMEM : 0;
    pthread_rwlock_unlock(&share->map_lock);
    return code;
}

int by_share_begin(struct by_store_share *share, unsigned flags, MDB_txn **out_txn)
{
    int code = MDB_MAP_RESIZED;

    while (code == MDB_MAP_RESIZED) {
        pthread_rwlock_rdlock(&share->map_lock);
        code = share->is_unmapped ? ENOMEM : mdb_txn_begin(share->env, NULL, flags, out_txn);
        if (code == 0)
            return 0;
        pthread_rwlock_unlock(&share->map_lock);
        if (code == MDB_MAP_RESIZED && move_map(share, 0) != 0)
            code = ENOMEM;
    }
    return code;
}

void by_share_leave(struct by_store_share *share)
{
    pthread_rwlock_unlock(&share->map_lock);
}

enum banyan_status by_share_grow(struct by_store_share *share, struct banyan_error *error)
{
    MDB_envinfo info = {0};
    int code = 0;

    pthread_rwlock_rdlock(&share->map_lock);
    (void)mdb_env_info(share->env, &info);
    pthread_rwlock_unlock(&share->map_lock);
    if (info.me_mapsize > SIZE_MAX / 2)
        return by_fail(error, BANYAN_ERR_FULL, "the store is larger than this machine can map");
    code = move_map(share, info.me_mapsize * 2);
    return code == 0 ? BANYAN_OK
                     : by_store_fail(error, code, "cannot make more room for the store");
}

/* The number in the file may be ahead of what a transaction that begins now reads: LMDB writes it,
 * waits for the disk, and only then lets readers at the commit. Who compared that number would take
 * an older state for the newest, and miss the change. */
uint64_t by_share_last_txn(struct by_store_share *share)
{
    MDB_txn *txn = NULL;

    if (by_share_begin(share, MDB_RDONLY, &txn) != 0)
        return 0;
    uint64_t number = mdb_txn_id(txn);
    mdb_txn_abort(txn);
    by_share_leave(share);
    return number;
}
