/* banyan run: be a node of the network until told to end. */
#include <string.h>

#include "banyan/run.h"
#include "cli.h"
#include "exchanged.h"
#include "moment.h"
#include "passphrase.h"
#include "people.h"
#include "reading.h"

struct teller {
    struct cli *cli;
    struct pool pool; /* of the event at hand: a node may run for years */
};

static const char *peer_text(struct teller *teller, const struct banyan_event *event)
{
    const char *name = event->name[0] != '\0' ? event->name : _("a newcomer");

    if (event->address[0] == '\0')
        return name;
    return pool_format(&teller->pool, "%s (%s)", name, event->address);
}

/* -- in records -- */

static json_t *changes_document(const struct banyan_changes *changes)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "new", (json_int_t)changes->records_new, "changed",
                     (json_int_t)changes->records_changed, "deleted",
                     (json_int_t)changes->records_deleted, "proposed",
                     (json_int_t)changes->records_proposed);
}

static json_t *both_document(const struct banyan_event *event)
{
    json_t *records = json_array();

    for (size_t i = 0; i < event->both_listed; i++)
        (void)json_array_append_new(
            records,
            json_pack("{s:s, s:s, s:s, s:b}", "id", event->both[i].id, "type", event->both[i].type,
                      "label", event->both[i].label, "conflict", event->both[i].in_conflict));
    return json_pack("{s:I, s:o}", "count", (json_int_t)event->both_count, "records", records);
}

/* As a sync tells it. */
static json_t *exchange_document(const struct banyan_event *event)
{
    json_t *document =
        json_pack("{s:o, s:o, s:o}", "received", changes_document(&event->received), "sent",
                  changes_document(&event->sent), "edited_by_both", both_document(event));

    if (document == NULL)
        pool_exhausted();
    return document;
}

static void tell_in_sync(struct teller *teller, const struct banyan_event *event)
{
    const struct output *out = &teller->cli->out;
    json_t *exchange = exchange_document(event);
    const json_t *received = json_object_get(exchange, "received");
    const json_t *sent = json_object_get(exchange, "sent");

    say(out, _("In sync with {}."), event->name[0] != '\0' ? event->name : _("a newcomer"), NULL);
    if (is_exchanged(received))
        say(out, _(" Received: {}."), exchanged_text(&teller->pool, received), NULL);
    if (is_exchanged(sent))
        say(out, _(" Sent: {}."), exchanged_text(&teller->pool, sent), NULL);
    say(out, "\n", NULL);
    print_both(teller->cli, &teller->pool, exchange);
    json_decref(exchange);
}

static void tell_in_words(struct teller *teller, const struct banyan_event *event)
{
    const struct output *out = &teller->cli->out;

    switch (event->kind) {
    case BANYAN_EVENT_LISTENING:
        say(out, _("Listening at {}.\n"), event->address, NULL);
        break;
    case BANYAN_EVENT_CONNECTED:
        say(out, _("Connected with {}.\n"), peer_text(teller, event), NULL);
        break;
    case BANYAN_EVENT_IN_SYNC:
        tell_in_sync(teller, event);
        break;
    case BANYAN_EVENT_LOST:
        say(out, _("No longer connected with {}: {}\n"), peer_text(teller, event),
            sentence(&teller->pool, _(event->text)), NULL);
        break;
    case BANYAN_EVENT_UNREACHABLE:
        say(out, _("Cannot reach {}: {}\n"), peer_text(teller, event),
            sentence(&teller->pool, _(event->text)), NULL);
        break;
    case BANYAN_EVENT_REFUSED:
        say(out, _("Turned away {}.\n"),
            counted(&teller->pool, event->count, "%s stranger", "%s strangers"), NULL);
        break;
    case BANYAN_EVENT_RECOVERING:
        say(out,
            _("Somebody at {} came with the recovery code of {}: if it was not they, that code is "
              "in wrong hands.\n"),
            event->address, event->name, NULL);
        break;
    case BANYAN_EVENT_TROUBLE:
        say(&teller->cli->err, "{red}banyan:{plain} {}\n", event->text, NULL);
        break;
    }
}

