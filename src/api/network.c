#include "banyan/network.h"

#include "admin/approve.h"
#include "admin/invite.h"
#include "admin/role.h"
#include "admin/types.h"
#include "api/handle.h"
#include "core/admit.h"
#include "net/telling.h"
#include "report/report.h"

enum banyan_status banyan_invite(banyan_node *node, const struct banyan_invite *invite,
                                 struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && invite != NULL && out_json != NULL &&
                   (invite->address_count == 0 || invite->addresses != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_invite(node->core, invite, &result, error);
    if (status == BANYAN_OK && !invite->addresses_are_found)
        by_telling_note(node->core, invite->addresses, invite->address_count);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_invite_table(banyan_node *node, const char *path,
                                       const struct banyan_invite *invite,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && path != NULL && invite != NULL && out_json != NULL &&
                   (invite->address_count == 0 || invite->addresses != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_invite_table(node->core, path, invite, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_invites(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_invite_list(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_invite_cancel(banyan_node *node, const char *invite,
                                        struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && invite != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_invite_cancel(node->core, invite, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_joins(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_joins(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_admit(banyan_node *node, const char *join, const char *digits,
                                struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && join != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_admit(node->core, join, digits, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_members(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_report_members(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_role(banyan_node *node, const char *organisation, const char *role,
                               uint64_t until_ms, struct banyan_text *out_json,
                               struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && organisation != NULL && role != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_role_set(node->core, organisation, role, until_ms, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_remove(banyan_node *node, const struct banyan_removal *removal,
                                 struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && removal != NULL && out_json != NULL &&
                   (removal->keep_count == 0 || removal->keep != NULL) &&
                   (removal->drop_count == 0 || removal->drop != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_remove(node->core, removal, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_approve(banyan_node *node, const char *act, struct banyan_text *out_json,
                                  struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && act != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_approve(node->core, act, &result, error);
    return by_api_end(status, &result, out_json, error);
}

static bool have_texts(const struct banyan_types_proposal *proposal)
{
    if (proposal->file_count > 0 && proposal->files == NULL)
        return false;
    for (size_t i = 0; i < proposal->file_count; i++)
        if (proposal->files[i].name == NULL || proposal->files[i].text == NULL)
            return false;
    return true;
}

enum banyan_status banyan_types_propose(banyan_node *node,
                                        const struct banyan_types_proposal *proposal,
                                        struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && proposal != NULL && out_json != NULL && have_texts(proposal);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_types_propose(node->core, proposal, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_types_proposed(banyan_node *node, const char *act_or_null,
                                         struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_types_proposed(node->core, act_or_null, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status
banyan_fingerprint(banyan_node *node, struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_report_fingerprint(node->core, &result, error);
    return by_api_end(status, &result, out_json, error);
}
