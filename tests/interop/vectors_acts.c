/* Acts of a network's life after the first record: an invitation that asks for six digits, a role
 * with a reminder, names of devices, a new organisation key, a device certified by it, revoked. */
#include <string.h>

#include "core/admit.h"
#include "member/invitation.h"
#include "vectors.h"

#define DAY_MS UINT64_C(86400000)

static void invite_with_digits(struct maker *maker, struct network *network)
{
    struct by_act act = {.kind = BY_KIND_INVITE};
    struct by_signing_key key;
    uint8_t seed[16];

    memset(seed, 0x6e, sizeof seed);
    by_invite_derive(seed, &key, act.invite.join_key);
    act.invite.key = key.public_key;
    act.invite.role = BY_ROLE_MEMBER;
    act.invite.name = by_bytes_of_text("GreenViet");
    act.invite.expires_ms = WALL_MS + 14 * DAY_MS;
    act.invite.asks_confirm = true;
    network->last_act =
        add_act(maker, &network->founder_acts, "invite with confirm", &act, &network->last_act, 1);
}

static void raise_for_a_while(struct maker *maker, struct network *network)
{
    const struct by_act act = {.kind = BY_KIND_ROLE,
                               .role = {.organisation = network->guest.root.public_key,
                                        .role = BY_ROLE_COORDINATOR,
                                        .until_ms = WALL_MS + 90 * DAY_MS}};

    network->last_act =
        add_act(maker, &network->founder_acts, "role with until", &act, &network->last_act, 1);
}

/* A device says more of itself, with the certificate it has. */
static void name_device(struct maker *maker, struct network *network)
{
    struct by_act act = {.kind = BY_KIND_DEVICE,
                         .device = {.organisation = network->guest.root.public_key,
                                    .name = by_bytes_of_text("Laptop")}};

    act.device.certificate.device = network->guest.device.public_key;
    act.device.certificate.transport = network->guest.transport.public_key;
    by_certificate_sign(&act.device.certificate, &network->guest.root, &network->id);
    network->last_act =
        add_act(maker, &network->guest_acts, "device with name", &act, &network->last_act, 1);
}

static void change_key(struct maker *maker, struct network *network)
{
    struct by_act act = {.kind = BY_KIND_LOWER,
                         .lower = {.organisation = network->guest.root.public_key,
                                   .role = BY_ROLE_COORDINATOR,
                                   .cut = {.acts = &network->last_act, .act_count = 1},
                                   .has_key = true,
                                   .key = network->later.root.public_key,
                                   .has_root = true}};
    struct by_id id;

    by_revocation_sign(&act, &network->guest.root, &network->id);
    id = add_act(maker, &network->guest_acts, "new key", &act, &network->last_act, 1);
    network->last_act = id;
}

/* A second device, certified by the new key, in a log of its own. */
static void add_device(struct maker *maker, struct network *network)
{
    const struct keys *later = &network->later;
    struct by_act act = {.kind = BY_KIND_DEVICE,
                         .device = {.organisation = network->guest.root.public_key,
                                    .name = by_bytes_of_text("Office"),
                                    .signer = later->root.public_key}};
    struct by_writer log = start_log(maker, &later->device, 0xd1, &network->id);

    act.device.certificate.device = later->device.public_key;
    act.device.certificate.transport = later->transport.public_key;
    by_certificate_sign_for(&act.device.certificate, &network->guest.root.public_key, &later->root,
                            &network->id);
    network->last_act = add_act(maker, &log, "device by the new key", &act, &network->last_act, 1);
    by_writer_deinit(&log);
}

static void revoke_device(struct maker *maker, struct network *network)
{
    struct by_act act = {.kind = BY_KIND_LOWER,
                         .lower = {.is_device = true,
                                   .organisation = network->guest.root.public_key,
                                   .device = network->later.device.public_key,
                                   .cut = {.acts = &network->last_act, .act_count = 1},
                                   .has_root = true,
                                   .signer = network->later.root.public_key}};

    by_revocation_sign(&act, &network->later.root, &network->id);
    network->last_act = add_act(maker, &network->guest_acts, "revocation by the new key", &act,
                                &network->last_act, 1);
}

void print_later_acts(struct maker *maker, struct network *network)
{
    invite_with_digits(maker, network);
    raise_for_a_while(maker, network);
    name_device(maker, network);
    change_key(maker, network);
    add_device(maker, network);
    revoke_device(maker, network);
}

void print_digits(struct maker *maker, const struct by_id *join)
{
    char digits[BY_JOIN_DIGITS_BYTES];

    need(by_join_digits(join, digits));
    by_json_key(&maker->json, "confirm");
    by_json_object_begin(&maker->json);
    print_id(maker, "join", join);
    by_json_key(&maker->json, "digits");
    by_json_literal(&maker->json, digits);
    by_json_object_end(&maker->json);
}
