/*
 * A workbook with one part of foreign bytes: the first byte says which. It reads alike twice, or is
 * refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/limits.h"
#include "exchange/table.h"
#include "exchange/xlsx_book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static const struct {
    const char *name, *text;
} parts[] = {
    {"xl/worksheets/sheet1.xml",
     "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"3\"><c "
     "r=\"B3\" s=\"1\"><v>43861.5</v></c></row></sheetData></worksheet>"},
    {"xl/workbook.xml",
     "<workbook><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
     "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
    {"xl/sharedStrings.xml", "<sst><si><t>Name</t></si></sst>"},
    {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>"
                      "</styleSheet>"},
};
#define PART_COUNT (sizeof parts / sizeof parts[0])

static void write_workbook(const char *path, const uint8_t *data, size_t size)
{
    size_t foreign = size > 0 ? data[0] % PART_COUNT : 0;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

    require(archive != NULL);
    for (size_t i = 0; i < PART_COUNT; i++) {
        const void *text = i == foreign && size > 0 ? (const void *)(data + 1) : parts[i].text;
        size_t length = i == foreign && size > 0 ? size - 1 : strlen(parts[i].text);
        zip_source_t *source = zip_source_buffer(archive, text, length, 0);

        require(source != NULL);
        require(zip_file_add(archive, parts[i].name, source, ZIP_FL_OVERWRITE) >= 0);
    }
    require(zip_close(archive) == 0);
}

static uint64_t read_all(struct by_table *table)
{
    uint64_t sum = 0, before = 0;
    struct by_row row;

    while (by_table_next(table, &row, NULL) == BANYAN_OK) {
        require(row.number > before && row.count <= BY_CELLS_MAX);
        before = row.number;
        for (size_t i = 0; i < row.count; i++)
            for (size_t k = 0; k < row.cells[i].size; k++)
                sum = sum * 31 + row.cells[i].data[k] + i;
    }
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[64];
    struct by_table_options options = {0};
    struct by_table *table = NULL;

    if (path[0] == 0)
        (void)snprintf(path, sizeof path, "/tmp/banyan-fuzz-%d.xlsx", (int)getpid());
    write_workbook(path, data, size);
    if (by_table_open(path, &options, &table, NULL) == BANYAN_OK) {
        uint64_t sum = read_all(table);

        require(by_table_rewind(table, NULL) == BANYAN_OK);
        require(read_all(table) == sum);
    }
    by_table_close(table);
    require(unlink(path) == 0);
    return 0;
}
