/* The invitations there are, and cancelling one: by one of the same key that expired long ago. */
#include <stdlib.h>
#include <string.h>

#include "admin/invite.h"
#include "core/act_name.h"
#include "core/admit.h"
#include "core/answer.h"
#include "core/append.h"

static const char *state_of(const struct by_charter_invite *invite)
{
    if (invite->is_used)
        return "used";
    if (invite->expires_ms == BY_INVITE_CANCELLED_MS)
        return "cancelled";
    return invite->expires_ms != 0 && invite->expires_ms <= by_os_wall_ms() ? "expired" : "open";
}

static void write_invite(struct by_json *json, const struct by_node *node,
                         const struct by_charter_invite *invite)
{
    by_json_object_begin(json);
    by_json_key(json, "invite");
    by_json_act_name(json, &invite->act);
    by_json_key(json, "name");
    by_json_text(json, invite->name);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(invite->role));
    by_json_key(json, "by");
    by_json_organisation(json, node, &invite->author);
    by_json_key(json, "at");
    by_json_stamp(json, invite->hlc);
    by_json_key(json, "expires");
    if (invite->expires_ms <= BY_INVITE_CANCELLED_MS)
        by_json_null(json);
    else
        by_json_ms(json, invite->expires_ms);
    by_json_key(json, "confirm");
    by_json_bool(json, invite->asks_confirm);
    by_json_key(json, "state");
    by_json_literal(json, state_of(invite));
    by_json_object_end(json);
}

static int order_newest(const void *a, const void *b)
{
    const struct by_charter_invite *const *x = a;
    const struct by_charter_invite *const *y = b;

    if ((*x)->hlc != (*y)->hlc)
        return (*x)->hlc > (*y)->hlc ? -1 : 1;
    return by_id_compare(&(*x)->act, &(*y)->act);
}

enum banyan_status
by_invite_list(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    const struct by_charter_invite **sorted = NULL;
    size_t count = 0;
    struct by_json json;
    enum banyan_status status = by_node_refresh(node, error);

    if (status != BANYAN_OK)
        return status;
    const struct by_charter_invite *invites = by_charter_invites(node->charter, &count);
    sorted = by_arena_array(&arena, count + 1, sizeof(*sorted));
    if (sorted == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &invites[i];
    qsort(sorted, count, sizeof(*sorted), order_newest);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < count; i++)
        write_invite(&json, node, sorted[i]);
    by_json_array_end(&json);
    by_arena_deinit(&arena);
    return by_json_done(&json, error);
}

/* -- cancelling -- */

struct cancelling {
    const char *text;
    struct by_id invite;
    bool is_new;
};

static enum banyan_status find(const struct by_node *node, const char *text,
                               const struct by_charter_invite **out_invite,
                               struct banyan_error *error)
{
    size_t count;
    const struct by_charter_invite *invites = by_charter_invites(node->charter, &count);
    const struct by_charter_invite *found = NULL;

    for (size_t i = 0; i < count; i++) {
        bool is_open = strcmp(state_of(&invites[i]), "open") == 0;

        if (!by_act_is_named(&invites[i].act, text) &&
            !(is_open && invites[i].name.size > 0 &&
              by_bytes_equal(invites[i].name, by_bytes_of_text(text))))
            continue;
        if (found != NULL)
            return by_fail(error, BANYAN_ERR_INVALID,
                           "several invitations are called '%s': banyan invite list shows a short "
                           "name of each",
                           text);
        found = &invites[i];
    }
    if (found == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "no invitation is called '%s': banyan invite list shows them", text);
    *out_invite = found;
    return BANYAN_OK;
}

static enum banyan_status cancel(void *context, struct by_append *append)
{
    struct cancelling *cancelling = context;
    const struct by_charter_invite *invite = NULL;
    struct by_act act = {.kind = BY_KIND_INVITE};
    enum banyan_status status = by_node_may_act(append->node, append->error);

    cancelling->is_new = false;
    if (status == BANYAN_OK)
        status = find(append->node, cancelling->text, &invite, append->error);
    if (status != BANYAN_OK)
        return status;
    cancelling->invite = invite->act;
    if (by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only a coordinator of the network cancels invitations");
    if (invite->is_used)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "that invitation was used: banyan remove removes who came with it");
    if (invite->expires_ms == BY_INVITE_CANCELLED_MS)
        return BANYAN_OK;
    act.invite.key = invite->key;
    memcpy(act.invite.join_key, invite->join_key, sizeof act.invite.join_key);
    act.invite.role = invite->role;
    act.invite.name = invite->name;
    act.invite.asks_confirm = invite->asks_confirm;
    act.invite.expires_ms = BY_INVITE_CANCELLED_MS;
    cancelling->is_new = true;
    return by_append_act(append, &act, NULL);
}

enum banyan_status by_invite_cancel(struct by_node *node, const char *invite, struct by_buffer *out,
                                    struct banyan_error *error)
{
    struct cancelling cancelling = {.text = invite};
    struct by_json json;
    enum banyan_status status = by_append_run(node, cancel, &cancelling, error);

    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "invite");
    by_json_act_name(&json, &cancelling.invite);
    by_json_key(&json, "outcome");
    by_json_literal(&json, cancelling.is_new ? "cancelled" : "unchanged");
    by_json_object_end(&json);
    return by_json_done(&json, error);
}
