/* banyan compare: whether somebody else sees the same, and where not. */
#include <string.h>
#include <unistd.h>

#include "banyan/run.h"
#include "cli.h"
#include "labels.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "shell_word.h"

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
    {
        const char *what = what_text(text_at(one, "what"));

        if (text_at(one, "type")[0] == '\0') /* it is not here */
            say(&cli->out, "  {bold}{}{plain}: {}\n", text_at(one, "id"), what, NULL);
        else
            say(&cli->out, "  {bold}{}{plain} {} {}: {}\n", text_at(one, "id"),
                type_text(cli, text_at(one, "type")), text_at(one, "label"), what, NULL);
    }
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
    say(&cli->out, _("{dim}Exchange what is new: banyan sync {}, or a bundle{plain}\n"),
        shell_word(&cli->pool, name), NULL);
}

static void print_told(struct cli *cli, const json_t *document)
{
    const char *name = name_at(document, "member");
    const json_t *via = json_object_get(document, "via");

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

/* -- with what its node says now -- */

static void print_side(struct cli *cli, const json_t *first, const char *where, const char *key)
{
    const json_t *side = json_object_get(first, key);
    const char *by = name_at(side, "by");

    if (!json_is_object(side)) {
        say(&cli->out, _("  {}: not known\n"), where, NULL);
        return;
    }
    say(&cli->out, _("  {}: {}, the newest by {} of {}\n"), where,
        counted(&cli->pool, count_at(side, "changes"), "%s change", "%s changes"),
        by[0] != '\0' ? by : _("a device not known here"),
        moment_text(&cli->pool, text_at(side, "newest")), NULL);
}

static void print_first_record(struct cli *cli, const json_t *first, const char *name)
{
    const json_t *record = json_object_get(first, "record");

    if (text_at(record, "type")[0] != '\0')
        say(&cli->out, _("The first record that differs is {} {bold}{}{plain} ({}):\n"),
            text_at(record, "type"), text_at(record, "id"), text_at(record, "label"), NULL);
    else
        say(&cli->out, _("The first record that differs is {bold}{}{plain}:\n"),
            text_at(record, "id"), NULL);
    print_side(cli, first, _("here"), "here");
    print_side(cli, first, pool_format(&cli->pool, _("at %s"), name), "there");
}

static void print_cause(struct cli *cli, const json_t *asked, const char *name)
{
    const char *cause = text_at(asked, "cause");

    if (strcmp(cause, "program") == 0) {
        say(&cli->out,
            _("Both hold the same changes, and one of the two programs shows them otherwise: "
              "upgrade the older one (banyan version); where both are of one version, run banyan "
              "rebuild.\n"),
            NULL);
        return;
    }
    if (!is_at(asked, "same_members"))
        say(&cli->out, _("Not the same acts about members are known here and there.\n"), NULL);
    if (count_at(asked, "they_lack") > 0)
        say(&cli->out, _("{} lacks {} that you have.\n"), name,
            counted(&cli->pool, count_at(asked, "they_lack"), "%s change", "%s changes"), NULL);
    if (count_at(asked, "we_lack") > 0)
        say(&cli->out, _("You lack {} that {} has.\n"),
            counted(&cli->pool, count_at(asked, "we_lack"), "%s change", "%s changes"), name, NULL);
    say(&cli->out, _("{dim}Exchange what is new: banyan sync {}, or a bundle{plain}\n"), name,
        NULL);
}

static void print_asked(struct cli *cli, const json_t *asked, const char *name)
{
    const json_t *first = json_object_get(asked, "first");

    if (is_at(asked, "same")) {
        say(&cli->out,
            _("{bold}{}{plain} sees the same as you, in every record: its node was asked just "
              "now.\n"),
            name, NULL);
        return;
    }
    if (!is_at(asked, "settled")) {
        say(&cli->out,
            _("What {} or you see changes all the time just now: try again in a moment.\n"), name,
            NULL);
        return;
    }
    say(&cli->out, _("{red}{} sees something else{plain} than you: its node was asked just now.\n"),
        name, NULL);
    if (json_is_object(first))
        print_first_record(cli, first, name);
    print_cause(cli, asked, name);
}

static void print_member(struct cli *cli, const json_t *document)
{
    const json_t *asked = json_object_get(document, "asked");
    const json_t *not_asked = json_object_get(document, "not_asked");
    const char *name = name_at(document, "member");

    if (cli->quiet)
        return;
    if (json_is_object(asked)) {
        print_asked(cli, asked, name);
        return;
    }
    if (json_is_object(not_asked) && strcmp(text_at(not_asked, "reason"), "no_address") != 0)
        say(&cli->out, _("{} could not be asked just now: {}\n"), name,
            sentence(&cli->pool, _(text_at(not_asked, "error"))), NULL);
    print_told(cli, document);
}

/* -- either -- */

static int compare_file(struct cli *cli, const char *path)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_view_compare(cli->node, path, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_view) : exit_code;
}

/* A home that is not there is told by opening it; asking opens it anew. */
static int compare_member(struct cli *cli, const char *member)
{
    const struct banyan_compare compare = {.member = member};
    int exit_code = cli_open(cli);

    banyan_node_close(cli->node);
    cli->node = NULL;
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_compare(cli->home, &compare, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_member) : exit_code;
}

static bool is_same(const json_t *document)
{
    const json_t *asked = json_object_get(document, "asked");

    return is_at(json_is_object(asked) ? asked : document, "same");
}

static int run(struct cli *cli)
{
    const char *word = cli_word(cli, 0);
    int exit_code = access(word, F_OK) == 0 ? compare_file(cli, word) : compare_member(cli, word);

    if (exit_code == BANYAN_CLASS_DONE && !is_same(cli->document))
        return BANYAN_CLASS_NO;
    return exit_code;
}

const struct command command_compare = {
    .name = "compare",
    .group = GROUP_NETWORK,
    .summary = N_("find whether another member sees the same, and where not"),
    .usage = N_("MEMBER[@HOST:PORT]|FILE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Asks the node of a member what it sees, and names the first record that differs, with "
           "what each side has of it and how many changes each lacks. Nothing is exchanged by it. "
           "Where the node cannot be asked, it tells what the member said last of what it holds. "
           "With a file that a member made by banyan fingerprint --sign, the first records that "
           "differ from that are named. Exit code 1 when it is not the same."),
    .example = "banyan compare FACT\n"
               "banyan compare november.view",
    .run = run,
};
