/* Notes between nodes at work: made, passed on, kept in the store, and made anew. */
#include "lib/live_pair.h"

#include "live/kept_notes.h"
#include "live/told.h"
#include "sync/note_addresses.h"
#include "sync/standing.h"

struct two {
    struct world world;
    struct by_live *lives[2];
    struct wire wire;
};

static void begin(struct two *two)
{
    world_begin(&two->world);
    found_network(&two->world, 2);
    for (int i = 0; i < 2; i++)
        close_office(&two->world, i);
}

static void connect_two(struct two *two)
{
    for (int i = 0; i < 2; i++)
        two->lives[i] = start(&two->world, i);
    connect_lives(&two->world, &two->wire, two->lives[0], two->lives[1]);
    sync_up(&two->wire);
}

static void stop(struct two *two)
{
    disconnect(&two->wire);
    for (int i = 0; i < 2; i++)
        by_live_close(two->lives[i]);
}

/* What one node holds of the device of another. */
static const struct by_note *note_of(struct two *two, int at, int of, uint8_t kind)
{
    const struct by_notes_slot *slot = by_notes_find(
        by_live_notes(two->lives[at]), &two->lives[of]->node->device.public_key, kind);

    return slot == NULL ? NULL : &slot->note;
}

/* With the handle of another process, as commands do. */
static void tell(struct two *two, int at, const char *address, bool is_removed)
{
    struct world *world = &two->world;
    struct by_store *store = NULL;

    expect_ok(world, by_store_share(two->lives[at]->node->store, &store) == BANYAN_OK
                         ? BANYAN_OK
                         : BANYAN_ERR_MEMORY);
    expect_ok(world, is_removed ? by_told_remove(store, by_bytes_of_text(address), &world->error)
                                : by_told_add(store, by_bytes_of_text(address), &world->error));
    by_store_close(store);
}

struct wanted {
    struct two *two;
    int at, of;
    const char *address; /* the only one told; NULL: none */
};

static bool is_told(struct wire *wire, void *context)
{
    const struct wanted *wanted = context;
    const struct by_note *note = note_of(wanted->two, wanted->at, wanted->of, BY_NOTE_ADDRESSES);
    struct by_note_addresses addresses;
    (void)wire;

    if (note == NULL || by_note_addresses_read(note->body, &addresses) != BANYAN_OK)
        return false;
    return wanted->address == NULL
               ? addresses.count == 0
               : addresses.count == 1 &&
                     by_bytes_equal(addresses.items[0], by_bytes_of_text(wanted->address));
}

static void after_a_sync_each_knows_how_far_the_other_is(void **state)
{
    struct by_standing standing;
    struct by_id digest;
    struct two two;
    (void)state;

    begin(&two);
    connect_two(&two);
    for (int i = 0; i < 2; i++) {
        const struct by_note *note = note_of(&two, i, 1 - i, BY_NOTE_STANDING);

        assert_non_null(note);
        assert_int_equal(by_standing_read(note->body, &standing), BANYAN_OK);
        by_frontier_state(&two.lives[i]->frontier, &digest);
        assert_true(by_id_equal(&standing.state, &digest));
        assert_null(note_of(&two, i, 1 - i, BY_NOTE_ADDRESSES));
    }
    stop(&two);
    world_end(&two.world);
}

static void notes_are_there_when_no_node_runs(void **state)
{
    struct by_kept_note *kept = NULL;
    struct two two;
    size_t count = 0;
    (void)state;

    begin(&two);
    connect_two(&two);
    stop(&two);
    for (int i = 0; i < 2; i++)
        open_office(&two.world, i);
    const struct by_node *node = two.world.offices[1].node;
    expect_ok(&two.world, by_kept_notes_read(node, BY_NOTE_STANDING, &two.world.arena, &kept,
                                             &count, &two.world.error));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        bool is_own = by_id_equal(&kept[i].note.device, &node->device.public_key);
        const struct by_id *via = &two.world.offices[0].node->organisation;

        assert_true(by_id_is_zero(&kept[i].via) == is_own);
        assert_true(is_own || by_id_equal(&kept[i].via, via));
        assert_true(kept[i].learnt_ms >= kept[i].note.made_ms);
        assert_int_equal(by_note_verify(&kept[i].note, &node->network), BANYAN_OK);
    }
    expect_ok(&two.world, by_kept_notes_read(node, BY_NOTE_ADDRESSES, &two.world.arena, &kept,
                                             &count, &two.world.error));
    assert_int_equal(count, 0);
    world_end(&two.world);
}

/* The second connection costs no more than the hellos. */
static void notes_that_are_held_are_not_made_or_sent_again(void **state)
{
    struct two two;
    uint64_t counter;
    (void)state;

    begin(&two);
    connect_two(&two);
    counter = note_of(&two, 0, 1, BY_NOTE_STANDING)->counter;
    stop(&two);
    connect_two(&two);
    for (int i = 0; i < 2; i++) {
        const struct by_session_stats *stats =
            by_session_stats(by_live_peer_session(two.wire.sides[i].peer));

        assert_int_equal(stats->notes_in + stats->notes_out, 0);
        assert_int_equal(stats->bytes_in, 35);
    }
    assert_int_equal(note_of(&two, 0, 1, BY_NOTE_STANDING)->counter, counter);
    stop(&two);
    world_end(&two.world);
}

