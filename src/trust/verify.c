#include "trust/verify.h"

#include <stdlib.h>
#include <string.h>

#include "core/answer.h"
#include "core/pieces.h"
#include "record/types_join.h"
#include "sync/proof.h"
#include "sync/signed_view.h"
#include "trust/signed_view.h"
#include "view/gather.h"

/* One proof being read. */
struct verifying {
    struct by_verified *verified;
    struct by_standings standings;
    struct by_gathering gathering;
    struct by_proof_head head; /* filled by the reader before all else */
    bool is_begun;             /* the acts are all there */
};

void by_verified_deinit(struct by_verified *verified)
{
    by_charter_free(verified->outside.charter);
    by_type_set_free(verified->outside.types);
    by_registry_free(verified->outside.registry);
    by_act_list_deinit(&verified->acts);
    by_arena_deinit(&verified->arena);
    *verified = (struct by_verified){.loaded = {.count = 0}};
}

/* -- acts -- */

static enum banyan_status take_acts(void *context, const struct by_run *run)
{
    struct verifying *verifying = context;

    return by_act_list_add_run(&verifying->verified->acts, run);
}

/* The logs that the charter counts, with nothing left out: what is cut is looked at entry by entry.
 */
static enum banyan_status take_standings(struct verifying *verifying)
{
    struct by_standings *standings = &verifying->standings;
    size_t count;
    const struct by_charter_log *logs =
        by_charter_logs(verifying->verified->outside.charter, &count);

    standings->items = by_arena_array(&standings->arena, count + 1, sizeof standings->items[0]);
    if (standings->items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        standings->items[standings->count++] = (struct by_log_standing){
            .log = logs[i].log, .organisation = logs[i].organisation, .role = logs[i].role};
    return BANYAN_OK;
}

static enum banyan_status begin(struct verifying *verifying)
{
    const struct by_proof_head *head = &verifying->head;
    struct by_verified *verified = verifying->verified;
    struct by_node *outside = &verified->outside;
    enum banyan_status status = BANYAN_OK;

    verifying->is_begun = true;
    verified->record = head->record;
    outside->network = head->network;
    by_act_list_unite(&verified->acts);
    status = by_charter_build(&head->network, verified->acts.entries, verified->acts.count,
                              &outside->charter);
    if (status == BANYAN_OK && !by_charter_has_genesis(outside->charter))
        return BANYAN_ERR_DIFFERENT;
    if (status == BANYAN_OK)
        status = by_types_build(outside->charter, &outside->types, &outside->registry);
    return status == BANYAN_OK ? take_standings(verifying) : status;
}

/* -- entries -- */

/* Of a cut log counts what a tip stands upon. */
static bool is_under_tip(const struct by_charter_log *log, const struct by_id *last)
{
    if (!log->is_cut)
        return true;
    for (size_t i = 0; i < log->tip_count; i++)
        if (by_id_equal(&log->tips[i].id, last))
            return true;
    return false;
}

static enum banyan_status
take_entry(void *context, const struct by_entry *entry, const struct by_id *last)
{
    struct verifying *verifying = context;
    const struct by_charter_log *log = NULL;
    struct by_record_name name;
    enum banyan_status status = verifying->is_begun ? BANYAN_OK : begin(verifying);

    if (status == BANYAN_OK)
        status = by_op_links_name(entry->links, &name);
    if (status == BANYAN_OK && !by_record_name_equal(&name, &verifying->head.record))
        return BANYAN_ERR_MALFORMED;
    log = status != BANYAN_OK
              ? NULL
              : by_charter_log_find(verifying->verified->outside.charter, &entry->header.log);
    if (status == BANYAN_OK && (log == NULL || !is_under_tip(log, last)))
        return BANYAN_ERR_DIFFERENT;
    return status == BANYAN_OK ? by_gathering_add(&verifying->gathering, entry) : status;
}

static int order_by_id(const void *a, const void *b)
{
    return by_id_compare(&((const struct by_operation *)a)->id,
                         &((const struct by_operation *)b)->id);
}

static enum banyan_status merge(struct verifying *verifying)
{
    struct by_verified *verified = verifying->verified;
    struct by_loaded *loaded = &verified->loaded;
    enum banyan_status status = BANYAN_OK;

