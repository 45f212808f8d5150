#include "exchange/public.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"

#define COARSENESS_HIDDEN 4u

const char *by_withheld_word(enum by_withheld why)
{
    static const char *const words[] = {
#define X(name, word) [BY_WITHHELD_##name] = word,
        BY_WITHHELD_MAP(X)
#undef X
    };

    return words[why];
}

static bool is_text(const struct by_value *value, const char *text)
{
    return value != NULL && value->kind == BY_VALUE_TEXT &&
           by_bytes_equal(value->bytes, by_bytes_of_text(text));
}

static bool is_among(struct by_bytes name, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (by_bytes_equal(name, by_bytes_of_text(names[i])))
            return true;
    return false;
}

/* -- consents -- */

/* Dates may be a year or a month: then a day of it counts as on it. */
static int compare_date(const struct by_value *date, struct by_bytes day)
{
    size_t size = date->bytes.size < day.size ? date->bytes.size : day.size;

    return by_bytes_compare(by_bytes_of(date->bytes.data, size), by_bytes_of(day.data, size));
}

bool by_consent_is_public(const struct by_value *document, struct by_bytes day)
{
    const struct by_value *withdrawn = by_value_get(document, "withdrawn_on");
    const struct by_value *until = by_value_get(document, "until");
    const struct by_value *uses = by_value_get(document, "uses");
    const struct by_value *audience = by_value_get(document, "audience");
    bool has_uses = uses != NULL && uses->kind == BY_VALUE_ARRAY && uses->array.count > 0;
    bool is_for_maps = false;

    if (withdrawn != NULL &&
        (withdrawn->kind != BY_VALUE_TEXT || compare_date(withdrawn, day) <= 0))
        return false;
    if (until != NULL && (until->kind != BY_VALUE_TEXT || compare_date(until, day) < 0))
        return false;
    for (size_t i = 0; has_uses && i < uses->array.count; i++)
        is_for_maps = is_for_maps || is_text(&uses->array.items[i], "public_map");
    if (has_uses && !is_for_maps)
        return false;
    return audience == NULL ? is_for_maps : is_text(audience, "public");
}

/* -- whole records -- */

/* Every value of a field, those in conflict too. */
struct sayings {
    const struct by_value *shown;
    const struct by_value *others; /* array; NULL where it is not in conflict */
};

static bool all_say(const struct sayings *sayings, const char *code)
{
    bool all = is_text(sayings->shown, code);

    for (size_t i = 0; sayings->others != NULL && i < sayings->others->array.count; i++)
        all = all && is_text(&sayings->others->array.items[i], code);
    return all;
}

static bool one_says(const struct sayings *sayings, const char *code)
{
    bool one = is_text(sayings->shown, code);

    for (size_t i = 0; sayings->others != NULL && i < sayings->others->array.count; i++)
        one = one || is_text(&sayings->others->array.items[i], code);
    return one;
}

/* conflicts: parsed, nil without any. */
static struct sayings
sayings_of(const struct by_exported *record, const struct by_value *conflicts, const char *field)
{
    struct sayings sayings = {.shown = by_value_get(&record->document, field),
                              .others = by_value_get(conflicts, field)};

    if (sayings.others != NULL && sayings.others->kind != BY_VALUE_ARRAY)
        sayings.others = NULL;
    return sayings;
}

static bool needs_consent(const struct by_exported *record, const struct by_value *conflicts)
{
    const struct sayings site_type = sayings_of(record, conflicts, "site_type");

    return by_bytes_equal(record->type_name, by_bytes_of_text("community")) ||
           one_says(&site_type, "icca");
}

/* BY_WITHHELD_COUNT for a record that leaves. */
static enum by_withheld
judge(const struct by_exported *record, const struct by_value *conflicts, enum by_consent consent)
{
    static const char *const people[] = {"contact", "consent", "attendance", NULL};
    static const char *const money[] = {"funding", NULL};
    const struct sayings sharing = sayings_of(record, conflicts, "sharing");

    if (record->type == NULL)
        return BY_WITHHELD_UNKNOWN;
    if (is_among(record->type_name, people))
        return BY_WITHHELD_PEOPLE;
    if (is_among(record->type_name, money))
        return BY_WITHHELD_MONEY;
    /* Where some deleted it, they want it nowhere. */
    if (!all_say(&sharing, "public") || by_value_get(conflicts, "deleted") != NULL)
        return BY_WITHHELD_SHARING;
    if (consent == BY_CONSENT_NOT_GIVEN || by_value_get(conflicts, "consent") != NULL ||
        (consent == BY_CONSENT_NONE && needs_consent(record, conflicts)))
        return BY_WITHHELD_CONSENT;
    return BY_WITHHELD_COUNT;
}

