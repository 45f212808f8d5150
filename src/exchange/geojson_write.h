/*
 * Records as a GeoJSON feature collection (RFC 7946).
 */
#ifndef BY_EXCHANGE_GEOJSON_WRITE_H
#define BY_EXCHANGE_GEOJSON_WRITE_H

#include "exchange/exported.h"

#define BY_GEOJSON_BEGIN "{\"type\":\"FeatureCollection\",\"features\":["
#define BY_GEOJSON_END   "\n]}\n"

/*
 * Append a feature, a line by itself; before all but the first a comma. Its id is the short id, its
 * geometry the record's field "geometry" or null, with rings as section 3.1.6 wants them
 * (exterior ones counter-clockwise). Properties are flat, as columns of tables are: "name.vi",
 * "area" and "area_unit"; numbers are numbers, lists arrays of texts, references short ids; what
 * belongs to none of the record's fields begins with "banyan: ".
 */
BANYAN_MUST_CHECK enum banyan_status by_geojson_feature(const struct by_exported *record,
                                                        bool is_first, struct by_arena *arena,
                                                        struct by_buffer *out);

#endif
