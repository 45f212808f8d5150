#include "trust/signed_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/counts.h"
#include "core/file.h"
#include "core/keys.h"
#include "core/loaded.h"
#include "record/field_value.h"
#include "sync/proof.h"
#include "sync/signed_view.h"
#include "trust/proof_acts.h"

#define LISTED_MAX 10u

/* -- what this node sees -- */

static enum banyan_status see(struct by_node *node, struct by_view_statement *out_statement,
                              struct by_buffer *out_places, struct banyan_error *error)
{
    enum banyan_status status = by_node_view(node, NULL, error);

    out_statement->network = node->network;
    if (status == BANYAN_OK)
        status = by_view_root(node->view, &out_statement->view, error);
    if (status == BANYAN_OK)
        status = by_view_places(node->view, out_places, error);
    if (status != BANYAN_OK)
        return status;
    by_charter_digest(node->charter, &out_statement->charter);
    out_statement->record_count = out_places->size / BY_VIEW_PLACE_BYTES;
    return BANYAN_OK;
}

/* -- writing -- */

struct putting {
    const struct by_node *node;
    const struct by_view_signature *signatures;
    size_t count;
    struct by_buffer *out;
};

/* The acts that say whose devices signed. */
static enum banyan_status put_acts(void *context, struct by_store_txn *txn)
{
    struct putting *putting = context;
    struct by_id devices[BY_VIEW_SIGNATURES_MAX];
    const struct by_proof_roots roots = {.devices = devices, .device_count = putting->count};
    struct by_proof_acts acts = {.is_needed = NULL};
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < putting->count; i++)
        devices[i] = putting->signatures[i].device;
    status = by_proof_acts_read(&acts, txn, putting->node->charter, &roots);
    if (status == BANYAN_OK)
        status = by_proof_acts_put(&acts, txn, putting->out);
    by_proof_acts_deinit(&acts);
    return status;
}

static enum banyan_status write(struct by_node *node, const char *path, bool replace,
                                const struct by_view_statement *statement,
                                const struct by_view_signature *signatures, size_t count,
                                struct by_bytes places, struct banyan_error *error)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct putting putting = {node, signatures, count, &file};
    enum banyan_status status = by_signed_view_put_head(statement, &file);

    if (status == BANYAN_OK)
        status = by_store_read(node->store, put_acts, &putting, NULL);
    if (status == BANYAN_OK)
        status = by_signed_view_put_signatures(signatures, count, &file);
    if (status == BANYAN_OK)
        status = by_signed_view_put_places(places, &file);
    status = status == BANYAN_OK ? by_file_write(path, replace, by_buffer_bytes(&file), error)
                                 : by_fail_plain(error, status);
    by_buffer_deinit(&file);
    return status;
}

/* -- telling -- */

static void write_signature(struct by_json *json, const struct by_node *node,
                            const struct by_view_signature *signature)
{
    const struct by_charter_device *device =
        by_charter_device_find(node->charter, &signature->device);

    by_json_object_begin(json);
    by_json_key(json, "by");
    if (device == NULL)
        by_json_null(json);
    else
        by_json_organisation(json, node, &device->organisation);
    by_json_key(json, "role");
    by_json_literal(json,
                    by_role_name(device == NULL ? BY_ROLE_NONE
                                                : by_charter_device_role(node->charter, device)));
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(&signature->device));
    by_json_key(json, "at");
    by_json_ms(json, signature->at_ms);
    by_json_object_end(json);
}

static void write_statement(struct by_json *json, const struct by_node *node,
                            const struct by_view_statement *statement,
                            const struct by_view_signature *signatures, size_t count)
{
    char digits[BY_FINGERPRINT_TEXT_BYTES];

    by_json_key(json, "kind");
    by_json_literal(json, "view");
    by_json_key(json, "network");
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&statement->network));
    by_json_key(json, "names");
    by_json_value(json, by_charter_names(node->charter));
    by_json_object_end(json);
    by_fingerprint(&statement->network, &statement->charter, &statement->view, digits);
    by_json_key(json, "fingerprint");
    by_json_literal(json, digits);
    by_json_key(json, "records");
    by_json_int(json, (int64_t)statement->record_count);
    by_json_key(json, "signatures");
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        write_signature(json, node, &signatures[i]);
    by_json_array_end(json);
}

