/*
 * Notes: what is accepted is its own one form, and its body reads to its end.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "sync/note.h"
#include "sync/note_addresses.h"
#include "sync/standing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_addresses(struct by_bytes body)
{
    struct by_buffer again = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_note_addresses addresses;

    assert(by_note_addresses_read(body, &addresses) == BANYAN_OK);
    assert(by_note_addresses_write(&addresses, &again) == BANYAN_OK);
    assert(by_bytes_equal(by_buffer_bytes(&again), body));
    by_buffer_deinit(&again);
}

static void check_standing(struct by_bytes body)
{
    struct by_standing standing;
    struct by_standing_log log, before = {0};

    assert(by_standing_read(body, &standing) == BANYAN_OK);
    struct by_cursor cursor = {standing.logs};
    for (size_t i = 0; i < standing.count; i++) {
        assert(by_standing_next(&cursor, &log) == BANYAN_OK);
        assert(log.count > 0);
        assert(i == 0 || memcmp(before.key, log.key, sizeof log.key) < 0);
        before = log;
    }
    assert(cursor.rest.size == 0);
}

/* The same fields, written once more. */
static void check_form(const struct by_note *note)
{
    struct by_buffer again = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);

    assert(by_buffer_append_bytes(&again, by_id_bytes(&note->device)) == BANYAN_OK);
    assert(by_buffer_append_u8(&again, note->kind) == BANYAN_OK);
    assert(by_buffer_append_varint(&again, note->counter) == BANYAN_OK);
    assert(by_buffer_append_varint(&again, note->made_ms) == BANYAN_OK);
    assert(by_buffer_append_varint(&again, note->body.size) == BANYAN_OK);
    assert(by_buffer_append_bytes(&again, note->body) == BANYAN_OK);
    assert(by_buffer_append(&again, note->signature.bytes, sizeof note->signature.bytes) ==
           BANYAN_OK);
    assert(by_bytes_equal(by_buffer_bytes(&again), note->bytes));
    by_buffer_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct by_id network = {{1}};
    struct by_cursor cursor = {by_bytes_of(data, size)};
    struct by_note note;

    while (cursor.rest.size > 0 && by_note_take(&cursor, &note) == BANYAN_OK) {
        check_form(&note);
        if (note.kind == BY_NOTE_ADDRESSES)
            check_addresses(note.body);
        if (note.kind == BY_NOTE_STANDING)
            check_standing(note.body);
        (void)!by_note_verify(&note, &network);
    }
    return 0;
}
