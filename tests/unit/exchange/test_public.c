/* What of a record leaves for everybody, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/json.h"
#include "exchange/public.h"

static struct by_value parse(struct by_arena *arena, const char *json)
{
    struct banyan_error error = {0};
    struct by_value value;

    if (by_json_parse(by_bytes_of_text(json), arena, &value, &error) != BANYAN_OK)
        fail_msg("%s: %s", json, error.text);
    return value;
}

/* A reference to a record that stays for reason + 1, or leaves, and how coarse its place is. */
#define REF(reason, coarseness)                                                                    \
    reason coarseness "0000000000000000000000000000000000000000000000000000000000"                 \
                      "0000000000000000000000000000000000"

static const struct {
    const char *claim, *type, *document, *conflicts;
    enum by_consent consent;
    const char *wanted;      /* as JSON; NULL: it does not leave */
    enum by_withheld why;    /* it does not leave, or a value of it */
    unsigned values;         /* that stay for that reason */
    const char *uncertainty; /* NULL: none */
} rows[] = {
    {"what is shared with everybody leaves as it is", "site",
     "{\"sharing\":\"public\",\"name\":{\"vi\":\"A\"},\"area\":{\"value\":\"1\",\"unit\":\"ha\"}}",
     "", BY_CONSENT_NONE,
     "{\"area\":{\"unit\":\"ha\",\"value\":\"1\"},\"name\":{\"vi\":\"A\"},\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, NULL},
    {"what says nothing of sharing is for members", "site", "{\"name\":{\"vi\":\"A\"}}", "",
     BY_CONSENT_GIVEN, NULL, BY_WITHHELD_SHARING, 0, NULL},
    {"what is for members stays, whatever was consented", "site", "{\"sharing\":\"members\"}", "",
     BY_CONSENT_GIVEN, NULL, BY_WITHHELD_SHARING, 0, NULL},
    {"what is in conflict is not yet for everybody", "site", "{\"sharing\":\"public\"}",
     "{\"sharing\":[\"public\",\"members\"]}", BY_CONSENT_NONE, NULL, BY_WITHHELD_SHARING, 0, NULL},
    {"another conflict does not matter", "site", "{\"sharing\":\"public\"}",
     "{\"status_yr\":[\"2019\",\"2020\"]}", BY_CONSENT_NONE, "{\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, NULL},
    {"people stay, however they are shared", "contact", "{\"sharing\":\"public\",\"name\":\"Lan\"}",
     "", BY_CONSENT_GIVEN, NULL, BY_WITHHELD_PEOPLE, 0, NULL},
    {"who attended stays", "attendance", "{\"sharing\":\"public\"}", "", BY_CONSENT_NONE, NULL,
     BY_WITHHELD_PEOPLE, 0, NULL},
    {"consents stay", "consent", "{\"sharing\":\"public\"}", "", BY_CONSENT_NONE, NULL,
     BY_WITHHELD_PEOPLE, 0, NULL},
    {"funding stays", "funding", "{\"sharing\":\"public\"}", "", BY_CONSENT_NONE, NULL,
     BY_WITHHELD_MONEY, 0, NULL},
    {"a field that names a person stays", "community",
     "{\"sharing\":\"public\",\"contact\":\"00\",\"name\":{\"en\":\"C\"}}", "", BY_CONSENT_GIVEN,
     "{\"name\":{\"en\":\"C\"},\"sharing\":\"public\"}", BY_WITHHELD_PEOPLE, 1, NULL},
    {"texts that name people stay", "assessment",
     "{\"sharing\":\"public\",\"assessors\":[\"Lan\"],\"step\":\"full\"}", "", BY_CONSENT_NONE,
     "{\"sharing\":\"public\",\"step\":\"full\"}", BY_WITHHELD_PEOPLE, 1, NULL},
    {"amounts and who gives them stay", "activity",
     "{\"sharing\":\"public\",\"budget\":{\"amount\":\"1\",\"currency\":\"USD\"},\"funding_orgs\":["
     "]}",
     "", BY_CONSENT_NONE, "{\"sharing\":\"public\"}", BY_WITHHELD_MONEY, 2, NULL},
    {"a community without consent stays", "community", "{\"sharing\":\"public\"}", "",
     BY_CONSENT_NONE, NULL, BY_WITHHELD_CONSENT, 0, NULL},
    {"a territory of a community without consent stays", "site",
     "{\"sharing\":\"public\",\"site_type\":\"icca\"}", "", BY_CONSENT_NONE, NULL,
     BY_WITHHELD_CONSENT, 0, NULL},
    {"with it, it leaves", "site", "{\"sharing\":\"public\",\"site_type\":\"icca\"}", "",
     BY_CONSENT_GIVEN, "{\"sharing\":\"public\",\"site_type\":\"icca\"}", BY_WITHHELD_COUNT, 0,
     NULL},
    {"any record with a consent that does not let it leave stays", "site",
     "{\"sharing\":\"public\"}", "", BY_CONSENT_NOT_GIVEN, NULL, BY_WITHHELD_CONSENT, 0, NULL},
    {"no sensitivity, no rounding", "site",
     "{\"sharing\":\"public\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[105.123456,10."
     "98765]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[105.123456,10.98765],\"type\":\"Point\"},\"sharing\":"
     "\"public\"}",
     BY_WITHHELD_COUNT, 0, NULL},
    {"low: three decimals, and 157 m", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"low\",\"geometry\":{\"type\":\"Point\","
     "\"coordinates\":[105.123456,10.98765,12]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[105.123,10.988],\"type\":\"Point\"},\"sensitivity\":\"low\","
     "\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "157"},
    {"medium: two, and 1,570 m", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"medium\",\"geometry\":{\"type\":\"Point\","
     "\"coordinates\":[-105.126,10.98]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[-105.13,10.98],\"type\":\"Point\"},\"sensitivity\":"
     "\"medium\","
     "\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "1570"},
    {"high: one, and 15,691 m on top of what was uncertain before", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"high\",\"precision_m\":\"99.5\",\"geometry\":{"
     "\"type\":"
     "\"Point\",\"coordinates\":[105.151,-0.04]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[105.2,0],\"type\":\"Point\"},\"precision_m\":\"15791\","
     "\"sensitivity\":\"high\",\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "15791"},
    {"of sensitivities in conflict the strictest holds", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"none\",\"geometry\":{\"type\":\"Point\","
     "\"coordinates\":[1.26,1.26]}}",
     "{\"sensitivity\":[\"none\",\"medium\",\"high\"]}", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[1.3,1.3],\"type\":\"Point\"},\"sensitivity\":\"none\","
     "\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "15691"},
    {"hidden: nothing tells the place", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"hidden\",\"admin\":[\"VN-44\"],\"basin\":{\"vi\":"
     "\"B\"},"
     "\"river_km\":\"3\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}",
     "", BY_CONSENT_NONE, "{\"sensitivity\":\"hidden\",\"sharing\":\"public\"}",
     BY_WITHHELD_SENSITIVITY, 4, NULL},
    {"a sensitivity that is not known may be the strictest of all", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"secret\",\"geometry\":{\"type\":\"Point\","
     "\"coordinates\":[1,2]}}",
     "", BY_CONSENT_NONE, "{\"sensitivity\":\"secret\",\"sharing\":\"public\"}",
     BY_WITHHELD_SENSITIVITY, 1, NULL},
    {"hidden: what finds it in the lists of others stays", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"hidden\",\"external_id\":\"KBA-7\",\"wdpca_id\":"
     "\"12\",\"wdpca_pid\":\"12_A\",\"website\":\"https://example.org\"}",
     "", BY_CONSENT_NONE, "{\"sensitivity\":\"hidden\",\"sharing\":\"public\"}",
     BY_WITHHELD_SENSITIVITY, 4, NULL},
    {"a reference leaves where what it refers to does", "site",
     "{\"sharing\":\"public\",\"parent\":\"" REF("00", "00") "\"}", "", BY_CONSENT_NONE,
     "{\"parent\":\"" REF("00", "00") "\",\"sharing\":\"public\"}", BY_WITHHELD_COUNT, 0, NULL},
    {"others stay, for their reason", "site",
     "{\"sharing\":\"public\",\"communities\":[\"" REF("00", "00") "\",\"" REF("04", "00") "\"]}",
     "", BY_CONSENT_NONE, "{\"communities\":[\"" REF("00", "00") "\"],\"sharing\":\"public\"}",
     BY_WITHHELD_CONSENT, 1, NULL},
    {"of a list that has no other, nothing is left", "need",
     "{\"sharing\":\"public\",\"who\":\"" REF("02", "00") "\"}", "", BY_CONSENT_NONE,
     "{\"sharing\":\"public\"}", BY_WITHHELD_PEOPLE, 1, NULL},
    {"what lies at a coarser place is not referred to", "audit",
     "{\"sharing\":\"public\",\"site\":\"" REF("00", "03") "\"}", "", BY_CONSENT_NONE,
     "{\"sharing\":\"public\"}", BY_WITHHELD_SENSITIVITY, 1, NULL},
    {"nor does a coarser place refer to a finer one", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"hidden\",\"parent\":\"" REF("00", "00") "\"}", "",
     BY_CONSENT_NONE, "{\"sensitivity\":\"hidden\",\"sharing\":\"public\"}",
     BY_WITHHELD_SENSITIVITY, 1, NULL},
    {"what lies nowhere may be referred to", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"high\",\"stewards\":[\"" REF("00", "80") "\"]}", "",
     BY_CONSENT_NONE,
     "{\"sensitivity\":\"high\",\"sharing\":\"public\",\"stewards\":[\"" REF("00", "80") "\"]}",
     BY_WITHHELD_COUNT, 0, NULL},
    {"what is rounded is not found in the lists of others, nor by a finer field", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"low\",\"admin\":[\"VN-44\"],\"external_id\":\"KBA-"
     "7\","
     "\"river_km\":\"3.25\",\"wdpca_id\":\"12\",\"wdpca_pid\":\"12_A\",\"website\":\"https://"
     "example.org\"}",
     "", BY_CONSENT_NONE, "{\"admin\":[\"VN-44\"],\"sensitivity\":\"low\",\"sharing\":\"public\"}",
     BY_WITHHELD_SENSITIVITY, 5, NULL},
    {"of a rounded place the village stays", "event",
     "{\"sharing\":\"public\",\"sensitivity\":\"high\",\"place\":{\"vi\":\"T\"},\"title\":{\"vi\":"
     "\"H\"}}",
     "", BY_CONSENT_NONE,
     "{\"sensitivity\":\"high\",\"sharing\":\"public\",\"title\":{\"vi\":\"H\"}}",
     BY_WITHHELD_SENSITIVITY, 1, NULL},
    {"texts that tell a rounded place stay, language by language", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"medium\",\"description\":{\"en\":\"at 10.98765, "
     "105.12346\",\"vi\":\"rừng\"},\"tags\":[\"QX2V+F9\",\"a\"],\"geometry\":{\"type\":\"Point\","
     "\"coordinates\":[105.123456,10.98765]}}",
     "", BY_CONSENT_NONE,
     "{\"description\":{\"vi\":\"rừng\"},\"geometry\":{\"coordinates\":[105.12,10.99],\"type\":"
     "\"Point\"},\"sensitivity\":\"medium\",\"sharing\":\"public\",\"tags\":[\"a\"]}",
     BY_WITHHELD_SENSITIVITY, 2, "1570"},
    {"where a place is not sensitive, texts may tell it", "site",
     "{\"sharing\":\"public\",\"description\":{\"en\":\"at 10.98765, 105.12346\"}}", "",
     BY_CONSENT_NONE,
     "{\"description\":{\"en\":\"at 10.98765, 105.12346\"},\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, NULL},
    {"what may be a territory of a community needs a consent", "site",
     "{\"sharing\":\"public\",\"site_type\":\"candidate\"}",
     "{\"site_type\":[\"candidate\",\"icca\"]}", BY_CONSENT_NONE, NULL, BY_WITHHELD_CONSENT, 0,
     NULL},
    {"of two consents that it names none is agreed on", "site",
     "{\"sharing\":\"public\",\"consent\":\"00\"}", "{\"consent\":[\"00\",\"01\"]}",
     BY_CONSENT_GIVEN, NULL, BY_WITHHELD_CONSENT, 0, NULL},
    {"what some deleted stays", "site", "{\"sharing\":\"public\"}", "{\"deleted\":[true,false]}",
     BY_CONSENT_NONE, NULL, BY_WITHHELD_SHARING, 0, NULL},
    {"a field that is not known stays", "site", "{\"sharing\":\"public\",\"phone2\":\"1\"}", "",
     BY_CONSENT_NONE, "{\"sharing\":\"public\"}", BY_WITHHELD_UNKNOWN, 1, NULL},
    {"a type that is not known stays", "spaceship", "{\"sharing\":\"public\"}", "", BY_CONSENT_NONE,
     NULL, BY_WITHHELD_UNKNOWN, 0, NULL},
    {"the file that it came from stays", "site",
     "{\"sharing\":\"public\",\"source\":\"Lan.xlsx, row 3\",\"source_row\":3}", "",
     BY_CONSENT_NONE, "{\"sharing\":\"public\"}", BY_WITHHELD_SOURCE, 2, NULL},
    {"a polygon keeps its shape as far as it can", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"medium\",\"geometry\":{\"type\":\"Polygon\","
     "\"coordinates\":[[[0,0],[0.104,0.001],[0.106,0.001],[0.1,0.1],[0,0]],"
     "[[0.051,0.051],[0.052,0.051],[0.052,0.052],[0.051,0.051]]]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[[[0,0],[0.1,0],[0.11,0],[0.1,0.1],[0,0]]],\"type\":"
     "\"Polygon\"},"
     "\"sensitivity\":\"medium\",\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "1570"},
    {"one that folds up is the point in its middle", "site",
     "{\"sharing\":\"public\",\"sensitivity\":\"high\",\"geometry\":{\"type\":\"MultiPolygon\","
     "\"coordinates\":[[[[1.01,1.01],[1.03,1.01],[1.03,1.03],[1.01,1.01]]],"
     "[[[1.21,1.01],[1.23,1.01],[1.23,1.03],[1.21,1.01]]]]}}",
     "", BY_CONSENT_NONE,
     "{\"geometry\":{\"coordinates\":[1.1,1],\"type\":\"Point\"},\"sensitivity\":\"high\","
     "\"sharing\":\"public\"}",
     BY_WITHHELD_COUNT, 0, "15691"},
};

/* As the first two bytes of the name say. */
static enum banyan_status
judge(void *context, const struct by_record_name *name, struct by_public_verdict *out_verdict)
{
    uint8_t bytes[48];

    (void)context;
    by_record_name_put(bytes, name);
    out_verdict->why = bytes[0] == 0 ? BY_WITHHELD_COUNT : (enum by_withheld)(bytes[0] - 1);
    out_verdict->has_place = bytes[1] < 0x80;
    out_verdict->coarseness = bytes[1] & 0x7fu;
    return BANYAN_OK;
}

static void row_by_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_buffer json = BY_BUFFER_INIT(65536);
        struct by_public_tally tally = {.rounded = 0};
        struct by_bytes type = by_bytes_of_text(rows[i].type);
        const struct by_exported record = {.type = by_type_shipped_find(type),
                                           .type_name = type,
                                           .version = by_bytes_of_text("0123456789abcdef"),
                                           .conflicts = by_bytes_of_text(rows[i].conflicts),
                                           .document = parse(&arena, rows[i].document)};
        struct by_exported less;
        const struct by_public_refs refs = {.judge = judge};
        bool leaves = false;
        uint64_t records = 0;

        assert_int_equal(
            by_public_record(&record, rows[i].consent, &refs, &arena, &less, &leaves, &tally),
            BANYAN_OK);
        for (int why = 0; why < BY_WITHHELD_COUNT; why++)
            records += tally.records[why];
        if (leaves != (rows[i].wanted != NULL) || records != !leaves)
            fail_msg("%s: it %s", rows[i].claim, leaves ? "leaves" : "stays");
        if (!leaves && tally.records[rows[i].why] != 1)
            fail_msg("%s: for another reason", rows[i].claim);
        if (leaves) {
            assert_int_equal(by_json_write(&less.document, &json), BANYAN_OK);
            if (!by_bytes_equal(by_buffer_bytes(&json), by_bytes_of_text(rows[i].wanted)))
                fail_msg("%s: %.*s", rows[i].claim, (int)json.size, (const char *)json.data);
            if (rows[i].why < BY_WITHHELD_COUNT && tally.values[rows[i].why] != rows[i].values)
                fail_msg("%s: %u values", rows[i].claim, (unsigned)tally.values[rows[i].why]);
            if (!by_bytes_equal(
                    less.uncertainty_m,
                    by_bytes_of_text(rows[i].uncertainty == NULL ? "" : rows[i].uncertainty)))
                fail_msg("%s: uncertain by %.*s m", rows[i].claim, (int)less.uncertainty_m.size,
                         (const char *)less.uncertainty_m.data);
            assert_int_equal(less.version.size, 0);
        }
        by_buffer_deinit(&json);
        by_arena_deinit(&arena);
    }
}

static const struct {
    const char *claim, *document;
    bool is_public;
} consents[] = {
    {"one that says nothing lets nothing leave", "{}", false},
    {"for everybody", "{\"audience\":\"public\"}", true},
    {"for public maps", "{\"uses\":[\"network\",\"public_map\"]}", true},
    {"for research alone", "{\"uses\":[\"research\"]}", false},
    {"for public maps, but among donors", "{\"uses\":[\"public_map\"],\"audience\":\"donors\"}",
     false},
    {"for everybody, but for the media alone", "{\"uses\":[\"media\"],\"audience\":\"public\"}",
     false},
    {"withdrawn", "{\"audience\":\"public\",\"withdrawn_on\":\"2026-05-31\"}", false},
    {"withdrawn in this very year", "{\"audience\":\"public\",\"withdrawn_on\":\"2026\"}", false},
    {"to be withdrawn tomorrow", "{\"audience\":\"public\",\"withdrawn_on\":\"2026-06-02\"}", true},
    {"over yesterday", "{\"audience\":\"public\",\"until\":\"2026-05-31\"}", false},
    {"until today", "{\"audience\":\"public\",\"until\":\"2026-06-01\"}", true},
    {"until this month", "{\"audience\":\"public\",\"until\":\"2026-06\"}", true},
    {"until last year", "{\"audience\":\"public\",\"until\":\"2025\"}", false},
};

static void consents_are_kept_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof consents / sizeof consents[0]; i++) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_value document = parse(&arena, consents[i].document);

        if (by_consent_is_public(&document, by_bytes_of_text("2026-06-01")) !=
            consents[i].is_public)
            fail_msg("%s", consents[i].claim);
        by_arena_deinit(&arena);
    }
}

/* Of a place at 105.123456 E, 10.98765 N that is rounded to two decimals. */
static const struct {
    const char *text;
    bool tells;
} texts[] = {
    {"", false},
    {"1,234 ha, of which 5,678 m are shore", false},
    {"found in 1998.05, 12.5 m high", false},
    {"a change of 2.5 °C in 30 years", false},
    {"call 0912 345 678 or 84-912-345-678", false},
    {"10.99 N, 105.12 E", false},
    {"10.988 N, 105.123 E", true},
    {"105.1235 and then, after more than some words between them, 10.9877", false},
    {"(48.12345;24.54321)", true},
    {"vĩ độ 10,98765 kinh độ 105,12346", true},
    {"10°59'15.5\"N 105°07'24.4\"E", true},
    {"N 10º 59.258", true},
    {"10.98765° N", true},
    {"48P 512345 1123456", true},
    {"plot 512345 of 1999", false},
    {"7P28QX2V+F9", true},
    {"a C++ program, 50+ households", false},
    {"see https://www.google.com/maps/@x", true},
    {"https://www.openstreetmap.org/node/1", true},
    {"https://example.org/report", false},
    {"geo:10.9,105.1", true},
};

static void texts_that_tell_a_place(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value place =
        parse(&arena, "{\"type\":\"Point\",\"coordinates\":[105.123456,10.98765]}");
    struct by_place_box box = by_place_box_none();

    (void)state;
    by_place_box_widen(&box, &place);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (by_text_tells_place(by_bytes_of_text(texts[i].text), &box, 2) != texts[i].tells)
            fail_msg("%s", texts[i].text);
    box = by_place_box_none();
    assert_false(by_text_tells_place(by_bytes_of_text("10.988 N, 105.123 E"), &box, -1));
    by_arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_by_row),
        cmocka_unit_test(texts_that_tell_a_place),
        cmocka_unit_test(consents_are_kept_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
