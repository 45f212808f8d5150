#include "exchange/xlsx_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "exchange/xlsx_check.h"
#include "os/fail.h"
#include "os/hush.h"
#include "os/os.h"

#define LISTS_SHEET     "banyan"
#define LISTS_MAX       64u
#define NAME_CHARACTERS 31
#define NAME_BYTES      (4 * NAME_CHARACTERS + 1)
#define SPARE_ROWS      1000u /* below the last, with drop-downs too */
#define ROWS_MAX        1048576u

struct choice {
    lxw_worksheet *sheet;
    lxw_col_t column;
    size_t list;
    uint32_t rows; /* of the sheet, as far as it is written */
};
struct list {
    const struct by_code_list *codes;
    const char *language;
};
struct by_workbook {
    lxw_workbook *book;
    lxw_format *bold, *day;
    lxw_worksheet *sheet;
    lxw_row_t row;
    lxw_col_t columns, column;
    struct list lists[LISTS_MAX];
    size_t list_count;
    struct choice *choices;
    size_t choice_count;
    char *text; /* of the cell at work, with a NUL */
    size_t text_capacity;
    char *path;
    uint64_t row_count, cell_count; /* of all sheets, as far as they are written */
};

static enum banyan_status status_of(lxw_error fault)
{
    if (fault == LXW_NO_ERROR)
        return BANYAN_OK;
    return fault == LXW_ERROR_MEMORY_MALLOC_FAILED ? BANYAN_ERR_MEMORY : BANYAN_ERR_TOO_LARGE;
}

/* NULL where memory ran out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL   ? strdup(".")
           : slash == path ? strdup("/")
                           : strndup(path, (size_t)(slash - path));
}

enum banyan_status by_workbook_new(const char *path, struct by_workbook **out_workbook)
{
    char *folder = folder_of(path);
    /* Rows go to a temporary file of the library as they come, where the workbook will be. */
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE, .tmpdir = folder};
    /* When it was made, by the clock that all else here goes by. */
    lxw_doc_properties properties = {.created = (time_t)(by_os_wall_ms() / 1000)};
    struct by_workbook *workbook = calloc(1, sizeof *workbook);

    if (workbook != NULL)
        workbook->path = strdup(path);
    if (workbook == NULL || folder == NULL || workbook->path == NULL) {
        free(folder);
        by_workbook_drop(workbook);
        return BANYAN_ERR_MEMORY;
    }
    workbook->book = workbook_new_opt(path, &options);
    free(folder); /* the library has a copy */
    if (workbook->book != NULL) {
        workbook->bold = workbook_add_format(workbook->book);
        workbook->day = workbook_add_format(workbook->book);
    }
    if (workbook->bold == NULL || workbook->day == NULL) {
        by_workbook_drop(workbook);
        return BANYAN_ERR_MEMORY;
    }
    (void)workbook_set_properties(workbook->book, &properties);
    format_set_bold(workbook->bold);
    format_set_num_format(workbook->day, "yyyy-mm-dd");
    *out_workbook = workbook;
    return BANYAN_OK;
}

void by_workbook_drop(struct by_workbook *workbook)
{
    if (workbook == NULL)
        return;
    if (workbook->book != NULL)
        lxw_workbook_free(workbook->book);
    free(workbook->choices);
    free(workbook->text);
    free(workbook->path);
    free(workbook);
}

/* -- sheets -- */

/* At most 31 characters, none of []:*?/\, no apostrophe at the ends. */
static void make_name(const char *wanted, unsigned number, char out_name[NAME_BYTES])
{
    char suffix[16] = "";
    size_t characters = 0, size = 0, room = NAME_CHARACTERS;

    if (number > 1)
        (void)snprintf(suffix, sizeof suffix, " %u", number);
    room -= strlen(suffix);
    for (const char *at = wanted; *at != 0; at++) {
        bool begins = ((uint8_t)*at & 0xc0u) != 0x80u;

        if (begins && characters++ == room)
            break;
        out_name[size++] = strchr("[]:*?/\\'", *at) == NULL ? *at : '-';
    }
    (void)snprintf(out_name + size, NAME_BYTES - size, "%s", suffix);
}

enum banyan_status by_workbook_sheet(struct by_workbook *workbook, const char *name)
{
    char own[NAME_BYTES];
    unsigned number = 1;

    do {
        make_name(name[0] == 0 || strcasecmp(name, LISTS_SHEET) == 0 ? "-" : name, number++, own);
    } while (workbook_get_worksheet_by_name(workbook->book, own) != NULL && number < 1000);
    workbook->sheet = workbook_add_worksheet(workbook->book, own);
    workbook->row = workbook->columns = workbook->column = 0;
    if (workbook->sheet == NULL)
        return BANYAN_ERR_MEMORY;
    workbook->row_count++; /* that of the headers */
    worksheet_freeze_panes(workbook->sheet, 1, 1);
    return BANYAN_OK;
}

