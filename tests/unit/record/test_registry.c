/*
 * What a network says of its types, beside what the program ships.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "codec/json.h"
#include "codec/zip.h"
#include "record/definition.h"
#include "record/registry.h"

static struct by_bytes bytes(const char *text)
{
    return by_bytes_of_text(text);
}

static struct by_value parse(struct by_arena *arena, const char *json)
{
    struct by_value value;

    assert_int_equal(by_json_parse(bytes(json), arena, &value, NULL), BANYAN_OK);
    return value;
}

/* The body of an act: types as JSON, definitions as JSON that is packed. */
static struct by_value act_body(struct by_arena *arena, const char *types, const char *definitions)
{
    struct by_value body = by_value_map(arena, 2);
    struct by_value unpacked = parse(arena, definitions);

    body.map.pairs[0].key = bytes("definitions");
    assert_int_equal(by_definitions_pack(&unpacked, arena, &body.map.pairs[0].value), BANYAN_OK);
    body.map.pairs[1] = (struct by_pair){bytes("types"), parse(arena, types)};
    return body;
}

static void without_an_act_all_is_as_shipped(void **state)
{
    struct by_registry *registry = NULL;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value body = by_value_map(&arena, 1);
    size_t count, shipped_count;
    const struct by_type *shipped = by_types_shipped(&shipped_count);
    (void)state;

    /* also with genesis as this program writes it: pointers are those of the tables */
    body.map.pairs[0].key = bytes("types");
    assert_int_equal(by_types_compact(&arena, &body.map.pairs[0].value), BANYAN_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(by_registry_new(round == 0 ? NULL : &body, &registry), BANYAN_OK);
        const struct by_type *const *types = by_registry_types(registry, &count);
        assert_int_equal(count, shipped_count);
        for (size_t i = 0; i < count; i++)
            assert_ptr_equal(types[i], &shipped[i]);
        assert_true(by_registry_is_shipped(registry));
        assert_ptr_equal(by_registry_type(registry, bytes("site")),
                         by_type_shipped_find(bytes("site")));
        assert_null(by_registry_type(registry, bytes("sit")));
        assert_ptr_equal(by_registry_list(registry, bytes("country")),
                         by_code_list_find("country"));
        assert_null(by_registry_list(registry, bytes("planet")));
        by_registry_free(registry);
    }
    by_arena_deinit(&arena);
}

static const struct {
    const char *claim;
    const char *types, *definitions;
    const char *type, *field; /* that is looked at; field NULL: the type is none */
    const char *kind, *list, *label;
} rows[] = {
    {"a type of the network's own is described by it", "{\"pond\":[1,false,{\"water\":\"code\"}]}",
     "{\"lists\":{\"water\":{\"codes\":[{\"code\":\"salt\",\"label\":\"Salt\"}]}},\"types\":{"
     "\"pond\":{\"label\":\"Pond\",\"fields\":[{\"name\":\"water\",\"kind\":\"code\",\"list\":"
     "\"water\",\"required\":true,\"label\":\"Water\"}]}}}",
     "pond", "water", "code", "water", "Water"},
    {"a type of which nothing is said has its fields all the same",
     "{\"pond\":[1,false,{\"water\":\"code\",\"depth\":\"number\"}]}", "{}", "pond", "water",
     "code", "", ""},
    {"a definition that names another kind than is in force says nothing",
     "{\"pond\":[1,false,{\"water\":\"text\"}]}",
     "{\"types\":{\"pond\":{\"label\":\"Pond\",\"fields\":[{\"name\":\"water\",\"kind\":"
     "\"mltext\",\"required\":true,\"label\":\"Water\"}]}}}",
     "pond", "water", "text", NULL, ""},
    {"a shipped field has the kind in force", "{\"site\":[1,false,{\"site_type\":\"text\"}]}", "{}",
     "site", "site_type", "text", NULL, "Type of site"},
    {"a shipped field that is not in force is there still", "{\"site\":[1,false,{}]}", "{}", "site",
     "site_type", "code", "site-type", "Type of site"},
    {"a list of the network's takes the place of the shipped one",
     "{\"site\":[1,false,{\"site_type\":\"code\"}]}",
     "{\"lists\":{\"site-type\":{\"codes\":[{\"code\":\"x\",\"label\":\"X\"}]}}}", "site",
     "site_type", "code", "site-type", "Type of site"},
    {"a field that the network does not describe is described by the program",
     "{\"site\":[2,false,{\"site_type\":\"code\",\"odd\":\"text\"}]}",
     "{\"types\":{\"site\":{\"label\":\"Place\",\"fields\":[{\"name\":\"odd\",\"kind\":\"text\","
     "\"required\":true,\"label\":\"Odd\"}]}}}",
     "site", "site_type", "code", "site-type", "Type of site"},
    {"a type with the name of a table is none", "{\"record\":[1,false,{\"a\":\"text\"}]}", "{}",
     "record", NULL, NULL, NULL, NULL},
    {"a type of another form is none", "{\"pond\":[1,{}]}", "{}", "pond", NULL, NULL, NULL, NULL},
    {"definitions of what is not in force are none", "{}",
     "{\"types\":{\"pond\":{\"label\":\"Pond\",\"fields\":[{\"name\":\"a\",\"kind\":\"text\","
     "\"required\":true,\"label\":\"A\"}]}}}",
     "pond", NULL, NULL, NULL, NULL},
};

