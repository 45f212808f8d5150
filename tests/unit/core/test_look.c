/* What nodes answer about their views, and what two of them find by it. */
#include "lib/live_pair.h"

#include "core/look.h"
#include "sync/descent.h"
#include "sync/standing.h"

#define PLACE_BYTES 16u

/* -- asking two homes -- */

static void
answer(struct world *world, int at, const struct by_look *look, struct by_buffer *out_message)
{
    struct by_buffer standing = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_frontier frontier;

    by_frontier_init(&frontier);
    if (look->depth == 0)
        assert_int_equal(by_standing_write(&frontier, &standing), BANYAN_OK);
    expect_ok(world, by_look_answer(world->offices[at].node, look, by_buffer_bytes(&standing),
                                    out_message, &world->error));
    by_buffer_deinit(&standing);
    by_frontier_deinit(&frontier);
}

static void descend(struct world *world, struct by_descent *descent)
{
    expect_ok(world, by_node_view(world->offices[0].node, NULL, &world->error));
    expect_ok(world, by_node_view(world->offices[1].node, NULL, &world->error));
    by_descent_begin(descent);
    while (descent->state == BY_DESCENT_ASKING) {
        struct by_buffer bytes[2] = {BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX),
                                     BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX)};
        struct by_message messages[2];

        for (int i = 0; i < 2; i++) {
            answer(world, i, &descent->question, &bytes[i]);
            assert_int_equal(by_message_decode(by_buffer_bytes(&bytes[i]), &messages[i]),
                             BANYAN_OK);
        }
        assert_int_equal(by_descent_hear(descent, &messages[0].seen, &messages[1].seen), BANYAN_OK);
        by_buffer_deinit(&bytes[0]);
        by_buffer_deinit(&bytes[1]);
    }
}

/* The beginnings of name hash and digest of each record, in order. */
static struct by_bytes places_of(struct world *world, int at)
{
    struct by_buffer places = RESULT;
    struct by_bytes copy;

    expect_ok(world, by_view_places(world->offices[at].node->view, &places, &world->error));
    assert_int_equal(by_arena_copy(&world->arena, by_buffer_bytes(&places), &copy), BANYAN_OK);
    by_buffer_deinit(&places);
    return copy;
}

/* The slow way: the first record that is in one list and not in the other. */
static void find_first(struct world *world, uint8_t out_hash[8])
{
    struct by_bytes ours = places_of(world, 0), theirs = places_of(world, 1);
    size_t at = 0;

    while (at < ours.size && at < theirs.size &&
           memcmp(ours.data + at, theirs.data + at, PLACE_BYTES) == 0)
        at += PLACE_BYTES;
    assert_true(at < ours.size || at < theirs.size);
    bool is_ours =
        at < ours.size && (at == theirs.size || memcmp(ours.data + at, theirs.data + at, 8) <= 0);
    memcpy(out_hash, (is_ours ? ours.data : theirs.data) + at, 8);
}

static void expect_first(struct world *world)
{
    struct by_descent descent;
    struct by_id hash;
    uint8_t first[8];

    descend(world, &descent);
    find_first(world, first);
    assert_int_equal(descent.state, BY_DESCENT_FOUND);
    by_record_name_hash(&descent.name, &hash);
    assert_memory_equal(hash.bytes, first, sizeof first);
}

/* -- claims -- */

static void two_nodes_find_the_first_record_that_they_have_otherwise(void **state)
{
    const char *ids[40];
    struct by_descent descent;
    struct world world;

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    for (int i = 0; i < 40; i++)
        ids[i] = add_site(&world, 0, "A forest");
    carry(&world, 0, 1);
    carry(&world, 1, 0);
    descend(&world, &descent);
    assert_int_equal(descent.state, BY_DESCENT_SAME);
    for (int i = 0; i < 40; i += 3) {
        set(&world, 0, ids[i], "area", i % 2 == 0 ? "10 ha" : "20 ha");
        expect_first(&world);
        (void)add_site(&world, 1, "A lake");
        expect_first(&world);
        if (i % 2 == 1) {
            carry(&world, 0, 1);
            expect_first(&world);
        }
        carry(&world, 0, 1);
        carry(&world, 1, 0);
        descend(&world, &descent);
        assert_int_equal(descent.state, BY_DESCENT_SAME);
    }
    world_end(&world);
}

