#include <string.h>

#include "crypto/hash.h"
#include "store/internal.h"

void by_checksum(enum by_table table, struct by_bytes key, struct by_bytes value,
                 uint8_t out_checksum[BY_CHECKSUM_BYTES])
{
    struct by_hash hash;
    struct by_id sum;

    by_hash_init(&hash, BY_TAG_CHECKSUM);
    by_hash_add_u64(&hash, (uint64_t)table);
    by_hash_add_u64(&hash, key.size);
    by_hash_add(&hash, key);
    by_hash_add(&hash, value);
    by_hash_end(&hash, &sum);
    memcpy(out_checksum, sum.bytes, BY_CHECKSUM_BYTES);
}

enum banyan_status by_checksum_strip(enum by_table table, struct by_bytes key, struct by_bytes row,
                                     struct by_bytes *out_value)
{
    uint8_t checksum[BY_CHECKSUM_BYTES];

    if (row.size < sizeof checksum)
        return BANYAN_ERR_DAMAGED;
    *out_value = by_bytes_of(row.data, row.size - sizeof checksum);
    by_checksum(table, key, *out_value, checksum);
    if (memcmp(checksum, row.data + out_value->size, sizeof checksum) != 0)
        return BANYAN_ERR_DAMAGED;
    return BANYAN_OK;
}

/* -- run: log no u32be ‖ last seq u64be ‖ arrival u64be
 *      -> first seq u64le ‖ tip's hlc u64le ‖ prev 32 ‖ tip 32 ‖ checksum -- */
#define RUN_VALUE_BYTES 80

void by_run_key_put(uint8_t out_key[BY_RUN_KEY_BYTES], uint32_t log_number, uint64_t last_seq,
                    uint64_t arrival)
{
    by_put_u32be(out_key, log_number);
    by_put_u64be(out_key + 4, last_seq);
    by_put_u64be(out_key + 12, arrival);
}

enum banyan_status by_run_row_put(struct by_store_txn *txn, const struct by_run_row *row)
{
    uint8_t key[BY_RUN_KEY_BYTES];
    uint8_t value[RUN_VALUE_BYTES + BY_CHECKSUM_BYTES];

    by_run_key_put(key, row->log_number, row->last_seq, row->arrival);
    by_put_u64le(value, row->first_seq);
    by_put_u64le(value + 8, row->tip_hlc);
    memcpy(value + 16, row->prev.bytes, 32);
    memcpy(value + 48, row->tip.bytes, 32);
    by_checksum(BY_TABLE_RUN, by_bytes_of(key, sizeof key), by_bytes_of(value, RUN_VALUE_BYTES),
                value + RUN_VALUE_BYTES);
    return by_row_put(txn, BY_TABLE_RUN, by_bytes_of(key, sizeof key),
                      by_bytes_of(value, sizeof value));
}

enum banyan_status
by_run_row_parse(struct by_bytes key, struct by_bytes value, struct by_run_row *out_row)
{
    struct by_bytes content = {0};

    memset(out_row, 0, sizeof *out_row);
    if (key.size != BY_RUN_KEY_BYTES)
        return BANYAN_ERR_DAMAGED;
    out_row->log_number = by_get_u32be(key.data);
    out_row->last_seq = by_get_u64be(key.data + 4);
    out_row->arrival = by_get_u64be(key.data + 12);
    if (by_checksum_strip(BY_TABLE_RUN, key, value, &content) != BANYAN_OK ||
        content.size != RUN_VALUE_BYTES)
        return BANYAN_ERR_DAMAGED;
    out_row->first_seq = by_get_u64le(content.data);
    out_row->tip_hlc = by_get_u64le(content.data + 8);
    memcpy(out_row->prev.bytes, content.data + 16, 32);
    memcpy(out_row->tip.bytes, content.data + 48, 32);
    return BANYAN_OK;
}

