/*
 * Operations from foreign bytes: links ‖ payload pairs of one record, decoded, merged as they come
 * and in reverse, and written again.
 *
 * Input: per operation, one byte for author (who and role), one for the number of id bytes that
 * differ, u16 links size, links, u16 payload size, payload.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "codec/json.h"
#include "record/field_value.h"
#include "record/merge.h"

#define OPERATIONS_MAX 24u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Valid operations give back the bytes they came from, but for remarks that say what is not
 * known. */
static void write_again(struct by_operation *operation, struct by_bytes links,
                        struct by_bytes payload, struct by_arena *arena)
{
    struct by_buffer out_links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer out_payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_bytes out = {0};
    struct by_operation again = {.hlc = 0};

    must(by_operation_encode(operation, &out_links, &out_payload) == BANYAN_OK);
    must(by_bytes_equal(by_buffer_bytes(&out_links), links));
    if (!by_bytes_equal(by_buffer_bytes(&out_payload), payload)) {
        must(by_arena_copy(arena, by_buffer_bytes(&out_payload), &out) == BANYAN_OK);
        must(out.size < payload.size);
        must(by_operation_decode(links, out, arena, &again) == BANYAN_OK && again.values != NULL);
        must(by_bytes_equal(again.person, operation->person));
        for (size_t i = 0; i < operation->links.touch_count; i++)
            must(by_value_equal(&again.values[i], &operation->values[i]));
    }
    by_buffer_deinit(&out_links);
    by_buffer_deinit(&out_payload);
}

static bool take_part(struct by_cursor *cursor, struct by_bytes *out_part)
{
    struct by_bytes head = {0};

    return by_cursor_take(cursor, 2, &head) == BANYAN_OK &&
           by_cursor_take(cursor, by_get_u16le(head.data), out_part) == BANYAN_OK;
}

static bool
take_operation(struct by_cursor *cursor, struct by_arena *arena, struct by_operation *operation)
{
    struct by_bytes head = {0};
    struct by_bytes links = {0};
    struct by_bytes payload = {0};

    if (by_cursor_take(cursor, 2, &head) != BANYAN_OK || !take_part(cursor, &links) ||
        !take_part(cursor, &payload) ||
        by_operation_decode(links, payload, arena, operation) != BANYAN_OK)
        return false;
    operation->id.bytes[0] = head.data[1];
    operation->hlc = head.data[1] / 3;
    memset(operation->organisation.bytes, head.data[0] & 3, sizeof operation->organisation.bytes);
    operation->role = head.data[0] >> 2 & 7;
    if (operation->values != NULL)
        write_again(operation, links, payload, arena);
    return true;
}

static bool has_id(const struct by_operation *operations, size_t count, const struct by_id *id)
{
    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&operations[i].id, id))
            return true;
    return false;
}

/* The result as canonical bytes: document, heads and states. */
static void merge_into(const struct by_operation *operations, size_t count,
                       const struct by_type_set *types, struct by_arena *arena,
                       struct by_buffer *out)
{
    struct by_record_name name = {.owner = {{0}}};
    struct by_merged merged = {0};
    struct by_value document = by_value_nil();

    must(by_merge(&name, operations, count, types, arena, &merged) == BANYAN_OK);
    must(by_merged_document(&merged, arena, &document) == BANYAN_OK);
    must(by_json_write(&document, out) == BANYAN_OK);
    must(by_buffer_append_format(out, " %d %d %d", (int)merged.deletion, merged.has_conflict,
                                 (int)merged.last_hlc) == BANYAN_OK);
    must(by_buffer_append(out, merged.heads, merged.head_count * sizeof *merged.heads) ==
         BANYAN_OK);
    for (size_t i = 0; i < merged.path_count; i++)
        for (size_t k = 0; k < merged.paths[i].candidate_count; k++) {
            must(by_value_encode(&merged.paths[i].candidates[k].value, out) == BANYAN_OK);
            must(by_buffer_append_u8(out, merged.paths[i].candidates[k].by->id.bytes[0]) ==
                 BANYAN_OK);
        }
}

static void merge_both_ways(struct by_operation *operations, size_t count, struct by_arena *arena)
{
    struct by_buffer once = BY_BUFFER_INIT(1u << 26);
    struct by_buffer then = BY_BUFFER_INIT(1u << 26);
    struct by_value compact = by_value_nil();
    struct by_type_set *types = NULL;

    must(by_types_compact(arena, &compact) == BANYAN_OK);
    must(by_type_set_new(&compact, &types) == BANYAN_OK);
    merge_into(operations, count, types, arena, &once);
    for (size_t i = 0; i < count / 2; i++) {
        struct by_operation held = operations[i];

        operations[i] = operations[count - 1 - i];
        operations[count - 1 - i] = held;
    }
    merge_into(operations, count, types, arena, &then);
    must(by_bytes_equal(by_buffer_bytes(&once), by_buffer_bytes(&then)));
    by_type_set_free(types);
    by_buffer_deinit(&once);
    by_buffer_deinit(&then);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_cursor cursor = {by_bytes_of(data, size)};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_operation operations[OPERATIONS_MAX];
    size_t count = 0;

    while (count < OPERATIONS_MAX) {
        operations[count] = (struct by_operation){.hlc = 0};
        if (!take_operation(&cursor, &arena, &operations[count]))
            break;
        count += !has_id(operations, count, &operations[count].id);
    }
    merge_both_ways(operations, count, &arena);
    by_arena_deinit(&arena);
    return 0;
}
