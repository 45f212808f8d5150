#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/message.h"

#define ROOM_BYTES (BY_SYNC_MESSAGE_BYTES_MAX + 4096u)

static enum banyan_status decode(const struct by_buffer *bytes)
{
    struct by_message message;

    return by_message_decode(by_buffer_bytes(bytes), &message);
}

static void assert_round_trip(const struct by_message *message, size_t size)
{
    struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_buffer again = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_message read;

    assert_int_equal(by_message_encode(message, &bytes), BANYAN_OK);
    assert_int_equal(bytes.size, size);
    assert_int_equal(by_message_decode(by_buffer_bytes(&bytes), &read), BANYAN_OK);
    assert_int_equal(by_message_encode(&read, &again), BANYAN_OK);
    assert_true(by_bytes_equal(by_buffer_bytes(&bytes), by_buffer_bytes(&again)));
    /* Whatever is cut off is missed, but the block's end, which the block itself misses. */
    while (message->type != BY_MESSAGE_BLOCK && bytes.size > 0) {
        bytes.size--;
        assert_int_not_equal(decode(&bytes), BANYAN_OK);
    }
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&again);
}

static void each_message_has_the_size_of_its_description(void **state)
{
    struct by_buffer places = BY_BUFFER_INIT(1000);
    struct by_buffer samples = BY_BUFFER_INIT(1000);
    struct by_place empty = {0};
    struct by_place far = {.count = 8191, .is_forked = true, .tag = {1, 2}};
    struct by_sample sample = {.seq = 200, .id = {{5}}};
    uint8_t digests[1024] = {0};
    struct by_message_branch branch = {.is_act_log = true, .tip = {.seq = 300}};

    (void)state;
    assert_int_equal(by_message_add_place(&empty, &places), BANYAN_OK);
    assert_int_equal(by_message_add_place(&far, &places), BANYAN_OK);
    assert_int_equal(by_message_add_sample(&sample, &samples), BANYAN_OK);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_HELLO, .hello.is_limited = true}, 35);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_KEYED}, 3);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_PLACED,
                                           .frontier = {.has_buckets = true,
                                                        .is_last = true,
                                                        .count = 2,
                                                        .places = by_buffer_bytes(&places)}},
                      1 + 1 + 8 + 32 + 1 + 1 + 5);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_BUCKETS,
                                           .buckets.digests = by_bytes_of(digests, sizeof digests)},
                      1033);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_DIFFERS}, 1);
    assert_round_trip(
        &(struct by_message){.type = BY_MESSAGE_BLOCK, .block.packed = by_bytes_of(digests, 9)},
        1 + 1 + 40 + 1 + 32 + 9);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_CREDIT, .credit = UINT64_MAX}, 11);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_END, .end_of_acts = true}, 2);
    branch.low = 1;
    branch.high = 128;
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_PROBE, .branch = branch},
                      1 + 1 + 40 + 34 + 3);
    branch.from = 301;
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_ASK, .branch = branch},
                      1 + 1 + 40 + 34 + 2);
    branch.samples = by_buffer_bytes(&samples);
    branch.sample_count = 1;
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_OFFER, .branch = branch},
                      1 + 1 + 40 + 34 + 1 + 34);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_BYE, .bye = 200}, 2);
    by_buffer_reset(&places);
    assert_int_equal(by_message_add_noted(&(struct by_noted){.counter = 128}, &places), BANYAN_OK);
    assert_round_trip(
        &(struct by_message){.type = BY_MESSAGE_NOTED,
                             .noted = {.count = 1, .items = by_buffer_bytes(&places)}},
        1 + 1 + 8 + 2 + 2);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_NOTES, .notes.are_last = true}, 2);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_LOOK}, 4);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_LOOK, .look.depth = BY_LOOK_BUCKET},
                      4 + 32);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_LOOK, .look.depth = BY_LOOK_RECORD},
                      2 + 48);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_SEEN}, 2);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_LEVEL},
                      2 + 16 * 32);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_SEEN,
                                           .seen = {.what = BY_SEEN_BUCKET,
                                                    .place_count = 3,
                                                    .places = by_bytes_of(digests, 240)}},
                      4 + 240);
    assert_round_trip(&(struct by_message){.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_RECORD},
                      2 + 1 + 8 + 32 + 1);
    by_buffer_deinit(&places);
    by_buffer_deinit(&samples);
}

