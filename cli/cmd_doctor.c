/* banyan doctor: what is wrong with a connection. */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "banyan/run.h"
#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reach.h"
#include "reading.h"
#include "table.h"

#define PORT_USUAL       "7417"
#define CONNECT_MS_MAX   5000
#define MEETING_MS_MAX   20000u
#define ROOM_NEEDED      (UINT64_C(64) << 20)
#define ROOM_COMFORTABLE (UINT64_C(1) << 30)
#define CLOCK_DOUBT_MS   (10u * 60u * 1000u)

enum found { FOUND_GOOD, FOUND_NOTE, FOUND_BAD };
static const char *const found_names[] = {"ok", "note", "bad"};

struct doctor {
    struct cli *cli;
    json_t *checks;
    struct table table;
    int exit_code; /* of the first thing that is bad */
    bool is_running;
};

/* One line: what was looked at, how it is, what to do ("" where nothing is). */
static void note(struct doctor *doctor, enum found found, const char *what, const char *text,
                 const char *advice)
{
    static const char *const marks[] = {N_("ok"), "-", N_("BAD")};
    struct pool *pool = &doctor->cli->pool;
    json_t *check = json_pack("{s:s, s:s, s:s, s:s?}", "check", what, "result", found_names[found],
                              "text", text, "advice", advice[0] != '\0' ? advice : NULL);

    if (check == NULL || json_array_append_new(doctor->checks, check) != 0)
        pool_exhausted();
    table_cell(&doctor->table, _(marks[found]));
    table_cell(&doctor->table, what);
    table_cell(&doctor->table,
               advice[0] != '\0' ? pool_format(pool, "%s: %s", text, advice) : text);
}

static void bad(struct doctor *doctor, enum banyan_class class, const char *what, const char *text,
                const char *advice)
{
    note(doctor, FOUND_BAD, what, text, advice);
    if (doctor->exit_code == BANYAN_CLASS_DONE)
        doctor->exit_code = (int)class;
}

/* -- this computer -- */

static void look_at_home(struct doctor *doctor, const json_t *status)
{
    const json_t *organisation = json_object_get(status, "organisation");
    const char *who =
        pool_format(&doctor->cli->pool, _("%s opens; you are %s, %s"), text_at(status, "home"),
                    text_at(organisation, "name"), role_text(text_at(organisation, "role")));

    if (is_at(status, "waiting"))
        note(doctor, FOUND_NOTE, _("home"), _("you have asked to join and are not taken in yet"),
             _("a member must be reached, by banyan run or with a bundle"));
    else if (is_at(status, "removed"))
        note(doctor, FOUND_NOTE, _("home"), _("your organisation is no longer a member"),
             _("banyan status tells by whom and since when"));
    else
        note(doctor, FOUND_GOOD, _("home"), who, "");
}

static void look_at_disk(struct doctor *doctor)
{
    struct pool *pool = &doctor->cli->pool;
    struct statvfs disk;
    uint64_t room;
    const char *text;

    if (statvfs(doctor->cli->home, &disk) != 0)
        return; // the home was opened: there is nothing to tell
    room = (uint64_t)disk.f_bavail * disk.f_frsize;
    text = room < 10 * ROOM_COMFORTABLE
               ? pool_format(pool, _("%s MB free"), number_text(pool, room / 1000000u))
               : pool_format(pool, _("%s GB free"), number_text(pool, room / 1000000000u));
    if (room < ROOM_NEEDED)
        bad(doctor, BANYAN_CLASS_STORAGE, _("disk"), text,
            _("make room, or nothing new can be taken in"));
    else
        note(doctor, room < ROOM_COMFORTABLE ? FOUND_NOTE : FOUND_GOOD, _("disk"), text,
             room < ROOM_COMFORTABLE ? _("make room soon") : "");
}

/* What others wrote is not from the future, unless a clock is wrong. */
static void look_at_clock(struct doctor *doctor, const json_t *members)
{
    struct pool *pool = &doctor->cli->pool;
    uint64_t now_ms = moment_now_ms();
    const char *latest = moment_utc(pool, now_ms + CLOCK_DOUBT_MS);
    const char *shown = moment_text(pool, moment_utc(pool, now_ms));
    size_t i;
    json_t *member;

    json_array_foreach(members, i, member)
    {
        if (strcmp(text_at(member, "last_heard"), latest) <= 0)
            continue;
        bad(doctor, BANYAN_CLASS_NO, _("clock"),
            pool_format(pool, _("it is %s here, and the newest word of %s is from %s"), shown,
                        text_at(member, "name"), moment_text(pool, text_at(member, "last_heard"))),
            _("set the clock that is wrong, here or there"));
        return;
    }
    note(doctor, FOUND_GOOD, _("clock"),
         pool_format(pool, _("%s, and nothing held is later"), shown), "");
}

