#include "sync/message.h"

#define FLAG_ACTS     1u /* keyed, block, end, offer, probe, ask */
#define FLAG_LIMITED  1u /* hello */
#define FLAG_BUCKETS  1u /* placed */
#define FLAG_LAST     2u /* keyed, placed */
#define FLAG_ALL      1u /* notes */
#define DIGESTS_BYTES (BY_SYNC_BUCKETS * BY_SYNC_BUCKET_BYTES)

/* -- parts -- */

static enum banyan_status take_into(struct by_cursor *cursor, uint8_t *out_bytes, size_t size)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, size, &bytes);

    if (status == BANYAN_OK)
        memcpy(out_bytes, bytes.data, size);
    return status;
}

static enum banyan_status take_flags(struct by_cursor *cursor, uint8_t known, uint8_t *out_flags)
{
    enum banyan_status status = by_cursor_take_u8(cursor, out_flags);

    if (status == BANYAN_OK && (*out_flags & ~known) != 0)
        return BANYAN_ERR_UPGRADE;
    return status;
}

static enum banyan_status take_seq(struct by_cursor *cursor, uint64_t max, uint64_t *out_seq)
{
    enum banyan_status status = by_cursor_take_varint(cursor, out_seq);

    return status == BANYAN_OK && *out_seq > max ? BANYAN_ERR_TOO_LARGE : status;
}

static enum banyan_status take_log(struct by_cursor *cursor, struct by_log_id *out_log)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, 40, &bytes);

    if (status == BANYAN_OK)
        by_log_id_get(bytes.data, out_log);
    return status;
}

static enum banyan_status add_log(const struct by_log_id *log, struct by_buffer *out)
{
    uint8_t bytes[40];

    by_log_id_put(bytes, log);
    return by_buffer_append(out, bytes, sizeof bytes);
}

enum banyan_status by_message_next_place(struct by_cursor *cursor, struct by_place *out_place)
{
    uint64_t value = 0;
    enum banyan_status status = by_cursor_take_varint(cursor, &value);

    memset(out_place, 0, sizeof *out_place);
    if (status != BANYAN_OK || value == 0)
        return status;
    out_place->count = value / 2;
    out_place->is_forked = (value & 1) != 0;
    if (out_place->count == 0)
        return BANYAN_ERR_MALFORMED;
    if (out_place->count > BY_SYNC_SEQ_MAX + 1)
        return BANYAN_ERR_TOO_LARGE;
    return take_into(cursor, out_place->tag, sizeof out_place->tag);
}

enum banyan_status by_message_add_place(const struct by_place *place, struct by_buffer *out)
{
    enum banyan_status status =
        by_buffer_append_varint(out, place->count * 2 + (place->is_forked ? 1 : 0));

    if (status == BANYAN_OK && place->count > 0)
        status = by_buffer_append(out, place->tag, sizeof place->tag);
    return status;
}

enum banyan_status by_message_next_keyed(struct by_cursor *cursor,
                                         uint8_t out_key[BY_SYNC_KEY_BYTES],
                                         struct by_place *out_place)
{
    enum banyan_status status = take_into(cursor, out_key, BY_SYNC_KEY_BYTES);

    if (status == BANYAN_OK)
        status = by_message_next_place(cursor, out_place);
    return status == BANYAN_OK && out_place->count == 0 ? BANYAN_ERR_MALFORMED : status;
}

enum banyan_status by_message_next_sample(struct by_cursor *cursor, struct by_sample *out_sample)
{
    enum banyan_status status = take_seq(cursor, BY_SYNC_SEQ_MAX, &out_sample->seq);

    if (status == BANYAN_OK)
        status = take_into(cursor, out_sample->id.bytes, sizeof out_sample->id.bytes);
    return status;
}

enum banyan_status by_message_add_sample(const struct by_sample *sample, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, sample->seq);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&sample->id));
    return status;
}

