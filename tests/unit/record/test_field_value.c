/*
 * What people type, what is made of it, and what they are told when it cannot be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/limits.h"
#include "codec/json.h"
#include "record/code_search.h"
#include "record/field_value.h"

static struct by_bytes bytes(const char *text)
{
    return by_bytes_of_text(text);
}

static const struct by_field *find_field(const char *path)
{
    char type[64];
    size_t size = strcspn(path, ".");
    const struct by_field *field = NULL;

    (void)snprintf(type, sizeof type, "%.*s", (int)size, path);
    field = by_type_field_find(by_type_shipped_find(bytes(type)), bytes(path + size + 1));
    assert_non_null(field);
    return field;
}

/* Knows K7QM-2F9D; "twice" is the id of several. */
static enum banyan_status find_record(void *context, const char *type, struct by_bytes text,
                                      struct by_record_name *out_name, struct banyan_error *error)
{
    (void)context;
    (void)type;
    if (by_bytes_equal(text, bytes("twice")))
        return by_fail(error, BANYAN_ERR_INVALID, "several are called so");
    if (!by_bytes_equal(text, bytes("K7QM-2F9D")))
        return BANYAN_ERR_NOT_FOUND;
    memset(out_name, 7, sizeof *out_name);
    return BANYAN_OK;
}
static const struct by_ref_resolver resolver = {find_record, NULL, NULL};

#define REF_HEX                                                                                    \
    "\"07070707070707070707070707070707070707070707070707070707070707070707070707070707070707"     \
    "0707070707\""

