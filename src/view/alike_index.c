/*
 * Names of many records by their rarest trigrams.
 *
 * Two sets of which 80 % of the union is shared have one of their rarest elements in common: of n,
 * among the first n - 0.8 n + 1 in any order that both use (Chaudhuri, Ganti and Kaushik 2006, A
 * primitive operator for similarity joins; the prefix filter). So only these are indexed and looked
 * up, and names that have about as many trigrams are compared.
 */
#include <stdlib.h>
#include <string.h>

#include "record/field_value.h"
#include "view/alike_parts.h"
#include "view/alike_place.h"

#define COMPARED_MAX 64u
#define WALKED_MAX   2048u
#define NONE         UINT32_MAX
#define RUNS_MAX     (BY_SIMILAR_CHARACTERS_MAX + 1)

struct slot {
    uint64_t run; /* 0 where the slot is free: a run has a character */
    uint32_t frequency;
    uint32_t first; /* link; NONE */
};
struct link {
    uint32_t next; /* NONE */
    uint32_t named;
};
/* A bit for each trigram, at a place that its hash says. */
struct signature {
    uint64_t bits[2];
};
struct named {
    int64_t fid;
    struct signature signature;
    uint32_t runs; /* how many trigrams the name has */
};
struct by_alike_index {
    struct by_view *view;
    const struct by_type *type;
    const struct by_field *naming; /* NULL: nothing is called by a text */
    bool is_empty;                 /* there is no record of the type */
    struct by_alike_places places;
    struct slot *slots;
    size_t capacity, used; /* capacity is a power of two */
    struct link *links;
    size_t link_count, link_capacity;
    struct named *named;
    size_t named_count, named_capacity;
};

static uint64_t hash_run(uint64_t run)
{
    return run * UINT64_C(0x9e3779b97f4a7c15);
}

/* -- slots -- */

static struct slot *find_slot(struct slot *slots, size_t capacity, uint64_t run)
{
    size_t at = (size_t)(hash_run(run) >> 20) & (capacity - 1);

    while (slots[at].run != 0 && slots[at].run != run)
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static enum banyan_status grow_slots(struct by_alike_index *index)
{
    size_t capacity = index->capacity == 0 ? 4096 : index->capacity * 2;
    struct slot *slots = calloc(capacity, sizeof *slots);

    if (slots == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < index->capacity; i++)
        if (index->slots[i].run != 0)
            *find_slot(slots, capacity, index->slots[i].run) = index->slots[i];
    free(index->slots);
    index->slots = slots;
    index->capacity = capacity;
    return BANYAN_OK;
}

static uint32_t frequency_of(const struct by_alike_index *index, uint64_t run)
{
    return index->capacity == 0 ? 0 : find_slot(index->slots, index->capacity, run)->frequency;
}

/* -- building -- */

static enum banyan_status count_runs(struct by_alike_index *index, const struct by_trigrams *name)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < name->count && status == BANYAN_OK; i++) {
        struct slot *slot = NULL;

        if (index->used * 2 >= index->capacity)
            status = grow_slots(index);
        if (status != BANYAN_OK)
            return status;
        slot = find_slot(index->slots, index->capacity, name->runs[i]);
        index->used += slot->run == 0;
        slot->run = name->runs[i];
        slot->frequency++;
        slot->first = NONE;
    }
    return status;
}

struct ranked {
    uint64_t run;
    uint32_t frequency;
};

static int order_ranked(const void *a, const void *b)
{
    const struct ranked *left = a, *right = b;

    if (left->frequency != right->frequency)
        return left->frequency < right->frequency ? -1 : 1;
    return left->run < right->run ? -1 : left->run > right->run;
}

static struct signature sign(const struct by_trigrams *name)
{
    struct signature signature = {.bits = {0, 0}};

    for (size_t i = 0; i < name->count; i++) {
        uint64_t hash = hash_run(name->runs[i]) >> 57;

        signature.bits[hash >> 6] |= UINT64_C(1) << (hash & 63);
    }
    return signature;
}

