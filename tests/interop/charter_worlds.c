/*
 * Random worlds of acts and record entries, turned into signed ones and judged by the charter and
 * by the rule for forks, for charter_oracle.py to hold against its own judgement. It tells the
 * worlds in the form that it describes, and is answered with the ids that they got.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/act_world.h"
#include "lib/charter_equal.h"
#include "log/fork.h"

#define NAME_BYTES  32
#define PEOPLE_MAX  64
#define LINE_BYTES  65536
#define ENTRIES_MAX 4096
/* Of each world so many acts are taken in one by one, and so many more are logged. */
#define LAST_ACTS 6
#define TURNS     12

struct device {
    char name[NAME_BYTES];
    struct person person;
};

/* The world being read, and the charter once its acts are complete. */
struct reading {
    long seed;
    struct world world;
    uint32_t quorum;
    struct device devices[PEOPLE_MAX];
    size_t device_count;
    struct by_fork_entry *entries; /* of record logs */
    struct by_log_id *entry_logs;
    uint8_t (*sealed)[BY_TIP_BYTES];
    bool is_held[ENTRIES_MAX];
    size_t entry_count;
    struct by_charter *charter;
    size_t counting; /* acts, roles and logs that the oracle named */
    size_t roles;
    size_t suspended;
    size_t logs;
    size_t failures;
    size_t added; /* acts that a charter took in without being built anew */
};

static void complain(struct reading *reading, const char *what, const char *which)
{
    fprintf(stderr, "world %ld: %s: %s\n", reading->seed, what, which);
    reading->failures++;
}

static const char *number_text(size_t number)
{
    static char text[24];

    (void)snprintf(text, sizeof text, "%zu", number);
    return text;
}

static struct by_signing_key root_of(const char *org)
{
    return world_key(org, 1);
}

/* The device of that name; its organisation is set by whoever needs it. */
static struct person *person_of(struct reading *reading, const char *name)
{
    struct device *device = NULL;

    for (size_t i = 0; i < reading->device_count; i++)
        if (strcmp(reading->devices[i].name, name) == 0)
            return &reading->devices[i].person;
    if (reading->device_count == PEOPLE_MAX)
        abort();
    device = &reading->devices[reading->device_count++];
    (void)snprintf(device->name, sizeof device->name, "%s", name);
    device->person = world_person("", name);
    return &device->person;
}

static struct by_id id_of(const struct reading *reading, const char *number)
{
    struct by_id none = {{0}};
    size_t at = strtoul(number, NULL, 10);

    if (number[0] == '-')
        return none;
    if (at >= reading->world.count)
        abort();
    return reading->world.acts[at].id;
}

/* Every invite has a key of its own, named by the number of its act. */
static struct by_signing_key invite_key(const char *number)
{
    return world_key(number, 4);
}

static struct by_act genesis(struct reading *reading, char *founders)
{
    struct by_act act = {.kind = BY_KIND_GENESIS};
    const struct by_id no_network = {{0}};
    char *rest = NULL;
    struct person *nobody[1] = {person_of(reading, "A1")};

    nobody[0]->root = root_of("A");
    act = world_genesis_act(&reading->world, nobody, 1, reading->quorum);
    act.genesis.founders =
        by_arena_array(&reading->world.arena, BY_FOUNDERS_MAX, sizeof(struct by_founder));
    act.genesis.founder_count = 0;
    for (char *org = strtok_r(founders, ";", &rest); org != NULL;
         org = strtok_r(NULL, ";", &rest)) {
        struct by_founder *founder = &act.genesis.founders[act.genesis.founder_count++];
        char *devices = strchr(org, ':');
        char *device_rest = NULL;

        *devices++ = 0;
        founder->devices = by_arena_array(&reading->world.arena, BY_FOUNDER_DEVICES_MAX,
                                          sizeof(struct by_certificate));
        for (char *name = strtok_r(devices, ",", &device_rest); name != NULL;
             name = strtok_r(NULL, ",", &device_rest)) {
            struct person *person = person_of(reading, name);

            person->root = root_of(org);
            by_certificate_sign(&person->certificate, &person->root, &no_network);
            founder->profile = world_profile(person);
            founder->devices[founder->device_count++] = person->certificate;
        }
    }
    return act;
}

