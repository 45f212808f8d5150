/*
 * Conditions that people write as field=value, to SQL over a type's table.
 */
#ifndef BY_VIEW_FILTER_H
#define BY_VIEW_FILTER_H

#include "view/internal.h"

/* SQL text under construction. Values stand in it as literals: texts in quotes that hold no NUL. */
struct by_select {
    struct by_view *view;
    const struct by_table *table; /* NULL: over table record */
    struct by_buffer *sql;
    struct banyan_error *error;
};

/* Columns of table record that lists over it may name, in the order of display. */
extern const char *const by_record_columns[];
#define BY_RECORD_COLUMN_COUNT 7

/* Append " AND (...)" for "field=value"; "field=" finds records without a value. Texts are compared
 * folded, and in every language; codes exactly; quantities as "12 ha" or by number; references by
 * id. BANYAN_ERR_USAGE for another form, BANYAN_ERR_INVALID for a field that the type has not. */
BANYAN_MUST_CHECK enum banyan_status
by_filter_append(const struct by_select *select, const char *filter);
/* The column that a name means; NULL with words (near names) set. */
const struct by_column *by_filter_column(const struct by_select *select, struct by_bytes name);
/* Same over table record. */
const char *by_filter_record_column(const struct by_select *select, struct by_bytes name);

/* Append 'text' as an SQL literal. */
BANYAN_MUST_CHECK enum banyan_status by_sql_literal(struct by_bytes text, struct by_buffer *out);

#endif
