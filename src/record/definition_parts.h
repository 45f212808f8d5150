/*
 * What readers of definitions share. Only definition_*.c include this.
 */
#ifndef BY_RECORD_DEFINITION_PARTS_H
#define BY_RECORD_DEFINITION_PARTS_H

#include "record/definition.h"

/* A place in a definition at work, and how a broken rule is told. */
struct by_defining {
    struct by_arena *arena;
    struct banyan_error *error;
    const char *what;     /* "type" or "list" */
    struct by_bytes name; /* of it */
    const char *part;     /* "field" or "code"; NULL outside of one */
    struct by_bytes part_name;
};

/* BANYAN_ERR_INVALID: "type site, field area: " and the words. */
enum banyan_status by_defining_fail(const struct by_defining *defining, const char *format, ...)
    BANYAN_FORMAT(2, 3);
/* Keys that are not among those, which end in NULL, break a rule. The value is a map. */
BANYAN_MUST_CHECK enum banyan_status by_defining_keys(const struct by_defining *defining,
                                                      const struct by_value *map,
                                                      const char *const *keys);
/* A text on one line that says something, of at most BY_DEFINITION_TEXT_BYTES_MAX. */
BANYAN_MUST_CHECK enum banyan_status by_defining_text(const struct by_defining *defining,
                                                      const char *key, const struct by_value *value,
                                                      const char **out_text);
/* An array of such; none where value is NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_defining_texts(const struct by_defining *defining, const char *key, const struct by_value *value,
                  const char *const **out_texts, size_t *out_count);
/* "label": a text in English, or a map language -> text. */
BANYAN_MUST_CHECK enum banyan_status
by_defining_labels(const struct by_defining *defining, const struct by_value *value,
                   const struct by_label **out_labels, size_t *out_count);
/* false where it is not there. */
BANYAN_MUST_CHECK enum banyan_status by_defining_flag(const struct by_defining *defining,
                                                      const struct by_value *map, const char *key,
                                                      bool *out_flag);

#endif
