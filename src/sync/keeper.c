#include "sync/keeper.h"

#include "member/act.h"
#include "record/operation.h"
#include "sync/bundle_format.h"

enum wish { WISH_HELLO, WISH_SEAL, WISH_BUNDLE, WISH_VIEW, WISH_OPEN };
enum { ANSWER_GRANTED, ANSWER_REFUSED };

#define VIEW_BYTES (3u * sizeof(struct by_id) + 8u + 8u)

/* -- asking -- */

static enum banyan_status begin(enum wish wish, struct by_buffer *out)
{
    const uint8_t head[] = {BY_KEEPER_VERSION, (uint8_t)wish};

    return by_buffer_append(out, head, sizeof head);
}

enum banyan_status by_keeper_ask_hello(struct by_buffer *out)
{
    return begin(WISH_HELLO, out);
}

static enum banyan_status put_u64(uint64_t value, struct by_buffer *out)
{
    uint8_t bytes[8];

    by_put_u64le(bytes, value);
    return by_buffer_append(out, bytes, sizeof bytes);
}

enum banyan_status by_keeper_ask_seal(const struct by_run *run, struct by_buffer *out)
{
    struct by_zip zip = {0};
    uint8_t log[40];
    enum banyan_status status = begin(WISH_SEAL, out);

    by_log_id_put(log, &run->base.log);
    if (status == BANYAN_OK)
        status = by_buffer_append(out, log, sizeof log);
    if (status == BANYAN_OK)
        status = put_u64(run->base.first_seq, out);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&run->base.prev));
    if (status == BANYAN_OK)
        status = by_block_pack(run, &zip, out);
    by_zip_deinit(&zip);
    return status;
}

enum banyan_status by_keeper_ask_bundle(const struct by_bundle_manifest *manifest,
                                        const struct by_id *header_hash, struct by_buffer *out)
{
    enum banyan_status status = begin(WISH_BUNDLE, out);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(header_hash));
    return status == BANYAN_OK ? by_bundle_map_put(manifest, out) : status;
}

enum banyan_status
by_keeper_ask_view(const struct by_view_statement *statement, uint64_t at_ms, struct by_buffer *out)
{
    enum banyan_status status = begin(WISH_VIEW, out);

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&statement->network));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&statement->view));
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_id_bytes(&statement->charter));
    if (status == BANYAN_OK)
        status = put_u64(statement->record_count, out);
    return status == BANYAN_OK ? put_u64(at_ms, out) : status;
}

enum banyan_status by_keeper_ask_open(const uint8_t sealed[BY_SEALED_BYTES], struct by_buffer *out)
{
    enum banyan_status status = begin(WISH_OPEN, out);

    return status == BANYAN_OK ? by_buffer_append(out, sealed, BY_SEALED_BYTES) : status;
}

enum banyan_status by_keeper_take(struct by_bytes answer, uint8_t *out, size_t size)
{
    if (answer.size == 1 && answer.data[0] == ANSWER_REFUSED)
        return BANYAN_ERR_DENIED;
    if (answer.size != 1 + size || answer.data[0] != ANSWER_GRANTED)
        return BANYAN_ERR_MALFORMED;
    memcpy(out, answer.data + 1, size);
    return BANYAN_OK;
}

/* -- granting: each gives BANYAN_OK and fills granted, or refuses -- */

struct granted {
    uint8_t bytes[sizeof(struct by_signature)];
    size_t size;
};

static enum banyan_status grant(struct granted *granted, const uint8_t *bytes, size_t size)
{
    memcpy(granted->bytes, bytes, size);
    granted->size = size;
    return BANYAN_OK;
}

/* An act or an operation that readers take for one. */
static enum banyan_status check_entry(const struct by_entry *entry, bool is_last)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_operation operation;
    struct by_act act;
    enum banyan_status status = BANYAN_OK;

    if (by_entry_is_sealed(entry) != is_last || entry->header.kind == BY_KIND_GENESIS)
        return BANYAN_ERR_MALFORMED;
    if (entry->header.kind == BY_KIND_OPERATION) {
        status = by_operation_decode(entry->links, entry->payload, &arena, &operation);
        if (status == BANYAN_OK && operation.values == NULL)
            status = BANYAN_ERR_INVALID;
    } else {
        status = by_act_decode(entry->header.kind, entry->payload, &arena, &act);
    }
    by_arena_deinit(&arena);
    return status;
}

static enum banyan_status check_run(const struct by_keeper *keeper, const struct by_run *run)
{
    static const struct by_signature zero;
    const struct by_entry *last = &run->entries[run->count - 1];
    enum banyan_status status = BANYAN_OK;

    if (!by_id_equal(&run->base.log.device, &keeper->device->public_key) ||
        memcmp(&last->seal, &zero, sizeof zero) != 0)
        return BANYAN_ERR_MALFORMED;
    for (size_t i = 0; i < run->count && status == BANYAN_OK; i++)
        status = check_entry(&run->entries[i], i == run->count - 1);
    return status == BANYAN_OK ? keeper->follows(keeper->context, run) : status;
}

static enum banyan_status take_base(struct by_cursor *cursor, struct by_block_base *out_base)
{
    struct by_bytes log, seq, prev;
    enum banyan_status status = by_cursor_take(cursor, 40, &log);

    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, 8, &seq);
    if (status == BANYAN_OK)
        status = by_cursor_take(cursor, sizeof out_base->prev, &prev);
    if (status != BANYAN_OK)
        return status;
    by_log_id_get(log.data, &out_base->log);
    out_base->first_seq = by_get_u64le(seq.data);
    return by_id_from_bytes(prev, &out_base->prev);
}

