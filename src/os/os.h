/*
 * The porting seam: everything banyan asks of the operating system besides LMDB and SQLite. One
 * file per concern behind it; nothing else in the source calls these system services.
 */
#ifndef BY_OS_OS_H
#define BY_OS_OS_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* -- clock and entropy -- */
uint64_t by_os_wall_ms(void);
/* Never goes back; says nothing of the date. */
uint64_t by_os_steady_ms(void);
void by_os_sleep_ms(unsigned ms);
/* Never fails: a system without randomness ends the process. */
void by_os_random(void *out, size_t size);

/* -- files -- */
/* Append the whole file to out, at most bytes_max. BANYAN_ERR_NOT_FOUND, _TOO_LARGE, _DISK, each
 * with words. */
BANYAN_MUST_CHECK enum banyan_status by_os_file_read(const char *path, size_t bytes_max,
                                                     struct by_buffer *out,
                                                     struct banyan_error *error);
/* Write mode 0600 so that a crash leaves the old file or the new one, never a mix; the folder is
 * synced. */
BANYAN_MUST_CHECK enum banyan_status
by_os_file_replace(const char *path, struct by_bytes content, struct banyan_error *error);
/* As replace, but BANYAN_ERR_EXISTS when there is a file already. */
BANYAN_MUST_CHECK enum banyan_status
by_os_file_create(const char *path, struct by_bytes content, struct banyan_error *error);
/* Take away what a replace or create of path left beside it when its process was killed: files of
 * ours under exactly such a name, and nothing else. Nobody writes path meanwhile. */
BANYAN_MUST_CHECK enum banyan_status
by_os_file_leftovers_remove(const char *path, struct banyan_error *error);
bool by_os_file_exists(const char *path);
/* Whether a name leads elsewhere: a symbolic link, one of several names of a file, no file at all
 * but a folder or device. False where there is nothing. */
bool by_os_file_is_shared(const char *path);
/* BANYAN_ERR_NOT_FOUND, _DISK. */
BANYAN_MUST_CHECK enum banyan_status
by_os_file_size(const char *path, uint64_t *out_size, struct banyan_error *error);
/* Make an open file at least size bytes long, never shorter, where the file system can. */
void by_os_file_lengthen(int descriptor, uint64_t size);
/* Whether the file system of an open file has next to no room left (under 64 KiB): what a write
 * that ended half-way means. */
bool by_os_disk_is_full(int descriptor);
/* BANYAN_OK also when there was none. */
BANYAN_MUST_CHECK enum banyan_status
by_os_file_remove(const char *path, struct banyan_error *error);

/* A file in folder that nobody else can open, and that goes with the process: for what is too much
 * to be held in memory. Write, seek to where something began, read; never read behind a write. The
 * words of a failure name the folder. */
