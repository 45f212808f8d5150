/*
 * A responder's channel, fed whole and in portions: both give the same outcome.
 *
 * First byte: 0 the rest is what a stranger sends; 1 it is the payload of message 1, well sealed;
 * 2 it follows a good handshake; 3 it is plain texts, each a size u16 and its bytes, sent as frames
 * of a good session; 4 it is laid over a good conversation by exclusive or.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/noise.h"
#include "sync/channel.h"
#include "sync/channel_frame.h"

#define STREAM_BYTES_MAX  (1024u * 1024u)
#define MESSAGE_BYTES_MAX 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct by_box_key box_key(uint8_t first)
{
    struct by_seed seed = {{first}};
    struct by_box_key key;

    by_box_key_from_seed(&seed, &key);
    return key;
}

static struct by_channel *new_responder(struct by_buffer *out)
{
    struct by_box_key own = box_key(1);
    struct by_channel_config config = {.own_static = &own,
                                       .ephemeral_seed = {{2}},
                                       .hello = {1, 1, 1},
                                       .message_bytes_max = MESSAGE_BYTES_MAX};
    struct by_channel *channel = NULL;

    assert(by_channel_new(&config, 0, out, &channel) == BANYAN_OK);
    return channel;
}

/* What came of a stream. */
struct outcome {
    enum banyan_status status;
    enum by_channel_state state;
    size_t written;
    struct by_buffer heard; /* kind, size and bytes of each message */
};

static void note(struct outcome *outcome, const struct by_channel_event *event)
{
    uint8_t kind = (uint8_t)event->kind;

    assert(event->message.size <= MESSAGE_BYTES_MAX);
    assert(by_buffer_append_u8(&outcome->heard, kind) == BANYAN_OK);
    assert(by_buffer_append_varint(&outcome->heard, event->message.size) == BANYAN_OK);
    assert(by_buffer_append_bytes(&outcome->heard, event->message) == BANYAN_OK);
}

static void feed(struct by_channel *channel, struct by_bytes bytes, struct by_buffer *out,
                 struct outcome *outcome)
{
    struct by_channel_event event = {.kind = BY_CHANNEL_PEER};

    while (outcome->status == BANYAN_OK && event.kind != BY_CHANNEL_NOTHING) {
        outcome->status = by_channel_feed(channel, 0, &bytes, out, &event);
        if (outcome->status != BANYAN_OK)
            break;
        if (event.kind != BY_CHANNEL_NOTHING)
            note(outcome, &event);
        if (event.kind == BY_CHANNEL_PEER)
            by_channel_accept(channel, 0, BY_CHANNEL_OPEN);
    }
    assert(outcome->status != BANYAN_OK || bytes.size == 0);
}

static struct outcome run(struct by_bytes stream, size_t step)
{
    struct outcome outcome = {.heard = BY_BUFFER_INIT(4 * STREAM_BYTES_MAX)};
    struct by_buffer out = BY_BUFFER_INIT(STREAM_BYTES_MAX);
    struct by_channel *channel = new_responder(&out);

    while (stream.size > 0 && outcome.status == BANYAN_OK) {
        size_t size = stream.size < step ? stream.size : step;

        feed(channel, by_bytes_of(stream.data, size), &out, &outcome);
        stream = by_bytes_of(stream.data + size, stream.size - size);
    }
    outcome.state = by_channel_state(channel);
    outcome.written = out.size;
    by_channel_free(channel);
    by_buffer_deinit(&out);
    return outcome;
}

/* The outcome of the whole; the caller frees what it heard. */
static struct outcome try_stream(struct by_bytes stream)
{
    struct outcome whole = run(stream, stream.size);
    struct outcome portions = run(stream, 61);

    assert(whole.status == portions.status && whole.state == portions.state);
    assert(whole.written == portions.written);
    assert(by_bytes_equal(by_buffer_bytes(&whole.heard), by_buffer_bytes(&portions.heard)));
    by_buffer_deinit(&portions.heard);
    return whole;
}

/* -- a peer that knows the keys -- */
struct peer {
    struct by_noise noise;
    struct by_noise_cipher send;
    struct by_buffer stream;
};

static void put_shake(struct peer *peer, struct by_bytes payload)
{
    size_t size = by_noise_overhead_bytes(&peer->noise) + payload.size;
    uint8_t *at = NULL;

    assert(by_buffer_extend(&peer->stream, 2 + size, &at) == BANYAN_OK);
    by_put_u16le(at, (uint16_t)size);
    assert(by_noise_write(&peer->noise, payload, at + 2) == BANYAN_OK);
}

static void peer_begin(struct peer *peer, struct by_bytes payload)
{
    struct by_box_key keys[3] = {box_key(1), box_key(3), box_key(4)};
    const uint8_t prologue[39] = {'b', 'a', 'n', 'y', 'a', 'n', BY_CHANNEL_MAJOR};

    memset(peer, 0, sizeof *peer);
    peer->stream.size_max = 2 * STREAM_BYTES_MAX;
    by_noise_init(&peer->noise, &by_noise_xk, true, by_bytes_of(prologue, sizeof prologue),
                  &(struct by_noise_keys){&keys[1], &keys[2], &keys[0].public_key});
    put_shake(peer, payload);
}

