/* banyan join: use an invitation. */
#include <string.h>

#include "banyan/run.h"
#include "joining.h"
#include "passphrase.h"
#include "qr.h"
#include "secret.h"

/* The code as typed in one or many words, or read from a file or standard input. */
static int read_code(struct cli *cli, const char **out_code)
{
    const char *first = cli_word(cli, 0);
    size_t size = 0;
    char *code = NULL;

    if (cli->args.word_count == 1 && (first[0] == '@' || strcmp(first, "-") == 0))
        return secret_read_message(cli, first[0] == '@' ? first + 1 : first, out_code);
    for (size_t i = 0; i < cli->args.word_count; i++)
        size += strlen(cli->args.words[i]) + 1;
    code = secret_room(cli, size);
    *out_code = code;
    for (size_t i = 0; i < cli->args.word_count; i++) {
        code = stpcpy(code, cli->args.words[i]);
        if (i + 1 < cli->args.word_count)
            *code++ = ' ';
    }
    return BANYAN_CLASS_DONE;
}

/* Whether the invitation said where its member can be reached. */
static bool knows_address(struct cli *cli)
{
    struct banyan_text peers = {0};
    json_t *document = NULL;
    const json_t *first;
    bool is_known;

    if (banyan_node_open(cli->home, &cli->node, NULL) == BANYAN_OK &&
        banyan_peers(cli->node, &peers, NULL) == BANYAN_OK)
        document = json_loadb(peers.data, peers.size, 0, NULL);
    first = json_array_get(json_object_get(document, "peers"), 0);
    is_known = json_array_size(json_object_get(first, "addresses")) > 0;
    json_decref(document);
    banyan_text_free(&peers);
    return is_known;
}

static int run(struct cli *cli)
{
    struct banyan_profile profile = joining_profile(cli);
    const char *code = NULL;
    enum banyan_status status;
    int exit_code;

    if (profile.name == NULL || profile.country == NULL || profile.kind == NULL)
        return cli_misused(cli, _("join needs --org NAME, --country CODE and --kind KIND"));
    exit_code = read_code(cli, &code);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = banyan_join(cli->home, code, &profile, &cli->answer, &cli->error);
    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    return joining_tell(
        cli, _("You have asked to join. You can write once a member has taken you in."),
        knows_address(cli)
            ? _("Next: banyan sync meets who invited you, and you are taken in; banyan run stays\n"
                "      connected.")
            : _("Next: banyan bundle make join.banyan, and send that file to who invited you. "
                "They\n"
                "      send you a bundle back, which you take in with banyan bundle apply."));
}

static const struct option options[] = {
    {"org", N_("NAME"), N_("name of your organisation"), false},
    {"country", N_("CODE"), N_("its country, such as KHM"), false},
    {"kind", N_("KIND"), N_("what it is, such as ngo or cbo"), false},
    {"recovery-out", N_("FILE"), N_("write the recovery code to this file and do not show it"),
     false},
    PASSPHRASE_OPTIONS,
    QR_OPTION,
    OPTIONS_END};

const struct command command_join = {
    .name = "join",
    .group = GROUP_START,
    .summary = N_("join a network with the invitation you got"),
    .usage = N_("CODE|-|@FILE --org NAME --country CODE --kind KIND"),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about =
        N_("Makes a home with the keys of your organisation, and asks to join. Paste the whole "
           "message: spaces, line breaks and words around the code do not matter. With - it is "
           "read from standard input (paste, then Ctrl-D), with @FILE from a file. It shows a "
           "recovery code, once: write it on paper."),
    .options = options,
    .example = "banyan join @invitation.txt --org \"My Village\" --country KHM --kind ngo",
    .has_dashed_words = true,
    .run = run,
};
