/*
 * Payloads of real rows: consecutive pieces of the Ukrainian nature reserve registers, or made-up
 * text where those are absent.
 */
#ifndef BY_BENCH_SAMPLE_H
#define BY_BENCH_SAMPLE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "lib/test_runs.h"
#include "os/os.h"

#define SAMPLE_PAYLOAD_BYTES 300u
#define SAMPLE_BYTES_MAX     (64u * 1024u * 1024u)

struct sample {
    struct by_buffer text;
    bool is_real;
};

static inline void sample_read_file(struct sample *sample, const char *folder, const char *name)
{
    char *path = test_runs_must(by_os_path_join(folder, name));

    (void)!by_os_file_read(path, SAMPLE_BYTES_MAX, &sample->text, NULL);
    free(path);
}

/* In the order of names, so that every machine gets the same text. */
static inline void sample_read(struct sample *sample, const char *folder)
{
    struct dirent **items = NULL;
    int count = scandir(folder, &items, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        if (strstr(items[i]->d_name, ".csv") != NULL)
            sample_read_file(sample, folder, items[i]->d_name);
        free(items[i]);
    }
    free(items);
}

static inline void sample_invent(struct sample *sample, uint64_t seed)
{
    while (sample->text.size < 1024u * 1024u) {
        uint64_t word = test_random(&seed) % 4000;

        test_runs_must_ok(
            by_buffer_append_format(&sample->text, "w%llu;", (unsigned long long)(word * word)));
    }
}

static inline void sample_init(struct sample *sample, uint64_t seed)
{
    *sample = (struct sample){.text = BY_BUFFER_INIT(SAMPLE_BYTES_MAX)};
    sample_read(sample, BY_TEST_SHARED "/data/ua");
    sample->is_real = sample->text.size > SAMPLE_PAYLOAD_BYTES;
    if (!sample->is_real)
        sample_invent(sample, seed);
}

/* Piece number index; begins again at the start after the last. */
static inline struct by_bytes sample_payload(void *context, size_t index)
{
    const struct sample *sample = context;
    size_t pieces = sample->text.size / SAMPLE_PAYLOAD_BYTES;

    return by_bytes_of(sample->text.data + (index % pieces) * SAMPLE_PAYLOAD_BYTES,
                       SAMPLE_PAYLOAD_BYTES);
}

/* Once, before sample_text: the text in the form that records keep. */
static inline void sample_normalise(struct sample *sample)
{
    struct by_buffer text = BY_BUFFER_INIT(2 * SAMPLE_BYTES_MAX);

    test_runs_must_ok(by_text_normalise(by_buffer_bytes(&sample->text), &text));
    by_buffer_deinit(&sample->text);
    sample->text = text;
}

static inline bool sample_is_inside(const struct sample *sample, size_t at)
{
    return at < sample->text.size && (sample->text.data[at] & 0xc0) == 0x80;
}

/* As sample_payload, of size bytes, less the last character where it would be cut. */
static inline struct by_bytes sample_text(const struct sample *sample, size_t index, size_t size)
{
    size_t start = index % (sample->text.size / size - 1) * size, end = start + size;

    while (sample_is_inside(sample, start))
        start++;
    while (sample_is_inside(sample, end))
        end--;
    return by_bytes_of(sample->text.data + start, end - start);
}

/* Of the last minute. */
static inline double sample_load(void)
{
    double load = 0;

    (void)getloadavg(&load, 1);
    return load;
}

/* The first line of every benchmark. */
static inline void sample_print_start(const char *bench, const struct sample *sample, uint64_t seed)
{
    printf("{\"bench\":\"%s\",\"seed\":%llu,\"load\":%.2f,\"payloads\":\"%s\"}\n", bench,
           (unsigned long long)seed, sample_load(),
           sample->is_real ? "rows of real registers"
                           : "made up: " BY_TEST_SHARED "/data/ua is absent");
}

static inline int sample_ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* Sorts them. */
static inline double sample_median(double *figures, size_t count)
{
    qsort(figures, count, sizeof figures[0], sample_ascending);
    return figures[count / 2];
}

static inline double sample_now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
