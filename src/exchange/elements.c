#include "exchange/elements.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "os/os.h"

#define CHUNK_BYTES     65536u
#define FRAME_BYTES_MAX 65536u
#define KEY_BYTES_MAX   16u /* of the keys that matter */
#define END             (-1)

/* Where in the file the reader stands, between two objects. */
enum place {
    AT_START,
    BEHIND_LINE,    /* of objects one after the other */
    BEFORE_ELEMENT, /* of an array: behind "[" or "," */
    BEHIND_ELEMENT,
    AT_FIRST, /* element of an array, which may have none */
    AT_END
};

struct by_elements {
    struct by_os_input *input;
    uint64_t size, done;
    uint8_t chunk[CHUNK_BYTES];
    size_t chunk_size, chunk_at;
    uint64_t line, element_line;
    enum place place;
    bool is_framed; /* the array stands within an object */
    struct by_buffer text, frame;
};

/* -- characters -- */

/* The next byte, which stays; END at the end. */
static enum banyan_status
peek(struct by_elements *elements, int *out_byte, struct banyan_error *error)
{
    enum banyan_status status = BANYAN_OK;

    if (elements->chunk_at == elements->chunk_size) {
        status = by_os_input_read(elements->input, elements->chunk, sizeof elements->chunk,
                                  &elements->chunk_size, error);
        elements->chunk_at = 0;
        if (status != BANYAN_OK)
            elements->chunk_size = 0;
    }
    *out_byte = elements->chunk_size == 0 ? END : elements->chunk[elements->chunk_at];
    return status;
}

static void skip(struct by_elements *elements)
{
    elements->line += elements->chunk[elements->chunk_at] == '\n';
    elements->chunk_at++;
    elements->done++;
}

static bool is_space(int c)
{
    /* 0x1e stands before each text of a sequence (RFC 7464) */
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x1e;
}

static enum banyan_status
skip_space(struct by_elements *elements, int *out_byte, struct banyan_error *error)
{
    enum banyan_status status = peek(elements, out_byte, error);

    while (status == BANYAN_OK && is_space(*out_byte)) {
        skip(elements);
        status = peek(elements, out_byte, error);
    }
    return status;
}

static enum banyan_status
fail(const struct by_elements *elements, const char *wanted, struct banyan_error *error)
{
    return by_fail(error, BANYAN_ERR_MALFORMED,
                   "line %llu of the file is no JSON that can be "
                   "imported: %s is missing there",
                   (unsigned long long)elements->line, wanted);
}

/* -- one object -- */

/* What is known of the text while it is copied. */
struct copying {
    unsigned depth;
    bool in_string, is_escaped;
    char key[KEY_BYTES_MAX + 1]; /* the last string at depth 1, and what came behind it */
    size_t key_size;
    bool is_key_open, is_key_done, has_colon;
};

static void note_string(struct copying *copying, uint8_t c)
{
    if (copying->is_escaped) {
        copying->is_escaped = false;
    } else if (c == '\\') {
        copying->is_escaped = true;
    } else if (c == '"') {
        copying->in_string = false;
        copying->is_key_done = copying->is_key_open;
        copying->is_key_open = false;
        return;
    }
    if (copying->is_key_open && copying->key_size < KEY_BYTES_MAX)
        copying->key[copying->key_size++] = (char)c;
}

static void note(struct copying *copying, uint8_t c)
{
    if (copying->in_string) {
        note_string(copying, c);
        return;
    }
    if (c == '"') {
        copying->in_string = true;
        copying->is_key_open = copying->depth == 1 && !copying->has_colon;
        copying->is_key_done = false;
        copying->key_size = 0;
    } else if (c == ':' && copying->depth == 1) {
        copying->has_colon = copying->is_key_done;
    } else if (!is_space(c)) {
        copying->is_key_done = false;
        copying->has_colon = false;
    }
    copying->depth += c == '{' || c == '[';
    copying->depth -= (c == '}' || c == ']') && copying->depth > 0;
}

/* Whether the array that begins now holds what the file is about. */
static bool begins_elements(const struct copying *copying, int c)
{
    static const char *const keys[] = {"features", "results", "value"};

    if (c != '[' || copying->depth != 1 || copying->in_string || !copying->has_colon)
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (copying->key_size == strlen(keys[i]) &&
            memcmp(copying->key, keys[i], copying->key_size) == 0)
            return true;
    return false;
}

