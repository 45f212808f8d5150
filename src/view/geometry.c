#include "view/geometry.h"

#include <math.h>
#include <string.h>

/* Number of arrays around a position in "coordinates", and the WKB code. */
struct shape {
    const char *name;
    uint32_t wkb;
    unsigned nesting;
    uint32_t part_wkb; /* of the parts of a multi-geometry, 0 where parts have no header */
};
static const struct shape shapes[] = {
    {"Point", 1, 0, 0},
    {"LineString", 2, 1, 0},
    {"Polygon", 3, 2, 0},
    {"MultiPoint", 4, 1, 1},
    {"MultiLineString", 5, 2, 2},
    {"MultiPolygon", 6, 3, 3},
    {"GeometryCollection", 7, 0, 0},
};
#define COLLECTION_WKB 7u
#define ISO_Z_OFFSET   1000u

/* What one pass over all positions learns. */
struct survey {
    struct by_envelope envelope;
    bool all_have_z;
};

static const struct shape *find_shape(const struct by_value *geometry)
{
    const struct by_value *type = by_value_get(geometry, "type");
    if (type == NULL || type->kind != BY_VALUE_TEXT)
        return NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (by_bytes_equal(type->bytes, by_bytes_of_text(shapes[i].name)))
            return &shapes[i];
    return NULL;
}

static const struct by_value *array_of(const struct by_value *geometry, const char *key)
{
    const struct by_value *array = by_value_get(geometry, key);
    return array != NULL && array->kind == BY_VALUE_ARRAY ? array : NULL;
}

static bool number_of(const struct by_value *value, double *out_number)
{
    *out_number = 0;
    if (value->kind == BY_VALUE_INT)
        *out_number = (double)value->integer;
    else if (value->kind == BY_VALUE_FLOAT)
        *out_number = value->real;
    else
        return false;
    return isfinite(*out_number) != 0;
}

static bool survey_position(const struct by_value *position, struct survey *survey)
{
    double at[3] = {0, 0, 0};
    if (position->kind != BY_VALUE_ARRAY || position->array.count < 2)
        return false;
    for (size_t i = 0; i < position->array.count; i++) {
        double number;
        if (!number_of(&position->array.items[i], &number))
            return false;
        if (i < 3)
            at[i] = number;
    }
    struct by_envelope *box = &survey->envelope;
    if (box->is_empty)
        *box = (struct by_envelope){at[0], at[0], at[1], at[1], false};
    box->min_x = at[0] < box->min_x ? at[0] : box->min_x;
    box->max_x = at[0] > box->max_x ? at[0] : box->max_x;
    box->min_y = at[1] < box->min_y ? at[1] : box->min_y;
    box->max_y = at[1] > box->max_y ? at[1] : box->max_y;
    if (position->array.count < 3)
        survey->all_have_z = false;
    return true;
}

static bool survey_nested(const struct by_value *value, unsigned nesting, struct survey *survey)
{
    if (nesting == 0)
        return survey_position(value, survey);
    if (value->kind != BY_VALUE_ARRAY)
        return false;
    for (size_t i = 0; i < value->array.count; i++)
        if (!survey_nested(&value->array.items[i], nesting - 1, survey))
            return false;
    return true;
}

static bool survey_geometry(const struct by_value *geometry, unsigned depth, struct survey *survey)
{
    const struct shape *shape = find_shape(geometry);
    if (shape == NULL || depth > BY_GEOMETRY_DEPTH_MAX)
        return false;
    if (shape->wkb != COLLECTION_WKB) {
        const struct by_value *coordinates = array_of(geometry, "coordinates");
        return coordinates != NULL && survey_nested(coordinates, shape->nesting, survey);
    }
    const struct by_value *members = array_of(geometry, "geometries");
    if (members == NULL)
        return false;
    for (size_t i = 0; i < members->array.count; i++)
        if (!survey_geometry(&members->array.items[i], depth + 1, survey))
            return false;
    return true;
}

/* Writes on from a buffer; the first failure stays. */
struct writer {
    struct by_buffer *out;
    enum banyan_status status;
    bool with_z;
};

static void write_bytes(struct writer *writer, const void *bytes, size_t size)
{
    if (writer->status == BANYAN_OK)
        writer->status = by_buffer_append(writer->out, bytes, size);
}

