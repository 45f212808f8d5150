#include "view/tally_record.h"

#include <stdlib.h>
#include <string.h>

#include "record/merge.h"
#include "view/shown.h"

static_assert(sizeof((struct by_tally_record *)0)->label > 160 + sizeof "…",
              "a label, cut to its line, fits");

enum banyan_status by_tally_operations_add(struct by_tally_operations *operations,
                                           const struct by_entry *entry, uint8_t ways)
{
    size_t before = operations->gathering.count;
    enum banyan_status status = by_gathering_add(&operations->gathering, entry);

    if (status != BANYAN_OK || operations->gathering.count == before)
        return status;
    if (operations->capacity < operations->gathering.capacity) {
        uint8_t *grown =
            by_arena_alloc(operations->gathering.arena, operations->gathering.capacity);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        if (before > 0)
            memcpy(grown, operations->ways, before);
        operations->ways = grown;
        operations->capacity = operations->gathering.capacity;
    }
    operations->ways[before] = ways;
    return BANYAN_OK;
}

/* -- before and after -- */

static bool is_shown(const struct by_merged *merged)
{
    return merged->type.size > 0 && merged->deletion != BY_DELETED_YES;
}

static bool is_same_path(const struct by_merged_path *a, const struct by_merged_path *b)
{
    if (!by_bytes_equal(a->path, b->path) || a->candidate_count != b->candidate_count)
        return false;
    for (size_t i = 0; i < a->candidate_count; i++)
        if (!by_value_equal(&a->candidates[i].value, &b->candidates[i].value))
            return false;
    return true;
}

static bool shows_same(const struct by_merged *a, const struct by_merged *b)
{
    if (!by_bytes_equal(a->type, b->type) || a->deletion != b->deletion ||
        a->path_count != b->path_count)
        return false;
    for (size_t i = 0; i < a->path_count; i++)
        if (!is_same_path(&a->paths[i], &b->paths[i]))
            return false;
    return true;
}

static bool has_same_proposals(const struct by_merged *a, const struct by_merged *b)
{
    if (a->proposal_count != b->proposal_count)
        return false;
    for (size_t i = 0; i < a->proposal_count; i++)
        if (!by_id_equal(&a->proposals[i].operation->id, &b->proposals[i].operation->id) ||
            a->proposals[i].state != b->proposals[i].state)
            return false;
    return true;
}

static void count_change(const struct by_merged *before, const struct by_merged *after,
                         struct by_tally_changes *changes)
{
    if (is_shown(after) && before->type.size == 0)
        changes->records_new++;
    else if (is_shown(before) && !is_shown(after))
        changes->records_deleted++;
    else if (is_shown(after) && (!is_shown(before) || !shows_same(before, after)))
        changes->records_changed++;
    else if (is_shown(after) && !has_same_proposals(before, after))
        changes->records_proposed++;
}

static bool has_any(const struct by_tally_operations *operations, uint8_t way)
{
    for (size_t i = 0; i < operations->gathering.count; i++)
        if ((operations->ways[i] & way) != 0)
            return true;
    return false;
}

/* The record without what went that way: as the side had it that did not have that. */
static enum banyan_status merge_without(const struct by_tally_operations *operations, uint8_t way,
                                        const struct by_record_name *name,
                                        const struct by_type_set *types, struct by_merged *out)
{
    struct by_arena *arena = operations->gathering.arena;
    size_t count = 0;
    struct by_operation *rest =
        by_arena_array(arena, operations->gathering.count + 1, sizeof *rest);

    *out = (struct by_merged){.type = {0}};
    if (rest == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < operations->gathering.count; i++)
        if ((operations->ways[i] & way) == 0)
            rest[count++] = operations->gathering.operations[i];
    return count == 0 ? BANYAN_OK : by_merge(name, rest, count, types, arena, out);
}

/* -- edited on both sides -- */

static uint8_t
ways_of_heads(const struct by_tally_operations *operations, const struct by_merged *merged)
{
    uint8_t ways = 0;

    for (size_t i = 0; i < operations->gathering.count; i++)
        if (operations->ways[i] != 0 &&
            bsearch(&operations->gathering.operations[i].id, merged->all_heads,
                    merged->all_head_count, sizeof *merged->all_heads, by_id_order) != NULL)
            ways |= operations->ways[i];
    return ways;
}

static int order_listed(const void *a, const void *b)
{
    const struct by_tally_record *left = a;
    const struct by_tally_record *right = b;
    int order = (int)right->in_conflict - (int)left->in_conflict;

    order = order != 0 ? order : strcmp(left->label, right->label);
    return order != 0 ? order : strcmp(left->id, right->id);
}

/* In order; past the bound the last one gives way. */
static void list(struct by_tally_result *result, const struct by_tally_record *record)
{
    size_t at = result->listed_count;

    if (at == BY_TALLY_LISTED_MAX && order_listed(record, &result->listed[at - 1]) >= 0)
        return;
    at -= at == BY_TALLY_LISTED_MAX;
    result->listed[at] = *record;
    result->listed_count = at + 1;
    qsort(result->listed, result->listed_count, sizeof result->listed[0], order_listed);
}

static enum banyan_status list_both(const struct by_merged *merged,
                                    const struct by_registry *registry, struct by_arena *arena,
                                    struct by_tally_result *result)
{
    struct by_tally_record record = {.in_conflict = merged->has_conflict};
    struct by_buffer label = BY_BUFFER_INIT(sizeof record.label - 1);
    struct by_value document;
    enum banyan_status status = by_merged_document(merged, arena, &document);

    by_record_short_id(&merged->name, record.id);
    memcpy(record.type, merged->type.data, merged->type.size);
    if (status == BANYAN_OK)
        status = by_shown_label(by_registry_type(registry, merged->type), &document, NULL,
                                record.id, &label);
    if (status == BANYAN_OK) {
        memcpy(record.label, label.data, label.size);
        list(result, &record);
        result->both_count++;
    }
    by_buffer_deinit(&label);
    return status;
}

enum banyan_status
by_tally_count(const struct by_tally_operations *operations, const struct by_record_name *name,
               const struct by_type_set *types, const struct by_registry *registry,
               struct by_tally_result *result)
{
    struct by_tally_changes *const changes[] = {&result->sent, &result->received};
    struct by_arena *arena = operations->gathering.arena;
    struct by_merged after = {.type = {0}}, before;
    enum banyan_status status = BANYAN_OK;

    if (operations->gathering.count == 0)
        return BANYAN_OK;
    status = by_merge(name, operations->gathering.operations, operations->gathering.count, types,
                      arena, &after);
    for (int way = 0; way < BY_TALLY_WAYS && status == BANYAN_OK; way++) {
        if (!has_any(operations, (uint8_t)(1u << way)))
            continue;
        status = merge_without(operations, (uint8_t)(1u << way), name, types, &before);
        if (status == BANYAN_OK)
            count_change(&before, &after, changes[way]);
    }
    /* What has no type is shown to nobody. */
    if (status != BANYAN_OK || after.type.size == 0 ||
        ways_of_heads(operations, &after) != (1u << BY_TALLY_SENT | 1u << BY_TALLY_RECEIVED))
        return status;
    return list_both(&after, registry, arena, result);
}
