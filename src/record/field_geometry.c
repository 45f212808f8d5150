/*
 * Geometry: GeoJSON geometries (RFC 7946) as files hold them; field_point.c reads points.
 */
#include "base/error.h"
#include "base/limits.h"
#include "codec/json.h"
#include "record/field_parts.h"

/* ---- form -------------------------------------------------------------------------------- */

/* The types that are kept, and how deep their coordinates lie above positions. */
struct shape {
    const char *name;
    unsigned depth;       /* arrays around positions */
    size_t positions_min; /* in the innermost array */
    bool is_ring;
    struct by_label labels[3];
};
static const struct shape shapes[] = {
    {"Point", 0, 1, false, {{"en", "Point"}, {"vi", "Điểm"}, {"ru", "Точка"}}},
    {"MultiPoint", 1, 1, false, {{"en", "MultiPoint"}, {"vi", "Nhiều điểm"}, {"ru", "Точки"}}},
    {"LineString", 1, 2, false, {{"en", "LineString"}, {"vi", "Đường"}, {"ru", "Линия"}}},
    {"MultiLineString",
     2,
     2,
     false,
     {{"en", "MultiLineString"}, {"vi", "Nhiều đường"}, {"ru", "Линии"}}},
    {"Polygon", 2, 4, true, {{"en", "Polygon"}, {"vi", "Vùng"}, {"ru", "Контур"}}},
    {"MultiPolygon", 3, 4, true, {{"en", "MultiPolygon"}, {"vi", "Nhiều vùng"}, {"ru", "Контуры"}}},
};

static const struct shape *find_shape(const struct by_value *type)
{
    if (type == NULL || type->kind != BY_VALUE_TEXT)
        return NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (by_bytes_equal(type->bytes, by_bytes_of_text(shapes[i].name)))
            return &shapes[i];
    return NULL;
}

static bool is_within(const struct by_value *number, double bound)
{
    if (number->kind == BY_VALUE_INT)
        return number->integer >= -(int64_t)bound && number->integer <= (int64_t)bound;
    return number->kind == BY_VALUE_FLOAT && number->real >= -bound && number->real <= bound;
}

static bool is_number(const struct by_value *value)
{
    return value->kind == BY_VALUE_INT || value->kind == BY_VALUE_UINT ||
           value->kind == BY_VALUE_FLOAT;
}

static const char *position_fault(const struct by_value *position)
{
    if (position->kind != BY_VALUE_ARRAY || position->array.count < 2 || position->array.count > 3)
        return N_("a position is [longitude, latitude] or [longitude, latitude, height]");
    for (size_t i = 0; i < position->array.count; i++)
        if (!is_number(&position->array.items[i]))
            return N_("a position has something else than numbers");
    if (!is_within(&position->array.items[0], 180))
        return N_("a longitude is beyond 180 degrees");
    if (!is_within(&position->array.items[1], 90))
        return N_("a latitude is beyond 90 degrees; GeoJSON puts longitude first");
    return NULL;
}

static const char *line_fault(const struct shape *shape, const struct by_value *line)
{
    if (line->kind != BY_VALUE_ARRAY || line->array.count < shape->positions_min)
        return shape->is_ring ? N_("a ring has fewer than four positions")
                              : N_("a line is too short");
    for (size_t i = 0; i < line->array.count; i++) {
        const char *fault = position_fault(&line->array.items[i]);

        if (fault != NULL)
            return fault;
    }
    if (shape->is_ring &&
        !by_value_equal(&line->array.items[0], &line->array.items[line->array.count - 1]))
        return N_("a ring does not end where it begins");
    return NULL;
}

/* depth: arrays around positions, 1 = a line. At most three deep. */
static const char *
nest_fault(const struct shape *shape, unsigned depth, const struct by_value *coordinates)
{
    if (depth <= 1)
        return line_fault(shape, coordinates);
    if (coordinates->kind != BY_VALUE_ARRAY || coordinates->array.count == 0)
        return N_("the coordinates are not nested as the type asks");
    for (size_t i = 0; i < coordinates->array.count; i++) {
        const char *fault = nest_fault(shape, depth - 1, &coordinates->array.items[i]);

        if (fault != NULL)
            return fault;
    }
    return NULL;
}

const char *by_geometry_fault(const struct by_value *geometry)
{
    const struct shape *shape = find_shape(by_value_get(geometry, "type"));
    const struct by_value *coordinates = by_value_get(geometry, "coordinates");

    if (shape == NULL)
        return N_("the type is none of Point, MultiPoint, LineString, MultiLineString, Polygon and "
                  "MultiPolygon");
    if (coordinates == NULL)
        return N_("it has no coordinates");
    if (geometry->map.count != 2)
        return N_("it has more than type and coordinates");
    if (shape->depth == 0)
        return position_fault(coordinates);
    return nest_fault(shape, shape->depth, coordinates);
}

/* ---- reading ----------------------------------------------------------------------------- */

