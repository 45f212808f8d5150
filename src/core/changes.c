#include "core/changes.h"

#include <string.h>

#include "base/limits.h"

bool by_list_holds(const struct by_value *list, const struct by_value *element)
{
    for (size_t i = 0; i < list->array.count; i++)
        if (by_value_equal(&list->array.items[i], element))
            return true;
    return false;
}

#define FIRST_ROOM 16u

static enum banyan_status make_room(struct by_changes *changes, size_t room, struct by_arena *arena)
{
    struct by_touch *touches = by_arena_array(arena, room, sizeof *touches);
    struct by_value *values = by_arena_array(arena, room, sizeof *values);

    if (touches == NULL || values == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < changes->count; i++) {
        touches[i] = changes->touches[i];
        values[i] = changes->values[i];
    }
    changes->touches = touches;
    changes->values = values;
    changes->room = room;
    return BANYAN_OK;
}

enum banyan_status by_changes_init(struct by_changes *out_changes, struct by_arena *arena)
{
    *out_changes = (struct by_changes){0};
    return make_room(out_changes, FIRST_ROOM, arena);
}

static enum banyan_status
join_lists(struct by_value *list, const struct by_value *more, struct by_arena *arena)
{
    struct by_value joined = by_value_array(arena, list->array.count + more->array.count);
    size_t count = list->array.count;

    if (joined.array.items == NULL && joined.array.count > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        joined.array.items[i] = list->array.items[i];
    for (size_t i = 0; i < more->array.count; i++)
        if (!by_list_holds(list, &more->array.items[i]))
            joined.array.items[count++] = more->array.items[i];
    joined.array.count = count;
    *list = joined;
    return BANYAN_OK;
}

static bool is_removed(const struct by_touch *touch, const struct by_addition *addition)
{
    for (size_t i = 0; i < touch->removed_count; i++)
        if (by_addition_compare(&touch->removed[i], addition) == 0)
            return true;
    return false;
}

static enum banyan_status
join_removals(struct by_touch *touch, const struct by_touch *more, struct by_arena *arena)
{
    size_t room = touch->removed_count + more->removed_count;
    struct by_addition *joined = by_arena_array(arena, room, sizeof *joined);
    size_t count = touch->removed_count;

    if (joined == NULL)
        return BANYAN_ERR_MEMORY;
    if (count > 0)
        memcpy(joined, touch->removed, count * sizeof *joined);
    for (size_t i = 0; i < more->removed_count; i++)
        if (!is_removed(touch, &more->removed[i]))
            joined[count++] = more->removed[i];
    touch->removed = joined;
    touch->removed_count = count;
    return count > BY_REMOVALS_MAX ? BANYAN_ERR_TOO_LARGE : BANYAN_OK;
}

enum banyan_status by_changes_add(struct by_changes *changes, const struct by_touch *touch,
                                  const struct by_value *value, struct by_arena *arena)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct by_touch *held = &changes->touches[i];
        bool is_element = touch->how == BY_HOW_ADD || touch->how == BY_HOW_REMOVE;
        if (!by_bytes_equal(held->path, touch->path))
            continue;
        if (held->how != touch->how) {
            if (is_element && (held->how == BY_HOW_ADD || held->how == BY_HOW_REMOVE))
                continue;
            return BANYAN_ERR_DIFFERENT;
        }
        if (touch->how == BY_HOW_ADD)
            return join_lists(&changes->values[i], value, arena);
        if (touch->how == BY_HOW_REMOVE)
            return join_removals(held, touch, arena);
        return by_value_equal(&changes->values[i], value) ? BANYAN_OK : BANYAN_ERR_DIFFERENT;
    }
    if (changes->count == BY_TOUCHES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (changes->count == changes->room) {
        size_t room = changes->room * 2 < BY_TOUCHES_MAX ? changes->room * 2 : BY_TOUCHES_MAX;
        enum banyan_status status = make_room(changes, room, arena);
        if (status != BANYAN_OK)
            return status;
    }
    changes->touches[changes->count] = *touch;
    changes->values[changes->count++] = *value;
    return BANYAN_OK;
}
