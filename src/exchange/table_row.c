/*
 * Rows while they are put together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/table_parts.h"

void by_row_builder_init(struct by_row_builder *builder)
{
    *builder = (struct by_row_builder){.bytes = BY_BUFFER_INIT(BY_LINE_BYTES_MAX)};
}

void by_row_builder_deinit(struct by_row_builder *builder)
{
    by_buffer_deinit(&builder->bytes);
    free(builder->ends);
    free(builder->cells);
}

void by_row_builder_reset(struct by_row_builder *builder)
{
    by_buffer_reset(&builder->bytes);
    builder->count = 0;
    builder->status = BANYAN_OK;
}

/* Room for one more item of that size; NULL when memory ran out. */
static void *with_room(void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *grown = items;

    if (count < *capacity)
        return items;
    grown = realloc(items, wanted * item_size);
    if (grown != NULL)
        *capacity = wanted;
    return grown;
}

static enum banyan_status add(struct by_row_builder *builder, struct by_bytes cell)
{
    size_t *ends = NULL;

    if (builder->count == BY_CELLS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    ends = with_room(builder->ends, builder->count, &builder->end_capacity, sizeof *ends);
    if (ends == NULL)
        return BANYAN_ERR_MEMORY;
    builder->ends = ends;
    enum banyan_status status = by_buffer_append_bytes(&builder->bytes, cell);
    if (status == BANYAN_OK)
        builder->ends[builder->count++] = builder->bytes.size;
    return status;
}

void by_row_builder_add(struct by_row_builder *builder, struct by_bytes cell)
{
    if (builder->status == BANYAN_OK)
        builder->status = add(builder, cell);
}

/* What stands behind the mark; size is that of both. */
static unsigned value_of(const uint8_t *mark, size_t size)
{
    char digits[BY_CHARSET_BAD_BYTES] = {0};

    memcpy(digits, mark + 1, size - 1);
    return (unsigned)strtoul(digits, NULL, 16);
}

/* Rows grow shorter where they are. */
size_t by_row_builder_replace_bad(struct by_row_builder *builder, unsigned *out_value)
{
    uint8_t *data = builder->bytes.data;
    size_t from = 0, to = 0, cell = 0;

    if (builder->bytes.size == 0 || memchr(data, BY_CHARSET_BAD, builder->bytes.size) == NULL)
        return 0;
    for (size_t i = 0; i < builder->count; i++) {
        while (from < builder->ends[i]) {
            size_t size = builder->ends[i] - from;

            if (data[from] != BY_CHARSET_BAD) {
                data[to++] = data[from++];
                continue;
            }
            /* less only where a digit stands between cells */
            size = size < BY_CHARSET_BAD_BYTES ? size : BY_CHARSET_BAD_BYTES;
            if (cell == 0)
                *out_value = value_of(data + from, size);
            cell = cell == 0 ? i + 1 : cell;
            from += size;
            size = size < 3 ? size : 3;
            memcpy(data + to, "\xef\xbf\xbd", size);
            to += size;
        }
        builder->ends[i] = to;
    }
    builder->bytes.size = to;
    return cell;
}

enum banyan_status by_row_builder_row(struct by_row_builder *builder, struct by_row *out_row)
{
    size_t begin = 0;

    if (builder->status != BANYAN_OK)
        return builder->status;
    if (builder->cell_capacity < builder->count) {
        struct by_bytes *cells =
            realloc(builder->cells, builder->end_capacity * sizeof builder->cells[0]);

        if (cells == NULL)
            return BANYAN_ERR_MEMORY;
        builder->cells = cells;
        builder->cell_capacity = builder->end_capacity;
    }
    for (size_t i = 0; i < builder->count; i++) {
        builder->cells[i] = by_bytes_of(builder->bytes.data + begin, builder->ends[i] - begin);
        begin = builder->ends[i];
    }
    *out_row = (struct by_row){.cells = builder->cells, .count = builder->count};
    return BANYAN_OK;
}

enum banyan_status by_row_fail(enum banyan_status status, uint64_t line, struct banyan_error *error)
{
    if (status != BANYAN_ERR_TOO_LARGE)
        return by_fail_plain(error, status);
    return by_fail(error, BANYAN_ERR_INVALID,
                   "the row that begins at line %llu has more than %u cells or %u bytes: is a "
                   "quotation mark missing there?",
                   (unsigned long long)line, BY_CELLS_MAX, BY_LINE_BYTES_MAX);
}
