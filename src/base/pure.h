/*
 * Forced into every file of the pure layers (base to sync): makes impurity a compile error.
 *
 * First the standard headers a pure file may want are read, then the names of clocks, entropy,
 * files, sockets and threads are poisoned. A later #include of a header that declares one of them
 * does not compile, with gcc nor clang. What of libsodium draws entropy inside is declared beside
 * what a pure file may call: those calls are found by tests/lint/layers.py.
 */
#ifndef BY_PURE_H
#define BY_PURE_H

#include <arpa/inet.h> /* msgpack.h reads it for byte order */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison time clock gettimeofday clock_gettime localtime gmtime nanosleep usleep
#pragma GCC poison fopen freopen tmpfile tmpnam popen remove rename open openat creat unlink mkdir
#pragma GCC poison opendir stat fstat
#pragma GCC poison getenv setenv setlocale system rand srand random arc4random getrandom getentropy
#pragma GCC poison socket connect bind listen accept recvfrom sendto poll epoll_create
#pragma GCC poison pthread_create thrd_create fork execve mmap raise signal
#pragma GCC poison uv_loop_init mdb_env_create sqlite3_open
#pragma GCC poison randombytes randombytes_buf randombytes_random randombytes_uniform

#endif
