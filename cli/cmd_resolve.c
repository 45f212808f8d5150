/* banyan resolve: settle a conflict. */
#include "decimal_note.h"
#include "field_args.h"
#include "outcome.h"
#include "reading.h"

static int undo(struct cli *cli)
{
    int exit_code = BANYAN_CLASS_DONE;

    if (cli->args.word_count > 1)
        return cli_misused(cli, _("resolve --undo takes an id and no fields"));
    exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return outcome_tell(
        cli, banyan_resolve_undo(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
}

static int run(struct cli *cli)
{
    struct field_args fields;
    int exit_code = BANYAN_CLASS_DONE;

    if (args_has(&cli->args, "undo"))
        return undo(cli);
    if (cli->args.word_count < 2)
        return cli_misused(cli, _("resolve needs FIELD=VALUE, the value that settles it"));
    exit_code = outcome_read_fields(cli, 1, &fields);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    exit_code = outcome_tell(cli, banyan_resolve(cli->node, cli_word(cli, 0), fields.fields,
                                                 fields.count, &cli->answer, &cli->error));
    if (exit_code == BANYAN_CLASS_DONE)
        decimal_note(cli, text_at(cli->document, "type"), &fields);
    return exit_code;
}

static const struct option options[] = {
    {"undo", NULL, N_("open the conflict again that was settled last"), false}, OPTIONS_END};

const struct command command_resolve = {
    .name = "resolve",
    .group = GROUP_AGREE,
    .summary = N_("settle a field that was edited on two sides"),
    .usage = N_("ID FIELD=VALUE..."),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about = N_(
        "Settles a conflict: the field gets the value you give, one of those in conflict or "
        "another. The next exchange settles it on every copy; the other values stay in the "
        "history. A deletion in conflict is settled with deleted=yes or deleted=no. --undo opens "
        "again what was settled last, with the values of before, unless it was changed since."),
    .options = options,
    .example = "banyan resolve K7QM-2F9D area=\"14 ha\"\nbanyan resolve K7QM-2F9D --undo",
    .run = run,
};