/* field, what is typed, the value as JSON, the value as text (NULL: as typed) */
static const struct {
    const char *field, *typed, *json, *text;
} readings[] = {
    {"org.acronym", "  FACT \n", "\"FACT\"", "FACT"},
    {"org.acronym", "Bu\xcc\x81ng", "\"Búng\"", "Búng"},
    {"org.name", "Ngư Mỹ Thạnh", "\"Ngư Mỹ Thạnh\"", NULL},
    {"org.name", "{\"vi\": \"Mỹ Thạnh\", \"en\": \"My Thanh\"}",
     "{\"en\":\"My Thanh\",\"vi\":\"Mỹ Thạnh\"}", "My Thanh"},
    {"org.name", "{braces", "\"{braces\"", NULL},
    {"org.country", "KHM", "\"KHM\"", "Cambodia"},
    {"org.country", "khm", "\"KHM\"", "Cambodia"},
    {"org.country", "cambodia", "\"KHM\"", "Cambodia"},
    {"org.country", "Campuchia", "\"KHM\"", "Cambodia"},
    {"org.country", "Камбоджа", "\"KHM\"", "Cambodia"},
    {"org.country", "viet nam", "\"VNM\"", "Vietnam"},
    {"org.kind", "Tổ chức phi chính phủ", "\"ngo\"", "Non-governmental organisation"},
    {"org.languages", "km; tiếng Việt;lo;;km", "[\"km\",\"vi\",\"lo\"]", "Khmer; Vietnamese; Lao"},
    {"org.founded", "2004-02", "\"2004-02\"", NULL},
    {"org.founded", "2004", "\"2004\"", NULL},
    {"org.founded", "2004-02-29", "\"2004-02-29\"", NULL},
    {"org.founded", "31.01.2020", "\"2020-01-31\"", "2020-01-31"},
    {"org.founded", "1.2.2020", "\"2020-02-01\"", "2020-02-01"},
    {"org.founded", "31/1/2020", "\"2020-01-31\"", "2020-01-31"},
    {"org.founded", "1/31/2020", "\"2020-01-31\"", "2020-01-31"},
    {"org.founded", "5/5/2020", "\"2020-05-05\"", "2020-05-05"},
    {"org.founded", "02/2020", "\"2020-02\"", "2020-02"},
    {"org.founded", "2020/1/31", "\"2020-01-31\"", "2020-01-31"},
    {"org.founded", "2020.01", "\"2020-01\"", "2020-01"},
    {"org.founded", "2400", "\"2400\"", NULL},
    {"org.country", "VN", "\"VNM\"", "Vietnam"},
    {"org.country", "Lao People's Democratic Republic", "\"LAO\"", "Laos"},
    {"org.staff_size", "1 200", "1200", "1200"},
    {"allocation.percentage", "100", "\"100\"", NULL},
    {"allocation.percentage", "0", "\"0\"", NULL},
    {"allocation.percentage", "100,00", "\"100.00\"", "100.00"},
    {"demand.rank", "1", "1", NULL},
    {"org.admin", "Quảng Ngãi", "[\"VN-2025-51\"]", "Quảng Ngãi"},
    {"org.admin", "kon tum; VN-28", "[\"VN-28\"]", "Kon Tum"},
    {"org.admin", "Ханой", "[\"VN-2025-01\"]", "Hà Nội"},
    {"org.admin", "Khammouan", "[\"LA-KH\"]", "Khammouan"},
    {"org.website", "https://example.org/a?b=c", "\"https://example.org/a?b=c\"", NULL},
    {"org.parent", "K7QM-2F9D", REF_HEX, "R277-F9RS"},
    {"org.tags", "delta; mangrove", "[\"delta\",\"mangrove\"]", "delta; mangrove"},
    {"site.area", "12 ha", "{\"unit\":\"ha\",\"value\":\"12\"}", NULL},
    {"site.area", "12ha", "{\"unit\":\"ha\",\"value\":\"12\"}", "12 ha"},
    {"site.area", "12,5 ha", "{\"unit\":\"ha\",\"value\":\"12.5\"}", "12.5 ha"},
    {"site.area", "12,50 héc-ta", "{\"unit\":\"ha\",\"value\":\"12.50\"}", "12.50 ha"},
    {"site.area", "12,5 га", "{\"unit\":\"ha\",\"value\":\"12.5\"}", "12.5 ha"},
    {"site.area", "3 km²", "{\"unit\":\"km2\",\"value\":\"3\"}", "3 km2"},
    {"site.area", "5 соток", "{\"unit\":\"sotka\",\"value\":\"5\"}", "5 sotka"},
    {"site.area", "2 mẫu", "{\"unit\":\"mau\",\"value\":\"2\"}", "2 mau"},
    {"site.area", "7 ไร่", "{\"unit\":\"rai\",\"value\":\"7\"}", "7 rai"},
    {"site.area", "0 ha", "{\"unit\":\"ha\",\"value\":\"0\"}", NULL},
    {"audit_count.amount", "12 kí", "{\"unit\":\"kg\",\"value\":\"12\"}", "12 kg"},
    {"audit_count.amount", "300 шт.", "{\"unit\":\"pieces\",\"value\":\"300\"}", "300 pieces"},
    {"site.gov_subtypes", "Indigenous peoples; Indigenous Peoples", "[\"indigenous_peoples\"]",
     "Indigenous Peoples"},
    {"site.area", "1.500,5 km2", "{\"unit\":\"km2\",\"value\":\"1500.5\"}", "1500.5 km2"},
    {"site.area", "1,234,567 m2", "{\"unit\":\"m2\",\"value\":\"1234567\"}", "1234567 m2"},
    {"site.area", "0,125 km2", "{\"unit\":\"km2\",\"value\":\"0.125\"}", "0.125 km2"},
    {"site.area",
     "1\xc2\xa0"
     "500 гектары",
     "{\"unit\":\"ha\",\"value\":\"1500\"}", "1500 ha"},
    {"site.river_km", "007.50", "\"7.50\"", "7.50"},
    {"site.river_km",
     "\xe2\x88\x92"
     "4",
     "\"-4\"", "-4"},
    {"site.river_km", ".5", "\"0.5\"", "0.5"},
    {"activity.budget", "1500 USD", "{\"amount\":\"1500\",\"currency\":\"USD\"}", NULL},
    {"activity.budget", "1500 usd 2020-01-31",
     "{\"amount\":\"1500\",\"currency\":\"USD\",\"date\":\"2020-01-31\"}", "1500 USD 2020-01-31"},
    {"activity.budget", "2 000 000 đồng Việt Nam 2020",
     "{\"amount\":\"2000000\",\"currency\":\"VND\",\"date\":\"2020\"}", "2000000 VND 2020"},
    {"activity.budget", "1500 USD 5/2020",
     "{\"amount\":\"1500\",\"currency\":\"USD\",\"date\":\"2020-05\"}", "1500 USD 2020-05"},
    {"activity.budget", "USD 1500", "{\"amount\":\"1500\",\"currency\":\"USD\"}", "1500 USD"},
    {"activity.budget", "€ 12,50 2020",
     "{\"amount\":\"12.50\",\"currency\":\"EUR\",\"date\":\"2020\"}", "12.50 EUR 2020"},
    {"activity.budget", "5.000.000đ", "{\"amount\":\"5000000\",\"currency\":\"VND\"}",
     "5000000 VND"},
    {"activity.budget", "300 000 грн", "{\"amount\":\"300000\",\"currency\":\"UAH\"}",
     "300000 UAH"},
    {"site.geometry", "N 49°17'44\" E 24°8'32\"",
     "{\"coordinates\":[24.14222222,49.29555556],\"type\":\"Point\"}", "49.29555556,24.14222222"},
    {"site.geometry", "49°17′44″N, 24°8′32″E",
     "{\"coordinates\":[24.14222222,49.29555556],\"type\":\"Point\"}", "49.29555556,24.14222222"},
    {"site.geometry", "24°8'32\" в.д. 49°17'44\" с.ш.",
     "{\"coordinates\":[24.14222222,49.29555556],\"type\":\"Point\"}", "49.29555556,24.14222222"},
    {"site.geometry", "10,5° N; 106,25° E", "{\"coordinates\":[106.25,10.5],\"type\":\"Point\"}",
     "10.5,106.25"},
    {"site.geometry", "10.5N 106.25E", "{\"coordinates\":[106.25,10.5],\"type\":\"Point\"}",
     "10.5,106.25"},
    {"site.geometry", "21°30'B 105°15'Đ", "{\"coordinates\":[105.25,21.5],\"type\":\"Point\"}",
     "21.5,105.25"},
    {"site.geometry", "12°30.6' S 30° W", "{\"coordinates\":[-30,-12.51],\"type\":\"Point\"}",
     "-12.51,-30"},
    {"site.geometry", "13.2,103.8", "{\"coordinates\":[103.8,13.2],\"type\":\"Point\"}", NULL},
    {"site.geometry", "13.2, 103.8", "{\"coordinates\":[103.8,13.2],\"type\":\"Point\"}",
     "13.2,103.8"},
    {"site.geometry", "13,2 103,8", "{\"coordinates\":[103.8,13.2],\"type\":\"Point\"}",
     "13.2,103.8"},
    {"site.geometry", "13,2; 103,8", "{\"coordinates\":[103.8,13.2],\"type\":\"Point\"}",
     "13.2,103.8"},
    {"site.geometry", "-90 180", "{\"coordinates\":[180,-90],\"type\":\"Point\"}", "-90,180"},
    {"site.geometry", "{\"type\":\"Point\",\"coordinates\":[1,2],\"bbox\":[1,2,1,2]}",
     "{\"coordinates\":[1,2],\"type\":\"Point\"}", "2,1"},
    {"site.geometry",
     "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{},"
     "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1.5],[0,0]]]}}]}",
     "{\"coordinates\":[[[0,0],[1,0],[1,1.5],[0,0]]],\"type\":\"Polygon\"}", "Polygon, 4 points"},
    {"site.geometry", "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]]]}",
     "{\"coordinates\":[[[[0,0],[1,0],[1,1],[0,0]]]],\"type\":\"MultiPolygon\"}",
     "MultiPolygon, 4 points"},
    {"site.geometry", "{\"type\":\"LineString\",\"coordinates\":[[0,0,5],[1,0]]}",
     "{\"coordinates\":[[0,0,5],[1,0]],\"type\":\"LineString\"}", "LineString, 2 points"},
};

