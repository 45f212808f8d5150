/*
 * Guessing where a column goes from the words of its header.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exchange/exported.h"
#include "exchange/mapping.h"
#include "exchange/wdpca_read.h"
#include "exchange/words.h"
#include "record/code_search.h"

#define WORD_BYTES_MAX 1024u

/* What forms call the name of a submission, which stays when the form is exported again. */
static const char *const keys[] = {"_uuid",           "__id",       "KEY",      "meta-instanceID",
                                   "meta/instanceID", "instanceID", "SITE_PID", "WDPA_PID"};

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
                       language.size == 0 ? "" : (const char *)language.data);
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

/* Which part of a field a word in the header means; BY_PART_ALL for none. */
static enum by_part find_part(struct by_bytes words)
{
    struct by_buffer folded = BY_BUFFER_INIT(WORD_BYTES_MAX);
    enum by_part part =
        fold(words, &folded) ? by_part_of_word(by_buffer_bytes(&folded)) : BY_PART_ALL;

    by_buffer_deinit(&folded);
    return part;
}

static bool has_part(const struct by_field *field, enum by_part part)
{
    switch (part) {
    case BY_PART_ALL:
        return false;
    case BY_PART_LATITUDE:
    case BY_PART_LONGITUDE:
    case BY_PART_POLYGON:
        return field->kind == BY_FIELD_GEOMETRY;
    case BY_PART_UNIT:
        return field->kind == BY_FIELD_QUANTITY;
    case BY_PART_CURRENCY:
    case BY_PART_DAY:
        return field->kind == BY_FIELD_MONEY;
    case BY_PART_CHOICE:
        break;
    }
    return false;
}

/* How exactly a telephone knew where it was, in metres: beside the place, Kobo and ODK have it. */
static bool says_precision(struct by_bytes note)
{
    return is_text(note, "precision") || is_text(note, "Accuracy");
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
    if (field->kind == BY_FIELD_GEOMETRY && says_precision(header->note)) {
        field = by_type_field_find(type, by_bytes_of_text("precision_m"));
        return field == NULL ? BANYAN_OK : set_path(column, field, by_bytes_of(NULL, 0), arena);
    }
    if (has_part(field, find_part(header->note)))
        column->part = find_part(header->note);
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
    enum by_part part = find_part(words);

    if (field == NULL || !has_part(field, part))
        return BANYAN_OK;
    column->part = part;
    return set_path(column, field, by_bytes_of(NULL, 0), arena);
}

static enum banyan_status guess_words(const struct by_type *type, struct by_bytes words,
                                      struct by_bytes language, struct by_mapping_column *column,
                                      struct by_arena *arena)
{
    static const char marks[] = {'(', ',', '.', '_', '/'};
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

/* "group/threat_kinds/pollution": forms have a column for each choice of a list. */
static enum banyan_status guess_choice(const struct by_type *type, struct by_bytes words,
                                       struct by_mapping_column *column, struct by_arena *arena)
{
    const struct by_field *field = NULL;
    struct header choice, group;
    const struct by_code *code = NULL;

    if (!cut(words, '/', &choice))
        return BANYAN_OK;
    field = find_field(type, cut(choice.words, '/', &group) ? group.note : choice.words);
    if (field == NULL && cut(choice.words, '-', &group))
        field = find_field(type, group.note);
    if (field == NULL || field->kind != BY_FIELD_CODES || field->list == NULL)
        return BANYAN_OK;
    code = by_code_find(field->list, choice.note);
    if (code == NULL)
        code = find_unit(field, choice.note); /* by its label */
    if (code == NULL)
        return BANYAN_OK;
    column->part = BY_PART_CHOICE;
    column->unit = code->code;
    return set_path(column, field, by_bytes_of(NULL, 0), arena);
}

/* "group-place-Accuracy", as ODK Central has it. */
static enum banyan_status guess_precision(const struct by_type *type, struct by_bytes words,
                                          struct by_mapping_column *column, struct by_arena *arena)
{
    const struct by_field *field = by_type_field_find(type, by_bytes_of_text("precision_m"));
    const struct by_field *place = NULL;
    struct header part, group;

