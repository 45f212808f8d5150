#include "core/settle.h"

#include <stdlib.h>
#include <string.h>

#include "base/hlc.h"
#include "core/append.h"
#include "core/edit.h"
#include "core/local.h"
#include "crypto/hash.h"

struct settling {
    struct by_arena arena; /* emptied when the transaction runs again */
    struct by_bytes *names;
    size_t name_count;
};

/* -- newcomers -- */

static bool is_invite_taken(const struct by_charter_join *joins, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (by_id_equal(&joins[i].invite, &joins[before].invite))
            return true;
    return false;
}

static bool may_come_in(const struct by_charter_join *joins, size_t at, uint64_t wall_ms)
{
    const struct by_charter_join *join = &joins[at];
    bool is_expired = join->expires_ms != 0 && join->expires_ms <= wall_ms;

    return !join->invite_is_used && !is_expired && !join->asks_confirm &&
           !is_invite_taken(joins, at);
}

static enum banyan_status admit(struct by_append *append, const struct by_id *join)
{
    struct by_act act = {.kind = BY_KIND_ADMIT, .admit.join = *join};

    return by_append_act(append, &act, NULL);
}

static enum banyan_status admit_newcomers(struct settling *settling, struct by_append *append)
{
    size_t count;
    const struct by_charter_join *joins = by_charter_pending_joins(append->node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    settling->names = by_arena_array(&settling->arena, count + 1, sizeof *settling->names);
    settling->name_count = 0;
    if (settling->names == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (!may_come_in(joins, i, append->wall_ms))
            continue;
        status = admit(append, &joins[i].join);
        if (status == BANYAN_OK)
            status = by_arena_copy(&settling->arena, joins[i].profile.name,
                                   &settling->names[settling->name_count++]);
    }
    return status;
}

/* Two newcomers with one invitation: which of them was meant is for people to say. */
static bool may_be_confirmed(const struct by_charter_join *join)
{
    return !join->invite_is_used;
}

static enum banyan_status acknowledge(struct by_append *append)
{
    size_t count;
    const struct by_charter_join *joins =
        by_charter_unacknowledged_joins(append->node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (may_be_confirmed(&joins[i]))
            status = admit(append, &joins[i].join);
    return status;
}

/* -- the own record -- */

/* The same on each device of the organisation, so that two of them cannot put it twice. */
static struct by_record_name
own_record(const struct by_node *node, const struct by_charter_org *org)
{
    struct by_id hash;

    by_hash_bytes(BY_TAG_RECORD_NAME, by_id_bytes(&node->organisation), &hash);
    return (struct by_record_name){.owner = node->organisation,
                                   .uuid = by_uuid7(by_hlc_ms(org->since_hlc), hash.bytes)};
}

static enum banyan_status note_entry(void *context, const struct by_entry *entry)
{
    bool *is_there = context;

    (void)entry;
    *is_there = true;
    return BANYAN_OK;
}

static enum banyan_status
has_record(struct by_store_txn *txn, const struct by_node *node, bool *out_has)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);
    struct by_record_name name = own_record(node, org);

    *out_has = false;
    return by_store_record_entries(txn, &name, note_entry, out_has, NULL);
}

/* Names are in no language that we know of: "und" says so (BCP 47). */
static enum banyan_status put_own_record(struct by_append *append)
{
    const struct by_node *node = append->node;
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);
    struct by_record_name name = own_record(node, org);
    struct by_arena arena = BY_ARENA_INIT;
    char member[65];

    by_hex(by_id_bytes(&node->organisation), member);
    const struct banyan_field fields[] = {
        {"name.und", by_arena_text(&arena, org->profile.name), BANYAN_SET},
        {"kind", by_arena_text(&arena, org->profile.kind), BANYAN_SET},
        {"country", by_arena_text(&arena, org->profile.country), BANYAN_SET},
        {"member", member, BANYAN_SET}};
    enum banyan_status status = by_edit_put(append, &name, by_bytes_of_text("org"), fields,
                                            sizeof fields / sizeof fields[0]);
    by_arena_deinit(&arena);
    return status;
}

/* -- all of it -- */

static enum banyan_status settle(void *context, struct by_append *append)
{
    struct settling *settling = context;
    const struct by_node *node = append->node;
    bool has = true;

    by_arena_reset(&settling->arena);
    enum banyan_status status = admit_newcomers(settling, append);
    if (status == BANYAN_OK && by_node_role(node) == BY_ROLE_COORDINATOR)
        status = acknowledge(append);
    if (status == BANYAN_OK && by_type_set_has(node->types, by_bytes_of_text("org")))
        status = has_record(append->txn, node, &has);
    if (status == BANYAN_OK && !has) {
        status = put_own_record(append);
        /* A network whose types do not fit such a record takes people in all the same. */
        if (status == BANYAN_ERR_UPGRADE || banyan_status_class(status) == BANYAN_CLASS_DATA)
            status = BANYAN_OK;
    }
    return status;
}

struct looking {
    const struct by_node *node;
    bool has_record;
};

static enum banyan_status look(void *context, struct by_store_txn *txn)
{
    struct looking *looking = context;

    return has_record(txn, looking->node, &looking->has_record);
}

/* Joins that stay out (expired, used, contested) must not cost a commit each time. */
static bool has_newcomers(const struct by_node *node)
{
    size_t count;
    const struct by_charter_join *joins = by_charter_pending_joins(node->charter, &count);

    for (size_t i = 0; i < count; i++)
        if (may_come_in(joins, i, by_os_wall_ms()))
            return true;
    if (by_node_role(node) != BY_ROLE_COORDINATOR)
        return false;
    joins = by_charter_unacknowledged_joins(node->charter, &count);
    for (size_t i = 0; i < count; i++)
        if (may_be_confirmed(&joins[i]))
            return true;
    return false;
}

static enum banyan_status
is_needed(struct by_node *node, bool *out_is_needed, struct banyan_error *error)
{
    struct looking looking = {.node = node};

    *out_is_needed = has_newcomers(node);
    if (*out_is_needed || !by_type_set_has(node->types, by_bytes_of_text("org")))
        return BANYAN_OK;
    enum banyan_status status = by_store_read(node->store, look, &looking, error);
    *out_is_needed = status == BANYAN_OK && !looking.has_record;
    return status;
}

enum banyan_status
by_settle(struct by_node *node, struct by_json *names, struct banyan_error *error)
{
    struct settling settling = {.arena = BY_ARENA_INIT};
    bool needed = false;
    enum banyan_status status = by_node_refresh(node, error);

    if (status != BANYAN_OK || by_node_role(node) < BY_ROLE_MEMBER)
        return status;
    status = is_needed(node, &needed, error);
    if (status == BANYAN_OK && needed)
        status = by_append_run(node, settle, &settling, error);
    for (size_t i = 0; status == BANYAN_OK && names != NULL && i < settling.name_count; i++)
        by_json_text(names, settling.names[i]);
    by_arena_deinit(&settling.arena);
    return status;
}
