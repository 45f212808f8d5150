/*
 * A node that runs: listens, dials, tells the LAN, says what happens (include/banyan/run.h).
 */
#ifndef BY_NET_RUN_H
#define BY_NET_RUN_H

#include "banyan/run.h"

struct by_runner;

BANYAN_MUST_CHECK enum banyan_status
by_runner_open(const char *home, const struct banyan_run_options *options,
               struct by_runner **out_runner, struct banyan_error *error);
void by_runner_run(struct by_runner *runner);
void by_runner_stop(struct by_runner *runner);
void by_runner_close(struct by_runner *runner);

#endif
