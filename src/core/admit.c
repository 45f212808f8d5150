#include "core/admit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/act_name.h"
#include "core/answer.h"
#include "core/append.h"
#include "crypto/hash.h"
#include "crypto/slow.h"

enum banyan_status by_join_digits(const struct by_id *join, char out_digits[BY_JOIN_DIGITS_BYTES])
{
    struct by_id salt;
    uint8_t key[32];
    enum banyan_status status = BANYAN_OK;

    by_hash_bytes(BY_TAG_CONFIRM, by_bytes_of(NULL, 0), &salt);
    status = by_slow_hash(by_id_bytes(join), salt.bytes, BY_SLOWNESS, key);
    if (status != BANYAN_OK)
        return status;
    (void)snprintf(out_digits, BY_JOIN_DIGITS_BYTES, "%06u",
                   (unsigned)(by_get_u64le(key) % 1000000u));
    return BANYAN_OK;
}

/* -- telling -- */

static bool is_too_late(const struct by_charter_join *join)
{
    return join->expires_ms != 0 && join->expires_ms <= by_os_wall_ms();
}

static const char *state_of(const struct by_charter_join *join, bool is_suspended)
{
    if (is_suspended)
        return "suspended";
    if (join->invite_is_used)
        return "used";
    if (join->expires_ms == BY_INVITE_CANCELLED_MS)
        return "cancelled";
    if (is_too_late(join))
        return "expired";
    return join->asks_confirm ? "confirm" : "open";
}

static void write_name(struct by_json *json, const struct by_charter_join *join)
{
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&join->profile.id));
    by_json_key(json, "name");
    by_json_text(json, join->profile.name);
}

static void
write_newcomer(struct by_json *json, const struct by_charter_join *join, bool is_suspended)
{
    by_json_object_begin(json);
    write_name(json, join);
    by_json_key(json, "state");
    by_json_literal(json, state_of(join, is_suspended));
    by_json_object_end(json);
}

static void write_join(struct by_json *json, const struct by_charter_join *join, bool is_suspended)
{
    by_json_object_begin(json);
    by_json_key(json, "join");
    by_json_act_name(json, &join->join);
    by_json_key(json, "organisation");
    by_json_object_begin(json);
    write_name(json, join);
    by_json_object_end(json);
    by_json_key(json, "country");
    by_json_text(json, join->profile.country);
    by_json_key(json, "kind");
    by_json_text(json, join->profile.kind);
    by_json_key(json, "state");
    by_json_literal(json, state_of(join, is_suspended));
    by_json_object_end(json);
}

enum banyan_status by_joins(struct by_node *node, struct by_buffer *out, struct banyan_error *error)
{
    size_t count;
    struct by_json json;
    enum banyan_status status = by_node_refresh(node, error);

    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_array_begin(&json);
    const struct by_charter_join *joins = by_charter_pending_joins(node->charter, &count);
    for (size_t i = 0; i < count; i++)
        write_join(&json, &joins[i], false);
    joins = by_charter_suspended_joins(node->charter, &count);
    for (size_t i = 0; i < count; i++)
        write_join(&json, &joins[i], true);
    by_json_array_end(&json);
    return by_json_done(&json, error);
}

/* Neither taken in by itself, nor too late; or too late, and the one who is to be told of. */
static bool is_told_of(const struct by_charter_join *join, const struct by_id *from)
{
    if (is_too_late(join))
        return from != NULL && by_id_equal(&join->profile.id, from);
    return join->asks_confirm || join->invite_is_used;
}

void by_json_newcomers(struct by_json *json, const struct by_node *node, const struct by_id *from)
{
    size_t count;
    const struct by_charter_join *joins = by_charter_pending_joins(node->charter, &count);
    bool may_admit = by_node_role(node) >= BY_ROLE_MEMBER;

    by_json_array_begin(json);
    for (size_t i = 0; i < count && may_admit; i++)
        if (is_told_of(&joins[i], from))
            write_newcomer(json, &joins[i], false);
    joins = by_charter_suspended_joins(node->charter, &count);
    for (size_t i = 0; i < count && may_admit; i++)
        write_newcomer(json, &joins[i], true);
    by_json_array_end(json);
}

/* -- admitting -- */

struct admitting {
    const char *text;
    const char *digits;
    struct by_charter_join join; /* profile borrowed from the charter of the last try */
    struct by_id organisation;
};