/* -- values -- */

static bool is_ref(const struct by_exported *record, struct by_bytes name)
{
    const struct by_field *field = by_type_field_find(record->type, name);

    return field != NULL && (field->kind == BY_FIELD_REF || field->kind == BY_FIELD_REFS);
}

/* What tells where a record is beside its geometry: finer than any rounding, or what finds it in
 * the lists of others; of a hidden one also what tells the region. */
static bool tells_place(struct by_bytes name, unsigned coarseness)
{
    static const char *const fine[] = {"place",       "river_km", "wdpca_id", "wdpca_pid",
                                       "external_id", "website",  NULL};
    static const char *const coarse[] = {"geometry", "admin", "basin", "precision_m", NULL};

    return (coarseness > 0 && is_among(name, fine)) ||
           (coarseness == COARSENESS_HIDDEN && is_among(name, coarse));
}

static enum by_withheld
judge_value(const struct by_exported *record, const struct by_pair *pair, unsigned coarseness)
{
    static const char *const people[] = {"contact",  "assessors", "presenters", "authors", "by",
                                         "given_by", "witness",   "credit",     NULL};
    static const char *const money[] = {"funding_orgs", "funder", "donor_reference", "donor_codes",
                                        NULL};
    static const char *const sources[] = {"source", "source_row", "consent", NULL};
    struct by_bytes name = pair->key;
    const struct by_field *field = by_type_field_find(record->type, name);
    bool is_contact =
        field != NULL && field->ref_type != NULL && strcmp(field->ref_type, "contact") == 0;

    if (field == NULL ||
        (field->kind == BY_FIELD_GEOMETRY && !by_field_value_is(BY_FIELD_GEOMETRY, &pair->value)))
        return BY_WITHHELD_UNKNOWN;
    if (is_among(name, people) || is_contact)
        return BY_WITHHELD_PEOPLE;
    if (field->kind == BY_FIELD_MONEY || is_among(name, money))
        return BY_WITHHELD_MONEY;
    if (tells_place(name, coarseness) ||
        (coarseness == COARSENESS_HIDDEN && field->kind == BY_FIELD_GEOMETRY))
        return BY_WITHHELD_SENSITIVITY;
    return is_among(name, sources) ? BY_WITHHELD_SOURCE : BY_WITHHELD_COUNT;
}

/* What a record says was done to it; NULL where memory ran out. */
static const char *list_withheld(const bool *is_withheld, struct by_arena *arena)
{
    char text[256] = "";

    for (int why = 0; why < BY_WITHHELD_COUNT; why++) {
        size_t size = strlen(text);

        if (is_withheld[why] && why != BY_WITHHELD_SOURCE)
            (void)snprintf(text + size, sizeof text - size, "%s%s", size == 0 ? "" : "; ",
                           by_withheld_word((enum by_withheld)why));
    }
    return by_arena_text(arena, by_bytes_of_text(text));
}

/* -- references -- */

struct leaving {
    const struct by_exported *record;
    const struct by_public_refs *refs;
    struct by_arena *arena;
    struct by_public_tally *tally;
    struct by_public_verdict verdict; /* of the record */
    struct by_place_box box;          /* where it is; what of that leaves is rounded to */
    int decimals;                     /* so many; -1: nothing */
    bool is_withheld[BY_WITHHELD_COUNT];
};

static void withhold(struct leaving *leaving, enum by_withheld why)
{
    leaving->is_withheld[why] = true;
    leaving->tally->values[why]++;
}