/* The trigrams of a name, the rarest first; how many of them must be looked at. */
static size_t rank_runs(const struct by_alike_index *index, const struct by_trigrams *name,
                        struct ranked ranked[RUNS_MAX])
{
    size_t shared = (name->count * BY_ALIKE_HUNDREDTHS + 99) / 100;

    for (size_t i = 0; i < name->count; i++)
        ranked[i] = (struct ranked){name->runs[i], frequency_of(index, name->runs[i])};
    qsort(ranked, name->count, sizeof ranked[0], order_ranked);
    return name->count == 0 ? 0 : name->count - shared + 1;
}

static enum banyan_status make_room(void **items, size_t *capacity, size_t count, size_t size)
{
    size_t wanted = *capacity == 0 ? 1024 : *capacity * 2;
    void *grown = NULL;

    if (count < *capacity)
        return BANYAN_OK;
    grown = count < NONE ? realloc(*items, wanted * size) : NULL;
    if (grown == NULL)
        return BANYAN_ERR_MEMORY;
    *items = grown;
    *capacity = wanted;
    return BANYAN_OK;
}

static enum banyan_status
add_name(struct by_alike_index *index, int64_t fid, const struct by_trigrams *name)
{
    struct ranked ranked[RUNS_MAX];
    size_t rarest = rank_runs(index, name, ranked);
    enum banyan_status status = make_room((void **)&index->named, &index->named_capacity,
                                          index->named_count, sizeof index->named[0]);

    for (size_t i = 0; i < rarest && status == BANYAN_OK; i++) {
        struct slot *slot = find_slot(index->slots, index->capacity, ranked[i].run);

        status = make_room((void **)&index->links, &index->link_capacity, index->link_count,
                           sizeof index->links[0]);
        if (status != BANYAN_OK)
            return status;
        index->links[index->link_count] =
            (struct link){.next = slot->first, .named = (uint32_t)index->named_count};
        slot->first = (uint32_t)index->link_count++;
    }
    if (status == BANYAN_OK)
        index->named[index->named_count++] =
            (struct named){.fid = fid, .signature = sign(name), .runs = (uint32_t)name->count};
    return status;
}

/* Twice over all names: how frequent trigrams are must be known before any name is ranked. */
static enum banyan_status
read_names(struct by_alike_index *index, bool is_counting, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(index->view, BY_STATEMENT_SEARCH_OF_TYPE);
    enum banyan_status status = BANYAN_OK;

    by_bind_text(statement, 1, by_bytes_of_text(index->type->name));
    while (status == BANYAN_OK) {
        struct by_bytes rest, line;

        status = by_view_row(index->view, statement, error);
        if (status != BANYAN_OK)
            break;
        rest = by_column_text(statement, 1);
        while (status == BANYAN_OK && by_alike_name_line(index->naming, &rest, &line)) {
            struct by_trigrams name;

            by_trigrams_of(line, &name);
            status = is_counting ? count_runs(index, &name)
                                 : add_name(index, sqlite3_column_int64(statement, 0), &name);
            if (status != BANYAN_OK)
                status = by_fail_plain(error, status);
        }
    }
    sqlite3_reset(statement);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}

static enum banyan_status look_for_any(struct by_alike_index *index, struct banyan_error *error)
{
    sqlite3_stmt *statement = by_view_statement(index->view, BY_STATEMENT_TYPE_KNOWN);
    enum banyan_status status = BANYAN_OK;

    by_bind_text(statement, 1, by_bytes_of_text(index->type->name));
    status = by_view_row(index->view, statement, error);
    index->is_empty = status == BANYAN_ERR_NOT_FOUND;
    if (status == BANYAN_OK)
        sqlite3_reset(statement);
    return index->is_empty ? BANYAN_OK : status;
}

