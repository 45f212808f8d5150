#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/key.h"
#include "sync/channel_frame.h"

#define ROOM_BYTES (1024u * 1024u)
#define BOUND      (3u * BY_FRAME_PART_BYTES_MAX)

static const struct by_bytes nothing = {NULL, 0};
static uint8_t sample[BOUND + 1];

struct line {
    struct by_noise_cipher send;
    struct by_frame_reader reader;
    struct by_buffer out;
};

static void line_init(struct line *line, size_t message_bytes_max)
{
    memset(line, 0, sizeof *line);
    by_noise_cipher_init(&line->send, (const uint8_t[32]){1});
    by_frame_reader_init(&line->reader, &line->send, message_bytes_max);
    line->out.size_max = ROOM_BYTES;
}

static void line_deinit(struct line *line)
{
    by_frame_reader_deinit(&line->reader);
    by_buffer_deinit(&line->out);
}

static void fill_sample(void)
{
    for (size_t i = 0; i < sizeof sample; i++)
        sample[i] = (uint8_t)(i * 7 + i / 251); /* with zero bytes, some of them last */
}

static enum banyan_status write_sample(struct line *line, size_t size, bool is_padded)
{
    return by_frame_write(&line->send, by_bytes_of(sample, size), BY_FRAME_LAST, is_padded,
                          &line->out);
}

/* Reads to the end of a message, or of the bytes, or a failure. */
static enum banyan_status
read_message(struct line *line, struct by_bytes *bytes, enum by_frame_kind *out_kind)
{
    enum banyan_status status = BANYAN_OK;
    size_t size;

    *out_kind = BY_FRAME_MORE;
    while (status == BANYAN_OK && *out_kind == BY_FRAME_MORE)
        status = by_frame_read(&line->reader, bytes, out_kind, &size);
    return status;
}

static void messages_of_every_size_arrive_whole(void **state)
{
    static const size_t sizes[] = {
        1,
        2,
        47,
        48,
        BY_FRAME_PART_BYTES_MAX - 1,
        BY_FRAME_PART_BYTES_MAX,
        BY_FRAME_PART_BYTES_MAX + 1,
        2 * BY_FRAME_PART_BYTES_MAX,
        2 * BY_FRAME_PART_BYTES_MAX + 1,
        BOUND - 1,
        BOUND,
    };
    struct line line;

    (void)state;
    fill_sample();
    line_init(&line, BOUND);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
        size_t size = sizes[i / 2];
        struct by_bytes bytes;
        enum by_frame_kind kind;

        line.out.size = 0;
        assert_int_equal(write_sample(&line, size, i % 2 != 0), BANYAN_OK);
        bytes = by_buffer_bytes(&line.out);
        assert_int_equal(read_message(&line, &bytes, &kind), BANYAN_OK);
        assert_int_equal(kind, BY_FRAME_LAST);
        assert_int_equal(bytes.size, 0);
        assert_true(
            by_bytes_equal(by_buffer_bytes(&line.reader.message), by_bytes_of(sample, size)));
    }
    line_deinit(&line);
}

static void frames_arrive_whatever_the_portions(void **state)
{
    static const size_t steps[] = {1, 2, 3, 17, 4096, 65535, 65536, 65537, 65538, 200000};
    static const size_t sizes[] = {1, 3, 100, BY_FRAME_PART_BYTES_MAX + 5, 9};
    const size_t count = sizeof sizes / sizeof sizes[0];

    (void)state;
    fill_sample();
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct by_bytes rest;
        struct line line;
        size_t read = 0;

        line_init(&line, BOUND);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(write_sample(&line, sizes[j], j % 2 == 0), BANYAN_OK);
        rest = by_buffer_bytes(&line.out);
        while (rest.size > 0) {
            struct by_bytes portion = {rest.data, rest.size < steps[i] ? rest.size : steps[i]};

            rest = by_bytes_of(rest.data + portion.size, rest.size - portion.size);
            while (portion.size > 0) {
                enum by_frame_kind kind;

                assert_int_equal(read_message(&line, &portion, &kind), BANYAN_OK);
                if (kind == BY_FRAME_LAST)
                    assert_true(by_bytes_equal(by_buffer_bytes(&line.reader.message),
                                               by_bytes_of(sample, sizes[read++])));
            }
        }
        assert_int_equal(read, count);
        line_deinit(&line);
    }
}