enum banyan_status
by_workbook_column(struct by_workbook *workbook, const char *header, double width, bool is_hidden)
{
    lxw_row_col_options options = {.hidden = is_hidden};
    lxw_col_t column = workbook->columns++;
    lxw_error fault =
        worksheet_set_column_opt(workbook->sheet, column, column, width, NULL, &options);

    if (fault == LXW_NO_ERROR)
        fault = worksheet_write_string(workbook->sheet, 0, column, header, workbook->bold);
    workbook->cell_count += header[0] != 0;
    return status_of(fault);
}

/* -- drop-downs: the labels stand in a sheet of their own, hidden -- */

static bool find_list(struct by_workbook *workbook, const struct by_code_list *codes,
                      const char *language, size_t *out_list)
{
    for (*out_list = 0; *out_list < workbook->list_count; (*out_list)++)
        if (workbook->lists[*out_list].codes == codes)
            return true;
    if (workbook->list_count == LISTS_MAX)
        return false;
    workbook->lists[workbook->list_count++] = (struct list){codes, language};
    return true;
}

enum banyan_status by_workbook_choices(struct by_workbook *workbook,
                                       const struct by_code_list *list, const char *language)
{
    size_t number = 0;
    struct choice *choices =
        reallocarray(workbook->choices, workbook->choice_count + 1, sizeof *choices);

    if (choices == NULL)
        return BANYAN_ERR_MEMORY;
    workbook->choices = choices;
    if (!find_list(workbook, list, language, &number))
        return BANYAN_OK; /* so many lists: this one has to be typed */
    choices[workbook->choice_count++] =
        (struct choice){.sheet = workbook->sheet, .column = workbook->columns - 1, .list = number};
    return BANYAN_OK;
}

static enum banyan_status validate(const struct by_workbook *workbook, const struct choice *choice)
{
    char formula[96], letter[8];
    lxw_data_validation validation = {.validate = LXW_VALIDATION_TYPE_LIST_FORMULA,
                                      .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING,
                                      .value_formula = formula};
    uint32_t last = choice->rows + SPARE_ROWS;

    lxw_col_to_name(letter, (lxw_col_t)choice->list, LXW_TRUE);
    (void)snprintf(formula, sizeof formula, "='%s'!%s$1:%s$%zu", LISTS_SHEET, letter, letter,
                   workbook->lists[choice->list].codes->code_count);
    return status_of(worksheet_data_validation_range(choice->sheet, 1, choice->column,
                                                     last < ROWS_MAX ? last : ROWS_MAX - 1,
                                                     choice->column, &validation));
}

/* Across, since rows are written one after the other. */
static enum banyan_status write_lists(struct by_workbook *workbook)
{
    lxw_worksheet *sheet = workbook_add_worksheet(workbook->book, LISTS_SHEET);
    bool is_any = sheet != NULL;
    enum banyan_status status = sheet == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    if (sheet != NULL)
        worksheet_hide(sheet);
    for (size_t row = 0; is_any && status == BANYAN_OK; row++) {
        is_any = false;
        for (size_t i = 0; i < workbook->list_count && status == BANYAN_OK; i++) {
            const struct list *list = &workbook->lists[i];
            const struct by_code *code = &list->codes->codes[row];

            if (row >= list->codes->code_count)
                continue;
            is_any = true;
            status = status_of(worksheet_write_string(
                sheet, (lxw_row_t)row, (lxw_col_t)i,
                by_label_pick(code->labels, code->label_count, list->language), NULL));
        }
    }
    return status;
}

/* -- rows -- */

enum banyan_status by_workbook_row(struct by_workbook *workbook)
{
    if (workbook->row + 1 >= ROWS_MAX)
        return BANYAN_ERR_TOO_LARGE;
    workbook->row++;
    workbook->row_count++;
    workbook->column = 0;
    for (size_t i = 0; i < workbook->choice_count; i++)
        if (workbook->choices[i].sheet == workbook->sheet)
            workbook->choices[i].rows = workbook->row;
    return BANYAN_OK;
}

/* "_x0041_": what readers take for an escaped character (ECMA-376, 22.9.2.19). */
static bool is_escape(struct by_bytes text, size_t at)
{
    uint8_t value[2];

    return text.size - at >= 7 && text.data[at] == '_' && text.data[at + 1] == 'x' &&
           text.data[at + 6] == '_' && by_hex_read(by_bytes_of(text.data + at + 2, 4), value, 2);
}

