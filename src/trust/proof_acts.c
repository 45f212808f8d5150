#include "trust/proof_acts.h"

#include <stdlib.h>
#include <string.h>

#include "core/log_list.h"
#include "sync/proof.h"

void by_proof_acts_deinit(struct by_proof_acts *acts)
{
    free(acts->is_needed);
    by_act_list_deinit(&acts->held);
    *acts = (struct by_proof_acts){.is_needed = NULL};
}

/* -- which -- */

static int order_by_id(const void *key, const void *act)
{
    return by_id_compare(key, &((const struct by_act_entry *)act)->id);
}

/* The place of an act, or the count where it is not held. */
static size_t find(const struct by_proof_acts *acts, const struct by_id *id)
{
    const struct by_act_entry *found =
        bsearch(id, acts->held.entries, acts->held.count, sizeof *acts->held.entries, order_by_id);

    return found == NULL ? acts->held.count : (size_t)(found - acts->held.entries);
}

/* Places still to be followed back. */
struct following {
    struct by_proof_acts *acts;
    size_t *places; /* room for all: each is put there once */
    size_t count;
};

static void need(struct following *following, const struct by_id *id)
{
    size_t at = find(following->acts, id);

    if (at == following->acts->held.count || following->acts->is_needed[at])
        return;
    following->acts->is_needed[at] = true;
    following->acts->needed_count++;
    following->places[following->count++] = at;
}

static enum banyan_status follow(struct following *following)
{
    struct by_arena arena = BY_ARENA_INIT;
    enum banyan_status status = BANYAN_OK;

    while (following->count > 0 && status == BANYAN_OK) {
        const struct by_act_entry *act =
            &following->acts->held.entries[following->places[--following->count]];
        struct by_act_links links;

        by_arena_reset(&arena);
        need(following, &act->prev);
        status = by_act_links_decode(act->links, &arena, &links);
        for (size_t i = 0; status == BANYAN_OK && i < links.parent_count; i++)
            need(following, &links.parents[i]);
    }
    by_arena_deinit(&arena);
    return status;
}

static bool is_announced(const struct by_act_entry *entry, const struct by_act *act,
                         const struct by_proof_roots *roots)
{
    for (size_t i = 0; i < roots->log_count; i++)
        if (by_id_equal(&roots->logs[i].device, &entry->log.device) &&
            memcmp(roots->logs[i].nonce, act->opening.nonce, sizeof roots->logs[i].nonce) == 0)
            return true;
    return false;
}

static bool is_of_device(const struct by_id *author, const struct by_proof_roots *roots)
{
    for (size_t i = 0; i < roots->device_count; i++)
        if (by_id_equal(&roots->devices[i], author))
            return true;
    return false;
}

/* An admit, of what such a device joined with. */
static bool admits(const struct by_proof_acts *acts, const struct by_act *act,
                   const struct by_proof_roots *roots)
{
    size_t join = find(acts, &act->admit.join);

    return join < acts->held.count && is_of_device(&acts->held.entries[join].log.device, roots);
}

/* What the types in force are made of. */
struct by_types_acts {
    const struct by_charter_saying *acts, *base;
    size_t count;
};

static bool is_of_types(const struct by_types_acts *types, const struct by_id *act)
{
    for (size_t i = 0; i < types->count; i++)
        if (by_id_equal(&types->acts[i].act, act))
            return true;
    return types->base != NULL && by_id_equal(&types->base->act, act);
}

static bool is_root(const struct by_proof_acts *acts, const struct by_act_entry *entry,
                    const struct by_act *act, const struct by_proof_roots *roots,
                    const struct by_types_acts *types)
{
    switch (entry->kind) {
    case BY_KIND_OPEN:
        return is_announced(entry, act, roots);
    case BY_KIND_JOIN:
    case BY_KIND_DEVICE:
        return is_of_device(&entry->log.device, roots);
    case BY_KIND_ADMIT:
        return admits(acts, act, roots);
    case BY_KIND_APPROVE:
        return is_of_types(types, &act->approve.act);
    default:
        return false;
    }
}

/* The acts that the proof is made of by themselves; a body that is none says nothing. Types are
 * those in force: genesis, where no types act is. */
