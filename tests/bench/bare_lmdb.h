/*
 * The least that a durable append to an LMDB store does: one put behind all others, one commit.
 */
#ifndef BY_BENCH_BARE_LMDB_H
#define BY_BENCH_BARE_LMDB_H

#include <lmdb.h>
#include <sys/stat.h>

#include "lib/test_folder.h"
#include "sample.h"

struct bare_lmdb {
    MDB_env *env;
    MDB_dbi table;
    uint64_t next;
};

static inline void bare_lmdb_must(int code)
{
    if (code == 0)
        return;
    (void)fprintf(stderr, "LMDB: %s\n", mdb_strerror(code));
    exit(1);
}

static inline void bare_lmdb_open(struct bare_lmdb *bare, const char *folder, const char *name)
{
    char *path = test_folder_path(folder, name);
    MDB_txn *txn = NULL;

    *bare = (struct bare_lmdb){0};
    if (mkdir(path, 0700) != 0)
        exit(1);
    bare_lmdb_must(mdb_env_create(&bare->env));
    bare_lmdb_must(mdb_env_set_mapsize(bare->env, 1u << 30));
    bare_lmdb_must(mdb_env_open(bare->env, path, 0, 0600));
    bare_lmdb_must(mdb_txn_begin(bare->env, NULL, 0, &txn));
    bare_lmdb_must(mdb_dbi_open(txn, NULL, 0, &bare->table));
    bare_lmdb_must(mdb_txn_commit(txn));
    free(path);
}

static inline void bare_lmdb_put(struct bare_lmdb *bare, struct by_bytes bytes)
{
    uint8_t number[8];
    MDB_val key = {.mv_size = sizeof number, .mv_data = number};
    MDB_val value = {.mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data};
    MDB_txn *txn = NULL;

    by_put_u64be(number, bare->next++);
    bare_lmdb_must(mdb_txn_begin(bare->env, NULL, 0, &txn));
    bare_lmdb_must(mdb_put(txn, bare->table, &key, &value, MDB_APPEND));
    bare_lmdb_must(mdb_txn_commit(txn));
}

static inline void bare_lmdb_close(struct bare_lmdb *bare)
{
    mdb_env_close(bare->env);
}

#endif
