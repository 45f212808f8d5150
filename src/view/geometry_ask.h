/*
 * What is asked of the geometries of a GeoPackage: whether an area holds a place, and how far away
 * one lies. Blobs come from a file and may be anything: what is no geometry holds nothing, and is
 * nowhere.
 */
#ifndef BY_VIEW_GEOMETRY_ASK_H
#define BY_VIEW_GEOMETRY_ASK_H

#include "base/bytes.h"

/*
 * Whether a place (degrees) lies in a polygon of the geometry, and in none of its holes. Edges are
 * straight in degrees (RFC 7946, section 3.1.1); one that leaps over more than half the world runs
 * over the date line instead. Cost: that of its positions.
 */
bool by_geometry_holds(struct by_bytes blob, double longitude, double latitude);

/* Metres from a place to the nearest point of the geometry, 0 within an area; negative where the
 * blob has no position. Along geodesics to positions; between two of them as in the plane around
 * the place in which directions and distances from it are right. */
double by_geometry_metres(struct by_bytes blob, double longitude, double latitude);

#endif