static void
check_reading(const struct by_field *field, const char *typed, const char *json, const char *text)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer out = BY_BUFFER_INIT(65536);
    struct by_value value = by_value_nil();
    struct banyan_error error = {0};

    if (by_field_value_parse(field, bytes(typed), &resolver, &arena, &value, &error) != BANYAN_OK)
        fail_msg("%s=%s: %s", field->name, typed, error.text);
    assert_int_equal(by_json_write(&value, &out), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal(out.data, json);
    assert_true(field->kind == BY_FIELD_MLTEXT || by_field_value_is(field->kind, &value));
    by_buffer_reset(&out);
    assert_int_equal(by_field_value_text(field, &value, "en", &out), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal(out.data, text != NULL ? text : typed);
    by_buffer_deinit(&out);
    by_arena_deinit(&arena);
}

static void what_people_type_becomes_one_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        check_reading(find_field(readings[i].field), readings[i].typed, readings[i].json,
                      readings[i].text);
}

/* field, what is typed, what the sentence has in it */
static const struct {
    const char *field, *typed, *words;
} refusals[] = {
    {"org.acronym", " ", "field acronym: the value is empty; unset the field to take it away"},
    {"org.acronym", "a\x01", "not valid UTF-8, or has control characters"},
    {"org.acronym", "\xff", "not valid UTF-8"},
    {"org.name", "{\"vi\": 5}", "languages are given as in {\"vi\": \"...\", \"en\": \"...\"}"},
    {"org.country", "Cambodja",
     "field country: \"Cambodja\" is no code of the list country; did you mean KHM (Cambodia)? "
     "Allowed: ABW, AFG, AGO, AIA, ALA, ALB, AND, ARE and 241 more; see: banyan types org country"},
    {"org.country", "VX", "is no code of the list country"},
    {"org.sharing", "friends",
     "\"friends\" is no code of the list sharing. Allowed: private, members, public"},
    {"org.languages", "km; Klingon", "\"Klingon\" is no code of the list language"},
    {"org.languages", ";;", "nothing between the semicolons"},
    {"org.founded", "31/13/2020",
     "\"31/13/2020\" is no date; write a year, month or day, as in 2020, 2020-01 or 2020-01-31"},
    {"org.founded", "1/2/2020",
     "\"1/2/2020\" can be read in two ways; write 2020-02-01 or 2020-01-02"},
    {"org.founded", "31.02.2020", "is no date"},
    {"org.founded", "2020-13", "is no date"},
    {"org.founded", "2020-00", "is no date"},
    {"org.founded", "2020-1-2-3", "is no date"},
    {"org.founded", "2020.1-2", "is no date"},
    {"org.founded", "2020-2021", "is no date"},
    {"org.founded", "12", "is no date"},
    {"org.founded", "20200131", "is no date"},
    {"org.founded", "0000", "is no date"},
    {"org.founded", "2563-01",
     "the year 2563 is far ahead; if it is of the Buddhist calendar, write 2020"},
    {"org.staff_size", "12.5", "\"12.5\" is not a whole number"},
    {"org.staff_size", "-3", "field staff_size: -3 is less than 0, the least it can be"},
    {"site.area", "-0,5 ha", "field area: -0.5 is less than 0, the least it can be"},
    {"activity.budget", "-1 USD", "field budget: -1 is less than 0, the least it can be"},
    {"allocation.percentage", "-0.01", "-0.01 is less than 0"},
    {"allocation.percentage", "100.01", "100.01 is more than 100, the most it can be"},
    {"demand.rank", "0", "0 is less than 1"},
    {"org.admin", "Eastern",
     "\"Eastern\" may be FJ-E (Eastern) or GH-EP (Eastern) or NP-4 (Eastern) or 4 more; "
     "give the code"},
    {"org.staff_size", "123456789012345678", "more than 14 digits"},
    {"org.staff_size", "many", "\"many\" does not begin with a number"},
    {"org.staff_size", "12 people", "\"12 people\" is no number"},
    {"org.website", "example.org", "begins with https:// or http://"},
    {"org.website", "https://a b", "has no spaces"},
    {"org.parent", "ZZZZ-ZZZZ", "there is no org with the id or name \"ZZZZ-ZZZZ\""},
    {"org.parent", "twice", "field parent: several are called so"},
    {"audit_count.amount", "12", "the unit is missing; write it as in \"12 pieces\""},
    {"funding.amount", "1000 USD 2024-02-30",
     "\"2024-02-30\" is no date; write a year, month or day, as in 2020, 2020-01 or 2020-01-31"},
    {"org.founded", "9999", "the year 9999 is far ahead"},
    {"site.area", "12", "the unit is missing; write it as in \"12 ha\""},
    {"site.area", "12 hectars",
     "\"hectars\" is no unit; did you mean ha (hectares)? Allowed: ha, km2, m2, rai, mau, sao, "
     "cong, sotka and 1 more; see: banyan types site area"},
    {"site.area", "1,500 ha", "\"1,500\" can be read in two ways; write 1500 or 1.500"},
    {"site.area", "1,50,000 ha", "\"1,50,000\" is no number"},
    {"site.area", "1.2.3 ha", "\"1.2.3\" is no number"},
    {"site.area", "ha", "\"ha\" does not begin with a number"},
    {"site.river_km", "12345678901234567890123456789012345678901", "at most 40 characters"},
    {"activity.budget", "1500", "the currency is missing; write money as in 1500 USD"},
    {"activity.budget", "1500 2020-01", "is no number"},
    {"activity.budget", "1500 dollars", "\"dollars\" is no currency"},
    {"site.geometry", "103.8,13.2",
     "the latitude of \"103.8,13.2\" is beyond 90 degrees; latitude comes first, as in 13.2,103.8"},
    {"site.geometry", "13.2,183.8", "the longitude of \"13.2,183.8\" is beyond 180 degrees"},
    {"site.geometry", "N 49°60'44\" E 24°8'32\"", "is no place"},
    {"site.geometry", "N 49°17'61\" E 24°8'32\"", "is no place"},
    {"site.geometry", "N 49°17'44\"", "is no place"},
    {"site.geometry", "N 49° N 24°", "is no place"},
    {"site.geometry", "49° N 24°", "is no place"},
    {"site.geometry", "E 24° E 49°", "is no place"},
    {"site.geometry", "10°30'N 106°15'Đ", "is no place"},
    {"site.geometry", "N 91° E 24°", "the latitude of \"N 91° E 24°\" is beyond 90 degrees"},
    {"site.geometry", "N 49.5°30' E 24°", "is no place"},
    {"activity.budget", "USD 1500 EUR", "there is something before and behind the number"},
    {"activity.budget", "USD", "\"USD\" does not begin with a number"},
    {"site.geometry", "here", "\"here\" is no place; write latitude,longitude in degrees"},
    {"site.geometry", "13.2,103.8,5", "is no place"},
    {"site.geometry", "13.,103.8", "is no place"},
    {"site.geometry", "{\"type\":\"Point\"", "the GeoJSON cannot be read"},
    {"site.geometry", "{\"type\":\"Point\"}", "has no type or no coordinates"},
    {"site.geometry", "{\"type\":\"GeometryCollection\",\"coordinates\":[]}",
     "the type is none of Point"},
    {"site.geometry", "{\"type\":\"FeatureCollection\",\"features\":[]}",
     "does not hold exactly one feature"},
    {"site.geometry", "{\"type\":\"Feature\",\"geometry\":null}", "has no type or no coordinates"},
    {"site.geometry", "{\"type\":\"Point\",\"coordinates\":[13.2,103.8]}",
     "a latitude is beyond 90 degrees; GeoJSON puts longitude first"},
    {"site.geometry", "{\"type\":\"Point\",\"coordinates\":[181,1]}", "a longitude is beyond 180"},
    {"site.geometry", "{\"type\":\"Point\",\"coordinates\":[1]}", "a position is [longitude"},
    {"site.geometry", "{\"type\":\"Point\",\"coordinates\":[1,\"2\"]}",
     "something else than numbers"},
    {"site.geometry", "{\"type\":\"LineString\",\"coordinates\":[[1,2]]}", "a line is too short"},
    {"site.geometry", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}",
     "a ring has fewer than four positions"},
    {"site.geometry", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}",
     "a ring does not end where it begins"},
    {"site.geometry", "{\"type\":\"Polygon\",\"coordinates\":[]}", "not nested as the type asks"},
};