static const char *kind_name(enum banyan_event_kind kind)
{
    switch (kind) {
    case BANYAN_EVENT_LISTENING:
        return "listening";
    case BANYAN_EVENT_CONNECTED:
        return "connected";
    case BANYAN_EVENT_IN_SYNC:
        return "in_sync";
    case BANYAN_EVENT_LOST:
        return "lost";
    case BANYAN_EVENT_UNREACHABLE:
        return "unreachable";
    case BANYAN_EVENT_REFUSED:
        return "refused";
    case BANYAN_EVENT_TROUBLE:
        return "trouble";
    case BANYAN_EVENT_RECOVERING:
        return "recovering";
    }
    return "";
}

/* {"event", "at", "organisation": {"id", "name"} or null, "address" or null, "text" or null,
 * "count"}, and of "in_sync" what banyan_sync answers of a peer: "received", "sent" and
 * "edited_by_both". */
static void tell_as_json(struct teller *teller, const struct banyan_event *event)
{
    json_t *organisation =
        event->organisation[0] != '\0'
            ? json_pack("{s:s, s:s}", "id", event->organisation, "name", event->name)
            : json_null();
    json_t *document =
        json_pack("{s:s, s:s, s:o, s:s?, s:s?, s:I}", "event", kind_name(event->kind), "at",
                  moment_utc(&teller->pool, moment_now_ms()), "organisation", organisation,
                  "address", event->address[0] != '\0' ? event->address : NULL, "text",
                  event->text[0] != '\0' ? event->text : NULL, "count", (json_int_t)event->count);

    if (event->kind == BANYAN_EVENT_IN_SYNC)
        (void)json_object_update_new(document, exchange_document(event));
    (void)cli_answer(teller->cli, document);
}

static void tell(void *context, const struct banyan_event *event)
{
    struct teller *teller = context;

    if (teller->cli->json)
        tell_as_json(teller, event);
    else if (!teller->cli->quiet || event->kind == BANYAN_EVENT_TROUBLE)
        tell_in_words(teller, event);
    (void)fflush(teller->cli->out.stream); // whoever follows a node sees each line at once
    pool_free(&teller->pool);
}

static int run(struct cli *cli)
{
    struct teller teller = {.cli = cli};
    struct banyan_run_options run_options = {
        .no_listen = args_has(&cli->args, "no-listen"),
        .no_beacon = args_has(&cli->args, "no-beacon"),
        .handle_signals = true,
        .event = tell,
        .context = &teller,
        .passphrase = passphrase_of(cli),
    };
    enum banyan_status status;

    run_options.listen = args_values(&cli->args, &cli->pool, "listen", &run_options.listen_count);
    if (run_options.no_listen && run_options.listen_count > 0)
        return cli_misused(cli, _("--listen and --no-listen exclude each other"));
    status = banyan_run(cli->home, &run_options, &cli->error);
    return status == BANYAN_OK ? BANYAN_CLASS_DONE : cli_failed(cli, status);
}

static const struct option options[] = {
    {"listen", N_("HOST:PORT"),
     N_("where to listen, such as :7418 (else port 7417 of this computer)"), true},
    {"no-listen", NULL, N_("open connections, and take none"), false},
    {"no-beacon", NULL, N_("neither look for members in the local network nor be found there"),
     false},
    OPTIONS_END};

const struct command command_run = {
    .name = "run",
    .group = GROUP_NETWORK,
    .summary = N_("be a node: stay connected and in sync until Ctrl-C"),
    .usage = N_("[--listen HOST:PORT]"),
    .words_max = 0,
    .about =
        N_("Connects to members whose addresses are known and to those nearby, takes in and "
           "passes on what is new the moment it is written, and tells what happens, a line each. "
           "All other commands work meanwhile, and need no passphrase: where the key has one, it "
           "is asked for when the node starts, and the node signs for them. banyan service install "
           "keeps it at work by itself."),
    .options = options,
    .example = "banyan run",
    .run = run,
};
