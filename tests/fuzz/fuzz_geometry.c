/*
 * A blob that is taken for a geometry of a GeoPackage: what it is asked is answered alike twice, a
 * place that it holds is no way off, and bytes cut off never make it hold more than it can say.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "view/geometry.h"
#include "view/geometry_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const double places[][2] = {{0, 0}, {0.5, 0.25}, {179.5, -17}, {-179.5, 89}, {400, -91}};
    uint8_t *copy = malloc(size + 1); /* of its own size, so that reading on is found */
    struct by_envelope box;

    require(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    struct by_bytes blob = by_bytes_of(copy, size);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        bool holds = by_geometry_holds(blob, places[i][0], places[i][1]);
        double metres = by_geometry_metres(blob, places[i][0], places[i][1]);

        require(holds == by_geometry_holds(blob, places[i][0], places[i][1]));
        require(!holds || metres <= 0 || isnan(metres));
    }
    if (by_geometry_blob_box(blob, &box))
        require(size >= 40);
    free(copy);
    return 0;
}
