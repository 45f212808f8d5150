#include "core/transfer.h"

#include "core/answer.h"
#include "core/append.h"
#include "core/draft.h"
#include "core/organisations.h"
#include "core/private.h"
#include "core/upon.h"

struct transferring {
    struct by_outcome outcome;
    struct by_id to;
    struct by_arena arena; /* emptied when the transaction runs again */
    struct by_loaded loaded;
};

static enum banyan_status
check_may(const struct transferring *transferring, const struct by_append *append)
{
    const struct by_node *node = append->node;
    const struct by_id *owner = &transferring->loaded.merged.owner;
    const struct by_charter_org *org = by_charter_org_find(node->charter, owner);

    if (by_id_equal(owner, &node->organisation))
        return BANYAN_OK;
    if (by_node_role(node) != BY_ROLE_COORDINATOR)
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "the record belongs to another organisation, which hands it over itself");
    if (!by_organisation_is_gone(node, owner))
        return by_fail(append->error, BANYAN_ERR_DENIED,
                       "the record belongs to %.*s, which hands it over itself: coordinators do so "
                       "once it has left the network",
                       org == NULL ? 0 : (int)org->profile.name.size,
                       org == NULL ? "" : (const char *)org->profile.name.data);
    return BANYAN_OK;
}

static enum banyan_status
find_target(struct transferring *transferring, struct by_append *append, const char *organisation)
{
    const struct by_charter_org *org;
    enum banyan_status status =
        by_organisation_find(append->node, organisation, &org, append->error);

    if (status != BANYAN_OK)
        return status;
    if (org->role < BY_ROLE_MEMBER)
        return by_fail(append->error, BANYAN_ERR_INVALID,
                       "%.*s may only read, and could not keep the record up to date",
                       (int)org->profile.name.size, (const char *)org->profile.name.data);
    transferring->to = org->profile.id;
    return BANYAN_OK;
}

struct request {
    struct transferring transferring;
    const char *organisation;
};

static enum banyan_status transfer(void *context, struct by_append *append)
{
    struct request *request = context;
    struct transferring *transferring = &request->transferring;
    struct by_operation operation;

    by_arena_reset(&transferring->arena);
    transferring->outcome.word = NULL;
    enum banyan_status status = by_loaded_read(&transferring->loaded, append->node, append->txn,
                                               &transferring->outcome.name, &transferring->arena);
    if (status == BANYAN_OK)
        status = find_target(transferring, append, request->organisation);
    if (status == BANYAN_OK)
        status = check_may(transferring, append);
    if (status != BANYAN_OK || by_id_equal(&transferring->to, &transferring->loaded.merged.owner))
        return status;
    by_append_follow(append, transferring->loaded.merged.last_hlc);
    by_draft_begin(&operation, &transferring->loaded.merged, BY_OP_TRANSFER);
    operation.links.targets = &transferring->to;
    operation.links.target_count = 1;
    status = by_upon_all(append, &operation, &transferring->loaded.merged);
    if (status == BANYAN_OK)
        status = by_append_flush(append, &transferring->outcome.entry);
    if (status == BANYAN_OK)
        transferring->outcome.word = "transferred";
    return status;
}

enum banyan_status by_transfer(struct by_node *node, const char *id, const char *organisation,
                               struct by_buffer *out, struct banyan_error *error)
{
    struct request request = {.transferring = {.arena = BY_ARENA_INIT},
                              .organisation = organisation};
    struct transferring *transferring = &request.transferring;
    enum banyan_status status = by_node_find(node, id, &transferring->outcome.name, error);

    if (status == BANYAN_OK)
        status = by_private_refuse(node, &transferring->outcome.name, error);
    if (status == BANYAN_OK)
        status = by_node_may_write(node, error);
    if (status == BANYAN_OK)
        status = by_append_run(node, transfer, &request, error);
    if (status == BANYAN_OK)
        status = by_answer(node, &transferring->outcome, out, error);
    by_arena_deinit(&transferring->arena);
    return status;
}
