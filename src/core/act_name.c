#include "core/act_name.h"

#include <string.h>
#include <strings.h>

#include "base/base32.h"

#define NAME_ID_BYTES  5u /* 8 characters of 5 bits */
#define CHARACTERS_MIN 4u

void by_act_name(const struct by_id *act, char out_name[BY_ACT_NAME_BYTES])
{
    char text[BY_BASE32_TEXT_BYTES(NAME_ID_BYTES)];
    char grouped[2 * sizeof text];

    by_base32_encode(by_bytes_of(act->bytes, NAME_ID_BYTES), text);
    by_base32_group(text, 4, grouped);
    memcpy(out_name, grouped, BY_ACT_NAME_BYTES);
}

void by_json_act_name(struct by_json *json, const struct by_id *act)
{
    char name[BY_ACT_NAME_BYTES];

    by_act_name(act, name);
    by_json_literal(json, name);
}

static char right_letter(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    return c == 'I' || c == 'L' ? '1' : c;
}

bool by_act_is_named(const struct by_id *act, const char *text)
{
    char hex[2 * sizeof act->bytes + 1];
    char name[BY_BASE32_TEXT_BYTES(NAME_ID_BYTES)];
    size_t count = 0;

    by_hex(by_id_bytes(act), hex);
    if (strcasecmp(hex, text) == 0)
        return true;
    by_base32_encode(by_bytes_of(act->bytes, NAME_ID_BYTES), name);
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == ' ')
            continue;
        if (name[count] == '\0' || right_letter(*text) != name[count])
            return false;
        count++;
    }
    return count >= CHARACTERS_MIN;
}
