#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "lib/act_world.h"

static const struct by_id no_network = {{0}};

/* One act of every kind, none of whose fields is zero. */
static struct by_act sample(struct world *world, enum by_kind kind)
{
    static struct person people[2];
    struct person *founders[2] = {&people[0], &people[1]};
    struct by_act act = {.kind = kind};
    struct by_id id = {{7}};

    people[0] = world_person("A", "A1");
    people[1] = world_person("B", "B1");
    switch ((unsigned)kind) {
    case BY_KIND_GENESIS:
        return world_genesis_act(world, founders, 2, 2);
    case BY_KIND_INVITE:
        act.invite.key = id;
        memset(act.invite.join_key, 8, sizeof act.invite.join_key);
        act.invite.role = BY_ROLE_HUB;
        act.invite.name = by_bytes_of_text("Kampong Phluk");
        act.invite.expires_ms = BY_INVITE_EXPIRES_MS_MAX;
        return act;
    case BY_KIND_JOIN:
        return world_join_act(world, &people[0], "x", &id);
    case BY_KIND_ADMIT:
        act.admit.join = id;
        return act;
    case BY_KIND_DEVICE:
        act.device.organisation = id;
        act.device.certificate = people[0].certificate;
        return act;
    case BY_KIND_OPEN:
        memset(act.opening.nonce, 5, sizeof act.opening.nonce);
        return act;
    case BY_KIND_ROLE:
        act.role.organisation = id;
        act.role.role = BY_ROLE_COORDINATOR;
        return act;
    case BY_KIND_APPROVE:
        act.approve.act = id;
        return act;
    case BY_KIND_LOWER:
        act = world_lower_act(world, &people[0], BY_ROLE_MEMBER, &id, 1);
        act.lower.cut.tips = by_arena_alloc(&world->arena, sizeof *act.lower.cut.tips);
        act.lower.cut.tips[0] = world_tip(world, &people[0], 1, 2);
        act.lower.cut.tip_count = 1;
        return act;
    case BY_KIND_TIPS:
        act.tips.log = world_record_log(&people[0], 1);
        act.tips.cut.tips = by_arena_alloc(&world->arena, sizeof *act.tips.cut.tips);
        act.tips.cut.tips[0] = world_tip(world, &people[0], 1, 2);
        act.tips.cut.tip_count = 1;
        return act;
    case BY_KIND_ERASE:
        act.erase.entry = id;
        act.erase.log = world_record_log(&people[0], 1);
        act.erase.seq = INT64_MAX;
        return act;
    case BY_KIND_LEVEL:
        act.level.level = BY_LEVEL_MAX;
        return act;
    case BY_KIND_ALLOW:
        act.allow.device = id;
        return act;
    case BY_KIND_TYPES:
        act.types.body = by_value_map(&world->arena, 1);
        act.types.body.map.pairs[0] =
            (struct by_pair){by_bytes_of_text("types"), by_value_map(&world->arena, 0)};
        return act;
    }
    fail_msg("no sample of kind %d", (int)kind);
    return act;
}

static const enum by_kind kinds[] = {BY_KIND_GENESIS, BY_KIND_INVITE, BY_KIND_JOIN, BY_KIND_ADMIT,
                                     BY_KIND_DEVICE,  BY_KIND_OPEN,   BY_KIND_ROLE, BY_KIND_APPROVE,
                                     BY_KIND_TYPES,   BY_KIND_LOWER,  BY_KIND_TIPS, BY_KIND_ERASE,
                                     BY_KIND_LEVEL,   BY_KIND_ALLOW};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static enum banyan_status
encode(const struct by_act *act, struct by_arena *arena, struct by_buffer *out)
{
    by_buffer_reset(out);
    return by_act_encode(act, arena, out);
}

