/*
 * A mapping as people edit it, over a header with what may stand in one: what is read writes itself
 * down in a form that is read again, and comes out the same.
 */
#include <stdlib.h>
#include <string.h>

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

/* The same as of one of several tables: what is written of two is read as it was. */
static void read_sheet(struct by_bytes json, const struct by_type *site, struct by_arena *arena)
{
    struct by_buffer text = BY_BUFFER_INIT(SIZE_MAX);
    struct by_bytes cells[8];
    const struct by_row header = header_of(cells);
    struct by_mapping mapping, again;
    struct by_mapping_sheet sheet, sheet_again;
    struct banyan_error error = {.text = ""};
    enum banyan_status status = by_mapping_sheet_of(json, "A", arena, &sheet, &error);

    require(status == BANYAN_OK || error.text[0] != 0);
    if (status == BANYAN_OK)
        status = by_mapping_read(json, "A", site, &header, NULL, arena, &mapping, &error);
    if (status == BANYAN_OK) {
        const struct by_mapping_named named[] = {
            {.name = "", .mapping = &mapping},
            {.name = "A", .mapping = &mapping, .parent = "parent", .list = "sites"},
            {.name = "B"}};

        require(by_mapping_write_sheets(named, 3, &text) == BANYAN_OK);
        require(by_mapping_read(by_buffer_bytes(&text), "A", site, &header, NULL, arena, &again,
                                &error) == BANYAN_OK);
        require(by_mapping_sheet_of(by_buffer_bytes(&text), "A", arena, &sheet_again, &error) ==
                BANYAN_OK);
        require(sheet_again.is_said && strcmp(sheet_again.parent, "parent") == 0);
        require(by_mapping_sheet_of(by_buffer_bytes(&text), "B", arena, &sheet_again, &error) ==
                BANYAN_OK);
        require(sheet_again.is_left_out);
    }
    by_buffer_deinit(&text);
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
    status = by_mapping_read(json, NULL, site, &header, NULL, &arena, &mapping, &error);
    require(status == BANYAN_OK || error.text[0] != 0);
    if (status == BANYAN_OK) {
        require(mapping.column_count == header.count);
        require(by_mapping_write(&mapping, &first) == BANYAN_OK);
        require(by_mapping_read(by_buffer_bytes(&first), NULL, site, &header, NULL, &arena, &again,
                                &error) == BANYAN_OK);
        require(by_mapping_write(&again, &second) == BANYAN_OK);
        require(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)));
    }
    read_sheet(json, site, &arena);
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
    by_arena_deinit(&arena);
    return 0;
}
