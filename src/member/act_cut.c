/* Bodies of acts that take away or bound what was given. */
#include "base/limits.h"
#include "crypto/hash.h"
#include "log/tip.h"
#include "member/act_parts.h"

#define LOG_ID_BYTES 40u

/* -- reading -- */

static enum banyan_status read_log(const struct by_value *body, struct by_log_id *out_log)
{
    uint8_t bytes[LOG_ID_BYTES];
    enum banyan_status status = by_act_read_bin(body, "log", sizeof bytes, bytes);

    if (status == BANYAN_OK)
        by_log_id_get(bytes, out_log);
    return status;
}

static enum banyan_status
read_tips(const struct by_value *body, struct by_arena *arena, struct by_cut *out)
{
    struct by_bins tips = {NULL, 0};
    enum banyan_status status =
        by_act_read_bins(by_value_get(body, "tips"), BY_TIP_BYTES, BY_CUT_TIPS_MAX, arena, &tips);

    out->tips = tips.items;
    out->tip_count = tips.count;
    return status;
}

static enum banyan_status
read_acts(const struct by_value *body, struct by_arena *arena, struct by_cut *out)
{
    struct by_bins ids = {NULL, 0};
    enum banyan_status status = by_act_read_bins(by_value_get(body, "acts"), sizeof(struct by_id),
                                                 BY_CUT_ACTS_MAX, arena, &ids);

    if (status != BANYAN_OK)
        return status;
    out->acts = by_arena_array(arena, ids.count + 1, sizeof *out->acts);
    if (out->acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < ids.count; i++)
        memcpy(out->acts[i].bytes, ids.items[i].data, sizeof out->acts[i].bytes);
    out->act_count = ids.count;
    return BANYAN_OK;
}

/* Who is lowered: an organisation, a device, or a device by the word of its organisation. */
static enum banyan_status read_target(const struct by_value *body, struct by_act *out)
{
    bool has_organisation = by_value_get(body, "organisation") != NULL;
    enum banyan_status status = BANYAN_OK;

    out->lower.is_device = by_value_get(body, "device") != NULL;
    out->lower.has_root = by_value_get(body, "root") != NULL;
    if (out->lower.is_device)
        status = by_act_read_id(body, "device", &out->lower.device);
    if (status == BANYAN_OK && (has_organisation || !out->lower.is_device))
        status = by_act_read_id(body, "organisation", &out->lower.organisation);
    out->lower.has_key = by_value_get(body, "key") != NULL;
    if (status == BANYAN_OK && out->lower.has_key)
        status = by_act_read_id(body, "key", &out->lower.key);
    if (status == BANYAN_OK && out->lower.has_root)
        status = by_act_read_bin(body, "root", sizeof out->lower.root.bytes, out->lower.root.bytes);
    return status == BANYAN_OK ? by_act_read_signer(body, &out->lower.signer) : status;
}

static enum banyan_status
read_lower(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    enum banyan_status status = read_target(body, out);

    if (status == BANYAN_OK)
        status = by_act_read_role(body, &out->lower.role);
    if (status == BANYAN_OK)
        status = read_acts(body, arena, &out->lower.cut);
    return status == BANYAN_OK ? read_tips(body, arena, &out->lower.cut) : status;
}

static enum banyan_status
read_tips_act(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    enum banyan_status status = read_log(body, &out->tips.log);

    out->tips.has_lowering = by_value_get(body, "lowering") != NULL;
    if (status == BANYAN_OK && out->tips.has_lowering)
        status = by_act_read_id(body, "lowering", &out->tips.lowering);
    return status == BANYAN_OK ? read_tips(body, arena, &out->tips.cut) : status;
}

static enum banyan_status read_erase(const struct by_value *body, struct by_act *out)
{
    int64_t seq = 0;
    enum banyan_status status = by_act_read_id(body, "entry", &out->erase.entry);

    if (status == BANYAN_OK)
        status = read_log(body, &out->erase.log);
    if (status == BANYAN_OK)
        status = by_value_get_int(body, "seq", 0, INT64_MAX, &seq);
    out->erase.seq = (uint64_t)seq;
    return status;
}

enum banyan_status
by_act_read_cut(const struct by_value *body, struct by_arena *arena, struct by_act *out)
{
    switch ((unsigned)out->kind) {
    case BY_KIND_LOWER:
        return read_lower(body, arena, out);
    case BY_KIND_TIPS:
        return read_tips_act(body, arena, out);
    case BY_KIND_ERASE:
        return read_erase(body, out);
    case BY_KIND_LEVEL:
        return by_act_read_u32(body, "level", &out->level.level);
    case BY_KIND_ALLOW:
        return by_act_read_id(body, "device", &out->allow.device);
    }
    return BANYAN_ERR_UPGRADE;
}

/* -- writing -- */

static void put_tips(struct by_act_maker *maker, struct by_value *map, const struct by_cut *cut)
{
    struct by_value array = by_act_begin_array(maker, cut->tip_count);

    for (size_t i = 0; array.array.items != NULL && i < cut->tip_count; i++)
        array.array.items[i] = by_value_bin(cut->tips[i]);
    by_act_put(map, "tips", array);
}

