/*
 * Messages as frames on a byte stream, once the handshake is done.
 *
 *     frame       size u16 ‖ that many bytes: ChaCha20-Poly1305 of the plain text, with no
 *                 associated data, under the key of the direction and the number of the frame
 *     plain text  part ‖ kind u8 ‖ zero bytes
 *       kind 1    part of a message, more follows; not empty
 *       kind 2    the last part of a message; not empty
 *       kind 3    the last part of the last message there is, a goodbye; may be empty
 *       any number of zero bytes; the last byte that is not zero is the kind
 *
 * A sender fills the last frame of a padded message so that what follows the size is 64, 256,
 * 1,024, 4,096, 16,384 or 65,535 bytes, the least that holds it. Before frame 65,536 of a
 * direction, and before each 65,536th after it (numbers from 0), the key is replaced as Noise's
 * REKEY has it; the number goes on.
 */
#ifndef BY_SYNC_CHANNEL_FRAME_H
#define BY_SYNC_CHANNEL_FRAME_H

#include "base/limits.h"
#include "crypto/noise_cipher.h"

#define BY_FRAME_SIZE_BYTES     2u
#define BY_FRAME_OVERHEAD_BYTES (1u + BY_NOISE_TAG_BYTES) /* kind and tag */
#define BY_FRAME_PART_BYTES_MAX (BY_FRAME_BYTES_MAX - BY_FRAME_OVERHEAD_BYTES)
#define BY_FRAMES_PER_KEY       65536u

enum by_frame_kind {
    BY_FRAME_NONE = 0, /* never sent */
    BY_FRAME_MORE = 1,
    BY_FRAME_LAST = 2,
    BY_FRAME_GOODBYE = 3,
};

/*
 * Append a message as frames; last is the kind of its last frame.
 *
 * Returns BANYAN_ERR_TOO_LARGE, BANYAN_ERR_MEMORY  out has no room; nothing changed
 *         BANYAN_ERR_DENIED                        numbers have run out
 */
BANYAN_MUST_CHECK enum banyan_status
by_frame_write(struct by_noise_cipher *cipher, struct by_bytes message, enum by_frame_kind last,
               bool is_padded, struct by_buffer *out);

/* Joins frames to messages. Begins zeroed; holds no memory until it is fed. */
struct by_frame_reader {
    struct by_noise_cipher cipher;
    size_t message_bytes_max;
    struct by_buffer frame;   /* one that comes in pieces, its size included */
    struct by_buffer message; /* its parts so far, or the whole message last given out */
    bool is_whole;
};
void by_frame_reader_init(struct by_frame_reader *reader, const struct by_noise_cipher *cipher,
                          size_t message_bytes_max);
/* Wipes the key. */
void by_frame_reader_deinit(struct by_frame_reader *reader);

/*
 * Take one frame off the front of bytes, which is moved on. The kind is BY_FRAME_NONE when bytes
 * end before the frame does: they are kept. After the last part of a message, reader->message holds
 * it until the next read. out_plain_bytes: part and padding of this frame.
 *
 * After a failure the reader is of no more use:
 *         BANYAN_ERR_BAD_SIGNATURE  forged, replayed, out of order
 *         BANYAN_ERR_MALFORMED      no kind, an unknown kind, an empty part, a frame too short
 *         BANYAN_ERR_TOO_LARGE      a message longer than message_bytes_max
 *         BANYAN_ERR_MEMORY, BANYAN_ERR_DENIED
 */
BANYAN_MUST_CHECK enum banyan_status
by_frame_read(struct by_frame_reader *reader, struct by_bytes *bytes, enum by_frame_kind *out_kind,
              size_t *out_plain_bytes);

#endif