/* U+FFFE and U+FFFF, which XML cannot hold; of those below a blank the library takes care. */
static bool is_no_character(struct by_bytes text, size_t at)
{
    return text.size - at >= 3 && text.data[at] == 0xef && text.data[at + 1] == 0xbf &&
           text.data[at + 2] >= 0xbe;
}

/* As the XML is to hold it; the number of bytes. out NULL: only measured. */
static size_t escape(struct by_bytes text, char *out)
{
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        const char *instead = is_escape(text, i)          ? "_x005F_"
                              : !is_no_character(text, i) ? NULL
                              : text.data[i + 2] == 0xbe  ? "_xFFFE_"
                                                          : "_xFFFF_";

        if (out != NULL && instead != NULL)
            memcpy(out + size, instead, 7);
        if (out != NULL && instead == NULL)
            out[size] = (char)text.data[i];
        size += instead == NULL ? 1 : 7;
        i += instead != NULL && text.data[i] != '_' ? 2 : 0;
    }
    return size;
}

static enum banyan_status keep_text(struct by_workbook *workbook, struct by_bytes text)
{
    size_t size = escape(text, NULL);

    if (size + 1 > workbook->text_capacity) {
        char *grown = realloc(workbook->text, size + 256);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        workbook->text = grown;
        workbook->text_capacity = size + 256;
    }
    (void)escape(text, workbook->text);
    workbook->text[size] = 0;
    return BANYAN_OK;
}

/* What a double holds of it; the rest of a longer number would be lost. */
static bool is_number(const char *text)
{
    size_t digits = 0;

    for (const char *at = text; *at != 0; at++)
        digits += *at >= '0' && *at <= '9';
    return digits > 0 && digits <= 17;
}

/* Days before March 1900 are counted in two ways. */
static bool read_day(const char *text, lxw_datetime *out_day)
{
    memset(out_day, 0, sizeof *out_day);
    return sscanf(text, "%4d-%2d-%2d", &out_day->year, &out_day->month, &out_day->day) == 3 &&
           out_day->year > 1900 && out_day->year < 10000;
}

enum banyan_status
by_workbook_cell(struct by_workbook *workbook, struct by_bytes text, enum by_cell_kind kind)
{
    lxw_col_t column = workbook->column++;
    lxw_datetime day;
    enum banyan_status status = keep_text(workbook, text);
    lxw_error fault = LXW_NO_ERROR;

    if (status != BANYAN_OK || kind == BY_CELL_EMPTY)
        return status;
    workbook->cell_count += workbook->text[0] != 0;
    if (kind == BY_CELL_NUMBER && is_number(workbook->text))
        return status_of(worksheet_write_number(workbook->sheet, workbook->row, column,
                                                strtod(workbook->text, NULL), NULL));
    if (kind == BY_CELL_DAY && read_day(workbook->text, &day))
        return status_of(
            worksheet_write_datetime(workbook->sheet, workbook->row, column, &day, workbook->day));
    fault = worksheet_write_string(workbook->sheet, workbook->row, column, workbook->text, NULL);
    if (fault == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
        fault =
            worksheet_write_string(workbook->sheet, workbook->row, column, BY_XLSX_TOO_LONG, NULL);
    return status_of(fault);
}

/* The library frees its book, come what may; it prints its troubles, and passes over some. */
static enum banyan_status close_book(struct by_workbook *workbook, struct banyan_error *error)
{
    int hushed = by_os_hush(), number = 0;
    lxw_error fault = LXW_NO_ERROR;

    errno = 0;
    fault = workbook_close(workbook->book);
    number = fault == LXW_NO_ERROR ? 0 : errno;
    by_os_unhush(hushed);
    workbook->book = NULL;
    if (number != 0)
        return by_os_fail(error, number, "the workbook cannot be written");
    if (fault != LXW_NO_ERROR)
        return by_fail(error, BANYAN_ERR_DISK, "the workbook cannot be written: %s",
                       lxw_strerror(fault));
    return by_xlsx_check(workbook->path, workbook->row_count, workbook->cell_count, error);
}

enum banyan_status by_workbook_close(struct by_workbook *workbook, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < workbook->choice_count && status == BANYAN_OK; i++)
        status = validate(workbook, &workbook->choices[i]);
    if (status == BANYAN_OK && workbook->choice_count > 0)
        status = write_lists(workbook);
    status = status == BANYAN_OK ? close_book(workbook, error) : by_fail_plain(error, status);
    by_workbook_drop(workbook);
    return status;
}
