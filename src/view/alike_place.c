#include "view/alike_place.h"

#include <math.h>
#include <string.h>

#include "codec/json.h"
#include "record/globe.h"
#include "view/geometry.h"
#include "view/gpkg.h"

#define ROWS_MAX          5000
#define SQL_BYTES_MAX     4096u
#define METRES_PER_DEGREE 110500.0 /* the least that a degree of latitude has */
#define DEGREES_TO_RADIAN 0.017453292519943295
#define ROUND             360.0

bool by_middle_of(const struct by_value *geometry, struct by_middle *out_middle)
{
    struct by_buffer blob = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    struct by_envelope box = {.is_empty = true};
    enum banyan_status status = by_geometry_blob(geometry, &blob, &box);

    by_buffer_deinit(&blob);
    if (status != BANYAN_OK || box.is_empty)
        return false;
    out_middle->longitude = (box.min_x + box.max_x) / 2;
    out_middle->latitude = (box.min_y + box.max_y) / 2;
    return true;
}

void by_alike_places_init(struct by_alike_places *places, struct by_view *view,
                          const struct by_type *type)
{
    const struct by_table *table =
        by_schema_find(&view->shape.schema, by_bytes_of_text(type->name));

    *places = (struct by_alike_places){.view = view};
    if (type->is_place && table != NULL && table->geometry != NULL)
        places->table = table;
}

void by_alike_places_deinit(struct by_alike_places *places)
{
    sqlite3_finalize(places->around);
    sqlite3_finalize(places->place);
    places->around = places->place = NULL;
}

/* Placeholders of the templates: @t table, @c its geometry, @r its R-tree, each as SQL wants it. */
static enum banyan_status
fill_in(const char *template, const struct by_table *table, struct by_buffer *out)
{
    enum banyan_status status = BANYAN_OK;

    for (const char *at = template; *at != 0 && status == BANYAN_OK; at++) {
        if (*at != '@') {
            status = by_buffer_append_u8(out, (uint8_t)*at);
            continue;
        }
        at++;
        status = *at == 'r'   ? by_gpkg_rtree_name(table, NULL, out)
                 : *at == 't' ? by_sql_name(table->type->name, out)
                              : by_sql_name(table->geometry->name, out);
    }
    return status == BANYAN_OK ? by_buffer_append_u8(out, 0) : status;
}

static enum banyan_status prepare(struct by_alike_places *places, const char *template,
                                  sqlite3_stmt **slot, struct banyan_error *error)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (*slot == NULL)
        status = fill_in(template, places->table, &sql);
    if (status == BANYAN_OK)
        (void)by_view_prepare(places->view, (const char *)sql.data, slot);
    by_buffer_deinit(&sql);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, status);
}

/* Negative where the blob says nothing. */
static double metres_to(const struct by_middle *from, struct by_bytes blob)
{
    struct by_envelope box;

    if (!by_geometry_blob_box(blob, &box))
        return -1;
    return by_geodesic_metres(from->longitude, from->latitude, (box.min_x + box.max_x) / 2,
                              (box.min_y + box.max_y) / 2);
}

/* A circle lies within so many degrees of longitude: near the poles within all. */
static double longitude_reach(double latitude, double latitude_reach)
{
    double farthest = fabs(latitude) + latitude_reach;

    return farthest < 89 ? latitude_reach / cos(farthest * DEGREES_TO_RADIAN) : ROUND;
}

struct around {
    struct by_alike_places *places;
    struct by_middle middle;
    double metres_max;
    by_alike_near *near;
    void *context;
    struct banyan_error *error;
};

/* Boxes stand where their degrees say; a circle over the date line is looked for on both sides. */
static enum banyan_status look(const struct around *around, double shift)
{
    sqlite3_stmt *statement = around->places->around;
    double y = around->metres_max / METRES_PER_DEGREE;
    double x = longitude_reach(around->middle.latitude, y);
    enum banyan_status status = BANYAN_OK;

    if (around->middle.longitude + shift - x > 180 || around->middle.longitude + shift + x < -180)
        return BANYAN_OK;
    (void)sqlite3_reset(statement);
    (void)sqlite3_bind_double(statement, 1, around->middle.longitude + shift - x);
    (void)sqlite3_bind_double(statement, 2, around->middle.longitude + shift + x);
    (void)sqlite3_bind_double(statement, 3, around->middle.latitude - y);
    (void)sqlite3_bind_double(statement, 4, around->middle.latitude + y);
    (void)sqlite3_bind_text(statement, 5, around->places->table->type->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(statement, 6, ROWS_MAX);
    while ((status = by_view_row(around->places->view, statement, around->error)) == BANYAN_OK) {
        struct by_bytes name = by_column_blob(statement, 0);
        double metres = metres_to(&around->middle, by_column_blob(statement, 1));

        if (name.size == 48 && metres >= 0 && metres <= around->metres_max)
            around->near(around->context, name.data, metres);
    }
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

enum banyan_status by_alike_places_around(struct by_alike_places *places,
                                          const struct by_middle *middle, double metres_max,
                                          by_alike_near *near, void *context,
                                          struct banyan_error *error)
{
    const struct around around = {places, *middle, metres_max, near, context, error};
    enum banyan_status status = BANYAN_OK;

    if (places->table == NULL)
        return BANYAN_OK;
    status = prepare(
        places,
        /* in this order: the boxes first, of which few are near */
        "SELECT r.name, t.@c FROM @r b CROSS JOIN @t t ON t.fid = b.id"
        " CROSS JOIN record r ON r.fid = b.id AND +r.type = ?5 WHERE b.maxx >= ?1 AND b.minx <= ?2"
        " AND b.maxy >= ?3 AND b.miny <= ?4 LIMIT ?6",
        &places->around, error);
    for (int round = -1; round <= 1 && status == BANYAN_OK; round++)
        status = look(&around, round * ROUND);
    return status;
}

enum banyan_status by_alike_places_distance(struct by_alike_places *places,
                                            const struct by_middle *middle, int64_t fid,
                                            double *out_metres, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    *out_metres = -1;
    if (places->table == NULL)
        return BANYAN_OK;
    status = prepare(places, "SELECT @c FROM @t WHERE fid = ?1", &places->place, error);
    if (status != BANYAN_OK)
        return status;
    by_bind_int(places->place, 1, fid);
    status = by_view_row(places->view, places->place, error);
    if (status == BANYAN_OK)
        *out_metres = metres_to(middle, by_column_blob(places->place, 0));
    (void)sqlite3_reset(places->place);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}
