/*
 * Files that appear whole or not at all: what by_os_output and by_os_file_replace share.
 */
#ifndef BY_OS_OUTPUT_H
#define BY_OS_OUTPUT_H

#include "os/os.h"

/* As by_os_output_open; is_replacing lets commit put the new file in the place of an old one. */
BANYAN_MUST_CHECK enum banyan_status by_os_output_begin(const char *path, bool is_replacing,
                                                        struct by_os_output **out_output,
                                                        struct banyan_error *error);

/* The name that a file has until it is committed: its own, this mark, and 16 digits in base 16. */
#define BY_OS_TEMPORARY_MARK   ".tmp-"
#define BY_OS_TEMPORARY_DIGITS 16

/* The name that the file has until it is committed, for libraries that write by name, over what is
 * there. Holds as long as output. */
const char *by_os_output_temporary(const struct by_os_output *output);

#endif
