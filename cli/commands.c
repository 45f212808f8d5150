/* What the command line knows: the commands, and the options of all of them. */
#include "cli.h"

static const struct option common[] = {
    {"home", N_("DIR"),
     N_("the folder of keys and data (else $BANYAN_HOME, else your data folder)"), false},
    {"passphrase-file", N_("FILE"),
     N_("where the passphrase of this device's key is, if it has one (else it is asked for)"),
     false},
    {"json", NULL, N_("answer with one JSON document, for programs"), false},
    {"lang", N_("TAG"), N_("language of messages and labels, such as vi (else that of the system)"),
     false},
    {"quiet", NULL, N_("only what was asked for: ids and answers, no advice"), false},
    {"color", N_("WHEN"), N_("auto, always or never"), false},
    {"help", NULL, N_("tell how a command is used"), false},
    {"version", NULL, N_("tell the version"), false},
    OPTIONS_END};

const struct option *options_common(void)
{
    return common;
}

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
