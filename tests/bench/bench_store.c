/*
 * How fast the store takes and gives entries, and what they cost on disk. One JSON object a line;
 * see README.md.
 */
#include <unistd.h>

#include "bare_lmdb.h"
#include "crypto/key.h"
#include "sample.h"
#include "store/store.h"

#define ENTRIES          200000u
#define BLOCKS_IN_TXN    512u
#define SINGLE_ROUNDS    21u
#define SINGLES_IN_ROUND 50u

static void must(enum banyan_status status, const struct banyan_error *error)
{
    if (status == BANYAN_OK)
        return;
    (void)fprintf(stderr, "%s\n", error->text);
    exit(1);
}

struct batch {
    const struct by_run *runs;
    const struct by_bytes *packed; /* NULL: the store packs */
    size_t count;
};

static enum banyan_status append_batch(void *context, struct by_store_txn *txn)
{
    const struct batch *batch = context;
    enum banyan_status status = BANYAN_OK;
    enum by_store_verdict verdict;

    for (size_t i = 0; status == BANYAN_OK && i < batch->count; i++)
        status = by_store_append(txn, &batch->runs[i],
                                 batch->packed != NULL ? batch->packed[i] : by_bytes_of(NULL, 0),
                                 &verdict);
    return status;
}

static struct by_store *open_in(const char *folder, const char *name)
{
    struct by_store *store = NULL;
    struct banyan_error error = {0};
    char *path = test_folder_path(folder, name);

    must(by_store_open(path, true, &store, &error), &error);
    free(path);
    return store;
}

/* -- many at once -- */

static void append_all(struct by_store *store, const struct test_runs *runs, bool is_packed)
{
    struct banyan_error error = {0};

    for (size_t i = 0; i < runs->count; i += BLOCKS_IN_TXN) {
        struct batch batch = {.runs = runs->runs + i,
                              .packed = is_packed ? runs->packed + i : NULL,
                              .count = runs->count - i};

        if (batch.count > BLOCKS_IN_TXN)
            batch.count = BLOCKS_IN_TXN;
        must(by_store_write(store, append_batch, &batch, &error), &error);
    }
}

static void
measure_batches(const char *folder, const char *name, const struct test_runs *runs, bool is_packed)
{
    struct by_store *store = open_in(folder, name);
    double start = sample_now_s(), seconds = 0;

    append_all(store, runs, is_packed);
    seconds = sample_now_s() - start;
    by_store_close(store);
    printf("{\"bench\":\"store.append_batches\",\"packing\":\"%s\",\"entries\":%u,"
           "\"blocks_in_txn\":%u,\"seconds\":%.3f,\"entries_per_s\":%.0f}\n",
           is_packed ? "by the sender" : "here", ENTRIES, BLOCKS_IN_TXN, seconds,
           ENTRIES / seconds);
}

/* -- written here: links, hashes, seals, compression, store -- */

struct writing {
    const struct sample *sample;
    struct test_log log;
    struct by_writer writer;
    struct by_buffer links;
    size_t first, count;
    struct by_store_txn *txn;
};

static enum banyan_status store_run(void *context, const struct by_run *run)
{
    struct writing *writing = context;
    enum by_store_verdict verdict;

    return by_store_append(writing->txn, run, by_bytes_of(NULL, 0), &verdict);
}

static enum banyan_status write_entries(void *context, struct by_store_txn *txn)
{
    struct writing *writing = context;
    struct by_writer *writer = &writing->writer;
    uint8_t salts[BY_BLOCK_ENTRIES_MAX][BY_SALT_BYTES];
    enum banyan_status status = BANYAN_OK;

    writing->txn = txn;
    by_writer_init(writer, &writing->log.key, &test_network, &writing->log.next, store_run,
                   writing);
    writer->last_hlc = writing->log.hlc;
    for (size_t i = 0; status == BANYAN_OK && i < writing->count; i++) {
        size_t index = writing->first + i;
        const uint8_t *salt = salts[i % BY_BLOCK_ENTRIES_MAX];

        /* For a block at a time: a system call each would cost a tenth of all. */
        if (i % BY_BLOCK_ENTRIES_MAX == 0)
            by_os_random(salts, sizeof salts);
        test_links(index, &writing->links);
        status = by_writer_add(writer, BY_KIND_OPERATION, by_buffer_bytes(&writing->links),
                               sample_payload((void *)(uintptr_t)writing->sample, index), salt,
                               1700000000000u + index);
    }
    if (status == BANYAN_OK)
        status = by_writer_flush(writer);
    /* The transaction may run again: the log moves on only after it. */
    return status;
}

static void measure_writing(const char *folder, const char *name, const struct sample *sample)
{
    static struct writing writing;
    struct by_store *store = open_in(folder, name);
    struct banyan_error error = {0};
    double start = 0, seconds = 0;

    writing = (struct writing){.sample = sample,
                               .log = test_log_start(3),
                               .links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX),
                               .count = BY_BLOCK_ENTRIES_MAX * BLOCKS_IN_TXN};
    start = sample_now_s();
    for (writing.first = 0; writing.first < ENTRIES; writing.first += writing.count) {
        if (writing.count > ENTRIES - writing.first)
            writing.count = ENTRIES - writing.first;
        must(by_store_write(store, write_entries, &writing, &error), &error);
        writing.log.next = writing.writer.next;
        writing.log.hlc = writing.writer.last_hlc;
        by_writer_deinit(&writing.writer);
    }
    seconds = sample_now_s() - start;
    by_store_close(store);
    by_buffer_deinit(&writing.links);
    printf("{\"bench\":\"store.append_batches\",\"packing\":\"written here\",\"entries\":%u,"
           "\"blocks_in_txn\":%u,\"seconds\":%.3f,\"entries_per_s\":%.0f}\n",
           ENTRIES, BLOCKS_IN_TXN, seconds, ENTRIES / seconds);
}

