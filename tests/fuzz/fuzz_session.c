/*
 * A session between two nodes that hold unlike logs, one of them forked, and a stream of what may
 * happen: the next message is delivered, changed, doubled, lost or made up; runs are stored or
 * refused; a log grows; time passes; rights change.
 *
 * Nobody crashes or goes on for ever, a window is kept to, a peer without a role is sent no block,
 * and one that lost it no block of records.
 */
#include <assert.h>
#include <stdint.h>

#include "unit/sync/fake_node.h"

#define STEPS_MAX    400u
#define DELIVERS_MAX 20000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_pair {
    struct fake_node a, b;
    struct fake_link end_a, end_b;
    struct fake_link *ends[2];
    struct by_frontier farewells[2];
    size_t sent_records[2]; /* when the right was lost */
};

/* What the nodes hold, signed once: signing is slow. */
static void make_templates(struct fake_node *a, struct fake_node *b)
{
    static const uint8_t text[10] = {1};

    fake_node_init(a);
    fake_node_init(b);
    for (uint32_t i = 0; i < 2; i++) {
        fake_announce(a, i, 1);
        fake_announce(b, i + 1, 1);
    }
    fake_write(a, 0, 1, 6, 2);
    for (uint8_t i = 1; i <= 2; i++)
        fake_write_on(i == 1 ? a : b, 1, 1, NULL, i, 3, 2, by_bytes_of(text, sizeof text), 99);
}

/* Acts first, since they open logs. */
static void copy_logs(struct fake_node *node, const struct fake_node *from, bool are_acts)
{
    for (size_t i = 0; i < from->log_count; i++)
        for (size_t k = 0; k < from->logs[i].block_count; k++) {
            const struct fake_block *block = &from->logs[i].blocks[k];

            if (block->are_acts == are_acts)
                assert(fake_append(node, &block->base, by_bytes_of(block->packed, block->size)) ==
                       BY_VERDICT_KEPT);
        }
}

static void pair_init(struct fuzz_pair *pair)
{
    static struct fake_node templates[2];

    if (templates[0].log_count == 0)
        make_templates(&templates[0], &templates[1]);
    memset(pair, 0, sizeof *pair);
    fake_node_init(&pair->a);
    fake_node_init(&pair->b);
    fake_join(&pair->a, &pair->end_a, &pair->b, &pair->end_b);
    pair->ends[0] = &pair->end_a;
    pair->ends[1] = &pair->end_b;
    for (size_t i = 0; i < 2; i++) {
        copy_logs(&pair->a, &templates[0], i == 0);
        copy_logs(&pair->b, &templates[1], i == 0);
    }
    fake_copy_acts(&pair->a, &pair->farewells[0]);
    fake_copy_acts(&pair->b, &pair->farewells[1]);
    fake_connect(&pair->end_a, 1);
}

static void pair_deinit(struct fuzz_pair *pair)
{
    fake_cut(&pair->end_a);
    fake_node_deinit(&pair->a);
    fake_node_deinit(&pair->b);
    by_frontier_deinit(&pair->farewells[0]);
    by_frontier_deinit(&pair->farewells[1]);
}

static void check(const struct fuzz_pair *pair, size_t at)
{
    const struct fake_link *link = pair->ends[at];
    size_t size = 0;

    for (size_t i = 0; i < link->queue_count; i++)
        size += link->queue[i].size;
    assert(size <= BY_SYNC_WINDOW_BYTES);
    if (link->session != NULL && link->right == BY_RIGHT_ACTS_IN)
        assert(link->sent[BY_MESSAGE_BLOCK] == 0 || link->is_closed);
    if (link->right == BY_RIGHT_NONE || link->right == BY_RIGHT_ACTS_OUT)
        assert(link->sent_records == pair->sent_records[at]);
}