struct by_os_scratch;
BANYAN_MUST_CHECK enum banyan_status by_os_scratch_open(const char *folder,
                                                        struct by_os_scratch **out_scratch,
                                                        struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status by_os_scratch_write(struct by_os_scratch *scratch,
                                                         struct by_bytes bytes,
                                                         struct banyan_error *error);
/* All of size. BANYAN_ERR_NOT_FOUND, without words, where so much does not follow. */
BANYAN_MUST_CHECK enum banyan_status by_os_scratch_read(struct by_os_scratch *scratch, void *at,
                                                        size_t size, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_os_scratch_seek(struct by_os_scratch *scratch, uint64_t offset, struct banyan_error *error);
/* NULL is fine. */
void by_os_scratch_close(struct by_os_scratch *scratch);

/* A file written in pieces under a temporary name beside path; commit syncs and renames, and
 * refuses with BANYAN_ERR_EXISTS when path is there; abort leaves nothing. Exactly one of both ends
 * it. */
struct by_os_output;
BANYAN_MUST_CHECK enum banyan_status
by_os_output_open(const char *path, struct by_os_output **out_output, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_os_output_write(struct by_os_output *output, struct by_bytes bytes, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_os_output_commit(struct by_os_output *output, struct banyan_error *error);
void by_os_output_abort(struct by_os_output *output);

/* A file read in pieces. "-" is standard input. */
struct by_os_input;
BANYAN_MUST_CHECK enum banyan_status
by_os_input_open(const char *path, struct by_os_input **out_input, struct banyan_error *error);
/* Next bytes into at, up to size; *out_size 0 at the end. */
BANYAN_MUST_CHECK enum banyan_status by_os_input_read(struct by_os_input *input, uint8_t *at,
                                                      size_t size, size_t *out_size,
                                                      struct banyan_error *error);
/* Back to the first byte. BANYAN_ERR_USAGE for a pipe. */
BANYAN_MUST_CHECK enum banyan_status
by_os_input_rewind(struct by_os_input *input, struct banyan_error *error);
void by_os_input_close(struct by_os_input *input);

/* -- folders -- */
/* The default home: $BANYAN_HOME, else $XDG_DATA_HOME/banyan, else ~/.local/share/banyan. Caller
 * frees; NULL when none. */
char *by_os_default_home(void);
/* "folder/name"; caller frees; NULL when memory ran out. */
char *by_os_path_join(const char *folder, const char *name);
/* The folder that path lies in; "." for a bare name. Caller frees; NULL when memory ran out. */
char *by_os_path_parent(const char *path);
/* Make folder (0700, parents too). BANYAN_OK when it is there. */
BANYAN_MUST_CHECK enum banyan_status
by_os_folder_make(const char *path, struct banyan_error *error);
/* Names made or changed in the folder survive a crash once this returns. */
BANYAN_MUST_CHECK enum banyan_status
by_os_folder_sync(const char *path, struct banyan_error *error);
/* The same of the folder that path lies in: a name given to it survives. */
BANYAN_MUST_CHECK enum banyan_status
by_os_parent_sync(const char *path, struct banyan_error *error);
/* Take away a folder with all that is in it; BANYAN_OK when there was none. BANYAN_ERR_DISK, and
 * part of it may be gone then. */
BANYAN_MUST_CHECK enum banyan_status
by_os_folder_remove(const char *path, struct banyan_error *error);
/* Give a folder another name in the same file system, at once and for good: where that name is, it
 * is an empty folder. BANYAN_ERR_EXISTS, _DISK. */
BANYAN_MUST_CHECK enum banyan_status
by_os_folder_move(const char *from, const char *to, struct banyan_error *error);
/* Whether a home may lie here: folder 0700 or narrower and ours, on a file system of this machine
 * (no NFS, SMB, 9p, FUSE share). BANYAN_ERR_UNSAFE_PLACE with words that say what to do. Secret
 * files inside are checked the same way (0600). */
BANYAN_MUST_CHECK enum banyan_status by_os_home_check(const char *path, struct banyan_error *error);
BANYAN_MUST_CHECK enum banyan_status
by_os_secret_check(const char *path, struct banyan_error *error);
/* The same of a file or folder in a home that holds no key; BANYAN_OK where there is none. */
BANYAN_MUST_CHECK enum banyan_status
by_os_part_check(const char *home, const char *name, struct banyan_error *error);
/* Close a file to others where it is open to them; what fails changes nothing. */
void by_os_file_narrow(const char *path);
/* The part of by_os_home_check that knows file systems, for tests: statfs' f_type. */
bool by_os_filesystem_is_shared(uint64_t magic);

/* -- one opener per process -- */
/* Hold the file at path, made when there is none, for this process: BANYAN_ERR_BUSY when this very
 * process holds it already, whatever other processes do. Dropped, or gone with the process. */
struct by_os_hold;
BANYAN_MUST_CHECK enum banyan_status
by_os_hold_take(const char *path, struct by_os_hold **out_hold, struct banyan_error *error);
/* Hold it for this process alone: BANYAN_ERR_BUSY, without words, when any process holds it so. */
BANYAN_MUST_CHECK enum banyan_status
by_os_hold_take_alone(const char *path, struct by_os_hold **out_hold, struct banyan_error *error);
/* Hold a folder for this caller alone; nothing is written into it. One that waits does so until
 * the other has let go; else BANYAN_ERR_BUSY, without words. */
BANYAN_MUST_CHECK enum banyan_status by_os_hold_take_folder(const char *path, bool waits,
                                                            struct by_os_hold **out_hold,
                                                            struct banyan_error *error);
/* NULL is fine. */
void by_os_hold_drop(struct by_os_hold *hold);

/* -- the bell of a process at work -- */
/* A named pipe at path (0600), which others ring to be met at once. NULL where none can be hung:
 * something else has that name, or the file system knows no pipes. One that was left behind is used
 * again. */
struct by_os_bell;
struct by_os_bell *by_os_bell_hang(const char *path);
/* Takes it down. NULL is fine. */
void by_os_bell_drop(struct by_os_bell *bell);
/* Readable while it has been rung and not hushed. */
int by_os_bell_descriptor(const struct by_os_bell *bell);
void by_os_bell_hush(struct by_os_bell *bell);
/* Waits for nothing, and never fails: where nobody hung a bell, nobody hears it. */
void by_os_bell_ring(const char *path);

/* -- a door for other programs of the same user -- */
/* A socket in folder under name (0600). NULL where none can be hung. One that was left behind by a
 * process that died is replaced: the caller knows that nobody else has it. */
struct by_os_door;
struct by_os_door *by_os_door_hang(const char *folder, const char *name);
/* Waits until somebody comes: the line to a process of the same user, or -1 once the door is shut.
 * Others are sent away. */
int by_os_door_wait(struct by_os_door *door);
/* From any thread: whoever waits comes back. */
void by_os_door_shut(struct by_os_door *door);
/* After all have come back. NULL is fine. */
void by_os_door_drop(struct by_os_door *door);
/* The line to the process behind a door, if it is one of the same user; -1 where nobody is. */
int by_os_door_knock(const char *folder, const char *name);
/* Messages on a line, size u32 ‖ bytes. A side that is mute for two seconds is given up.
 * BANYAN_ERR_NETWORK; receive: BANYAN_ERR_TOO_LARGE past bytes_max, before anything is reserved. */
BANYAN_MUST_CHECK enum banyan_status by_os_line_send(int line, struct by_bytes message);
BANYAN_MUST_CHECK enum banyan_status
by_os_line_receive(int line, size_t bytes_max, struct by_buffer *out);
void by_os_line_close(int line);

/* -- which machine, which copy -- */
/* What tells this copy of a file from a restored, copied or cloned one: machine id (host name where
 * there is none), inode, and birth time where the file system keeps it, as one text.
 * BANYAN_ERR_DISK. */
#define BY_OS_IDENTITY_BYTES 160
BANYAN_MUST_CHECK enum banyan_status by_os_copy_identity(const char *path,
                                                         char out_text[BY_OS_IDENTITY_BYTES],
                                                         struct banyan_error *error);

/* -- process -- */
/* No core dumps, no debugger of the same user, umask 077: called once by programs that hold keys.
 */
void by_os_harden_process(void);
/* How many files and connections this process may have open at once. */
uint64_t by_os_descriptors_max(void);
/* What tools that list threads call the one that asks; at most 15 characters. */
void by_os_thread_name(const char *name);
/* Give this thread less of a busy processor than others get. */
void by_os_thread_step_back(void);

#endif
