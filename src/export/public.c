/*
 * Which records have a consent that lets them leave for everybody.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "codec/json.h"
#include "export/state.h"
#include "os/os.h"

#define NAME_HEX_BYTES      96u
#define CONFLICTS_BYTES_MAX (64u * 1024u * 1024u)

struct consent {
    char name[NAME_HEX_BYTES + 1];
    char subject[NAME_HEX_BYTES + 1]; /* "" where none is named */
    bool is_public;
};
struct by_export_consents {
    struct consent *items;
    size_t count, capacity;
    char day[BY_DATE_TIME_BYTES];
};

void by_export_consents_free(struct by_export_consents *consents)
{
    if (consents == NULL)
        return;
    free(consents->items);
    free(consents);
}

static enum banyan_status make_room(struct by_export_consents *consents)
{
    size_t capacity = consents->capacity == 0 ? 64 : 2 * consents->capacity;
    struct consent *items = NULL;

    if (consents->count < consents->capacity)
        return BANYAN_OK;
    items = reallocarray(consents->items, capacity, sizeof *items);
    if (items == NULL)
        return BANYAN_ERR_MEMORY;
    consents->items = items;
    consents->capacity = capacity;
    return BANYAN_OK;
}

static void copy_ref(const struct by_value *ref, char out_hex[NAME_HEX_BYTES + 1])
{
    out_hex[0] = 0;
    if (ref == NULL || ref->kind != BY_VALUE_TEXT || ref->bytes.size != NAME_HEX_BYTES)
        return;
    memcpy(out_hex, ref->bytes.data, NAME_HEX_BYTES);
    out_hex[NAME_HEX_BYTES] = 0;
}

static void hex_of(const struct by_record_name *name, char out_hex[NAME_HEX_BYTES + 1])
{
    uint8_t bytes[NAME_HEX_BYTES / 2];

    by_record_name_put(bytes, name);
    by_hex(by_bytes_of(bytes, sizeof bytes), out_hex);
}

static enum banyan_status take(void *context, const struct by_view_record *row)
{
    struct by_export_consents *consents = context;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value document;
    enum banyan_status status = make_room(consents);

    if (status == BANYAN_OK)
        status = by_json_parse(row->document, &arena, &document, NULL);
    if (status == BANYAN_OK) {
        struct consent *consent = &consents->items[consents->count++];

        hex_of(&row->name, consent->name);
        copy_ref(by_value_get(&document, "subject"), consent->subject);
        /* What is in conflict is not agreed on. */
        consent->is_public =
            row->conflicts == 0 && by_consent_is_public(&document, by_bytes_of(consents->day, 10));
    }
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_export_consents_read(struct by_view *view,
                                           struct by_export_consents **out_consents,
                                           struct banyan_error *error)
{
    const struct by_view_each which = {.type = "consent"};
    struct by_export_consents *consents = calloc(1, sizeof *consents);

    *out_consents = consents;
    if (consents == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    by_date_time_text(by_os_wall_ms(), consents->day);
    return by_view_each(view, &which, take, consents, error);
}

/* -- what a record refers to -- */

struct judging {
    struct by_exporting *exporting;
    struct by_public_verdict *verdict;
};

static enum banyan_status judge_row(void *context, const struct by_view_record *row)
{
    struct judging *judging = context;
    struct by_exporting *exporting = judging->exporting;
    struct by_arena arena = BY_ARENA_INIT;
    struct by_buffer conflicts = BY_BUFFER_INIT(CONFLICTS_BYTES_MAX);
    struct by_exported record;
    enum banyan_status status = by_export_read(exporting, row, &arena, &record);

    if (status == BANYAN_OK && row->conflicts > 0)
        status = by_view_record_conflicts(exporting->node->view, &row->name, &conflicts,
                                          exporting->error);
    record.conflicts = by_buffer_bytes(&conflicts);
    if (status == BANYAN_OK)
        status = by_public_judge(&record, by_export_consent(exporting->consents, &record), &arena,
                                 judging->verdict);
    by_buffer_deinit(&conflicts);
    by_arena_deinit(&arena);
    return status;
}

enum banyan_status by_export_judge_ref(void *context, const struct by_record_name *name,
                                       struct by_public_verdict *out_verdict)
{
    struct by_exporting *exporting = context;
    struct judging judging = {.exporting = exporting, .verdict = out_verdict};
    enum banyan_status status =
        by_view_one(exporting->node->view, name, judge_row, &judging, exporting->error);

    /* deleted, private or not here yet: who reads the file cannot have it either */
    if (status == BANYAN_ERR_NOT_FOUND) {
        *out_verdict = (struct by_public_verdict){.why = BY_WITHHELD_SHARING};
        status = BANYAN_OK;
    }
    return status;
}

enum by_consent
by_export_consent(const struct by_export_consents *consents, const struct by_exported *record)
{
    char name[NAME_HEX_BYTES + 1], named[NAME_HEX_BYTES + 1];
    enum by_consent found = BY_CONSENT_NONE;
    bool names_one = by_value_get(&record->document, "consent") != NULL;

    hex_of(&record->name, name);
    copy_ref(by_value_get(&record->document, "consent"), named);
    if (names_one)
        found = BY_CONSENT_NOT_GIVEN;
    for (size_t i = 0; i < consents->count; i++) {
        const struct consent *consent = &consents->items[i];
        bool is_meant =
            names_one ? strcmp(consent->name, named) == 0 : strcmp(consent->subject, name) == 0;

        if (is_meant && found != BY_CONSENT_GIVEN)
            found = consent->is_public ? BY_CONSENT_GIVEN : BY_CONSENT_NOT_GIVEN;
    }
    return found;
}
