#include "net/compare.h"

#include <stdlib.h>
#include <string.h>

#include "net/people.h"
#include "os/os.h"

#define WAIT_MS  15000u
#define HOME_MS  3000u
#define PAUSE_MS 50u

/* A place that is gone to. */
struct going {
    const struct by_place_to_go *place;
    struct by_dial_place where;
    struct by_conn *conn;
    unsigned tries; /* of the addresses that a name has */
    bool is_due;
};
struct comparing {
    struct by_net net;
    const struct banyan_compare *options;
    struct going *goings;
    size_t count;
    uint64_t start_ms;
    struct by_asking asking;
    struct by_compare_outcome *outcome;
};

static uint64_t limit_ms(const struct banyan_compare *options)
{
    return options->timeout_ms > 0 ? options->timeout_ms : WAIT_MS;
}

/* -- connections -- */

static void dial(struct comparing *comparing, struct going *going)
{
    const struct by_conn_goal goal = {.host = going->where.host,
                                      .port = going->where.port,
                                      .place = going->tries++,
                                      .is_hearsay = going->place->is_hearsay};

    going->is_due = false;
    struct by_conn *conn = by_net_dial(&comparing->net, &going->place->transport, &goal, going);
    if (conn != NULL && conn->end == BY_END_NONE)
        going->conn = conn;
}

/* Of a name with several addresses, the next one is gone to where nobody was at the one before. */
static void on_lost(void *context, struct by_conn *conn)
{
    struct comparing *comparing = context;
    struct going *going = conn->tag;

    by_asking_lost(&comparing->asking, conn);
    going->conn = NULL;
    going->is_due = !conn->was_up && going->tries < conn->place_count;
    if (comparing->net.is_stopping || comparing->outcome->why == BY_COMPARE_OLDER)
        return;
    comparing->outcome->why = BY_COMPARE_LOST;
    comparing->outcome->end = conn->end;
}

static void on_seen(void *context, struct by_conn *conn, const struct by_seen *seen)
{
    struct comparing *comparing = context;

    by_asking_seen(&comparing->asking, conn, seen);
}

/* -- asking -- */

/* The first node that can be asked is. */
static void begin(struct comparing *comparing)
{
    for (size_t i = 0; i < comparing->count; i++) {
        struct by_conn *conn = comparing->goings[i].conn;

        if (conn == NULL || conn->state != BY_CONN_UP || conn->right != BY_RIGHT_ALL)
            continue;
        if (by_asking_is_possible(conn)) {
            by_asking_begin(&comparing->asking, comparing->net.live, conn);
            return;
        }
        comparing->outcome->why = BY_COMPARE_OLDER;
        by_conn_leave(conn, BY_END_DONE);
    }
}

static bool is_over(struct comparing *comparing, uint64_t now_ms)
{
    bool is_any_left = false;

    for (size_t i = 0; i < comparing->count; i++)
        is_any_left |= comparing->goings[i].conn != NULL || comparing->goings[i].is_due;
    if (comparing->asking.state == BY_ASKING_DONE)
        comparing->outcome->why = BY_COMPARE_DONE;
    else if (is_any_left && now_ms - comparing->start_ms < limit_ms(comparing->options))
        return false;
    return true;
}

static void on_polled(void *context)
{
    struct comparing *comparing = context;
    uint64_t now_ms = uv_now(&comparing->net.loop);

    if (comparing->net.is_stopping)
        return;
    if (comparing->start_ms == 0)
        comparing->start_ms = now_ms;
    for (size_t i = 0; i < comparing->count; i++)
        if (comparing->goings[i].is_due)
            dial(comparing, &comparing->goings[i]);
    if (comparing->asking.state == BY_ASKING_LOST)
        by_asking_deinit(&comparing->asking);
    if (comparing->asking.state == BY_ASKING_IDLE)
        begin(comparing);
    by_asking_poll(&comparing->asking, now_ms);
    if (is_over(comparing, now_ms))
        by_net_stop(&comparing->net);
}

/* -- by itself -- */

static enum banyan_status prepare(struct comparing *comparing, const struct by_places_to_go *places,
                                  struct by_arena *arena, struct banyan_error *error)
{
    comparing->count = places->count < BY_DIALS_MAX ? places->count : BY_DIALS_MAX;
    comparing->goings = by_arena_array(arena, comparing->count + 1, sizeof *comparing->goings);
    if (comparing->goings == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < comparing->count; i++) {
        char address[BY_ADDRESS_BYTES_MAX + 1] = "";

        memcpy(address, places->items[i].address.data, places->items[i].address.size);
        comparing->goings[i] = (struct going){.place = &places->items[i], .is_due = true};
        by_dial_parse(address, &comparing->goings[i].where);
    }
    return BANYAN_OK;
}

