#include "core/making.h"

#include <stdlib.h>
#include <string.h>

#include "core/local.h"

#define HOLD_FILE   "making"
#define TEMP_FOLDER "restoring"

/* -- what is there -- */

enum logs { LOGS_NONE, LOGS_UNFINISHED, LOGS_COMPLETE };

/* Two values are written with the first act of a device. Should damage have taken one of them,
 * these are the logs of somebody all the same. */
static enum banyan_status look_inside(void *context, struct by_store_txn *txn)
{
    enum logs *logs = context;
    struct by_bytes held;

    if (by_store_local_get(txn, BY_LOCAL_HOME, &held) == BANYAN_ERR_NOT_FOUND &&
        by_store_local_get(txn, BY_LOCAL_COPY, &held) == BANYAN_ERR_NOT_FOUND)
        *logs = LOGS_UNFINISHED;
    return BANYAN_OK;
}

static bool is_in(const char *home, const char *name)
{
    char *path = by_os_path_join(home, name);
    bool is_there = path != NULL && by_os_file_exists(path);

    free(path);
    return is_there;
}

/* What cannot be read was written by somebody. */
static enum logs look_at_logs(const char *home)
{
    enum logs logs = LOGS_COMPLETE;
    struct by_store *store = NULL;
    uint64_t bytes = 0;

    if (by_home_log_bytes(home, &bytes, NULL) != BANYAN_OK || bytes == 0)
        return LOGS_NONE;
    enum banyan_status status = by_home_store_open(home, false, &store, NULL);
    if (status == BANYAN_ERR_NOT_FOUND) /* a file of a store, and nothing was written to it yet */
        logs = LOGS_UNFINISHED;
    else if (status != BANYAN_OK || by_store_read(store, look_inside, &logs, NULL) != BANYAN_OK)
        logs = LOGS_COMPLETE;
    by_store_close(store);
    return logs;
}

bool by_making_has_key(const char *home)
{
    return by_home_has_key(home) && look_at_logs(home) == LOGS_NONE;
}

/* -- clearing -- */

static enum banyan_status
remove_part(const char *home, const char *part, struct banyan_error *error)
{
    char *path = by_os_path_join(home, part);
    enum banyan_status status =
        path == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_os_folder_remove(path, error);

    free(path);
    return status;
}

/* Private records and a key lie beside unfinished logs only where the same making put them there:
 * the key is one that nobody knows. The logs go last: without them nobody would know that. */
static enum banyan_status clear(const char *home, struct banyan_error *error)
{
    enum banyan_status status = remove_part(home, TEMP_FOLDER, error);

    if (status == BANYAN_OK)
        status = by_home_key_tidy(home, error);
    if (status == BANYAN_OK && look_at_logs(home) == LOGS_UNFINISHED) {
        status = remove_part(home, BY_HOME_PRIVATE, error);
        if (status == BANYAN_OK)
            status = by_home_key_remove(home, error);
        if (status == BANYAN_OK)
            status = remove_part(home, BY_HOME_LOGS, error);
    }
    return status;
}

static enum banyan_status
take_hold(const char *home, struct by_os_hold **out_hold, struct banyan_error *error)
{
    char *path = by_os_path_join(home, HOLD_FILE);
    enum banyan_status status = path == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY)
                                             : by_os_hold_take_alone(path, out_hold, error);

    free(path);
    if (status == BANYAN_ERR_BUSY)
        return by_fail(error, status, "another command is making a home in %s", home);
    return status;
}

/* Whoever waits for the file meets one that is gone, and makes another. */
static void drop_hold(const char *home, struct by_os_hold *hold)
{
    char *path = by_os_path_join(home, HOLD_FILE);

    if (path != NULL && hold != NULL)
        (void)!by_os_file_remove(path, NULL);
    free(path);
    by_os_hold_drop(hold);
}

/* -- beginning and ending -- */

enum banyan_status
by_making_begin(const char *home, struct by_making *out_making, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    *out_making =
        (struct by_making){.home = strdup(home), .folder = by_os_path_join(home, TEMP_FOLDER)};
    if (out_making->home == NULL || out_making->folder == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    status = by_home_prepare(home, error);
    if (status == BANYAN_OK && look_at_logs(home) == LOGS_COMPLETE)
        status = by_fail(error, BANYAN_ERR_EXISTS, "there is a home in %s already", home);
    if (status == BANYAN_OK)
        status = take_hold(home, &out_making->hold, error);
    if (status == BANYAN_OK)
        status = clear(home, error);
    if (status != BANYAN_OK)
        return status;
    out_making->has_key = by_making_has_key(home);
    out_making->has_private = is_in(home, BY_HOME_PRIVATE);
    return BANYAN_OK;
}

void by_making_end(struct by_making *making)
{
    if (making->hold != NULL) {
        (void)!clear(making->home, NULL);
        drop_hold(making->home, making->hold);
    }
    free(making->home);
    free(making->folder);
    memset(making, 0, sizeof *making);
}

/* -- placing -- */

enum banyan_status
by_making_place(const struct by_making *making, const char *part, struct banyan_error *error)
{
    char *from = by_os_path_join(making->folder, part);
    char *to = by_os_path_join(making->home, part);
    enum banyan_status status = BANYAN_OK;

    if (from == NULL || to == NULL)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    else if (by_os_file_exists(from))
        status = by_os_folder_move(from, to, error);
    free(from);
    free(to);
    return status;
}

enum banyan_status by_making_drop_view(const struct by_making *making, struct banyan_error *error)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char *view = by_home_view_path(making->home);
    enum banyan_status status = view == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : BANYAN_OK;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && status == BANYAN_OK; i++) {
        size_t size = strlen(view) + strlen(ends[i]) + 1;
        char *path = malloc(size);

        if (path == NULL) {
            status = by_fail_plain(error, BANYAN_ERR_MEMORY);
            break;
        }
        memcpy(path, view, strlen(view) + 1);
        strcat(path, ends[i]);
        status = by_os_file_remove(path, error);
        free(path);
    }
    free(view);
    return status;
}
