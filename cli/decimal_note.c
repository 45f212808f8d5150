#include "decimal_note.h"

#include <string.h>

#include "labels.h"
#include "reading.h"

#define DIGITS "0123456789"

bool decimal_may_be_thousands(struct pool *pool, const char *text, const char **out_thousands)
{
    const char *whole = text + strcspn(text, DIGITS);
    size_t before = strspn(whole, DIGITS);
    const char *behind = whole + before + 1;

    if (before < 1 || before > 3 || whole[0] == '0' || whole[before] != '.' ||
        (whole > text && (whole[-1] == '.' || whole[-1] == ',')))
        return false;
    if (strspn(behind, DIGITS) != 3 || behind[3] == '.' || behind[3] == ',')
        return false;
    *out_thousands = pool_format(pool, "%.*s%.3s", (int)before, whole, behind);
    return true;
}

static bool is_number(const json_t *type, const char *path)
{
    static const char *const kinds[] = {"number", "quantity", "money"};
    const char *kind = kind_of_field(type, path);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

void decimal_note(struct cli *cli, const char *type, const struct field_args *fields)
{
    json_t *definition = NULL;

    for (size_t i = 0; !cli->quiet && !cli->json && i < fields->count; i++) {
        const struct banyan_field *field = &fields->fields[i];
        const char *thousands;

        if (field->value == NULL || !decimal_may_be_thousands(&cli->pool, field->value, &thousands))
            continue;
        if (definition == NULL)
            definition = type_definition(cli, type, "en");
        if (is_number(definition, field->path))
            say(&cli->out, _("{} has a decimal point; if thousands are meant, write {}.\n"),
                pool_format(&cli->pool, "%s=\"%s\"", field->path, field->value), thousands, NULL);
    }
    json_decref(definition);
}
