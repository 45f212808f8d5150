/* banyan invite: make an invitation to send. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "invite_reach.h"
#include "moment.h"
#include "people.h"
#include "qr.h"
#include "reading.h"
#include "secret.h"
#include "shell_word.h"

#define EXPIRES_USUALLY "14d"

/* Of an organisation's name in that of a file. */
#define NAME_BYTES_MAX 100u

static void print_invitation(struct cli *cli, const json_t *invitation)
{
    const char *name = text_at(invitation, "name");
    const char *expires = text_at(invitation, "expires");

    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(invitation, "code"), NULL);
        qr_show(cli, text_at(invitation, "code"));
        return;
    }
    say(&cli->out,
        expires[0] != '\0' ? _("An invitation for {bold}{}{plain} as {}, good until {}.\n")
                           : _("An invitation for {bold}{}{plain} as {}.\n"),
        name[0] != '\0' ? name : _("whoever has it"), role_text(text_at(invitation, "role")),
        moment_text(&cli->pool, expires), NULL);
    say(&cli->out,
        _("Send them the lines below in a way that only they can read. It works once.\n\n"
          "    Join our network on banyan. Once banyan is installed, run\n\n"
          "    banyan join - --org {} --country CODE --kind KIND\n\n"
          "    paste this message and press Ctrl-D.\n\n"),
        shell_word(&cli->pool, name[0] != '\0' ? name : _("NAME")), NULL);
    code_print(cli, text_at(invitation, "code"));
    say(&cli->out, "\n", NULL);
    qr_show(cli, text_at(invitation, "code"));
    if (args_has(&cli->args, "confirm"))
        say(&cli->out,
            _("When they have joined, call them and let them read out the six digits that banyan\n"
              "status shows there; banyan admit takes them in.\n"),
            NULL);
    invite_print_reach(cli, invitation);
}

/* -- many at once -- */

/* A file name of letters and digits of any script, the rest as "-". */
static const char *
file_name(struct cli *cli, const char *folder, const json_t *invitation, size_t at)
{
    const char *name = visible(&cli->pool, text_at(invitation, "name"));
    char *kept = pool_allocate(&cli->pool, strlen(name) + 1);
    size_t size = 0;

    for (; *name != '\0'; name++) {
        bool is_letter = (unsigned char)*name >= 0x80 || isalnum((unsigned char)*name);

        /* The rest of a character is of the same length, or it begins no new one. */
        if (size >= NAME_BYTES_MAX && ((unsigned char)*name & 0xc0) != 0x80)
            break;
        if (is_letter || (size > 0 && kept[size - 1] != '-'))
            kept[size++] = is_letter ? *name : '-';
    }
    while (size > 0 && kept[size - 1] == '-')
        size--;
    kept[size] = '\0';
    return pool_format(&cli->pool, "%s/%03zu%s%s.txt", folder, at + 1, size > 0 ? "-" : "", kept);
}

/* A folder that can be written to, and in which nothing is: made before there are codes, as these
 * are kept nowhere else. */
static int make_folder(struct cli *cli, const char *folder)
{
    DIR *entries = NULL;
    const struct dirent *entry;
    bool is_empty = true;

    if (mkdir(folder, 0700) == 0)
        return BANYAN_CLASS_DONE;
    if (errno == EEXIST)
        entries = opendir(folder);
    if (entries == NULL || access(folder, W_OK | X_OK) != 0) {
        const char *reason = _(strerror(errno));

        if (entries != NULL)
            closedir(entries);
        return cli_fail(cli, BANYAN_ERR_DISK,
                        pool_format(&cli->pool, _("cannot make %s: %s"), folder, reason));
    }
    while ((entry = readdir(entries)) != NULL)
        is_empty =
            is_empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    closedir(entries);
    return is_empty ? BANYAN_CLASS_DONE
                    : cli_fail(cli, BANYAN_ERR_EXISTS,
                               pool_format(&cli->pool,
                                           _("there are files in %s: give --out a folder that is "
                                             "empty or not there yet"),
                                           folder));
}

