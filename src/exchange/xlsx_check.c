#include "exchange/xlsx_check.h"

#include <string.h>
#include <zip.h>

#include "exchange/xml.h"

struct counting {
    uint64_t rows, cells;
    bool is_sheet;
};

static void on_start(void *context, const char *name, const char **attributes)
{
    struct counting *counting = context;

    (void)attributes;
    counting->rows += counting->is_sheet && strcmp(name, "row") == 0;
    counting->cells += counting->is_sheet && strcmp(name, "c") == 0;
}

static void on_end(void *context, const char *name)
{
    (void)context;
    (void)name;
}

static void on_text(void *context, struct by_bytes text)
{
    (void)context;
    (void)text;
}

static enum banyan_status read_parts(struct zip *archive, struct counting *counting)
{
    static const struct by_xml_calls calls = {on_start, on_end, on_text};
    zip_int64_t count = zip_get_num_entries(archive, 0);
    enum banyan_status status = BANYAN_OK;

    for (zip_int64_t i = 0; i < count && status == BANYAN_OK; i++) {
        const char *part = zip_get_name(archive, (zip_uint64_t)i, 0);

        counting->is_sheet = part != NULL && strncmp(part, "xl/worksheets/", 14) == 0;
        status = part == NULL ? BANYAN_ERR_MALFORMED
                              : by_xml_read_all(archive, part, &calls, counting, NULL);
    }
    return status;
}

enum banyan_status
by_xlsx_check(const char *path, uint64_t rows, uint64_t cells, struct banyan_error *error)
{
    struct counting counting = {.rows = 0};
    int fault = 0;
    struct zip *archive = zip_open(path, ZIP_RDONLY, &fault);
    enum banyan_status status = BANYAN_ERR_MALFORMED;

    if (archive != NULL) {
        status = read_parts(archive, &counting);
        zip_discard(archive);
    }
    return status == BANYAN_OK && counting.rows >= rows && counting.cells >= cells
               ? BANYAN_OK
               : by_fail(error, BANYAN_ERR_FULL,
                         "the workbook could not be written whole: there is too little room left "
                         "on the disk");
}