static struct by_act
join(struct reading *reading, struct person *person, const char *org, const char *invite)
{
    struct by_act act = {.kind = BY_KIND_JOIN};
    struct by_signing_key key = invite_key(invite);

    person->root = root_of(org);
    by_certificate_sign(&person->certificate, &person->root, &reading->world.network);
    act.join.invite = id_of(reading, invite);
    act.join.profile = world_profile(person);
    act.join.certificate = person->certificate;
    by_join_prove(&act, &key, &reading->world.network);
    return act;
}

static struct by_act device(struct reading *reading, struct person *person, const char *org)
{
    struct by_act act = {.kind = BY_KIND_DEVICE};

    person->root = root_of(org);
    by_certificate_sign(&person->certificate, &person->root, &reading->world.network);
    act.device.organisation = person->root.public_key;
    act.device.certificate = person->certificate;
    return act;
}

/* "A,B...", or "-" for none, into parts; returns how many. */
static size_t split(char *list, const char *between, char *out_parts[BY_CUT_ACTS_MAX])
{
    char *rest = NULL;
    size_t count = 0;

    if (list[0] == '-')
        return 0;
    for (char *at = strtok_r(list, between, &rest); at != NULL && count < BY_CUT_ACTS_MAX;
         at = strtok_r(NULL, between, &rest))
        out_parts[count++] = at;
    return count;
}

/* Tips as the numbers of entries. */
static void read_tips(struct reading *reading, char *list, struct by_cut *out)
{
    char *parts[BY_CUT_ACTS_MAX];
    size_t count = split(list, ",", parts);

    out->tips = by_arena_array(&reading->world.arena, count + 1, sizeof *out->tips);
    for (size_t i = 0; i < count; i++)
        out->tips[out->tip_count++] =
            by_bytes_of(reading->sealed[strtoul(parts[i], NULL, 10)], BY_TIP_BYTES);
}

static void read_cut(struct reading *reading, char *acts, char *tips, struct by_cut *out)
{
    char *parts[BY_CUT_ACTS_MAX];
    size_t count = split(acts, ",", parts);

    out->acts = by_arena_array(&reading->world.arena, count + 1, sizeof *out->acts);
    for (size_t i = 0; i < count; i++)
        out->acts[out->act_count++] = id_of(reading, parts[i]);
    read_tips(reading, tips, out);
}

/* lower ORG ROLE ACTS TIPS; revoke DEVICE ORG|- ACTS TIPS; tips DEVICE:LOG LOWERING TIPS */
static struct by_act make_cut(struct reading *reading, const char *kind, char *fields[])
{
    struct by_act act = {.kind = BY_KIND_LOWER};

    if (strcmp(kind, "lower") == 0) {
        act.lower.organisation = root_of(fields[0]).public_key;
        act.lower.role = (enum by_role)atoi(fields[1]);
        read_cut(reading, fields[2], fields[3], &act.lower.cut);
    } else if (strcmp(kind, "revoke") == 0) {
        act.lower.is_device = true;
        act.lower.device = person_of(reading, fields[0])->device.public_key;
        read_cut(reading, fields[2], fields[3], &act.lower.cut);
        if (fields[1][0] != '-') {
            struct by_signing_key root = root_of(fields[1]);

            act.lower.organisation = root.public_key;
            by_revocation_sign(&act, &root, &reading->world.network);
        }
    } else {
        char *log = strchr(fields[0], ':');

        act.kind = BY_KIND_TIPS;
        *log++ = 0;
        act.tips.log = world_record_log(person_of(reading, fields[0]), (uint32_t)atoi(log));
        act.tips.has_lowering = fields[1][0] != '-';
        act.tips.lowering = id_of(reading, fields[1]);
        read_tips(reading, fields[2], &act.tips.cut);
    }
    return act;
}

