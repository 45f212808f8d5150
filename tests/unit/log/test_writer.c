#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hlc.h"
#include "log/writer.h"
#include "sample.h"

#define WALL_MS 1700000000000u

static const struct by_id network = {{7, 7, 7}};
static uint8_t payload[BY_PAYLOAD_BYTES_MAX + 1];

/* Checks every run that comes out, and counts. */
struct catcher {
    struct by_block_base next;
    uint64_t last_hlc;
    size_t runs;
    size_t entries;
    size_t last_count;
    enum banyan_status answer;
};

static enum banyan_status catch_run(void *context, const struct by_run *run)
{
    struct catcher *catcher = context;

    assert_int_equal(by_run_verify(run, &network), BANYAN_OK);
    assert_true(by_log_id_equal(&run->base.log, &catcher->next.log));
    assert_int_equal(run->base.first_seq, catcher->next.first_seq);
    assert_true(by_id_equal(&run->base.prev, &catcher->next.prev));
    for (size_t i = 0; i < run->count; i++) {
        uint8_t expected = (uint8_t)(catcher->entries + i);

        assert_true(run->entries[i].header.hlc > catcher->last_hlc);
        catcher->last_hlc = run->entries[i].header.hlc;
        assert_int_equal(run->entries[i].salt[0], expected);
    }
    catcher->next.first_seq += run->count;
    catcher->next.prev = run->entries[run->count - 1].id;
    catcher->runs++;
    catcher->entries += run->count;
    catcher->last_count = run->count;
    return catcher->answer;
}

struct bench {
    struct by_signing_key key;
    struct by_writer writer;
    struct catcher catcher;
    struct by_buffer links;
    size_t added;
};

static void begin(struct bench *bench)
{
    struct by_block_base base;

    *bench = (struct bench){.key = sample_key(1), .links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX)};
    base = sample_base(&bench->key);
    bench->catcher.next = base;
    assert_int_equal(sample_put_links(1, &bench->links), BANYAN_OK);
    by_writer_init(&bench->writer, &bench->key, &network, &base, catch_run, &bench->catcher);
}

static void end(struct bench *bench)
{
    by_writer_deinit(&bench->writer);
    by_buffer_deinit(&bench->links);
}

static enum banyan_status add(struct bench *bench, size_t payload_size)
{
    const uint8_t salt[BY_SALT_BYTES] = {(uint8_t)bench->added++};

    return by_writer_add(&bench->writer, BY_KIND_OPERATION, by_buffer_bytes(&bench->links),
                         by_bytes_of(payload, payload_size), salt, WALL_MS);
}

static enum banyan_status add_act(struct bench *bench)
{
    const uint8_t salt[BY_SALT_BYTES] = {(uint8_t)bench->added++};

    return by_writer_add(&bench->writer, BY_KIND_INVITE, by_bytes_of("\x90", 1),
                         by_bytes_of(payload, 10), salt, WALL_MS);
}

static void runs_follow_and_keep_every_rule(void **state)
{
    struct bench bench;
    uint64_t seed = 11;

    (void)state;
    begin(&bench);
    for (int i = 0; i < 2000; i++) {
        size_t size = sample_next(&seed) % 50 == 0 ? sample_next(&seed) % BY_PAYLOAD_BYTES_MAX
                                                   : sample_next(&seed) % 600;

        assert_int_equal(add(&bench, size), BANYAN_OK);
        if (sample_next(&seed) % 40 == 0)
            assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
    }
    assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
    assert_int_equal(bench.catcher.entries, 2000);
    end(&bench);
}

static void a_stretch_is_sealed_at_64_entries(void **state)
{
    struct bench bench;

    (void)state;
    begin(&bench);
    for (int i = 0; i < 63; i++)
        assert_int_equal(add(&bench, 10), BANYAN_OK);
    assert_int_equal(bench.catcher.runs, 0);
    assert_int_equal(add(&bench, 10), BANYAN_OK);
    assert_int_equal(bench.catcher.runs, 1);
    assert_int_equal(bench.catcher.last_count, BY_SEAL_ENTRIES_MAX);
    end(&bench);
}

