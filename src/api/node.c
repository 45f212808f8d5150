#include "banyan/node.h"

#include <stdlib.h>

#include "admin/found.h"
#include "api/handle.h"
#include "core/care.h"
#include "core/keys.h"
#include "core/me.h"

#include "net/peers.h"

#define VERSION "0.1.0"

const char *banyan_version(void)
{
    return VERSION;
}

void banyan_text_free(struct banyan_text *text)
{
    if (text == NULL)
        return;
    free(text->data);
    text->data = NULL;
    text->size = 0;
}

char *banyan_default_home(void)
{
    return by_os_default_home();
}

void banyan_harden_process(void)
{
    by_os_harden_process();
}

void *banyan_secret_new(size_t size)
{
    return size <= SIZE_MAX / 2 && by_crypto_start() == BANYAN_OK ? by_secret_new(size) : NULL;
}

void banyan_secret_free(void *secret)
{
    by_secret_free(secret);
}

static bool have_all(const char *const *texts, size_t count)
{
    if (count > 0 && texts == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (texts[i] == NULL)
            return false;
    return true;
}

enum banyan_status banyan_init(const char *home, const char *const *network_names,
                               size_t network_name_count, const struct banyan_profile *profile,
                               struct banyan_text *out_recovery, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && have_all(network_names, network_name_count) && profile != NULL &&
                   out_recovery != NULL;
    enum banyan_status status = by_api_begin(out_recovery, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_found(home, network_names, network_name_count, profile, &result, error);
    return by_api_end(status, &result, out_recovery, error);
}

enum banyan_status banyan_join(const char *home, const char *code,
                               const struct banyan_profile *profile,
                               struct banyan_text *out_recovery, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && code != NULL && profile != NULL && out_recovery != NULL;
    enum banyan_status status = by_api_begin(out_recovery, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_join(home, code, profile, &result, error);
    return by_api_end(status, &result, out_recovery, error);
}

enum banyan_status
banyan_node_open(const char *home, banyan_node **out_node, struct banyan_error *error)
{
    enum banyan_status status = by_api_begin(NULL, home != NULL && out_node != NULL, error);

    if (status != BANYAN_OK)
        return status;
    *out_node = NULL;
    banyan_node *node = calloc(1, sizeof *node);
    if (node == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_node_open(home, &node->core, error);
    if (status == BANYAN_OK)
        *out_node = node;
    else
        free(node);
    return status;
}

void banyan_node_close(banyan_node *node)
{
    if (node == NULL)
        return;
    by_node_close(node->core);
    free(node);
}

void banyan_node_watch(banyan_node *node, banyan_progress *progress, void *context)
{
    if (node != NULL)
        by_node_watch(node->core, progress, context);
}

void banyan_node_passphrase(banyan_node *node, const struct banyan_passphrase *passphrase)
{
    if (node != NULL && passphrase != NULL)
        node->core->passphrase = *passphrase;
}

enum banyan_status banyan_key_passphrase(banyan_node *node, bool has_passphrase,
                                         struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_keys_change(node->core, has_passphrase, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_me(banyan_node *node, const char *name_or_null,
                             struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_me(node->core, name_or_null, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_status_report(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_peers_status(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_check(banyan_node *node, banyan_progress *progress, void *context,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_check(node->core, progress, context, &result, error);
    if (status != BANYAN_ERR_DAMAGED || result.size == 0)
        return by_api_end(status, &result, out_json, error);
    /* What is damaged is the answer. */
    enum banyan_status taken = by_api_end(BANYAN_OK, &result, out_json, error);
    return taken == BANYAN_OK ? status : taken;
}

enum banyan_status
banyan_rebuild(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_rebuild(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}