    loaded->operations = verifying->gathering.operations;
    loaded->count = verifying->gathering.count;
    if (loaded->count == 0)
        return BANYAN_ERR_DIFFERENT;
    qsort(loaded->operations, loaded->count, sizeof loaded->operations[0], order_by_id);
    for (size_t i = 1; i < loaded->count; i++)
        if (by_id_equal(&loaded->operations[i - 1].id, &loaded->operations[i].id))
            return BANYAN_ERR_MALFORMED;
    status = by_merge(&verified->record, loaded->operations, loaded->count, verified->outside.types,
                      &verified->arena, &loaded->merged);
    if (status == BANYAN_OK && loaded->merged.type.size == 0)
        return BANYAN_ERR_DIFFERENT;
    if (status == BANYAN_OK)
        loaded->type = by_registry_type(verified->outside.registry, loaded->merged.type);
    return status;
}

/* -- all of it -- */

static enum banyan_status explain(enum banyan_status status, struct banyan_error *error)
{
    switch (banyan_status_class(status)) {
    case BANYAN_CLASS_NO:
        return by_fail(error, BANYAN_ERR_DIFFERENT,
                       "the signatures hold, but they prove nothing: the acts of the network that "
                       "stand in the proof do not give its logs to those who may write the record");
    case BANYAN_CLASS_DATA:
        break;
    case BANYAN_CLASS_DONE:
    case BANYAN_CLASS_USAGE:
    case BANYAN_CLASS_DENIED:
    case BANYAN_CLASS_STORAGE:
    case BANYAN_CLASS_NETWORK:
        return by_fail_plain(error, status);
    }
    if (status == BANYAN_ERR_UPGRADE)
        return by_fail_plain(error, status);
    if (status == BANYAN_ERR_BAD_SIGNATURE || status == BANYAN_ERR_BROKEN_CHAIN)
        return by_fail(error, BANYAN_ERR_BAD_SIGNATURE,
                       "the proof does not hold: what stands in it is not what was signed");
    return by_fail(error, BANYAN_ERR_INVALID,
                   "the proof is damaged, or was never whole: ask for it once more");
}

enum banyan_status
by_verify_read(struct by_verified *verified, struct by_bytes file, struct banyan_error *error)
{
    struct verifying verifying = {.verified = verified, .standings = {.arena = BY_ARENA_INIT}};
    const struct by_proof_sink sink = {take_acts, take_entry, &verifying};
    enum banyan_status status = by_crypto_start();

    verified->arena = (struct by_arena)BY_ARENA_INIT;
    verifying.gathering =
        (struct by_gathering){.standings = &verifying.standings, .arena = &verified->arena};
    if (status == BANYAN_OK)
        status = by_proof_read(file, &sink, &verifying.head);
    if (status == BANYAN_OK && !verifying.is_begun)
        status = BANYAN_ERR_DIFFERENT;
    if (status == BANYAN_OK)
        status = merge(&verifying);
    by_arena_deinit(&verifying.standings.arena);
    return status == BANYAN_OK ? status : explain(status, error);
}

/* -- what is told -- */

static void write_network(struct by_json *json, const struct by_node *outside)
{
    by_json_key(json, "network");
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(&outside->network));
    by_json_key(json, "names");
    by_json_value(json, by_charter_names(outside->charter));
    by_json_object_end(json);
}

static bool has_signed(const struct by_loaded *loaded, const struct by_id *organisation)
{
    for (size_t i = 0; i < loaded->count; i++)
        if (by_id_equal(&loaded->operations[i].organisation, organisation))
            return true;
    return false;
}

static void write_signers(struct by_json *json, const struct by_verified *verified)
{
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(verified->outside.charter, &count);

    by_json_key(json, "signers");
    by_json_array_begin(json);
    for (size_t i = 0; i < count; i++) {
        if (!has_signed(&verified->loaded, &orgs[i].profile.id))
            continue;
        by_json_object_begin(json);
        by_json_key(json, "id");
        by_json_hex(json, by_id_bytes(&orgs[i].profile.id));
        by_json_key(json, "name");
        by_json_text(json, orgs[i].profile.name);
        by_json_key(json, "country");
        by_json_text(json, orgs[i].profile.country);
        by_json_key(json, "kind");
        by_json_text(json, orgs[i].profile.kind);
        by_json_object_end(json);
    }
    by_json_array_end(json);
}

static enum banyan_status tell(struct by_verified *verified, const char *language,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;
    const struct by_pieces pieces = {.node = &verified->outside,
                                     .loaded = &verified->loaded,
                                     .language = language == NULL ? "en" : language,
                                     .arena = &verified->arena,
                                     .json = &json,
                                     .is_proven = true};

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "kind");
    by_json_literal(&json, "record");
    write_network(&json, &verified->outside);
    by_json_key(&json, "record");
    by_pieces_record(&pieces);
    by_json_key(&json, "history");
    by_pieces_history(&pieces);
    write_signers(&json, verified);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_verify_file(const char *path, const char *language, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX);
    struct by_verified verified = {.loaded = {.count = 0}};
    enum banyan_status status = by_os_file_read(path, BY_PROOF_BYTES_MAX, &file, error);

    if (status == BANYAN_OK && by_signed_view_is(by_buffer_bytes(&file))) {
        status = by_view_verify(by_buffer_bytes(&file), out, error);
        goto out;
    }
    if (status == BANYAN_OK && !by_proof_is(by_buffer_bytes(&file)))
        status = by_fail(error, BANYAN_ERR_INVALID,
                         "%.200s is no proof: banyan prove writes such files", path);
    if (status == BANYAN_OK)
        status = by_verify_read(&verified, by_buffer_bytes(&file), error);
    if (status == BANYAN_OK)
        status = tell(&verified, language, out, error);
out:
    by_verified_deinit(&verified);
    by_buffer_deinit(&file);
    return status;
}
