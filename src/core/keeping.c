#include "core/keeping.h"

#include <pthread.h>
#include <stdlib.h>

#include "sync/keeper.h"

/* Where logs end that were sealed and may not be stored yet: a device writes an act log, a record
 * log and the one of private records at a time. */
#define ENDS_KEPT 4u

struct end {
    struct by_log_id log;
    uint64_t next_seq;
    struct by_id last;
};

/* Holds keys: lies in memory of its own. */
struct by_keeping {
    struct by_signing_key device;
    struct by_box_key transport;
    struct by_keeper keeper;
    struct by_store *store;
    struct by_store *private_store;
    struct end ends[ENDS_KEPT];
    size_t next_end; /* to be given up for another log */
    struct by_os_door *door;
    pthread_t thread;
    bool has_thread;
};

/* -- whether it follows -- */

struct looking {
    const struct by_run *run;
    bool is_held;
    bool follows;
};

static enum banyan_status look(void *context, struct by_store_txn *txn)
{
    struct looking *looking = context;
    const struct by_run *run = looking->run;
    struct by_store_log held;
    enum banyan_status status =
        by_store_log_find(txn, &run->base.log, by_kind_is_act(run->entries[0].header.kind), &held);

    looking->is_held = status == BANYAN_OK;
    looking->follows = status == BANYAN_OK && run->base.first_seq == held.tip_seq + 1 &&
                       by_id_equal(&run->base.prev, &held.tip);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static struct end *find_end(struct by_keeping *keeping, const struct by_log_id *log)
{
    for (size_t i = 0; i < ENDS_KEPT; i++)
        if (by_log_id_equal(&keeping->ends[i].log, log))
            return &keeping->ends[i];
    return NULL;
}

/* Where it ends in the store, or, within a transaction that is not finished, where it was sealed
 * last. What was sealed in one that failed is made anew. */
static enum banyan_status follows(void *context, const struct by_run *run)
{
    struct by_keeping *keeping = context;
    const struct end *end = find_end(keeping, &run->base.log);
    struct looking looking = {.run = run};
    enum banyan_status status = by_store_read(keeping->store, look, &looking, NULL);

    if (status == BANYAN_OK && !looking.is_held)
        status = by_store_read(keeping->private_store, look, &looking, NULL);
    if (status != BANYAN_OK)
        return status;
    if (!looking.is_held && run->base.first_seq == 0)
        return BANYAN_OK;
    if (end != NULL && run->base.first_seq == end->next_seq &&
        by_id_equal(&run->base.prev, &end->last))
        return BANYAN_OK;
    return looking.follows ? BANYAN_OK : BANYAN_ERR_BROKEN_CHAIN;
}

static void note_sealed(void *context, const struct by_run *run)
{
    struct by_keeping *keeping = context;
    struct end *end = find_end(keeping, &run->base.log);

    if (end == NULL)
        end = &keeping->ends[keeping->next_end++ % ENDS_KEPT];
    *end = (struct end){.log = run->base.log,
                        .next_seq = run->base.first_seq + run->count,
                        .last = run->entries[run->count - 1].id};
}

/* -- the thread -- */

static void answer(struct by_keeping *keeping, int line)
{
    struct by_buffer request = BY_BUFFER_INIT(BY_KEEPER_REQUEST_BYTES_MAX);
    uint8_t room[BY_KEEPER_ANSWER_BYTES_MAX + 1]; /* a buffer keeps one to spare */
    struct by_buffer reply = {.data = room, .capacity = sizeof room, .size_max = sizeof room - 1};
    enum banyan_status status = by_os_line_receive(line, BY_KEEPER_REQUEST_BYTES_MAX, &request);

    if (status == BANYAN_OK)
        status = by_keeper_answer(&keeping->keeper, by_buffer_bytes(&request), &reply);
    /* Whoever has gone does not need it. */
    if (status == BANYAN_OK)
        (void)!by_os_line_send(line, by_buffer_bytes(&reply));
    by_secret_wipe(room, sizeof room);
    by_buffer_deinit(&request);
}

static void *keep(void *context)
{
    struct by_keeping *keeping = context;
    int line = -1;

    by_os_thread_name("banyan-keeper");
    while ((line = by_os_door_wait(keeping->door)) >= 0) {
        answer(keeping, line);
        by_os_line_close(line);
    }
    return NULL;
}

/* -- beginning and end -- */

static enum banyan_status open_parts(struct by_keeping *keeping, const struct by_node *node)
{
    enum banyan_status status = by_store_share(node->store, &keeping->store);

    if (status == BANYAN_OK)
        status = by_store_share(node->private_store, &keeping->private_store);
    if (status != BANYAN_OK)
        return status;
    keeping->device = node->device;
    keeping->transport = node->transport;
    keeping->keeper = (struct by_keeper){.device = &keeping->device,
                                         .transport = &keeping->transport,
                                         .network = node->network,
                                         .follows = follows,
                                         .sealed = note_sealed,
                                         .context = keeping};
    keeping->door = by_os_door_hang(node->home, BY_KEEPER_DOOR);
    if (keeping->door != NULL)
        keeping->has_thread = pthread_create(&keeping->thread, NULL, keep, keeping) == 0;
    return BANYAN_OK;
}

enum banyan_status by_keeping_open(const struct by_node *node, struct by_keeping **out_keeping)
{
    struct by_keeping *keeping = by_secret_new(sizeof *keeping);
    enum banyan_status status = keeping == NULL ? BANYAN_ERR_MEMORY : open_parts(keeping, node);

    *out_keeping = NULL;
    if (status == BANYAN_OK && keeping->has_thread)
        *out_keeping = keeping;
    else
        by_keeping_close(keeping);
    return status;
}

void by_keeping_close(struct by_keeping *keeping)
{
    if (keeping == NULL)
        return;
    if (keeping->has_thread) {
        by_os_door_shut(keeping->door);
        pthread_join(keeping->thread, NULL);
    }
    by_os_door_drop(keeping->door);
    by_store_close(keeping->private_store);
    by_store_close(keeping->store);
    by_secret_free(keeping);
}