static void every_claim_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_registry *registry = NULL;
        struct by_value body = act_body(&arena, rows[i].types, rows[i].definitions);

        print_message("  %s\n", rows[i].claim);
        assert_int_equal(by_registry_new(&body, &registry), BANYAN_OK);
        const struct by_type *type = by_registry_type(registry, bytes(rows[i].type));
        assert_int_equal(type != NULL, rows[i].field != NULL);
        if (type != NULL) {
            const struct by_field *field = by_type_field_find(type, bytes(rows[i].field));

            assert_non_null(field);
            assert_string_equal(by_field_kind_name(field->kind), rows[i].kind);
            assert_int_equal(field->list != NULL, rows[i].list != NULL);
            if (field->list != NULL)
                assert_string_equal(field->list->name, rows[i].list);
            if (rows[i].label[0] != 0 && strcmp(rows[i].field, "site_type") != 0)
                assert_string_equal(by_label_pick(field->labels, field->label_count, "en"),
                                    rows[i].label);
        }
        by_registry_free(registry);
        by_arena_deinit(&arena);
    }
}

static void a_list_of_the_network_is_the_one_of_shipped_fields(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_registry *registry = NULL;
    struct by_value body = act_body(&arena, rows[5].types, rows[5].definitions);
    (void)state;

    assert_int_equal(by_registry_new(&body, &registry), BANYAN_OK);
    const struct by_field *field =
        by_type_field_find(by_registry_type(registry, bytes("site")), bytes("site_type"));
    assert_ptr_equal(field->list, by_registry_list(registry, bytes("site-type")));
    assert_int_equal(field->list->code_count, 1);
    assert_false(by_registry_is_shipped(registry));
    by_registry_free(registry);
    by_arena_deinit(&arena);
}

/* {"lists": {"l": {"codes": [...]}}} with so many codes. */
static struct by_value many_codes(struct by_arena *arena, size_t count)
{
    struct by_value definitions = parse(arena, "{\"lists\":{\"l\":{\"codes\":[]}}}");
    struct by_value codes = by_value_array(arena, count);

    for (size_t i = 0; i < count; i++) {
        char json[64];

        snprintf(json, sizeof json, "{\"code\":\"c%zu\",\"label\":\"%016llx\"}", i,
                 (unsigned long long)(i * UINT64_C(0x9e3779b97f4a7c15)));
        codes.array.items[i] = parse(arena, json);
    }
    definitions.map.pairs[0].value.map.pairs[0].value.map.pairs[0].value = codes;
    return definitions;
}

static void lists_are_bounded_and_long_ones_come_back_whole(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    (void)state;

    for (size_t count = BY_DEFINITION_ITEMS_MAX - 1; count <= BY_DEFINITION_ITEMS_MAX + 1;
         count++) {
        struct by_value definitions = many_codes(&arena, count);
        struct by_value packed, unpacked;
        bool fits = count <= BY_DEFINITION_ITEMS_MAX;

        assert_int_equal(by_definitions_pack(&definitions, &arena, &packed),
                         fits ? BANYAN_OK : BANYAN_ERR_TOO_LARGE);
        if (!fits)
            continue;
        assert_true(packed.array.count > 1); /* cut into strings that payloads may have */
        assert_int_equal(by_definitions_unpack(&packed, &arena, &unpacked), BANYAN_OK);
        assert_true(by_value_equal(&definitions, &unpacked));
    }
    by_arena_deinit(&arena);
}

static struct by_value filled(struct by_arena *arena, size_t size)
{
    char *text = by_arena_alloc(arena, size);

    assert_non_null(text);
    memset(text, 'a', size);
    return (struct by_value){.kind = BY_VALUE_TEXT, .bytes = by_bytes_of(text, size)};
}

static struct by_value filled_list(struct by_arena *arena, size_t count, size_t size)
{
    struct by_value list = by_value_array(arena, count);

    for (size_t i = 0; i < count; i++)
        list.array.items[i] = filled(arena, size);
    return list;
}

