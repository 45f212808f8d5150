#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"

struct by_os_input {
    char *name; /* for words */
    int descriptor;
};

/* A folder opens like a file and only fails when it is read: say so at once. */
static enum banyan_status refuse_folder(const struct by_os_input *input, struct banyan_error *error)
{
    struct stat facts;

    if (fstat(input->descriptor, &facts) != 0)
        return by_os_fail(error, errno, "cannot read %s", input->name);
    if (S_ISDIR(facts.st_mode))
        return by_fail(error, BANYAN_ERR_DISK, "%s is a folder, not a file", input->name);
    return BANYAN_OK;
}

enum banyan_status
by_os_input_open(const char *path, struct by_os_input **out_input, struct banyan_error *error)
{
    bool is_standard = strcmp(path, "-") == 0;
    enum banyan_status status = BANYAN_OK;
    struct by_os_input *input = calloc(1, sizeof *input);

    if (input == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    input->descriptor = STDIN_FILENO;
    input->name = strdup(is_standard ? by_words(error, "standard input") : path);
    if (input->name == NULL) {
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
        goto out;
    }
    if (!is_standard)
        input->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0)
        status = by_os_fail(error, errno, "cannot read %s", path);
    else
        status = refuse_folder(input, error);
out:
    if (status != BANYAN_OK)
        by_os_input_close(input);
    else
        *out_input = input;
    return status;
}

enum banyan_status by_os_input_read(struct by_os_input *input, uint8_t *at, size_t size,
                                    size_t *out_size, struct banyan_error *error)
{
    ssize_t got = 0;

    do {
        got = read(input->descriptor, at, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return by_os_fail(error, errno, "cannot read %s", input->name);
    *out_size = (size_t)got;
    return BANYAN_OK;
}

enum banyan_status by_os_input_rewind(struct by_os_input *input, struct banyan_error *error)
{
    if (lseek(input->descriptor, 0, SEEK_SET) == 0)
        return BANYAN_OK;
    if (errno == ESPIPE)
        return by_fail(error, BANYAN_ERR_USAGE,
                       "%s cannot be read twice: save it to a file and name that", input->name);
    return by_os_fail(error, errno, "cannot read %s", input->name);
}

void by_os_input_close(struct by_os_input *input)
{
    if (input == NULL)
        return;
    if (input->descriptor > STDIN_FILENO)
        (void)close(input->descriptor);
    free(input->name);
    free(input);
}
