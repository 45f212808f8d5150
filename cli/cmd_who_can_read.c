/* banyan who-can-read: where a record is, in one sentence. */
#include <string.h>

#include "cli.h"
#include "reading.h"

/* As the document says it in English. */
static const char *sentence_of(struct cli *cli, const json_t *document, size_t count)
{
    if (strcmp(text_at(document, "sharing"), "private") == 0)
        return _("Only who works on this device can read it: it leaves the device neither by sync "
                 "nor in bundles, proofs or exports.");
    if (strcmp(text_at(document, "sharing"), "private") == 0)
        return _("Only who works on this device can read it: it leaves the device neither by sync "
                 "nor in bundles, proofs or exports.");
    return strcmp(text_at(document, "sharing"), "public") == 0
               ? counted(&cli->pool, count,
                         "The one organisation of the network can read it (%s), and it may leave "
                         "the network in public exports.",
                         "All organisations of the network can read it (%s), and it may leave the "
                         "network in public exports.")
               : counted(&cli->pool, count,
                         "The one organisation of the network can read it (%s), and it stays "
                         "within the network.",
                         "All organisations of the network can read it (%s), and it stays within "
                         "the network.");
}

static void print(struct cli *cli, const json_t *document)
{
    const json_t *readers = json_object_get(document, "readers");
    size_t i;
    json_t *reader;

    say(&cli->out, "{}\n", sentence_of(cli, document, json_array_size(readers)), NULL);
    json_array_foreach(readers, i, reader) say(&cli->out, "  {}\n", text_at(reader, "name"), NULL);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_who_can_read(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

const struct command command_who_can_read = {
    .name = "who-can-read",
    .group = GROUP_NETWORK,
    .summary = N_("which organisations hold a record"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Tells in one sentence who can read a record, and names them."),
    .example = "banyan who-can-read K7QM-2F9D",
    .run = run,
};
