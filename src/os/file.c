#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"
#include "os/output.h"

#define PIECE_BYTES    (64u * 1024u)
#define ROOM_BYTES_MIN (64u * 1024u)

/* Appends what is left of the input; one byte past the bound is enough to know. */
static enum banyan_status read_rest(struct by_os_input *input, const char *path, size_t bytes_max,
                                    struct by_buffer *out, struct banyan_error *error)
{
    uint8_t piece[PIECE_BYTES];
    size_t total = 0;

    for (;;) {
        size_t got = 0;
        enum banyan_status status = by_os_input_read(input, piece, sizeof piece, &got, error);

        if (status != BANYAN_OK || got == 0)
            return status;
        total += got;
        status = total > bytes_max ? BANYAN_ERR_TOO_LARGE : by_buffer_append(out, piece, got);
        if (status == BANYAN_ERR_TOO_LARGE)
            return by_fail(error, status, "%s is larger than %zu bytes", path, bytes_max);
        if (status != BANYAN_OK)
            return by_fail_plain(error, status);
    }
}

enum banyan_status by_os_file_read(const char *path, size_t bytes_max, struct by_buffer *out,
                                   struct banyan_error *error)
{
    struct by_os_input *input = NULL;
    size_t size_before = out->size;
    enum banyan_status status = by_os_input_open(path, &input, error);

    if (status != BANYAN_OK)
        return status;
    status = read_rest(input, path, bytes_max, out, error);
    if (status != BANYAN_OK)
        out->size = size_before;
    by_os_input_close(input);
    return status;
}

static enum banyan_status write_whole(const char *path, bool is_replacing, struct by_bytes content,
                                      struct banyan_error *error)
{
    struct by_os_output *output = NULL;
    enum banyan_status status = by_os_output_begin(path, is_replacing, &output, error);

    if (status != BANYAN_OK)
        return status;
    status = by_os_output_write(output, content, error);
    if (status != BANYAN_OK) {
        by_os_output_abort(output);
        return status;
    }
    return by_os_output_commit(output, error);
}

enum banyan_status
by_os_file_replace(const char *path, struct by_bytes content, struct banyan_error *error)
{
    return write_whole(path, true, content, error);
}

enum banyan_status
by_os_file_create(const char *path, struct by_bytes content, struct banyan_error *error)
{
    return write_whole(path, false, content, error);
}

bool by_os_file_is_shared(const char *path)
{
    struct stat facts;

    return lstat(path, &facts) == 0 && (!S_ISREG(facts.st_mode) || facts.st_nlink != 1);
}

bool by_os_file_exists(const char *path)
{
    struct stat facts;

    /* A link that leads nowhere is there all the same: nothing can be made under its name. */
    return lstat(path, &facts) == 0;
}

enum banyan_status by_os_file_size(const char *path, uint64_t *out_size, struct banyan_error *error)
{
    struct stat facts;

    if (stat(path, &facts) != 0)
        return by_os_fail(error, errno, "cannot read %s", path);
    *out_size = (uint64_t)facts.st_size;
    return BANYAN_OK;
}

void by_os_file_lengthen(int descriptor, uint64_t size)
{
    struct stat facts;

    /* Unlike ftruncate, this cannot cut off what another process adds meanwhile. */
    if (size > 0 && fstat(descriptor, &facts) == 0 && (uint64_t)facts.st_size < size)
        (void)fallocate(descriptor, 0, (off_t)size - 1, 1);
}

bool by_os_disk_is_full(int descriptor)
{
    struct statvfs facts;

    return fstatvfs(descriptor, &facts) == 0 &&
           (uint64_t)facts.f_bavail * facts.f_frsize < ROOM_BYTES_MIN;
}

enum banyan_status by_os_file_remove(const char *path, struct banyan_error *error)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return by_os_fail(error, errno, "cannot remove %s", path);
    return BANYAN_OK;
}
