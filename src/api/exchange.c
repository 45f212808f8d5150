#include "banyan/exchange.h"

#include "api/handle.h"
#include "export/export.h"
#include "import/import.h"
#include "report/wdpca.h"

enum banyan_status banyan_import_file(banyan_node *node, const struct banyan_import *import,
                                      banyan_progress *progress, void *context,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && import != NULL && import->path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error), told = BANYAN_OK;

    if (status != BANYAN_OK)
        return status;
    status = by_import_file(node->core, import, progress, context, &result, error);
    /* Faults of rows are told in full, beside the failure. */
    told = status == BANYAN_ERR_INVALID && result.size > 0 ? BANYAN_OK : status;
    told = by_api_end(told, &result, out_json, error);
    return told == BANYAN_OK ? status : told;
}

enum banyan_status
banyan_imports(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_imports(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_import_undo(banyan_node *node, const char *import,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && import != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_import_undo(node->core, import, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_export_file(banyan_node *node, const struct banyan_export *export_,
                                      banyan_progress *progress, void *context,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && export_ != NULL && export_->path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_export_file(node->core, export_, progress, context, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_wdpca_check(banyan_node *node, banyan_progress *progress, void *context,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_wdpca_check(node->core, progress, context, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_wdpca_rules(struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_wdpca_list_rules(&result, error);
    return by_api_end(status, &result, out_json, error);
}