static void what_cannot_be_read_is_refused_with_the_field_and_the_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct by_field *field = find_field(refusals[i].field);
        struct by_arena arena = BY_ARENA_INIT;
        struct by_value value = by_value_nil();
        struct banyan_error error = {0};

        if (by_field_value_parse(field, bytes(refusals[i].typed), &resolver, &arena, &value,
                                 &error) != BANYAN_ERR_INVALID)
            fail_msg("%s=%s is not refused", refusals[i].field, refusals[i].typed);
        if (strstr(error.text, refusals[i].words) == NULL ||
            strncmp(error.text, "field ", strlen("field ")) != 0)
            fail_msg("%s=%s: %s", refusals[i].field, refusals[i].typed, error.text);
        by_arena_deinit(&arena);
    }
}

/* A line of so many positions, 19 bytes each once encoded. */
static enum banyan_status read_line(size_t positions, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer json = BY_BUFFER_INIT(1u << 20);
    struct by_value value = by_value_nil();
    enum banyan_status status = BANYAN_OK;

    assert_int_equal(by_buffer_append_format(&json, "{\"type\":\"LineString\",\"coordinates\":["),
                     BANYAN_OK);
    for (size_t i = 0; i < positions; i++)
        assert_int_equal(by_buffer_append_format(&json, "%s[0.5,1.5]", i > 0 ? "," : ""),
                         BANYAN_OK);
    assert_int_equal(by_buffer_append_format(&json, "]}"), BANYAN_OK);
    status = by_field_value_parse(find_field("site.geometry"), by_buffer_bytes(&json), NULL, &arena,
                                  &value, error);
    by_buffer_deinit(&json);
    by_arena_deinit(&arena);
    return status;
}

