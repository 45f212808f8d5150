#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/message.h"
#include "sync/note.h"
#include "sync/note_addresses.h"
#include "sync/standing.h"
#include "unit/log/sample.h"

static const struct by_id network = {{7, 7, 7}};

static enum banyan_status take(struct by_bytes bytes, struct by_note *out_note)
{
    struct by_cursor cursor = {bytes};
    enum banyan_status status = by_note_take(&cursor, out_note);

    return status == BANYAN_OK && cursor.rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}

static void sign(uint8_t kind, uint64_t counter, struct by_bytes body, struct by_buffer *out)
{
    const struct by_signing_key key = sample_key(1);
    const struct by_note note = {.kind = kind, .counter = counter, .made_ms = 99, .body = body};

    *out = (struct by_buffer)BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    assert_int_equal(by_note_sign(&note, &key, &network, out), BANYAN_OK);
}

static const uint8_t no_addresses[] = {0};

static void a_note_is_what_its_device_signed_and_nothing_else(void **state)
{
    const struct by_id other_network = {{7, 7, 8}};
    const struct by_signing_key key = sample_key(1);
    struct by_buffer bytes;
    struct by_note note;

    (void)state;
    sign(BY_NOTE_ADDRESSES, 300, by_bytes_of(no_addresses, 1), &bytes);
    assert_int_equal(bytes.size, 32 + 1 + 2 + 1 + 1 + 1 + 64);
    assert_int_equal(take(by_buffer_bytes(&bytes), &note), BANYAN_OK);
    assert_true(by_id_equal(&note.device, &key.public_key));
    assert_int_equal(note.kind, BY_NOTE_ADDRESSES);
    assert_int_equal(note.counter, 300);
    assert_int_equal(note.made_ms, 99);
    assert_true(by_bytes_equal(note.bytes, by_buffer_bytes(&bytes)));
    assert_int_equal(by_note_verify(&note, &network), BANYAN_OK);
    assert_int_equal(by_note_verify(&note, &other_network), BANYAN_ERR_BAD_SIGNATURE);
    for (size_t i = 0; i < bytes.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[i] ^= (uint8_t)(1u << bit);
            assert_true(take(by_buffer_bytes(&bytes), &note) != BANYAN_OK ||
                        by_note_verify(&note, &network) == BANYAN_ERR_BAD_SIGNATURE);
            bytes.data[i] ^= (uint8_t)(1u << bit);
        }
    while (bytes.size > 0) {
        bytes.size--;
        assert_int_not_equal(take(by_buffer_bytes(&bytes), &note), BANYAN_OK);
    }
    by_buffer_deinit(&bytes);
}

/* Device, kind and what follows, with the size of the body and then so many zero bytes. */
static enum banyan_status
take_made_up(uint8_t kind, uint64_t counter, uint64_t made_ms, size_t size)
{
    static const uint8_t zeros[BY_NOTE_BODY_BYTES_MAX + 1 + 64];
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX + 64u);
    struct by_note note;

    assert_int_equal(by_buffer_append(&bytes, zeros, 32), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&bytes, kind), BANYAN_OK);
    assert_int_equal(by_buffer_append_varint(&bytes, counter), BANYAN_OK);
    assert_int_equal(by_buffer_append_varint(&bytes, made_ms), BANYAN_OK);
    assert_int_equal(by_buffer_append_varint(&bytes, size), BANYAN_OK);
    assert_int_equal(by_buffer_append(&bytes, zeros, size + 64), BANYAN_OK);
    enum banyan_status status = take(by_buffer_bytes(&bytes), &note);
    by_buffer_deinit(&bytes);
    return status;
}

