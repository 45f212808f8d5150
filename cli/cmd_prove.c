/* banyan prove: one record with its proof, in a file. */
#include "cli.h"
#include "people.h"
#include "reading.h"

static void print(struct cli *cli, const json_t *document)
{
    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(document, "file"), NULL);
        return;
    }
    say(&cli->out, _("{bold}{}{plain} proves {} {} ({}), with {}.\n"), text_at(document, "file"),
        text_at(document, "type"), text_at(document, "id"), text_at(document, "label"),
        counted(&cli->pool, count_at(document, "operations"), "%s signed change",
                "%s signed changes"),
        NULL);
    say(&cli->out,
        _("{dim}Whoever has it can read the record, and check it with banyan verify {}{plain}\n"),
        text_at(document, "file"), NULL);
}

static int run(struct cli *cli)
{
    const char *id = cli_word(cli, 0), *path = cli_word(cli, 1);
    int exit_code = cli_open(cli);

    if (path == NULL)
        path = pool_format(&cli->pool, "%s.proof", id);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_prove(cli->node, id, path, args_has(&cli->args, "replace"),
                                               &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static const struct option options[] = {
    {"replace", NULL, N_("write over a file that is there"), false}, OPTIONS_END};

const struct command command_prove = {
    .name = "prove",
    .group = GROUP_NETWORK,
    .summary = N_("write a record with its signatures to a file, for others to check"),
    .usage = N_("ID [FILE]"),
    .words_min = 1,
    .words_max = 2,
    .about =
        N_("Writes what was said of a record, with the signatures and what of the network's "
           "founding and invitations shows whose they are. Anybody can check it offline with "
           "banyan verify, also outside the network. Who has the file can read the record, and "
           "the names of the organisations that its signers were taken in after. Without FILE it "
           "is called ID.proof."),
    .options = options,
    .example = "banyan prove K7QM-2F9D bung-binh-thien.proof",
    .run = run,
};
