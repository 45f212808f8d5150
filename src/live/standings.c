#include "live/standings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/kept_notes.h"
#include "sync/standing.h"

#define NAME_BYTES sizeof "met " + 64
/* Entries whose records are counted in one report, of all devices together. */
#define COUNTED_ENTRIES_MAX 50000u

/* A record log as it is here. */
struct own_log {
    uint8_t key[BY_STANDING_KEY_BYTES];
    struct by_log_id log;
    uint64_t count; /* entries that count */
};
/* Extents that were counted already: devices often lack the same. */
struct counted {
    struct by_extent *items;
    size_t count;
    const struct by_standing_row *row;
};
struct comparing {
    const struct by_node *node;
    struct by_arena *arena;
    struct own_log *logs;
    size_t log_count;
    struct by_standing_row *rows;
    size_t row_count;
    struct by_bytes *standings; /* by row; empty: none */
    struct counted *counted;
    size_t counted_count;
    uint64_t entries_counted;
    struct by_extents lacking;
};

/* -- what was met -- */

static void name_of(const struct by_id *device, char out_name[NAME_BYTES])
{
    char hex[65];

    by_hex(by_id_bytes(device), hex);
    (void)snprintf(out_name, NAME_BYTES, "met %s", hex);
}

enum banyan_status by_standing_met_put(struct by_store_txn *txn, const struct by_id *device,
                                       uint64_t met_ms, struct by_bytes standing)
{
    struct by_buffer value = BY_BUFFER_INIT(8u + BY_NOTE_BODY_BYTES_MAX);
    uint8_t met[8];
    char name[NAME_BYTES];

    by_put_u64le(met, met_ms);
    name_of(device, name);
    enum banyan_status status = by_buffer_append(&value, met, sizeof met);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&value, standing);
    if (status == BANYAN_OK)
        status = by_store_local_put(txn, name, by_buffer_bytes(&value));
    by_buffer_deinit(&value);
    return status;
}

/* Where it is not as written nothing is known. Borrows until the transaction ends. */
static enum banyan_status get_met(struct by_store_txn *txn, const struct by_id *device,
                                  uint64_t *out_met_ms, struct by_bytes *out_standing)
{
    struct by_standing standing;
    struct by_bytes value;
    char name[NAME_BYTES];

    *out_met_ms = 0;
    name_of(device, name);
    enum banyan_status status = by_store_local_get(txn, name, &value);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    if (value.size <= 8)
        return BANYAN_OK;
    *out_standing = by_bytes_of(value.data + 8, value.size - 8);
    if (by_standing_read(*out_standing, &standing) == BANYAN_OK)
        *out_met_ms = by_get_u64le(value.data);
    return BANYAN_OK;
}

/* -- the newest of each device -- */

static enum banyan_status
take(struct comparing *comparing, struct by_standing_row *row, struct by_bytes standing)
{
    return by_arena_copy(comparing->arena, standing, &comparing->standings[row - comparing->rows]);
}

static enum banyan_status
find_newest(struct comparing *comparing, struct by_store_txn *txn, struct by_standing_row *row)
{
    struct by_kept_note kept;
    struct by_bytes met = {0};
    uint64_t met_ms = 0;
    enum banyan_status status = by_kept_note_get(txn, &row->device, BY_NOTE_STANDING, &kept);
    bool has_note = status == BANYAN_OK;

    if (status == BANYAN_OK || status == BANYAN_ERR_NOT_FOUND || status == BANYAN_ERR_DAMAGED)
        status = get_met(txn, &row->device, &met_ms, &met);
    if (status != BANYAN_OK)
        return status;
    /* By a clock that is ahead a note would be the newest for long. */
    if (has_note)
        row->as_of_ms = kept.note.made_ms < kept.learnt_ms ? kept.note.made_ms : kept.learnt_ms;
    row->was_met = met_ms > row->as_of_ms;
    if (row->was_met) {
        row->as_of_ms = met_ms;
        return take(comparing, row, met);
    }
    row->via = has_note ? kept.via : (struct by_id){{0}};
    return has_note ? take(comparing, row, kept.note.body) : BANYAN_OK;
}

static enum banyan_status list_rows(void *context, struct by_store_txn *txn)
{
    struct comparing *comparing = context;
    const struct by_node *node = comparing->node;
    size_t count;
    const struct by_charter_device *devices = by_charter_devices(node->charter, &count);
    enum banyan_status status = BANYAN_OK;

