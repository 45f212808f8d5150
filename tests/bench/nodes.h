/*
 * Nodes at work for benchmarks, each in a process of its own, which runs this same program as
 * `bench_sync --node HOME [HOST:PORT]`, so that its memory is its own; and a relay that counts what
 * passes between two of them.
 */
#ifndef BY_BENCH_NODES_H
#define BY_BENCH_NODES_H

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "net/run.h"
#include "sample.h"

#define NODES_WAIT_S     120
#define NODES_LINE_BYTES 512

static inline void nodes_die(const char *what)
{
    (void)fprintf(stderr, "bench_sync: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* -- in the node's process -- */
static inline void nodes_print_event(void *context, const struct banyan_event *event)
{
    static const char *const names[] = {"listening",   "connected", "in-sync", "lost",
                                        "unreachable", "refused",   "trouble"};

    (void)context;
    (void)printf("%s %.9f %.60s %.200s\n", names[event->kind], sample_now_s(), event->address,
                 event->text);
    (void)fflush(stdout);
}

static inline int nodes_main(const char *home, const char *listen)
{
    const struct banyan_run_options options = {.listen = &listen,
                                               .listen_count = listen == NULL ? 0 : 1,
                                               .no_listen = listen == NULL,
                                               .no_beacon = true,
                                               .handle_signals = true,
                                               .event = nodes_print_event};
    struct banyan_error error = {.status = BANYAN_OK};
    struct by_runner *runner = NULL;

    if (by_runner_open(home, &options, &runner, &error) != BANYAN_OK) {
        (void)fprintf(stderr, "bench_sync: %s: %s\n", home, error.text);
        return 1;
    }
    by_runner_run(runner);
    by_runner_close(runner);
    return 0;
}

/* -- beside it -- */
struct node_process {
    pid_t pid;
    FILE *events;
};

static inline struct node_process nodes_start(const char *home, const char *listen)
{
    struct node_process node = {0};
    int ends[2];

    if (pipe(ends) != 0)
        nodes_die("pipe");
    (void)fflush(NULL);
    node.pid = fork();
    if (node.pid < 0)
        nodes_die("fork");
    if (node.pid == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl("/proc/self/exe", "bench_sync", "--node", home, listen, (char *)NULL);
        _exit(1);
    }
    (void)close(ends[1]);
    node.events = fdopen(ends[0], "r");
    return node;
}

/* Waits for the next event of that name: when it was, and where. */
static inline double
nodes_await(struct node_process *node, const char *name, char out_address[NODES_LINE_BYTES])
{
    char line[NODES_LINE_BYTES], found[NODES_LINE_BYTES];
    double when_s = 0;

    while (fgets(line, sizeof line, node->events) != NULL) {
        out_address[0] = '\0';
        if (sscanf(line, "%511s %lf %511s", found, &when_s, out_address) >= 2 &&
            strcmp(found, name) == 0)
            return when_s;
        if (strcmp(found, "connected") != 0 && strcmp(found, "in-sync") != 0)
            (void)fprintf(stderr, "bench_sync: %s", line);
    }
    nodes_die(name);
    return 0;
}

static inline void nodes_stop(struct node_process *node)
{
    int outcome = 0;

    (void)kill(node->pid, SIGTERM);
    (void)waitpid(node->pid, &outcome, 0);
    (void)fclose(node->events);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0)
        nodes_die("a node did not end well");
}

/* Memory that is no file's, in bytes. */
static inline size_t nodes_anonymous_bytes(const struct node_process *node)
{
    char path[64], line[256];
    size_t kib = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)node->pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "RssAnon: %zu kB", &kib) == 1)
            break;
    if (file != NULL)
        (void)fclose(file);
    return kib * 1024;
}

/* -- the relay -- */
struct relay {
    char address[64];
    int listener, to_port;
    pthread_t thread;
    atomic_size_t bytes; /* both ways, all connections */
    atomic_bool ends;
};

static inline int nodes_listen(uint16_t *out_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 8) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        nodes_die("listen");
    *out_port = ntohs(address.sin_port);
    return listener;
}

static inline int nodes_connect(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, socket_to = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (socket_to < 0 || connect(socket_to, (struct sockaddr *)&address, sizeof address) != 0)
        nodes_die("connect");
    (void)setsockopt(socket_to, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return socket_to;
}

static inline bool nodes_write_all(int to, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    while (size > 0) {
        ssize_t written = send(to, bytes, size, MSG_NOSIGNAL);
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Until one side closes. */
static inline void relay_pass(struct relay *relay, int a, int b)
{
    struct pollfd ends[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
    static uint8_t bytes[256 * 1024];

    while (!atomic_load(&relay->ends)) {
        if (poll(ends, 2, 50) <= 0)
            continue;
        for (size_t i = 0; i < 2; i++) {
            if (ends[i].revents == 0)
                continue;
            ssize_t size = recv(ends[i].fd, bytes, sizeof bytes, 0);
            if (size <= 0 || !nodes_write_all(ends[1 - i].fd, bytes, (size_t)size))
                return;
            atomic_fetch_add(&relay->bytes, (size_t)size);
        }
    }
}

/* One connection at a time. */
static inline void *relay_run(void *context)
{
    struct relay *relay = context;

    while (!atomic_load(&relay->ends)) {
        struct pollfd waiting = {.fd = relay->listener, .events = POLLIN};
        if (poll(&waiting, 1, 50) <= 0)
            continue;
        int from = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC), one = 1;
        if (from < 0)
            nodes_die("accept");
        (void)setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        int to = nodes_connect((uint16_t)relay->to_port);
        relay_pass(relay, from, to);
        (void)close(from);
        (void)close(to);
    }
    return NULL;
}

/* Stands before the node at HOST:PORT of this machine. */
static inline void relay_start(struct relay *relay, const char *address)
{
    uint16_t port = 0;

    memset(relay, 0, sizeof *relay);
    relay->to_port = atoi(strrchr(address, ':') + 1);
    relay->listener = nodes_listen(&port);
    (void)snprintf(relay->address, sizeof relay->address, "127.0.0.1:%u", port);
    if (pthread_create(&relay->thread, NULL, relay_run, relay) != 0)
        nodes_die("thread");
}

static inline void relay_stop(struct relay *relay)
{
    atomic_store(&relay->ends, true);
    (void)pthread_join(relay->thread, NULL);
    (void)close(relay->listener);
}

#endif
