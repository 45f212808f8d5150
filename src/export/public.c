/*
 * What leaves for everybody: the consents given for records, what records that others refer to are
 * seen as.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "codec/json.h"
#include "export/state.h"
#include "os/os.h"
#include "view/shown.h"

#define CONFLICTS_BYTES_MAX (64u * 1024u * 1024u)
#define SLOT_COUNT          4096u

struct consent {
    struct by_record_name name, subject;
    bool has_subject, is_public;
};
struct slot {
    struct by_record_name name;
    struct by_public_verdict verdict;
    bool is_taken;
};
struct by_export_public {
    struct consent *items; /* by name */
    struct consent **of;   /* those with a subject, by it */
    size_t count, capacity, of_count;
    struct slot slots[SLOT_COUNT]; /* verdicts of late, each where its name says */
    char day[BY_DATE_TIME_BYTES];
    bool is_private; /* consents that this device keeps for itself are being read */
};

void by_export_public_close(struct by_export_public *public)
{
    if (public == NULL)
        return;
    free(public->items);
    free(public->of);
    free(public);
}

/* -- reading consents -- */

static enum banyan_status make_room(struct by_export_public *public)
{
    size_t capacity = public->capacity == 0 ? 64 : 2 * public->capacity;
    struct consent *items = NULL;

    if (public->count < public->capacity)
        return BANYAN_OK;
    items = reallocarray(public->items, capacity, sizeof *items);
    if (items == NULL)
        return BANYAN_ERR_MEMORY;
    public->items = items;
    public->capacity = capacity;
    return BANYAN_OK;
}

static bool read_ref(const struct by_value *ref, struct by_record_name *out_name)
{
    return ref != NULL && ref->kind == BY_VALUE_TEXT && by_record_name_read(ref->bytes, out_name);
}

static enum banyan_status take(void *context, const struct by_view_record *row)
{
    struct by_export_public *public = context;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value document;
    enum banyan_status status = make_room(public);

    if (status == BANYAN_OK)
        status = by_json_parse(row->document, &arena, &document, NULL);
    if (status == BANYAN_OK) {
        struct consent *consent = &public->items[public->count++];

        *consent = (struct consent){.name = row->name};
        consent->has_subject = read_ref(by_value_get(&document, "subject"), &consent->subject);
        /* What is in conflict is not agreed on; what nobody else can see lets nothing leave, but it
         * may well speak against it. */
        consent->is_public = row->conflicts == 0 && !public->is_private &&
                             by_consent_is_public(&document, by_bytes_of(public->day, 10));
    }
    by_arena_deinit(&arena);
    return status;
}

static int order_by_name(const void *a, const void *b)
{
    const struct consent *left = a, *right = b;

    return by_record_name_compare(&left->name, &right->name);
}

static int order_by_subject(const void *a, const void *b)
{
    const struct consent *const *left = a, *const *right = b;

    return by_record_name_compare(&(*left)->subject, &(*right)->subject);
}

static enum banyan_status sort(struct by_export_public *public)
{
    public->of = calloc(public->count + 1, sizeof public->of[0]);
    if (public->of == NULL)
        return BANYAN_ERR_MEMORY;
    if (public->count > 0)
        qsort(public->items, public->count, sizeof public->items[0], order_by_name);
    for (size_t i = 0; i < public->count; i++)
        if (public->items[i].has_subject)
    public->of[public->of_count++] = &public->items[i];
    if (public->of_count > 0)
        qsort(public->of, public->of_count, sizeof public->of[0], order_by_subject);
    return BANYAN_OK;
}

enum banyan_status by_export_public_open(struct by_exporting *exporting)
{
    struct by_view_each which = {.type = "consent"};
    struct by_export_public *public = calloc(1, sizeof *public);
    enum banyan_status status = BANYAN_OK;

    exporting->public = public;
    if (public == NULL)
        return by_fail_plain(exporting->error, BANYAN_ERR_MEMORY);
    by_date_time_text(by_os_wall_ms(), public->day);
    status = by_view_each(exporting->node->view, &which, take, public, exporting->error);
    which.is_private = public->is_private = true;
    if (status == BANYAN_OK)
        status = by_view_each(exporting->node->view, &which, take, public, exporting->error);
    if (status == BANYAN_OK)
        status = sort(public);
    return status == BANYAN_OK ? status : by_fail_plain(exporting->error, status);
}

/* -- which consents are for a record -- */

static enum by_consent find_named(const struct by_export_public *public, const struct by_value *ref)
{
    struct consent wanted;
    const struct consent *found = NULL;

    if (read_ref(ref, &wanted.name) && public->count > 0)
        found = bsearch(&wanted, public->items, public->count, sizeof wanted, order_by_name);
    return found != NULL && found->is_public ? BY_CONSENT_GIVEN : BY_CONSENT_NOT_GIVEN;
}