static void a_geometry_may_fill_its_bound_and_no_more(void **state)
{
    /* map head, "coordinates", array head, "type", "LineString" */
    size_t around = 1 + 12 + 3 + 5 + 11;
    size_t most = (BY_GEOMETRY_BYTES_MAX - around) / 19;
    struct banyan_error error = {0};

    (void)state;
    assert_int_equal(read_line(most - 1, &error), BANYAN_OK);
    assert_int_equal(read_line(most, &error), BANYAN_OK);
    assert_int_equal(read_line(most + 1, &error), BANYAN_ERR_INVALID);
    assert_non_null(strstr(error.text, "larger than 56 KiB, about 3,000 positions; simplify it"));
}

static void a_text_may_fill_its_bound_and_no_more(void **state)
{
    (void)state;
    for (size_t size = BY_STRING_BYTES_MAX - 1; size <= BY_STRING_BYTES_MAX + 1; size++) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_value value = by_value_nil();
        struct banyan_error error = {0};
        char *text = calloc(1, size + 1);

        assert_non_null(text);
        memset(text, 'a', size);
        assert_int_equal(by_field_value_parse(find_field("org.acronym"), bytes(text), NULL, &arena,
                                              &value, &error),
                         size <= BY_STRING_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
        free(text);
        by_arena_deinit(&arena);
    }
}

