/* banyan history: who said what about a record, and when. */
#include <string.h>

#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"

static bool counts(const json_t *entry)
{
    return strcmp(text_at(entry, "state"), "counts") == 0;
}

/* An accept that changes nothing is how a deletion is accepted. */
static const char *deed_of_accept(const json_t *entry)
{
    return json_array_size(json_object_get(entry, "changes")) == 0
               ? _("accepted that it is deleted")
               : _("accepted a proposal");
}

/* Who writes upon a deletion takes it back; who did not know of one does not. */
static bool brings_back(const json_t *entry)
{
    const char *op = text_at(entry, "op");
    bool keeps =
        strcmp(op, "patch") == 0 ||
        (strcmp(op, "accept") == 0 && json_array_size(json_object_get(entry, "changes")) > 0);

    return keeps && counts(entry) && strcmp(text_at(entry, "deleted_before"), "no") != 0;
}

static bool is_proposal(const json_t *entry)
{
    static const char *const states[] = {"proposal", "accepted", "declined"};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (strcmp(states[i], text_at(entry, "state")) == 0)
            return true;
    return false;
}

/* What an operation is called by people: its kind, and what became of it. */
static const char *deed(const json_t *entry)
{
    static const struct {
        const char *op, *deed;
    } deeds[] = {
        {"put", N_("wrote it")},
        {"patch", N_("changed it")},
        {"delete", N_("deleted it")},
        {"decline", N_("declined a proposal")},
        {"transfer", N_("handed it over")},
    };
    const char *op = text_at(entry, "op");

    if (is_proposal(entry))
        return strcmp(op, "delete") == 0 ? _("proposed to delete it") : _("proposed a change");
    if (brings_back(entry))
        return _("brought it back");
    if (strcmp(op, "accept") == 0)
        return deed_of_accept(entry);
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
        if (strcmp(deeds[i].op, op) == 0)
            return _(deeds[i].deed);
    return op;
}

static const char *standing(const json_t *entry)
{
    static const struct {
        const char *state, *standing;
    } standings[] = {
        {"proposal", N_("not decided yet")},
        {"accepted", N_("accepted")},
        {"declined", N_("declined")},
        {"invalid", N_("not readable, and left out")},
        {"void", N_("without the right to, and left out")},
    };
    const char *state = text_at(entry, "state");

    for (size_t i = 0; i < sizeof(standings) / sizeof(standings[0]); i++)
        if (strcmp(standings[i].state, state) == 0)
            return _(standings[i].standing);
    return "";
}

/* The name of whom it was handed to; an id where nobody knows such an organisation. */
static const char *new_owner(const json_t *entry)
{
    const char *name = name_at(entry, "to");

    return name[0] != '\0' ? name : text_at(json_object_get(entry, "to"), "id");
}

void print_history(struct cli *cli, const json_t *history)
{
    size_t i;
    json_t *entry;

    if (is_at(json_array_get(history, 0), "private"))
        print_private_line(cli);
    json_array_foreach(history, i, entry)
    {
        const char *note = standing(entry);

        say(&cli->out, "{}  {bold}{}{plain} {}", moment_text(&cli->pool, text_at(entry, "at")),
            who(cli, entry), deed(entry), NULL);
        say(&cli->out, note[0] != '\0' ? "  {dim}({}){plain}\n" : "{}\n", note, NULL);
        if (json_object_get(entry, "to") != NULL)
            say(&cli->out, _("    to {}\n"), new_owner(entry), NULL);
        print_changes(cli, json_object_get(entry, "changes"), 4, brings_back(entry));
    }
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_history(cli->node, cli_word(cli, 0), cli->language,
                                                 &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_history) : exit_code;
}

const struct command command_history = {
    .name = "history",
    .group = GROUP_LOOK,
    .summary = N_("who said what about a record, and when"),
    .usage = N_("ID"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Tells all that was ever said about a record, oldest first: who wrote and changed it, "
           "what stood there before, what was proposed, and what became of it. Times are those "
           "of the writers' clocks."),
    .example = "banyan history K7QM-2F9D",
    .run = run,
};
