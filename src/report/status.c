/* The state of the home in one document. */
#include "admin/approve.h"
#include "core/admit.h"
#include "core/answer.h"
#include "core/counts.h"
#include "core/held.h"
#include "core/log_list.h"
#include "live/heard.h"
#include "report/report.h"
#include "report/standings.h"

/* What the logs hold; a fork counts by its longest branch. */
struct totals {
    uint64_t logs;
    uint64_t entries;
    uint64_t bytes;
};

static enum banyan_status add_log(void *context, const struct by_store_log *log)
{
    struct totals *totals = context;

    totals->logs++;
    totals->entries += log->tip_seq + 1;
    return BANYAN_OK;
}

static enum banyan_status add_logs(void *context, struct by_store_txn *txn)
{
    return by_store_logs(txn, add_log, context);
}

/* The organisation's own words, from its join, while no charter knows it. */
struct own_join {
    struct by_node *node;
    struct by_arena *arena;
    struct by_org_profile profile;
    struct by_id join;
};

static enum banyan_status find_join(void *context, const struct by_store_block *block)
{
    struct own_join *own = context;

    for (size_t i = 0; i < block->run.count; i++) {
        const struct by_entry *entry = &block->run.entries[i];
        struct by_bytes payload;
        struct by_act act;
        if (entry->header.kind != BY_KIND_JOIN ||
            by_arena_copy(own->arena, entry->payload, &payload) != BANYAN_OK ||
            by_act_decode(BY_KIND_JOIN, payload, own->arena, &act) != BANYAN_OK)
            continue;
        if (by_id_equal(&act.join.profile.id, &own->node->organisation)) {
            own->profile = act.join.profile;
            own->join = entry->id;
        }
    }
    return BANYAN_OK;
}

static enum banyan_status find_own_join(void *context, struct by_store_txn *txn)
{
    struct own_join *own = context;
    struct by_log_list logs = {0};
    enum banyan_status status = by_log_list_read(&logs, txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++)
        if (logs.logs[i].is_act_log)
            status = by_store_log_blocks(txn, &logs.logs[i].log, true, 0, find_join, own);
    by_log_list_deinit(&logs);
    return status;
}

/* out_join: zero once it is taken in. */
static enum banyan_status find_profile(struct by_node *node, struct by_arena *arena,
                                       struct by_org_profile *out_profile, struct by_id *out_join,
                                       struct banyan_error *error)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);
    struct own_join own = {.node = node, .arena = arena};
    enum banyan_status status = BANYAN_OK;

    if (org == NULL)
        status = by_store_read(node->store, find_own_join, &own, error);
    *out_profile = org == NULL ? own.profile : org->profile;
    *out_join = own.join;
    return status;
}

static void write_network(struct by_json *json, const struct by_node *node)
{
    const struct by_value *names = by_charter_names(node->charter);

    by_json_key(json, "network");
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&node->network));
    by_json_key(json, "names");
    if (names == NULL) {
        by_json_object_begin(json);
        by_json_object_end(json);
    } else {
        by_json_value(json, names);
    }
    by_json_object_end(json);
}

/* Roles that were given until a day: of each organisation, since whoever reads may remind it. */
static void write_reminders(struct by_json *json, const struct by_node *node)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    by_json_key(json, "reminders");
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        if (orgs[i].until_ms == 0 || orgs[i].role == BY_ROLE_NONE)
            continue;
        by_json_object_begin(json);
        by_json_key(json, "organisation");
        by_json_organisation(json, node, &orgs[i].profile.id);
        by_json_key(json, "role");
        by_json_literal(json, by_role_name(orgs[i].role));
        by_json_key(json, "until");
        by_json_ms(json, orgs[i].until_ms);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static void write_removal(struct by_json *json, const struct by_node *node)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, &node->organisation);
    bool is_removed = by_node_is_removed(node);

    by_json_key(json, "removed");
    by_json_bool(json, is_removed);
    by_json_key(json, "removed_by");
    if (is_removed)
        by_json_organisation(json, node, &org->lowered_by);
    else
        by_json_null(json);
    by_json_key(json, "removed_at");
    by_json_stamp(json, is_removed ? org->lowered_hlc : 0);
}

/* This device alone, or with its organisation. */
static void write_revocation(struct by_json *json, const struct by_node *node)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &node->device.public_key);
    bool is_revoked = device != NULL && device->is_revoked;

    by_json_key(json, "revoked");
    by_json_bool(json, is_revoked);
    by_json_key(json, "revoked_by");
    if (is_revoked)
        by_json_organisation(json, node, &device->revoked_by);
    else
        by_json_null(json);
    by_json_key(json, "revoked_at");
    by_json_stamp(json, is_revoked ? device->revoked_hlc : 0);
}