enum banyan_status by_message_next_noted(struct by_cursor *cursor, struct by_noted *out_noted)
{
    enum banyan_status status = take_into(cursor, out_noted->key, sizeof out_noted->key);

    if (status == BANYAN_OK)
        status = take_seq(cursor, BY_NOTE_COUNTER_MAX, &out_noted->counter);
    return status == BANYAN_OK ? take_into(cursor, out_noted->tag, sizeof out_noted->tag) : status;
}

enum banyan_status by_message_add_noted(const struct by_noted *noted, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append(out, noted->key, sizeof noted->key);

    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, noted->counter);
    return status == BANYAN_OK ? by_buffer_append(out, noted->tag, sizeof noted->tag) : status;
}

/* -- decoding -- */

static enum banyan_status take_hello(struct by_cursor *cursor, struct by_message *out)
{
    uint8_t flags = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &out->hello.round);

    if (status == BANYAN_OK)
        status = take_flags(cursor, FLAG_LIMITED, &flags);
    out->hello.is_limited = (flags & FLAG_LIMITED) != 0;
    if (status == BANYAN_OK)
        status = take_into(cursor, out->hello.state, sizeof out->hello.state);
    if (status == BANYAN_OK)
        status = take_into(cursor, out->hello.acts, sizeof out->hello.acts);
    if (status == BANYAN_OK)
        status = take_into(cursor, out->hello.notes, sizeof out->hello.notes);
    return status;
}

/* count places to the end; their form is checked here, once. */
static enum banyan_status take_places(struct by_cursor *cursor, struct by_message *out)
{
    bool is_keyed = out->type == BY_MESSAGE_KEYED;
    uint8_t key[BY_SYNC_KEY_BYTES];
    struct by_place place;
    uint64_t count = 0;
    enum banyan_status status = take_seq(cursor, BY_SYNC_PLACES_MAX, &count);

    out->frontier.count = (size_t)count;
    out->frontier.places = cursor->rest;
    for (size_t i = 0; i < out->frontier.count && status == BANYAN_OK; i++)
        status = is_keyed ? by_message_next_keyed(cursor, key, &place)
                          : by_message_next_place(cursor, &place);
    return status;
}

static enum banyan_status take_keyed(struct by_cursor *cursor, struct by_message *out)
{
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_ACTS | FLAG_LAST, &flags);

    out->frontier.are_acts = (flags & FLAG_ACTS) != 0;
    out->frontier.is_last = (flags & FLAG_LAST) != 0;
    return status == BANYAN_OK ? take_places(cursor, out) : status;
}

static enum banyan_status take_placed(struct by_cursor *cursor, struct by_message *out)
{
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_BUCKETS | FLAG_LAST, &flags);

    out->frontier.has_buckets = (flags & FLAG_BUCKETS) != 0;
    out->frontier.is_last = (flags & FLAG_LAST) != 0;
    if (status == BANYAN_OK)
        status = take_into(cursor, out->frontier.list, sizeof out->frontier.list);
    if (status == BANYAN_OK && out->frontier.has_buckets)
        status = take_into(cursor, out->frontier.buckets, sizeof out->frontier.buckets);
    if (status == BANYAN_OK)
        status = take_seq(cursor, UINT32_MAX, &out->frontier.first);
    return status == BANYAN_OK ? take_places(cursor, out) : status;
}

static enum banyan_status take_buckets(struct by_cursor *cursor, struct by_message *out)
{
    enum banyan_status status = take_into(cursor, out->buckets.list, sizeof out->buckets.list);

    return status == BANYAN_OK ? by_cursor_take(cursor, DIGESTS_BYTES, &out->buckets.digests)
                               : status;
}