/* Encodes, decodes and encodes again; the bytes must be the same. */
static enum banyan_status round_trip(const struct by_act *act)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer first = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_buffer second = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act back;
    enum banyan_status status = encode(act, &arena, &first);

    if (status == BANYAN_OK) {
        assert_int_equal(by_act_decode((uint16_t)act->kind, by_buffer_bytes(&first), &arena, &back),
                         BANYAN_OK);
        assert_int_equal(encode(&back, &arena, &second), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&second)));
    } else {
        assert_int_equal(first.size, 0);
    }
    by_buffer_deinit(&first);
    by_buffer_deinit(&second);
    by_arena_deinit(&arena);
    return status;
}

static void every_kind_comes_back_as_it_was(void **state)
{
    struct world world = {.count = 0};

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct by_act act = sample(&world, kinds[i]);

        assert_int_equal(round_trip(&act), BANYAN_OK);
    }
    world_deinit(&world);
}

/* What a kind does not hold may go once a body is decoded. */
static void bodies_hold_no_more_than_their_kind_says(void **state)
{
    struct world world = {.count = 0};
    struct by_buffer first = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_buffer again = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct by_act act = sample(&world, kinds[i]);
        enum by_act_hold holds = by_act_holds((uint16_t)kinds[i]);
        struct by_arena arena = BY_ARENA_INIT;
        uint8_t *payload = NULL;
        struct by_act back;

        assert_int_equal(encode(&act, &world.arena, &first), BANYAN_OK);
        payload = malloc(first.size);
        assert_non_null(payload);
        memcpy(payload, first.data, first.size);
        assert_int_equal(
            by_act_decode((uint16_t)kinds[i], by_bytes_of(payload, first.size), &arena, &back),
            BANYAN_OK);
        if (holds != BY_ACT_HOLDS_VALUES)
            by_arena_deinit(&arena);
        if (holds == BY_ACT_HOLDS_NOTHING)
            memset(payload, 0xc1, first.size);
        assert_int_equal(encode(&back, &world.arena, &again), BANYAN_OK);
        assert_true(by_bytes_equal(by_buffer_bytes(&first), by_buffer_bytes(&again)));
        by_arena_deinit(&arena);
        free(payload);
    }
    by_buffer_deinit(&first);
    by_buffer_deinit(&again);
    world_deinit(&world);
}

static void what_may_be_missing_comes_back_where_it_is_there(void **state)
{
    struct world world = {.count = 0};
    struct by_act role = sample(&world, BY_KIND_ROLE);
    struct by_act device = sample(&world, BY_KIND_DEVICE);
    struct by_act invite = sample(&world, BY_KIND_INVITE);
    struct by_buffer out = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    char name[BY_DEVICE_NAME_BYTES_MAX + 1];

    (void)state;
    memset(name, 'x', sizeof name);
    role.role.until_ms = BY_ROLE_UNTIL_MS_MAX;
    assert_int_equal(round_trip(&role), BANYAN_OK);
    role.role.until_ms = BY_ROLE_UNTIL_MS_MAX + 1;
    assert_int_equal(encode(&role, &world.arena, &out), BANYAN_ERR_INVALID);
    invite.invite.asks_confirm = true;
    assert_int_equal(round_trip(&invite), BANYAN_OK);
    device.device.name = by_bytes_of(name, BY_DEVICE_NAME_BYTES_MAX);
    assert_int_equal(round_trip(&device), BANYAN_OK);
    device.device.name = by_bytes_of(name, BY_DEVICE_NAME_BYTES_MAX + 1);
    assert_int_equal(encode(&device, &world.arena, &out), BANYAN_ERR_INVALID);
    device.device.name = by_bytes_of_text("two\nlines");
    assert_int_equal(encode(&device, &world.arena, &out), BANYAN_ERR_BAD_TEXT);
    by_buffer_deinit(&out);
    world_deinit(&world);
}

