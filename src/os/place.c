#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "os/fail.h"
#include "os/os.h"

/* File systems that several machines, or a machine and its guest, may write at once: locks and
 * shared memory do not hold there. Numbers as in linux/magic.h and the file systems' own sources.
 */
static const uint32_t shared_filesystems[] = {
    0x00006969, /* NFS */
    0x0000517b, /* SMB */
    0xff534d42, /* CIFS */
    0xfe534d42, /* SMB 2 */
    0x0000564c, /* NCP */
    0x01021997, /* 9p */
    0x65735546, /* FUSE: sshfs, rclone, cloud drives */
    0x5346414f, /* OpenAFS */
    0x6b414653, /* kAFS */
    0x73757245, /* Coda */
    0x00c36400, /* Ceph */
    0x01161970, /* GFS2 */
    0x7461636f, /* OCFS2 */
    0x47504653, /* GPFS */
    0x0bd00bd0, /* Lustre */
    0x19830326, /* BeeGFS */
    0x786f4256, /* VirtualBox shared folder */
    0xbacbacbc, /* VMware shared folder */
};

bool by_os_filesystem_is_shared(uint64_t magic)
{
    for (size_t i = 0; i < sizeof shared_filesystems / sizeof shared_filesystems[0]; i++) {
        /* f_type is signed on some machines: only 32 bits of it mean anything. */
        if ((uint32_t)magic == shared_filesystems[i])
            return true;
    }
    return false;
}

static enum banyan_status check_owner_and_mode(const char *path, const struct stat *facts,
                                               const char *mode_wanted, struct banyan_error *error)
{
    if (facts->st_uid != geteuid())
        return by_fail(error, BANYAN_ERR_UNSAFE_PLACE,
                       "%s belongs to another user: use a place of your own", path);
    if ((facts->st_mode & 077u) != 0)
        return by_fail(error, BANYAN_ERR_UNSAFE_PLACE,
                       "other users can get at %s: run chmod %s on it", path, mode_wanted);
    return BANYAN_OK;
}

enum banyan_status by_os_home_check(const char *path, struct banyan_error *error)
{
    struct stat facts;
    struct statfs filesystem;

    if (stat(path, &facts) != 0 || statfs(path, &filesystem) != 0)
        return by_os_fail(error, errno, "cannot look at %s", path);
    if (!S_ISDIR(facts.st_mode))
        return by_fail(error, BANYAN_ERR_UNSAFE_PLACE, "%s is not a folder", path);
    if (by_os_filesystem_is_shared((uint64_t)filesystem.f_type))
        return by_fail(error, BANYAN_ERR_UNSAFE_PLACE,
                       "%s lies on a network or shared drive, where a store can break: choose a "
                       "folder on a disk of this machine",
                       path);
    return check_owner_and_mode(path, &facts, "700", error);
}

enum banyan_status by_os_part_check(const char *home, const char *name, struct banyan_error *error)
{
    struct stat facts;
    char *path = by_os_path_join(home, name);
    bool is_there = path != NULL && stat(path, &facts) == 0;
    bool is_wide = is_there && (facts.st_mode & 077u) != 0;
    enum banyan_status status = BANYAN_OK;

    if (path == NULL)
        status = by_fail_plain(error, BANYAN_ERR_MEMORY);
    else if (is_wide)
        status = by_fail(error, BANYAN_ERR_UNSAFE_PLACE,
                         "other users can get at %s: run chmod -R go= %s", path, home);
    free(path);
    return status;
}

void by_os_file_narrow(const char *path)
{
    struct stat facts;

    if (stat(path, &facts) == 0 && (facts.st_mode & 077u) != 0)
        (void)!chmod(path, facts.st_mode & 0700u);
}

enum banyan_status by_os_secret_check(const char *path, struct banyan_error *error)
{
    struct stat facts;

    /* Not through a link: whoever can change the link could change the secret. */
    if (lstat(path, &facts) != 0)
        return by_os_fail(error, errno, "cannot look at %s", path);
    if (!S_ISREG(facts.st_mode))
        return by_fail(error, BANYAN_ERR_UNSAFE_PLACE, "%s is not an ordinary file", path);
    return check_owner_and_mode(path, &facts, "600", error);
}
