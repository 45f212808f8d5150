/*
 * A small world for tests of the charter: people with real keys, and the signed acts they logged.
 *
 * Whoever logs an act says how many of the world's acts its author knew by then (the first so
 * many), so that histories made apart are easy to tell.
 */
#ifndef BY_TEST_ACT_WORLD_H
#define BY_TEST_ACT_WORLD_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "log/entry.h"
#include "log/links.h"
#include "member/charter.h"

#define WORLD_ALL SIZE_MAX

struct world {
    struct by_arena arena;
    struct by_id network; /* zero until genesis */
    struct by_act_entry *acts;
    size_t count;
    size_t room;
};
/* A device, with its organisation's root key. */
struct person {
    struct by_signing_key root;
    struct by_signing_key device;
    struct by_certificate certificate;
    uint8_t nonce[8];
    uint64_t seq;
    struct by_id prev;
};

static inline void world_check(enum banyan_status status)
{
    if (status != BANYAN_OK)
        abort();
}

static inline struct by_signing_key world_key(const char *name, uint8_t purpose)
{
    struct by_seed seed = {{0}};
    struct by_signing_key key;

    memcpy(seed.bytes, name, strlen(name) < 31 ? strlen(name) : 31);
    seed.bytes[31] = purpose;
    by_signing_key_from_seed(&seed, &key);
    return key;
}

static inline struct by_id world_transport(const char *device)
{
    struct by_id transport = {{0}};

    memcpy(transport.bytes, device, strlen(device));
    transport.bytes[31] = 3;
    return transport;
}

static inline struct person world_person(const char *org, const char *device)
{
    struct person person = {.root = world_key(org, 1), .device = world_key(device, 2)};

    person.certificate.device = person.device.public_key;
    person.certificate.transport = world_transport(device);
    return person;
}

static inline struct by_org_profile world_profile(const struct person *person)
{
    return (struct by_org_profile){
        .id = person->root.public_key,
        .name = by_bytes_of_text("Búng Bình Thiên"),
        .kind = by_bytes_of_text("community_group"),
        .country = by_bytes_of_text("VNM"),
    };
}

/* Log an act with exactly these parents, behind prev (zero: at the beginning of the log). */
static inline struct by_id world_log(struct world *world, const struct person *person, uint64_t seq,
                                     const struct by_id *prev, const struct by_act *act,
                                     const struct by_id *parents, size_t parent_count)
{
    struct by_entry entry = {.header = {.kind = (uint16_t)act->kind, .seq = seq, .prev = *prev}};
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_buffer payload = BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    struct by_act_links act_links = {.parent_count = parent_count};
    struct by_act_entry *out = NULL;

    act_links.parents = by_arena_array(&world->arena, parent_count + 1, sizeof(struct by_id));
    if (parent_count > 0)
        memcpy(act_links.parents, parents, parent_count * sizeof(struct by_id));
    world_check(by_act_links_encode(&act_links, &links));
    world_check(by_act_encode(act, &world->arena, &payload));
    world_check(by_arena_copy(&world->arena, by_buffer_bytes(&links), &entry.links));
    world_check(by_arena_copy(&world->arena, by_buffer_bytes(&payload), &entry.payload));
    by_buffer_deinit(&links);
    by_buffer_deinit(&payload);
    entry.header.log.device = person->device.public_key;
    memcpy(entry.header.log.nonce, person->nonce, sizeof person->nonce);
    entry.header.hlc = ((uint64_t)1750000000000 + world->count) << 16;
    by_entry_commit(&entry);
    by_entry_seal(&entry, &person->device, &world->network);
    if (world->count == world->room) {
        world->room = world->room * 2 + 64;
        world->acts = realloc(world->acts, world->room * sizeof *world->acts);
        if (world->acts == NULL)
            abort();
    }
    out = &world->acts[world->count++];
    *out = (struct by_act_entry){
        .id = entry.id,
        .prev = entry.header.prev,
        .log = entry.header.log,
        .seq = seq,
        .hlc = entry.header.hlc,
        .kind = entry.header.kind,
        .links = entry.links,
        .payload = entry.payload,
    };
    return out->id;
}

