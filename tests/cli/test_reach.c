/*
 * Whether a place in the network answers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "reach.h"

static const struct {
    const char *address, *host, *port; /* host NULL: not of the form */
} addresses[] = {
    {"hub.example.org:7417", "hub.example.org", "7417"},
    {"192.0.2.7:1", "192.0.2.7", "1"},
    {"[2001:db8::1]:7417", "2001:db8::1", "7417"},
    {":7417", "", "7417"},
    {"[]:7417", "", "7417"},
    {"host:65535", "host", "65535"},
    {"host:65536", NULL, NULL},
    {"host:99999", NULL, NULL},
    {"host:123456", NULL, NULL},
    {"2001:db8::1:7417", NULL, NULL},
    {"host", NULL, NULL},
    {"host:", NULL, NULL},
    {"host:port", NULL, NULL},
    {"host:-1", NULL, NULL},
    {"host:74 17", NULL, NULL},
    {"", NULL, NULL},
};

static void addresses_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        struct pool pool = {0};
        const char *host = NULL, *port = NULL;

        print_message("  \"%s\"\n", addresses[i].address);
        assert_int_equal(reach_split(&pool, addresses[i].address, &host, &port),
                         addresses[i].host != NULL);
        if (addresses[i].host != NULL) {
            assert_string_equal(host, addresses[i].host);
            assert_string_equal(port, addresses[i].port);
        }
        pool_free(&pool);
    }
}

/* A socket at a port of 127.0.0.1 that the system chose. */
static int bound_socket(unsigned *out_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(at);
    int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(socket_fd >= 0);
    assert_int_equal(bind(socket_fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(socket_fd, (struct sockaddr *)&at, &size), 0);
    *out_port = ntohs(at.sin_port);
    return socket_fd;
}

static void a_port_is_open_once_somebody_listens(void **state)
{
    struct pool pool = {0};
    unsigned port;
    int socket_fd = bound_socket(&port);
    const char *address = pool_format(&pool, "127.0.0.1:%u", port);
    const char *digits = pool_format(&pool, "%u", port);
    struct reach reach = reach_try(&pool, address, 1000);

    (void)state;
    assert_int_equal(reach.end, REACH_REFUSED);
    assert_string_equal(reach.ip, "127.0.0.1");
    assert_true(reach.why[0] != '\0');
    assert_int_equal(listen(socket_fd, 1), 0);
    reach = reach_try(&pool, address, 1000);
    assert_int_equal(reach.end, REACH_OPEN);
    assert_string_equal(reach.why, "");
    assert_int_equal(reach_cannot_listen("127.0.0.1", digits), EADDRINUSE);
    assert_int_equal(reach_cannot_listen("", digits), EADDRINUSE);
    close(socket_fd);
    assert_int_equal(reach_cannot_listen("127.0.0.1", digits), 0);
    pool_free(&pool);
}

static const struct {
    const char *address;
    enum reach_end want;
} nowhere[] = {
    {"nonsense", REACH_BAD_ADDRESS},
    {":7417", REACH_BAD_ADDRESS},
    {"no-such-computer.invalid:7417", REACH_NO_NAME},
    {"two words:7417", REACH_NO_NAME},
};

static void what_is_no_place_is_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
        struct pool pool = {0};

        print_message("  %s\n", nowhere[i].address);
        assert_int_equal(reach_try(&pool, nowhere[i].address, 1000).end, nowhere[i].want);
        pool_free(&pool);
    }
}

/* A listener whose queue is full drops what comes, as a firewall does. */
static void silence_ends_in_time(void **state)
{
    struct pool pool = {0};
    unsigned port;
    int socket_fd = bound_socket(&port);
    const char *address = pool_format(&pool, "127.0.0.1:%u", port);
    enum reach_end end = REACH_OPEN;
    int fillers[8];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    (void)state;
    at.sin_port = htons((uint16_t)port);
    assert_int_equal(listen(socket_fd, 0), 0);
    for (size_t i = 0; i < 8; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(fillers[i] >= 0);
        (void)connect(fillers[i], (struct sockaddr *)&at, sizeof(at));
    }
    end = reach_try(&pool, address, 300).end;
    assert_int_equal(end, REACH_SILENT);
    for (size_t i = 0; i < 8; i++)
        close(fillers[i]);
    close(socket_fd);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_taken_apart),
        cmocka_unit_test(a_port_is_open_once_somebody_listens),
        cmocka_unit_test(what_is_no_place_is_told_apart),
        cmocka_unit_test(silence_ends_in_time),
    };

    return cmocka_run_group_tests_name("reaching a place", tests, NULL, NULL);
}
