#include "net/sync_wait.h"

#include <stdlib.h>
#include <string.h>

#include "core/local.h"
#include "net/contacts.h"
#include "net/people.h"
#include "net/sync_result.h"
#include "os/os.h"

#define WAIT_MS  15000u
#define PAUSE_MS 100u

struct waiting {
    struct by_node *node;
    const struct banyan_sync *options;
    uint64_t start_ms; /* Unix, as contacts have it */
    uint64_t steady_ms;
    uint64_t txn; /* what is stored now */
    struct by_contacts contacts;
    struct by_sync_result *results;
    size_t count;
};

/* Of each device that the target means, how it stands. */
static void look(struct waiting *waiting)
{
    for (size_t i = 0; i < waiting->count; i++) {
        struct by_sync_result *result = &waiting->results[i];
        const struct by_contact *contact =
            by_contacts_find(&waiting->contacts, &result->place->transport);

        result->end_ms = by_os_wall_ms();
        result->is_connected = contact != NULL && contact->is_connected;
        result->is_in_sync =
            result->is_connected && contact->is_in_sync && contact->synced_txn >= waiting->txn;
        result->end = contact == NULL ? BY_END_NONE : contact->end;
        if (contact != NULL && contact->address[0] != '\0')
            memcpy(result->address, contact->address, sizeof result->address);
        /* One whose address nobody knows is not tried. */
        result->is_tried = result->address[0] == '\0' ||
                           (contact != NULL && contact->tried_ms >= waiting->start_ms);
    }
}

/* Nothing more is to be expected: all who are connected are in sync, or all were tried in vain. */
static bool is_settled(const struct waiting *waiting)
{
    bool is_any_in_sync = false, is_any_at_work = false, are_all_tried = true;

    for (size_t i = 0; i < waiting->count; i++) {
        const struct by_sync_result *result = &waiting->results[i];
        is_any_in_sync |= result->is_in_sync;
        is_any_at_work |= result->is_connected && !result->is_in_sync;
        are_all_tried &= result->is_tried;
    }
    return !is_any_at_work && (is_any_in_sync || are_all_tried);
}

static bool is_unknown(const struct by_sync_result *result)
{
    return !result->is_connected && result->address[0] == '\0';
}

/* Of devices with neither connection nor address there is nothing to tell beside others. */
static void leave_out_unknown(struct waiting *waiting)
{
    bool has_others = false;

    for (size_t i = 0; i < waiting->count; i++)
        has_others |= !is_unknown(&waiting->results[i]);
    for (size_t i = 0; i < waiting->count; i++)
        if (has_others && is_unknown(&waiting->results[i]))
            waiting->results[i].state = BY_SYNC_SKIPPED;
}

/* What the node wrote down. */
static enum banyan_status read_contacts(struct waiting *waiting, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    by_contacts_deinit(&waiting->contacts);
    status = by_contacts_load(waiting->node->home, &waiting->contacts, error);
    if (status == BANYAN_OK && !by_contacts_are_fresh(&waiting->contacts))
        status = by_fail(error, BANYAN_ERR_BUSY,
                         "another banyan sync is at work on %s: wait until it has ended",
                         waiting->node->home);
    return status;
}

static enum banyan_status
look_once(struct waiting *waiting, bool *out_is_done, struct banyan_error *error)
{
    enum banyan_status status = read_contacts(waiting, error);

    if (status != BANYAN_OK)
        return status;
    look(waiting);
    *out_is_done = is_settled(waiting);
    return BANYAN_OK;
}

static enum banyan_status wait(struct waiting *waiting, struct banyan_error *error)
{
    uint64_t limit_ms = waiting->options->timeout_ms > 0 ? waiting->options->timeout_ms : WAIT_MS;
    bool is_done = false;
    enum banyan_status status = look_once(waiting, &is_done, error);

    while (status == BANYAN_OK && !is_done && by_os_steady_ms() - waiting->steady_ms < limit_ms) {
        by_os_sleep_ms(PAUSE_MS);
        status = look_once(waiting, &is_done, error);
    }
    leave_out_unknown(waiting);
    return status;
}

static enum banyan_status write_question(void *context, struct by_store_txn *txn)
{
    uint64_t asked;
    enum banyan_status status = by_local_u64_get(txn, BY_LOCAL_ASKED, &asked);

    (void)context;
    return status == BANYAN_OK ? by_local_u64_put(txn, BY_LOCAL_ASKED, asked + 1) : status;
}

static enum banyan_status ask(struct waiting *waiting, struct banyan_error *error)
{
    enum banyan_status status = by_store_write(waiting->node->store, write_question, NULL, error);

    waiting->txn = by_store_last_txn(waiting->node->store);
    return status;
}

static enum banyan_status prepare(struct waiting *waiting, const struct by_places_to_go *places,
                                  struct by_arena *arena, struct banyan_error *error)
{
    waiting->results = by_arena_array(arena, places->count + 1, sizeof *waiting->results);
    if (waiting->results == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    waiting->count = places->count;
    for (size_t i = 0; i < places->count; i++) {
        struct by_sync_result *result = &waiting->results[i];
        result->place = &places->items[i];
        result->state = BY_SYNC_RUNNING;
        result->start_ms = waiting->start_ms;
        if (places->items[i].address.size > 0)
            memcpy(result->address, places->items[i].address.data, places->items[i].address.size);
    }
    return BANYAN_OK;
}

static bool gives_address(const struct banyan_sync *sync)
{
    return sync->target != NULL && strchr(sync->target, '@') != NULL;
}

enum banyan_status by_sync_wait(const char *home, const struct banyan_sync *sync,
                                bool *out_was_at_work, struct by_buffer *out,
                                struct banyan_error *error)
{
    struct waiting waiting = {
        .options = sync, .start_ms = by_os_wall_ms(), .steady_ms = by_os_steady_ms()};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_places_to_go places;
    enum banyan_status status = by_node_open(home, &waiting.node, error);

    *out_was_at_work = false;
    if (status == BANYAN_OK)
        status = read_contacts(&waiting, error);
    *out_was_at_work = status == BANYAN_OK;
    if (status == BANYAN_OK && gives_address(sync))
        status = by_people_remember(waiting.node, sync->target, error);
    if (status == BANYAN_OK)
        status = by_people_devices(waiting.node, sync->target, &arena, &places, error);
    if (status == BANYAN_OK)
        status = prepare(&waiting, &places, &arena, error);
    if (status == BANYAN_OK)
        status = ask(&waiting, error);
    if (status == BANYAN_OK)
        status = wait(&waiting, error);
    if (status == BANYAN_OK) /* who they are may have come just now */
        status = by_node_refresh(waiting.node, error);
    if (status == BANYAN_OK)
        status = by_sync_answer(waiting.node, waiting.results, waiting.count, out, error);
    by_contacts_deinit(&waiting.contacts);
    by_arena_deinit(&arena);
    by_node_close(waiting.node);
    return status;
}