/* A node that runs is asked for a connection; else the port is to be free. */
static int look_at_port(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    const char *listen = args_value(&cli->args, "listen");
    const char *host = "", *port = PORT_USUAL;
    const char *what;
    int error;

    if (listen != NULL && !reach_split(&cli->pool, listen, &host, &port))
        return cli_misused(cli, _("--listen is HOST:PORT, as of banyan run"));
    what = pool_format(&cli->pool, _("port %s"), port);
    if (doctor->is_running) {
        const char *here =
            pool_format(&cli->pool, "%s%s%s:%s", strchr(host, ':') ? "[" : "",
                        host[0] != '\0' ? host : "localhost", strchr(host, ':') ? "]" : "", port);

        if (reach_try(&cli->pool, here, CONNECT_MS_MAX).end == REACH_OPEN)
            note(doctor, FOUND_GOOD, what, _("a node listens"), "");
        else
            note(doctor, FOUND_NOTE, what, _("nobody listens here"),
                 _("where the node was given another port, banyan doctor --listen :PORT looks at "
                   "it"));
        return BANYAN_CLASS_DONE;
    }
    note(doctor, FOUND_NOTE, _("node"), _("none runs for this home now"),
         _("banyan run, or banyan service install"));
    error = reach_cannot_listen(host, port);
    if (error == 0)
        note(doctor, FOUND_GOOD, what, _("free to listen at"), "");
    else
        bad(doctor, BANYAN_CLASS_NETWORK, what,
            error == EADDRINUSE ? _("another program listens there") : _(strerror(error)),
            error == EACCES ? _("ports below 1024 are for the system: choose a higher one")
                            : _("choose another with banyan run --listen :PORT"));
    return BANYAN_CLASS_DONE;
}

/* -- others -- */

/* What the system found, and what may help. */
static void tell_unreached(struct doctor *doctor, const char *what, const struct reach *reach)
{
    static const struct {
        const char *text, *advice;
    } words[] = {
        [REACH_OPEN] = {"", ""},
        [REACH_BAD_ADDRESS] = {N_("this is no HOST:PORT"),
                               N_("banyan peers remove, and add it anew")},
        [REACH_NO_NAME] = {N_("the name of the computer is not known"),
                           N_("is it spelt well, and is this computer online?")},
        [REACH_REFUSED] = {N_("the computer is there, and no node listens at this port"),
                           N_("start banyan run there; another port may be meant")},
        [REACH_NO_WAY] =
            {N_("there is no way to it from here"),
             N_("is this computer online? An address such as 192.168.1.7 is known in its "
                "own office only")},
        [REACH_SILENT] =
            {N_("no answer"),
             N_("the computer is off, or a firewall or router keeps the port shut: open "
                "it there, or meet at a hub")},
        [REACH_FAILED] = {N_("the connection failed"), N_("try again later")},
    };
    struct pool *pool = &doctor->cli->pool;
    const char *text = _(words[reach->end].text);

    if (reach->ip[0] != '\0' && reach->why[0] != '\0')
        text = pool_format(pool, "%s (%s, %s)", text, reach->ip, reach->why);
    else if (reach->why[0] != '\0')
        text = pool_format(pool, "%s (%s)", text, reach->why);
    bad(doctor, BANYAN_CLASS_NETWORK, what, text, _(words[reach->end].advice));
}

/* What may help where connections are taken, and no session comes about. */
static const char *advice_for(const char *reason)
{
    static const struct {
        const char *reason, *advice;
    } rows[] = {
        {"mute", N_("ask them at which port banyan listens, or try again later")},
        {"closed", N_("ask them for the address and port of their node")},
        {"garbled", N_("ask them at which port banyan listens")},
        {"cut", N_("try again; where it stays so, something between the two cuts it")},
        {"stalled", N_("try again; where it stays so, something between the two holds it up")},
        {"here", N_("banyan fsck looks closer")},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].reason, reason) == 0)
            return _(rows[i].advice);
    return ""; // the sentence says it
}

static void
tell_unmet(struct doctor *doctor, const char *what, const char *error, const char *reason)
{
    bad(doctor, BANYAN_CLASS_NETWORK, what, error, advice_for(reason));
}

/* The handshake and a session: what a program that only looks at ports does not see. */
static void meet(struct doctor *doctor, const char *what, const char *address)
{
    struct cli *cli = doctor->cli;
    struct banyan_sync sync = {.target = address, .timeout_ms = MEETING_MS_MAX};
    struct banyan_text report = {0};
    enum banyan_status status = banyan_sync(cli->home, &sync, &report, &cli->error);
    json_t *document =
        report.data != NULL ? json_loadb(report.data, report.size, JSON_DECODE_ANY, NULL) : NULL;
    const json_t *peer = json_array_get(json_object_get(document, "peers"), 0);
    const char *error = _(text_at(peer, "error"));

    if (status == BANYAN_OK)
        note(doctor, FOUND_GOOD, what, _("met, and in sync"), "");
    else if (status == BANYAN_ERR_BUSY)
        note(doctor, FOUND_NOTE, what, _("it answers"),
             _("a node began to run meanwhile: ask again"));
    else
        tell_unmet(doctor, what, error[0] != '\0' ? error : cli->error.text,
                   text_at(peer, "reason"));
    json_decref(document);
    banyan_text_free(&report);
}