static void measure_disk(const char *folder, const char *name)
{
    char *path = test_folder_path(folder, name);
    char *file = test_folder_path(path, "data.mdb");
    struct banyan_error error = {0};
    uint64_t size = 0;

    must(by_os_file_size(file, &size, &error), &error);
    printf("{\"bench\":\"store.disk\",\"bytes_per_entry\":%.1f,\"payload_bytes\":%u,"
           "\"ratio\":%.3f}\n",
           (double)size / ENTRIES, SAMPLE_PAYLOAD_BYTES,
           (double)size / ENTRIES / SAMPLE_PAYLOAD_BYTES);
    free(file);
    free(path);
}

static enum banyan_status read_everything(void *context, struct by_store_txn *txn)
{
    size_t *entries = context;
    struct by_store_block block;
    enum banyan_status status = by_store_block_from(txn, 0, &block);

    while (status == BANYAN_OK) {
        *entries += block.run.count;
        status = by_store_block_from(txn, block.arrival + 1, &block);
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static void measure_reading(const char *folder, const char *name)
{
    struct by_store *store = open_in(folder, name);
    struct banyan_error error = {0};
    size_t entries = 0;
    double start = sample_now_s(), seconds = 0;

    must(by_store_read(store, read_everything, &entries, &error), &error);
    seconds = sample_now_s() - start;
    by_store_close(store);
    printf("{\"bench\":\"store.read_all\",\"entries\":%zu,\"seconds\":%.3f,"
           "\"entries_per_s\":%.0f}\n",
           entries, seconds, (double)entries / seconds);
}

static void measure_checking(const char *folder, const char *name)
{
    struct by_store *store = open_in(folder, name);
    struct banyan_error error = {0};
    struct by_store_report report;
    double start = sample_now_s(), seconds = 0;

    must(by_store_check(store, &test_network, NULL, NULL, &report, &error), &error);
    seconds = sample_now_s() - start;
    by_store_close(store);
    if (report.damaged_blocks + report.bad_seals + report.index_faults > 0)
        exit(1);
    printf("{\"bench\":\"store.check\",\"entries\":%llu,\"seconds\":%.3f,"
           "\"entries_per_s\":%.0f}\n",
           (unsigned long long)report.entries, seconds, (double)report.entries / seconds);
}

/* -- one by one, next to bare LMDB -- */

static double singles_per_s(struct by_store *store, struct bare_lmdb *bare,
                            const struct test_runs *runs, size_t first)
{
    double start = sample_now_s();

    for (size_t i = first; i < first + SINGLES_IN_ROUND; i++) {
        struct batch batch = {.runs = runs->runs + i, .packed = runs->packed + i, .count = 1};
        struct banyan_error error = {0};

        if (store != NULL)
            must(by_store_write(store, append_batch, &batch, &error), &error);
        else
            bare_lmdb_put(bare, runs->packed[i]);
    }
    return SINGLES_IN_ROUND / (sample_now_s() - start);
}

static void measure_singles(const char *folder, const struct test_runs *runs)
{
    struct by_store *store = open_in(folder, "singles");
    struct bare_lmdb bare;
    double ours[SINGLE_ROUNDS], theirs[SINGLE_ROUNDS], ratios[SINGLE_ROUNDS];

    bare_lmdb_open(&bare, folder, "bare");
    /* In turns, so that whatever else the machine does falls on both. */
    for (size_t i = 0; i < SINGLE_ROUNDS; i++) {
        ours[i] = singles_per_s(store, NULL, runs, i * SINGLES_IN_ROUND);
        theirs[i] = singles_per_s(NULL, &bare, runs, i * SINGLES_IN_ROUND);
        ratios[i] = ours[i] / theirs[i];
    }
    double median = sample_median(ratios, SINGLE_ROUNDS);
    printf("{\"bench\":\"store.append_singles\",\"rounds\":%u,\"appends_in_round\":%u,"
           "\"appends_per_s\":%.0f,\"bare_lmdb_per_s\":%.0f,\"ratio\":%.3f,"
           "\"ratio_lowest\":%.3f,\"ratio_highest\":%.3f}\n",
           SINGLE_ROUNDS, SINGLES_IN_ROUND, sample_median(ours, SINGLE_ROUNDS),
           sample_median(theirs, SINGLE_ROUNDS), median, ratios[0], ratios[SINGLE_ROUNDS - 1]);
    bare_lmdb_close(&bare);
    by_store_close(store);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    struct sample sample;
    struct test_runs runs = {0}, singles = {0};
    struct test_log log = test_log_start(1), other = test_log_start(2);
    struct test_writing what = {.count = ENTRIES,
                                .run_entries = BY_BLOCK_ENTRIES_MAX,
                                .payload = sample_payload,
                                .context = &sample,
                                .seed = seed};
    void *folder = NULL;

    if (test_folder_make(&folder) != 0 || by_crypto_start() != BANYAN_OK)
        return 1;
    sample_init(&sample, seed);
    sample_print_start("store", &sample, seed);
    test_log_write(&log, &what, &runs);
    what.count = SINGLE_ROUNDS * SINGLES_IN_ROUND;
    what.run_entries = 1;
    test_log_write(&other, &what, &singles);
    measure_batches(folder, "packed", &runs, true);
    measure_batches(folder, "unpacked", &runs, false);
    measure_writing(folder, "written", &sample);
    measure_disk(folder, "packed");
    measure_reading(folder, "packed");
    measure_checking(folder, "packed");
    measure_singles(folder, &singles);
    test_runs_free(&runs);
    test_runs_free(&singles);
    by_buffer_deinit(&sample.text);
    return test_folder_remove(&folder);
}
