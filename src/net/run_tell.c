#include "net/runner.h"

#include <string.h>

#include "net/people.h"

#define REFUSED_MS 60000u /* between lines about strangers */
/* What was only sent is told once in so long for each peer that is connected: about a line a second
 * in all, since what is new goes to everybody. */
#define SENT_MS 1000u

void by_runner_say(struct by_runner *runner, const struct banyan_event *event)
{
    struct banyan_event full = *event;

    if (runner->options.event == NULL)
        return;
    full.organisation = full.organisation == NULL ? "" : full.organisation;
    full.name = full.name == NULL ? "" : full.name;
    full.address = full.address == NULL ? "" : full.address;
    full.text = full.text == NULL ? "" : full.text;
    runner->options.event(runner->options.context, &full);
}

/* With who, where it is known, and where filled in. */
static void say_of_org(struct by_runner *runner, const struct by_charter_org *org,
                       const char *address, struct banyan_event event)
{
    char id[65] = "", name[BY_ORG_NAME_BYTES_MAX + 1] = "";

    if (org != NULL) {
        by_hex(by_id_bytes(&org->profile.id), id);
        memcpy(name, org->profile.name.data, org->profile.name.size);
        name[org->profile.name.size] = '\0';
    }
    event.organisation = id;
    event.name = name;
    event.address = address;
    by_runner_say(runner, &event);
}

static void say_about(struct by_runner *runner, const struct by_id *transport, const char *address,
                      struct banyan_event event)
{
    say_of_org(runner, by_people_owner(by_net_node(&runner->net), transport), address, event);
}

/* Where the peer is: as it was dialled, else where it comes from. */
static const char *place_of(const struct by_runner *runner, const struct by_conn *conn,
                            char room[BY_NET_ADDRESS_BYTES])
{
    const char *dialled = by_dialer_address(&runner->dialer, conn);

    if (dialled[0] != '\0')
        return dialled;
    by_net_address_text(&conn->address, room);
    return room;
}

void by_runner_say_of(struct by_runner *runner, const struct by_conn *conn,
                      struct banyan_event event)
{
    char room[BY_NET_ADDRESS_BYTES];

    say_about(runner, &conn->transport, place_of(runner, conn, room), event);
}

void by_runner_say_recovering(struct by_runner *runner, const struct by_conn *conn)
{
    const struct by_charter *charter = by_net_node(&runner->net)->charter;
    char room[BY_NET_ADDRESS_BYTES];

    say_of_org(runner, by_charter_org_find(charter, &conn->organisation),
               place_of(runner, conn, room),
               (struct banyan_event){.kind = BANYAN_EVENT_RECOVERING});
}

void by_runner_say_trouble(struct by_runner *runner, const struct banyan_error *error)
{
    if (runner->trouble == error->status)
        return;
    runner->trouble = error->status;
    by_runner_say(runner,
                  &(struct banyan_event){.kind = BANYAN_EVENT_TROUBLE, .text = error->text});
}

void by_runner_say_refused(struct by_runner *runner)
{
    uint64_t count = runner->net.strangers_turned_away - runner->refused_told;
    uint64_t now = uv_now(&runner->net.loop);

    if (count == 0 || (runner->refused_ms != 0 && now - runner->refused_ms < REFUSED_MS))
        return;
    runner->refused_ms = now;
    runner->refused_told += count;
    by_runner_say(runner, &(struct banyan_event){.kind = BANYAN_EVENT_REFUSED, .count = count});
}

/* -- exchanges -- */
static void say_lost(struct by_runner *runner, const struct by_exchange *exchange)
{
    say_about(
        runner, &exchange->transport, exchange->address,
        (struct banyan_event){.kind = BANYAN_EVENT_LOST, .text = by_conn_end_text(exchange->end)});
}

