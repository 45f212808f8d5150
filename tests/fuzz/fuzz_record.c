/*
 * Lines of whole records, as a file that is to be imported into a home: what would come of them is
 * told, twice alike, or the file is refused in words. "$n" in them stands for the name of a record
 * that is there, "$v" for the version of it that was exported.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/found.h"
#include "codec/json.h"
#include "core/edit.h"
#include "export/export.h"
#include "import/import.h"
#include "lib/test_folder.h"

/* Says that the file holds whole records, and is at fault itself. */
#define FIRST_LINE "{\"banyan\":1,\"name\":\"\",\"fields\":{}}\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    char folder[64], file[96];
    struct by_node *node;
    char name[97], version[97]; /* of a record, in hex */
} home;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void remove_home(void)
{
    by_node_close(home.node);
    (void)nftw(home.folder, test_folder_drop, 16, FTW_DEPTH | FTW_PHYS);
}

static void keep(const struct by_value *line, const char *key, char kept[97])
{
    struct by_bytes text;

    require(by_value_get_text(line, key, &text) == BANYAN_OK && text.size < 97);
    memcpy(kept, text.data, text.size);
}

/* What an export says of the record. */
static void read_exported(void)
{
    static const char *const types[] = {"site"};
    const struct banyan_export export_ = {.path = home.file, .types = types, .type_count = 1};
    struct by_buffer told = BY_BUFFER_INIT(SIZE_MAX), bytes = BY_BUFFER_INIT(SIZE_MAX);
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value line;

    require(by_export_file(home.node, &export_, NULL, NULL, &told, NULL) == BANYAN_OK);
    require(by_os_file_read(home.file, SIZE_MAX, &bytes, NULL) == BANYAN_OK);
    require(by_json_parse(by_buffer_bytes(&bytes), &arena, &line, NULL) == BANYAN_OK);
    keep(&line, "name", home.name);
    keep(&line, "version", home.version);
    by_arena_deinit(&arena);
    by_buffer_deinit(&bytes);
    by_buffer_deinit(&told);
}

static void make_home(void)
{
    static const char *const names[] = {"Network"};
    static const struct banyan_profile profile = {.name = "Alpha", .country = "VNM", .kind = "ngo"};
    static const struct banyan_field fields[] = {{"name.en", "A", BANYAN_SET},
                                                 {"site_type", "pa", BANYAN_SET},
                                                 {"area", "12 ha", BANYAN_SET}};
    struct by_buffer told = BY_BUFFER_INIT(SIZE_MAX);

    strcpy(home.folder, "/tmp/banyan-fuzz-XXXXXX");
    require(mkdtemp(home.folder) != NULL);
    require(atexit(remove_home) == 0);
    (void)snprintf(home.file, sizeof home.file, "%s/records.jsonl", home.folder);
    char office[96];
    (void)snprintf(office, sizeof office, "%s/home", home.folder);
    require(by_found(office, names, 1, &profile, &told, NULL) == BANYAN_OK);
    require(by_node_open(office, &home.node, NULL) == BANYAN_OK);
    require(by_edit_add(home.node, "site", fields, 3, &told, NULL) == BANYAN_OK);
    by_buffer_deinit(&told);
    read_exported();
}

static void write_file(const uint8_t *data, size_t size)
{
    FILE *file = fopen(home.file, "wb");

    require(file != NULL && fputs(FIRST_LINE, file) >= 0);
    for (size_t i = 0; i < size; i++)
        if (i + 1 < size && data[i] == '$' && (data[i + 1] == 'n' || data[i + 1] == 'v')) {
            i++;
            require(fputs(data[i] == 'n' ? home.name : home.version, file) >= 0);
        } else
            require(fputc(data[i], file) != EOF);
    require(fclose(file) == 0);
}

/* What would come of the file; the words are told instead where it is refused. */
static enum banyan_status look(struct by_buffer *out)
{
    const struct banyan_import import = {.path = home.file, .dry_run = true};
    struct banyan_error error = {.text = ""};
    enum banyan_status status = by_import_file(home.node, &import, NULL, NULL, out, &error);

    if (status == BANYAN_OK) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_value answer;

        require(by_json_parse(by_buffer_bytes(out), &arena, &answer, NULL) == BANYAN_OK);
        by_arena_deinit(&arena);
    } else {
        require(error.text[0] != 0);
        require(by_buffer_append_bytes(out, by_bytes_of_text(error.text)) == BANYAN_OK);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_buffer first = BY_BUFFER_INIT(SIZE_MAX), second = BY_BUFFER_INIT(SIZE_MAX);

    if (home.node == NULL)
        make_home();
    write_file(data, size);
    require(look(&first) == look(&second));
    require(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)));
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
    return 0;
}
