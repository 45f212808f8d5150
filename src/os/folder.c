#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"

char *by_os_path_join(const char *folder, const char *name)
{
    size_t folder_size = strlen(folder);
    size_t name_size = strlen(name);
    bool needs_slash = folder_size > 0 && folder[folder_size - 1] != '/';
    char *path = malloc(folder_size + name_size + 2);

    if (path == NULL)
        return NULL;
    memcpy(path, folder, folder_size);
    if (needs_slash)
        path[folder_size++] = '/';
    memcpy(path + folder_size, name, name_size + 1);
    return path;
}

char *by_os_path_parent(const char *path)
{
    size_t size = strlen(path);

    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    while (size > 1 && path[size - 1] == '/')
        size--;
    return size == 0 ? strdup(".") : strndup(path, size);
}

/* An empty variable counts as unset, as the XDG base directory specification has it. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

char *by_os_default_home(void)
{
    const char *home = variable("BANYAN_HOME");
    const char *data = variable("XDG_DATA_HOME");
    const char *user = variable("HOME");

    if (home != NULL)
        return strdup(home);
    /* The same specification: a relative path there is void. */
    if (data != NULL && data[0] == '/')
        return by_os_path_join(data, "banyan");
    if (user != NULL)
        return by_os_path_join(user, ".local/share/banyan");
    return NULL;
}

enum banyan_status by_os_folder_sync(const char *path, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0)
        return by_os_fail(error, errno, "cannot open %s", path);
    /* EINVAL: a file system that has no such thing as a folder to sync. */
    if (fsync(folder) != 0 && errno != EINVAL)
        status = by_os_fail(error, errno, "cannot sync %s", path);
    (void)close(folder);
    return status;
}

enum banyan_status by_os_parent_sync(const char *path, struct banyan_error *error)
{
    char *parent = by_os_path_parent(path);
    enum banyan_status status =
        parent == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : by_os_folder_sync(parent, error);

    free(parent);
    return status;
}

/* One folder whose parent is there. */
static enum banyan_status make_one(const char *path, struct banyan_error *error)
{
    struct stat facts;

    if (mkdir(path, 0700) != 0) {
        int number = errno;

        if (number == EEXIST && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
            return BANYAN_OK;
        return by_os_fail(error, number, "cannot make the folder %s", path);
    }
    return by_os_parent_sync(path, error);
}

enum banyan_status by_os_folder_make(const char *path, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    char *part = strdup(path);

    if (part == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    for (size_t i = 1; status == BANYAN_OK && part[0] != '\0' && part[i] != '\0'; i++) {
        if (part[i] != '/' || part[i - 1] == '/')
            continue;
        part[i] = '\0';
        status = make_one(part, error);
        part[i] = '/';
    }
    if (status == BANYAN_OK)
        status = make_one(path, error);
    free(part);
    return status;
}

/* -- taking away and moving -- */

#define OPEN_FOLDERS_MAX 16

static int drop(const char *path, const struct stat *facts, int type, struct FTW *where)
{
    (void)facts;
    (void)type;
    (void)where;
    return remove(path);
}

enum banyan_status by_os_folder_remove(const char *path, struct banyan_error *error)
{
    if (!by_os_file_exists(path))
        return BANYAN_OK;
    /* Links are taken away, never followed. */
    if (nftw(path, drop, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS) != 0)
        return by_os_fail(error, errno, "cannot remove %s", path);
    return BANYAN_OK;
}

enum banyan_status by_os_folder_move(const char *from, const char *to, struct banyan_error *error)
{
    if (rename(from, to) != 0)
        return by_os_fail(error, errno, "cannot move %s", from);
    enum banyan_status status = by_os_parent_sync(to, error);
    return status == BANYAN_OK ? by_os_parent_sync(from, error) : status;
}
