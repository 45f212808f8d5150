#include "exchange/geometry.h"

#include "record/field_value.h"

static double axis(const struct by_value *position, size_t at)
{
    const struct by_value *number = &position->array.items[at];

    return number->kind == BY_VALUE_INT ? (double)number->integer : number->real;
}

/* Twice the area within a ring; positive where it runs counter-clockwise. */
static double ring_area(const struct by_value *ring)
{
    double sum = 0;

    for (size_t i = 0; i + 1 < ring->array.count; i++) {
        const struct by_value *a = &ring->array.items[i], *b = &ring->array.items[i + 1];

        sum += axis(a, 0) * axis(b, 1) - axis(b, 0) * axis(a, 1);
    }
    return sum;
}

static enum banyan_status turn_ring(const struct by_value *ring, bool is_exterior,
                                    struct by_arena *arena, struct by_value *out_ring)
{
    double area = ring_area(ring);

    *out_ring = *ring;
    if (is_exterior ? area >= 0 : area <= 0)
        return BANYAN_OK;
    *out_ring = by_value_array(arena, ring->array.count);
    if (out_ring->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < ring->array.count; i++)
        out_ring->array.items[i] = ring->array.items[ring->array.count - 1 - i];
    return BANYAN_OK;
}

/* depth 1: a polygon, 2: several. */
static enum banyan_status turn_parts(const struct by_value *parts, unsigned depth,
                                     struct by_arena *arena, struct by_value *out_parts)
{
    enum banyan_status status = BANYAN_OK;

    *out_parts = by_value_array(arena, parts->array.count);
    if (out_parts->array.items == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < parts->array.count && status == BANYAN_OK; i++) {
        const struct by_value *part = &parts->array.items[i];
        struct by_value *turned = &out_parts->array.items[i];

        status = depth > 1 ? turn_parts(part, depth - 1, arena, turned)
                           : turn_ring(part, i == 0, arena, turned);
    }
    return status;
}

enum banyan_status by_geometry_turn(const struct by_value *geometry, struct by_arena *arena,
                                    struct by_value *out_geometry)
{
    struct by_bytes type, polygon = by_bytes_of_text("Polygon"),
                          several = by_bytes_of_text("MultiPolygon");
    struct by_value turned = by_value_map(arena, 2);
    enum banyan_status status = turned.map.pairs == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;

    *out_geometry = *geometry;
    if (status != BANYAN_OK || !by_field_value_is(BY_FIELD_GEOMETRY, geometry))
        return status;
    type = by_value_get(geometry, "type")->bytes;
    if (!by_bytes_equal(type, polygon) && !by_bytes_equal(type, several))
        return BANYAN_OK;
    turned.map.pairs[0].key = by_bytes_of_text("coordinates");
    turned.map.pairs[1].key = by_bytes_of_text("type");
    turned.map.pairs[1].value = by_value_text(type);
    status = turn_parts(by_value_get(geometry, "coordinates"),
                        by_bytes_equal(type, polygon) ? 1 : 2, arena, &turned.map.pairs[0].value);
    *out_geometry = turned;
    return status;
}