static void put_acts(struct by_act_maker *maker, struct by_value *map, const struct by_cut *cut)
{
    struct by_value array = by_act_begin_array(maker, cut->act_count);

    for (size_t i = 0; array.array.items != NULL && i < cut->act_count; i++)
        array.array.items[i] = by_value_bin(by_id_bytes(&cut->acts[i]));
    by_act_put(map, "acts", array);
}

static void put_log(struct by_act_maker *maker, struct by_value *map, const struct by_log_id *log)
{
    uint8_t *bytes = by_arena_alloc(maker->scratch, LOG_ID_BYTES);

    maker->failed = maker->failed || bytes == NULL;
    if (bytes == NULL)
        return;
    by_log_id_put(bytes, log);
    by_act_put_bin(map, "log", bytes, LOG_ID_BYTES);
}

static struct by_value make_lower(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 8);

    put_acts(maker, &map, &act->lower.cut);
    if (act->lower.is_device)
        by_act_put_id(&map, "device", &act->lower.device);
    if (act->lower.has_key)
        by_act_put_id(&map, "key", &act->lower.key);
    if (!act->lower.is_device || act->lower.has_root)
        by_act_put_id(&map, "organisation", &act->lower.organisation);
    by_act_put_number(&map, "role", act->lower.role);
    if (act->lower.has_root)
        by_act_put_bin(&map, "root", act->lower.root.bytes, sizeof act->lower.root.bytes);
    if (!by_id_is_zero(&act->lower.signer))
        by_act_put_id(&map, "signer", &act->lower.signer);
    put_tips(maker, &map, &act->lower.cut);
    return map;
}

static struct by_value make_tips_act(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 3);

    put_log(maker, &map, &act->tips.log);
    if (act->tips.has_lowering)
        by_act_put_id(&map, "lowering", &act->tips.lowering);
    put_tips(maker, &map, &act->tips.cut);
    return map;
}

static struct by_value make_erase(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_act_begin_map(maker, 3);

    by_act_put_id(&map, "entry", &act->erase.entry);
    put_log(maker, &map, &act->erase.log);
    by_act_put_number(&map, "seq", act->erase.seq);
    return map;
}

struct by_value by_act_make_cut(struct by_act_maker *maker, const struct by_act *act)
{
    struct by_value map = by_value_nil();

    switch ((unsigned)act->kind) {
    case BY_KIND_LOWER:
        return make_lower(maker, act);
    case BY_KIND_TIPS:
        return make_tips_act(maker, act);
    case BY_KIND_ERASE:
        return make_erase(maker, act);
    case BY_KIND_LEVEL:
        map = by_act_begin_map(maker, 1);
        by_act_put_number(&map, "level", act->level.level);
        return map;
    case BY_KIND_ALLOW:
        map = by_act_begin_map(maker, 1);
        by_act_put_id(&map, "device", &act->allow.device);
        return map;
    }
    return map;
}

/* -- the word of the organisation -- */

static enum by_tag tag_of(const struct by_act *lower)
{
    return lower->lower.has_key ? BY_TAG_NEW_KEY : BY_TAG_REVOCATION;
}

/* What is signed is longer than a message may be, so it is hashed. */
static void hash_revocation(const struct by_act *lower, struct by_id *out_hash)
{
    const struct by_cut *cut = &lower->lower.cut;
    struct by_hash hash;

    by_hash_init(&hash, tag_of(lower));
    by_hash_add(&hash, by_id_bytes(&lower->lower.organisation));
    by_hash_add(&hash,
                by_id_bytes(lower->lower.has_key ? &lower->lower.key : &lower->lower.device));
    by_hash_add_u64(&hash, cut->act_count);
    for (size_t i = 0; i < cut->act_count; i++)
        by_hash_add(&hash, by_id_bytes(&cut->acts[i]));
    for (size_t i = 0; i < cut->tip_count; i++)
        by_hash_add(&hash, cut->tips[i]);
    by_hash_end(&hash, out_hash);
}

void by_revocation_sign(struct by_act *lower, const struct by_signing_key *root,
                        const struct by_id *network)
{
    struct by_id hash;

    hash_revocation(lower, &hash);
    by_sign(root, tag_of(lower), network, by_id_bytes(&hash), &lower->lower.root);
    lower->lower.has_root = true;
    if (!by_id_equal(&root->public_key, &lower->lower.organisation))
        lower->lower.signer = root->public_key;
}

enum banyan_status by_revocation_verify(const struct by_act *lower, const struct by_id *network)
{
    bool is_id = by_id_is_zero(&lower->lower.signer);
    struct by_id hash;

    hash_revocation(lower, &hash);
    return by_verify(is_id ? &lower->lower.organisation : &lower->lower.signer, tag_of(lower),
                     network, by_id_bytes(&hash), &lower->lower.root);
}
