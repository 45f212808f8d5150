/*
 * Nodes in memory for the tests of sessions: a store of runs, a charter in which an act announces a
 * log by carrying its id, and links whose messages are delivered one by one.
 *
 * Failures abort by assert, so that the fuzz target can use it as well.
 */
#ifndef BY_TESTS_UNIT_SYNC_FAKE_NODE_H
#define BY_TESTS_UNIT_SYNC_FAKE_NODE_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/fork.h"
#include "sync/session.h"
#include "sync/standing.h"
#include "unit/log/sample.h"

#define FAKE_LINKS_MAX 4u
#define FAKE_WINDOW    (BY_SYNC_WINDOW_BYTES + BY_SYNC_MESSAGE_BYTES_MAX)

static const struct by_id fake_network = {{7, 7, 7}};

/* -- runs that writers made -- */

struct fake_block {
    struct by_block_base base;
    struct by_sample last;
    bool are_acts;
    uint8_t *packed;
    size_t size;
};

struct fake_entry {
    struct by_sample at;
    uint64_t hlc;
    size_t parent; /* index in the log; SIZE_MAX for a first entry */
    size_t block;
};

struct fake_log {
    struct by_log_id log;
    bool is_act_log;
    bool is_open;
    struct fake_entry *entries;
    size_t entry_count;
    struct fake_block *blocks;
    size_t block_count;
};

struct fake_message {
    uint8_t *data;
    size_t size;
};

struct fake_node;

/* One end of a connection. */
struct fake_link {
    struct fake_node *node;
    struct fake_link *other;
    struct by_session *session;
    enum by_session_right right;
    struct fake_message *inbox;
    size_t inbox_count;
    struct fake_block *queue; /* runs not answered */
    size_t queue_count;
    bool is_settling;
    bool is_cut_off; /* does not read */
    bool is_slow;    /* does not answer runs */
    size_t in_sync_count;
    bool is_closed;
    enum by_session_reason reason;
    bool is_by_peer;
    bool is_older;                 /* knows no questions about views */
    bool is_mute;                  /* does not answer them */
    bool holds;                    /* says nothing of its logs */
    size_t look_count, seen_count; /* questions asked of this end, and answers to its own */
    struct by_look look;
    enum by_seen_what seen_what;
    size_t sent_messages, sent_bytes;
    size_t sent[17];              /* by type */
    size_t sent_records;          /* blocks of record logs */
    struct by_frontier *farewell; /* for the peer, once it has no right; NULL: none */
};

struct fake_node {
    struct fake_log *logs;
    size_t log_count;
    struct by_frontier frontier;
    struct by_block_reader reader;
    struct fake_link *links[FAKE_LINKS_MAX];
    size_t link_count;
    uint64_t now_ms;
    struct by_id unshared; /* acts of this device are dropped */
    struct by_notes notes;
    struct by_id organisation;
    struct by_id unnoted; /* notes of this device are not kept */
};

static inline void *fake_grow(void *array, size_t count, size_t size)
{
    void *grown = realloc(array, (count + 1) * size);

    assert(grown != NULL);
    return grown;
}

/* -- store -- */

static inline struct fake_log *fake_find_log(struct fake_node *node, const struct by_log_id *log)
{
    for (size_t i = 0; i < node->log_count; i++)
        if (by_log_id_equal(&node->logs[i].log, log))
            return &node->logs[i];
    return NULL;
}

static inline struct fake_log *
fake_need_log(struct fake_node *node, const struct by_log_id *id, bool is_act_log)
{
    struct fake_log *log = fake_find_log(node, id);

    if (log != NULL)
        return log;
    node->logs = fake_grow(node->logs, node->log_count, sizeof *node->logs);
    log = &node->logs[node->log_count++];
    *log = (struct fake_log){.log = *id, .is_act_log = is_act_log};
    return log;
}

static inline size_t fake_find_entry(const struct fake_log *log, const struct by_sample *at)
{
    for (size_t i = log->entry_count; i-- > 0;)
        if (log->entries[i].at.seq == at->seq && by_id_equal(&log->entries[i].at.id, &at->id))
            return i;
    return SIZE_MAX;
}