static enum banyan_status begin(struct following *following, const struct by_charter *charter,
                                const struct by_proof_roots *roots)
{
    struct by_arena arena = BY_ARENA_INIT;
    struct by_types_acts types = {.base = NULL};
    enum banyan_status status = BANYAN_OK;

    types.acts = by_charter_types_acts(charter, &types.count, &types.base);
    for (size_t i = 0; i < types.count; i++)
        need(following, &types.acts[i].act);
    need(following, by_charter_network(charter));
    for (size_t i = 0; i < following->acts->held.count && status == BANYAN_OK; i++) {
        const struct by_act_entry *entry = &following->acts->held.entries[i];
        struct by_act act;

        by_arena_reset(&arena);
        status = by_act_decode(entry->kind, entry->payload, &arena, &act);
        if (status == BANYAN_OK && is_root(following->acts, entry, &act, roots, &types))
            need(following, &entry->id);
        if (status != BANYAN_ERR_MEMORY)
            status = BANYAN_OK;
    }
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_proof_acts_read(struct by_proof_acts *acts, struct by_store_txn *txn,
                                      const struct by_charter *charter,
                                      const struct by_proof_roots *roots)
{
    struct following following = {.acts = acts};
    enum banyan_status status = by_act_list_add_held(&acts->held, txn);

    if (status != BANYAN_OK)
        return status;
    by_act_list_unite(&acts->held);
    acts->is_needed = calloc(acts->held.count + 1, sizeof *acts->is_needed);
    following.places = calloc(acts->held.count + 1, sizeof *following.places);
    if (acts->is_needed == NULL || following.places == NULL)
        status = BANYAN_ERR_MEMORY;
    if (status == BANYAN_OK)
        status = begin(&following, charter, roots);
    if (status == BANYAN_OK)
        status = follow(&following);
    free(following.places);
    return status;
}

enum banyan_status by_proof_acts_charter(const struct by_proof_acts *acts,
                                         const struct by_id *network,
                                         struct by_charter **out_charter)
{
    struct by_act_entry *needed = calloc(acts->needed_count + 1, sizeof *needed);
    size_t count = 0;
    enum banyan_status status = BANYAN_OK;

    if (needed == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < acts->held.count; i++)
        if (acts->is_needed[i])
            needed[count++] = acts->held.entries[i];
    status = by_charter_build(network, needed, count, out_charter);
    free(needed);
    return status;
}

/* -- as blocks -- */

struct putting {
    const struct by_proof_acts *acts;
    struct by_zip zip;
    struct by_buffer packed, blocks;
    uint64_t count;
};

/* The past of an act has its whole log before it: what is needed of a block is its beginning. */
static enum banyan_status put_block(void *context, const struct by_store_block *block)
{
    struct putting *putting = context;
    struct by_run run = block->run;
    struct by_bytes packed = block->packed;
    enum banyan_status status = BANYAN_OK;

    run.count = 0;
    while (run.count < block->run.count) {
        size_t at = find(putting->acts, &block->run.entries[run.count].id);

        if (at == putting->acts->held.count || !putting->acts->is_needed[at])
            break;
        run.count++;
    }
    if (run.count == 0)
        return BANYAN_OK;
    if (run.count < block->run.count) {
        by_buffer_reset(&putting->packed);
        status = by_block_pack(&run, &putting->zip, &putting->packed);
        packed = by_buffer_bytes(&putting->packed);
    }
    putting->count++;
    return status == BANYAN_OK ? by_proof_put_block(&run.base, packed, &putting->blocks) : status;
}

enum banyan_status
by_proof_acts_put(const struct by_proof_acts *acts, struct by_store_txn *txn, struct by_buffer *out)
{
    struct putting putting = {.acts = acts,
                              .packed = BY_BUFFER_INIT(BY_BLOCK_PACKED_BYTES_MAX),
                              .blocks = BY_BUFFER_INIT(BY_PROOF_BYTES_MAX)};
    struct by_log_list logs = {0};
    enum banyan_status status = by_log_list_read(&logs, txn);

    for (size_t i = 0; i < logs.count && status == BANYAN_OK; i++)
        if (logs.logs[i].is_act_log)
            status = by_store_log_blocks(txn, &logs.logs[i].log, true, 0, put_block, &putting);
    if (status == BANYAN_OK)
        status = by_buffer_append_varint(out, putting.count);
    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(out, by_buffer_bytes(&putting.blocks));
    by_log_list_deinit(&logs);
    by_buffer_deinit(&putting.packed);
    by_buffer_deinit(&putting.blocks);
    by_zip_deinit(&putting.zip);
    return status;
}
