#include "backup/read.h"

#include <stdlib.h>

#define PIECE_BYTES (64u * 1024u)

struct feeding {
    struct by_backup_reading *reading;
    struct by_bundle_reader *reader;
};

/* The manifest is there with the first item; a bundle that any member made is none of ours. */
static enum banyan_status take_manifest(const struct feeding *feeding)
{
    const struct by_bundle_manifest *manifest = by_bundle_reader_manifest(feeding->reader);

    if (manifest == NULL)
        return BANYAN_OK;
    feeding->reading->manifest = *manifest;
    return manifest->is_backup ? BANYAN_OK : BANYAN_ERR_USAGE;
}

static enum banyan_status hand_over(const struct feeding *feeding, by_bundle_sink *sink,
                                    const struct by_run *run, struct by_bytes packed,
                                    uint64_t *count)
{
    struct by_backup_reading *reading = feeding->reading;
    enum banyan_status status = take_manifest(feeding);

    if (status == BANYAN_OK)
        status = by_run_verify_seal(run, &reading->manifest.network);
    if (status != BANYAN_OK)
        return status;
    *count += run->count;
    return sink == NULL ? BANYAN_OK : sink(reading->context, run, packed);
}

static enum banyan_status
take_shared(void *context, const struct by_run *run, struct by_bytes packed)
{
    const struct feeding *feeding = context;

    return hand_over(feeding, feeding->reading->sink, run, packed, &feeding->reading->entry_count);
}

static enum banyan_status
take_private(void *context, const struct by_run *run, struct by_bytes packed)
{
    const struct feeding *feeding = context;

    return hand_over(feeding, feeding->reading->private_sink, run, packed,
                     &feeding->reading->private_entry_count);
}

static enum banyan_status take_setting(void *context, struct by_bytes name, struct by_bytes part)
{
    const struct feeding *feeding = context;
    enum banyan_status status = take_manifest(feeding);

    return status == BANYAN_OK ? by_settings_add(&feeding->reading->settings, name, part) : status;
}

static enum banyan_status
feed_all(struct feeding *feeding, struct by_os_input *input, struct banyan_error *error)
{
    uint8_t *piece = malloc(PIECE_BYTES);
    size_t size = 1;
    enum banyan_status status = piece == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    while (status == BANYAN_OK && size > 0) {
        status = by_os_input_read(input, piece, PIECE_BYTES, &size, error);
        if (status == BANYAN_OK)
            status = by_bundle_reader_feed(feeding->reader, by_bytes_of(piece, size));
        feeding->reading->byte_count += status == BANYAN_OK ? size : 0;
    }
    if (status == BANYAN_OK)
        status = by_bundle_reader_end(feeding->reader);
    if (status == BANYAN_OK)
        status = take_manifest(feeding);
    free(piece);
    return status;
}

enum banyan_status
by_backup_read(struct by_backup_reading *reading, const char *path, struct banyan_error *error)
{
    struct feeding feeding = {.reading = reading};
    const struct by_bundle_keys keys = {.transport = reading->key};
    struct by_os_input *input = NULL;
    enum banyan_status status = by_os_input_open(path, &input, error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_reader_new(&keys, take_shared, &feeding, &feeding.reader);
    if (status == BANYAN_OK) {
        by_bundle_reader_want_own(feeding.reader, take_private, take_setting);
        status = feed_all(&feeding, input, error);
    }
    by_bundle_reader_free(feeding.reader);
    by_os_input_close(input);
    return status;
}

static enum banyan_status refuse_key(const char *path, const char *home, struct banyan_error *error)
{
    if (home == NULL)
        return by_fail(error, BANYAN_ERR_NOT_FOR_US,
                       "%s does not open with this recovery code: it is of another organisation, "
                       "or was made before the code was replaced",
                       path);
    return by_fail(error, BANYAN_ERR_NOT_FOR_US,
                   "device.key in %s does not open %s, since another device made it: give the "
                   "recovery code of the organisation with --recovery",
                   home, path);
}

enum banyan_status by_backup_refuse(const char *path, const char *home, enum banyan_status status,
                                    struct banyan_error *error)
{
    int number = status; /* most statuses say nothing about a file */

    switch (number) {
    case BANYAN_ERR_USAGE:
        return by_fail(error, status,
                       "%s is a bundle for other members, not a backup: banyan key recover makes a "
                       "home of it",
                       path);
    case BANYAN_ERR_TRUNCATED:
        return by_fail(error, status,
                       "%s ends too early: take another copy of the backup, or an older one", path);
    case BANYAN_ERR_DAMAGED:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "%s is not as it was written: take another copy of the backup, or an older "
                       "one",
                       path);
    case BANYAN_ERR_NOT_FOR_US:
        return refuse_key(path, home, error);
    case BANYAN_ERR_UPGRADE:
        return by_fail(error, status,
                       "%s was made by a newer version of banyan: upgrade to read it", path);
    case BANYAN_ERR_TOO_LARGE:
        return by_fail(error, status, "%s holds more than the limits allow", path);
    case BANYAN_ERR_MALFORMED:
        return by_fail(error, status, "%s is no backup of banyan, or breaks the rules of one",
                       path);
    case BANYAN_ERR_BAD_SIGNATURE:
    case BANYAN_ERR_BROKEN_CHAIN:
    case BANYAN_ERR_NOT_CANONICAL:
    case BANYAN_ERR_BAD_TEXT:
    case BANYAN_ERR_INVALID:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "%s holds entries that break the rules: take another backup", path);
    }
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