static struct by_act make_act(struct reading *reading, const char *kind, struct person *person,
                              char *first, const char *second)
{
    struct by_act act = {.kind = BY_KIND_OPEN};

    if (strcmp(kind, "genesis") == 0)
        return genesis(reading, first);
    if (strcmp(kind, "join") == 0)
        return join(reading, person, first, second);
    if (strcmp(kind, "device") == 0)
        return device(reading, person, first);
    if (strcmp(kind, "invite") == 0) {
        char number[NAME_BYTES];

        (void)snprintf(number, sizeof number, "%zu", reading->world.count);
        act.kind = BY_KIND_INVITE;
        act.invite.key = invite_key(number).public_key;
        act.invite.role = (enum by_role)atoi(first);
    } else if (strcmp(kind, "admit") == 0) {
        act.kind = BY_KIND_ADMIT;
        act.admit.join = id_of(reading, first);
    } else if (strcmp(kind, "role") == 0) {
        act.kind = BY_KIND_ROLE;
        act.role.organisation = root_of(first).public_key;
        act.role.role = (enum by_role)atoi(second);
    } else if (strcmp(kind, "approve") == 0) {
        act.kind = BY_KIND_APPROVE;
        act.approve.act = id_of(reading, first);
    } else if (strcmp(kind, "erase") == 0) {
        act.kind = BY_KIND_ERASE;
        act.erase.log = world_record_log(person_of(reading, first), (uint32_t)atoi(second));
    } else if (strcmp(kind, "types") == 0) {
        act.kind = BY_KIND_TYPES;
        act.types.body = by_value_map(&reading->world.arena, 1);
        act.types.body.map.pairs[0] =
            (struct by_pair){by_bytes_of_text("types"), by_value_map(&reading->world.arena, 0)};
    } else {
        struct by_log_id log = world_record_log(person, (uint32_t)atoi(first));

        memcpy(act.opening.nonce, log.nonce, sizeof log.nonce);
    }
    return act;
}

static size_t
parse_parents(const struct reading *reading, char *list, struct by_id out_parents[BY_PARENTS_MAX])
{
    size_t count = 0;
    char *rest = NULL;

    if (list[0] == '-')
        return 0;
    for (char *at = strtok_r(list, ",", &rest); at != NULL; at = strtok_r(NULL, ",", &rest)) {
        if (count == BY_PARENTS_MAX)
            abort();
        out_parents[count++] = id_of(reading, at);
    }
    return count;
}

static void tell_id(const struct by_id *id)
{
    char hex[65];

    by_hex(by_id_bytes(id), hex);
    printf("%s\n", hex);
}

static void read_act(struct reading *reading, char *line)
{
    char *fields[10] = {NULL};
    size_t count = 0;
    char *rest = NULL;
    struct by_id parents[BY_PARENTS_MAX];
    size_t parent_count = 0;
    struct by_id prev;
    struct by_id id;
    struct by_act act;
    struct person *person = NULL;

    for (char *at = strtok_r(line, " \n", &rest); at != NULL && count < 10;
         at = strtok_r(NULL, " \n", &rest))
        fields[count++] = at;
    if (count < 7)
        abort();
    person = person_of(reading, fields[2]);
    prev = id_of(reading, fields[4]);
    parent_count = parse_parents(reading, fields[5], parents);
    act = count > 8 ? make_cut(reading, fields[1], fields + 6)
                    : make_act(reading, fields[1], person, fields[6], fields[7]);
    id = world_log(&reading->world, person, strtoul(fields[3], NULL, 10), &prev, &act, parents,
                   parent_count);
    if (act.kind == BY_KIND_GENESIS)
        reading->world.network = id;
    tell_id(&id);
}