/* Each message in a file of its own, which only its owner reads. */
static int write_messages(struct cli *cli, const char *folder)
{
    size_t i;
    json_t *invitation;

    json_array_foreach(cli->document, i, invitation)
    {
        const char *path = file_name(cli, folder, invitation, i);
        const char *text =
            pool_format(&cli->pool,
                        _("Join our network on banyan. Once banyan is installed, run\n\n"
                          "    banyan join @FILE --org %s --country CODE --kind KIND\n\n"
                          "where FILE is this message, saved.\n\n%s"),
                        shell_word(&cli->pool, visible(&cli->pool, text_at(invitation, "name"))),
                        text_at(invitation, "code"));
        int exit_code = secret_write(cli, path, text);

        if (exit_code != BANYAN_CLASS_DONE)
            return exit_code;
        if (cli->quiet)
            say(&cli->out, "{}\n", path, NULL);
    }
    if (!cli->quiet && !cli->json)
        say(&cli->out,
            P_("Wrote {} message to {}. Send each in a way that only its office can read.\n",
               "Wrote {} messages to {}. Send each in a way that only its office can read.\n",
               json_array_size(cli->document)),
            number_text(&cli->pool, json_array_size(cli->document)), folder, NULL);
    return BANYAN_CLASS_DONE;
}

static int run_table(struct cli *cli, const char *table, const struct banyan_invite *invite)
{
    const char *folder = args_value(&cli->args, "out");
    struct banyan_invite with_addresses = *invite;
    json_t *reach = NULL;
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = invite_find_addresses(cli, &with_addresses, &reach);
    json_decref(reach);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = make_folder(cli, folder);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_invite_table(cli->node, table, &with_addresses, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (cli->json)
        cli_print_json(cli);
    return write_messages(cli, folder);
}

static int run(struct cli *cli)
{
    struct banyan_invite invite = {
        .name = args_value(&cli->args, "for"),
        .role = args_value(&cli->args, "role"),
        .confirm = args_has(&cli->args, "confirm"),
    };
    const char *table = args_value(&cli->args, "from");
    const char *expires = args_value(&cli->args, "expires");
    json_t *reach = NULL;
    int exit_code;

    if (expires == NULL)
        expires = EXPIRES_USUALLY;
    if (strcmp(expires, "never") != 0 &&
        !moment_read(expires, false, moment_now_ms(), &invite.expires_ms))
        return cli_misused(cli, pool_format(&cli->pool,
                                            _("--expires is a span such as 14d, a day such as "
                                              "2026-12-31, or never; not %s"),
                                            expires));
    invite.addresses = args_values(&cli->args, &cli->pool, "address", &invite.address_count);
    if ((table != NULL) != args_has(&cli->args, "out"))
        return cli_misused(cli, _("--from TABLE and --out FOLDER go together"));
    if (table != NULL)
        return run_table(cli, table, &invite);
    exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = invite_find_addresses(cli, &invite, &reach);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_invite(cli->node, &invite, &cli->answer, &cli->error));
    if (exit_code == BANYAN_CLASS_DONE && json_object_update(cli->document, reach) != 0)
        pool_exhausted();
    json_decref(reach);
    if (exit_code == BANYAN_CLASS_DONE && cli->json)
        return cli_answer(cli, json_incref(cli->document));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_invitation) : exit_code;
}

static const struct option options[] = {
    {"for", N_("NAME"), N_("the organisation you invite"), false},
    {"role", N_("ROLE"), N_("member (the usual), hub or reader"), false},
    {"expires", N_("WHEN"), N_("a span such as 14d (the usual), a day, or never"), false},
    {"confirm", NULL, N_("take them in only once they have read six digits to you (banyan admit)"),
     false},
    {"from", N_("TABLE"), N_("invite all of a table: a column name, and role if you like"), false},
    {"out", N_("FOLDER"), N_("where one message for each of the table is written"), false},
    {"address", N_("HOST:PORT"), N_("where your node can be reached; none: nowhere"), true},
    QR_OPTION,
    OPTIONS_END};

const struct command command_invite = {
    .name = "invite",
    .group = GROUP_START,
    .summary = N_("make an invitation to send to another organisation"),
    .usage = N_("[--for NAME]"),
    .words_max = 0,
    .about = N_(
        "Makes an invitation code, with a message around it that is ready to paste. The code "
        "is a secret: whoever has it first can join. Only coordinators invite. The code also "
        "tells where your node can be reached: at --address, else where members are told that it "
        "is (banyan peers tell), else at the addresses of this computer while banyan run is at "
        "work here. A public address that you give is told to all members."),
    .options = options,
    .example = "banyan invite --for \"My Village\" --expires 30d\n"
               "banyan invite --for FACT --address hub.example.org:7417\n"
               "banyan invite --from members.csv --out messages",
    .run = run,
};
