/* The rules of the WDPCA: each with a row that keeps it and one that breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "exchange/wdpca.h"
#include "record/globe.h"

/* Keeps every rule. */
static struct by_wdpca_row good_row(void)
{
    struct by_wdpca_row row = {.has_polygon = true, .vertices = 5};
    static const char *const cells[BY_WDPCA_FIELD_COUNT] = {"1",
                                                            "1_A",
                                                            "PA",
                                                            "Nui Cam",
                                                            "Núi Cấm",
                                                            "Khu bảo tồn",
                                                            "Reserve",
                                                            "National",
                                                            "IV",
                                                            "Not Applicable",
                                                            "Terrestrial",
                                                            "0",
                                                            "0",
                                                            "12.5",
                                                            "12.4",
                                                            "Not Applicable",
                                                            "0",
                                                            "Designated",
                                                            "1999",
                                                            "Joint governance",
                                                            "Local communities;Indigenous peoples",
                                                            "State",
                                                            "Not Applicable",
                                                            "Ministry",
                                                            "Not Reported",
                                                            "Not Reported",
                                                            "",
                                                            "VNM",
                                                            "VNM;KHM",
                                                            "Not Applicable",
                                                            "Not Applicable",
                                                            "Measures in place",
                                                            "Not Applicable"};

    memcpy(row.cells, cells, sizeof cells);
    return row;
}

struct change {
    enum by_wdpca_field field;
    const char *text;
};
#define LETTERS_8  "ảảảảảảảả"
#define LETTERS_64 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8
#define LETTERS_254                                                                                \
    LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8 LETTERS_8   \
        LETTERS_8 "aaaaaa"

/* The row that keeps it and the row that breaks it differ from the good row so; a NULL text ends.
 */
