/* banyan rebuild: make the merged view anew. */
#include "apart.h"
#include "cli.h"
#include "reading.h"

static void print(struct cli *cli, const json_t *document)
{
    if (!cli->quiet)
        say(&cli->out, _("The merged view is new: {}, fingerprint {}.\n"),
            counted(&cli->pool, count_at(document, "records"), "%s record", "%s records"),
            text_at(document, "fingerprint"), NULL);
    if (!cli->quiet && count_at(document, "private") > 0)
        say(&cli->out, _("Beside: {} that this device keeps for itself.\n"),
            counted(&cli->pool, count_at(document, "private"), "%s record", "%s records"), NULL);
}

static int rebuild(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_rebuild(cli->node, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static int run(struct cli *cli)
{
    return apart_run(cli, rebuild);
}

const struct command command_rebuild = {
    .name = "rebuild",
    .group = GROUP_CARE,
    .summary = N_("make the merged view anew from the logs"),
    .usage = "",
    .words_max = 0,
    .about =
        N_("Throws the merged view (view.gpkg) away and makes it anew from what members signed. "
           "It comes out the same; it costs time, never data."),
    .example = "banyan rebuild",
    .run = run,
};
