/*
 * Nodes that run, each in a process of its own, as in life: the test opens their homes beside them,
 * and reads what they say from a pipe.
 */
#ifndef BY_TESTS_NET_RUNNING_H
#define BY_TESTS_NET_RUNNING_H

#include "lib/world.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "net/net.h"
#include "net/run.h"
#include "net/runner.h"

#define WAIT_MS 20000

struct running {
    pid_t pid;
    int events;
    char address[64];
    char line[2048]; /* read and not yet taken */
    size_t size;
};

static inline uint64_t clock_ms(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline void sleep_ms(unsigned ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)nanosleep(&pause, NULL);
}

/* How often nodes that are started from now on look around by themselves; 0: as usual. */
static uint64_t next_poll_ms;

/* -- the other process -- */
static inline void write_event(void *context, const struct banyan_event *event)
{
    static const char *const names[] = {"listening",   "connected", "in-sync", "lost",
                                        "unreachable", "refused",   "trouble", "recovering"};
    char line[2048];
    int size =
        snprintf(line, sizeof line, "%s|%s|%s|%s|%u|%u|%u\n", names[event->kind], event->name,
                 event->address, event->text, (unsigned)event->received.records_new,
                 (unsigned)event->sent.records_new, (unsigned)event->both_count);

    if (size < 0 || write(*(int *)context, line, (size_t)size) != size)
        abort();
}

static inline _Noreturn void run_node(const char *home, const char *listen, int events)
{
    const struct banyan_run_options options = {.listen = &listen,
                                               .listen_count = listen == NULL ? 0 : 1,
                                               .no_listen = listen == NULL,
                                               .no_beacon = true,
                                               .handle_signals = true,
                                               .event = write_event,
                                               .context = &events};
    struct banyan_error error = {.status = BANYAN_OK};
    struct by_runner *runner = NULL;

    if (by_runner_open(home, &options, &runner, &error) != BANYAN_OK) {
        (void)dprintf(events, "failed|||%s|0\n", error.text);
        exit(3);
    }
    if (next_poll_ms > 0)
        runner->net.poll_ms = next_poll_ms;
    by_runner_run(runner);
    by_runner_close(runner);
    exit(0);
}

/* -- this process -- */

/* The next line that begins with kind; false when none came in time. */
static inline bool
next_event(struct running *running, const char *kind, int wait_ms, char out_line[2048])
{
    uint64_t end = clock_ms() + (uint64_t)wait_ms;

    for (;;) {
        char *line_end = memchr(running->line, '\n', running->size);
        if (line_end != NULL) {
            size_t size = (size_t)(line_end - running->line);
            memcpy(out_line, running->line, size);
            out_line[size] = '\0';
            running->size -= size + 1;
            memmove(running->line, line_end + 1, running->size);
            if (strncmp(out_line, kind, strlen(kind)) == 0)
                return true;
            continue;
        }
        struct pollfd one = {.fd = running->events, .events = POLLIN};
        uint64_t now = clock_ms();
        if (now >= end || poll(&one, 1, (int)(end - now)) <= 0)
            return false;
        ssize_t got = read(running->events, running->line + running->size,
                           sizeof running->line - running->size);
        if (got <= 0)
            return false;
        running->size += (size_t)got;
    }
}

static inline void expect_event(struct running *running, const char *kind, char out_line[2048])
{
    if (!next_event(running, kind, WAIT_MS, out_line))
        fail_msg("no event '%s' came", kind);
}

/* The home is not open here. listen NULL: does not. */
static inline void
start_node(struct world *world, int at, const char *listen, struct running *out_running)
{
    char line[2048];
    int ends[2];

    memset(out_running, 0, sizeof *out_running);
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    out_running->pid = fork();
    assert_true(out_running->pid >= 0);
    if (out_running->pid == 0) {
        (void)close(ends[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no node behind */
        run_node(world->offices[at].home, listen, ends[1]);
    }
    (void)close(ends[1]);
    out_running->events = ends[0];
    if (listen == NULL)
        return;
    expect_event(out_running, "listening|", line);
    const char *address = line + strlen("listening||");
    size_t size = strcspn(address, "|");
    assert_true(size < sizeof out_running->address);
    memcpy(out_running->address, address, size);
}

static inline void stop_node(struct running *running)
{
    int outcome = 0;

    assert_int_equal(kill(running->pid, SIGTERM), 0);
    assert_int_equal(waitpid(running->pid, &outcome, 0), running->pid);
    (void)close(running->events);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != 0)
        fail_msg("the node ended with %x", (unsigned)outcome);
}

static inline void kill_node(struct running *running)
{
    assert_int_equal(kill(running->pid, SIGKILL), 0);
    assert_int_equal(waitpid(running->pid, NULL, 0), running->pid);
    (void)close(running->events);
}

/* -- homes -- */

/* An invitation of office 0's that names the address; office `at` answers it. Both are closed. */
static inline void
join_by_code(struct world *world, int inviter, int at, const char *name, const char *address)
{
    const char *const addresses[] = {address};
    const struct banyan_invite invitation = {.addresses = addresses, .address_count = 1};
    struct by_buffer json = RESULT;

    open_office(world, inviter);
    expect_ok(world, by_invite(world->offices[inviter].node, &invitation, &json, &world->error));
    struct by_value answer = parse(world, &json);
    close_office(world, inviter);
    join(world, at, name, text_of(world, &answer, "code"));
    close_office(world, at);
}

static inline bool holds_record(struct world *world, int at, const char *id)
{
    struct by_record_name name;

    open_office(world, at);
    bool holds = by_node_find(world->offices[at].node, id, &name, &world->error) == BANYAN_OK;
    close_office(world, at);
    return holds;
}

static inline void await_record(struct world *world, int at, const char *id)
{
    uint64_t end = clock_ms() + WAIT_MS;

    while (!holds_record(world, at, id)) {
        if (clock_ms() > end)
            fail_msg("record %s did not come to office %d", id, at);
        sleep_ms(20);
    }
}

static inline const char *add_at(struct world *world, int at, const char *name)
{
    open_office(world, at);
    const char *id = add_site(world, at, name);
    close_office(world, at);
    return id;
}

static inline void await_same_fingerprint(struct world *world, int count)
{
    uint64_t end = clock_ms() + WAIT_MS;

    for (;;) {
        bool is_same = true;
        const char *first = NULL;
        for (int i = 0; i < count; i++) {
            open_office(world, i);
            const char *own = fingerprint(world, i);
            close_office(world, i);
            first = first == NULL ? own : first;
            is_same &= strcmp(first, own) == 0;
        }
        if (is_same)
            return;
        if (clock_ms() > end)
            fail_msg("the nodes do not come to hold the same");
        sleep_ms(50);
    }
}

#endif