static bool is_called(const struct by_charter_join *join, const char *text)
{
    return by_act_is_named(&join->join, text) ||
           by_bytes_equal(join->profile.name, by_bytes_of_text(text));
}

static enum banyan_status find(const struct by_node *node, const char *text,
                               const struct by_charter_join **out_join, bool *out_is_suspended,
                               struct banyan_error *error)
{
    const struct by_charter_join *found = NULL;

    for (int suspended = 0; suspended < 2; suspended++) {
        size_t count;
        const struct by_charter_join *joins =
            suspended == 1 ? by_charter_suspended_joins(node->charter, &count)
                           : by_charter_pending_joins(node->charter, &count);

        for (size_t i = 0; i < count; i++) {
            if (!is_called(&joins[i], text))
                continue;
            if (found != NULL)
                return by_fail(error, BANYAN_ERR_INVALID,
                               "several who ask to be taken in are called '%s': banyan admit shows "
                               "a short name of each",
                               text);
            found = &joins[i];
            *out_is_suspended = suspended == 1;
        }
    }
    if (found == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOUND,
                       "nobody called '%s' asks to be taken in: banyan admit shows who does", text);
    *out_join = found;
    return BANYAN_OK;
}

static enum banyan_status check_digits(const struct admitting *admitting,
                                       const struct by_charter_join *join,
                                       struct banyan_error *error)
{
    char wanted[BY_JOIN_DIGITS_BYTES];
    char given[BY_JOIN_DIGITS_BYTES] = "";
    size_t count = 0;
    enum banyan_status status = by_join_digits(&join->join, wanted);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    if (admitting->digits == NULL)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "this invitation asks for six digits: call them, let them read out what "
                       "banyan status shows there, and give it with --digits");
    for (const char *at = admitting->digits; *at != '\0' && count < 6; at++)
        if (isdigit((unsigned char)*at))
            given[count++] = *at;
    return strcmp(given, wanted) == 0
               ? BANYAN_OK
               : by_fail(error, BANYAN_ERR_DENIED,
                         "these are not the digits of this join: somebody else may have used the "
                         "invitation");
}

static enum banyan_status check_may(const struct admitting *admitting, const struct by_node *node,
                                    const struct by_charter_join *join, bool is_suspended,
                                    struct banyan_error *error)
{
    const char *state = state_of(join, is_suspended);

    if (by_node_role(node) < BY_ROLE_MEMBER)
        return by_fail(error, BANYAN_ERR_DENIED, "only members and coordinators take newcomers in");
    if (strcmp(state, "expired") == 0)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "their invitation has expired: a coordinator invites anew");
    if (strcmp(state, "cancelled") == 0)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "their invitation was cancelled: a coordinator invites anew");
    if ((is_suspended || join->invite_is_used) && by_node_role(node) != BY_ROLE_COORDINATOR)
        return by_fail(error, BANYAN_ERR_DENIED,
                       "several came with one invitation: a coordinator says who was meant");
    return join->asks_confirm ? check_digits(admitting, join, error) : BANYAN_OK;
}

static enum banyan_status admit(void *context, struct by_append *append)
{
    struct admitting *admitting = context;
    const struct by_charter_join *join = NULL;
    bool is_suspended = false;
    struct by_act act = {.kind = BY_KIND_ADMIT};
    enum banyan_status status = by_node_may_act(append->node, append->error);

    if (status == BANYAN_OK)
        status = find(append->node, admitting->text, &join, &is_suspended, append->error);
    if (status == BANYAN_OK)
        status = check_may(admitting, append->node, join, is_suspended, append->error);
    if (status != BANYAN_OK)
        return status;
    admitting->join = *join;
    admitting->organisation = join->profile.id;
    act.admit.join = join->join;
    return by_append_act(append, &act, NULL);
}

enum banyan_status by_admit(struct by_node *node, const char *join, const char *digits,
                            struct by_buffer *out, struct banyan_error *error)
{
    struct admitting admitting = {.text = join, .digits = digits};
    struct by_json json;
    enum banyan_status status = by_append_run(node, admit, &admitting, error);

    if (status == BANYAN_OK)
        status = by_node_refresh(node, error);
    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "join");
    by_json_act_name(&json, &admitting.join.join);
    by_json_key(&json, "organisation");
    by_json_organisation(&json, node, &admitting.organisation);
    by_json_key(&json, "outcome");
    by_json_literal(&json, "admitted");
    by_json_object_end(&json);
    return by_json_done(&json, error);
}