enum banyan_status by_alike_index_new(struct by_view *view, const struct by_type *type,
                                      struct by_alike_index **out_index, struct banyan_error *error)
{
    struct by_alike_index *index = calloc(1, sizeof *index);
    enum banyan_status status = BANYAN_OK;

    if (index == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    index->view = view;
    index->type = type;
    index->naming = by_type_naming_field(type);
    by_alike_places_init(&index->places, view, type);
    status = look_for_any(index, error);
    if (status == BANYAN_OK && index->naming != NULL)
        status = read_names(index, true, error);
    if (status == BANYAN_OK && index->naming != NULL)
        status = read_names(index, false, error);
    if (status == BANYAN_OK)
        *out_index = index;
    else
        by_alike_index_free(index);
    return status;
}

void by_alike_index_free(struct by_alike_index *index)
{
    if (index == NULL)
        return;
    by_alike_places_deinit(&index->places);
    free(index->slots);
    free(index->links);
    free(index->named);
    free(index);
}

/* -- finding -- */

struct finding {
    struct by_alike_index *index;
    const struct by_trigrams *names;
    size_t name_count;
    struct by_middle middle;
    bool has_middle;
    int64_t compared[COMPARED_MAX];
    size_t compared_count, walked;
    struct by_alike_found best;
    bool is_found;
    struct banyan_error *error;
};

static bool is_compared(const struct finding *finding, int64_t fid)
{
    for (size_t i = 0; i < finding->compared_count; i++)
        if (finding->compared[i] == fid)
            return true;
    return false;
}

static bool is_better(const struct finding *finding, int similarity, double metres)
{
    if (!finding->is_found || similarity != finding->best.similarity)
        return !finding->is_found || similarity > finding->best.similarity;
    return metres >= 0 && (finding->best.metres < 0 || metres < finding->best.metres);
}

static void take(struct finding *finding, const uint8_t name[48], int similarity, double metres)
{
    if (!is_better(finding, similarity, metres))
        return;
    by_record_name_get(name, &finding->best.name);
    finding->best.similarity = similarity;
    finding->best.metres = metres;
    finding->is_found = true;
}

static enum banyan_status compare(struct finding *finding, int64_t fid)
{
    struct by_alike_index *index = finding->index;
    sqlite3_stmt *statement = by_view_statement(index->view, BY_STATEMENT_SEARCH_ROW);
    double metres = -1;
    int similarity = 0;
    enum banyan_status status = BANYAN_OK;

    finding->compared[finding->compared_count++] = fid;
    if (finding->has_middle)
        status = by_alike_places_distance(&index->places, &finding->middle, fid, &metres,
                                          finding->error);
    if (status != BANYAN_OK || metres > BY_ALIKE_APART_METRES)
        return status;
    by_bind_int(statement, 1, fid);
    status = by_view_row(index->view, statement, finding->error);
    if (status != BANYAN_OK)
        return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
    similarity = by_alike_weigh(finding->names, finding->name_count, index->naming,
                                by_column_text(statement, 1));
    if (similarity >= (int)BY_ALIKE_HUNDREDTHS && by_column_blob(statement, 0).size == 48)
        take(finding, by_column_blob(statement, 0).data, similarity, metres);
    sqlite3_reset(statement);
    return BANYAN_OK;
}

static bool is_enough(const struct finding *finding)
{
    return finding->compared_count == COMPARED_MAX || finding->walked == WALKED_MAX ||
           (finding->is_found && finding->best.similarity == 100 && !finding->has_middle);
}

/* Of two sets whose union is shared to 80 % no more than a ninth of all their elements stands in
 * one alone, and each bit in which signatures differ is of one of those. */
static bool may_be_alike(const struct named *named, size_t runs, const struct signature *signature)
{
    size_t less = named->runs < runs ? named->runs : runs;
    size_t more = named->runs + runs - less;
    int differing = 0;

    if (less * 100 < more * BY_ALIKE_HUNDREDTHS)
        return false;
    differing = __builtin_popcountll(named->signature.bits[0] ^ signature->bits[0]) +
                __builtin_popcountll(named->signature.bits[1] ^ signature->bits[1]);

    return (size_t)differing * (100 + BY_ALIKE_HUNDREDTHS) <=
           (named->runs + runs) * (100 - BY_ALIKE_HUNDREDTHS);
}

static enum banyan_status find_name(struct finding *finding, const struct by_trigrams *name)
{
    const struct by_alike_index *index = finding->index;
    struct ranked ranked[RUNS_MAX];
    size_t rarest = rank_runs(index, name, ranked);
    const struct signature signature = sign(name);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < rarest && status == BANYAN_OK; i++) {
        uint32_t at = ranked[i].frequency == 0
                          ? NONE
                          : find_slot(index->slots, index->capacity, ranked[i].run)->first;

        while (at != NONE && status == BANYAN_OK && !is_enough(finding)) {
            const struct named *named = &index->named[index->links[at].named];

            at = index->links[at].next;
            finding->walked++;
            if (may_be_alike(named, name->count, &signature) && !is_compared(finding, named->fid))
                status = compare(finding, named->fid);
        }
    }
    return status;
}

