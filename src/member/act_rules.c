#include "member/act_rules.h"

#include "base/limits.h"
#include "base/text.h"

#define KIND_BYTES_MAX 32u
#define COUNTRY_BYTES  3u
#define NAMES_MAX      BY_MAP_KEYS_MAX

/* Names are shown in lists, so they are one line. */
static enum banyan_status check_line(struct by_bytes text, size_t size_min)
{
    if (text.size < size_min || text.size > BY_ORG_NAME_BYTES_MAX)
        return BANYAN_ERR_INVALID;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n' || text.data[i] == '\t')
            return BANYAN_ERR_BAD_TEXT;
    return by_text_check(text);
}

static bool is_country(struct by_bytes country)
{
    if (country.size != COUNTRY_BYTES)
        return false;
    for (size_t i = 0; i < country.size; i++)
        if (country.data[i] < 'A' || country.data[i] > 'Z')
            return false;
    return true;
}

static bool is_kind(struct by_bytes kind)
{
    if (kind.size < 1 || kind.size > KIND_BYTES_MAX)
        return false;
    for (size_t i = 0; i < kind.size; i++)
        if ((kind.data[i] < 'a' || kind.data[i] > 'z') && kind.data[i] != '_')
            return false;
    return true;
}

enum banyan_status by_org_profile_check(const struct by_org_profile *profile)
{
    if (!is_country(profile->country) || !is_kind(profile->kind))
        return BANYAN_ERR_INVALID;
    return check_line(profile->name, 1);
}

static enum banyan_status check_names(const struct by_value *names)
{
    if (names->kind != BY_VALUE_MAP || names->map.count < 1 || names->map.count > NAMES_MAX)
        return BANYAN_ERR_INVALID;
    for (size_t i = 0; i < names->map.count; i++) {
        const struct by_pair *pair = &names->map.pairs[i];
        enum banyan_status status = BANYAN_OK;

        if (!by_text_is_language(pair->key) || pair->value.kind != BY_VALUE_TEXT)
            return BANYAN_ERR_INVALID;
        status = check_line(pair->value.bytes, 1);
        if (status != BANYAN_OK)
            return status;
    }
    return BANYAN_OK;
}

static bool certificates_clash(const struct by_certificate *a, const struct by_certificate *b)
{
    return by_id_equal(&a->device, &b->device) || by_id_equal(&a->transport, &b->transport);
}

/* Whether a device of either founder shares a key with a device of the other; or, for a founder and
 * itself, whether two of its devices do. */
static bool devices_clash(const struct by_founder *a, const struct by_founder *b)
{
    for (size_t i = 0; i < a->device_count; i++)
        for (size_t j = a == b ? i + 1 : 0; j < b->device_count; j++)
            if (certificates_clash(&a->devices[i], &b->devices[j]))
                return true;
    return false;
}

static enum banyan_status check_founder(const struct by_founder *founders, size_t index)
{
    const struct by_founder *founder = &founders[index];

    if (founder->device_count < 1 || founder->device_count > BY_FOUNDER_DEVICES_MAX)
        return BANYAN_ERR_INVALID;
    for (size_t i = 0; i <= index; i++) {
        if (i < index && by_id_equal(&founders[i].profile.id, &founder->profile.id))
            return BANYAN_ERR_INVALID;
        if (devices_clash(&founders[i], founder))
            return BANYAN_ERR_INVALID;
    }
    return by_org_profile_check(&founder->profile);
}

static enum banyan_status check_genesis(const struct by_act *act)
{
    enum banyan_status status = BANYAN_OK;

    if (act->genesis.level > BY_ACT_LEVEL)
        return BANYAN_ERR_UPGRADE;
    if (act->genesis.level < 1 || act->genesis.quorum > BY_FOUNDERS_MAX)
        return BANYAN_ERR_INVALID;
    if (act->genesis.founder_count < 1 || act->genesis.founder_count > BY_FOUNDERS_MAX)
        return BANYAN_ERR_INVALID;
    if (act->genesis.types.kind != BY_VALUE_MAP)
        return BANYAN_ERR_INVALID;
    for (size_t i = 0; i < act->genesis.founder_count && status == BANYAN_OK; i++)
        status = check_founder(act->genesis.founders, i);
    return status == BANYAN_OK ? check_names(&act->genesis.names) : status;
}

static bool is_role(enum by_role role)
{
    return role >= BY_ROLE_READER && role <= BY_ROLE_COORDINATOR;
}

static enum banyan_status check_invite(const struct by_act *act)
{
    if (!is_role(act->invite.role) || act->invite.expires_ms > BY_INVITE_EXPIRES_MS_MAX)
        return BANYAN_ERR_INVALID;
    return check_line(act->invite.name, 0);
}

static enum banyan_status check_types(const struct by_value *body)
{
    const struct by_value *types = body->kind == BY_VALUE_MAP ? by_value_get(body, "types") : NULL;

    return types != NULL && types->kind == BY_VALUE_MAP ? BANYAN_OK : BANYAN_ERR_INVALID;
}

/* A device has a right or none. That an organisation is named beside one says that its root key
 * signed. */
static bool is_lower(const struct by_act *act)
{
    bool names_org = !by_id_is_zero(&act->lower.organisation);

    if (act->lower.cut.act_count > BY_CUT_ACTS_MAX || act->lower.cut.tip_count > BY_CUT_TIPS_MAX)
        return false;
    if (!act->lower.has_root && !by_id_is_zero(&act->lower.signer))
        return false;
    if (act->lower.is_device)
        return act->lower.role == BY_ROLE_NONE && names_org == act->lower.has_root &&
               !act->lower.has_key;
    if (act->lower.has_key)
        return act->lower.role == BY_ROLE_COORDINATOR;
    return !act->lower.has_root && act->lower.role < BY_ROLE_COORDINATOR;
}

enum banyan_status by_act_check(const struct by_act *act)
{
    switch ((unsigned)act->kind) {
    case BY_KIND_GENESIS:
        return check_genesis(act);
    case BY_KIND_INVITE:
        return check_invite(act);
    case BY_KIND_JOIN:
        return by_org_profile_check(&act->join.profile);
    case BY_KIND_ROLE:
        return is_role(act->role.role) && act->role.until_ms <= BY_ROLE_UNTIL_MS_MAX
                   ? BANYAN_OK
                   : BANYAN_ERR_INVALID;
    case BY_KIND_LOWER:
        return is_lower(act) ? BANYAN_OK : BANYAN_ERR_INVALID;
    case BY_KIND_LEVEL:
        return act->level.level >= 1 && act->level.level <= BY_LEVEL_MAX ? BANYAN_OK
                                                                         : BANYAN_ERR_INVALID;
    case BY_KIND_TIPS:
        return act->tips.cut.tip_count <= BY_CUT_TIPS_MAX ? BANYAN_OK : BANYAN_ERR_INVALID;
    case BY_KIND_ERASE:
        return act->erase.seq <= INT64_MAX ? BANYAN_OK : BANYAN_ERR_INVALID;
    case BY_KIND_TYPES:
        return check_types(&act->types.body);
    case BY_KIND_DEVICE:
        return act->device.name.size <= BY_DEVICE_NAME_BYTES_MAX ? check_line(act->device.name, 0)
                                                                 : BANYAN_ERR_INVALID;
    case BY_KIND_ALLOW:
    case BY_KIND_ADMIT:
    case BY_KIND_OPEN:
    case BY_KIND_APPROVE:
        return BANYAN_OK;
    }
    return BANYAN_ERR_UPGRADE;
}
