/*
 * What a bundle brings, learnt from reading it once without changing anything.
 */
#ifndef BY_BUNDLE_CHECK_H
#define BY_BUNDLE_CHECK_H

#include "bundle/read.h"
#include "codec/json.h"
#include "core/acts.h"

/* Entries of one log that follow each other. */
struct by_bundle_stretch {
    struct by_log_id log;
    bool is_act_log;
    uint64_t first_seq;
    uint64_t last_seq;
};

/* Starts zeroed; free with by_bundle_contents_deinit. */
struct by_bundle_contents {
    struct by_bundle_seen seen;
    struct by_act_list acts;
    uint64_t act_count;
    uint64_t entry_count; /* of record logs */
    struct by_bundle_stretch *stretches;
    size_t stretch_count;
    size_t stretch_capacity;
};
void by_bundle_contents_deinit(struct by_bundle_contents *contents);

/* Every block's seal is verified. Statuses as of by_bundle_read. */
BANYAN_MUST_CHECK enum banyan_status
by_bundle_contents_read(struct by_bundle_contents *contents, const struct by_node *node,
                        struct by_os_input *input, struct banyan_error *error);

/* The organisation whose device made the bundle, as the charter says, else as the bundle's own join
 * does. Zero and empty when neither knows. name borrows from either. */
struct by_bundle_maker {
    struct by_id organisation;
    struct by_bytes name;
};
struct by_bundle_maker
by_bundle_contents_maker(struct by_bundle_contents *contents, const struct by_charter *charter);

/* Begin an object with "path", "made" and "by", and leave it open. */
void by_bundle_contents_begin(struct by_json *json, const struct by_bundle_contents *contents,
                              const char *path, const struct by_bundle_maker *maker);

#endif