/* -- log: log id 40 ‖ kind u8 -> log no u32le ‖ flags u8 ‖ checksum -- */
#define LOG_VALUE_BYTES 5
#define LOG_IS_FORKED   1u
#define KIND_RECORDS    0u
#define KIND_ACTS       1u

void by_log_key_put(uint8_t out_key[BY_LOG_KEY_BYTES], const struct by_log_id *log, bool is_act_log)
{
    by_log_id_put(out_key, log);
    out_key[40] = is_act_log ? KIND_ACTS : KIND_RECORDS;
}

enum banyan_status
by_log_key_parse(struct by_bytes key, struct by_log_id *out_log, bool *out_is_act_log)
{
    if (key.size != BY_LOG_KEY_BYTES || key.data[40] > KIND_ACTS)
        return BANYAN_ERR_DAMAGED;
    by_log_id_get(key.data, out_log);
    *out_is_act_log = key.data[40] == KIND_ACTS;
    return BANYAN_OK;
}

enum banyan_status
by_log_row_put(struct by_store_txn *txn, const struct by_log_id *log, const struct by_log_row *row)
{
    uint8_t key[BY_LOG_KEY_BYTES];
    uint8_t value[LOG_VALUE_BYTES + BY_CHECKSUM_BYTES];

    by_log_key_put(key, log, row->is_act_log);
    by_put_u32le(value, row->number);
    value[4] = row->is_forked ? LOG_IS_FORKED : 0u;
    by_checksum(BY_TABLE_LOG, by_bytes_of(key, sizeof key), by_bytes_of(value, LOG_VALUE_BYTES),
                value + LOG_VALUE_BYTES);
    return by_row_put(txn, BY_TABLE_LOG, by_bytes_of(key, sizeof key),
                      by_bytes_of(value, sizeof value));
}

enum banyan_status by_log_row_get(struct by_store_txn *txn, const struct by_log_id *log,
                                  bool is_act_log, struct by_log_row *out_row)
{
    uint8_t key[BY_LOG_KEY_BYTES] = {0};
    struct by_bytes name = by_bytes_of(key, sizeof key);
    struct by_bytes row = {0}, value = {0};
    enum banyan_status status = BANYAN_OK;

    by_log_key_put(key, log, is_act_log);
    status = by_row_get(txn, BY_TABLE_LOG, name, &row);
    if (status == BANYAN_OK)
        status = by_checksum_strip(BY_TABLE_LOG, name, row, &value);
    if (status == BANYAN_OK && value.size != LOG_VALUE_BYTES)
        status = BANYAN_ERR_DAMAGED;
    if (status != BANYAN_OK)
        return status;
    out_row->number = by_get_u32le(value.data);
    out_row->is_act_log = is_act_log;
    out_row->is_forked = (value.data[4] & LOG_IS_FORKED) != 0;
    return BANYAN_OK;
}

enum banyan_status by_log_by_number(struct by_store_txn *txn, uint32_t number,
                                    struct by_log_id *out_log, struct by_log_row *out_row)
{
    uint8_t key[4];
    struct by_bytes value = {0};
    bool is_act_log = false;
    enum banyan_status status = BANYAN_OK;

    by_put_u32be(key, number);
    status = by_row_get(txn, BY_TABLE_LOG_NUMBER, by_bytes_of(key, sizeof key), &value);
    if (status == BANYAN_OK)
        status = by_log_key_parse(value, out_log, &is_act_log);
    if (status == BANYAN_OK)
        status = by_log_row_get(txn, out_log, is_act_log, out_row);
    if (status == BANYAN_ERR_NOT_FOUND || (status == BANYAN_OK && out_row->number != number))
        return BANYAN_ERR_DAMAGED;
    return status;
}

/* -- block: arrival u64be -> log id 40 ‖ kind u8 ‖ log no u32le ‖ first seq u64le ‖ last seq u64le
 * ‖ tip's hlc u64le ‖ prev 32 ‖ tip 32 ‖ sum of packed 8 ‖ checksum ‖ packed -- */
#define HEAD_BYTES (BY_BLOCK_HEAD_BYTES - BY_CHECKSUM_BYTES)

