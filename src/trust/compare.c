#include "trust/compare.h"

#include "core/answer.h"
#include "core/loaded.h"
#include "core/organisations.h"
#include "live/standings.h"
#include "trust/compared.h"

/* The record that an entry is about. */
struct finding {
    const struct by_standing_row *row;
    struct by_record_name name;
    bool is_found;
};

static enum banyan_status find_in(void *context, const struct by_store_block *block)
{
    struct finding *finding = context;
    uint64_t first = block->run.base.first_seq, seq = finding->row->first_seq;

    if (seq < first || seq - first >= block->run.count)
        return BANYAN_OK;
    finding->is_found =
        by_op_links_name(block->run.entries[seq - first].links, &finding->name) == BANYAN_OK;
    return BANYAN_ERR_EXISTS; /* enough */
}

static enum banyan_status find(void *context, struct by_store_txn *txn)
{
    struct finding *finding = context;
    enum banyan_status status = by_store_log_blocks(txn, &finding->row->first_log, false,
                                                    finding->row->first_seq, find_in, finding);

    return status == BANYAN_ERR_EXISTS || status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

void by_compare_write_record(struct by_json *json, const struct by_node *node,
                             const struct by_record_name *name)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer label = BY_BUFFER_INIT(BY_STRING_BYTES_MAX);
    struct by_loaded loaded = {.count = 0};
    enum banyan_status status = by_loaded_fetch(&loaded, node, name, &arena, NULL);

    if (status == BANYAN_OK)
        status = by_loaded_label(&loaded, NULL, &arena, &label);
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_short_id(json, name);
    by_json_key(json, "type");
    by_json_text(json, status == BANYAN_OK ? loaded.merged.type : by_bytes_of(NULL, 0));
    by_json_key(json, "label");
    by_json_text(json, by_buffer_bytes(&label));
    by_json_object_end(json);
    by_buffer_deinit(&label);
    by_arena_deinit(&arena);
}

/* The device that was heard of last speaks for its organisation. */
static const struct by_standing_row *
choose(const struct by_standing_row *rows, size_t count, const struct by_id *organisation)
{
    const struct by_standing_row *newest = NULL;

    for (size_t i = 0; i < count; i++)
        if (by_id_equal(&rows[i].organisation->profile.id, organisation) && rows[i].as_of_ms > 0 &&
            (newest == NULL || rows[i].as_of_ms > newest->as_of_ms))
            newest = &rows[i];
    return newest;
}

static void write_row(struct by_json *json, const struct by_node *node,
                      const struct by_standing_row *row, const struct finding *finding)
{
    by_json_key(json, "as_of");
    by_json_ms(json, row->as_of_ms);
    by_json_key(json, "via");
    if (row->was_met)
        by_json_null(json);
    else
        by_json_organisation(json, node, &row->via);
    by_json_key(json, "same");
    by_json_bool(json, row->they_lack == 0 && row->we_lack == 0 && !row->is_partial);
    by_json_key(json, "they_lack");
    by_json_int(json, (int64_t)row->they_lack);
    by_json_key(json, "we_lack");
    by_json_int(json, (int64_t)row->we_lack);
    by_json_key(json, "partial");
    by_json_bool(json, row->is_partial);
    by_json_key(json, "first");
    if (finding->is_found)
        by_compare_write_record(json, node, &finding->name);
    else
        by_json_null(json);
}

static void write_not_asked(struct by_json *json, const struct by_not_asked *not_asked)
{
    by_json_key(json, "not_asked");
    if (not_asked == NULL) {
        by_json_null(json);
        return;
    }
    by_json_object_begin(json);
    by_json_key(json, "error");
    by_json_literal(json, not_asked->text);
    by_json_key(json, "reason");
    by_json_literal(json, not_asked->reason);
    by_json_object_end(json);
}

enum banyan_status by_compare_member(struct by_node *node, const char *organisation,
                                     const struct by_compared *compared,
                                     const struct by_not_asked *not_asked, struct by_buffer *out,
                                     struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    const struct by_charter_org *org = NULL;
    struct by_standing_row *rows = NULL;
    struct finding finding = {.row = NULL};
    size_t count = 0;
    struct by_json json;
    enum banyan_status status = by_node_refresh(node, error);

    if (status == BANYAN_OK)
        status = by_organisation_find(node, organisation, &org, error);
    if (status == BANYAN_OK)
        status = by_standings_read(node, &arena, &rows, &count, error);
    if (status == BANYAN_OK)
        finding.row = choose(rows, count, &org->profile.id);
    if (status == BANYAN_OK && finding.row != NULL && finding.row->they_lack > 0)
        status = by_store_read(node->store, find, &finding, error);
    if (status == BANYAN_OK) {
        by_json_init(&json, out);
        by_json_object_begin(&json);
        by_json_key(&json, "member");
        by_json_organisation(&json, node, &org->profile.id);
        by_json_key(&json, "known");
        by_json_bool(&json, finding.row != NULL);
        if (finding.row != NULL)
            write_row(&json, node, finding.row, &finding);
        by_json_key(&json, "asked");
        if (compared == NULL)
            by_json_null(&json);
        else
            by_compared_write(&json, node, compared);
        write_not_asked(&json, compared == NULL ? not_asked : NULL);
        by_json_object_end(&json);
        status = by_json_done(&json, error);
    }
    by_arena_deinit(&arena);
    return status;
}