static bool has_type(const struct by_value *value, const char *type)
{
    const struct by_value *found = by_value_get(value, "type");

    return found != NULL && found->kind == BY_VALUE_TEXT &&
           by_bytes_equal(found->bytes, by_bytes_of_text(type));
}

/* The geometry inside a Feature, or a FeatureCollection of one: what files mostly hold. */
static const struct by_value *unwrap(const struct by_value *json)
{
    if (has_type(json, "FeatureCollection")) {
        const struct by_value *features = by_value_get(json, "features");

        if (features == NULL || features->kind != BY_VALUE_ARRAY || features->array.count != 1)
            return NULL;
        json = &features->array.items[0];
    }
    return has_type(json, "Feature") ? by_value_get(json, "geometry") : json;
}

/* Type and coordinates alone: other members, such as a bounding box, are not kept. */
static enum banyan_status
strip(const struct by_reading *reading, const struct by_value *json, struct by_value *out_value)
{
    const struct by_value *coordinates = by_value_get(json, "coordinates");
    const struct by_value *type = by_value_get(json, "type");
    struct by_value map = by_value_map(reading->arena, 2);

    if (coordinates == NULL || type == NULL)
        return by_reading_fail(reading, "the GeoJSON has no type or no coordinates");
    if (map.map.pairs == NULL)
        return by_fail_plain(reading->error, BANYAN_ERR_MEMORY);
    map.map.pairs[0] = (struct by_pair){by_bytes_of_text("coordinates"), *coordinates};
    map.map.pairs[1] = (struct by_pair){by_bytes_of_text("type"), *type};
    *out_value = map;
    return BANYAN_OK;
}

static enum banyan_status
check_size(const struct by_reading *reading, const struct by_value *geometry)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_GEOMETRY_BYTES_MAX);
    enum banyan_status status = by_value_encode(geometry, &bytes);

    by_buffer_deinit(&bytes);
    if (status == BANYAN_ERR_TOO_LARGE)
        return by_reading_fail(reading,
                               "the geometry is larger than %u KiB, about 3,000 "
                               "positions; simplify it",
                               BY_GEOMETRY_BYTES_MAX / 1024);
    return status == BANYAN_OK ? status : by_fail_plain(reading->error, status);
}

static enum banyan_status
read_json(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    struct banyan_error why = by_error_beside(reading->error);
    struct by_value json = by_value_nil();
    const struct by_value *geometry = NULL;
    const char *fault = NULL;
    enum banyan_status status = by_json_parse(text, reading->arena, &json, &why);

    if (status == BANYAN_ERR_MEMORY)
        return by_fail_plain(reading->error, status);
    if (status != BANYAN_OK)
        return by_reading_fail(reading, "the GeoJSON cannot be read: %s", why.text);
    geometry = unwrap(&json);
    if (geometry == NULL)
        return by_reading_fail(reading, "the GeoJSON does not hold exactly one feature");
    status = strip(reading, geometry, out_value);
    if (status != BANYAN_OK)
        return status;
    fault = by_geometry_fault(out_value);
    if (fault != NULL)
        return by_reading_fail(reading, "the GeoJSON is no geometry: %s",
                               by_words(reading->error, fault));
    return check_size(reading, out_value);
}

enum banyan_status
by_read_geometry(const struct by_reading *reading, struct by_bytes text, struct by_value *out_value)
{
    if (text.data[0] == '{')
        return read_json(reading, text, out_value);
    return by_read_point(reading, text, out_value);
}

/* ---- showing ----------------------------------------------------------------------------- */

static size_t count_positions(const struct by_value *coordinates, unsigned depth)
{
    size_t count = 0;

    if (depth == 0)
        return 1;
    for (size_t i = 0; i < coordinates->array.count; i++)
        count += count_positions(&coordinates->array.items[i], depth - 1);
    return count;
}

enum banyan_status
by_geometry_text(const struct by_value *geometry, const char *language, struct by_buffer *out)
{
    static const struct by_label before[] = {{"en", ""}, {"vi", ""}, {"ru", "точек: "}};
    static const struct by_label after[] = {{"en", " points"}, {"vi", " điểm"}, {"ru", ""}};
    const struct shape *shape = find_shape(by_value_get(geometry, "type"));
    const struct by_value *coordinates = by_value_get(geometry, "coordinates");
    enum banyan_status status = BANYAN_OK;
    size_t count = 0;

    assert(shape != NULL && coordinates != NULL);
    if (shape->depth == 0) {
        status = by_json_write(&coordinates->array.items[1], out);
        if (status == BANYAN_OK)
            status = by_buffer_append_u8(out, ',');
        return status == BANYAN_OK ? by_json_write(&coordinates->array.items[0], out) : status;
    }
    count = count_positions(coordinates, shape->depth);
    return by_buffer_append_format(out, "%s, %s%zu%s", by_label_pick(shape->labels, 3, language),
                                   by_label_pick(before, 3, language), count,
                                   by_label_pick(after, 3, language));
}