static enum banyan_status
judge_ref(struct leaving *leaving, const struct by_value *ref, enum by_withheld *out_why)
{
    struct by_public_verdict other = {.why = BY_WITHHELD_COUNT};
    struct by_record_name name;
    enum banyan_status status = BANYAN_OK;

    *out_why = BY_WITHHELD_UNKNOWN;
    if (ref->kind != BY_VALUE_TEXT || !by_record_name_read(ref->bytes, &name))
        return BANYAN_OK;
    status = leaving->refs->judge(leaving->refs->context, &name, &other);
    *out_why = other.why;
    if (other.why == BY_WITHHELD_COUNT && other.has_place &&
        other.coarseness != leaving->verdict.coarseness)
        *out_why = BY_WITHHELD_SENSITIVITY;
    return status;
}

/* *out_keeps false: nothing of it leaves. */
static enum banyan_status
leave_out_refs(struct leaving *leaving, struct by_value *value, bool *out_keeps)
{
    bool is_list = value->kind == BY_VALUE_ARRAY;
    size_t count = is_list ? value->array.count : 1, kept = 0;
    const struct by_value *from = is_list ? value->array.items : value;
    struct by_value list = by_value_array(leaving->arena, count);
    enum banyan_status status = BANYAN_OK;

    if (list.array.items == NULL && count > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        enum by_withheld why = BY_WITHHELD_COUNT;

        status = judge_ref(leaving, &from[i], &why);
        if (status == BANYAN_OK && why == BY_WITHHELD_COUNT)
            list.array.items[kept++] = from[i];
        else if (status == BANYAN_OK)
            withhold(leaving, why);
    }
    list.array.count = kept;
    *out_keeps = kept > 0;
    if (is_list)
        *value = list;
    return status;
}

/* -- texts -- */

static bool tells(struct leaving *leaving, const struct by_value *text)
{
    bool is_told = text->kind == BY_VALUE_TEXT &&
                   by_text_tells_place(text->bytes, &leaving->box, leaving->decimals);

    if (is_told)
        withhold(leaving, BY_WITHHELD_SENSITIVITY);
    return is_told;
}

/* A text, or of a list or of several languages those, that tell the place which is rounded or
 * hidden. *out_keeps false: nothing of it leaves. */
static enum banyan_status
leave_out_texts(struct leaving *leaving, struct by_value *value, bool *out_keeps)
{
    struct by_value kept = *value;
    size_t count = 0;

    *out_keeps = true;
    if (value->kind == BY_VALUE_ARRAY) {
        kept = by_value_array(leaving->arena, value->array.count);
        if (kept.array.items == NULL && value->array.count > 0)
            return BANYAN_ERR_MEMORY;
        for (size_t i = 0; i < value->array.count; i++)
            if (!tells(leaving, &value->array.items[i]))
                kept.array.items[count++] = value->array.items[i];
        *out_keeps = count > 0 || value->array.count == 0;
        kept.array.count = count;
    } else if (value->kind == BY_VALUE_MAP) {
        kept = by_value_map(leaving->arena, value->map.count);
        if (kept.map.pairs == NULL && value->map.count > 0)
            return BANYAN_ERR_MEMORY;
        for (size_t i = 0; i < value->map.count; i++)
            if (!tells(leaving, &value->map.pairs[i].value))
                kept.map.pairs[count++] = value->map.pairs[i];
        *out_keeps = count > 0 || value->map.count == 0;
        kept.map.count = count;
    } else {
        *out_keeps = !tells(leaving, value);
    }
    *value = kept;
    return BANYAN_OK;
}

static bool is_written(const struct by_exported *record, struct by_bytes name)
{
    const struct by_field *field = by_type_field_find(record->type, name);

    if (field == NULL)
        return false;
    switch (field->kind) {
    case BY_FIELD_TEXT:
    case BY_FIELD_MLTEXT:
    case BY_FIELD_TEXTS:
    case BY_FIELD_URL:
        return true;
    case BY_FIELD_CODE:
    case BY_FIELD_CODES:
    case BY_FIELD_DATE:
    case BY_FIELD_INTEGER:
    case BY_FIELD_NUMBER:
    case BY_FIELD_QUANTITY:
    case BY_FIELD_MONEY:
    case BY_FIELD_BOOL:
    case BY_FIELD_GEOMETRY:
    case BY_FIELD_REF:
    case BY_FIELD_REFS:
        break;
    }
    return false;
}

