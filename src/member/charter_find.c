#include "member/charter_state.h"

const struct by_id *by_charter_network(const struct by_charter *charter)
{
    return &charter->network;
}

bool by_charter_has_genesis(const struct by_charter *charter)
{
    return charter->genesis != BY_NONE && charter->counts[charter->genesis];
}

const struct by_value *by_charter_names(const struct by_charter *charter)
{
    return by_charter_has_genesis(charter) ? &charter->acts[charter->genesis].body.genesis.names
                                           : NULL;
}

uint32_t by_charter_level(const struct by_charter *charter)
{
    return charter->level;
}

const struct by_value *by_charter_types(const struct by_charter *charter)
{
    return charter->types_count == 0 ? NULL : by_value_get(charter->types[0].body, "types");
}

const struct by_charter_saying *by_charter_types_acts(const struct by_charter *charter,
                                                      size_t *out_count,
                                                      const struct by_charter_saying **out_base)
{
    *out_count = charter->types_count;
    *out_base = charter->types_count > 1 ? &charter->types_base : NULL;
    return charter->types;
}

const struct by_value *
by_charter_types_body_of(const struct by_charter *charter, const struct by_id *act)
{
    for (size_t i = 0; i < charter->count; i++)
        if (charter->acts[i].kind == BY_KIND_TYPES && by_id_equal(&charter->acts[i].id, act))
            return &charter->acts[i].body.types.body;
    return NULL;
}

bool by_charter_types_act(const struct by_charter *charter, struct by_id *out_act)
{
    if (charter->types_count == 0)
        return false;
    *out_act = charter->types[0].act;
    return true;
}

const struct by_charter_motion *
by_charter_motions(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->motion_count;
    return charter->motions;
}

const struct by_charter_org *by_charter_orgs(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->org_count;
    return charter->org_list;
}

const struct by_charter_device *
by_charter_devices(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->device_count;
    return charter->device_list;
}

const struct by_charter_log *by_charter_logs(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->log_count;
    return charter->log_list;
}

const struct by_charter_join *
by_charter_pending_joins(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->pending_count;
    return charter->pending;
}

const struct by_charter_join *
by_charter_unacknowledged_joins(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->unacknowledged_count;
    return charter->unacknowledged;
}

const struct by_charter_join *
by_charter_suspended_joins(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->suspended_count;
    return charter->suspended;
}

const struct by_charter_invite *
by_charter_invites(const struct by_charter *charter, size_t *out_count)
{
    *out_count = charter->invite_count;
    return charter->invites;
}

static int order_org(const void *key, const void *item)
{
    return by_id_compare(key, &((const struct by_charter_org *)item)->profile.id);
}

static int order_device(const void *key, const void *item)
{
    return by_id_compare(key, &((const struct by_charter_device *)item)->certificate.device);
}

static int order_log(const void *key, const void *item)
{
    return by_log_id_compare(key, &((const struct by_charter_log *)item)->log);
}

const struct by_charter_org *
by_charter_org_find(const struct by_charter *charter, const struct by_id *org)
{
    return bsearch(org, charter->org_list, charter->org_count, sizeof *charter->org_list,
                   order_org);
}

const struct by_charter_device *
by_charter_device_find(const struct by_charter *charter, const struct by_id *device)
{
    return bsearch(device, charter->device_list, charter->device_count,
                   sizeof *charter->device_list, order_device);
}

const struct by_charter_log *
by_charter_log_find(const struct by_charter *charter, const struct by_log_id *log)
{
    return bsearch(log, charter->log_list, charter->log_count, sizeof *charter->log_list,
                   order_log);
}

enum by_role by_charter_role(const struct by_charter *charter, const struct by_id *org)
{
    const struct by_charter_org *found = by_charter_org_find(charter, org);

    return found != NULL ? found->role : BY_ROLE_NONE;
}

enum by_role
by_charter_device_role(const struct by_charter *charter, const struct by_charter_device *device)
{
    return device->is_revoked ? BY_ROLE_NONE : by_charter_role(charter, &device->organisation);
}
