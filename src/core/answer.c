#include "core/answer.h"

#include "base/date.h"
#include "base/error.h"
#include "base/hlc.h"
#include "core/loaded.h"
#include "core/organisations.h"
#include "core/private.h"
#include "record/field_value.h"

void by_json_organisation(struct by_json *json, const struct by_node *node,
                          const struct by_id *organisation)
{
    const struct by_charter_org *org = by_charter_org_find(node->charter, organisation);

    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_hex(json, by_id_bytes(organisation));
    by_json_key(json, "name");
    by_json_text(json, org == NULL ? by_bytes_of(NULL, 0) : org->profile.name);
    by_json_object_end(json);
}

void by_json_person(struct by_json *json, struct by_bytes person)
{
    if (person.size > 0)
        by_json_text(json, person);
    else
        by_json_null(json);
}

void by_json_ms(struct by_json *json, uint64_t unix_ms)
{
    char text[BY_DATE_TIME_BYTES];

    by_date_time_text(unix_ms, text);
    by_json_literal(json, text);
}

void by_json_stamp(struct by_json *json, uint64_t hlc)
{
    if (hlc == 0)
        by_json_null(json);
    else
        by_json_ms(json, by_hlc_ms(hlc));
}

void by_json_short_id(struct by_json *json, const struct by_record_name *name)
{
    char text[BY_SHORT_ID_BYTES];

    by_record_short_id(name, text);
    by_json_literal(json, text);
}

enum banyan_status by_json_done(const struct by_json *json, struct banyan_error *error)
{
    return json->status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json->status);
}

enum banyan_status by_answer(struct by_node *node, const struct by_outcome *outcome,
                             struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    struct by_loaded loaded;
    struct by_json json;
    size_t private_count = 0;

    enum banyan_status status = by_node_refresh(node, error);
    /* An open view would be brought up to date before the node is closed; what it keeps of a record
     * of many operations then need not be merged from them. */
    if (status == BANYAN_OK && node->view != NULL && !node->is_shared)
        (void)!by_node_view(node, NULL, NULL);
    if (status == BANYAN_OK)
        status = by_loaded_fetch_merged(&loaded, node, &outcome->name, &arena, error);
    if (status == BANYAN_OK)
        status = by_loaded_label(&loaded, by_language_of(error), &arena, &label);
    if (status == BANYAN_OK && !loaded.is_private && outcome->word != NULL)
        status = by_private_references(node, &loaded.merged, &private_count, error);
    if (status != BANYAN_OK)
        goto out;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "id");
    by_json_short_id(&json, &outcome->name);
    by_json_key(&json, "type");
    by_json_text(&json, loaded.merged.type);
    by_json_key(&json, "label");
    by_json_text(&json, by_buffer_bytes(&label));
    by_json_key(&json, "outcome");
    by_json_literal(&json, outcome->word != NULL   ? outcome->word
                           : outcome->was_proposed ? "proposed_already"
                                                   : "unchanged");
    by_json_key(&json, "owner");
    by_json_organisation(&json, node, &loaded.merged.owner);
    by_json_key(&json, "own");
    by_json_bool(&json, by_id_equal(&loaded.merged.owner, &node->organisation));
    by_json_key(&json, "private");
    by_json_bool(&json, loaded.is_private);
    by_json_key(&json, "private_references");
    by_json_int(&json, (int64_t)private_count);
    by_json_key(&json, "owner_gone");
    by_json_bool(&json, by_organisation_is_gone(node, &loaded.merged.owner));
    by_json_key(&json, "entry");
    if (outcome->word == NULL)
        by_json_null(&json);
    else
        by_json_hex(&json, by_id_bytes(&outcome->entry));
    by_json_object_end(&json);
    status = by_json_done(&json, error);
out:
    by_buffer_deinit(&label);
    by_arena_deinit(&arena);
    return status;
}
