/*
 * Stories of a network, for tests of the charter: two coordinators, Ana and Bo, and newcomers.
 */
#ifndef BY_TEST_MEMBER_STORY_H
#define BY_TEST_MEMBER_STORY_H

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

struct story {
    struct world world;
    struct person ana;
    struct person bo;
    struct person chan;
    struct person dara;
    struct person eve;
};

static inline int begin(void **state)
{
    struct story *story = calloc(1, sizeof *story);
    struct person *founders[2] = {NULL, NULL};

    if (story == NULL)
        return -1;
    story->ana = world_person("A", "A1");
    story->bo = world_person("B", "B1");
    story->chan = world_person("C", "C1");
    story->dara = world_person("D", "D1");
    story->eve = world_person("E", "E1");
    founders[0] = &story->ana;
    founders[1] = &story->bo;
    world_found(&story->world, founders, 2, 0);
    *state = story;
    return 0;
}

static inline int finish(void **state)
{
    struct story *story = *state;

    world_deinit(&story->world);
    free(story);
    return 0;
}

static inline bool counts(const struct world *world, const struct by_id *act)
{
    struct by_charter *charter = world_charter(world);
    bool result = by_charter_counts(charter, act);

    /* Whatever counts is passed on. */
    assert_true(!result || by_charter_shares(charter, act));
    by_charter_free(charter);
    return result;
}

static inline bool shares(const struct world *world, const struct by_id *act)
{
    struct by_charter *charter = world_charter(world);
    bool result = by_charter_shares(charter, act);

    by_charter_free(charter);
    return result;
}

static inline enum by_role role_of(const struct world *world, const struct person *person)
{
    struct by_charter *charter = world_charter(world);
    enum by_role role = by_charter_role(charter, &person->root.public_key);

    by_charter_free(charter);
    return role;
}

static inline bool has_log(const struct world *world, const struct person *person, uint32_t n)
{
    struct by_charter *charter = world_charter(world);
    struct by_log_id log = world_record_log(person, n);
    bool result = by_charter_log_find(charter, &log) != NULL;

    by_charter_free(charter);
    return result;
}

static inline bool is_suspended(const struct world *world, const struct person *person)
{
    struct by_charter *charter = world_charter(world);
    const struct by_charter_org *org = by_charter_org_find(charter, &person->root.public_key);
    bool result = org != NULL && org->is_suspended;

    by_charter_free(charter);
    return result;
}

/* Ana invites, the newcomer joins and Ana admits: the newcomer is in. */
static inline struct by_id bring_in(struct world *world, struct person *host,
                                    struct person *newcomer, const char *name, enum by_role role)
{
    struct by_id invite = world_invite(world, host, WORLD_ALL, name, role);
    struct by_id join = world_join(world, newcomer, WORLD_ALL, name, &invite);

    return world_admit(world, host, WORLD_ALL, &join);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, begin, finish)

#endif
