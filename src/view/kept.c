#include "view/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "record/digest.h"
#include "record/field_value.h"
#include "record/types_join.h"

#define KEPT_BYTES_MAX (16u * 1024u * 1024u)

/* The form of the bytes: the file is ours, and may be damaged all the same. */
static const struct by_scan_limits kept_limits = {.bytes_max = KEPT_BYTES_MAX,
                                                  .depth_max = 16,
                                                  .items_max = 1u << 20,
                                                  .keys_max = BY_MAP_KEYS_MAX,
                                                  .string_bytes_max = BY_VALUE_TEXT_BYTES_MAX};

/* -- writing: arrays of fixed places -- */

static struct by_value bin_of(const struct by_id *id)
{
    return by_value_bin(by_id_bytes(id));
}

static struct by_value hlc_of(uint64_t hlc, struct by_arena *arena)
{
    uint8_t *bytes = by_arena_alloc(arena, 8);
    if (bytes == NULL)
        return by_value_nil();
    by_put_u64be(bytes, hlc);
    return by_value_bin(by_bytes_of(bytes, 8));
}

/* [id, hlc, organisation, device, person, deletes]; nil for none. */
static struct by_value author_of(const struct by_operation *by, struct by_arena *arena)
{
    struct by_value author = by_value_array(arena, 6);
    if (by == NULL || author.array.items == NULL)
        return by_value_nil();
    author.array.items[0] = bin_of(&by->id);
    author.array.items[1] = hlc_of(by->hlc, arena);
    author.array.items[2] = bin_of(&by->organisation);
    author.array.items[3] = bin_of(&by->device);
    author.array.items[4] = by_value_text(by->person);
    author.array.items[5] = by_value_bool(by_operation_deletes(by));
    return author;
}

/* [[[operation, index]...]...] of the elements of a list; nil for another. */
static struct by_value additions_of(const struct by_merged_path *path, struct by_arena *arena)
{
    if (!path->is_list)
        return by_value_nil();
    size_t count = path->candidates[0].value.array.count;
    struct by_value all = by_value_array(arena, count);
    for (size_t i = 0; i < count && all.array.items != NULL; i++) {
        struct by_value element = by_value_array(arena, 2 * path->addition_counts[i]);
        for (size_t k = 0; k < path->addition_counts[i] && element.array.items != NULL; k++) {
            element.array.items[2 * k] = bin_of(&path->additions[i][k].operation);
            element.array.items[2 * k + 1] = by_value_int(path->additions[i][k].index);
        }
        all.array.items[i] = element;
    }
    return all;
}

/* [path, additions, value, author, value, author ...] */
static struct by_value path_of(const struct by_merged_path *path, struct by_arena *arena)
{
    struct by_value value = by_value_array(arena, 2 + 2 * path->candidate_count);
    if (value.array.items == NULL)
        return by_value_nil();
    value.array.items[0] = by_value_text(path->path);
    value.array.items[1] = additions_of(path, arena);
    for (size_t i = 0; i < path->candidate_count; i++) {
        value.array.items[2 + 2 * i] = path->candidates[i].value;
        value.array.items[3 + 2 * i] = author_of(path->candidates[i].by, arena);
    }
    return value;
}

static struct by_value ids_of(const struct by_id *ids, size_t count)
{
    return by_value_bin(by_bytes_of(ids, count * sizeof ids[0]));
}

static struct by_value heads_of(const struct by_merged *merged, const struct by_operation *all,
                                size_t count, struct by_arena *arena)
{
    struct by_value heads = by_value_array(arena, merged->head_count);
    for (size_t i = 0; i < merged->head_count && heads.array.items != NULL; i++) {
        heads.array.items[i] = by_value_nil();
        for (size_t k = 0; k < count; k++)
            if (by_id_equal(&all[k].id, &merged->heads[i]))
                heads.array.items[i] = author_of(&all[k], arena);
    }
    return heads;
}

static struct by_value paths_of(const struct by_merged *merged, struct by_arena *arena)
{
    struct by_value paths = by_value_array(arena, merged->path_count);
    for (size_t i = 0; i < merged->path_count && paths.array.items != NULL; i++)
        paths.array.items[i] = path_of(&merged->paths[i], arena);
    return paths;
}

enum { TYPE, OWNER, FIRST, LAST, DELETION, OPEN, ALL_HEADS, HEADS, PATHS, PLACES };

