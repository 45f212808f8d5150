#include "exchange/record_line.h"

#include "codec/json.h"
#include "record/field_value.h"

static void write_text(struct by_json *json, const char *key, struct by_bytes text)
{
    by_json_key(json, key);
    by_json_text(json, text);
}

static void write_raw(struct by_json *json, const char *key, struct by_bytes text)
{
    if (text.size == 0)
        return;
    by_json_key(json, key);
    by_json_raw(json, text);
}

static void write_name(struct by_json *json, const struct by_record_name *name)
{
    uint8_t bytes[48];

    by_record_name_put(bytes, name);
    by_json_key(json, "name");
    by_json_hex(json, by_bytes_of(bytes, sizeof bytes));
}

static void write_owner(struct by_json *json, const struct by_exported *record)
{
    by_json_key(json, "owner");
    by_json_object_begin(json);
    write_text(json, "id", record->owner);
    write_text(json, "name", record->owner_name);
    by_json_object_end(json);
}

enum banyan_status by_record_line_write(const struct by_exported *record, struct by_buffer *out)
{
    struct by_json json;

    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "banyan");
    by_json_int(&json, BY_RECORD_LINE_VERSION);
    write_text(&json, "type", record->type_name);
    write_name(&json, &record->name);
    write_text(&json, "id", record->id);
    write_text(&json, "label", record->label);
    write_owner(&json, record);
    write_text(&json, "created", record->created);
    write_text(&json, "changed", record->changed);
    if (record->version.size > 0)
        write_text(&json, "version", record->version);
    if (record->uncertainty_m.size > 0)
        write_raw(&json, BY_UNCERTAINTY_HEADER, record->uncertainty_m);
    if (record->generalised.size > 0)
        write_text(&json, BY_GENERALISED_HEADER, record->generalised);
    if (record->withheld.size > 0)
        write_text(&json, BY_WITHHELD_HEADER, record->withheld);
    by_json_key(&json, "fields");
    by_json_value(&json, &record->document);
    write_raw(&json, "conflicts", record->conflicts);
    write_raw(&json, "proposals", record->proposals);
    by_json_object_end(&json);
    return json.status == BANYAN_OK ? by_buffer_append_u8(out, '\n') : json.status;
}
