/* Types acts made apart: what each changes stands, whatever comes first. BY_TEST_SEED repeats a
 * run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "lib/act_world.h"
#include "record/definition.h"
#include "record/types_join.h"

#define ACTS_MAX 40u
#define WORLDS   300u
#define NAMES    4u

static const char *const type_names[NAMES] = {"a", "b", "c", "d"};
static const char *const list_names[NAMES] = {"k", "l", "m", "n"};

/* What an act says, as small numbers; 0: nothing. */
struct said {
    unsigned kinds[NAMES], types[NAMES], lists[NAMES];
};
struct story {
    struct world world;
    struct person people[2];
    uint64_t pasts[ACTS_MAX]; /* by act, in the order they were made */
    bool are_types[ACTS_MAX];
    bool are_decided[ACTS_MAX];
    int authors[ACTS_MAX];
    size_t last[2]; /* own act; SIZE_MAX: none */
    struct said said[ACTS_MAX];
};

static uint64_t draw(uint64_t *random, uint64_t below)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (*random * 2685821657736338717u >> 33) % below;
}

/* -- making acts -- */

static struct by_value
map_of(struct by_arena *arena, const char *const *names, const unsigned *numbers)
{
    struct by_value map = by_value_map(arena, NAMES);

    map.map.count = 0;
    for (size_t i = 0; i < NAMES; i++)
        if (numbers[i] > 0)
            map.map.pairs[map.map.count++] =
                (struct by_pair){by_bytes_of_text(names[i]), by_value_int(numbers[i])};
    return map;
}

static struct by_value body_of(struct by_arena *arena, const struct said *said)
{
    struct by_value body = by_value_map(arena, 2), definitions = by_value_map(arena, 2);

    definitions.map.pairs[0] =
        (struct by_pair){by_bytes_of_text("lists"), map_of(arena, list_names, said->lists)};
    definitions.map.pairs[1] =
        (struct by_pair){by_bytes_of_text("types"), map_of(arena, type_names, said->types)};
    body.map.pairs[0].key = by_bytes_of_text("definitions");
    assert_int_equal(by_definitions_pack(&definitions, arena, &body.map.pairs[0].value), BANYAN_OK);
    body.map.pairs[1] =
        (struct by_pair){by_bytes_of_text("types"), map_of(arena, type_names, said->kinds)};
    return body;
}

static void log_act(struct story *story, int who, size_t known, const struct by_act *act)
{
    size_t at = story->world.count;
    uint64_t past = 0;

    for (size_t i = 0; i < known && i < at; i++)
        past |= story->pasts[i] | UINT64_C(1) << i;
    if (story->last[who] != SIZE_MAX)
        past |= story->pasts[story->last[who]] | UINT64_C(1) << story->last[who];
    (void)world_act(&story->world, &story->people[who], known, act);
    story->pasts[at] = past;
    story->authors[at] = who;
    story->last[who] = at;
}

static void propose(struct story *story, uint64_t *random, int who)
{
    size_t at = story->world.count, known = 1 + draw(random, at); /* genesis at least */
    struct by_act act = {.kind = BY_KIND_TYPES};
    struct said *said = &story->said[at];

    /* As people do: most stays as it was in some act before. */
    *said = story->said[draw(random, at)];
    for (uint64_t i = 0; i < 1 + draw(random, 3); i++) {
        size_t name = draw(random, NAMES);

        said->kinds[name] = (unsigned)draw(random, 4);
        said->types[draw(random, NAMES)] = (unsigned)draw(random, 3);
        said->lists[draw(random, NAMES)] = (unsigned)draw(random, 3);
    }
    act.types.body = body_of(&story->world.arena, said);
    story->are_types[at] = true;
    log_act(story, who, known, &act);
}

static void approve(struct story *story, uint64_t *random, int who)
{
    size_t at = story->world.count;
    struct by_act act = {.kind = BY_KIND_APPROVE};
    size_t target = draw(random, at);

    if (!story->are_types[target])
        return;
    act.approve.act = story->world.acts[target].id;
    log_act(story, who, target + 1, &act);
    if (story->authors[target] != who)
        story->are_decided[target] = true;
}

static void make(struct story *story, uint64_t *random)
{
    struct person *founders[2] = {&story->people[0], &story->people[1]};

    memset(story, 0, sizeof *story);
    story->people[0] = world_person("A", "A1");
    story->people[1] = world_person("B", "B1");
    world_found(&story->world, founders, 2, 0);
    story->last[0] = 0;
    story->last[1] = SIZE_MAX;
    while (story->world.count < ACTS_MAX) {
        int who = (int)draw(random, 2);

        if (draw(random, 2) == 0)
            propose(story, random, who);
        else
            approve(story, random, who);
    }
}

