#include <stdlib.h>

#include "store/internal.h"

#define DATA_FILE       "data.mdb"
#define HOLD_FILE       "open.lock"
#define FORMAT_KEY      "format"
#define FORMAT_VERSION  1u
#define FIRST_MAP_BYTES ((size_t)32 * 1024 * 1024)

/* What LMDB needs to know before it may touch a page: that all of them are there. */
static enum banyan_status
check_length(struct by_store *store, const char *path, struct banyan_error *error)
{
    MDB_envinfo info = {0};
    MDB_stat facts = {0};
    uint64_t size = 0;
    enum banyan_status status = by_os_file_size(path, &size, error);

    (void)mdb_env_info(store->env, &info);
    (void)mdb_env_stat(store->env, &facts);
    if (status == BANYAN_OK && (facts.ms_psize == 0 || info.me_last_pgno >= size / facts.ms_psize))
        return by_fail(error, BANYAN_ERR_DAMAGED,
                       "%s has been cut short: put the home back from a copy, or join anew in "
                       "another folder",
                       path);
    return status;
}

static enum banyan_status
open_env(struct by_store *store, const char *folder, const char *path, struct banyan_error *error)
{
    int dead = 0;
    int code = mdb_env_create(&store->share->env);

    store->env = store->share->env;
    if (code == 0)
        code = mdb_env_open(store->env, folder, 0, 0600);
    if (code == MDB_INVALID)
        return by_fail(
            error, BANYAN_ERR_DAMAGED,
            "%s is no store, or its beginning is damaged: put the home back from a copy, or "
            "join anew in another folder",
            path);
    if (code == 0)
        code = mdb_reader_check(store->env, &dead);
    if (code != 0)
        return by_store_fail(error, code, "cannot open the store");
    return BANYAN_OK;
}

/* A file that LMDB could not begin (the disk is full) is taken away again, since it would be a
 * damaged store to the next who comes. */
static enum banyan_status open_or_make_env(struct by_store *store, const char *folder,
                                           const char *path, struct banyan_error *error)
{
    uint64_t size = 0;
    bool is_new = by_os_file_size(path, &size, NULL) == BANYAN_ERR_NOT_FOUND || size == 0;
    enum banyan_status status = open_env(store, folder, path, error);

    if (status == BANYAN_ERR_FULL && is_new)
        (void)!by_os_file_remove(path, NULL);
    return status;
}

/* LMDB begins with 1 MiB, and remembers in the file what a store has grown to. */
static enum banyan_status make_room(struct by_store *store, struct banyan_error *error)
{
    MDB_envinfo info = {0};
    int code = mdb_env_info(store->env, &info);

    if (code == 0 && info.me_mapsize < FIRST_MAP_BYTES)
        code = mdb_env_set_mapsize(store->env, FIRST_MAP_BYTES);
    return code == 0 ? BANYAN_OK : by_store_fail(error, code, "cannot make room for the store");
}

/* BANYAN_ERR_NOT_FOUND for a file that holds nothing yet. */
static enum banyan_status check_format(struct by_store_txn *txn, struct banyan_error *error)
{
    struct by_bytes value = {0};
    MDB_stat facts = {0};
    enum banyan_status status =
        by_row_get(txn, BY_TABLE_STORE, by_bytes_of_text(FORMAT_KEY), &value);
    int code = mdb_stat(txn->txn, txn->store->tree, &facts);

    if (code != 0 || (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND))
        return by_store_fail(error, code != 0 ? code : txn->refusal, "cannot read the store");
    if (status == BANYAN_ERR_NOT_FOUND && facts.ms_entries == 0)
        return BANYAN_ERR_NOT_FOUND;
    if (status == BANYAN_ERR_NOT_FOUND || value.size != 4)
        return by_fail(error, BANYAN_ERR_DAMAGED, "this file belongs to another program");
    if (by_get_u32le(value.data) != FORMAT_VERSION)
        return by_fail(error, BANYAN_ERR_UPGRADE,
                       "the store was made by a newer version of banyan: upgrade");
    return BANYAN_OK;
}

static enum banyan_status put_format(struct by_store_txn *txn, struct banyan_error *error)
{
    uint8_t version[4] = {0};
    enum banyan_status status = BANYAN_OK;

    by_put_u32le(version, FORMAT_VERSION);
    status = by_row_put(txn, BY_TABLE_STORE, by_bytes_of_text(FORMAT_KEY),
                        by_bytes_of(version, sizeof version));
    return status == BANYAN_OK ? status
                               : by_store_fail(error, txn->refusal, "cannot make the store");
}

