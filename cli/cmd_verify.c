/* banyan verify: what a file proves, wherever one is. */
#include <string.h>

#include "cli.h"
#include "people.h"
#include "reading.h"

/* The id of the network of the home here, if there is a home. */
static const char *own_network(struct cli *cli)
{
    struct banyan_text answer = {0};
    struct banyan_error ignored;
    const char *id = "";
    json_t *status = NULL;

    if (cli->home == NULL)
        return "";
    if (banyan_node_open(cli->home, &cli->node, &ignored) != BANYAN_OK)
        return "";
    if (banyan_status_report(cli->node, &answer, &ignored) == BANYAN_OK)
        status = json_loadb(answer.data, answer.size, 0, NULL);
    if (status != NULL)
        id = pool_format(&cli->pool, "%s", text_at(json_object_get(status, "network"), "id"));
    json_decref(status);
    banyan_text_free(&answer);
    return id;
}

static void print_network(struct cli *cli, const json_t *document)
{
    const char *id = text_at(json_object_get(document, "network"), "id");

    say(&cli->out, _("Network: {bold}{}{plain}\n  {dim}its id is {}{plain}\n"),
        network_name(document, cli->language), id, NULL);
    if (strcmp(id, own_network(cli)) == 0)
        say(&cli->out, _("  It is the network of your home.\n"), NULL);
    else
        say(&cli->out,
            _("  {dim}Ask a member whether it is theirs: banyan fingerprint --json tells "
              "it.{plain}\n"),
            NULL);
}

static void print(struct cli *cli, const json_t *document)
{
    if (cli->quiet)
        return;
    say(&cli->out, _("{bold}{}{plain} holds: all that follows was signed as it stands.\n"),
        cli_word(cli, 0), NULL);
    print_network(cli, document);
    say(&cli->out, "\n", NULL);
    if (strcmp(text_at(document, "kind"), "view") == 0) {
        print_signed_view(cli, document);
        say(&cli->out, _("\n{dim}Who signed it saw the database with this fingerprint.{plain}\n"),
            NULL);
        return;
    }
    print_record(cli, json_object_get(document, "record"));
    say(&cli->out, _("\nSigned:\n"), NULL);
    print_history(cli, json_object_get(document, "history"));
    say(&cli->out, _("\n{dim}Whether it was changed since, a proof cannot tell.{plain}\n"), NULL);
}

static int run(struct cli *cli)
{
    int exit_code =
        cli_take(cli, banyan_verify(cli_word(cli, 0), cli->language, &cli->answer, &cli->error));

    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_verify = {
    .name = "verify",
    .group = GROUP_NETWORK,
    .summary = N_("check what a file proves, offline, wherever you are"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about = N_(
        "Checks a file of banyan prove or of banyan fingerprint --sign by what stands in it alone, "
        "without a home or a network: shows what was signed, by whom and when, and in which "
        "network. Exit code 1 when it is signed, but by nobody who may; 4 when anything that is "
        "signed in it was changed, or it is no proof."),
    .example = "banyan verify bung-binh-thien.proof",
    .is_homeless = true,
    .run = run,
};