/* Where nothing can be counted, that both are in sync is true all the same. */
static void
on_counted(void *context, const struct by_exchange *exchange, const struct by_tally_result *result)
{
    static const struct by_tally_result nothing = {.both_count = 0};
    struct by_runner *runner = context;
    struct banyan_both both[BY_TALLY_LISTED_MAX];

    result = result == NULL ? &nothing : result;
    for (size_t i = 0; i < result->listed_count; i++)
        both[i] = (struct banyan_both){.id = result->listed[i].id,
                                       .type = result->listed[i].type,
                                       .label = result->listed[i].label,
                                       .in_conflict = result->listed[i].in_conflict};
    if (exchange->is_first || !by_exchange_is_empty(result))
        say_about(runner, &exchange->transport, exchange->address,
                  (struct banyan_event){.kind = BANYAN_EVENT_IN_SYNC,
                                        .received = by_exchange_changes(&result->received),
                                        .sent = by_exchange_changes(&result->sent),
                                        .both_count = result->both_count,
                                        .both = both,
                                        .both_listed = result->listed_count});
    if (exchange->is_over)
        say_lost(runner, exchange);
}

static void begin_exchange(struct by_runner *runner, const struct by_conn *conn, bool is_first)
{
    char room[BY_NET_ADDRESS_BYTES];

    by_exchanges_begin(&runner->exchanges, conn, place_of(runner, conn, room), is_first);
}

void by_runner_tell_counted(struct by_runner *runner)
{
    by_exchanges_poll(&runner->exchanges, on_counted, runner);
}

static bool may_tell(const struct by_runner *runner, const struct by_contact *contact,
                     const struct by_live_peer *peer)
{
    uint64_t connected = 0;

    if (!contact->was_told || by_live_peer_has_received(peer))
        return true;
    for (size_t i = 0; i < runner->contacts.count; i++)
        connected += runner->contacts.items[i].is_connected;
    return by_live_peer_has_sent(peer) &&
           uv_now(&runner->net.loop) - contact->told_ms >= SENT_MS * connected;
}

void by_runner_tell_exchange(struct by_runner *runner, struct by_contact *contact)
{
    const struct by_conn *conn = by_net_find(&runner->net, &contact->transport);

    if (conn == NULL || conn->peer == NULL || !by_live_peer_is_met(conn->peer) ||
        !by_session_is_in_sync(by_live_peer_session(conn->peer)) ||
        by_exchanges_find(&runner->exchanges, &contact->transport) != NULL)
        return;
    contact->is_to_tell = false;
    if (!may_tell(runner, contact, conn->peer))
        return;
    begin_exchange(runner, conn, !contact->was_told);
    contact->was_told = true;
    contact->told_ms = uv_now(&runner->net.loop);
}

/* -- lost -- */

/* What went over a connection that is lost in sync is told once it is counted, and then that it was
 * lost. */
static bool is_told_later(struct by_runner *runner, const struct by_conn *conn,
                          const struct by_contact *contact)
{
    bool is_in_sync = conn->peer != NULL && conn->is_in_sync &&
                      by_session_is_in_sync(by_live_peer_session(conn->peer));

    if (is_in_sync && contact != NULL &&
        (!contact->was_told || by_live_peer_has_sent(conn->peer) ||
         by_live_peer_has_received(conn->peer)))
        begin_exchange(runner, conn, !contact->was_told);
    struct by_exchange *exchange = by_exchanges_find(&runner->exchanges, &conn->transport);
    if (exchange == NULL || !conn->was_up)
        return false;
    exchange->is_over = true;
    exchange->end = conn->end;
    return true;
}

void by_runner_tell_lost(struct by_runner *runner, const struct by_conn *conn,
                         const struct by_contact *contact)
{
    if (is_told_later(runner, conn, contact))
        return;
    by_runner_say_of(
        runner, conn,
        (struct banyan_event){.kind = conn->was_up ? BANYAN_EVENT_LOST : BANYAN_EVENT_UNREACHABLE,
                              .text = by_conn_end_text(conn->end)});
}

void by_runner_tell_old(struct by_runner *runner, const struct by_conn *conn)
{
    struct by_exchange *exchange = by_exchanges_find(&runner->exchanges, &conn->transport);

    if (exchange == NULL || !exchange->is_over)
        return;
    say_lost(runner, exchange);
    exchange->is_over = false;
}
