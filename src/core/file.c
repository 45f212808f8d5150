#include "core/file.h"

#include "os/os.h"
#include "os/output.h"

enum banyan_status
by_file_write(const char *path, bool replace, struct by_bytes bytes, struct banyan_error *error)
{
    struct by_os_output *output = NULL;
    enum banyan_status status = BANYAN_OK;

    if (!replace && by_os_file_exists(path))
        return by_fail(error, BANYAN_ERR_EXISTS,
                       "%.200s is there already: give another name, or --replace", path);
    status = by_os_output_begin(path, replace, &output, error);
    if (status == BANYAN_OK)
        status = by_os_output_write(output, bytes, error);
    if (status == BANYAN_OK)
        return by_os_output_commit(output, error);
    if (output != NULL)
        by_os_output_abort(output);
    return status;
}