/* Whether a text of so many bytes that begins with start has the form of kind. */
static bool is_of_size(enum by_field_kind kind, const char *start, size_t size)
{
    char text[BY_FIELD_URL_BYTES_MAX + 2];
    struct by_value value = by_value_nil();

    memset(text, 'a', sizeof text);
    memcpy(text, start, strlen(start));
    value = by_value_text(by_bytes_of(text, size));
    return by_field_value_is(kind, &value);
}

static void codes_and_addresses_may_fill_their_bounds_and_no_more(void **state)
{
    (void)state;
    assert_true(is_of_size(BY_FIELD_CODE, "", BY_FIELD_CODE_BYTES_MAX - 1));
    assert_true(is_of_size(BY_FIELD_CODE, "", BY_FIELD_CODE_BYTES_MAX));
    assert_false(is_of_size(BY_FIELD_CODE, "", BY_FIELD_CODE_BYTES_MAX + 1));
    assert_true(is_of_size(BY_FIELD_URL, "https://", BY_FIELD_URL_BYTES_MAX - 1));
    assert_true(is_of_size(BY_FIELD_URL, "https://", BY_FIELD_URL_BYTES_MAX));
    assert_false(is_of_size(BY_FIELD_URL, "https://", BY_FIELD_URL_BYTES_MAX + 1));
}