static void the_bytes_are_those_of_the_protocol(void **state)
{
    struct world world = {.count = 0};
    struct by_buffer out = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act act = sample(&world, BY_KIND_OPEN);
    static const uint8_t open_bytes[] = {0x81, 0xa5, 'n', 'o', 'n', 'c', 'e', 0xc4, 8,
                                         5,    5,    5,   5,   5,   5,   5,   5};
    static const uint8_t role_head[] = {0x82, 0xac, 'o', 'r', 'g', 'a', 'n',  'i',
                                        's',  'a',  't', 'i', 'o', 'n', 0xc4, 32};
    static const uint8_t role_tail[] = {0xa4, 'r', 'o', 'l', 'e', 4};

    (void)state;
    assert_int_equal(encode(&act, &world.arena, &out), BANYAN_OK);
    assert_int_equal(out.size, sizeof open_bytes);
    assert_memory_equal(out.data, open_bytes, sizeof open_bytes);
    act = sample(&world, BY_KIND_ROLE);
    assert_int_equal(encode(&act, &world.arena, &out), BANYAN_OK);
    assert_int_equal(out.size, sizeof role_head + 32 + sizeof role_tail);
    assert_memory_equal(out.data, role_head, sizeof role_head);
    assert_memory_equal(out.data + sizeof role_head + 32, role_tail, sizeof role_tail);
    by_buffer_deinit(&out);
    world_deinit(&world);
}

static void unknown_keys_are_ignored_and_missing_ones_are_not(void **state)
{
    struct world world = {.count = 0};
    struct by_buffer out = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct by_act act = sample(&world, kinds[i]);
        struct by_value body;
        struct by_value more;
        struct by_act back;

        assert_int_equal(encode(&act, &world.arena, &out), BANYAN_OK);
        assert_int_equal(
            by_value_decode(by_buffer_bytes(&out), &by_scan_payload_limits, &world.arena, &body),
            BANYAN_OK);
        more = by_value_map(&world.arena, body.map.count + 1);
        memcpy(more.map.pairs, body.map.pairs, body.map.count * sizeof(struct by_pair));
        more.map.pairs[body.map.count].key = by_bytes_of_text("zz");
        more.map.pairs[body.map.count].value = by_value_int(1);
        for (size_t without = 0; without <= body.map.count; without++) {
            struct by_value less = by_value_map(&world.arena, body.map.count);
            struct by_buffer bytes = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
            enum banyan_status status = BANYAN_OK;

            for (size_t k = 0, n = 0; k <= body.map.count; k++)
                if (k != without)
                    less.map.pairs[n++] = more.map.pairs[k];
            assert_int_equal(by_value_encode(&less, &bytes), BANYAN_OK);
            status =
                by_act_decode((uint16_t)kinds[i], by_buffer_bytes(&bytes), &world.arena, &back);
            if ((status == BANYAN_OK) != (without == body.map.count))
                fail_msg("kind %d without key %zu: %s", (int)kinds[i], without,
                         banyan_status_name(status));
            by_buffer_deinit(&bytes);
        }
    }
    by_buffer_deinit(&out);
    world_deinit(&world);
}

static void what_stands_beside_types_comes_back_too(void **state)
{
    struct world world = {.count = 0};
    struct by_act act = sample(&world, BY_KIND_TYPES);
    struct by_buffer out = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act back;
    struct by_pair types = act.types.body.map.pairs[0];

    (void)state;
    act.types.body = by_value_map(&world.arena, 2);
    act.types.body.map.pairs[0] =
        (struct by_pair){by_bytes_of_text("labels"), by_value_literal("Búng")};
    act.types.body.map.pairs[1] = types;
    assert_int_equal(round_trip(&act), BANYAN_OK);
    assert_int_equal(encode(&act, &world.arena, &out), BANYAN_OK);
    assert_int_equal(by_act_decode(BY_KIND_TYPES, by_buffer_bytes(&out), &world.arena, &back),
                     BANYAN_OK);
    assert_non_null(by_value_get(&back.types.body, "labels"));
    act.types.body.map.pairs[1].value = by_value_int(1);
    assert_int_equal(encode(&act, &world.arena, &out), BANYAN_ERR_INVALID);
    by_buffer_deinit(&out);
    world_deinit(&world);
}

