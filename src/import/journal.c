/*
 * Which entries an import wrote: kept by this node alone, so that it can be taken back.
 *
 * One value of the store, canonical MessagePack: [[id, at, file, type, new, changed, undone,
 * [[log, first, last], ...]], ...].
 */
#include <string.h>

#include "core/local.h"
#include "import/state.h"

#define BYTES_MAX   (16u * 1024u * 1024u)
#define IMPORTS_MAX 4096u

static const struct by_scan_limits limits = {.bytes_max = BYTES_MAX,
                                             .depth_max = 4,
                                             .items_max = 1u << 20,
                                             .keys_max = 1,
                                             .string_bytes_max = BY_STRING_BYTES_MAX};

/* -- reading -- */

static bool read_range(const struct by_value *value, struct by_import_range *out_range)
{
    const struct by_value *items = value->array.items;

    if (value->kind != BY_VALUE_ARRAY || value->array.count != 3 || items[0].kind != BY_VALUE_BIN ||
        items[0].bytes.size != 40 || items[1].kind != BY_VALUE_INT || items[2].kind != BY_VALUE_INT)
        return false;
    by_log_id_get(items[0].bytes.data, &out_range->log);
    out_range->first = (uint64_t)items[1].integer;
    out_range->last = (uint64_t)items[2].integer;
    return true;
}

static enum banyan_status
read_ranges(const struct by_value *value, struct by_arena *arena, struct by_import_entry *entry)
{
    entry->ranges = by_arena_array(arena, value->array.count + 2, sizeof entry->ranges[0]);
    if (entry->ranges == NULL)
        return BANYAN_ERR_MEMORY;
    entry->range_count = value->array.count;
    for (size_t i = 0; i < value->array.count; i++)
        if (!read_range(&value->array.items[i], &entry->ranges[i]))
            return BANYAN_ERR_DAMAGED;
    return BANYAN_OK;
}

static enum banyan_status
read_entry(const struct by_value *value, struct by_arena *arena, struct by_import_entry *out_entry)
{
    static const enum by_value_kind kinds[] = {BY_VALUE_TEXT, BY_VALUE_INT,  BY_VALUE_TEXT,
                                               BY_VALUE_TEXT, BY_VALUE_INT,  BY_VALUE_INT,
                                               BY_VALUE_BOOL, BY_VALUE_ARRAY};
    const struct by_value *items = value->array.items;

    if (value->kind != BY_VALUE_ARRAY || value->array.count != sizeof kinds / sizeof kinds[0])
        return BANYAN_ERR_DAMAGED;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (items[i].kind != kinds[i])
            return BANYAN_ERR_DAMAGED;
    if (items[0].bytes.size != sizeof out_entry->id - 1)
        return BANYAN_ERR_DAMAGED;
    *out_entry = (struct by_import_entry){.at_ms = (uint64_t)items[1].integer,
                                          .file = items[2].bytes,
                                          .type = items[3].bytes,
                                          .records_new = (uint64_t)items[4].integer,
                                          .records_changed = (uint64_t)items[5].integer,
                                          .is_undone = items[6].boolean};
    memcpy(out_entry->id, items[0].bytes.data, items[0].bytes.size);
    return read_ranges(&items[7], arena, out_entry);
}

enum banyan_status by_import_journal_read(struct by_store_txn *txn, struct by_arena *arena,
                                          struct by_import_entry **out_entries, size_t *out_count)
{
    struct by_bytes held, kept;
    struct by_value value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_IMPORTS, &held);

    *out_count = 0;
    *out_entries = by_arena_array(arena, 1, sizeof **out_entries);
    if (status == BANYAN_ERR_NOT_FOUND)
        return *out_entries == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    if (status == BANYAN_OK)
        status = by_arena_copy(arena, held, &kept);
    if (status == BANYAN_OK && by_value_decode(kept, &limits, arena, &value) != BANYAN_OK)
        status = BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK && value.kind != BY_VALUE_ARRAY)
        status = BANYAN_ERR_DAMAGED;
    if (status != BANYAN_OK)
        return status;
    *out_entries = by_arena_array(arena, value.array.count + 1, sizeof **out_entries);
    if (*out_entries == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < value.array.count && status == BANYAN_OK; i++)
        status = read_entry(&value.array.items[i], arena, &(*out_entries)[i]);
    *out_count = status == BANYAN_OK ? value.array.count : 0;
    return status;
}

