#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/sync/fake_node.h"

static const struct by_id via = {{4}};

static enum by_notes_verdict
hear_as(struct by_notes *notes, const struct by_note *note, uint64_t now_ms)
{
    size_t slot;

    return by_notes_hear(notes, note, &fake_network, &via, now_ms, &slot);
}

static enum by_notes_verdict
hear(struct by_notes *notes, uint32_t writer, uint64_t counter, uint8_t variant, uint64_t now_ms)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_note note = fake_sign_note(writer, BY_NOTE_STANDING, counter,
                                         fake_note_body(BY_NOTE_STANDING, variant, space), &bytes);
    enum by_notes_verdict verdict = hear_as(notes, &note, now_ms);

    by_buffer_deinit(&bytes);
    return verdict;
}

static const struct by_notes_slot *slot_of(const struct by_notes *notes, uint32_t writer)
{
    struct by_signing_key key = fake_key(writer);

    return by_notes_find(notes, &key.public_key, BY_NOTE_STANDING);
}

static void the_newest_note_is_kept_in_whatever_order_they_come(void **state)
{
    /* Each is (counter, variant); the last of each row is the newest. */
    static const uint8_t rows[][3][2] = {{{1, 0}, {2, 0}, {3, 0}}, {{1, 7}, {2, 5}, {3, 1}}};
    static const uint8_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t row = 0; row < 2; row++)
        for (size_t i = 0; i < 6; i++) {
            struct by_notes notes;
            uint64_t newest = 0;

            by_notes_init(&notes);
            for (size_t k = 0; k < 3; k++) {
                const uint8_t *one = rows[row][orders[i][k]];

                assert_int_equal(hear(&notes, 1, one[0], one[1], 0),
                                 one[0] > newest ? BY_NOTES_TAKEN : BY_NOTES_OLDER);
                newest = one[0] > newest ? one[0] : newest;
                assert_int_equal(hear(&notes, 1, one[0], one[1], 0),
                                 one[0] == newest ? BY_NOTES_HELD : BY_NOTES_OLDER);
            }
            assert_int_equal(slot_of(&notes, 1)->note.counter, 3);
            assert_true(by_id_equal(&slot_of(&notes, 1)->via, &via));
            by_notes_deinit(&notes);
        }
}

static void two_notes_of_one_counter_leave_the_same_everywhere(void **state)
{
    struct by_notes there, back;

    (void)state;
    by_notes_init(&there);
    by_notes_init(&back);
    for (uint8_t i = 0; i < 5; i++) {
        (void)hear(&there, 1, 1, i, 0);
        (void)hear(&back, 1, 1, (uint8_t)(4 - i), 0);
    }
    assert_true(by_id_equal(by_notes_digest(&there), by_notes_digest(&back)));
    by_notes_deinit(&there);
    by_notes_deinit(&back);
}

static void a_forged_note_is_not_taken_and_leaves_nothing(void **state)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_notes notes;

    (void)state;
    by_notes_init(&notes);
    assert_int_equal(hear(&notes, 1, 1, 0, 0), BY_NOTES_TAKEN);
    struct by_id before = *by_notes_digest(&notes);
    struct by_note note =
        fake_sign_note(1, BY_NOTE_STANDING, 2, fake_note_body(BY_NOTE_STANDING, 1, space), &bytes);
    note.signature.bytes[7] ^= 1;
    assert_int_equal(hear_as(&notes, &note, 0), BY_NOTES_FORGED);
    note.signature.bytes[7] ^= 1;
    note.device = fake_key(2).public_key;
    assert_int_equal(hear_as(&notes, &note, 0), BY_NOTES_FORGED);
    assert_int_equal(notes.count, 1);
    assert_true(by_id_equal(by_notes_digest(&notes), &before));
    by_buffer_deinit(&bytes);
    by_notes_deinit(&notes);
}

static void a_device_that_signs_without_end_is_heard_no_faster_than_its_rate(void **state)
{
    struct by_notes notes;
    uint64_t counter = 1, now_ms = 1000;

    (void)state;
    by_notes_init(&notes);
    for (; counter <= BY_NOTES_BURST + 1; counter++)
        assert_int_equal(hear(&notes, 1, counter, 0, now_ms),
                         counter <= BY_NOTES_BURST ? BY_NOTES_TAKEN : BY_NOTES_SPARED);
    assert_int_equal(hear(&notes, 2, 1, 0, now_ms), BY_NOTES_TAKEN);
    now_ms += BY_NOTES_INTERVAL_MS - 1;
    assert_int_equal(hear(&notes, 1, counter, 0, now_ms), BY_NOTES_SPARED);
    assert_int_equal(hear(&notes, 1, counter, 0, now_ms + 1), BY_NOTES_TAKEN);
    assert_int_equal(hear(&notes, 1, counter + 1, 0, now_ms + 1), BY_NOTES_SPARED);
    by_notes_deinit(&notes);
}

static void so_many_notes_are_kept(void **state)
{
    struct by_notes notes;

    (void)state;
    by_notes_init(&notes);
    for (uint32_t i = 1; i <= BY_NOTES_MAX + 1; i++)
        assert_int_equal(hear(&notes, i, 1, 0, 0),
                         i <= BY_NOTES_MAX ? BY_NOTES_TAKEN : BY_NOTES_SPARED);
    assert_int_equal(notes.count, BY_NOTES_MAX);
    assert_int_equal(hear(&notes, 3, 2, 0, 0), BY_NOTES_TAKEN);
    by_notes_deinit(&notes);
}

static bool is_kept(void *context, const struct by_id *device)
{
    return !by_id_equal(device, context);
}

static void notes_of_who_is_removed_go_and_their_place_is_free(void **state)
{
    struct by_signing_key removed = fake_key(2);
    struct by_notes notes, never;
    uint64_t version;

    (void)state;
    by_notes_init(&notes);
    by_notes_init(&never);
    for (uint32_t i = 1; i <= 3; i++)
        (void)hear(&notes, i, 1, 0, 0);
    (void)hear(&never, 1, 1, 0, 0);
    (void)hear(&never, 3, 1, 0, 0);
    version = notes.version;
    by_notes_prune(&notes, is_kept, &removed.public_key);
    assert_true(notes.version > version);
    assert_int_equal(notes.count, 2);
    assert_null(slot_of(&notes, 2));
    assert_true(by_id_equal(by_notes_digest(&notes), by_notes_digest(&never)));
    version = notes.version;
    by_notes_prune(&notes, is_kept, &removed.public_key);
    assert_int_equal(notes.version, version);
    assert_int_equal(hear(&notes, 4, 1, 0, 0), BY_NOTES_TAKEN);
    assert_int_equal(notes.slot_count, 3);
    assert_true(slot_of(&notes, 4)->version > version);
    by_notes_deinit(&notes);
    by_notes_deinit(&never);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_note_is_kept_in_whatever_order_they_come),
        cmocka_unit_test(two_notes_of_one_counter_leave_the_same_everywhere),
        cmocka_unit_test(a_forged_note_is_not_taken_and_leaves_nothing),
        cmocka_unit_test(a_device_that_signs_without_end_is_heard_no_faster_than_its_rate),
        cmocka_unit_test(so_many_notes_are_kept),
        cmocka_unit_test(notes_of_who_is_removed_go_and_their_place_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
