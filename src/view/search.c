#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/operation.h"
#include "view/document.h"
#include "view/internal.h"
#include "view/shown.h"

#define QUERY_BYTES_MAX 1024u
#define MATCH_BYTES_MAX (64u * 1024u)

/* How well a line of a record's folded text answers, best last. */
enum rank {
    RANK_NONE,
    RANK_SPREAD, /* the words stand in several fields */
    RANK_PARTS,  /* parts of words of one field */
    RANK_WORDS,  /* all words, in any order */
    RANK_PHRASE, /* the words in a row */
    RANK_BEGINNING /* the field begins with them */,
    RANK_WHOLE /* the field says nothing else */
};

struct hit {
    enum rank rank;
    size_t size; /* of the folded line: the shorter says it better */
    uint8_t name[48];
    struct by_bytes path; /* of the line */
};
struct finding {
    struct by_view *view;
    struct by_arena paths;    /* of the hits */
    struct by_arena document; /* of the hit being written */
    struct by_bytes wanted;   /* folded */
    struct hit *hits;
    size_t count;
    size_t capacity;
};

/* -- ranking -- */

static bool is_word_edge(struct by_bytes text, size_t at)
{
    return at == 0 || at == text.size || text.data[at] == ' ' || text.data[at - 1] == ' ';
}

/* Whether part stands in text: as whole words, or anywhere. */
static bool contains(struct by_bytes text, struct by_bytes part, bool whole_words)
{
    const uint8_t *from = text.data;
    size_t left = text.size;
    if (part.size == 0)
        return true;
    while (left >= part.size) {
        const uint8_t *at = memmem(from, left, part.data, part.size);
        if (at == NULL)
            return false;
        size_t begin = (size_t)(at - text.data);
        if (!whole_words || (is_word_edge(text, begin) && is_word_edge(text, begin + part.size)))
            return true;
        from = at + 1;
        left = text.size - begin - 1;
    }
    return false;
}

static bool next_word(struct by_bytes *rest, struct by_bytes *out_word)
{
    size_t size = 0;
    if (rest->size == 0)
        return false;
    while (size < rest->size && rest->data[size] != ' ')
        size++;
    *out_word = by_bytes_of(rest->data, size);
    size_t used = size < rest->size ? size + 1 : size;
    *rest = by_bytes_of(rest->data + used, rest->size - used);
    return true;
}

static bool contains_words(struct by_bytes text, struct by_bytes words, bool whole_words)
{
    struct by_bytes word;
    while (next_word(&words, &word))
        if (!contains(text, word, whole_words))
            return false;
    return true;
}

static enum rank rank_line(struct by_bytes line, struct by_bytes wanted)
{
    if (by_bytes_equal(line, wanted))
        return RANK_WHOLE;
    bool begins = line.size >= wanted.size && memcmp(line.data, wanted.data, wanted.size) == 0;
    if (begins && is_word_edge(line, wanted.size))
        return RANK_BEGINNING;
    if (contains(line, wanted, true))
        return RANK_PHRASE;
    if (contains_words(line, wanted, true))
        return RANK_WORDS;
    return contains_words(line, wanted, false) ? RANK_PARTS : RANK_NONE;
}

/* The best line of a record; first line with the first word when words are spread. */
static struct hit rank_record(struct by_bytes folded, struct by_bytes wanted)
{
    struct hit hit = {.rank = RANK_NONE};
    struct by_bytes rest = folded, path, line, words = wanted, word;
    while (by_document_line(&rest, &path, &line)) {
        enum rank rank = rank_line(line, wanted);
        if (rank < hit.rank || rank == RANK_NONE || (rank == hit.rank && line.size >= hit.size))
            continue;
        hit = (struct hit){.rank = rank, .size = line.size, .path = path};
    }
    if (hit.rank != RANK_NONE || !contains_words(folded, wanted, false) ||
        !next_word(&words, &word))
        return hit;
    rest = folded;
    while (by_document_line(&rest, &path, &line))
        if (contains(line, word, false))
            return (struct hit){.rank = RANK_SPREAD, .size = line.size, .path = path};
    return hit;
}

static int order_hits(const void *a, const void *b)
{
    const struct hit *left = a;
    const struct hit *right = b;
    if (left->rank != right->rank)
        return left->rank > right->rank ? -1 : 1;
    if (left->size != right->size)
        return left->size < right->size ? -1 : 1;
    return memcmp(left->name, right->name, sizeof left->name);
}

/* -- finding -- */

/* The tokens of each word, all of them wanted, each also as the beginning of one. */
static enum banyan_status write_match(struct by_bytes folded, struct by_buffer *out)
{
    struct by_buffer tokens = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    struct by_bytes token;
    enum banyan_status status = by_text_tokens(folded, &tokens);
    struct by_bytes rest = by_buffer_bytes(&tokens);
    while (status == BANYAN_OK && next_word(&rest, &token))
        if (token.size > 0 && memchr(token.data, '"', token.size) == NULL)
            status = by_buffer_append_format(out, "%s\"%.*s\"*", out->size == 0 ? "" : " ",
                                             (int)token.size, (const char *)token.data);
    by_buffer_deinit(&tokens);
    return status;
}

static enum banyan_status
keep_hit(struct finding *finding, const struct hit *hit, struct by_bytes name)
{
    if (finding->count == finding->capacity) {
        size_t capacity = finding->capacity == 0 ? 64 : finding->capacity * 2;
        struct hit *grown = realloc(finding->hits, capacity * sizeof grown[0]);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        finding->hits = grown;
        finding->capacity = capacity;
    }
    struct hit *kept = &finding->hits[finding->count++];
    *kept = *hit;
    memcpy(kept->name, name.data, sizeof kept->name);
    return by_arena_copy(&finding->paths, hit->path, &kept->path);
}

