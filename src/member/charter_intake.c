#include "base/limits.h"
#include "log/links.h"
#include "member/charter_state.h"

static int order_entries(const void *a, const void *b)
{
    const struct by_act_entry *const *x = a;
    const struct by_act_entry *const *y = b;

    return by_id_compare(&(*x)->id, &(*y)->id);
}

/* The acts given, sorted by id, each once. */
static enum banyan_status sort_entries(const struct by_act_entry *entries, size_t count,
                                       struct by_arena *scratch,
                                       const struct by_act_entry ***out_sorted, size_t *out_count)
{
    const struct by_act_entry **sorted = by_arena_array(scratch, count + 1, sizeof(*sorted));
    size_t kept = 0;

    if (sorted == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &entries[i];
    qsort(sorted, count, sizeof(*sorted), order_entries);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !by_id_equal(&sorted[kept - 1]->id, &sorted[i]->id))
            sorted[kept++] = sorted[i];
    *out_sorted = sorted;
    *out_count = kept;
    return BANYAN_OK;
}

/* Whether a decoded body fits the entry that carries it. */
static bool body_fits(const struct by_charter_act *act)
{
    switch ((unsigned)act->kind) {
    case BY_KIND_JOIN:
        return by_id_equal(&act->body.join.certificate.device, &act->log.device);
    case BY_KIND_DEVICE:
        return by_id_equal(&act->body.device.certificate.device, &act->log.device);
    case BY_KIND_OPEN:
        return memcmp(act->body.opening.nonce, act->log.nonce, sizeof act->log.nonce) != 0;
    }
    return true;
}

static enum banyan_status decode_body(struct by_charter *charter, const struct by_act_entry *entry,
                                      struct by_charter_act *act)
{
    bool is_genesis = by_id_equal(&entry->id, &charter->network);
    struct by_bytes payload = {NULL, 0};
    enum banyan_status status = BANYAN_OK;

    /* There is one genesis; what others of its kind say does not matter. */
    if (act->kind == BY_KIND_GENESIS && !is_genesis)
        return BANYAN_OK;
    status = by_arena_copy(&charter->arena, entry->payload, &payload);
    if (status != BANYAN_OK)
        return status;
    status = by_act_decode(act->kind, payload, &charter->arena, &act->body);
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status == BANYAN_ERR_UPGRADE && is_genesis && act->kind == BY_KIND_GENESIS)
        return status;
    act->has_body = status == BANYAN_OK && body_fits(act);
    return BANYAN_OK;
}

static uint32_t find_entry(const struct by_charter *charter, const struct by_id *id)
{
    size_t low = 0;
    size_t high = charter->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_id_compare(&charter->acts[middle].id, id);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return BY_NONE;
}

/* Parents and prev as indexes; BY_NONE stands for one that is not held. Links that do not decode
 * name nobody, and make the act void. */
static enum banyan_status link_act(struct by_charter *charter, const struct by_act_entry *entry,
                                   struct by_charter_act *act, struct by_arena *scratch)
{
    struct by_act_links links = {NULL, 0};
    enum banyan_status status = by_act_links_decode(entry->links, scratch, &links);
    uint32_t *needs = NULL;

    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status != BANYAN_OK) {
        act->has_body = false;
        links.parent_count = 0;
    }
    needs = by_arena_array(scratch, links.parent_count + 1, sizeof *needs);
    if (needs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < links.parent_count; i++)
        needs[act->need_count++] = find_entry(charter, &links.parents[i]);
    if (!by_id_is_zero(&act->prev))
        needs[act->need_count++] = find_entry(charter, &act->prev);
    act->needs = needs;
    return BANYAN_OK;
}

static void copy_head(const struct by_act_entry *entry, struct by_charter_act *act)
{
    act->id = entry->id;
    act->prev = entry->prev;
    act->log = entry->log;
    act->seq = entry->seq;
    act->hlc = entry->hlc;
    act->kind = entry->kind;
}

enum banyan_status by_charter_read_act(struct by_charter *charter, const struct by_act_entry *entry,
                                       struct by_charter_act *out_act)
{
    struct by_act_links links = {NULL, 0};
    enum banyan_status status = by_act_links_decode(entry->links, &charter->scratch, &links);

    memset(out_act, 0, sizeof *out_act);
    copy_head(entry, out_act);
    if (status == BANYAN_OK)
        status = decode_body(charter, entry, out_act);
    if (status == BANYAN_OK) {
        out_act->needs =
            by_arena_array(&charter->scratch, links.parent_count + 1, sizeof(uint32_t));
        status = out_act->needs == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
    }
    for (size_t i = 0; status == BANYAN_OK && i < links.parent_count; i++)
        out_act->needs[out_act->need_count++] = by_charter_position(charter, &links.parents[i]);
    if (status == BANYAN_OK && !by_id_is_zero(&out_act->prev))
        out_act->needs[out_act->need_count++] = by_charter_position(charter, &out_act->prev);
    return status;
}

enum banyan_status by_charter_intake(struct by_charter *charter, const struct by_act_entry *entries,
                                     size_t count, struct by_arena *scratch)
{
    const struct by_act_entry **sorted = NULL;
    enum banyan_status status = sort_entries(entries, count, scratch, &sorted, &charter->count);

    if (status != BANYAN_OK)
        return status;
    charter->acts = by_arena_array(scratch, charter->count + 1, sizeof *charter->acts);
    if (charter->acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++) {
        struct by_charter_act *act = &charter->acts[i];

        copy_head(sorted[i], act);
        status = decode_body(charter, sorted[i], act);
    }
    for (size_t i = 0; i < charter->count && status == BANYAN_OK; i++)
        status = link_act(charter, sorted[i], &charter->acts[i], scratch);
    return status;
}