/* entry DEVICE LOG SEQ PREV SEALED */
static void read_entry(struct reading *reading, char *line)
{
    char name[NAME_BYTES], log[NAME_BYTES], prev[NAME_BYTES];
    unsigned long seq = 0;
    int is_sealed = 0;
    size_t at = reading->entry_count++;
    struct by_entry entry = {.header = {.kind = BY_KIND_OPERATION, .hlc = at}};
    struct person *person = NULL;

    if (at == ENTRIES_MAX ||
        sscanf(line, "entry %31s %31s %lu %31s %d", name, log, &seq, prev, &is_sealed) != 5)
        abort();
    person = person_of(reading, name);
    entry.header.log = world_record_log(person, (uint32_t)atoi(log));
    entry.header.seq = seq;
    if (prev[0] != '-')
        entry.header.prev = reading->entries[strtoul(prev, NULL, 10)].id;
    by_entry_commit(&entry);
    by_entry_identify(&entry);
    if (is_sealed) {
        by_entry_seal(&entry, &person->device, &reading->world.network);
        by_log_tip_encode(&entry, reading->sealed[at]);
    }
    reading->entry_logs[at] = entry.header.log;
    reading->entries[at] = (struct by_fork_entry){.id = entry.id,
                                                  .prev = entry.header.prev,
                                                  .seq = seq,
                                                  .sealed = is_sealed ? reading->sealed[at] : NULL};
    tell_id(&entry.id);
}

/* branches ENTRY,ENTRY...: all entries of record logs that count */
static void read_branches(struct reading *reading, char *list)
{
    size_t count = 0;
    const struct by_charter_log *logs = by_charter_logs(reading->charter, &count);
    bool *wanted = calloc(ENTRIES_MAX, sizeof *wanted);
    char *rest = NULL;

    for (char *at = strtok_r(list, ",\n", &rest); at != NULL; at = strtok_r(NULL, ",\n", &rest))
        wanted[strtoul(at, NULL, 10)] = true;
    for (size_t i = 0; i < count; i++) {
        struct by_fork_entry entries[ENTRIES_MAX];
        size_t entry_count = 0;

        for (size_t k = 0; k < reading->entry_count; k++)
            if (by_log_id_equal(&reading->entry_logs[k], &logs[i].log) && reading->is_held[k])
                entries[entry_count++] = reading->entries[k];
        if (logs[i].is_cut)
            world_check(by_fork_count_cut(entries, entry_count, logs[i].tips, logs[i].tip_count,
                                          &reading->world.network));
        else
            world_check(by_fork_count(entries, entry_count));
        for (size_t k = 0; k < entry_count; k++) {
            size_t at = 0;

            while (!by_id_equal(&reading->entries[at].id, &entries[k].id))
                at++;
            if (wanted[at] != entries[k].counts)
                complain(reading,
                         logs[i].is_cut ? "of a cut log it counts otherwise"
                                        : "it counts otherwise",
                         number_text(at));
            wanted[at] = false;
        }
    }
    for (size_t k = 0; k < reading->entry_count; k++)
        if (wanted[k])
            complain(reading, "an entry should count", number_text(k));
    free(wanted);
}

/* held ENTRY,ENTRY...: those whose chain is held, and a seal above them */
static void read_held(struct reading *reading, char *list)
{
    char *rest = NULL;

    for (char *at = strtok_r(list, ",\n", &rest); at != NULL; at = strtok_r(NULL, ",\n", &rest))
        reading->is_held[strtoul(at, NULL, 10)] = true;
}

/* xorshift64*, from the seed of the world. */
static uint64_t draw(uint64_t *random, uint64_t below)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (*random * 2685821657736338717u >> 33) % below;
}

static void shuffle(struct by_act_entry *acts, size_t count, uint64_t *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)draw(random, i);
        struct by_act_entry act = acts[k];

        acts[k] = acts[i - 1];
        acts[i - 1] = act;
    }
}

