#include "field_args.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

enum banyan_status text_file_unread(struct pool *pool, const char *path, const char **out_mistake)
{
    enum banyan_status status = errno == ENOENT   ? BANYAN_ERR_NOT_FOUND
                                : errno == EISDIR ? BANYAN_ERR_USAGE
                                                  : BANYAN_ERR_DISK;

    *out_mistake = pool_format(pool, _("cannot read %s: %s"), path, _(strerror(errno)));
    return status;
}

enum banyan_status text_file_check(struct pool *pool, const char *path, char *text, size_t size,
                                   const char **out_text, const char **out_mistake)
{
    if (size > FIELD_FILE_BYTES_MAX) {
        *out_mistake = pool_format(pool, _("%s is larger than %u MiB: too large for a value"), path,
                                   FIELD_FILE_BYTES_MAX / (1024u * 1024u));
        return BANYAN_ERR_TOO_LARGE;
    }
    if (memchr(text, '\0', size) != NULL) {
        *out_mistake = pool_format(pool, _("%s is not a text file: it holds a zero byte"), path);
        return BANYAN_ERR_BAD_TEXT;
    }
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* as editors on Windows begin one */
        text += 3;
        size -= 3;
    }
    if (size > 0 && text[size - 1] == '\n')
        size--;
    if (size > 0 && text[size - 1] == '\r')
        size--;
    text[size] = '\0';
    *out_text = text;
    return BANYAN_OK;
}

static enum banyan_status read_stream(struct pool *pool, FILE *stream, const char *path,
                                      const char **out_text, const char **out_mistake)
{
    char *text = pool_allocate(pool, FIELD_FILE_BYTES_MAX + 1);
    size_t size = fread(text, 1, FIELD_FILE_BYTES_MAX + 1, stream);

    return ferror(stream) ? text_file_unread(pool, path, out_mistake)
                          : text_file_check(pool, path, text, size, out_text, out_mistake);
}

enum banyan_status
text_file_read(struct pool *pool, const char *path, const char **out_text, const char **out_mistake)
{
    enum banyan_status status;
    FILE *stream;

    if (strcmp(path, "-") == 0)
        return read_stream(pool, stdin, _("standard input"), out_text, out_mistake);
    stream = fopen(path, "rbe");
    if (stream == NULL)
        return text_file_unread(pool, path, out_mistake);
    status = read_stream(pool, stream, path, out_text, out_mistake);
    (void)fclose(stream); // only read from
    return status;
}

static enum banyan_status read_value(struct pool *pool, const char *text,
                                     struct banyan_field *field, const char **out_mistake)
{
    if (strncmp(text, "@@", 2) == 0)
        field->value = text + 1;
    else if (text[0] == '@')
        return text_file_read(pool, text + 1, &field->value, out_mistake);
    else if (strcmp(text, "-") == 0)
        return text_file_read(pool, text, &field->value, out_mistake);
    else
        field->value = text;
    return BANYAN_OK;
}

static enum banyan_status read_field(struct pool *pool, const char *word,
                                     struct banyan_field *field, const char **out_mistake)
{
    size_t path = strcspn(word, "=");
    enum banyan_status status;

    field->change = BANYAN_SET;
    if (word[path] == '\0' || path == 0) {
        *out_mistake = pool_format(pool, _("\"%s\" is not of the form field=value"), word);
        return BANYAN_ERR_USAGE;
    }
    status = read_value(pool, word + path + 1, field, out_mistake);
    if (status != BANYAN_OK)
        return status;
    if (path > 1 && word[path - 1] == '+')
        field->change = BANYAN_ADD;
    else if (path > 1 && word[path - 1] == '-')
        field->change = BANYAN_REMOVE;
    else if (word[path + 1] == '\0')
        *field = (struct banyan_field){.change = BANYAN_UNSET};
    field->path = pool_copy(pool, word,
                            path - (field->change == BANYAN_ADD || field->change == BANYAN_REMOVE));
    return BANYAN_OK;
}

/* One command says one thing about a field; lists are added to and taken from any number of times.
 */
static const char *said_twice(struct pool *pool, const struct field_args *fields)
{
    const struct banyan_field *last = &fields->fields[fields->count - 1];

    for (size_t i = 0; i + 1 < fields->count; i++) {
        const struct banyan_field *field = &fields->fields[i];
        bool both_of_list = field->change >= BANYAN_ADD && last->change >= BANYAN_ADD;

        if (!both_of_list && strcmp(field->path, last->path) == 0)
            return pool_format(pool, _("%s is given twice; a list is written %s=\"a; b\""),
                               last->path, last->path);
    }
    return NULL;
}

static bool reads_standard_input(const char *word)
{
    const char *value = strchr(word, '=');

    return value != NULL && strcmp(value, "=-") == 0;
}

enum banyan_status field_args_read(struct pool *pool, const char *const *words, size_t count,
                                   struct field_args *out_fields, const char **out_mistake)
{
    size_t from_standard_input = 0;

    *out_fields =
        (struct field_args){pool_allocate(pool, (count + 1) * sizeof(struct banyan_field)), 0};
    *out_mistake = NULL;
    for (size_t i = 0; i < count; i++) {
        enum banyan_status status;

        from_standard_input += reads_standard_input(words[i]);
        if (from_standard_input > 1) {
            *out_mistake = _("standard input can be read for one field only");
            return BANYAN_ERR_USAGE;
        }
        status = read_field(pool, words[i], &out_fields->fields[i], out_mistake);
        if (status != BANYAN_OK)
            return status;
        out_fields->count++;
        *out_mistake = said_twice(pool, out_fields);
        if (*out_mistake != NULL)
            return BANYAN_ERR_USAGE;
    }
    return BANYAN_OK;
}
