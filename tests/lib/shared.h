/*
 * Data and suites written by others, read where they are; a test says so and skips where not.
 */
#ifndef BY_TEST_SHARED_H
#define BY_TEST_SHARED_H

#include <stdio.h>
#include <stdlib.h>

/* The whole output of a command or, with no command, of the file; a NUL stands behind. NULL when
 * the file is absent, which is said. The caller frees. */
static inline char *test_shared_read(const char *path, const char *command, size_t *out_size)
{
    char line[4096];
    char *text = NULL;
    size_t size = 0;
    size_t taken = 1;
    FILE *file = NULL;

    (void)snprintf(line, sizeof line, "%s/%s", BY_TEST_SHARED, path);
    file = fopen(line, "rb");
    if (file == NULL) {
        printf("skipped: no %s\n", line);
        return NULL;
    }
    if (command != NULL) {
        (void)fclose(file);
        (void)snprintf(line, sizeof line, "%s '%s/%s'", command, BY_TEST_SHARED, path);
        file = popen(line, "r");
        if (file == NULL)
            abort();
    }
    while (taken > 0) {
        text = realloc(text, size + 65537);
        if (text == NULL)
            abort();
        taken = fread(text + size, 1, 65536, file);
        size += taken;
    }
    text[size] = 0;
    if (command != NULL ? pclose(file) != 0 : fclose(file) != 0)
        abort();
    *out_size = size;
    return text;
}

#endif