/* -- fields -- */

static enum banyan_status leave_out(struct leaving *leaving, struct by_exported *out_record)
{
    const struct by_exported *record = leaving->record;
    unsigned coarseness = leaving->verdict.coarseness;
    struct by_arena *arena = leaving->arena;
    const char *withheld = NULL;
    enum banyan_status status = BANYAN_OK;
    struct by_value *document = &out_record->document;
    size_t kept = 0;

    *document = by_value_map(arena, record->document.map.count);
    if (document->map.pairs == NULL && record->document.map.count > 0)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < record->document.map.count && status == BANYAN_OK; i++) {
        struct by_pair pair = record->document.map.pairs[i];
        enum by_withheld why = judge_value(record, &pair, coarseness);
        bool keeps = why == BY_WITHHELD_COUNT;

        if (!keeps)
            withhold(leaving, why);
        else if (is_ref(record, pair.key))
            status = leave_out_refs(leaving, &pair.value, &keeps);
        else if (coarseness > 0 && is_written(record, pair.key))
            status = leave_out_texts(leaving, &pair.value, &keeps);
        if (status == BANYAN_OK && keeps)
            document->map.pairs[kept++] = pair;
    }
    if (status != BANYAN_OK)
        return status;
    document->map.count = kept;
    withheld = list_withheld(leaving->is_withheld, arena);
    if (withheld == NULL)
        return BANYAN_ERR_MEMORY;
    out_record->withheld = by_bytes_of_text(withheld);
    return BANYAN_OK;
}

/* -- places -- */

static const struct {
    const char *code;
    int decimals;
    unsigned metres;
    const char *words;
} degrees[COARSENESS_HIDDEN - 1] = {
    {"low", 3, 157, "place rounded to 3 decimals of a degree"},
    {"medium", 2, 1570, "place rounded to 2 decimals of a degree"},
    {"high", 1, 15691, "place rounded to 1 decimal of a degree"},
};

static struct by_value *find(struct by_value *map, const char *key)
{
    for (size_t i = 0; i < map->map.count; i++)
        if (by_bytes_equal(map->map.pairs[i].key, by_bytes_of_text(key)))
            return &map->map.pairs[i].value;
    return NULL;
}

static double precision_of(const struct by_value *value)
{
    char text[64];

    if (value == NULL || value->kind != BY_VALUE_TEXT || value->bytes.size >= sizeof text)
        return 0;
    memcpy(text, value->bytes.data, value->bytes.size);
    text[value->bytes.size] = 0;
    return strtod(text, NULL);
}

/* The field says it too, where the record has it. */
static enum banyan_status
say_uncertainty(struct by_exported *record, unsigned metres, struct by_arena *arena)
{
    struct by_value *precision = find(&record->document, "precision_m");
    double sum = ceil(precision_of(precision)) + metres;
    char text[64];
    char *kept = NULL;

    if (sum == 0)
        return BANYAN_OK;
    (void)snprintf(text, sizeof text, "%.0f", sum);
    kept = by_arena_text(arena, by_bytes_of_text(text));
    if (kept == NULL)
        return BANYAN_ERR_MEMORY;
    record->uncertainty_m = by_bytes_of_text(kept);
    if (precision != NULL && metres > 0)
        *precision = by_value_literal(kept);
    return BANYAN_OK;
}

static bool is_place(const struct by_exported *record, struct by_bytes name)
{
    const struct by_field *field = by_type_field_find(record->type, name);

    return field != NULL && field->kind == BY_FIELD_GEOMETRY;
}

/* Every place that the record has, whatever its field is called. */
static enum banyan_status round_places(unsigned coarseness, struct by_exported *record,
                                       struct by_arena *arena, struct by_public_tally *tally)
{
    struct by_value *document = &record->document;
    bool has_place = false;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < document->map.count && status == BANYAN_OK; i++) {
        struct by_value *place = &document->map.pairs[i].value;

        if (!is_place(record, document->map.pairs[i].key))
            continue;
        has_place = true;
        if (coarseness == 0)
            continue;
        tally->rounded++;
        record->generalised = by_bytes_of_text(degrees[coarseness - 1].words);
        status = by_geometry_round(place, degrees[coarseness - 1].decimals, arena, place);
    }
    if (!has_place || status != BANYAN_OK)
        return status;
    return say_uncertainty(record, coarseness == 0 ? 0 : degrees[coarseness - 1].metres, arena);
}

