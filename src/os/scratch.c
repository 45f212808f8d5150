#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"

#define BUFFER_BYTES (256u * 1024u)

struct by_os_scratch {
    FILE *file;
    char *folder; /* for words */
};

/* Without a name from the beginning, where the file system can do that. */
static int open_nameless(const char *folder)
{
    size_t size = strlen(folder) + sizeof "/scratch-XXXXXX";
    int descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char *path = descriptor >= 0 ? NULL : malloc(size);

    if (path == NULL)
        return descriptor;
    (void)snprintf(path, size, "%s/scratch-XXXXXX", folder);
    descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0)
        (void)unlink(path);
    free(path);
    return descriptor;
}

enum banyan_status by_os_scratch_open(const char *folder, struct by_os_scratch **out_scratch,
                                      struct banyan_error *error)
{
    struct by_os_scratch *scratch = calloc(1, sizeof *scratch);
    enum banyan_status status = BANYAN_OK;
    int descriptor = -1;

    if (scratch == NULL || (scratch->folder = strdup(folder)) == NULL) {
        free(scratch);
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    }
    descriptor = open_nameless(folder);
    scratch->file = descriptor < 0 ? NULL : fdopen(descriptor, "w+");
    if (scratch->file == NULL) {
        status = by_os_fail(error, errno, "cannot write %s", folder);
        if (descriptor >= 0)
            (void)close(descriptor);
        by_os_scratch_close(scratch);
        return status;
    }
    (void)setvbuf(scratch->file, NULL, _IOFBF, BUFFER_BYTES);
    *out_scratch = scratch;
    return BANYAN_OK;
}

enum banyan_status by_os_scratch_write(struct by_os_scratch *scratch, struct by_bytes bytes,
                                       struct banyan_error *error)
{
    if (bytes.size == 0 || fwrite(bytes.data, bytes.size, 1, scratch->file) == 1)
        return BANYAN_OK;
    return by_os_fail(error, errno, "cannot write %s", scratch->folder);
}

enum banyan_status
by_os_scratch_read(struct by_os_scratch *scratch, void *at, size_t size, struct banyan_error *error)
{
    if (size == 0 || fread(at, size, 1, scratch->file) == 1)
        return BANYAN_OK;
    if (feof(scratch->file) != 0)
        return BANYAN_ERR_NOT_FOUND;
    return by_os_fail(error, errno, "cannot read %s", scratch->folder);
}

enum banyan_status
by_os_scratch_seek(struct by_os_scratch *scratch, uint64_t offset, struct banyan_error *error)
{
    if (fseeko(scratch->file, (off_t)offset, SEEK_SET) == 0)
        return BANYAN_OK;
    return by_os_fail(error, errno, "cannot write %s", scratch->folder);
}

void by_os_scratch_close(struct by_os_scratch *scratch)
{
    if (scratch == NULL)
        return;
    if (scratch->file != NULL)
        (void)fclose(scratch->file);
    free(scratch->folder);
    free(scratch);
}