static void add_contact(struct world *world, int at)
{
    const struct banyan_field fields[] = {{"name", "Somebody", BANYAN_SET},
                                          {"role", "focal_point", BANYAN_SET}};
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_edit_add(world->offices[at].node, "contact", fields, 2, &json, &world->error));
    by_buffer_deinit(&json);
}

/* To the byte, in every answer. */
static void private_records_are_in_no_answer(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    (void)add_site(&world, 0, "A forest");
    for (uint8_t depth = 0; depth <= BY_LOOK_BUCKET; depth++) {
        struct by_buffer before = RESULT, after = RESULT;
        uint32_t width = (uint32_t)1 << (4 * depth);

        expect_ok(&world, by_node_view(world.offices[0].node, NULL, &world.error));
        for (uint32_t place = 0; place < width; place += depth < 3 ? 1 : 7) {
            const struct by_look look = {.depth = depth, .place = place};
            answer(&world, 0, &look, &before);
        }
        add_contact(&world, 0);
        expect_ok(&world, by_node_view(world.offices[0].node, NULL, &world.error));
        for (uint32_t place = 0; place < width; place += depth < 3 ? 1 : 7) {
            const struct by_look look = {.depth = depth, .place = place};
            answer(&world, 0, &look, &after);
        }
        assert_true(before.size > 0 &&
                    by_bytes_equal(by_buffer_bytes(&before), by_buffer_bytes(&after)));
        by_buffer_deinit(&before);
        by_buffer_deinit(&after);
    }
    world_end(&world);
}

/* All records of all buckets, however few are told at once, in the order of their hashes. */
static void a_bucket_is_told_in_parts(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    for (int i = 0; i < 30; i++)
        (void)add_site(&world, 0, "A forest");
    expect_ok(&world, by_node_view(world.offices[0].node, NULL, &world.error));
    struct by_view *view = world.offices[0].node->view;
    struct by_bytes all = places_of(&world, 0);
    for (size_t most = 1; most <= 2; most++) {
        size_t told = 0;

        for (uint32_t bucket = 0; bucket < BY_BUCKET_COUNT; bucket++) {
            struct by_view_place places[2];
            struct by_id after = {{0}};
            bool has_more = true;
            size_t count = 0;

            for (; has_more; after = count > 0 ? places[count - 1].hash : after) {
                expect_ok(&world, by_view_bucket(view, bucket, &after, most, places, &count,
                                                 &has_more, &world.error));
                assert_true(!has_more || count == most);
                for (size_t i = 0; i < count; i++, told++)
                    assert_memory_equal(all.data + told * PLACE_BYTES, places[i].hash.bytes, 8);
            }
        }
        assert_int_equal(told * PLACE_BYTES, all.size);
    }
    world_end(&world);
}

static void a_record_is_told_by_its_counting_operations(void **state)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);
    struct by_look look = {.depth = BY_LOOK_RECORD};
    struct by_message message;
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    const char *id = add_site(&world, 0, "A forest");
    set(&world, 0, id, "area", "10 ha");
    set(&world, 0, id, "area", "20 ha");
    expect_ok(&world, by_node_find(world.offices[0].node, id, &look.name, &world.error));
    answer(&world, 0, &look, &bytes);
    assert_int_equal(by_message_decode(by_buffer_bytes(&bytes), &message), BANYAN_OK);
    assert_int_equal(message.seen.operation_count, 3);
    assert_int_equal(message.seen.id_count, 3);
    assert_true(
        by_id_equal(&message.seen.newest_device, &world.offices[0].node->device.public_key));
    by_buffer_reset(&bytes);
    look.name.uuid.bytes[3] ^= 1;
    answer(&world, 0, &look, &bytes);
    assert_int_equal(by_message_decode(by_buffer_bytes(&bytes), &message), BANYAN_OK);
    assert_int_equal(message.seen.operation_count, 0);
    by_buffer_deinit(&bytes);
    world_end(&world);
}

/* -- a node at work -- */

struct asker {
    struct by_live_peer *peer;
    unsigned answers, refusals;
};