static enum banyan_status take_block(struct by_cursor *cursor, struct by_message *out)
{
    struct by_block_base *base = &out->block.base;
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_ACTS, &flags);

    out->block.are_acts = (flags & FLAG_ACTS) != 0;
    if (status == BANYAN_OK)
        status = take_log(cursor, &base->log);
    if (status == BANYAN_OK)
        status = take_seq(cursor, BY_SYNC_SEQ_MAX, &base->first_seq);
    if (status == BANYAN_OK)
        status = take_into(cursor, base->prev.bytes, sizeof base->prev.bytes);
    if (status == BANYAN_OK && cursor->rest.size == 0)
        return BANYAN_ERR_TRUNCATED;
    if (status == BANYAN_OK && cursor->rest.size > BY_BLOCK_PACKED_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, cursor->rest.size, &out->block.packed);
    return status;
}

static enum banyan_status take_end(struct by_cursor *cursor, struct by_message *out)
{
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_ACTS, &flags);

    out->end_of_acts = (flags & FLAG_ACTS) != 0;
    return status;
}

static enum banyan_status take_samples(struct by_cursor *cursor, struct by_message_branch *out)
{
    uint64_t before = out->tip.seq;
    uint8_t count = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &count);

    if (status == BANYAN_OK && count > BY_SYNC_SAMPLES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    out->sample_count = count;
    out->samples = cursor->rest;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        struct by_sample sample;

        status = by_message_next_sample(cursor, &sample);
        if (status == BANYAN_OK && sample.seq >= before)
            return BANYAN_ERR_NOT_CANONICAL;
        before = sample.seq;
    }
    return status;
}

static enum banyan_status take_range(struct by_cursor *cursor, struct by_message_branch *out)
{
    enum banyan_status status = take_seq(cursor, out->tip.seq, &out->low);

    if (status == BANYAN_OK)
        status = take_seq(cursor, out->tip.seq, &out->high);
    return status == BANYAN_OK && out->low >= out->high ? BANYAN_ERR_MALFORMED : status;
}

static enum banyan_status take_branch(struct by_cursor *cursor, struct by_message *out)
{
    struct by_message_branch *branch = &out->branch;
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_ACTS, &flags);

    branch->is_act_log = (flags & FLAG_ACTS) != 0;
    if (status == BANYAN_OK)
        status = take_log(cursor, &branch->log);
    if (status == BANYAN_OK)
        status = by_message_next_sample(cursor, &branch->tip);
    if (status != BANYAN_OK)
        return status;
    if (out->type == BY_MESSAGE_OFFER)
        return take_samples(cursor, branch);
    if (out->type == BY_MESSAGE_PROBE)
        return take_range(cursor, branch);
    return take_seq(cursor, branch->tip.seq + 1, &branch->from);
}

static enum banyan_status take_noted(struct by_cursor *cursor, struct by_message *out)
{
    struct by_noted noted;
    uint64_t count = 0;
    enum banyan_status status = take_seq(cursor, BY_NOTES_MAX, &count);

    out->noted.count = (size_t)count;
    out->noted.items = cursor->rest;
    for (size_t i = 0; i < out->noted.count && status == BANYAN_OK; i++)
        status = by_message_next_noted(cursor, &noted);
    return status;
}

static enum banyan_status take_notes(struct by_cursor *cursor, struct by_message *out)
{
    struct by_note note;
    uint8_t flags = 0;
    enum banyan_status status = take_flags(cursor, FLAG_ALL, &flags);

    out->notes.are_last = (flags & FLAG_ALL) != 0;
    out->notes.bytes = cursor->rest;
    for (size_t i = 0; cursor->rest.size > 0 && status == BANYAN_OK; i++)
        status = i < BY_SYNC_NOTES_MAX ? by_note_take(cursor, &note) : BANYAN_ERR_TOO_LARGE;
    return status;
}

