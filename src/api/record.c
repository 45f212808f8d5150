#include "banyan/record.h"

#include "api/handle.h"
#include "core/alike.h"
#include "core/decide.h"
#include "core/edit.h"
#include "core/past.h"
#include "core/reopen.h"
#include "core/show.h"
#include "core/transfer.h"
#include "report/report.h"

/* User SQL that runs longer is cut off. */
#define SQL_TIME_MS 30000u

static bool have_paths(const struct banyan_field *fields, size_t count)
{
    if (count > 0 && fields == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (fields[i].path == NULL)
            return false;
    return true;
}

enum banyan_status banyan_types(banyan_node *node_or_null, const char *type, const char *language,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_report_types(node_or_null == NULL ? NULL : node_or_null->core, type, language,
                             &result, error);
    return by_api_end(status, &result, out_json, error);
}

/* -- writing -- */

enum banyan_status banyan_add(banyan_node *node, const char *type,
                              const struct banyan_field *fields, size_t count,
                              struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && type != NULL && have_paths(fields, count) && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_edit_add(node->core, type, fields, count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_alike(banyan_node *node, const char *type,
                                const struct banyan_field *fields, size_t count,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && type != NULL && have_paths(fields, count) && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_alike(node->core, type, fields, count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_edit(banyan_node *node, const char *id, const struct banyan_field *fields,
                               size_t count, struct banyan_text *out_json,
                               struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && have_paths(fields, count) && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_edit_change(node->core, id, fields, count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_edit_upon(banyan_node *node, const char *id, const char *state,
                                    const struct banyan_field *fields, size_t count,
                                    struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && state != NULL && have_paths(fields, count) &&
                   out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_edit_change_upon(node->core, id, state, fields, count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_resolve(banyan_node *node, const char *id,
                                  const struct banyan_field *fields, size_t count,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && have_paths(fields, count) && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_edit_resolve(node->core, id, fields, count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

/* Calls that need an id and nothing else. */
typedef enum banyan_status
by_id_call(struct by_node *node, const char *id, struct by_buffer *out, struct banyan_error *error);
static enum banyan_status call(by_id_call *work, banyan_node *node, const char *id,
                               struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = work(node->core, id, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_delete(banyan_node *node, const char *id, struct banyan_text *out_json,
                                 struct banyan_error *error)
{
    return call(by_edit_delete, node, id, out_json, error);
}

enum banyan_status banyan_undelete(banyan_node *node, const char *id, struct banyan_text *out_json,
                                   struct banyan_error *error)
{
    return call(by_edit_undelete, node, id, out_json, error);
}

enum banyan_status banyan_resolve_undo(banyan_node *node, const char *id,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    return call(by_reopen, node, id, out_json, error);
}

enum banyan_status banyan_accept(banyan_node *node, const char *proposal,
                                 struct banyan_text *out_json, struct banyan_error *error)
{
    return call(by_decide_accept, node, proposal, out_json, error);
}

enum banyan_status banyan_decline(banyan_node *node, const char *proposal,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    return call(by_decide_decline, node, proposal, out_json, error);
}

enum banyan_status banyan_transfer(banyan_node *node, const char *id, const char *organisation,
                                   struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && organisation != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_transfer(node->core, id, organisation, &result, error);
    return by_api_end(status, &result, out_json, error);
}

/* -- reading -- */

enum banyan_status banyan_show(banyan_node *node, const char *id, const char *language,
                               struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_show(node->core, id, language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_show_as_of(banyan_node *node, const char *id, uint64_t unix_ms,
                                     const char *language, struct banyan_text *out_json,
                                     struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_show_as_of(node->core, id, unix_ms, language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_history(banyan_node *node, const char *id, const char *language,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_history(node->core, id, language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_blame(banyan_node *node, const char *id, const char *language,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && id != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_blame(node->core, id, language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_who_can_read(banyan_node *node, const char *id,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    return call(by_who_can_read, node, id, out_json, error);
}

/* -- queries of the view -- */

enum banyan_status banyan_list_records(banyan_node *node, const struct banyan_list *list,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && list != NULL && out_json != NULL &&
                   (list->filter_count == 0 || list->filters != NULL) &&
                   (list->column_count == 0 || list->columns != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    const struct by_view_list query = {.type = list->type,
                                       .filters = list->filters,
                                       .filter_count = list->filter_count,
                                       .where = list->where,
                                       .sort = list->sort,
                                       .columns = list->columns,
                                       .column_count = list->column_count,
                                       .near = list->near,
                                       .within_km = list->within_km,
                                       .in = list->in,
                                       .holding = list->holding,
                                       .limit = list->limit,
                                       .deleted = list->deleted,
                                       .language = list->language == NULL ? "en" : list->language};
    if (list->as_of_ms > 0) {
        status = by_past_list(node->core, &query, list->as_of_ms, &result, error);
        return by_api_end(status, &result, out_json, error);
    }
    status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_list(node->core->view, &query, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_missing(banyan_node *node, const struct banyan_missing *missing,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all =
        node != NULL && missing != NULL && out_json != NULL &&
        (missing->filter_count == 0 || (missing->filters != NULL && missing->type != NULL));
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    const struct by_view_missing query = {.purpose = missing->purpose,
                                          .type = missing->type,
                                          .filters = missing->filters,
                                          .filter_count = missing->filter_count,
                                          .limit = missing->limit,
                                          .language =
                                              missing->language == NULL ? "en" : missing->language};
    status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_missing(node->core->view, &query, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_search(banyan_node *node, const char *text, const char *type,
                                 uint64_t limit, const char *language, struct banyan_text *out_json,
                                 struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && text != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status == BANYAN_OK)
        status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_search(node->core->view, by_bytes_of_text(text), type, limit,
                                language == NULL ? "en" : language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_sql(banyan_node *node, const char *sql, uint64_t limit,
                              struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && sql != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status == BANYAN_OK)
        status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_sql(node->core->view, sql, limit, SQL_TIME_MS, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_conflicts(banyan_node *node, const char *language,
                                    struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status == BANYAN_OK)
        status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status =
            by_view_conflicts(node->core->view, language == NULL ? "en" : language, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_inbox(banyan_node *node, const char *language,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status == BANYAN_OK)
        status = by_node_view(node->core, NULL, error);
    if (status == BANYAN_OK)
        status = by_view_inbox(node->core->view, by_node_decides_on(node->core),
                               language == NULL ? "en" : language, &result, error);
    return by_api_end(status, &result, out_json, error);
}