enum banyan_status by_kept_put(struct by_view *view, const struct by_merged *merged,
                               uint64_t open_proposal_count, const struct by_operation *operations,
                               size_t count, struct by_arena *arena, struct banyan_error *error)
{
    struct by_buffer bytes = BY_BUFFER_INIT(KEPT_BYTES_MAX);
    struct by_value value = by_value_array(arena, PLACES);
    uint8_t name[48];
    if (value.array.items == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    value.array.items[TYPE] = by_value_text(merged->type);
    value.array.items[OWNER] = bin_of(&merged->owner);
    value.array.items[FIRST] = hlc_of(merged->first_hlc, arena);
    value.array.items[LAST] = hlc_of(merged->last_hlc, arena);
    value.array.items[DELETION] = by_value_int(merged->deletion);
    value.array.items[OPEN] = by_value_int((int64_t)open_proposal_count);
    value.array.items[ALL_HEADS] = ids_of(merged->all_heads, merged->all_head_count);
    value.array.items[HEADS] = heads_of(merged, operations, count, arena);
    value.array.items[PATHS] = paths_of(merged, arena);
    enum banyan_status status = by_value_encode(&value, &bytes);
    by_record_name_put(name, &merged->name);
    if (status == BANYAN_OK) {
        sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MERGED_PUT);
        by_bind_blob(statement, 1, by_bytes_of(name, sizeof name));
        by_bind_blob(statement, 2, by_buffer_bytes(&bytes));
        status = by_view_run(view, statement, error);
    } else {
        status = status == BANYAN_ERR_TOO_LARGE ? by_kept_remove(view, &merged->name, error)
                                                : by_fail_plain(error, status);
    }
    by_buffer_deinit(&bytes);
    return status;
}

enum banyan_status
by_kept_remove(struct by_view *view, const struct by_record_name *name, struct banyan_error *error)
{
    uint8_t bytes[48];
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MERGED_REMOVE);
    by_record_name_put(bytes, name);
    by_bind_blob(statement, 1, by_bytes_of(bytes, sizeof bytes));
    return by_view_run(view, statement, error);
}

/* -- reading: BANYAN_ERR_MALFORMED for another form -- */

static enum banyan_status read_id(const struct by_value *value, struct by_id *out_id)
{
    return value->kind == BY_VALUE_BIN ? by_id_from_bytes(value->bytes, out_id)
                                       : BANYAN_ERR_MALFORMED;
}

static enum banyan_status read_hlc(const struct by_value *value, uint64_t *out_hlc)
{
    if (value->kind != BY_VALUE_BIN || value->bytes.size != 8)
        return BANYAN_ERR_MALFORMED;
    *out_hlc = by_get_u64be(value->bytes.data);
    return BANYAN_OK;
}

static enum banyan_status read_author(const struct by_value *value, struct by_operation *out)
{
    const struct by_value *items = value->array.items;
    if (value->kind != BY_VALUE_ARRAY || value->array.count != 6 ||
        items[4].kind != BY_VALUE_TEXT || items[5].kind != BY_VALUE_BOOL)
        return BANYAN_ERR_MALFORMED;
    *out = (struct by_operation){.person = items[4].bytes,
                                 .links = {.op = items[5].boolean ? BY_OP_DELETE : BY_OP_PATCH}};
    enum banyan_status status = read_id(&items[0], &out->id);
    if (status == BANYAN_OK)
        status = read_hlc(&items[1], &out->hlc);
    if (status == BANYAN_OK)
        status = read_id(&items[2], &out->organisation);
    return status == BANYAN_OK ? read_id(&items[3], &out->device) : status;
}