    comparing->row_count = 0;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_certificate *certificate = &devices[i].certificate;
        struct by_standing_row *row = &comparing->rows[comparing->row_count];

        if (by_charter_device_role(node->charter, &devices[i]) == BY_ROLE_NONE ||
            by_id_equal(&certificate->device, &node->device.public_key))
            continue;
        *row = (struct by_standing_row){
            .organisation = by_charter_org_find(node->charter, &devices[i].organisation),
            .device = certificate->device,
            .transport = certificate->transport};
        comparing->standings[comparing->row_count++] = (struct by_bytes){0};
        status = find_newest(comparing, txn, row);
    }
    return status;
}

/* -- the logs here -- */

static int order_logs(const void *a, const void *b)
{
    return memcmp(((const struct own_log *)a)->key, ((const struct own_log *)b)->key,
                  BY_STANDING_KEY_BYTES);
}

/* Of a log that was cut off what lies behind counts nowhere. */
static uint64_t count_of(const struct by_charter_log *log, uint64_t held)
{
    uint64_t most = 0;

    for (size_t i = 0; i < log->tip_count; i++)
        if (log->tips[i].seq + 1 > most)
            most = log->tips[i].seq + 1;
    return log->is_cut && most < held ? most : held;
}

static enum banyan_status list_logs(void *context, struct by_store_txn *txn)
{
    struct comparing *comparing = context;
    size_t count;
    const struct by_charter_log *logs = by_charter_logs(comparing->node->charter, &count);

    comparing->log_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct own_log *own = &comparing->logs[comparing->log_count++];
        struct by_store_log held;
        enum banyan_status status = by_store_log_find(txn, &logs[i].log, false, &held);

        if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND && status != BANYAN_ERR_DAMAGED)
            return status;
        own->log = logs[i].log;
        own->count = status == BANYAN_OK ? count_of(&logs[i], held.tip_seq + 1) : 0;
        by_standing_key(&own->log, own->key);
    }
    qsort(comparing->logs, comparing->log_count, sizeof *comparing->logs, order_logs);
    return BANYAN_OK;
}

/* -- comparing -- */

static enum banyan_status add_lacking(struct comparing *comparing, struct by_standing_row *row,
                                      const struct own_log *own, uint64_t their_count)
{
    /* What it wrote itself it has. */
    if (own->count <= their_count || by_id_equal(&own->log.device, &row->device))
        return BANYAN_OK;
    row->they_lack += own->count - their_count;
    return by_extents_add(&comparing->lacking, &own->log, their_count, own->count);
}

/* Both are sorted by key. */
static enum banyan_status compare(struct comparing *comparing, struct by_standing_row *row,
                                  const struct by_standing *standing)
{
    struct by_cursor cursor = {standing->logs};
    size_t at = 0;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < standing->count && status == BANYAN_OK; i++) {
        struct by_standing_log theirs;

        status = by_standing_next(&cursor, &theirs);
        for (; status == BANYAN_OK && at < comparing->log_count &&
               memcmp(comparing->logs[at].key, theirs.key, sizeof theirs.key) < 0;
             at++)
            if (!standing->is_partial)
                status = add_lacking(comparing, row, &comparing->logs[at], 0);
        if (status != BANYAN_OK)
            break;
        if (at == comparing->log_count ||
            memcmp(comparing->logs[at].key, theirs.key, sizeof theirs.key) != 0) {
            row->we_lack += theirs.count;
            continue;
        }
        if (theirs.count > comparing->logs[at].count)
            row->we_lack += theirs.count - comparing->logs[at].count;
        status = add_lacking(comparing, row, &comparing->logs[at++], theirs.count);
    }
    for (; status == BANYAN_OK && at < comparing->log_count && !standing->is_partial; at++)
        status = add_lacking(comparing, row, &comparing->logs[at], 0);
    return status;
}

/* -- in records -- */

static const struct by_standing_row *find_counted(const struct comparing *comparing)
{
    const struct by_extents *lacking = &comparing->lacking;

    for (size_t i = 0; i < comparing->counted_count; i++)
        if (comparing->counted[i].count == lacking->count &&
            memcmp(comparing->counted[i].items, lacking->items,
                   lacking->count * sizeof *lacking->items) == 0)
            return comparing->counted[i].row;
    return NULL;
}