static enum banyan_status take_body(struct by_cursor *cursor, struct by_message *out)
{
    switch (out->type) {
    case BY_MESSAGE_HELLO:
        return take_hello(cursor, out);
    case BY_MESSAGE_KEYED:
        return take_keyed(cursor, out);
    case BY_MESSAGE_PLACED:
        return take_placed(cursor, out);
    case BY_MESSAGE_BUCKETS:
        return take_buckets(cursor, out);
    case BY_MESSAGE_DIFFERS:
        return BANYAN_OK;
    case BY_MESSAGE_BLOCK:
        return take_block(cursor, out);
    case BY_MESSAGE_CREDIT:
        return by_cursor_take_varint(cursor, &out->credit);
    case BY_MESSAGE_END:
        return take_end(cursor, out);
    case BY_MESSAGE_OFFER:
    case BY_MESSAGE_PROBE:
    case BY_MESSAGE_ASK:
        return take_branch(cursor, out);
    case BY_MESSAGE_BYE:
        return by_cursor_take_u8(cursor, &out->bye);
    case BY_MESSAGE_NOTED:
        return take_noted(cursor, out);
    case BY_MESSAGE_NOTES:
        return take_notes(cursor, out);
    case BY_MESSAGE_LOOK:
        return by_look_take(cursor, &out->look);
    case BY_MESSAGE_SEEN:
        return by_seen_take(cursor, &out->seen);
    }
    return BANYAN_ERR_UPGRADE;
}

enum banyan_status by_message_decode(struct by_bytes bytes, struct by_message *out_message)
{
    struct by_cursor cursor = {bytes};
    uint8_t type = 0;
    enum banyan_status status = by_cursor_take_u8(&cursor, &type);

    memset(out_message, 0, sizeof *out_message);
    if (status != BANYAN_OK)
        return status;
    if (type < BY_MESSAGE_HELLO || type > BY_MESSAGE_SEEN)
        return BANYAN_ERR_UPGRADE;
    out_message->type = (enum by_message_type)type;
    status = take_body(&cursor, out_message);
    return status == BANYAN_OK && cursor.rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}

/* -- encoding -- */

static enum banyan_status add_hello(const struct by_message *message, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, message->hello.round);

    if (status == BANYAN_OK)
        status = by_buffer_append_u8(out, message->hello.is_limited ? FLAG_LIMITED : 0);
    if (status == BANYAN_OK)
        status = by_buffer_append(out, message->hello.state, sizeof message->hello.state);
    if (status == BANYAN_OK)
        status = by_buffer_append(out, message->hello.acts, sizeof message->hello.acts);
    if (status == BANYAN_OK)
        status = by_buffer_append(out, message->hello.notes, sizeof message->hello.notes);
    return status;
}

static enum banyan_status add_places(const struct by_message *message, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, message->frontier.count);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, message->frontier.places) : status;
}

static uint8_t last_flag(const struct by_message *message)
{
    return message->frontier.is_last ? FLAG_LAST : 0;
}

static enum banyan_status add_keyed(const struct by_message *message, struct by_buffer *out)
{
    uint8_t acts = message->frontier.are_acts ? FLAG_ACTS : 0;
    enum banyan_status status = by_buffer_append_u8(out, acts | last_flag(message));

    return status == BANYAN_OK ? add_places(message, out) : status;
}

static enum banyan_status add_placed(const struct by_message *message, struct by_buffer *out)
{
    uint8_t named = message->frontier.has_buckets ? FLAG_BUCKETS : 0;
    enum banyan_status status = by_buffer_append_u8(out, named | last_flag(message));

    if (status == BANYAN_OK)
        status = by_buffer_append(out, message->frontier.list, sizeof message->frontier.list);
    if (status == BANYAN_OK && message->frontier.has_buckets)
        status = by_buffer_append(out, message->frontier.buckets, sizeof message->frontier.buckets);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, message->frontier.first);
    return status == BANYAN_OK ? add_places(message, out) : status;
}

static enum banyan_status add_buckets(const struct by_message *message, struct by_buffer *out)
{
    enum banyan_status status =
        by_buffer_append(out, message->buckets.list, sizeof message->buckets.list);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, message->buckets.digests) : status;
}

