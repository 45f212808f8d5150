/* What a charter costs: 10,000 acts of a network, and one act more. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/act_world.h"

#define ORGS     40u
#define ROUNDS   15
#define MEMBERS  (ORGS - 1)
#define ACTS_ALL 10000u

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Log an act that knows these. */
static struct by_id log_after(struct world *world, struct person *person, const struct by_act *act,
                              struct by_id *heads, size_t head_count)
{
    struct by_id id = world_log(world, person, person->seq, &person->prev, act, heads, head_count);

    person->seq++;
    person->prev = id;
    return id;
}

static void name_person(struct person *person, char names[2][16], unsigned at)
{
    (void)snprintf(names[0], sizeof names[0], "O%u", at);
    (void)snprintf(names[1], sizeof names[1], "O%u-1", at);
    *person = world_person(names[0], names[1]);
}

/* Organisations come in one by one; then each writes: openings up to the limit, invitations and
 * erasures of coordinators, two of them at a time without hearing of each other. */
static void fill(struct world *world, size_t count)
{
    static struct person people[ORGS];
    static char names[ORGS][2][16];
    struct person *founders[1] = {&people[0]};
    struct by_id last;
    unsigned turn = 0;

    for (unsigned i = 0; i < ORGS; i++)
        name_person(&people[i], names[i], i);
    world_found(world, founders, 1, 0);
    last = world->network;
    for (unsigned i = 1; i < ORGS; i++) {
        struct by_act act = {.kind = BY_KIND_INVITE};
        struct by_signing_key key = world_invite_key(names[i][0]);

        act.invite.key = key.public_key;
        act.invite.role = BY_ROLE_MEMBER;
        last = log_after(world, &people[0], &act, &last, 1);
        act = world_join_act(world, &people[i], names[i][0], &last);
        last = log_after(world, &people[i], &act, &last, 1);
        act = (struct by_act){.kind = BY_KIND_ADMIT, .admit.join = last};
        last = log_after(world, &people[0], &act, &last, 1);
    }
    while (world->count < count) {
        struct person *first = &people[turn % ORGS];
        struct person *second = &people[(turn + 1) % ORGS];
        struct by_act act = {.kind = BY_KIND_ERASE};
        struct by_id heads[2];

        act.erase.log = world_record_log(first, 1);
        act.erase.entry = last;
        heads[0] = log_after(world, first, &act, &last, 1);
        act.erase.log = world_record_log(second, 1);
        heads[1] = log_after(world, second, &act, &last, 1);
        turn += 2;
        act = (struct by_act){.kind = BY_KIND_INVITE};
        act.invite.key = heads[0];
        act.invite.role = BY_ROLE_READER;
        last = log_after(world, &people[0], &act, heads, 2);
    }
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static void tell(const char *name, double *times, const char *goal)
{
    qsort(times, ROUNDS, sizeof *times, order);
    printf("{\"bench\": \"charter.%s\", \"acts\": %u, \"median_ms\": %.3f, \"least_ms\": %.3f, "
           "\"goal\": \"%s\"}\n",
           name, ACTS_ALL, times[ROUNDS / 2], times[0], goal);
}

/* An act that knows all others, as nearly all do. */
static double add_one(struct by_charter *charter, const struct world *world)
{
    bool is_added = false;
    double began = now_ms();

    world_check(by_charter_add(charter, &world->acts[ACTS_ALL], &is_added));
    began = now_ms() - began;
    if (!is_added)
        abort();
    return began;
}

int main(void)
{
    struct world world = {.count = 0};
    double cold[ROUNDS], warm[ROUNDS], more[ROUNDS];

    fill(&world, ACTS_ALL + ROUNDS);
    for (int i = 0; i < ROUNDS; i++) {
        struct by_charter *first = NULL, *second = NULL;
        double began = now_ms();

        world_check(by_charter_build(&world.network, world.acts, ACTS_ALL, &first));
        cold[i] = now_ms() - began;
        began = now_ms();
        world_check(by_charter_build_after(first, &world.network, world.acts, ACTS_ALL, &second));
        warm[i] = now_ms() - began;
        by_charter_free(second);
        more[i] = add_one(first, &world);
        by_charter_free(first);
    }
    tell("whole", cold, "at most 50");
    tell("again", warm, "at most 50");
    tell("one_more", more, "at most 1");
    world_deinit(&world);
    return 0;
}
