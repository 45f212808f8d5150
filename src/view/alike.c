#include "view/alike.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/text_similar.h"
#include "codec/json.h"
#include "record/field_value.h"
#include "view/alike_parts.h"
#include "view/alike_place.h"
#include "view/document.h"
#include "view/shown.h"

#define MATCH_BYTES_MAX (16u * 1024u)
#define NAME_BYTES_MAX  BY_ALIKE_NAME_BYTES_MAX
#define TOKENS_MAX      32u
#define BEGINNING_MAX   4u /* characters of a word that a misspelt one shares */
#define ROWS_MAX        5000u

struct hit {
    uint8_t name[48];
    int similarity; /* hundredths; -1 = not by name */
    double metres;  /* negative = not by place */
};
struct search {
    struct by_view *view;
    const struct by_view_alike *alike;
    struct by_trigrams *trigrams; /* of the names, BY_ALIKE_NAMES_MAX of them */
    struct by_buffer match;
    struct hit hits[BY_ALIKE_MAX + 1]; /* likest first */
    size_t count;
    struct by_alike_places places;
    struct by_middle middle; /* of the new record */
    bool has_middle;
    struct banyan_error *error;
};

/* ---- the likest -------------------------------------------------------------------------- */

static bool is_liker(const struct hit *a, const struct hit *b)
{
    if (a->similarity != b->similarity)
        return a->similarity > b->similarity;
    if ((a->metres < 0) != (b->metres < 0))
        return a->metres >= 0;
    return a->metres != b->metres ? a->metres < b->metres
                                  : memcmp(a->name, b->name, sizeof a->name) < 0;
}

/* A record that was found in both ways is told once. */
static void unite(struct search *search, struct hit *hit)
{
    for (size_t i = 0; i < search->count; i++) {
        if (memcmp(search->hits[i].name, hit->name, sizeof hit->name) != 0)
            continue;
        if (hit->similarity < search->hits[i].similarity)
            hit->similarity = search->hits[i].similarity;
        memmove(&search->hits[i], &search->hits[i + 1],
                (search->count - i - 1) * sizeof search->hits[0]);
        search->count--;
        return;
    }
}

static void keep(struct search *search, struct hit hit)
{
    unite(search, &hit);
    size_t at = search->count;
    while (at > 0 && is_liker(&hit, &search->hits[at - 1]))
        at--;
    if (at == BY_ALIKE_MAX)
        return;
    memmove(&search->hits[at + 1], &search->hits[at],
            (search->count - at) * sizeof search->hits[0]);
    search->hits[at] = hit;
    if (search->count < BY_ALIKE_MAX)
        search->count++;
}

/* ---- names ------------------------------------------------------------------------------- */

enum banyan_status
by_alike_fold(struct by_bytes name, struct by_buffer *folded, struct by_trigrams *out_trigrams)
{
    by_buffer_reset(folded);
    enum banyan_status status = by_text_fold(name, folded);
    if (status == BANYAN_ERR_TOO_LARGE) {
        status = BANYAN_OK;
        by_buffer_reset(folded);
    }
    by_trigrams_of(by_buffer_bytes(folded), out_trigrams);
    return status;
}

bool by_alike_name_line(const struct by_field *naming, struct by_bytes *rest,
                        struct by_bytes *out_line)
{
    struct by_bytes path, name, language;
    while (by_document_line(rest, &path, out_line)) {
        by_path_split(path, &name, &language);
        if (by_bytes_equal(name, by_bytes_of_text(naming->name)))
            return true;
    }
    return false;
}

int by_alike_weigh(const struct by_trigrams *names, size_t count, const struct by_field *naming,
                   struct by_bytes folded)
{
    struct by_trigrams trigrams;
    struct by_bytes line;
    int best = 0;
    while (by_alike_name_line(naming, &folded, &line)) {
        by_trigrams_of(line, &trigrams);
        for (size_t i = 0; i < count; i++) {
            int alike = (int)by_trigrams_alike(&names[i], &trigrams);
            best = alike > best ? alike : best;
        }
    }
    return best;
}

/* ---- by name ----------------------------------------------------------------------------- */

/* The beginning of a token, which misspelt words mostly share. */
static struct by_bytes beginning_of(struct by_bytes token)
{
    struct by_bytes rest = token;
    size_t characters = 0;
    while (characters < BEGINNING_MAX && rest.size > 0) {
        do {
            rest.data++;
            rest.size--;
        } while (rest.size > 0 && (rest.data[0] & 0xc0) == 0x80);
        characters++;
    }
    return by_bytes_of(token.data, token.size - rest.size);
}

static enum banyan_status
append_tokens(struct search *search, struct by_bytes folded, size_t *token_count)
{
    struct by_buffer tokens = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    enum banyan_status status = by_text_tokens(folded, &tokens);
    struct by_bytes rest = by_buffer_bytes(&tokens);
    while (status == BANYAN_OK && rest.size > 0 && *token_count < TOKENS_MAX) {
        const uint8_t *gap = memchr(rest.data, ' ', rest.size);
        size_t size = gap == NULL ? rest.size : (size_t)(gap - rest.data);
        struct by_bytes begin = beginning_of(by_bytes_of(rest.data, size));
        if (begin.size > 0 && memchr(begin.data, '"', begin.size) == NULL)
            status = by_buffer_append_format(&search->match, "%s\"%.*s\"*",
                                             (*token_count)++ == 0 ? "" : " OR ", (int)begin.size,
                                             (const char *)begin.data);
        size += gap != NULL;
        rest = by_bytes_of(rest.data + size, rest.size - size);
    }
    by_buffer_deinit(&tokens);
    return status;
}

