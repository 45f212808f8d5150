#include "outcome.h"

#include <string.h>

#include "field_args.h"
#include "labels.h"
#include "reading.h"

/* Of the type, short id and label of the record; the label has its parentheses, or is not there. */
static const struct {
    const char *outcome, *sentence;
} sentences[] = {
    {"added", N_("Added {} {bold}{}{plain}{}.\n")},
    {"changed", N_("Changed {} {bold}{}{plain}{}.\n")},
    {"deleted", N_("Deleted {} {bold}{}{plain}{}; banyan undelete brings it back.\n")},
    {"restored", N_("Brought back {} {bold}{}{plain}{}.\n")},
    {"accepted", N_("Accepted: {} {bold}{}{plain}{} is now as proposed.\n")},
    {"declined", N_("Declined: {} {bold}{}{plain}{} stays as it was.\n")},
    {"resolved", N_("Settled: {} {bold}{}{plain}{} has one value again, on every copy once they "
                    "meet.\n")},
    {"reopened", N_("Open again: {} {bold}{}{plain}{} has the values of before; banyan conflicts "
                    "tells them.\n")},
    {"transferred", N_("Handed over: {} {bold}{}{plain}{} belongs to {4} now.\n")},
    {"shared",
     N_("Shared: all members get {} {bold}{}{plain}{} as it is now, and nothing of how it "
        "came to be.\n")},
    {"unchanged", N_("Nothing to change: {} {bold}{}{plain}{} is so already.\n")},
};

static void tell_proposed(struct cli *cli, const json_t *document)
{
    bool is_gone = json_is_true(json_object_get(document, "owner_gone"));

    say(&cli->out,
        is_gone ? _("Proposed; a coordinator can accept, since {} has left the network.\n")
                : _("Proposed to {}; it or a coordinator can accept.\n"),
        name_at(document, "owner"), NULL);
}

/* Coordinators write on records of others, which their owners may not expect. */
static bool counts_at_once(const char *outcome)
{
    static const char *const outcomes[] = {"changed", "deleted", "restored", "resolved",
                                           "reopened"};

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        if (strcmp(outcomes[i], outcome) == 0)
            return true;
    return false;
}

static void tell(struct cli *cli, const json_t *document)
{
    const char *outcome = text_at(document, "outcome");
    const char *label = text_at(document, "label");

    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(document, "id"), NULL);
        return;
    }
    if (strcmp(outcome, "proposed_already") == 0) {
        say(&cli->out, _("You have proposed that to {} already; it is not decided yet.\n"),
            name_at(document, "owner"), NULL);
        return;
    }
    if (strcmp(outcome, "proposed") == 0) {
        tell_proposed(cli, document);
        return;
    }
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        if (strcmp(sentences[i].outcome, outcome) != 0)
            continue;
        say(&cli->out, _(sentences[i].sentence), type_text(cli, text_at(document, "type")),
            text_at(document, "id"),
            label[0] != '\0' ? pool_format(&cli->pool, " (%s)", label) : "",
            name_at(document, "owner"), NULL);
    }
    if (!is_at(document, "own") && counts_at_once(outcome))
        say(&cli->out, _("It belongs to {}; what you wrote counts at once.\n"),
            name_at(document, "owner"), NULL);
    if (count_at(document, "private_references") > 0)
        say(&cli->out,
            _("It refers to {} that stays on this device: others see the id, and nothing else.\n"),
            counted(&cli->pool, count_at(document, "private_references"), "%s record",
                    "%s records"),
            NULL);
    if (strcmp(outcome, "added") == 0 && is_at(document, "private"))
        say(&cli->out,
            _("It is private, and stays on this device: banyan edit {} sharing=members "
              "shares it.\n"),
            text_at(document, "id"), NULL);
}

int outcome_tell(struct cli *cli, enum banyan_status status)
{
    int exit_code = cli_take(cli, status);

    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, tell) : exit_code;
}

int outcome_read_fields(struct cli *cli, size_t from, struct field_args *out_fields)
{
    const char *mistake;
    enum banyan_status status = field_args_read(&cli->pool, cli->args.words + from,
                                                cli->args.word_count - from, out_fields, &mistake);

    if (status == BANYAN_ERR_USAGE)
        return cli_misused(cli, mistake);
    return status == BANYAN_OK ? BANYAN_CLASS_DONE : cli_fail(cli, status, mistake);
}