static void write_u32(struct writer *writer, uint32_t value)
{
    uint8_t bytes[4];
    by_put_u32le(bytes, value);
    write_bytes(writer, bytes, sizeof bytes);
}

static void write_double(struct writer *writer, double value)
{
    uint64_t bits;
    uint8_t bytes[8];
    double unsigned_zero = value == 0 ? 0 : value;
    memcpy(&bits, &unsigned_zero, sizeof bits);
    by_put_u64le(bytes, bits);
    write_bytes(writer, bytes, sizeof bytes);
}

static void write_head(struct writer *writer, uint32_t wkb)
{
    const uint8_t little_endian = 1;
    write_bytes(writer, &little_endian, 1);
    write_u32(writer, writer->with_z ? wkb + ISO_Z_OFFSET : wkb);
}

static void write_position(struct writer *writer, const struct by_value *position)
{
    for (size_t i = 0; i < (writer->with_z ? 3u : 2u); i++) {
        double number = 0;
        (void)number_of(&position->array.items[i], &number);
        write_double(writer, number);
    }
}

/* A count, then what is inside; parts of multi-geometries are geometries with a header of their
 * own. */
static void write_nested(struct writer *writer, const struct by_value *value, unsigned nesting,
                         uint32_t part_wkb)
{
    if (nesting == 0) {
        write_position(writer, value);
        return;
    }
    write_u32(writer, (uint32_t)value->array.count);
    for (size_t i = 0; i < value->array.count; i++) {
        if (part_wkb != 0)
            write_head(writer, part_wkb);
        write_nested(writer, &value->array.items[i], nesting - 1, 0);
    }
}

static void write_geometry(struct writer *writer, const struct by_value *geometry)
{
    const struct shape *shape = find_shape(geometry);
    write_head(writer, shape->wkb);
    if (shape->wkb != COLLECTION_WKB) {
        write_nested(writer, array_of(geometry, "coordinates"), shape->nesting, shape->part_wkb);
        return;
    }
    const struct by_value *members = array_of(geometry, "geometries");
    write_u32(writer, (uint32_t)members->array.count);
    for (size_t i = 0; i < members->array.count; i++)
        write_geometry(writer, &members->array.items[i]);
}

static void write_header(struct writer *writer, const struct by_envelope *envelope)
{
    const uint8_t little_endian = 1, xy_envelope = 1 << 1, empty = 1 << 4;
    const uint8_t magic_and_version[3] = {'G', 'P', 0};
    uint8_t flags = (uint8_t)(little_endian | (envelope->is_empty ? empty : xy_envelope));
    write_bytes(writer, magic_and_version, sizeof magic_and_version);
    write_bytes(writer, &flags, 1);
    write_u32(writer, BY_GEOMETRY_SRS);
    if (envelope->is_empty)
        return;
    write_double(writer, envelope->min_x);
    write_double(writer, envelope->max_x);
    write_double(writer, envelope->min_y);
    write_double(writer, envelope->max_y);
}

static double double_at(const uint8_t *bytes)
{
    uint64_t bits = by_get_u64le(bytes);
    double number = 0;
    memcpy(&number, &bits, sizeof number);
    return number;
}

bool by_geometry_blob_box(struct by_bytes blob, struct by_envelope *out_envelope)
{
    static const uint8_t begin[] = {'G', 'P', 0, 1 | 1 << 1};
    if (blob.size < 40 || memcmp(blob.data, begin, sizeof begin) != 0)
        return false;
    *out_envelope = (struct by_envelope){.min_x = double_at(blob.data + 8),
                                         .max_x = double_at(blob.data + 16),
                                         .min_y = double_at(blob.data + 24),
                                         .max_y = double_at(blob.data + 32)};
    return true;
}

enum banyan_status by_geometry_blob(const struct by_value *geojson, struct by_buffer *out,
                                    struct by_envelope *out_envelope)
{
    struct survey survey = {.envelope = {.is_empty = true}, .all_have_z = true};
    if (!survey_geometry(geojson, 0, &survey))
        return BANYAN_ERR_INVALID;
    struct writer writer = {.out = out, .with_z = survey.all_have_z && !survey.envelope.is_empty};
    size_t size_before = out->size;
    write_header(&writer, &survey.envelope);
    write_geometry(&writer, geojson);
    if (writer.status != BANYAN_OK)
        out->size = size_before;
    *out_envelope = survey.envelope;
    return writer.status;
}