static void values_of_unknown_fields_and_forms_are_shown_all_the_same(void **state)
{
    struct by_buffer out = BY_BUFFER_INIT(4096);
    struct by_value text = by_value_literal("as it is");
    struct by_value number = by_value_int(5);
    struct by_value nil = by_value_nil();

    (void)state;
    assert_int_equal(by_field_value_text(NULL, &text, "en", &out), BANYAN_OK);
    assert_int_equal(by_field_value_text(find_field("site.geometry"), &number, "en", &out),
                     BANYAN_OK);
    assert_int_equal(by_field_value_text(find_field("site.area"), &nil, NULL, &out), BANYAN_OK);
    assert_int_equal(by_buffer_append_u8(&out, 0), BANYAN_OK);
    assert_string_equal(out.data, "as it is5");
    by_buffer_deinit(&out);
}

static void a_record_name_has_48_bytes_and_a_short_id(void **state)
{
    struct by_record_name name = {0};
    struct by_record_name back = {0};
    uint8_t at[48];
    char text[BY_SHORT_ID_BYTES];

    (void)state;
    for (size_t i = 0; i < 32; i++)
        name.owner.bytes[i] = (uint8_t)i;
    for (size_t i = 0; i < 16; i++)
        name.uuid.bytes[i] = (uint8_t)(200 + i);
    by_record_name_put(at, &name);
    by_record_name_get(at, &back);
    assert_memory_equal(&name, &back, sizeof name);
    by_record_short_id(&name, text);
    assert_int_equal(strlen(text), 9);
    assert_int_equal(text[4], '-');
}

/* -- remembered codes -- */

static void parse_code(const struct by_field *field, const char *text,
                       const struct by_ref_resolver *with, struct by_buffer *out)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct banyan_error error = {0};
    struct by_value value = by_value_nil();
    enum banyan_status status =
        by_field_value_parse(field, bytes(text), with, &arena, &value, &error);

    by_buffer_reset(out);
    assert_int_equal(status == BANYAN_OK ? by_json_write(&value, out)
                                         : by_buffer_append_format(out, "%s", error.text),
                     BANYAN_OK);
    by_arena_deinit(&arena);
}

static void try_code(const struct by_field *field, const char *text, struct by_code_memory *memory)
{
    const struct by_ref_resolver remembers = {find_record, NULL, memory};
    struct by_buffer plain = BY_BUFFER_INIT(SIZE_MAX), remembered = BY_BUFFER_INIT(SIZE_MAX);

    parse_code(field, text, &resolver, &plain);
    for (int i = 0; i < 2; i++) {
        parse_code(field, text, &remembers, &remembered);
        if (!by_bytes_equal(by_buffer_bytes(&plain), by_buffer_bytes(&remembered)))
            fail_msg("%s: '%s'", field->name, text);
    }
    by_buffer_deinit(&plain);
    by_buffer_deinit(&remembered);
}

static void try_codes_of(const struct by_field *field, struct by_code_memory *memory)
{
    for (size_t i = 0; i < field->list->code_count; i += 1 + field->list->code_count / 20) {
        const struct by_code *code = &field->list->codes[i];

        try_code(field, code->code, memory);
        for (size_t k = 0; k < code->label_count; k++)
            try_code(field, code->labels[k].text, memory);
        try_code(field, "no such word", memory);
    }
}

/* One memory for all lists, which overwrite each other's places in it. */
static void a_remembered_code_is_the_one_that_is_found(void **state)
{
    struct by_code_memory *memory = calloc(1, sizeof *memory);
    size_t count, tried = 0;
    const struct by_type *types = by_types_shipped(&count);

    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < types[i].field_count; k++) {
            const struct by_field *field = &types[i].fields[k];

            if (field->kind != BY_FIELD_CODE || field->list->code_count > 1000)
                continue;
            try_codes_of(field, memory);
            tried++;
        }
    assert_true(tried > 10);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_type_becomes_one_value),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_the_field_and_the_rule),
        cmocka_unit_test(a_geometry_may_fill_its_bound_and_no_more),
        cmocka_unit_test(a_text_may_fill_its_bound_and_no_more),
        cmocka_unit_test(codes_and_addresses_may_fill_their_bounds_and_no_more),
        cmocka_unit_test(values_of_unknown_fields_and_forms_are_shown_all_the_same),
        cmocka_unit_test(a_remembered_code_is_the_one_that_is_found),
        cmocka_unit_test(a_record_name_has_48_bytes_and_a_short_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
