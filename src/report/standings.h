/*
 * How far members are, as `status` tells it.
 */
#ifndef BY_REPORT_STANDINGS_H
#define BY_REPORT_STANDINGS_H

#include "live/standings.h"
#include "report/report.h"

/* Key and value "standings", in the shape of include/banyan/node.h. */
void by_json_standings(struct by_json *json, const struct by_node *node,
                       const struct by_standing_row *rows, size_t count,
                       const struct by_present *present, size_t present_count);

#endif
