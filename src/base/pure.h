/*
 * Forced into every file of the pure layers (base to sync): makes impurity a compile error.
 *
 * First the standard headers a pure file may want are read, then the names of clocks, entropy,
 * files, sockets and threads are poisoned. A later #include of a header that declares one of them
 * does not compile, with gcc nor clang.
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
#pragma GCC poison fopen freopen popen remove rename open openat creat unlink mkdir
#pragma GCC poison getenv setenv system rand srand random arc4random getrandom getentropy
#pragma GCC poison socket connect bind listen accept recvfrom sendto
#pragma GCC poison pthread_create fork execve mmap
#pragma GCC poison uv_loop_init mdb_env_create sqlite3_open
#pragma GCC poison randombytes randombytes_buf randombytes_random randombytes_uniform

#endif
