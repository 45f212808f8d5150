#include "record/globe.h"

#include <geodesic.h>
#include <math.h>

#define WGS84_A           6378137.0
#define WGS84_F           (1 / 298.257223563)
#define DEGREES_TO_RADIAN 0.017453292519943295

struct sums {
    struct geod_geodesic globe;
    double area, length; /* square metres, metres */
    size_t vertices;     /* of the largest polygon */
};

double by_geodesic_way(double longitude_a, double latitude_a, double longitude_b, double latitude_b,
                       double *out_azimuth)
{
    struct geod_geodesic globe;
    double metres = 0, degrees = 0;

    geod_init(&globe, WGS84_A, WGS84_F);
    geod_inverse(&globe, latitude_a, longitude_a, latitude_b, longitude_b, &metres, &degrees, NULL);
    *out_azimuth = degrees * DEGREES_TO_RADIAN;
    return metres;
}

double
by_geodesic_metres(double longitude_a, double latitude_a, double longitude_b, double latitude_b)
{
    double ignored = 0;

    return by_geodesic_way(longitude_a, latitude_a, longitude_b, latitude_b, &ignored);
}

static double number_of(const struct by_value *value)
{
    return value->kind == BY_VALUE_INT ? (double)value->integer : value->real;
}

static void add_ring(struct sums *sums, const struct by_value *ring, bool is_line, double sign)
{
    struct geod_polygon polygon;
    double area = 0, length = 0;

    geod_polygon_init(&polygon, is_line);
    for (size_t i = 0; i < ring->array.count; i++) {
        const struct by_value *position = &ring->array.items[i];

        /* A ring ends with its first position, which is added by itself. */
        if (is_line || i + 1 < ring->array.count)
            geod_polygon_addpoint(&sums->globe, &polygon, number_of(&position->array.items[1]),
                                  number_of(&position->array.items[0]));
    }
    geod_polygon_compute(&sums->globe, &polygon, 0, 1, is_line ? NULL : &area, &length);
    sums->area += sign * fabs(area);
    sums->length += length;
}

static void add_polygon(struct sums *sums, const struct by_value *polygon)
{
    size_t vertices = 0;

    for (size_t i = 0; i < polygon->array.count; i++) {
        add_ring(sums, &polygon->array.items[i], false, i == 0 ? 1 : -1);
        vertices += polygon->array.items[i].array.count;
    }
    sums->vertices = vertices > sums->vertices ? vertices : sums->vertices;
}

static struct sums measure(const struct by_value *geometry)
{
    struct by_bytes type = by_value_get(geometry, "type")->bytes;
    const struct by_value *coordinates = by_value_get(geometry, "coordinates");
    struct sums sums = {.area = 0};

    geod_init(&sums.globe, WGS84_A, WGS84_F);
    if (by_bytes_equal(type, by_bytes_of_text("LineString")))
        add_ring(&sums, coordinates, true, 0);
    if (by_bytes_equal(type, by_bytes_of_text("MultiLineString")))
        for (size_t i = 0; i < coordinates->array.count; i++)
            add_ring(&sums, &coordinates->array.items[i], true, 0);
    if (by_bytes_equal(type, by_bytes_of_text("Polygon")))
        add_polygon(&sums, coordinates);
    if (by_bytes_equal(type, by_bytes_of_text("MultiPolygon")))
        for (size_t i = 0; i < coordinates->array.count; i++)
            add_polygon(&sums, &coordinates->array.items[i]);
    return sums;
}

double by_geodesic_area_km2(const struct by_value *geometry)
{
    return measure(geometry).area / 1e6;
}

double by_geodesic_length_km(const struct by_value *geometry)
{
    return measure(geometry).length / 1e3;
}

size_t by_geometry_vertices(const struct by_value *geometry)
{
    return measure(geometry).vertices;
}
