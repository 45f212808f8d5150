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
        const char *between = i == 0 ? "" : i + 1 == count ? " and " : ", ";

        text = pool_format(pool, "%s%s%s", text, between, name);
    }
    return text;
}

static void print_made(struct cli *cli, const json_t *bundle)
{
    if (cli->quiet)
        return;
    say(&cli->out, "Wrote {bold}{}{plain}: {}, {} bytes.\n", text_at(bundle, "path"),
        counted(&cli->pool, count_at(bundle, "records"), "record"),
        number_text(&cli->pool, count_at(bundle, "bytes")), NULL);
    if (json_array_size(json_object_get(bundle, "readers")) > 0)
        say_wrapped(&cli->out, 0,
                    pool_format(&cli->pool,
                                "Only %s can read it. Send it as you like: by e-mail, messenger, "
                                "USB stick.",
                                names_text(&cli->pool, json_object_get(bundle, "readers"))),
                    true);
    else
        say(&cli->out, "It asks to be taken in: send it to whoever invited you.\n", NULL);
}

static int run_make(struct cli *cli)
{
    struct banyan_bundle bundle = {.path = cli_word(cli, 0)};
    const char *since = args_value(&cli->args, "since");
    int exit_code;

    if (since != NULL && !moment_read(since, true, moment_now_ms(), &bundle.since_ms))
        return cli_misused(cli, pool_format(&cli->pool,
                                            "--since is a day such as 2026-11-01, or a span such "
                                            "as 30d; not %s",
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

    if (cli->quiet)
        return;
    say(&cli->out, "{bold}{}{plain} is whole and genuine: made by {}, {}.\n",
        text_at(bundle, "path"), name_at(bundle, "by"),
        moment_text(&cli->pool, text_at(bundle, "made")), NULL);
    say(&cli->out, "In it: {} about members, {} about records; ",
        counted(&cli->pool, count_at(bundle, "acts"), "signed note"),
        number_text(&cli->pool, count_at(bundle, "entries")), NULL);
    if (new_entries == 0)
        say(&cli->out, "you have all of it.\n", NULL);
    else
        say(&cli->out, "{} new to you.\n{dim}Take it in: banyan bundle apply {}{plain}\n",
            pool_format(&cli->pool, "%s %s", number_text(&cli->pool, new_entries),
                        new_entries == 1 ? "is" : "are"),
            text_at(bundle, "path"), NULL);
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
    say(&cli->out, "From {}: {}.\n", name_at(bundle, "by"),
        changes_text(&cli->pool, count_at(bundle, "records_new"),
                     count_at(bundle, "records_changed"), count_at(bundle, "records_deleted")),
        NULL);
}

/* What came in, in records; what needs a look after it. */
static void print_applied(struct cli *cli, const json_t *bundle)
{
    static const struct {
        const char *key, *noun, *advice;
    } notes[] = {
        {"conflicts_new", "conflict", " to settle: banyan conflicts"},
        {"proposals_new", "proposal", " to decide: banyan inbox"},
        {"waiting", "part", " cannot be used before an earlier bundle has come"},
        {"strangers", "part", " left out, from writers who are not members"},
    };
    const json_t *admitted = json_object_get(bundle, "admitted");

    if (cli->quiet)
        return;
    if (count_at(bundle, "acts_new") + count_at(bundle, "entries_new") == 0)
        say(&cli->out, "Nothing new in {}: you have all of it.\n", text_at(bundle, "path"), NULL);
    else
        print_records(cli, bundle);
    if (json_array_size(admitted) > 0)
        say(&cli->out, "Taken in: {bold}{}{plain}. Send them a bundle, so that they can begin.\n",
            names_text(&cli->pool, admitted), NULL);
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
        if (count_at(bundle, notes[i].key) > 0)
            say(&cli->out, "{}{}\n",
                counted(&cli->pool, count_at(bundle, notes[i].key), notes[i].noun), notes[i].advice,
                NULL);
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
    {"for", "ORGANISATION", "only this member can read it (else every member)", true},
    {"since", "WHEN", "only what was written since: a day, or a span such as 30d", false},
    OPTIONS_END};

const struct command command_bundle_make = {
    .name = "bundle make",
    .group = GROUP_EXCHANGE,
    .summary = "write what you have to a file for other members",
    .usage = "FILE",
    .words_min = 1,
    .words_max = 1,
    .about = "Writes a bundle: an encrypted file that only members can read. It never overwrites a "
             "file. Who has applied it already loses nothing by applying it again.",
    .options = make_options,
    .example = "banyan bundle make monday.banyan",
    .run = run_make,
};

const struct command command_bundle_verify = {
    .name = "bundle verify",
    .group = GROUP_EXCHANGE,
    .summary = "check a bundle and tell what is new in it",
    .usage = "FILE",
    .words_min = 1,
    .words_max = 1,
    .about = "Reads all of a bundle, checks every signature, and changes nothing.",
    .example = "banyan bundle verify monday.banyan",
    .run = run_verify,
};

const struct command command_bundle_apply = {
    .name = "bundle apply",
    .group = GROUP_EXCHANGE,
    .summary = "take in what is new in a bundle",
    .usage = "FILE...",
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about = "Checks a bundle, and takes in what is new in it: all of it or, when anything is "
             "wrong with it, nothing.",
    .example = "banyan bundle apply monday.banyan",
    .run = run_apply,
};
