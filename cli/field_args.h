/*
 * field=value words of the command line:
 *
 *   field=value   field=@file   field=-    the value, from a file, from standard input
 *   field+=x      field-=x                 add to a list, remove from it
 *   field=                                 nothing any more
 *   field=@@x                              a value that begins with "@"
 */
#ifndef CLI_FIELD_ARGS_H
#define CLI_FIELD_ARGS_H

#include "banyan/record.h"
#include "pool.h"

struct field_args {
    struct banyan_field *fields;
    size_t count;
};

#define FIELD_FILE_BYTES_MAX (4u * 1024u * 1024u)

/* BANYAN_ERR_USAGE, _NOT_FOUND (a file), _TOO_LARGE, _DISK; *out_mistake is the sentence. */
enum banyan_status field_args_read(struct pool *pool, const char *const *words, size_t count,
                                   struct field_args *out_fields, const char **out_mistake);

/* A whole file as text, without a byte order mark and the line end at its end; "-" is standard
 * input. */
enum banyan_status text_file_read(struct pool *pool, const char *path, const char **out_text,
                                  const char **out_mistake);
/* Its parts, for a reader of another kind: what errno says of a file that cannot be read; and text
 * of size bytes with room for one more, changed in place. */
enum banyan_status text_file_unread(struct pool *pool, const char *path, const char **out_mistake);
enum banyan_status text_file_check(struct pool *pool, const char *path, char *text, size_t size,
                                   const char **out_text, const char **out_mistake);

#endif
