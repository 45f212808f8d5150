#include "record/types.h"

static const char *const kind_names[BY_FIELD_KIND_COUNT] = {
    [BY_FIELD_TEXT] = "text",     [BY_FIELD_MLTEXT] = "mltext",
    [BY_FIELD_CODE] = "code",     [BY_FIELD_CODES] = "codes",
    [BY_FIELD_DATE] = "date",     [BY_FIELD_INTEGER] = "integer",
    [BY_FIELD_NUMBER] = "number", [BY_FIELD_QUANTITY] = "quantity",
    [BY_FIELD_MONEY] = "money",   [BY_FIELD_GEOMETRY] = "geometry",
    [BY_FIELD_REF] = "ref",       [BY_FIELD_REFS] = "refs",
    [BY_FIELD_BOOL] = "bool",     [BY_FIELD_URL] = "url",
    [BY_FIELD_TEXTS] = "texts",
};

const char *by_field_kind_name(enum by_field_kind kind)
{
    return kind_names[kind];
}

bool by_field_kind_from_name(struct by_bytes name, enum by_field_kind *out_kind)
{
    for (size_t i = 0; i < BY_FIELD_KIND_COUNT; i++)
        if (by_bytes_equal(name, by_bytes_of_text(kind_names[i]))) {
            *out_kind = (enum by_field_kind)i;
            return true;
        }
    return false;
}

bool by_field_kind_is_list(enum by_field_kind kind)
{
    return kind == BY_FIELD_CODES || kind == BY_FIELD_REFS || kind == BY_FIELD_TEXTS;
}
