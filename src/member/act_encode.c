#include "base/limits.h"
#include "member/act_parts.h"
#include "member/act_rules.h"

struct by_value by_act_begin_map(struct by_act_maker *maker, size_t room)
{
    struct by_value map = by_value_map(maker->scratch, room);

    maker->failed = maker->failed || map.map.pairs == NULL;
    map.map.count = 0;
    return map;
}

struct by_value by_act_begin_array(struct by_act_maker *maker, size_t count)
{
    struct by_value array = by_value_array(maker->scratch, count);

    maker->failed = maker->failed || (count > 0 && array.array.items == NULL);
    return array;
}

void by_act_put(struct by_value *map, const char *key, struct by_value value)
{
    if (map->map.pairs == NULL)
        return;
    map->map.pairs[map->map.count].key = by_bytes_of_text(key);
    map->map.pairs[map->map.count].value = value;
    map->map.count++;
}

void by_act_put_id(struct by_value *map, const char *key, const struct by_id *id)
{
    by_act_put(map, key, by_value_bin(by_id_bytes(id)));
}

void by_act_put_bin(struct by_value *map, const char *key, const void *bytes, size_t size)
{
    by_act_put(map, key, by_value_bin(by_bytes_of(bytes, size)));
}

void by_act_put_number(struct by_value *map, const char *key, uint64_t number)
{
    by_act_put(map, key, by_value_int((int64_t)number));
}

static struct by_value
make_certificate(struct by_act_maker *maker, const struct by_certificate *certificate)
{
    struct by_value map = by_act_begin_map(maker, 3);

    by_act_put_id(&map, "device", &certificate->device);
    by_act_put_bin(&map, "signature", certificate->signature.bytes,
                   sizeof certificate->signature.bytes);
    by_act_put_id(&map, "transport", &certificate->transport);
    return map;
}

static void put_profile(struct by_value *map, const struct by_org_profile *profile)
{
    by_act_put_id(map, "id", &profile->id);
    by_act_put(map, "kind", by_value_text(profile->kind));
    by_act_put(map, "name", by_value_text(profile->name));
}

static struct by_value
make_profile(struct by_act_maker *maker, const struct by_org_profile *profile)
{
    struct by_value map = by_act_begin_map(maker, 4);

    by_act_put(&map, "country", by_value_text(profile->country));
    put_profile(&map, profile);
    return map;
}

static struct by_value make_founder(struct by_act_maker *maker, const struct by_founder *founder)
{
    struct by_value map = by_act_begin_map(maker, 5);
    struct by_value devices = by_act_begin_array(maker, founder->device_count);

    for (size_t i = 0; devices.array.items != NULL && i < founder->device_count; i++)
        devices.array.items[i] = make_certificate(maker, &founder->devices[i]);
    by_act_put(&map, "country", by_value_text(founder->profile.country));
    by_act_put(&map, "devices", devices);
    put_profile(&map, &founder->profile);
    return map;
}

static struct by_value make_genesis(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 5);
    struct by_value founders = by_act_begin_array(maker, act->genesis.founder_count);

    for (size_t i = 0; founders.array.items != NULL && i < act->genesis.founder_count; i++)
        founders.array.items[i] = make_founder(maker, &act->genesis.founders[i]);
    by_act_put(&map, "founders", founders);
    by_act_put_number(&map, "level", act->genesis.level);
    by_act_put(&map, "names", act->genesis.names);
    by_act_put_number(&map, "quorum", act->genesis.quorum);
    by_act_put(&map, "types", act->genesis.types);
    return map;
}

static struct by_value make_invite(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 6);

    if (act->invite.asks_confirm)
        by_act_put_number(&map, "confirm", 1);
    by_act_put_number(&map, "expires", act->invite.expires_ms);
    by_act_put_bin(&map, "join_key", act->invite.join_key, sizeof act->invite.join_key);
    by_act_put_id(&map, "key", &act->invite.key);
    by_act_put(&map, "name", by_value_text(act->invite.name));
    by_act_put_number(&map, "role", act->invite.role);
    return map;
}

static struct by_value make_join(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 4);

    by_act_put(&map, "certificate", make_certificate(maker, &act->join.certificate));
    by_act_put_id(&map, "invite", &act->join.invite);
    by_act_put(&map, "organisation", make_profile(maker, &act->join.profile));
    by_act_put_bin(&map, "proof", act->join.proof.bytes, sizeof act->join.proof.bytes);
    return map;
}

static struct by_value make_device(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 4);

    by_act_put(&map, "certificate", make_certificate(maker, &act->device.certificate));
    if (act->device.name.size > 0)
        by_act_put(&map, "name", by_value_text(act->device.name));
    by_act_put_id(&map, "organisation", &act->device.organisation);
    if (!by_id_is_zero(&act->device.signer))
        by_act_put_id(&map, "signer", &act->device.signer);
    return map;
}

static struct by_value make_role(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, act->role.until_ms == 0 ? 2 : 3);

    by_act_put_id(&map, "organisation", &act->role.organisation);
    by_act_put_number(&map, "role", act->role.role);
    if (act->role.until_ms != 0)
        by_act_put_number(&map, "until", act->role.until_ms);
    return map;
}

static struct by_value
make_single(struct by_act_maker *maker, const char *key, const void *bytes, size_t size)
{
    struct by_value map = by_act_begin_map(maker, 1);

    by_act_put_bin(&map, key, bytes, size);
    return map;
}

static struct by_value make_body(struct by_act_maker *maker, const struct by_act *act)
{
    switch ((unsigned)act->kind) {
    case BY_KIND_GENESIS:
        return make_genesis(maker, act);
    case BY_KIND_INVITE:
        return make_invite(maker, act);
    case BY_KIND_JOIN:
        return make_join(maker, act);
    case BY_KIND_ADMIT:
        return make_single(maker, "join", act->admit.join.bytes, sizeof act->admit.join.bytes);
    case BY_KIND_DEVICE:
        return make_device(maker, act);
    case BY_KIND_OPEN:
        return make_single(maker, "nonce", act->opening.nonce, sizeof act->opening.nonce);
    case BY_KIND_ROLE:
        return make_role(maker, act);
    case BY_KIND_APPROVE:
        return make_single(maker, "act", act->approve.act.bytes, sizeof act->approve.act.bytes);
    case BY_KIND_TYPES:
        return act->types.body;
    case BY_KIND_LOWER:
    case BY_KIND_TIPS:
    case BY_KIND_ERASE:
    case BY_KIND_LEVEL:
    case BY_KIND_ALLOW:
        return by_act_make_cut(maker, act);
    }
    return by_value_nil();
}

enum banyan_status
by_act_encode(const struct by_act *act, struct by_arena *scratch, struct by_buffer *out)
{
    struct by_act_maker maker = {.scratch = scratch, .failed = false};
    size_t size_before = out->size;
    struct by_value body = by_value_nil();
    enum banyan_status status = by_act_check(act);

    if (status != BANYAN_OK)
        return status;
    body = make_body(&maker, act);
    if (maker.failed)
        return BANYAN_ERR_MEMORY;
    status = by_value_encode(&body, out);
    /* What the caller put into names and types may still break the rules of payloads. */
    if (status == BANYAN_OK)
        status = by_scan(by_bytes_of(out->data + size_before, out->size - size_before),
                         &by_scan_payload_limits);
    if (status != BANYAN_OK)
        out->size = size_before;
    return status;
}
