#include "admin/invite.h"

#include <string.h>
#include <strings.h>

#include "core/answer.h"
#include "core/append.h"
#include "core/profile.h"
#include "exchange/table.h"
#include "live/addresses.h"
#include "member/invitation.h"

struct inviting {
    struct by_act act;
    uint64_t line; /* of a table */
    struct by_invitation invitation;
};

struct invitations {
    struct inviting *items;
    size_t count;
};

static enum banyan_status log_invites(void *context, struct by_append *append)
{
    struct invitations *all = context;
    enum banyan_status status = by_node_may_act(append->node, append->error);

    if (status != BANYAN_OK)
        return status;
    if (by_node_role(append->node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "only a coordinator of the network invites: ask one of them");
    for (size_t i = 0; i < all->count && status == BANYAN_OK; i++)
        status = by_append_act(append, &all->items[i].act, &all->items[i].invitation.invite);
    return status;
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
    inviting->act.invite.asks_confirm = invite->confirm;
    return status;
}

static enum banyan_status
write_one(struct by_json *json, const struct inviting *inviting, struct banyan_error *error)
{
    struct by_buffer code = BY_BUFFER_INIT(BY_CODE_TEXT_BYTES_MAX);
    enum banyan_status status = by_invitation_encode(&inviting->invitation, &code);

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    by_json_object_begin(json);
    by_json_key(json, "code");
    by_json_text(json, by_bytes_of_text((const char *)code.data));
    by_json_key(json, "name");
    by_json_text(json, inviting->act.invite.name);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(inviting->act.invite.role));
    by_json_key(json, "expires");
    if (inviting->act.invite.expires_ms == 0)
        by_json_null(json);
    else
        by_json_ms(json, inviting->act.invite.expires_ms);
    by_json_object_end(json);
    by_secret_wipe(code.data, code.size);
    by_buffer_deinit(&code);
    return BANYAN_OK;
}

static void draw(const struct by_node *node, struct inviting *inviting)
{
    struct by_signing_key key;

    by_os_random(inviting->invitation.seed, sizeof inviting->invitation.seed);
    by_invite_derive(inviting->invitation.seed, &key, inviting->act.invite.join_key);
    inviting->act.invite.key = key.public_key;
    inviting->invitation.network = node->network;
    inviting->invitation.transport = node->transport.public_key;
    by_secret_wipe(&key, sizeof key);
}

enum banyan_status by_invite(struct by_node *node, const struct banyan_invite *invite,
                             struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct inviting inviting = {.act.kind = BY_KIND_INVITE};
    struct invitations all = {&inviting, 1};
    struct by_json json;
    enum banyan_status status = parse(invite, &arena, &inviting, error);

    if (status != BANYAN_OK)
        goto out;
    draw(node, &inviting);
    status = by_append_run(node, log_invites, &all, error);
    by_json_init(&json, out);
    if (status == BANYAN_OK)
        status = write_one(&json, &inviting, error);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
out:
    by_secret_wipe(&inviting, sizeof inviting);
    by_arena_deinit(&arena);
    return status;
}

/* -- many at once -- */

static bool is_called(struct by_bytes cell, const char *name)
{
    return cell.size == strlen(name) && strncasecmp((const char *)cell.data, name, cell.size) == 0;
}

/* The place of the column; the count of columns where there is none. */
static size_t find_column(const struct by_row *header, const char *name, const char *other_name)
{
    size_t at = 0;

    while (at < header->count && !is_called(header->cells[at], name) &&
           !is_called(header->cells[at], other_name))
        at++;
    return at;
}

static const char *cell_text(struct by_arena *arena, const struct by_row *row, size_t column)
{
    const char *text = column < row->count ? by_arena_text(arena, row->cells[column]) : NULL;

    return text == NULL || text[0] == '\0' ? NULL : text;
}