static void lists_are_taken_up_to_their_limit(void **state)
{
    struct by_buffer places = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_buffer samples = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_place empty = {0};

    (void)state;
    for (size_t i = 0; i <= BY_SYNC_PLACES_MAX; i++) {
        struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
        struct by_message placed = {.type = BY_MESSAGE_PLACED,
                                    .frontier = {.count = i, .places = by_buffer_bytes(&places)}};

        assert_int_equal(by_message_encode(&placed, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), BANYAN_OK);
        assert_int_equal(by_message_add_place(&empty, &places), BANYAN_OK);
        if (i == BY_SYNC_PLACES_MAX) {
            placed.frontier.count++;
            placed.frontier.places = by_buffer_bytes(&places);
            by_buffer_reset(&bytes);
            assert_int_equal(by_message_encode(&placed, &bytes), BANYAN_OK);
            assert_int_equal(decode(&bytes), BANYAN_ERR_TOO_LARGE);
        }
        by_buffer_deinit(&bytes);
    }
    for (uint64_t i = 0; i <= BY_SYNC_SAMPLES_MAX; i++) {
        struct by_sample sample = {.seq = 1000 - i};
        struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
        struct by_message offer = {.type = BY_MESSAGE_OFFER, .branch.tip.seq = 1001};

        assert_int_equal(by_message_add_sample(&sample, &samples), BANYAN_OK);
        offer.branch.sample_count = (size_t)i + 1;
        offer.branch.samples = by_buffer_bytes(&samples);
        assert_int_equal(by_message_encode(&offer, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes),
                         i < BY_SYNC_SAMPLES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&bytes);
    }
    by_buffer_deinit(&places);
    by_buffer_deinit(&samples);
}

static void seqs_are_taken_up_to_their_limit(void **state)
{
    (void)state;
    for (uint64_t more = 0; more < 3; more++) {
        struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
        struct by_message ask = {.type = BY_MESSAGE_ASK,
                                 .branch.tip.seq = BY_SYNC_SEQ_MAX - 1 + more};

        assert_int_equal(by_message_encode(&ask, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), more < 2 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&bytes);
    }
}

static void a_block_is_taken_up_to_its_limit(void **state)
{
    uint8_t *packed = calloc(BY_BLOCK_PACKED_BYTES_MAX + 1u, 1);

    (void)state;
    assert_non_null(packed);
    for (size_t more = 0; more < 3; more++) {
        struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
        struct by_message block = {.type = BY_MESSAGE_BLOCK,
                                   .block.packed =
                                       by_bytes_of(packed, BY_BLOCK_PACKED_BYTES_MAX - 1 + more)};

        assert_int_equal(by_message_encode(&block, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), more < 2 ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&bytes);
    }
    free(packed);
}