/* -- the slow and obvious way, from the page -- */

static bool has(uint64_t past, size_t act)
{
    return (past >> act & 1) != 0;
}

/* The decided types acts among those, which no other of them knows, by id. */
static size_t find_heads(const struct story *story, uint64_t among, size_t out_heads[ACTS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < ACTS_MAX; i++) {
        bool is_known = !has(among, i) || !story->are_decided[i];

        for (size_t k = 0; k < ACTS_MAX && !is_known; k++)
            is_known = has(among, k) && story->are_decided[k] && has(story->pasts[k], i);
        if (is_known)
            continue;
        size_t at = count++;
        while (at > 0 && by_id_compare(&story->world.acts[out_heads[at - 1]].id,
                                       &story->world.acts[i].id) > 0) {
            out_heads[at] = out_heads[at - 1];
            at--;
        }
        out_heads[at] = i;
    }
    return count;
}

static void join_slowly(const struct story *story, struct said *out_said, size_t *out_head_count)
{
    static const struct said nothing;
    size_t heads[ACTS_MAX], bases[ACTS_MAX];
    size_t count = find_heads(story, UINT64_MAX >> (64 - ACTS_MAX), heads);
    uint64_t common = UINT64_MAX;
    const struct said *base = &nothing;

    *out_head_count = count;
    *out_said = count > 0 ? story->said[heads[0]] : nothing;
    if (count < 2)
        return;
    for (size_t i = 0; i < count; i++)
        common &= story->pasts[heads[i]];
    if (find_heads(story, common, bases) > 0)
        base = &story->said[bases[0]];
    *out_said = *base;
    for (size_t name = 0; name < NAMES; name++) {
        for (size_t i = count; i-- > 0;) {
            const struct said *head = &story->said[heads[i]];

            if (head->kinds[name] != base->kinds[name] || head->types[name] != base->types[name]) {
                out_said->kinds[name] = head->kinds[name];
                out_said->types[name] = head->types[name];
            }
            if (head->lists[name] != base->lists[name])
                out_said->lists[name] = head->lists[name];
        }
    }
}

/* -- claims -- */

static void read_map(const struct by_value *map, const char *const *names, unsigned *out_numbers)
{
    size_t found = 0;

    for (size_t i = 0; i < NAMES; i++) {
        const struct by_value *value = map == NULL ? NULL : by_value_get(map, names[i]);

        out_numbers[i] = value == NULL ? 0 : (unsigned)value->integer;
        found += value != NULL;
    }
    assert_int_equal(found, map == NULL ? 0 : map->map.count);
}

static void read_joined(const struct by_charter *charter, struct said *out_said)
{
    struct by_arena arena = BY_ARENA_INIT;
    const struct by_value *body = NULL;
    struct by_value definitions;

    assert_int_equal(by_types_in_force(charter, &arena, &body), BANYAN_OK);
    assert_int_equal(by_definitions_unpack(by_value_get(body, "definitions"), &arena, &definitions),
                     BANYAN_OK);
    read_map(by_value_get(body, "types"), type_names, out_said->kinds);
    read_map(by_value_get(&definitions, "types"), type_names, out_said->types);
    read_map(by_value_get(&definitions, "lists"), list_names, out_said->lists);
    by_arena_deinit(&arena);
}

static void shuffle(struct world *world, uint64_t *random)
{
    for (size_t i = world->count; i > 1; i--) {
        size_t k = draw(random, i);
        struct by_act_entry entry = world->acts[i - 1];

        world->acts[i - 1] = world->acts[k];
        world->acts[k] = entry;
    }
}

static void what_each_changes_stands_in_every_order(void **state)
{
    const char *given = getenv("BY_TEST_SEED");
    uint64_t random = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) | 1;
    size_t apart = 0;

    (void)state;
    print_message("BY_TEST_SEED=%llu\n", (unsigned long long)random);
    for (size_t i = 0; i < WORLDS; i++) {
        struct by_id mark = {{0}};
        struct story story;
        struct said wanted;
        size_t heads = 0;

        make(&story, &random);
        join_slowly(&story, &wanted, &heads);
        apart += heads > 1;
        for (int order = 0; order < 4; order++) {
            struct by_charter *charter = world_charter(&story.world);
            struct by_id own;
            struct said joined;

            read_joined(charter, &joined);
            if (memcmp(&joined, &wanted, sizeof wanted) != 0)
                fail_msg("world %zu: other types are in force", i);
            by_types_mark(charter, &own);
            assert_true(order == 0 || by_id_equal(&own, &mark));
            mark = own;
            by_charter_free(charter);
            shuffle(&story.world, &random);
        }
        world_deinit(&story.world);
    }
    assert_true(apart > WORLDS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_changes_stands_in_every_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
