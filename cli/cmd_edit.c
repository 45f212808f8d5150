/* banyan edit: change a record, by words or in an editor. */
#include <string.h>
#include <unistd.h>

#include "decimal_note.h"
#include "edit_text.h"
#include "editor.h"
#include "outcome.h"

static int send_edit(struct cli *cli, const struct field_args *fields)
{
    int exit_code = outcome_tell(cli, banyan_edit(cli->node, cli_word(cli, 0), fields->fields,
                                                  fields->count, &cli->answer, &cli->error));

    if (exit_code == BANYAN_CLASS_DONE)
        decimal_note(cli, text_at(cli->document, "type"), fields);
    return exit_code;
}

/* Take the document out of cli, so that the next answer can come; freed with json_decref. */
static json_t *keep_document(struct cli *cli)
{
    json_t *document = cli->document;

    cli->document = NULL;
    banyan_text_free(&cli->answer);
    return document;
}

/* The text as edited is kept when it could not be used: it may be an hour's work. */
static int finish(struct cli *cli, const char *path, int exit_code)
{
    if (exit_code == BANYAN_CLASS_DONE)
        editor_discard(path);
    else
        say(&cli->err, _("Your text is kept in {}\n"), path, NULL);
    return exit_code;
}

/* What others changed while the text was edited is in conflict with it: say so now. */
static int tell_conflicts(struct cli *cli, const struct field_args *changes)
{
    const json_t *conflicts;
    int exit_code;

    json_decref(keep_document(cli));
    exit_code = cli_take(
        cli, banyan_show(cli->node, cli_word(cli, 0), cli->language, &cli->answer, &cli->error));
    conflicts = json_object_get(cli->document, "conflicts");
    for (size_t i = 0; exit_code == BANYAN_CLASS_DONE && i < changes->count; i++)
        if (json_object_get(conflicts, changes->fields[i].path) != NULL)
            say(&cli->out,
                _("Meanwhile {} was changed to something else: banyan conflicts shows both.\n"),
                changes->fields[i].path, NULL);
    if (exit_code == BANYAN_CLASS_DONE &&
        strcmp(text_at(cli->document, "deleted"), "conflict") == 0)
        say(&cli->out, _("Meanwhile it was deleted: banyan conflicts shows who says what.\n"),
            NULL);
    return exit_code;
}

static int send_upon(struct cli *cli, const json_t *record, const struct field_args *changes)
{
    int exit_code = outcome_tell(cli, banyan_edit_upon(cli->node, cli_word(cli, 0),
                                                       text_at(record, "state"), changes->fields,
                                                       changes->count, &cli->answer, &cli->error));

    if (exit_code == BANYAN_CLASS_DONE)
        decimal_note(cli, text_at(record, "type"), changes);
    return exit_code == BANYAN_CLASS_DONE && !cli->quiet && !cli->json
               ? tell_conflicts(cli, changes)
               : exit_code;
}

static int edit_as_text(struct cli *cli, const json_t *record, const json_t *type)
{
    const char *before = edit_text_write(&cli->pool, record, type);
    const char *path, *after = NULL, *mistake = NULL;
    struct field_args changes;
    enum banyan_status status = editor_run(&cli->pool, before, &path, &after, &mistake);

    if (status != BANYAN_OK && path == NULL)
        return cli_fail(cli, status, mistake);
    if (status != BANYAN_OK)
        return finish(cli, path, cli_fail(cli, status, mistake));
    if (edit_text_is_empty(after)) {
        editor_discard(path);
        return cli_fail(cli, BANYAN_ERR_USAGE, _("the text is empty; nothing was changed"));
    }
    status = edit_text_compare(&cli->pool, before, after, type, &changes, &mistake);
    if (status != BANYAN_OK)
        return finish(cli, path, cli_fail(cli, status, mistake));
    if (changes.count > 0)
        return finish(cli, path, send_upon(cli, record, &changes));
    editor_discard(path);
    if (!cli->quiet)
        say(&cli->out, _("Nothing was changed.\n"), NULL);
    return BANYAN_CLASS_DONE;
}

static int run_editor(struct cli *cli)
{
    json_t *record = NULL, *type = NULL;
    int exit_code;

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return cli_misused(cli,
                           _("edit needs FIELD=VALUE where there is no terminal for an editor"));
    exit_code = cli_take(
        cli, banyan_show(cli->node, cli_word(cli, 0), cli->language, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        goto out;
    record = keep_document(cli);
    exit_code = cli_take(cli, banyan_types(cli->node, text_at(record, "type"), cli->language,
                                           &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        goto out;
    type = keep_document(cli);
    exit_code = edit_as_text(cli, record, type);

out:
    json_decref(record);
    json_decref(type);
    return exit_code;
}

static int run(struct cli *cli)
{
    struct field_args fields;
    int exit_code = outcome_read_fields(cli, 1, &fields);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return fields.count > 0 ? send_edit(cli, &fields) : run_editor(cli);
}

const struct command command_edit = {
    .name = "edit",
    .group = GROUP_RECORDS,
    .summary = N_("change a record, or propose a change"),
    .usage = N_("ID [FIELD=VALUE...]"),
    .words_min = 1,
    .words_max = ANY_NUMBER,
    .about =
        N_("Changes fields of a record. FIELD= empties a field; FIELD+=X adds to a list and "
           "FIELD-=X takes from it; values come from files as with banyan add. Without fields "
           "the record opens in your editor. The record of another organisation is not changed: "
           "your edit is proposed to it. sharing=members gives a private record to all members, as "
           "it is now; what members hold cannot become private again."),
    .example = "banyan edit K7QM-2F9D area=\"14 ha\" tags+=mangrove description.vi=@text.txt",
    .run = run,
};
