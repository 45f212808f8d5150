/* banyan fsck: check everything stored. */
#include "apart.h"
#include "cli.h"
#include "progress.h"
#include "reading.h"

static void print_damage(struct cli *cli, const json_t *report)
{
    static const struct {
        const char *key, *noun;
    } faults[] = {
        {"damaged_blocks", "damaged block"},
        {"bad_seals", "signature that does not hold"},
        {"index_faults", "fault in the index"},
    };
    const json_t *first = json_object_get(report, "first_damaged");

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        if (count_at(report, faults[i].key) > 0)
            say(&cli->out, "{red}{} x {}{plain}\n",
                number_text(&cli->pool, count_at(report, faults[i].key)), faults[i].noun, NULL);
    if (json_is_object(first))
        say(&cli->out, "First in log {} of {}, entry {}.\n", text_at(first, "log"),
            name_at(first, "organisation"), number_text(&cli->pool, count_at(first, "seq")), NULL);
}

static void print(struct cli *cli, const json_t *report)
{
    if (is_at(report, "ok") && cli->quiet)
        return;
    say(&cli->out, "Checked {} in {}, {} bytes: ",
        counted(&cli->pool, count_at(report, "entries"), "signed note"),
        counted(&cli->pool, count_at(report, "logs"), "log"),
        number_text(&cli->pool, count_at(report, "bytes")), NULL);
    say(&cli->out, is_at(report, "ok") ? "all is well.\n" : "not all is well.\n", NULL);
    print_damage(cli, report);
}

static int check(struct cli *cli)
{
    struct progress progress = progress_begin(&cli->err, "Checking", "steps", cli->quiet);
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
    .summary = "check every byte and signature that is stored",
    .usage = "",
    .words_max = 0,
    .about = "Reads everything stored and checks it: hashes, chains, signatures, indexes. Exit "
             "code 5 when anything is damaged.",
    .example = "banyan fsck",
    .run = run,
};
