#include "sync/channel.h"

#include "crypto/noise.h"
#include "sync/channel_frame.h"

#define NAME                "banyan"
#define PROLOGUE_BYTES      (sizeof NAME - 1 + 1 + sizeof(struct by_id))
#define SHAKE_OVERHEAD_MAX  64u /* of XK's messages: keys and tags */
#define SHAKE_BYTES_MAX     (BY_FRAME_SIZE_BYTES + SHAKE_OVERHEAD_MAX + BY_HELLO_BYTES_MAX)
#define SHAKE_MESSAGE_COUNT 3u

struct by_channel {
    enum by_channel_state state;
    enum banyan_status status; /* the failure, when FAILED */
    uint64_t start_ms;
    uint64_t deadline_ms;
    struct by_hello own_hello;
    struct by_hello peer_hello;
    uint16_t version;
    uint64_t features;
    size_t message_bytes_max;
    size_t limited_bytes; /* received while LIMITED */
    struct by_noise noise;
    struct by_noise_cipher send;
    struct by_frame_reader reader;
    size_t shake_size;
    uint8_t shake[SHAKE_BYTES_MAX]; /* a message of the handshake as it comes in */
};

/* Beside the state, a stranger costs what out grows to for one message of ours, doubled by growth.
 */
static_assert(sizeof(struct by_channel) + 2 * SHAKE_BYTES_MAX <= BY_STRANGER_BYTES_MAX,
              "a stranger costs little memory");

/* -- life -- */
static enum banyan_status fail(struct by_channel *channel, enum banyan_status status)
{
    by_noise_deinit(&channel->noise);
    by_secret_wipe(&channel->send, sizeof channel->send);
    by_frame_reader_deinit(&channel->reader);
    by_secret_wipe(channel->shake, sizeof channel->shake);
    channel->state = BY_CHANNEL_FAILED;
    channel->status = status;
    channel->deadline_ms = UINT64_MAX;
    return status;
}

static void init_noise(struct by_channel *channel, const struct by_channel_config *config)
{
    uint8_t prologue[PROLOGUE_BYTES] = NAME;
    struct by_box_key ephemeral;

    prologue[sizeof NAME - 1] = BY_CHANNEL_MAJOR;
    memcpy(prologue + sizeof NAME, config->network.bytes, sizeof config->network.bytes);
    by_box_key_from_seed(&config->ephemeral_seed, &ephemeral);
    by_noise_init(&channel->noise, &by_noise_xk, config->peer_static != NULL,
                  by_bytes_of(prologue, sizeof prologue),
                  &(struct by_noise_keys){config->own_static, &ephemeral, config->peer_static});
    by_secret_wipe(&ephemeral, sizeof ephemeral);
}

static enum banyan_status
write_shake(struct by_channel *channel, struct by_bytes payload, struct by_buffer *out)
{
    size_t size = by_noise_overhead_bytes(&channel->noise) + payload.size;
    size_t start = out->size;
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, BY_FRAME_SIZE_BYTES + size, &at);

    if (status != BANYAN_OK)
        return status;
    by_put_u16le(at, (uint16_t)size);
    status = by_noise_write(&channel->noise, payload, at + BY_FRAME_SIZE_BYTES);
    if (status != BANYAN_OK)
        out->size = start;
    return status;
}

static enum banyan_status write_hello(struct by_channel *channel, struct by_buffer *out)
{
    uint8_t hello[BY_HELLO_BYTES];

    by_hello_put(&channel->own_hello, hello);
    return write_shake(channel, by_bytes_of(hello, sizeof hello), out);
}

enum banyan_status by_channel_new(const struct by_channel_config *config, uint64_t now_ms,
                                  struct by_buffer *out, struct by_channel **out_channel)
{
    struct by_channel *channel = NULL;
    enum banyan_status status = BANYAN_OK;

