#include "view/alike.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/text_similar.h"
#include "codec/json.h"
#include "record/field_value.h"
#include "view/document.h"
#include "view/geometry.h"
#include "view/gpkg.h"
#include "view/internal.h"
#include "view/shown.h"

#define MATCH_BYTES_MAX   (16u * 1024u)
#define NAME_BYTES_MAX    4096u
#define TOKENS_MAX        32u
#define BEGINNING_MAX     4u /* characters of a word that a misspelt one shares */
#define ROWS_MAX          5000u
#define SQL_BYTES_MAX     4096u
#define METRES_PER_DEGREE 111320.0
#define DEGREES_TO_RADIAN 0.017453292519943295

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
        by_buffer_reset(&folded);
        status = by_text_fold(search->alike->names[i], &folded);
        if (status == BANYAN_ERR_TOO_LARGE) {
            status = BANYAN_OK;
            by_buffer_reset(&folded);
        }
        by_trigrams_of(by_buffer_bytes(&folded), &search->trigrams[i]);
        if (status == BANYAN_OK)
            status = append_tokens(search, by_buffer_bytes(&folded), &token_count);
    }
    by_buffer_deinit(&folded);
    return status;
}

static int weigh_line(const struct search *search, struct by_bytes line)
{
    struct by_trigrams trigrams;
    int best = 0;
    by_trigrams_of(line, &trigrams);
    for (size_t i = 0; i < count_names(search->alike); i++) {
        int alike = (int)by_trigrams_alike(&search->trigrams[i], &trigrams);
        best = alike > best ? alike : best;
    }
    return best;
}

/* How alike the names of a record are to those of the new one, at best. */
static int
weigh_names(const struct search *search, const struct by_field *naming, struct by_bytes folded)
{
    struct by_bytes path, line, name, language;
    int best = 0;
    while (by_document_line(&folded, &path, &line)) {
        by_path_split(path, &name, &language);
        if (!by_bytes_equal(name, by_bytes_of_text(naming->name)))
            continue;
        int alike = weigh_line(search, line);
        best = alike > best ? alike : best;
    }
    return best;
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
        hit.similarity = weigh_names(search, naming, by_column_text(statement, 1));
        if (name.size != sizeof hit.name || hit.similarity < (int)BY_ALIKE_HUNDREDTHS)
            continue;
        memcpy(hit.name, name.data, sizeof hit.name);
        keep(search, hit);
    }
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* ---- by place ---------------------------------------------------------------------------- */

/* The part of a gap between two stretches that is left when they do not overlap. */
static double gap(double min_a, double max_a, double min_b, double max_b)
{
    if (min_b > max_a)
        return min_b - max_a;
    return min_a > max_b ? min_a - max_b : 0;
}

static double shrinking(double latitude)
{
    double cosine = cos(latitude * DEGREES_TO_RADIAN);
    return cosine > 0.01 ? cosine : 0.01;
}

/* Between two boxes, as the crow flies; good to a percent within some kilometres. */
static double distance_metres(const struct by_envelope *a, const struct by_envelope *b)
{
    double y = gap(a->min_y, a->max_y, b->min_y, b->max_y) * METRES_PER_DEGREE;
    double x = gap(a->min_x, a->max_x, b->min_x, b->max_x) * METRES_PER_DEGREE *
               shrinking((a->min_y + a->max_y) / 2);
    return sqrt(x * x + y * y);
}

static enum banyan_status find_box(const struct by_value *geometry, struct by_envelope *out_box)
{
    struct by_buffer blob = BY_BUFFER_INIT(BY_JSON_BYTES_MAX);
    enum banyan_status status = by_geometry_blob(geometry, &blob, out_box);
    by_buffer_deinit(&blob);
    return status;
}

static enum banyan_status prepare_places(struct search *search, const struct by_table *table,
                                         const struct by_envelope *box, sqlite3_stmt **out)
{
    struct by_buffer sql = BY_BUFFER_INIT(SQL_BYTES_MAX);
    double y = BY_ALIKE_METRES / METRES_PER_DEGREE;
    double x = y / shrinking((box->min_y + box->max_y) / 2);
    enum banyan_status status =
        by_buffer_append_format(&sql, "SELECT r.name, b.minx, b.maxx, b.miny, b.maxy FROM ");
    if (status == BANYAN_OK)
        status = by_gpkg_rtree_name(table, NULL, &sql);
    if (status == BANYAN_OK)
        status = by_buffer_append_format(
            &sql,
            " b JOIN record r ON r.fid = b.id AND r.type = '%s' WHERE b.maxx >= ?1 AND"
            " b.minx <= ?2 AND b.maxy >= ?3 AND b.miny <= ?4 LIMIT %u",
            table->type->name, ROWS_MAX);
    if (status == BANYAN_OK)
        status = by_buffer_append_u8(&sql, 0);
    if (status == BANYAN_OK)
        by_view_prepare(search->view, (const char *)sql.data, out);
    by_buffer_deinit(&sql);
    (void)sqlite3_bind_double(*out, 1, box->min_x - x);
    (void)sqlite3_bind_double(*out, 2, box->max_x + x);
    (void)sqlite3_bind_double(*out, 3, box->min_y - y);
    (void)sqlite3_bind_double(*out, 4, box->max_y + y);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(search->error, status);
}

static enum banyan_status search_places(struct search *search)
{
    const struct by_table *table =
        by_schema_find(&search->view->shape.schema, by_bytes_of_text(search->alike->type->name));
    struct by_envelope box, other;
    sqlite3_stmt *statement = NULL;
    if (search->alike->geometry == NULL || !search->alike->type->is_place || table == NULL ||
        table->geometry == NULL || find_box(search->alike->geometry, &box) != BANYAN_OK ||
        box.is_empty)
        return BANYAN_OK;
    enum banyan_status status = prepare_places(search, table, &box, &statement);
    while (status == BANYAN_OK) {
        status = by_view_row(search->view, statement, search->error);
        if (status != BANYAN_OK)
            break;
        struct hit hit = {.similarity = -1};
        struct by_bytes name = by_column_blob(statement, 0);
        other = (struct by_envelope){.min_x = sqlite3_column_double(statement, 1),
                                     .max_x = sqlite3_column_double(statement, 2),
                                     .min_y = sqlite3_column_double(statement, 3),
                                     .max_y = sqlite3_column_double(statement, 4)};
        hit.metres = distance_metres(&box, &other);
        if (name.size != sizeof hit.name || hit.metres > BY_ALIKE_METRES)
            continue;
        memcpy(hit.name, name.data, sizeof hit.name);
        keep(search, hit);
    }
    sqlite3_finalize(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

/* ---- answer ------------------------------------------------------------------------------ */

static enum banyan_status
write_hit(struct search *search, const struct hit *hit, struct by_json *json)
{
    sqlite3_stmt *statement = by_view_statement(search->view, BY_STATEMENT_RECORD_NAMED);
    by_bind_blob(statement, 1, by_bytes_of(hit->name, sizeof hit->name));
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
    by_buffer_deinit(&search.match);
    free(search.trigrams);
    return status;
}