static void a_stretch_is_sealed_at_64_kib(void **state)
{
    (void)state;
    for (size_t size = BY_SEAL_BYTES_MAX - 1; size <= BY_SEAL_BYTES_MAX + 1; size++) {
        struct bench bench;
        size_t fixed = 0;

        begin(&bench);
        fixed = 2 * (BY_HEADER_BYTES + BY_SALT_BYTES + bench.links.size);
        assert_int_equal(add(&bench, 40000), BANYAN_OK);
        assert_int_equal(bench.catcher.runs, 0);
        assert_int_equal(add(&bench, size - fixed - 40000), BANYAN_OK);
        assert_int_equal(bench.catcher.runs, size >= BY_SEAL_BYTES_MAX);
        assert_int_equal(add(&bench, BY_PAYLOAD_BYTES_MAX), BANYAN_OK);
        assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
        end(&bench);
    }
}

static void acts_come_out_one_by_one(void **state)
{
    struct bench bench;

    (void)state;
    begin(&bench);
    for (size_t i = 1; i <= 5; i++) {
        assert_int_equal(add_act(&bench), BANYAN_OK);
        assert_int_equal(bench.catcher.runs, i);
        assert_int_equal(bench.catcher.last_count, 1);
    }
    end(&bench);
}

static void flushing_nothing_hands_over_nothing(void **state)
{
    struct bench bench;

    (void)state;
    begin(&bench);
    assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
    assert_int_equal(bench.catcher.runs, 0);
    end(&bench);
}

static void what_readers_would_refuse_is_not_added(void **state)
{
    const uint8_t salt[BY_SALT_BYTES] = {0};
    struct bench bench;
    struct by_bytes links;
    struct by_bytes body = by_bytes_of(payload, 5);

    (void)state;
    begin(&bench);
    links = by_buffer_bytes(&bench.links);
    assert_int_equal(add(&bench, BY_PAYLOAD_BYTES_MAX + 1), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(by_writer_add(&bench.writer, 2, links, body, salt, WALL_MS), BANYAN_ERR_USAGE);
    assert_int_equal(by_writer_add(&bench.writer, BY_KIND_INVITE, links, body, salt, WALL_MS),
                     BANYAN_ERR_MALFORMED);
    assert_int_equal(by_writer_add(&bench.writer, BY_KIND_OPERATION, by_bytes_of("\x90", 1), body,
                                   salt, WALL_MS),
                     BANYAN_ERR_MALFORMED);
    bench.added = 0;
    assert_int_equal(add(&bench, BY_PAYLOAD_BYTES_MAX - 1), BANYAN_OK);
    assert_int_equal(add_act(&bench), BANYAN_ERR_USAGE);
    bench.added--;
    assert_int_equal(add(&bench, BY_PAYLOAD_BYTES_MAX), BANYAN_OK);
    assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
    assert_int_equal(bench.catcher.entries, 2);
    end(&bench);
}

static void stamps_go_on_from_the_last_one(void **state)
{
    struct bench bench;
    uint64_t last = by_hlc_next(0, WALL_MS + 5000);

    (void)state;
    begin(&bench);
    bench.writer.last_hlc = last;
    bench.catcher.last_hlc = last;
    assert_int_equal(add(&bench, 1), BANYAN_OK);
    assert_int_equal(by_writer_flush(&bench.writer), BANYAN_OK);
    assert_int_equal(bench.catcher.last_hlc, by_hlc_next(last, WALL_MS));
    end(&bench);
}

static void the_sinks_failure_comes_back(void **state)
{
    struct bench bench;

    (void)state;
    begin(&bench);
    bench.catcher.answer = BANYAN_ERR_DISK;
    assert_int_equal(add(&bench, 1), BANYAN_OK);
    assert_int_equal(by_writer_flush(&bench.writer), BANYAN_ERR_DISK);
    assert_int_equal(add_act(&bench), BANYAN_ERR_DISK);
    end(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_follow_and_keep_every_rule),
        cmocka_unit_test(a_stretch_is_sealed_at_64_entries),
        cmocka_unit_test(a_stretch_is_sealed_at_64_kib),
        cmocka_unit_test(acts_come_out_one_by_one),
        cmocka_unit_test(flushing_nothing_hands_over_nothing),
        cmocka_unit_test(what_readers_would_refuse_is_not_added),
        cmocka_unit_test(stamps_go_on_from_the_last_one),
        cmocka_unit_test(the_sinks_failure_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