static enum banyan_status tell(const struct by_node *node, const char *path,
                               const struct by_view_statement *statement,
                               const struct by_view_signature *signatures, size_t count,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "file");
    by_json_literal(&json, path);
    write_statement(&json, node, statement, signatures, count);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

/* -- comparing -- */

enum difference { DIFFERENCE_ELSE, DIFFERENCE_HERE, DIFFERENCE_THERE };
struct comparing {
    struct by_node *node;
    struct by_json *json; /* NULL: count only */
    uint64_t count;
    char first[BY_SHORT_ID_BYTES];
    struct banyan_error *error;
};

static const char *difference_word(enum difference what)
{
    switch (what) {
    case DIFFERENCE_ELSE:
        return "different";
    case DIFFERENCE_HERE:
        return "here";
    case DIFFERENCE_THERE:
        return "there";
    }
    return "";
}

/* What is known here of a record; nothing of one that only the others have. */
static void write_known(struct comparing *comparing, const char *id)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    struct by_record_name name;
    struct by_loaded loaded = {.count = 0};
    enum banyan_status status =
        by_view_find(comparing->node->view, by_bytes_of_text(id), &name, NULL);

    if (status == BANYAN_OK)
        status = by_loaded_fetch(&loaded, comparing->node, &name, &arena, NULL);
    if (status == BANYAN_OK)
        status = by_loaded_label(&loaded, NULL, &arena, &label);
    by_json_key(comparing->json, "type");
    by_json_text(comparing->json, status == BANYAN_OK ? loaded.merged.type : by_bytes_of(NULL, 0));
    by_json_key(comparing->json, "label");
    by_json_text(comparing->json, by_buffer_bytes(&label));
    by_buffer_deinit(&label);
    by_arena_deinit(&arena);
}

static void note(struct comparing *comparing, const uint8_t *place, enum difference what)
{
    struct by_id hash = {{0}};
    char id[BY_SHORT_ID_BYTES];

    memcpy(hash.bytes, place, 8);
    by_short_id_of_hash(&hash, id);
    if (comparing->count++ == 0)
        memcpy(comparing->first, id, sizeof id);
    if (comparing->json == NULL || comparing->count > LISTED_MAX)
        return;
    by_json_object_begin(comparing->json);
    by_json_key(comparing->json, "id");
    by_json_literal(comparing->json, id);
    by_json_key(comparing->json, "what");
    by_json_literal(comparing->json, difference_word(what));
    write_known(comparing, id);
    by_json_object_end(comparing->json);
}

/* Both in the order of name hashes. */
static void compare(struct comparing *comparing, struct by_bytes here, struct by_bytes there)
{
    size_t i = 0, k = 0;

    while (i < here.size || k < there.size) {
        int order = i == here.size    ? 1
                    : k == there.size ? -1
                                      : memcmp(here.data + i, there.data + k, 8);
        bool is_same = order == 0 && memcmp(here.data + i, there.data + k, 16) == 0;

        if (!is_same)
            note(comparing, order > 0 ? there.data + k : here.data + i,
                 order == 0  ? DIFFERENCE_ELSE
                 : order < 0 ? DIFFERENCE_HERE
                             : DIFFERENCE_THERE);
        i += order <= 0 ? BY_VIEW_PLACE_BYTES : 0;
        k += order >= 0 ? BY_VIEW_PLACE_BYTES : 0;
    }
}

/* -- the calls -- */

