#include "view/gather.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "log/fork.h"

/* Headers of a forked or cut log, on their way to being counted. */
struct header_list {
    struct by_arena sealed; /* of a cut log the sealed headers, with their seals */
    bool is_cut;
    struct by_fork_entry *entries;
    size_t count;
    size_t capacity;
};

static enum banyan_status add_header(void *context, const struct by_entry *entry)
{
    struct header_list *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 256 : list->capacity * 2;
        struct by_fork_entry *grown = realloc(list->entries, capacity * sizeof grown[0]);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        list->entries = grown;
        list->capacity = capacity;
    }
    struct by_fork_entry *added = &list->entries[list->count++];
    *added = (struct by_fork_entry){
        .id = entry->id, .prev = entry->header.prev, .seq = entry->header.seq};
    if (!list->is_cut || !by_entry_is_sealed(entry))
        return BANYAN_OK;
    uint8_t *sealed = by_arena_alloc(&list->sealed, BY_TIP_BYTES);
    if (sealed == NULL)
        return BANYAN_ERR_MEMORY;
    by_log_tip_encode(entry, sealed);
    added->sealed = sealed;
    return BANYAN_OK;
}

static enum banyan_status keep_left_out(struct by_log_standing *standing, struct by_arena *arena,
                                        const struct header_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += !list->entries[i].counts;
    standing->left_out = by_arena_array(arena, count + 1, sizeof standing->left_out[0]);
    if (standing->left_out == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        if (!list->entries[i].counts)
            standing->left_out[standing->left_out_count++] = list->entries[i].id;
    qsort(standing->left_out, count, sizeof standing->left_out[0], by_id_order);
    return BANYAN_OK;
}

static enum banyan_status judge(struct by_standings *standings, struct by_log_standing *standing,
                                struct by_store_txn *txn, const struct by_charter_log *log)
{
    struct header_list list = {.sealed = BY_ARENA_INIT, .is_cut = log->is_cut};
    enum banyan_status status = by_store_log_headers(txn, &standing->log, false, add_header, &list);
    if (status == BANYAN_OK || status == BANYAN_ERR_DAMAGED)
        status = log->is_cut ? by_fork_count_cut(list.entries, list.count, log->tips,
                                                 log->tip_count, &standings->network)
                             : by_fork_count(list.entries, list.count);
    if (status == BANYAN_OK)
        status = keep_left_out(standing, &standings->arena, &list);
    free(list.entries);
    by_arena_deinit(&list.sealed);
    return status;
}

/* An unforked log that is held up to the one tip it is cut at. */
static bool counts_whole(const struct by_charter_log *log, const struct by_store_log *held)
{
    if (held->is_forked)
        return false;
    return !log->is_cut || (log->tip_count == 1 && log->tips[0].seq == held->tip_seq &&
                            by_id_equal(&log->tips[0].id, &held->tip));
}

/* Of a damaged log counts what can be read. */
static enum banyan_status add_standing(struct by_standings *standings, struct by_store_txn *txn,
                                       const struct by_charter_log *log)
{
    struct by_log_standing *standing = &standings->items[standings->count];
    struct by_store_log held = {.is_forked = false};
    enum banyan_status status = by_store_log_find(txn, &log->log, false, &held);
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
        return status;
    *standing = (struct by_log_standing){
        .log = log->log, .organisation = log->organisation, .role = log->role};
    standings->count++;
    return counts_whole(log, &held) ? BANYAN_OK : judge(standings, standing, txn, log);
}

enum banyan_status by_standings_init(struct by_standings *standings, struct by_store_txn *txn,
                                     const struct by_charter *charter)
{
    size_t log_count;
    const struct by_charter_log *logs = by_charter_logs(charter, &log_count);
    *standings =
        (struct by_standings){.arena = BY_ARENA_INIT, .network = *by_charter_network(charter)};
    standings->items = by_arena_array(&standings->arena, log_count + 1, sizeof standings->items[0]);
    enum banyan_status status = standings->items == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    for (size_t i = 0; i < log_count && status == BANYAN_OK; i++)
        status = add_standing(standings, txn, &logs[i]);
    if (status != BANYAN_OK)
        by_standings_deinit(standings);
    return status;
}

struct listing {
    struct by_standings *standings;
    const struct by_id *organisation;
    size_t capacity;
};

static enum banyan_status add_private(void *context, const struct by_store_log *log)
{
    struct listing *listing = context;
    struct by_standings *standings = listing->standings;
    if (log->is_act_log)
        return BANYAN_OK;
    if (standings->count == listing->capacity) {
        size_t capacity = listing->capacity == 0 ? 4 : listing->capacity * 2;
        struct by_log_standing *grown =
            by_arena_array(&standings->arena, capacity, sizeof grown[0]);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        if (standings->count > 0)
            memcpy(grown, standings->items, standings->count * sizeof grown[0]);
        standings->items = grown;
        listing->capacity = capacity;
    }
    standings->items[standings->count++] = (struct by_log_standing){
        .log = log->log, .organisation = *listing->organisation, .role = BY_ROLE_MEMBER};
    return BANYAN_OK;
}

enum banyan_status by_standings_private(struct by_standings *standings, struct by_store_txn *txn,
                                        const struct by_id *network,
                                        const struct by_id *organisation)
{
    struct listing listing = {.standings = standings, .organisation = organisation};
    *standings = (struct by_standings){.arena = BY_ARENA_INIT, .network = *network};
    enum banyan_status status = by_store_logs(txn, add_private, &listing);
    /* Of a damaged log counts what can be read. */
    if (status == BANYAN_ERR_DAMAGED)
        status = BANYAN_OK;
    if (status != BANYAN_OK)
        by_standings_deinit(standings);
    return status;
}

void by_standings_deinit(struct by_standings *standings)
{
    by_arena_deinit(&standings->arena);
    *standings = (struct by_standings){.arena = BY_ARENA_INIT};
}

static int order_by_log(const void *key, const void *standing)
{
    return by_log_id_compare(key, &((const struct by_log_standing *)standing)->log);
}

const struct by_log_standing *
by_standings_find(const struct by_standings *standings, const struct by_log_id *log)
{
    return bsearch(log, standings->items, standings->count, sizeof standings->items[0],
                   order_by_log);
}

bool by_standing_counts(const struct by_log_standing *standing, const struct by_id *entry)
{
    return standing->left_out_count == 0 ||
           bsearch(entry, standing->left_out, standing->left_out_count,
                   sizeof standing->left_out[0], by_id_order) == NULL;
}

void by_standing_encode(const struct by_log_standing *standing,
                        uint8_t out_bytes[BY_STANDING_BYTES])
{
    struct by_id digest = {{0}};
    if (standing->left_out_count > 0)
        by_hash_bytes(BY_TAG_CHECKSUM,
                      by_bytes_of(standing->left_out,
                                  standing->left_out_count * sizeof standing->left_out[0]),
                      &digest);
    out_bytes[0] = (uint8_t)standing->role;
    memcpy(out_bytes + 1, standing->organisation.bytes, sizeof standing->organisation.bytes);
    memcpy(out_bytes + 33, digest.bytes, sizeof digest.bytes);
}

static struct by_operation *next_slot(struct by_gathering *gathering)
{
    if (gathering->count == gathering->capacity) {
        size_t capacity = gathering->capacity == 0 ? 8 : gathering->capacity * 2;
        struct by_operation *grown = by_arena_array(gathering->arena, capacity, sizeof grown[0]);
        if (grown == NULL)
            return NULL;
        if (gathering->count > 0)
            memcpy(grown, gathering->operations, gathering->count * sizeof grown[0]);
        gathering->operations = grown;
        gathering->capacity = capacity;
    }
    return &gathering->operations[gathering->count];
}

enum banyan_status by_gathering_add(struct by_gathering *gathering, const struct by_entry *entry)
{
    const struct by_log_standing *standing =
        by_standings_find(gathering->standings, &entry->header.log);
    if (entry->header.kind != BY_KIND_OPERATION || standing == NULL ||
        !by_standing_counts(standing, &entry->id))
        return BANYAN_OK;
    struct by_operation *operation = next_slot(gathering);
    struct by_bytes links, payload;
    if (operation == NULL)
        return BANYAN_ERR_MEMORY;
    enum banyan_status status = by_arena_copy(gathering->arena, entry->links, &links);
    if (status == BANYAN_OK)
        status = by_arena_copy(gathering->arena, entry->payload, &payload);
    if (status == BANYAN_OK)
        status = by_operation_decode(links, payload, gathering->arena, operation);
    if (status != BANYAN_OK)
        return status;
    operation->id = entry->id;
    operation->hlc = entry->header.hlc;
    operation->organisation = standing->organisation;
    operation->device = entry->header.log.device;
    operation->role = (uint8_t)standing->role;
    gathering->count++;
    return BANYAN_OK;
}

static enum banyan_status add_operation(void *context, const struct by_entry *entry)
{
    return by_gathering_add(context, entry);
}

static int order_by_id(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_operation *)a)->id,
                         &((const struct by_operation *)b)->id);
}