static void what_people_say_of_an_address_reaches_the_others_and_is_taken_back(void **state)
{
    struct two two;
    struct wanted wanted = {.two = &two, .at = 1, .of = 0, .address = "hub.example.org:7417"};
    (void)state;

    begin(&two);
    connect_two(&two);
    tell(&two, 0, "hub.example.org:7417", false);
    turn_until(&two.wire, is_told, &wanted, "the other knows the address");
    tell(&two, 0, "hub.example.org:7417", true);
    wanted.address = NULL;
    turn_until(&two.wire, is_told, &wanted, "the other knows no address");
    stop(&two);
    world_end(&two.world);
}

static enum banyan_status drop_own(void *context, struct by_store_txn *txn)
{
    const struct by_node *node = context;

    return by_kept_note_remove(txn, &node->device.public_key, BY_NOTE_ADDRESSES);
}

/* As after a restored copy: its own note is forgotten, and the others hold it. */
static void a_node_goes_on_from_its_own_note_that_others_hold(void **state)
{
    struct two two;
    struct wanted wanted = {.two = &two, .at = 1, .of = 0};
    (void)state;

    begin(&two);
    connect_two(&two);
    for (int i = 0; i < 2; i++) {
        wanted.address = i == 0 ? "older.example.org:7417" : "old.example.org:7417";
        tell(&two, 0, wanted.address, false);
        turn_until(&two.wire, is_told, &wanted, "the other knows the address");
        if (i == 0)
            tell(&two, 0, wanted.address, true);
    }
    uint64_t counter = note_of(&two, 1, 0, BY_NOTE_ADDRESSES)->counter;
    tell(&two, 0, "old.example.org:7417", true);
    tell(&two, 0, "new.example.org:7417", false);
    stop(&two);
    open_office(&two.world, 0);
    expect_ok(&two.world, by_store_write(two.world.offices[0].node->store, drop_own,
                                         two.world.offices[0].node, &two.world.error));
    close_office(&two.world, 0);
    connect_two(&two);
    wanted.address = "new.example.org:7417";
    turn_until(&two.wire, is_told, &wanted, "the other knows the new address");
    assert_true(counter > 1 && note_of(&two, 1, 0, BY_NOTE_ADDRESSES)->counter > counter);
    stop(&two);
    world_end(&two.world);
}

static enum banyan_status spoil_all(void *context, struct by_store_txn *txn)
{
    const struct two *two = context;
    const struct by_node *node = two->world.offices[1].node;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_kept_note kept;

        status = by_kept_note_get(txn, &devices[i].certificate.device, BY_NOTE_STANDING, &kept);
        if (status != BANYAN_OK)
            break;
        uint8_t *bytes = (uint8_t *)(uintptr_t)kept.note.bytes.data;
        bytes[kept.note.bytes.size - 1] ^= 1;
        status = by_kept_note_put(txn, &kept);
    }
    return status;
}

static void a_kept_note_that_is_not_what_its_device_signed_is_not_believed(void **state)
{
    struct two two;
    (void)state;

    begin(&two);
    connect_two(&two);
    stop(&two);
    open_office(&two.world, 1);
    expect_ok(&two.world,
              by_store_write(two.world.offices[1].node->store, spoil_all, &two, &two.world.error));
    close_office(&two.world, 1);
    for (int i = 0; i < 2; i++)
        two.lives[i] = start(&two.world, i);
    assert_null(note_of(&two, 1, 0, BY_NOTE_STANDING));
    connect_lives(&two.world, &two.wire, two.lives[0], two.lives[1]);
    sync_up(&two.wire);
    assert_non_null(note_of(&two, 1, 0, BY_NOTE_STANDING));
    stop(&two);
    world_end(&two.world);
}

static void so_many_addresses_are_told_each_once(void **state)
{
    struct two two;
    struct world *world = &two.world;
    (void)state;

    begin(&two);
    open_office(world, 0);
    struct by_store *store = world->offices[0].node->store;
    for (size_t i = 0; i <= BY_NOTE_ADDRESSES_MAX; i++) {
        char text[] = "a:7";

        text[0] = (char)('a' + i);
        expect(world, by_told_add(store, by_bytes_of_text(text), &world->error),
               i < BY_NOTE_ADDRESSES_MAX ? BANYAN_OK : BANYAN_ERR_USAGE);
    }
    expect(world, by_told_add(store, by_bytes_of_text("b:7"), &world->error), BANYAN_ERR_EXISTS);
    expect(world, by_told_add(store, by_bytes_of_text("here"), &world->error), BANYAN_ERR_INVALID);
    expect(world, by_told_remove(store, by_bytes_of_text("z:7"), &world->error),
           BANYAN_ERR_NOT_FOUND);
    expect_ok(world, by_told_remove(store, by_bytes_of_text("a:7"), &world->error));
    struct by_note_addresses told;
    expect_ok(world, by_told_read(store, &world->arena, &told, &world->error));
    assert_int_equal(told.count, BY_NOTE_ADDRESSES_MAX - 1);
    assert_true(by_bytes_equal(told.items[0], by_bytes_of_text("b:7")));
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_sync_each_knows_how_far_the_other_is),
        cmocka_unit_test(notes_are_there_when_no_node_runs),
        cmocka_unit_test(notes_that_are_held_are_not_made_or_sent_again),
        cmocka_unit_test(what_people_say_of_an_address_reaches_the_others_and_is_taken_back),
        cmocka_unit_test(a_node_goes_on_from_its_own_note_that_others_hold),
        cmocka_unit_test(a_kept_note_that_is_not_what_its_device_signed_is_not_believed),
        cmocka_unit_test(so_many_addresses_are_told_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
