/*
 * Records to rows of the WDPCA.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/wdpca.h"
#include "record/globe.h"

#define STANDARD       "wdpca"
#define NOT_REPORTED   "Not Reported"
#define NOT_APPLICABLE "Not Applicable"
#define LIST_BYTES_MAX 4096u

const char *by_wdpca_name(enum by_wdpca_field field)
{
    static const char *const names[] = {
#define X(name) [BY_WDPCA_##name] = #name,
        BY_WDPCA_MAP(X)
#undef X
    };

    return names[field];
}

struct making {
    const struct by_exported *record;
    struct by_arena *arena;
    struct by_wdpca_row *row;
    bool is_out_of_memory;
};

static const struct by_value *value_of(const struct making *making, const char *field)
{
    return by_value_get(&making->record->document, field);
}

static bool is_text(const struct by_value *value, const char *text)
{
    return value != NULL && value->kind == BY_VALUE_TEXT &&
           by_bytes_equal(value->bytes, by_bytes_of_text(text));
}

static const char *keep(struct making *making, struct by_bytes text)
{
    const char *kept = by_arena_text(making->arena, text);

    making->is_out_of_memory = making->is_out_of_memory || kept == NULL;
    return kept == NULL ? "" : kept;
}

bool by_wdpca_takes(const struct by_exported *record)
{
    const struct by_value *site_type = by_value_get(&record->document, "site_type");

    return by_bytes_equal(record->type_name, by_bytes_of_text("site")) &&
           (is_text(site_type, "pa") || is_text(site_type, "oecm"));
}

/* -- codes -- */

/* As the standard writes it; a code that it has no word for as it is. */
static const char *
code_text(struct making *making, const struct by_field *field, const struct by_value *code)
{
    const struct by_code *found = NULL;
    const char *outside = NULL;

    if (code->kind != BY_VALUE_TEXT)
        return NOT_REPORTED;
    if (field != NULL && field->list != NULL)
        found = by_code_find(field->list, code->bytes);
    if (found != NULL)
        outside = by_code_outside(found, STANDARD);
    return outside != NULL ? outside : keep(making, code->bytes);
}

static const char *code_of(struct making *making, const char *name, const char *missing)
{
    const struct by_value *code = value_of(making, name);

    return code == NULL
               ? missing
               : code_text(making, by_type_field_find(making->record->type, by_bytes_of_text(name)),
                           code);
}

static const char *codes_of(struct making *making, const char *name, const char *missing)
{
    const struct by_value *list = value_of(making, name);
    const struct by_field *field = by_type_field_find(making->record->type, by_bytes_of_text(name));
    struct by_buffer text = BY_BUFFER_INIT(LIST_BYTES_MAX);
    const char *kept = missing;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; list != NULL && list->kind == BY_VALUE_ARRAY && i < list->array.count &&
                       status == BANYAN_OK;
         i++)
        status = by_buffer_append_format(&text, "%s%s", i == 0 ? "" : ";",
                                         code_text(making, field, &list->array.items[i]));
    if (text.size > 0)
        kept = keep(making, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return kept;
}

/* -- texts -- */

bool by_wdpca_is_latin(struct by_bytes text)
{
    /* Latin letters, with diacritics too, come before U+0250 and in U+1E00 to U+1EFF (E1 B8 to E1
     * BB); combining diacritics are U+0300 to U+036F, punctuation U+2000 to U+2FFF. */
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i], next = i + 1 < text.size ? text.data[i + 1] : 0;
        bool is_other = byte > 0xc9 && byte != 0xcc && byte != 0xe2 &&
                        !(byte == 0xcd && next <= 0xaf) &&
                        !(byte == 0xe1 && next >= 0xb8 && next <= 0xbb);

        if (is_other)
            return false;
    }
    return true;
}

