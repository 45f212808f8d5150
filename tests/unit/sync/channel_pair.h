/*
 * Two channels that talk through buffers, each remembering what it was told.
 */
#ifndef BY_TEST_CHANNEL_PAIR_H
#define BY_TEST_CHANNEL_PAIR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/noise.h"
#include "sync/channel.h"
#include "sync/channel_frame.h"

#define ROOM_BYTES (4u * 1024u * 1024u)
#define START_MS   5000u

#define MESSAGE_1_BYTES (2u + 32u + 12u + 16u)
#define MESSAGE_3_BYTES (2u + 48u + 16u)

enum { INITIATOR, RESPONDER };

struct side {
    struct by_channel *channel;
    struct by_buffer out;
    struct by_buffer heard; /* the last message or goodbye */
    size_t peers;           /* events */
    size_t messages;
    size_t goodbyes;
    enum banyan_status status;
};
struct pair {
    struct side sides[2];
    struct by_channel_config configs[2];
    struct by_box_key keys[2];
    uint64_t now_ms;
};

static inline struct by_box_key box_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

/* Configurations that fit each other; tests bend them before pair_begin. */
static inline void pair_config(struct pair *pair)
{
    memset(pair, 0, sizeof *pair);
    pair->now_ms = START_MS;
    for (size_t i = 0; i < 2; i++) {
        pair->keys[i] = box_key((uint8_t)(1 + i));
        pair->configs[i] = (struct by_channel_config){
            .network = {{7, 7, 7}},
            .own_static = &pair->keys[i],
            .ephemeral_seed = {{(uint8_t)(11 + i)}},
            .hello = {1, 1, 5},
        };
        pair->sides[i].out.size_max = ROOM_BYTES;
        pair->sides[i].heard.size_max = ROOM_BYTES;
    }
    pair->configs[INITIATOR].peer_static = &pair->keys[RESPONDER].public_key;
}

static inline void pair_begin(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(by_channel_new(&pair->configs[i], pair->now_ms, &pair->sides[i].out,
                                        &pair->sides[i].channel),
                         BANYAN_OK);
}

static inline void pair_end(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        by_channel_free(pair->sides[i].channel);
        by_buffer_deinit(&pair->sides[i].out);
        by_buffer_deinit(&pair->sides[i].heard);
    }
}

static inline void note_event(struct side *side, const struct by_channel_event *event)
{
    side->peers += event->kind == BY_CHANNEL_PEER;
    side->messages += event->kind == BY_CHANNEL_MESSAGE;
    side->goodbyes += event->kind == BY_CHANNEL_GOODBYE;
    if (event->kind == BY_CHANNEL_MESSAGE || event->kind == BY_CHANNEL_GOODBYE) {
        side->heard.size = 0;
        assert_int_equal(by_buffer_append_bytes(&side->heard, event->message), BANYAN_OK);
    }
}

/* Feed in portions of step; what the channel does not take yet is handed back. */
static inline struct by_bytes feed(struct pair *pair, size_t to, struct by_bytes bytes, size_t step)
{
    struct side *side = &pair->sides[to];

    while (bytes.size > 0 && side->status == BANYAN_OK) {
        size_t size = bytes.size < step ? bytes.size : step;
        struct by_bytes portion = {bytes.data, size};
        struct by_channel_event event = {.kind = BY_CHANNEL_PEER};
        size_t taken = 0;

        while (event.kind != BY_CHANNEL_NOTHING && side->status == BANYAN_OK) {
            side->status =
                by_channel_feed(side->channel, pair->now_ms, &portion, &side->out, &event);
            if (side->status == BANYAN_OK)
                note_event(side, &event);
        }
        taken = size - portion.size;
        bytes = by_bytes_of(bytes.data + taken, bytes.size - taken);
        if (taken < size)
            break; /* it waits for a verdict */
    }
    return bytes;
}

/* Carry what one side wrote to the other; all of it is taken (asserted). */
static inline void carry(struct pair *pair, size_t from)
{
    struct by_buffer *out = &pair->sides[from].out;

    (void)feed(pair, 1 - from, by_buffer_bytes(out), ROOM_BYTES);
    out->size = 0;
}

/* The handshake as far as message number 0 to 2 lies in its writer's buffer; returns the writer. */
static inline size_t pair_at(struct pair *pair, size_t message)
{
    pair_config(pair);
    pair_begin(pair);
    for (size_t i = 0; i < message; i++)
        carry(pair, i % 2);
    return message % 2;
}

static inline void pair_shake(struct pair *pair)
{
    carry(pair, INITIATOR);
    carry(pair, RESPONDER);
    carry(pair, INITIATOR);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pair->sides[i].status, BANYAN_OK);
        assert_int_equal(pair->sides[i].peers, 1);
        assert_int_equal(by_channel_state(pair->sides[i].channel), BY_CHANNEL_ASKING);
    }
}

static inline void pair_open(struct pair *pair)
{
    pair_config(pair);
    pair_begin(pair);
    pair_shake(pair);
    for (size_t i = 0; i < 2; i++)
        by_channel_accept(pair->sides[i].channel, pair->now_ms, BY_CHANNEL_OPEN);
}

static inline enum banyan_status
send(struct pair *pair, size_t from, struct by_bytes message, bool is_padded)
{
    return by_channel_send(pair->sides[from].channel, message, is_padded, &pair->sides[from].out);
}

static inline struct by_bytes heard(const struct pair *pair, size_t at)
{
    return by_buffer_bytes(&pair->sides[at].heard);
}

/* Failed for good, without a byte to write. */
static inline void assert_silent(struct pair *pair, size_t at)
{
    struct side *side = &pair->sides[at];
    struct by_channel_event event;
    struct by_bytes more = by_bytes_of_text("more");

    assert_int_equal(by_channel_state(side->channel), BY_CHANNEL_FAILED);
    assert_int_not_equal(side->status, BANYAN_OK);
    assert_int_equal(by_channel_feed(side->channel, pair->now_ms, &more, &side->out, &event),
                     side->status);
    assert_int_equal(send(pair, at, more, false), side->status);
    assert_int_equal(by_channel_goodbye(side->channel, pair->now_ms, more, &side->out),
                     side->status);
    assert_int_equal(by_channel_tick(side->channel, pair->now_ms, &side->out), side->status);
    assert_int_equal(by_channel_end(side->channel), side->status);
    assert_true(by_channel_deadline_ms(side->channel) == UINT64_MAX);
    assert_true(by_id_is_zero(by_channel_peer(side->channel)));
    assert_int_equal(side->out.size, 0);
}

#endif
