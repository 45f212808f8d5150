/*
 * Distances, areas and lengths on the globe: geodesics of WGS 84 (Karney 2013, Algorithms for
 * geodesics), by PROJ.
 */
#ifndef BY_RECORD_GLOBE_H
#define BY_RECORD_GLOBE_H

#include "codec/value.h"

/* The shortest way between two places, in metres; degrees. */
double
by_geodesic_metres(double longitude_a, double latitude_a, double longitude_b, double latitude_b);
/* The same, and in which direction it sets out: radians from north, clockwise. */
double by_geodesic_way(double longitude_a, double latitude_a, double longitude_b, double latitude_b,
                       double *out_azimuth);

/* Of a geometry of a right form, in square kilometres: holes do not count, points and lines have
 * none. */
double by_geodesic_area_km2(const struct by_value *geometry);
/* Of lines, in kilometres; of areas their borders, holes included. */
double by_geodesic_length_km(const struct by_value *geometry);
/* How many positions the largest of its polygons has. */
size_t by_geometry_vertices(const struct by_value *geometry);

#endif