/* In that language; of several, NULL for the record's own, else the first that is not English. */
static const char *
text_of(struct making *making, const char *name, const char *language, const char *missing)
{
    const struct by_value *map = value_of(making, name);
    const struct by_value *own = value_of(making, "language");
    const struct by_value *text = NULL;

    if (map == NULL)
        return missing;
    if (map->kind == BY_VALUE_TEXT)
        return keep(making, map->bytes);
    if (map->kind != BY_VALUE_MAP || map->map.count == 0)
        return missing;
    if (language != NULL)
        text = by_value_get(map, language);
    else if (own != NULL && own->kind == BY_VALUE_TEXT)
        text = by_value_get_bytes(map, own->bytes);
    for (size_t i = 0; i < map->map.count && text == NULL && language == NULL; i++)
        if (!by_bytes_equal(map->map.pairs[i].key, by_bytes_of_text("en")))
            text = &map->map.pairs[i].value;
    if (text == NULL && language == NULL)
        text = &map->map.pairs[0].value;
    return text == NULL || text->kind != BY_VALUE_TEXT ? missing : keep(making, text->bytes);
}

/* In English, else in any language that is written with Latin letters. */
static const char *latin_name(struct making *making)
{
    const struct by_value *map = value_of(making, "name");
    const char *english = text_of(making, "name", "en", NULL);

    if (english != NULL)
        return english;
    for (size_t i = 0; map != NULL && map->kind == BY_VALUE_MAP && i < map->map.count; i++)
        if (map->map.pairs[i].value.kind == BY_VALUE_TEXT &&
            by_wdpca_is_latin(map->map.pairs[i].value.bytes))
            return keep(making, map->map.pairs[i].value.bytes);
    return "";
}

static const char *any_text(struct making *making, const char *name, const char *missing)
{
    const char *english = text_of(making, name, "en", NULL);

    return english != NULL ? english : text_of(making, name, NULL, missing);
}

static const char *texts_of(struct making *making, const char *name, const char *missing)
{
    const struct by_value *list = value_of(making, name);
    struct by_buffer text = BY_BUFFER_INIT(LIST_BYTES_MAX);
    const char *kept = missing;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; list != NULL && list->kind == BY_VALUE_ARRAY && i < list->array.count; i++)
        if (status == BANYAN_OK && list->array.items[i].kind == BY_VALUE_TEXT)
            status = by_buffer_append_format(&text, "%s%.*s", i == 0 ? "" : ";",
                                             (int)list->array.items[i].bytes.size,
                                             (const char *)list->array.items[i].bytes.data);
    if (text.size > 0)
        kept = keep(making, by_buffer_bytes(&text));
    by_buffer_deinit(&text);
    return kept;
}

/* -- areas -- */

static double unit_km2(const struct by_value *unit)
{
    static const struct {
        const char *unit;
        double km2;
    } units[] = {{"ha", 0.01},    {"km2", 1},        {"m2", 1e-6},
                 {"rai", 0.0016}, {"mau", 0.0036},   {"sao", 0.00036},
                 {"cong", 0.001}, {"sotka", 0.0001}, {"acre", 0.0040468564224}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (is_text(unit, units[i].unit))
            return units[i].km2;
    return NAN;
}

static const char *number_text(struct making *making, double number)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%.10g", number);
    if (strchr(text, 'e') != NULL) {
        (void)snprintf(text, sizeof text, "%.12f", number);
        for (size_t end = strlen(text); end > 0 && text[end - 1] == '0'; end--)
            text[end - 1] = 0;
    }
    return keep(making, by_bytes_of_text(text));
}

static const char *area_of(struct making *making, const char *name, const char *missing)
{
    const struct by_value *quantity = value_of(making, name);
    const struct by_value *value = by_value_get(quantity, "value");
    double km2 = unit_km2(by_value_get(quantity, "unit"));

    if (value == NULL || value->kind != BY_VALUE_TEXT || isnan(km2))
        return missing;
    return number_text(making, strtod(keep(making, value->bytes), NULL) * km2);
}

