/*
 * Guessing where a column goes from the words of its header.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/mapping.h"
#include "record/code_search.h"

#define WORD_BYTES_MAX 1024u

/* Headers of columns that hold one half of a point, folded. */
static const struct {
    const char *word;
    enum by_part part;
} halves[] = {
    {"latitude", BY_PART_LATITUDE},   {"lat", BY_PART_LATITUDE},
    {"y", BY_PART_LATITUDE},          {"vi do", BY_PART_LATITUDE},
    {"широта", BY_PART_LATITUDE},     {"ендік", BY_PART_LATITUDE},
    {"longitude", BY_PART_LONGITUDE}, {"lon", BY_PART_LONGITUDE},
    {"lng", BY_PART_LONGITUDE},       {"long", BY_PART_LONGITUDE},
    {"x", BY_PART_LONGITUDE},         {"kinh do", BY_PART_LONGITUDE},
    {"долгота", BY_PART_LONGITUDE},   {"довгота", BY_PART_LONGITUDE},
};
/* What forms call the name of a submission, which stays when the form is exported again. */
static const char *const keys[] = {"_uuid",      "KEY",      "meta-instanceID", "meta/instanceID",
                                   "instanceID", "SITE_PID", "WDPA_PID"};

static bool fold(struct by_bytes text, struct by_buffer *out)
{
    struct by_buffer normal = BY_BUFFER_INIT(WORD_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(out);
    status = by_text_normalise(text, &normal);
    if (status == BANYAN_OK)
        status = by_text_fold(by_buffer_bytes(&normal), out);
    by_buffer_deinit(&normal);
    return status == BANYAN_OK && out->size > 0;
}

static bool fold_is(const char *text, struct by_bytes folded)
{
    struct by_buffer other = BY_BUFFER_INIT(WORD_BYTES_MAX);
    bool is_equal =
        fold(by_bytes_of_text(text), &other) && by_bytes_equal(by_buffer_bytes(&other), folded);

    by_buffer_deinit(&other);
    return is_equal;
}

static bool has_label(const struct by_label *labels, size_t count, struct by_bytes folded)
{
    for (size_t i = 0; i < count; i++)
        if (fold_is(labels[i].text, folded))
            return true;
    return false;
}

/* A field by its name or one of its labels. */
static const struct by_field *find_field(const struct by_type *type, struct by_bytes words)
{
    struct by_buffer folded = BY_BUFFER_INIT(WORD_BYTES_MAX);
    const struct by_field *found = NULL;
    size_t envelope_count;
    const struct by_field *envelope = by_type_envelope(&envelope_count);

    if (fold(words, &folded)) {
        for (size_t i = 0; i < type->field_count + envelope_count && found == NULL; i++) {
            const struct by_field *field =
                i < type->field_count ? &type->fields[i] : &envelope[i - type->field_count];

            if (fold_is(field->name, by_buffer_bytes(&folded)) ||
                has_label(field->labels, field->label_count, by_buffer_bytes(&folded)))
                found = field;
        }
    }
    by_buffer_deinit(&folded);
    return found;
}

/* -- what stands around the words -- */

static struct by_bytes trim(struct by_bytes text)
{
    while (text.size > 0 && strchr(" \t*:\r\n", text.data[0]) != NULL) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && strchr(" \t*:\r\n", text.data[text.size - 1]) != NULL)
        text.size--;
    return text;
}

struct header {
    struct by_bytes words;
    struct by_bytes note; /* "ha" of "Area (ha)" and of "Area, ha"; "vi" of "name.vi" */
};

/* Cut at a mark, the last of its kind: false where it is not there or nothing stands around it. */
static bool cut(struct by_bytes text, char mark, struct header *out_header)
{
    size_t at = text.size;

    while (at > 0 && text.data[at - 1] != (uint8_t)mark)
        at--;
    if (at < 2 || at == text.size)
        return false;
    out_header->words = trim(by_bytes_of(text.data, at - 1));
    out_header->note = trim(by_bytes_of(text.data + at, text.size - at));
    if (mark == '(' && out_header->note.size > 0 &&
        out_header->note.data[out_header->note.size - 1] == ')')
        out_header->note = trim(by_bytes_of(out_header->note.data, out_header->note.size - 1));
    return out_header->words.size > 0 && out_header->note.size > 0;
}

/* -- one column -- */

static enum banyan_status set_path(struct by_mapping_column *column, const struct by_field *field,
                                   struct by_bytes language, struct by_arena *arena)
{
    char path[128];

    if (field->kind == BY_FIELD_MLTEXT)
        (void)snprintf(path, sizeof path, "%s.%.*s", field->name, (int)language.size,
                       (const char *)language.data);
    else
        (void)snprintf(path, sizeof path, "%s", field->name);
    column->field = field;
    column->path = by_arena_text(arena, by_bytes_of_text(path));
    return column->path == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

static const struct by_code *find_unit(const struct by_field *field, struct by_bytes note)
{
    struct by_code_finding finding;

    if (by_code_search(field->list, note, &finding) != BANYAN_OK || finding.same_count != 1)
        return NULL;
    return finding.same[0];
}

static bool is_text(struct by_bytes bytes, const char *text)
{
    return by_bytes_equal(bytes, by_bytes_of_text(text));
}

/* Words and a note: the note must mean something to the field. */
static enum banyan_status guess_noted(const struct by_type *type, const struct header *header,
                                      struct by_mapping_column *column, struct by_arena *arena)
{
    const struct by_field *field = find_field(type, header->words);