static enum by_consent
find_of(const struct by_export_public *public, const struct by_record_name *subject)
{
    size_t from = 0, to = public->of_count;
    enum by_consent found = BY_CONSENT_NONE;

    while (from < to) { /* the first that is not before it */
        size_t middle = from + (to - from) / 2;

        if (by_record_name_compare(&public->of[middle]->subject, subject) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < public->of_count && found != BY_CONSENT_GIVEN &&
           by_record_name_equal(&public->of[from]->subject, subject);
         from++)
        found = public->of[from]->is_public ? BY_CONSENT_GIVEN : BY_CONSENT_NOT_GIVEN;
    return found;
}

static enum by_consent
consent_of(const struct by_export_public *public, const struct by_exported *record)
{
    const struct by_value *named = by_value_get(&record->document, "consent");

    return named != NULL ? find_named(public, named) : find_of(public, &record->name);
}

/* -- records that others refer to -- */

struct asking {
    struct by_exporting *exporting;
    struct by_public_verdict *verdict;
    struct by_buffer *label;
};

/* The record as it would be exported to members, conflicts too. */
static enum banyan_status read_row(struct by_exporting *exporting, const struct by_view_record *row,
                                   struct by_arena *arena, struct by_buffer *conflicts,
                                   struct by_exported *out_record)
{
    enum banyan_status status = by_export_read(exporting, row, arena, out_record);

    if (status == BANYAN_OK && row->conflicts > 0)
        status = by_view_asker_conflicts(exporting->asker, &row->name, conflicts);
    out_record->conflicts = by_buffer_bytes(conflicts);
    return status;
}

static enum banyan_status judge_row(void *context, const struct by_view_record *row)
{
    struct asking *asking = context;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer conflicts = BY_BUFFER_INIT(CONFLICTS_BYTES_MAX);
    struct by_exported record;
    enum banyan_status status = read_row(asking->exporting, row, &arena, &conflicts, &record);

    if (status == BANYAN_OK)
        status = by_public_judge(&record, consent_of(asking->exporting->public, &record), &arena,
                                 asking->verdict);
    by_buffer_deinit(&conflicts);
    by_arena_deinit(&arena);
    return status;
}

/* A judge of struct by_public_refs. */
static enum banyan_status
judge_ref(void *context, const struct by_record_name *name, struct by_public_verdict *out_verdict)
{
    struct by_exporting *exporting = context;
    struct asking asking = {.exporting = exporting, .verdict = out_verdict};
    uint8_t bytes[48];
    struct slot *slot = NULL;
    enum banyan_status status = BANYAN_OK;

    by_record_name_put(bytes, name);
    slot = &exporting->public->slots[by_get_u64be(bytes + 40) % SLOT_COUNT];
    if (slot->is_taken && by_record_name_equal(&slot->name, name)) {
        *out_verdict = slot->verdict;
        return BANYAN_OK;
    }
    status = by_view_asker_one(exporting->asker, name, judge_row, &asking);
    /* deleted, private or not here yet: who reads the file cannot have it either */
    if (status == BANYAN_ERR_NOT_FOUND) {
        *out_verdict = (struct by_public_verdict){.why = BY_WITHHELD_SHARING};
        status = BANYAN_OK;
    }
    if (status == BANYAN_OK)
        *slot = (struct slot){.name = *name, .verdict = *out_verdict, .is_taken = true};
    return status;
}

/* -- what records are called -- */

static enum banyan_status append_label(const struct by_exported *record, struct by_buffer *label)
{
    char id[BY_SHORT_ID_BYTES];

    by_record_short_id(&record->name, id);
    return by_shown_label(record->type, &record->document, NULL, id, label);
}

/* Nothing is called by what it refers to. */
static enum banyan_status withhold_ref(void *context, const struct by_record_name *name,
                                       struct by_public_verdict *out_verdict)
{
    (void)context;
    (void)name;
    *out_verdict = (struct by_public_verdict){.why = BY_WITHHELD_SHARING};
    return BANYAN_OK;
}

static enum banyan_status label_row(void *context, const struct by_view_record *row)
{
    static const struct by_public_refs refs = {.judge = withhold_ref};
    struct asking *asking = context;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer conflicts = BY_BUFFER_INIT(CONFLICTS_BYTES_MAX);
    struct by_public_tally tally = {.rounded = 0};
    struct by_exported record, less;
    bool leaves = false;
    enum banyan_status status = read_row(asking->exporting, row, &arena, &conflicts, &record);

    if (status == BANYAN_OK)
        status = by_public_record(&record, consent_of(asking->exporting->public, &record), &refs,
                                  &arena, &less, &leaves, &tally);
    if (status == BANYAN_OK)
        status = leaves ? append_label(&less, asking->label) : BANYAN_ERR_NOT_FOUND;
    by_buffer_deinit(&conflicts);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_export_public_label(struct by_exporting *exporting,
                                          const struct by_record_name *name, struct by_buffer *out)
{
    struct asking asking = {.exporting = exporting, .label = out};

    return by_view_asker_one(exporting->asker, name, label_row, &asking);
}

enum banyan_status by_export_public_record(struct by_exporting *exporting,
                                           const struct by_exported *record, struct by_arena *arena,
                                           struct by_buffer *label, struct by_exported *out_record,
                                           bool *out_leaves)
{
    const struct by_public_refs refs = {.judge = judge_ref, .context = exporting};
    enum banyan_status status =
        by_public_record(record, consent_of(exporting->public, record), &refs, arena, out_record,
                         out_leaves, &exporting->tally);

    if (status != BANYAN_OK || !*out_leaves)
        return status;
    status = append_label(out_record, label);
    out_record->label = by_buffer_bytes(label);
    return status;
}