    if (field == NULL || !cut(words, '-', &part) || !says_precision(part.note))
        return BANYAN_OK;
    place = find_field(type, cut(part.words, '-', &group) ? group.note : part.words);
    if (place == NULL || place->kind != BY_FIELD_GEOMETRY)
        return BANYAN_OK;
    return set_path(column, field, by_bytes_of(NULL, 0), arena);
}

/* Columns that Kobo adds to a question begin with "_" and end as "_place_latitude" does; what it
 * adds to a submission, as "_status" and "_tags", is not about what was asked. */
static struct by_bytes trim_form(struct by_bytes header)
{
    struct by_bytes words = trim(header);

    if (words.size == 0 || words.data[0] != '_')
        return words;
    words = by_bytes_of(words.data + 1, words.size - 1);
    return words.size > 0 && memchr(words.data, '_', words.size) != NULL ? words
                                                                         : by_bytes_of(NULL, 0);
}

/* Forms write the groups that a question stands in before its name. */
static enum banyan_status guess_column(const struct by_type *type, struct by_bytes language,
                                       struct by_mapping_column *column, struct by_arena *arena)
{
    static const char marks[] = {'/', '-'};
    struct by_bytes words = trim_form(column->header);
    struct header header, group;
    enum banyan_status status = guess_words(type, words, language, column, arena);

    if (status == BANYAN_OK && column->path == NULL)
        status = guess_choice(type, words, column, arena);
    if (status == BANYAN_OK && column->path == NULL)
        status = guess_precision(type, words, column, arena);
    for (size_t i = 0; i < sizeof marks && column->path == NULL && status == BANYAN_OK; i++)
        if (cut(words, marks[i], &header))
            status = guess_words(type, header.note, language, column, arena);
    /* "group/name/vi" */
    if (status == BANYAN_OK && column->path == NULL && cut(words, '/', &header) &&
        cut(header.words, '/', &group))
        status = guess_words(
            type, by_bytes_of(group.note.data, (size_t)(words.data + words.size - group.note.data)),
            language, column, arena);
    return status;
}

/* -- what offices call it -- */

/* The field of the type that other words mean; NULL. */
static const struct by_field *find_meant(const struct by_type *type, struct by_bytes words)
{
    struct by_buffer folded = BY_BUFFER_INIT(WORD_BYTES_MAX);
    const struct by_field *field = NULL;
    const char *name = NULL;
    size_t at = 0;

    if (fold(words, &folded))
        while (field == NULL && (name = by_field_of_word(by_buffer_bytes(&folded), &at)) != NULL)
            field = by_type_field_find(type, by_bytes_of_text(name));
    by_buffer_deinit(&folded);
    return field;
}

/* "Reported area (ha)" is read as "area (ha)" would be. */
static enum banyan_status guess_meant(const struct by_type *type, struct by_bytes language,
                                      struct by_mapping_column *column, struct by_arena *arena)
{
    static const char marks[] = {'(', ','};
    struct header header = {.words = trim(column->header)};
    const struct by_field *field = find_meant(type, header.words);
    struct by_bytes written = column->header;
    char words[WORD_BYTES_MAX];
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < sizeof marks && field == NULL; i++)
        if (cut(trim(written), marks[i], &header))
            field = find_meant(type, header.words);
    if (field == NULL || header.note.size > WORD_BYTES_MAX / 2)
        return BANYAN_OK;
    (void)snprintf(words, sizeof words, header.note.size == 0 ? "%s" : "%s (%.*s)", field->name,
                   (int)header.note.size, (const char *)header.note.data);
    column->header = by_bytes_of_text(words);
    status = guess_column(type, language, column, arena);
    column->header = written;
    return status;
}

/* Two columns for one place: the first has it, but for one that was guessed from other words. */
static bool is_taken(const struct by_mapping *mapping, size_t at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (i != at && mapping->columns[i].path != NULL &&
            mapping->columns[i].part == mapping->columns[at].part &&
            mapping->columns[i].part != BY_PART_CHOICE &&
            strcmp(mapping->columns[i].path, mapping->columns[at].path) == 0)
            return true;
    return false;
}

