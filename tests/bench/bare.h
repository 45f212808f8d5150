/*
 * The least that a cold sync does, by the barest means: entries over loopback TCP in frames of
 * ChaCha20-Poly1305, two hashes each, appended to a file that is durable every few MiB. No
 * compression, no rules, no indexes, one thread on each side.
 */
#ifndef BY_BENCH_BARE_H
#define BY_BENCH_BARE_H

#include <fcntl.h>
#include <sodium/crypto_aead_chacha20poly1305.h>
#include <sodium/crypto_generichash.h>

#include "log/entry.h"
#include "nodes.h"

#define BARE_ENTRY_BYTES  (BY_HEADER_BYTES + SAMPLE_PAYLOAD_BYTES)
#define BARE_IN_FRAME     140u
#define BARE_FRAME_BYTES  (BARE_IN_FRAME * BARE_ENTRY_BYTES)
#define BARE_TAG_BYTES    16u
#define BARE_DURABLE_EACH (4u * 1024u * 1024u)

static const uint8_t bare_key[32] = {5};

static inline void bare_nonce(size_t frame, uint8_t out_nonce[12])
{
    memset(out_nonce, 0, 12);
    by_put_u64le(out_nonce + 4, frame);
}

static inline void bare_send(const struct sample *sample, uint16_t port, size_t frames)
{
    static uint8_t plain[BARE_FRAME_BYTES], sealed[BARE_FRAME_BYTES + BARE_TAG_BYTES];
    int to = nodes_connect(port);

    for (size_t frame = 0; frame < frames; frame++) {
        uint8_t nonce[12];

        for (size_t i = 0; i < BARE_IN_FRAME; i++)
            memcpy(plain + i * BARE_ENTRY_BYTES + BY_HEADER_BYTES,
                   sample_text(sample, frame * BARE_IN_FRAME + i, SAMPLE_PAYLOAD_BYTES).data,
                   SAMPLE_PAYLOAD_BYTES - 8);
        bare_nonce(frame, nonce);
        (void)crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, plain, sizeof plain, NULL, 0,
                                                        NULL, nonce, bare_key);
        if (!nodes_write_all(to, sealed, sizeof sealed))
            nodes_die("send");
    }
    (void)close(to);
}

static inline void bare_keep(const uint8_t *plain, int file)
{
    uint8_t hash[32];

    for (size_t i = 0; i < BARE_IN_FRAME; i++) {
        const uint8_t *entry = plain + i * BARE_ENTRY_BYTES;

        (void)crypto_generichash(hash, sizeof hash, entry + BY_HEADER_BYTES, SAMPLE_PAYLOAD_BYTES,
                                 NULL, 0);
        (void)crypto_generichash(hash, sizeof hash, entry, BY_HEADER_BYTES, NULL, 0);
    }
    if (write(file, plain, BARE_FRAME_BYTES) != (ssize_t)BARE_FRAME_BYTES)
        nodes_die("write");
}

static inline void bare_receive(int from, int file, size_t frames)
{
    static uint8_t plain[BARE_FRAME_BYTES], sealed[BARE_FRAME_BYTES + BARE_TAG_BYTES];
    size_t waiting = 0;

    for (size_t frame = 0; frame < frames; frame++) {
        uint8_t nonce[12];

        if (recv(from, sealed, sizeof sealed, MSG_WAITALL) != (ssize_t)sizeof sealed)
            nodes_die("receive");
        bare_nonce(frame, nonce);
        if (crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed, sizeof sealed,
                                                      NULL, 0, nonce, bare_key) != 0)
            nodes_die("forged");
        bare_keep(plain, file);
        waiting += sizeof plain;
        if (waiting >= BARE_DURABLE_EACH || frame + 1 == frames) {
            if (fdatasync(file) != 0)
                nodes_die("fdatasync");
            waiting = 0;
        }
    }
}

/* Entries a second, from the connection until the last is durable. */
static inline double
bare_entries_per_s(const char *folder, const struct sample *sample, size_t entries)
{
    size_t frames = (entries + BARE_IN_FRAME - 1) / BARE_IN_FRAME;
    char path[600];
    uint16_t port = 0;
    int listener = nodes_listen(&port);

    (void)snprintf(path, sizeof path, "%.500s/bare", folder);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    (void)fflush(NULL);
    pid_t sender = fork();
    if (file < 0 || sender < 0)
        nodes_die("bare limit");
    if (sender == 0) {
        bare_send(sample, port, frames);
        _exit(0);
    }
    int from = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    double start = sample_now_s();
    bare_receive(from, file, frames);
    double seconds = sample_now_s() - start;
    (void)waitpid(sender, NULL, 0);
    (void)close(from);
    (void)close(listener);
    (void)close(file);
    (void)remove(path);
    return (double)(frames * BARE_IN_FRAME) / seconds;
}

#endif
