/* How far others are, in records: by their notes, and by what was met. */
#include "lib/live_pair.h"

#include "live/kept_notes.h"
#include "live/standings.h"
#include "sync/standing.h"

struct meeting {
    struct world world;
    struct by_live *lives[2];
    struct wire wire;
};

static void begin(struct meeting *meeting)
{
    world_begin(&meeting->world);
    found_network(&meeting->world, 3);
    for (int i = 0; i < 3; i++)
        close_office(&meeting->world, i);
}

/* Two offices meet, and part in sync. */
static void meet(struct meeting *meeting, int a, int b)
{
    meeting->lives[0] = start(&meeting->world, a);
    meeting->lives[1] = start(&meeting->world, b);
    connect_lives(&meeting->world, &meeting->wire, meeting->lives[0], meeting->lives[1]);
    sync_up(&meeting->wire);
    disconnect(&meeting->wire);
    by_live_close(meeting->lives[0]);
    by_live_close(meeting->lives[1]);
}

/* What office `at` knows of office `of`; at is closed. */
static struct by_standing_row row_of(struct world *world, int at, int of)
{
    struct by_standing_row *rows = NULL;
    size_t count = 0;

    open_office(world, of);
    struct by_id device = world->offices[of].node->device.public_key;
    close_office(world, of);
    open_office(world, at);
    expect_ok(world, by_standings_read(world->offices[at].node, &world->arena, &rows, &count,
                                       &world->error));
    close_office(world, at);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&rows[i].device, &device))
            return rows[i];
    fail_msg("office %d has no row of office %d", at, of);
    return (struct by_standing_row){.as_of_ms = 0};
}

static void expect_lacks(const struct by_standing_row *row, uint64_t new_ones, uint64_t changed,
                         uint64_t deleted)
{
    assert_true(row->is_counted);
    assert_int_equal(row->lacking.records_new, new_ones);
    assert_int_equal(row->lacking.records_changed, changed);
    assert_int_equal(row->lacking.records_deleted, deleted);
}

static void who_was_met_lacks_what_was_written_since(void **state)
{
    struct meeting meeting;
    struct world *world = &meeting.world;
    (void)state;

    begin(&meeting);
    assert_int_equal(row_of(world, 0, 1).as_of_ms, 0);
    open_office(world, 0);
    const char *first = add_site(world, 0, "A forest"), *second = add_site(world, 0, "A lake");
    close_office(world, 0);
    meet(&meeting, 0, 1);
    struct by_standing_row row = row_of(world, 0, 1);
    assert_true(row.as_of_ms > 0 && row.was_met);
    assert_int_equal(row.they_lack, 0);
    assert_int_equal(row.we_lack, 0);
    open_office(world, 0);
    add_site(world, 0, "A hill");
    set(world, 0, first, "area", "12 ha");
    set(world, 0, first, "area", "13 ha");
    struct by_buffer json = RESULT;
    expect_ok(world, by_edit_delete(world->offices[0].node, second, &json, &world->error));
    by_buffer_deinit(&json);
    close_office(world, 0);
    row = row_of(world, 0, 1);
    assert_int_equal(row.they_lack, 4);
    expect_lacks(&row, 1, 1, 1);
    meet(&meeting, 0, 1);
    row = row_of(world, 0, 1);
    assert_int_equal(row.they_lack, 0);
    world_end(world);
}

static void who_was_not_met_is_known_by_way_of_others(void **state)
{
    struct meeting meeting;
    struct world *world = &meeting.world;
    (void)state;

    begin(&meeting);
    meet(&meeting, 1, 2);
    open_office(world, 1);
    add_site(world, 1, "A forest");
    close_office(world, 1);
    meet(&meeting, 1, 0);
    struct by_standing_row row = row_of(world, 0, 2);
    assert_true(row.as_of_ms > 0 && !row.was_met);
    open_office(world, 1);
    assert_true(by_id_equal(&row.via, &world->offices[1].node->organisation));
    close_office(world, 1);
    expect_lacks(&row, 1, 0, 0);
    /* Of what a device wrote itself it lacks nothing, however old its note is. */
    row = row_of(world, 0, 1);
    assert_int_equal(row.they_lack, 0);
    world_end(world);
}

static enum banyan_status put_ahead(void *context, struct by_store_txn *txn)
{
    return by_kept_note_put(txn, context);
}

static void what_others_have_more_is_told_in_changes(void **state)
{
    struct meeting meeting;
    struct world *world = &meeting.world;
    struct by_buffer body = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    struct by_kept_note kept = {.learnt_ms = UINT64_MAX};
    struct by_cursor cursor;
    (void)state;

    begin(&meeting);
    meet(&meeting, 0, 1);
    open_office(world, 1);
    const char *id = add_site(world, 1, "A forest");
    set(world, 1, id, "area", "12 ha");
    struct by_node *node = world->offices[1].node;
    struct by_live *live = NULL;
    const struct by_id network = node->network;
    const struct by_signing_key device = node->device;
    close_office(world, 1);
    live = start(world, 1);
    assert_int_equal(by_standing_write(&live->frontier, &body), BANYAN_OK);
    by_live_close(live);
    kept.note = (struct by_note){.kind = BY_NOTE_STANDING,
                                 .counter = 9,
                                 .made_ms = by_os_wall_ms() + 1000,
                                 .body = by_buffer_bytes(&body)};
    assert_int_equal(by_note_sign(&kept.note, &device, &network, &bytes), BANYAN_OK);
    cursor.rest = by_buffer_bytes(&bytes);
    assert_int_equal(by_note_take(&cursor, &kept.note), BANYAN_OK);
    open_office(world, 0);
    expect_ok(world,
              by_store_write(world->offices[0].node->store, put_ahead, &kept, &world->error));
    close_office(world, 0);
    struct by_standing_row row = row_of(world, 0, 1);
    assert_false(row.was_met);
    assert_int_equal(row.we_lack, 2);
    assert_int_equal(row.they_lack, 0);
    by_buffer_deinit(&body);
    by_buffer_deinit(&bytes);
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_met_lacks_what_was_written_since),
        cmocka_unit_test(who_was_not_met_is_known_by_way_of_others),
        cmocka_unit_test(what_others_have_more_is_told_in_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
