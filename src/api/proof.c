#include "banyan/proof.h"

#include "api/handle.h"
#include "core/prove.h"
#include "core/verify.h"

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
