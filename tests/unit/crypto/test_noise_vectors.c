/*
 * The handshake machine against the vectors of cacophony, for every pattern without pre-shared
 * keys: the more tables it runs, the more of it is checked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypto/noise.h"

#define ROOM_BYTES 1024
#define VECTORS    "vectors/noise/cacophony-25519_ChaChaPoly_SHA256.json"

#define E  BY_NOISE_E
#define S  BY_NOISE_S
#define EE BY_NOISE_EE
#define ES BY_NOISE_ES
#define SE BY_NOISE_SE
#define SS BY_NOISE_SS
#define ROW(text, initiator, responder, ...)                                                       \
    {                                                                                              \
        .name = "Noise_" text "_25519_ChaChaPoly_SHA256", .knows_initiator = (initiator),          \
        .knows_responder = (responder), .messages = {                                              \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* clang-format off */
static const struct by_noise_pattern patterns[] = {
    ROW("N", false, true, {E, ES}),
    ROW("K", true, true, {E, ES, SS}),
    ROW("X", false, true, {E, ES, S, SS}),
    ROW("NN", false, false, {E}, {E, EE}),
    ROW("NK", false, true, {E, ES}, {E, EE}),
    ROW("NX", false, false, {E}, {E, EE, S, ES}),
    ROW("XN", false, false, {E}, {E, EE}, {S, SE}),
    ROW("XX", false, false, {E}, {E, EE, S, ES}, {S, SE}),
    ROW("KN", true, false, {E}, {E, EE, SE}),
    ROW("KK", true, true, {E, ES, SS}, {E, EE, SE}),
    ROW("KX", true, false, {E}, {E, EE, SE, S, ES}),
    ROW("IN", false, false, {E, S}, {E, EE, SE}),
    ROW("IK", false, true, {E, ES, S, SS}, {E, EE, SE}),
    ROW("IX", false, false, {E, S}, {E, EE, SE, S, ES}),
    ROW("NK1", false, true, {E}, {E, EE, ES}),
    ROW("NX1", false, false, {E}, {E, EE, S}, {ES}),
    ROW("X1N", false, false, {E}, {E, EE}, {S}, {SE}),
    ROW("X1K", false, true, {E, ES}, {E, EE}, {S}, {SE}),
    ROW("XK1", false, true, {E}, {E, EE, ES}, {S, SE}),
    ROW("X1K1", false, true, {E}, {E, EE, ES}, {S}, {SE}),
    ROW("X1X", false, false, {E}, {E, EE, S, ES}, {S}, {SE}),
    ROW("XX1", false, false, {E}, {E, EE, S}, {ES, S, SE}),
    ROW("X1X1", false, false, {E}, {E, EE, S}, {ES, S}, {SE}),
    ROW("K1N", true, false, {E}, {E, EE}, {SE}),
    ROW("K1K", true, true, {E, ES}, {E, EE}, {SE}),
    ROW("KK1", true, true, {E}, {E, EE, SE, ES}),
    ROW("K1K1", true, true, {E}, {E, EE, ES}, {SE}),
    ROW("K1X", true, false, {E}, {E, EE, S, ES}, {SE}),
    ROW("KX1", true, false, {E}, {E, EE, SE, S}, {ES}),
    ROW("K1X1", true, false, {E}, {E, EE, S}, {SE, ES}),
    ROW("I1N", false, false, {E, S}, {E, EE}, {SE}),
    ROW("I1K", false, true, {E, ES, S}, {E, EE}, {SE}),
    ROW("IK1", false, true, {E, S}, {E, EE, SE, ES}),
    ROW("I1K1", false, true, {E, S}, {E, EE, ES}, {SE}),
    ROW("I1X", false, false, {E, S}, {E, EE, S, ES}, {SE}),
    ROW("IX1", false, false, {E, S}, {E, EE, SE, S}, {ES}),
    ROW("I1X1", false, false, {E, S}, {E, EE, S}, {SE, ES}),
};
/* clang-format on */

#undef E
#undef S
#undef EE
#undef ES
#undef SE
#undef SS

#define PATTERN_COUNT (sizeof patterns / sizeof patterns[0])

static const struct by_noise_pattern *find_pattern(const char *name)
{
    if (strcmp(name, by_noise_xk.name) == 0)
        return &by_noise_xk; /* the shipped table */
    for (size_t i = 0; i < PATTERN_COUNT; i++) {
        if (strcmp(name, patterns[i].name) == 0)
            return &patterns[i];
    }
    return NULL;
}

struct field {
    uint8_t data[ROOM_BYTES];
    size_t size; /* 0 where the vector has no such field */
};