static enum banyan_status
explain(enum banyan_status status, const char *path, struct banyan_error *error)
{
    if (banyan_status_class(status) != BANYAN_CLASS_DATA || status == BANYAN_ERR_UPGRADE ||
        status == BANYAN_ERR_WRONG_NETWORK)
        return by_fail_plain(error, status);
    if (status == BANYAN_ERR_BAD_SIGNATURE || status == BANYAN_ERR_BROKEN_CHAIN)
        return by_fail(error, BANYAN_ERR_BAD_SIGNATURE,
                       "%.200s does not hold: what stands in it is not what was signed", path);
    return by_fail(error, BANYAN_ERR_INVALID,
                   "%.200s is damaged, or no file of banyan fingerprint --sign", path);
}

static enum banyan_status read(struct by_node *node, const char *path, struct by_buffer *file,
                               struct by_signed_view *view, struct banyan_error *error)
{
    enum banyan_status status = by_os_file_read(path, BY_PROOF_BYTES_MAX, file, error);

    if (status != BANYAN_OK)
        return status;
    status = by_signed_view_read(by_buffer_bytes(file), NULL, NULL, view);
    if (status == BANYAN_OK && !by_id_equal(&view->statement.network, &node->network))
        status = BANYAN_ERR_WRONG_NETWORK;
    return status == BANYAN_OK ? status : explain(status, path, error);
}

enum banyan_status by_view_sign(struct by_node *node, const char *path, bool replace,
                                struct by_buffer *out, struct banyan_error *error)
{
    struct by_buffer places = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_view_statement statement;
    struct by_view_signature signature;
    enum banyan_status status = by_keys_need(node, error);

    if (status == BANYAN_OK)
        status = see(node, &statement, &places, error);
    if (status == BANYAN_OK && by_node_role(node) == BY_ROLE_NONE)
        status = by_node_may_write(node, error);
    if (status == BANYAN_OK)
        status = by_keys_sign_view(node, &statement, by_os_wall_ms(), &signature, error);
    if (status == BANYAN_OK)
        status =
            write(node, path, replace, &statement, &signature, 1, by_buffer_bytes(&places), error);
    if (status == BANYAN_OK)
        status = tell(node, path, &statement, &signature, 1, out, error);
    by_buffer_deinit(&places);
    return status;
}

static bool is_same(const struct by_view_statement *a, const struct by_view_statement *b)
{
    return by_id_equal(&a->view, &b->view) && by_id_equal(&a->charter, &b->charter);
}

static enum banyan_status refuse(struct by_node *node, const struct by_signed_view *view,
                                 struct by_bytes places, struct banyan_error *error)
{
    struct comparing comparing = {.node = node, .error = error};

    compare(&comparing, places, view->places);
    if (comparing.count > 0)
        return by_fail(error, BANYAN_ERR_DIFFERENT,
                       "this node sees something else, first in record %s: exchange what is new, "
                       "and see banyan compare",
                       comparing.first);
    return by_fail(
        error, BANYAN_ERR_DIFFERENT,
        "this node knows of other members, or sees something else: exchange what is new");
}

static int order_signatures(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_view_signature *)a)->device,
                         &((const struct by_view_signature *)b)->device);
}

static enum banyan_status
add_signature(struct by_node *node, struct by_signed_view *view, struct banyan_error *error)
{
    for (size_t i = 0; i < view->signature_count; i++)
        if (by_id_equal(&view->signatures[i].device, &node->device.public_key))
            return by_fail(error, BANYAN_ERR_EXISTS, "this device has signed it already");
    if (view->signature_count == BY_VIEW_SIGNATURES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "%u have signed it, and no more can",
                       BY_VIEW_SIGNATURES_MAX);
    enum banyan_status status = by_keys_sign_view(node, &view->statement, by_os_wall_ms(),
                                                  &view->signatures[view->signature_count], error);
    if (status != BANYAN_OK)
        return status;
    view->signature_count++;
    qsort(view->signatures, view->signature_count, sizeof view->signatures[0], order_signatures);
    return BANYAN_OK;
}

