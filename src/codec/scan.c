#include "codec/scan.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define DEPTH_MAX 32u /* of any limits: the height of the stack below */

const struct by_scan_limits by_scan_payload_limits = {
    .bytes_max = BY_PAYLOAD_BYTES_MAX,
    .depth_max = BY_DEPTH_MAX,
    .items_max = BY_PAYLOAD_BYTES_MAX,
    .keys_max = BY_MAP_KEYS_MAX,
    .string_bytes_max = BY_STRING_BYTES_MAX,
};

const struct by_scan_limits by_scan_links_limits = {
    .bytes_max = BY_LINKS_BYTES_MAX,
    .depth_max = BY_DEPTH_MAX,
    .items_max = BY_REMOVALS_MAX,
    .keys_max = BY_MAP_KEYS_MAX,
    .string_bytes_max = BY_STRING_BYTES_MAX,
};

/* An open array or map. */
struct level {
    size_t left; /* values still to come; of a map its keys and values */
    bool is_map;
    bool has_key; /* last_key is set */
    struct by_bytes last_key;
};

struct scanner {
    const struct by_scan_limits *limits;
    struct by_cursor cursor;
    size_t depth;
    struct level levels[DEPTH_MAX];
};

/* A big-endian number of size bytes that a shorter form could not say: above below. */
static enum banyan_status
take_number(struct scanner *scanner, size_t size, uint64_t below, uint64_t *out_number)
{
    struct by_bytes bytes = {0};
    enum banyan_status status = by_cursor_take(&scanner->cursor, size, &bytes);
    uint64_t number = 0;

    if (status != BANYAN_OK)
        return status;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | bytes.data[i];
    if (number <= below)
        return BANYAN_ERR_NOT_CANONICAL;
    *out_number = number;
    return BANYAN_OK;
}

/* A negative integer in size bytes: from its sign bit down to below what half the size can say. */
static enum banyan_status take_negative(struct scanner *scanner, size_t size, int64_t least_shorter)
{
    struct by_bytes bytes = {0};
    enum banyan_status status = by_cursor_take(&scanner->cursor, size, &bytes);
    uint64_t number = UINT64_MAX;

    if (status != BANYAN_OK)
        return status;
    if ((bytes.data[0] & 0x80u) == 0) /* not negative: an unsigned form says it */
        return BANYAN_ERR_NOT_CANONICAL;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | bytes.data[i];
    return (int64_t)number < least_shorter ? BANYAN_OK : BANYAN_ERR_NOT_CANONICAL;
}

static enum banyan_status take_float(struct scanner *scanner)
{
    struct by_bytes bytes = {0};
    enum banyan_status status = by_cursor_take(&scanner->cursor, 8, &bytes);
    uint64_t bits = 0;
    double real = 0;

    if (status != BANYAN_OK)
        return status;
    bits = by_get_u64be(bytes.data);
    memcpy(&real, &bits, sizeof real);
    if (!isfinite(real))
        return BANYAN_ERR_NOT_CANONICAL;
    /* -0.0 is integral too */
    if (fabs(real) <= BY_INTEGER_SAFE_MAX && real == floor(real))
        return BANYAN_ERR_NOT_CANONICAL;
    return BANYAN_OK;
}

static enum banyan_status
take_raw(struct scanner *scanner, uint64_t size, struct by_bytes *out_bytes)
{
    if (size > scanner->limits->string_bytes_max)
        return BANYAN_ERR_TOO_LARGE;
    return by_cursor_take(&scanner->cursor, (size_t)size, out_bytes);
}

/* Whether a string may stand here as the key of a map, which goes up from key to key. */
static enum banyan_status note_key(struct level *level, struct by_bytes key)
{
    if (level->has_key && by_bytes_compare(level->last_key, key) >= 0)
        return BANYAN_ERR_NOT_CANONICAL;
    level->has_key = true;
    level->last_key = key;
    return BANYAN_OK;
}

static bool is_at_key(const struct scanner *scanner)
{
    const struct level *top = scanner->depth > 0 ? &scanner->levels[scanner->depth - 1] : NULL;

    return top != NULL && top->is_map && top->left % 2 == 1; /* already counted down */
}

static enum banyan_status take_text(struct scanner *scanner, uint64_t size)
{
    struct by_bytes text = {0};
    enum banyan_status status = take_raw(scanner, size, &text);

    if (status == BANYAN_OK)
        status = by_text_check(text);
    if (status == BANYAN_OK && is_at_key(scanner))
        status = note_key(&scanner->levels[scanner->depth - 1], text);
    return status;
}

static enum banyan_status open_level(struct scanner *scanner, bool is_map, uint64_t count)
{
    uint64_t bound = is_map ? scanner->limits->keys_max : scanner->limits->items_max;

