/* banyan peers: where members can be reached, and how it went. */
#include <string.h>

#include "banyan/run.h"
#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "table.h"

static const char *peer_name(struct cli *cli, const json_t *peer)
{
    const char *name = name_at(peer, "organisation");

    return name[0] != '\0' ? name
                           : pool_format(&cli->pool, _("(device %.8s)"), text_at(peer, "device"));
}

/* "now", "2026-11-21 15:46". */
static const char *met_text(struct cli *cli, const json_t *peer)
{
    const char *met = text_at(peer, "last_connected");

    if (is_at(peer, "connected"))
        return is_at(peer, "in_sync") ? _("now, in sync") : _("now");
    return moment_text(&cli->pool, met);
}

/* Who says that it is there. */
static const char *source_text(struct cli *cli, const json_t *address)
{
    const char *from = text_at(address, "from");
    const char *via = name_at(address, "via");

    if (strcmp(from, "invitation") == 0)
        return _("invitation");
    if (strcmp(from, "person") == 0)
        return _("you");
    return via[0] != '\0' ? pool_format(&cli->pool, _("itself, via %s"), via) : _("itself");
}

static void add_row(struct cli *cli, struct table *table, const json_t *peer, const char *address,
                    const char *source)
{
    table_cell(table, peer_name(cli, peer));
    table_cell(table, address);
    table_cell(table, source);
    table_cell(table, met_text(cli, peer));
    table_cell(table, is_at(peer, "connected") ? "" : _(text_at(peer, "last_error")));
}

/* A row for each address; when it was met, and what hindered, is of the peer: in the first. */
static void add_rows(struct cli *cli, struct table *table, const json_t *peer)
{
    const json_t *addresses = json_object_get(peer, "addresses");
    size_t i;
    json_t *one;

    if (json_array_size(addresses) == 0)
        add_row(cli, table, peer, is_at(peer, "connected") ? text_at(peer, "last_address") : "",
                "");
    json_array_foreach(addresses, i, one)
    {
        if (i == 0) {
            add_row(cli, table, peer, text_at(one, "address"), source_text(cli, one));
            continue;
        }
        table_cell(table, "");
        table_cell(table, text_at(one, "address"));
        table_cell(table, source_text(cli, one));
        table_cell(table, "");
        table_cell(table, "");
    }
}

/* Where members are told that this node is. */
static void print_told(struct cli *cli, const json_t *told)
{
    const char *all = "";
    size_t i;
    json_t *one;

    json_array_foreach(told, i, one)
    {
        all = i == 0 ? json_string_value(one)
                     : pool_format(&cli->pool, _("%s, %s"), all, json_string_value(one));
    }
    if (json_array_size(told) > 0)
        say(&cli->out, _("\nMembers are told that your node can be reached at {}.\n"), all, NULL);
}

static bool any_unknown(const json_t *peers)
{
    size_t i;
    json_t *peer;

    json_array_foreach(peers, i, peer)
    {
        if (!is_at(peer, "connected") && json_array_size(json_object_get(peer, "addresses")) == 0)
            return true;
    }
    return false;
}

static void print(struct cli *cli, const json_t *document)
{
    struct table table = table_new(&cli->pool);
    const json_t *peers = json_object_get(document, "peers");
    size_t i;
    json_t *peer;

    table_column(&table, _("organisation"));
    table_column(&table, _("address"));
    table_column(&table, _("says who"));
    table_column(&table, _("last met"))->whole = true;
    table_column(&table, _("what hindered"))->wraps = true;
    json_array_foreach(peers, i, peer)
    {
        add_rows(cli, &table, peer);
    }
    table_print(&table, &cli->out, 0);
    if (cli->quiet)
        return;
    print_told(cli, json_object_get(document, "told"));
    if (!is_at(document, "running"))
        say(&cli->out,
            _("\n{dim}No node runs for this home now: banyan run, or banyan sync{plain}\n"), NULL);
    if (any_unknown(peers))
        say(&cli->out,
            _("\n{dim}Where no address is known: banyan peers add MEMBER HOST:PORT{plain}\n"),
            NULL);
}