static void a_body_cut_short_or_of_another_kind_is_refused(void **state)
{
    struct world world = {.count = 0};
    struct by_buffer out = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act back;
    const uint8_t number = 5;

    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        struct by_act act = sample(&world, kinds[i]);

        assert_int_equal(encode(&act, &world.arena, &out), BANYAN_OK);
        for (size_t size = 0; size < out.size; size++) {
            uint8_t *copy = malloc(size + 1);

            assert_non_null(copy);
            memcpy(copy, out.data, size);
            assert_int_not_equal(
                by_act_decode((uint16_t)kinds[i], by_bytes_of(copy, size), &world.arena, &back),
                BANYAN_OK);
            free(copy);
        }
        assert_int_equal(
            by_act_decode((uint16_t)kinds[i], by_bytes_of(&number, 1), &world.arena, &back),
            BANYAN_ERR_MALFORMED);
    }
    assert_int_equal(by_act_decode(BY_KIND_ALLOW + 1, by_buffer_bytes(&out), &world.arena, &back),
                     BANYAN_ERR_UPGRADE);
    assert_int_equal(by_act_decode(BY_KIND_OPERATION, by_buffer_bytes(&out), &world.arena, &back),
                     BANYAN_ERR_UPGRADE);
    by_buffer_deinit(&out);
    world_deinit(&world);
}

static void a_lower_act_keeps_its_rules(void **state)
{
    struct world world = {.count = 0};
    struct person person = world_person("A", "A1");
    struct by_act act = {.kind = BY_KIND_LOWER};

    (void)state;
    for (int role = BY_ROLE_NONE; role <= BY_ROLE_COORDINATOR; role++) {
        act = world_lower_act(&world, &person, (enum by_role)role, NULL, 0);
        assert_int_equal(round_trip(&act) == BANYAN_OK, role < BY_ROLE_COORDINATOR);
        /* A device has a right or none, and its organisation is named only where it signed. */
        act.lower.is_device = true;
        act.lower.device = person.device.public_key;
        assert_int_equal(round_trip(&act), BANYAN_ERR_INVALID);
        by_revocation_sign(&act, &person.root, &no_network);
        assert_int_equal(round_trip(&act) == BANYAN_OK, role == BY_ROLE_NONE);
        memset(&act.lower.organisation, 0, sizeof act.lower.organisation);
        assert_int_equal(round_trip(&act), BANYAN_ERR_INVALID);
        act.lower.has_root = false;
        assert_int_equal(round_trip(&act) == BANYAN_OK, role == BY_ROLE_NONE);
    }
    world_deinit(&world);
}

static void the_root_signature_of_a_revocation_covers_all_that_it_says(void **state)
{
    struct world world = {.count = 0};
    struct person person = world_person("A", "A1");
    struct by_id acts[2] = {{{1}}, {{2}}};
    struct by_act act = world_lower_act(&world, &person, BY_ROLE_NONE, acts, 2);
    struct by_bytes tips[2];

    (void)state;
    tips[0] = world_tip(&world, &person, 1, 2);
    tips[1] = world_tip(&world, &person, 1, 3);
    act.lower.is_device = true;
    act.lower.device = person.device.public_key;
    act.lower.cut.tips = tips;
    act.lower.cut.tip_count = 1;
    by_revocation_sign(&act, &person.root, &no_network);
    assert_int_equal(by_revocation_verify(&act, &no_network), BANYAN_OK);
    assert_int_equal(by_revocation_verify(&act, &acts[0]), BANYAN_ERR_BAD_SIGNATURE);
    act.lower.cut.tip_count = 2;
    assert_int_equal(by_revocation_verify(&act, &no_network), BANYAN_ERR_BAD_SIGNATURE);
    act.lower.cut.tip_count = 1;
    act.lower.cut.act_count = 1;
    assert_int_equal(by_revocation_verify(&act, &no_network), BANYAN_ERR_BAD_SIGNATURE);
    act.lower.cut.act_count = 2;
    act.lower.device.bytes[0] ^= 1;
    assert_int_equal(by_revocation_verify(&act, &no_network), BANYAN_ERR_BAD_SIGNATURE);
    world_deinit(&world);
}