/* BANYAN_ERR_BUSY where a node, or a sync, holds the home. That no address is known is an outcome;
 * that there is no such member is told by whoever writes the answer. */
static enum banyan_status compare_alone(const char *home, const struct banyan_compare *options,
                                        struct by_compare_outcome *outcome,
                                        struct banyan_error *error)
{
    struct comparing comparing = {.options = options, .outcome = outcome};
    const struct by_net_hooks hooks = {
        .context = &comparing, .seen = on_seen, .lost = on_lost, .polled = on_polled};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_places_to_go places;
    enum banyan_status status = by_net_open(&comparing.net, home, &hooks, error);

    if (status != BANYAN_OK)
        return status;
    comparing.net.host.holds = true;
    outcome->why = BY_COMPARE_NO_TIME;
    status = by_people_find(by_net_node(&comparing.net), options->member, &arena, &places, error);
    if (status == BANYAN_ERR_NOT_FOUND) {
        outcome->why = BY_COMPARE_NO_ADDRESS;
        status = BANYAN_OK;
    } else if (status == BANYAN_OK) {
        status = prepare(&comparing, &places, &arena, error);
        if (status == BANYAN_OK)
            by_net_run(&comparing.net);
    }
    outcome->compared = comparing.asking.compared;
    memset(&comparing.asking.compared, 0, sizeof comparing.asking.compared);
    by_asking_deinit(&comparing.asking);
    by_net_close(&comparing.net);
    by_arena_deinit(&arena);
    return status;
}

/* -- the answer -- */

static struct by_not_asked words_of(const struct by_compare_outcome *outcome)
{
    switch (outcome->why) {
    case BY_COMPARE_DONE:
        break;
    case BY_COMPARE_NO_ADDRESS:
        return (struct by_not_asked){N_("no address of theirs is known"), "no_address"};
    case BY_COMPARE_NOT_CONNECTED:
        return (struct by_not_asked){N_("your node is not connected with them"), "not_connected"};
    case BY_COMPARE_OLDER:
        return (struct by_not_asked){
            N_("their program is an older one, which does not answer such questions"), "older"};
    case BY_COMPARE_NO_TIME:
        return (struct by_not_asked){N_("no answer came in time"), "no_time"};
    case BY_COMPARE_LOST:
        return (struct by_not_asked){by_conn_end_text(outcome->end),
                                     by_conn_end_name(outcome->end)};
    }
    return (struct by_not_asked){"", ""};
}

static enum banyan_status answer(const char *home, const struct banyan_compare *options,
                                 const struct by_compare_outcome *outcome, struct by_buffer *out,
                                 struct banyan_error *error)
{
    const struct by_not_asked words = words_of(outcome);
    bool is_done = outcome->why == BY_COMPARE_DONE;
    size_t name_size = strcspn(options->member, "@");
    struct by_node *node = NULL;
    char *member = strndup(options->member, name_size);
    enum banyan_status status =
        member == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_node_open(home, &node, error);

    if (status == BANYAN_OK)
        status = by_compare_member(node, member, is_done ? &outcome->compared : NULL, &words, out,
                                   error);
    by_node_close(node);
    free(member);
    return status;
}

/* A node that begins or ends holds the home for a moment without a word. */
enum banyan_status by_compare_once(const char *home, const struct banyan_compare *options,
                                   struct by_buffer *out, struct banyan_error *error)
{
    struct by_compare_outcome outcome = {.why = BY_COMPARE_NO_TIME};
    uint64_t since_ms = by_os_steady_ms();
    enum banyan_status status = compare_alone(home, options, &outcome, error);

    while (status == BANYAN_ERR_BUSY) {
        status = by_compare_wait(home, options, &outcome, error);
        if (status != BANYAN_ERR_BUSY || by_os_steady_ms() - since_ms >= HOME_MS)
            break;
        by_os_sleep_ms(PAUSE_MS);
        status = compare_alone(home, options, &outcome, error);
    }
    if (status == BANYAN_OK)
        status = answer(home, options, &outcome, out, error);
    by_compared_deinit(&outcome.compared);
    return status;
}