static void measure(struct making *making)
{
    const struct by_value *geometry = value_of(making, "geometry");
    struct by_wdpca_row *row = making->row;

    row->cells[BY_WDPCA_GIS_AREA] = row->cells[BY_WDPCA_GIS_M_AREA] = "0";
    if (geometry == NULL || !by_field_value_is(BY_FIELD_GEOMETRY, geometry))
        return;
    row->vertices = by_geometry_vertices(geometry);
    row->has_polygon = row->vertices > 0;
    row->has_point = !row->has_polygon;
    if (row->has_polygon)
        row->cells[BY_WDPCA_GIS_AREA] = number_text(making, by_geodesic_area_km2(geometry));
    if (row->has_polygon && strcmp(row->cells[BY_WDPCA_REALM], "Marine") == 0)
        row->cells[BY_WDPCA_GIS_M_AREA] = row->cells[BY_WDPCA_GIS_AREA];
}

/* -- the row -- */

static const char *year_of(struct making *making)
{
    const struct by_value *date = value_of(making, "status_yr");

    if (date == NULL || date->kind != BY_VALUE_TEXT || date->bytes.size < 4)
        return "0";
    return keep(making, by_bytes_of(date->bytes.data, 4));
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static void make_names(struct making *making)
{
    const char **cells = making->row->cells;
    bool is_national = true;

    cells[BY_WDPCA_SITE_ID] = text_of(making, "wdpca_id", NULL, "");
    cells[BY_WDPCA_SITE_PID] = text_of(making, "wdpca_pid", NULL, cells[BY_WDPCA_SITE_ID]);
    cells[BY_WDPCA_SITE_TYPE] = code_of(making, "site_type", "");
    cells[BY_WDPCA_NAME_ENG] = latin_name(making);
    cells[BY_WDPCA_NAME] = text_of(making, "name", NULL, "");
    cells[BY_WDPCA_DESIG] = text_of(making, "desig", NULL, NOT_REPORTED);
    cells[BY_WDPCA_DESIG_TYPE] = code_of(making, "desig_type", NOT_REPORTED);
    is_national = strcmp(cells[BY_WDPCA_DESIG_TYPE], "International") != 0 &&
                  strcmp(cells[BY_WDPCA_DESIG_TYPE], "Regional") != 0;
    cells[BY_WDPCA_DESIG_ENG] = is_national ? any_text(making, "desig", NOT_REPORTED)
                                            : code_of(making, "desig_intl", NOT_REPORTED);
}

static void make_areas(struct making *making, bool is_marine)
{
    const char **cells = making->row->cells;

    cells[BY_WDPCA_REP_AREA] = area_of(making, "area", "");
    cells[BY_WDPCA_REP_M_AREA] = is_marine ? area_of(making, "marine_area", "") : "0";
    /* What lies in the sea as a whole has all its area there. */
    if (strcmp(cells[BY_WDPCA_REALM], "Marine") == 0 && cells[BY_WDPCA_REP_M_AREA][0] == 0)
        cells[BY_WDPCA_REP_M_AREA] = cells[BY_WDPCA_REP_AREA];
    measure(making);
    cells[BY_WDPCA_NO_TAKE] = is_marine ? code_of(making, "no_take", NOT_REPORTED) : NOT_APPLICABLE;
    cells[BY_WDPCA_NO_TK_AREA] = is_marine ? area_of(making, "no_take_area", "0") : "0";
    if (strcmp(cells[BY_WDPCA_NO_TAKE], "All") == 0)
        cells[BY_WDPCA_NO_TK_AREA] = cells[BY_WDPCA_REP_M_AREA];
}

static void make_governance(struct making *making)
{
    static const char *const shared[] = {"Joint governance", "Collaborative governance", NULL};
    static const char *const owned[] = {"Joint ownership", "Multiple ownership", "Contested", NULL};
    const char **cells = making->row->cells;

    cells[BY_WDPCA_STATUS] = code_of(making, "status", NOT_REPORTED);
    cells[BY_WDPCA_STATUS_YR] = year_of(making);
    cells[BY_WDPCA_GOV_TYPE] = code_of(making, "gov_type", NOT_REPORTED);
    cells[BY_WDPCA_GOVSUBTYPE] = is_one_of(cells[BY_WDPCA_GOV_TYPE], shared)
                                     ? codes_of(making, "gov_subtypes", NOT_REPORTED)
                                     : NOT_APPLICABLE;
    cells[BY_WDPCA_OWN_TYPE] = code_of(making, "own_type", NOT_REPORTED);
    cells[BY_WDPCA_OWNSUBTYPE] = is_one_of(cells[BY_WDPCA_OWN_TYPE], owned)
                                     ? codes_of(making, "own_subtypes", NOT_REPORTED)
                                     : NOT_APPLICABLE;
    cells[BY_WDPCA_MANG_AUTH] = any_text(making, "mang_auth", NOT_REPORTED);
    cells[BY_WDPCA_MANG_PLAN] = text_of(making, "mang_plan", NULL, NOT_REPORTED);
}

static void make_rest(struct making *making, bool is_oecm)
{
    const char **cells = making->row->cells;
    bool has_criteria = is_text(value_of(making, "desig_intl"), "ramsar") ||
                        is_text(value_of(making, "desig_intl"), "world_heritage_natural") ||
                        is_text(value_of(making, "desig_intl"), "world_heritage_cultural");

    cells[BY_WDPCA_INT_CRIT] =
        texts_of(making, "int_crit", has_criteria ? NOT_REPORTED : NOT_APPLICABLE);
    cells[BY_WDPCA_IUCN_CAT] = code_of(making, "iucn_cat", is_oecm ? NOT_APPLICABLE : NOT_REPORTED);
    cells[BY_WDPCA_VERIF] = NOT_REPORTED;
    cells[BY_WDPCA_METADATAID] = "";
    cells[BY_WDPCA_ISO3] = codes_of(making, "country", "");
    cells[BY_WDPCA_PRNT_ISO3] = cells[BY_WDPCA_ISO3];
    cells[BY_WDPCA_SUPP_INFO] =
        is_oecm ? any_text(making, "supp_info", NOT_REPORTED) : NOT_APPLICABLE;
    cells[BY_WDPCA_CONS_OBJ] = is_oecm ? code_of(making, "cons_obj", NOT_REPORTED) : NOT_APPLICABLE;
    cells[BY_WDPCA_OECM_ASMT] =
        is_oecm ? code_of(making, "oecm_asmt", NOT_REPORTED) : NOT_APPLICABLE;
    cells[BY_WDPCA_INLND_WTRS] = strcmp(cells[BY_WDPCA_REALM], "Marine") == 0
                                     ? NOT_APPLICABLE
                                     : code_of(making, "inland_waters", NOT_REPORTED);
}

enum banyan_status by_wdpca_row_make(const struct by_exported *record, struct by_arena *arena,
                                     struct by_wdpca_row *out_row)
{
    struct making making = {.record = record, .arena = arena, .row = out_row};
    bool is_marine = false;

    memset(out_row, 0, sizeof *out_row);
    make_names(&making);
    out_row->cells[BY_WDPCA_REALM] = code_of(&making, "realm", NOT_REPORTED);
    is_marine = strcmp(out_row->cells[BY_WDPCA_REALM], "Marine") == 0 ||
                strcmp(out_row->cells[BY_WDPCA_REALM], "Coastal") == 0;
    make_areas(&making, is_marine);
    make_governance(&making);
    make_rest(&making, is_text(value_of(&making, "site_type"), "oecm"));
    return making.is_out_of_memory ? BANYAN_ERR_MEMORY : BANYAN_OK;
}
