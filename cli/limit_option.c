#include "limit_option.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_DIGITS_MAX 9u

int read_limit(struct cli *cli, uint64_t usual, uint64_t *out_limit)
{
    const char *text = args_value(&cli->args, "limit");
    size_t digits;

    *out_limit = usual;
    if (text == NULL)
        return BANYAN_CLASS_DONE;
    digits = strspn(text, "0123456789");
    *out_limit = digits <= LIMIT_DIGITS_MAX ? strtoull(text, NULL, 10) : 0;
    if (digits == 0 || text[digits] != '\0' || *out_limit == 0)
        return cli_misused(
            cli, pool_format(&cli->pool, _("--limit is a number from 1 on, not \"%s\""), text));
    return BANYAN_CLASS_DONE;
}
