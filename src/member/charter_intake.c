#include "base/limits.h"
#include "log/links.h"
#include "member/charter_state.h"

/* An act given, with the beginning of its id at hand. */
struct sortable {
    uint64_t begins;
    const struct by_act_entry *entry;
};

static int order_entries(const void *a, const void *b)
{
    const struct sortable *x = a;
    const struct sortable *y = b;

    if (x->begins != y->begins)
        return x->begins < y->begins ? -1 : 1;
    return by_id_compare(&x->entry->id, &y->entry->id);
}

static size_t beginning(const struct by_id *id)
{
    return (size_t)id->bytes[0] << 4 | id->bytes[1] >> 4;
}

/* Where the acts begin whose ids have each beginning. */
static void index_acts(struct by_given *given)
{
    size_t at = 0;

    for (size_t begin = 0; begin <= BY_BEGINNINGS; begin++) {
        while (at < given->count && beginning(&given->acts[at].id) < begin)
            at++;
        given->first[begin] = (uint32_t)at;
    }
}

/* The acts given, sorted by id, each once. */
static enum banyan_status sort_entries(const struct by_act_entry *entries, size_t count,
                                       struct by_arena *scratch, struct by_given *out_given)
{
    struct sortable *sorted = by_arena_array(scratch, count + 1, sizeof *sorted);

    out_given->count = 0;
    out_given->acts = by_arena_array(scratch, count + 1, sizeof *out_given->acts);
    if (sorted == NULL || out_given->acts == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct sortable){by_get_u64be(entries[i].id.bytes), &entries[i]};
    qsort(sorted, count, sizeof *sorted, order_entries);
    for (size_t i = 0; i < count; i++) {
        const struct by_act_entry *entry = sorted[i].entry;

        if (i > 0 && by_id_equal(&sorted[i - 1].entry->id, &entry->id))
            continue;
        out_given->acts[out_given->count++] =
            (struct by_given_act){.id = entry->id, .entry = entry, .number = BY_NONE};
    }
    index_acts(out_given);
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

/* scratch: reset once the body is there. */
static enum banyan_status decode_body(struct by_charter *charter, const struct by_act_entry *entry,
                                      struct by_charter_act *act, struct by_arena *scratch)
{
    enum by_act_hold holds = by_act_holds(act->kind);
    struct by_arena *arena = holds == BY_ACT_HOLDS_VALUES ? &charter->arena : scratch;
    bool is_genesis = by_id_equal(&entry->id, &charter->network);
    struct by_bytes payload = entry->payload;
    enum banyan_status status = BANYAN_OK;

    /* There is one genesis; what others of its kind say does not matter. */
    if (act->kind == BY_KIND_GENESIS && !is_genesis)
        return BANYAN_OK;
    if (holds != BY_ACT_HOLDS_NOTHING)
        status = by_arena_copy(&charter->arena, entry->payload, &payload);
    if (status != BANYAN_OK)
        return status;
    status = by_act_decode(act->kind, payload, arena, &act->body);
    by_arena_reset(scratch);
    if (status == BANYAN_ERR_MEMORY)
        return status;
    if (status == BANYAN_ERR_UPGRADE && is_genesis && act->kind == BY_KIND_GENESIS)
        return status;
    act->has_body = status == BANYAN_OK && body_fits(act);
    return BANYAN_OK;
}

static uint32_t find_given(const struct by_given *given, const struct by_id *id)
{
    size_t low = given->first[beginning(id)];
    size_t high = given->first[beginning(id) + 1];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_id_compare(&given->acts[middle].id, id);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return BY_NONE;
}

/* Parents and prev as indexes. Links that do not decode name nobody, and make the act void.
 * scratch: reset once they are read. */
static enum banyan_status link_act(struct by_charter *charter, const struct by_given *given,
                                   struct by_given_act *act, struct by_arena *scratch)
{
    struct by_act_links links = {NULL, 0};
    enum banyan_status status = by_act_links_decode(act->entry->links, scratch, &links);

    if (status == BANYAN_ERR_MEMORY)
        return status;
    act->has_links = status == BANYAN_OK;
    if (!act->has_links)
        links.parent_count = 0;
    act->needs = by_arena_array(&charter->arena, links.parent_count + 1, sizeof *act->needs);
    if (act->needs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < links.parent_count; i++)
        act->needs[act->need_count++] = find_given(given, &links.parents[i]);
    if (!by_id_is_zero(&act->entry->prev))
        act->needs[act->need_count++] = find_given(given, &act->entry->prev);
    by_arena_reset(scratch);
    return BANYAN_OK;
}

void by_charter_copy_head(const struct by_act_entry *entry, struct by_charter_act *act)
{
    act->id = entry->id;
    act->has_prev = !by_id_is_zero(&entry->prev);
    act->log = entry->log;
    act->seq = entry->seq;
    act->hlc = entry->hlc;
    act->kind = entry->kind;
}

static enum banyan_status find_needs(struct by_charter *charter, const struct by_act_entry *entry,
                                     struct by_arena *scratch, struct by_charter_act *act)
{
    struct by_act_links links = {NULL, 0};
    enum banyan_status status = by_act_links_decode(entry->links, scratch, &links);

    if (status != BANYAN_OK)
        return status;
    act->needs = by_arena_array(&charter->arena, links.parent_count + 1, sizeof *act->needs);
    if (act->needs == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < links.parent_count; i++)
        act->needs[act->need_count++] = by_charter_position(charter, &links.parents[i]);
    if (act->has_prev)
        act->needs[act->need_count++] = by_charter_position(charter, &entry->prev);
    return BANYAN_OK;
}

enum banyan_status by_charter_read_act(struct by_charter *charter, const struct by_act_entry *entry,
                                       struct by_charter_act *out_act)
{
    struct by_arena scratch = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    memset(out_act, 0, sizeof *out_act);
    by_charter_copy_head(entry, out_act);
    status = find_needs(charter, entry, &scratch, out_act);
    if (status == BANYAN_OK)
        status = decode_body(charter, entry, out_act, &scratch);
    by_arena_deinit(&scratch);
    return status;
}

enum banyan_status by_charter_intake(struct by_charter *charter, const struct by_act_entry *entries,
                                     size_t count, struct by_arena *scratch,
                                     struct by_given *out_given)
{
    struct by_arena links = BY_ARENA_INIT;
    enum banyan_status status = sort_entries(entries, count, scratch, out_given);

    for (size_t i = 0; i < out_given->count && status == BANYAN_OK; i++)
        status = link_act(charter, out_given, &out_given->acts[i], &links);
    by_arena_deinit(&links);
    return status;
}

enum banyan_status by_charter_read_bodies(struct by_charter *charter, const struct by_given *given)
{
    struct by_arena values = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < given->count && status == BANYAN_OK; i++) {
        const struct by_given_act *act = &given->acts[i];

        if (act->number != BY_NONE && act->has_links)
            status = decode_body(charter, act->entry, &charter->acts[act->number], &values);
    }
    by_arena_deinit(&values);
    return status;
}
