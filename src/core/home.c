#include "core/home.h"

#include <stdlib.h>
#include <string.h>

#define KEY_FILE       "device.key"
#define LOG_FOLDER     "log"
#define PRIVATE_FOLDER "private"
/* LMDB's name for the file that holds the data: a restored backup brings another inode. */
#define LOG_FILE  "log/data.mdb"
#define VIEW_FILE "view.gpkg"

enum banyan_status by_home_prepare(const char *home, struct banyan_error *error)
{
    enum banyan_status status = by_os_folder_make(home, error);

    return status == BANYAN_OK ? by_os_home_check(home, error) : status;
}

static bool is_not_empty(const char *path)
{
    uint64_t size = 0;

    return by_os_file_size(path, &size, NULL) == BANYAN_OK && size > 0;
}

static enum banyan_status look(const char *home, char **out_key_path, bool *out_has_key,
                               bool *out_has_logs, struct banyan_error *error)
{
    char *key = by_os_path_join(home, KEY_FILE);
    char *logs = by_os_path_join(home, LOG_FILE);
    enum banyan_status status = BANYAN_OK;

    if (key == NULL || logs == NULL) {
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
        free(key);
    } else {
        *out_has_key = by_os_file_exists(key);
        *out_has_logs = is_not_empty(logs);
        *out_key_path = key;
    }
    free(logs);
    return status;
}

/* Others cannot enter the home, but once could, or will be able to where it is copied to. */
static enum banyan_status check_parts(const char *home, struct banyan_error *error)
{
    static const char *const parts[] = {LOG_FOLDER,
                                        LOG_FILE,
                                        LOG_FOLDER "/lock.mdb",
                                        LOG_FOLDER "/open.lock",
                                        PRIVATE_FOLDER,
                                        PRIVATE_FOLDER "/data.mdb",
                                        PRIVATE_FOLDER "/lock.mdb",
                                        PRIVATE_FOLDER "/open.lock"};
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && status == BANYAN_OK; i++)
        status = by_os_part_check(home, parts[i], error);
    return status;
}

/* SQLite makes files as the process would, and other programs may have made this one anew. */
static void close_view(const char *home)
{
    char *path = by_home_view_path(home);

    if (path != NULL)
        by_os_file_narrow(path);
    free(path);
}

enum banyan_status by_home_check(const char *home, struct banyan_error *error)
{
    char *key = NULL;
    bool has_key = false, has_logs = false;
    enum banyan_status status = look(home, &key, &has_key, &has_logs, error);

    if (status != BANYAN_OK)
        return status;
    if (!has_key && !has_logs)
        status = by_fail(error, BANYAN_ERR_NOT_FOUND,
                         "there is no home in %s: make one with init or join", home);
    else
        status = by_os_home_check(home, error);
    if (status == BANYAN_OK && has_key)
        status = by_os_secret_check(key, error);
    if (status == BANYAN_OK)
        status = check_parts(home, error);
    if (status == BANYAN_OK)
        close_view(home);
    if (status == BANYAN_OK && !has_logs)
        status = by_fail(
            error, BANYAN_ERR_DAMAGED,
            "the home in %s has lost its logs: bring them back with banyan backup restore, or "
            "put its folder log back from a copy",
            home);
    free(key);
    return status;
}

enum banyan_status by_home_check_unused(const char *home, struct banyan_error *error)
{
    char *key = NULL;
    bool has_key = false, has_logs = false;
    enum banyan_status status = look(home, &key, &has_key, &has_logs, error);

    if (status == BANYAN_OK && has_key && !has_logs)
        status = by_fail(error, BANYAN_ERR_EXISTS,
                         "the home in %s has lost its logs, but its key is there: bring them back "
                         "with banyan backup restore, or give another folder with --home",
                         home);
    free(key);
    return status;
}