/* Copies from "{" to the bracket that closes it, or with may_be_frame to the array within it. One
 * that is too large is read to its end all the same. */
static enum banyan_status copy_object(struct by_elements *elements, bool may_be_frame,
                                      bool *out_is_frame, struct banyan_error *error)
{
    struct copying copying = {.depth = 0};
    bool is_too_large = false;
    enum banyan_status status = BANYAN_OK;
    int c = 0;

    by_buffer_reset(&elements->text);
    elements->element_line = elements->line;
    *out_is_frame = false;
    do {
        status = peek(elements, &c, error);
        if (status == BANYAN_OK && c == END)
            return fail(elements, copying.in_string ? "\"" : "}", error);
        *out_is_frame = status == BANYAN_OK && may_be_frame && begins_elements(&copying, c);
        if (status != BANYAN_OK || *out_is_frame)
            return status;
        note(&copying, (uint8_t)c);
        if (!is_too_large)
            status = by_buffer_append_u8(&elements->text, (uint8_t)c);
        is_too_large = is_too_large || status == BANYAN_ERR_TOO_LARGE;
        skip(elements);
    } while ((status == BANYAN_OK || is_too_large) && copying.depth > 0);
    if (is_too_large)
        return by_fail(error, BANYAN_ERR_TOO_LARGE,
                       "the object that begins at line %llu is longer than %u MiB",
                       (unsigned long long)elements->element_line, BY_JSON_BYTES_MAX >> 20);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

/* -- between objects -- */

/* What is past the bound is left out, and then no JSON. */
static enum banyan_status keep_frame(struct by_elements *elements, struct by_bytes text)
{
    enum banyan_status status = by_buffer_append_bytes(&elements->frame, text);

    return status == BANYAN_ERR_TOO_LARGE ? BANYAN_OK : status;
}

static enum banyan_status start(struct by_elements *elements, struct banyan_error *error)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    int c = 0;
    enum banyan_status status = peek(elements, &c, error);

    for (size_t i = 0; i < sizeof mark && status == BANYAN_OK && c == mark[i]; i++) {
        skip(elements);
        status = peek(elements, &c, error);
    }
    if (status == BANYAN_OK)
        status = skip_space(elements, &c, error);
    if (status != BANYAN_OK)
        return status;
    elements->place = BEHIND_LINE;
    if (c == '[') {
        skip(elements);
        elements->place = AT_FIRST;
    }
    return BANYAN_OK;
}

/* The rest of the object around the array. */
static enum banyan_status read_frame(struct by_elements *elements, struct banyan_error *error)
{
    struct copying copying = {.depth = 1};
    enum banyan_status status = BANYAN_OK;
    int c = 0;

    while (status == BANYAN_OK && copying.depth > 0) {
        uint8_t byte = 0;

        status = peek(elements, &c, error);
        if (status == BANYAN_OK && c == END)
            return fail(elements, "}", error);
        if (status != BANYAN_OK)
            return status;
        byte = (uint8_t)c;
        note(&copying, byte);
        status = keep_frame(elements, by_bytes_of(&byte, 1));
        skip(elements);
    }
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

static enum banyan_status end(struct by_elements *elements, struct banyan_error *error)
{
    int c = 0;
    enum banyan_status status = BANYAN_OK;

    if (elements->is_framed)
        status = read_frame(elements, error);
    if (status == BANYAN_OK)
        status = skip_space(elements, &c, error);
    if (status == BANYAN_OK && c != END)
        return fail(elements, by_words(error, "the end"), error);
    elements->place = AT_END;
    return status == BANYAN_OK ? BANYAN_ERR_NOT_FOUND : status;
}

static enum banyan_status begin_frame(struct by_elements *elements)
{
    enum banyan_status status = BANYAN_OK;

