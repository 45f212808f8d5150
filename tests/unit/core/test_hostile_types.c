/* A founder who puts other types in force than the program ships: each field of each kind, names
 * that are none, thousands of fields. */
#include "core/home.h"
#include "lib/hostile.h"

static const char *const kinds[] = {"text",   "mltext",   "code",  "codes",    "date", "integer",
                                    "number", "quantity", "money", "geometry", "ref",  "refs",
                                    "bool",   "url",      "texts", "nonsense"};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static struct by_value one_pair(struct world *world, const char *key, struct by_value value)
{
    struct by_value map = by_value_map(&world->arena, 1);

    map.map.pairs[0].key = by_bytes_of_text(key);
    map.map.pairs[0].value = value;
    return map;
}

static struct by_value two_pairs(struct world *world, const char *a, struct by_value first,
                                 const char *b, struct by_value second)
{
    struct by_value map = by_value_map(&world->arena, 2);

    map.map.pairs[0].key = by_bytes_of_text(a);
    map.map.pairs[0].value = first;
    map.map.pairs[1].key = by_bytes_of_text(b);
    map.map.pairs[1].value = second;
    return map;
}

static struct by_value list_of(struct world *world, struct by_value value)
{
    struct by_value list = by_value_array(&world->arena, 1);

    list.array.items[0] = value;
    return list;
}

/* A value of each kind. */
static struct by_value sample(struct world *world, size_t kind)
{
    struct by_value point = by_value_array(&world->arena, 2);
    struct by_value name = text_of_size(world, 48, '\x07');

    name.kind = BY_VALUE_BIN;
    point.array.items[0] = by_value_int(100);
    point.array.items[1] = by_value_int(10);
    switch (kind) {
    case 1:
        return one_pair(world, "en", by_value_literal("a text"));
    case 3:
    case 14:
        return list_of(world, by_value_literal("a-code"));
    case 4:
        return by_value_literal("2024-02-29");
    case 5:
        return by_value_int(-42);
    case 6:
        return by_value_literal("-1.50");
    case 7:
        return two_pairs(world, "unit", by_value_literal("ha"), "value", by_value_literal("1.5"));
    case 8:
        return two_pairs(world, "amount", by_value_literal("1.5"), "currency",
                         by_value_literal("USD"));
    case 9:
        return two_pairs(world, "coordinates", point, "type", by_value_literal("Point"));
    case 10:
        return name;
    case 11:
        return list_of(world, name);
    case 12:
        return by_value_bool(true);
    case 13:
        return by_value_literal("https://example.org/");
    default:
        return by_value_literal("a-code");
    }
}

/* Every field of every shipped type, each of a kind that is not its own. */
static struct by_value turn_types(struct world *world, size_t turn)
{
    struct by_value types;

    expect_ok(world, by_types_compact(&world->arena, &types));
    for (size_t t = 0; t < types.map.count; t++) {
        struct by_value *fields = &types.map.pairs[t].value.array.items[2];
        for (size_t f = 0; f < fields->map.count; f++)
            fields->map.pairs[f].value = by_value_literal(kinds[(f + turn) % KIND_COUNT]);
    }
    return types;
}

struct hostile_founding {
    struct by_act act;
    struct by_device_seeds seeds;
};

static enum banyan_status write_genesis(void *context, struct by_append *append)
{
    struct hostile_founding *founding = context;
    struct by_act_links links = {.parents = NULL};
    uint8_t identity[64];
    uint8_t key[BY_KEY_FILE_OPEN_BYTES];
    struct by_id id;
    enum banyan_status status = BANYAN_OK;

    by_key_file_put_open(&founding->seeds, key);
    status = by_home_key_replace(append->node->home, by_bytes_of(key, sizeof key), append->error);
    if (status == BANYAN_OK)
        status = by_append_act_after(append, &founding->act, &links, &id);
    if (status != BANYAN_OK)
        return status;
    append->node->network = id;
    memcpy(identity, id.bytes, 32);
    memcpy(identity + 32, append->node->organisation.bytes, 32);
    return by_store_local_put(append->txn, BY_LOCAL_HOME, by_bytes_of(identity, sizeof identity));
}

/* A network with these types, in the home of an office. */
static void found_with(struct world *world, int at, struct by_value types)
{
    static const struct by_id no_network;
    struct hostile_founding founding = {.act.kind = BY_KIND_GENESIS};
    struct guest founder_keys = make_guest(99);
    struct by_founder founder = {.device_count = 1};
    struct by_certificate certificate = {.device = {{0}}};
    struct by_node *node = NULL;

    by_os_random(&founding.seeds, sizeof founding.seeds);
    expect_ok(world, by_node_make(world->offices[at].home, &founding.seeds, &node, &world->error));
    node->organisation = founder_keys.root.public_key;
    certificate.device = node->device.public_key;
    certificate.transport = node->transport.public_key;
    by_certificate_sign(&certificate, &founder_keys.root, &no_network);
    founder.devices = &certificate;
    founder.profile = (struct by_org_profile){.id = founder_keys.root.public_key,
                                              .name = by_bytes_of_text("Founder"),
                                              .kind = by_bytes_of_text("ngo"),
                                              .country = by_bytes_of_text("LAO")};
    founding.act.genesis.founders = &founder;
    founding.act.genesis.founder_count = 1;
    founding.act.genesis.level = BY_ACT_LEVEL;
    founding.act.genesis.names = one_pair(world, "en", by_value_literal("Trap"));
    founding.act.genesis.types = types;
    expect_ok(world, by_append_run(node, write_genesis, &founding, &world->error));
    by_node_close(node);
    open_office(world, at);
}

