#include "net/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/local.h"
#include "net/runner.h"
#include "os/os.h"

#define TICK_MS        1000u
#define SAVE_MS        1000u /* after a change */
#define HOME_MS        5000u /* that a home which is busy is waited for */
#define HOME_PAUSE_MS  50u
#define SAVE_ANYWAY_MS 30000u /* so that whoever reads sees that the node is at work */

/* -- connections -- */
static void on_trouble(void *context, const struct banyan_error *error)
{
    by_runner_say_trouble(context, error);
}

static struct by_contact *meet(struct by_runner *runner, const struct by_conn *conn)
{
    struct by_contact *contact = by_contacts_meet(&runner->contacts, &conn->transport);

    if (contact == NULL)
        return NULL;
    const char *address = by_dialer_address(&runner->dialer, conn);
    if (address[0] != '\0')
        memcpy(contact->address, address, strlen(address) + 1);
    contact->tried_ms = by_os_wall_ms();
    runner->contacts.is_changed = true;
    return contact;
}

static void on_connected(void *context, struct by_conn *conn)
{
    struct by_runner *runner = context;
    struct by_contact *contact = NULL;

    by_runner_tell_old(runner, conn);
    /* Whoever was removed knocks again and again: that nothing came of it was told. */
    if (by_node_is_removed(by_net_node(&runner->net)))
        return;
    if (conn->right == BY_RIGHT_ACTS_OUT) {
        by_runner_say_recovering(runner, conn);
        return;
    }
    /* Nothing is kept of keys that nobody vouches for: they cost nothing to make. */
    if (conn->right == BY_RIGHT_ALL)
        contact = meet(runner, conn);
    if (contact != NULL) {
        contact->is_connected = true;
        contact->connected_ms = contact->tried_ms;
        contact->end = BY_END_NONE;
        contact->is_in_sync = contact->is_to_tell = contact->was_told = false;
        contact->failure_is_told = false;
    }
    by_runner_say_of(runner, conn, (struct banyan_event){.kind = BANYAN_EVENT_CONNECTED});
}

static void on_in_sync(void *context, struct by_conn *conn)
{
    struct by_runner *runner = context;
    struct by_contact *contact = meet(runner, conn);

    by_dialer_in_sync(&runner->dialer, conn);
    if (contact == NULL)
        return;
    contact->is_to_tell = contact->is_connected = true;
    if (contact->connected_ms == 0) /* it was nobody's then */
        contact->connected_ms = contact->tried_ms;
}

static void on_lost(void *context, struct by_conn *conn)
{
    struct by_runner *runner = context;
    bool is_last = by_net_find(&runner->net, &conn->transport) == conn ||
                   by_net_find(&runner->net, &conn->transport) == NULL;
    struct by_contact *contact = NULL;
    bool is_told = false;

    by_dialer_lost(&runner->dialer, conn);
    by_hearer_lost(&runner->hearer, conn);
    if (!is_last || conn->end == BY_END_SECOND || conn->right == BY_RIGHT_ACTS_OUT)
        return;
    if (conn->is_caller || conn->right == BY_RIGHT_ALL)
        contact = meet(runner, conn);
    if (contact != NULL) {
        bool is_failure = !conn->was_up || conn->end == BY_END_REMOVED;
        is_told = is_failure && contact->failure_is_told && contact->end == conn->end;
        contact->is_connected = contact->is_in_sync = contact->is_to_tell = false;
        contact->end = conn->end;
        contact->failure_is_told = is_failure;
    }
    if (!is_told && !runner->net.is_stopping)
        by_runner_tell_lost(runner, conn, contact);
}

static void on_gone(void *context, struct by_conn *conn)
{
    struct by_runner *runner = context;

    (void)conn;
    by_server_resume(&runner->server);
}

/* -- whoever asks whether the node is in sync -- */
static enum banyan_status read_asked(void *context, struct by_store_txn *txn)
{
    return by_local_u64_get(txn, BY_LOCAL_ASKED, context);
}

/* Compare with every peer anew: one that is gone without a word does not answer. */
static void hear_question(struct by_runner *runner)
{
    struct by_store *store = by_net_node(&runner->net)->store;
    uint64_t txn = by_store_last_txn(store), asked = 0;

    if (txn == runner->asked_txn || by_store_read(store, read_asked, &asked, NULL) != BANYAN_OK)
        return;
    runner->asked_txn = txn;
    if (asked == runner->asked)
        return;
    runner->asked = asked;
    runner->question_txn = txn;
    by_dialer_hurry(&runner->dialer);
    struct by_conn *next = NULL;
    for (struct by_conn *at = runner->net.conns; at != NULL; at = next) {
        next = at->next;
        if (at->state != BY_CONN_UP)
            continue;
        by_session_resync(by_live_peer_session(at->peer));
        by_conn_poll(at);
    }
}