/* Which entries count, by the rule of forks; of act logs all do. */
static inline struct by_fork_entry *fake_count(const struct fake_log *log)
{
    struct by_fork_entry *entries = calloc(log->entry_count + 1, sizeof *entries);

    assert(entries != NULL);
    for (size_t i = 0; i < log->entry_count; i++) {
        entries[i].id = log->entries[i].at.id;
        entries[i].seq = log->entries[i].at.seq;
        if (log->entries[i].parent != SIZE_MAX)
            entries[i].prev = log->entries[log->entries[i].parent].at.id;
    }
    if (!log->is_act_log)
        assert(by_fork_count(entries, log->entry_count) == BANYAN_OK);
    for (size_t i = 0; i < log->entry_count && log->is_act_log; i++)
        entries[i].counts = true;
    return entries;
}

static inline bool fake_is_prev(const struct by_fork_entry *entries, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i].counts && entries[i].seq == entries[at].seq + 1 &&
            by_id_equal(&entries[i].prev, &entries[at].id))
            return true;
    return false;
}

static inline size_t fake_tips(const struct fake_log *log, struct by_tip **out_tips)
{
    struct by_fork_entry *entries = fake_count(log);
    size_t count = 0;

    *out_tips = calloc(log->entry_count + 1, sizeof **out_tips);
    assert(*out_tips != NULL);
    for (size_t i = 0; i < log->entry_count; i++) {
        struct by_sample at = {.seq = entries[i].seq, .id = entries[i].id};

        if (!entries[i].counts || fake_is_prev(entries, log->entry_count, i))
            continue;
        (*out_tips)[count++] = (struct by_tip){
            .seq = at.seq, .id = at.id, .hlc = log->entries[fake_find_entry(log, &at)].hlc};
    }
    free(entries);
    return count;
}

/* The frontier as the log is now; tell all sessions. */
static inline void fake_publish(struct fake_node *node, const struct by_log_id *id)
{
    const struct fake_log *log = fake_find_log(node, id);
    struct by_tip *tips = NULL;
    size_t count = 0;

    if (log == NULL || (!log->is_act_log && !log->is_open))
        return;
    count = fake_tips(log, &tips);
    assert(by_frontier_set(&node->frontier, id, log->is_act_log, tips, count) == BANYAN_OK);
    free(tips);
    for (size_t i = 0; i < node->link_count; i++)
        if (node->links[i]->session != NULL)
            by_session_changed(node->links[i]->session, id);
}

static inline void fake_open(struct fake_node *node, const struct by_log_id *id)
{
    fake_need_log(node, id, false)->is_open = true;
    fake_publish(node, id);
}

static inline size_t fake_parent(const struct fake_log *log, const struct by_run *run)
{
    struct by_sample before = {.seq = run->base.first_seq - 1, .id = run->base.prev};

    return run->base.first_seq == 0 ? SIZE_MAX : fake_find_entry(log, &before);
}

static inline void fake_add_entries(struct fake_log *log, const struct by_run *run)
{
    size_t parent = fake_parent(log, run);

    for (size_t i = 0; i < run->count; i++) {
        const struct by_entry *entry = &run->entries[i];
        struct by_sample at = {.seq = entry->header.seq, .id = entry->id};
        size_t found = fake_find_entry(log, &at);

        if (found == SIZE_MAX) {
            log->entries = fake_grow(log->entries, log->entry_count, sizeof *log->entries);
            log->entries[log->entry_count] = (struct fake_entry){.at = at,
                                                                 .hlc = entry->header.hlc,
                                                                 .parent = parent,
                                                                 .block = log->block_count - 1};
            found = log->entry_count++;
        }
        parent = found;
    }
}

static inline void
fake_copy_block(struct fake_block *block, const struct by_block_base *base, struct by_bytes packed)
{
    memset(block, 0, sizeof *block);
    block->base = *base;
    block->packed = malloc(packed.size + 1);
    assert(block->packed != NULL);
    memcpy(block->packed, packed.data, packed.size);
    block->size = packed.size;
}

