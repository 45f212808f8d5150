/*
 * The door: a local socket at which a process at work answers other programs of the same user.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/os.h"

#define WAITING_MAX  16
#define MUTE_SECONDS 2

struct by_os_door {
    char *folder;
    char *name;
    int descriptor;
};

/* Addresses of sockets are short, paths of homes may be long: then by the folder's descriptor,
 * which has to stay open until the address was used. -1 where the name is too long all the same. */
static int
set_address(const char *folder, const char *name, struct sockaddr_un *out_address, int *out_folder)
{
    int size = snprintf(out_address->sun_path, sizeof out_address->sun_path, "%s/%s", folder, name);

    out_address->sun_family = AF_UNIX;
    *out_folder = -1;
    if (size > 0 && (size_t)size < sizeof out_address->sun_path)
        return 0;
    *out_folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*out_folder < 0)
        return -1;
    size = snprintf(out_address->sun_path, sizeof out_address->sun_path, "/proc/self/fd/%d/%s",
                    *out_folder, name);
    return size > 0 && (size_t)size < sizeof out_address->sun_path ? 0 : -1;
}

static void close_if_open(int descriptor)
{
    if (descriptor >= 0)
        (void)close(descriptor);
}

static int listen_at(const char *folder, const char *name)
{
    struct sockaddr_un address;
    int folder_descriptor = -1;
    int descriptor = -1;

    if (set_address(folder, name, &address, &folder_descriptor) == 0)
        descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0) {
        (void)unlink(address.sun_path);
        if (bind(descriptor, (const struct sockaddr *)&address, sizeof address) != 0 ||
            chmod(address.sun_path, 0600) != 0 || listen(descriptor, WAITING_MAX) != 0) {
            (void)close(descriptor);
            descriptor = -1;
        }
    }
    close_if_open(folder_descriptor);
    return descriptor;
}

struct by_os_door *by_os_door_hang(const char *folder, const char *name)
{
    struct by_os_door *door = calloc(1, sizeof *door);

    if (door == NULL)
        return NULL;
    door->folder = strdup(folder);
    door->name = strdup(name);
    door->descriptor = door->folder != NULL && door->name != NULL ? listen_at(folder, name) : -1;
    if (door->descriptor >= 0)
        return door;
    by_os_door_drop(door);
    return NULL;
}

static bool is_of_same_user(int line)
{
    struct ucred who;
    socklen_t size = sizeof who;

    return getsockopt(line, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && size == sizeof who &&
           who.uid == geteuid();
}

static bool set_patience(int line)
{
    const struct timeval patience = {.tv_sec = MUTE_SECONDS};

    return setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
           setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0;
}

int by_os_door_wait(struct by_os_door *door)
{
    for (;;) {
        int line = accept4(door->descriptor, NULL, NULL, SOCK_CLOEXEC);

        if (line >= 0 && is_of_same_user(line) && set_patience(line))
            return line;
        if (line >= 0)
            (void)close(line);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            by_os_sleep_ms(100);
        else if (errno != EINTR && errno != ECONNABORTED)
            return -1;
    }
}

/* A socket that listens is shut for accept too (Linux): it fails then, with EINVAL. */
void by_os_door_shut(struct by_os_door *door)
{
    (void)shutdown(door->descriptor, SHUT_RDWR);
}

void by_os_door_drop(struct by_os_door *door)
{
    char *path = NULL;

    if (door == NULL)
        return;
    if (door->descriptor >= 0) {
        path = by_os_path_join(door->folder, door->name);
        if (path != NULL)
            (void)unlink(path);
        (void)close(door->descriptor);
    }
    free(path);
    free(door->folder);
    free(door->name);
    free(door);
}

int by_os_door_knock(const char *folder, const char *name)
{
    struct sockaddr_un address;
    int folder_descriptor = -1;
    int line = -1;

    if (set_address(folder, name, &address, &folder_descriptor) == 0)
        line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line >= 0 && (!set_patience(line) ||
                      connect(line, (const struct sockaddr *)&address, sizeof address) != 0 ||
                      !is_of_same_user(line))) {
        (void)close(line);
        line = -1;
    }
    close_if_open(folder_descriptor);
    return line;
}

/* -- messages -- */

static enum banyan_status send_all(int line, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = send(line, bytes, size, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return BANYAN_ERR_NETWORK;
        bytes += put;
        size -= (size_t)put;
    }
    return BANYAN_OK;
}

static enum banyan_status receive_all(int line, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(line, bytes, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return BANYAN_ERR_NETWORK;
        bytes += got;
        size -= (size_t)got;
    }
    return BANYAN_OK;
}

enum banyan_status by_os_line_send(int line, struct by_bytes message)
{
    uint8_t head[4];
    enum banyan_status status = BANYAN_OK;

    by_put_u32le(head, (uint32_t)message.size);
    status = send_all(line, head, sizeof head);
    return status == BANYAN_OK ? send_all(line, message.data, message.size) : status;
}

enum banyan_status by_os_line_receive(int line, size_t bytes_max, struct by_buffer *out)
{
    uint8_t head[4];
    uint8_t *at = NULL;
    size_t size_before = out->size;
    enum banyan_status status = receive_all(line, head, sizeof head);

    if (status != BANYAN_OK)
        return status;
    if (by_get_u32le(head) > bytes_max)
        return BANYAN_ERR_TOO_LARGE;
    status = by_buffer_extend(out, by_get_u32le(head), &at);
    if (status == BANYAN_OK)
        status = receive_all(line, at, by_get_u32le(head));
    if (status != BANYAN_OK)
        out->size = size_before;
    return status;
}

void by_os_line_close(int line)
{
    close_if_open(line);
}