static void on_polled(void *context)
{
    struct by_runner *runner = context;
    struct banyan_error error = {.words = runner->net.words};

    hear_question(runner);
    if (!runner->net.is_stopping && by_dialer_poll(&runner->dialer, &error) != BANYAN_OK)
        by_runner_say_trouble(runner, &error);
    for (size_t i = 0; i < runner->contacts.count; i++)
        if (runner->contacts.items[i].is_to_tell)
            by_runner_tell_exchange(runner, &runner->contacts.items[i]);
    by_runner_tell_counted(runner);
    by_hearer_poll(&runner->hearer);
}

static void on_seen(void *context, struct by_conn *conn, const struct by_seen *seen)
{
    struct by_runner *runner = context;

    by_hearer_seen(&runner->hearer, conn, seen);
}

/* Hints are free to be missed: the next beacon says the same. */
static void on_heard(void *context, const struct by_id *transport, const char *address)
{
    struct by_runner *runner = context;

    (void)!by_dialer_hear(&runner->dialer, transport, address);
}

/* -- the contacts' file -- */
static void write_file(uv_work_t *work)
{
    struct by_runner *runner = work->data;

    (void)!by_os_file_replace(runner->save_path, by_buffer_bytes(&runner->save_bytes), NULL);
}

static void on_file_written(uv_work_t *work, int result)
{
    struct by_runner *runner = work->data;

    (void)result;
    runner->is_saving = false;
}

static bool encode_contacts(struct by_runner *runner)
{
    by_buffer_reset(&runner->save_bytes);
    runner->contacts.written_ms = by_os_wall_ms();
    runner->contacts.is_changed = false;
    return by_contacts_encode(&runner->contacts, &runner->save_bytes) == BANYAN_OK;
}

/* On a thread that may wait for the disk. */
static void save_contacts(struct by_runner *runner)
{
    uint64_t age = uv_now(&runner->net.loop) - runner->saved_ms;
    uint64_t pause = runner->contacts.is_changed ? SAVE_MS : SAVE_ANYWAY_MS;

    if (runner->is_saving || (runner->saved_ms != 0 && age < pause) || !encode_contacts(runner))
        return;
    runner->save.data = runner;
    runner->saved_ms = uv_now(&runner->net.loop);
    runner->is_saving =
        uv_queue_work(&runner->net.loop, &runner->save, write_file, on_file_written) == 0;
}

/* As of now, for whoever asks by way of the file. */
static void note_sync(struct by_runner *runner, struct by_contact *contact)
{
    const struct by_conn *conn = by_net_find(&runner->net, &contact->transport);
    bool is_in_sync = conn != NULL && conn->peer != NULL && conn->is_in_sync &&
                      by_session_is_in_sync(by_live_peer_session(conn->peer));
    uint64_t txn = by_live_txn(runner->net.live);

    runner->contacts.is_changed |= is_in_sync != contact->is_in_sync;
    contact->is_in_sync = is_in_sync;
    if (!is_in_sync)
        return;
    by_live_watch_met(conn->peer);
    /* What moves all the time is written when somebody asked. */
    runner->contacts.is_changed |=
        contact->synced_txn < runner->question_txn && txn >= runner->question_txn;
    contact->synced_txn = txn;
    contact->synced_ms = by_os_wall_ms();
}

static void on_tick(uv_timer_t *tick)
{
    struct by_runner *runner = tick->data;

    by_runner_say_refused(runner);
    for (size_t i = 0; i < runner->contacts.count; i++) {
        struct by_contact *contact = &runner->contacts.items[i];
        contact->is_to_tell |= contact->was_told && contact->is_connected;
        if (contact->is_connected)
            note_sync(runner, contact);
    }
    save_contacts(runner);
}

/* -- beginning and end -- */
static void on_signal(uv_signal_t *signal, int number)
{
    struct by_runner *runner = signal->data;

    (void)number;
    by_net_stop(&runner->net);
}

static void on_stopping(void *context)
{
    struct by_runner *runner = context;

    by_server_close(&runner->server);
    by_beacon_close(&runner->beacon);
    uv_close((uv_handle_t *)&runner->tick, NULL);
}

static uint32_t draw(void)
{
    uint32_t random;

    by_os_random(&random, sizeof random);
    return random;
}

static enum banyan_status open_server(struct by_runner *runner, struct banyan_error *error)
{
    if (runner->options.no_listen)
        return BANYAN_OK;
    enum banyan_status status = by_server_open(
        &runner->server, &runner->net, runner->options.listen, runner->options.listen_count, error);
    for (size_t i = 0; i < runner->server.count && status == BANYAN_OK; i++)
        if (runner->server.listeners[i].text[0] != '\0')
            by_runner_say(runner,
                          &(struct banyan_event){.kind = BANYAN_EVENT_LISTENING,
                                                 .address = runner->server.listeners[i].text});
    return status;
}

/* Before anybody can know that the node is there: whoever ends it then ends it cleanly. They stay
 * until all is written: a second signal, which timeout(1) and impatient people send, changes
 * nothing. */
