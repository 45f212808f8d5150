#include "bundle/read.h"

#include <stdlib.h>
#include <string.h>

#include "core/keys.h"
#include "crypto/hash.h"

#define PIECE_BYTES (64u * 1024u)

struct reading {
    const struct by_node *node;
    struct by_bundle_reader *reader;
    by_bundle_sink *sink;
    void *context;
};

static enum banyan_status check_network(const struct reading *reading)
{
    const struct by_bundle_manifest *manifest = by_bundle_reader_manifest(reading->reader);

    if (manifest == NULL || by_id_equal(&manifest->network, &reading->node->network))
        return BANYAN_OK;
    return BANYAN_ERR_WRONG_NETWORK;
}

static enum banyan_status pass_on(void *context, const struct by_run *run, struct by_bytes packed)
{
    const struct reading *reading = context;
    enum banyan_status status = check_network(reading);

    return status == BANYAN_OK ? reading->sink(reading->context, run, packed) : status;
}

static enum banyan_status feed_all(struct reading *reading, struct by_os_input *input,
                                   struct by_id *out_hash, struct banyan_error *error)
{
    struct by_hash hash;
    size_t size = 0;
    uint8_t *piece = malloc(PIECE_BYTES);
    enum banyan_status status = piece == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    by_hash_init(&hash, BY_TAG_CHECKSUM);
    while (status == BANYAN_OK) {
        status = by_os_input_read(input, piece, PIECE_BYTES, &size, error);
        if (status != BANYAN_OK || size == 0)
            break;
        by_hash_add(&hash, by_bytes_of(piece, size));
        status = by_bundle_reader_feed(reading->reader, by_bytes_of(piece, size));
    }
    if (status == BANYAN_OK)
        status = by_bundle_reader_end(reading->reader);
    if (status == BANYAN_OK)
        status = check_network(reading);
    by_hash_end(&hash, out_hash);
    free(piece);
    return status;
}

/* The join keys of all invitations held: a newcomer's bundle is for whoever knows them. */
static enum banyan_status
collect_join_keys(const struct by_node *node, uint8_t (**out_keys)[32], size_t *out_count)
{
    const struct by_charter_invite *invites = by_charter_invites(node->charter, out_count);
    uint8_t(*keys)[32] = calloc(*out_count + 1, sizeof *keys);

    if (keys == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < *out_count; i++)
        memcpy(keys[i], invites[i].join_key, sizeof keys[i]);
    *out_keys = keys;
    return BANYAN_OK;
}

enum banyan_status by_bundle_read(const struct by_node *node, struct by_os_input *input,
                                  by_bundle_sink *sink, void *context,
                                  struct by_bundle_seen *out_seen, struct banyan_error *error)
{
    struct reading reading = {.node = node, .sink = sink, .context = context};
    uint8_t(*join_keys)[32] = NULL;
    struct by_bundle_keys keys = {.transport = NULL};

    by_keys_bundle_keys(node, &keys);
    memset(out_seen, 0, sizeof *out_seen);
    enum banyan_status status = collect_join_keys(node, &join_keys, &keys.join_key_count);
    keys.join_keys = (const uint8_t(*)[32])join_keys;
    if (status == BANYAN_OK)
        status = by_bundle_reader_new(&keys, pass_on, &reading, &reading.reader);
    if (status == BANYAN_OK)
        status = feed_all(&reading, input, &out_seen->hash, error);
    if (status == BANYAN_OK)
        out_seen->manifest = *by_bundle_reader_manifest(reading.reader);
    by_bundle_reader_free(reading.reader);
    free(join_keys);
    return status;
}

/* Blocks that come with the piece the manifest ends in. */
static enum banyan_status pass_over(void *context, const struct by_run *run, struct by_bytes packed)
{
    (void)context;
    (void)run;
    (void)packed;
    return BANYAN_OK;
}