static enum banyan_status read_ids(const struct by_value *value, struct by_arena *arena,
                                   struct by_id **out_ids, size_t *out_count)
{
    if (value->kind != BY_VALUE_BIN || value->bytes.size % sizeof(struct by_id) != 0)
        return BANYAN_ERR_MALFORMED;
    *out_count = value->bytes.size / sizeof(struct by_id);
    *out_ids = by_arena_array(arena, *out_count + 1, sizeof **out_ids);
    if (*out_ids == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(*out_ids, value->bytes.data, value->bytes.size);
    return BANYAN_OK;
}

static enum banyan_status read_addition(const struct by_value *pair, struct by_addition *out)
{
    if (pair[1].kind != BY_VALUE_INT || pair[1].integer < 0 || pair[1].integer > UINT32_MAX)
        return BANYAN_ERR_MALFORMED;
    out->index = (uint32_t)pair[1].integer;
    return read_id(&pair[0], &out->operation);
}

static enum banyan_status
read_additions(const struct by_value *value, struct by_arena *arena, struct by_merged_path *path)
{
    size_t count = value->array.count;
    struct by_addition **all = by_arena_array(arena, count + 1, sizeof *all);
    size_t *counts = by_arena_array(arena, count + 1, sizeof *counts);
    const struct by_value *elements = &path->candidates[0].value;
    enum banyan_status status = BANYAN_OK;
    if (path->candidate_count != 1 || elements->kind != BY_VALUE_ARRAY ||
        elements->array.count != count)
        return BANYAN_ERR_MALFORMED;
    if (all == NULL || counts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        const struct by_value *element = &value->array.items[i];
        if (element->kind != BY_VALUE_ARRAY || element->array.count % 2 != 0)
            return BANYAN_ERR_MALFORMED;
        counts[i] = element->array.count / 2;
        all[i] = by_arena_array(arena, counts[i] + 1, sizeof *all[i]);
        if (all[i] == NULL)
            return BANYAN_ERR_MEMORY;
        for (size_t k = 0; k < counts[i] && status == BANYAN_OK; k++)
            status = read_addition(&element->array.items[2 * k], &all[i][k]);
    }
    path->is_list = true;
    path->additions = all;
    path->addition_counts = counts;
    return status;
}

static enum banyan_status
read_path(const struct by_value *value, struct by_arena *arena, struct by_merged_path *path)
{
    if (value->kind != BY_VALUE_ARRAY || value->array.count < 4 || value->array.count % 2 != 0 ||
        value->array.items[0].kind != BY_VALUE_TEXT)
        return BANYAN_ERR_MALFORMED;
    size_t count = (value->array.count - 2) / 2;
    struct by_operation *authors = by_arena_array(arena, count, sizeof *authors);
    enum banyan_status status = BANYAN_OK;
    *path = (struct by_merged_path){.path = value->array.items[0].bytes,
                                    .candidates =
                                        by_arena_array(arena, count, sizeof *path->candidates),
                                    .candidate_count = count};
    if (authors == NULL || path->candidates == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        path->candidates[i] =
            (struct by_candidate){.value = value->array.items[2 + 2 * i], .by = &authors[i]};
        status = read_author(&value->array.items[3 + 2 * i], &authors[i]);
    }
    if (status != BANYAN_OK || value->array.items[1].kind == BY_VALUE_NIL)
        return status;
    return value->array.items[1].kind == BY_VALUE_ARRAY
               ? read_additions(&value->array.items[1], arena, path)
               : BANYAN_ERR_MALFORMED;
}

static enum banyan_status
read_paths(const struct by_value *value, struct by_arena *arena, struct by_merged *merged)
{
    enum banyan_status status = BANYAN_OK;
    if (value->kind != BY_VALUE_ARRAY)
        return BANYAN_ERR_MALFORMED;
    merged->path_count = value->array.count;
    merged->paths = by_arena_array(arena, merged->path_count + 1, sizeof *merged->paths);
    if (merged->paths == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < merged->path_count && status == BANYAN_OK; i++) {
        status = read_path(&value->array.items[i], arena, &merged->paths[i]);
        if (status == BANYAN_OK)
            merged->has_conflict = merged->has_conflict || merged->paths[i].candidate_count > 1;
    }
    return status;
}

static enum banyan_status
read_heads(const struct by_value *value, struct by_arena *arena, struct by_kept *kept)
{
    enum banyan_status status = BANYAN_OK;
    if (value->kind != BY_VALUE_ARRAY)
        return BANYAN_ERR_MALFORMED;
    kept->head_count = value->array.count;
    kept->heads = by_arena_array(arena, kept->head_count + 1, sizeof *kept->heads);
    kept->merged.heads = by_arena_array(arena, kept->head_count + 1, sizeof *kept->merged.heads);
    if (kept->heads == NULL || kept->merged.heads == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < kept->head_count && status == BANYAN_OK; i++) {
        status = read_author(&value->array.items[i], &kept->heads[i]);
        kept->merged.heads[i] = kept->heads[i].id;
    }
    kept->merged.head_count = kept->head_count;
    return status;
}

static enum banyan_status
read_kept(const struct by_value *value, struct by_arena *arena, struct by_kept *kept)
{
    struct by_merged *merged = &kept->merged;
    const struct by_value *items = value->array.items;
    if (value->kind != BY_VALUE_ARRAY || value->array.count != PLACES ||
        items[TYPE].kind != BY_VALUE_TEXT || items[DELETION].kind != BY_VALUE_INT ||
        items[DELETION].integer < BY_DELETED_NO || items[DELETION].integer > BY_DELETED_CONFLICT ||
        items[OPEN].kind != BY_VALUE_INT)
        return BANYAN_ERR_MALFORMED;
    merged->type = items[TYPE].bytes;
    merged->deletion = (enum by_deletion)items[DELETION].integer;
    merged->has_conflict = merged->deletion == BY_DELETED_CONFLICT;
    merged->has_put = merged->type.size > 0;
    kept->open_proposal_count = (uint64_t)items[OPEN].integer;
    enum banyan_status status = read_id(&items[OWNER], &merged->owner);
    if (status == BANYAN_OK)
        status = read_hlc(&items[FIRST], &merged->first_hlc);
    if (status == BANYAN_OK)
        status = read_hlc(&items[LAST], &merged->last_hlc);
    if (status == BANYAN_OK)
        status = read_ids(&items[ALL_HEADS], arena, &merged->all_heads, &merged->all_head_count);
    if (status == BANYAN_OK)
        status = read_heads(&items[HEADS], arena, kept);
    return status == BANYAN_OK ? read_paths(&items[PATHS], arena, merged) : status;
}

/* The row's first column; the statement is reset. */
static enum banyan_status take_row(struct by_view *view, sqlite3_stmt *statement,
                                   const struct by_record_name *name, struct by_arena *arena,
                                   struct by_kept *out_kept, struct banyan_error *error)
{
    struct by_bytes bytes;
    struct by_value value;
    *out_kept = (struct by_kept){.merged.name = *name};
    enum banyan_status status = by_arena_copy(arena, by_column_blob(statement, 0), &bytes);
    sqlite3_reset(statement);
    if (status == BANYAN_OK)
        status = by_value_decode(bytes, &kept_limits, arena, &value);
    if (status == BANYAN_OK)
        status = read_kept(&value, arena, out_kept);
    if (status == BANYAN_OK || status == BANYAN_ERR_MEMORY)
        return status == BANYAN_OK ? status : by_fail_plain(error, status);
    return by_view_damaged(view, error);
}

enum banyan_status by_kept_get(struct by_view *view, const struct by_record_name *name,
                               struct by_arena *arena, struct by_kept *out_kept,
                               struct banyan_error *error)
{
    uint8_t name_bytes[48];
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MERGED_GET);
    by_record_name_put(name_bytes, name);
    by_bind_blob(statement, 1, by_bytes_of(name_bytes, sizeof name_bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    return status == BANYAN_OK ? take_row(view, statement, name, arena, out_kept, error) : status;
}

/* Whether the view has looked at all that the store holds, and at nothing else. */
static bool is_of_store(sqlite3_stmt *statement, struct by_store_txn *txn)
{
    uint64_t mark = (uint64_t)sqlite3_column_int64(statement, 1);
    struct by_store_block block;
    if (mark == 0 || mark != by_store_next_arrival(txn) ||
        by_store_block_from(txn, mark - 1, &block) != BANYAN_OK || block.arrival != mark - 1)
        return false;
    return by_bytes_equal(by_column_blob(statement, 2),
                          by_id_bytes(&block.run.entries[block.run.count - 1].id));
}

static bool is_of_charter(sqlite3_stmt *statement, const struct by_charter *charter)
{
    struct by_id digest, types;
    by_charter_digest(charter, &digest);
    by_types_mark(charter, &types);
    return by_bytes_equal(by_column_blob(statement, 3), by_id_bytes(&digest)) &&
           by_bytes_equal(by_column_blob(statement, 4), by_id_bytes(&types));
}

/* One statement sees one moment of the view. */
enum banyan_status by_view_merged(struct by_view *view, struct by_store_txn *txn,
                                  const struct by_charter *charter,
                                  const struct by_record_name *name, struct by_arena *arena,
                                  struct by_merged *out_merged, struct banyan_error *error)
{
    uint8_t name_bytes[48];
    struct by_kept kept;
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MERGED_NOW);
    by_record_name_put(name_bytes, name);
    by_bind_blob(statement, 1, by_bytes_of(name_bytes, sizeof name_bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    if (status != BANYAN_OK)
        return status;
    if (!is_of_store(statement, txn) || !is_of_charter(statement, charter)) {
        sqlite3_reset(statement);
        return BANYAN_ERR_NOT_FOUND;
    }
    status = take_row(view, statement, name, arena, &kept, error);
    if (status == BANYAN_OK)
        *out_merged = kept.merged;
    return status;
}

/* Whether the statement gives a row. */
static enum banyan_status
has_row(struct by_view *view, sqlite3_stmt *statement, bool *out_has, struct banyan_error *error)
{
    enum banyan_status status = by_view_row(view, statement, error);
    *out_has = status == BANYAN_OK;
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_kept_has(struct by_view *view, const struct by_record_name *name,
                               bool *out_has, struct banyan_error *error)
{
    uint8_t bytes[48];
    sqlite3_stmt *statement = by_view_statement(view, BY_STATEMENT_MERGED_HAS);
    by_record_name_put(bytes, name);
    by_bind_blob(statement, 1, by_bytes_of(bytes, sizeof bytes));
    return has_row(view, statement, out_has, error);
}

enum banyan_status by_kept_any(struct by_view *view, bool *out_any, struct banyan_error *error)
{
    return has_row(view, by_view_statement(view, BY_STATEMENT_MERGED_ANY), out_any, error);
}
