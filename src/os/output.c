#include "os/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fail.h"

struct by_os_output {
    char *path;
    char *temporary; /* beside path, so that the rename stays within one file system */
    int descriptor;
    bool is_replacing;
};

static void release(struct by_os_output *output)
{
    if (output->descriptor >= 0)
        (void)close(output->descriptor);
    free(output->path);
    free(output->temporary);
    free(output);
}

static char *temporary_name(const char *path)
{
    size_t size = strlen(path) + sizeof BY_OS_TEMPORARY_MARK + BY_OS_TEMPORARY_DIGITS;
    char *name = malloc(size);
    uint64_t number = 0;

    if (name == NULL)
        return NULL;
    by_os_random(&number, sizeof number);
    (void)snprintf(name, size, "%s" BY_OS_TEMPORARY_MARK "%016" PRIx64, path, number);
    return name;
}

/* A device or a pipe that gave way to a file would be gone, and so would the link by which others
 * find it; of a link to a file, only the link gives way. */
static bool may_give_way(const char *path)
{
    struct stat found;

    if (lstat(path, &found) != 0 || S_ISREG(found.st_mode))
        return true;
    return S_ISLNK(found.st_mode) && (stat(path, &found) != 0 || S_ISREG(found.st_mode));
}

enum banyan_status by_os_output_begin(const char *path, bool is_replacing,
                                      struct by_os_output **out_output, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    struct by_os_output *output = NULL;

    if (path[0] == '\0')
        return by_fail(error, BANYAN_ERR_INVALID, "the name of the file is empty");
    if (!is_replacing && by_os_file_exists(path))
        return by_fail(error, BANYAN_ERR_EXISTS, "%s is there already: give another name", path);
    if (is_replacing && !may_give_way(path))
        return by_fail(error, BANYAN_ERR_EXISTS, "%s is no ordinary file, and stays as it is",
                       path);
    output = calloc(1, sizeof *output);
    if (output == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    output->descriptor = -1;
    output->is_replacing = is_replacing;
    output->path = strdup(path);
    output->temporary = temporary_name(path);
    if (output->path == NULL || output->temporary == NULL) {
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
        goto out;
    }
    output->descriptor =
        open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (output->descriptor < 0)
        status = by_os_fail(error, errno, "cannot make %s", path);
out:
    if (status != BANYAN_OK)
        release(output);
    else
        *out_output = output;
    return status;
}

enum banyan_status
by_os_output_open(const char *path, struct by_os_output **out_output, struct banyan_error *error)
{
    return by_os_output_begin(path, false, out_output, error);
}

enum banyan_status
by_os_output_write(struct by_os_output *output, struct by_bytes bytes, struct banyan_error *error)
{
    while (bytes.size > 0) {
        ssize_t put = write(output->descriptor, bytes.data, bytes.size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return by_os_fail(error, errno, "cannot write %s", output->path);
        bytes.data += put;
        bytes.size -= (size_t)put;
    }
    return BANYAN_OK;
}

/* Give the finished file its name unless that is taken; 0 or -1 with errno. */
static int name_new(const struct by_os_output *output)
{
    int failed = renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_NOREPLACE);

    if (failed == 0 || (errno != EINVAL && errno != ENOSYS))
        return failed;
    /* A file system that cannot rename so: a second name, then the first one goes. */
    failed = link(output->temporary, output->path);
    if (failed == 0)
        (void)unlink(output->temporary);
    return failed;
}

enum banyan_status by_os_output_commit(struct by_os_output *output, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;
    int failed = fsync(output->descriptor);

    if (failed == 0)
        failed = output->is_replacing ? rename(output->temporary, output->path) : name_new(output);
    if (failed != 0) {
        status = by_os_fail(error, errno, "cannot finish %s", output->path);
        (void)unlink(output->temporary);
    } else {
        status = by_os_parent_sync(output->path, error);
    }
    release(output);
    return status;
}

void by_os_output_abort(struct by_os_output *output)
{
    (void)unlink(output->temporary);
    release(output);
}

const char *by_os_output_temporary(const struct by_os_output *output)
{
    return output->temporary;
}