/* The acts among the first known ones that no other of them names. */
static inline size_t
world_heads(const struct world *world, size_t known, struct by_id out_heads[BY_PARENTS_MAX])
{
    struct by_arena arena = BY_ARENA_INIT;
    size_t count = 0;

    known = known < world->count ? known : world->count;
    for (size_t i = known; i-- > 0;) {
        bool is_named = false;

        for (size_t k = 0; k < known && !is_named; k++) {
            struct by_act_links links;

            world_check(by_act_links_decode(world->acts[k].links, &arena, &links));
            is_named = by_id_equal(&world->acts[k].prev, &world->acts[i].id);
            for (size_t p = 0; p < links.parent_count && !is_named; p++)
                is_named = by_id_equal(&links.parents[p], &world->acts[i].id);
        }
        if (!is_named && count < BY_PARENTS_MAX)
            out_heads[count++] = world->acts[i].id;
    }
    by_arena_deinit(&arena);
    return count;
}

/* Log an act at the end of the author's log, who knows the first so many acts of the world. */
static inline struct by_id
world_act(struct world *world, struct person *person, size_t known, const struct by_act *act)
{
    struct by_id heads[BY_PARENTS_MAX];
    size_t head_count = world_heads(world, known, heads);
    struct by_id id = world_log(world, person, person->seq, &person->prev, act, heads, head_count);

    person->seq++;
    person->prev = id;
    return id;
}

/* Genesis by the first founder's device; one device each. */
static inline struct by_act
world_genesis_act(struct world *world, struct person *founders[], size_t count, uint32_t quorum)
{
    struct by_act act = {.kind = BY_KIND_GENESIS};
    const struct by_id no_network = {{0}};

    act.genesis.names = by_value_map(&world->arena, 1);
    act.genesis.names.map.pairs[0].key = by_bytes_of_text("en");
    act.genesis.names.map.pairs[0].value = by_value_literal("Mekong wetlands");
    act.genesis.types = by_value_map(&world->arena, 0);
    act.genesis.level = BY_ACT_LEVEL;
    act.genesis.quorum = quorum;
    act.genesis.founders = by_arena_array(&world->arena, count, sizeof(struct by_founder));
    act.genesis.founder_count = count;
    for (size_t i = 0; i < count; i++) {
        struct by_founder *founder = &act.genesis.founders[i];

        founder->profile = world_profile(founders[i]);
        founder->devices = by_arena_alloc(&world->arena, sizeof(struct by_certificate));
        founder->device_count = 1;
        by_certificate_sign(&founders[i]->certificate, &founders[i]->root, &no_network);
        founder->devices[0] = founders[i]->certificate;
    }
    return act;
}

static inline void
world_found(struct world *world, struct person *founders[], size_t count, uint32_t quorum)
{
    struct by_act act = world_genesis_act(world, founders, count, quorum);
    struct by_id id = world_act(world, founders[0], 0, &act);

    world->network = id;
}

/* The key behind an invitation: every name makes another. */
static inline struct by_signing_key world_invite_key(const char *name)
{
    return world_key(name, 4);
}

static inline struct by_id world_invite(struct world *world, struct person *person, size_t known,
                                        const char *name, enum by_role role)
{
    struct by_act act = {.kind = BY_KIND_INVITE};

    act.invite.key = world_invite_key(name).public_key;
    act.invite.role = role;
    act.invite.name = by_bytes_of_text(name);
    return world_act(world, person, known, &act);
}

static inline struct by_act world_join_act(struct world *world, struct person *person,
                                           const char *invite_name, const struct by_id *invite)
{
    struct by_act act = {.kind = BY_KIND_JOIN};
    struct by_signing_key key = world_invite_key(invite_name);

    by_certificate_sign(&person->certificate, &person->root, &world->network);
    act.join.invite = *invite;
    act.join.profile = world_profile(person);
    act.join.certificate = person->certificate;
    by_join_prove(&act, &key, &world->network);
    return act;
}

static inline struct by_id world_join(struct world *world, struct person *person, size_t known,
                                      const char *invite_name, const struct by_id *invite)
{
    struct by_act act = world_join_act(world, person, invite_name, invite);

    return world_act(world, person, known, &act);
}

static inline struct by_id
world_admit(struct world *world, struct person *person, size_t known, const struct by_id *join)
{
    struct by_act act = {.kind = BY_KIND_ADMIT, .admit = {.join = *join}};

    return world_act(world, person, known, &act);
}

static inline struct by_id world_device(struct world *world, struct person *person, size_t known)
{
    struct by_act act = {.kind = BY_KIND_DEVICE};

    by_certificate_sign(&person->certificate, &person->root, &world->network);
    act.device.organisation = person->root.public_key;
    act.device.certificate = person->certificate;
    return world_act(world, person, known, &act);
}

