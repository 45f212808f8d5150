/* Where peers can be reached: bounds, and what an invitation leaves behind. */
#include "lib/world.h"

#include "core/local.h"
#include "live/addresses.h"

static void add(struct world *world, uint8_t key, unsigned number)
{
    char text[32];
    struct by_address address = {.transport = {{key}}, .source = BY_ADDRESS_OF_PERSON};

    address.learnt_ms = number;
    snprintf(text, sizeof text, "host%u:7417", number);
    address.text = by_bytes_of_text(text);
    expect_ok(world, by_addresses_add(world->offices[0].node->store, &address, &world->error));
}

static struct by_address *held(struct world *world, size_t *out_count)
{
    struct by_address *addresses = NULL;

    expect_ok(world, by_addresses_read(world->offices[0].node->store, &world->arena, &addresses,
                                       out_count, &world->error));
    return addresses;
}

static void the_newest_addresses_are_kept(void **state)
{
    struct world world;
    size_t count;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    (void)held(&world, &count);
    assert_int_equal(count, 0);
    for (unsigned i = 0; i < BY_ADDRESSES_PER_KEY_MAX + 1; i++) {
        add(&world, 1, i);
        (void)held(&world, &count);
        assert_int_equal(count, i < BY_ADDRESSES_PER_KEY_MAX ? i + 1 : BY_ADDRESSES_PER_KEY_MAX);
    }
    assert_int_equal(held(&world, &count)[0].learnt_ms, BY_ADDRESSES_PER_KEY_MAX);
    add(&world, 1, 3); /* one that is held moves to the front */
    assert_int_equal(held(&world, &count)[0].learnt_ms, 3);
    assert_int_equal(count, BY_ADDRESSES_PER_KEY_MAX);
    for (unsigned i = 0; i < BY_ADDRESSES_MAX + 1; i++)
        add(&world, (uint8_t)(2 + i / BY_ADDRESSES_PER_KEY_MAX), i);
    (void)held(&world, &count);
    assert_int_equal(count, BY_ADDRESSES_MAX);
    world_end(&world);
}

struct removal {
    struct by_id transport;
    const char *text;
};

static enum banyan_status take_away(void *context, struct by_store_txn *txn)
{
    const struct removal *removal = context;

    return by_addresses_remove(txn, &removal->transport, by_bytes_of_text(removal->text));
}

static void an_address_can_be_taken_away(void **state)
{
    struct removal other = {{{2}}, "host1:7417"}, one = {{{1}}, "host1:7417"};
    struct world world;
    size_t count;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    struct by_store *store = world.offices[0].node->store;
    add(&world, 1, 1);
    expect_ok(&world, by_store_write(store, take_away, &other, &world.error));
    (void)held(&world, &count);
    assert_int_equal(count, 1);
    expect_ok(&world, by_store_write(store, take_away, &one, &world.error));
    (void)held(&world, &count);
    assert_int_equal(count, 0);
    world_end(&world);
}

static void a_newcomer_knows_who_invited_it_and_where(void **state)
{
    static const char *const texts[] = {"hub.example.org:7417", "192.0.2.7:7000"};
    const struct banyan_invite invitation = {.addresses = texts, .address_count = 2};
    const struct banyan_profile profile = {.name = "Beta", .country = "KHM", .kind = "ngo"};
    struct by_buffer json = RESULT;
    struct world world;
    struct by_id inviter;
    size_t count;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    const struct by_id transport = world.offices[0].node->transport.public_key;
    expect_ok(&world, by_invite(world.offices[0].node, &invitation, &json, &world.error));
    struct by_value answer = parse(&world, &json);
    expect_ok(&world, by_join(world.offices[1].home, text_of(&world, &answer, "code"), &profile,
                              &json, &world.error));
    by_buffer_deinit(&json);
    close_office(&world, 0);
    strcpy(world.offices[0].home, world.offices[1].home);
    open_office(&world, 0);
    expect_ok(&world, by_addresses_inviter(world.offices[0].node->store, &inviter, &world.error));
    assert_true(by_id_equal(&inviter, &transport));
    const struct by_address *addresses = held(&world, &count);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(by_id_equal(&addresses[i].transport, &transport));
        assert_true(by_bytes_equal(addresses[i].text, by_bytes_of_text(texts[i])));
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_addresses_are_kept),
        cmocka_unit_test(an_address_can_be_taken_away),
        cmocka_unit_test(a_newcomer_knows_who_invited_it_and_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
