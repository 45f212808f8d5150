/*
 * What each thread of a process has used: how long it had a processor. On a machine with other
 * jobs this says more than the clock.
 */
#ifndef BY_BENCH_USAGE_H
#define BY_BENCH_USAGE_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

/* Seconds. */
struct usage {
    double loop, writer, view;
};

static inline bool usage_read_line(const char *folder, const char *name, char out_line[128])
{
    char path[128];
    bool is_read = false;

    (void)snprintf(path, sizeof path, "%.90s/%.20s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    is_read = fgets(out_line, 128, file) != NULL;
    (void)fclose(file);
    return is_read;
}

static inline void usage_add_thread(struct usage *usage, const char *folder)
{
    char name[128] = "", times[128] = "";
    unsigned long long ns = 0;

    if (!usage_read_line(folder, "comm", name) || !usage_read_line(folder, "schedstat", times) ||
        sscanf(times, "%llu", &ns) != 1)
        return;
    if (strcmp(name, "banyan-writer\n") == 0)
        usage->writer += (double)ns / 1e9;
    else if (strcmp(name, "banyan-view\n") == 0)
        usage->view += (double)ns / 1e9;
    else
        usage->loop += (double)ns / 1e9;
}

static inline struct usage usage_of(pid_t pid)
{
    struct usage usage = {0};
    char folder[64], thread[96];

    (void)snprintf(folder, sizeof folder, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(folder);
    for (struct dirent *at = threads == NULL ? NULL : readdir(threads); at != NULL;
         at = readdir(threads)) {
        (void)snprintf(thread, sizeof thread, "%s/%.20s", folder, at->d_name);
        if (at->d_name[0] != '.')
            usage_add_thread(&usage, thread);
    }
    if (threads != NULL)
        (void)closedir(threads);
    return usage;
}

static inline struct usage usage_since(pid_t pid, struct usage before)
{
    struct usage now = usage_of(pid);

    return (struct usage){.loop = now.loop - before.loop,
                          .writer = now.writer - before.writer,
                          .view = now.view - before.view};
}

#endif
