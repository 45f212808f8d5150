#include "cli.h"

static const struct command *const commands[] = {
#define X(name) &command_##name,
    COMMANDS_MAP(X)
#undef X
        NULL,
};

const struct command *const *commands_all(void)
{
    return commands;
}