enum banyan_status by_view_cosign(struct by_node *node, const char *path, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX),
                     places = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_signed_view view;
    struct by_view_statement own;
    enum banyan_status status = see(node, &own, &places, error);

    if (status == BANYAN_OK)
        status = read(node, path, &file, &view, error);
    if (status == BANYAN_OK && !is_same(&own, &view.statement))
        status = refuse(node, &view, by_buffer_bytes(&places), error);
    if (status == BANYAN_OK)
        status = by_keys_need(node, error);
    if (status == BANYAN_OK)
        status = add_signature(node, &view, error);
    if (status == BANYAN_OK)
        status = write(node, path, true, &view.statement, view.signatures, view.signature_count,
                       view.places, error);
    if (status == BANYAN_OK)
        status =
            tell(node, path, &view.statement, view.signatures, view.signature_count, out, error);
    by_buffer_deinit(&file);
    by_buffer_deinit(&places);
    return status;
}

enum banyan_status by_view_compare(struct by_node *node, const char *path, struct by_buffer *out,
                                   struct banyan_error *error)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX),
                     places = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_signed_view view;
    struct by_view_statement own;
    struct by_json json;
    struct comparing comparing = {.node = node, .json = &json, .error = error};
    enum banyan_status status = see(node, &own, &places, error);

    if (status == BANYAN_OK)
        status = read(node, path, &file, &view, error);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        by_json_key(&json, "file");
        by_json_literal(&json, path);
        by_json_key(&json, "same");
        by_json_bool(&json, is_same(&own, &view.statement));
        by_json_key(&json, "same_members");
        by_json_bool(&json, by_id_equal(&own.charter, &view.statement.charter));
        write_statement(&json, node, &view.statement, view.signatures, view.signature_count);
        by_json_key(&json, "differences");
        by_json_array_begin(&json);
        compare(&comparing, by_buffer_bytes(&places), view.places);
        by_json_array_end(&json);
        by_json_key(&json, "difference_count");
        by_json_int(&json, (int64_t)comparing.count);
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_buffer_deinit(&file);
    by_buffer_deinit(&places);
    return status;
}

/* -- outside the network -- */

static enum banyan_status keep_acts(void *context, const struct by_run *run)
{
    return by_act_list_add_run(context, run);
}

static enum banyan_status
check_signers(const struct by_charter *charter, const struct by_signed_view *view)
{
    if (!by_charter_has_genesis(charter) || view->signature_count == 0)
        return BANYAN_ERR_DIFFERENT;
    for (size_t i = 0; i < view->signature_count; i++) {
        const struct by_charter_device *device =
            by_charter_device_find(charter, &view->signatures[i].device);

        if (device == NULL || by_charter_device_role(charter, device) == BY_ROLE_NONE)
            return BANYAN_ERR_DIFFERENT;
    }
    return BANYAN_OK;
}

enum banyan_status
by_view_verify(struct by_bytes file, struct by_buffer *out, struct banyan_error *error)
{
    struct by_act_list acts = {.count = 0};
    struct by_node outside = {.home = NULL};
    struct by_signed_view view;
    struct by_json json;
    enum banyan_status status = by_crypto_start();

    if (status == BANYAN_OK)
        status = by_signed_view_read(file, keep_acts, &acts, &view);
    if (status == BANYAN_OK) {
        by_act_list_unite(&acts);
        outside.network = view.statement.network;
        status = by_charter_build(&outside.network, acts.entries, acts.count, &outside.charter);
    }
    if (status == BANYAN_OK)
        status = check_signers(outside.charter, &view);
    if (status == BANYAN_ERR_DIFFERENT)
        status = by_fail(error, status,
                         "the signatures hold, but not all are of devices that the acts of the "
                         "network in it give to a member");
    else if (status != BANYAN_OK)
        status = explain(status, by_words(error, "the file"), error);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        write_statement(&json, &outside, &view.statement, view.signatures, view.signature_count);
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_charter_free(outside.charter);
    by_act_list_deinit(&acts);
    return status;
}