    assert(config->hello.version_min > 0 && config->hello.version_min <= config->hello.version_max);
    channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return BANYAN_ERR_MEMORY;
    channel->start_ms = now_ms;
    channel->deadline_ms = now_ms + BY_FIRST_MESSAGE_MS_MAX;
    channel->own_hello = config->hello;
    channel->message_bytes_max =
        config->message_bytes_max > 0 ? config->message_bytes_max : BY_MESSAGE_BYTES_MAX;
    init_noise(channel, config);
    if (by_noise_is_turn(&channel->noise))
        status = write_hello(channel, out);
    if (status != BANYAN_OK) {
        by_channel_free(channel);
        return status;
    }
    *out_channel = channel;
    return BANYAN_OK;
}

void by_channel_free(struct by_channel *channel)
{
    if (channel == NULL)
        return;
    (void)fail(channel, BANYAN_OK);
    free(channel);
}

/* -- handshake -- */

/* Message 3 has no payload, the others a hello. */
static enum banyan_status check_shake_size(const struct by_channel *channel, size_t size)
{
    bool is_last = channel->noise.next == SHAKE_MESSAGE_COUNT - 1;
    size_t overhead = by_noise_overhead_bytes(&channel->noise);

    if (size < overhead + (is_last ? 0 : BY_HELLO_BYTES))
        return BANYAN_ERR_TRUNCATED;
    if (size > overhead + (is_last ? 0 : BY_HELLO_BYTES_MAX))
        return BANYAN_ERR_TOO_LARGE;
    return BANYAN_OK;
}

/* Until size bytes of the message are there; more may be already. */
static void gather_shake(struct by_channel *channel, struct by_bytes *bytes, size_t size)
{
    size_t lacking = size > channel->shake_size ? size - channel->shake_size : 0;
    size_t taken = lacking < bytes->size ? lacking : bytes->size;

    assert(size <= sizeof channel->shake);
    if (taken == 0)
        return;
    memcpy(channel->shake + channel->shake_size, bytes->data, taken);
    channel->shake_size += taken;
    *bytes = by_bytes_of(bytes->data + taken, bytes->size - taken);
}

static void establish(struct by_channel *channel, struct by_channel_event *event)
{
    struct by_noise_cipher receive;

    by_noise_split(&channel->noise, &channel->send, &receive);
    by_frame_reader_init(&channel->reader, &receive, channel->message_bytes_max);
    by_secret_wipe(&receive, sizeof receive);
    channel->state = BY_CHANNEL_ASKING;
    event->kind = BY_CHANNEL_PEER;
}

/* A responder answers even where no version is shared: the caller has proved what it knows. */
static enum banyan_status
meet(struct by_channel *channel, struct by_bytes payload, struct by_buffer *out)
{
    bool is_responder = channel->noise.next == 1;
    enum banyan_status status =
        by_hello_get(payload, channel->own_hello.version_max, &channel->peer_hello);

    if (status == BANYAN_OK && is_responder)
        status = write_hello(channel, out);
    if (status == BANYAN_OK)
        status = by_hello_agree(&channel->own_hello, &channel->peer_hello, &channel->version,
                                &channel->features);
    if (status == BANYAN_OK && !is_responder)
        status = write_shake(channel, by_bytes_of(NULL, 0), out);
    return status;
}

static enum banyan_status
read_shake(struct by_channel *channel, struct by_buffer *out, struct by_channel_event *event)
{
    struct by_bytes message = {channel->shake + BY_FRAME_SIZE_BYTES,
                               channel->shake_size - BY_FRAME_SIZE_BYTES};
    uint8_t payload[BY_HELLO_BYTES_MAX];
    size_t payload_size = message.size - by_noise_overhead_bytes(&channel->noise);
    enum banyan_status status = by_noise_read(&channel->noise, message, payload);

    channel->shake_size = 0;
    channel->deadline_ms = channel->start_ms + BY_HANDSHAKE_MS_MAX;
    if (status == BANYAN_OK && channel->noise.next < SHAKE_MESSAGE_COUNT)
        status = meet(channel, by_bytes_of(payload, payload_size), out);
    if (status == BANYAN_OK && by_noise_is_complete(&channel->noise))
        establish(channel, event);
    return status;
}

