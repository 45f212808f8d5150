/* banyan fsck: check everything stored. */
#include "apart.h"
#include "cli.h"
#include "progress.h"
#include "reading.h"

static void tell_fault(struct cli *cli, uint64_t count, const char *text)
{
    if (count > 0)
        say(&cli->out, "{red}{}{plain}\n", text, NULL);
}

static void print_damage(struct cli *cli, const json_t *report)
{
    struct pool *pool = &cli->pool;
    uint64_t blocks = count_at(report, "damaged_blocks");
    uint64_t seals = count_at(report, "bad_seals");
    uint64_t faults = count_at(report, "index_faults");
    const json_t *first = json_object_get(report, "first_damaged");

    tell_fault(cli, blocks, counted(pool, blocks, "%s damaged block", "%s damaged blocks"));
    tell_fault(
        cli, seals,
        counted(pool, seals, "%s signature that does not hold", "%s signatures that do not hold"));
    tell_fault(cli, faults,
               counted(pool, faults, "%s fault in the index", "%s faults in the index"));
    if (json_is_object(first))
        say(&cli->out, _("First in log {} of {}, entry {}.\n"), text_at(first, "log"),
            name_at(first, "organisation"), number_text(pool, count_at(first, "seq")), NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    struct pool *pool = &cli->pool;

    if (is_at(report, "ok") && cli->quiet)
        return;
    say(&cli->out,
        is_at(report, "ok") ? _("Checked {} in {}, {}: all is well.\n")
                            : _("Checked {} in {}, {}: not all is well.\n"),
        counted(pool, count_at(report, "entries"), "%s signed note", "%s signed notes"),
        counted(pool, count_at(report, "logs"), "%s log", "%s logs"),
        counted(pool, count_at(report, "bytes"), "%s byte", "%s bytes"), NULL);
    print_damage(cli, report);
}

static int check(struct cli *cli)
{
    struct progress progress = progress_begin(&cli->err, _("Checking"), _("steps/s"), cli->quiet);
    int exit_code = cli_open(cli);
    enum banyan_status status;

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    status = banyan_check(cli->node, progress_step, &progress, &cli->answer, &cli->error);
    progress_end(&progress);
    // The report tells of damage, so it is shown before the failure.
    if (status == BANYAN_ERR_DAMAGED && cli->answer.data != NULL) {
        exit_code = cli_take(cli, BANYAN_OK);
        if (exit_code == BANYAN_CLASS_DONE)
            (void)cli_show(cli, NULL, print);
        return cli_failed(cli, status);
    }
    exit_code = cli_take(cli, status);
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static int run(struct cli *cli)
{
    return apart_run(cli, check);
}

const struct command command_fsck = {
    .name = "fsck",
    .group = GROUP_CARE,
    .summary = N_("check every byte and signature that is stored"),
    .usage = "",
    .words_max = 0,
    .about = N_("Reads everything stored and checks it: hashes, chains, signatures, indexes. Exit "
                "code 5 when anything is damaged."),
    .example = "banyan fsck",
    .run = run,
};
