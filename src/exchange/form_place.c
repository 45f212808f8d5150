#include "exchange/form_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_BYTES_MAX (1024u * 1024u)
#define NUMBER_BYTES    32u

struct position {
    char latitude[NUMBER_BYTES], longitude[NUMBER_BYTES];
};

static bool is_plain_number(const char *text, size_t size)
{
    size_t digits = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            digits++;
        else if (text[i] != '.' && (text[i] != '-' || i > 0))
            return false;
    }
    return digits > 0 && size < NUMBER_BYTES;
}

/* JSON has digits on both sides of a point, and no zeros before others: as a double has them. */
static void keep_number(const char *text, size_t size, char out_number[NUMBER_BYTES])
{
    char copy[NUMBER_BYTES];

    memcpy(copy, text, size);
    copy[size] = 0;
    (void)snprintf(out_number, NUMBER_BYTES, "%.15g", strtod(copy, NULL));
}

/* Two to four numbers; */
static bool
read_position(const char *text, size_t size, size_t *out_count, struct position *out_position)
{
    size_t count = 0, at = 0;

    while (at < size) {
        size_t begin = at;

        while (at < size && text[at] != ' ')
            at++;
        if (at > begin && (count == 4 || !is_plain_number(text + begin, at - begin)))
            return false;
        if (at > begin && count == 0)
            keep_number(text + begin, at - begin, out_position->latitude);
        if (at > begin && count == 1)
            keep_number(text + begin, at - begin, out_position->longitude);
        count += at > begin;
        at += at < size;
    }
    *out_count = count;
    return count == 0 || count >= 2;
}

/* All of them into out, as GeoJSON positions. False where one is none. */
static bool read_positions(const char *text, struct by_buffer *out, size_t *out_count,
                           bool *out_is_closed, enum banyan_status *status)
{
    struct position position = {.latitude = ""}, first = {.latitude = ""};
    size_t numbers = 0;

    *out_count = 0;
    while (*text != 0 && *status == BANYAN_OK) {
        size_t size = strcspn(text, ";");

        if (!read_position(text, size, &numbers, &position))
            return false;
        if (numbers > 0) {
            first = *out_count == 0 ? position : first;
            *status = by_buffer_append_format(out, "%s[%s,%s]", *out_count == 0 ? "" : ",",
                                              position.longitude, position.latitude);
            ++*out_count;
        }
        text += size + (text[size] == ';');
    }
    *out_is_closed = *out_count >= 4 && strcmp(first.latitude, position.latitude) == 0 &&
                     strcmp(first.longitude, position.longitude) == 0;
    return *out_count > 0;
}

static const char *shape_text(struct by_bytes positions, bool is_closed, struct by_arena *arena)
{
    struct by_buffer text = BY_BUFFER_INIT(PLACE_BYTES_MAX);
    const char *kept = NULL;
    enum banyan_status status =
        by_buffer_append_format(&text, is_closed ? "{\"type\":\"Polygon\",\"coordinates\":[["
                                                 : "{\"type\":\"LineString\",\"coordinates\":[");

    if (status == BANYAN_OK)
        status = by_buffer_append_bytes(&text, positions);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(&text, is_closed ? "]]}" : "]}");
    if (status == BANYAN_OK)
        kept = by_arena_text(arena, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return kept;
}

/* Without height and accuracy. */
static const char *point_text(const char *text, struct by_arena *arena)
{
    struct position position;
    size_t numbers = 0;
    char point[2 * NUMBER_BYTES + 2];

    if (!read_position(text, strcspn(text, ";"), &numbers, &position) || numbers < 3)
        return text; /* two numbers are read as they are */
    (void)snprintf(point, sizeof point, "%s %s", position.latitude, position.longitude);
    return by_arena_text(arena, by_bytes_of_text(point));
}

const char *by_form_place(struct by_bytes cell, struct by_arena *arena)
{
    struct by_buffer positions = BY_BUFFER_INIT(PLACE_BYTES_MAX);
    const char *text = by_arena_text(arena, cell), *place = text;
    size_t count = 0;
    bool is_closed = false;
    enum banyan_status status = BANYAN_OK;

    if (text != NULL && read_positions(text, &positions, &count, &is_closed, &status) &&
        status == BANYAN_OK)
        place = count == 1 ? point_text(text, arena)
                           : shape_text(by_buffer_bytes(&positions), is_closed, arena);
    by_buffer_deinit(&positions);
    return status == BANYAN_ERR_MEMORY ? NULL : place;
}
