/*
 * Which records of a type lie near a place, and how far one lies from it: between the middles of
 * the boxes around two geometries, along the globe.
 */
#ifndef BY_VIEW_ALIKE_PLACE_H
#define BY_VIEW_ALIKE_PLACE_H

#include "view/internal.h"

struct by_middle {
    double longitude, latitude;
};
/* The middle of what a geometry (of a right form) spans; false where it has no position. */
bool by_middle_of(const struct by_value *geometry, struct by_middle *out_middle);

/* Of one type. Borrows the view. */
struct by_alike_places {
    struct by_view *view;
    const struct by_table *table; /* NULL: records of the type may lie side by side, or nowhere */
    sqlite3_stmt *around, *place; /* prepared when first needed */
};
void by_alike_places_init(struct by_alike_places *places, struct by_view *view,
                          const struct by_type *type);
void by_alike_places_deinit(struct by_alike_places *places);

typedef void by_alike_near(void *context, const uint8_t name[48], double metres);
/* Call near for each record within a distance, in no order; for the first thousands of those whose
 * boxes are near. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_places_around(struct by_alike_places *places, const struct by_middle *middle,
                       double metres_max, by_alike_near *near, void *context,
                       struct banyan_error *error);
/* How far a record lies from there; negative where it is not known. */
BANYAN_MUST_CHECK enum banyan_status
by_alike_places_distance(struct by_alike_places *places, const struct by_middle *middle,
                         int64_t fid, double *out_metres, struct banyan_error *error);

#endif
