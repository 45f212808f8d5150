#include "net/recover.h"

#include "admin/recover.h"
#include "core/answer.h"
#include "core/keys.h"
#include "core/making.h"
#include "core/settle.h"
#include "live/addresses.h"
#include "member/invitation.h"
#include "net/dial.h"
#include "net/sync.h"
#include "os/os.h"

/* A connection that was cut is made again so often: what came over it is kept. */
#define AGAIN_MAX 4u
#define AGAIN_MS  500u

/* The first step. */
struct asking {
    struct by_net net;
    const struct by_contact_code *contact;
    size_t at;      /* the address that is tried */
    unsigned place; /* of several that its name has */
    unsigned again;
    uint64_t not_before_ms;
    bool is_under_way;
    bool is_told; /* the member's node has said all that it says to this key */
    enum by_conn_end end;
};

static bool is_cut(enum by_conn_end end)
{
    return end == BY_END_CUT || end == BY_END_STALLED || end == BY_END_REFUSED;
}

/* Where to go on after a connection that came to nothing. */
static void choose_next(struct asking *asking, const struct by_conn *conn)
{
    if (!conn->was_up && asking->place + 1 < conn->place_count) {
        asking->place++;
        return;
    }
    if (is_cut(conn->end) && asking->again < AGAIN_MAX) {
        asking->again++;
        asking->not_before_ms = uv_now(&asking->net.loop) + AGAIN_MS;
        return;
    }
    asking->at++;
    asking->place = asking->again = 0;
}

static void on_lost(void *context, struct by_conn *conn)
{
    struct asking *asking = context;

    asking->is_under_way = false;
    asking->end = conn->end;
    asking->is_told = conn->was_up && conn->end == BY_END_BY_PEER;
    if (!asking->is_told)
        choose_next(asking, conn);
}

/* Whoever answered with its key has said no: other addresses are the same node's. */
static bool is_denied(const struct asking *asking)
{
    return asking->end == BY_END_NOT_TAKEN_IN || asking->end == BY_END_REMOVED ||
           asking->end == BY_END_NO_ROLE_HERE || asking->end == BY_END_VERSION ||
           asking->end == BY_END_HERE;
}

static void on_polled(void *context)
{
    struct asking *asking = context;
    struct by_dial_place where;
    char address[BY_ADDRESS_BYTES_MAX + 1] = "";

    if (asking->net.is_stopping || asking->is_under_way)
        return;
    if (asking->is_told || is_denied(asking) || asking->at == asking->contact->address_count) {
        by_net_stop(&asking->net);
        return;
    }
    if (uv_now(&asking->net.loop) < asking->not_before_ms)
        return;
    memcpy(address, asking->contact->addresses[asking->at].data,
           asking->contact->addresses[asking->at].size);
    by_dial_parse(address, &where);
    const struct by_conn_goal goal = {
        .host = where.host, .port = where.port, .place = asking->place};
    asking->is_under_way = true;
    /* It may have been lost before this is back. */
    if (by_net_dial(&asking->net, &asking->contact->transport, &goal, NULL) == NULL) {
        asking->is_under_way = false;
        asking->end = BY_END_HERE;
    }
}

static enum banyan_status explain(const struct asking *asking, struct banyan_error *error)
{
    if (asking->is_told)
        return BANYAN_OK;
    if (is_denied(asking) && asking->end != BY_END_VERSION && asking->end != BY_END_HERE)
        return by_fail(error, BANYAN_ERR_NOT_FOR_US,
                       "the member's node gives nothing for this recovery code: check the code. If "
                       "it is right, your organisation has another code by now, is no longer a "
                       "member, or belongs to another network than this member");
    return by_fail(error, BANYAN_ERR_NETWORK, "the member's node was not reached: %s: %.*s",
                   by_words(error, by_conn_end_text(asking->end)),
                   (int)asking->contact->addresses[0].size,
                   (const char *)asking->contact->addresses[0].data);
}

/* With the organisation's key, into a store that is no home yet. node is closed. */
static enum banyan_status ask_for_acts(struct by_node *node, const struct by_contact_code *contact,
                                       struct banyan_error *error)
{
    struct asking asking = {.contact = contact};
    const struct by_net_hooks hooks = {.context = &asking, .lost = on_lost, .polled = on_polled};
    enum banyan_status status =
        by_net_open_made(&asking.net, node, &contact->transport, &hooks, error);

    if (status != BANYAN_OK)
        return status;
    by_net_run(&asking.net);
    by_net_close(&asking.net); /* and all is stored */
    return explain(&asking, error);
}

/* -- the new device -- */

