/*
 * Pieces of results about one record: values with their texts, and changes.
 */
#ifndef BY_CORE_PIECES_H
#define BY_CORE_PIECES_H

#include "codec/json.h"
#include "core/loaded.h"
#include "record/told.h"

/* What the pieces are written for. */
struct by_pieces {
    struct by_node *node; /* its view is open; without one references are told by their ids */
    const struct by_loaded *loaded;
    const char *language;
    struct by_arena *arena;
    struct by_json *json;
    const uint64_t *as_of; /* a stamp; NULL = as it is now */
    bool is_proven;        /* it stands in a proof */
};

/* The text of a value for people. */
void by_pieces_text(const struct by_pieces *pieces, struct by_bytes path,
                    const struct by_value *value);
/* The same into a buffer; a failure is the status of pieces->json. */
void by_pieces_append_text(const struct by_pieces *pieces, struct by_bytes path,
                           const struct by_value *value, struct by_buffer *out);
/* [{"path", "change", "value", "text"}], and "before", a text or null, where befores, of its
 * touches, is not NULL. */
void by_pieces_changes(const struct by_pieces *pieces, const struct by_operation *operation,
                       const struct by_before *befores);
/* "by", "person" and "at" of an operation, inside an open object. */
void by_pieces_author(const struct by_pieces *pieces, const struct by_operation *operation);
/* "device", "device_short" (as banyan device list has it) and "device_name", null for none. */
void by_pieces_device(const struct by_pieces *pieces, const struct by_operation *operation);
/* "no", "yes" or "conflict". */
const char *by_pieces_deletion_word(enum by_deletion deletion);
/* The record's paths in the order of its type's fields, then those that every record has, then what
 * the type does not know by name; as many as loaded->merged has. NULL when memory ran out. */
const struct by_merged_path **by_pieces_in_order(const struct by_pieces *pieces);
/* "id", "name", "type", "label", "owner", "deleted", "sharing", "created" and "changed" of the
 * record, inside an open object. */
void by_pieces_identity(const struct by_pieces *pieces);
/* A record that is not this device's alone is for all members, unless it says that it may leave the
 * network: "private", "members" or "public". */
struct by_bytes by_pieces_sharing(const struct by_loaded *loaded);
/* The value shown for a path: its settled one, or the first of those in conflict. NULL without. */
const struct by_value *by_pieces_value(const struct by_merged *merged, struct by_bytes path);

/* The whole of a record (banyan_show), and its operations (banyan_history). */
void by_pieces_record(const struct by_pieces *pieces);
void by_pieces_history(const struct by_pieces *pieces);

/* Find a record, read it, and let write make the result. language NULL: English. */
typedef void by_pieces_write(const struct by_pieces *pieces);
BANYAN_MUST_CHECK enum banyan_status
by_pieces_read(struct by_node *node, const char *id, const char *language, by_pieces_write *write,
               struct by_buffer *out, struct banyan_error *error);
/* The same of the record as of a stamp; as_of NULL: as it is now. */
BANYAN_MUST_CHECK enum banyan_status
by_pieces_read_as_of(struct by_node *node, const char *id, const uint64_t *as_of,
                     const char *language, by_pieces_write *write, struct by_buffer *out,
                     struct banyan_error *error);

#endif
