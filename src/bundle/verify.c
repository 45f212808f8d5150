/* Looking whether a bundle would do. */
#include "bundle/apply.h"
#include "bundle/check.h"
#include "core/answer.h"
#include "core/keys.h"

struct looking {
    const struct by_bundle_contents *contents;
    uint64_t new_count;
};

/* Entries above the tips held: for a forked log this is short by what lies beside. */
static enum banyan_status count_new(void *context, struct by_store_txn *txn)
{
    struct looking *looking = context;

    looking->new_count = 0;
    for (size_t i = 0; i < looking->contents->stretch_count; i++) {
        const struct by_bundle_stretch *stretch = &looking->contents->stretches[i];
        struct by_store_log held;
        uint64_t from = stretch->first_seq;
        enum banyan_status status =
            by_store_log_find(txn, &stretch->log, stretch->is_act_log, &held);
        if (status != BANYAN_OK && status != BANYAN_ERR_NOT_FOUND)
            return status;
        if (status == BANYAN_OK && held.tip_seq >= from)
            from = held.tip_seq + 1;
        looking->new_count += from <= stretch->last_seq ? stretch->last_seq - from + 1 : 0;
    }
    return BANYAN_OK;
}

static enum banyan_status
write_answer(const struct by_node *node, struct by_bundle_contents *contents, const char *path,
             uint64_t new_count, struct by_buffer *out, struct banyan_error *error)
{
    struct by_bundle_maker maker = by_bundle_contents_maker(contents, node->charter);
    struct by_json json;

    by_json_init(&json, out);
    by_bundle_contents_begin(&json, contents, path, &maker);
    by_json_key(&json, "acts");
    by_json_int(&json, (int64_t)contents->act_count);
    by_json_key(&json, "entries");
    by_json_int(&json, (int64_t)contents->entry_count);
    by_json_key(&json, "new");
    by_json_int(&json, (int64_t)new_count);
    by_json_object_end(&json);
    return by_json_done(&json, error);
}

enum banyan_status by_bundle_verify(struct by_node *node, const char *path, struct by_buffer *out,
                                    struct banyan_error *error)
{
    struct by_bundle_contents contents = {0};
    struct looking looking = {.contents = &contents};
    struct by_os_input *input = NULL;

    enum banyan_status status = by_node_refresh(node, error);
    if (status == BANYAN_OK)
        status = by_os_input_open(path, &input, error);
    if (status == BANYAN_OK)
        status = by_keys_need(node, error);
    if (status != BANYAN_OK)
        goto out;
    status = by_bundle_contents_read(&contents, node, input, error);
    if (status != BANYAN_OK) {
        status = by_bundle_refuse(node, path, status, error);
        goto out;
    }
    status = by_store_read(node->store, count_new, &looking, error);
    if (status == BANYAN_OK)
        status = write_answer(node, &contents, path, looking.new_count, out, error);
out:
    if (input != NULL)
        by_os_input_close(input);
    by_bundle_contents_deinit(&contents);
    return status;
}
