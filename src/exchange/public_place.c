/*
 * Places, rounded.
 */
#include <math.h>
#include <string.h>

#include "exchange/public.h"

struct rounding {
    double scale;
    struct by_arena *arena;
};

static double number_of(const struct by_value *value)
{
    return value->kind == BY_VALUE_INT ? (double)value->integer : value->real;
}

static struct by_value round_number(const struct rounding *rounding, const struct by_value *value)
{
    return by_value_real(round(number_of(value) * rounding->scale) / rounding->scale + 0.0);
}

/* items NULL where memory ran out. */
static struct by_value
round_position(const struct rounding *rounding, const struct by_value *position)
{
    struct by_value rounded = by_value_array(rounding->arena, 2);

    for (size_t i = 0; rounded.array.items != NULL && i < 2; i++)
        rounded.array.items[i] = round_number(rounding, &position->array.items[i]);
    return rounded;
}

/* Positions that fell on the one before are left out. */
static enum banyan_status
round_line(const struct rounding *rounding, const struct by_value *line, struct by_value *out_line)
{
    size_t kept = 0;

    *out_line = by_value_array(rounding->arena, line->array.count);
    if (out_line->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < line->array.count; i++) {
        struct by_value position = round_position(rounding, &line->array.items[i]);

        if (position.array.items == NULL)
            return BANYAN_ERR_MEMORY;
        if (kept == 0 || !by_value_equal(&out_line->array.items[kept - 1], &position))
            out_line->array.items[kept++] = position;
    }
    out_line->array.count = kept;
    return BANYAN_OK;
}

/* depth: arrays around positions, 1 for a line. Parts with fewer than least positions fold up and
 * are left out; of a polygon, with its first ring all of it. */
static enum banyan_status round_parts(const struct rounding *rounding, const struct by_value *parts,
                                      unsigned depth, size_t least, struct by_value *out_parts)
{
    size_t kept = 0;
    enum banyan_status status = BANYAN_OK;

    if (depth == 1) {
        status = round_line(rounding, parts, out_parts);
        if (status == BANYAN_OK && out_parts->array.count < least)
            out_parts->array.count = 0;
        return status;
    }
    *out_parts = by_value_array(rounding->arena, parts->array.count);
    if (out_parts->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < parts->array.count && status == BANYAN_OK; i++) {
        struct by_value *part = &out_parts->array.items[kept];

        status = round_parts(rounding, &parts->array.items[i], depth - 1, least, part);
        kept += status == BANYAN_OK && part->array.count > 0;
        if (kept == 0 && depth == 2 && least == 4)
            break;
    }
    out_parts->array.count = kept;
    return status;
}

/* -- what folds up -- */

static struct by_value middle(const struct rounding *rounding, const struct by_value *geometry)
{
    struct by_place_box box = by_place_box_none();
    struct by_value pair[2];
    struct by_value position = {.kind = BY_VALUE_ARRAY, .array = {.items = pair, .count = 2}};

    by_place_box_widen(&box, geometry);
    for (size_t i = 0; i < 2; i++)
        pair[i] = by_value_real((box.least[i] + box.most[i]) / 2);
    return round_position(rounding, &position);
}

static enum banyan_status make(const char *type, struct by_value coordinates,
                               struct by_arena *arena, struct by_value *out_geometry)
{
    *out_geometry = by_value_map(arena, 2);
    if (out_geometry->map.pairs == NULL || coordinates.array.items == NULL)
        return BANYAN_ERR_MEMORY;
    out_geometry->map.pairs[0] = (struct by_pair){by_bytes_of_text("coordinates"), coordinates};
    out_geometry->map.pairs[1] = (struct by_pair){by_bytes_of_text("type"), by_value_literal(type)};
    return BANYAN_OK;
}

enum banyan_status by_geometry_round(const struct by_value *geometry, int decimals,
                                     struct by_arena *arena, struct by_value *out_geometry)
{
    static const struct {
        const char *name;
        unsigned depth;
        size_t least;
    } shapes[] = {{"MultiPoint", 1, 1},
                  {"LineString", 1, 2},
                  {"MultiLineString", 2, 2},
                  {"Polygon", 2, 4},
                  {"MultiPolygon", 3, 4}};
    const struct rounding rounding = {.scale = pow(10, decimals), .arena = arena};
    const struct by_value *coordinates = by_value_get(geometry, "coordinates");
    struct by_bytes type = by_value_get(geometry, "type")->bytes;
    struct by_value rounded;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (!by_bytes_equal(type, by_bytes_of_text(shapes[i].name)))
            continue;
        status = round_parts(&rounding, coordinates, shapes[i].depth, shapes[i].least, &rounded);
        if (status != BANYAN_OK)
            return status;
        return rounded.array.count > 0
                   ? make(shapes[i].name, rounded, arena, out_geometry)
                   : make("Point", middle(&rounding, geometry), arena, out_geometry);
    }
    return make("Point", round_position(&rounding, coordinates), arena, out_geometry);
}
