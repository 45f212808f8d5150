/*
 * What a person types for a field of any kind: it is refused with words, or makes a value of the
 * field's form, whose text can be typed again, and that again gives the same text.
 *
 * Input: one byte that picks the field, then the text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "record/field_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Any text is the id of some record. */
static enum banyan_status find_record(void *context, const char *type, struct by_bytes text,
                                      struct by_record_name *out_name, struct banyan_error *error)
{
    (void)context;
    (void)type;
    (void)error;
    memset(out_name, (int)(text.size % 251), sizeof *out_name);
    return BANYAN_OK;
}

static const struct by_field *pick_field(uint8_t number)
{
    static const char *const names[] = {"area",      "geometry", "country", "name",    "site_type",
                                        "status_yr", "river_km", "admin",   "website", "stewards"};
    static const char *const others[] = {"budget", "planned_start", "parent", "themes"};
    size_t at = number % 15u;

    if (at < 10)
        return by_type_field_find(by_type_shipped_find(by_bytes_of_text("site")),
                                  by_bytes_of_text(names[at]));
    if (at < 14)
        return by_type_field_find(by_type_shipped_find(by_bytes_of_text("activity")),
                                  by_bytes_of_text(others[at - 10]));
    return by_type_field_find(by_type_shipped_find(by_bytes_of_text("org")),
                              by_bytes_of_text("staff_size"));
}

static bool has_form(const struct by_field *field, const struct by_value *value)
{
    return by_field_value_is(field->kind, value) ||
           (field->kind == BY_FIELD_MLTEXT && by_field_value_is(BY_FIELD_TEXT, value));
}

/* Texts that stand for less than their value, or for another field kind's word. */
static bool can_be_typed_again(const struct by_field *field, struct by_bytes text)
{
    if (field->kind == BY_FIELD_GEOMETRY)
        return memchr(text.data, ' ', text.size) == NULL; /* a point, not "Polygon, 4 points" */
    return field->kind != BY_FIELD_REF && field->kind != BY_FIELD_REFS &&
           field->kind != BY_FIELD_MLTEXT;
}

static void show(const struct by_field *field, const struct by_value *value, struct by_buffer *out)
{
    must(by_field_value_text(field, value, "vi", out) == BANYAN_OK);
    must(by_text_check(by_buffer_bytes(out)) == BANYAN_OK);
}

static void type_again(const struct by_field *field, struct by_bytes text, struct by_arena *arena)
{
    struct by_buffer out = BY_BUFFER_INIT(1u << 24);
    struct by_value value = by_value_nil();

    must(by_field_value_parse(field, text, NULL, arena, &value, NULL) == BANYAN_OK);
    show(field, &value, &out);
    must(by_bytes_equal(by_buffer_bytes(&out), text));
    by_buffer_deinit(&out);
}

static void
check_value(const struct by_field *field, const struct by_value *value, struct by_arena *arena)
{
    struct by_buffer text = BY_BUFFER_INIT(1u << 24);
    struct by_buffer bytes = BY_BUFFER_INIT(1u << 24);
    struct by_value normal = by_value_nil();

    must(has_form(field, value));
    must(by_value_encode(value, &bytes) == BANYAN_OK);
    if (bytes.size <= BY_PAYLOAD_BYTES_MAX)
        must(by_scan(by_buffer_bytes(&bytes), &by_scan_payload_limits) == BANYAN_OK);
    if (by_field_value_is(field->kind, value))
        must(by_field_value_normal(field->kind, value, arena, &normal) == BANYAN_OK &&
             by_field_value_is(field->kind, &normal));
    show(field, value, &text);
    if (can_be_typed_again(field, by_buffer_bytes(&text)))
        type_again(field, by_buffer_bytes(&text), arena);
    by_buffer_deinit(&text);
    by_buffer_deinit(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct by_ref_resolver resolver = {find_record, NULL, NULL};
    struct by_arena arena = BY_ARENA_INIT;
    struct by_value value = by_value_nil();
    struct banyan_error error = {0};
    const struct by_field *field = pick_field(size > 0 ? data[0] : 0);
    enum banyan_status status = BANYAN_OK;

    must(field != NULL);
    status = by_field_value_parse(field, by_bytes_of(data + (size > 0), size - (size > 0)),
                                  &resolver, &arena, &value, &error);
    if (status == BANYAN_OK)
        check_value(field, &value, &arena);
    else
        must(status == BANYAN_ERR_INVALID && error.text[0] != 0 &&
             by_text_check(by_bytes_of_text(error.text)) == BANYAN_OK);
    by_arena_deinit(&arena);
    return 0;
}