static enum banyan_status
seal(const struct by_keeper *keeper, struct by_cursor *cursor, struct granted *granted)
{
    struct by_block_reader reader = {0};
    struct by_block_base base;
    struct by_run run;
    enum banyan_status status = take_base(cursor, &base);

    if (status == BANYAN_OK)
        status = by_block_reader_init(&reader);
    if (status == BANYAN_OK)
        status = by_block_unpack(&reader, &base, cursor->rest, &run);
    if (status == BANYAN_OK)
        status = check_run(keeper, &run);
    if (status == BANYAN_OK) {
        struct by_entry *last = &run.entries[run.count - 1];

        by_entry_seal(last, keeper->device, &keeper->network);
        keeper->sealed(keeper->context, &run);
        status = grant(granted, last->seal.bytes, sizeof last->seal.bytes);
    }
    by_block_reader_deinit(&reader);
    return status;
}

static enum banyan_status
sign_bundle(const struct by_keeper *keeper, struct by_cursor *cursor, struct granted *granted)
{
    struct by_buffer map = BY_BUFFER_INIT(BY_BUNDLE_MANIFEST_BYTES_MAX);
    struct by_bundle_manifest manifest;
    struct by_signature signature;
    struct by_bytes bytes;
    struct by_id header_hash;
    enum banyan_status status = by_cursor_take(cursor, sizeof header_hash, &bytes);

    if (status == BANYAN_OK)
        status = by_id_from_bytes(bytes, &header_hash);
    if (status == BANYAN_OK)
        status = by_bundle_map_take(cursor->rest, &manifest);
    if (status == BANYAN_OK && (!by_id_equal(&manifest.network, &keeper->network) ||
                                !by_id_equal(&manifest.maker, &keeper->device->public_key)))
        status = BANYAN_ERR_DENIED;
    /* What was understood, and nothing that may stand beside it. */
    if (status == BANYAN_OK)
        status = by_bundle_map_put(&manifest, &map);
    if (status == BANYAN_OK) {
        by_bundle_map_sign(by_buffer_bytes(&map), &manifest.network, &header_hash, keeper->device,
                           &signature);
        status = grant(granted, signature.bytes, sizeof signature.bytes);
    }
    by_buffer_deinit(&map);
    return status;
}

static enum banyan_status
sign_view(const struct by_keeper *keeper, struct by_cursor *cursor, struct granted *granted)
{
    struct by_view_statement statement;
    struct by_view_signature signature;
    const uint8_t *at = cursor->rest.data;

    if (cursor->rest.size != VIEW_BYTES)
        return BANYAN_ERR_MALFORMED;
    memcpy(statement.network.bytes, at, 32);
    memcpy(statement.view.bytes, at + 32, 32);
    memcpy(statement.charter.bytes, at + 64, 32);
    statement.record_count = by_get_u64le(at + 96);
    if (!by_id_equal(&statement.network, &keeper->network))
        return BANYAN_ERR_DENIED;
    by_view_statement_sign(&statement, keeper->device, by_get_u64le(at + 104), &signature);
    return grant(granted, signature.signature.bytes, sizeof signature.signature.bytes);
}

static enum banyan_status
open_box(const struct by_keeper *keeper, struct by_cursor *cursor, struct granted *granted)
{
    if (cursor->rest.size != BY_SEALED_BYTES)
        return BANYAN_ERR_MALFORMED;
    granted->size = 32;
    return by_box_open(keeper->transport, cursor->rest.data, granted->bytes);
}

static enum banyan_status judge(const struct by_keeper *keeper, uint8_t wish,
                                struct by_cursor *cursor, struct granted *granted)
{
    switch (wish) {
    case WISH_HELLO:
        return cursor->rest.size != 0
                   ? BANYAN_ERR_MALFORMED
                   : grant(granted, keeper->device->public_key.bytes, sizeof(struct by_id));
    case WISH_SEAL:
        return seal(keeper, cursor, granted);
    case WISH_BUNDLE:
        return sign_bundle(keeper, cursor, granted);
    case WISH_VIEW:
        return sign_view(keeper, cursor, granted);
    case WISH_OPEN:
        return open_box(keeper, cursor, granted);
    }
    return BANYAN_ERR_MALFORMED;
}

enum banyan_status
by_keeper_answer(const struct by_keeper *keeper, struct by_bytes request, struct by_buffer *out)
{
    struct by_cursor cursor = {.rest = request};
    struct granted granted = {.size = 0};
    struct by_bytes head;
    uint8_t verdict = ANSWER_REFUSED;
    enum banyan_status status = by_cursor_take(&cursor, 2, &head);

    if (status == BANYAN_OK && head.data[0] == BY_KEEPER_VERSION &&
        judge(keeper, head.data[1], &cursor, &granted) == BANYAN_OK)
        verdict = ANSWER_GRANTED;
    status = by_buffer_append(out, &verdict, 1);
    if (status == BANYAN_OK && verdict == ANSWER_GRANTED)
        status = by_buffer_append(out, granted.bytes, granted.size);
    by_secret_wipe(&granted, sizeof granted);
    return status;
}