enum banyan_status by_gather(struct by_store_txn *txn, const struct by_standings *standings,
                             const struct by_record_name *name, struct by_arena *arena,
                             struct by_operation **out_operations, size_t *out_count,
                             size_t *out_damaged)
{
    struct by_gathering gathering = {.standings = standings, .arena = arena};
    enum banyan_status status =
        by_store_record_entries(txn, name, add_operation, &gathering, out_damaged);
    if (status != BANYAN_OK)
        return status;
    if (gathering.count > 0)
        qsort(gathering.operations, gathering.count, sizeof gathering.operations[0], order_by_id);
    *out_operations = gathering.operations;
    *out_count = gathering.count;
    return BANYAN_OK;
}

bool by_gathered_is_put(const struct by_operation *operations, size_t count,
                        const struct by_record_name *name)
{
    for (size_t i = 0; i < count; i++)
        if (operations[i].links.op == BY_OP_PUT &&
            by_id_equal(&operations[i].organisation, &name->owner))
            return true;
    return false;
}

/* Whether the record is one that this device may keep for itself: its own organisation's, and not
 * put into the logs of the network. */
static bool may_be_private(const struct by_sources *sources, const struct by_record_name *name,
                           const struct by_gathered *gathered)
{
    return sources->private_txn != NULL && by_id_equal(&name->owner, &sources->organisation) &&
           !by_gathered_is_put(gathered->operations, gathered->count, name);
}

enum banyan_status by_gather_shown(const struct by_sources *sources,
                                   const struct by_record_name *name, struct by_arena *arena,
                                   struct by_gathered *out_gathered)
{
    struct by_operation *operations = NULL;
    size_t count = 0;
    *out_gathered = (struct by_gathered){.count = 0};
    enum banyan_status status = by_gather(sources->txn, sources->standings, name, arena,
                                          &out_gathered->operations, &out_gathered->count, NULL);
    if (status == BANYAN_OK && may_be_private(sources, name, out_gathered))
        status = by_gather(sources->private_txn, sources->private_standings, name, arena,
                           &operations, &count, NULL);
    if (status == BANYAN_OK && count > 0)
        *out_gathered = (struct by_gathered){.operations = operations,
                                             .count = count,
                                             .is_private = true,
                                             .shared = out_gathered->operations,
                                             .shared_count = out_gathered->count};
    return status;
}