/* -- writing -- */

static enum banyan_status
write_entry(const struct by_import_entry *entry, struct by_arena *arena, struct by_value *out_value)
{
    struct by_value value = by_value_array(arena, 8);
    struct by_value ranges = by_value_array(arena, entry->range_count);

    if (value.array.items == NULL || (entry->range_count > 0 && ranges.array.items == NULL))
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < entry->range_count; i++) {
        struct by_value range = by_value_array(arena, 3);
        uint8_t *log = by_arena_alloc(arena, 40);

        if (range.array.items == NULL || log == NULL)
            return BANYAN_ERR_MEMORY;
        by_log_id_put(log, &entry->ranges[i].log);
        range.array.items[0] = by_value_bin(by_bytes_of(log, 40));
        range.array.items[1] = by_value_int((int64_t)entry->ranges[i].first);
        range.array.items[2] = by_value_int((int64_t)entry->ranges[i].last);
        ranges.array.items[i] = range;
    }
    value.array.items[0] = by_value_literal(entry->id);
    value.array.items[1] = by_value_int((int64_t)entry->at_ms);
    value.array.items[2] = by_value_text(entry->file);
    value.array.items[3] = by_value_text(entry->type);
    value.array.items[4] = by_value_int((int64_t)entry->records_new);
    value.array.items[5] = by_value_int((int64_t)entry->records_changed);
    value.array.items[6] = by_value_bool(entry->is_undone);
    value.array.items[7] = ranges;
    *out_value = value;
    return BANYAN_OK;
}

/* Past the bound the oldest are forgotten. */
static enum banyan_status write_all(struct by_store_txn *txn, const struct by_import_entry *entries,
                                    size_t count, struct by_arena *arena)
{
    size_t skipped = count > IMPORTS_MAX ? count - IMPORTS_MAX : 0;
    struct by_value all = by_value_array(arena, count - skipped);
    struct by_buffer bytes = BY_BUFFER_INIT(BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (count > skipped && all.array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = skipped; i < count && status == BANYAN_OK; i++)
        status = write_entry(&entries[i], arena, &all.array.items[i - skipped]);
    if (status == BANYAN_OK)
        status = by_value_encode(&all, &bytes);
    if (status == BANYAN_OK)
        status = by_store_local_put(txn, BY_LOCAL_IMPORTS, by_buffer_bytes(&bytes));
    by_buffer_deinit(&bytes);
    return status;
}

static void add_range(struct by_import_entry *entry, const struct by_import_range *range)
{
    struct by_import_range *last =
        entry->range_count == 0 ? NULL : &entry->ranges[entry->range_count - 1];

    if (last != NULL && by_log_id_equal(&last->log, &range->log) && last->last + 1 == range->first)
        last->last = range->last;
    else
        entry->ranges[entry->range_count++] = *range;
}

enum banyan_status
by_import_journal_add(struct by_store_txn *txn, const struct by_import_entry *more)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_import_entry *entries, *last = NULL;
    size_t count;
    enum banyan_status status = by_import_journal_read(txn, &arena, &entries, &count);

    if (status != BANYAN_OK)
        goto out;
    last = count == 0 ? NULL : &entries[count - 1];
    if (last != NULL && strcmp(last->id, more->id) == 0) {
        last->records_new += more->records_new;
        last->records_changed += more->records_changed;
        add_range(last, &more->ranges[0]);
    } else
        entries[count++] = *more;
    status = write_all(txn, entries, count, &arena);
out:
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_import_journal_undone(struct by_store_txn *txn, const char *id)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_import_entry *entries;
    size_t count;
    enum banyan_status status = by_import_journal_read(txn, &arena, &entries, &count);

    for (size_t i = 0; i < count && status == BANYAN_OK; i++)
        if (strcmp(entries[i].id, id) == 0)
            entries[i].is_undone = true;
    if (status == BANYAN_OK)
        status = write_all(txn, entries, count, &arena);
    by_arena_deinit(&arena);
    return status;
}
