#include "progress.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "reading.h"

#define BAR_COLUMNS     24u
#define DRAW_EVERY_MS   100u
#define LINE_EVERY_MS   5000u
#define SHOWN_FROM_MS   500u /* shorter work needs no bar */
#define WORDS_BYTES_MAX 64u

static uint64_t now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

struct progress
progress_begin(const struct output *out, const char *verb, const char *unit, bool hushed)
{
    uint64_t begun_ms = now_ms();

    return (struct progress){.out = out,
                             .verb = verb,
                             .unit = unit,
                             .begun_ms = begun_ms,
                             .shown_ms = begun_ms,
                             .on_terminal = out->columns != 0,
                             .hushed = hushed};
}

static void format_rest(char out_text[WORDS_BYTES_MAX], uint64_t seconds)
{
    if (seconds >= 3600)
        (void)snprintf(out_text, WORDS_BYTES_MAX, _("%u h %02u min left"),
                       (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60));
    else
        (void)snprintf(out_text, WORDS_BYTES_MAX, _("%u:%02u left"), (unsigned)(seconds / 60),
                       (unsigned)(seconds % 60));
}

static void draw(const struct progress *progress, uint64_t done, uint64_t total, uint64_t spent_ms)
{
    struct pool pool = {0};
    char bar[BAR_COLUMNS + 1] = {0};
    char rest[WORDS_BYTES_MAX];
    uint64_t rate = done * 1000u / (spent_ms > 0 ? spent_ms : 1);
    size_t filled = (size_t)(done * BAR_COLUMNS / total);

    memset(bar, '#', filled);
    memset(bar + filled, '-', BAR_COLUMNS - filled);
    format_rest(rest, rate > 0 ? (total - done) / rate : 0);
    fprintf(progress->out->stream, "%s%s [%s] %3u %%  ", progress->on_terminal ? "\r\x1b[K" : "",
            progress->verb, bar, (unsigned)(done * 100u / total));
    if (progress->unit != NULL)
        fprintf(progress->out->stream, "%s %s  ", number_text(&pool, rate), progress->unit);
    fprintf(progress->out->stream, "%s%s", rest, progress->on_terminal ? "" : "\n");
    (void)fflush(progress->out->stream);
    pool_free(&pool);
}

void progress_step(void *context, uint64_t done, uint64_t total)
{
    struct progress *progress = context;
    uint64_t now = now_ms();
    uint64_t every = progress->on_terminal ? DRAW_EVERY_MS : LINE_EVERY_MS;

    if (progress->hushed || total == 0 || done > total)
        return;
    if (now - progress->shown_ms < every || now - progress->begun_ms < SHOWN_FROM_MS)
        return;
    draw(progress, done, total, now - progress->begun_ms);
    progress->shown_ms = now;
    progress->drawn = true;
}

void progress_end(struct progress *progress)
{
    if (progress->drawn && progress->on_terminal)
        fputs("\r\x1b[K", progress->out->stream);
    progress->drawn = false;
}
