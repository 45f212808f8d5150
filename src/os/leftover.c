#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/output.h"

static bool is_temporary_of(const char *entry, const char *name)
{
    size_t name_size = strlen(name);
    size_t mark_size = strlen(BY_OS_TEMPORARY_MARK);
    const char *digits = NULL;

    if (strncmp(entry, name, name_size) != 0 ||
        strncmp(entry + name_size, BY_OS_TEMPORARY_MARK, mark_size) != 0)
        return false;
    digits = entry + name_size + mark_size;
    return strlen(digits) == BY_OS_TEMPORARY_DIGITS &&
           strspn(digits, "0123456789abcdef") == BY_OS_TEMPORARY_DIGITS;
}

static bool is_own_file(int folder, const char *entry)
{
    struct stat facts;

    return fstatat(folder, entry, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode) &&
           facts.st_uid == geteuid();
}

static enum banyan_status remove_all(DIR *entries, const char *path, const char *name,
                                     bool *out_any, struct banyan_error *error)
{
    int folder = dirfd(entries);
    const struct dirent *entry = NULL;

    while ((entry = readdir(entries)) != NULL) {
        if (!is_temporary_of(entry->d_name, name) || !is_own_file(folder, entry->d_name))
            continue;
        if (unlinkat(folder, entry->d_name, 0) != 0 && errno != ENOENT)
            return by_os_fail(error, errno, "cannot remove what was left over of %s", path);
        *out_any = true;
    }
    return BANYAN_OK;
}

enum banyan_status by_os_file_leftovers_remove(const char *path, struct banyan_error *error)
{
    const char *slash = strrchr(path, '/');
    char *parent = by_os_path_parent(path);
    DIR *entries = parent == NULL ? NULL : opendir(parent);
    bool any = false;
    enum banyan_status status = BANYAN_OK;

    if (parent == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    if (entries == NULL)
        status = by_os_fail(error, errno, "cannot open %s", parent);
    else
        status = remove_all(entries, path, slash == NULL ? path : slash + 1, &any, error);
    if (entries != NULL)
        (void)closedir(entries);
    if (status == BANYAN_OK && any)
        status = by_os_folder_sync(parent, error);
    free(parent);
    return status;
}