static void open_signals(struct by_runner *runner)
{
    static const int numbers[] = {SIGINT, SIGTERM};

    for (size_t i = 0; i < 2; i++) {
        (void)uv_signal_init(&runner->net.loop, &runner->signals[i]);
        runner->signals[i].data = runner;
        if (runner->options.handle_signals)
            (void)uv_signal_start(&runner->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&runner->signals[i]);
    }
}

/* What the node can do without. */
static void open_extras(struct by_runner *runner)
{
    struct banyan_error error = {.words = runner->net.words};

    if (!runner->options.no_beacon &&
        by_beacon_open(&runner->beacon, &runner->net, by_server_port(&runner->server), on_heard,
                       runner, &error) != BANYAN_OK)
        by_runner_say(runner,
                      &(struct banyan_event){.kind = BANYAN_EVENT_TROUBLE, .text = error.text});
    (void)uv_timer_init(&runner->net.loop, &runner->tick);
    runner->tick.data = runner;
    (void)uv_timer_start(&runner->tick, on_tick, 0, TICK_MS);
}

/* Nobody is connected when a node begins. */
static void begin_contacts(struct by_runner *runner)
{
    runner->contacts.is_running = runner->contacts.is_changed = true;
    runner->contacts.listening.count = 0;
    for (size_t i = 0; i < runner->server.count; i++)
        if (runner->server.listeners[i].text[0] != '\0')
            memcpy(runner->contacts.listening.texts[runner->contacts.listening.count++],
                   runner->server.listeners[i].text, BY_NET_ADDRESS_BYTES);
    for (size_t i = 0; i < runner->contacts.count; i++)
        runner->contacts.items[i].is_connected = false;
}

/* A sync that comes to its end, or a node that ends, is let go first; a node that is at work is
 * not. */
static enum banyan_status open_net(struct by_runner *runner, const char *home,
                                   const struct by_net_hooks *hooks, struct banyan_error *error)
{
    uint64_t since_ms = by_os_steady_ms();
    enum banyan_status status = by_net_open(&runner->net, home, hooks, error);

    while (status == BANYAN_ERR_BUSY && by_os_steady_ms() - since_ms < HOME_MS) {
        struct by_contacts contacts;
        bool is_at_work = by_contacts_load(home, &contacts, NULL) == BANYAN_OK &&
                          by_contacts_are_fresh(&contacts);

        by_contacts_deinit(&contacts);
        if (is_at_work)
            break;
        by_os_sleep_ms(HOME_PAUSE_MS);
        status = by_net_open(&runner->net, home, hooks, error);
    }
    return status;
}

enum banyan_status by_runner_open(const char *home, const struct banyan_run_options *options,
                                  struct by_runner **out_runner, struct banyan_error *error)
{
    struct by_runner *runner = calloc(1, sizeof *runner);
    const struct by_net_hooks hooks = {.passphrase = options->passphrase,
                                       .context = runner,
                                       .connected = on_connected,
                                       .in_sync = on_in_sync,
                                       .seen = on_seen,
                                       .lost = on_lost,
                                       .gone = on_gone,
                                       .polled = on_polled,
                                       .trouble = on_trouble,
                                       .stopping = on_stopping};

    if (runner == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    runner->options = *options;
    runner->save_bytes.size_max = BY_CONTACTS_BYTES_MAX;
    runner->home = strdup(home);
    runner->save_path = by_contacts_path(home);
    enum banyan_status status = runner->home == NULL || runner->save_path == NULL
                                    ? by_fail_plain(error, BANYAN_ERR_MEMORY)
                                    : open_net(runner, home, &hooks, error);
    if (status == BANYAN_OK)
        status = by_contacts_load(home, &runner->contacts, error);
    if (status == BANYAN_OK) {
        open_signals(runner);
        status = open_server(runner, error);
    }
    if (status == BANYAN_OK)
        status = by_fail_plain(
            error, by_hearer_init(&runner->hearer, &runner->net, &runner->dialer, home));
    if (status != BANYAN_OK) {
        by_runner_close(runner);
        return status;
    }
    by_dialer_init(&runner->dialer, &runner->net, draw);
    begin_contacts(runner);
    open_extras(runner);
    *out_runner = runner;
    return BANYAN_OK;
}

void by_runner_run(struct by_runner *runner)
{
    by_net_run(&runner->net);
    begin_contacts(runner);
    runner->contacts.is_running = false;
    if (encode_contacts(runner))
        (void)!by_os_file_replace(runner->save_path, by_buffer_bytes(&runner->save_bytes), NULL);
}

void by_runner_stop(struct by_runner *runner)
{
    by_net_stop(&runner->net);
}

void by_runner_close(struct by_runner *runner)
{
    if (runner == NULL)
        return;
    by_exchanges_deinit(&runner->exchanges);
    by_hearer_deinit(&runner->hearer);
    by_net_close(&runner->net);
    by_dialer_deinit(&runner->dialer);
    by_contacts_deinit(&runner->contacts);
    by_buffer_deinit(&runner->save_bytes);
    free(runner->save_path);
    free(runner->home);
    free(runner);
}
