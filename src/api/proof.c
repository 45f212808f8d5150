#include "banyan/proof.h"

#include "api/handle.h"
#include "trust/compare.h"
#include "trust/prove.h"
#include "trust/signed_view.h"
#include "trust/verify.h"

enum banyan_status banyan_prove(banyan_node *node, const char *id, const char *path, bool replace,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_prove_file(node->core, id, path, replace, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_verify(const char *path, const char *language,
                                 struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, path != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_verify_file(path, language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_view_sign(banyan_node *node, const char *path, bool replace,
                                    struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_view_sign(node->core, path, replace, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_view_cosign(banyan_node *node, const char *path,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_view_cosign(node->core, path, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_view_compare(banyan_node *node, const char *path,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_view_compare(node->core, path, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_compare_told(banyan_node *node, const char *organisation,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && organisation != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_compare_member(node->core, organisation, NULL, NULL, &result, error);
    return by_api_end(status, &result, out_json, error);
}
