#include "member/pasted.h"

#include <stdlib.h>

#include "base/base32.h"
#include "base/error.h"
#include "crypto/hash.h"
#include "crypto/key.h"
#include "member/code_text.h"

#define CHECKSUM_BYTES 4u
#define START_BYTES    3u /* kind, size */
#define CODE_BYTES_MIN (START_BYTES + CHECKSUM_BYTES)
#define BODY_BYTES_MIN (2u * 32u + 1u) /* of the shortest, a contact */
#define CODE_BYTES_MAX (CODE_BYTES_MIN + BY_PASTED_BODY_BYTES_MAX)
#define KIND_LAST      BY_PASTED_CONTACT

static const char marker[] = "BANYAN";
#define MARKER_CHARS (sizeof marker - 1)
#define GROUP_CHARS  6u
/* So many characters hold whole bytes, and the start is among them. */
#define START_CHARS 8u

static_assert(MARKER_CHARS + CODE_BYTES_MAX * 2 * 2 <= BY_CODE_TEXT_BYTES_MAX,
              "the longest code can be read back");

static void put_checksum(uint8_t *at, struct by_bytes bytes)
{
    struct by_id hash;

    by_hash_bytes(BY_TAG_CHECKSUM, bytes, &hash);
    memcpy(at, hash.bytes, CHECKSUM_BYTES);
}

enum banyan_status
by_pasted_encode(enum by_pasted_kind kind, struct by_bytes body, struct by_buffer *out)
{
    uint8_t code[CODE_BYTES_MAX];
    char text[BY_BASE32_TEXT_BYTES(CODE_BYTES_MAX)];
    char grouped[2 * sizeof text];
    size_t size = CODE_BYTES_MIN + body.size;
    enum banyan_status status = BANYAN_OK;

    if (body.size > BY_PASTED_BODY_BYTES_MAX)
        return BANYAN_ERR_INVALID;
    code[0] = (uint8_t)kind;
    by_put_u16le(code + 1, (uint16_t)size);
    memcpy(code + START_BYTES, body.data, body.size);
    put_checksum(code + START_BYTES + body.size, by_bytes_of(code, size - CHECKSUM_BYTES));
    by_base32_encode(by_bytes_of(code, size), text);
    by_base32_group(text, GROUP_CHARS, grouped);
    status = by_buffer_append_format(out, "%s-%s", marker, grouped);
    by_secret_wipe(code, sizeof code);
    by_secret_wipe(text, sizeof text);
    by_secret_wipe(grouped, sizeof grouped);
    return status;
}

/* How near a place in the text came to being a code, worst first. */
enum finding {
    FOUND_NOTHING,
    FOUND_MARKER,
    FOUND_CUT,
    FOUND_MISTYPED,
    FOUND_NEWER,
    FOUND_OTHER, /* a code, of a kind that is not looked for */
    FOUND_CODE
};

struct search {
    unsigned kinds; /* looked for: a bit for each */
    struct by_code_letters letters;
    uint8_t code[CODE_BYTES_MAX + 1]; /* a buffer keeps room for a NUL */
    size_t size;
    size_t letters_have;
    size_t letters_need;

    enum finding best;
    size_t best_have, best_need;
    uint8_t found[CODE_BYTES_MAX]; /* FOUND_CODE */
    size_t found_size;
    bool is_ambiguous; /* two that are not the same */
};

static bool decode(const uint8_t *chars, size_t count, struct by_buffer *out)
{
    return by_base32_decode(by_bytes_of(chars, count), out) == BANYAN_OK;
}

/* Read what the letters from one place on say into search->code. The kind and size say how many
 * belong to the code, so words behind it do no harm. */
static enum finding read_code(struct search *search, size_t from)
{
    /* Room that cannot grow: secrets stay out of the heap. */
    struct by_buffer code = {
        .data = search->code, .capacity = sizeof search->code, .size_max = CODE_BYTES_MAX};
    const uint8_t *chars = search->letters.chars + from;
    uint8_t checksum[CHECKSUM_BYTES];

    search->letters_have = search->letters.count - from;
    if (search->letters_have < START_CHARS || !decode(chars, START_CHARS, &code))
        return FOUND_MARKER;
    search->size = by_get_u16le(search->code + 1);
    search->letters_need = BY_BASE32_TEXT_BYTES(search->size) - 1;
    if (search->code[0] == 0 || search->size < CODE_BYTES_MIN + BODY_BYTES_MIN ||
        search->size > CODE_BYTES_MAX)
        return FOUND_MARKER;
    if (search->letters_have < search->letters_need)
        return FOUND_CUT;
    code.size = 0;
    if (!decode(chars, search->letters_need, &code))
        return FOUND_MISTYPED;
    put_checksum(checksum, by_bytes_of(search->code, search->size - CHECKSUM_BYTES));
    if (memcmp(checksum, search->code + search->size - CHECKSUM_BYTES, CHECKSUM_BYTES) != 0)
        return FOUND_MISTYPED;
    if (search->code[0] > KIND_LAST)
        return FOUND_NEWER;
    return (search->kinds & BY_PASTED_BIT(search->code[0])) != 0 ? FOUND_CODE : FOUND_OTHER;
}

enum banyan_status by_pasted_fail_mistyped(struct banyan_error *error)
{
    return by_fail(error, BANYAN_ERR_MALFORMED,
                   "the code does not add up: a letter or digit is mistyped, missing or too many; "
                   "copy the whole code again");
}