static void padded_frames_have_one_of_six_sizes(void **state)
{
    static const struct {
        size_t message, wire;
    } rows[] = {
        {0, 64},        {1, 64},
        {47, 64},       {48, 256},
        {239, 256},     {240, 1024},
        {1007, 1024},   {1008, 4096},
        {4079, 4096},   {4080, 16384},
        {16367, 16384}, {16368, 65535},
        {65518, 65535}, {65519, 65535 + 2 + 64}, /* a full one, then the least */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct line line;

        line_init(&line, BOUND);
        assert_int_equal(write_sample(&line, rows[i].message, true), BANYAN_OK);
        assert_int_equal(line.out.size, BY_FRAME_SIZE_BYTES + rows[i].wire);
        line_deinit(&line);
    }
}

static void a_frame_has_the_bytes_of_the_protocol_page(void **state)
{
    const uint8_t expected[] = {'h', 'i', BY_FRAME_GOODBYE, 0};
    struct by_noise_cipher cipher;
    struct line line;
    uint8_t plain[64];

    (void)state;
    line_init(&line, BOUND);
    cipher = line.send;
    assert_int_equal(
        by_frame_write(&line.send, by_bytes_of_text("hi"), BY_FRAME_GOODBYE, true, &line.out),
        BANYAN_OK);
    assert_int_equal(by_get_u16le(line.out.data), 64);
    assert_int_equal(by_noise_open(&cipher, nothing, by_bytes_of(line.out.data + 2, 64), plain),
                     BANYAN_OK);
    assert_memory_equal(plain, expected, sizeof expected);
    for (size_t i = sizeof expected; i < 48; i++)
        assert_int_equal(plain[i], 0);
    line_deinit(&line);
}

static void the_key_changes_after_exactly_65536_frames(void **state)
{
    struct by_noise_cipher plain;
    struct line line;
    enum by_frame_kind kind;

    (void)state;
    line_init(&line, BOUND);
    plain = line.send;
    for (size_t i = 0; i < 2 * BY_FRAMES_PER_KEY + 2; i++) {
        uint8_t room[8];
        struct by_bytes bytes;

        line.out.size = 0;
        assert_int_equal(write_sample(&line, 1, false), BANYAN_OK);
        if (i == BY_FRAMES_PER_KEY || i == 2 * BY_FRAMES_PER_KEY)
            by_noise_rekey(&plain); /* before these, and no others */
        assert_int_equal(by_noise_open(&plain, nothing, by_bytes_of(line.out.data + 2, 18), room),
                         BANYAN_OK);
        bytes = by_buffer_bytes(&line.out);
        assert_int_equal(read_message(&line, &bytes, &kind), BANYAN_OK);
        assert_int_equal(kind, BY_FRAME_LAST);
    }
    line_deinit(&line);
}

/* A frame of any plain text. */
static void seal_plain(struct line *line, const uint8_t *plain, size_t size)
{
    uint8_t *at = NULL;

    assert_int_equal(by_buffer_extend(&line->out, 2 + size + BY_NOISE_TAG_BYTES, &at), BANYAN_OK);
    by_put_u16le(at, (uint16_t)(size + BY_NOISE_TAG_BYTES));
    assert_int_equal(by_noise_seal(&line->send, nothing, by_bytes_of(plain, size), at + 2),
                     BANYAN_OK);
}

static void plain_texts_that_break_a_rule_are_refused(void **state)
{
    static const struct {
        uint8_t plain[4];
        size_t size;
        enum banyan_status status;
    } rows[] = {
        {{0}, 0, BANYAN_ERR_MALFORMED},                      /* nothing */
        {{0, 0, 0, 0}, 4, BANYAN_ERR_MALFORMED},             /* padding only */
        {{BY_FRAME_MORE}, 1, BANYAN_ERR_MALFORMED},          /* no part */
        {{BY_FRAME_LAST}, 1, BANYAN_ERR_MALFORMED},          /* no part */
        {{BY_FRAME_LAST, 0, 0, 0}, 4, BANYAN_ERR_MALFORMED}, /* no part, padded */
        {{'x', 4}, 2, BANYAN_ERR_MALFORMED},                 /* no such kind */
        {{'x', 255, 0}, 3, BANYAN_ERR_MALFORMED},
        {{BY_FRAME_GOODBYE}, 1, BANYAN_OK},
        {{'x', BY_FRAME_LAST, 0, 0}, 4, BANYAN_OK},
        {{0, 0, BY_FRAME_LAST, 0}, 4, BANYAN_OK}, /* a part may be of zero bytes */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_bytes bytes;
        enum by_frame_kind kind;
        enum banyan_status status;
        struct line line;

        line_init(&line, BOUND);
        seal_plain(&line, rows[i].plain, rows[i].size);
        bytes = by_buffer_bytes(&line.out);
        status = read_message(&line, &bytes, &kind);
        if (status != rows[i].status)
            fail_msg("row %zu: %s", i, banyan_status_name(status));
        line_deinit(&line);
    }
}