static enum banyan_status collect(struct finding *finding, struct by_bytes match, const char *type,
                                  struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(finding->view, BY_STATEMENT_SEARCH_TYPED);
    enum banyan_status status;
    by_bind_text(statement, 1, match);
    if (type != NULL)
        by_bind_text(statement, 2, by_bytes_of_text(type));
    while ((status = by_view_row(finding->view, statement, error)) == BANYAN_OK) {
        struct by_bytes name = by_column_blob(statement, 0);
        struct hit hit = rank_record(by_column_text(statement, 1), finding->wanted);
        if (name.size != sizeof hit.name)
            status = by_view_damaged(finding->view, error);
        else if (hit.rank != RANK_NONE)
            status = keep_hit(finding, &hit, name);
        if (status != BANYAN_OK)
            break;
    }
    sqlite3_reset(statement);
    if (status != BANYAN_ERR_NOT_FOUND)
        return by_fail_plain(error, status);
    if (finding->count > 0)
        qsort(finding->hits, finding->count, sizeof finding->hits[0], order_hits);
    return BANYAN_OK;
}

/* -- answer -- */

static const struct by_value *value_at(const struct by_value *document, struct by_bytes path)
{
    struct by_bytes field, language;
    const struct by_value *value = by_value_get_bytes(document, path);
    if (value != NULL)
        return value;
    by_path_split(path, &field, &language);
    value = by_value_get_bytes(document, field);
    return value == NULL ? NULL : by_value_get_bytes(value, language);
}

static enum banyan_status write_text(struct finding *finding, const struct by_type *type,
                                     const struct hit *hit, const struct by_value *document,
                                     const char *language, struct by_json *json)
{
    struct by_buffer text = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    struct by_buffer line = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    const struct by_value *value = value_at(document, hit->path);
    enum banyan_status status = BANYAN_OK;
    if (value != NULL)
        status = by_shown_text(finding->view, type, hit->path, value, language, &text);
    if (status == BANYAN_OK)
        status = by_shown_line(by_buffer_bytes(&text), &line);
    by_json_key(json, "text");
    by_json_text(json, by_buffer_bytes(&line));
    by_buffer_deinit(&text);
    by_buffer_deinit(&line);
    return status;
}

static enum banyan_status write_hit(struct finding *finding, const struct hit *hit,
                                    const char *language, struct by_json *json,
                                    struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement_of(finding->view, BY_STATEMENT_RECORD_SHOW,
                                                   by_bytes_of(hit->name, sizeof hit->name));
    enum banyan_status status = by_view_row(finding->view, statement, error);
    struct by_value document;
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    struct by_bytes id = by_column_text(statement, 0);
    const struct by_type *type = by_view_type(finding->view, by_column_text(statement, 1));
    by_json_object_begin(json);
    by_json_key(json, "id");
    by_json_text(json, id);
    by_json_key(json, "type");
    by_json_text(json, by_column_text(statement, 1));
    by_arena_reset(&finding->document);
    status = by_shown_record(type, by_column_text(statement, 2), (const char *)id.data, language,
                             &finding->document, &document, json);
    by_json_key(json, "private");
    by_json_bool(json, sqlite3_column_int(statement, 3) != 0);
    by_json_key(json, "field");
    by_json_text(json, hit->path);
    if (status == BANYAN_OK)
        status = write_text(finding, type, hit, &document, language, json);
    by_json_object_end(json);
    sqlite3_reset(statement);
    return status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, status);
}

static enum banyan_status write_hits(struct finding *finding, uint64_t limit, const char *language,
                                     struct by_buffer *out, struct banyan_error *error)
{
    struct by_json json;
    enum banyan_status status = BANYAN_OK;
    by_json_init(&json, out);
    by_json_array_begin(&json);
    for (size_t i = 0; i < finding->count && (limit == 0 || i < limit); i++) {
        status = write_hit(finding, &finding->hits[i], language, &json, error);
        if (status != BANYAN_OK)
            return status;
    }
    by_json_array_end(&json);
    return json.status == BANYAN_OK ? BANYAN_OK : by_fail_plain(error, json.status);
}

enum banyan_status by_view_search(struct by_view *view, struct by_bytes text, const char *type,
                                  uint64_t limit, const char *language, struct by_buffer *out,
                                  struct banyan_error *error)
{
    struct finding finding = {.view = view, .paths = BY_ARENA_INIT, .document = BY_ARENA_INIT};
    struct by_buffer folded = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    struct by_buffer match = BY_BUFFER_INIT(MATCH_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;
    if (type != NULL)
        status = by_view_check_type(view, type, error);
    if (status != BANYAN_OK)
        return status;
    if (text.size > QUERY_BYTES_MAX)
        return by_fail(error, BANYAN_ERR_TOO_LARGE, "a search has at most %u bytes",
                       QUERY_BYTES_MAX);
    status = by_text_fold(text, &folded);
    if (status == BANYAN_OK)
        status = write_match(by_buffer_bytes(&folded), &match);
    if (status != BANYAN_OK)
        status = by_fail_plain(error, status);
    finding.wanted = by_buffer_bytes(&folded);
    if (status == BANYAN_OK && match.size > 0)
        status = collect(&finding, by_buffer_bytes(&match), type, error);
    if (status == BANYAN_OK)
        status = write_hits(&finding, limit, language, out, error);
    by_buffer_deinit(&folded);
    by_buffer_deinit(&match);
    by_arena_deinit(&finding.paths);
    by_arena_deinit(&finding.document);
    free(finding.hits);
    return status;
}
