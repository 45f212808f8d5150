#include "banyan/run.h"

#include <stdlib.h>

#include "api/handle.h"
#include "net/compare.h"
#include "net/peers.h"
#include "net/people.h"
#include "net/reach.h"
#include "net/run.h"
#include "net/sync.h"
#include "net/telling.h"

struct banyan_runner {
    struct by_runner *net;
};

static bool have_listen(const struct banyan_run_options *options)
{
    if (options == NULL || (options->listen_count > 0 && options->listen == NULL))
        return false;
    for (size_t i = 0; i < options->listen_count; i++)
        if (options->listen[i] == NULL)
            return false;
    return true;
}

enum banyan_status banyan_runner_open(const char *home, const struct banyan_run_options *options,
                                      banyan_runner **out_runner, struct banyan_error *error)
{
    bool has_all = home != NULL && have_listen(options) && out_runner != NULL;
    enum banyan_status status = by_api_begin(NULL, has_all, error);

    if (status != BANYAN_OK)
        return status;
    *out_runner = NULL;
    banyan_runner *runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_runner_open(home, options, &runner->net, error);
    if (status == BANYAN_OK)
        *out_runner = runner;
    else
        free(runner);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

void banyan_runner_run(banyan_runner *runner)
{
    if (runner != NULL)
        by_runner_run(runner->net);
}

void banyan_runner_stop(banyan_runner *runner)
{
    if (runner != NULL)
        by_runner_stop(runner->net);
}

void banyan_runner_close(banyan_runner *runner)
{
    if (runner == NULL)
        return;
    by_runner_close(runner->net);
    free(runner);
}

enum banyan_status
banyan_run(const char *home, const struct banyan_run_options *options, struct banyan_error *error)
{
    banyan_runner *runner;
    enum banyan_status status = banyan_runner_open(home, options, &runner, error);

    if (status != BANYAN_OK)
        return status;
    banyan_runner_run(runner);
    banyan_runner_close(runner);
    return BANYAN_OK;
}

enum banyan_status banyan_sync(const char *home, const struct banyan_sync *sync,
                               struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && sync != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_sync_once(home, sync, &result, error);
    if (status != BANYAN_ERR_NETWORK || result.size == 0)
        return by_api_end(status, &result, out_json, error);
    /* Why nobody was in sync is the answer. */
    enum banyan_status taken = by_api_end(BANYAN_OK, &result, out_json, error);
    return taken == BANYAN_OK ? status : taken;
}

enum banyan_status banyan_compare(const char *home, const struct banyan_compare *compare,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && compare != NULL && compare->member != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_compare_once(home, compare, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_peers(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_peers_report(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_reach(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_reach_report(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

/* To remember or to forget. */
typedef enum banyan_status
by_peer_call(struct by_node *node, const char *peer, struct banyan_error *error);
static enum banyan_status
call(by_peer_call *work, banyan_node *node, const char *peer, struct banyan_error *error)
{
    enum banyan_status status = by_api_begin(NULL, node != NULL && peer != NULL, error);

    if (status == BANYAN_OK)
        status = work(node->core, peer, error);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status banyan_peers_add(banyan_node *node, const char *peer, struct banyan_error *error)
{
    return call(by_people_remember, node, peer, error);
}

enum banyan_status
banyan_peers_remove(banyan_node *node, const char *peer, struct banyan_error *error)
{
    return call(by_people_forget, node, peer, error);
}

enum banyan_status
banyan_peers_tell(banyan_node *node, const char *address, struct banyan_error *error)
{
    return call(by_telling_add, node, address, error);
}

enum banyan_status
banyan_peers_untell(banyan_node *node, const char *address, struct banyan_error *error)
{
    return call(by_telling_remove, node, address, error);
}