/* The same acts in another order, taken in batch by batch: what is held in between lacks pasts. */
static void compare_batches(struct reading *reading, uint64_t *random)
{
    const struct world *world = &reading->world;
    struct by_act_entry *acts = calloc(world->count + 1, sizeof *acts);
    struct by_charter *charter = NULL;
    const char *what = NULL;

    if (acts == NULL)
        abort();
    memcpy(acts, world->acts, world->count * sizeof *acts);
    shuffle(acts, world->count, random);
    for (size_t held = 0; held < world->count;) {
        struct by_charter *earlier = charter;

        held += 1 + (size_t)draw(random, world->count - held);
        world_check(by_charter_build_after(earlier, &world->network, acts, held, &charter));
        by_charter_free(earlier);
    }
    what = charters_differ(charter, reading->charter, world->acts, world->count);
    if (what != NULL)
        complain(reading, "in another order, batch by batch, it tells of other", what);
    by_charter_free(charter);
    free(acts);
}

/* Two nodes that are apart, each with some of the acts. */
struct side {
    struct by_act_entry *acts;
    size_t count;
    struct by_charter *charter;
};

static void judge(struct side *side, const struct world *world)
{
    by_charter_free(side->charter);
    world_check(by_charter_build(&world->network, side->acts, side->count, &side->charter));
}

static bool holds(const struct side *side, const struct by_id *act)
{
    for (size_t i = 0; i < side->count; i++)
        if (by_id_equal(&side->acts[i].id, act))
            return true;
    return false;
}

/* What the one shares and the other lacks. False where there is nothing. */
static bool send(const struct side *from, struct side *to)
{
    size_t before = to->count;

    for (size_t i = 0; i < from->count; i++)
        if (by_charter_shares(from->charter, &from->acts[i].id) && !holds(to, &from->acts[i].id))
            to->acts[to->count++] = from->acts[i];
    return to->count > before;
}

/* They give each other what they share, and say the same then: nodes pass on no more than that. */
static void compare_halves(struct reading *reading, uint64_t *random)
{
    const struct world *world = &reading->world;
    struct side sides[2];
    const char *what = NULL;
    bool is_sent = true;

    for (size_t i = 0; i < 2; i++) {
        sides[i] = (struct side){calloc(world->count + 1, sizeof *sides[i].acts), 0, NULL};
        if (sides[i].acts == NULL)
            abort();
    }
    for (size_t i = 0; i < world->count; i++) {
        size_t where = (size_t)draw(random, 3);

        for (size_t k = 0; k < 2; k++)
            if (where == k || where == 2)
                sides[k].acts[sides[k].count++] = world->acts[i];
    }
    while (is_sent) {
        judge(&sides[0], world);
        judge(&sides[1], world);
        is_sent = send(&sides[0], &sides[1]);
        is_sent = send(&sides[1], &sides[0]) || is_sent;
    }
    what = charters_differ(sides[0].charter, sides[1].charter, NULL, 0);
    if (what != NULL)
        complain(reading, "two that have exchanged what they share tell of other", what);
    for (size_t i = 0; i < 2; i++) {
        by_charter_free(sides[i].charter);
        free(sides[i].acts);
    }
}

static void compare_ways(struct reading *reading)
{
    uint64_t random = (uint64_t)reading->seed * 2 + 1;

    compare_batches(reading, &random);
    compare_halves(reading, &random);
}

static void read_counts(struct reading *reading, char *list)
{
    char *rest = NULL;

    reading->charter = world_charter(&reading->world);
    compare_ways(reading);
    for (char *at = strtok_r(list, ",\n", &rest); at != NULL; at = strtok_r(NULL, ",\n", &rest)) {
        struct by_id id = id_of(reading, at);

        if (!by_charter_counts(reading->charter, &id))
            complain(reading, "an act should count", at);
        reading->counting++;
    }
}

static void read_role(struct reading *reading, const char *org, int role)
{
    struct by_signing_key root = root_of(org);

    if ((int)by_charter_role(reading->charter, &root.public_key) != role)
        complain(reading, "another role is given to", org);
    reading->roles += role > 0;
}

