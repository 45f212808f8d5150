/*
 * A mapping as people edit it, over a header with what may stand in one: what is read writes itself
 * down in a form that is read again, and comes out the same.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "exchange/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct by_row header_of(struct by_bytes *cells)
{
    static const char *const names[] = {"Name", "Area (ha)", "Lat", "Lon",
                                        "Kind", "",          "No",  "Notes"};
    size_t count = sizeof names / sizeof names[0];

    for (size_t i = 0; i < count; i++)
        cells[i] = by_bytes_of_text(names[i]);
    return (struct by_row){.cells = cells, .count = count, .number = 1, .line = 1};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct by_type *site = by_type_shipped_find(by_bytes_of_text("site"));
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer first = BY_BUFFER_INIT(SIZE_MAX), second = BY_BUFFER_INIT(SIZE_MAX);
    struct by_bytes cells[8], json = by_bytes_of(data, size);
    const struct by_row header = header_of(cells);
    struct by_mapping mapping, again;
    struct banyan_error error = {.text = ""};
    const char *type = NULL;
    enum banyan_status status = by_mapping_type_of(json, &arena, &type, &error);

    require(status == BANYAN_OK || error.text[0] != 0);
    status = by_mapping_read(json, site, &header, NULL, &arena, &mapping, &error);
    require(status == BANYAN_OK || error.text[0] != 0);
    if (status == BANYAN_OK) {
        require(mapping.column_count == header.count);
        require(by_mapping_write(&mapping, &first) == BANYAN_OK);
        require(by_mapping_read(by_buffer_bytes(&first), site, &header, NULL, &arena, &again,
                                &error) == BANYAN_OK);
        require(by_mapping_write(&again, &second) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)));
    }
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
    by_arena_deinit(&arena);
    return 0;
}