static void an_act_names_so_many_acts_and_tips_and_no_more(void **state)
{
    struct world world = {.count = 0};
    struct person person = world_person("A", "A1");
    static struct by_id acts[BY_CUT_ACTS_MAX + 1];
    static struct by_bytes tips[BY_CUT_TIPS_MAX + 1];

    (void)state;
    for (size_t i = 0; i <= BY_CUT_TIPS_MAX; i++)
        tips[i] = world_tip(&world, &person, 1, i);
    for (size_t over = 0; over < 3; over++) {
        size_t act_count = BY_CUT_ACTS_MAX - 1 + over;
        size_t tip_count = BY_CUT_TIPS_MAX - 1 + over;
        struct by_act lower = world_lower_act(&world, &person, BY_ROLE_NONE, acts, act_count);
        struct by_act cut = {.kind = BY_KIND_TIPS};

        assert_int_equal(round_trip(&lower) == BANYAN_OK, over < 2);
        lower.lower.cut.act_count = BY_CUT_ACTS_MAX;
        lower.lower.cut.tips = tips;
        lower.lower.cut.tip_count = tip_count;
        assert_int_equal(round_trip(&lower) == BANYAN_OK, over < 2);
        cut.tips.cut.tips = tips;
        cut.tips.cut.tip_count = tip_count;
        assert_int_equal(round_trip(&cut) == BANYAN_OK, over < 2);
    }
    world_deinit(&world);
}

static void a_level_lies_between_one_and_its_bound(void **state)
{
    static const uint32_t levels[] = {0, 1, BY_LEVEL_MAX - 1, BY_LEVEL_MAX, BY_LEVEL_MAX + 1};

    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        struct by_act act = {.kind = BY_KIND_LEVEL, .level.level = levels[i]};

        assert_int_equal(round_trip(&act) == BANYAN_OK,
                         levels[i] >= 1 && levels[i] <= BY_LEVEL_MAX);
    }
}

