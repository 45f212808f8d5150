#include "admin/recover.h"
#include "backup/backup.h"
#include "backup/read.h"
#include "core/answer.h"
#include "core/keys.h"

/* The key that opens backups of a home's device. */
static enum banyan_status read_device_key(const char *home,
                                          const struct banyan_passphrase *passphrase,
                                          struct by_box_key *out_key, struct banyan_error *error)
{
    struct by_device_seeds seeds;
    bool was_sealed = false;
    enum banyan_status status = BANYAN_OK;

    if (!by_home_has_key(home))
        return by_fail(error, BANYAN_ERR_USAGE,
                       "there is no device.key in %s: give the recovery code of the organisation "
                       "with --recovery",
                       home);
    status = by_keys_seeds(home, passphrase, &was_sealed, &seeds, error);
    if (status == BANYAN_OK)
        by_box_key_from_seed(&seeds.transport, out_key);
    by_secret_wipe(&seeds, sizeof seeds);
    return status;
}

static enum banyan_status
read_code_key(const char *code, struct by_box_key *out_key, struct banyan_error *error)
{
    struct by_signing_key root;
    enum banyan_status status = by_recovery_read(code, &root, error);

    if (status == BANYAN_OK)
        by_box_key_of_signing_key(&root, out_key);
    by_secret_wipe(&root, sizeof root);
    return status;
}

static void write_count(struct by_json *json, const char *key, uint64_t count)
{
    by_json_key(json, key);
    by_json_int(json, (int64_t)count);
}

static enum banyan_status write_answer(const struct by_backup_reading *reading, const char *path,
                                       struct by_buffer *out, struct banyan_error *error)
{
    const struct by_bundle_manifest *manifest = &reading->manifest;
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "path");
    by_json_literal(&json, path);
    by_json_key(&json, "made");
    by_json_ms(&json, manifest->made_ms);
    by_json_key(&json, "device");
    by_json_hex(&json, by_id_bytes(&manifest->maker));
    by_json_key(&json, "network");
    by_json_hex(&json, by_id_bytes(&manifest->network));
    write_count(&json, "bytes", reading->byte_count);
    write_count(&json, "acts", manifest->act_count);
    write_count(&json, "entries", reading->entry_count - manifest->act_count);
    write_count(&json, "private", reading->private_entry_count);
    by_json_key(&json, "settings");
    by_json_array_begin(&json);
    for (size_t i = 0; i < reading->settings.count; i++)
        by_json_text(&json, by_bytes_of(reading->settings.items[i].name,
                                        reading->settings.items[i].name_size));
    by_json_array_end(&json);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_backup_check(const char *home, const struct banyan_restore *options,
                                   struct by_buffer *out, struct banyan_error *error)
{
    struct by_box_key key;
    struct by_backup_reading reading = {.key = &key};
    bool has_code = options->code != NULL;
    enum banyan_status status = by_crypto_start();

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    status = has_code ? read_code_key(options->code, &key, error)
                      : read_device_key(home, &options->passphrase, &key, error);
    if (status != BANYAN_OK)
        return status;
    status = by_backup_read(&reading, options->path, error);
    if (status != BANYAN_OK)
        status = by_backup_refuse(options->path, has_code ? NULL : home, status, error);
    if (status == BANYAN_OK)
        status = write_answer(&reading, options->path, out, error);
    by_settings_deinit(&reading.settings);
    by_secret_wipe(&key, sizeof key);
    return status;
}
