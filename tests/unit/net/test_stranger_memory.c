/*
 * What a connection costs before its peer is known, as the allocator counts it: socket and timer of
 * the loop, the channel, what is read and written. The kernel's part is not in it.
 */
#include "running.h"

#include <malloc.h>

#include "net/server.h"

/* From addresses that no member was met at, as many as are let in. */
#define STRANGERS    BY_STRANGERS_UNKNOWN_MAX
#define SHAKE_1_SIZE 62u
#define SHAKE_2_SIZE 62u

struct stranger {
    int fd;
    struct by_channel *channel;
    struct by_buffer out;
};
struct scene {
    struct world world;
    struct by_net net;
    struct by_server server;
    struct stranger strangers[STRANGERS];
    size_t before;
};

static size_t bytes_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

static void turn(struct scene *scene, unsigned ms)
{
    uint64_t end = clock_ms() + ms;

    do {
        (void)uv_run(&scene->net.loop, UV_RUN_NOWAIT);
        sleep_ms(1);
    } while (clock_ms() < end);
}

static void begin(struct scene *scene)
{
    static const struct by_net_hooks hooks = {.context = NULL};
    static const char *const listen_at[] = {"127.0.0.1:0"};
    struct banyan_error *error = &scene->world.error;

    world_begin(&scene->world);
    found(&scene->world, 0, "Alpha");
    close_office(&scene->world, 0);
    expect_ok(&scene->world, by_net_open(&scene->net, scene->world.offices[0].home, &hooks, error));
    expect_ok(&scene->world, by_server_open(&scene->server, &scene->net, listen_at, 1, error));
}

static void stop(uv_timer_t *timer)
{
    struct scene *scene = timer->data;

    by_server_close(&scene->server);
    uv_close((uv_handle_t *)timer, NULL);
    by_net_stop(&scene->net);
}

static void end(struct scene *scene)
{
    uv_timer_t timer = {.data = scene};

    assert_int_equal(uv_timer_init(&scene->net.loop, &timer), 0);
    timer.data = scene;
    assert_int_equal(uv_timer_start(&timer, stop, 0, 0), 0);
    by_net_run(&scene->net);
    by_net_close(&scene->net);
    world_end(&scene->world);
}

static int connect_from(const struct scene *scene, size_t number)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    uint16_t port = (uint16_t)strtoul(strchr(scene->server.listeners[0].text, ':') + 1, NULL, 10);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    address.sin_addr.s_addr = htonl(0x7F000101u + (uint32_t)(number / BY_STRANGERS_PER_IP_MAX));
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* A caller that knows network and key, as one does who holds an invitation. */
static void prepare(const struct scene *scene, struct stranger *stranger, size_t number)
{
    const struct by_node *node = by_net_node(&scene->net);
    struct by_seed seed = {{(uint8_t)number, 7}};
    struct by_box_key own;

    by_box_key_from_seed(&seed, &own);
    const struct by_channel_config config = {.network = node->network,
                                             .own_static = &own,
                                             .peer_static = &node->transport.public_key,
                                             .ephemeral_seed = {{(uint8_t)number, 9}},
                                             .hello = {.version_min = 1, .version_max = 1}};
    stranger->out = (struct by_buffer)BY_BUFFER_INIT(4096);
    assert_int_equal(by_channel_new(&config, 0, &stranger->out, &stranger->channel), BANYAN_OK);
    assert_int_equal(stranger->out.size, SHAKE_1_SIZE);
}

static void say(const struct stranger *stranger, size_t from, size_t until)
{
    assert_int_equal(write(stranger->fd, stranger->out.data + from, until - from), until - from);
}

static void measure(const struct scene *scene, const char *stage)
{
    size_t cost = (bytes_in_use() - scene->before) / STRANGERS;

    assert_int_equal(scene->net.stranger_count, STRANGERS);
    print_message("%s: %zu bytes of at most %u\n", stage, cost, BY_STRANGER_BYTES_MAX);
    assert_true(cost > sizeof(struct by_conn));
    assert_true(cost < BY_STRANGER_BYTES_MAX);
}

static void a_connection_of_a_stranger_costs_less_than_4_kib_at_every_stage(void **state)
{
    struct scene *scene = NULL;
    (void)state;

    if (bytes_in_use() == 0)
        skip(); /* a sanitizer's allocator does not count */
    scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    begin(scene);
    for (size_t i = 0; i < STRANGERS; i++)
        prepare(scene, &scene->strangers[i], i);
    /* The loop's own lists grow once. */
    int first = connect_from(scene, 0);
    turn(scene, 200);
    (void)close(first);
    turn(scene, 200);
    scene->before = bytes_in_use();
    for (size_t i = 0; i < STRANGERS; i++)
        scene->strangers[i].fd = connect_from(scene, i);
    turn(scene, 300);
    measure(scene, "connected");
    for (size_t i = 0; i < STRANGERS; i++)
        say(&scene->strangers[i], 0, SHAKE_1_SIZE - 1);
    turn(scene, 300);
    measure(scene, "message 1 but for a byte");
    for (size_t i = 0; i < STRANGERS; i++)
        say(&scene->strangers[i], SHAKE_1_SIZE - 1, SHAKE_1_SIZE);
    turn(scene, 500);
    for (size_t i = 0; i < STRANGERS; i++) {
        uint8_t answer[SHAKE_2_SIZE + 1];
        assert_int_equal(recv(scene->strangers[i].fd, answer, sizeof answer, MSG_DONTWAIT),
                         SHAKE_2_SIZE);
    }
    measure(scene, "message 2 sent");
    for (size_t i = 0; i < STRANGERS; i++) {
        (void)close(scene->strangers[i].fd);
        by_channel_free(scene->strangers[i].channel);
        by_buffer_deinit(&scene->strangers[i].out);
    }
    turn(scene, 300);
    assert_int_equal(scene->net.stranger_count, 0);
    end(scene);
    free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_of_a_stranger_costs_less_than_4_kib_at_every_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
