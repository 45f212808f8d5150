#include "core/invite.h"

#include "core/addresses.h"
#include "core/answer.h"
#include "core/append.h"
#include "core/profile.h"
#include "member/invitation.h"

struct inviting {
    struct by_act act;
    struct by_invitation invitation;
};

static enum banyan_status log_invite(void *context, struct by_append *append)
{
    struct inviting *inviting = context;

    if (by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only a coordinator of the network invites: ask one of them");
    return by_append_act(append, &inviting->act, &inviting->invitation.invite);
}

static enum banyan_status
parse_role(const char *text, enum by_role *out_role, struct banyan_error *error)
{
    *out_role = BY_ROLE_MEMBER;
    if (text == NULL)
        return BANYAN_OK;
    enum banyan_status status = by_role_from_name(by_bytes_of_text(text), out_role);
    if (status != BANYAN_OK || *out_role == BY_ROLE_NONE || *out_role > BY_ROLE_MEMBER)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "an invitation is for a member, a hub or a reader, not for a '%s'", text);
    return BANYAN_OK;
}

static enum banyan_status parse_addresses(const struct banyan_invite *invite,
                                          struct by_invitation *invitation,
                                          struct banyan_error *error)
{
    if (invite->address_count > BY_CODE_ADDRESSES_MAX)
        return by_fail(error, BANYAN_ERR_USAGE, "an invitation names at most %u addresses",
                       BY_CODE_ADDRESSES_MAX);
    for (size_t i = 0; i < invite->address_count; i++) {
        struct by_bytes address = by_bytes_of_text(invite->addresses[i]);
        enum banyan_status status = by_address_check(address, error);
        if (status != BANYAN_OK)
            return status;
        invitation->addresses[invitation->address_count++] = address;
    }
    return BANYAN_OK;
}

static enum banyan_status parse(const struct banyan_invite *invite, struct by_arena *arena,
                                struct inviting *inviting, struct banyan_error *error)
{
    enum banyan_status status = parse_role(invite->role, &inviting->act.invite.role, error);

    if (status == BANYAN_OK && invite->name != NULL)
        status = by_line_parse(N_("the name of the organisation"), by_bytes_of_text(invite->name),
                               BY_ORG_NAME_BYTES_MAX, arena, &inviting->act.invite.name, error);
    if (status == BANYAN_OK)
        status = parse_addresses(invite, &inviting->invitation, error);
    if (status == BANYAN_OK && invite->expires_ms != 0 && invite->expires_ms <= by_os_wall_ms())
        status = by_fail(error, BANYAN_ERR_INVALID, "the invitation would have expired already");
    inviting->act.invite.expires_ms = invite->expires_ms;
    return status;
}

static enum banyan_status
write_answer(const struct inviting *inviting, struct by_buffer *out, struct banyan_error *error)
{
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    struct by_json json;
    enum banyan_status status = by_invitation_encode(&inviting->invitation, &code);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "code");
    by_json_text(&json, by_bytes_of_text((const char *)code.data));
    by_json_key(&json, "name");
    by_json_text(&json, inviting->act.invite.name);
    by_json_key(&json, "role");
    by_json_literal(&json, by_role_name(inviting->act.invite.role));
    by_json_key(&json, "expires");
    if (inviting->act.invite.expires_ms == 0)
        by_json_null(&json);
    else
        by_json_ms(&json, inviting->act.invite.expires_ms);
    by_json_object_end(&json);
    by_secret_wipe(code.data, code.size);
    by_buffer_deinit(&code);
    return by_json_done(&json, error);
}

enum banyan_status by_invite(struct by_node *node, const struct banyan_invite *invite,
                             struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct inviting inviting = {.act.kind = BY_KIND_INVITE};
    struct by_signing_key key;
    enum banyan_status status = parse(invite, &arena, &inviting, error);

    if (status != BANYAN_OK)
        goto out;
    by_os_random(inviting.invitation.seed, sizeof inviting.invitation.seed);
    by_invite_derive(inviting.invitation.seed, &key, inviting.act.invite.join_key);
    inviting.act.invite.key = key.public_key;
    inviting.invitation.network = node->network;
    inviting.invitation.transport = node->transport.public_key;
    status = by_append_run(node, log_invite, &inviting, error);
    if (status == BANYAN_OK)
        status = write_answer(&inviting, out, error);
out:
    by_secret_wipe(&key, sizeof key);
    by_secret_wipe(&inviting.invitation, sizeof inviting.invitation);
    by_arena_deinit(&arena);
    return status;
}
