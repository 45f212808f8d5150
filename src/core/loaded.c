#include "core/loaded.h"

#include <string.h>

#include "record/field_value.h"
#include "view/gather.h"
#include "view/shown.h"

static enum banyan_status merge(struct by_loaded *loaded, const struct by_node *node,
                                const struct by_record_name *name, struct by_arena *arena)
{
    enum banyan_status status =
        by_merge(name, loaded->operations, loaded->count, node->types, arena, &loaded->merged);

    if (status == BANYAN_OK && loaded->merged.type.size == 0)
        return BANYAN_ERR_NOT_FOUND;
    if (status == BANYAN_OK)
        loaded->type = by_registry_type(node->registry, loaded->merged.type);
    return status;
}

enum banyan_status by_loaded_read(struct by_loaded *loaded, const struct by_node *node,
                                  struct by_store_txn *txn, const struct by_record_name *name,
                                  struct by_arena *arena)
{
    struct by_standings standings;

    memset(loaded, 0, sizeof *loaded);
    enum banyan_status status = by_standings_init(&standings, txn, node->charter);
    if (status != BANYAN_OK)
        return status;
    status = by_gather(txn, &standings, name, arena, &loaded->operations, &loaded->count, NULL);
    by_standings_deinit(&standings);
    return status == BANYAN_OK ? merge(loaded, node, name, arena) : status;
}

/* A view that cannot tell is no failure. */
static bool is_kept(struct by_loaded *loaded, const struct by_node *node, struct by_store_txn *txn,
                    const struct by_record_name *name, struct by_arena *arena)
{
    struct banyan_error ignored;

    memset(loaded, 0, sizeof *loaded);
    if (node->view == NULL || by_view_merged(node->view, txn, node->charter, name, arena,
                                             &loaded->merged, &ignored) != BANYAN_OK)
        return false;
    loaded->type = by_registry_type(node->registry, loaded->merged.type);
    return loaded->merged.type.size > 0;
}

enum banyan_status by_loaded_read_merged(struct by_loaded *loaded, const struct by_node *node,
                                         struct by_store_txn *txn,
                                         const struct by_record_name *name, struct by_arena *arena)
{
    return is_kept(loaded, node, txn, name, arena) ? BANYAN_OK
                                                   : by_loaded_read(loaded, node, txn, name, arena);
}

enum banyan_status by_loaded_read_private(struct by_loaded *loaded, const struct by_node *node,
                                          struct by_store_txn *txn,
                                          const struct by_record_name *name, struct by_arena *arena)
{
    struct by_standings standings;

    memset(loaded, 0, sizeof *loaded);
    loaded->is_private = true;
    enum banyan_status status =
        by_standings_private(&standings, txn, &node->network, &node->organisation);
    if (status != BANYAN_OK)
        return status;
    status = by_gather(txn, &standings, name, arena, &loaded->operations, &loaded->count, NULL);
    by_standings_deinit(&standings);
    return status == BANYAN_OK ? merge(loaded, node, name, arena) : status;
}

struct fetching {
    struct by_loaded *loaded;
    const struct by_node *node;
    const struct by_record_name *name;
    struct by_arena *arena;
};

static enum banyan_status fetch(void *context, struct by_store_txn *txn)
{
    struct fetching *fetching = context;

    return by_loaded_read(fetching->loaded, fetching->node, txn, fetching->name, fetching->arena);
}

static enum banyan_status fetch_merged(void *context, struct by_store_txn *txn)
{
    struct fetching *fetching = context;

    return by_loaded_read_merged(fetching->loaded, fetching->node, txn, fetching->name,
                                 fetching->arena);
}

static enum banyan_status fetch_private(void *context, struct by_store_txn *txn)
{
    struct fetching *fetching = context;

    return by_loaded_read_private(fetching->loaded, fetching->node, txn, fetching->name,
                                  fetching->arena);
}

/* What others write upon the name of a private record does not show. */
static bool may_be_private(const struct fetching *fetching)
{
    return by_id_equal(&fetching->name->owner, &fetching->node->organisation) &&
           !by_gathered_is_put(fetching->loaded->operations, fetching->loaded->count,
                               fetching->name);
}

static enum banyan_status
run(struct fetching *fetching, by_store_work *work, struct banyan_error *error)
{
    enum banyan_status status = by_store_read(fetching->node->store, work, fetching, error);

    if (status == BANYAN_ERR_NOT_FOUND && may_be_private(fetching))
        status = by_store_read(fetching->node->private_store, fetch_private, fetching, error);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_loaded_fetch(struct by_loaded *loaded, const struct by_node *node,
                                   const struct by_record_name *name, struct by_arena *arena,
                                   struct banyan_error *error)
{
    struct fetching fetching = {loaded, node, name, arena};

    return run(&fetching, fetch, error);
}

enum banyan_status by_loaded_fetch_merged(struct by_loaded *loaded, const struct by_node *node,
                                          const struct by_record_name *name, struct by_arena *arena,
                                          struct banyan_error *error)
{
    struct fetching fetching = {loaded, node, name, arena};

    return run(&fetching, fetch_merged, error);
}

enum banyan_status by_loaded_fetch_as_of(struct by_loaded *loaded, const struct by_node *node,
                                         const struct by_record_name *name, uint64_t last_hlc,
                                         struct by_arena *arena, struct banyan_error *error)
{
    char short_id[BY_SHORT_ID_BYTES];
    enum banyan_status status = by_loaded_fetch(loaded, node, name, arena, error);

    if (status != BANYAN_OK)
        return status;
    status = by_merge_until(name, loaded->operations, loaded->count, last_hlc, node->types, arena,
                            &loaded->merged);
    if (status != BANYAN_OK)
        return by_fail_plain(error, status);
    by_record_short_id(name, short_id);
    return loaded->merged.type.size > 0
               ? BANYAN_OK
               : by_fail(error, BANYAN_ERR_NOT_FOUND,
                         "the record %s was not written yet at that time", short_id);
}

enum banyan_status by_loaded_label(const struct by_loaded *loaded, const char *language,
                                   struct by_arena *arena, struct by_buffer *out)
{
    char short_id[BY_SHORT_ID_BYTES];
    struct by_value document;
    enum banyan_status status = by_merged_document(&loaded->merged, arena, &document);

    if (status != BANYAN_OK)
        return status;
    by_record_short_id(&loaded->merged.name, short_id);
    return by_shown_label(loaded->type, &document, language, short_id, out);
}

bool by_loaded_is_ours_to_decide(const struct by_loaded *loaded, const struct by_node *node)
{
    return by_node_role(node) == BY_ROLE_COORDINATOR ||
           by_id_equal(&loaded->merged.owner, &node->organisation);
}

bool by_loaded_is_ours_to_edit(const struct by_loaded *loaded, const struct by_node *node)
{
    return by_loaded_is_ours_to_decide(loaded, node) ||
           by_type_set_is_open(node->types, loaded->merged.type);
}
