#include "exchange/geojson_write.h"

#include <stdio.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "codec/json.h"
#include "exchange/geometry.h"
#include "record/field_value.h"

/* -- properties -- */

static void
write_key(struct by_json *json, struct by_bytes name, const char *mark, struct by_bytes behind)
{
    char key[2 * BY_PATH_BYTES_MAX + 16];

    (void)snprintf(key, sizeof key, "%.*s%s%.*s", (int)name.size, (const char *)name.data, mark,
                   (int)behind.size, behind.size == 0 ? "" : (const char *)behind.data);
    by_json_key(json, key);
}

/* Decimal text is a JSON number as it is: [-]digits[.digits]. */
static void write_decimal(struct by_json *json, const struct by_value *decimal)
{
    if (decimal == NULL)
        by_json_null(json);
    else if (decimal->kind == BY_VALUE_TEXT && by_decimal_is(decimal->bytes))
        by_json_raw(json, decimal->bytes);
    else
        by_json_value(json, decimal);
}

static void write_members(struct by_json *json, struct by_bytes name, const struct by_value *map,
                          const char *number, const char *const *others)
{
    by_json_key_bytes(json, name);
    write_decimal(json, by_value_get(map, number));
    for (size_t i = 0; others[i] != NULL; i++) {
        const struct by_value *other = by_value_get(map, others[i]);

        if (other == NULL)
            continue;
        write_key(json, name, "_", by_bytes_of_text(others[i]));
        by_json_value(json, other);
    }
}

static void write_ref(struct by_json *json, const struct by_value *ref)
{
    struct by_record_name name;
    char id[BY_SHORT_ID_BYTES];

    if (ref->kind != BY_VALUE_TEXT || !by_record_name_read(ref->bytes, &name)) {
        by_json_value(json, ref);
        return;
    }
    by_record_short_id(&name, id);
    by_json_literal(json, id);
}

static void write_refs(struct by_json *json, const struct by_value *refs)
{
    by_json_array_begin(json);
    for (size_t i = 0; i < refs->array.count; i++)
        write_ref(json, &refs->array.items[i]);
    by_json_array_end(json);
}

static void write_languages(struct by_json *json, struct by_bytes name, const struct by_value *map)
{
    for (size_t i = 0; i < map->map.count; i++) {
        write_key(json, name, ".", map->map.pairs[i].key);
        by_json_value(json, &map->map.pairs[i].value);
    }
}

static void
write_property(struct by_json *json, const struct by_field *field, const struct by_pair *pair)
{
    static const char *const quantity[] = {"unit", NULL}, *const money[] = {"currency", "date",
                                                                            NULL};
    enum by_field_kind kind = field == NULL ? BY_FIELD_TEXT : field->kind;
    bool is_map = pair->value.kind == BY_VALUE_MAP;

    if (kind == BY_FIELD_MLTEXT && is_map) {
        write_languages(json, pair->key, &pair->value);
        return;
    }
    if (is_map && (kind == BY_FIELD_QUANTITY || kind == BY_FIELD_MONEY)) {
        write_members(json, pair->key, &pair->value, kind == BY_FIELD_MONEY ? "amount" : "value",
                      kind == BY_FIELD_MONEY ? money : quantity);
        return;
    }
    by_json_key_bytes(json, pair->key);
    if (kind == BY_FIELD_NUMBER)
        write_decimal(json, &pair->value);
    else if (kind == BY_FIELD_REF)
        write_ref(json, &pair->value);
    else if (kind == BY_FIELD_REFS && pair->value.kind == BY_VALUE_ARRAY)
        write_refs(json, &pair->value);
    else
        by_json_value(json, &pair->value);
}

static void write_own(struct by_json *json, const char *key, struct by_bytes text)
{
    by_json_key(json, key);
    by_json_text(json, text);
}

/* -- the feature -- */

/* With the type first, as people read it. */
static void write_geometry(struct by_json *json, const struct by_value *geometry)
{
    by_json_object_begin(json);
    by_json_key(json, "type");
    by_json_value(json, by_value_get(geometry, "type"));
    by_json_key(json, "coordinates");
    by_json_value(json, by_value_get(geometry, "coordinates"));
    by_json_object_end(json);
}

static const struct by_value *geometry_of(const struct by_exported *record)
{
    const struct by_value *geometry = by_value_get(&record->document, "geometry");

    return geometry != NULL && by_field_value_is(BY_FIELD_GEOMETRY, geometry) ? geometry : NULL;
}

static void write_properties(struct by_json *json, const struct by_exported *record,
                             const struct by_value *geometry)
{
    char name[2 * 48 + 1];
    uint8_t bytes[48];

    by_json_object_begin(json);
    for (size_t i = 0; i < record->document.map.count; i++) {
        const struct by_pair *pair = &record->document.map.pairs[i];

        if (&pair->value != geometry)
            write_property(json, by_type_field_find(record->type, pair->key), pair);
    }
    if (record->uncertainty_m.size > 0) {
        by_json_key(json, BY_UNCERTAINTY_HEADER);
        by_json_raw(json, record->uncertainty_m);
    }
    if (record->generalised.size > 0)
        write_own(json, BY_GENERALISED_HEADER, record->generalised);
    if (record->withheld.size > 0)
        write_own(json, BY_WITHHELD_HEADER, record->withheld);
    write_own(json, BY_HEADER_BEGIN "type", record->type_name);
    write_own(json, BY_OWNER_HEADER, record->owner_name);
    by_record_name_put(bytes, &record->name);
    by_hex(by_bytes_of(bytes, sizeof bytes), name);
    write_own(json, BY_ID_HEADER, by_bytes_of_text(name));
    if (record->version.size > 0)
        write_own(json, BY_VERSION_HEADER, record->version);
    by_json_object_end(json);
}

enum banyan_status by_geojson_feature(const struct by_exported *record, bool is_first,
                                      struct by_arena *arena, struct by_buffer *out)
{
    const struct by_value *geometry = geometry_of(record);
    enum banyan_status status = by_buffer_append_format(out, is_first ? "\n" : ",\n");
    struct by_value turned;
    struct by_json json;

    if (status == BANYAN_OK && geometry != NULL)
        status = by_geometry_turn(geometry, arena, &turned);
    if (status != BANYAN_OK)
        return status;
    by_json_init(&json, out);
    by_json_object_begin(&json);
    by_json_key(&json, "type");
    by_json_literal(&json, "Feature");
    by_json_key(&json, "id");
    by_json_text(&json, record->id);
    by_json_key(&json, "geometry");
    if (geometry == NULL)
        by_json_null(&json);
    else
        write_geometry(&json, &turned);
    by_json_key(&json, "properties");
    write_properties(&json, record, geometry);
    by_json_object_end(&json);
    return json.status;
}
