#include "core/keys.h"

#include <string.h>

#include "base/text.h"
#include "core/answer.h"
#include "core/keeping.h"
#include "crypto/key_file.h"
#include "sync/keeper.h"

#define PASSPHRASE_BYTES_MIN 8u

/* -- what the file says -- */

static void take_file(struct by_node *node, const struct by_key_file *file)
{
    node->is_sealed = node->is_locked = file->is_sealed;
    if (!file->is_sealed) {
        by_keys_take(node, &file->seeds);
        return;
    }
    node->device.public_key = file->device;
    node->transport.public_key = file->transport;
}

enum banyan_status by_keys_read(struct by_node *node, struct banyan_error *error)
{
    struct by_key_file file;
    enum banyan_status status = by_home_key_read(node->home, &file, error);

    if (status == BANYAN_OK)
        take_file(node, &file);
    by_secret_wipe(&file, sizeof file);
    return status;
}

void by_keys_take(struct by_node *node, const struct by_device_seeds *seeds)
{
    by_signing_key_from_seed(&seeds->device, &node->device);
    by_box_key_from_seed(&seeds->transport, &node->transport);
    node->is_locked = false;
}

void by_keys_share(struct by_node *node, const struct by_node *from)
{
    node->device = from->device;
    node->transport = from->transport;
    node->is_sealed = from->is_sealed;
    node->is_locked = from->is_locked;
    node->has_keeper = from->has_keeper;
    node->passphrase = from->passphrase;
}

/* -- passphrases -- */

/* What was typed, in memory that is locked. */
struct typed {
    char text[BANYAN_PASSPHRASE_BYTES_MAX + 1];
};

static enum banyan_status nobody_to_ask(struct banyan_error *error)
{
    return by_fail(error, BANYAN_ERR_DENIED,
                   "the key of this device is locked by a passphrase, and there is nobody to "
                   "ask for it");
}

static enum banyan_status ask(const struct banyan_passphrase *passphrase,
                              enum banyan_passphrase_use use, struct typed **out_typed,
                              struct banyan_error *error)
{
    struct typed *typed = NULL;
    enum banyan_status status = BANYAN_OK;

    if (passphrase->ask == NULL)
        return nobody_to_ask(error);
    typed = by_secret_new(sizeof *typed);
    if (typed == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = passphrase->ask(passphrase->context, use, typed->text, sizeof typed->text, error);
    typed->text[sizeof typed->text - 1] = '\0';
    if (status == BANYAN_OK)
        *out_typed = typed;
    else
        by_secret_free(typed);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

/* Keyboards type one letter in several ways: they mean the same passphrase. Only what is not in
 * normal form already is copied to be brought there. */
static enum banyan_status normalise(struct typed *typed)
{
    struct by_buffer normal = BY_BUFFER_INIT(sizeof typed->text - 1);
    struct by_bytes text = by_bytes_of_text(typed->text);
    enum banyan_status status = BANYAN_OK;

    if (by_text_check(text) == BANYAN_OK)
        return BANYAN_OK;
    status = by_text_normalise(text, &normal);
    if (status == BANYAN_OK) {
        by_secret_wipe(typed->text, sizeof typed->text);
        memcpy(typed->text, normal.data, normal.size);
    }
    by_secret_wipe(normal.data, normal.size);
    by_buffer_deinit(&normal);
    return status;
}

static enum banyan_status ask_new(const struct banyan_passphrase *passphrase,
                                  struct typed **out_typed, struct banyan_error *error)
{
    struct typed *typed = NULL;
    enum banyan_status status = ask(passphrase, BANYAN_PASSPHRASE_TO_LOCK, &typed, error);

    if (status != BANYAN_OK)
        return status;
    if (normalise(typed) != BANYAN_OK)
        status = by_fail(error, BANYAN_ERR_INVALID, "the passphrase is no text in UTF-8");
    else if (strlen(typed->text) < PASSPHRASE_BYTES_MIN)
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "the passphrase is too short: give at least %u letters, or some words",
                         PASSPHRASE_BYTES_MIN);
    if (status == BANYAN_OK)
        *out_typed = typed;
    else
        by_secret_free(typed);
    return status;
}

static enum banyan_status unseal(const struct banyan_passphrase *passphrase,
                                 const struct by_key_file *file, struct by_device_seeds *out_seeds,
                                 struct banyan_error *error)
{
    struct typed *typed = NULL;
    enum banyan_status status = ask(passphrase, BANYAN_PASSPHRASE_TO_UNLOCK, &typed, error);

