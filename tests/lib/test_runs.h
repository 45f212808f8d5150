/*
 * Runs of made-up logs, kept in memory with their packed form, for tests and benchmarks of what
 * lies above src/log.
 */
#ifndef BY_TEST_RUNS_H
#define BY_TEST_RUNS_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "log/links.h"
#include "log/writer.h"

/* A small generator, so that a printed seed repeats a failure. */
static inline uint64_t test_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

struct test_runs {
    struct by_arena arena;
    struct by_zip zip;
    struct by_run *runs;
    struct by_bytes *packed;
    size_t count, capacity;
};

static inline void *test_runs_must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static inline void test_runs_must_ok(enum banyan_status status)
{
    if (status != BANYAN_OK)
        abort();
}

static inline struct by_bytes test_runs_copy(struct test_runs *runs, struct by_bytes bytes)
{
    struct by_bytes copy = {0};

    test_runs_must_ok(by_arena_copy(&runs->arena, bytes, &copy));
    return copy;
}

static inline void test_runs_grow(struct test_runs *runs)
{
    if (runs->count < runs->capacity)
        return;
    runs->capacity = runs->capacity == 0 ? 64 : runs->capacity * 2;
    runs->runs = test_runs_must(realloc(runs->runs, runs->capacity * sizeof *runs->runs));
    runs->packed = test_runs_must(realloc(runs->packed, runs->capacity * sizeof *runs->packed));
}

/* The sink of a writer: keeps a copy of the run. */
static inline enum banyan_status test_runs_take(void *context, const struct by_run *run)
{
    struct test_runs *runs = context;
    struct by_buffer packed = BY_BUFFER_INIT(2 * BY_BLOCK_BYTES_MAX);
    struct by_run *copy = NULL;

    test_runs_grow(runs);
    copy = &runs->runs[runs->count];
    *copy = *run;
    copy->entries = test_runs_must(by_arena_array(&runs->arena, run->count, sizeof *run->entries));
    memcpy(copy->entries, run->entries, run->count * sizeof *run->entries);
    for (size_t i = 0; i < run->count; i++) {
        copy->entries[i].links = test_runs_copy(runs, run->entries[i].links);
        copy->entries[i].payload = test_runs_copy(runs, run->entries[i].payload);
    }
    test_runs_must_ok(by_block_pack(run, &runs->zip, &packed));
    runs->packed[runs->count++] = test_runs_copy(runs, by_buffer_bytes(&packed));
    by_buffer_deinit(&packed);
    return BANYAN_OK;
}

/* Runs first to first + count - 1, which follow each other, as one. Keeps it as a further run. */
static inline const struct by_run *
test_runs_join(struct test_runs *runs, size_t first, size_t count)
{
    struct by_entry entries[BY_BLOCK_ENTRIES_MAX];
    struct by_run joined = {.base = runs->runs[first].base, .entries = entries};

    for (size_t i = first; i < first + count; i++) {
        const struct by_run *run = &runs->runs[i];

        if (joined.count + run->count > BY_BLOCK_ENTRIES_MAX)
            abort();
        memcpy(entries + joined.count, run->entries, run->count * sizeof entries[0]);
        joined.count += run->count;
    }
    test_runs_must_ok(by_run_check(&joined));
    test_runs_must_ok(test_runs_take(runs, &joined));
    return &runs->runs[runs->count - 1];
}

static inline void test_runs_free(struct test_runs *runs)
{
    by_arena_deinit(&runs->arena);
    by_zip_deinit(&runs->zip);
    free(runs->runs);
    free(runs->packed);
    memset(runs, 0, sizeof *runs);
}

static const struct by_id test_network = {{7, 7, 7}};

/* One device's log and where it ends. A copy of it is where a fork begins. */
struct test_log {
    struct by_signing_key key;
    struct by_block_base next;
    uint64_t hlc;
};

static inline struct test_log test_log_start(uint8_t device)
{
    struct by_seed seed = {{device}};
    struct test_log log = {0};

    by_signing_key_from_seed(&seed, &log.key);
    log.next.log.device = log.key.public_key;
    log.next.log.nonce[0] = device;
    return log;
}

/* Names sort by number, as UUIDs of version 7 do by time. */
static inline struct by_record_name test_record(uint64_t number)
{
    struct by_record_name name = {.owner = {{9, 9}}};

    by_put_u64be(name.uuid.bytes, number);
    return name;
}

static inline void test_links(uint64_t record, struct by_buffer *out)
{
    struct by_touch touches[] = {{.path = by_bytes_of_text("name"), .how = BY_HOW_SET},
                                 {.path = by_bytes_of_text("place"), .how = BY_HOW_SET}};
    struct by_op_links links = {.name = test_record(record),
                                .op = BY_OP_PUT,
                                .type = by_bytes_of_text("site"),
                                .touches = touches,
                                .touch_count = 2};

    by_buffer_reset(out);
    test_runs_must_ok(by_op_links_encode(&links, out));
}

/* What to write: count operations on records first_record, first_record + 1, ... in runs of at most
 * run_entries, with payloads of payload_size random bytes, or the given one. */
struct test_writing {
    size_t count, run_entries, payload_size;
    uint64_t first_record, record_count; /* record_count 0: each its own */
    struct by_bytes (*payload)(void *context, size_t index);
    void *context;
    uint64_t seed;
};

static inline void
test_log_write(struct test_log *log, const struct test_writing *what, struct test_runs *runs)
{
    struct by_writer *writer = test_runs_must(calloc(1, sizeof *writer));
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    uint8_t *random = test_runs_must(malloc(what->payload_size + 1));
    uint64_t seed = what->seed;

    by_writer_init(writer, &log->key, &test_network, &log->next, test_runs_take, runs);
    writer->last_hlc = log->hlc;
    for (size_t i = 0; i < what->count; i++) {
        uint64_t record =
            what->first_record + (what->record_count > 0 ? i % what->record_count : i);
        struct by_bytes payload = by_bytes_of(random, what->payload_size);
        uint8_t salt[BY_SALT_BYTES] = {0};

        by_put_u64le(salt, test_random(&seed));
        for (size_t at = 0; at < what->payload_size; at++)
            random[at] = (uint8_t)test_random(&seed);
        if (what->payload != NULL)
            payload = what->payload(what->context, i);
        test_links(record, &links);
        test_runs_must_ok(by_writer_add(writer, BY_KIND_OPERATION, by_buffer_bytes(&links), payload,
                                        salt, 1700000000000u + i));
        if ((i + 1) % what->run_entries == 0)
            test_runs_must_ok(by_writer_flush(writer));
    }
    test_runs_must_ok(by_writer_flush(writer));
    log->next = writer->next;
    log->hlc = writer->last_hlc;
    by_writer_deinit(writer);
    by_buffer_deinit(&links);
    free(random);
    free(writer);
}

#endif