static void poll_asker(struct asker *asker)
{
    struct by_session_output output = {.kind = BY_SESSION_LOOK};

    while (output.kind != BY_SESSION_NOTHING) {
        by_session_poll(by_live_peer_session(asker->peer), now_ms(), true, &output);
        if (output.kind == BY_SESSION_LOOK)
            assert_int_equal(by_live_answer(asker->peer, output.look), BANYAN_OK);
        if (output.kind != BY_SESSION_SEND || output.message.data[0] != BY_MESSAGE_SEEN)
            continue;
        asker->answers += output.message.data[1] == BY_SEEN_LEVEL;
        asker->refusals += output.message.data[1] == BY_SEEN_NOT_NOW;
    }
}

/* Beyond so many questions at once, the next ones are told "not now", and none is kept waiting. */
static void questions_that_wait_have_a_limit(void **state)
{
    static const struct by_message look = {.type = BY_MESSAGE_LOOK, .look.depth = 3};
    struct asker askers[BY_LIVE_LOOKS_MAX + 1] = {{.peer = NULL}};
    struct by_buffer bytes = BY_BUFFER_INIT(64);
    struct world world;

    (void)state;
    assert_int_equal(by_message_encode(&look, &bytes), BANYAN_OK);
    world_begin(&world);
    found_network(&world, 2);
    struct by_id key = world.offices[1].node->transport.public_key;
    close_office(&world, 0);
    for (size_t count = BY_LIVE_LOOKS_MAX - 1; count <= BY_LIVE_LOOKS_MAX + 1; count++) {
        struct by_live *live = start(&world, 0);
        unsigned answers = 0, refusals = 0;

        for (size_t i = 0; i < count; i++) {
            static const uint8_t binding[32] = {7};

            askers[i] = (struct asker){.peer = NULL};
            expect_ok(&world,
                      by_live_peer_new(live, &key, binding, false, now_ms(), &askers[i].peer));
            by_session_allow_looks(by_live_peer_session(askers[i].peer));
            by_session_receive(by_live_peer_session(askers[i].peer), by_buffer_bytes(&bytes),
                               now_ms());
            poll_asker(&askers[i]);
        }
        uint64_t end = now_ms() + PUMP_MS_MAX;
        while (answers + refusals < count && now_ms() < end) {
            expect_ok(&world, by_live_poll(live, now_ms(), &world.error));
            answers = refusals = 0;
            for (size_t i = 0; i < count; i++) {
                poll_asker(&askers[i]);
                answers += askers[i].answers;
                refusals += askers[i].refusals;
            }
        }
        assert_int_equal(answers, count < BY_LIVE_LOOKS_MAX ? count : BY_LIVE_LOOKS_MAX);
        assert_int_equal(refusals, count > BY_LIVE_LOOKS_MAX ? 1 : 0);
        for (size_t i = 0; i < count; i++)
            by_live_peer_free(askers[i].peer);
        by_live_close(live);
    }
    by_buffer_deinit(&bytes);
    world_end(&world);
}

/* A peer that goes, and a node that closes, while an answer is looked for. */
static void nobody_waits_for_an_answer_that_nobody_wants(void **state)
{
    static const struct by_look top = {.depth = 0};
    struct world world;

    (void)state;
    world_begin(&world);
    found_network(&world, 2);
    struct by_id key = world.offices[1].node->transport.public_key;
    close_office(&world, 0);
    for (int way = 0; way < 40; way++) {
        static const uint8_t binding[32] = {7};
        struct by_live *live = start(&world, 0);
        struct by_live_answer *own = NULL;
        struct by_live_peer *peer = NULL;
        struct by_bytes message;

        expect_ok(&world, by_live_peer_new(live, &key, binding, false, now_ms(), &peer));
        assert_int_equal(by_live_answer(peer, &top), BANYAN_OK);
        assert_int_equal(by_live_answer_new(live, &top, &own), BANYAN_OK);
        if (way % 2 == 0)
            while (!by_live_answer_is_there(own, &message))
                expect_ok(&world, by_live_poll(live, now_ms(), &world.error));
        by_live_peer_free(peer);
        by_live_answer_free(own);
        if (way % 4 == 1)
            expect_ok(&world, by_live_poll(live, now_ms(), &world.error));
        by_live_close(live);
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_nodes_find_the_first_record_that_they_have_otherwise),
        cmocka_unit_test(private_records_are_in_no_answer),
        cmocka_unit_test(a_bucket_is_told_in_parts),
        cmocka_unit_test(a_record_is_told_by_its_counting_operations),
        cmocka_unit_test(questions_that_wait_have_a_limit),
        cmocka_unit_test(nobody_waits_for_an_answer_that_nobody_wants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
