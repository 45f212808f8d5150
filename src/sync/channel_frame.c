#include "sync/channel_frame.h"

#include "crypto/key.h"

#define PADDED_BYTES_MIN 64u

/* Of a frame with a part of this size, without its own size field. */
static size_t frame_bytes(size_t part_size, bool is_padded)
{
    size_t size = part_size + BY_FRAME_OVERHEAD_BYTES;
    size_t padded = PADDED_BYTES_MIN;

    if (!is_padded)
        return size;
    while (padded < size)
        padded *= 4;
    return padded < BY_FRAME_BYTES_MAX ? padded : BY_FRAME_BYTES_MAX;
}

/* Every frame but the last is full. */
static size_t wire_bytes(size_t message_size, bool is_padded)
{
    size_t full = message_size == 0 ? 0 : (message_size - 1) / BY_FRAME_PART_BYTES_MAX;

    return full * (BY_FRAME_SIZE_BYTES + BY_FRAME_BYTES_MAX) + BY_FRAME_SIZE_BYTES +
           frame_bytes(message_size - full * BY_FRAME_PART_BYTES_MAX, is_padded);
}

static void count_frame(struct by_noise_cipher *cipher)
{
    if (cipher->nonce % BY_FRAMES_PER_KEY == 0)
        by_noise_rekey(cipher);
}

static enum banyan_status write_one(struct by_noise_cipher *cipher, struct by_bytes part,
                                    enum by_frame_kind kind, size_t size, uint8_t *at)
{
    size_t plain_size = size - BY_NOISE_TAG_BYTES;
    enum banyan_status status = BANYAN_OK;

    by_put_u16le(at, (uint16_t)size);
    at += BY_FRAME_SIZE_BYTES;
    if (part.size > 0)
        memcpy(at, part.data, part.size);
    at[part.size] = (uint8_t)kind;
    memset(at + part.size + 1, 0, plain_size - part.size - 1);
    status = by_noise_seal(cipher, by_bytes_of(NULL, 0), by_bytes_of(at, plain_size), at);
    count_frame(cipher);
    return status;
}

enum banyan_status by_frame_write(struct by_noise_cipher *cipher, struct by_bytes message,
                                  enum by_frame_kind last, bool is_padded, struct by_buffer *out)
{
    size_t start = out->size;
    uint8_t *at = NULL;
    enum banyan_status status = by_buffer_extend(out, wire_bytes(message.size, is_padded), &at);

    if (status != BANYAN_OK)
        return status;
    while (status == BANYAN_OK && message.size > BY_FRAME_PART_BYTES_MAX) {
        status = write_one(cipher, by_bytes_of(message.data, BY_FRAME_PART_BYTES_MAX),
                           BY_FRAME_MORE, BY_FRAME_BYTES_MAX, at);
        at += BY_FRAME_SIZE_BYTES + BY_FRAME_BYTES_MAX;
        message = by_bytes_of(message.data + BY_FRAME_PART_BYTES_MAX,
                              message.size - BY_FRAME_PART_BYTES_MAX);
    }
    if (status == BANYAN_OK)
        status = write_one(cipher, message, last, frame_bytes(message.size, is_padded), at);
    if (status != BANYAN_OK)
        out->size = start;
    return status;
}

void by_frame_reader_init(struct by_frame_reader *reader, const struct by_noise_cipher *cipher,
                          size_t message_bytes_max)
{
    *reader = (struct by_frame_reader){.cipher = *cipher, .message_bytes_max = message_bytes_max};
    reader->frame.size_max = BY_FRAME_SIZE_BYTES + BY_FRAME_BYTES_MAX;
    reader->message.size_max = message_bytes_max + BY_FRAME_BYTES_MAX; /* padding is cut after */
}

void by_frame_reader_deinit(struct by_frame_reader *reader)
{
    by_buffer_deinit(&reader->frame);
    by_buffer_deinit(&reader->message);
    by_secret_wipe(reader, sizeof *reader);
}

/* Bytes of the frame that begins here, its size included; the size alone while that is not known.
 */
static size_t bytes_of_frame(struct by_bytes start)
{
    if (start.size < BY_FRAME_SIZE_BYTES)
        return BY_FRAME_SIZE_BYTES;
    return BY_FRAME_SIZE_BYTES + by_get_u16le(start.data);
}

