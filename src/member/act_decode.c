#include "base/limits.h"
#include "member/act_parts.h"
#include "member/act_rules.h"

static enum banyan_status read_certificate(const struct by_value *map, struct by_certificate *out)
{
    enum banyan_status status = by_act_read_id(map, "device", &out->device);

    if (status == BANYAN_OK)
        status = by_act_read_id(map, "transport", &out->transport);
    if (status == BANYAN_OK)
        status =
            by_act_read_bin(map, "signature", sizeof out->signature.bytes, out->signature.bytes);
    return status;
}

static enum banyan_status read_profile(const struct by_value *map, struct by_org_profile *out)
{
    enum banyan_status status = by_act_read_id(map, "id", &out->id);

    if (status == BANYAN_OK)
        status = by_value_get_text(map, "country", &out->country);
    if (status == BANYAN_OK)
        status = by_value_get_text(map, "kind", &out->kind);
    if (status == BANYAN_OK)
        status = by_value_get_text(map, "name", &out->name);
    return status;
}

/* An array of 1 to count_max values, or NULL. */
static const struct by_value *
find_list(const struct by_value *map, const char *key, size_t count_max)
{
    const struct by_value *list = by_value_get(map, key);

    if (list == NULL || list->kind != BY_VALUE_ARRAY)
        return NULL;
    return list->array.count >= 1 && list->array.count <= count_max ? list : NULL;
}

static enum banyan_status
read_founder(const struct by_value *map, struct by_arena *arena, struct by_founder *out)
{
    const struct by_value *list = find_list(map, "devices", BY_FOUNDER_DEVICES_MAX);
    enum banyan_status status = read_profile(map, &out->profile);

    if (status != BANYAN_OK)
        return status;
    if (list == NULL)
        return BANYAN_ERR_INVALID;
    out->device_count = list->array.count;
    out->devices = by_arena_array(arena, out->device_count, sizeof *out->devices);
    if (out->devices == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < out->device_count && status == BANYAN_OK; i++)
        status = read_certificate(&list->array.items[i], &out->devices[i]);
    return status;
}

static enum banyan_status
read_founders(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    const struct by_value *list = find_list(body, "founders", BY_FOUNDERS_MAX);
    enum banyan_status status = BANYAN_OK;

    if (list == NULL)
        return BANYAN_ERR_INVALID;
    out->genesis.founder_count = list->array.count;
    out->genesis.founders = by_arena_array(arena, list->array.count, sizeof(struct by_founder));
    if (out->genesis.founders == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < list->array.count && status == BANYAN_OK; i++)
        status = read_founder(&list->array.items[i], arena, &out->genesis.founders[i]);
    return status;
}

static enum banyan_status
read_genesis(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    const struct by_value *names = by_value_get(body, "names");
    const struct by_value *types = by_value_get(body, "types");
    enum banyan_status status = by_act_read_u32(body, "level", &out->genesis.level);

    if (status != BANYAN_OK)
        return status;
    /* What a higher level changed in the rest cannot be known. */
    if (out->genesis.level > BY_ACT_LEVEL)
        return BANYAN_ERR_UPGRADE;
    status = by_act_read_u32(body, "quorum", &out->genesis.quorum);
    if (status != BANYAN_OK)
        return status;
    if (names == NULL || types == NULL)
        return BANYAN_ERR_MALFORMED;
    out->genesis.names = *names;
    out->genesis.types = *types;
    out->genesis.body = *body;
    return read_founders(body, arena, out);
}

static enum banyan_status read_invite(const struct by_value *body, struct by_act *out)
{
    int64_t expires_ms = 0, confirm = 0;
    enum banyan_status status =
        by_value_get_int(body, "expires", 0, BY_INVITE_EXPIRES_MS_MAX, &expires_ms);

    if (status == BANYAN_OK && by_value_get(body, "confirm") != NULL)
        status = by_value_get_int(body, "confirm", 1, 1, &confirm);
    out->invite.asks_confirm = confirm == 1;
    out->invite.expires_ms = (uint64_t)expires_ms;
    if (status == BANYAN_OK)
        status = by_act_read_id(body, "key", &out->invite.key);
    if (status == BANYAN_OK)
        status =
            by_act_read_bin(body, "join_key", sizeof out->invite.join_key, out->invite.join_key);
    if (status == BANYAN_OK)
        status = by_value_get_text(body, "name", &out->invite.name);
    if (status == BANYAN_OK)
        status = by_act_read_role(body, &out->invite.role);
    return status;
}