static enum banyan_status open_store(const char *home, const char *folder, bool create,
                                     struct by_store **out_store, struct banyan_error *error)
{
    char *path = by_os_path_join(home, folder);
    enum banyan_status status = BANYAN_OK;

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (create)
        status = by_os_folder_make(path, error);
    if (status == BANYAN_OK)
        status = by_store_open(path, create, out_store, error);
    free(path);
    return status;
}

enum banyan_status by_home_store_open(const char *home, bool create, struct by_store **out_store,
                                      struct banyan_error *error)
{
    return open_store(home, LOG_FOLDER, create, out_store, error);
}

enum banyan_status
by_home_private_open(const char *home, struct by_store **out_store, struct banyan_error *error)
{
    return open_store(home, PRIVATE_FOLDER, true, out_store, error);
}

bool by_home_has_key(const char *home)
{
    char *path = by_os_path_join(home, KEY_FILE);
    bool has_key = path != NULL && by_os_file_exists(path);

    free(path);
    return has_key;
}

enum banyan_status by_home_key_remove(const char *home, struct banyan_error *error)
{
    char *path = by_os_path_join(home, KEY_FILE);
    enum banyan_status status =
        path == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_os_file_remove(path, error);

    free(path);
    return status;
}

/* Under a lock of the folder, since what others are writing looks like what was left over. */
static enum banyan_status
tidy_and_write(const char *home, const struct by_bytes *file, struct banyan_error *error)
{
    struct by_os_hold *hold = NULL;
    char *path = by_os_path_join(home, KEY_FILE);
    enum banyan_status status = BANYAN_OK;

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_os_hold_take_folder(home, file != NULL, &hold, error);
    if (status == BANYAN_OK)
        status = by_os_file_leftovers_remove(path, error);
    if (status == BANYAN_OK && file != NULL)
        status = by_os_file_replace(path, *file, error);
    by_os_hold_drop(hold);
    free(path);
    return status;
}

enum banyan_status by_home_key_tidy(const char *home, struct banyan_error *error)
{
    enum banyan_status status = tidy_and_write(home, NULL, error);

    return status == BANYAN_ERR_BUSY ? BANYAN_OK : status;
}

enum banyan_status
by_home_key_replace(const char *home, struct by_bytes file, struct banyan_error *error)
{
    return tidy_and_write(home, &file, error);
}

static enum banyan_status
explain_key(const char *path, enum banyan_status status, struct banyan_error *error)
{
    if (status == BANYAN_ERR_DAMAGED || status == BANYAN_ERR_TOO_LARGE)
        return by_fail(error, BANYAN_ERR_DAMAGED,
                       "%s is not as banyan wrote it: put it back from a copy of the home", path);
    if (status == BANYAN_ERR_NOT_FOUND)
        return by_fail(error, BANYAN_ERR_DAMAGED,
                       "%s is missing: put it back from a copy of the home", path);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status
by_home_key_read(const char *home, struct by_key_file *out_file, struct banyan_error *error)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_KEY_FILE_BYTES_MAX);
    char *path = by_os_path_join(home, KEY_FILE);

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_os_file_read(path, BY_KEY_FILE_BYTES_MAX, &bytes, error);
    if (status == BANYAN_OK)
        status = by_key_file_read(by_buffer_bytes(&bytes), out_file);
    status = explain_key(path, status, error);
    by_secret_wipe(bytes.data, bytes.size);
    by_buffer_deinit(&bytes);
    free(path);
    return status;
}

enum banyan_status by_home_copy_identity(const char *home, char out_text[BY_OS_IDENTITY_BYTES],
                                         struct banyan_error *error)
{
    char *path = by_os_path_join(home, LOG_FILE);

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_os_copy_identity(path, out_text, error);
    free(path);
    return status;
}

enum banyan_status
by_home_log_bytes(const char *home, uint64_t *out_bytes, struct banyan_error *error)
{
    char *path = by_os_path_join(home, LOG_FILE);

    if (path == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    enum banyan_status status = by_os_file_size(path, out_bytes, error);
    free(path);
    return status;
}

char *by_home_view_path(const char *home)
{
    return by_os_path_join(home, VIEW_FILE);
}