static struct by_bytes move_on(struct by_bytes *bytes, size_t size)
{
    struct by_bytes taken = {bytes->data, size};

    *bytes = by_bytes_of(size > 0 ? bytes->data + size : bytes->data, bytes->size - size);
    return taken;
}

/* A frame that is there in one piece is read where it lies; else its pieces are gathered. The frame
 * has size 0 while it is not whole. */
static enum banyan_status
gather(struct by_frame_reader *reader, struct by_bytes *bytes, struct by_bytes *out_frame)
{
    struct by_buffer *frame = &reader->frame;
    enum banyan_status status = BANYAN_OK;

    *out_frame = by_bytes_of(NULL, 0);
    if (frame->size == 0 && bytes->size >= BY_FRAME_SIZE_BYTES &&
        bytes->size >= bytes_of_frame(*bytes)) {
        *out_frame = move_on(bytes, bytes_of_frame(*bytes));
        return BANYAN_OK;
    }
    while (status == BANYAN_OK && bytes->size > 0) {
        size_t lacking = bytes_of_frame(by_buffer_bytes(frame)) - frame->size;

        status = by_buffer_append_bytes(
            frame, move_on(bytes, bytes->size < lacking ? bytes->size : lacking));
        if (status == BANYAN_OK && frame->size >= BY_FRAME_SIZE_BYTES &&
            frame->size == bytes_of_frame(by_buffer_bytes(frame))) {
            *out_frame = by_buffer_bytes(frame);
            frame->size = 0; /* the bytes stay until the next append */
            break;
        }
    }
    return status;
}

/* The plain text begins at start of the message; leaves the part there. */
static enum banyan_status
cut_padding(struct by_frame_reader *reader, size_t start, enum by_frame_kind *out_kind)
{
    struct by_buffer *message = &reader->message;
    size_t size = message->size;
    uint8_t kind = 0;

    while (size > start && kind == BY_FRAME_NONE)
        kind = message->data[--size];
    if (kind != BY_FRAME_MORE && kind != BY_FRAME_LAST && kind != BY_FRAME_GOODBYE)
        return BANYAN_ERR_MALFORMED;
    if (size == start && kind != BY_FRAME_GOODBYE)
        return BANYAN_ERR_MALFORMED;
    if (size > reader->message_bytes_max)
        return BANYAN_ERR_TOO_LARGE;
    message->size = size;
    *out_kind = (enum by_frame_kind)kind;
    return BANYAN_OK;
}

static enum banyan_status
open_frame(struct by_frame_reader *reader, struct by_bytes sealed, enum by_frame_kind *out_kind)
{
    size_t start = reader->message.size;
    uint8_t *at = NULL;
    enum banyan_status status = BANYAN_OK;

    if (sealed.size < BY_FRAME_OVERHEAD_BYTES)
        return BANYAN_ERR_MALFORMED;
    status = by_buffer_extend(&reader->message, sealed.size - BY_NOISE_TAG_BYTES, &at);
    if (status == BANYAN_OK)
        status = by_noise_open(&reader->cipher, by_bytes_of(NULL, 0), sealed, at);
    if (status != BANYAN_OK)
        return status;
    count_frame(&reader->cipher);
    return cut_padding(reader, start, out_kind);
}

enum banyan_status by_frame_read(struct by_frame_reader *reader, struct by_bytes *bytes,
                                 enum by_frame_kind *out_kind, size_t *out_plain_bytes)
{
    struct by_bytes frame;
    enum banyan_status status = gather(reader, bytes, &frame);

    *out_kind = BY_FRAME_NONE;
    *out_plain_bytes = 0;
    if (status != BANYAN_OK || frame.size == 0)
        return status;
    if (reader->is_whole)
        reader->message.size = 0;
    status = open_frame(
        reader, by_bytes_of(frame.data + BY_FRAME_SIZE_BYTES, frame.size - BY_FRAME_SIZE_BYTES),
        out_kind);
    if (status != BANYAN_OK)
        return status;
    reader->is_whole = *out_kind != BY_FRAME_MORE;
    *out_plain_bytes = frame.size - BY_FRAME_SIZE_BYTES - BY_FRAME_OVERHEAD_BYTES;
    return BANYAN_OK;
}