static int run(struct cli *cli)
{
    int exit_code = cli_open(cli);
    bool is_empty;

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_peers(cli->node, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    is_empty = json_array_size(json_object_get(cli->document, "peers")) == 0;
    return cli_show(cli, is_empty ? _("There are no other members yet.") : NULL, print);
}

/* MEMBER HOST:PORT, or MEMBER@HOST:PORT in one word. */
static const char *target_of(struct cli *cli)
{
    const char *second = cli_word(cli, 1);

    return second == NULL ? cli_word(cli, 0)
                          : pool_format(&cli->pool, "%s@%s", cli_word(cli, 0), second);
}

static int change(struct cli *cli,
                  enum banyan_status call(banyan_node *, const char *, struct banyan_error *),
                  const char *sentence)
{
    const char *target = target_of(cli);
    const char *at = strrchr(target, '@');
    enum banyan_status status;
    int exit_code;

    if (at == NULL)
        return cli_misused(cli, _("an address is given as MEMBER HOST:PORT"));
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = call(cli->node, target, &cli->error);
    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    if (cli->json)
        return cli_answer(cli, json_pack("{s:s}", "peer", target));
    if (!cli->quiet)
        say(&cli->out, sentence, at + 1, pool_copy(&cli->pool, target, (size_t)(at - target)),
            NULL);
    return BANYAN_CLASS_DONE;
}

/* To tell members, or no longer. */
static int change_told(struct cli *cli,
                       enum banyan_status call(banyan_node *, const char *, struct banyan_error *),
                       const char *sentence)
{
    const char *address = cli_word(cli, 0);
    enum banyan_status status;
    int exit_code = cli_open(cli);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = call(cli->node, address, &cli->error);
    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    if (cli->json)
        return cli_answer(cli, json_pack("{s:s}", "address", address));
    if (!cli->quiet)
        say(&cli->out, sentence, address, NULL);
    return BANYAN_CLASS_DONE;
}

static int run_tell(struct cli *cli)
{
    return change_told(cli, banyan_peers_tell,
                       _("Members will be told that your node can be reached at {}.\n"));
}

static int run_untell(struct cli *cli)
{
    return change_told(cli, banyan_peers_untell,
                       _("Members will no longer be told that your node is at {}.\n"));
}

static int run_add(struct cli *cli)
{
    return change(cli, banyan_peers_add, _("Will look at {} for {}.\n"));
}

static int run_remove(struct cli *cli)
{
    return change(cli, banyan_peers_remove, _("Will no longer look at {} for {}.\n"));
}

const struct command command_peers = {
    .name = "peers",
    .group = GROUP_NETWORK,
    .summary = N_("where members can be reached, and when they were last met"),
    .usage = "",
    .words_max = 0,
    .about = N_("Lists the nodes of other members: their addresses and who says so, when they were "
                "last met, and what hindered the last try. Addresses come from your invitation, "
                "from you (banyan peers add), and from members who tell their own."),
    .example = "banyan peers",
    .run = run,
};

const struct command command_peers_add = {
    .name = "peers add",
    .group = GROUP_NETWORK,
    .summary = N_("remember where a member can be reached"),
    .usage = N_("MEMBER HOST:PORT"),
    .words_min = 1,
    .words_max = 2,
    .about = N_("Remembers an address. A node that runs tries it at once. MEMBER is a name, or the "
                "beginning of an id (at least 8 digits)."),
    .example = "banyan peers add PanNature hub.example.org:7417",
    .run = run_add,
};

const struct command command_peers_remove = {
    .name = "peers remove",
    .group = GROUP_NETWORK,
    .summary = N_("forget where a member could be reached"),
    .usage = N_("MEMBER HOST:PORT"),
    .words_min = 1,
    .words_max = 2,
    .about = N_("Forgets an address, as banyan peers lists it."),
    .example = "banyan peers remove PanNature hub.example.org:7417",
    .run = run_remove,
};

const struct command command_peers_tell = {
    .name = "peers tell",
    .group = GROUP_NETWORK,
    .summary = N_("tell all members where your node can be reached"),
    .usage = N_("HOST:PORT"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Tells members an address of this node: it is passed on from node to node, and "
                "others connect there by themselves. Tell one that leads here from where they are, "
                "such as a public name, or an address in a VPN that all share. Keep banyan run at "
                "work there."),
    .example = "banyan peers tell hub.example.org:7417",
    .run = run_tell,
};

const struct command command_peers_untell = {
    .name = "peers untell",
    .group = GROUP_NETWORK,
    .summary = N_("no longer tell members an address"),
    .usage = N_("HOST:PORT"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Takes back an address of this node that members were told. Those who know it are "
                "told so when they hear of this node next."),
    .example = "banyan peers untell hub.example.org:7417",
    .run = run_untell,
};