/* Keep a block as a store would. */
static inline enum by_session_verdict
fake_append(struct fake_node *node, const struct by_block_base *base, struct by_bytes packed)
{
    struct by_run run;
    struct fake_log *log;
    struct fake_block *block;
    struct by_sample last;
    bool are_acts;

    assert(by_block_unpack(&node->reader, base, packed, &run) == BANYAN_OK);
    are_acts = by_kind_is_act(run.entries[0].header.kind);
    if (are_acts && by_id_equal(&base->log.device, &node->unshared))
        return BY_VERDICT_DROPPED;
    log = fake_need_log(node, &base->log, are_acts);
    last = (struct by_sample){.seq = base->first_seq + run.count - 1,
                              .id = run.entries[run.count - 1].id};
    if (base->first_seq > 0 && fake_parent(log, &run) == SIZE_MAX)
        return BY_VERDICT_GAP;
    if (fake_find_entry(log, &last) != SIZE_MAX)
        return BY_VERDICT_KEPT;
    log->blocks = fake_grow(log->blocks, log->block_count, sizeof *log->blocks);
    block = &log->blocks[log->block_count++];
    fake_copy_block(block, base, packed);
    block->last = last;
    block->are_acts = are_acts;
    fake_add_entries(log, &run);
    fake_publish(node, &base->log);
    for (size_t i = 0; i < run.count && are_acts; i++) {
        struct by_log_id id;

        if (run.entries[i].payload.size != 40)
            continue;
        by_log_id_get(run.entries[i].payload.data, &id);
        fake_open(node, &id);
    }
    return BY_VERDICT_KEPT;
}

/* -- port -- */

static inline enum by_session_right fake_right(void *context)
{
    return ((struct fake_link *)context)->right;
}

static inline struct by_frontier *fake_farewell(void *context)
{
    return ((struct fake_link *)context)->farewell;
}

static inline enum banyan_status fake_holds(void *context, const struct by_log_id *id,
                                            const struct by_sample *entry, bool *out_is_held)
{
    const struct fake_log *log = fake_find_log(((struct fake_link *)context)->node, id);

    *out_is_held = log != NULL && fake_find_entry(log, entry) != SIZE_MAX;
    return BANYAN_OK;
}

static inline const struct fake_entry *fake_walk(struct fake_node *node, const struct by_log_id *id,
                                                 const struct by_sample *tip, uint64_t seq)
{
    const struct fake_log *log = fake_find_log(node, id);
    size_t at = log == NULL ? SIZE_MAX : fake_find_entry(log, tip);

    while (at != SIZE_MAX && log->entries[at].at.seq > seq)
        at = log->entries[at].parent;
    return at == SIZE_MAX ? NULL : &log->entries[at];
}

static inline enum banyan_status fake_entry_id(void *context, const struct by_log_id *id,
                                               const struct by_sample *tip, uint64_t seq,
                                               struct by_id *out_id)
{
    const struct fake_entry *entry = fake_walk(((struct fake_link *)context)->node, id, tip, seq);

    if (entry == NULL)
        return BANYAN_ERR_NOT_FOUND;
    *out_id = entry->at.id;
    return BANYAN_OK;
}

static inline enum banyan_status fake_read_block(void *context, const struct by_log_id *id,
                                                 const struct by_sample *tip, uint64_t seq,
                                                 struct by_session_block *out_block)
{
    struct fake_node *node = ((struct fake_link *)context)->node;
    const struct fake_entry *entry = fake_walk(node, id, tip, seq);
    const struct fake_block *block;

    if (entry == NULL)
        return BANYAN_ERR_NOT_FOUND;
    block = &fake_find_log(node, id)->blocks[entry->block];
    out_block->base = block->base;
    out_block->packed = by_bytes_of(block->packed, block->size);
    /* How far the block lies on the branch: up to its last entry that the walk meets. */
    out_block->last_seq = seq;
    for (uint64_t at = block->last.seq < tip->seq ? block->last.seq : tip->seq; at > seq; at--) {
        if (fake_walk(node, id, tip, at)->block != entry->block)
            continue;
        out_block->last_seq = at;
        break;
    }
    return BANYAN_OK;
}

