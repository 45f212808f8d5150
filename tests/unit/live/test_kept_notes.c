/* Of which devices notes are kept, by the charter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/act_world.h"
#include "live/kept_notes.h"

static struct by_charter *build(struct world *world)
{
    struct by_charter *charter = NULL;

    world_check(by_charter_build(&world->network, world->acts, world->count, &charter));
    return charter;
}

static bool may_have(struct world *world, const struct person *person)
{
    struct by_charter *charter = build(world);
    bool may = by_notes_may_have(charter, &person->device.public_key);

    by_charter_free(charter);
    return may;
}

static void world_end(struct world *world)
{
    by_arena_deinit(&world->arena);
    free(world->acts);
}

static void only_devices_of_organisations_with_a_role(void **state)
{
    struct world world = {.arena = BY_ARENA_INIT};
    struct person ann = world_person("A", "ann"), bob = world_person("B", "bob");
    struct person eve = world_person("E", "eve");
    struct person *founders[] = {&ann};
    (void)state;

    world_found(&world, founders, 1, 0);
    assert_true(may_have(&world, &ann));
    struct by_id invite = world_invite(&world, &ann, WORLD_ALL, "i", BY_ROLE_READER);
    size_t known = world.count;
    struct by_id join = world_join(&world, &bob, WORLD_ALL, "i", &invite);
    assert_false(may_have(&world, &bob));
    (void)world_admit(&world, &ann, WORLD_ALL, &join);
    assert_true(may_have(&world, &bob));
    assert_false(may_have(&world, &eve));
    (void)world_join(&world, &eve, known, "i", &invite);
    assert_false(may_have(&world, &eve));
    world_end(&world);
}

static void of_an_organisation_so_many_devices(void **state)
{
    struct world world = {.arena = BY_ARENA_INIT};
    struct person ann = world_person("A", "ann");
    struct person devices[BY_NOTES_DEVICES_PER_ORG_MAX];
    struct person *founders[] = {&ann};
    (void)state;

    world_found(&world, founders, 1, 0);
    for (size_t i = 0; i < BY_NOTES_DEVICES_PER_ORG_MAX; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "device %zu", i);
        devices[i] = world_person("A", name);
        (void)world_device(&world, &devices[i], 1);
        if (i + 3 < BY_NOTES_DEVICES_PER_ORG_MAX)
            continue;
        /* With the founder's device there are i + 2. */
        struct by_charter *charter = build(&world);
        size_t count = by_notes_may_have(charter, &ann.device.public_key);
        for (size_t k = 0; k <= i; k++)
            count += by_notes_may_have(charter, &devices[k].device.public_key);
        assert_int_equal(
            count, i + 2 < BY_NOTES_DEVICES_PER_ORG_MAX ? i + 2 : BY_NOTES_DEVICES_PER_ORG_MAX);
        by_charter_free(charter);
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_devices_of_organisations_with_a_role),
        cmocka_unit_test(of_an_organisation_so_many_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