static size_t count_names(const struct by_view_alike *alike)
{
    return alike->name_count < BY_ALIKE_NAMES_MAX ? alike->name_count : BY_ALIKE_NAMES_MAX;
}

static enum banyan_status fold_names(struct search *search)
{
    struct by_buffer folded = BY_BUFFER_INIT(NAME_BYTES_MAX);
    size_t token_count = 0;
    enum banyan_status status = BANYAN_OK;
    for (size_t i = 0; i < count_names(search->alike) && status == BANYAN_OK; i++) {
        status = by_alike_fold(search->alike->names[i], &folded, &search->trigrams[i]);
        if (status == BANYAN_OK)
            status = append_tokens(search, by_buffer_bytes(&folded), &token_count);
    }
    by_buffer_deinit(&folded);
    return status;
}

static enum banyan_status search_names(struct search *search)
{
    const struct by_field *naming = by_type_naming_field(search->alike->type);
    sqlite3_stmt *statement = by_view_statement(search->view, BY_STATEMENT_SEARCH_TYPED);
    enum banyan_status status = BANYAN_OK;
    if (naming == NULL || search->match.size == 0)
        return BANYAN_OK;
    by_bind_text(statement, 1, by_buffer_bytes(&search->match));
    by_bind_text(statement, 2, by_bytes_of_text(search->alike->type->name));
    for (size_t rows = 0; rows < ROWS_MAX && status == BANYAN_OK; rows++) {
        status = by_view_row(search->view, statement, search->error);
        if (status != BANYAN_OK)
            break;
        struct hit hit = {.metres = -1};
        struct by_bytes name = by_column_blob(statement, 0);
        hit.similarity = by_alike_weigh(search->trigrams, count_names(search->alike), naming,
                                        by_column_text(statement, 1));
        if (name.size != sizeof hit.name || hit.similarity < (int)BY_ALIKE_HUNDREDTHS)
            continue;
        if (search->has_middle)
            status = by_alike_places_distance(&search->places, &search->middle,
                                              sqlite3_column_int64(statement, 3), &hit.metres,
                                              search->error);
        if (hit.metres > BY_ALIKE_APART_METRES)
            continue;
        memcpy(hit.name, name.data, sizeof hit.name);
        keep(search, hit);
    }
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* ---- by place ---------------------------------------------------------------------------- */

static void keep_near(void *context, const uint8_t name[48], double metres)
{
    struct search *search = context;
    struct hit hit = {.similarity = -1, .metres = metres};
    memcpy(hit.name, name, sizeof hit.name);
    keep(search, hit);
}

static enum banyan_status search_places(struct search *search)
{
    return search->has_middle
               ? by_alike_places_around(&search->places, &search->middle, BY_ALIKE_METRES,
                                        keep_near, search, search->error)
               : BANYAN_OK;
}

/* ---- answer ------------------------------------------------------------------------------ */

static enum banyan_status
write_hit(struct search *search, const struct hit *hit, struct by_json *json)
{
    sqlite3_stmt *statement = by_view_statement_of(search->view, BY_STATEMENT_RECORD_NAMED,
                                                   by_bytes_of(hit->name, sizeof hit->name));
    enum banyan_status status = by_view_row(search->view, statement, search->error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_text(json, by_column_text(statement, 0));
    by_json_key(json, "type");
    by_json_literal(json, search->alike->type->name);
    by_json_key(json, "label");
    by_json_text(json, by_column_text(statement, 1));
    by_json_key(json, "owner");
    status = by_shown_member(search->view, by_column_text(statement, 2), json, search->error);
    by_json_key(json, "similarity");
    if (hit->similarity < 0)
        by_json_null(json);
    else
        by_json_int(json, hit->similarity);
    by_json_key(json, "metres");
    if (hit->metres < 0)
        by_json_null(json);
    else
        by_json_int(json, (int64_t)(hit->metres + 0.5));
    by_json_object_end(json);
    sqlite3_reset(statement);
    return status;
}

static enum banyan_status write_hits(struct search *search, struct by_buffer *out)
{
    struct by_json json;
    enum banyan_status status = BANYAN_OK;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "alike");
    by_json_array_begin(&json);
    for (size_t i = 0; i < search->count && status == BANYAN_OK; i++)
        status = write_hit(search, &search->hits[i], &json);
    by_json_array_end(&json);
    by_json_object_end(&json);
    if (status != BANYAN_OK)
        return status;
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(search->error, json.status);
}

enum banyan_status by_view_alike(struct by_view *view, const struct by_view_alike *alike,
                                 struct by_buffer *out, struct banyan_error *error)
{
    struct search search = {
        .view = view, .alike = alike, .match = BY_BUFFER_INIT(MATCH_BYTES_MAX), .error = error};
    by_alike_places_init(&search.places, view, alike->type);
    search.has_middle = alike->geometry != NULL && by_middle_of(alike->geometry, &search.middle);
    search.trigrams = calloc(BY_ALIKE_NAMES_MAX, sizeof search.trigrams[0]);
    enum banyan_status status = search.trigrams == NULL ? BANYAN_ERR_MEMORY : fold_names(&search);
    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    if (status == BANYAN_OK)
        status = search_names(&search);
    if (status == BANYAN_OK)
        status = search_places(&search);
    if (status == BANYAN_OK)
        status = write_hits(&search, out);
    by_alike_places_deinit(&search.places);
    by_buffer_deinit(&search.match);
    free(search.trigrams);
    return status;
}
