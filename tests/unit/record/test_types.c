#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "record/types.h"

static struct by_bytes bytes(const char *text)
{
    return by_bytes_of_text(text);
}

static void check_labels(const struct by_label *labels, size_t count)
{
    assert_true(count >= 1);
    assert_string_equal(labels[0].language, "en");
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(by_text_check(bytes(labels[i].text)), BANYAN_OK);
        assert_true(by_text_is_language(bytes(labels[i].language)));
    }
}

static void check_field(const struct by_field *field)
{
    check_labels(field->labels, field->label_count);
    assert_int_equal(field->label_count, 3);
    if (field->list != NULL)
        assert_ptr_equal(by_code_list_find(field->list->name), field->list);
    if (field->ref_type != NULL)
        assert_non_null(by_type_shipped_find(bytes(field->ref_type)));
}

static void every_shipped_field_is_whole(void **state)
{
    size_t count = 0;
    size_t envelope_count = 0;
    const struct by_type *types = by_types_shipped(&count);
    const struct by_field *envelope = by_type_envelope(&envelope_count);

    (void)state;
    assert_int_equal(envelope_count, 9);
    for (size_t i = 0; i < envelope_count; i++) {
        check_field(&envelope[i]);
        assert_null(envelope[i].type);
    }
    for (size_t i = 0; i < count; i++) {
        check_labels(types[i].labels, types[i].label_count);
        for (size_t k = 0; k < types[i].field_count; k++) {
            check_field(&types[i].fields[k]);
            assert_string_equal(types[i].fields[k].type, types[i].name);
        }
    }
}

/* Those of the design, and the parts that repeat in them (decision 40). */
static void what_networks_write_down_has_its_types(void **state)
{
    static const char *const names[] = {
        "site",       "activity",    "event",        "attendance", "org",      "contact",
        "membership", "community",   "initiative",   "lesson",     "need",     "offer",
        "match",      "interest",    "criteria_set", "assessment", "document", "decision",
        "commitment", "policy_step", "funding",      "audit",      "position", "demand",
        "indicator",  "result",      "consent",      "note",       "session",  "criterion",
        "score",      "audit_count", "allocation"};
    size_t count = 0;

    (void)state;
    (void)by_types_shipped(&count);
    assert_int_equal(count, sizeof names / sizeof *names);
    for (size_t i = 0; i < count; i++)
        if (by_type_shipped_find(bytes(names[i])) == NULL)
            fail_msg("%s is not shipped", names[i]);
    assert_string_equal(by_type_shipped_find(bytes("contact"))->sharing, "private");
    assert_string_equal(by_type_shipped_find(bytes("funding"))->sharing, "private");
    assert_null(by_type_shipped_find(bytes("site"))->sharing);
}

