/*
 * A fresh folder for each test, as the cmocka state: a char * path.
 */
#ifndef BY_TEST_FOLDER_H
#define BY_TEST_FOLDER_H

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"

static inline int test_folder_make(void **state)
{
    char *path = strdup("/tmp/banyan-test-XXXXXX");

    if (path == NULL || mkdtemp(path) == NULL) {
        free(path);
        return -1;
    }
    *state = path;
    return 0;
}

static inline int
test_folder_drop(const char *path, const struct stat *facts, int type, struct FTW *where)
{
    (void)facts;
    (void)type;
    (void)where;
    return remove(path);
}

static inline int test_folder_remove(void **state)
{
    int failed = nftw(*state, test_folder_drop, 16, FTW_DEPTH | FTW_PHYS);

    free(*state);
    return failed;
}

static inline char *test_folder_path(const char *folder, const char *name)
{
    char *path = by_os_path_join(folder, name);

    if (path == NULL)
        abort();
    return path;
}

/* Names in the folder. */
static inline size_t test_folder_count(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *item = NULL;
    size_t count = 0;

    if (folder == NULL)
        abort();
    while ((item = readdir(folder)) != NULL)
        count += item->d_name[0] != '.';
    (void)closedir(folder);
    return count;
}

#endif