static void a_note_keeps_its_bounds(void **state)
{
    enum { LATER = 3 };
    static const struct {
        uint8_t kind;
        uint64_t counter, made_ms;
        size_t size;
        enum banyan_status want;
    } rows[] = {
        {0, 1, 1, 1, BANYAN_ERR_MALFORMED},
        {BY_NOTE_ADDRESSES, 1, 1, 1, BANYAN_OK},
        {BY_NOTE_ADDRESSES, 1, 1, 2, BANYAN_ERR_MALFORMED},
        {BY_NOTE_STANDING, 1, 1, 66, BANYAN_OK},
        {LATER, 0, 1, 1, BANYAN_ERR_MALFORMED},
        {LATER, 1, 0, 0, BANYAN_OK},
        {255, BY_NOTE_COUNTER_MAX - 1, 1, 1, BANYAN_OK},
        {LATER, BY_NOTE_COUNTER_MAX, 1, 1, BANYAN_OK},
        {LATER, BY_NOTE_COUNTER_MAX + 1, 1, 1, BANYAN_ERR_TOO_LARGE},
        {LATER, 1, BY_NOTE_MADE_MS_MAX - 1, 1, BANYAN_OK},
        {LATER, 1, BY_NOTE_MADE_MS_MAX, 1, BANYAN_OK},
        {LATER, 1, BY_NOTE_MADE_MS_MAX + 1, 1, BANYAN_ERR_TOO_LARGE},
        {LATER, 1, 1, BY_NOTE_BODY_BYTES_MAX - 1, BANYAN_OK},
        {LATER, 1, 1, BY_NOTE_BODY_BYTES_MAX, BANYAN_OK},
        {LATER, 1, 1, BY_NOTE_BODY_BYTES_MAX + 1, BANYAN_ERR_TOO_LARGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum banyan_status status =
            take_made_up(rows[i].kind, rows[i].counter, rows[i].made_ms, rows[i].size);

        if (status != rows[i].want)
            fail_msg("row %zu: %s", i, banyan_status_name(status));
    }
}

static void the_higher_counter_is_newer_and_of_equal_ones_the_higher_hash(void **state)
{
    struct by_note low = {.counter = 1, .made_ms = 9, .hash = {{9}}};
    struct by_note high = {.counter = 2, .made_ms = 1, .hash = {{1}}};
    struct by_note other = {.counter = 2, .made_ms = 1, .hash = {{2}}};

    (void)state;
    assert_true(by_note_compare(&low, &high) < 0 && by_note_compare(&high, &low) > 0);
    assert_true(by_note_compare(&high, &other) < 0 && by_note_compare(&other, &high) > 0);
    assert_int_equal(by_note_compare(&high, &high), 0);
}

/* -- addresses -- */

static enum banyan_status round_trip(const struct by_note_addresses *addresses)
{
    struct by_buffer body = BY_BUFFER_INIT(4096);
    struct by_note_addresses read;

    assert_int_equal(by_note_addresses_write(addresses, &body), BANYAN_OK);
    enum banyan_status status = by_note_addresses_read(by_buffer_bytes(&body), &read);
    if (status == BANYAN_OK) {
        assert_int_equal(read.count, addresses->count);
        for (size_t i = 0; i < read.count; i++)
            assert_true(by_bytes_equal(read.items[i], addresses->items[i]));
    }
    by_buffer_deinit(&body);
    return status;
}

static void a_device_tells_so_many_addresses_each_once(void **state)
{
    char texts[BY_NOTE_ADDRESSES_MAX][BY_ADDRESS_BYTES_MAX];
    struct by_note_addresses addresses = {0};
    uint8_t body[1 + 9 * 4] = {BY_NOTE_ADDRESSES_MAX + 1};

    (void)state;
    assert_int_equal(round_trip(&addresses), BANYAN_OK);
    for (size_t i = 0; i < BY_NOTE_ADDRESSES_MAX; i++) {
        memset(texts[i], 'h', sizeof texts[i]);
        texts[i][0] = (char)('a' + i);
        memcpy(texts[i] + sizeof texts[i] - 2, ":7", 2);
        addresses.items[addresses.count++] = by_bytes_of(texts[i], sizeof texts[i]);
        assert_int_equal(round_trip(&addresses), BANYAN_OK);
    }
    for (size_t i = 0; i < BY_NOTE_ADDRESSES_MAX + 1; i++)
        memcpy(body + 1 + i * 4, (char[]){3, (char)('a' + i), ':', '7'}, 4);
    assert_int_equal(by_note_addresses_read(by_bytes_of(body, sizeof body), &addresses),
                     BANYAN_ERR_TOO_LARGE);
    body[0] = BY_NOTE_ADDRESSES_MAX;
    assert_int_equal(by_note_addresses_read(by_bytes_of(body, sizeof body - 4), &addresses),
                     BANYAN_OK);
    body[2] = body[6];
    assert_int_equal(by_note_addresses_read(by_bytes_of(body, sizeof body - 4), &addresses),
                     BANYAN_ERR_MALFORMED);
}

static void what_is_no_address_is_not_told(void **state)
{
    static const char *const texts[] = {"", ":7417", "host:0", "host", "a host:7417", "h\033:7417"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct by_note_addresses addresses = {.items = {by_bytes_of_text(texts[i])}, .count = 1};

        if (round_trip(&addresses) != BANYAN_ERR_MALFORMED)
            fail_msg("'%s' is taken for an address", texts[i]);
    }
}

/* -- standings -- */

static struct by_log_id log_id(uint32_t n)
{
    struct by_log_id log = {.nonce = {1}};

    by_put_u32be(log.device.bytes, n);
    return log;
}

static void
set(struct by_frontier *frontier, uint32_t n, bool is_act_log, uint64_t seq, size_t tip_count)
{
    const struct by_tip tips[2] = {{.seq = seq, .id = {{1}}, .hlc = n},
                                   {.seq = 0, .id = {{2}}, .hlc = n}};
    struct by_log_id log = log_id(n);

    assert_int_equal(by_frontier_set(frontier, &log, is_act_log, tips, tip_count), BANYAN_OK);
}

static const struct by_standing_log *
find_log(const struct by_standing *standing, uint32_t n, struct by_standing_log *out_log)
{
    struct by_cursor cursor = {standing->logs};
    struct by_log_id log = log_id(n);
    uint8_t key[BY_STANDING_KEY_BYTES];

    by_standing_key(&log, key);
    for (size_t i = 0; i < standing->count; i++) {
        assert_int_equal(by_standing_next(&cursor, out_log), BANYAN_OK);
        if (memcmp(out_log->key, key, sizeof key) == 0)
            return out_log;
    }
    return NULL;
}

static void a_standing_names_record_logs_that_are_not_empty(void **state)
{
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_frontier frontier;
    struct by_standing standing;
    struct by_standing_log log = {0};
    struct by_id digest;

    (void)state;
    by_frontier_init(&frontier);
    set(&frontier, 1, true, 5, 1);
    set(&frontier, 2, false, 0, 0);
    set(&frontier, 3, false, 0, 1);
    set(&frontier, 4, false, 6999, 2);
    assert_int_equal(by_standing_write(&frontier, &body), BANYAN_OK);
    assert_int_equal(by_standing_read(by_buffer_bytes(&body), &standing), BANYAN_OK);
    by_frontier_state(&frontier, &digest);
    assert_true(by_id_equal(&standing.state, &digest));
    assert_true(by_id_equal(&standing.acts, by_frontier_acts(&frontier)));
    assert_int_equal(standing.count, 2);
    assert_false(standing.is_partial);
    assert_non_null(find_log(&standing, 3, &log));
    assert_true(log.count == 1 && !log.is_forked);
    assert_non_null(find_log(&standing, 4, &log));
    assert_true(log.count == 7000 && log.is_forked);
    by_buffer_deinit(&body);
    by_frontier_deinit(&frontier);
}

static void of_more_logs_than_a_standing_names_the_newest_are_named(void **state)
{
    struct by_frontier frontier;

    (void)state;
    by_frontier_init(&frontier);
    for (uint32_t n = 1; n <= BY_STANDING_LOGS_MAX + 1; n++) {
        struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
        struct by_standing standing;
        struct by_standing_log log;

        set(&frontier, n, false, BY_SYNC_SEQ_MAX, 2);
        if (n < BY_STANDING_LOGS_MAX - 1)
            continue;
        assert_int_equal(by_standing_write(&frontier, &body), BANYAN_OK);
        assert_int_equal(by_standing_read(by_buffer_bytes(&body), &standing), BANYAN_OK);
        assert_int_equal(standing.count, n <= BY_STANDING_LOGS_MAX ? n : BY_STANDING_LOGS_MAX);
        assert_true(standing.is_partial == (n > BY_STANDING_LOGS_MAX));
        assert_true((find_log(&standing, 1, &log) == NULL) == standing.is_partial);
        assert_non_null(find_log(&standing, n, &log));
        by_buffer_deinit(&body);
    }
    by_frontier_deinit(&frontier);
}

static void a_standing_has_one_form(void **state)
{
    /* flags, digests, count, then a key of one byte that counts, and a place each */
    static const struct {
        uint8_t flags, count, keys[2], places[2];
        size_t extra;
        enum banyan_status want;
    } rows[] = {
        {0, 2, {1, 2}, {2, 3}, 0, BANYAN_OK},
        {1, 2, {1, 2}, {2, 3}, 0, BANYAN_OK},
        {2, 2, {1, 2}, {2, 3}, 0, BANYAN_ERR_MALFORMED},
        {0, 2, {2, 1}, {2, 3}, 0, BANYAN_ERR_NOT_CANONICAL},
        {0, 2, {1, 1}, {2, 3}, 0, BANYAN_ERR_NOT_CANONICAL},
        {0, 2, {1, 2}, {2, 1}, 0, BANYAN_ERR_MALFORMED},
        {0, 2, {1, 2}, {2, 0}, 0, BANYAN_ERR_MALFORMED},
        {0, 1, {1, 2}, {2, 3}, 0, BANYAN_ERR_MALFORMED},
        {0, 3, {1, 2}, {2, 3}, 0, BANYAN_ERR_TRUNCATED},
        {0, 2, {1, 2}, {2, 3}, 1, BANYAN_ERR_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t body[66 + 2 * 9 + 1] = {rows[i].flags};
        struct by_standing standing;

        body[65] = rows[i].count;
        for (size_t k = 0; k < 2; k++) {
            body[66 + 9 * k] = rows[i].keys[k];
            body[66 + 9 * k + 8] = rows[i].places[k];
        }
        enum banyan_status status =
            by_standing_read(by_bytes_of(body, sizeof body - 1 + rows[i].extra), &standing);
        if (status != rows[i].want)
            fail_msg("row %zu: %s", i, banyan_status_name(status));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_is_what_its_device_signed_and_nothing_else),
        cmocka_unit_test(a_note_keeps_its_bounds),
        cmocka_unit_test(the_higher_counter_is_newer_and_of_equal_ones_the_higher_hash),
        cmocka_unit_test(a_device_tells_so_many_addresses_each_once),
        cmocka_unit_test(what_is_no_address_is_not_told),
        cmocka_unit_test(a_standing_names_record_logs_that_are_not_empty),
        cmocka_unit_test(of_more_logs_than_a_standing_names_the_newest_are_named),
        cmocka_unit_test(a_standing_has_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