static enum banyan_status remember(struct comparing *comparing, const struct by_standing_row *row)
{
    const struct by_extents *lacking = &comparing->lacking;
    struct counted *counted = &comparing->counted[comparing->counted_count];

    *counted = (struct counted){
        .items = by_arena_array(comparing->arena, lacking->count + 1, sizeof *lacking->items),
        .count = lacking->count,
        .row = row};
    if (counted->items == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(counted->items, lacking->items, lacking->count * sizeof *lacking->items);
    comparing->counted_count++;
    return BANYAN_OK;
}

static enum banyan_status
tally(struct comparing *comparing, struct by_standing_row *row, struct banyan_error *error)
{
    struct by_extents nothing = {0};
    struct by_tally *tally = NULL;
    bool is_done = false;
    enum banyan_status status = by_tally_new(&comparing->lacking, &nothing, &tally);

    while (status == BANYAN_OK && !is_done)
        status =
            by_tally_step(tally, comparing->node->store, comparing->node->charter, &is_done, error);
    if (status == BANYAN_OK)
        row->lacking = by_tally_result(tally)->sent;
    by_tally_free(tally);
    return status;
}

static enum banyan_status
count_records(struct comparing *comparing, struct by_standing_row *row, struct banyan_error *error)
{
    const struct by_standing_row *same = NULL;

    by_extents_join(&comparing->lacking);
    if (row->they_lack > 0) {
        row->first_log = comparing->lacking.items[0].log;
        row->first_seq = comparing->lacking.items[0].from;
    }
    same = find_counted(comparing);
    if (same != NULL)
        row->lacking = same->lacking;
    row->is_counted = same != NULL || row->they_lack == 0;
    if (row->is_counted || comparing->entries_counted + row->they_lack > COUNTED_ENTRIES_MAX)
        return BANYAN_OK;
    comparing->entries_counted += row->they_lack;
    enum banyan_status status = remember(comparing, row);
    if (status == BANYAN_OK)
        status = tally(comparing, row, error);
    row->is_counted = status == BANYAN_OK;
    return status;
}

static enum banyan_status
compare_row(struct comparing *comparing, size_t at, struct banyan_error *error)
{
    struct by_standing_row *row = &comparing->rows[at];
    struct by_standing standing;

    if (row->as_of_ms == 0)
        return BANYAN_OK;
    enum banyan_status status = by_standing_read(comparing->standings[at], &standing);
    row->is_partial = standing.is_partial;
    if (status == BANYAN_OK)
        status = compare(comparing, row, &standing);
    if (status == BANYAN_OK)
        status = count_records(comparing, row, error);
    by_extents_deinit(&comparing->lacking);
    return status;
}

static int order_rows(const void *a, const void *b)
{
    const struct by_standing_row *left = a;
    const struct by_standing_row *right = b;

    if (left->organisation->role != right->organisation->role)
        return left->organisation->role > right->organisation->role ? -1 : 1;
    int order =
        by_bytes_compare(left->organisation->profile.name, right->organisation->profile.name);
    return order != 0 ? order : by_id_compare(&left->device, &right->device);
}

enum banyan_status by_standings_read(const struct by_node *node, struct by_arena *arena,
                                     struct by_standing_row **out_rows, size_t *out_count,
                                     struct banyan_error *error)
{
    struct comparing comparing = {.node = node, .arena = arena};
    size_t devices, logs;
    enum banyan_status status = BANYAN_OK;

    (void)by_charter_devices(node->charter, &devices);
    (void)by_charter_logs(node->charter, &logs);
    comparing.rows = by_arena_array(arena, devices + 1, sizeof *comparing.rows);
    comparing.standings = by_arena_array(arena, devices + 1, sizeof *comparing.standings);
    comparing.counted = by_arena_array(arena, devices + 1, sizeof *comparing.counted);
    comparing.logs = by_arena_array(arena, logs + 1, sizeof *comparing.logs);
    if (comparing.rows == NULL || comparing.standings == NULL || comparing.counted == NULL ||
        comparing.logs == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_store_read(node->store, list_rows, &comparing, error);
    if (status == BANYAN_OK)
        status = by_store_read(node->store, list_logs, &comparing, error);
    for (size_t i = 0; i < comparing.row_count && status == BANYAN_OK; i++)
        status = compare_row(&comparing, i, error);
    qsort(comparing.rows, comparing.row_count, sizeof *comparing.rows, order_rows);
    *out_rows = comparing.rows;
    *out_count = comparing.row_count;
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
