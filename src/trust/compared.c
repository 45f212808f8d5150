#include "trust/compared.h"

#include <string.h>

#include "core/answer.h"
#include "record/field_value.h"
#include "sync/standing.h"

#define FLAG_SETTLED 1u
#define FLAG_FOUND   2u
#define HEAD_BYTES   (32u + 8u + 1u + 48u)

void by_compared_deinit(struct by_compared *compared)
{
    for (int side = 0; side < 2; side++) {
        by_buffer_deinit(&compared->tops[side]);
        by_buffer_deinit(&compared->records[side]);
    }
}

/* -- as bytes -- */

static enum banyan_status put_part(const struct by_buffer *part, struct by_buffer *out)
{
    uint8_t size[4];

    by_put_u32le(size, (uint32_t)part->size);
    enum banyan_status status = by_buffer_append(out, size, sizeof size);
    return status == BANYAN_OK ? by_buffer_append_bytes(out, by_buffer_bytes(part)) : status;
}

enum banyan_status by_compared_encode(const struct by_compared *compared, struct by_buffer *out)
{
    uint8_t head[HEAD_BYTES];

    memcpy(head, compared->transport.bytes, 32);
    by_put_u64le(head + 32, compared->at_ms);
    head[40] = (uint8_t)((compared->is_settled ? FLAG_SETTLED : 0) |
                         (compared->is_found ? FLAG_FOUND : 0));
    by_record_name_put(head + 41, &compared->name);
    enum banyan_status status = by_buffer_append(out, head, sizeof head);
    for (int side = 0; side < 2 && status == BANYAN_OK; side++)
        status = put_part(&compared->tops[side], out);
    for (int side = 0; side < 2 && status == BANYAN_OK; side++)
        status = put_part(&compared->records[side], out);
    return status;
}

/* An answer of the kind, as it went over the wire. */
static enum banyan_status
take_part(struct by_cursor *cursor, enum by_seen_what what, struct by_buffer *out_part)
{
    struct by_bytes bytes;
    struct by_message message;
    enum banyan_status status = by_cursor_take(cursor, 4, &bytes);

    out_part->size_max = BY_SYNC_MESSAGE_BYTES_MAX;
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, by_get_u32le(bytes.data), &bytes);
    if (status == BANYAN_OK)
        status = by_message_decode(bytes, &message);
    if (status == BANYAN_OK && (message.type != BY_MESSAGE_SEEN || message.seen.what != what))
        return BANYAN_ERR_MALFORMED;
    return status == BANYAN_OK ? by_buffer_append_bytes(out_part, bytes) : status;
}

static enum banyan_status take_nothing(struct by_cursor *cursor)
{
    struct by_bytes bytes;
    enum banyan_status status = by_cursor_take(cursor, 4, &bytes);

    return status == BANYAN_OK && by_get_u32le(bytes.data) != 0 ? BANYAN_ERR_MALFORMED : status;
}

enum banyan_status by_compared_decode(struct by_bytes bytes, struct by_compared *out)
{
    struct by_cursor cursor = {bytes};
    struct by_bytes head;
    enum banyan_status status = by_cursor_take(&cursor, HEAD_BYTES, &head);

    *out = (struct by_compared){.at_ms = 0};
    if (status != BANYAN_OK)
        return status;
    memcpy(out->transport.bytes, head.data, 32);
    out->at_ms = by_get_u64le(head.data + 32);
    out->is_settled = (head.data[40] & FLAG_SETTLED) != 0;
    out->is_found = (head.data[40] & FLAG_FOUND) != 0;
    by_record_name_get(head.data + 41, &out->name);
    for (int side = 0; side < 2 && status == BANYAN_OK; side++)
        status = take_part(&cursor, BY_SEEN_TOP, &out->tops[side]);
    for (int side = 0; side < 2 && status == BANYAN_OK; side++)
        status = out->is_found ? take_part(&cursor, BY_SEEN_RECORD, &out->records[side])
                               : take_nothing(&cursor);
    if (status == BANYAN_OK && cursor.rest.size > 0)
        status = BANYAN_ERR_MALFORMED;
    if (status != BANYAN_OK)
        by_compared_deinit(out);
    return status;
}

/* -- as JSON -- */

/* What was kept decodes: it did when it was kept. */
static struct by_seen read_back(const struct by_buffer *kept)
{
    struct by_message message;

