#include "banyan/bundle.h"

#include "api/handle.h"
#include "bundle/apply.h"
#include "bundle/make.h"

enum banyan_status banyan_bundle_make(banyan_node *node, const struct banyan_bundle *bundle,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && bundle != NULL && bundle->path != NULL && out_json != NULL &&
                   (bundle->reader_count == 0 || bundle->readers != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_make(node->core, bundle, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_bundle_verify(banyan_node *node, const char *path,
                                        struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_verify(node->core, path, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_bundle_apply(banyan_node *node, const char *path,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_bundle_apply(node->core, path, &result, error);
    return by_api_end(status, &result, out_json, error);
}
