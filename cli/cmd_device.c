/* banyan device: the computers of an organisation. */
#include "decision.h"
#include "moment.h"
#include "people.h"
#include "reading.h"
#include "recovering.h"
#include "secret.h"
#include "table.h"

static const char *device_shown(struct cli *cli, const json_t *device)
{
    const char *name = text_at(device, "name");

    return is_at(device, "self")
               ? pool_format(&cli->pool, _("%s (this one)"), name[0] != '\0' ? name : "–")
               : name;
}

static void print_list(struct cli *cli, const json_t *devices)
{
    struct table table = table_new(&cli->pool);
    bool of_all = args_has(&cli->args, "all");
    size_t i;
    json_t *device;

    table_column(&table, _("device"))->whole = true;
    table_column(&table, _("name"));
    if (of_all)
        table_column(&table, _("organisation"));
    table_column(&table, _("since"))->whole = true;
    table_column(&table, _("revoked"))->whole = true;
    json_array_foreach(devices, i, device)
    {
        table_cell(&table, text_at(device, "short"));
        table_cell(&table, device_shown(cli, device));
        if (of_all)
            table_cell(&table, name_at(device, "organisation"));
        table_cell(&table, moment_day(&cli->pool, text_at(device, "since")));
        table_cell(&table, moment_day(&cli->pool, text_at(device, "revoked")));
    }
    table_print(&table, &cli->out, 0);
    print_count(cli, counted(&cli->pool, json_array_size(devices), "%s device", "%s devices"));
}

static int run_list(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_devices(cli->node, args_has(&cli->args, "all"), &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    return cli_show(cli,
                    json_array_size(cli->document) > 0
                        ? NULL
                        : _("No device of yours is known to the network yet."),
                    print_list);
}

static const struct option list_options[] = {
    {"all", NULL, N_("the devices of all organisations"), false}, OPTIONS_END};

const struct command command_device_list = {
    .name = "device list",
    .group = GROUP_NETWORK,
    .summary = N_("the computers that write for your organisation"),
    .usage = "",
    .words_max = 0,
    .about =
        N_("Lists the devices of your organisation, by the beginning of their keys: since when "
           "they belong to it, and whether one was revoked."),
    .options = list_options,
    .example = "banyan device list\n"
               "banyan device list --all",
    .run = run_list,
};

static int run_add(struct cli *cli)
{
    return recovering_run(cli,
                          _("This computer is now a device of {bold}{}{plain}, {}. Home: {}\n"));
}

const struct command command_device_add = {
    .name = "device add",
    .group = GROUP_NETWORK,
    .summary = N_("make this computer a further device of your organisation"),
    .usage = N_("BUNDLE | --contact CODE|@FILE"),
    .words_max = 1,
    .about =
        N_("To be run on the new computer. Any member writes the file, with banyan bundle make, or "
           "prints the code, with banyan peers contact: your own other computer will do. Either "
           "takes your organisation's recovery code, which is asked for. The new device has keys "
           "of its own, so that it can be revoked alone when it is lost."),
    .options = recovering_options,
    .example = "banyan device add monday.banyan --name \"Laptop of Hoa\"",
    .run = run_add,
};

static int run_rename(struct cli *cli)
{
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(
            cli, banyan_device_rename(cli->node, cli_word(cli, 0), &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_list) : exit_code;
}

const struct command command_device_rename = {
    .name = "device rename",
    .group = GROUP_NETWORK,
    .summary = N_("name the computer at hand"),
    .usage = N_("NAME"),
    .words_min = 1,
    .words_max = 1,
    .about = N_("Gives this device a name, by which your organisation and the others know it in "
                "banyan device list. All members see it."),
    .example = "banyan device rename \"Laptop of Hoa\"",
    .run = run_rename,
};

static const char *device_called(const json_t *device)
{
    const char *name = text_at(device, "name");

    return name[0] != '\0' ? name : text_at(device, "short");
}

static void print_revoked(struct cli *cli, const json_t *answer)
{
    const json_t *device = json_object_get(answer, "device");
    uint64_t held = count_at(answer, "held");

    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(answer, "act"), NULL);
        return;
    }
    if (json_array_size(json_object_get(answer, "waits_for")) > 0) {
        say(&cli->out,
            _("The device {bold}{}{plain} of {} is revoked once more coordinators approve: {}.\n"
              "They run banyan approve {}\n"),
            device_called(device), name_at(device, "organisation"),
            names_text(&cli->pool, json_object_get(answer, "waits_for")), text_at(answer, "act"),
            NULL);
        return;
    }
    if (text_at(device, "revoked")[0] == '\0')
        say(&cli->out, _("Nothing changed: other decisions stand against it.\n"), NULL);
    else
        say(&cli->out,
            _("The device {bold}{}{plain} of {} is revoked. What you hold of it stays; what it "
              "writes from now on counts nowhere.\n"),
            device_called(device), name_at(device, "organisation"), NULL);
    if (held > 0)
        say(&cli->out,
            P_("{} entry of theirs is held back: it stays here, and shows nowhere.\n",
               "{} entries of theirs are held back: they stay here, and show nowhere.\n", held),
            number_text(&cli->pool, held), NULL);
}

static int run_revoke(struct cli *cli)
{
    struct banyan_revocation revocation = {.device = cli_word(cli, 0)};
    const char *source = args_value(&cli->args, "recovery");
    int exit_code = BANYAN_CLASS_DONE;

    revocation.keep = args_values(&cli->args, &cli->pool, "keep", &revocation.keep_count);
    revocation.drop = args_values(&cli->args, &cli->pool, "drop", &revocation.drop_count);
    if (source != NULL)
        exit_code = secret_read(cli, source, _("Recovery code of your organisation:"),
                                &revocation.recovery_code);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_open(cli);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code =
            cli_take(cli, banyan_device_revoke(cli->node, &revocation, &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print_revoked) : exit_code;
}

static const struct option revoke_options[] = {
    {"recovery", N_("FILE"),
     N_("the file of your recovery code; - asks for it. A coordinator needs none"), false},
    {"keep", N_("ENTRY"),
     N_("of the log that holds ENTRY, keep only what was written up to it (banyan history ID "
        "--json "
        "names entries)"),
     true},
    {"drop", N_("ENTRY"),
     N_("of the log that holds ENTRY, keep only what was written before it. A copied home writes a "
        "log of its own: name its first entry, and nothing of it stays"),
     true},
    OPTIONS_END};

const struct command command_device_revoke = {
    .name = "device revoke",
    .group = GROUP_NETWORK,
    .summary = N_("end a device that was lost, stolen or sold"),
    .usage = N_("DEVICE"),
    .words_min = 1,
    .words_max = 1,
    .about =
        N_("What the device writes from then on counts nowhere, and nobody sends it anything more. "
           "What you hold of it stays, or only what it wrote up to --keep. An organisation revokes "
           "its own devices with its recovery code; a coordinator revokes any device, one of "
           "another coordinator's once more than half of them agree (where there are two, alone)."),
    .options = revoke_options,
    .example = "banyan device revoke \"Laptop of Hoa\" --recovery -\n"
               "banyan device revoke K7QM-2F9D --keep 3NTB-90XA",
    .run = run_revoke,
};
