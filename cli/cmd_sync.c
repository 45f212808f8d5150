/* banyan sync: meet others once, until both sides hold the same. */
#include "banyan/run.h"
#include "cli.h"
#include "exchanged.h"
#include "passphrase.h"
#include "people.h"
#include "reading.h"

/* What may be told as new after a sync. */
struct standing {
    bool waits; /* to be taken in */
    uint64_t conflicts, proposals;
};

/* The home is opened for the question alone: a sync opens it itself. */
static int look(struct cli *cli, struct standing *out_standing)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_status_report(cli->node, &cli->answer, &cli->error));
    if (exit_code == BANYAN_CLASS_DONE)
        *out_standing = (struct standing){.waits = is_at(cli->document, "waiting"),
                                          .conflicts = count_at(cli->document, "conflicts"),
                                          .proposals = count_at(cli->document, "proposals")};
    banyan_node_close(cli->node);
    cli->node = NULL;
    banyan_text_free(&cli->answer);
    return exit_code;
}

static void print_peer(struct cli *cli, const json_t *peer)
{
    const char *name = name_at(peer, "organisation");
    const char *address = text_at(peer, "address");

    if (name[0] == '\0')
        name = _("a member not known here yet");
    if (is_at(peer, "in_sync")) {
        say(&cli->out,
            address[0] != '\0' ? _("In sync with {bold}{}{plain} at {}.\n")
                               : _("In sync with {bold}{}{plain}.\n"),
            name, address, NULL);
        print_exchanged(&cli->out, &cli->pool, peer);
        print_both(cli, &cli->pool, peer);
        return;
    }
    if (address[0] != '\0')
        name = pool_format(&cli->pool, _("%s at %s"), name, address);
    say(&cli->out, _("{red}Not in sync{plain} with {}: {}\n"), name,
        sentence(&cli->pool, _(text_at(peer, "error"))), NULL);
    if (count_at(peer, "entries_received") > 0)
        say(&cli->out, _("  What had come by then is kept: banyan sync goes on from there.\n"),
            NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    size_t i;
    json_t *peer;

    if (cli->quiet)
        return;
    if (is_at(report, "by_running_node"))
        say(&cli->out, _("Your node is at work here, and syncs by itself.\n"), NULL);
    json_array_foreach(json_object_get(report, "peers"), i, peer)
    {
        print_peer(cli, peer);
    }
}

static void tell_news(struct cli *cli, struct standing before, struct standing now)
{
    if (before.waits && !now.waits)
        say(&cli->out, _("You have been taken into the network: banyan status\n"), NULL);
    if (now.conflicts > before.conflicts)
        say(&cli->out, "{}\n",
            counted(&cli->pool, now.conflicts - before.conflicts,
                    "%s new conflict to settle: banyan conflicts",
                    "%s new conflicts to settle: banyan conflicts"),
            NULL);
    if (now.proposals > before.proposals)
        say(&cli->out, "{}\n",
            counted(&cli->pool, now.proposals - before.proposals,
                    "%s new proposal to decide: banyan inbox",
                    "%s new proposals to decide: banyan inbox"),
            NULL);
}

static int run(struct cli *cli)
{
    struct banyan_sync sync = {.target = cli_word(cli, 0), .passphrase = passphrase_of(cli)};
    struct standing before, now;
    enum banyan_status status;
    int exit_code = look(cli, &before);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = banyan_sync(cli->home, &sync, &cli->answer, &cli->error);
    if (cli->answer.data == NULL)
        return cli_failed(cli, status);
    exit_code = cli_take(cli, BANYAN_OK); // where nobody was reached it says of each why
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_show(cli, NULL, print);
    if (status != BANYAN_OK)
        return cli_fail(cli, status, _("nothing was synced; banyan doctor looks closer"));
    if (exit_code != BANYAN_CLASS_DONE || cli->quiet || cli->json)
        return exit_code;
    banyan_text_free(&cli->answer);
    exit_code = look(cli, &now);
    if (exit_code == BANYAN_CLASS_DONE)
        tell_news(cli, before, now);
    return exit_code;
}

const struct command command_sync = {
    .name = "sync",
    .group = GROUP_NETWORK,
    .summary = N_("meet other members once, until both sides hold the same"),
    .usage = N_("[MEMBER[@HOST:PORT]]"),
    .words_max = 1,
    .about =
        N_("Connects to one member, or to everybody whose address is known, exchanges what is "
           "new, and tells in records what came and what went, and which both sides edited. An "
           "address that answers is remembered. Where banyan run is at work for this home, it does "
           "that by itself: then sync waits until it has, and tells with whom. Exit code 6 when "
           "nobody is in sync in the end, with the reason of each."),
    .example = "banyan sync\nbanyan sync PanNature@192.0.2.7:7417",
    .run = run,
};
