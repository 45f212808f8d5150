/*
 * What the encrypted channel costs without any network: handshakes of both sides on one core, next
 * to the X25519 products in them, and messages sealed and opened, next to the bare cipher. One JSON
 * object a line; see README.md.
 */
#include <sodium/crypto_aead_chacha20poly1305.h>
#include <sodium/crypto_scalarmult_curve25519.h>

#include "sample.h"
#include "sync/channel.h"

#define ROUNDS              15u
#define HANDSHAKES_IN_ROUND 100u
/* Noise XK: each side makes one key, and takes part in three products. */
#define PRODUCTS_IN_HANDSHAKE 8u
#define ROOM_BYTES            (4u * 1024u * 1024u)
#define SEALED_IN_ROUND_BYTES (8u * 1024u * 1024u)

enum { CALLER, CALLED };

struct pair {
    struct by_box_key keys[2];
    struct by_channel_config configs[2];
    struct by_channel *channels[2];
    struct by_buffer out[2];
    uint64_t seed;
};

static struct by_seed draw_seed(uint64_t *seed)
{
    struct by_seed drawn;

    for (size_t i = 0; i < sizeof drawn.bytes; i++)
        drawn.bytes[i] = (uint8_t)test_random(seed);
    return drawn;
}

static void pair_init(struct pair *pair, uint64_t seed)
{
    *pair = (struct pair){.seed = seed};
    for (size_t i = 0; i < 2; i++) {
        struct by_seed own = draw_seed(&pair->seed);

        by_box_key_from_seed(&own, &pair->keys[i]);
        pair->out[i].size_max = ROOM_BYTES;
        pair->configs[i] = (struct by_channel_config){
            .network = {{7, 7, 7}}, .own_static = &pair->keys[i], .hello = {1, 1, 0}};
    }
    pair->configs[CALLER].peer_static = &pair->keys[CALLED].public_key;
}

/* Hand over all that one side wrote; returns the messages that came out of it. */
static size_t carry(struct pair *pair, size_t from)
{
    struct by_bytes bytes = by_buffer_bytes(&pair->out[from]);
    struct by_channel_event event = {.kind = BY_CHANNEL_PEER};
    size_t messages = 0;

    while (event.kind != BY_CHANNEL_NOTHING) {
        test_runs_must_ok(
            by_channel_feed(pair->channels[1 - from], 0, &bytes, &pair->out[1 - from], &event));
        messages += event.kind == BY_CHANNEL_MESSAGE;
    }
    by_buffer_reset(&pair->out[from]);
    return messages;
}

static void pair_open(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        pair->configs[i].ephemeral_seed = draw_seed(&pair->seed);
        test_runs_must_ok(by_channel_new(&pair->configs[i], 0, &pair->out[i], &pair->channels[i]));
    }
    for (size_t message = 0; message < 3; message++)
        (void)carry(pair, message % 2);
    for (size_t i = 0; i < 2; i++)
        by_channel_accept(pair->channels[i], 0, BY_CHANNEL_OPEN);
}

static void pair_close(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        if (by_channel_state(pair->channels[i]) != BY_CHANNEL_OPEN)
            abort();
        by_channel_free(pair->channels[i]);
        by_buffer_reset(&pair->out[i]);
    }
}

static void pair_deinit(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++)
        by_buffer_deinit(&pair->out[i]);
}

/* -- handshakes -- */
static double handshakes_per_s(struct pair *pair)
{
    double start = sample_now_s();

    for (size_t i = 0; i < HANDSHAKES_IN_ROUND; i++) {
        pair_open(pair);
        pair_close(pair);
    }
    return HANDSHAKES_IN_ROUND / (sample_now_s() - start);
}

/* How many handshakes there would be if they were nothing but their products. */
static double products_per_s(const struct pair *pair)
{
    uint8_t product[32] = {1};
    double start = sample_now_s();

    for (size_t i = 0; i < HANDSHAKES_IN_ROUND * PRODUCTS_IN_HANDSHAKE; i++)
        if (crypto_scalarmult_curve25519(product, pair->keys[CALLED].public_key.bytes,
                                         pair->keys[CALLER].public_key.bytes) != 0)
            abort();
    return HANDSHAKES_IN_ROUND / (sample_now_s() - start);
}