static void what_has_no_meaning_is_refused(void **state)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t size;
        enum banyan_status status;
    } rows[] = {
        {"an empty keyed place", "\2\1\1kkkkkkkk\0", 12, BANYAN_ERR_MALFORMED},
        {"a place forked at nothing", "\3\2llllllll\0\1\1", 13, BANYAN_ERR_MALFORMED},
        {"fewer places than counted", "\3\2llllllll\0\2\0", 13, BANYAN_ERR_TRUNCATED},
        {"more places than counted", "\3\2llllllll\0\1\0\0", 14, BANYAN_ERR_MALFORMED},
        {"the first place past 32 bits", "\3\2llllllll\200\200\200\200\20\0", 16,
         BANYAN_ERR_TOO_LARGE},
        {"a flag of hello", "\1\0\2", 3, BANYAN_ERR_UPGRADE},
        {"a flag of notes", "\16\2", 2, BANYAN_ERR_UPGRADE},
        {"a note cut short", "\16\0dddddddd", 10, BANYAN_ERR_TRUNCATED},
        {"fewer notes named than counted", "\15\1kkkkkkkk", 10, BANYAN_ERR_TRUNCATED},
        {"more notes named than counted", "\15\0kkkkkkkk\1tt", 13, BANYAN_ERR_MALFORMED},
        {"a question about what is below records", "\17\6\0\0", 4, BANYAN_ERR_UPGRADE},
        {"a second top", "\17\0\1\0", 4, BANYAN_ERR_MALFORMED},
        {"the last node of depth 3", "\17\3\377\17", 4, BANYAN_OK},
        {"a node past the last of depth 3", "\17\3\0\20", 4, BANYAN_ERR_MALFORMED},
        {"an answer of a later kind", "\20\5", 2, BANYAN_ERR_UPGRADE},
        {"a flag of a bucket", "\20\3\2\0", 4, BANYAN_ERR_UPGRADE},
        {"more of a bucket behind nothing", "\20\3\1\0", 4, BANYAN_ERR_MALFORMED},
        {"no bucket past its records", "\20\3\0\0r", 5, BANYAN_ERR_MALFORMED},
        {"a later type", "\21", 1, BANYAN_ERR_UPGRADE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_message message;

        print_message("%s\n", rows[i].name);
        assert_int_equal(by_message_decode(by_bytes_of(rows[i].bytes, rows[i].size), &message),
                         rows[i].status);
    }
}

