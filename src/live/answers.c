#include <stdlib.h>

#include "core/look.h"
#include "live/state.h"
#include "sync/standing.h"

/* Of a peer's question, or of one of the host's; the projector works on it while it is in the list
 * and not there yet. */
struct by_live_answer {
    struct by_live *live;
    struct by_live_answer *next;
    uint64_t peer; /* 0: the host's */
    struct by_look look;
    struct by_buffer standing;
    struct by_buffer message; /* empty where it failed */
    bool is_at_work, is_there;
    bool is_dropped; /* nobody waits any more */
};

static void free_one(struct by_live_answer *answer)
{
    by_buffer_deinit(&answer->standing);
    by_buffer_deinit(&answer->message);
    free(answer);
}

/* -- the projector's -- */

static struct by_live_answer *first_question(const struct by_live *live)
{
    struct by_live_answer *at = live->answers;

    while (at != NULL && at->is_there)
        at = at->next;
    return at;
}

bool by_live_has_question(const struct by_live *live)
{
    return first_question(live) != NULL;
}

/* By the charter of what can be read, as the view. */
static enum banyan_status look(struct by_node *node, struct by_live_answer *answer)
{
    enum banyan_status status = by_node_refresh(node, NULL);

    if (status == BANYAN_ERR_DAMAGED && node->acts_are_damaged)
        status = BANYAN_OK;
    if (status == BANYAN_OK && node->view == NULL)
        status = by_node_view(node, NULL, NULL);
    return status == BANYAN_OK
               ? by_look_answer(node, &answer->look, by_buffer_bytes(&answer->standing),
                                &answer->message, NULL)
               : status;
}

void by_live_answer_work(struct by_live *live)
{
    struct by_live_answer *answer = first_question(live);

    answer->is_at_work = true;
    pthread_mutex_unlock(&live->mutex);
    if (look(live->projector, answer) != BANYAN_OK)
        by_buffer_reset(&answer->message);
    pthread_mutex_lock(&live->mutex);
    answer->is_at_work = false;
    answer->is_there = true;
    by_live_tell(live);
}

/* -- the loop's -- */

static size_t count_questions(const struct by_live *live)
{
    size_t count = 0;

    for (const struct by_live_answer *at = live->answers; at != NULL; at = at->next)
        count += at->peer != 0;
    return count;
}

/* At the end of the list, where it has room. */
static bool enlist(struct by_live *live, struct by_live_answer *answer)
{
    struct by_live_answer **at = &live->answers;
    bool has_room = false;

    pthread_mutex_lock(&live->mutex);
    has_room = answer->peer == 0 || count_questions(live) < BY_LIVE_LOOKS_MAX;
    while (*at != NULL)
        at = &(*at)->next;
    if (has_room)
        *at = answer;
    pthread_cond_signal(&live->to_projector);
    pthread_mutex_unlock(&live->mutex);
    return has_room;
}

static enum banyan_status new_answer(struct by_live *live, uint64_t peer,
                                     const struct by_look *question,
                                     struct by_live_answer **out_answer)
{
    struct by_live_answer *answer = calloc(1, sizeof *answer);

    if (answer == NULL)
        return BANYAN_ERR_MEMORY;
    *answer = (struct by_live_answer){.live = live,
                                      .peer = peer,
                                      .look = *question,
                                      .standing.size_max = BY_NOTE_BODY_BYTES_MAX,
                                      .message.size_max = BY_SYNC_MESSAGE_BYTES_MAX};
    if (question->depth == 0 &&
        by_standing_write(&live->frontier, &answer->standing) != BANYAN_OK) {
        free_one(answer);
        return BANYAN_ERR_MEMORY;
    }
    *out_answer = answer;
    return BANYAN_OK;
}

static void say_not_now(struct by_session *session)
{
    static const struct by_message seen = {.type = BY_MESSAGE_SEEN, .seen.what = BY_SEEN_NOT_NOW};
    struct by_buffer message = BY_BUFFER_INIT(16);

    if (by_message_encode(&seen, &message) == BANYAN_OK)
        by_session_answer(session, by_buffer_bytes(&message));
    by_buffer_deinit(&message);
}

enum banyan_status by_live_answer(struct by_live_peer *peer, const struct by_look *question)
{
    struct by_live_answer *answer = NULL;
    enum banyan_status status = new_answer(peer->live, peer->number, question, &answer);

    if (status == BANYAN_OK && !enlist(peer->live, answer)) {
        say_not_now(peer->session);
        free_one(answer);
    }
    return status;
}

enum banyan_status by_live_answer_new(struct by_live *live, const struct by_look *question,
                                      struct by_live_answer **out_answer)
{
    enum banyan_status status = new_answer(live, 0, question, out_answer);

    if (status == BANYAN_OK)
        (void)enlist(live, *out_answer); /* there is always room for the host's own */
    return status;
}

bool by_live_answer_is_there(struct by_live_answer *answer, struct by_bytes *out_message)
{
    bool is_there = false;

    pthread_mutex_lock(&answer->live->mutex);
    is_there = answer->is_there;
    pthread_mutex_unlock(&answer->live->mutex);
    *out_message = is_there ? by_buffer_bytes(&answer->message) : by_bytes_of(NULL, 0);
    return is_there;
}

/* The list without it; the mutex is held. */
static void take_out(struct by_live *live, const struct by_live_answer *answer)
{
    struct by_live_answer **at = &live->answers;

    while (*at != answer)
        at = &(*at)->next;
    *at = answer->next;
}

/* What nobody waits for any more goes as that of a peer that is gone. */
void by_live_answer_free(struct by_live_answer *answer)
{
    if (answer == NULL)
        return;
    struct by_live *live = answer->live;
    pthread_mutex_lock(&live->mutex);
    bool is_free = !answer->is_at_work;
    answer->is_dropped = true;
    if (is_free)
        take_out(live, answer);
    pthread_mutex_unlock(&live->mutex);
    if (is_free)
        free_one(answer);
}

/* One that is there and to be handed out, out of the list; NULL: none. */
static struct by_live_answer *take_next(struct by_live *live)
{
    struct by_live_answer *at = NULL;

    pthread_mutex_lock(&live->mutex);
    for (at = live->answers; at != NULL; at = at->next)
        if (at->is_there && (at->peer != 0 || at->is_dropped))
            break;
    if (at != NULL)
        take_out(live, at);
    pthread_mutex_unlock(&live->mutex);
    return at;
}

void by_live_hand_out_answers(struct by_live *live)
{
    struct by_live_answer *answer = NULL;

    while ((answer = take_next(live)) != NULL) {
        struct by_live_peer *peer = by_live_peer_find(live, answer->peer);

        if (peer != NULL && answer->message.size > 0)
            by_session_answer(peer->session, by_buffer_bytes(&answer->message));
        else if (peer != NULL)
            say_not_now(peer->session);
        free_one(answer);
    }
}

void by_live_drop_answers(struct by_live *live)
{
    while (live->answers != NULL) {
        struct by_live_answer *first = live->answers;

        live->answers = first->next;
        free_one(first);
    }
}