/* The founder, and two who join and hear of everything. */
static void gather_victims(struct world *world)
{
    for (int i = 1; i < 3; i++) {
        join(world, i, i == 1 ? "Beta" : "Gamma", invite(world, ROGUE, NULL));
        carry(world, i, ROGUE);
        carry(world, ROGUE, i);
    }
    carry(world, ROGUE, 1);
}

static void every_field_may_be_of_another_kind_than_is_shipped(void **state)
{
    (void)state;
    for (size_t turn = 0; turn < KIND_COUNT; turn += 3) {
        struct world world;
        struct forged *forged = calloc(4096, sizeof *forged);
        size_t count = 0;

        world_begin(&world);
        struct by_value types = turn_types(&world, turn);
        found_with(&world, ROGUE, types);
        gather_victims(&world);
        open_log(&world, ROGUE);
        for (size_t t = 0; t < types.map.count; t++) {
            const struct by_value *fields = &types.map.pairs[t].value.array.items[2];
            const char *type = by_arena_text(&world.arena, types.map.pairs[t].key);
            for (size_t f = 0; f < fields->map.count; f++) {
                size_t kind = (f + turn) % KIND_COUNT;
                const char *field = by_arena_text(&world.arena, fields->map.pairs[f].key);
                struct by_record_name name = new_name(&world, ROGUE, 100 + count);
                forged[count++] =
                    one_touch(&world, &name, type, field, BY_HOW_SET, sample(&world, kind));
                forged[count++] = one_touch(&world, &name, NULL, field, BY_HOW_SET,
                                            kind == 5 ? by_value_int(7) : sample(&world, kind));
                forged[count++] =
                    one_touch(&world, &name, NULL, field, BY_HOW_UNSET, by_value_nil());
            }
        }
        forge(&world, ROGUE, forged, count, NULL);
        free(forged);
        expect_harmless(&world, 1, 2);
        world_end(&world);
    }
}

/* What would be kept and shown by nobody is not written. */
static void a_field_of_another_kind_is_refused_in_words(void **state)
{
    const struct banyan_field both[] = {{"name.en", "Keo Por", BANYAN_SET},
                                        {"site_type", "oecm", BANYAN_SET}};
    struct world world;
    struct by_buffer json = RESULT;
    (void)state;

    world_begin(&world);
    found_with(&world, ROGUE, turn_types(&world, 0));
    expect(&world, by_edit_add(world.offices[ROGUE].node, "site", both, 2, &json, &world.error),
           BANYAN_ERR_INVALID);
    assert_non_null(strstr(world.error.text, "field name"));
    by_buffer_deinit(&json);
    world_end(&world);
}

static void types_that_are_none_hinder_nobody(void **state)
{
    struct world world;
    (void)state;

    world_begin(&world);
    struct by_value types = by_value_map(&world.arena, 6);
    static const char *const names[] = {"DROP", "record", "site", "select\"", "sqlite_master", "x"};
    for (size_t i = 0; i < 6; i++) {
        struct by_value fields = by_value_map(&world.arena, 200);
        struct by_value type = by_value_array(&world.arena, 3);
        for (size_t f = 0; f < 200; f++) {
            char name[40];
            snprintf(name, sizeof name, f == 0 ? "sharing" : f == 1 ? "deleted" : "f\"%03zu'\n", f);
            fields.map.pairs[f].key =
                by_bytes_of_text(by_arena_text(&world.arena, by_bytes_of_text(name)));
            fields.map.pairs[f].value = by_value_literal(kinds[f % KIND_COUNT]);
        }
        expect_ok(&world, by_value_map_sort(&fields));
        type.array.items[0] = by_value_int(i == 5 ? INT64_MIN : 1);
        type.array.items[1] = by_value_bool(true);
        type.array.items[2] = i == 4 ? by_value_literal("no map") : fields;
        types.map.pairs[i].key = by_bytes_of_text(names[i]);
        types.map.pairs[i].value = type;
    }
    expect_ok(&world, by_value_map_sort(&types));
    found_with(&world, ROGUE, types);
    gather_victims(&world);
    struct forged forged[6];
    open_log(&world, ROGUE);
    for (size_t i = 0; i < 6; i++) {
        struct by_record_name name = new_name(&world, ROGUE, 100 + i);
        forged[i] = one_touch(&world, &name, names[i], "deleted", BY_HOW_SET, sample(&world, 1));
    }
    forge(&world, ROGUE, forged, 6, NULL);
    expect_harmless(&world, 1, 2);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_may_be_of_another_kind_than_is_shipped),
        cmocka_unit_test(a_field_of_another_kind_is_refused_in_words),
        cmocka_unit_test(types_that_are_none_hinder_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
