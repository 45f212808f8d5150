/*
 * What makes the view a GeoPackage 1.3 (OGC 12-128r17): base tables, the rows that declare the
 * layers, R-trees with the triggers of extension gpkg_rtree_index.
 */
#ifndef BY_VIEW_GPKG_H
#define BY_VIEW_GPKG_H

#include "view/schema.h"

#define BY_GPKG_APPLICATION_ID 0x47504B47
#define BY_GPKG_USER_VERSION   10300
/* Of a layer without records: gpkg_contents wants a time. */
#define BY_GPKG_LAST_CHANGE_NONE "1970-01-01T00:00:00.000Z"

/* Everything to be run once the type tables are there. */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_sql(const struct by_schema *schema, struct by_buffer *out);
/* The part of it that is the same whatever the types. */
BANYAN_MUST_CHECK enum banyan_status by_gpkg_shared_sql(struct by_buffer *out);
/* Append the tables that hold titles of columns (extension gpkg_schema). */
BANYAN_MUST_CHECK enum banyan_status by_gpkg_titles_sql(struct by_buffer *out);
/* Append what declares a layer's geometry and makes its R-tree; of table only the names are asked.
 */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_layer_sql(const struct by_table *table, struct by_buffer *out);
/* Append the quoted name of a layer's R-tree, or of one of the tables that it is kept in: part is
 * "node", "rowid" or "parent", else NULL. */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_rtree_name(const struct by_table *table, const char *part, struct by_buffer *out);

#endif