/* Opens record log number n of the device. */
static inline struct by_log_id world_record_log(const struct person *person, uint32_t n)
{
    struct by_log_id log = {.device = person->device.public_key, .nonce = {9}};

    by_put_u32be(log.nonce + 4, n);
    return log;
}

static inline struct by_id
world_open(struct world *world, struct person *person, size_t known, uint32_t n)
{
    struct by_act act = {.kind = BY_KIND_OPEN};
    struct by_log_id log = world_record_log(person, n);

    memcpy(act.opening.nonce, log.nonce, sizeof log.nonce);
    return world_act(world, person, known, &act);
}

static inline struct by_id world_role(struct world *world, struct person *person, size_t known,
                                      const struct person *whom, enum by_role role)
{
    struct by_act act = {.kind = BY_KIND_ROLE,
                         .role = {.organisation = whom->root.public_key, .role = role}};

    return world_act(world, person, known, &act);
}

static inline struct by_id world_approve(struct world *world, struct person *person, size_t known,
                                         const struct by_id *approved)
{
    struct by_act act = {.kind = BY_KIND_APPROVE, .approve = {.act = *approved}};

    return world_act(world, person, known, &act);
}

/* Up to where what somebody wrote stands: all tips are the caller's. */
static inline struct by_act world_lower_act(struct world *world, const struct person *whom,
                                            enum by_role role, const struct by_id *acts,
                                            size_t act_count)
{
    struct by_act act = {.kind = BY_KIND_LOWER};

    act.lower.organisation = whom->root.public_key;
    act.lower.role = role;
    act.lower.cut.acts = by_arena_array(&world->arena, act_count + 1, sizeof(struct by_id));
    act.lower.cut.act_count = act_count;
    if (act_count > 0)
        memcpy(act.lower.cut.acts, acts, act_count * sizeof(struct by_id));
    return act;
}

/* Lowers an organisation; its acts stand up to one, or where last is NULL not at all. */
static inline struct by_id world_lower(struct world *world, struct person *person, size_t known,
                                       const struct person *whom, const struct by_id *last)
{
    struct by_act act = world_lower_act(world, whom, BY_ROLE_NONE, last, last != NULL);

    return world_act(world, person, known, &act);
}

/* Revokes a device, with the root key of its organisation if by_root. */
static inline struct by_id world_revoke(struct world *world, struct person *person, size_t known,
                                        const struct person *whom, bool by_root)
{
    struct by_act act = world_lower_act(world, whom, BY_ROLE_NONE, NULL, 0);

    act.lower.is_device = true;
    act.lower.device = whom->device.public_key;
    if (by_root)
        by_revocation_sign(&act, &whom->root, &world->network);
    else
        memset(&act.lower.organisation, 0, sizeof act.lower.organisation);
    return world_act(world, person, known, &act);
}

/* A sealed header of a record log, that stands for an entry nobody needs to have. */
static inline struct by_bytes
world_tip(struct world *world, const struct person *person, uint32_t log, uint64_t seq)
{
    struct by_entry entry = {.header = {.kind = BY_KIND_OPERATION, .seq = seq}};
    uint8_t *bytes = by_arena_alloc(&world->arena, BY_TIP_BYTES);

    if (bytes == NULL)
        abort();
    entry.header.log = world_record_log(person, log);
    by_entry_commit(&entry);
    by_entry_seal(&entry, &person->device, &world->network);
    by_log_tip_encode(&entry, bytes);
    return by_bytes_of(bytes, BY_TIP_BYTES);
}

/* Types named by a text only, so that each is another. */
static inline struct by_id
world_types(struct world *world, struct person *person, size_t known, const char *name)
{
    struct by_act act = {.kind = BY_KIND_TYPES, .types.body = by_value_map(&world->arena, 1)};
    struct by_value types = by_value_map(&world->arena, 1);

    types.map.pairs[0] = (struct by_pair){by_bytes_of_text(name), by_value_int(1)};
    act.types.body.map.pairs[0] = (struct by_pair){by_bytes_of_text("types"), types};
    return world_act(world, person, known, &act);
}

static inline struct by_charter *world_charter(const struct world *world)
{
    struct by_charter *charter = NULL;

    world_check(by_charter_build(&world->network, world->acts, world->count, &charter));
    return charter;
}

static inline void world_deinit(struct world *world)
{
    free(world->acts);
    by_arena_deinit(&world->arena);
}

#endif