static void write_organisation(struct by_json *json, const struct by_node *node,
                               const struct by_org_profile *profile)
{
    by_json_key(json, "organisation");
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&node->organisation));
    by_json_key(json, "name");
    by_json_text(json, profile->name);
    by_json_key(json, "country");
    by_json_text(json, profile->country);
    by_json_key(json, "kind");
    by_json_text(json, profile->kind);
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(by_node_role(node)));
    by_json_object_end(json);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(&node->device.public_key));
    by_json_key(json, "passphrase");
    by_json_bool(json, node->is_sealed);
    by_json_key(json, "waiting");
    by_json_bool(json, by_node_role(node) == BY_ROLE_NONE && !by_node_is_removed(node));
    write_removal(json, node);
    write_revocation(json, node);
}

/* What a newcomer reads out to whom it knows in the network. */
static void write_digits(struct by_json *json, const struct by_id *join)
{
    char digits[BY_JOIN_DIGITS_BYTES];

    by_json_key(json, "digits");
    if (by_id_is_zero(join) || by_join_digits(join, digits) != BANYAN_OK)
        by_json_null(json);
    else
        by_json_literal(json, digits);
}

static void
write_counts(struct by_json *json, const struct by_node *node, const struct by_value *counts)
{
    static const char *const keys[] = {"records", "deleted", "private", "conflicts", "proposals"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        by_json_key(json, keys[i]);
        by_json_value(json, by_value_get(counts, keys[i]));
    }
    by_json_key(json, "members");
    by_json_int(json, (int64_t)by_counts_members(node));
}

static void
write_heard(struct by_json *json, const struct by_node *node, const struct by_heard *heard)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(node->charter, &count);

    by_json_key(json, "heard");
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        if (heard[i].hlc == 0)
            continue;
        by_json_object_begin(json);
        by_json_key(json, "organisation");
        by_json_organisation(json, node, &orgs[i].profile.id);
        by_json_key(json, "as_of");
        by_json_stamp(json, heard[i].hlc);
        by_json_key(json, "via");
        by_json_organisation(json, node, &heard[i].via);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

enum banyan_status by_report_status(struct by_node *node, const struct by_present *present,
                                    size_t present_count, struct by_buffer *out,
                                    struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_org_profile profile;
    struct by_id join = {{0}};
    struct totals totals = {0};
    struct by_heard *heard;
    struct by_standing_row *standings;
    size_t standing_count;
    struct by_value counts;
    char digits[BY_FINGERPRINT_TEXT_BYTES];
    struct by_json json;

    enum banyan_status status = by_node_view(node, NULL, error);
    if (status == BANYAN_OK)
        status = find_profile(node, &arena, &profile, &join, error);
    if (status == BANYAN_OK)
        status = by_counts_read(node, &arena, &counts, error);
    if (status == BANYAN_OK)
        status = by_counts_fingerprint(node, digits, error);
    if (status == BANYAN_OK)
        status = by_heard_read(node, &arena, &heard, error);
    if (status == BANYAN_OK)
        status = by_standings_read(node, &arena, &standings, &standing_count, error);
    if (status == BANYAN_OK)
        status = by_store_read(node->store, add_logs, &totals, error);
    if (status == BANYAN_OK)
        status = by_home_log_bytes(node->home, &totals.bytes, error);
    if (status != BANYAN_OK)
        goto out;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "home");
    by_json_literal(&json, node->home);
    write_network(&json, node);
    write_organisation(&json, node, &profile);
    write_digits(&json, &join);
    write_counts(&json, node, &counts);
    by_json_key(&json, "fingerprint");
    by_json_literal(&json, digits);
    by_json_key(&json, "logs");
    by_json_int(&json, (int64_t)totals.logs);
    by_json_key(&json, "entries");
    by_json_int(&json, (int64_t)totals.entries);
    by_json_key(&json, "bytes");
    by_json_int(&json, (int64_t)totals.bytes);
    write_heard(&json, node, heard);
    by_json_standings(&json, node, standings, standing_count, present, present_count);
    by_json_key(&json, "newcomers");
    by_json_newcomers(&json, node, NULL);
    by_json_key(&json, "approvals");
    by_json_motions(&json, node);
    write_reminders(&json, node);
    by_json_key(&json, "held");
    status = by_json_held(&json, node, error);
    by_json_object_end(&json);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
out:
    by_arena_deinit(&arena);
    return status;
}
