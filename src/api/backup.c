#include "banyan/backup.h"

#include "api/handle.h"
#include "backup/backup.h"
#include "core/making.h"

enum banyan_status banyan_backup_make(banyan_node *node, const struct banyan_backup *backup,
                                      struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = node != NULL && backup != NULL && backup->path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_backup_make(node->core, backup, &result, error);
    return by_api_end(status, &result, out_json, error);
}

bool banyan_backup_needs_code(const char *home)
{
    return home == NULL || !by_home_has_key(home);
}

enum banyan_status banyan_backup_check(const char *home, const struct banyan_restore *restore,
                                       struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && restore != NULL && restore->path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_backup_check(home, restore, &result, error);
    return by_api_end(status, &result, out_json, error);
}

enum banyan_status banyan_backup_restore(const char *home, const struct banyan_restore *restore,
                                         struct banyan_text *out_json, struct banyan_error *error)
{
    struct by_buffer result = BY_API_RESULT;
    bool has_all = home != NULL && restore != NULL && restore->path != NULL && out_json != NULL;
    enum banyan_status status = by_api_begin(out_json, has_all, error);

    if (status != BANYAN_OK)
        return status;
    status = by_backup_restore(home, restore, &result, error);
    return by_api_end(status, &result, out_json, error);
}
