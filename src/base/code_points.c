#include "base/code_points.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define NEAR_COUNT       (sizeof((struct by_code_points *)NULL)->near / sizeof(int32_t))
#define DECOMPOSED_MAX   32 /* code points from one: canonical with case folding needs far fewer */
#define CLASS_COUNT      256u
#define DECOMPOSE_OPTION (UTF8PROC_STABLE | UTF8PROC_DECOMPOSE)
#define FOLD_OPTION      (DECOMPOSE_OPTION | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)

int32_t by_utf8_take(struct by_bytes *rest)
{
    utf8proc_ssize_t limit = rest->size < 4 ? (utf8proc_ssize_t)rest->size : 4;
    int32_t code_point = -1;
    utf8proc_ssize_t taken = limit == 0 ? 0 : utf8proc_iterate(rest->data, limit, &code_point);

    if (taken <= 0)
        return -1;
    rest->data += taken;
    rest->size -= (size_t)taken;
    return code_point;
}

enum banyan_status by_utf8_append(int32_t code_point, struct by_buffer *out)
{
    uint8_t bytes[4];
    utf8proc_ssize_t size = utf8proc_encode_char(code_point, bytes);

    assert(size > 0);
    return by_buffer_append(out, bytes, (size_t)size);
}

unsigned by_code_point_class(int32_t code_point)
{
    if (code_point < 0x300) /* the first mark */
        return 0;
    return (unsigned)utf8proc_get_property(code_point)->combining_class % CLASS_COUNT;
}

void by_code_points_init(struct by_code_points *list)
{
    list->items = list->near;
    list->count = 0;
    list->capacity = NEAR_COUNT;
}

void by_code_points_deinit(struct by_code_points *list)
{
    if (list->items != list->near)
        free(list->items);
    by_code_points_init(list);
}

static enum banyan_status reserve(struct by_code_points *list, size_t more)
{
    size_t capacity = list->capacity;
    int32_t *items = NULL;

    if (more <= list->capacity - list->count)
        return BANYAN_OK;
    while (capacity - list->count < more) {
        if (capacity > SIZE_MAX / 2 / sizeof *items)
            return BANYAN_ERR_MEMORY;
        capacity *= 2;
    }
    items = malloc(capacity * sizeof *items);
    if (items == NULL)
        return BANYAN_ERR_MEMORY;
    memcpy(items, list->items, list->count * sizeof *items);
    if (list->items != list->near)
        free(list->items);
    list->items = items;
    list->capacity = capacity;
    return BANYAN_OK;
}

enum banyan_status by_code_points_append(struct by_code_points *list, int32_t code_point)
{
    enum banyan_status status = reserve(list, 1);

    if (status == BANYAN_OK)
        list->items[list->count++] = code_point;
    return status;
}

/* Sort the marks from first to end by class, equal classes in the order they have. One sweep per
 * class that occurs, so a wall of marks costs no more than its length. */
static enum banyan_status order_marks(struct by_code_points *list, size_t first, size_t end)
{
    bool occurs[CLASS_COUNT] = {false};
    size_t count = list->count;
    bool is_sorted = true;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = first; i < end; i++) {
        unsigned class = by_code_point_class(list->items[i]);

        occurs[class] = true;
        is_sorted = is_sorted && (i == first || by_code_point_class(list->items[i - 1]) <= class);
    }
    if (is_sorted)
        return BANYAN_OK;
    status = reserve(list, end - first); /* the sorted copy stands behind the list for a while */
    if (status != BANYAN_OK)
        return status;
    for (unsigned class = 0; class < CLASS_COUNT; class ++) {
        for (size_t i = first; occurs[class] && i < end; i++) {
            if (by_code_point_class(list->items[i]) == class)
                list->items[list->count++] = list->items[i];
        }
    }
    memcpy(list->items + first, list->items + count, (end - first) * sizeof *list->items);
    list->count = count;
    return BANYAN_OK;
}

enum banyan_status by_code_points_order(struct by_code_points *list)
{
    enum banyan_status status = BANYAN_OK;
    size_t first = 0;

    for (size_t i = 0; status == BANYAN_OK && i < list->count; i++) {
        if (by_code_point_class(list->items[i]) != 0)
            continue;
        if (i - first > 1) /* nearly all runs are shorter */
            status = order_marks(list, first, i);
        first = i + 1;
    }
    return status == BANYAN_OK ? order_marks(list, first, list->count) : status;
}

static enum banyan_status
decompose_one(struct by_code_points *list, int32_t code_point, utf8proc_option_t option)
{
    int32_t pieces[DECOMPOSED_MAX];
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(code_point, pieces, DECOMPOSED_MAX, option, &boundary);
    enum banyan_status status = BANYAN_OK;

    assert(count >= 0 && count <= DECOMPOSED_MAX);
    for (utf8proc_ssize_t i = 0; status == BANYAN_OK && i < count; i++)
        status = by_code_points_append(list, pieces[i]);
    return status;
}

enum banyan_status
by_code_points_decompose(struct by_code_points *list, struct by_bytes text, bool fold_case)
{
    utf8proc_option_t option = fold_case ? FOLD_OPTION : DECOMPOSE_OPTION;
    enum banyan_status status = BANYAN_OK;

    assert(list->count == 0);
    while (status == BANYAN_OK && text.size > 0) {
        int32_t code_point = by_utf8_take(&text);

        if (code_point < 0)
            return BANYAN_ERR_BAD_TEXT;
        if (code_point < 0x80 && !fold_case)
            status = by_code_points_append(list, code_point);
        else
            status = decompose_one(list, code_point, option);
    }
    return status == BANYAN_OK ? by_code_points_order(list) : status;
}

void by_code_points_compose(struct by_code_points *list)
{
    utf8proc_ssize_t count =
        utf8proc_normalize_utf32(list->items, (utf8proc_ssize_t)list->count,
                                 (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));

    assert(count >= 0 && (size_t)count <= list->count);
    list->count = (size_t)count;
}

enum banyan_status by_code_points_encode(const struct by_code_points *list, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; status == BANYAN_OK && i < list->count; i++)
        status = by_utf8_append(list->items[i], out);
    return status;
}
