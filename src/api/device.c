#include "admin/device.h"
#include "admin/contact.h"
#include "admin/recover.h"
#include "admin/rotate.h"
#include "api/handle.h"
#include "net/recover.h"

enum banyan_status banyan_devices(banyan_node *node, bool of_all, struct banyan_text *out_json,
                                  struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    enum banyan_status status = by_api_begin(out_json, node != NULL && out_json != NULL, error);

    if (status != BANYAN_OK)
        return status;
    status = by_device_list(node->core, of_all, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_device_rename(banyan_node *node, const char *name,
                                        struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && name != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_device_rename(node->core, name, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_device_revoke(banyan_node *node,
                                        const struct banyan_revocation *revocation,
                                        struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && revocation != NULL && revocation->device != NULL &&
                   out_json != NULL && (revocation->keep_count == 0 || revocation->keep != NULL) &&
                   (revocation->drop_count == 0 || revocation->drop != NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_device_revoke(node->core, revocation, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_key_rotate(banyan_node *node, const struct banyan_rotation *rotation,
                                     struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && rotation != NULL && out_json != NULL &&
                   (rotation->organisation == NULL) == (rotation->key == NULL);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_key_rotate(node->core, rotation, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_contact(banyan_node *node, const char *const *addresses,
                                  size_t address_count, struct banyan_text *out_json,
                                  struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && out_json != NULL && (addresses != NULL || address_count == 0);
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_contact_code(node->core, addresses, address_count, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_recover(const char *home, const struct banyan_recovery *recovery,
                                  struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && recovery != NULL && recovery->code != NULL &&
                   (recovery->bundle == NULL) != (recovery->contact == NULL) && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = recovery->contact == NULL ? by_recover(home, recovery, &result, error)
                                       : by_recover_by_net(home, recovery, &result, error);
    return by_api_end(status, &result, out_json, error);
}
