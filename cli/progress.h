/*
 * How far long work has come: a bar with rate and remaining time on a terminal, a plain line now
 * and then elsewhere, nothing for short work.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "output.h"

struct progress {
    const struct output *out;
    const char *verb; /* "Checking" */
    const char *unit; /* "entries/s"; NULL: no rate is told */
    uint64_t begun_ms, shown_ms;
    bool on_terminal, drawn, hushed;
};

struct progress
progress_begin(const struct output *out, const char *verb, const char *unit, bool hushed);
/* A banyan_progress: context is the struct progress. */
void progress_step(void *context, uint64_t done, uint64_t total);
/* Clear the bar. */
void progress_end(struct progress *progress);

#endif
