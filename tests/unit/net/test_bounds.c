/*
 * Bounds of a node on the network: as much as the limit says, and no more.
 */
#include <arpa/inet.h>

#include "lib/world.h"
#include "net/beacon.h"
#include "net/conn_parts.h"
#include "net/dial.h"

/* A node of this process, with what it dials and hears. */
struct bounded {
    struct world world;
    struct by_net net;
    struct by_dialer dialer;
    size_t heard;
    enum by_conn_end last_end; /* of the connection lost last */
};

static uint32_t no_chance(void)
{
    return 0;
}

static void note_lost(void *context, struct by_conn *conn)
{
    struct bounded *bounded = context;
    bounded->last_end = conn->end;
    by_dialer_lost(&bounded->dialer, conn);
}

static void begin(struct bounded *bounded)
{
    const struct by_net_hooks hooks = {.context = bounded, .lost = note_lost, .gone = note_lost};

    memset(bounded, 0, sizeof *bounded);
    world_begin(&bounded->world);
    found(&bounded->world, 0, "Alpha");
    close_office(&bounded->world, 0);
    expect_ok(&bounded->world, by_net_open(&bounded->net, bounded->world.offices[0].home, &hooks,
                                           &bounded->world.error));
    by_dialer_init(&bounded->dialer, &bounded->net, no_chance);
}

static void end(struct bounded *bounded)
{
    by_net_stop(&bounded->net);
    by_net_run(&bounded->net);
    by_dialer_deinit(&bounded->dialer);
    by_net_close(&bounded->net);
    world_end(&bounded->world);
}

/* Peers at a name that leads nowhere: looking it up takes its time. */
static void hear_of(struct bounded *bounded, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct by_id transport = {{(uint8_t)(i + 1), 7}};
        expect_ok(&bounded->world,
                  by_dialer_hear(&bounded->dialer, &transport, "nowhere.invalid:9"));
    }
}

static void poll_dialer(struct bounded *bounded)
{
    expect_ok(&bounded->world, by_dialer_poll(&bounded->dialer, &bounded->world.error));
}

static void a_node_opens_so_many_connections_and_no_more(void **state)
{
    (void)state;
    for (size_t count = BY_DIALS_MAX - 1; count <= BY_DIALS_MAX + 1; count++) {
        struct bounded *bounded = malloc(sizeof *bounded);
        assert_non_null(bounded);
        begin(bounded);
        hear_of(bounded, count);
        for (int again = 0; again < 2; again++) {
            poll_dialer(bounded);
            assert_int_equal(bounded->dialer.open_count,
                             count < BY_DIALS_MAX ? count : BY_DIALS_MAX);
        }
        assert_int_equal(bounded->dialer.told_count, 0);
        end(bounded);
        free(bounded);
    }
}

/* Nothing is written to the home any more, after which addresses would be read again. */
static void wait_until_quiet(struct bounded *bounded)
{
    struct by_store *store = by_net_node(&bounded->net)->store;

    for (int still = 0; still < 10; still++) {
        uint64_t before = by_store_last_txn(store);
        usleep(30000);
        if (by_store_last_txn(store) != before)
            still = 0;
    }
}

/* As if the addresses stood in notes, and nowhere else. */
static void let_them_be_told(struct bounded *bounded)
{
    for (size_t i = 0; i < bounded->dialer.count; i++) {
        struct by_dial_target *target = &bounded->dialer.targets[i];
        assert_int_equal(target->address_count, 1);
        target->addresses[0].is_near = false;
        target->addresses[0].is_told = true;
        target->next_ms = 0;
    }
}

static void beside_them_so_many_lead_to_addresses_of_notes(void **state)
{
    (void)state;
    for (size_t count = BY_DIALS_TOLD_MAX - 1; count <= BY_DIALS_TOLD_MAX + 1; count++) {
        struct bounded *bounded = malloc(sizeof *bounded);
        assert_non_null(bounded);
        begin(bounded);
        wait_until_quiet(bounded);
        poll_dialer(bounded); /* what the store and notes say is known from here on */
        hear_of(bounded, count);
        let_them_be_told(bounded);
        for (int again = 0; again < 2; again++) {
            poll_dialer(bounded);
            assert_int_equal(bounded->dialer.told_count,
                             count < BY_DIALS_TOLD_MAX ? count : BY_DIALS_TOLD_MAX);
        }
        assert_int_equal(bounded->dialer.open_count, 0);
        end(bounded);
        free(bounded);
    }
}

/* -- one connection -- */