    if (count > bound || scanner->depth == scanner->limits->depth_max)
        return BANYAN_ERR_TOO_LARGE;
    scanner->levels[scanner->depth++] =
        (struct level){.left = (size_t)count * (is_map ? 2 : 1), .is_map = is_map};
    return BANYAN_OK;
}

/* Lengths: a number above below, then what it counts. */
static enum banyan_status take_sized(struct scanner *scanner, uint8_t tag)
{
    uint64_t size = 0;
    struct by_bytes bin = {0};
    enum banyan_status status = BANYAN_ERR_MALFORMED;

    switch (tag) {
    case 0xc4: /* bin 8: no shorter form */
        status = by_cursor_take(&scanner->cursor, 1, &bin);
        return status == BANYAN_OK ? take_raw(scanner, bin.data[0], &bin) : status;
    case 0xc5: /* bin 16 */
    case 0xc6: /* bin 32 */
        status = take_number(scanner, tag == 0xc5 ? 2 : 4, tag == 0xc5 ? 0xff : 0xffff, &size);
        return status == BANYAN_OK ? take_raw(scanner, size, &bin) : status;
    case 0xd9: /* str 8 */
        status = take_number(scanner, 1, 31, &size);
        return status == BANYAN_OK ? take_text(scanner, size) : status;
    case 0xda: /* str 16 */
    case 0xdb: /* str 32 */
        status = take_number(scanner, tag == 0xda ? 2 : 4, tag == 0xda ? 0xff : 0xffff, &size);
        return status == BANYAN_OK ? take_text(scanner, size) : status;
    case 0xdc: /* array 16 */
    case 0xdd: /* array 32 */
    case 0xde: /* map 16 */
    case 0xdf: /* map 32 */
        status = take_number(scanner, tag % 2 == 0 ? 2 : 4, tag % 2 == 0 ? 15 : 0xffff, &size);
        return status == BANYAN_OK ? open_level(scanner, tag >= 0xde, size) : status;
    default: /* 0xc1, extensions, float 32 */
        return tag == 0xca ? BANYAN_ERR_NOT_CANONICAL : BANYAN_ERR_MALFORMED;
    }
}

/* One value, or the head of an array or map. */
static enum banyan_status take_value(struct scanner *scanner, uint8_t tag)
{
    uint64_t number = 0;

    if (tag <= 0x7f || tag >= 0xe0 || tag == 0xc0 || tag == 0xc2 || tag == 0xc3)
        return BANYAN_OK;
    if (tag <= 0x8f)
        return open_level(scanner, true, tag & 0x0fu);
    if (tag <= 0x9f)
        return open_level(scanner, false, tag & 0x0fu);
    if (tag <= 0xbf)
        return take_text(scanner, tag & 0x1fu);
    switch (tag) {
    case 0xcb:
        return take_float(scanner);
    case 0xcc:
        return take_number(scanner, 1, 0x7f, &number);
    case 0xcd:
        return take_number(scanner, 2, 0xff, &number);
    case 0xce:
        return take_number(scanner, 4, 0xffff, &number);
    case 0xcf:
        return take_number(scanner, 8, 0xffffffff, &number);
    case 0xd0:
        return take_negative(scanner, 1, -32);
    case 0xd1:
        return take_negative(scanner, 2, INT8_MIN);
    case 0xd2:
        return take_negative(scanner, 4, INT16_MIN);
    case 0xd3:
        return take_negative(scanner, 8, INT32_MIN);
    default:
        return take_sized(scanner, tag);
    }
}

static bool is_string_tag(uint8_t tag)
{
    return (tag >= 0xa0 && tag <= 0xbf) || (tag >= 0xd9 && tag <= 0xdb);
}

enum banyan_status by_scan(struct by_bytes bytes, const struct by_scan_limits *limits)
{
    struct scanner scanner; /* levels are set as they open */
    enum banyan_status status = BANYAN_OK;

    assert(limits->depth_max <= DEPTH_MAX);
    if (bytes.size > limits->bytes_max)
        return BANYAN_ERR_TOO_LARGE;
    scanner.limits = limits;
    scanner.cursor.rest = bytes;
    scanner.depth = 0;
    do {
        uint8_t tag = 0;

        status = by_cursor_take_u8(&scanner.cursor, &tag);
        if (status != BANYAN_OK)
            return status;
        if (scanner.depth > 0)
            scanner.levels[scanner.depth - 1].left--;
        if (is_at_key(&scanner) && !is_string_tag(tag))
            return BANYAN_ERR_MALFORMED;
        status = take_value(&scanner, tag);
        if (status != BANYAN_OK)
            return status;
        while (scanner.depth > 0 && scanner.levels[scanner.depth - 1].left == 0)
            scanner.depth--;
    } while (scanner.depth > 0);
    return scanner.cursor.rest.size == 0 ? BANYAN_OK : BANYAN_ERR_NOT_CANONICAL;
}