static const struct {
    const char *rule;
    struct change keeps[5], breaks[5];
} rows[] = {
    {"site-id",
     {{BY_WDPCA_SITE_ID, ""}, {BY_WDPCA_SITE_PID, ""}, {0, NULL}},
     {{BY_WDPCA_SITE_ID, "VN-1"}, {0, NULL}}},
    {"site-pid",
     {{BY_WDPCA_SITE_ID, "12"}, {BY_WDPCA_SITE_PID, "12"}, {0, NULL}},
     {{BY_WDPCA_SITE_ID, "12"}, {BY_WDPCA_SITE_PID, "123_A"}, {0, NULL}}},
    {"pid-twice",
     {{BY_WDPCA_SITE_ID, "9"}, {BY_WDPCA_SITE_PID, "9_A"}, {0, NULL}},
     {{BY_WDPCA_SITE_PID, "9"}, {0, NULL}}},
    {"id-disagrees",
     {{BY_WDPCA_SITE_ID, "9"}, {BY_WDPCA_REP_AREA, "13"}, {0, NULL}},
     {{BY_WDPCA_SITE_ID, "9"}, {BY_WDPCA_STATUS_YR, "2001"}, {0, NULL}}},
    {"site-type", {{0, NULL}}, {{BY_WDPCA_SITE_TYPE, "pa"}, {0, NULL}}},
    {"texts-missing",
     {{BY_WDPCA_MANG_AUTH, "x"}, {0, NULL}},
     {{BY_WDPCA_MANG_AUTH, "NaN"}, {0, NULL}}},
    {"names-too-long",
     {{BY_WDPCA_NAME, LETTERS_254}, {0, NULL}},
     {{BY_WDPCA_NAME, LETTERS_254 "a"}, {0, NULL}}},
    {"name-latin",
     {{BY_WDPCA_NAME_ENG, "Búng Bình Thiên – A‘e, Ắ, e̱"}, {0, NULL}},
     {{BY_WDPCA_NAME_ENG, "កំពង់ភ្លុក"}, {0, NULL}}},
    {"numbers-missing",
     {{BY_WDPCA_STATUS_YR, "0"}, {0, NULL}},
     {{BY_WDPCA_REP_AREA, "nan"}, {0, NULL}}},
    {"forbidden-characters",
     {{BY_WDPCA_NAME, "Núi (Cấm), #1"}, {0, NULL}},
     {{BY_WDPCA_NAME, "Núi\nCấm"}, {0, NULL}}},
    {"desig-type", {{0, NULL}}, {{BY_WDPCA_DESIG_TYPE, "Local"}, {0, NULL}}},
    {"desig-international",
     {{BY_WDPCA_DESIG_TYPE, "International"},
      {BY_WDPCA_DESIG_ENG, "Wetland of International Importance (Ramsar Site)"},
      {0, NULL}},
     {{BY_WDPCA_DESIG_TYPE, "International"}, {BY_WDPCA_DESIG_ENG, "Ramsar Site"}, {0, NULL}}},
    {"desig-regional",
     {{BY_WDPCA_DESIG_TYPE, "Regional"}, {BY_WDPCA_DESIG_ENG, "ASEAN Heritage Park"}, {0, NULL}},
     {{BY_WDPCA_DESIG_TYPE, "Regional"}, {BY_WDPCA_DESIG_ENG, "Heritage Park"}, {0, NULL}}},
    {"desig-not-applicable",
     {{BY_WDPCA_DESIG_TYPE, "Not Applicable"}, {BY_WDPCA_STATUS, "Established"}, {0, NULL}},
     {{BY_WDPCA_DESIG_TYPE, "Not Applicable"}, {0, NULL}}},
    {"iucn-cat", {{BY_WDPCA_IUCN_CAT, "Ib"}, {0, NULL}}, {{BY_WDPCA_IUCN_CAT, "VII"}, {0, NULL}}},
    {"iucn-cat-oecm",
     {{BY_WDPCA_SITE_TYPE, "OECM"}, {BY_WDPCA_IUCN_CAT, "Not Applicable"}, {0, NULL}},
     {{BY_WDPCA_SITE_TYPE, "OECM"}, {0, NULL}}},
    {"iucn-cat-unesco",
     {{BY_WDPCA_DESIG_ENG, "UNESCO-MAB Biosphere Reserve"},
      {BY_WDPCA_IUCN_CAT, "Not Applicable"},
      {0, NULL}},
     {{BY_WDPCA_DESIG_ENG, "World Heritage Site (cultural)"}, {0, NULL}}},
    {"int-crit",
     {{BY_WDPCA_INT_CRIT, "(ii);(iv);(x)"}, {0, NULL}},
     {{BY_WDPCA_INT_CRIT, "(iv);(ii)"}, {0, NULL}}},
    {"realm", {{0, NULL}}, {{BY_WDPCA_REALM, "Not Reported"}, {0, NULL}}},
    {"realm-point", {{0, NULL}}, {{BY_WDPCA_REALM, "Coastal"}, {0, NULL}}},
    {"marine-area",
     {{BY_WDPCA_REALM, "Marine"}, {BY_WDPCA_REP_M_AREA, "12.5"}, {0, NULL}},
     {{BY_WDPCA_REALM, "Coastal"}, {0, NULL}}},
    {"rep-area",
     {{BY_WDPCA_REP_AREA, "0.0002"}, {0, NULL}},
     {{BY_WDPCA_REP_AREA, "500000"}, {0, NULL}}},
    {"gis-area", {{0, NULL}}, {{BY_WDPCA_GIS_AREA, "0.00001"}, {0, NULL}}},
    {"rep-marine-above",
     {{BY_WDPCA_REP_M_AREA, "12.501"}, {0, NULL}},
     {{BY_WDPCA_REP_M_AREA, "12.6"}, {0, NULL}}},
    {"gis-marine-above",
     {{BY_WDPCA_GIS_M_AREA, "12.4"}, {0, NULL}},
     {{BY_WDPCA_GIS_M_AREA, "12.5"}, {0, NULL}}},
    {"no-take-above",
     {{BY_WDPCA_REP_M_AREA, "2"}, {BY_WDPCA_NO_TK_AREA, "2"}, {0, NULL}},
     {{BY_WDPCA_REP_M_AREA, "2"}, {BY_WDPCA_NO_TK_AREA, "2.1"}, {0, NULL}}},
    {"marine-share",
     {{BY_WDPCA_GIS_M_AREA, "6"}, {BY_WDPCA_REALM, "Coastal"}, {0, NULL}},
     {{BY_WDPCA_GIS_M_AREA, "6"}, {0, NULL}}},
    {"areas-differ",
     {{BY_WDPCA_REP_AREA, "60"}, {0, NULL}},
     {{BY_WDPCA_REP_AREA, "1250"}, {0, NULL}}},
    {"vertices", {{0, NULL}}, {{0, NULL}}},
    {"no-take",
     {{BY_WDPCA_REALM, "Marine"}, {BY_WDPCA_NO_TAKE, "Part"}, {0, NULL}},
     {{BY_WDPCA_REALM, "Marine"}, {BY_WDPCA_NO_TAKE, "Not Applicable"}, {0, NULL}}},
    {"no-take-area",
     {{BY_WDPCA_REALM, "Marine"},
      {BY_WDPCA_NO_TAKE, "All"},
      {BY_WDPCA_REP_M_AREA, "5"},
      {BY_WDPCA_NO_TK_AREA, "5"},
      {0, NULL}},
     {{BY_WDPCA_NO_TK_AREA, "1"}, {0, NULL}}},
    {"status",
     {{BY_WDPCA_STATUS, "Proposed"}, {0, NULL}},
     {{BY_WDPCA_STATUS, "Planned"}, {0, NULL}}},
    {"status-inscribed",
     {{BY_WDPCA_STATUS, "Inscribed"},
      {BY_WDPCA_DESIG_ENG, "World Heritage Site (natural or mixed)"},
      {0, NULL}},
     {{BY_WDPCA_STATUS, "Inscribed"}, {0, NULL}}},
    {"status-adopted",
     {{BY_WDPCA_STATUS, "Adopted"},
      {BY_WDPCA_DESIG_ENG,
       "Specially Protected Areas of Mediterranean Importance (Barcelona Convention)"},
      {0, NULL}},
     {{BY_WDPCA_STATUS, "Adopted"}, {0, NULL}}},
    {"status-year",
     {{BY_WDPCA_STATUS_YR, "2026"}, {0, NULL}},
     {{BY_WDPCA_STATUS_YR, "2027"}, {0, NULL}}},
    {"gov-type", {{0, NULL}}, {{BY_WDPCA_GOV_TYPE, "Government"}, {0, NULL}}},
    {"gov-subtype",
     {{BY_WDPCA_GOV_TYPE, "Local communities"}, {BY_WDPCA_GOVSUBTYPE, "Not Applicable"}, {0, NULL}},
     {{BY_WDPCA_GOVSUBTYPE, "Local communities;Indigenous Peoples"}, {0, NULL}}},
    {"own-type",
     {{BY_WDPCA_OWN_TYPE, "Not Applicable"}, {BY_WDPCA_ISO3, "ABNJ"}, {0, NULL}},
     {{BY_WDPCA_OWN_TYPE, "Not Applicable"}, {0, NULL}}},
    {"own-subtype",
     {{BY_WDPCA_OWN_TYPE, "Contested"}, {BY_WDPCA_OWNSUBTYPE, "State;Communal"}, {0, NULL}},
     {{BY_WDPCA_OWNSUBTYPE, "State"}, {0, NULL}}},
    {"verif",
     {{BY_WDPCA_VERIF, "Expert Verified"}, {0, NULL}},
     {{BY_WDPCA_VERIF, "yes"}, {0, NULL}}},
    {"iso3", {{BY_WDPCA_ISO3, "ABNJ"}, {0, NULL}}, {{BY_WDPCA_ISO3, "VNM;VN"}, {0, NULL}}},
    {"supp-info",
     {{BY_WDPCA_SITE_TYPE, "OECM"}, {BY_WDPCA_SUPP_INFO, "http://example.org"}, {0, NULL}},
     {{BY_WDPCA_SUPP_INFO, "http://example.org"}, {0, NULL}}},
    {"cons-obj",
     {{BY_WDPCA_SITE_TYPE, "OECM"}, {BY_WDPCA_CONS_OBJ, "Ancillary"}, {0, NULL}},
     {{BY_WDPCA_CONS_OBJ, "Primary"}, {0, NULL}}},
    {"inland-waters",
     {{BY_WDPCA_REALM, "Marine"}, {BY_WDPCA_INLND_WTRS, "Not Applicable"}, {0, NULL}},
     {{BY_WDPCA_INLND_WTRS, "Not Applicable"}, {0, NULL}}},
    {"oecm-asmt",
     {{BY_WDPCA_SITE_TYPE, "OECM"},
      {BY_WDPCA_OECM_ASMT, "Draft IUCN WCPA Tool (Pre-2022)"},
      {0, NULL}},
     {{BY_WDPCA_OECM_ASMT, "Not Reported"}, {0, NULL}}},
};

