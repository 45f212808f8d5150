#include "core/state.h"

#include "exchange/exported.h"

enum banyan_status by_state_text(const struct by_merged *merged, struct by_buffer *out)
{
    return by_version_text(by_bytes_of((const uint8_t *)merged->all_heads,
                                       merged->all_head_count * sizeof merged->all_heads[0]),
                           out);
}

enum banyan_status by_state_merge(const struct by_loaded *loaded, const struct by_type_set *types,
                                  struct by_bytes state, struct by_arena *arena,
                                  struct by_merged *out_merged)
{
    size_t wanted = by_version_count(state), found = 0;
    struct by_id *heads = by_arena_array(arena, loaded->count + 1, sizeof heads[0]);

    if (heads == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < loaded->count; i++)
        if (by_version_has(state, &loaded->operations[i].id))
            heads[found++] = loaded->operations[i].id;
    if (wanted == 0 || found < wanted)
        return wanted == 0 ? BANYAN_ERR_INVALID : BANYAN_ERR_NOT_FOUND;
    return by_merge_as_of(&loaded->merged.name, loaded->operations, loaded->count, heads, found,
                          types, arena, out_merged);
}
