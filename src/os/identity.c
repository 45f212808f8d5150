#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "os/fail.h"
#include "os/os.h"

#define MACHINE_ID_DIGITS 32u /* machine-id(5) */
#define MACHINE_BYTES     72u /* a host name has at most 64 */

/* Something that no other call gives: for what the system cannot tell. */
static void put_doubt(char *out_text, size_t size)
{
    uint64_t number = 0;

    by_os_random(&number, sizeof number);
    (void)snprintf(out_text, size, "unknown-%016" PRIx64, number);
}

static bool is_machine_id(struct by_bytes text)
{
    if (text.size < MACHINE_ID_DIGITS)
        return false;
    for (size_t i = 0; i < MACHINE_ID_DIGITS; i++) {
        if (!isxdigit(text.data[i]))
            return false;
    }
    return true;
}

/* Containers and bare installations have no machine id. Their host name lasts as long as they do,
 * and two of one image have two. */
static void put_machine(char *out_text, size_t size)
{
    struct by_buffer text = BY_BUFFER_INIT(128);
    struct utsname host;

    if (by_os_file_read("/etc/machine-id", 128, &text, NULL) == BANYAN_OK &&
        is_machine_id(by_buffer_bytes(&text)))
        (void)snprintf(out_text, size, "%.*s", (int)MACHINE_ID_DIGITS, (const char *)text.data);
    else if (uname(&host) == 0)
        (void)snprintf(out_text, size, "host-%s", host.nodename);
    else
        put_doubt(out_text, size);
    by_buffer_deinit(&text);
}

enum banyan_status by_os_copy_identity(const char *path, char out_text[BY_OS_IDENTITY_BYTES],
                                       struct banyan_error *error)
{
    char machine[MACHINE_BYTES];
    char born[48];
    struct statx facts = {0};

    if (statx(AT_FDCWD, path, AT_STATX_SYNC_AS_STAT, STATX_INO | STATX_BTIME, &facts) != 0)
        return by_os_fail(error, errno, "cannot look at %s", path);
    put_machine(machine, sizeof machine);
    /* A file system that keeps no birth time leaves the inode, which a copy does not share. */
    born[0] = '\0';
    if ((facts.stx_mask & STATX_BTIME) != 0)
        (void)snprintf(born, sizeof born, "%" PRId64 ".%09" PRIu32, (int64_t)facts.stx_btime.tv_sec,
                       (uint32_t)facts.stx_btime.tv_nsec);
    (void)snprintf(out_text, BY_OS_IDENTITY_BYTES, "machine %s inode %" PRIu64 " born %s", machine,
                   (uint64_t)facts.stx_ino, born);
    return BANYAN_OK;
}
