#include <stdlib.h>
#include <string.h>

#include "view/update.h"

#define ENTRY_BYTES_MAX (64u * 1024u * 1024u)

static size_t slice_blocks(const struct by_update *update)
{
    return update->slice_records / SLICE_BLOCK_RECORDS;
}

static enum banyan_status add_touched(struct by_update *update, const struct by_touched *more)
{
    if (update->touched_count == update->touched_capacity) {
        size_t capacity = update->touched_capacity == 0 ? 1024 : update->touched_capacity * 2;
        struct by_touched *grown = realloc(update->touched, capacity * sizeof grown[0]);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        update->touched = grown;
        update->touched_capacity = capacity;
    }
    update->touched[update->touched_count++] = *more;
    return BANYAN_OK;
}

/* A slice of very large entries reads some of them twice rather than hold them all. */
static enum banyan_status
keep_entry(struct by_update *update, const struct by_entry *entry, const struct by_entry **out_kept)
{
    if (update->entry_bytes > ENTRY_BYTES_MAX)
        return BANYAN_OK;
    struct by_entry *kept = by_arena_alloc(&update->entries, sizeof *kept);
    if (kept == NULL)
        return BANYAN_ERR_MEMORY;
    *kept = *entry;
    enum banyan_status status = by_arena_copy(&update->entries, entry->links, &kept->links);
    if (status == BANYAN_OK)
        status = by_arena_copy(&update->entries, entry->payload, &kept->payload);
    update->entry_bytes += sizeof *kept + entry->links.size + entry->payload.size;
    *out_kept = kept;
    return status;
}

/* Every record that an entry of the block names. */
static enum banyan_status touch_block(struct by_update *update, const struct by_store_block *block,
                                      bool always, bool is_private)
{
    const bool is_fresh = !always && !is_private;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < block->run.count && status == BANYAN_OK; i++) {
        const struct by_entry *entry = &block->run.entries[i];
        struct by_touched more = {.arrival = block->arrival,
                                  .at = (uint32_t)i,
                                  .always = always,
                                  .is_private = is_private};
        if (entry->header.kind != BY_KIND_OPERATION ||
            by_op_links_name(entry->links, &more.name) != BANYAN_OK)
            continue;
        if (is_fresh)
            status = keep_entry(update, entry, &more.entry);
        if (status == BANYAN_OK)
            status = add_touched(update, &more);
    }
    return status;
}

/* Blocks of a log whose standing changed, from where the last slice stopped. */
struct again {
    struct by_update *update;
    uint64_t from_seq;
    bool is_cut;
};

static enum banyan_status touch_again(void *context, const struct by_store_block *block)
{
    struct again *again = context;
    uint64_t last_seq = block->run.base.first_seq + block->run.count - 1;
    /* Branches of a fork have blocks with the same last seq: never stop between them. */
    if (again->update->touched_count >= again->update->slice_records &&
        last_seq >= again->from_seq) {
        again->is_cut = true;
        return BANYAN_ERR_NOT_FOUND;
    }
    again->from_seq = last_seq + 1;
    if (block->arrival >= again->update->mark)
        return BANYAN_OK;
    return touch_block(again->update, block, true, false);
}

static enum banyan_status
save_again(struct by_update *update, struct by_bytes log, const struct again *again)
{
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_AGAIN_SET);
    if (again->is_cut)
        by_bind_int(statement, 1, (int64_t)again->from_seq);
    by_bind_blob(statement, 2, log);
    return by_view_run(update->view, statement, update->error);
}

/* BANYAN_ERR_NOT_FOUND when no log is left. */
static enum banyan_status touch_changed_log(struct by_update *update)
{
    struct again again = {.update = update};
    struct by_log_id log;
    uint8_t log_bytes[40];
    sqlite3_stmt *statement = by_view_statement(update->view, BY_STATEMENT_LOG_AGAIN);
    enum banyan_status status = by_view_row(update->view, statement, update->error);
    if (status != BANYAN_OK)
        return status;
    memcpy(log_bytes, by_column_blob(statement, 0).data, sizeof log_bytes);
    again.from_seq = (uint64_t)sqlite3_column_int64(statement, 1);
    sqlite3_reset(statement);
    by_log_id_get(log_bytes, &log);
    status = by_store_log_blocks(update->txn, &log, false, again.from_seq, touch_again, &again);
    /* Blocks that cannot be read have been passed over. */
    if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND && status != BANYAN_ERR_DAMAGED)
        return by_fail_plain(update->error, status);
    return save_again(update, by_bytes_of(log_bytes, sizeof log_bytes), &again);
}

enum banyan_status by_update_touch_again(struct by_update *update)
{
    enum banyan_status status = BANYAN_OK;
    while (status == BANYAN_OK && update->touched_count < update->slice_records)
        status = touch_changed_log(update);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* New blocks. Entries of logs that do not count touch nothing: when their log begins to count, its
 * standing changes. */
enum banyan_status by_update_touch_new(struct by_update *update)
{
    size_t blocks = 0;
    while (blocks++ < slice_blocks(update) && update->touched_count < update->slice_records) {
        struct by_store_block block;
        enum banyan_status status = by_store_block_from(update->txn, update->mark, &block);
        bool is_met = status == BANYAN_OK || status == BANYAN_ERR_DAMAGED;
        if (status == BANYAN_ERR_NOT_FOUND || (is_met && block.arrival >= update->until)) {
            update->is_done = true;
            return BANYAN_OK;
        }
        if (status == BANYAN_ERR_DAMAGED) {
            update->changes->blocks_damaged++;
            update->mark = block.arrival + 1;
            continue;
        }
        if (status == BANYAN_OK && !block.is_act_log &&
            by_standings_find(&update->standings, &block.run.base.log) != NULL)
            status = touch_block(update, &block, false, false);
        if (status != BANYAN_OK)
            return by_fail_plain(update->error, status);
        update->mark = block.arrival + 1;
    }
    return BANYAN_OK;
}

enum banyan_status by_update_touch_private(struct by_update *update)
{
    size_t blocks = 0;
    if (!update->is_done || update->private_txn == NULL)
        return BANYAN_OK;
    for (;; blocks++) {
        struct by_store_block block;
        enum banyan_status status =
            by_store_block_from(update->private_txn, update->private_mark, &block);
        if (status == BANYAN_ERR_NOT_FOUND)
            return BANYAN_OK;
        if (blocks == slice_blocks(update) || update->touched_count >= update->slice_records) {
            update->is_done = false;
            return BANYAN_OK;
        }
        if (status == BANYAN_ERR_DAMAGED)
            update->changes->blocks_damaged++;
        else if (status == BANYAN_OK)
            status = touch_block(update, &block, false, true);
        if (status != BANYAN_OK && status != BANYAN_ERR_DAMAGED)
            return by_fail_plain(update->error, status);
        update->private_mark = block.arrival + 1;
    }
}