static enum banyan_status read_join(const struct by_value *body, struct by_act *out)
{
    const struct by_value *certificate = by_value_get(body, "certificate");
    const struct by_value *profile = by_value_get(body, "organisation");
    enum banyan_status status = by_act_read_id(body, "invite", &out->join.invite);

    if (status == BANYAN_OK)
        status = read_certificate(certificate, &out->join.certificate);
    if (status == BANYAN_OK)
        status = read_profile(profile, &out->join.profile);
    if (status == BANYAN_OK)
        status =
            by_act_read_bin(body, "proof", sizeof out->join.proof.bytes, out->join.proof.bytes);
    return status;
}

static enum banyan_status read_device(const struct by_value *body, struct by_act *out)
{
    enum banyan_status status = by_act_read_id(body, "organisation", &out->device.organisation);

    if (status == BANYAN_OK)
        status = read_certificate(by_value_get(body, "certificate"), &out->device.certificate);
    if (status == BANYAN_OK && by_value_get(body, "name") != NULL) {
        status = by_value_get_text(body, "name", &out->device.name);
        if (status == BANYAN_OK && out->device.name.size == 0)
            status = BANYAN_ERR_INVALID;
    }
    return status == BANYAN_OK ? by_act_read_signer(body, &out->device.signer) : status;
}

static enum banyan_status read_role_act(const struct by_value *body, struct by_act *out)
{
    int64_t until_ms = 0;
    enum banyan_status status = by_act_read_id(body, "organisation", &out->role.organisation);

    if (status == BANYAN_OK)
        status = by_act_read_role(body, &out->role.role);
    if (status == BANYAN_OK && by_value_get(body, "until") != NULL)
        status = by_value_get_int(body, "until", 1, BY_ROLE_UNTIL_MS_MAX, &until_ms);
    out->role.until_ms = (uint64_t)until_ms;
    return status;
}

static enum banyan_status
read_body(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    switch ((unsigned)out->kind) {
    case BY_KIND_GENESIS:
        return read_genesis(body, arena, out);
    case BY_KIND_INVITE:
        return read_invite(body, out);
    case BY_KIND_JOIN:
        return read_join(body, out);
    case BY_KIND_ADMIT:
        return by_act_read_id(body, "join", &out->admit.join);
    case BY_KIND_DEVICE:
        return read_device(body, out);
    case BY_KIND_OPEN:
        return by_act_read_bin(body, "nonce", sizeof out->opening.nonce, out->opening.nonce);
    case BY_KIND_ROLE:
        return read_role_act(body, out);
    case BY_KIND_APPROVE:
        return by_act_read_id(body, "act", &out->approve.act);
    case BY_KIND_TYPES:
        out->types.body = *body;
        return BANYAN_OK;
    case BY_KIND_LOWER:
    case BY_KIND_TIPS:
    case BY_KIND_ERASE:
    case BY_KIND_LEVEL:
    case BY_KIND_ALLOW:
        return by_act_read_cut(body, arena, out);
    }
    return BANYAN_ERR_UPGRADE;
}

enum by_act_hold by_act_holds(uint16_t kind)
{
    switch ((unsigned)kind) {
    case BY_KIND_GENESIS:
    case BY_KIND_TYPES:
    case BY_KIND_LOWER:
    case BY_KIND_TIPS:
        return BY_ACT_HOLDS_VALUES;
    case BY_KIND_INVITE:
    case BY_KIND_JOIN:
    case BY_KIND_DEVICE:
        return BY_ACT_HOLDS_PAYLOAD;
    }
    return BY_ACT_HOLDS_NOTHING;
}

static bool is_known(uint16_t kind)
{
    return kind >= BY_KIND_GENESIS && kind <= BY_KIND_ALLOW;
}

enum banyan_status by_act_decode(uint16_t kind, struct by_bytes payload, struct by_arena *arena,
                                 struct by_act *out_act)
{
    struct by_act act;
    struct by_value body = {.kind = BY_VALUE_NIL};
    enum banyan_status status = BANYAN_OK;

    if (!is_known(kind))
        return BANYAN_ERR_UPGRADE;
    memset(&act, 0, sizeof act);
    act.kind = (enum by_kind)kind;
    status = by_value_decode(payload, &by_scan_payload_limits, arena, &body);
    if (status == BANYAN_OK && body.kind != BY_VALUE_MAP)
        status = BANYAN_ERR_MALFORMED;
    if (status == BANYAN_OK)
        status = read_body(&body, arena, &act);
    if (status == BANYAN_OK)
        status = by_act_check(&act);
    if (status == BANYAN_OK)
        *out_act = act;
    return status;
}