/* Who wrote an act is known. */
static inline bool fake_keeps_notes(void *context, const struct by_id *device)
{
    const struct fake_node *node = ((struct fake_link *)context)->node;

    for (size_t i = 0; i < node->log_count; i++)
        if (node->logs[i].is_act_log && node->logs[i].entry_count > 0 &&
            by_id_equal(&node->logs[i].log.device, device))
            return !by_id_equal(&node->unnoted, device);
    return false;
}

static const struct by_session_port fake_port = {.right = fake_right,
                                                 .farewell = fake_farewell,
                                                 .keeps_notes = fake_keeps_notes,
                                                 .holds = fake_holds,
                                                 .entry_id = fake_entry_id,
                                                 .block = fake_read_block};

/* -- making logs -- */

static inline void fake_node_init(struct fake_node *node)
{
    memset(node, 0, sizeof *node);
    by_frontier_init(&node->frontier);
    by_notes_init(&node->notes);
    assert(by_block_reader_init(&node->reader) == BANYAN_OK);
}

static inline void fake_block_free(struct fake_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(blocks[i].packed);
    free(blocks);
}

static inline void fake_node_deinit(struct fake_node *node)
{
    for (size_t i = 0; i < node->log_count; i++) {
        free(node->logs[i].entries);
        fake_block_free(node->logs[i].blocks, node->logs[i].block_count);
    }
    free(node->logs);
    by_frontier_deinit(&node->frontier);
    by_notes_deinit(&node->notes);
    by_block_reader_deinit(&node->reader);
}

struct fake_maker {
    struct fake_node *node;
    struct by_zip zip;
};

static inline enum banyan_status fake_keep(void *context, const struct by_run *run)
{
    struct fake_maker *maker = context;
    struct by_buffer packed = BY_BUFFER_INIT(BY_BLOCK_PACKED_BYTES_MAX);

    assert(by_block_pack(run, &maker->zip, &packed) == BANYAN_OK);
    (void)fake_append(maker->node, &run->base, by_buffer_bytes(&packed));
    by_buffer_deinit(&packed);
    return BANYAN_OK;
}

static inline struct by_signing_key fake_key(uint32_t writer)
{
    struct by_seed seed = {{0}};
    struct by_signing_key key;

    by_put_u32le(seed.bytes, writer + 1);
    by_signing_key_from_seed(&seed, &key);
    return key;
}

static inline struct by_log_id fake_log_id(uint32_t writer, uint8_t nonce)
{
    return (struct by_log_id){.device = fake_key(writer).public_key, .nonce = {nonce}};
}

/* count entries of writer's log, hung on the entry before (NULL = the highest tip, or the log's
 * beginning), one block for each commit_size of them; salted by variant. Acts carry payload. */
static inline void fake_write_on(struct fake_node *node, uint32_t writer, uint8_t nonce,
                                 const struct by_sample *before, uint8_t variant, size_t count,
                                 size_t commit_size, struct by_bytes payload, uint64_t wall_ms)
{
    bool are_acts = nonce == 0;
    struct by_signing_key key = fake_key(writer);
    struct fake_maker maker = {.node = node};
    struct by_block_base base = {.log = fake_log_id(writer, nonce)};
    uint8_t salt[BY_SALT_BYTES] = {variant};
    struct by_buffer links = BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    struct by_writer *drafts = calloc(1, sizeof *drafts);
    const struct fake_log *log = fake_find_log(node, &base.log);

    assert(drafts != NULL);
    if (before == NULL && log != NULL && log->entry_count > 0) {
        before = &log->entries[0].at;
        for (size_t i = 1; i < log->entry_count; i++)
            if (log->entries[i].at.seq > before->seq)
                before = &log->entries[i].at;
    }
    if (before != NULL) {
        base.first_seq = before->seq + 1;
        base.prev = before->id;
    }
    if (are_acts)
        assert(by_buffer_append_u8(&links, 0x90) == BANYAN_OK);
    else
        assert(sample_put_links(1, &links) == BANYAN_OK);
    by_writer_init(drafts, &key, &fake_network, &base, fake_keep, &maker);
    for (size_t i = 0; i < count; i++) {
        by_put_u64le(salt + 8, i);
        assert(by_writer_add(drafts, are_acts ? BY_KIND_OPEN : BY_KIND_OPERATION,
                             by_buffer_bytes(&links), payload, salt, wall_ms) == BANYAN_OK);
        if ((i + 1) % commit_size == 0)
            assert(by_writer_flush(drafts) == BANYAN_OK);
    }
    assert(by_writer_flush(drafts) == BANYAN_OK);
    by_writer_deinit(drafts);
    free(drafts);
    by_buffer_deinit(&links);
    by_zip_deinit(&maker.zip);
}

