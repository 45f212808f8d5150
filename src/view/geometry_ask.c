#include "view/geometry_ask.h"

#include <math.h>
#include <string.h>

#include "record/globe.h"
#include "view/geometry.h"

#define HEADER_BYTES 8u
#define ROUND        360.0
#define TURNS        3 /* a ring is asked for the place where it stands, and a round to both sides */

enum wkb { WKB_POINT = 1, WKB_LINE = 2, WKB_POLYGON = 3, WKB_MULTI_FIRST = 4, WKB_COLLECTION = 7 };

struct asking {
    struct by_bytes rest; /* WKB not yet read */
    double longitude, latitude;
    bool measures; /* distances are wanted too */
    bool is_held;
    double metres; /* the least so far; negative: none */
    bool is_broken;
};

/* -- reading -- */

static bool take(struct asking *asking, void *out, size_t size)
{
    if (asking->is_broken || asking->rest.size < size) {
        asking->is_broken = true;
        memset(out, 0, size);
        return false;
    }
    memcpy(out, asking->rest.data, size);
    asking->rest = by_bytes_of(asking->rest.data + size, asking->rest.size - size);
    return true;
}

static uint32_t take_u32(struct asking *asking)
{
    uint8_t bytes[4];

    return take(asking, bytes, sizeof bytes) ? by_get_u32le(bytes) : 0;
}

static double take_double(struct asking *asking)
{
    uint8_t bytes[8];
    uint64_t bits = 0;
    double number = 0;

    if (take(asking, bytes, sizeof bytes))
        bits = by_get_u64le(bytes);
    memcpy(&number, &bits, sizeof number);
    if (!isfinite(number))
        asking->is_broken = true;
    return number;
}

struct position {
    double longitude, latitude;
    double east, north; /* metres from the place, where they are measured */
};

static struct position take_position(struct asking *asking, unsigned dimensions)
{
    struct position position = {.longitude = take_double(asking), .latitude = 0};

    position.latitude = take_double(asking);
    for (unsigned i = 2; i < dimensions; i++)
        (void)take_double(asking);
    if (asking->measures && !asking->is_broken) {
        double azimuth = 0,
               metres = by_geodesic_way(asking->longitude, asking->latitude, position.longitude,
                                        position.latitude, &azimuth);

        position.east = metres * sin(azimuth);
        position.north = metres * cos(azimuth);
    }
    return position;
}

/* -- distances -- */

static void note_metres(struct asking *asking, double metres)
{
    if (asking->metres < 0 || metres < asking->metres)
        asking->metres = metres;
}

/* From the origin to a stretch of the plane. */
static double metres_to_edge(const struct position *a, const struct position *b)
{
    double x = b->east - a->east, y = b->north - a->north;
    double length = x * x + y * y;
    double part = length > 0 ? -(a->east * x + a->north * y) / length : 0;

    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return hypot(a->east + part * x, a->north + part * y);
}

/* -- lines and rings -- */

/* By what an edge that leaps over the date line shifts what follows. */
static double shift_of(double from, double to)
{
    double leap = to - from;

    if (leap > ROUND / 2 && leap < ROUND)
        return -ROUND;
    return leap < -ROUND / 2 && leap > -ROUND ? ROUND : 0;
}

/* Whether an edge crosses the ray from the place to the east. */
static bool
crosses(const struct position *a, const struct position *b, double longitude, double latitude)
{
    if ((a->latitude > latitude) == (b->latitude > latitude))
        return false;
    return longitude < a->longitude + (latitude - a->latitude) * (b->longitude - a->longitude) /
                                          (b->latitude - a->latitude);
}

/* Walks along positions; flips each turn's inside where an edge crosses its ray. */
static void walk(struct asking *asking, unsigned dimensions, bool inside[TURNS])
{
    uint32_t count = take_u32(asking);
    struct position last = {.longitude = 0};
    double written = 0, shift = 0; /* longitude of the last one, as it stands there */

    for (uint32_t i = 0; i < count && !asking->is_broken; i++) {
        struct position next = take_position(asking, dimensions);

        if (asking->is_broken)
            return;
        double longitude = next.longitude;

        if (i > 0)
            shift += shift_of(written, longitude);
        next.longitude = longitude + shift;
        written = longitude;
        for (int turn = 0; turn < TURNS && i > 0; turn++)
            inside[turn] ^=
                crosses(&last, &next, asking->longitude + (turn - 1) * ROUND, asking->latitude);
        if (asking->measures)
            note_metres(asking,
                        i == 0 ? hypot(next.east, next.north) : metres_to_edge(&last, &next));
        last = next;
    }
}

static void ask_polygon(struct asking *asking, unsigned dimensions)
{
    bool inside[TURNS] = {false, false, false};
    uint32_t rings = take_u32(asking);

    for (uint32_t i = 0; i < rings && !asking->is_broken; i++)
        walk(asking, dimensions, inside);
    for (int turn = 0; turn < TURNS; turn++)
        asking->is_held = asking->is_held || (inside[turn] && !asking->is_broken);
}

static void ask(struct asking *asking, unsigned depth)
{
    uint8_t is_little = 0;
    uint32_t code = 0;
    unsigned dimensions = 2;
    bool ignored[TURNS] = {false, false, false};

    (void)take(asking, &is_little, 1);
    code = take_u32(asking);
    dimensions = code >= 1000 && code < 2000 ? 3 : 2;
    code %= 1000;
    if (is_little != 1 || depth > BY_GEOMETRY_DEPTH_MAX + 1 || code == 0 || code > WKB_COLLECTION)
        asking->is_broken = true;
    if (asking->is_broken)
        return;
    if (code == WKB_POINT) {
        struct position position = take_position(asking, dimensions);

        if (asking->measures && !asking->is_broken)
            note_metres(asking, hypot(position.east, position.north));
    } else if (code == WKB_LINE) {
        walk(asking, dimensions, ignored);
    } else if (code == WKB_POLYGON) {
        ask_polygon(asking, dimensions);
    } else {
        uint32_t parts = take_u32(asking);

        for (uint32_t i = 0; i < parts && !asking->is_broken; i++)
            ask(asking, depth + 1);
    }
}

/* The WKB behind the header of GeoPackage, section 2.1.3. */
static bool skip_header(struct by_bytes blob, struct by_bytes *out_wkb)
{
    static const size_t envelope_bytes[] = {0, 32, 48, 48, 64};
    size_t envelope = 0, size = 0;

    if (blob.size < HEADER_BYTES || memcmp(blob.data, "GP", 3) != 0)
        return false;
    envelope = (blob.data[3] >> 1) & 7;
    if (envelope >= sizeof envelope_bytes / sizeof envelope_bytes[0])
        return false;
    size = HEADER_BYTES + envelope_bytes[envelope];
    if (blob.size < size)
        return false;
    *out_wkb = by_bytes_of(blob.data + size, blob.size - size);
    return true;
}

bool by_geometry_holds(struct by_bytes blob, double longitude, double latitude)
{
    struct asking asking = {.longitude = longitude, .latitude = latitude, .metres = -1};

    if (!skip_header(blob, &asking.rest))
        return false;
    ask(&asking, 0);
    return asking.is_held && !asking.is_broken;
}

double by_geometry_metres(struct by_bytes blob, double longitude, double latitude)
{
    struct asking asking = {
        .longitude = longitude, .latitude = latitude, .measures = true, .metres = -1};

    if (!skip_header(blob, &asking.rest))
        return -1;
    ask(&asking, 0);
    if (asking.is_broken)
        return -1;
    return asking.is_held ? 0 : asking.metres;
}
