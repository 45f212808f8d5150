/* banyan bundle: exchange by file. */
#include "cli.h"
#include "moment.h"
#include "people.h"
#include "reading.h"

/* "FACT, PanNature and SODA" */
static const char *names_text(struct pool *pool, const json_t *named)
{
    size_t count = json_array_size(named), i;
    const char *text = "";
    json_t *one;

    json_array_foreach(named, i, one)
    {
        const char *name = json_is_string(one) ? json_string_value(one) : text_at(one, "name");

        text = i == 0           ? name
               : i + 1 == count ? pool_format(pool, _("%s and %s"), text, name)
                                : pool_format(pool, _("%s, %s"), text, name);
    }
    return text;
}

static void print_made(struct cli *cli, const json_t *bundle)
{
    if (cli->quiet)
        return;
    if (is_at(bundle, "farewell")) {
        say_wrapped(&cli->out, 0,
                    pool_format(&cli->pool,
                                _("Wrote %s, which tells %s that it was removed, and nothing of "
                                  "what came after. Only they can read it."),
                                text_at(bundle, "path"),
                                names_text(&cli->pool, json_object_get(bundle, "readers"))),
                    true);
        return;
    }
    say(&cli->out, _("Wrote {bold}{}{plain}: {}, {}.\n"), text_at(bundle, "path"),
        counted(&cli->pool, count_at(bundle, "records"), "%s record", "%s records"),
        counted(&cli->pool, count_at(bundle, "bytes"), "%s byte", "%s bytes"), NULL);
    if (json_array_size(json_object_get(bundle, "readers")) > 0)
        say_wrapped(&cli->out, 0,
                    pool_format(&cli->pool,
                                _("Only %s can read it. Send it as you like: by e-mail, messenger, "
                                  "USB stick."),
                                names_text(&cli->pool, json_object_get(bundle, "readers"))),
                    true);
    else
        say(&cli->out, _("It asks to be taken in: send it to whoever invited you.\n"), NULL);
}

static int run_make(struct cli *cli)
{
    struct banyan_bundle bundle = {.path = cli_word(cli, 0)};
    const char *since = args_value(&cli->args, "since");
    int exit_code;

    if (since != NULL && !moment_read(since, true, moment_now_ms(), &bundle.since_ms))
        return cli_misused(cli, pool_format(&cli->pool,
                                            _("--since is a day such as 2026-11-01, or a span such "
                                              "as 30d; not %s"),
                                            since));
    bundle.readers = args_values(&cli->args, &cli->pool, "for", &bundle.reader_count);
    exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_bundle_make(cli->node, &bundle, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_made) : exit_code;
}

static void print_verified(struct cli *cli, const json_t *bundle)
{
    uint64_t new_entries = count_at(bundle, "new");
    const char *about_members =
        counted(&cli->pool, count_at(bundle, "acts"), "%s signed note", "%s signed notes");
    const char *about_records = number_text(&cli->pool, count_at(bundle, "entries"));

    if (cli->quiet)
        return;
    say(&cli->out, _("{bold}{}{plain} is whole and genuine: made by {}, {}.\n"),
        text_at(bundle, "path"), name_at(bundle, "by"),
        moment_text(&cli->pool, text_at(bundle, "made")), NULL);
    if (new_entries == 0) {
        say(&cli->out, _("In it: {} about members, {} about records; you have all of it.\n"),
            about_members, about_records, NULL);
        return;
    }
    say(&cli->out, _("In it: {} about members, {} about records; {}.\n"), about_members,
        about_records, counted(&cli->pool, new_entries, "%s is new to you", "%s are new to you"),
        NULL);
    say(&cli->out, _("{dim}Take it in: banyan bundle apply {}{plain}\n"), text_at(bundle, "path"),
        NULL);
}

static int run_verify(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_bundle_verify(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_verified) : exit_code;
}

/* "From FACT: 2 records new, 1 changed." */
static void print_records(struct cli *cli, const json_t *bundle)
{
    say(&cli->out, _("From {}: {}.\n"), name_at(bundle, "by"),
        changes_text(&cli->pool, count_at(bundle, "records_new"),
                     count_at(bundle, "records_changed"), count_at(bundle, "records_deleted")),
        NULL);
}

