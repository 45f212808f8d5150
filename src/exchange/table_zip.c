/*
 * A ZIP archive of CSV files, as ODK Central gives away a form whose groups repeat: each is a
 * table. Pictures and sounds beside them are passed over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zip.h>

#include "base/arena.h"
#include "exchange/table_parts.h"

#define TABLES_MAX 256u

struct archive {
    zip_t *zip;
    struct by_arena arena;
    struct by_table_options options;
    struct by_table_part parts[TABLES_MAX];
    const char *entries[TABLES_MAX];
    size_t part_count;
    struct by_table_source table; /* the one at work */
    char reading[200];
};

static enum banyan_status next(void *state, struct by_row *out_row, struct banyan_error *error)
{
    struct archive *archive = state;

    return archive->table.next(archive->table.state, out_row, error);
}

static enum banyan_status rewind_table(void *state, struct banyan_error *error)
{
    struct archive *archive = state;

    return archive->table.rewind(archive->table.state, error);
}

static void progress(const void *state, uint64_t *out_done, uint64_t *out_total)
{
    const struct archive *archive = state;

    archive->table.progress(archive->table.state, out_done, out_total);
    *out_total = 0; /* of one among several */
}

static void close_table(struct archive *archive)
{
    if (archive->table.close != NULL)
        archive->table.close(archive->table.state);
    archive->table = (struct by_table_source){.state = NULL};
}

static void close_archive(void *state)
{
    struct archive *archive = state;

    close_table(archive);
    if (archive->zip != NULL)
        zip_discard(archive->zip);
    by_arena_deinit(&archive->arena);
    free(archive);
}

static enum banyan_status choose(void *state, size_t part, struct banyan_error *error)
{
    struct archive *archive = state;
    struct by_input *input = NULL;
    enum banyan_status status = BANYAN_OK;

    close_table(archive);
    status = by_input_open_within(archive->zip, archive->entries[part], &input, error);
    if (status == BANYAN_OK)
        status = by_table_csv_read(input, &archive->options, &archive->table, error);
    if (status == BANYAN_OK)
        (void)snprintf(archive->reading, sizeof archive->reading, "%.80s.csv: %.96s",
                       archive->parts[part].name, archive->table.reading);
    return status;
}

/* -- what is in it -- */

static bool ends_in(const char *name, const char *ending)
{
    size_t size = strlen(name), ending_size = strlen(ending);

    return size > ending_size && strcasecmp(name + size - ending_size, ending) == 0;
}

static enum banyan_status
add_entry(struct archive *archive, const char *entry, struct banyan_error *error)
{
    const char *slash = strrchr(entry, '/'), *file = slash == NULL ? entry : slash + 1;

    if (!ends_in(file, ".csv") || file[0] == '.' || strncmp(entry, "__MACOSX/", 9) == 0)
        return BANYAN_OK;
    if (archive->part_count == TABLES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "the archive has more than %u tables",
                       TABLES_MAX);
    archive->entries[archive->part_count] = by_arena_text(&archive->arena, by_bytes_of_text(entry));
    archive->parts[archive->part_count] = (struct by_table_part){
        .name = by_arena_text(&archive->arena, by_bytes_of(file, strlen(file) - 4)),
        .within = BY_NO_PART};
    if (archive->entries[archive->part_count] == NULL ||
        archive->parts[archive->part_count].name == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    archive->part_count++;
    return BANYAN_OK;
}

/* The form itself has the shortest name: those of what repeats begin with it. */
static size_t find_first(const struct archive *archive)
{
    size_t first = 0;

    for (size_t i = 1; i < archive->part_count; i++)
        if (strlen(archive->parts[i].name) < strlen(archive->parts[first].name))
            first = i;
    return first;
}

static enum banyan_status list_entries(struct archive *archive, struct banyan_error *error)
{
    zip_int64_t count = zip_get_num_entries(archive->zip, 0);
    enum banyan_status status = BANYAN_OK;

    for (zip_int64_t i = 0; i < count && status == BANYAN_OK; i++) {
        const char *entry = zip_get_name(archive->zip, (zip_uint64_t)i, 0);

        if (entry != NULL)
            status = add_entry(archive, entry, error);
    }
    if (status == BANYAN_OK && archive->part_count == 0)
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "the archive holds neither a workbook nor a CSV file");
    return status;
}

bool by_table_zip_is_it(const char *path)
{
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    bool is_it = zip != NULL && zip_name_locate(zip, "[Content_Types].xml", 0) < 0 &&
                 zip_name_locate(zip, "xl/workbook.xml", 0) < 0;

    if (zip != NULL)
        zip_discard(zip);
    return is_it;
}

enum banyan_status by_table_zip_open(const char *path, const struct by_table_options *options,
                                     struct by_table_source *out_source, struct banyan_error *error)
{
    struct archive *archive = calloc(1, sizeof *archive);
    size_t part = 0;
    enum banyan_status status = BANYAN_OK;

    if (archive == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    archive->options = *options;
    archive->zip = zip_open(path, ZIP_RDONLY, NULL);
    if (archive->zip == NULL)
        status = by_fail(error, BANYAN_ERR_MALFORMED, "%s cannot be read as an archive", path);
    if (status == BANYAN_OK)
        status = list_entries(archive, error);
    if (status == BANYAN_OK)
        part = find_first(archive);
    if (status == BANYAN_OK && options->sheet != NULL)
        status =
            by_table_part_find(archive->parts, archive->part_count, options->sheet, &part, error);
    if (status == BANYAN_OK)
        status = choose(archive, part, error);
    if (status != BANYAN_OK) {
        close_archive(archive);
        return status;
    }
    *out_source = (struct by_table_source){.parts = archive->parts,
                                           .part_count = archive->part_count,
                                           .part = part,
                                           .choose = choose,
                                           .reading = archive->reading,
                                           .state = archive,
                                           .next = next,
                                           .rewind = rewind_table,
                                           .progress = progress,
                                           .close = close_archive};
    return BANYAN_OK;
}
