/*
 * One run of the program: what was typed, where answers go, the node, and what it answered.
 *
 * A command is one file cmd_<verb>.c with a struct command; commands.c lists them. Its function
 * returns the exit code, and releases nothing: main does, at the end.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <jansson.h>

#include "args.h"
#include "banyan/banyan.h"
#include "message.h"
#include "output.h"
#include "progress.h"

struct cli {
    struct pool pool;
    struct secret *secrets; /* secret.h */
    const struct command *command;
    struct args args;
    const char *home;
    const char *language; /* BCP 47 */
    struct banyan_words words;
    bool json, quiet;
    struct output out, err;
    banyan_node *node;           /* asks for the passphrase of its key where it has one */
    struct progress catching_up; /* of its view with its logs, while is_behind */
    bool is_behind;
    struct banyan_text answer;
    json_t *document; /* the answer, read */
    struct banyan_error error;
    json_t *labels; /* labels.h */
    char *default_home;
};

enum command_group {
    GROUP_START,
    GROUP_RECORDS,
    GROUP_LOOK,
    GROUP_AGREE,
    GROUP_NETWORK,
    GROUP_EXCHANGE,
    GROUP_CARE
};
#define GROUP_COUNT 7

struct command {
    const char *name; /* one word, or two: "bundle make" */
    enum command_group group;
    const char *summary; /* one line of `banyan help` */
    const char *usage;   /* the words after the name; "" = none */
    size_t words_min, words_max;
    const char *about;            /* a few sentences */
    const struct option *options; /* ends in OPTIONS_END; NULL = none of its own */
    const char *example;          /* lines as typed */
    bool has_dashed_words;        /* what is pasted may begin with a dash */
    bool is_homeless;             /* it works where the system names no home folder */
    int (*run)(struct cli *cli);
};
#define ANY_NUMBER SIZE_MAX

/* clang-format off */
/* Every command, in the order of help. */
#define COMMANDS_MAP(X)                                                                            \
    X(init) X(invite) X(invite_list) X(invite_cancel) X(join) X(me) X(status)                                                      \
    X(types) X(add) X(edit) X(delete) X(undelete) X(transfer)                                      \
    X(list) X(show) X(missing) X(search) X(history) X(blame) X(sql)                                                    \
    X(conflicts) X(resolve) X(inbox) X(accept) X(decline)                                          \
    X(members) X(admit) X(role) X(remove) X(approve) X(types_propose) X(types_proposed)                     \
    X(device_list) X(device_add) X(device_rename) X(device_revoke) X(key_recover) X(key_rotate) X(key_passphrase)     \
    X(fingerprint) X(compare) X(prove) X(verify) X(who_can_read)                                                        \
    X(run) X(sync) X(peers) X(peers_add) X(peers_remove) X(peers_tell) X(peers_untell) X(peers_contact) X(doctor)                                 \
    X(service_install) X(service_status) X(service_remove)                                         \
    X(check) X(export) X(import) X(import_list) X(import_undo)                                                        \
    X(bundle_make) X(bundle_verify) X(bundle_apply)                                                \
    X(fsck) X(rebuild) X(backup_make) X(backup_check) X(backup_restore) X(help)
/* clang-format on */
#define X(name) extern const struct command command_##name;
COMMANDS_MAP(X)
#undef X

/* The same as an array that ends in NULL. */
const struct command *const *commands_all(void);
/* The options that every command takes. */
const struct option *options_common(void);

/* The word at a place, NULL when there are fewer. */
const char *cli_word(const struct cli *cli, size_t at);

/* -- failures: each prints "banyan: <sentence>" to standard error, and returns the exit code -- */
int cli_fail(struct cli *cli, enum banyan_status status, const char *sentence);
/* For a call that has filled cli->error. */
int cli_failed(struct cli *cli, enum banyan_status status);
/* Exit code 2, and where to read more. */
int cli_misused(struct cli *cli, const char *sentence);

/* Open the node of the home. BANYAN_CLASS_DONE or the exit code of the failure. */
int cli_open(struct cli *cli);

/*
 * Take the answer of a call that filled cli->answer and cli->error: report a failure, read the
 * document into cli->document. Returns BANYAN_CLASS_DONE or the exit code of the failure.
 */
int cli_take(struct cli *cli, enum banyan_status status);

/*
 * Show cli->document: as JSON, or `nothing` (a sentence, when there is nothing to show), or with
 * print. Returns BANYAN_CLASS_DONE, or BANYAN_CLASS_NO when there was nothing.
 */
typedef void cli_print(struct cli *cli, const json_t *document);
int cli_show(struct cli *cli, const char *nothing, cli_print *print);

/* Write a document that the command made, as JSON; the reference is taken. BANYAN_CLASS_DONE. */
int cli_answer(struct cli *cli, json_t *document);

/* The answer as it came, and a line feed. */
void cli_print_json(struct cli *cli);

/* Help of everything, of one command, for the manual page, and for completion. */
void help_all(struct cli *cli);
void help_command(struct cli *cli, const struct command *command);
void help_manual(struct cli *cli);
void help_words(struct cli *cli, const char *command);

#endif
