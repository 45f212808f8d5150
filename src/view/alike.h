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

#define BY_ALIKE_MAX            5u    /* records told */
#define BY_ALIKE_NAMES_MAX      16u   /* names of the new record that take part */
#define BY_ALIKE_NAME_BYTES_MAX 4096u /* folded */
#define BY_ALIKE_HUNDREDTHS     80u
#define BY_ALIKE_METRES         2000u
#define BY_ALIKE_SAME_METRES    200u
#define BY_ALIKE_APART_METRES   10000u

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
 *   by place  two records of the type rarely lie side by side, and the middles of this one and the
 *             new one lie within 2 km
 * Where the middles of both are known and more than 10 km apart, names make them no less two.
 */
BANYAN_MUST_CHECK enum banyan_status
by_view_alike(struct by_view *view, const struct by_view_alike *alike, struct by_buffer *out,
              struct banyan_error *error);

/*
 * The same for many new records of one type, without reading the view again for each: memory of
 * some 90 bytes for each record that is there. By name the same is found; by place only what lies
 * within 200 m, since neighbours are nothing to tell of a whole table.
 */
struct by_alike_index;
struct by_alike_found {
    struct by_record_name name;
    int similarity; /* hundredths; -1 = found by place alone */
    double metres;  /* negative = not known */
};
/* Reads what the records of a type are called, as the view stands. Borrows view and type. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_index_new(struct by_view *view, const struct by_type *type,
                   struct by_alike_index **out_index, struct banyan_error *error);
void by_alike_index_free(struct by_alike_index *index);
/* The record that is likest to the new one (its type is that of the index). BANYAN_ERR_NOT_FOUND.
 * Cost: names that share one of their rarest trigrams are compared, at most 64 of them. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_index_find(struct by_alike_index *index, const struct by_view_alike *alike,
                    struct by_alike_found *out_found, struct banyan_error *error);
/* What a record is called for people; in arena, "" where it went meanwhile. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_label(struct by_view *view, const struct by_record_name *name, struct by_arena *arena,
               const char **out_label, struct banyan_error *error);

#endif