/* Without its memory: what would wait counts alone. */
static void what_waits_to_be_written_has_bounds(void **state)
{
    static const struct {
        size_t own, all;
        bool can_send;
    } rows[] = {
        {0, 0, true},
        {BY_PEER_QUEUE_BYTES - 1, BY_PEER_QUEUE_BYTES - 1, true},
        {BY_PEER_QUEUE_BYTES, BY_PEER_QUEUE_BYTES, false},
        {BY_PEER_QUEUE_BYTES + 1, BY_PEER_QUEUE_BYTES + 1, false},
        {BY_CONN_SHARE_BYTES, BY_QUEUES_BYTES_MAX - 1, true},
        {BY_CONN_SHARE_BYTES, BY_QUEUES_BYTES_MAX, false},
        {BY_CONN_SHARE_BYTES, BY_QUEUES_BYTES_MAX + 1, false},
        /* Whoever has little waiting is not held up by the others. */
        {BY_CONN_SHARE_BYTES - 1, BY_QUEUES_BYTES_MAX + 1, true},
    };
    struct by_conn_host host = {0};
    struct by_conn conn = {.host = &host};
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(uv_tcp_init(&loop, &conn.socket), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        conn.out.size = rows[i].own;
        host.queued_bytes = rows[i].all;
        if (by_conn_can_send(&conn) != rows[i].can_send)
            fail_msg("row %zu", i);
    }
    uv_close((uv_handle_t *)&conn.socket, NULL);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* A deadline that is set back stands for one that has come. */
static void who_does_not_answer_in_time_is_given_up(void **state)
{
    struct bounded *bounded = malloc(sizeof *bounded);
    (void)state;
    assert_non_null(bounded);
    begin(bounded);
    hear_of(bounded, 1);
    poll_dialer(bounded);
    struct by_conn *conn = bounded->net.conns;
    assert_non_null(conn);
    assert_int_equal(conn->state, BY_CONN_DIALING);
    assert_true(conn->deadline_ms == conn->start_ms + BY_CONNECT_MS_MAX);
    conn->deadline_ms -= BY_CONNECT_MS_MAX;
    by_conn_set_timer(conn);
    for (int i = 0; i < 1000 && bounded->last_end == BY_END_NONE; i++)
        (void)uv_run(bounded->net.host.loop, UV_RUN_ONCE);
    assert_int_equal(bounded->last_end, BY_END_NO_ANSWER);
    end(bounded);
    free(bounded);
}

static void a_write_that_moves_has_time_again(void **state)
{
    struct by_conn_host host = {0};
    struct by_conn conn = {.host = &host, .stall_queue = 1};
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    host.loop = &loop;
    assert_int_equal(uv_tcp_init(&loop, &conn.socket), 0);
    assert_true(by_conn_is_moving(&conn)); /* of the one byte none is left */
    assert_true(conn.stall_ms == uv_now(&loop) + BY_WRITE_STALL_MS_MAX);
    assert_false(by_conn_is_moving(&conn));
    uv_close((uv_handle_t *)&conn.socket, NULL);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* -- beacons -- */

static void note_heard(void *context, const struct by_id *transport, const char *address)
{
    (void)transport;
    (void)address;
    ((struct bounded *)context)->heard++;
}

/* So many datagrams that any node would recognise: they name the device that invited this one. */
static void send_beacons(const struct by_id *sender, size_t count)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(BY_BEACON_PORT)};
    int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(out >= 0);
    for (size_t i = 0; i < count; i++) {
        const uint8_t nonce[16] = {(uint8_t)i, (uint8_t)(i >> 8), 1};
        uint8_t bytes[BY_BEACON_BYTES];
        by_beacon_write(sender, 7417, nonce, bytes);
        assert_int_equal(
            sendto(out, bytes, sizeof bytes, 0, (const struct sockaddr *)&to, sizeof to),
            sizeof bytes);
    }
    assert_int_equal(close(out), 0);
}

/* The beacon's socket hears them all at once; the clock of the loop stands meanwhile. */
static void of_a_flood_of_beacons_so_many_a_second_are_weighed(void **state)
{
    struct bounded *bounded = malloc(sizeof *bounded);
    struct by_beacon beacon;
    struct by_id sender;
    (void)state;
    assert_non_null(bounded);
    memset(bounded, 0, sizeof *bounded);
    world_begin(&bounded->world);
    found_network(&bounded->world, 2);
    sender = bounded->world.offices[1].node->transport.public_key;
    close_office(&bounded->world, 0);
    const struct by_net_hooks hooks = {.context = bounded};
    expect_ok(&bounded->world, by_net_open(&bounded->net, bounded->world.offices[0].home, &hooks,
                                           &bounded->world.error));
    by_dialer_init(&bounded->dialer, &bounded->net, no_chance);
    if (by_beacon_open(&beacon, &bounded->net, 0, note_heard, bounded, &bounded->world.error) !=
        BANYAN_OK) {
        by_beacon_close(&beacon);
        end(bounded);
        free(bounded);
        print_message("skipped: something else hears beacons here\n");
        skip();
    }
    for (size_t more = 0; more < 3; more++) {
        bounded->heard = 0;
        beacon.second_ms = uv_now(&bounded->net.loop);
        beacon.heard_count = 0;
        send_beacons(&sender, BY_BEACONS_PER_S_MAX - 1 + more);
        (void)uv_run(&bounded->net.loop, UV_RUN_NOWAIT);
        size_t wanted = BY_BEACONS_PER_S_MAX - 1 + more;
        /* A second may have passed on the way: then the count began anew. */
        if (uv_now(&bounded->net.loop) - beacon.second_ms < 1000 && beacon.heard_count >= wanted)
            assert_int_equal(bounded->heard,
                             wanted < BY_BEACONS_PER_S_MAX ? wanted : BY_BEACONS_PER_S_MAX);
    }
    assert_true(bounded->heard > 0);
    by_beacon_close(&beacon);
    end(bounded);
    free(bounded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_opens_so_many_connections_and_no_more),
        cmocka_unit_test(beside_them_so_many_lead_to_addresses_of_notes),
        cmocka_unit_test(what_waits_to_be_written_has_bounds),
        cmocka_unit_test(who_does_not_answer_in_time_is_given_up),
        cmocka_unit_test(a_write_that_moves_has_time_again),
        cmocka_unit_test(of_a_flood_of_beacons_so_many_a_second_are_weighed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