static inline void
fake_write(struct fake_node *node, uint32_t writer, uint8_t nonce, size_t count, size_t commit_size)
{
    static const uint8_t text[100] = {"a site"};

    fake_write_on(node, writer, nonce, NULL, 0, count, commit_size, by_bytes_of(text, sizeof text),
                  1000);
}

/* An act by writer that opens the writer's record log. */
static inline void fake_announce(struct fake_node *node, uint32_t writer, uint8_t nonce)
{
    struct by_log_id id = fake_log_id(writer, nonce);
    uint8_t bytes[40];

    by_log_id_put(bytes, &id);
    fake_write_on(node, writer, 0, NULL, 0, 1, 1, by_bytes_of(bytes, sizeof bytes), 1000);
}

/* What a node may tell who lost its right now: its act logs as they are. */
static inline void fake_copy_acts(const struct fake_node *node, struct by_frontier *out_farewell)
{
    by_frontier_init(out_farewell);
    for (size_t i = 0; i < node->frontier.count; i++) {
        const struct by_frontier_log *log = &node->frontier.logs[i];

        if (log->is_act_log)
            assert(by_frontier_set(out_farewell, &log->log, true, log->tips, log->tip_count) ==
                   BANYAN_OK);
    }
}

/* -- links -- */

static inline void fake_deliver_to(struct fake_link *link, struct by_bytes message)
{
    struct fake_message *slot;

    link->inbox = fake_grow(link->inbox, link->inbox_count, sizeof *link->inbox);
    slot = &link->inbox[link->inbox_count++];
    slot->data = malloc(message.size + 1);
    slot->size = message.size;
    assert(slot->data != NULL);
    memcpy(slot->data, message.data, message.size);
}

static inline void fake_queue(struct fake_link *link, const struct by_session_output *output)
{
    link->queue = fake_grow(link->queue, link->queue_count, sizeof *link->queue);
    fake_copy_block(&link->queue[link->queue_count], &output->run->base, output->packed);
    link->queue[link->queue_count++].are_acts = output->are_acts;
}

static inline void fake_send(struct fake_link *link, struct by_bytes message)
{
    assert(message.size > 0 && message.size <= BY_SYNC_MESSAGE_BYTES_MAX);
    link->sent_messages++;
    link->sent_bytes += message.size;
    link->sent[message.data[0]]++;
    link->sent_records += message.data[0] == BY_MESSAGE_BLOCK && (message.data[1] & 1) == 0;
    if (link->other->session != NULL)
        fake_deliver_to(link->other, message);
}

/* The question as if the view were empty. */
static inline void fake_answer(struct fake_link *link)
{
    struct by_message seen = {.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_RECORD};
    struct by_buffer standing = BY_BUFFER_INIT(BY_NOTE_BODY_BYTES_MAX);
    struct by_buffer bytes = BY_BUFFER_INIT(BY_SYNC_MESSAGE_BYTES_MAX);

    if (link->look.depth == 0)
        seen.seen.what = BY_SEEN_TOP;
    else if (link->look.depth < BY_LOOK_BUCKET)
        seen.seen.what = BY_SEEN_LEVEL;
    else if (link->look.depth == BY_LOOK_BUCKET)
        seen.seen.what = BY_SEEN_BUCKET;
    if (link->look.depth == 0) {
        assert(by_standing_write(&link->node->frontier, &standing) == BANYAN_OK);
        seen.seen.standing = by_buffer_bytes(&standing);
    }
    assert(by_message_encode(&seen, &bytes) == BANYAN_OK);
    by_session_answer(link->session, by_buffer_bytes(&bytes));
    by_buffer_deinit(&standing);
    by_buffer_deinit(&bytes);
}