    elements->is_framed = true;
    elements->place = AT_FIRST;
    skip(elements); /* [ */
    by_buffer_reset(&elements->frame);
    status = keep_frame(elements, by_buffer_bytes(&elements->text));
    return status == BANYAN_OK ? keep_frame(elements, by_bytes_of_text("null")) : status;
}

static enum banyan_status next_line(struct by_elements *elements, bool is_first,
                                    bool *out_is_object, struct banyan_error *error)
{
    int c = 0;
    bool is_frame = false;
    enum banyan_status status = skip_space(elements, &c, error);

    *out_is_object = false;
    if (status != BANYAN_OK)
        return status;
    if (c == END) {
        elements->place = AT_END;
        return BANYAN_ERR_NOT_FOUND;
    }
    if (c != '{')
        return fail(elements, "{", error);
    status = copy_object(elements, is_first, &is_frame, error);
    *out_is_object = status == BANYAN_OK && !is_frame;
    if (status == BANYAN_OK && is_frame) {
        status = begin_frame(elements);
        return status == BANYAN_OK ? status : by_fail_plain(error, status);
    }
    return status;
}

/* Up to the next element of the array. */
static enum banyan_status
next_element(struct by_elements *elements, bool *out_is_object, struct banyan_error *error)
{
    int c = 0;
    bool is_frame = false;
    enum banyan_status status = skip_space(elements, &c, error);

    *out_is_object = false;
    if (status != BANYAN_OK)
        return status;
    if (c == ']' && elements->place != BEFORE_ELEMENT) {
        skip(elements);
        return end(elements, error);
    }
    if (elements->place == BEHIND_ELEMENT) {
        if (c != ',')
            return fail(elements, "] or ,", error);
        skip(elements);
        elements->place = BEFORE_ELEMENT;
        return BANYAN_OK;
    }
    if (c != '{')
        return fail(elements, "{", error);
    status = copy_object(elements, false, &is_frame, error);
    elements->place = BEHIND_ELEMENT;
    *out_is_object = status == BANYAN_OK;
    return status;
}

/* -- all of it -- */

enum banyan_status by_elements_next(struct by_elements *elements, struct by_bytes *out_text,
                                    struct banyan_error *error)
{
    bool is_object = false;
    enum banyan_status status = BANYAN_OK;

    while (status == BANYAN_OK && !is_object) {
        bool is_first = elements->place == AT_START;

        if (is_first)
            status = start(elements, error);
        if (status != BANYAN_OK)
            break;
        switch (elements->place) {
        case AT_START:
        case BEHIND_LINE:
            status = next_line(elements, is_first, &is_object, error);
            break;
        case AT_FIRST:
        case BEFORE_ELEMENT:
        case BEHIND_ELEMENT:
            status = next_element(elements, &is_object, error);
            break;
        case AT_END:
            status = BANYAN_ERR_NOT_FOUND;
            break;
        }
    }
    *out_text = by_buffer_bytes(&elements->text);
    return status;
}

enum banyan_status
by_elements_open(const char *path, struct by_elements **out_elements, struct banyan_error *error)
{
    struct by_elements *elements = calloc(1, sizeof *elements);
    enum banyan_status status = BANYAN_OK;

    if (elements == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    elements->text.size_max = BY_JSON_BYTES_MAX;
    elements->frame.size_max = FRAME_BYTES_MAX;
    status = by_os_file_size(path, &elements->size, error);
    if (status == BANYAN_OK)
        status = by_os_input_open(path, &elements->input, error);
    if (status == BANYAN_OK)
        status = by_elements_rewind(elements, error);
    if (status == BANYAN_OK)
        *out_elements = elements;
    else
        by_elements_close(elements);
    return status;
}

void by_elements_close(struct by_elements *elements)
{
    if (elements == NULL)
        return;
    by_os_input_close(elements->input);
    by_buffer_deinit(&elements->text);
    by_buffer_deinit(&elements->frame);
    free(elements);
}

uint64_t by_elements_line(const struct by_elements *elements)
{
    return elements->element_line;
}

struct by_bytes by_elements_frame(const struct by_elements *elements)
{
    return by_buffer_bytes(&elements->frame);
}

enum banyan_status by_elements_rewind(struct by_elements *elements, struct banyan_error *error)
{
    elements->chunk_size = elements->chunk_at = 0;
    elements->done = 0;
    elements->line = elements->element_line = 1;
    elements->place = AT_START;
    elements->is_framed = false;
    by_buffer_reset(&elements->frame);
    return by_os_input_rewind(elements->input, error);
}

void by_elements_progress(const struct by_elements *elements, uint64_t *out_done,
                          uint64_t *out_total)
{
    *out_done = elements->done;
    *out_total = elements->size;
}
