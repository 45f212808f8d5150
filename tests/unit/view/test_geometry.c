#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "view/geometry.h"

/* Blob of a GeoJSON text as hex; "" when it is refused. The caller frees. */
static char *hex_of(const char *json)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer blob = BY_BUFFER_INIT(1024 * 1024);
    struct by_value value;
    struct by_envelope envelope;
    char *hex;
    assert_int_equal(by_json_parse(by_bytes_of_text(json), &arena, &value, NULL), BANYAN_OK);
    if (by_geometry_blob(&value, &blob, &envelope) != BANYAN_OK)
        assert_int_equal(blob.size, 0);
    hex = calloc(blob.size * 2 + 1, 1);
    assert_non_null(hex);
    by_hex(by_buffer_bytes(&blob), hex);
    by_buffer_deinit(&blob);
    by_arena_deinit(&arena);
    return hex;
}

/* header: GP, version 0, little-endian with XY envelope (03) or empty (11), 4326 */
#define HEAD  "47500003e6100000"
#define EMPTY "47500011e6100000"
#define ONE   "000000000000f03f"
#define TWO   "0000000000000040"
#define THREE "0000000000000840"
#define ZERO  "0000000000000000"

static const struct {
    const char *json, *hex;
} blobs[] = {
    {"{\"type\":\"Point\",\"coordinates\":[1,2]}", HEAD ONE ONE TWO TWO "0101000000" ONE TWO},
    {"{\"type\":\"Point\",\"coordinates\":[1,2,3]}",
     HEAD ONE ONE TWO TWO "01e9030000" ONE TWO THREE},
    {"{\"type\":\"Point\",\"coordinates\":[-0.0,0]}",
     HEAD ZERO ZERO ZERO ZERO "0101000000" ZERO ZERO},
    {"{\"type\":\"LineString\",\"coordinates\":[[1,2],[2,1]]}",
     HEAD ONE TWO ONE TWO "010200000002000000" ONE TWO TWO ONE},
    {"{\"type\":\"LineString\",\"coordinates\":[[1,2,3],[2,1]]}",
     HEAD ONE TWO ONE TWO "010200000002000000" ONE TWO TWO ONE},
    {"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2],[1,1]]]}",
     HEAD ONE TWO ONE TWO "01030000000100000004000000" ONE ONE TWO ONE TWO TWO ONE ONE},
    {"{\"type\":\"MultiPoint\",\"coordinates\":[[1,1],[2,2]]}",
     HEAD ONE TWO ONE TWO "010400000002000000"
                          "0101000000" ONE ONE "0101000000" TWO TWO},
    {"{\"type\":\"MultiLineString\",\"coordinates\":[[[1,1],[2,2]]]}",
     HEAD ONE TWO ONE TWO "010500000001000000"
                          "010200000002000000" ONE ONE TWO TWO},
    {"{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1,1],[2,1],[2,2],[1,1]]]]}",
     HEAD ONE TWO ONE TWO "010600000001000000"
                          "01030000000100000004000000" ONE ONE TWO ONE TWO TWO ONE ONE},
    {"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1,2]}]"
     "}",
     HEAD ONE ONE TWO TWO "010700000001000000"
                          "0101000000" ONE TWO},
    {"{\"type\":\"MultiPolygon\",\"coordinates\":[]}", EMPTY "010600000000000000"},
    {"{\"type\":\"GeometryCollection\",\"geometries\":[]}", EMPTY "010700000000000000"},
};

static void each_geometry_has_its_one_blob(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
        char *hex = hex_of(blobs[i].json);
        if (strcmp(hex, blobs[i].hex) != 0)
            fail_msg("%s: %s", blobs[i].json, hex);
        free(hex);
    }
}

static const char *const refused[] = {
    "{}",
    "[]",
    "null",
    "\"Point\"",
    "{\"type\":\"Circle\",\"coordinates\":[1,2]}",
    "{\"type\":\"Point\"}",
    "{\"type\":\"Point\",\"coordinates\":[]}",
    "{\"type\":\"Point\",\"coordinates\":[1]}",
    "{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}",
    "{\"type\":\"Point\",\"coordinates\":[[1,2]]}",
    "{\"type\":\"LineString\",\"coordinates\":[1,2]}",
    "{\"type\":\"Polygon\",\"coordinates\":[[1,2],[2,3]]}",
    "{\"type\":\"MultiPoint\",\"coordinates\":{}}",
    "{\"type\":\"GeometryCollection\",\"coordinates\":[]}",
    "{\"type\":\"GeometryCollection\",\"geometries\":[{}]}",
};

static void what_is_no_geometry_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char *hex = hex_of(refused[i]);
        if (*hex != '\0')
            fail_msg("%s: %s", refused[i], hex);
        free(hex);
    }
}

static void collections_nest_up_to_the_limit(void **state)
{
    (void)state;
    for (unsigned depth = BY_GEOMETRY_DEPTH_MAX - 1; depth <= BY_GEOMETRY_DEPTH_MAX + 1; depth++) {
        char json[4096] = "";
        for (unsigned i = 0; i < depth; i++)
            strcat(json, "{\"type\":\"GeometryCollection\",\"geometries\":[");
        strcat(json, "{\"type\":\"Point\",\"coordinates\":[1,2]}");
        for (unsigned i = 0; i < depth; i++)
            strcat(json, "]}");
        char *hex = hex_of(json);
        assert_int_equal(*hex != '\0', depth <= BY_GEOMETRY_DEPTH_MAX);
        free(hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_geometry_has_its_one_blob),
        cmocka_unit_test(what_is_no_geometry_is_refused),
        cmocka_unit_test(collections_nest_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