static void notes_are_taken_up_to_their_limits(void **state)
{
    static const uint8_t body[] = {0};
    const struct by_note note = {
        .kind = BY_NOTE_ADDRESSES, .counter = 1, .body = by_bytes_of(body, sizeof body)};
    struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES), items = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_signing_key key = {.public_key = {{1}}};
    struct by_id network = {{0}};
    struct by_message message;

    (void)state;
    for (size_t count = 1; count <= BY_SYNC_NOTES_MAX + 1; count++) {
        assert_int_equal(by_note_sign(&note, &key, &network, &bytes), BANYAN_OK);
        message =
            (struct by_message){.type = BY_MESSAGE_NOTES, .notes.bytes = by_buffer_bytes(&bytes)};
        by_buffer_reset(&items);
        assert_int_equal(by_message_encode(&message, &items), BANYAN_OK);
        assert_int_equal(decode(&items),
                         count <= BY_SYNC_NOTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
    by_buffer_reset(&items);
    for (size_t count = 1; count <= BY_NOTES_MAX + 1; count++) {
        assert_int_equal(by_message_add_noted(&(struct by_noted){.counter = count}, &items),
                         BANYAN_OK);
        if (count < BY_NOTES_MAX - 1)
            continue;
        message = (struct by_message){.type = BY_MESSAGE_NOTED,
                                      .noted = {.count = count, .items = by_buffer_bytes(&items)}};
        by_buffer_reset(&bytes);
        assert_int_equal(by_message_encode(&message, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), count <= BY_NOTES_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
    }
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&items);
}

static void samples_fall_and_ranges_are_not_empty(void **state)
{
    struct by_message probe = {.type = BY_MESSAGE_PROBE, .branch = {.tip.seq = 9, .low = 4}};
    struct by_message offer = {.type = BY_MESSAGE_OFFER, .branch.tip.seq = 9};

    (void)state;
    for (uint64_t high = 3; high <= 10; high++) {
        struct by_buffer bytes = BY_BUFFER_INIT(1000);

        probe.branch.high = high;
        assert_int_equal(by_message_encode(&probe, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), high < 5    ? BANYAN_ERR_MALFORMED
                                         : high < 10 ? BANYAN_OK
                                                     : BANYAN_ERR_TOO_LARGE);
        by_buffer_deinit(&bytes);
    }
    for (uint64_t second = 4; second <= 9; second++) {
        struct by_buffer bytes = BY_BUFFER_INIT(1000);
        struct by_buffer samples = BY_BUFFER_INIT(1000);

        assert_int_equal(by_message_add_sample(&(struct by_sample){.seq = 6}, &samples), BANYAN_OK);
        assert_int_equal(by_message_add_sample(&(struct by_sample){.seq = second}, &samples),
                         BANYAN_OK);
        offer.branch.samples = by_buffer_bytes(&samples);
        offer.branch.sample_count = 2;
        assert_int_equal(by_message_encode(&offer, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes), second < 6 ? BANYAN_OK : BANYAN_ERR_NOT_CANONICAL);
        by_buffer_deinit(&bytes);
        by_buffer_deinit(&samples);
    }
}

/* How one that lists so many ids of so many operations is taken. */
static enum banyan_status decode_record(uint64_t operations, size_t listed, bool is_doubled)
{
    struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
    uint8_t *ids = calloc(listed + 1, BY_LOOK_ID_BYTES);
    struct by_message seen = {.type = BY_MESSAGE_SEEN,
                              .seen = {.what = BY_SEEN_RECORD,
                                       .operation_count = operations,
                                       .id_count = listed,
                                       .ids = by_bytes_of(ids, listed * BY_LOOK_ID_BYTES)}};

    assert_non_null(ids);
    for (size_t i = 0; i < listed; i++)
        by_put_u64be(ids + i * BY_LOOK_ID_BYTES, is_doubled && i > 0 ? i - 1 : i);
    assert_int_equal(by_message_encode(&seen, &bytes), BANYAN_OK);
    enum banyan_status status = decode(&bytes);
    by_buffer_deinit(&bytes);
    free(ids);
    return status;
}

static void answers_about_the_view_are_taken_up_to_their_limits(void **state)
{
    struct by_buffer places = BY_BUFFER_INIT(ROOM_BYTES);
    struct by_seen_place place = {.digest = {{1}}};

    (void)state;
    for (size_t count = 0; count <= BY_SEEN_RECORDS_MAX + 1; count++) {
        struct by_buffer bytes = BY_BUFFER_INIT(ROOM_BYTES);
        struct by_message seen = {.type = BY_MESSAGE_SEEN,
                                  .seen = {.what = BY_SEEN_BUCKET,
                                           .place_count = count,
                                           .places = by_buffer_bytes(&places)}};

        assert_int_equal(by_message_encode(&seen, &bytes), BANYAN_OK);
        assert_int_equal(decode(&bytes),
                         count <= BY_SEEN_RECORDS_MAX ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        assert_int_equal(by_seen_place_add(&place, &places), BANYAN_OK);
        by_buffer_deinit(&bytes);
    }
    by_buffer_deinit(&places);
    assert_int_equal(decode_record(9999, BY_SEEN_IDS_MAX - 1, false), BANYAN_OK);
    assert_int_equal(decode_record(9999, BY_SEEN_IDS_MAX, false), BANYAN_OK);
    assert_int_equal(decode_record(9999, BY_SEEN_IDS_MAX + 1, false), BANYAN_ERR_TOO_LARGE);
    assert_int_equal(decode_record(5, 5, false), BANYAN_OK);
    assert_int_equal(decode_record(4, 5, false), BANYAN_ERR_MALFORMED);
    assert_int_equal(decode_record(5, 5, true), BANYAN_ERR_NOT_CANONICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_has_the_size_of_its_description),
        cmocka_unit_test(lists_are_taken_up_to_their_limit),
        cmocka_unit_test(seqs_are_taken_up_to_their_limit),
        cmocka_unit_test(a_block_is_taken_up_to_its_limit),
        cmocka_unit_test(what_has_no_meaning_is_refused),
        cmocka_unit_test(notes_are_taken_up_to_their_limits),
        cmocka_unit_test(samples_fall_and_ranges_are_not_empty),
        cmocka_unit_test(answers_about_the_view_are_taken_up_to_their_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
