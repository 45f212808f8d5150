#include <stdlib.h>
#include <string.h>

#include "net/compare.h"
#include "os/os.h"

/* That a connection is waited for, and that all may take. */
#define CONNECT_MS 5000u
#define WAIT_MS    15000u

struct asked_question {
    uint64_t number;
    struct by_id organisation;
};

static enum banyan_status read_question(void *context, struct by_store_txn *txn)
{
    struct asked_question *question = context;

    return by_compare_question_get(txn, &question->number, &question->organisation);
}

enum banyan_status by_hearer_init(struct by_hearer *hearer, struct by_net *net,
                                  struct by_dialer *dialer, const char *home)
{
    struct asked_question question = {.number = 0};

    hearer->net = net;
    hearer->dialer = dialer;
    hearer->bytes.size_max = hearer->writing.size_max = BY_COMPARED_FILE_BYTES_MAX;
    hearer->path = by_compared_path(home);
    if (hearer->path == NULL)
        return BANYAN_ERR_MEMORY;
    enum banyan_status status =
        by_store_read(by_net_node(net)->store, read_question, &question, NULL);
    hearer->number = question.number;
    return status;
}

void by_hearer_deinit(struct by_hearer *hearer)
{
    by_asking_deinit(&hearer->asking);
    by_buffer_deinit(&hearer->bytes);
    by_buffer_deinit(&hearer->writing);
    free(hearer->path);
}

/* -- the answer's file -- */

static void write_file(uv_work_t *work)
{
    const struct by_hearer *hearer = work->data;

    (void)!by_os_file_replace(hearer->path, by_buffer_bytes(&hearer->writing), NULL);
}

static void on_file_written(uv_work_t *work, int result)
{
    struct by_hearer *hearer = work->data;

    (void)result;
    hearer->is_saving = false;
}

/* On a thread that may wait for the disk. */
static void save(struct by_hearer *hearer)
{
    struct by_buffer spare = hearer->writing;

    if (!hearer->is_to_save || hearer->is_saving)
        return;
    hearer->writing = hearer->bytes;
    hearer->bytes = spare;
    hearer->save.data = hearer;
    hearer->is_to_save = false;
    hearer->is_saving =
        uv_queue_work(&hearer->net->loop, &hearer->save, write_file, on_file_written) == 0;
}

static void answer(struct by_hearer *hearer, enum by_compare_why why, enum by_conn_end end)
{
    uint8_t head[10];

    by_put_u64le(head, hearer->number);
    head[8] = (uint8_t)why;
    head[9] = (uint8_t)end;
    by_buffer_reset(&hearer->bytes);
    enum banyan_status status = by_buffer_append(&hearer->bytes, head, sizeof head);
    if (status == BANYAN_OK && why == BY_COMPARE_DONE)
        status = by_compared_encode(&hearer->asking.compared, &hearer->bytes);
    hearer->is_to_save = status == BANYAN_OK;
    hearer->is_at_work = false;
    by_asking_deinit(&hearer->asking);
}

/* -- the question -- */

static void hear(struct by_hearer *hearer)
{
    struct by_store *store = by_net_node(hearer->net)->store;
    uint64_t txn = by_store_last_txn(store);
    struct asked_question question;

    if (txn == hearer->seen_txn ||
        by_store_read(store, read_question, &question, NULL) != BANYAN_OK)
        return;
    hearer->seen_txn = txn;
    if (question.number == hearer->number)
        return;
    by_asking_deinit(&hearer->asking);
    hearer->number = question.number;
    hearer->organisation = question.organisation;
    hearer->until_ms = uv_now(&hearer->net->loop) + WAIT_MS;
    hearer->is_at_work = true;
    by_dialer_hurry(hearer->dialer);
}

/* The first of its nodes that can be asked is. */
static void begin(struct by_hearer *hearer)
{
    bool is_older = false,
         is_late = uv_now(&hearer->net->loop) + WAIT_MS >= hearer->until_ms + CONNECT_MS;

    for (struct by_conn *at = hearer->net->conns; at != NULL; at = at->next) {
        if (at->state != BY_CONN_UP || at->right != BY_RIGHT_ALL ||
            !by_id_equal(&at->organisation, &hearer->organisation))
            continue;
        if (by_asking_is_possible(at)) {
            by_asking_begin(&hearer->asking, hearer->net->live, at);
            return;
        }
        is_older = true;
    }
    if (is_older || is_late)
        answer(hearer, is_older ? BY_COMPARE_OLDER : BY_COMPARE_NOT_CONNECTED, BY_END_NONE);
}

static void go_on(struct by_hearer *hearer)
{
    uint64_t now_ms = uv_now(&hearer->net->loop);

    if (hearer->asking.state == BY_ASKING_IDLE)
        begin(hearer);
    by_asking_poll(&hearer->asking, now_ms);
    if (!hearer->is_at_work)
        return;
    if (hearer->asking.state == BY_ASKING_DONE)
        answer(hearer, BY_COMPARE_DONE, BY_END_NONE);
    else if (hearer->asking.state == BY_ASKING_LOST)
        answer(hearer, BY_COMPARE_LOST, hearer->asking.why);
    else if (now_ms >= hearer->until_ms)
        answer(hearer, BY_COMPARE_NO_TIME, BY_END_NONE);
}

void by_hearer_poll(struct by_hearer *hearer)
{
    hear(hearer);
    if (hearer->is_at_work && !hearer->net->is_stopping)
        go_on(hearer);
    save(hearer);
}

void by_hearer_seen(struct by_hearer *hearer, const struct by_conn *conn,
                    const struct by_seen *seen)
{
    by_asking_seen(&hearer->asking, conn, seen);
}

void by_hearer_lost(struct by_hearer *hearer, const struct by_conn *conn)
{
    by_asking_lost(&hearer->asking, conn);
}