static void measure_handshakes(struct pair *pair)
{
    double ours[ROUNDS], bare[ROUNDS], ratios[ROUNDS];

    for (size_t i = 0; i < ROUNDS; i++) {
        ours[i] = handshakes_per_s(pair);
        bare[i] = products_per_s(pair);
        ratios[i] = ours[i] / bare[i];
    }
    printf("{\"bench\":\"channel.handshake\",\"rounds\":%u,\"handshakes_in_round\":%u,"
           "\"both_sides_per_s\":%.0f,\"bare_products_per_s\":%.0f,\"ratio\":%.3f}\n",
           ROUNDS, HANDSHAKES_IN_ROUND, sample_median(ours, ROUNDS), sample_median(bare, ROUNDS),
           sample_median(ratios, ROUNDS));
}

/* -- messages -- */
struct rates {
    double seal, open; /* bytes of messages a second */
};

static struct rates message_rates(struct pair *pair, struct by_bytes message)
{
    size_t in_batch = 1 + ROOM_BYTES / 4 / message.size;
    double seal_s = 0, open_s = 0;
    size_t done = 0;

    while (done * message.size < SEALED_IN_ROUND_BYTES) {
        double start = sample_now_s(), middle = 0;

        for (size_t i = 0; i < in_batch; i++)
            test_runs_must_ok(
                by_channel_send(pair->channels[CALLER], message, false, &pair->out[CALLER]));
        middle = sample_now_s();
        if (carry(pair, CALLER) != in_batch)
            abort();
        open_s += sample_now_s() - middle;
        seal_s += middle - start;
        done += in_batch;
    }
    return (struct rates){(double)(done * message.size) / seal_s,
                          (double)(done * message.size) / open_s};
}

static double bare_seal_rate(struct by_bytes message, uint8_t *room)
{
    static const uint8_t key[32] = {3};
    size_t part = message.size < BY_FRAME_BYTES_MAX - 17 ? message.size : BY_FRAME_BYTES_MAX - 17;
    double start = sample_now_s();
    size_t done = 0;

    while (done < SEALED_IN_ROUND_BYTES) {
        uint8_t nonce[12] = {0};

        by_put_u64le(nonce, done);
        (void)crypto_aead_chacha20poly1305_ietf_encrypt(room, NULL, message.data, part, NULL, 0,
                                                        NULL, nonce, key);
        done += part;
    }
    return (double)done / (sample_now_s() - start);
}

static void measure_messages(struct pair *pair, const struct sample *sample, size_t size)
{
    struct by_bytes message = by_bytes_of(sample->text.data, size);
    uint8_t *room = test_runs_must(malloc(BY_FRAME_BYTES_MAX));
    double seal[ROUNDS], open[ROUNDS], bare[ROUNDS];

    pair_open(pair);
    for (size_t i = 0; i < ROUNDS; i++) {
        struct rates rates = message_rates(pair, message);

        seal[i] = rates.seal / 1e6;
        open[i] = rates.open / 1e6;
        bare[i] = bare_seal_rate(message, room) / 1e6;
    }
    pair_close(pair);
    free(room);
    printf("{\"bench\":\"channel.messages\",\"message_bytes\":%zu,\"seal_mb_per_s\":%.0f,"
           "\"open_mb_per_s\":%.0f,\"bare_seal_mb_per_s\":%.0f}\n",
           size, sample_median(seal, ROUNDS), sample_median(open, ROUNDS),
           sample_median(bare, ROUNDS));
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {100, 4096, 32768, BY_MESSAGE_BYTES_MAX};
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    struct sample sample;
    struct pair pair;

    if (by_crypto_start() != BANYAN_OK)
        return 1;
    sample_init(&sample, seed);
    sample_print_start("channel", &sample, seed);
    pair_init(&pair, seed);
    measure_handshakes(&pair);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        measure_messages(&pair, &sample, sizes[i]);
    pair_deinit(&pair);
    by_buffer_deinit(&sample.text);
    return 0;
}
