/*
 * GeoJSON geometry to the binary geometry of GeoPackage 1.3 (section 2.1.3): header with envelope,
 * then ISO WKB, all little-endian. Equal geometries give equal bytes.
 */
#ifndef BY_VIEW_GEOMETRY_H
#define BY_VIEW_GEOMETRY_H

#include "codec/value.h"

/* The box around all positions; meaningless when is_empty. */
struct by_envelope {
    double min_x, max_x, min_y, max_y;
    bool is_empty;
};

/* WGS 84, the one reference system of GeoJSON. */
#define BY_GEOMETRY_SRS 4326

/* Collections inside collections, at most. */
#define BY_GEOMETRY_DEPTH_MAX 8u

/*
 * Append the blob of a geometry. It has heights (Z) when every position has one. A geometry without
 * any position is written as empty, without envelope. BANYAN_ERR_INVALID for what is no GeoJSON
 * geometry: an unknown type, a Point without position, a number that is none; out is then as it
 * was.
 */
BANYAN_MUST_CHECK enum banyan_status by_geometry_blob(const struct by_value *geojson,
                                                      struct by_buffer *out,
                                                      struct by_envelope *out_envelope);

/* The box that stands in such a blob; false where it has none, or the bytes are no blob of ours. */
bool by_geometry_blob_box(struct by_bytes blob, struct by_envelope *out_envelope);

#endif
