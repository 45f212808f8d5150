/*
 * JSON text to values and back, through jansson, bounded in size and depth.
 */
#ifndef BY_CODEC_JSON_H
#define BY_CODEC_JSON_H

#include "codec/value.h"

/* Strings are normalised to normal form C. out_value borrows nothing from json.
 * BANYAN_ERR_MALFORMED with words (line and column), BANYAN_ERR_TOO_LARGE, BANYAN_ERR_BAD_TEXT. A
 * key twice, and an integer that int64 cannot hold, are malformed. */
BANYAN_MUST_CHECK enum banyan_status by_json_parse(struct by_bytes json, struct by_arena *arena,
                                                   struct by_value *out_value,
                                                   struct banyan_error *error);

/* The same of a file that another program wrote: strings are left as they are, with control
 * characters and in any normal form, to be looked at where they are used. */
BANYAN_MUST_CHECK enum banyan_status
by_json_parse_foreign(struct by_bytes json, struct by_arena *arena, struct by_value *out_value,
                      struct banyan_error *error);
/* One line, keys in the value's order, UTF-8 unescaped but for control characters, shortest float
 * form that reads back the same. BIN becomes lower-case hex. Appends to out. */
BANYAN_MUST_CHECK enum banyan_status
by_json_write(const struct by_value *value, struct by_buffer *out);

/*
 * A writer for results, straight into a buffer: no tree is built. Status is kept inside; ask once
 * at the end. Commas and escapes are its business; nesting is the caller's, at most 32 deep
 * (asserted).
 */
struct by_json {
    struct by_buffer *out;
    enum banyan_status status;
    unsigned depth;
    bool need_comma[33];
};
void by_json_init(struct by_json *json, struct by_buffer *out);
void by_json_object_begin(struct by_json *json);
void by_json_object_end(struct by_json *json);
void by_json_array_begin(struct by_json *json);
void by_json_array_end(struct by_json *json);
void by_json_key(struct by_json *json, const char *key);
void by_json_key_bytes(struct by_json *json, struct by_bytes key);
void by_json_text(struct by_json *json, struct by_bytes text);
void by_json_literal(struct by_json *json, const char *text);
/* A key with a text; NULL: with null. */
void by_json_member(struct by_json *json, const char *key, const char *text);
void by_json_int(struct by_json *json, int64_t integer);
void by_json_bool(struct by_json *json, bool boolean);
void by_json_null(struct by_json *json);
void by_json_hex(struct by_json *json, struct by_bytes bytes);
/* BANYAN_ERR_TOO_LARGE where the value nests past the 32 levels. */
void by_json_value(struct by_json *json, const struct by_value *value);
/* Text that is JSON already. */
void by_json_raw(struct by_json *json, struct by_bytes text);

#endif
