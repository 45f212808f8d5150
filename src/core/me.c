#include "core/me.h"

#include "core/answer.h"
#include "core/local.h"
#include "core/profile.h"

enum banyan_status by_me_get(struct by_store_txn *txn, struct by_bytes *out_name)
{
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_ME, out_name);

    if (status == BANYAN_ERR_NOT_FOUND) {
        *out_name = by_bytes_of(NULL, 0);
        return BANYAN_OK;
    }
    return status == BANYAN_OK && out_name->size > BY_PERSON_BYTES_MAX ? BANYAN_ERR_DAMAGED
                                                                       : status;
}

struct naming {
    struct by_bytes name; /* to be kept; empty: none */
    struct by_json *json;
};

static enum banyan_status put(void *context, struct by_store_txn *txn)
{
    const struct naming *naming = context;

    return by_store_local_put(txn, BY_LOCAL_ME, naming->name);
}

static enum banyan_status tell(void *context, struct by_store_txn *txn)
{
    struct naming *naming = context;
    struct by_bytes name;
    enum banyan_status status = by_me_get(txn, &name);

    if (status != BANYAN_OK)
        return status;
    by_json_object_begin(naming->json);
    by_json_key(naming->json, "person");
    if (name.size > 0)
        by_json_text(naming->json, name);
    else
        by_json_null(naming->json);
    by_json_object_end(naming->json);
    return BANYAN_OK;
}

enum banyan_status
by_me(struct by_node *node, const char *name, struct by_buffer *out, struct banyan_error *error)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_json json;
    struct naming naming = {.json = &json};
    enum banyan_status status = BANYAN_OK;

    by_json_init(&json, out);
    if (name != NULL && name[0] != '\0')
        status = by_line_parse(N_("the name"), by_bytes_of_text(name), BY_PERSON_BYTES_MAX, &arena,
                               &naming.name, error);
    if (status == BANYAN_OK && name != NULL)
        status = by_store_write(node->store, put, &naming, error);
    if (status == BANYAN_OK)
        status = by_store_read(node->store, tell, &naming, error);
    if (status == BANYAN_OK)
        status = by_json_done(&json, error);
    by_arena_deinit(&arena);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}
