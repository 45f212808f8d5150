/*
 * Importing a table of new sites, until they are durable in the logs and shown in the view; beside
 * it, in turns, the least that keeping such rows takes.
 *
 *   bench_import [SEED [ROWS [ROUNDS]]]
 *
 * Instructions: valgrind --tool=callgrind build/tests/bench/bench_import 7 2000 1, and import and
 * meet in what it collects.
 */
#include <sodium/crypto_generichash.h>
#include <sqlite3.h>
#include <time.h>

#include "bare_lmdb.h"
#include "homes.h"
#include "import/import.h"

#define ROWS       20000u
#define ROUNDS     5u
#define ROUNDS_MAX 64u
#define ROW_BYTES  512u

struct spent {
    double clock_s, cpu_s; /* cpu_s: of all threads */
};

static double seconds(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct spent now(void)
{
    return (struct spent){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct spent since(struct spent before)
{
    struct spent at = now();

    return (struct spent){at.clock_s - before.clock_s, at.cpu_s - before.cpu_s};
}

/* ---- the table ----------------------------------------------------------------------------- */

struct site {
    char code[16], name[80], latitude[16], longitude[16], note[80];
};

static void make_site(size_t number, uint64_t *seed, struct site *out_site)
{
    uint64_t random = test_random(seed);

    (void)snprintf(out_site->code, sizeof out_site->code, "S%07zu", number);
    (void)snprintf(out_site->name, sizeof out_site->name,
                   "Protected place number %zu of the river %u", number, (unsigned)(random % 9973));
    (void)snprintf(out_site->latitude, sizeof out_site->latitude, "%u.%05u",
                   44 + (unsigned)(random >> 16) % 8, (unsigned)(random >> 20) % 100000);
    (void)snprintf(out_site->longitude, sizeof out_site->longitude, "%u.%05u",
                   22 + (unsigned)(random >> 36) % 18, (unsigned)(random >> 40) % 100000);
    (void)snprintf(out_site->note, sizeof out_site->note, "seen by the warden in %u",
                   1980 + (unsigned)(random >> 48) % 45);
}

static char *write_table(const char *folder, uint64_t seed, size_t rows)
{
    char *path = test_folder_path(folder, "sites.csv");
    FILE *file = fopen(path, "w");

    if (file == NULL)
        exit(1);
    (void)fputs("Code,Name,Site type,Latitude,Longitude,Notes\n", file);
    for (size_t i = 0; i < rows; i++) {
        struct site site;

        make_site(i, &seed, &site);
        (void)fprintf(file, "%s,%s,pa,%s,%s,%s\n", site.code, site.name, site.latitude,
                      site.longitude, site.note);
    }
    if (fclose(file) != 0)
        exit(1);
    return path;
}

/* ---- importing ----------------------------------------------------------------------------- */

static __attribute__((noinline)) struct spent import(struct by_node *node, const char *path)
{
    static const char mapping[] =
        "{\"type\":\"site\",\"key\":[\"Code\"],\"columns\":{\"Code\":null,\"Name\":\"name.en\","
        "\"Site "
        "type\":\"site_type\",\"Latitude\":{\"field\":\"geometry\",\"part\":\"latitude\"},"
        "\"Longitude\":"
        "{\"field\":\"geometry\",\"part\":\"longitude\"},\"Notes\":\"description.en\"}}";
    const struct banyan_import import = {.path = path, .mapping = mapping};
    struct by_buffer json = BY_BUFFER_INIT(SIZE_MAX);
    struct banyan_error error = {0};
    struct spent before = now();

    homes_must(by_import_file(node, &import, NULL, NULL, &json, &error), &error);
    struct spent spent = since(before);
    by_buffer_deinit(&json);
    return spent;
}

static __attribute__((noinline)) struct spent meet(struct by_node *node)
{
    struct banyan_error error = {0};
    struct spent before = now();

    homes_must(by_node_view(node, NULL, &error), &error);
    return since(before);
}

/* ---- the least ----------------------------------------------------------------------------- */

static void bare_sqlite_must(int code, sqlite3 *db)
{
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return;
    (void)fprintf(stderr, "SQLite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3 *bare_sqlite_open(const char *folder, sqlite3_stmt **out_put)
{
    static const char sql[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE "
                              "TABLE site (code TEXT, name "
                              "TEXT, latitude REAL, longitude REAL, note TEXT); BEGIN";
    char *path = test_folder_path(folder, "bare.db");
    sqlite3 *db = NULL;

    bare_sqlite_must(sqlite3_open(path, &db), db);
    bare_sqlite_must(sqlite3_exec(db, sql, NULL, NULL, NULL), db);
    bare_sqlite_must(
        sqlite3_prepare_v2(db, "INSERT INTO site VALUES (?, ?, ?, ?, ?)", -1, out_put, NULL), db);
    free(path);
    return db;
}

static void bare_row(const struct site *site, uint64_t number, struct bare_lmdb *lmdb, MDB_txn *txn,
                     sqlite3 *db, sqlite3_stmt *put)
{
    const char *const cells[] = {site->code, site->name, site->latitude, site->longitude,
                                 site->note};
    char row[ROW_BYTES];
    uint8_t hash[32], key_bytes[8];
    size_t size = (size_t)snprintf(row, sizeof row, "%s,%s,%s,%s,%s", cells[0], cells[1], cells[2],
                                   cells[3], cells[4]);
    MDB_val key = {sizeof key_bytes, key_bytes}, value = {size, row};

    (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)row, size, NULL, 0);
    by_put_u64be(key_bytes, number);
    bare_lmdb_must(mdb_put(txn, lmdb->table, &key, &value, MDB_APPEND));
    for (int i = 0; i < 5; i++)
        bare_sqlite_must(sqlite3_bind_text(put, i + 1, cells[i], -1, SQLITE_STATIC), db);
    bare_sqlite_must(sqlite3_step(put), db);
    bare_sqlite_must(sqlite3_reset(put), db);
}

static struct spent keep_barely(const char *folder, uint64_t seed, size_t rows)
{
    struct bare_lmdb lmdb;
    sqlite3_stmt *put = NULL;
    MDB_txn *txn = NULL;

    bare_lmdb_open(&lmdb, folder, "bare");
    sqlite3 *db = bare_sqlite_open(folder, &put);
    struct spent before = now();
    bare_lmdb_must(mdb_txn_begin(lmdb.env, NULL, 0, &txn));
    for (size_t i = 0; i < rows; i++) {
        struct site site;

        make_site(i, &seed, &site);
        bare_row(&site, i, &lmdb, txn, db, put);
    }
    bare_lmdb_must(mdb_txn_commit(txn));
    bare_sqlite_must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), db);
    struct spent spent = since(before);
    (void)sqlite3_finalize(put);
    (void)sqlite3_close(db);
    bare_lmdb_close(&lmdb);
    return spent;
}

/* ---- rounds -------------------------------------------------------------------------------- */

struct round {
    struct spent logs, view, bare;
};

static struct round run_round(uint64_t seed, size_t rows)
{
    void *folder = NULL;
    struct homes homes;
    struct round round;
    struct banyan_error error = {0};

    if (test_folder_make(&folder) != 0)
        exit(1);
    homes_init(&homes, folder, 1);
    char *path = write_table(folder, seed, rows);
    struct by_node *node = homes_open(&homes, 0);
    homes_must(by_node_view(node, NULL, &error), &error);
    round.bare = keep_barely(folder, seed, rows);
    round.logs = import(node, path);
    round.view = meet(node);
    by_node_close(node);
    free(path);
    (void)test_folder_remove(&folder);
    return round;
}

static int order_numbers(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof numbers[0], order_numbers);
    return numbers[count / 2];
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    size_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : ROWS;
    size_t rounds = argc > 3 ? strtoull(argv[3], NULL, 10) : ROUNDS;
    double rate[ROUNDS_MAX], logs[ROUNDS_MAX], view[ROUNDS_MAX], bare[ROUNDS_MAX],
        ratio[ROUNDS_MAX];

    rounds = rounds == 0 || rounds > ROUNDS_MAX ? ROUNDS : rounds;
    (void)printf("{\"bench\":\"import\",\"seed\":%llu}\n", (unsigned long long)seed);
    for (size_t i = 0; i < rounds; i++) {
        struct round round = run_round(seed, rows);
        double each = 1e6 / (double)rows;

        rate[i] = (double)rows / (round.logs.clock_s + round.view.clock_s);
        logs[i] = round.logs.cpu_s * each;
        view[i] = round.view.cpu_s * each;
        bare[i] = round.bare.cpu_s * each;
        ratio[i] = round.bare.cpu_s / (round.logs.cpu_s + round.view.cpu_s);
    }
    (void)printf("{\"bench\":\"import.csv\",\"rows\":%zu,\"rounds\":%zu,\"rows_per_s\":%.0f,"
                 "\"logs_cpu_us\":%.1f,\"view_cpu_us\":%.1f,\"bare_cpu_us\":%.1f,\"ratio\":%.3f}\n",
                 rows, rounds, median(rate, rounds), median(logs, rounds), median(view, rounds),
                 median(bare, rounds), median(ratio, rounds));
    return 0;
}
