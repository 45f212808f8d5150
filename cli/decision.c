#include "decision.h"

#include <string.h>

#include "moment.h"
#include "people.h"
#include "reading.h"
#include "shell_word.h"

const char *names_text(struct pool *pool, const json_t *organisations)
{
    const char *text = "";
    size_t i;
    json_t *one;

    json_array_foreach(organisations, i, one)
    {
        const char *name = text_at(one, "name");

        text = text[0] == '\0' ? name : pool_format(pool, "%s, %s", text, name);
    }
    return text;
}

static bool is_outcome(const json_t *decision, const char *outcome)
{
    return strcmp(text_at(decision, "outcome"), outcome) == 0;
}

static bool is_removal(const json_t *decision)
{
    return strcmp(text_at(decision, "wanted"), "none") == 0;
}

/* What it takes yet, and what those who are asked do. */
static void print_waiting(struct cli *cli, const json_t *decision)
{
    uint64_t missing = count_at(decision, "needed") - count_at(decision, "votes");
    const char *name = name_at(decision, "organisation");

    if (is_removal(decision))
        say(&cli->out, _("{bold}{}{plain} is removed once more coordinators approve.\n"), name,
            NULL);
    else
        say(&cli->out, _("{bold}{}{plain} becomes {} once more coordinators approve.\n"), name,
            role_text(text_at(decision, "wanted")), NULL);
    say(&cli->out,
        P_("It takes {} more approval, of: {}.\n", "It takes {} more approvals, of: {}.\n",
           missing),
        number_text(&cli->pool, missing),
        names_text(&cli->pool, json_object_get(decision, "waits_for")), NULL);
    say(&cli->out,
        _("They see it in banyan status once they have heard from you, and run\n\n"
          "    banyan approve {}\n"),
        text_at(decision, "act"), NULL);
}

static void print_held(struct cli *cli, const json_t *decision)
{
    uint64_t held = count_at(decision, "held"), left_out = count_at(decision, "left_out");

    if (held > 0)
        say(&cli->out,
            P_("{} entry of theirs is held back: it stays here, and shows nowhere.\n",
               "{} entries of theirs are held back: they stay here, and show nowhere.\n", held),
            number_text(&cli->pool, held), NULL);
    if (left_out > 0)
        say(&cli->out,
            P_("{} end of their logs was left out: they have more of them than one decision can "
               "name.\n",
               "{} ends of their logs were left out: they have more of them than one decision can "
               "name.\n",
               left_out),
            number_text(&cli->pool, left_out), NULL);
}

static void print_until(struct cli *cli, const json_t *decision)
{
    const char *until = text_at(decision, "until");

    if (until[0] != '\0')
        say(&cli->out,
            _("It is meant until {}; banyan status reminds you. Until somebody changes it, it "
              "stays.\n"),
            moment_day(&cli->pool, until), NULL);
}

static void print_done(struct cli *cli, const json_t *decision)
{
    const char *name = name_at(decision, "organisation");
    const char *role = role_text(text_at(decision, "role"));

    if (is_outcome(decision, "removed"))
        say(&cli->out,
            _("{bold}{}{plain} is removed. What you hold of its records stays; what it writes from "
              "now on counts nowhere.\nIt hears of it when its node connects. By file: banyan "
              "bundle make FILE --for {}\n"),
            name, shell_word(&cli->pool, name), NULL);
    else if (is_outcome(decision, "left"))
        say(&cli->out,
            _("{bold}{}{plain} has left the network. Its records stay with the others, and all "
              "that "
              "is here stays here.\nLet the others hear of it: send them what banyan bundle make "
              "FILE "
              "writes.\n"),
            name, NULL);
    else if (is_outcome(decision, "unchanged"))
        say(&cli->out, _("Nothing changed.\n"), NULL);
    else if (is_outcome(decision, "without effect"))
        say(&cli->out, _("Nothing changed: {bold}{}{plain} is {} by another decision.\n"), name,
            role, NULL);
    else if (is_outcome(decision, "lowered"))
        say(&cli->out,
            _("{bold}{}{plain} is now {}. What you hold of its records stays as it counted.\n"),
            name, role, NULL);
    else
        say(&cli->out, _("{bold}{}{plain} is now {}.\n"), name, role, NULL);
    print_until(cli, decision);
    print_held(cli, decision);
}

static void print(struct cli *cli, const json_t *decision)
{
    if (cli->quiet)
        say(&cli->out, "{}\n", text_at(decision, "act"), NULL);
    else if (json_array_size(json_object_get(decision, "waits_for")) > 0)
        print_waiting(cli, decision);
    else
        print_done(cli, decision);
}

int decision_tell(struct cli *cli, enum banyan_status status)
{
    int exit_code = cli_take(cli, status);

    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}