static void find_box(struct leaving *leaving)
{
    const struct by_exported *record = leaving->record;
    unsigned coarseness = leaving->verdict.coarseness;

    leaving->decimals =
        coarseness == COARSENESS_HIDDEN || coarseness == 0 ? -1 : degrees[coarseness - 1].decimals;
    leaving->box = by_place_box_none();
    for (size_t i = 0; i < record->document.map.count; i++) {
        const struct by_pair *pair = &record->document.map.pairs[i];

        if (is_place(record, pair->key) && by_field_value_is(BY_FIELD_GEOMETRY, &pair->value))
            by_place_box_widen(&leaving->box, &pair->value);
    }
}

static bool has_places(const struct by_type *type)
{
    for (size_t i = 0; type != NULL && i < type->field_count; i++)
        if (type->fields[i].kind == BY_FIELD_GEOMETRY)
            return true;
    return false;
}

/* A code that this version does not know may be stricter than all it knows. */
static bool is_known(const struct by_value *code)
{
    static const char *const known[] = {"none", "low", "medium", "high", "hidden", NULL};

    return code == NULL || (code->kind == BY_VALUE_TEXT && is_among(code->bytes, known));
}

static unsigned coarseness_of(const struct sayings *sensitivity)
{
    bool hides = one_says(sensitivity, "hidden") || !is_known(sensitivity->shown);
    unsigned coarseness = 0;

    for (size_t i = 0; sensitivity->others != NULL && i < sensitivity->others->array.count; i++)
        hides = hides || !is_known(&sensitivity->others->array.items[i]);
    for (unsigned i = 0; i < COARSENESS_HIDDEN - 1; i++)
        if (one_says(sensitivity, degrees[i].code))
            coarseness = i + 1;
    return hides ? COARSENESS_HIDDEN : coarseness;
}

enum banyan_status by_public_judge(const struct by_exported *record, enum by_consent consent,
                                   struct by_arena *arena, struct by_public_verdict *out_verdict)
{
    struct by_value conflicts = by_value_nil();
    struct sayings sensitivity;
    enum banyan_status status = BANYAN_OK;

    if (record->conflicts.size > 0)
        status = by_json_parse(record->conflicts, arena, &conflicts, NULL);
    if (status != BANYAN_OK)
        return status;
    sensitivity = sayings_of(record, &conflicts, "sensitivity");
    out_verdict->why = judge(record, &conflicts, consent);
    out_verdict->coarseness = coarseness_of(&sensitivity);
    out_verdict->has_place =
        !by_bytes_equal(record->type_name, by_bytes_of_text("org")) && has_places(record->type);
    return BANYAN_OK;
}

enum banyan_status by_public_record(const struct by_exported *record, enum by_consent consent,
                                    const struct by_public_refs *refs, struct by_arena *arena,
                                    struct by_exported *out_record, bool *out_leaves,
                                    struct by_public_tally *tally)
{
    struct leaving leaving = {.record = record, .refs = refs, .arena = arena, .tally = tally};
    enum banyan_status status = by_public_judge(record, consent, arena, &leaving.verdict);

    *out_leaves = false;
    *out_record = *record;
    if (status != BANYAN_OK)
        return status;
    *out_leaves = leaving.verdict.why == BY_WITHHELD_COUNT;
    if (!*out_leaves) {
        tally->records[leaving.verdict.why]++;
        return BANYAN_OK;
    }
    find_box(&leaving);
    status = leave_out(&leaving, out_record);
    if (status == BANYAN_OK)
        status = round_places(leaving.verdict.coarseness, out_record, arena, tally);
    out_record->is_public = true;
    out_record->version = by_bytes_of(NULL, 0);
    out_record->conflicts = by_bytes_of(NULL, 0);
    out_record->proposals = by_bytes_of(NULL, 0);
    return status;
}
