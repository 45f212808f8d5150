/* Payloads and links that no honest node makes: kept, passed on, and no harm to anybody. */
#include "lib/hostile.h"

/* The rogue is a coordinator, so that all it says is effective; the victims are members, one of
 * whom owns a record. */
struct stage {
    struct world world;
    const char *honest;
    struct by_record_name honest_name;
};

static void set_up(struct stage *stage)
{
    world_begin(&stage->world);
    found_network(&stage->world, 3);
    add_site(&stage->world, ROGUE, "Own log is open");
    stage->honest = add_site(&stage->world, 1, "Keo Por");
    carry(&stage->world, 1, 2);
    carry(&stage->world, 1, ROGUE);
    stage->honest_name = name_of(&stage->world, 1, stage->honest);
}

static void tear_down(struct stage *stage)
{
    assert_string_equal(field_text(&stage->world, 1, stage->honest, "name.en"), "Keo Por");
    world_end(&stage->world);
}

static struct by_bytes
repeat(struct world *world, const char *head, size_t head_size, uint8_t byte, size_t count)
{
    uint8_t *bytes = by_arena_alloc(&world->arena, head_size + count);

    memcpy(bytes, head, head_size);
    memset(bytes + head_size, byte, count);
    return by_bytes_of(bytes, head_size + count);
}

static void payloads_that_are_none_are_no_operations(void **state)
{
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[24];
    size_t count = 0;
    (void)state;

    set_up(&stage);
    const struct by_bytes payloads[] = {
        by_bytes_of(NULL, 0),
        by_bytes_of("\xc1", 1),
        by_bytes_of("\x91\xc0", 2),
        by_bytes_of("\x90", 1),
        by_bytes_of("\x92\xa1"
                    "a"
                    "\xa1"
                    "b",
                    5),
        by_bytes_of("\x91\xa2\xff\xfe", 4),
        by_bytes_of("\x91\xa1\x00", 3),
        by_bytes_of("\x91\xcb\x7f\xf8\0\0\0\0\0\0", 10),
        by_bytes_of("\x91\xcb\x80\0\0\0\0\0\0\0", 10),
        by_bytes_of("\x91\xdf\xff\xff\xff\xff", 6),
        by_bytes_of("\x91\xdd\xff\xff\xff\xff", 6),
        by_bytes_of("\xdd\xff\xff\xff\xff", 5),
        by_bytes_of("\x91\xc6\xff\xff\xff\xff", 6),
        by_bytes_of("\x91\xd4\x01\x01", 4),
        repeat(world, "\x91", 1, 0x91, 61000),
        repeat(world, "\x91\xdc\xff\xff", 4, 0xc0, 61000),
        repeat(world, "\x91", 1, 0xff, 61439),
    };
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        forged[count] = one_touch(world, &stage.honest_name, NULL, "name.en", BY_HOW_SET,
                                  by_value_literal("x"));
        forged[count++].payload = payloads[i];
    }
    forge(world, ROGUE, forged, count, NULL);
    expect_harmless(world, 1, 2);
    tear_down(&stage);
}

/* An operation that names one whose payload is none. */
static void a_removal_may_name_what_is_no_operation(void **state)
{
    struct stage stage;
    struct world *world = &stage.world;
    struct by_id ids[1];
    (void)state;

    set_up(&stage);
    struct forged bad = one_touch(world, &stage.honest_name, NULL, "country", BY_HOW_ADD,
                                  by_value_literal("no list"));
    forge(world, ROGUE, &bad, 1, ids);
    struct by_addition removed[] = {{.operation = ids[0], .index = 0},
                                    {.operation = ids[0], .index = UINT32_MAX}};
    struct by_touch touch = {.path = by_bytes_of_text("country"),
                             .how = BY_HOW_REMOVE,
                             .removed = removed,
                             .removed_count = 2};
    struct by_op_links links = {
        .name = stage.honest_name, .op = BY_OP_PATCH, .touches = &touch, .touch_count = 1};
    struct by_value nothing = by_value_nil();
    struct forged removal = {.kind = BY_KIND_OPERATION,
                             .links = encode_links(world, links),
                             .payload = encode_values(world, &nothing, 1)};
    /* as a coordinator's edit, and as a member's proposal */
    forge(world, ROGUE, &removal, 1, NULL);
    carry(world, ROGUE, 2);
    add_site(world, 2, "Opens a log");
    forge(world, 2, &removal, 1, NULL);
    carry(world, 2, ROGUE);
    expect_harmless(world, 1, 2);
    tear_down(&stage);
}

