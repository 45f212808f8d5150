/* Nodes of later versions at the other end of a socket: told in words, and no harm to those of
 * ours. */
#include "running.h"

#include "net/sync.h"

#define ANY_PORT "127.0.0.1:0"

static const struct by_hello of_the_future = {.version_min = 2, .version_max = 3};
static const struct by_hello of_both = {.version_min = 1, .version_max = 7};

static struct by_box_key transport_of(struct world *world, int at)
{
    open_office(world, at);
    struct by_box_key key = world->offices[at].node->transport;
    close_office(world, at);
    return key;
}

static struct by_id network_of(struct world *world, int at)
{
    open_office(world, at);
    struct by_id network = world->offices[at].node->network;
    close_office(world, at);
    return network;
}

/* Feed the channel what the socket gives until it comes to something; answer what it says. */
static enum banyan_status talk(int fd, struct by_channel *channel, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && by_channel_state(channel) == BY_CHANNEL_SHAKING) {
        struct by_channel_event event;
        uint8_t bytes[4096];

        if (out->size > 0)
            (void)send(fd, out->data, out->size, MSG_NOSIGNAL);
        out->size = 0;
        ssize_t got = read(fd, bytes, sizeof bytes);
        if (got <= 0)
            return BANYAN_ERR_TRUNCATED;
        struct by_bytes fed = by_bytes_of(bytes, (size_t)got);
        status = by_channel_feed(channel, clock_ms(), &fed, out, &event);
    }
    if (out->size > 0)
        (void)send(fd, out->data, out->size, MSG_NOSIGNAL);
    return status;
}

static int listen_somewhere(char out_address[64])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(out_address, 64, "127.0.0.1:%u", ntohs(address.sin_port));
    return fd;
}

/* A process that answers one call as a node of a later version does. */
static pid_t answer_once(int fd, const struct by_channel_config *config)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child > 0)
        return child;
    struct by_buffer out = BY_BUFFER_INIT(4096);
    struct by_channel *channel = NULL;
    int caller = accept(fd, NULL, NULL);
    if (by_channel_new(config, clock_ms(), &out, &channel) == BANYAN_OK)
        (void)talk(caller, channel, &out);
    (void)close(caller);
    _exit(0);
}

static void a_node_of_a_later_version_is_told_in_words(void **state)
{
    struct by_buffer json = RESULT;
    struct world world;
    char address[64];
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    int fd = listen_somewhere(address);
    join_by_code(&world, 0, 1, "Beta", address);
    struct by_box_key own = transport_of(&world, 0);
    const struct by_channel_config config = {.network = network_of(&world, 0),
                                             .own_static = &own,
                                             .ephemeral_seed = {{5}},
                                             .hello = of_the_future};
    pid_t child = answer_once(fd, &config);
    const struct banyan_sync sync = {.timeout_ms = WAIT_MS};
    expect(&world, by_sync_once(world.offices[1].home, &sync, &json, &world.error),
           BANYAN_ERR_NETWORK);
    struct by_value answer = parse(&world, &json);
    const struct by_value *peer = &by_value_get(&answer, "peers")->array.items[0];
    assert_non_null(strstr(text_of(&world, peer, "error"), "no version in common"));
    assert_non_null(strstr(text_of(&world, peer, "error"), "upgrade"));
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(fd);
    world_end(&world);
}

static int call(const struct running *node)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)strtoul(strchr(node->address, ':') + 1, NULL, 10));
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void a_caller_of_a_later_version_learns_why_and_harms_nobody(void **state)
{
    static const struct {
        const struct by_hello *hello;
        enum banyan_status status;
    } rows[] = {{&of_the_future, BANYAN_ERR_UPGRADE}, {&of_both, BANYAN_OK}};
    struct running node;
    struct world world;
    (void)state;

    world_begin(&world);
    found(&world, 0, "Alpha");
    close_office(&world, 0);
    start_node(&world, 0, ANY_PORT, &node);
    join_by_code(&world, 0, 1, "Beta", node.address);
    struct by_box_key own = transport_of(&world, 1), peer = transport_of(&world, 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct by_channel_config config = {.network = network_of(&world, 0),
                                                 .own_static = &own,
                                                 .peer_static = &peer.public_key,
                                                 .ephemeral_seed = {{(uint8_t)i, 6}},
                                                 .hello = *rows[i].hello};
        struct by_buffer out = BY_BUFFER_INIT(4096);
        struct by_channel *channel = NULL;
        uint8_t more;
        int fd = call(&node);

        assert_int_equal(by_channel_new(&config, clock_ms(), &out, &channel), BANYAN_OK);
        assert_int_equal(talk(fd, channel, &out), rows[i].status);
        assert_int_equal(by_channel_peer_hello(channel)->version_max, 1);
        if (rows[i].status == BANYAN_OK)
            assert_int_equal(by_channel_version(channel), 1);
        else /* nothing more, and the end of the stream */
            assert_int_equal(read(fd, &more, 1), 0);
        (void)close(fd);
        by_channel_free(channel);
        by_buffer_deinit(&out);
    }
    const struct banyan_sync sync = {.timeout_ms = WAIT_MS};
    struct by_buffer json = RESULT;
    expect_ok(&world, by_sync_once(world.offices[1].home, &sync, &json, &world.error));
    by_buffer_deinit(&json);
    stop_node(&node);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_of_a_later_version_is_told_in_words),
        cmocka_unit_test(a_caller_of_a_later_version_learns_why_and_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