static enum banyan_status feed_shake(struct by_channel *channel, struct by_bytes *bytes,
                                     struct by_buffer *out, struct by_channel_event *event)
{
    enum banyan_status status = BANYAN_OK;

    while (bytes->size > 0 && status == BANYAN_OK && channel->state == BY_CHANNEL_SHAKING) {
        size_t size = 0;

        gather_shake(channel, bytes, BY_FRAME_SIZE_BYTES);
        if (channel->shake_size < BY_FRAME_SIZE_BYTES)
            break;
        size = by_get_u16le(channel->shake);
        status = check_shake_size(channel, size);
        if (status != BANYAN_OK)
            break;
        gather_shake(channel, bytes, BY_FRAME_SIZE_BYTES + size);
        if (channel->shake_size == BY_FRAME_SIZE_BYTES + size)
            status = read_shake(channel, out, event);
    }
    return status;
}

/* -- session -- */
static void end(struct by_channel *channel, uint64_t now_ms)
{
    channel->state = BY_CHANNEL_ENDED;
    channel->deadline_ms = now_ms + BY_GOODBYE_MS_MAX;
}

static enum banyan_status count_limited(struct by_channel *channel, size_t size)
{
    if (channel->state != BY_CHANNEL_LIMITED)
        return BANYAN_OK;
    channel->limited_bytes += size;
    return channel->limited_bytes > BY_LIMITED_BYTES_MAX ? BANYAN_ERR_TOO_LARGE : BANYAN_OK;
}

static enum banyan_status feed_frames(struct by_channel *channel, uint64_t now_ms,
                                      struct by_bytes *bytes, struct by_channel_event *event)
{
    enum by_frame_kind kind = BY_FRAME_MORE;
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && kind == BY_FRAME_MORE) {
        size_t size = 0;

        status = by_frame_read(&channel->reader, bytes, &kind, &size);
        if (status == BANYAN_OK)
            status = count_limited(channel, size);
    }
    if (status != BANYAN_OK || kind == BY_FRAME_NONE)
        return status;
    event->kind = kind == BY_FRAME_GOODBYE ? BY_CHANNEL_GOODBYE : BY_CHANNEL_MESSAGE;
    event->message = by_buffer_bytes(&channel->reader.message);
    if (kind == BY_FRAME_GOODBYE)
        end(channel, now_ms);
    return BANYAN_OK;
}

static enum banyan_status step(struct by_channel *channel, uint64_t now_ms, struct by_bytes *bytes,
                               struct by_buffer *out, struct by_channel_event *event)
{
    switch (channel->state) {
    case BY_CHANNEL_SHAKING:
        return feed_shake(channel, bytes, out, event);
    case BY_CHANNEL_LIMITED:
    case BY_CHANNEL_OPEN:
        return feed_frames(channel, now_ms, bytes, event);
    case BY_CHANNEL_ASKING:
        return BANYAN_OK;
    case BY_CHANNEL_ENDED:
        bytes->size = 0;
        return BANYAN_OK;
    case BY_CHANNEL_FAILED:
        break;
    }
    return channel->status;
}

enum banyan_status by_channel_feed(struct by_channel *channel, uint64_t now_ms,
                                   struct by_bytes *bytes, struct by_buffer *out,
                                   struct by_channel_event *out_event)
{
    struct by_channel_event event = {.kind = BY_CHANNEL_NOTHING};
    enum banyan_status status = by_channel_tick(channel, now_ms, out);

    if (status == BANYAN_OK)
        status = step(channel, now_ms, bytes, out, &event);
    if (status != BANYAN_OK)
        return fail(channel, status);
    *out_event = event;
    return BANYAN_OK;
}