static void a_frame_shorter_than_its_tag_is_refused(void **state)
{
    (void)state;
    for (uint8_t size = 0; size < BY_FRAME_OVERHEAD_BYTES; size++) {
        const uint8_t frame[2 + BY_FRAME_OVERHEAD_BYTES] = {size, 0};
        struct by_bytes bytes = {frame, sizeof frame};
        enum by_frame_kind kind;
        struct line line;

        line_init(&line, BOUND);
        assert_int_equal(read_message(&line, &bytes, &kind), BANYAN_ERR_MALFORMED);
        line_deinit(&line);
    }
}

static void a_message_past_the_readers_bound_is_refused(void **state)
{
    static const size_t bounds[] = {1, 100, BY_FRAME_PART_BYTES_MAX, BOUND - 1};

    (void)state;
    fill_sample();
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (size_t size = bounds[i] > 1 ? bounds[i] - 1 : 1; size <= bounds[i] + 1; size++) {
            enum by_frame_kind kind;
            struct by_bytes bytes;
            struct line line;

            line_init(&line, bounds[i]);
            assert_int_equal(write_sample(&line, size, true), BANYAN_OK);
            bytes = by_buffer_bytes(&line.out);
            assert_int_equal(read_message(&line, &bytes, &kind),
                             size <= bounds[i] ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
            line_deinit(&line);
        }
    }
}

static void a_full_buffer_leaves_writer_and_buffer_as_they_were(void **state)
{
    const size_t wire = 2 * (2 + BY_FRAME_OVERHEAD_BYTES) + BY_FRAME_PART_BYTES_MAX + 10;
    struct by_noise_cipher before;
    struct by_bytes bytes;
    enum by_frame_kind kind;
    struct line line;

    (void)state;
    fill_sample();
    line_init(&line, BOUND);
    before = line.send;
    line.out.size_max = wire - 1;
    assert_int_equal(write_sample(&line, BY_FRAME_PART_BYTES_MAX + 10, false),
                     BANYAN_ERR_TOO_LARGE);
    assert_int_equal(line.out.size, 0);
    assert_memory_equal(&line.send, &before, sizeof before);
    line.out.size_max = wire;
    assert_int_equal(write_sample(&line, BY_FRAME_PART_BYTES_MAX + 10, false), BANYAN_OK);
    bytes = by_buffer_bytes(&line.out);
    assert_int_equal(read_message(&line, &bytes, &kind), BANYAN_OK);
    line_deinit(&line);
}

static void a_writer_whose_numbers_have_run_out_writes_nothing(void **state)
{
    struct line line;

    (void)state;
    line_init(&line, BOUND);
    line.send.nonce = UINT64_MAX;
    assert_int_equal(write_sample(&line, 1, false), BANYAN_ERR_DENIED);
    assert_int_equal(line.out.size, 0);
    line_deinit(&line);
}

static void a_reader_holds_no_more_than_was_fed(void **state)
{
    const uint8_t start[] = {0xff, 0xff, 1};
    struct by_bytes bytes = {start, sizeof start};
    enum by_frame_kind kind;
    struct line line;

    (void)state;
    line_init(&line, BOUND);
    assert_int_equal(read_message(&line, &bytes, &kind), BANYAN_OK);
    assert_int_equal(kind, BY_FRAME_NONE);
    assert_true(line.reader.frame.capacity <= 64);
    assert_int_equal(line.reader.message.capacity, 0);
    line_deinit(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_every_size_arrive_whole),
        cmocka_unit_test(frames_arrive_whatever_the_portions),
        cmocka_unit_test(padded_frames_have_one_of_six_sizes),
        cmocka_unit_test(a_frame_has_the_bytes_of_the_protocol_page),
        cmocka_unit_test(the_key_changes_after_exactly_65536_frames),
        cmocka_unit_test(plain_texts_that_break_a_rule_are_refused),
        cmocka_unit_test(a_frame_shorter_than_its_tag_is_refused),
        cmocka_unit_test(a_message_past_the_readers_bound_is_refused),
        cmocka_unit_test(a_full_buffer_leaves_writer_and_buffer_as_they_were),
        cmocka_unit_test(a_writer_whose_numbers_have_run_out_writes_nothing),
        cmocka_unit_test(a_reader_holds_no_more_than_was_fed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