static void take_near(void *context, const uint8_t name[48], double metres)
{
    take(context, name, -1, metres);
}

static enum banyan_status
fold(const struct by_view_alike *alike, struct by_trigrams *trigrams, struct banyan_error *error)
{
    struct by_buffer folded = BY_BUFFER_INIT(BY_ALIKE_NAME_BYTES_MAX);
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < alike->name_count && status == BANYAN_OK; i++)
        status = by_alike_fold(alike->names[i], &folded, &trigrams[i]);
    by_buffer_deinit(&folded);
    return status == BANYAN_OK ? status : by_fail_plain(error, status);
}

enum banyan_status by_alike_index_find(struct by_alike_index *index,
                                       const struct by_view_alike *alike,
                                       struct by_alike_found *out_found, struct banyan_error *error)
{
    if (index->is_empty)
        return BANYAN_ERR_NOT_FOUND;

    struct by_trigrams *trigrams = calloc(alike->name_count + 1, sizeof *trigrams);
    struct finding finding = {
        .index = index, .names = trigrams, .name_count = alike->name_count, .error = error};
    enum banyan_status status =
        trigrams == NULL ? by_fail_plain(error, BANYAN_ERR_MEMORY) : fold(alike, trigrams, error);

    finding.has_middle = index->places.table != NULL && alike->geometry != NULL &&
                         by_middle_of(alike->geometry, &finding.middle);
    for (size_t i = 0; index->naming != NULL && i < alike->name_count && status == BANYAN_OK; i++)
        status = find_name(&finding, &trigrams[i]);
    if (status == BANYAN_OK && finding.has_middle && !finding.is_found)
        status = by_alike_places_around(&index->places, &finding.middle, BY_ALIKE_SAME_METRES,
                                        take_near, &finding, error);
    free(trigrams);
    if (status != BANYAN_OK)
        return status;
    if (!finding.is_found)
        return BANYAN_ERR_NOT_FOUND;
    *out_found = finding.best;
    return BANYAN_OK;
}

enum banyan_status by_alike_label(struct by_view *view, const struct by_record_name *name,
                                  struct by_arena *arena, const char **out_label,
                                  struct banyan_error *error)
{
    uint8_t bytes[48];

    *out_label = "";
    by_record_name_put(bytes, name);
    sqlite3_stmt *statement =
        by_view_statement_of(view, BY_STATEMENT_RECORD_NAMED, by_bytes_of(bytes, sizeof bytes));
    enum banyan_status status = by_view_row(view, statement, error);
    if (status == BANYAN_OK) {
        *out_label = by_arena_text(arena, by_column_text(statement, 1));
        sqlite3_reset(statement);
    }
    if (*out_label == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    return status == BANYAN_ERR_NOT_FOUND ? BANYAN_OK : status;
}
