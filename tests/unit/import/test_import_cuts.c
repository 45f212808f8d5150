/* Files that were cut off, as by a full disk or a line that broke: at each byte, of each format. */
#include "export/export.h"
#include "import/import.h"
#include "lib/world.h"

/* -- samples -- */

static const char *path_of(struct world *world, const char *name)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%.400s/%.100s", world->folder, name);
    return by_arena_text(&world->arena, by_bytes_of_text(path));
}

static void write_bytes(const char *path, struct by_bytes bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

/* What the type has to be said for. */
#define TABLE                                                                                      \
    "Name;Site type;Area (ha);Remarks\r\n"                                                         \
    "B\xc3\xba"                                                                                    \
    "ng;pa;12,5;\"two\r\nlines; \"\"quoted\"\"\"\r\n"                                              \
    "\xd0\x96;oecm;1.234,5;\r\n"                                                                   \
    "'=C;other;;x\r\n"
#define LINES                                                                                      \
    "{\"name\":\"A\",\"site_type\":\"pa\",\"area\":\"1.5 ha\"}\n"                                  \
    "{\"name\":{\"vi\":\"B\xc3\xba\\u006eg\"},\"site_type\":\"oecm\",\"x\":[1,null,true]}\n"
#define MAP                                                                                        \
    "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"         \
    "\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[\n{\"type\":\"Feature\",\"geometry\":"      \
    "{\"type\":\"Polygon\",\"coordinates\":[[[105,10],[105.5,10],[105.5,10.5],[105,10]]]},"        \
    "\"properties\":{\"name\":\"A\",\"site_type\":\"pa\"}},\n{\"type\":\"Feature\",\"geometry\":"  \
    "null,\"properties\":{\"name\":\"B\",\"site_type\":\"pa\"}}]}\n"
#define FORM                                                                                       \
    "{\"count\":1,\"results\":[{\"_uuid\":\"u\",\"group/name\":\"A\",\"site_type\":\"pa\","        \
    "\"_geolocation\":[10.5,106]}]}"
#define MAPPING                                                                                    \
    "{\"type\":\"site\",\n \"key\":[\"Name\"],\n \"set\":{\"country\":\"VNM\"},\n "                \
    "\"columns\":{\"Name\":\"name.vi\",\"Area (ha)\":{\"field\":\"area\",\"unit\":\"ha\","         \
    "\"comma\":\"decimal\"},\"Site "                                                               \
    "type\":{\"field\":\"site_type\",\"values\":{\"PA\":\"pa\"}}}}\n"

/* UTF-8 as UTF-16 with its mark; of the first plane. */
static struct by_bytes in_utf_16(struct world *world, const char *text)
{
    size_t size = strlen(text), at = 2;
    uint8_t *units = by_arena_alloc(&world->arena, 2 * size + 2);

    assert_non_null(units);
    memcpy(units, "\xff\xfe", 2);
    for (const uint8_t *c = (const uint8_t *)text; *c != 0; c++) {
        unsigned code = *c;

        if (code >= 0xc0) {
            c++;
            code = (code & 0x1fu) << 6 | (*c & 0x3fu);
        }
        units[at++] = (uint8_t)code;
        units[at++] = (uint8_t)(code >> 8);
    }
    return by_bytes_of(units, at);
}

/* The sites that there are, as banyan exports them. */
static struct by_bytes exported(struct world *world, const char *name)
{
    static const char *const types[] = {"site"};
    const struct banyan_export export_ = {
        .path = path_of(world, name), .types = types, .type_count = 1, .replace = true};
    struct by_buffer bytes = RESULT, json = RESULT;

    expect_ok(world,
              by_export_file(world->offices[0].node, &export_, NULL, NULL, &json, &world->error));
    by_buffer_deinit(&json);
    expect_ok(world, by_os_file_read(export_.path, SIZE_MAX, &bytes, &world->error));
    struct by_bytes kept;
    assert_int_equal(by_arena_copy(&world->arena, by_buffer_bytes(&bytes), &kept), BANYAN_OK);
    by_buffer_deinit(&bytes);
    return kept;
}

/* -- what comes of them -- */

static int64_t row_count(const struct by_value *answer)
{
    return answer->kind == BY_VALUE_MAP ? number_of(answer, "rows") : 0;
}

/* Rows before the last that a cut file shows are as in the whole file: only the last may have
 * faults. */
static void assert_faults_are_at_the_end(struct world *world, const struct by_value *answer,
                                         const char *name, size_t size)
{
    const struct by_value *problems = by_value_get(answer, "problems");
    int64_t last = number_of(answer, "header_row") + number_of(answer, "rows");

    for (size_t i = 0; i < problems->array.count; i++)
        if (strcmp(text_of(world, &problems->array.items[i], "verdict"), "error") == 0 &&
            number_of(&problems->array.items[i], "row") < last)
            fail_msg("%s cut at %zu: row %lld has a fault", name, size,
                     (long long)number_of(&problems->array.items[i], "row"));
}

static enum banyan_status
look(struct world *world, const struct banyan_import *import, struct by_value *out_answer)
{
    struct by_buffer json = RESULT;
    enum banyan_status status = BANYAN_OK;

    memset(&world->error, 0, sizeof world->error);
    memset(out_answer, 0, sizeof *out_answer);
    status = by_import_file(world->offices[0].node, import, NULL, NULL, &json, &world->error);
    if (json.size > 0)
        *out_answer = parse(world, &json);
    by_buffer_deinit(&json);
    return status;
}

static bool is_one_sentence(const char *text)
{
    size_t size = strlen(text);

    return size > 10 && strchr(text, '\n') == NULL && text[size - 1] != ' ' &&
           text[size - 1] != ':';
}

static void
cut_everywhere(struct world *world, const char *name, const char *type, struct by_bytes bytes)
{
    const struct banyan_import import = {
        .path = path_of(world, name), .type = type, .dry_run = true};
    struct by_value whole, part;
    size_t read = 0;

    write_bytes(import.path, bytes);
    expect_ok(world, look(world, &import, &whole));
    assert_true(row_count(&whole) > 0);
    assert_int_equal(number_of(&whole, "error"), 0);
    for (size_t size = 0; size < bytes.size; size++) {
        write_bytes(import.path, by_bytes_of(bytes.data, size));
        enum banyan_status status = look(world, &import, &part);

        if (status != BANYAN_OK && !is_one_sentence(world->error.text))
            fail_msg("%s cut at %zu: \"%s\"", name, size, world->error.text);
        if (status == BANYAN_OK && row_count(&part) > row_count(&whole))
            fail_msg("%s cut at %zu has more rows", name, size);
        if (status == BANYAN_OK && row_count(&part) == row_count(&whole))
            assert_faults_are_at_the_end(world, &part, name, size);
        read += status == BANYAN_OK;
    }
    print_message("%s: of %zu beginnings %zu were read\n", name, bytes.size, read);
}

static void a_file_that_was_cut_is_read_to_there_or_refused_in_one_sentence(void **state)
{
    struct world world;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    (void)add_site(&world, 0, "A");
    const char *b = add_site(&world, 0, "B");
    set(&world, 0, b, "name.vi",
        "B\xc3\xba"
        "ng");
    set(&world, 0, b, "geometry", "10.5 106");

    cut_everywhere(&world, "utf8.csv", "site", by_bytes_of_text(TABLE));
    cut_everywhere(&world, "utf16.csv", "site", in_utf_16(&world, TABLE));
    cut_everywhere(&world, "lines.jsonl", "site", by_bytes_of_text(LINES));
    cut_everywhere(&world, "map.geojson", "site", by_bytes_of_text(MAP));
    cut_everywhere(&world, "form.json", "site", by_bytes_of_text(FORM));
    cut_everywhere(&world, "whole.jsonl", NULL, exported(&world, "out.jsonl"));
    cut_everywhere(&world, "sheet.csv", NULL, exported(&world, "out.csv"));
    cut_everywhere(&world, "places.geojson", NULL, exported(&world, "out.geojson"));
    cut_everywhere(&world, "book.xlsx", NULL, exported(&world, "out.xlsx"));
    world_end(&world);
}

/* One that is cut is no JSON, and nothing is guessed in its place. */
static void a_mapping_that_was_cut_is_refused_in_one_sentence(void **state)
{
    struct world world;
    char mapping[sizeof MAPPING];
    struct banyan_import import = {.mapping = mapping, .dry_run = true};
    struct by_value answer;

    (void)state;
    world_begin(&world);
    found(&world, 0, "Alpha");
    import.path = path_of(&world, "t.csv");
    write_bytes(import.path, by_bytes_of_text(TABLE));
    for (size_t size = 0; size < strlen(MAPPING); size++) {
        memcpy(mapping, MAPPING, size);
        mapping[size] = 0;
        enum banyan_status status = look(&world, &import, &answer);

        if (size + 1 == strlen(MAPPING)) /* all but the line feed */
            expect_ok(&world, status);
        else if (status == BANYAN_OK || !is_one_sentence(world.error.text))
            fail_msg("a mapping cut at %zu: \"%s\"", size, world.error.text);
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_was_cut_is_read_to_there_or_refused_in_one_sentence),
        cmocka_unit_test(a_mapping_that_was_cut_is_refused_in_one_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
