/*
 * A file from an office, taken for a table: read twice alike, mapped, and made fields of. The first
 * byte says which encoding the file is said to be in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/record_row.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What the row says, in one number. */
static uint64_t weigh(const struct by_row *row, uint64_t before)
{
    uint64_t sum = before * 31 + row->number * 7 + row->line;

    require(row->count <= BY_CELLS_MAX);
    for (size_t i = 0; i < row->count; i++)
        for (size_t k = 0; k < row->cells[i].size; k++)
            sum = sum * 31 + row->cells[i].data[k] + i;
    return sum;
}

static uint64_t read_all(struct by_table *table, const struct by_mapping *mapping)
{
    uint64_t sum = 0;
    struct by_row row;
    struct by_arena arena = BY_ARENA_INIT;

    while (by_table_next(table, &row, NULL) == BANYAN_OK) {
        struct by_record_row fields;
        struct by_id hash;

        sum = weigh(&row, sum);
        by_arena_reset(&arena);
        require(by_record_row_read(mapping, &row, &arena, &fields) == BANYAN_OK);
        require(fields.count <= mapping->column_count + mapping->set_count);
        by_row_hash(mapping, &row, &hash);
    }
    by_arena_deinit(&arena);
    return sum;
}

static void read_table(struct by_table *table)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);
    struct by_mapping mapping, again;
    const struct by_type *site = by_type_shipped_find(by_bytes_of_text("site"));
    struct by_row row;
    uint64_t sum = 0;
    enum banyan_status status = BANYAN_OK;

    require(by_mapping_guess(site, by_table_header(table), NULL, &arena, &mapping) == BANYAN_OK);
    if (by_table_next(table, &row, NULL) == BANYAN_OK)
        by_mapping_look(&mapping, &row);
    require(by_table_rewind(table, NULL) == BANYAN_OK);
    sum = read_all(table, &mapping);
    require(by_table_rewind(table, NULL) == BANYAN_OK);
    require(sum == read_all(table, &mapping));
    /* what the guess writes is read, unless a header is no text */
    if (by_mapping_write(&mapping, &text) == BANYAN_OK) {
        status = by_mapping_read(by_buffer_bytes(&text), NULL, site, by_table_header(table), NULL,
                                 &arena, &again, NULL);
        require(status == BANYAN_OK || status == BANYAN_ERR_INVALID);
    }
    by_buffer_deinit(&text);
    by_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_table_options options = {0};
    struct by_table *table = NULL;
    char path[64];
    int file = memfd_create("table", MFD_CLOEXEC);

    require(file >= 0);
    if (size > 0 && data[0] < BY_CHARSET_COUNT)
        options.encoding = by_charset_name((enum by_charset)data[0]);
    if (size > 1)
        require(write(file, data + 1, size - 1) == (ssize_t)(size - 1));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (by_table_open(path, &options, &table, NULL) == BANYAN_OK) {
        size_t count = 0;
        const struct by_table_part *parts = by_table_parts(table, &count);

        read_table(table);
        for (size_t i = 0; i < count && i < 8; i++) {
            require(parts[i].within == BY_NO_PART || parts[i].within < i);
            if (by_table_choose(table, i, NULL) == BANYAN_OK)
                read_table(table);
        }
        if (by_table_choose(table, 0, NULL) == BANYAN_OK)
            read_table(table);
    }
    by_table_close(table);
    close(file);
    return 0;
}