static enum banyan_status keep_addresses(struct by_node *node,
                                         const struct by_contact_code *contact,
                                         struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = contact->address_count; i-- > 0 && status == BANYAN_OK;) {
        const struct by_address address = {.transport = contact->transport,
                                           .source = BY_ADDRESS_OF_PERSON,
                                           .learnt_ms = by_os_wall_ms(),
                                           .text = contact->addresses[i]};

        status = by_addresses_add(node->store, &address, error);
    }
    return status;
}

static enum banyan_status make_unfinished(const char *home, const struct by_new_device *device,
                                          const struct by_contact_code *contact,
                                          struct by_node **out_node, struct banyan_error *error)
{
    enum banyan_status status = by_node_make(home, &device->seeds, out_node, error);

    if (status == BANYAN_OK)
        (*out_node)->network = contact->network;
    return status;
}

static enum banyan_status make_home(const char *home, const struct by_new_device *device,
                                    const struct by_contact_code *contact,
                                    struct banyan_error *error)
{
    struct by_node *node = NULL;
    enum banyan_status status = make_unfinished(home, device, contact, &node, error);

    if (status != BANYAN_OK)
        return status;
    by_box_key_of_signing_key(&device->root, &node->transport);
    status = ask_for_acts(node, contact, error);
    if (status == BANYAN_OK)
        status = make_unfinished(home, device, contact, &node, error);
    if (status != BANYAN_OK)
        return status;
    status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = keep_addresses(node, contact, error);
    if (status == BANYAN_OK)
        status = by_recover_device(node, device, error);
    by_node_close(node);
    return status;
}

/* -- everything else -- */

/* Whether both came to hold the same. */
static bool get_everything(const char *home, const struct by_new_device *device,
                           const struct by_contact_code *contact, const struct banyan_error *beside)
{
    const struct banyan_sync everything = {.target = NULL};
    struct banyan_error ignored = by_error_beside(beside);
    struct by_buffer answer = BY_BUFFER_INIT(BY_RESULT_BYTES_MAX);
    struct by_node *node = NULL;
    enum banyan_status status = by_node_open(home, &node, &ignored);

    if (status == BANYAN_OK) {
        by_keys_take(node, &device->seeds);
        status = by_sync_made(node, &contact->transport, &everything, &answer, &ignored);
    }
    by_buffer_deinit(&answer);
    return status == BANYAN_OK;
}

static enum banyan_status write_answer(const char *home, const struct by_new_device *device,
                                       bool is_in_sync, struct by_buffer *out,
                                       struct banyan_error *error)
{
    struct by_node *node = NULL;
    struct by_json json;
    enum banyan_status status = by_node_open(home, &node, error);

    if (status != BANYAN_OK)
        return status;
    by_keys_take(node, &device->seeds);
    if (is_in_sync)
        (void)!by_settle(node, NULL, NULL);
    status = by_node_refresh(node, error);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_recovered(&json, node);
    by_json_key(&json, "in_sync");
    by_json_bool(&json, is_in_sync);
    by_json_object_end(&json);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
    by_node_close(node);
    return status;
}

/* -- all of it -- */

static enum banyan_status find_contact(const char *text, struct by_arena *arena,
                                       struct by_contact_code *out_contact,
                                       struct banyan_error *error)
{
    enum banyan_status status =
        by_contact_code_find(by_bytes_of_text(text), arena, out_contact, error);

    if (status == BANYAN_OK && out_contact->address_count == 0)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "this code names no address: ask the member for one that does, with banyan "
                       "peers contact HOST:PORT");
    for (size_t i = 0; status == BANYAN_OK && i < out_contact->address_count; i++)
        status = by_address_check(out_contact->addresses[i], error);
    return status;
}

enum banyan_status by_recover_by_net(const char *home, const struct banyan_recovery *recovery,
                                     struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_contact_code contact = {.address_count = 0};
    struct by_new_device *device = NULL;
    struct by_making making = {.home = NULL};
    enum banyan_status status = by_crypto_start();

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    device = by_secret_new(sizeof *device);
    if (device == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = find_contact(recovery->contact, &arena, &contact, error);
    if (status == BANYAN_OK)
        status = by_new_device_init(device, recovery->code, recovery->device_name, &arena, error);
    if (status == BANYAN_OK)
        status = by_making_begin(home, &making, error);
    if (status == BANYAN_OK)
        status = by_new_device_lock(device, &recovery->lock, error);
    if (status == BANYAN_OK) {
        status = make_home(home, device, &contact, error);
        /* What was shown of acts alone is nothing that anybody asked for. */
        if (by_making_drop_view(&making, NULL) != BANYAN_OK && status == BANYAN_OK)
            status = by_fail_plain(error, BANYAN_ERR_DISK);
    }
    by_making_end(&making);
    if (status == BANYAN_OK)
        status =
            write_answer(home, device, get_everything(home, device, &contact, error), out, error);
    by_secret_free(device);
    by_arena_deinit(&arena);
    return status;
}