    if (status != BANYAN_OK)
        return status;
    /* One that is no text was never set. */
    status = normalise(typed) == BANYAN_OK
                 ? by_key_file_unseal(file, by_bytes_of_text(typed->text), out_seeds)
                 : BANYAN_ERR_DENIED;
    by_secret_free(typed);
    if (status == BANYAN_ERR_DENIED)
        return by_fail(error, status, "this is not the passphrase of this device's key");
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_keys_seeds(const char *home, const struct banyan_passphrase *passphrase,
                                 bool *out_was_sealed, struct by_device_seeds *out_seeds,
                                 struct banyan_error *error)
{
    struct by_key_file file;
    enum banyan_status status = by_home_key_read(home, &file, error);

    *out_was_sealed = status == BANYAN_OK && file.is_sealed;
    if (status == BANYAN_OK && file.is_sealed)
        status = unseal(passphrase, &file, out_seeds, error);
    else if (status == BANYAN_OK)
        *out_seeds = file.seeds;
    by_secret_wipe(&file, sizeof file);
    return status;
}

enum banyan_status by_keys_unlock(struct by_node *node, struct banyan_error *error)
{
    struct by_device_seeds *seeds = NULL;
    bool was_sealed = false;
    enum banyan_status status = BANYAN_OK;

    if (!node->is_locked)
        return BANYAN_OK;
    seeds = by_secret_new(sizeof *seeds);
    if (seeds == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_keys_seeds(node->home, &node->passphrase, &was_sealed, seeds, error);
    if (status == BANYAN_OK)
        by_keys_take(node, seeds);
    by_secret_free(seeds);
    return status;
}

/* -- by the node at work -- */

/* One question, one answer: the node waits for nobody. */
static enum banyan_status
ask_keeper(const struct by_node *node, const struct by_buffer *request, uint8_t *out, size_t size)
{
    uint8_t room[BY_KEEPER_ANSWER_BYTES_MAX + 1]; /* a buffer keeps one to spare */
    struct by_buffer answer = {.data = room, .capacity = sizeof room, .size_max = sizeof room - 1};
    int line = by_os_door_knock(node->home, BY_KEEPER_DOOR);
    enum banyan_status status =
        line < 0 ? BANYAN_ERR_BUSY : by_os_line_send(line, by_buffer_bytes(request));

    if (status == BANYAN_OK)
        status = by_os_line_receive(line, sizeof room - 1, &answer);
    if (status == BANYAN_OK)
        status = by_keeper_take(by_buffer_bytes(&answer), out, size);
    by_os_line_close(line);
    by_secret_wipe(room, sizeof room);
    return status;
}

static enum banyan_status explain_keeper(enum banyan_status status, struct banyan_error *error)
{
    if (status == BANYAN_OK || status == BANYAN_ERR_MEMORY)
        return status == BANYAN_OK ? status : by_fail_plain(error, status);
    if (status == BANYAN_ERR_BUSY || status == BANYAN_ERR_NETWORK)
        return by_fail(error, BANYAN_ERR_BUSY,
                       "the node at work here, which has the key, has just ended: do it again");
    return by_fail(error, BANYAN_ERR_DENIED,
                   "the node at work here does not sign this: if it is of another version, start "
                   "it anew");
}

static bool has_keeper(const struct by_node *node)
{
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    struct by_id device;
    bool is_there = by_keeper_ask_hello(&request) == BANYAN_OK &&
                    ask_keeper(node, &request, device.bytes, sizeof device.bytes) == BANYAN_OK &&
                    by_id_equal(&device, &node->device.public_key);

    by_buffer_deinit(&request);
    return is_there;
}

enum banyan_status by_keys_need(struct by_node *node, struct banyan_error *error)
{
    if (!node->is_locked || node->has_keeper)
        return BANYAN_OK;
    node->has_keeper = has_keeper(node);
    return node->has_keeper ? BANYAN_OK : by_keys_unlock(node, error);
}

enum banyan_status by_keys_seal(const struct by_node *node, const struct by_run *run,
                                struct by_signature *out_seal, struct banyan_error *error)
{
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    struct by_entry last = run->entries[run->count - 1];
    enum banyan_status status = by_keeper_ask_seal(run, &request);

    if (status == BANYAN_OK)
        status = ask_keeper(node, &request, out_seal->bytes, sizeof out_seal->bytes);
    if (status == BANYAN_OK) {
        last.seal = *out_seal;
        if (by_entry_verify_seal(&last, &node->network) != BANYAN_OK)
            status = BANYAN_ERR_DENIED;
    }
    by_buffer_deinit(&request);
    return explain_keeper(status, error);
}

enum banyan_status by_keys_sign_view(const struct by_node *node,
                                     const struct by_view_statement *statement, uint64_t at_ms,
                                     struct by_view_signature *out_signature,
                                     struct banyan_error *error)
{
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (!node->is_locked) {
        by_view_statement_sign(statement, &node->device, at_ms, out_signature);
        return BANYAN_OK;
    }
    out_signature->device = node->device.public_key;
    out_signature->at_ms = at_ms;
    status = by_keeper_ask_view(statement, at_ms, &request);
    if (status == BANYAN_OK)
        status = ask_keeper(node, &request, out_signature->signature.bytes,
                            sizeof out_signature->signature.bytes);
    if (status == BANYAN_OK && by_view_statement_verify(statement, out_signature) != BANYAN_OK)
        status = BANYAN_ERR_DENIED;
    by_buffer_deinit(&request);
    return explain_keeper(status, error);
}

static enum banyan_status sign_bundle(void *context, const struct by_bundle_manifest *manifest,
                                      const struct by_id *header_hash,
                                      struct by_signature *out_signature)
{
    const struct by_node *node = context;
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    enum banyan_status status = by_keeper_ask_bundle(manifest, header_hash, &request);