static void types_and_paths_with_hostile_names_are_only_names(void **state)
{
    static const char *const types[] = {"site\"; DROP TABLE record;--",
                                        "record",
                                        "conflict",
                                        "member",
                                        "sqlite_master",
                                        "gpkg_contents",
                                        "select",
                                        "",
                                        "' OR 1=1 --",
                                        "../../etc/passwd",
                                        "a\nb\tc",
                                        "%s%n%s",
                                        "\xe2\x80\xae"
                                        "etis",
                                        "SITE"};
    static const char *const paths[] = {
        "deleted", "name",         "name\"--",     "a.b.c",   "fid", "id", "Name", "x y",
        "%n",      "record_label", "site_type.en", "name.en", "-",   "_",  "0",    "geometry.x"};
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[256];
    size_t count = 0;
    uint64_t number = 1;
    (void)state;

    set_up(&stage);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        for (size_t p = 0; p < sizeof paths / sizeof paths[0] && count < 250; p++) {
            struct by_record_name name = new_name(world, ROGUE, number++);
            forged[count++] = one_touch(world, &name, types[t][0] == '\0' ? "site" : types[t],
                                        paths[p], BY_HOW_SET, by_value_literal("a value"));
        }
    forge(world, ROGUE, forged, count, NULL);
    expect_harmless(world, 1, 2);
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        const struct by_view_list list = {.type = types[t], .language = "en"};
        struct by_buffer json = RESULT;
        enum banyan_status status =
            by_view_list(world->offices[1].node->view, &list, &json, &world->error);
        if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
            expect_ok(world, status);
        by_buffer_deinit(&json);
    }
    tear_down(&stage);
}

/* Maps under fields that nobody knows: keys that imitate lines of the search index. */
static void keys_of_unknown_fields_may_be_anything(void **state)
{
    struct stage stage;
    struct world *world = &stage.world;
    (void)state;

    set_up(&stage);
    static const char *const keys[] = {"x\ty\nname.en\tFoo", "\"", "\\", "'", "en", "a.b", "%n"};
    struct by_value map = by_value_map(&world->arena, 7);
    for (size_t i = 0; i < 7; i++) {
        map.map.pairs[i].key = by_bytes_of_text(keys[i]);
        map.map.pairs[i].value = by_value_literal("a needle");
    }
    expect_ok(world, by_value_map_sort(&map));
    struct by_record_name name = new_name(world, ROGUE, 77);
    struct forged forged[] = {
        one_touch(world, &name, "site", "mystery", BY_HOW_SET, map),
        one_touch(world, &name, NULL, "mystery.en", BY_HOW_SET, map),
        one_touch(world, &name, NULL, "mystery", BY_HOW_SET, by_value_int(INT64_MIN)),
        one_touch(world, &name, NULL, "mystery.vi", BY_HOW_SET, by_value_real(1e308)),
    };
    forge(world, ROGUE, forged, 4, NULL);
    expect_harmless(world, 1, 2);
    struct by_buffer json = RESULT;
    expect_ok(world, by_view_search(world->offices[1].node->view, by_bytes_of_text("needle"), NULL,
                                    0, "en", &json, &world->error));
    struct by_value hits = parse(world, &json);
    assert_true(hits.array.count > 0);
    for (size_t i = 0; i < hits.array.count; i++)
        assert_string_not_equal(text_of(world, &hits.array.items[i], "field"), "name.en");
    tear_down(&stage);
}

static struct by_value position(struct world *world, double x, double y)
{
    struct by_value value = by_value_array(&world->arena, 2);

    value.array.items[0] = by_value_real(x);
    value.array.items[1] = by_value_real(y);
    return value;
}

static struct by_value geometry(struct world *world, const char *type, struct by_value coordinates)
{
    struct by_value map = by_value_map(&world->arena, 2);

    map.map.pairs[0].key = by_bytes_of_text("coordinates");
    map.map.pairs[0].value = coordinates;
    map.map.pairs[1].key = by_bytes_of_text("type");
    map.map.pairs[1].value = by_value_literal(type);
    return map;
}

static struct by_value nest(struct world *world, struct by_value value, int depth)
{
    for (int i = 0; i < depth; i++) {
        struct by_value outer = by_value_array(&world->arena, 1);
        outer.array.items[0] = value;
        value = outer;
    }
    return value;
}

static void geometries_are_drawn_or_left_out(void **state)
{
    static const char *const types[] = {"Point",
                                        "LineString",
                                        "Polygon",
                                        "MultiPoint",
                                        "MultiLineString",
                                        "MultiPolygon",
                                        "GeometryCollection",
                                        "point",
                                        ""};
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[128];
    size_t count = 0;
    (void)state;

    set_up(&stage);
    struct by_value bow = by_value_array(&world->arena, 5);
    bow.array.items[0] = bow.array.items[4] = position(world, 0, 0);
    bow.array.items[1] = position(world, 1, 1);
    bow.array.items[2] = position(world, 1, 0);
    bow.array.items[3] = position(world, 0, 1);
    struct by_value huge = by_value_array(&world->arena, 3000);
    for (size_t i = 0; i < 3000; i++)
        huge.array.items[i] = position(world, (double)(i % 1500) / 10 + 0.123456789, 0.123456789);
    huge.array.items[2999] = huge.array.items[0];
    struct by_value empty = by_value_array(&world->arena, 0);
    const struct by_value shapes[] = {bow,
                                      huge,
                                      empty,
                                      nest(world, empty, 1),
                                      nest(world, empty, 2),
                                      nest(world, empty, 5),
                                      nest(world, bow, 1),
                                      nest(world, huge, 1),
                                      nest(world, bow, 2),
                                      position(world, 180, 90),
                                      position(world, 1e300, -1e300),
                                      by_value_nil(),
                                      by_value_literal("POINT(1 1)")};
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            struct by_record_name name = new_name(world, ROGUE, 1000 + count);
            forged[count++] = one_touch(world, &name, "site", "geometry", BY_HOW_SET,
                                        geometry(world, types[t], shapes[s]));
        }
    forge(world, ROGUE, forged, count, NULL);
    expect_harmless(world, 1, 2);
    tear_down(&stage);
}