void by_packed_sum(struct by_bytes packed, uint8_t out_sum[BY_CHECKSUM_BYTES])
{
    by_checksum(BY_TABLE_BLOCK, by_bytes_of(NULL, 0), packed, out_sum);
}

static void sum_head(uint64_t arrival, const uint8_t *head, uint8_t out_sum[BY_CHECKSUM_BYTES])
{
    uint8_t key[8] = {0};

    by_put_u64be(key, arrival);
    by_checksum(BY_TABLE_BLOCK, by_bytes_of(key, sizeof key), by_bytes_of(head, HEAD_BYTES),
                out_sum);
}

void by_block_head_put(uint8_t out_bytes[BY_BLOCK_HEAD_BYTES], const struct by_block_head *head)
{
    by_log_key_put(out_bytes, &head->log, head->is_act_log);
    by_put_u32le(out_bytes + 41, head->row.log_number);
    by_put_u64le(out_bytes + 45, head->row.first_seq);
    by_put_u64le(out_bytes + 53, head->row.last_seq);
    by_put_u64le(out_bytes + 61, head->row.tip_hlc);
    memcpy(out_bytes + 69, head->row.prev.bytes, 32);
    memcpy(out_bytes + 101, head->row.tip.bytes, 32);
    memcpy(out_bytes + 133, head->sum, sizeof head->sum);
    sum_head(head->row.arrival, out_bytes, out_bytes + HEAD_BYTES);
}

enum banyan_status by_block_head_parse(uint64_t arrival, struct by_bytes value,
                                       struct by_block_head *out_head, struct by_bytes *out_packed)
{
    uint8_t sum[BY_CHECKSUM_BYTES];

    memset(out_head, 0, sizeof *out_head);
    if (value.size <= BY_BLOCK_HEAD_BYTES)
        return BANYAN_ERR_DAMAGED;
    by_log_id_get(value.data, &out_head->log);
    out_head->is_act_log = value.data[40] == KIND_ACTS;
    out_head->row.arrival = arrival;
    out_head->row.log_number = by_get_u32le(value.data + 41);
    out_head->row.first_seq = by_get_u64le(value.data + 45);
    out_head->row.last_seq = by_get_u64le(value.data + 53);
    out_head->row.tip_hlc = by_get_u64le(value.data + 61);
    memcpy(out_head->row.prev.bytes, value.data + 69, 32);
    memcpy(out_head->row.tip.bytes, value.data + 101, 32);
    memcpy(out_head->sum, value.data + 133, sizeof out_head->sum);
    *out_packed = by_bytes_of(value.data + BY_BLOCK_HEAD_BYTES, value.size - BY_BLOCK_HEAD_BYTES);
    sum_head(arrival, value.data, sum);
    return memcmp(sum, value.data + HEAD_BYTES, sizeof sum) == 0 ? BANYAN_OK : BANYAN_ERR_DAMAGED;
}

bool by_block_is_of_row(const struct by_block_head *head, const struct by_log_id *log,
                        const struct by_run_row *row)
{
    return head->row.first_seq == row->first_seq && head->row.last_seq == row->last_seq &&
           by_id_equal(&head->row.prev, &row->prev) && by_id_equal(&head->row.tip, &row->tip) &&
           by_log_id_equal(&head->log, log);
}

struct by_block_base by_block_base_of(const struct by_block_head *head)
{
    return (struct by_block_base){
        .log = head->log, .first_seq = head->row.first_seq, .prev = head->row.prev};
}

struct by_run_row by_run_row_of(const struct by_run *run, uint32_t log_number, uint64_t arrival)
{
    const struct by_entry *last = &run->entries[run->count - 1];

    return (struct by_run_row){.log_number = log_number,
                               .last_seq = last->header.seq,
                               .arrival = arrival,
                               .first_seq = run->base.first_seq,
                               .prev = run->base.prev,
                               .tip = last->id,
                               .tip_hlc = last->header.hlc};
}