static void read_suspended(struct reading *reading, const char *org)
{
    struct by_signing_key root = root_of(org);
    const struct by_charter_org *found = by_charter_org_find(reading->charter, &root.public_key);

    if (found == NULL || !found->is_suspended)
        complain(reading, "not suspended", org);
    reading->suspended++;
}

static void
read_log(struct reading *reading, const char *number, const char *name, const char *org, int role)
{
    struct by_log_id log = world_record_log(person_of(reading, name), (uint32_t)atoi(number));
    const struct by_charter_log *found = by_charter_log_find(reading->charter, &log);
    struct by_signing_key root = root_of(org);

    if (found == NULL || (int)found->role != role ||
        !by_id_equal(&found->organisation, &root.public_key))
        complain(reading, "a log is missing, or of another organisation or role", number);
    reading->logs++;
}

static void read_types(struct reading *reading, const char *number)
{
    struct by_id wanted = id_of(reading, number);
    struct by_id found = {{0}};

    if (!by_charter_types_act(reading->charter, &found) || !by_id_equal(&found, &wanted))
        complain(reading, "other types are in force than those of", number);
}

/* Nothing may be there that the oracle did not name. */
static void compare_sums(struct reading *reading)
{
    size_t counting = 0;
    size_t roles = 0;
    size_t suspended = 0;
    size_t logs = 0;
    size_t orgs = 0;
    const struct by_charter_org *org = by_charter_orgs(reading->charter, &orgs);

    for (size_t i = 0; i < reading->world.count; i++) {
        const struct by_id *id = &reading->world.acts[i].id;

        counting += by_charter_counts(reading->charter, id);
        if (by_charter_counts(reading->charter, id) && !by_charter_shares(reading->charter, id))
            complain(reading, "an act counts and is not shared", "");
    }
    for (size_t i = 0; i < orgs; i++) {
        roles += org[i].role > BY_ROLE_NONE;
        suspended += org[i].is_suspended;
    }
    (void)by_charter_logs(reading->charter, &logs);
    if (counting != reading->counting)
        complain(reading, "more acts count than should", "");
    if (roles != reading->roles)
        complain(reading, "more organisations have a role than should", "");
    if (suspended != reading->suspended)
        complain(reading, "more organisations are suspended than should be", "");
    if (logs != reading->logs)
        complain(reading, "more logs count than should", "");
}

static void begin(struct reading *reading)
{
    memset(reading, 0, sizeof *reading);
    reading->entries = calloc(ENTRIES_MAX, sizeof *reading->entries);
    reading->entry_logs = calloc(ENTRIES_MAX, sizeof *reading->entry_logs);
    reading->sealed = calloc(ENTRIES_MAX, sizeof *reading->sealed);
    if (reading->entries == NULL || reading->entry_logs == NULL || reading->sealed == NULL)
        abort();
}

static void finish(struct reading *reading)
{
    free(reading->entries);
    free(reading->entry_logs);
    free(reading->sealed);
    by_charter_free(reading->charter);
    world_deinit(&reading->world);
}

/* Returns whether the line ended a world. */
static bool read_line(struct reading *reading, char *line)
{
    char name[NAME_BYTES];
    char org[NAME_BYTES];
    char number[NAME_BYTES];
    int role = 0;

    if (sscanf(line, "world %ld %u", &reading->seed, &reading->quorum) == 2)
        return false;
    if (strncmp(line, "act ", 4) == 0)
        read_act(reading, line);
    else if (strncmp(line, "entry ", 6) == 0)
        read_entry(reading, line);
    else if (strcmp(line, "told\n") == 0)
        fflush(stdout);
    else if (strncmp(line, "held ", 5) == 0)
        read_held(reading, line + 5);
    else if (strncmp(line, "branches ", 9) == 0)
        read_branches(reading, line + 9);
    else if (strncmp(line, "counts ", 7) == 0)
        read_counts(reading, line + 7);
    else if (sscanf(line, "role %31s %d", org, &role) == 2)
        read_role(reading, org, role);
    else if (sscanf(line, "suspended %31s", org) == 1)
        read_suspended(reading, org);
    else if (sscanf(line, "log %31s %31s %31s %d", number, name, org, &role) == 4)
        read_log(reading, number, name, org, role);
    else if (sscanf(line, "types %31s", number) == 1)
        read_types(reading, number);
    else if (strcmp(line, "end\n") == 0)
        return true;
    else
        complain(reading, "a line is not understood", line);
    return false;
}