static void tell_count(struct cli *cli, uint64_t count, const char *text)
{
    if (count > 0)
        say(&cli->out, "{}\n", text, NULL);
}

/* What needs a look after it. */
static void print_to_do(struct cli *cli, const json_t *bundle)
{
    struct pool *pool = &cli->pool;
    uint64_t conflicts = count_at(bundle, "conflicts_new");
    uint64_t proposals = count_at(bundle, "proposals_new");
    uint64_t waiting = count_at(bundle, "waiting");
    uint64_t strangers = count_at(bundle, "strangers");

    tell_count(cli, conflicts,
               counted(pool, conflicts, "%s conflict to settle: banyan conflicts",
                       "%s conflicts to settle: banyan conflicts"));
    tell_count(cli, proposals,
               counted(pool, proposals, "%s proposal to decide: banyan inbox",
                       "%s proposals to decide: banyan inbox"));
    tell_count(cli, waiting,
               counted(pool, waiting, "%s part cannot be used before an earlier bundle has come",
                       "%s parts cannot be used before an earlier bundle has come"));
    tell_count(cli, strangers,
               counted(pool, strangers, "%s part left out, from writers who are not members",
                       "%s parts left out, from writers who are not members"));
}

/* What came in, in records. */
static void print_applied(struct cli *cli, const json_t *bundle)
{
    const json_t *admitted = json_object_get(bundle, "admitted");

    if (cli->quiet)
        return;
    if (is_at(bundle, "removed"))
        say(&cli->out,
            _("Your organisation was removed from the network: banyan status tells by whom.\n"),
            NULL);
    else if (count_at(bundle, "acts_new") + count_at(bundle, "entries_new") == 0)
        say(&cli->out, _("Nothing new in {}: you have all of it.\n"), text_at(bundle, "path"),
            NULL);
    else
        print_records(cli, bundle);
    if (json_array_size(admitted) > 0)
        say(&cli->out,
            _("Taken in: {bold}{}{plain}. Send them a bundle, so that they can begin.\n"),
            names_text(&cli->pool, admitted), NULL);
    newcomers_print(cli, bundle);
    print_to_do(cli, bundle);
}

/* Several files one after the other; the first that fails ends it. */
static int run_apply(struct cli *cli)
{
    int exit_code = cli_open(cli);

    for (size_t i = 0; exit_code == BANYAN_CLASS_DONE && i < cli->args.word_count; i++) {
        banyan_text_free(&cli->answer);
        exit_code = cli_take(
            cli, banyan_bundle_apply(cli->node, cli_word(cli, i), &cli->answer, &cli->error));
        if (exit_code == BANYAN_CLASS_DONE)
            exit_code = cli_show(cli, NULL, print_applied);
    }
    return exit_code;
}

static const struct option make_options[] = {
    {"for", N_("ORGANISATION"),
     N_("only this member can read it (else every member); one that was removed is told so"), true},
    {"since", N_("WHEN"), N_("only what was written since: a day, or a span such as 30d"), false},
    OPTIONS_END};

const struct command command_bundle_make = {
    .name = "bundle make",
    .group = GROUP_EXCHANGE,
    .summary = N_("write what you have to a file for other members"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("Writes a bundle: an encrypted file that only members can read. It never overwrites a "
           "file. Who has applied it already loses nothing by applying it again."),
    .options = make_options,
    .example = "banyan bundle make monday.banyan",
    .run = run_make,
};

const struct command command_bundle_verify = {
    .name = "bundle verify",
    .group = GROUP_EXCHANGE,
    .summary = N_("check a bundle and tell what is new in it"),
    .usage = N_("FILE"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Reads all of a bundle, checks every signature, and changes nothing."),
    .example = "banyan bundle verify monday.banyan",
    .run = run_verify,
};

const struct command command_bundle_apply = {
    .name = "bundle apply",
    .group = GROUP_EXCHANGE,
    .summary = N_("take in what is new in a bundle"),
    .usage = N_("FILE..."),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about = N_("Checks a bundle, and takes in what is new in it: all of it or, when anything is "
                "wrong with it, nothing."),
    .example = "banyan bundle apply monday.banyan",
    .run = run_apply,
};