/* A map that is encoded in BY_DEFINITIONS_BYTES_MAX and so many bytes more, packed by hand: a few
 * bytes of an act ask for a MiB. */
static struct by_value packed_bomb(struct by_arena *arena, size_t more)
{
    struct by_buffer encoded = BY_BUFFER_INIT(SIZE_MAX), packed = BY_BUFFER_INIT(SIZE_MAX);
    struct by_value map = by_value_map(arena, 3), bins = by_value_array(arena, 1);
    struct by_zip zip = {0};
    struct by_bytes copy;
    uint8_t size[4];

    for (size_t i = 0; i < 3; i++)
        map.map.pairs[i].key = by_bytes_of(&"abc"[i], 1);
    map.map.pairs[0].value = filled_list(arena, BY_DEFINITION_ITEMS_MAX, 253);
    map.map.pairs[1].value = filled_list(arena, 15, 254);
    map.map.pairs[2].value = filled(arena, 243 + more);
    assert_int_equal(by_value_encode(&map, &encoded), BANYAN_OK);
    assert_int_equal(encoded.size, BY_DEFINITIONS_BYTES_MAX + more);
    by_put_u32le(size, (uint32_t)encoded.size);
    assert_int_equal(by_buffer_append(&packed, size, sizeof size), BANYAN_OK);
    assert_int_equal(by_zip_pack(&zip, by_buffer_bytes(&encoded), &packed), BANYAN_OK);
    assert_true(packed.size < BY_STRING_BYTES_MAX);
    assert_int_equal(by_arena_copy(arena, by_buffer_bytes(&packed), &copy), BANYAN_OK);
    bins.array.items[0] = by_value_bin(copy);
    by_zip_deinit(&zip);
    by_buffer_deinit(&packed);
    by_buffer_deinit(&encoded);
    return bins;
}

static void what_definitions_unpack_to_is_bounded(void **state)
{
    (void)state;
    for (size_t more = 0; more < 3; more++) {
        struct by_arena arena = BY_ARENA_INIT;
        struct by_value packed = packed_bomb(&arena, more), unpacked;
        enum banyan_status status = by_definitions_unpack(&packed, &arena, &unpacked);

        if ((status == BANYAN_OK) != (more == 0))
            fail_msg("%zu bytes more: %s", more, banyan_status_name(status));
        by_arena_deinit(&arena);
    }
}

static void labels_are_bounded(void **state)
{
    struct by_arena arena = BY_ARENA_INIT;
    (void)state;

    for (size_t size = BY_DEFINITION_TEXT_BYTES_MAX - 1; size <= BY_DEFINITION_TEXT_BYTES_MAX + 1;
         size++) {
        struct by_value list = parse(&arena, "{\"codes\":[{\"code\":\"a\",\"label\":\"\"}]}");
        char text[BY_DEFINITION_TEXT_BYTES_MAX + 2];
        struct by_code_list out;

        memset(text, 'x', size);
        text[size] = '\0';
        list.map.pairs[0].value.array.items[0].map.pairs[1].value = by_value_literal(text);
        assert_int_equal(by_definition_read_list(bytes("l"), &list, &arena, &out, NULL),
                         size <= BY_DEFINITION_TEXT_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    by_arena_deinit(&arena);
}

static void names_are_bounded(void **state)
{
    char name[BY_DEFINITION_NAME_BYTES_MAX + 2];
    (void)state;

    memset(name, 'a', sizeof name);
    for (size_t size = BY_DEFINITION_NAME_BYTES_MAX - 1; size <= BY_DEFINITION_NAME_BYTES_MAX + 1;
         size++) {
        bool fits = size <= BY_DEFINITION_NAME_BYTES_MAX;
        assert_int_equal(by_definition_names_type(by_bytes_of(name, size)), fits);
        assert_int_equal(by_definition_names_field(by_bytes_of(name, size)), fits);
        assert_int_equal(by_definition_names_list(by_bytes_of(name, size)), fits);
    }
    assert_false(by_definition_names_type(bytes("")));
    assert_false(by_definition_names_type(bytes("sqlite_x")));
    assert_false(by_definition_names_field(bytes("tags")));
    assert_false(by_definition_names_list(bytes("currency")));
    assert_true(by_definition_names_list(bytes("site-type")));
    assert_false(by_definition_names_type(bytes("site-type")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_act_all_is_as_shipped),
        cmocka_unit_test(every_claim_holds),
        cmocka_unit_test(a_list_of_the_network_is_the_one_of_shipped_fields),
        cmocka_unit_test(lists_are_bounded_and_long_ones_come_back_whole),
        cmocka_unit_test(what_definitions_unpack_to_is_bounded),
        cmocka_unit_test(labels_are_bounded),
        cmocka_unit_test(names_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