static struct by_wdpca_row changed(const struct change *changes)
{
    struct by_wdpca_row row = good_row();

    for (; changes->text != NULL; changes++)
        row.cells[changes->field] = changes->text;
    return row;
}

static const struct by_wdpca_rule *find_rule(const char *name)
{
    size_t count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    fail_msg("there is no rule %s", name);
    return NULL;
}

/* What the row is looked at with, after that other one. */
static struct by_wdpca_context
beside(const struct by_wdpca_row *row, const struct by_wdpca_row *other)
{
    struct by_wdpca_context context = {.year = 2026};

    if (strcmp(row->cells[BY_WDPCA_SITE_PID], other->cells[BY_WDPCA_SITE_PID]) == 0)
        context.same_pid = other;
    if (strcmp(row->cells[BY_WDPCA_SITE_ID], other->cells[BY_WDPCA_SITE_ID]) == 0)
        context.same_id = other;
    return context;
}

static void each_rule_passes_and_fails(void **state)
{
    struct by_wdpca_row other = good_row();
    struct by_wdpca_finding finding;
    size_t count;

    (void)state;
    other.cells[BY_WDPCA_SITE_ID] = other.cells[BY_WDPCA_SITE_PID] = "9";
    (void)by_wdpca_rules(&count);
    assert_int_equal(count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < count; i++) {
        const struct by_wdpca_rule *rule = find_rule(rows[i].rule);
        struct by_wdpca_row keeps = changed(rows[i].keeps), breaks = changed(rows[i].breaks);

        if (strcmp(rule->name, "vertices") == 0)
            breaks.vertices = 50001;
        if (strcmp(rule->name, "realm-point") == 0)
            breaks.has_point = true;
        struct by_wdpca_context context = beside(&keeps, &other);

        if (rule->breaks(&keeps, &context, &finding))
            fail_msg("%s: the row that keeps it does not: %s", rule->name,
                     by_wdpca_name(finding.field));
        memset(&finding, 0, sizeof finding);
        context = beside(&breaks, &other);
        if (!rule->breaks(&breaks, &context, &finding))
            fail_msg("%s: the row that breaks it does not", rule->name);
        assert_non_null(finding.allowed);
    }
}

static void the_good_row_keeps_all(void **state)
{
    const struct by_wdpca_context context = {.year = 2026};
    struct by_wdpca_row row = good_row();
    struct by_wdpca_finding finding;
    size_t count;
    const struct by_wdpca_rule *rules = by_wdpca_rules(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        if (rules[i].breaks(&row, &context, &finding))
            fail_msg("%s: %s", rules[i].name, by_wdpca_name(finding.field));
}

static void areas_are_those_of_the_globe(void **state)
{
    /* A cell of one degree at the equator, by Karney's algorithm: 12,308.778 km². */
    static const char json[] =
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}";
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value geometry;
    double area = 0;

    (void)state;
    assert_int_equal(by_json_parse(by_bytes_of_text(json), &arena, &geometry, NULL), BANYAN_OK);
    area = by_geodesic_area_km2(&geometry);
    if (area < 12308.7 || area > 12308.9)
        fail_msg("%f", area);
    assert_int_equal(by_geometry_vertices(&geometry), 5);
    by_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_passes_and_fails),
        cmocka_unit_test(the_good_row_keeps_all),
        cmocka_unit_test(areas_are_those_of_the_globe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