static inline void fake_poll(struct fake_link *link)
{
    struct by_session_output output = {.kind = BY_SESSION_NOTHING};

    while (link->session != NULL) {
        by_session_poll(link->session, link->node->now_ms, link->inbox_count < 4096, &output);
        switch (output.kind) {
        case BY_SESSION_NOTHING:
            return;
        case BY_SESSION_SEND:
            fake_send(link, output.message);
            break;
        case BY_SESSION_STORE:
            fake_queue(link, &output);
            break;
        case BY_SESSION_SETTLE:
            link->is_settling = true;
            break;
        case BY_SESSION_IN_SYNC:
            link->in_sync_count++;
            break;
        case BY_SESSION_LOOK:
            link->look_count++;
            link->look = *output.look;
            if (!link->is_mute)
                fake_answer(link);
            break;
        case BY_SESSION_SEEN:
            link->seen_count++;
            link->seen_what = output.seen->what;
            break;
        case BY_SESSION_CLOSE:
            if (output.message.size > 0)
                fake_send(link, output.message);
            link->is_closed = true;
            link->reason = output.reason;
            link->is_by_peer = output.is_by_peer;
            by_session_free(link->session);
            link->session = NULL;
            break;
        }
    }
}

static inline void fake_poll_all(struct fake_node *node)
{
    for (size_t i = 0; i < node->link_count; i++)
        fake_poll(node->links[i]);
}

/* Answer the runs handed out; acts only once that was asked for. */
static inline bool fake_store_next(struct fake_link *link)
{
    struct fake_block block;
    enum by_session_verdict verdict;

    /* What a session handed over is stored though it has ended. */
    if (link->queue_count == 0 || link->is_slow ||
        (link->session != NULL && link->queue[0].are_acts && !link->is_settling))
        return false;
    block = link->queue[0];
    link->queue_count--;
    memmove(link->queue, link->queue + 1, link->queue_count * sizeof *link->queue);
    if (link->queue_count == 0)
        link->is_settling = false;
    verdict = fake_append(link->node, &block.base, by_bytes_of(block.packed, block.size));
    free(block.packed);
    if (link->session != NULL)
        by_session_stored(link->session, verdict, link->node->now_ms);
    fake_poll_all(link->node);
    return true;
}

static inline bool fake_receive_next(struct fake_link *link)
{
    struct fake_message message;

    if (link->session == NULL || link->inbox_count == 0 || link->is_cut_off ||
        !by_session_is_ready(link->session))
        return false;
    message = link->inbox[0];
    link->inbox_count--;
    memmove(link->inbox, link->inbox + 1, link->inbox_count * sizeof *link->inbox);
    by_session_receive(link->session, by_bytes_of(message.data, message.size), link->node->now_ms);
    fake_poll(link);
    free(message.data);
    fake_poll_all(link->node);
    return true;
}

static inline void fake_link_clear(struct fake_link *link)
{
    for (size_t i = 0; i < link->inbox_count; i++)
        free(link->inbox[i].data);
    free(link->inbox);
    fake_block_free(link->queue, link->queue_count);
    by_session_free(link->session);
    link->inbox = NULL;
    link->inbox_count = 0;
    link->queue = NULL;
    link->queue_count = 0;
    link->is_settling = false;
    link->session = NULL;
}

static inline void fake_cut(struct fake_link *link)
{
    fake_link_clear(link);
    fake_link_clear(link->other);
}

static inline void fake_begin(struct fake_link *link, uint8_t handshake, bool is_caller)
{
    struct by_session_setup setup = {.port = &fake_port,
                                     .context = link,
                                     .frontier = &link->node->frontier,
                                     .notes = &link->node->notes,
                                     .via = &link->other->node->organisation,
                                     .network = fake_network,
                                     .handshake = {{handshake, 1}},
                                     .is_caller = is_caller,
                                     .now_ms = link->node->now_ms};

    link->is_closed = false;
    link->in_sync_count = 0;
    link->sent_messages = link->sent_bytes = 0;
    memset(link->sent, 0, sizeof link->sent);
    link->sent_records = 0;
    link->look_count = link->seen_count = 0;
    assert(by_session_new(&setup, &link->session) == BANYAN_OK);
    if (!link->is_older && !link->other->is_older)
        by_session_allow_looks(link->session);
    by_session_hold(link->session, link->holds);
}