/* The first message waiting at an end is no longer what it was. */
static void spoil(struct fake_link *link, struct by_cursor *input, uint8_t how)
{
    struct by_bytes at;
    struct fake_message *message = link->inbox;

    if (link->inbox_count == 0 || by_cursor_take(input, 2, &at) != BANYAN_OK)
        return;
    if (how == 0 && message->size > 0)
        message->data[at.data[0] % message->size] ^= (uint8_t)(at.data[1] | 1);
    else if (how == 1)
        message->size = message->size * at.data[0] / 256;
    else if (how == 2)
        fake_deliver_to(link, by_bytes_of(message->data, message->size));
    else
        message->size = 0;
}

/* Bytes of the input as a message. */
static void make_up(struct fake_link *link, struct by_cursor *input)
{
    struct by_bytes message;
    uint8_t size = 0;

    if (by_cursor_take_u8(input, &size) == BANYAN_OK &&
        by_cursor_take(input, size, &message) == BANYAN_OK && link->session != NULL)
        fake_deliver_to(link, message);
}

static void refuse_next(struct fake_link *link, uint8_t verdict)
{
    if (link->session == NULL || link->queue_count == 0)
        return;
    free(link->queue[0].packed);
    link->queue_count--;
    memmove(link->queue, link->queue + 1, link->queue_count * sizeof *link->queue);
    by_session_stored(link->session, (enum by_session_verdict)(verdict % 4), link->node->now_ms);
    fake_poll_all(link->node);
}

static void step(struct fuzz_pair *pair, uint8_t what, struct by_cursor *input)
{
    struct fake_link *link = pair->ends[what & 1];
    uint8_t detail = (uint8_t)(what >> 4);

    switch (what >> 1 & 7) {
    case 0:
    case 1:
        (void)fake_receive_next(link);
        break;
    case 2:
        (void)fake_store_next(link);
        break;
    case 3:
        spoil(link, input, detail & 3);
        break;
    case 4:
        make_up(link, input);
        break;
    case 5:
        refuse_next(link, detail);
        break;
    case 6:
        fake_write(link->node, detail % 3, 1, 1, 1);
        fake_poll_all(link->node);
        break;
    default:
        if (detail >= 8 && detail < 14 && link->session != NULL &&
            by_session_can_look(link->session)) {
            const struct by_look look = {.depth = (uint8_t)(detail - 8)};

            by_session_look(link->session, &look);
        }
        if (detail >= 14)
            link->is_mute = detail == 15;
        link->node->now_ms += (uint64_t)detail * detail * 4000;
        if (detail == 1 && link->sent[BY_MESSAGE_BLOCK] == 0 && link->right == BY_RIGHT_ALL)
            link->right = BY_RIGHT_ACTS_IN;
        if (detail == 2 && link->right != BY_RIGHT_ACTS_OUT)
            link->right = BY_RIGHT_ALL;
        if (detail == 4 && link->right != BY_RIGHT_NONE) {
            link->right = BY_RIGHT_NONE;
            link->farewell = &pair->farewells[what & 1];
            pair->sent_records[what & 1] = link->sent_records;
        }
        if (detail == 5 && link->right != BY_RIGHT_NONE) {
            link->right = BY_RIGHT_ACTS_OUT;
            link->farewell = &pair->farewells[what & 1];
            pair->sent_records[what & 1] = link->sent_records;
            fake_cut(&pair->end_a);
            fake_connect(&pair->end_a, 2);
        }
        if (detail == 3 && link->session != NULL)
            by_session_resync(link->session);
        fake_poll_all(link->node);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct by_cursor input = {by_bytes_of(data, size)};
    struct fuzz_pair pair;
    uint8_t what = 0;

    pair_init(&pair);
    for (size_t i = 0; i < STEPS_MAX && by_cursor_take_u8(&input, &what) == BANYAN_OK; i++) {
        step(&pair, what, &input);
        check(&pair, 0);
        check(&pair, 1);
    }
    assert(fake_run(pair.ends, 2, DELIVERS_MAX) < DELIVERS_MAX);
    pair_deinit(&pair);
    return 0;
}