    if (by_message_decode(by_buffer_bytes(kept), &message) != BANYAN_OK)
        memset(&message, 0, sizeof message);
    return message.seen;
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

/* Ids that are listed in a and not in b; both are sorted. */
static uint64_t count_only(const struct by_seen *a, const struct by_seen *b)
{
    uint64_t count = 0;
    size_t at = 0;

    for (size_t i = 0; i < a->id_count; i++) {
        const uint8_t *id = a->ids.data + i * BY_LOOK_ID_BYTES;

        while (at < b->id_count &&
               memcmp(b->ids.data + at * BY_LOOK_ID_BYTES, id, BY_LOOK_ID_BYTES) < 0)
            at++;
        count += at == b->id_count ||
                 memcmp(b->ids.data + at * BY_LOOK_ID_BYTES, id, BY_LOOK_ID_BYTES) != 0;
    }
    return count;
}

static void write_side(struct by_json *json, const struct by_node *node, const char *key,
                       const struct by_seen *seen)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &seen->newest_device);

    by_json_key(json, key);
    if (seen->operation_count == 0) {
        by_json_null(json);
        return;
    }
    by_json_object_begin(json);
    write_count(json, "changes", seen->operation_count);
    by_json_key(json, "newest");
    by_json_stamp(json, seen->newest_hlc);
    by_json_key(json, "by");
    if (device == NULL)
        by_json_null(json);
    else
        by_json_organisation(json, node, &device->organisation);
    by_json_object_end(json);
}

static void
write_found(struct by_json *json, const struct by_node *node, const struct by_compared *compared)
{
    const struct by_seen ours = read_back(&compared->records[0]);
    const struct by_seen theirs = read_back(&compared->records[1]);
    bool is_partial =
        ours.id_count < ours.operation_count || theirs.id_count < theirs.operation_count;

    by_json_object_begin(json);
    by_json_key(json, "record");
    by_compare_write_record(json, node, &compared->name);
    write_side(json, node, "here", &ours);
    write_side(json, node, "there", &theirs);
    write_count(json, "they_lack", is_partial ? 0 : count_only(&ours, &theirs));
    write_count(json, "we_lack", is_partial ? 0 : count_only(&theirs, &ours));
    by_json_key(json, "partial");
    by_json_bool(json, is_partial);
    by_json_object_end(json);
}

/* Why two nodes do not see the same: what is a function of the entries differs by entries alone, or
 * by the programs. */
static const char *
find_cause(const struct by_standing *ours, const struct by_standing *theirs, uint64_t lacking)
{
    if (by_id_equal(&ours->state, &theirs->state))
        return "program";
    return lacking == 0 && !by_id_equal(&ours->acts, &theirs->acts) ? "members" : "changes";
}

void by_compared_write(struct by_json *json, const struct by_node *node,
                       const struct by_compared *compared)
{
    const struct by_seen ours = read_back(&compared->tops[0]);
    const struct by_seen theirs = read_back(&compared->tops[1]);
    struct by_standing own = {.count = 0}, other = {.count = 0};
    uint64_t they_lack = 0, we_lack = 0;
    bool are_members_same = by_id_equal(&ours.charter, &theirs.charter);
    bool is_same = compared->is_settled && !compared->is_found && are_members_same;

    if (by_standing_read(ours.standing, &own) == BANYAN_OK &&
        by_standing_read(theirs.standing, &other) == BANYAN_OK)
        by_standing_weigh(&own, &other, &they_lack, &we_lack);
    by_json_object_begin(json);
    by_json_key(json, "at");
    by_json_ms(json, compared->at_ms);
    by_json_key(json, "same");
    by_json_bool(json, is_same);
    by_json_key(json, "settled");
    by_json_bool(json, compared->is_settled);
    by_json_key(json, "same_members");
    by_json_bool(json, are_members_same);
    write_count(json, "they_lack", they_lack);
    write_count(json, "we_lack", we_lack);
    by_json_key(json, "partial");
    by_json_bool(json, own.is_partial || other.is_partial);
    by_json_key(json, "cause");
    if (is_same || !compared->is_settled)
        by_json_null(json);
    else
        by_json_literal(json, find_cause(&own, &other, they_lack + we_lack));
    by_json_key(json, "first");
    if (compared->is_found)
        write_found(json, node, compared);
    else
        by_json_null(json);
    by_json_object_end(json);
}
