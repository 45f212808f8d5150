/*
 * Finding a record by what it is called, and records that may be the same as a new one.
 */
#ifndef BY_VIEW_ALIKE_H
#define BY_VIEW_ALIKE_H

#include "view/view.h"

/*
 * The record of a type (NULL = of any) that is called text, folded: by its name in any language, or
 * by a text field such as an acronym or a code. BANYAN_ERR_NOT_FOUND; BANYAN_ERR_INVALID when
 * several are, words list some.
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_find_called(struct by_view *view, const char *type, struct by_bytes text,
                    struct by_record_name *out_name, struct banyan_error *error);

/* The type of a record that by_view_find gave: in arena. BANYAN_ERR_NOT_FOUND. */
BANYAN_MUST_CHECK enum banyan_status
by_view_type_of(struct by_view *view, const struct by_record_name *name, struct by_arena *arena,
                const char **out_type, struct banyan_error *error);

#define BY_ALIKE_MAX        5u  /* records told */
#define BY_ALIKE_NAMES_MAX  16u /* names of the new record that take part */
#define BY_ALIKE_HUNDREDTHS 80u
#define BY_ALIKE_METRES     2000u

struct by_view_alike {
    const struct by_type *type;
    const struct by_bytes *names; /* what the new record is called, in its languages */
    size_t name_count;
    const struct by_value *geometry; /* where it is; NULL = not said */
};
/*
 * Append records that the new one may be, the likest first: {"alike": [{"id", "type", "label",
 * "owner": {"id", "name"}, "similarity": hundredths or null, "metres": n or null}]}.
 *   by name   the type is called by a text, and that is the same folded or shares 80 % of its
 *             trigrams; of those that share the beginning of a word, the first 5,000
 *   by place  two records of the type rarely lie side by side, and this one lies within 2 km
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_alike(struct by_view *view, const struct by_view_alike *alike, struct by_buffer *out,
              struct banyan_error *error);

#endif