static enum banyan_status read_row(const struct banyan_invite *invite, const struct by_row *header,
                                   const struct by_row *row, struct by_arena *arena,
                                   struct inviting *out, struct banyan_error *error)
{
    struct banyan_invite one = *invite;
    struct banyan_error mistake = by_error_beside(error);
    enum banyan_status status = BANYAN_OK;
    const char *role = cell_text(arena, row, find_column(header, "role", "role"));

    *out = (struct inviting){.act.kind = BY_KIND_INVITE, .line = row->line};
    one.name = cell_text(arena, row, find_column(header, "name", "organisation"));
    one.role = role != NULL ? role : invite->role;
    if (one.name == NULL)
        return by_fail(error, BANYAN_ERR_INVALID, "line %llu names no organisation",
                       (unsigned long long)row->line);
    status = parse(&one, arena, out, &mistake);
    return status == BANYAN_OK ? status
                               : by_fail(error, status, "line %llu: %s",
                                         (unsigned long long)row->line, mistake.text);
}

/* Of two invitations for one office, one would stay open for whoever finds it. */
static enum banyan_status check_once(const struct invitations *all, struct banyan_error *error)
{
    const struct inviting *row = &all->items[all->count];
    struct by_bytes name = row->act.invite.name;

    for (size_t i = 0; i < all->count; i++)
        if (by_bytes_equal(all->items[i].act.invite.name, name))
            return by_fail(error, BANYAN_ERR_INVALID, "line %llu names the same as line %llu: %.*s",
                           (unsigned long long)row->line, (unsigned long long)all->items[i].line,
                           (int)name.size, (const char *)name.data);
    return BANYAN_OK;
}

static enum banyan_status read_table(const struct by_node *node, struct by_table *table,
                                     const struct banyan_invite *invite, struct by_arena *arena,
                                     struct invitations *all, struct banyan_error *error)
{
    const struct by_row *header = by_table_header(table);
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    if (find_column(header, "name", "organisation") == header->count)
        return by_fail(error, BANYAN_ERR_INVALID,
                       "the table has no column called name or organisation");
    all->items = by_arena_array(arena, BY_INVITES_AT_ONCE_MAX, sizeof *all->items);
    if (all->items == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    while (status == BANYAN_OK) {
        status = by_table_next(table, &row, error);
        if (status == BANYAN_ERR_NOT_FOUND)
            return all->count > 0 ? BANYAN_OK
                                  : by_fail(error, BANYAN_ERR_INVALID, "the table has no rows");
        if (status == BANYAN_OK && row.fault != NULL)
            return by_fail(error, BANYAN_ERR_INVALID, "line %llu: %s", (unsigned long long)row.line,
                           row.fault);
        if (status == BANYAN_OK && all->count == BY_INVITES_AT_ONCE_MAX)
            return by_fail(error, BANYAN_ERR_TOO_LARGE, "at most %u organisations at once",
                           BY_INVITES_AT_ONCE_MAX);
        if (status == BANYAN_OK)
            status = read_row(invite, header, &row, arena, &all->items[all->count], error);
        if (status == BANYAN_OK)
            status = check_once(all, error);
        if (status == BANYAN_OK)
            draw(node, &all->items[all->count++]);
    }
    return status;
}

enum banyan_status by_invite_table(struct by_node *node, const char *path,
                                   const struct banyan_invite *invite, struct by_buffer *out,
                                   struct banyan_error *error)
{
    static const struct by_table_options options;
    struct by_arena arena = BY_ARENA_INIT;
    struct invitations all = {NULL, 0};
    struct by_table *table = NULL;
    struct by_json json;
    enum banyan_status status = by_table_open(path, &options, &table, error);

    if (status == BANYAN_OK)
        status = read_table(node, table, invite, &arena, &all, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, log_invites, &all, error);
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < all.count && status == BANYAN_OK; i++)
        status = write_one(&json, &all.items[i], error);
    by_json_array_end(&json);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
    if (all.items != NULL)
        by_secret_wipe(all.items, all.count * sizeof *all.items);
    by_table_close(table);
    by_arena_deinit(&arena);
    return status;
}