/* The whole handshake: what the responder answers is always the same. */
static void peer_shake(struct peer *peer)
{
    const struct by_hello hello = {1, 1, 1};
    struct by_buffer out = BY_BUFFER_INIT(STREAM_BYTES_MAX);
    struct by_channel *channel = new_responder(&out);
    struct outcome outcome = {.heard = BY_BUFFER_INIT(STREAM_BYTES_MAX)};
    struct by_noise_cipher receive;
    uint8_t payload[BY_HELLO_BYTES];

    by_hello_put(&hello, payload);
    peer_begin(peer, by_bytes_of(payload, sizeof payload));
    feed(channel, by_buffer_bytes(&peer->stream), &out, &outcome);
    assert(by_noise_read(&peer->noise, by_bytes_of(out.data + 2, out.size - 2), payload) ==
           BANYAN_OK);
    put_shake(peer, by_bytes_of(NULL, 0));
    by_noise_split(&peer->noise, &peer->send, &receive);
    by_channel_free(channel);
    by_buffer_deinit(&outcome.heard);
    by_buffer_deinit(&out);
}

static void put_frame(struct peer *peer, struct by_bytes plain)
{
    size_t size = plain.size + BY_NOISE_TAG_BYTES;
    uint8_t *at = NULL;

    assert(by_buffer_extend(&peer->stream, 2 + size, &at) == BANYAN_OK);
    by_put_u16le(at, (uint16_t)size);
    assert(by_noise_seal(&peer->send, by_bytes_of(NULL, 0), plain, at + 2) == BANYAN_OK);
}

static void put_frames(struct peer *peer, struct by_bytes texts)
{
    struct by_cursor cursor = {texts};
    struct by_bytes plain;

    while (by_cursor_take(&cursor, 2, &plain) == BANYAN_OK) {
        size_t size = by_get_u16le(plain.data);

        if (size > BY_FRAME_BYTES_MAX - BY_NOISE_TAG_BYTES ||
            by_cursor_take(&cursor, size, &plain) != BANYAN_OK)
            break;
        put_frame(peer, plain);
    }
}

static void put_message(struct peer *peer, size_t size, enum by_frame_kind last)
{
    uint8_t message[MESSAGE_BYTES_MAX];

    memset(message, 'm', sizeof message);
    assert(by_frame_write(&peer->send, by_bytes_of(message, size), last, true, &peer->stream) ==
           BANYAN_OK);
}

/* -- the five ways -- */
static void try_hello(struct by_bytes payload)
{
    struct by_hello hello;
    struct outcome outcome;
    struct peer peer;
    bool good = by_hello_get(payload, 1, &hello) == BANYAN_OK;

    if (payload.size > BY_HELLO_BYTES_MAX + 16)
        return;
    peer_begin(&peer, payload);
    outcome = try_stream(by_buffer_bytes(&peer.stream));
    assert((outcome.written > 0) == good);
    assert((outcome.status == BANYAN_OK) == (good && hello.version_min == 1));
    by_buffer_deinit(&outcome.heard);
    by_buffer_deinit(&peer.stream);
}

static void try_session(struct by_bytes rest, bool is_sealed)
{
    struct outcome outcome;
    struct peer peer;

    peer_shake(&peer);
    if (is_sealed)
        put_frames(&peer, rest);
    else
        assert(by_buffer_append_bytes(&peer.stream, rest) == BANYAN_OK);
    outcome = try_stream(by_buffer_bytes(&peer.stream));
    assert(outcome.heard.size >= 2); /* the peer's key at least */
    assert(is_sealed || outcome.heard.size == 2);
    by_buffer_deinit(&outcome.heard);
    by_buffer_deinit(&peer.stream);
}

static void try_conversation(struct by_bytes mask)
{
    struct outcome outcome;
    struct peer peer;
    uint8_t changes = 0;

    peer_shake(&peer);
    put_message(&peer, 1, BY_FRAME_LAST);
    put_message(&peer, 300, BY_FRAME_LAST);
    put_message(&peer, 5, BY_FRAME_GOODBYE);
    for (size_t i = 0; i < mask.size && i < peer.stream.size; i++) {
        peer.stream.data[i] ^= mask.data[i];
        changes |= mask.data[i];
    }
    outcome = try_stream(by_buffer_bytes(&peer.stream));
    assert((outcome.state == BY_CHANNEL_ENDED) == (changes == 0));
    by_buffer_deinit(&outcome.heard);
    by_buffer_deinit(&peer.stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_bytes rest = by_bytes_of(data + 1, size - 1);
    struct outcome outcome;

    if (size < 2 || size > STREAM_BYTES_MAX / 4)
        return 0;
    switch (data[0]) {
    case 0:
        outcome = try_stream(rest);
        assert(outcome.written == 0 && outcome.heard.size == 0);
        by_buffer_deinit(&outcome.heard);
        break;
    case 1:
        try_hello(rest);
        break;
    case 2:
    case 3:
        try_session(rest, data[0] == 3);
        break;
    case 4:
        try_conversation(rest);
        break;
    default:
        break;
    }
    return 0;
}
