/* Much of everything that is allowed: slow in proportion at most, and no question unanswered. */
#include "lib/hostile.h"

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
    struct world *world = &stage->world;
    struct by_buffer json = RESULT;

    expect_ok(world,
              by_view_sql(world->offices[2].node->view,
                          "SELECT label FROM record WHERE label = 'Keo Por' AND type = 'site'", 0,
                          0, &json, &world->error));
    struct by_value rows = parse(world, &json);
    assert_int_equal(by_value_get(&rows, "rows")->array.count, 1);
    world_end(world);
}

/* Elements that differ in their first bytes. */
static struct by_value long_texts(struct world *world, size_t count, size_t size, uint64_t first)
{
    struct by_value list = by_value_array(&world->arena, count);

    for (size_t i = 0; i < count; i++) {
        char digits[24];
        list.array.items[i] = text_of_size(world, size, 'a');
        snprintf(digits, sizeof digits, "%016llu", (unsigned long long)(first + i));
        memcpy((uint8_t *)(uintptr_t)list.array.items[i].bytes.data, digits, 16);
    }
    return list;
}

/* Every addition is small; the list of them is not. */
static void a_list_of_many_megabytes_hinders_nobody(void **state)
{
    enum { OPERATIONS = 90 };
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[OPERATIONS + 1];
    struct by_id ids[OPERATIONS];
    (void)state;

    set_up(&stage);
    for (uint64_t i = 0; i < OPERATIONS; i++)
        forged[i] = one_touch(world, &stage.honest_name, NULL, "tags", BY_HOW_ADD,
                              long_texts(world, 3, 16384, i * 3));
    forge(world, ROGUE, forged, OPERATIONS, ids);
    carry(world, ROGUE, 1);
    carry(world, ROGUE, 2);
    /* a conflict on it, and a proposal that takes all of it back */
    set(world, 1, stage.honest, "area", "1 ha");
    struct forged other =
        one_touch(world, &stage.honest_name, NULL, "licence", BY_HOW_SET, by_value_literal("CC0"));
    forge(world, ROGUE, &other, 1, NULL);
    other =
        one_touch(world, &stage.honest_name, NULL, "licence", BY_HOW_SET, by_value_literal("ODbL"));
    forge(world, ROGUE, &other, 1, NULL);
    struct by_addition removed[3 * OPERATIONS];
    for (size_t i = 0; i < 3 * OPERATIONS; i++)
        removed[i] = (struct by_addition){ids[i / 3], (uint32_t)(i % 3)};
    struct by_touch touch = {.path = by_bytes_of_text("tags"),
                             .how = BY_HOW_REMOVE,
                             .removed = removed,
                             .removed_count = 3 * OPERATIONS};
    struct by_op_links links = {
        .name = stage.honest_name, .op = BY_OP_PATCH, .touches = &touch, .touch_count = 1};
    struct by_value nothing = by_value_nil();
    struct forged removal = {.kind = BY_KIND_OPERATION,
                             .links = encode_links(world, links),
                             .payload = encode_values(world, &nothing, 1)};
    add_site(world, 2, "Opens a log");
    forge(world, 2, &removal, 1, NULL);
    carry(world, 2, ROGUE);
    carry(world, 1, ROGUE);
    expect_harmless(world, 1, 2);
    /* who owns it can mend it */
    assert_string_equal(change(world, 1, stage.honest, "tags", NULL, BANYAN_UNSET), "changed");
    tear_down(&stage);
}