/* Opens the tree of a store, or makes a store of an empty file; within one transaction, so that two
 * processes that begin at once make it once. */
static enum banyan_status prepare(struct by_store *store, bool create, struct banyan_error *error)
{
    struct by_store_txn txn = {.store = store};
    enum banyan_status status = BANYAN_OK;
    int code = by_share_begin(store->share, create ? 0 : MDB_RDONLY, &txn.txn);

    if (code != 0)
        return by_store_fail(error, code, "cannot open the store");
    code = mdb_dbi_open(txn.txn, NULL, 0, &store->share->tree);
    store->tree = store->share->tree;
    if (code == 0) {
        status = check_format(&txn, error);
        if (status == BANYAN_ERR_NOT_FOUND && create)
            status = put_format(&txn, error);
    }
    if (code == 0 && status == BANYAN_OK) {
        code = mdb_txn_commit(txn.txn);
        txn.txn = NULL;
    }
    if (txn.txn != NULL)
        mdb_txn_abort(txn.txn);
    by_share_leave(store->share);
    return code == 0 ? status : by_store_fail(error, code, "cannot open the store");
}

/* An empty file is one whose making was cut off: as good as none. */
static enum banyan_status check_there(const char *path, struct banyan_error *error)
{
    uint64_t size = 0;
    enum banyan_status status = by_os_file_size(path, &size, error);

    if (status == BANYAN_ERR_NOT_FOUND || (status == BANYAN_OK && size == 0))
        return by_fail(error, BANYAN_ERR_NOT_FOUND, "there is no store at %s", path);
    return status;
}

static enum banyan_status open_store(struct by_store *store, const char *folder, const char *path,
                                     const char *hold_path, bool create, struct banyan_error *error)
{
    enum banyan_status status =
        create ? by_os_folder_make(folder, error) : check_there(path, error);

    if (status == BANYAN_OK)
        status = by_os_hold_take(hold_path, &store->share->hold, error);
    if (status == BANYAN_OK)
        status = open_or_make_env(store, folder, path, error);
    if (status == BANYAN_OK)
        status = check_length(store, path, error);
    if (status == BANYAN_OK)
        status = make_room(store, error);
    if (status == BANYAN_OK) {
        status = prepare(store, false, error);
        /* Only a new store is worth a write transaction at each opening. */
        if (status == BANYAN_ERR_NOT_FOUND && create) {
            status = prepare(store, true, error);
            if (status == BANYAN_OK)
                status = by_os_folder_sync(folder, error);
        } else if (status == BANYAN_ERR_NOT_FOUND) {
            status = by_fail(error, status, "there is no store at %s", path);
        }
    }
    return status;
}

static struct by_store *new_handle(struct by_store_share *share)
{
    struct by_store *store = calloc(1, sizeof *store);

    if (store == NULL)
        return NULL;
    store->share = share;
    store->env = share->env;
    store->tree = share->tree;
    store->packed.size_max = BY_BLOCK_BYTES_MAX + BY_BLOCK_BYTES_MAX / 8;
    return store;
}

enum banyan_status by_store_open(const char *folder, bool create, struct by_store **out_store,
                                 struct banyan_error *error)
{
    enum banyan_status status = BANYAN_ERR_MEMORY;
    struct by_store_share *share = NULL;
    struct by_store *store = NULL;
    char *path = by_os_path_join(folder, DATA_FILE);
    char *hold_path = by_os_path_join(folder, HOLD_FILE);

    if (path != NULL && hold_path != NULL)
        status = by_share_new(&share);
    if (status == BANYAN_OK)
        store = new_handle(share);
    if (store == NULL)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    else
        status = open_store(store, folder, path, hold_path, create, error);
    if (status == BANYAN_OK)
        *out_store = store;
    else if (store != NULL)
        by_store_close(store);
    else
        by_share_drop(share);
    free(path);
    free(hold_path);
    return status;
}

enum banyan_status by_store_share(struct by_store *store, struct by_store **out_store)
{
    struct by_store *handle = new_handle(store->share);

    if (handle == NULL)
        return BANYAN_ERR_MEMORY;
    atomic_fetch_add(&store->share->handles, 1);
    *out_store = handle;
    return BANYAN_OK;
}

void by_store_close(struct by_store *store)
{
    if (store == NULL)
        return;
    by_share_drop(store->share);
    by_block_cache_deinit(&store->cache);
    by_zip_deinit(&store->zip);
    by_buffer_deinit(&store->packed);
    free(store);
}