static uint8_t nibble(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void read_hex(const json_t *object, const char *name, struct field *out_field)
{
    const char *hex = json_string_value(json_object_get(object, name));

    out_field->size = hex == NULL ? 0 : strlen(hex) / 2;
    assert_true(out_field->size <= ROOM_BYTES);
    for (size_t i = 0; i < out_field->size; i++)
        out_field->data[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* A key pair whose secret is the vector's bytes; NULL where the vector has none. */
static const struct by_box_key *
read_pair(const json_t *vector, const char *name, struct by_box_key *room)
{
    const struct by_id base_point = {{9}};
    struct field secret;

    read_hex(vector, name, &secret);
    if (secret.size == 0)
        return NULL;
    memcpy(room->secret, secret.data, sizeof room->secret);
    assert_int_equal(by_x25519(room->secret, &base_point, room->public_key.bytes), BANYAN_OK);
    return room;
}

static const struct by_id *read_id(const json_t *vector, const char *name, struct by_id *room)
{
    struct field key;

    read_hex(vector, name, &key);
    if (key.size == 0)
        return NULL;
    memcpy(room->bytes, key.data, sizeof room->bytes);
    return room;
}

static void init_side(struct by_noise *side, const struct by_noise_pattern *pattern,
                      const json_t *vector, bool is_initiator)
{
    struct by_box_key own_static, ephemeral;
    struct by_id peer;
    struct field prologue;
    struct by_noise_keys keys = {
        .own_static = read_pair(vector, is_initiator ? "init_static" : "resp_static", &own_static),
        .own_ephemeral =
            read_pair(vector, is_initiator ? "init_ephemeral" : "resp_ephemeral", &ephemeral),
        .peer_static =
            read_id(vector, is_initiator ? "init_remote_static" : "resp_remote_static", &peer),
    };

    read_hex(vector, is_initiator ? "init_prologue" : "resp_prologue", &prologue);
    by_noise_init(side, pattern, is_initiator, by_bytes_of(prologue.data, prologue.size), &keys);
}

static bool same(const uint8_t *bytes, size_t size, const struct field *expected)
{
    return size == expected->size && memcmp(bytes, expected->data, size) == 0;
}

static bool pass_handshake(struct by_noise *from, struct by_noise *to, const struct field *payload,
                           const struct field *message)
{
    size_t overhead = by_noise_overhead_bytes(from);
    uint8_t room[2 * ROOM_BYTES];

    return overhead == by_noise_overhead_bytes(to) &&
           by_noise_write(from, by_bytes_of(payload->data, payload->size), room) == BANYAN_OK &&
           same(room, payload->size + overhead, message) &&
           by_noise_read(to, by_bytes_of(message->data, message->size), room) == BANYAN_OK &&
           same(room, message->size - overhead, payload);
}

static bool pass_transport(struct by_noise_cipher *from, struct by_noise_cipher *to,
                           const struct field *payload, const struct field *message)
{
    struct by_bytes nothing = {NULL, 0};
    uint8_t room[2 * ROOM_BYTES];

    return by_noise_seal(from, nothing, by_bytes_of(payload->data, payload->size), room) ==
               BANYAN_OK &&
           same(room, payload->size + BY_NOISE_TAG_BYTES, message) &&
           by_noise_open(to, nothing, by_bytes_of(message->data, message->size), room) ==
               BANYAN_OK &&
           same(room, message->size - BY_NOISE_TAG_BYTES, payload);
}

struct pair {
    struct by_noise sides[2]; /* initiator, responder */
    struct by_noise_cipher send[2];
    struct by_noise_cipher receive[2];
    bool is_split;
};

static bool split_pair(struct pair *pair, const json_t *vector)
{
    struct field hash;

    read_hex(vector, "handshake_hash", &hash);
    for (size_t i = 0; i < 2; i++) {
        if (!by_noise_is_complete(&pair->sides[i]))
            return false;
        by_noise_split(&pair->sides[i], &pair->send[i], &pair->receive[i]);
        if (!same(pair->sides[i].hash, sizeof pair->sides[i].hash, &hash))
            return false;
    }
    pair->is_split = true;
    return true;
}

static bool check_vector(const struct by_noise_pattern *pattern, const json_t *vector)
{
    bool one_way = pattern->messages[1][0] == BY_NOISE_END;
    struct pair pair = {.is_split = false};
    struct field payload, message;
    const json_t *item;
    size_t i;

    init_side(&pair.sides[0], pattern, vector, true);
    init_side(&pair.sides[1], pattern, vector, false);
    json_array_foreach(json_object_get(vector, "messages"), i, item)
    {
        size_t from = one_way ? 0 : i % 2;

        read_hex(item, "payload", &payload);
        read_hex(item, "ciphertext", &message);
        if (!pair.is_split && by_noise_is_complete(&pair.sides[0]) && !split_pair(&pair, vector))
            return false;
        if (pair.is_split
                ? !pass_transport(&pair.send[from], &pair.receive[1 - from], &payload, &message)
                : !pass_handshake(&pair.sides[from], &pair.sides[1 - from], &payload, &message))
            return false;
    }
    return pair.is_split;
}

static void both_sides_of_every_pattern_give_cacophonys_bytes(void **state)
{
    json_t *root = json_load_file(BY_TEST_SHARED "/" VECTORS, 0, NULL);
    json_t *vector;
    size_t i;
    size_t checked = 0;
    size_t failures = 0;

    (void)state;
    if (root == NULL) {
        print_message("skipped: no %s/%s\n", BY_TEST_SHARED, VECTORS);
        skip();
    }
    json_array_foreach(json_object_get(root, "vectors"), i, vector)
    {
        const char *name = json_string_value(json_object_get(vector, "protocol_name"));
        const struct by_noise_pattern *pattern = find_pattern(name);

        if (pattern == NULL) {
            assert_non_null(strstr(name, "psk")); /* the only ones without a table */
            continue;
        }
        checked++;
        if (!check_vector(pattern, vector)) {
            print_error("%s\n", name);
            failures++;
        }
    }
    json_decref(root);
    assert_int_equal(failures, 0);
    assert_int_equal(checked, PATTERN_COUNT + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_every_pattern_give_cacophonys_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
