#include "reach.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

#define PORT_MAX 65535ul

bool reach_split(struct pool *pool, const char *address, const char **out_host,
                 const char **out_port)
{
    const char *colon = strrchr(address, ':');
    size_t host = colon != NULL ? (size_t)(colon - address) : 0;
    const char *digits = colon != NULL ? colon + 1 : "";
    size_t size = strspn(digits, "0123456789");

    if (size == 0 || size > 5 || digits[size] != '\0' || strtoul(digits, NULL, 10) > PORT_MAX)
        return false;
    if (host >= 2 && address[0] == '[' && address[host - 1] == ']') {
        address++;
        host -= 2;
    } else if (memchr(address, ':', host) != NULL) {
        return false;
    }
    *out_host = pool_copy(pool, address, host);
    *out_port = pool_copy(pool, digits, size);
    return true;
}

static enum reach_end end_of(int error)
{
    switch (error) {
    case 0:
        return REACH_OPEN;
    case ECONNREFUSED:
        return REACH_REFUSED;
    case ETIMEDOUT:
        return REACH_SILENT;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return REACH_NO_WAY;
    default:
        return REACH_FAILED;
    }
}

/* An errno; 0 once connected. */
static int wait_connected(int socket_fd, int timeout_ms)
{
    struct pollfd waiting = {.fd = socket_fd, .events = POLLOUT};
    int error = 0, ready;
    socklen_t size = sizeof(error);

    do
        ready = poll(&waiting, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return errno;
    if (ready == 0)
        return ETIMEDOUT;
    return getsockopt(socket_fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static int try_one(const struct addrinfo *at, int timeout_ms)
{
    int socket_fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = 0;

    if (socket_fd < 0)
        return errno;
    if (connect(socket_fd, at->ai_addr, at->ai_addrlen) != 0)
        error = errno == EINPROGRESS ? wait_connected(socket_fd, timeout_ms) : errno;
    (void)close(socket_fd);
    return error;
}

static const char *ip_text(struct pool *pool, const struct addrinfo *at)
{
    char text[NI_MAXHOST];

    if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
        return "";
    return pool_copy(pool, text, strlen(text));
}

/* What the system says; of the ends that are met often, to be translated. */
static const char *reason_of(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return _("Connection refused");
    case ECONNRESET:
        return _("Connection reset by peer");
    case ETIMEDOUT:
        return _("Connection timed out");
    case EHOSTUNREACH:
        return _("No route to host");
    case ENETUNREACH:
        return _("Network is unreachable");
    default:
        return _(strerror(error));
    }
}

struct reach reach_try(struct pool *pool, const char *address, int timeout_ms)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct reach reach = {.end = REACH_BAD_ADDRESS, .ip = "", .why = ""};
    struct addrinfo *found = NULL;
    const char *host = NULL, *port = NULL;
    int error;

    if (!reach_split(pool, address, &host, &port) || host[0] == '\0')
        return reach;
    error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        reach.end = REACH_NO_NAME;
        reach.why = error == EAI_SYSTEM   ? _(strerror(errno))
                    : error == EAI_NONAME ? "" // what the end says
                                          : gai_strerror(error);
        reach.why = pool_copy(pool, reach.why, strlen(reach.why));
        return reach;
    }
    for (const struct addrinfo *at = found; at != NULL && reach.end != REACH_OPEN;
         at = at->ai_next) {
        error = try_one(at, timeout_ms);
        reach.end = end_of(error);
        reach.ip = ip_text(pool, at);
        reach.why = error != 0 ? pool_format(pool, "%s", reason_of(error)) : "";
    }
    freeaddrinfo(found);
    return reach;
}

int reach_cannot_listen(const char *host, const char *port)
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    const int yes = 1;
    int error = 0;

    if (getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &found) != 0)
        return EADDRNOTAVAIL;
    for (const struct addrinfo *at = found; at != NULL && error == 0; at = at->ai_next) {
        int socket_fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (socket_fd < 0)
            continue; // the machine has no such addresses
        if (setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
            (at->ai_family == AF_INET6 &&
             setsockopt(socket_fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes)) != 0) ||
            bind(socket_fd, at->ai_addr, at->ai_addrlen) != 0 || listen(socket_fd, 1) != 0)
            error = errno;
        (void)close(socket_fd);
    }
    freeaddrinfo(found);
    return error;
}