/* Exact words come first: what is left may be called by others. */
static enum banyan_status
guess_others(struct by_mapping *mapping, struct by_bytes language, struct by_arena *arena)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < mapping->column_count && status == BANYAN_OK; i++) {
        struct by_mapping_column *column = &mapping->columns[i];

        if (column->path != NULL || column->is_key || column->header.size == 0 ||
            column->header.data[0] == '_') /* as "_notes", which forms add */
            continue;
        status = guess_meant(mapping->type, language, column, arena);
        if (column->path == NULL || !is_taken(mapping, i, mapping->column_count))
            continue;
        column->path = column->unit = NULL;
        column->part = BY_PART_ALL;
    }
    return status;
}

static bool has_half(const struct by_mapping *mapping, enum by_part part)
{
    for (size_t i = 0; i < mapping->column_count; i++)
        if (mapping->columns[i].path != NULL && mapping->columns[i].part == part)
            return true;
    return false;
}

/* "x", and in a group of a form "group/x" or "group-x". */
static bool is_letter(struct by_bytes header)
{
    return header.size == 1 || (header.size > 1 && (header.data[header.size - 2] == '/' ||
                                                    header.data[header.size - 2] == '-'));
}

/* An "x" without a "y" is anything but a longitude. */
static void leave_out_letters(struct by_mapping *mapping)
{
    bool is_half = has_half(mapping, BY_PART_LATITUDE) != has_half(mapping, BY_PART_LONGITUDE);

    for (size_t i = 0; i < mapping->column_count && is_half; i++) {
        struct by_mapping_column *column = &mapping->columns[i];

        if ((column->part != BY_PART_LATITUDE && column->part != BY_PART_LONGITUDE) ||
            !is_letter(trim(column->header)))
            continue;
        column->path = NULL;
        column->part = BY_PART_ALL;
    }
}

/* Columns that exports add: which record a row is, and which state of it was written. True for
 * one of those, which goes to no field. */
static bool take_own(struct by_mapping *mapping, size_t at)
{
    struct by_bytes header = trim(mapping->columns[at].header);
    struct by_bytes version = by_bytes_of_text(BY_VERSION_HEADER);
    struct by_bytes begin = by_bytes_of_text(BY_HEADER_BEGIN);

    if (header.size < begin.size || memcmp(header.data, begin.data, begin.size) != 0)
        return false;
    mapping->ids_may_be_new |= is_text(header, BY_NEW_HEADER);
    if (is_text(header, BY_ID_HEADER) || is_text(header, BY_NEW_HEADER))
        mapping->id_column = at;
    if (header.size >= version.size && memcmp(header.data, version.data, version.size) == 0) {
        mapping->version_column = at;
        mapping->version_language =
            trim(by_bytes_of(header.data + version.size, header.size - version.size));
    }
    return true;
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
    enum by_wdpca_schema schema = by_wdpca_schema_of(type, header);
    struct by_mapping mapping = {.type = type,
                                 .column_count = header->count,
                                 .id_column = BY_NO_COLUMN,
                                 .version_column = BY_NO_COLUMN};
    enum banyan_status status = BANYAN_OK;

    mapping.columns = by_arena_array(arena, header->count + 1, sizeof mapping.columns[0]);
    if (mapping.columns == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < header->count && status == BANYAN_OK; i++) {
        struct by_mapping_column *column = &mapping.columns[i];

        status = by_arena_copy(arena, header->cells[i], &column->header);
        if (status == BANYAN_OK && column->header.size > 0 && !take_own(&mapping, i))
            status = schema == BY_WDPCA_NONE ? guess_column(type, tongue, column, arena)
                                             : by_wdpca_map(schema, type, language, column, arena);
        if (column->path != NULL && is_taken(&mapping, i, i))
            column->path = NULL;
        column->is_key = !mapping.has_key && is_key(column->header);
        mapping.has_key = mapping.has_key || column->is_key;
    }
    if (status == BANYAN_OK && schema == BY_WDPCA_NONE)
        status = guess_others(&mapping, tongue, arena);
    leave_out_letters(&mapping);
    *out_mapping = mapping;
    return status;
}