/* Wrong operations on an honest record: puts by others, transfers, decisions on nonsense, parents
 * of other records, operations of kinds above all that is known. */
static void operations_out_of_place_change_nothing(void **state)
{
    struct stage stage;
    struct world *world = &stage.world;
    struct by_id many[BY_PARENTS_MAX];
    struct forged forged[16];
    size_t count = 0;
    (void)state;

    set_up(&stage);
    add_site(world, 2, "Opens a log");
    carry(world, 2, ROGUE);
    for (size_t i = 0; i < BY_PARENTS_MAX; i++)
        by_os_random(&many[i], sizeof many[i]);
    struct by_touch touch = {.path = by_bytes_of_text("name.en"), .how = BY_HOW_SET};
    struct by_value evil = by_value_literal("Evil");
    struct by_op_links links[] = {
        {.op = BY_OP_PUT, .type = by_bytes_of_text("site"), .touches = &touch, .touch_count = 1},
        {.op = BY_OP_PUT, .type = by_bytes_of_text("org"), .touches = &touch, .touch_count = 1},
        {.op = BY_OP_TRANSFER,
         .targets = many,
         .target_count = 1,
         .touches = &touch,
         .touch_count = 1},
        {.op = BY_OP_TRANSFER, .targets = &world->offices[2].node->organisation, .target_count = 1},
        {.op = BY_OP_TRANSFER, .targets = many, .target_count = 1},
        {.op = BY_OP_PUT, .type = by_bytes_of_text("site"), .parents = many, .parent_count = 64},
        {.op = BY_OP_ACCEPT, .targets = many, .target_count = 64},
        {.op = BY_OP_ACCEPT,
         .targets = many,
         .target_count = 64,
         .touches = &touch,
         .touch_count = 1},
        {.op = BY_OP_DECLINE,
         .targets = many,
         .target_count = 64,
         .touches = &touch,
         .touch_count = 1},
        {.op = BY_OP_DECLINE, .targets = many, .target_count = 64},
        {.op = BY_OP_PATCH, .parents = many, .parent_count = 64},
        {.op = BY_OP_DELETE, .touches = &touch, .touch_count = 1},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        links[i].name = stage.honest_name;
        forged[count++] =
            (struct forged){.kind = BY_KIND_OPERATION,
                            .links = encode_links(world, links[i]),
                            .payload = encode_values(world, &evil, links[i].touch_count)};
    }
    /* a member says it: nothing of it is effective */
    forge(world, 2, forged, count, NULL);
    carry(world, 2, ROGUE);
    expect_harmless(world, 1, 2);
    tear_down(&stage);
}

static void stamps_of_any_size_are_shown_and_drag_no_clock(void **state)
{
    static const uint64_t stamps[] = {
        1, UINT64_MAX, UINT64_MAX - 1, UINT64_MAX << 16, (uint64_t)253402300800000 << 16, 65535};
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[6];
    (void)state;

    set_up(&stage);
    for (size_t i = 0; i < 6; i++) {
        struct by_record_name name = i < 3 ? stage.honest_name : new_name(world, ROGUE, 50 + i);
        forged[i] = one_touch(world, &name, i < 3 ? NULL : "site", "country", BY_HOW_ADD,
                              nest(world, by_value_literal("KHM"), 1));
        forged[i].hlc = stamps[i];
    }
    forge(world, ROGUE, forged, 6, NULL);
    expect_harmless(world, 1, 2);
    set(world, 1, stage.honest, "licence", "CC0");
    struct by_buffer json = RESULT;
    expect_ok(world, by_history(world->offices[1].node, stage.honest, "en", &json, &world->error));
    struct by_value history = parse(world, &json);
    bool found = false;
    for (size_t i = 0; i < history.array.count; i++) {
        const struct by_value *row = &history.array.items[i];
        const struct by_value *changes = by_value_get(row, "changes");
        if (changes->array.count != 1 ||
            strcmp(text_of(world, &changes->array.items[0], "path"), "licence") != 0)
            continue;
        found = true;
        assert_true(strcmp(text_of(world, row, "at"), "2100") < 0);
    }
    assert_true(found);
    tear_down(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_that_are_none_are_no_operations),
        cmocka_unit_test(a_removal_may_name_what_is_no_operation),
        cmocka_unit_test(types_and_paths_with_hostile_names_are_only_names),
        cmocka_unit_test(keys_of_unknown_fields_may_be_anything),
        cmocka_unit_test(geometries_are_drawn_or_left_out),
        cmocka_unit_test(operations_out_of_place_change_nothing),
        cmocka_unit_test(stamps_of_any_size_are_shown_and_drag_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
