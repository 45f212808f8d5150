#include "exchange/input.h"

#include <stdlib.h>
#include <zip.h>

#include "os/os.h"

struct by_input {
    struct by_os_input *file; /* or */
    zip_t *archive;
    zip_file_t *within;
    const char *name;
    uint64_t unpacked;
};

static enum banyan_status fail_within(const struct by_input *input, struct banyan_error *error)
{
    return by_fail(error, BANYAN_ERR_MALFORMED, "%.200s cannot be unpacked: %s", input->name,
                   zip_strerror(input->archive));
}

static enum banyan_status unpack(struct by_input *input, struct banyan_error *error)
{
    if (input->within != NULL)
        zip_fclose(input->within);
    input->within = zip_fopen(input->archive, input->name, 0);
    input->unpacked = 0;
    return input->within == NULL ? fail_within(input, error) : BANYAN_OK;
}

enum banyan_status
by_input_open(const char *path, struct by_input **out_input, struct banyan_error *error)
{
    struct by_input *input = calloc(1, sizeof *input);
    enum banyan_status status = input == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY)
                                              : by_os_input_open(path, &input->file, error);

    if (status == BANYAN_OK)
        *out_input = input;
    else
        by_input_close(input);
    return status;
}

enum banyan_status by_input_open_within(struct zip *archive, const char *name,
                                        struct by_input **out_input, struct banyan_error *error)
{
    struct by_input *input = calloc(1, sizeof *input);
    enum banyan_status status = BANYAN_OK;

    if (input == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    input->archive = archive;
    input->name = name;
    status = unpack(input, error);
    if (status == BANYAN_OK)
        *out_input = input;
    else
        by_input_close(input);
    return status;
}

void by_input_close(struct by_input *input)
{
    if (input == NULL)
        return;
    by_os_input_close(input->file);
    if (input->within != NULL)
        zip_fclose(input->within);
    free(input);
}

enum banyan_status by_input_read(struct by_input *input, uint8_t *at, size_t size, size_t *out_size,
                                 struct banyan_error *error)
{
    zip_int64_t count = 0;

    if (input->within == NULL)
        return by_os_input_read(input->file, at, size, out_size, error);
    count = zip_fread(input->within, at, size);
    if (count < 0)
        return by_fail(error, BANYAN_ERR_MALFORMED, "%.200s cannot be unpacked: %s", input->name,
                       zip_file_strerror(input->within));
    input->unpacked += (uint64_t)count;
    if (input->unpacked > BY_UNPACKED_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_MALFORMED, "%.200s unpacks to more than %llu MiB",
                       input->name, (unsigned long long)(BY_UNPACKED_BYTES_MAX >> 20));
    *out_size = (size_t)count;
    return BANYAN_OK;
}

enum banyan_status by_input_rewind(struct by_input *input, struct banyan_error *error)
{
    return input->within == NULL ? by_os_input_rewind(input->file, error) : unpack(input, error);
}
