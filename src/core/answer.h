/*
 * What a writing call answers (include/banyan/record.h), and parts of results that many share.
 */
#ifndef BY_CORE_ANSWER_H
#define BY_CORE_ANSWER_H

#include "codec/json.h"
#include "core/node.h"
#include "log/links.h"

/* What was done to which record. */
struct by_outcome {
    struct by_record_name name;
    const char *word;  /* "added" ...; NULL = "unchanged": then no entry was written */
    bool was_proposed; /* unchanged, since it waits as a proposal: "proposed_already" */
    struct by_id entry;
};
/* Reads the record as it is now. */
BANYAN_MUST_CHECK enum banyan_status by_answer(struct by_node *node,
                                               const struct by_outcome *outcome,
                                               struct by_buffer *out, struct banyan_error *error);

/* {"id", "name"}; the name is "" where the organisation is not known. */
void by_json_organisation(struct by_json *json, const struct by_node *node,
                          const struct by_id *organisation);
/* The name of who wrote an operation; null where it is not said. */
void by_json_person(struct by_json *json, struct by_bytes person);
/* UTC text of a stamp; null for 0. */
void by_json_stamp(struct by_json *json, uint64_t hlc);
void by_json_ms(struct by_json *json, uint64_t unix_ms);
void by_json_short_id(struct by_json *json, const struct by_record_name *name);
/* Status of the writer, with words. */
BANYAN_MUST_CHECK enum banyan_status
by_json_done(const struct by_json *json, struct banyan_error *error);

/* Results of any size that memory holds. */
#define BY_RESULT_BYTES_MAX SIZE_MAX

#endif
