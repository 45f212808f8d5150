/*
 * The tables of the view: one per type of the network with typed columns, and those that all types
 * share.
 */
#ifndef BY_VIEW_SCHEMA_H
#define BY_VIEW_SCHEMA_H

#include "record/registry.h"

/* What of a field, or of the record itself, a column holds. */
enum by_column_part {
    BY_COLUMN_FID,       /* by_view_fid of the record's name */
    BY_COLUMN_ID,        /* short id */
    BY_COLUMN_LABEL,     /* the name shown for the record */
    BY_COLUMN_OWNER,     /* organisation, hex */
    BY_COLUMN_CREATED,   /* UTC text */
    BY_COLUMN_CHANGED,   /* UTC text */
    BY_COLUMN_CONFLICTS, /* how many fields are in conflict */
    BY_COLUMN_VALUE,     /* the field's value, or its number */
    BY_COLUMN_UNIT,      /* of a quantity */
    BY_COLUMN_CURRENCY,  /* of money */
    BY_COLUMN_DATE,      /* of money */
    BY_COLUMN_REF_FID    /* fid of the record that a REF names, for joins */
};
struct by_column {
    const char *name; /* in its table; unique, and never that of the record's own columns */
    const char *sql_type;
    enum by_column_part part;
    const struct by_field *field; /* NULL for parts of the record itself */
};
struct by_table {
    const struct by_type *type; /* the table has its name */
    struct by_column *columns;
    size_t column_count;
    const struct by_column *geometry; /* the layer's geometry, NULL in a table without one */
    size_t own_count;                 /* columns of the record itself stand first */
    const struct by_column **fields;  /* the first column of each field, by the field's name */
    size_t field_count;
};
struct by_schema {
    struct by_arena arena;
    struct by_table *tables; /* in the order of the types */
    size_t table_count;
};

/* registry: whose types get tables, and must outlive the schema; NULL: the shipped ones. */
BANYAN_MUST_CHECK enum banyan_status
by_schema_init(struct by_schema *schema, const struct by_registry *registry);
void by_schema_deinit(struct by_schema *schema);
/* NULL for a type that has no table: such records are in table record only. */
const struct by_table *by_schema_find(const struct by_schema *schema, struct by_bytes type);
/* NULL when there is none. A field's name finds its first column. */
const struct by_column *by_table_column(const struct by_table *table, struct by_bytes name);
const struct by_field *by_table_field(const struct by_table *table, struct by_bytes name);
/* Of table->fields the first of that name, others of it behind; field_count when there is none. */
size_t by_table_find_field(const struct by_table *table, struct by_bytes name);

/* Append an SQL identifier in quotes. */
BANYAN_MUST_CHECK enum banyan_status by_sql_name(const char *name, struct by_buffer *out);

/* Every CREATE of the view's own tables, guards included (gpkg.h has those of the standard). */
BANYAN_MUST_CHECK enum banyan_status
by_schema_sql(const struct by_schema *schema, struct by_buffer *out);
/* The part of it that is the same whatever the types. */
BANYAN_MUST_CHECK enum banyan_status by_schema_shared_sql(struct by_buffer *out);

#endif
