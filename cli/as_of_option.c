#include "as_of_option.h"

#include "moment.h"

int read_as_of(struct cli *cli, uint64_t *out_ms)
{
    const char *text = args_value(&cli->args, "as-of");

    *out_ms = 0;
    if (text == NULL)
        return BANYAN_CLASS_DONE;
    if (!moment_read_past(text, moment_now_ms(), out_ms))
        return cli_misused(cli, pool_format(&cli->pool,
                                            _("--as-of is a time such as 2026-11-21, \"2026-11-21 "
                                              "15:46\" or 14d, not \"%s\""),
                                            text));
    *out_ms += *out_ms == 0;
    return BANYAN_CLASS_DONE;
}