    if (status == BANYAN_OK)
        status = ask_keeper(node, &request, out_signature->bytes, sizeof out_signature->bytes);
    by_buffer_deinit(&request);
    return explain_keeper(status, NULL);
}

struct by_bundle_signer by_keys_bundle_signer(const struct by_node *node)
{
    if (!node->is_locked)
        return (struct by_bundle_signer){.key = &node->device};
    return (struct by_bundle_signer){.sign = sign_bundle, .context = (void *)(uintptr_t)node};
}

static enum banyan_status
open_box(void *context, const uint8_t sealed[BY_SEALED_BYTES], uint8_t out_plain[32])
{
    const struct by_node *node = context;
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    enum banyan_status status = by_keeper_ask_open(sealed, &request);

    if (status == BANYAN_OK)
        status = ask_keeper(node, &request, out_plain, 32);
    by_buffer_deinit(&request);
    return status;
}

void by_keys_bundle_keys(const struct by_node *node, struct by_bundle_keys *keys)
{
    keys->transport = node->is_locked ? NULL : &node->transport;
    keys->unbox = node->is_locked ? open_box : NULL;
    keys->context = (void *)(uintptr_t)node;
}

/* -- changing -- */

static enum banyan_status encode_sealed(const struct by_device_seeds *seeds,
                                        const struct banyan_passphrase *lock,
                                        struct by_key_bytes *out_bytes, struct banyan_error *error)
{
    uint8_t salt[BY_SLOW_SALT_BYTES];
    uint8_t nonce[24];
    struct typed *typed = NULL;
    enum banyan_status status = by_crypto_start();

    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    status = ask_new(lock, &typed, error);
    if (status != BANYAN_OK)
        return status;
    by_os_random(salt, sizeof salt);
    by_os_random(nonce, sizeof nonce);
    status = by_key_file_put_sealed(seeds, by_bytes_of_text(typed->text), BY_KEY_SLOWNESS, salt,
                                    nonce, out_bytes->data);
    by_secret_free(typed);
    out_bytes->size = BY_KEY_FILE_SEALED_BYTES;
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_keys_encode(const struct by_device_seeds *seeds,
                                  const struct banyan_passphrase *lock,
                                  struct by_key_bytes *out_bytes, struct banyan_error *error)
{
    if (lock->ask != NULL)
        return encode_sealed(seeds, lock, out_bytes, error);
    by_key_file_put_open(seeds, out_bytes->data);
    out_bytes->size = BY_KEY_FILE_OPEN_BYTES;
    return BANYAN_OK;
}

static enum banyan_status
answer(bool has_passphrase, bool is_changed, struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "passphrase");
    by_json_bool(&json, has_passphrase);
    by_json_key(&json, "changed");
    by_json_bool(&json, is_changed);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_keys_change(struct by_node *node, bool has_passphrase, struct by_buffer *out,
                                  struct banyan_error *error)
{
    const struct banyan_passphrase nobody = {.ask = NULL};
    const struct banyan_passphrase *lock = has_passphrase ? &node->passphrase : &nobody;
    struct by_key_bytes bytes = {.size = 0};
    struct by_device_seeds *seeds = by_secret_new(sizeof *seeds);
    bool was_sealed = false;
    enum banyan_status status = BANYAN_OK;

    if (seeds == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_keys_seeds(node->home, &node->passphrase, &was_sealed, seeds, error);
    if (status == BANYAN_OK && has_passphrase && lock->ask == NULL)
        status = nobody_to_ask(error);
    if (status == BANYAN_OK && (has_passphrase || was_sealed))
        status = by_keys_encode(seeds, lock, &bytes, error);
    if (status == BANYAN_OK && (has_passphrase || was_sealed))
        status = by_home_key_replace(node->home, by_bytes_of(bytes.data, bytes.size), error);
    by_secret_wipe(&bytes, sizeof bytes);
    by_secret_free(seeds);
    return status == BANYAN_OK ? answer(has_passphrase, has_passphrase || was_sealed, out, error)
                               : status;
}
