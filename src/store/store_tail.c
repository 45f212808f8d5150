#include <assert.h>
#include <string.h>

#include "log/links.h"
#include "store/internal.h"

static struct by_bytes mark_key(void)
{
    return by_bytes_of_text("indexed");
}

static enum banyan_status read_mark(struct by_store_txn *txn, uint64_t *out_mark)
{
    struct by_bytes row = {0}, value = {0};
    enum banyan_status status = by_row_get(txn, BY_TABLE_STORE, mark_key(), &row);

    *out_mark = 0;
    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status == BANYAN_OK)
        status = by_checksum_strip(BY_TABLE_STORE, mark_key(), row, &value);
    if (status == BANYAN_OK && value.size != 8)
        return BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK)
        *out_mark = by_get_u64le(value.data);
    return status;
}

/* False when the row is not the block of that arrival, as written. */
static bool take(struct by_tail *tail, const struct by_row *row, uint64_t arrival)
{
    struct by_block_head head;
    struct by_bytes packed = {0};

    if (row->key.size != 8 || by_get_u64be(row->key.data) != arrival ||
        by_block_head_parse(arrival, row->value, &head, &packed) != BANYAN_OK)
        return false;
    tail->is_act[tail->count] = head.is_act_log;
    tail->names[tail->count].are_known = false;
    tail->rows[tail->count++] = head.row;
    return true;
}

static enum banyan_status take_rows(struct by_tail *tail, struct by_rows *rows)
{
    uint8_t start[8] = {0};
    struct by_row row;
    enum banyan_status status = BANYAN_OK;

    by_put_u64be(start, tail->mark);
    status = by_rows_seek(rows, by_bytes_of(start, sizeof start), &row);
    for (size_t i = 0; status == BANYAN_OK && i < BY_TAIL_BLOCKS_MAX; i++) {
        tail->is_damaged |= !take(tail, &row, tail->mark + i);
        status = by_rows_next(rows, &row);
    }
    tail->is_damaged |= status == BANYAN_OK;
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* A key that damage made smaller than the mark would hide the last block. */
static enum banyan_status check_last(struct by_tail *tail, struct by_rows *rows)
{
    static const uint8_t behind[9] = {255, 255, 255, 255, 255, 255, 255, 255, 255};
    struct by_block_head head;
    struct by_bytes packed = {0};
    struct by_row row;
    enum banyan_status status = by_rows_before(rows, by_bytes_of(behind, sizeof behind), &row);

    if (status == BANYAN_ERR_NOT_FOUND) {
        tail->is_damaged |= tail->mark > 0;
        return BANYAN_OK;
    }
    if (status != BANYAN_OK)
        return status;
    if (row.key.size != 8 || by_get_u64be(row.key.data) + 1 != tail->mark + tail->count ||
        by_block_head_parse(by_get_u64be(row.key.data), row.value, &head, &packed) != BANYAN_OK)
        tail->is_damaged = true;
    return BANYAN_OK;
}

static enum banyan_status load(struct by_store_txn *txn, struct by_tail *tail)
{
    struct by_rows rows = {0};
    enum banyan_status status = BANYAN_OK;

    tail->count = 0;
    status = read_mark(txn, &tail->mark);
    /* Without a mark every block may be of the tail. */
    tail->is_damaged = status == BANYAN_ERR_DAMAGED;
    if (status == BANYAN_OK || status == BANYAN_ERR_DAMAGED)
        status = by_rows_open(txn, BY_TABLE_BLOCK, &rows);
    if (status == BANYAN_OK)
        status = take_rows(tail, &rows);
    if (status == BANYAN_OK && !tail->is_damaged)
        status = check_last(tail, &rows);
    by_rows_close(&rows);
    return status;
}

enum banyan_status by_tail_get(struct by_store_txn *txn, struct by_tail **out_tail)
{
    struct by_tail *tail = &txn->store->tail;
    uint64_t as_of = (uint64_t)mdb_txn_id(txn->txn) - (txn->is_write ? 1 : 0);

    if (!tail->is_known || tail->as_of != as_of) {
        enum banyan_status status = BANYAN_OK;

        tail->is_known = false;
        status = load(txn, tail);
        if (status != BANYAN_OK)
            return status;
        tail->as_of = as_of;
        tail->is_known = true;
    }
    *out_tail = tail;
    return BANYAN_OK;
}

enum banyan_status by_tail_move(struct by_store_txn *txn, uint64_t mark)
{
    uint8_t row[8 + BY_CHECKSUM_BYTES] = {0};
    struct by_tail *tail = &txn->store->tail;

    by_put_u64le(row, mark);
    by_checksum(BY_TABLE_STORE, mark_key(), by_bytes_of(row, 8), row + 8);
    tail->mark = mark;
    tail->count = 0;
    tail->is_changed = true;
    return by_row_put(txn, BY_TABLE_STORE, mark_key(), by_bytes_of(row, sizeof row));
}

void by_tail_add(struct by_store_txn *txn, const struct by_run_row *row, bool is_act)
{
    struct by_tail *tail = &txn->store->tail;

    tail->is_act[tail->count] = is_act;
    tail->names[tail->count].are_known = false;
    tail->rows[tail->count++] = *row;
    tail->is_changed = true;
}

static uint64_t uuid_end(const struct by_record_name *name)
{
    return by_get_u64le(name->uuid.bytes + sizeof name->uuid.bytes - 8);
}

void by_tail_note(struct by_tail *tail, uint64_t arrival, const struct by_run *run)
{
    struct by_tail_names *names = &tail->names[arrival - tail->mark];

    assert(arrival - tail->mark < tail->count);
    *names = (struct by_tail_names){.are_known = run->count < BY_TAIL_ENTRIES_MAX};
    for (size_t i = 0; names->are_known && i < run->count; i++) {
        struct by_record_name name;

        names->are_known = by_op_links_name(run->entries[i].links, &name) == BANYAN_OK;
        if (names->are_known)
            names->uuid_ends[names->count++] = uuid_end(&name);
    }
}

bool by_tail_may_have(const struct by_tail *tail, uint64_t arrival,
                      const struct by_record_name *name)
{
    const struct by_tail_names *names = &tail->names[arrival - tail->mark];
    bool is_there = !names->are_known;

    for (size_t i = 0; i < names->count && !is_there; i++)
        is_there = names->uuid_ends[i] == uuid_end(name);
    return is_there && !tail->is_act[arrival - tail->mark];
}

void by_tail_settle(struct by_tail *tail, uint64_t number, bool is_committed)
{
    if (!tail->is_changed)
        return;
    tail->is_changed = false;
    tail->is_known &= is_committed;
    tail->as_of = number;
}
