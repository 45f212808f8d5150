#include "exchange/wdpca_read.h"

#include <stdio.h>
#include <string.h>

#define STANDARD   "wdpca"
#define VALUES_MAX 4u /* beside those of a code list */

/* Headers in the old and the new schema; NULL where it has none. "*" in a path is the language of
 * the original. */
static const struct attribute {
    const char *old, *new;
    const char *path;
    const char *unit;
} attributes[] = {
    {"WDPAID", "SITE_ID", "wdpca_id", NULL},
    {"WDPA_PID", "SITE_PID", "wdpca_pid", NULL},
    {"PA_DEF", "SITE_TYPE", "site_type", NULL},
    {"NAME", "NAME_ENG", "name.en", NULL},
    {"ORIG_NAME", "NAME", "name.*", NULL},
    {"DESIG", "DESIG", "desig.*", NULL},
    {"DESIG_ENG", "DESIG_ENG", "desig.en", NULL},
    {"DESIG_TYPE", "DESIG_TYPE", "desig_type", NULL},
    {"IUCN_CAT", "IUCN_CAT", "iucn_cat", NULL},
    {"INT_CRIT", "INT_CRIT", "int_crit", NULL},
    {"MARINE", "REALM", "realm", NULL},
    {"REP_M_AREA", "REP_M_AREA", "marine_area", "km2"},
    {"REP_AREA", "REP_AREA", "area", "km2"},
    {"NO_TAKE", "NO_TAKE", "no_take", NULL},
    {"NO_TK_AREA", "NO_TK_AREA", "no_take_area", "km2"},
    {"STATUS", "STATUS", "status", NULL},
    {"STATUS_YR", "STATUS_YR", "status_yr", NULL},
    {"GOV_TYPE", "GOV_TYPE", "gov_type", NULL},
    {NULL, "GOVSUBTYPE", "gov_subtypes", NULL},
    {"OWN_TYPE", "OWN_TYPE", "own_type", NULL},
    {NULL, "OWNSUBTYPE", "own_subtypes", NULL},
    {"MANG_AUTH", "MANG_AUTH", "mang_auth.en", NULL},
    {"MANG_PLAN", "MANG_PLAN", "mang_plan", NULL},
    {"ISO3", "ISO3", "country", NULL},
    {"SUB_LOC", "SUB_LOC", "admin", NULL},
    {"SUPP_INFO", "SUPP_INFO", "supp_info.en", NULL},
    {"CONS_OBJ", "CONS_OBJ", "cons_obj", NULL},
    {NULL, "INLND_WTRS", "inland_waters", NULL},
    {NULL, "OECM_ASMT", "oecm_asmt", NULL},
};

static bool is_text(struct by_bytes bytes, const char *text)
{
    return text != NULL && by_bytes_equal(bytes, by_bytes_of_text(text));
}

enum by_wdpca_schema by_wdpca_schema_of(const struct by_type *type, const struct by_row *header)
{
    if (strcmp(type->name, "site") != 0)
        return BY_WDPCA_NONE;
    for (size_t i = 0; i < header->count; i++) {
        if (is_text(header->cells[i], "SITE_ID"))
            return BY_WDPCA_NEW;
        if (is_text(header->cells[i], "WDPAID"))
            return BY_WDPCA_OLD;
    }
    return BY_WDPCA_NONE;
}

static void add_value(struct by_mapping_column *column, struct by_mapping_value *values,
                      const char *cell, const char *value)
{
    values[column->value_count++] =
        (struct by_mapping_value){by_bytes_of_text(cell), by_bytes_of_text(value)};
}

/* Codes as the standard writes them; "Not Reported" says nothing where no code stands for it. */
static enum banyan_status
add_values(enum by_wdpca_schema schema, struct by_mapping_column *column, struct by_arena *arena)
{
    const struct by_code_list *list = column->field->list;
    size_t count = list == NULL ? 0 : list->code_count;
    struct by_mapping_value *values = by_arena_array(arena, count + VALUES_MAX, sizeof *values);
    bool has_none = false;

    if (values == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const char *outside = by_code_outside(&list->codes[i], STANDARD);

        if (outside != NULL)
            add_value(column, values, outside, list->codes[i].code);
        has_none = has_none || (outside != NULL && strcmp(outside, "Not Reported") == 0);
    }
    if (!has_none) {
        add_value(column, values, "Not Reported", "");
        add_value(column, values, "Not Applicable", "");
    }
    if (strcmp(column->path, "site_type") == 0 && schema == BY_WDPCA_OLD) {
        add_value(column, values, "1", "pa");
        add_value(column, values, "0", "oecm");
    }
    if (strcmp(column->path, "realm") == 0 && schema == BY_WDPCA_OLD) {
        column->value_count = 0;
        add_value(column, values, "0", "terrestrial");
        add_value(column, values, "1", "coastal");
        add_value(column, values, "2", "marine");
    }
    if (column->unit != NULL || strcmp(column->path, "status_yr") == 0)
        add_value(column, values, "0", "");
    column->values = values;
    return BANYAN_OK;
}

enum banyan_status by_wdpca_map(enum by_wdpca_schema schema, const struct by_type *type,
                                const char *language, struct by_mapping_column *column,
                                struct by_arena *arena)
{
    const struct attribute *attribute = NULL;
    char path[128], name[64];

    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0] && attribute == NULL; i++)
        if (is_text(column->header, schema == BY_WDPCA_OLD ? attributes[i].old : attributes[i].new))
            attribute = &attributes[i];
    if (attribute == NULL)
        return BANYAN_OK;
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(attribute->path, "."), attribute->path);
    if (strchr(attribute->path, '*') != NULL)
        (void)snprintf(path, sizeof path, "%s.%.40s", name, language == NULL ? "und" : language);
    else
        (void)snprintf(path, sizeof path, "%s", attribute->path);
    column->field = by_type_field_find(type, by_bytes_of_text(name));
    if (column->field == NULL)
        return BANYAN_OK;
    column->path = by_arena_text(arena, by_bytes_of_text(path));
    column->unit = attribute->unit;
    return column->path == NULL ? BANYAN_ERR_MEMORY : add_values(schema, column, arena);
}