static enum banyan_status explain(const struct search *search, struct banyan_error *error)
{
    switch (search->best) {
    case FOUND_NOTHING:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "there is no code in this text: a code begins with BANYAN, then come groups "
                       "of %u letters and digits",
                       GROUP_CHARS);
    case FOUND_MARKER:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "what follows BANYAN is no code, or its first groups are mistyped: copy the "
                       "whole code again");
    case FOUND_CUT:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "the code is cut short: %zu of %zu letters and digits after BANYAN are "
                       "there; copy it to its end",
                       search->best_have, search->best_need);
    case FOUND_MISTYPED:
        return by_pasted_fail_mistyped(error);
    case FOUND_NEWER:
        return by_fail(error, BANYAN_ERR_UPGRADE,
                       "this code was made by a newer version: upgrade, then try again");
    case FOUND_OTHER:
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "this is the contact code of a member, for an organisation that comes back "
                       "(banyan key recover --contact): to join you need an invitation");
    case FOUND_CODE:
        break;
    }
    return BANYAN_OK;
}

static bool is_marker(const struct by_code_letters *letters, size_t at)
{
    return letters->count - at >= MARKER_CHARS &&
           memcmp(letters->chars + at, marker, MARKER_CHARS) == 0;
}

/* Keep what came nearest, and every code. */
static void note(struct search *search, enum finding finding)
{
    if (finding == FOUND_CODE && search->best == FOUND_CODE)
        search->is_ambiguous |= search->size != search->found_size ||
                                memcmp(search->code, search->found, search->size) != 0;
    if (finding <= search->best)
        return;
    search->best = finding;
    search->best_have = search->letters_have;
    search->best_need = search->letters_need;
    memcpy(search->found, search->code, search->size <= CODE_BYTES_MAX ? search->size : 0);
    search->found_size = search->size;
}

static enum banyan_status
search_text(struct by_bytes text, struct search *search, struct banyan_error *error)
{
    for (unsigned reading = 0; reading < BY_READINGS && search->best != FOUND_CODE; reading++) {
        by_code_letters_read(text, reading, &search->letters);
        for (size_t i = 0; i < search->letters.count; i++)
            if (is_marker(&search->letters, i))
                note(search, read_code(search, i + MARKER_CHARS));
    }
    if (search->is_ambiguous)
        return by_fail(error, BANYAN_ERR_MALFORMED,
                       "there are several codes in this text: give only the one that is meant for "
                       "you");
    return explain(search, error);
}

enum banyan_status by_pasted_find(struct by_bytes text, unsigned kinds, struct by_pasted *out_code,
                                  struct banyan_error *error)
{
    struct search *search = NULL;
    enum banyan_status status = BANYAN_OK;

    if (text.size > BY_CODE_TEXT_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE,
                       "the text is longer than %u bytes: give only the part with the code",
                       BY_CODE_TEXT_BYTES_MAX);
    search = calloc(1, sizeof *search);
    if (search == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    search->kinds = kinds;
    status = search_text(text, search, error);
    if (status == BANYAN_OK) {
        out_code->kind = (enum by_pasted_kind)search->found[0];
        out_code->size = search->found_size - CODE_BYTES_MIN;
        memcpy(out_code->body, search->found + START_BYTES, out_code->size);
    }
    by_secret_wipe(search, sizeof *search);
    free(search);
    return status;
}

/* -- addresses -- */

static bool is_address(struct by_bytes address)
{
    if (address.size < 1 || address.size > BY_ADDRESS_BYTES_MAX)
        return false;
    for (size_t i = 0; i < address.size; i++)
        if (address.data[i] <= ' ' || address.data[i] > '~')
            return false;
    return true;
}

enum banyan_status
by_pasted_put_addresses(const struct by_bytes *addresses, size_t count, struct by_buffer *body)
{
    enum banyan_status status = BANYAN_OK;
    uint8_t size = (uint8_t)count;

    if (count > BY_CODE_ADDRESSES_MAX)
        return BANYAN_ERR_INVALID;
    status = by_buffer_append(body, &size, 1);
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        if (!is_address(addresses[i]))
            return BANYAN_ERR_INVALID;
        size = (uint8_t)addresses[i].size;
        status = by_buffer_append(body, &size, 1);
        if (status == BANYAN_OK)
            status = by_buffer_append_bytes(body, addresses[i]);
    }
    return status;
}

enum banyan_status by_pasted_take_addresses(struct by_cursor *cursor, struct by_arena *arena,
                                            struct by_bytes out_addresses[BY_CODE_ADDRESSES_MAX],
                                            size_t *out_count)
{
    uint8_t count = 0;
    enum banyan_status status = by_cursor_take_u8(cursor, &count);

    if (status == BANYAN_OK && count > BY_CODE_ADDRESSES_MAX)
        status = BANYAN_ERR_MALFORMED;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        uint8_t size = 0;
        struct by_bytes address = {NULL, 0};

        status = by_cursor_take_u8(cursor, &size);
        if (status == BANYAN_OK)
            status = by_cursor_take(cursor, size, &address);
        if (status == BANYAN_OK && !is_address(address))
            status = BANYAN_ERR_MALFORMED;
        if (status == BANYAN_OK)
            status = by_arena_copy(arena, address, &out_addresses[i]);
    }
    *out_count = count;
    return status == BANYAN_OK && cursor->rest.size > 0 ? BANYAN_ERR_MALFORMED : status;
}