static void profiles_keep_their_rules(void **state)
{
    static char longest[BY_ORG_NAME_BYTES_MAX + 1];
    static char long_kind[33];
    struct world world = {.count = 0};
    const struct {
        const char *name;
        size_t name_size;
        const char *kind;
        size_t kind_size;
        const char *country;
        enum banyan_status want;
    } rows[] = {
        {"x", 1, "ngo", 3, "KHM", BANYAN_OK},
        {"", 0, "ngo", 3, "KHM", BANYAN_ERR_INVALID},
        {longest, BY_ORG_NAME_BYTES_MAX - 1, "ngo", 3, "KHM", BANYAN_OK},
        {longest, BY_ORG_NAME_BYTES_MAX, "ngo", 3, "KHM", BANYAN_OK},
        {longest, BY_ORG_NAME_BYTES_MAX + 1, "ngo", 3, "KHM", BANYAN_ERR_INVALID},
        {"two\nlines", 9, "ngo", 3, "KHM", BANYAN_ERR_BAD_TEXT},
        {"a\tb", 3, "ngo", 3, "KHM", BANYAN_ERR_BAD_TEXT},
        {"\x1b[31m", 5, "ngo", 3, "KHM", BANYAN_ERR_BAD_TEXT},
        {"e\xcc\x81", 3, "ngo", 3, "KHM", BANYAN_ERR_BAD_TEXT},
        {"\xff", 1, "ngo", 3, "KHM", BANYAN_ERR_BAD_TEXT},
        {"x", 1, "", 0, "KHM", BANYAN_ERR_INVALID},
        {"x", 1, "local_government", 16, "KHM", BANYAN_OK},
        {"x", 1, long_kind, 31, "KHM", BANYAN_OK},
        {"x", 1, long_kind, 32, "KHM", BANYAN_OK},
        {"x", 1, long_kind, 33, "KHM", BANYAN_ERR_INVALID},
        {"x", 1, "NGO", 3, "KHM", BANYAN_ERR_INVALID},
        {"x", 1, "ngo", 3, "khm", BANYAN_ERR_INVALID},
        {"x", 1, "ngo", 3, "KH", BANYAN_ERR_INVALID},
        {"x", 1, "ngo", 3, "KHMX", BANYAN_ERR_INVALID},
        {"x", 1, "ngo", 3, "K1M", BANYAN_ERR_INVALID},
    };

    (void)state;
    memset(longest, 'n', sizeof longest);
    memset(long_kind, '_', sizeof long_kind);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_act act = sample(&world, BY_KIND_JOIN);
        enum banyan_status got = BANYAN_OK;

        act.join.profile.name = by_bytes_of(rows[i].name, rows[i].name_size);
        act.join.profile.kind = by_bytes_of(rows[i].kind, rows[i].kind_size);
        act.join.profile.country = by_bytes_of_text(rows[i].country);
        got = round_trip(&act);
        if (got != rows[i].want || by_org_profile_check(&act.join.profile) != rows[i].want)
            fail_msg("row %zu: %s", i, banyan_status_name(got));
    }
    world_deinit(&world);
}

