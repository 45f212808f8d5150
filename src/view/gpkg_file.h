/*
 * Writing a GeoPackage 1.3 (OGC 12-128r17): a file of its own with a layer for each kind of record,
 * in one transaction. Titles of columns are those of the extension gpkg_schema, boxes those of
 * gpkg_rtree_index.
 */
#ifndef BY_VIEW_GPKG_FILE_H
#define BY_VIEW_GPKG_FILE_H

#include "base/error.h"
#include "codec/value.h"

struct by_gpkg_column {
    const char *name;  /* one that is taken already, but for case, gets "_" behind it */
    const char *type;  /* TEXT, DOUBLE, INTEGER or BOOLEAN */
    const char *title; /* for people */
};
struct by_gpkg_layer {
    const char *name;  /* of the table; the names that the standard keeps get "banyan_" before */
    const char *title; /* for people; one that is taken already is left out */
    const struct by_gpkg_column *columns;
    size_t column_count; /* at most BY_GPKG_COLUMNS_MAX */
    bool has_places;     /* a column geometry, and a layer of features */
};
#define BY_GPKG_COLUMNS_MAX 1900u

struct by_gpkg_file;
/* Makes it in an empty or new file. BANYAN_ERR_DISK. */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_file_new(const char *path, struct by_gpkg_file **out_file, struct banyan_error *error);
/* End the layer before, and begin one. BANYAN_ERR_TOO_LARGE for too many columns. */
BANYAN_MUST_CHECK enum banyan_status by_gpkg_file_layer(struct by_gpkg_file *file,
                                                        const struct by_gpkg_layer *layer,
                                                        struct banyan_error *error);
/* The next cell of the row that is being made, as text that takes the type of its column; NULL in
 * a cell that has no data. Borrowed until the row is ended. */
void by_gpkg_file_cell(struct by_gpkg_file *file, struct by_bytes text);
/* place: a GeoJSON geometry, or NULL. changed: UTC as text, of which the layer tells the last. */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_file_row(struct by_gpkg_file *file, const struct by_value *place, struct by_bytes changed,
                 struct banyan_error *error);
/* Finish it; file is gone, whatever comes back. */
BANYAN_MUST_CHECK enum banyan_status
by_gpkg_file_close(struct by_gpkg_file *file, struct banyan_error *error);
/* Give it up. NULL is fine. What was written stays in the file at path. */
void by_gpkg_file_drop(struct by_gpkg_file *file);

#endif