enum banyan_status by_bundle_peek(const struct by_box_key *transport, struct by_os_input *input,
                                  struct by_bundle_manifest *out_manifest,
                                  struct banyan_error *error)
{
    const struct by_bundle_keys keys = {.transport = transport};
    struct by_bundle_reader *reader = NULL;
    uint8_t *piece = malloc(PIECE_BYTES);
    size_t size = 1;
    enum banyan_status status =
        piece == NULL ? BANYAN_ERR_MEMORY : by_bundle_reader_new(&keys, pass_over, NULL, &reader);

    while (status == BANYAN_OK && size > 0 && by_bundle_reader_manifest(reader) == NULL) {
        status = by_os_input_read(input, piece, PIECE_BYTES, &size, error);
        if (status == BANYAN_OK)
            status = by_bundle_reader_feed(reader, by_bytes_of(piece, size));
    }
    if (status == BANYAN_OK && by_bundle_reader_manifest(reader) == NULL)
        status = BANYAN_ERR_TRUNCATED;
    if (status == BANYAN_OK)
        *out_manifest = *by_bundle_reader_manifest(reader);
    by_bundle_reader_free(reader);
    free(piece);
    return status;
}

enum banyan_status
by_bundle_explain(const char *path, enum banyan_status status, struct banyan_error *error)
{
    int number = status; /* most statuses say nothing about a bundle */

    switch (number) {
    case BANYAN_ERR_MALFORMED:
        return by_fail(error, status,
                       "%s is no banyan bundle, or breaks the rules of one (nothing was taken in)",
                       path);
    case BANYAN_ERR_TRUNCATED:
        return by_fail(
            error, status,
            "%s ends too early: copy it again, or ask for a new one (nothing was taken in)", path);
    case BANYAN_ERR_DAMAGED:
        return by_fail(
            error, status,
            "%s was changed on its way: copy it again, or ask for a new one (nothing was taken in)",
            path);
    case BANYAN_ERR_NOT_FOR_US:
        return by_fail(error, status,
                       "%s is encrypted to others: ask its maker for one that this device can read "
                       "(nothing was taken in)",
                       path);
    case BANYAN_ERR_WRONG_NETWORK:
        return by_fail(error, status, "%s is of another network (nothing was taken in)", path);
    case BANYAN_ERR_UPGRADE:
        return by_fail(
            error, status,
            "%s was made by a newer version of banyan: upgrade to read it (nothing was taken in)",
            path);
    case BANYAN_ERR_TOO_LARGE:
        return by_fail(error, status, "%s holds more than the limits allow (nothing was taken in)",
                       path);
    case BANYAN_ERR_BAD_SIGNATURE:
        return by_fail(error, status,
                       "%s holds a signature that does not verify: ask for a new one from another "
                       "member (nothing was taken in)",
                       path);
    case BANYAN_ERR_BROKEN_CHAIN:
    case BANYAN_ERR_NOT_CANONICAL:
    case BANYAN_ERR_BAD_TEXT:
    case BANYAN_ERR_INVALID:
        return by_fail(error, status,
                       "%s holds entries that break the rules: ask for a new one from another "
                       "member (nothing was taken in)",
                       path);
    }
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_bundle_refuse(const struct by_node *node, const char *path,
                                    enum banyan_status status, struct banyan_error *error)
{
    if (status == BANYAN_ERR_NOT_FOR_US && node != NULL && by_node_role(node) >= BY_ROLE_MEMBER)
        return by_fail(
            error, status,
            "%s is encrypted to others: ask its maker for one that this device can read. "
            "It may be a newcomer who asks to be taken in, with an invitation that is "
            "not known here yet: apply a bundle of the office that invited it first "
            "(nothing was taken in)",
            path);
    status = by_bundle_explain(path, status, error);
    if (status != BANYAN_ERR_DAMAGED)
        return status;
    if (error != NULL)
        error->status = BANYAN_ERR_MALFORMED;
    return BANYAN_ERR_MALFORMED;
}