static void an_invite_keeps_its_rules(void **state)
{
    static char longest[BY_ORG_NAME_BYTES_MAX + 1];
    struct world world = {.count = 0};

    (void)state;
    memset(longest, 'n', sizeof longest);
    for (unsigned role = 0; role <= BY_ROLE_MAX + 1; role++) {
        struct by_act act = sample(&world, BY_KIND_INVITE);

        act.invite.role = (enum by_role)role;
        assert_int_equal(round_trip(&act),
                         role >= 1 && role <= BY_ROLE_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    for (uint64_t expires = BY_INVITE_EXPIRES_MS_MAX - 1; expires <= BY_INVITE_EXPIRES_MS_MAX + 1u;
         expires++) {
        struct by_act act = sample(&world, BY_KIND_INVITE);

        act.invite.expires_ms = expires;
        assert_int_equal(round_trip(&act),
                         expires <= BY_INVITE_EXPIRES_MS_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    for (size_t size = 0; size <= sizeof longest; size++) {
        struct by_act act = sample(&world, BY_KIND_INVITE);

        act.invite.name = by_bytes_of(longest, size);
        assert_int_equal(round_trip(&act),
                         size <= BY_ORG_NAME_BYTES_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    world_deinit(&world);
}

/* A genesis of so many founders with so many devices each. Keys count up, so none is there twice.
 */
static struct by_act crowd(struct world *world, size_t founder_count, size_t device_count)
{
    struct by_act act = sample(world, BY_KIND_GENESIS);
    uint32_t key = 0;

    act.genesis.founder_count = founder_count;
    act.genesis.founders =
        by_arena_array(&world->arena, founder_count + 1, sizeof(struct by_founder));
    for (size_t i = 0; i < founder_count; i++) {
        struct by_founder *founder = &act.genesis.founders[i];

        founder->profile = (struct by_org_profile){.name = by_bytes_of_text("x"),
                                                   .kind = by_bytes_of_text("ngo"),
                                                   .country = by_bytes_of_text("KHM")};
        by_put_u32be(founder->profile.id.bytes, ++key);
        founder->device_count = device_count;
        founder->devices =
            by_arena_array(&world->arena, device_count + 1, sizeof(struct by_certificate));
        for (size_t k = 0; k < device_count; k++) {
            by_put_u32be(founder->devices[k].device.bytes, ++key);
            by_put_u32be(founder->devices[k].transport.bytes, ++key);
        }
    }
    return act;
}

static void a_genesis_keeps_its_rules(void **state)
{
    struct world world = {.count = 0};
    static const struct {
        size_t founders;
        size_t devices;
        enum banyan_status want;
    } rows[] = {
        {0, 1, BANYAN_ERR_INVALID},
        {1, 0, BANYAN_ERR_INVALID},
        {1, 1, BANYAN_OK},
        {BY_FOUNDERS_MAX - 1, 1, BANYAN_OK},
        {BY_FOUNDERS_MAX, 1, BANYAN_OK},
        {BY_FOUNDERS_MAX + 1, 1, BANYAN_ERR_INVALID},
        {1, BY_FOUNDER_DEVICES_MAX - 1, BANYAN_OK},
        {1, BY_FOUNDER_DEVICES_MAX, BANYAN_OK},
        {1, BY_FOUNDER_DEVICES_MAX + 1, BANYAN_ERR_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_act act = crowd(&world, rows[i].founders, rows[i].devices);

        assert_int_equal(round_trip(&act), rows[i].want);
    }
    for (uint32_t quorum = BY_FOUNDERS_MAX - 1; quorum <= BY_FOUNDERS_MAX + 1; quorum++) {
        struct by_act act = crowd(&world, 2, 2);

        act.genesis.quorum = quorum;
        assert_int_equal(round_trip(&act),
                         quorum <= BY_FOUNDERS_MAX ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    for (uint32_t level = 0; level <= 2; level++) {
        static const enum banyan_status want[] = {BANYAN_ERR_INVALID, BANYAN_OK,
                                                  BANYAN_ERR_UPGRADE};
        struct by_act act = crowd(&world, 2, 2);

        act.genesis.level = level;
        assert_int_equal(round_trip(&act), want[level]);
    }
    world_deinit(&world);
}

static void no_key_stands_in_a_genesis_twice(void **state)
{
    struct world world = {.count = 0};

    (void)state;
    for (int twice = 0; twice < 5; twice++) {
        struct by_act act = crowd(&world, 3, 3);
        struct by_founder *founders = act.genesis.founders;

        if (twice == 1)
            founders[2].profile.id = founders[0].profile.id;
        if (twice == 2)
            founders[2].devices[1].device = founders[0].devices[2].device;
        if (twice == 3)
            founders[1].devices[0].transport = founders[2].devices[2].transport;
        if (twice == 4)
            founders[1].devices[0].transport = founders[1].devices[2].transport;
        assert_int_equal(round_trip(&act), twice == 0 ? BANYAN_OK : BANYAN_ERR_INVALID);
    }
    world_deinit(&world);
}

static void a_network_has_names_by_language(void **state)
{
    struct world world = {.count = 0};
    static const struct {
        const char *language;
        const char *name;
        bool is_good;
    } rows[] = {
        {"vi", "Mạng lưới Mê Kông", true}, {"zh-Hant", "湄公河", true}, {"", "x", false},
        {"english", "x", false},           {"en", "", false},           {"en", "a\nb", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct by_act act = sample(&world, BY_KIND_GENESIS);

        act.genesis.names.map.pairs[0].key = by_bytes_of_text(rows[i].language);
        act.genesis.names.map.pairs[0].value = by_value_literal(rows[i].name);
        assert_int_equal(round_trip(&act) == BANYAN_OK, rows[i].is_good);
    }
    {
        struct by_act act = sample(&world, BY_KIND_GENESIS);

        act.genesis.names = by_value_map(&world.arena, 0);
        assert_int_equal(round_trip(&act), BANYAN_ERR_INVALID);
    }
    world_deinit(&world);
}

static void certificates_and_proofs_verify_for_what_they_were_made(void **state)
{
    struct person ana = world_person("A", "A1");
    struct person bo = world_person("B", "B1");
    struct by_certificate changed;
    const struct by_id network = {{3}};
    uint8_t seed[16] = {1};
    struct by_signing_key key;
    struct by_signing_key other;
    uint8_t join_key[32];
    uint8_t other_join_key[32];
    struct by_act join = {.kind = BY_KIND_JOIN};

    (void)state;
    by_certificate_sign(&ana.certificate, &ana.root, &network);
    assert_int_equal(by_certificate_verify(&ana.certificate, &ana.root.public_key, &network),
                     BANYAN_OK);
    assert_int_equal(by_certificate_verify(&ana.certificate, &bo.root.public_key, &network),
                     BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(by_certificate_verify(&ana.certificate, &ana.root.public_key, &no_network),
                     BANYAN_ERR_BAD_SIGNATURE);
    changed = ana.certificate;
    changed.transport.bytes[0] ^= 1;
    assert_int_equal(by_certificate_verify(&changed, &ana.root.public_key, &network),
                     BANYAN_ERR_BAD_SIGNATURE);

    by_invite_derive(seed, &key, join_key);
    seed[0] ^= 1;
    by_invite_derive(seed, &other, other_join_key);
    assert_memory_not_equal(join_key, other_join_key, sizeof join_key);
    assert_memory_not_equal(join_key, key.secret, sizeof join_key);
    join.join.profile = world_profile(&ana);
    join.join.certificate = ana.certificate;
    by_join_prove(&join, &key, &network);
    assert_int_equal(by_join_verify(&join, &key.public_key, &network), BANYAN_OK);
    assert_int_equal(by_join_verify(&join, &other.public_key, &network), BANYAN_ERR_BAD_SIGNATURE);
    assert_int_equal(by_join_verify(&join, &key.public_key, &no_network), BANYAN_ERR_BAD_SIGNATURE);
    join.join.profile.id = bo.root.public_key;
    assert_int_equal(by_join_verify(&join, &key.public_key, &network), BANYAN_ERR_BAD_SIGNATURE);
}

static void roles_have_names(void **state)
{
    enum by_role role = BY_ROLE_NONE;

    (void)state;
    for (unsigned i = 0; i <= BY_ROLE_MAX; i++) {
        const char *name = by_role_name((enum by_role)i);

        assert_int_equal(by_role_from_name(by_bytes_of_text(name), &role), BANYAN_OK);
        assert_int_equal(role, i);
    }
    assert_int_equal(by_role_from_name(by_bytes_of_text("king"), &role), BANYAN_ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_comes_back_as_it_was),
        cmocka_unit_test(bodies_hold_no_more_than_their_kind_says),
        cmocka_unit_test(what_may_be_missing_comes_back_where_it_is_there),
        cmocka_unit_test(the_bytes_are_those_of_the_protocol),
        cmocka_unit_test(unknown_keys_are_ignored_and_missing_ones_are_not),
        cmocka_unit_test(what_stands_beside_types_comes_back_too),
        cmocka_unit_test(a_body_cut_short_or_of_another_kind_is_refused),
        cmocka_unit_test(a_lower_act_keeps_its_rules),
        cmocka_unit_test(the_root_signature_of_a_revocation_covers_all_that_it_says),
        cmocka_unit_test(an_act_names_so_many_acts_and_tips_and_no_more),
        cmocka_unit_test(a_level_lies_between_one_and_its_bound),
        cmocka_unit_test(profiles_keep_their_rules),
        cmocka_unit_test(an_invite_keeps_its_rules),
        cmocka_unit_test(a_genesis_keeps_its_rules),
        cmocka_unit_test(no_key_stands_in_a_genesis_twice),
        cmocka_unit_test(a_network_has_names_by_language),
        cmocka_unit_test(certificates_and_proofs_verify_for_what_they_were_made),
        cmocka_unit_test(roles_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