/* A new connection over two ends that were made by fake_join. */
static inline void fake_connect(struct fake_link *caller, uint8_t handshake)
{
    fake_begin(caller, handshake, true);
    fake_begin(caller->other, handshake, false);
    fake_poll(caller);
    fake_poll(caller->other);
}

static inline void fake_join(struct fake_node *a, struct fake_link *end_a, struct fake_node *b,
                             struct fake_link *end_b)
{
    *end_a = (struct fake_link){.node = a, .other = end_b, .right = BY_RIGHT_ALL};
    *end_b = (struct fake_link){.node = b, .other = end_a, .right = BY_RIGHT_ALL};
    assert(a->link_count < FAKE_LINKS_MAX && b->link_count < FAKE_LINKS_MAX);
    a->links[a->link_count++] = end_a;
    b->links[b->link_count++] = end_b;
}

/* Everything that can happen at some end, in turn; returns how many messages were delivered. */
static inline size_t fake_run(struct fake_link **ends, size_t count, size_t messages_max)
{
    size_t delivered = 0;
    bool is_moving = true;

    while (is_moving && delivered < messages_max) {
        is_moving = false;
        for (size_t i = 0; i < count && delivered < messages_max; i++) {
            bool has_received = fake_receive_next(ends[i]);

            delivered += has_received;
            is_moving = fake_store_next(ends[i]) || has_received || is_moving;
        }
    }
    return delivered;
}

/* Whether both hold the same counting tips everywhere. */
static inline bool fake_equal(struct fake_node *a, struct fake_node *b)
{
    struct by_id state_a, state_b;

    by_frontier_state(&a->frontier, &state_a);
    by_frontier_state(&b->frontier, &state_b);
    return by_id_equal(&state_a, &state_b) &&
           by_id_equal(by_frontier_list(&a->frontier), by_frontier_list(&b->frontier));
}

/* -- notes -- */

/* A note that writer signed; out starts empty, and the note borrows from it. */
static inline struct by_note fake_sign_note(uint32_t writer, uint8_t kind, uint64_t counter,
                                            struct by_bytes body, struct by_buffer *out)
{
    const struct by_signing_key key = fake_key(writer);
    const struct by_note draft = {.kind = kind, .counter = counter, .made_ms = 99, .body = body};
    struct by_cursor cursor;
    struct by_note note;

    assert(by_note_sign(&draft, &key, &fake_network, out) == BANYAN_OK);
    cursor.rest = by_buffer_bytes(out);
    assert(by_note_take(&cursor, &note) == BANYAN_OK);
    return note;
}

/* The body of notes that are told apart by variant. */
static inline struct by_bytes fake_note_body(uint8_t kind, uint8_t variant, uint8_t space[66])
{
    memset(space, 0, 66);
    if (kind == BY_NOTE_STANDING) {
        space[1] = variant;
        return by_bytes_of(space, 66);
    }
    memcpy(space, (uint8_t[]){1, 4, 'h', (uint8_t)('a' + variant % 26), ':', '7'}, 6);
    return by_bytes_of(space, 6);
}

/* writer's node makes a note and tells all sessions. */
static inline void
fake_note(struct fake_node *node, uint32_t writer, uint8_t kind, uint64_t counter, uint8_t variant)
{
    static const struct by_id nobody;
    struct by_buffer bytes = BY_BUFFER_INIT(BY_NOTE_BYTES_MAX);
    uint8_t space[66];
    struct by_note note =
        fake_sign_note(writer, kind, counter, fake_note_body(kind, variant, space), &bytes);
    size_t slot;

    (void)by_notes_hear(&node->notes, &note, &fake_network, &nobody, node->now_ms, &slot);
    by_buffer_deinit(&bytes);
    fake_poll_all(node);
}

static inline bool fake_equal_notes(struct fake_node *a, struct fake_node *b)
{
    return by_id_equal(by_notes_digest(&a->notes), by_notes_digest(&b->notes));
}

#endif
