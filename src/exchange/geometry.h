/*
 * Geometries on their way in and out.
 */
#ifndef BY_EXCHANGE_GEOMETRY_H
#define BY_EXCHANGE_GEOMETRY_H

#include "codec/value.h"

/* The same with its rings as RFC 7946 wants them, section 3.1.6: exterior ones counter-clockwise,
 * holes clockwise. What is no polygon, or none of a right form, is handed back as it is. Lives in
 * arena, or shared. BANYAN_ERR_MEMORY. */
BANYAN_MUST_CHECK enum banyan_status by_geometry_turn(const struct by_value *geometry,
                                                      struct by_arena *arena,
                                                      struct by_value *out_geometry);

#endif