static void compare_with(struct reading *reading, const struct by_charter *added)
{
    const struct world *world = &reading->world;
    struct by_charter *whole = NULL;
    const char *what = NULL;

    world_check(by_charter_build(&world->network, world->acts, world->count, &whole));
    what = charters_differ(added, whole, world->acts, world->count);
    if (what != NULL)
        complain(reading, "added act by act it tells of other", what);
    by_charter_free(whole);
}

/* The newest act is added where that is the ordinary case; else the charter is built anew. */
static void follow(struct reading *reading, struct by_charter **charter, size_t count)
{
    const struct world *world = &reading->world;
    bool is_added = false;

    if (*charter != NULL)
        world_check(by_charter_add(*charter, &world->acts[count - 1], &is_added));
    reading->added += is_added;
    if (is_added)
        return;
    by_charter_free(*charter);
    world_check(by_charter_build(&world->network, world->acts, count, charter));
}

/* What a device does next that knows all: most often it counts, and is added. */
static void go_on(struct reading *reading, struct person *person, size_t turn)
{
    struct by_act act = {.kind = BY_KIND_OPEN};

    act.opening.nonce[0] = (uint8_t)(turn + 1);
    if (turn % 4 == 1) {
        act = (struct by_act){.kind = BY_KIND_INVITE};
        act.invite.key = reading->world.acts[turn % reading->world.count].id;
        act.invite.role = BY_ROLE_READER;
    }
    if (turn % 4 == 2) {
        act = (struct by_act){.kind = BY_KIND_ERASE};
        act.erase.log = world_record_log(person, 1);
    }
    if (turn % 4 == 3)
        act = (struct by_act){.kind = BY_KIND_ALLOW, .allow.device = person->device.public_key};
    world_act(&reading->world, person, WORLD_ALL, &act);
}

/* The world act by act as it came, then its devices go on one after the other. */
static void compare_with_added(struct reading *reading)
{
    size_t first = reading->world.count > LAST_ACTS ? reading->world.count - LAST_ACTS : 1;
    struct by_charter *charter = NULL;

    for (size_t i = first; i <= reading->world.count; i++)
        follow(reading, &charter, i);
    if (charter == NULL)
        return;
    compare_with(reading, charter);
    for (size_t turn = 0; turn < TURNS && reading->device_count > 0; turn++) {
        go_on(reading, &reading->devices[turn % reading->device_count].person, turn);
        follow(reading, &charter, reading->world.count);
    }
    compare_with(reading, charter);
    by_charter_free(charter);
}

static size_t read_worlds(FILE *oracle, size_t *out_failures, size_t *out_added)
{
    static char line[LINE_BYTES];
    static struct reading reading;
    size_t worlds = 0;

    begin(&reading);
    while (fgets(line, sizeof line, oracle) != NULL) {
        if (!read_line(&reading, line))
            continue;
        compare_sums(&reading);
        compare_with_added(&reading);
        *out_failures += reading.failures;
        *out_added += reading.added;
        worlds++;
        finish(&reading);
        begin(&reading);
    }
    return worlds;
}

int main(void)
{
    size_t failures = 0;
    size_t added = 0;
    size_t worlds = read_worlds(stdin, &failures, &added);

    fprintf(stderr, "%zu worlds, %zu differences; %zu acts were added to a charter\n", worlds,
            failures, added);
    return worlds > 0 && failures == 0 && added > 0 ? 0 : 1;
}