/* Fields that nobody knows have room for anything. */
static void a_record_of_thousands_of_fields_hinders_nobody(void **state)
{
    enum { OPERATIONS = 120 };
    struct stage stage;
    struct world *world = &stage.world;
    struct forged forged[OPERATIONS];
    (void)state;

    set_up(&stage);
    for (int i = 0; i < OPERATIONS; i++) {
        struct by_touch touches[250];
        struct by_value values[250];
        for (int k = 0; k < 250; k++) {
            char path[32];
            snprintf(path, sizeof path, "mystery-%05d", i * 250 + k);
            touches[k] = (struct by_touch){
                .path = by_bytes_of_text(by_arena_text(&world->arena, by_bytes_of_text(path))),
                .how = BY_HOW_SET};
            values[k] = text_of_size(world, 200, 'b');
        }
        struct by_op_links links = {
            .name = stage.honest_name, .op = BY_OP_PATCH, .touches = touches, .touch_count = 250};
        forged[i] = (struct forged){.kind = BY_KIND_OPERATION,
                                    .links = encode_links(world, links),
                                    .payload = encode_values(world, values, 250)};
    }
    forge(world, ROGUE, forged, OPERATIONS, NULL);
    struct forged twice[] = {
        one_touch(world, &stage.honest_name, NULL, "licence", BY_HOW_SET, by_value_literal("CC0")),
        one_touch(world, &stage.honest_name, NULL, "licence", BY_HOW_SET,
                  by_value_literal("ODbL"))};
    forge(world, ROGUE, twice, 2, NULL);
    double start = seconds();
    expect_harmless(world, 1, 2);
    print_message("30,000 fields: %.1f s\n", seconds() - start);
    tear_down(&stage);
}

static void many_concurrent_edits_of_one_record_cost_in_proportion(void **state)
{
    enum { OPERATIONS = 1500 };
    struct stage stage;
    struct world *world = &stage.world;
    struct forged *forged = calloc(OPERATIONS, sizeof *forged);
    (void)state;

    set_up(&stage);
    for (int i = 0; i < OPERATIONS; i++) {
        char text[32];
        snprintf(text, sizeof text, "Value %d", i);
        forged[i] =
            one_touch(world, &stage.honest_name, NULL, "owner_note", BY_HOW_SET,
                      by_value_literal(by_arena_text(&world->arena, by_bytes_of_text(text))));
    }
    forge(world, ROGUE, forged, OPERATIONS, NULL);
    free(forged);
    double start = seconds();
    expect_harmless(world, 1, 2);
    print_message("%d concurrent edits: %.1f s\n", OPERATIONS, seconds() - start);
    assert_string_equal(set(world, 1, stage.honest, "licence", "CC0"), "changed");
    tear_down(&stage);
}

/* A chain: each edit knows the one before. */
static void a_long_history_is_told(void **state)
{
    enum { OPERATIONS = 800 };
    struct stage stage;
    struct world *world = &stage.world;
    struct by_id last = {{0}};
    (void)state;

    set_up(&stage);
    for (int i = 0; i < OPERATIONS; i++) {
        struct by_touch touch = {.path = by_bytes_of_text("owner_note"), .how = BY_HOW_SET};
        struct by_op_links links = {.name = stage.honest_name,
                                    .op = BY_OP_PATCH,
                                    .parents = &last,
                                    .parent_count = i > 0,
                                    .touches = &touch,
                                    .touch_count = 1};
        struct by_value value = by_value_int(i);
        struct forged one = {.kind = BY_KIND_OPERATION,
                             .links = encode_links(world, links),
                             .payload = encode_values(world, &value, 1)};
        forge(world, ROGUE, &one, 1, &last);
    }
    double start = seconds();
    expect_harmless(world, 1, 2);
    print_message("a chain of %d edits: %.1f s\n", OPERATIONS, seconds() - start);
    tear_down(&stage);
}

/* Each record of a type of its own. */
static void thousands_of_types_are_counted(void **state)
{
    enum { TYPES = 1500 };
    struct stage stage;
    struct world *world = &stage.world;
    struct forged *forged = calloc(TYPES, sizeof *forged);
    (void)state;

    set_up(&stage);
    for (uint64_t i = 0; i < TYPES; i++) {
        char type[65];
        struct by_record_name name = new_name(world, ROGUE, 9000 + i);
        snprintf(type, sizeof type, "%060llu", (unsigned long long)i);
        forged[i] = one_touch(world, &name, type, "name", BY_HOW_SET, by_value_literal("a"));
    }
    forge(world, ROGUE, forged, TYPES, NULL);
    free(forged);
    expect_harmless(world, 1, 2);
    tear_down(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_many_megabytes_hinders_nobody),
        cmocka_unit_test(a_record_of_thousands_of_fields_hinders_nobody),
        cmocka_unit_test(many_concurrent_edits_of_one_record_cost_in_proportion),
        cmocka_unit_test(a_long_history_is_told),
        cmocka_unit_test(thousands_of_types_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