static void look_at_address(struct doctor *doctor, const json_t *peer, const char *address)
{
    struct cli *cli = doctor->cli;
    const char *name = name_at(peer, "organisation");
    const char *what =
        pool_format(&cli->pool, _("%s at %s"), name[0] != '\0' ? name : _("a member"), address);
    const char *error = _(text_at(peer, "last_error"));
    struct reach reach = reach_try(&cli->pool, address, CONNECT_MS_MAX);

    if (reach.end != REACH_OPEN)
        tell_unreached(doctor, what, &reach);
    else if (!doctor->is_running)
        meet(doctor, what, address);
    else if (error[0] != '\0')
        tell_unmet(doctor, what, error, text_at(peer, "last_reason"));
    else
        note(doctor, FOUND_NOTE, what, _("it answers"), _("the node will connect soon"));
}

static void look_at_peer(struct doctor *doctor, const json_t *peer)
{
    const char *name = name_at(peer, "organisation");
    const json_t *addresses = json_object_get(peer, "addresses");
    size_t i;
    json_t *one;

    if (is_at(peer, "connected")) {
        note(doctor, FOUND_GOOD, name[0] != '\0' ? name : _("a newcomer"), _("connected"), "");
        return;
    }
    if (json_array_size(addresses) == 0)
        note(doctor, FOUND_NOTE, name, _("no address is known"),
             _("it may find you, or a hub that both know; else banyan peers add"));
    json_array_foreach(addresses, i, one)
    {
        look_at_address(doctor, peer, text_at(one, "address"));
    }
}

static void look_at_peers(struct doctor *doctor, const json_t *peers)
{
    size_t i;
    json_t *peer;

    if (json_array_size(peers) == 0)
        note(doctor, FOUND_NOTE, _("others"), _("there are no other members yet"), "banyan invite");
    json_array_foreach(peers, i, peer)
    {
        look_at_peer(doctor, peer);
    }
}

/* A document of the node, to be kept beside others. */
static int ask(struct cli *cli, enum banyan_status status, json_t **out_document)
{
    int exit_code = cli_take(cli, status);

    if (exit_code == BANYAN_CLASS_DONE)
        *out_document = json_incref(cli->document);
    banyan_text_free(&cli->answer);
    return exit_code;
}

static void show(struct doctor *doctor)
{
    if (doctor->cli->json)
        (void)cli_answer(doctor->cli,
                         json_pack("{s:b, s:O}", "ok", doctor->exit_code == BANYAN_CLASS_DONE,
                                   "checks", doctor->checks));
    else
        table_print_rows(&doctor->table, &doctor->cli->out, 0);
}

static int run(struct cli *cli)
{
    struct doctor doctor = {.cli = cli, .checks = json_array(), .table = table_new(&cli->pool)};
    json_t *status = NULL, *members = NULL, *peers = NULL;
    int exit_code = cli_open(cli);

    table_column(&doctor.table, "");
    table_column(&doctor.table, "");
    table_column(&doctor.table, "")->wraps = true;
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = ask(cli, banyan_status_report(cli->node, &cli->answer, &cli->error), &status);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = ask(cli, banyan_members(cli->node, &cli->answer, &cli->error), &members);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = ask(cli, banyan_peers(cli->node, &cli->answer, &cli->error), &peers);
    banyan_node_close(cli->node); // a sync opens the home itself
    cli->node = NULL;
    if (exit_code != BANYAN_CLASS_DONE)
        goto out;
    doctor.is_running = is_at(peers, "running");
    look_at_home(&doctor, status);
    look_at_disk(&doctor);
    look_at_clock(&doctor, members);
    exit_code = look_at_port(&doctor);
    if (exit_code != BANYAN_CLASS_DONE)
        goto out;
    look_at_peers(&doctor, json_object_get(peers, "peers"));
    show(&doctor);
    exit_code = doctor.exit_code;
out:
    json_decref(status);
    json_decref(members);
    json_decref(peers);
    json_decref(doctor.checks);
    return exit_code;
}

static const struct option options[] = {
    {"listen", N_("HOST:PORT"), N_("where the node listens, when it is not port 7417"), false},
    OPTIONS_END};

const struct command command_doctor = {
    .name = "doctor",
    .group = GROUP_NETWORK,
    .summary = N_("find out what is wrong with a connection"),
    .usage = "",
    .words_max = 0,
    .about =
        N_("Looks at the home, the disk, the clock and the port, then at every address of every "
           "member: its name, whether it answers, and whether the right node is there. Where no "
           "node runs for this home it meets them, as banyan sync does. Each line is ok, a note, "
           "or BAD with what to do. Exit code 6 when a connection is not as it should be."),
    .options = options,
    .example = "banyan doctor",
    .run = run,
};
