/* banyan compare: whether somebody else sees the same, and where not. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"

/* -- with a signed view -- */

static const char *what_text(const char *what)
{
    if (strcmp(what, "here") == 0)
        return _("only here");
    if (strcmp(what, "there") == 0)
        return _("only there");
    return _("not the same");
}

static void print_differences(struct cli *cli, const json_t *document)
{
    const json_t *differences = json_object_get(document, "differences");
    uint64_t count = count_at(document, "difference_count");
    size_t i;
    json_t *one;

    if (!is_at(document, "same_members"))
        say(&cli->out, _("Not the same acts about members are known here and there.\n"), NULL);
    if (count > 0)
        say(&cli->out, _("Other than there: {}.\n"),
            counted(&cli->pool, count, "%s record", "%s records"), NULL);
    json_array_foreach(differences, i, one)
        say(&cli->out, "  {bold}{}{plain} {} {}: {}\n", text_at(one, "id"), text_at(one, "type"),
            text_at(one, "label"), what_text(text_at(one, "what")), NULL);
    if (count > json_array_size(differences))
        say(&cli->out, _("{dim}and {} more{plain}\n"),
            number_text(&cli->pool, count - json_array_size(differences)), NULL);
}

static void print_view(struct cli *cli, const json_t *document)
{
    if (cli->quiet)
        return;
    if (is_at(document, "same"))
        say(&cli->out, _("You see what stands in {bold}{}{plain}, to the last change:\n"),
            text_at(document, "file"), NULL);
    else
        say(&cli->out, _("{red}You see something else{plain} than what stands in {}:\n"),
            text_at(document, "file"), NULL);
    print_signed_view(cli, document);
    if (!is_at(document, "same"))
        print_differences(cli, document);
}

/* -- with what a member told -- */

static void print_first(struct cli *cli, const json_t *first)
{
    if (json_is_object(first))
        say(&cli->out, _("  the first is about {} {bold}{}{plain} ({})\n"), text_at(first, "type"),
            text_at(first, "id"), text_at(first, "label"), NULL);
}

static void print_lacking(struct cli *cli, const json_t *document)
{
    const char *name = name_at(document, "member");
    uint64_t they_lack = count_at(document, "they_lack"), we_lack = count_at(document, "we_lack");

    if (they_lack > 0) {
        say(&cli->out, _("{} lacked {} that you have:\n"), name,
            counted(&cli->pool, they_lack, "%s change", "%s changes"), NULL);
        print_first(cli, json_object_get(document, "first"));
    }
    if (we_lack > 0)
        say(&cli->out, _("{} had {} that you lack.\n"), name,
            counted(&cli->pool, we_lack, "%s change", "%s changes"), NULL);
    if (is_at(document, "partial"))
        say(&cli->out, _("It did not tell of all logs.\n"), NULL);
    say(&cli->out, _("{dim}Exchange what is new: banyan sync {}, or a bundle{plain}\n"), name,
        NULL);
}

static void print_member(struct cli *cli, const json_t *document)
{
    const char *name = name_at(document, "member");
    const json_t *via = json_object_get(document, "via");

    if (cli->quiet)
        return;
    if (!is_at(document, "known")) {
        say(&cli->out,
            _("Nothing is known yet of what {} holds: meet it with banyan sync, or ask it for the "
              "file of banyan fingerprint --sign, and compare that.\n"),
            name, NULL);
        return;
    }
    if (is_at(document, "same"))
        say(&cli->out, _("{bold}{}{plain} sees the same: it holds every change that you hold.\n"),
            name, NULL);
    else
        print_lacking(cli, document);
    say(&cli->out,
        json_is_object(via) ? _("{dim}as of {}, via {}{plain}\n")
                            : _("{dim}as of {}, when you met{plain}\n"),
        moment_text(&cli->pool, text_at(document, "as_of")), name_at(document, "via"), NULL);
}

static int run(struct cli *cli)
{
    const char *word = cli_word(cli, 0);
    bool is_file = access(word, F_OK) == 0;
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, is_file ? banyan_view_compare(cli->node, word, &cli->answer, &cli->error)
                                  : banyan_compare(cli->node, word, &cli->answer, &cli->error));
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_show(cli, NULL, is_file ? print_view : print_member);
    if (exit_code == BANYAN_CLASS_DONE && !is_at(cli->document, "same"))
        return BANYAN_CLASS_NO;
    return exit_code;
}

const struct command command_compare = {
    .name = "compare",
    .group = GROUP_NETWORK,
    .summary = N_("find whether another member sees the same, and where not"),
    .usage = N_("MEMBER|FILE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Compares what you see with what a member told last of what it holds, or, to the "
           "record, with a file that it made by banyan fingerprint --sign: then the first records "
           "that are other are named. Exit code 1 when it is not the same."),
    .example = "banyan compare FACT\n"
               "banyan compare november.view",
    .run = run,
};