    if (field == NULL)
        return BANYAN_OK;
    if (field->kind == BY_FIELD_MLTEXT && by_text_is_language(header->note))
        return set_path(column, field, header->note, arena);
    if (field->kind == BY_FIELD_QUANTITY && is_text(header->note, "unit"))
        column->part = BY_PART_UNIT;
    else if (field->kind == BY_FIELD_MONEY && is_text(header->note, "currency"))
        column->part = BY_PART_CURRENCY;
    else if (field->kind == BY_FIELD_QUANTITY && find_unit(field, header->note) != NULL)
        column->unit = find_unit(field, header->note)->code;
    else if (field->kind != BY_FIELD_MONEY || header->note.size != 3)
        return BANYAN_OK;
    else {
        column->unit = by_arena_text(arena, header->note);
        if (column->unit == NULL)
            return BANYAN_ERR_MEMORY;
    }
    return set_path(column, field, by_bytes_of(NULL, 0), arena);
}

static enum banyan_status guess_half(const struct by_type *type, struct by_bytes words,
                                     struct by_mapping_column *column, struct by_arena *arena)
{
    const struct by_field *field = by_type_field_find(type, by_bytes_of_text("geometry"));
    struct by_buffer folded = BY_BUFFER_INIT(WORD_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    if (field != NULL && fold(words, &folded))
        for (size_t i = 0; i < sizeof halves / sizeof halves[0] && column->path == NULL; i++)
            if (is_text(by_buffer_bytes(&folded), halves[i].word)) {
                column->part = halves[i].part;
                status = set_path(column, field, by_bytes_of(NULL, 0), arena);
            }
    by_buffer_deinit(&folded);
    return status;
}

static enum banyan_status guess_words(const struct by_type *type, struct by_bytes words,
                                      struct by_bytes language, struct by_mapping_column *column,
                                      struct by_arena *arena)
{
    static const char marks[] = {'(', ',', '.', '_'};
    const struct by_field *field = find_field(type, words);
    enum banyan_status status = BANYAN_OK;
    struct header header;

    if (field != NULL)
        return set_path(column, field, language, arena);
    for (size_t i = 0; i < sizeof marks && column->path == NULL && status == BANYAN_OK; i++)
        if (cut(words, marks[i], &header))
            status = guess_noted(type, &header, column, arena);
    if (column->path == NULL && status == BANYAN_OK)
        status = guess_half(type, words, column, arena);
    return status;
}

/* Forms write the groups that a question stands in before its name. */
static enum banyan_status guess_column(const struct by_type *type, struct by_bytes language,
                                       struct by_mapping_column *column, struct by_arena *arena)
{
    static const char marks[] = {'/', '-'};
    struct by_bytes words = trim(column->header);
    struct header header;
    enum banyan_status status = guess_words(type, words, language, column, arena);

    for (size_t i = 0; i < sizeof marks && column->path == NULL && status == BANYAN_OK; i++)
        if (cut(words, marks[i], &header))
            status = guess_words(type, header.note, language, column, arena);
    return status;
}

/* Two columns for one place: the first has it. */
static bool is_taken(const struct by_mapping *mapping, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (mapping->columns[i].path != NULL &&
            mapping->columns[i].part == mapping->columns[at].part &&
            strcmp(mapping->columns[i].path, mapping->columns[at].path) == 0)
            return true;
    return false;
}

static bool is_key(struct by_bytes header)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (is_text(trim(header), keys[i]))
            return true;
    return false;
}

enum banyan_status by_mapping_guess(const struct by_type *type, const struct by_row *header,
                                    const char *language, struct by_arena *arena,
                                    struct by_mapping *out_mapping)
{
    struct by_bytes tongue = by_bytes_of_text(language == NULL ? "en" : language);
    struct by_mapping mapping = {.type = type, .column_count = header->count};
    enum banyan_status status = BANYAN_OK;

    mapping.columns = by_arena_array(arena, header->count + 1, sizeof mapping.columns[0]);
    if (mapping.columns == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < header->count && status == BANYAN_OK; i++) {
        struct by_mapping_column *column = &mapping.columns[i];

        status = by_arena_copy(arena, header->cells[i], &column->header);
        if (status == BANYAN_OK && column->header.size > 0)
            status = guess_column(type, tongue, column, arena);
        if (column->path != NULL && is_taken(&mapping, i))
            column->path = NULL;
        column->is_key = !mapping.has_key && is_key(column->header);
        mapping.has_key = mapping.has_key || column->is_key;
    }
    *out_mapping = mapping;
    return status;
}
