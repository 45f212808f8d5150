/*
 * The part of a list's SQL that asks where records are.
 */
#ifndef BY_VIEW_LIST_PLACE_H
#define BY_VIEW_LIST_PLACE_H

#include "view/filter.h"

/* What of a list is about places, read. */
struct by_list_place {
    const struct by_view_list *list;
    double longitude, latitude; /* of near, or of holding */
    int64_t area_fid;           /* of the record that in names */
    const struct by_table *area_table;
};
/* select->table is the type's. BANYAN_ERR_USAGE, _INVALID, _NOT_FOUND with words. */
BANYAN_MUST_CHECK enum banyan_status by_list_place_read(const struct by_select *select,
                                                        const struct by_view_list *list,
                                                        struct by_list_place *out_place);
/* Append conditions to select->sql, each " AND ...". */
BANYAN_MUST_CHECK enum banyan_status
by_list_place_where(const struct by_select *select, const struct by_list_place *place);
/* Append the distance from near, as an expression. */
BANYAN_MUST_CHECK enum banyan_status
by_list_place_metres(const struct by_select *select, const struct by_list_place *place);

#endif