static void a_code_is_written_as_each_standard_and_each_field_writes_it(void **state)
{
    static const struct {
        const char *list, *code, *standard, *value;
    } rows[] = {
        {"gov-type", "indigenous_peoples", "wdpca", "Indigenous Peoples"},
        {"gov-subtype", "indigenous_peoples", "wdpca", "Indigenous peoples"},
        {"own-type", "multiple", "wdpca", "Multiple ownership"},
        {"own-subtype", "indigenous_peoples", "wdpca", "Indigenous Peoples"},
        {"designation", "world_heritage_cultural", "wdpca", "World Heritage Site (cultural)"},
        {"iucn-cat", "Ia", "wdpca", "Ia"},
        {"iucn-cat", "not_assigned", "wdpca", "Not Assigned"},
        {"site-type", "pa", "wdpca", "PA"},
        {"site-type", "icca", "wdpca", NULL},
        {"activity-status", "implementation", "iati", "2"},
        {"org-kind", "cbo", "iati", "24"},
        {"policy-marker", "disaster_risk", "iati", "10"},
        {"document-kind", "evaluation", "iati", "A07"},
        {"funding-kind", "pledge", "iati", "13"},
        {"result-level", "other", "iati", "9"},
        {"admin-unit", "VN-2025-01", "iso_3166_2", "VN-HN"},
        {"material", "unmarked_plastic", "bffp", "empty"},
        {"theme", "forests", "wdpca", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct by_code *code =
            by_code_find(by_code_list_find(rows[i].list), bytes(rows[i].code));
        const char *value = code != NULL ? by_code_outside(code, rows[i].standard) : "no code";

        if (rows[i].value == NULL ? value != NULL
                                  : value == NULL || strcmp(value, rows[i].value) != 0)
            fail_msg("%s %s in %s: %s", rows[i].list, rows[i].code, rows[i].standard,
                     value != NULL ? value : "none");
    }
}

static void units_that_were_replaced_say_by_which_and_since_when(void **state)
{
    const struct by_code_list *units = by_code_list_find("admin-unit");
    const struct by_code *kon_tum = by_code_find(units, bytes("VN-28"));
    const struct by_code *quang_ngai = by_code_find(units, bytes("VN-2025-51"));
    size_t of_2025 = 0;
    size_t before = 0;

    (void)state;
    assert_string_equal(kon_tum->more->until, "2025-07-01");
    assert_int_equal(kon_tum->more->replaced_by_count, 1);
    assert_string_equal(kon_tum->more->replaced_by[0], quang_ngai->code);
    assert_string_equal(quang_ngai->more->since, "2025-07-01");
    assert_null(quang_ngai->more->until);
    assert_null(by_code_find(units, bytes("LA-KH"))->more);
    for (size_t i = 0; i < units->code_count; i++) {
        of_2025 += strncmp(units->codes[i].code, "VN-2025-", 8) == 0;
        before += strncmp(units->codes[i].code, "VN-", 3) == 0 && units->codes[i].more != NULL &&
                  units->codes[i].more->until != NULL;
    }
    assert_int_equal(of_2025, 34);
    assert_int_equal(before, 63);
}

static void fields_are_found_in_the_type_and_then_in_the_envelope(void **state)
{
    const struct by_type *site = by_type_shipped_find(bytes("site"));

    (void)state;
    assert_non_null(site);
    assert_int_equal(by_type_field_find(site, bytes("area"))->kind, BY_FIELD_QUANTITY);
    assert_int_equal(by_type_field_find(site, bytes("tags"))->kind, BY_FIELD_TEXTS);
    assert_int_equal(by_type_field_find(NULL, bytes("tags"))->kind, BY_FIELD_TEXTS);
    assert_null(by_type_field_find(site, bytes("acronym")));
    assert_null(by_type_shipped_find(bytes("sit")));
}

static void codes_are_found_in_lists_ours_and_the_world_s(void **state)
{
    const struct by_code_list *country = by_code_list_find("country");
    const struct by_code *laos = by_code_find(country, bytes("LAO"));

    (void)state;
    assert_null(by_code_list_find("planet"));
    assert_non_null(laos);
    assert_string_equal(by_label_pick(laos->labels, laos->label_count, "vi"), "Lào");
    assert_string_equal(by_label_pick(laos->labels, laos->label_count, "km"), "Laos");
    assert_string_equal(by_label_pick(laos->labels, laos->label_count, NULL), "Laos");
    assert_string_equal(by_label_pick(NULL, 0, "en"), "");
    assert_null(by_code_find(country, bytes("LA")));
    assert_non_null(by_code_find(by_code_list_find("currency"), bytes("VND")));
    assert_non_null(by_code_find(by_code_list_find("iucn-cat"), bytes("Ia")));
}

static void what_is_shipped_is_in_force_once_its_compact_form_is(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value compact = by_value_nil();
    struct by_buffer packed = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_type_set *set = NULL;
    size_t count = 0;
    const struct by_type *types = by_types_shipped(&count);
    enum by_field_kind kind = BY_FIELD_TEXT;

    (void)state;
    assert_int_equal(by_types_compact(&arena, &compact), BANYAN_OK);
    assert_int_equal(by_value_encode(&compact, &packed), BANYAN_OK);
    assert_true(packed.size < BY_PAYLOAD_BYTES_MAX / 2); /* genesis has room for its founders */
    assert_int_equal(
        by_value_decode(by_buffer_bytes(&packed), &by_scan_payload_limits, &arena, &compact),
        BANYAN_OK);
    assert_int_equal(by_type_set_new(&compact, &set), BANYAN_OK);
    by_arena_deinit(&arena);
    by_buffer_deinit(&packed);
    for (size_t i = 0; i < count; i++) {
        assert_true(by_type_set_has(set, bytes(types[i].name)));
        assert_int_equal(by_type_set_is_open(set, bytes(types[i].name)), types[i].is_open);
        for (size_t k = 0; k < types[i].field_count; k++) {
            assert_true(by_type_set_field(set, bytes(types[i].name), bytes(types[i].fields[k].name),
                                          &kind));
            assert_int_equal(kind, types[i].fields[k].kind);
        }
        assert_true(by_type_set_field(set, bytes(types[i].name), bytes("sharing"), &kind));
    }
    assert_false(by_type_set_field(set, bytes("site"), bytes("acronym"), &kind));
    assert_false(by_type_set_field(set, bytes("sites"), bytes("name"), &kind));
    by_type_set_free(set);
}

static struct by_value map_of(struct by_arena *arena, const char *key, struct by_value value)
{
    struct by_value map = by_value_map(arena, 1);

    map.map.pairs[0] = (struct by_pair){bytes(key), value};
    return map;
}

static void a_malformed_part_of_types_in_force_is_left_out(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value type = by_value_array(&arena, 3);
    struct by_value types = map_of(&arena, "site", type);
    struct by_type_set *set = NULL;
    enum by_field_kind kind = BY_FIELD_TEXT;

    (void)state;
    types.map.pairs[0].value.array.items[0] = by_value_int(1);
    types.map.pairs[0].value.array.items[1] = by_value_bool(false);
    types.map.pairs[0].value.array.items[2] = map_of(&arena, "name", by_value_literal("poem"));
    assert_int_equal(by_type_set_new(&types, &set), BANYAN_OK);
    assert_true(by_type_set_has(set, bytes("site")));
    assert_false(by_type_set_field(set, bytes("site"), bytes("name"), &kind));
    by_type_set_free(set);

    types.map.pairs[0].value.array.items[1] = by_value_int(0);
    assert_int_equal(by_type_set_new(&types, &set), BANYAN_OK);
    assert_false(by_type_set_has(set, bytes("site")));
    by_type_set_free(set);

    assert_int_equal(by_type_set_new(NULL, &set), BANYAN_OK);
    assert_false(by_type_set_has(set, bytes("site")));
    by_type_set_free(set);
    by_type_set_free(NULL);
    by_arena_deinit(&arena);
}

static void kinds_have_names_there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < BY_FIELD_KIND_COUNT; i++) {
        enum by_field_kind kind = BY_FIELD_TEXT;

        assert_true(
            by_field_kind_from_name(bytes(by_field_kind_name((enum by_field_kind)i)), &kind));
        assert_int_equal(kind, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_field_is_whole),
        cmocka_unit_test(what_networks_write_down_has_its_types),
        cmocka_unit_test(a_code_is_written_as_each_standard_and_each_field_writes_it),
        cmocka_unit_test(units_that_were_replaced_say_by_which_and_since_when),
        cmocka_unit_test(fields_are_found_in_the_type_and_then_in_the_envelope),
        cmocka_unit_test(codes_are_found_in_lists_ours_and_the_world_s),
        cmocka_unit_test(what_is_shipped_is_in_force_once_its_compact_form_is),
        cmocka_unit_test(a_malformed_part_of_types_in_force_is_left_out),
        cmocka_unit_test(kinds_have_names_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
