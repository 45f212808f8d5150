#include <stdlib.h>
#include <string.h>

#include "core/local.h"
#include "core/organisations.h"
#include "net/compare.h"
#include "net/contacts.h"
#include "net/people.h"
#include "os/os.h"

#define WAIT_MS        20000u /* more than the node takes */
#define PAUSE_MS       50u
#define QUESTION_BYTES 40u
#define HEAD_BYTES     10u

char *by_compared_path(const char *home)
{
    return by_os_path_join(home, "compared");
}

/* -- the question -- */

enum banyan_status by_compare_question_get(struct by_store_txn *txn, uint64_t *out_number,
                                           struct by_id *out_organisation)
{
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, BY_LOCAL_COMPARE, &value);

    *out_number = 0;
    *out_organisation = (struct by_id){{0}};
    if (status == BANYAN_ERR_NOT_FOUND || (status == BANYAN_OK && value.size != QUESTION_BYTES))
        return BANYAN_OK;
    if (status != BANYAN_OK)
        return status;
    *out_number = by_get_u64le(value.data);
    memcpy(out_organisation->bytes, value.data + 8, sizeof out_organisation->bytes);
    return BANYAN_OK;
}

enum banyan_status
by_compare_question_put(struct by_store_txn *txn, uint64_t number, const struct by_id *organisation)
{
    uint8_t value[QUESTION_BYTES];

    by_put_u64le(value, number);
    memcpy(value + 8, organisation->bytes, sizeof organisation->bytes);
    return by_store_local_put(txn, BY_LOCAL_COMPARE, by_bytes_of(value, sizeof value));
}

struct question {
    uint64_t number;
    struct by_id organisation;
};

static enum banyan_status write_question(void *context, struct by_store_txn *txn)
{
    struct question *question = context;
    struct by_id before;
    enum banyan_status status = by_compare_question_get(txn, &question->number, &before);

    question->number++;
    return status == BANYAN_OK
               ? by_compare_question_put(txn, question->number, &question->organisation)
               : status;
}

/* -- the answer -- */

/* BANYAN_ERR_NOT_FOUND while it is not there; another one is none. */
static enum banyan_status
read_answer(struct by_bytes file, const struct question *question, struct by_compare_outcome *out)
{
    if (file.size < HEAD_BYTES || by_get_u64le(file.data) != question->number)
        return BANYAN_ERR_NOT_FOUND;
    if (file.data[8] > BY_COMPARE_LOST || file.data[9] > BY_END_HERE)
        return BANYAN_ERR_MALFORMED;
    out->why = (enum by_compare_why)file.data[8];
    out->end = (enum by_conn_end)file.data[9];
    if (out->why != BY_COMPARE_DONE)
        return BANYAN_OK;
    return by_compared_decode(by_bytes_of(file.data + HEAD_BYTES, file.size - HEAD_BYTES),
                              &out->compared);
}

static enum banyan_status
look(const char *path, const struct question *question, struct by_compare_outcome *out)
{
    struct by_buffer file = BY_BUFFER_INIT(BY_COMPARED_FILE_BYTES_MAX);
    enum banyan_status status = by_os_file_read(path, BY_COMPARED_FILE_BYTES_MAX, &file, NULL);

    if (status == BANYAN_OK)
        status = read_answer(by_buffer_bytes(&file), question, out);
    by_buffer_deinit(&file);
    return status;
}

static void wait(const char *path, const struct question *question,
                 const struct banyan_compare *options, struct by_compare_outcome *out)
{
    uint64_t limit_ms = options->timeout_ms > 0 ? options->timeout_ms : WAIT_MS;
    uint64_t since_ms = by_os_steady_ms();

    while (look(path, question, out) != BANYAN_OK) {
        if (by_os_steady_ms() - since_ms >= limit_ms) {
            out->why = BY_COMPARE_NO_TIME;
            return;
        }
        by_os_sleep_ms(PAUSE_MS);
    }
}

/* Whether a node is at work here, as far as it wrote down. */
static enum banyan_status check_node(const char *home, struct banyan_error *error)
{
    struct by_contacts contacts;
    enum banyan_status status = by_contacts_load(home, &contacts, error);

    if (status == BANYAN_OK && !by_contacts_are_fresh(&contacts))
        status = by_fail(error, BANYAN_ERR_BUSY,
                         "another banyan sync is at work on %s: wait until it has ended", home);
    by_contacts_deinit(&contacts);
    return status;
}

/* Whom the target means; an address that it gives is remembered for the node. */
static enum banyan_status find(struct by_node *node, const char *target,
                               struct by_id *out_organisation, struct banyan_error *error)
{
    const struct by_charter_org *org = NULL;
    char *name = strndup(target, strcspn(target, "@"));
    enum banyan_status status = BANYAN_OK;

    if (name == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (strchr(target, '@') != NULL)
        status = by_people_remember(node, target, error);
    if (status == BANYAN_OK)
        status = by_organisation_find(node, name, &org, error);
    if (status == BANYAN_OK)
        *out_organisation = org->profile.id;
    free(name);
    return status;
}

enum banyan_status by_compare_wait(const char *home, const struct banyan_compare *options,
                                   struct by_compare_outcome *out, struct banyan_error *error)
{
    struct by_node *node = NULL;
    struct question question = {.number = 0};
    char *path = NULL;
    enum banyan_status status = by_node_open(home, &node, error);

    if (status == BANYAN_OK)
        status = check_node(node->home, error);
    if (status == BANYAN_OK)
        status = find(node, options->member, &question.organisation, error);
    if (status == BANYAN_OK) {
        path = by_compared_path(node->home);
        if (path == NULL)
            status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    if (status == BANYAN_OK)
        status = by_store_write(node->store, write_question, &question, error);
    if (status == BANYAN_OK) {
        by_node_ring(node);
        wait(path, &question, options, out);
    }
    free(path);
    by_node_close(node);
    return status;
}