static enum banyan_status add_block(const struct by_message *message, struct by_buffer *out)
{
    const struct by_block_base *base = &message->block.base;
    enum banyan_status status = by_buffer_append_u8(out, message->block.are_acts ? FLAG_ACTS : 0);

    if (status == BANYAN_OK)
        status = add_log(&base->log, out);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, base->first_seq);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&base->prev));
    return status == BANYAN_OK ? by_buffer_append_bytes(out, message->block.packed) : status;
}

static enum banyan_status add_samples(const struct by_message_branch *branch, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, (uint8_t)branch->sample_count);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, branch->samples) : status;
}

static enum banyan_status add_range(const struct by_message_branch *branch, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, branch->low);

    return status == BANYAN_OK ? by_buffer_append_varint(out, branch->high) : status;
}

static enum banyan_status add_branch(const struct by_message *message, struct by_buffer *out)
{
    const struct by_message_branch *branch = &message->branch;
    enum banyan_status status = by_buffer_append_u8(out, branch->is_act_log ? FLAG_ACTS : 0);

    if (status == BANYAN_OK)
        status = add_log(&branch->log, out);
    if (status == BANYAN_OK)
        status = by_message_add_sample(&branch->tip, out);
    if (status != BANYAN_OK)
        return status;
    if (message->type == BY_MESSAGE_OFFER)
        return add_samples(branch, out);
    if (message->type == BY_MESSAGE_PROBE)
        return add_range(branch, out);
    return by_buffer_append_varint(out, branch->from);
}

static enum banyan_status add_noted(const struct by_message *message, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_varint(out, message->noted.count);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, message->noted.items) : status;
}

static enum banyan_status add_notes(const struct by_message *message, struct by_buffer *out)
{
    enum banyan_status status = by_buffer_append_u8(out, message->notes.are_last ? FLAG_ALL : 0);

    return status == BANYAN_OK ? by_buffer_append_bytes(out, message->notes.bytes) : status;
}

static enum banyan_status add_body(const struct by_message *message, struct by_buffer *out)
{
    switch (message->type) {
    case BY_MESSAGE_HELLO:
        return add_hello(message, out);
    case BY_MESSAGE_KEYED:
        return add_keyed(message, out);
    case BY_MESSAGE_PLACED:
        return add_placed(message, out);
    case BY_MESSAGE_BUCKETS:
        return add_buckets(message, out);
    case BY_MESSAGE_DIFFERS:
        return BANYAN_OK;
    case BY_MESSAGE_BLOCK:
        return add_block(message, out);
    case BY_MESSAGE_CREDIT:
        return by_buffer_append_varint(out, message->credit);
    case BY_MESSAGE_END:
        return by_buffer_append_u8(out, message->end_of_acts ? FLAG_ACTS : 0);
    case BY_MESSAGE_OFFER:
    case BY_MESSAGE_PROBE:
    case BY_MESSAGE_ASK:
        return add_branch(message, out);
    case BY_MESSAGE_BYE:
        return by_buffer_append_u8(out, message->bye);
    case BY_MESSAGE_NOTED:
        return add_noted(message, out);
    case BY_MESSAGE_NOTES:
        return add_notes(message, out);
    case BY_MESSAGE_LOOK:
        return by_look_add(&message->look, out);
    case BY_MESSAGE_SEEN:
        return by_seen_add(&message->seen, out);
    }
    return BANYAN_ERR_USAGE;
}

enum banyan_status by_message_encode(const struct by_message *message, struct by_buffer *out)
{
    size_t size_before = out->size;
    enum banyan_status status = by_buffer_append_u8(out, (uint8_t)message->type);

    if (status == BANYAN_OK)
        status = add_body(message, out);
    if (status != BANYAN_OK)
        out->size = size_before;
    return status;
}
