/*
 * Places as XLSForm questions answer them: "lat lon altitude accuracy", and of lines and areas
 * several of these with ";" between.
 */
#ifndef BY_EXCHANGE_FORM_PLACE_H
#define BY_EXCHANGE_FORM_PLACE_H

#include "base/arena.h"

/* As the field reads it: a point "lat lon", else GeoJSON, a polygon where it ends as it begins.
 * What is no such text is handed back as it is. NULL where memory ran out. */
const char *by_form_place(struct by_bytes cell, struct by_arena *arena);

#endif