void by_channel_accept(struct by_channel *channel, uint64_t now_ms, enum by_channel_state state)
{
    if (channel->state == BY_CHANNEL_ENDED || channel->state == BY_CHANNEL_FAILED)
        return;
    assert(state == BY_CHANNEL_OPEN || state == BY_CHANNEL_LIMITED);
    assert(channel->state == BY_CHANNEL_ASKING ||
           (channel->state == BY_CHANNEL_LIMITED && state == BY_CHANNEL_OPEN));
    channel->state = state;
    channel->deadline_ms = state == BY_CHANNEL_OPEN ? channel->start_ms + BY_SESSION_MS_MAX
                                                    : now_ms + BY_LIMITED_MS_MAX;
}

static enum banyan_status check_open(const struct by_channel *channel, bool is_asking_enough)
{
    switch (channel->state) {
    case BY_CHANNEL_SHAKING:
        return BANYAN_ERR_DENIED;
    case BY_CHANNEL_ASKING:
        return is_asking_enough ? BANYAN_OK : BANYAN_ERR_DENIED;
    case BY_CHANNEL_LIMITED:
    case BY_CHANNEL_OPEN:
        return BANYAN_OK;
    case BY_CHANNEL_ENDED:
        return BANYAN_ERR_NETWORK;
    case BY_CHANNEL_FAILED:
        break;
    }
    return channel->status;
}

enum banyan_status by_channel_send(struct by_channel *channel, struct by_bytes message,
                                   bool is_padded, struct by_buffer *out)
{
    enum banyan_status status = check_open(channel, false);

    if (status != BANYAN_OK)
        return status;
    if (message.size == 0)
        return BANYAN_ERR_USAGE;
    if (message.size > channel->message_bytes_max)
        return BANYAN_ERR_TOO_LARGE;
    return by_frame_write(&channel->send, message, BY_FRAME_LAST, is_padded, out);
}

enum banyan_status by_channel_goodbye(struct by_channel *channel, uint64_t now_ms,
                                      struct by_bytes message, struct by_buffer *out)
{
    enum banyan_status status = check_open(channel, true);

    if (status == BANYAN_OK && message.size > channel->message_bytes_max)
        status = BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_frame_write(&channel->send, message, BY_FRAME_GOODBYE, true, out);
    if (status == BANYAN_OK)
        end(channel, now_ms);
    return status;
}

uint64_t by_channel_deadline_ms(const struct by_channel *channel)
{
    return channel->deadline_ms;
}

enum banyan_status
by_channel_tick(struct by_channel *channel, uint64_t now_ms, struct by_buffer *out)
{
    if (channel->state == BY_CHANNEL_FAILED)
        return channel->status;
    if (now_ms < channel->deadline_ms)
        return BANYAN_OK;
    if (channel->state == BY_CHANNEL_OPEN &&
        by_channel_goodbye(channel, now_ms, by_bytes_of(NULL, 0), out) == BANYAN_OK)
        return BANYAN_OK;
    return fail(channel, BANYAN_ERR_NETWORK);
}

enum banyan_status by_channel_end(struct by_channel *channel)
{
    if (channel->state == BY_CHANNEL_ENDED)
        return BANYAN_OK;
    if (channel->state == BY_CHANNEL_FAILED)
        return channel->status;
    return fail(channel, BANYAN_ERR_TRUNCATED);
}

/* -- readers -- */
enum by_channel_state by_channel_state(const struct by_channel *channel)
{
    return channel->state;
}

const struct by_id *by_channel_peer(const struct by_channel *channel)
{
    return &channel->noise.peer_static;
}

const uint8_t *by_channel_binding(const struct by_channel *channel)
{
    return channel->noise.hash;
}

uint16_t by_channel_version(const struct by_channel *channel)
{
    return channel->version;
}

uint64_t by_channel_features(const struct by_channel *channel)
{
    return channel->features;
}

const struct by_hello *by_channel_peer_hello(const struct by_channel *channel)
{
    return &channel->peer_hello;
}
