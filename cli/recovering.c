#include "recovering.h"

#include "moment.h"
#include "passphrase.h"
#include "people.h"
#include "reading.h"
#include "secret.h"

const struct option recovering_options[] = {
    {"contact", N_("CODE|@FILE"),
     N_("over the network: what a member's banyan peers contact prints, or the invitation that you "
        "once got"),
     false},
    {"recovery", N_("FILE"), N_("the file of the recovery code (else it is asked for)"), false},
    {"name", N_("NAME"), N_("what this device is called"), false},
    PASSPHRASE_OPTIONS,
    OPTIONS_END};

/* Lost ones among them are to be revoked. */
static void print_others(struct cli *cli, const json_t *devices)
{
    size_t i;
    json_t *device;
    bool any = false;

    json_array_foreach(devices, i, device)
    {
        const char *name = text_at(device, "name");

        if (is_at(device, "self") || text_at(device, "revoked")[0] != '\0')
            continue;
        if (!any)
            say(&cli->out, _("\nOther devices of your organisation:\n"), NULL);
        any = true;
        say(&cli->out, "  {}  {}  ", text_at(device, "short"), name[0] != '\0' ? name : "–", NULL);
        say(&cli->out, _("since {}\n"), moment_day(&cli->pool, text_at(device, "since")), NULL);
    }
    if (any)
        say(&cli->out, _("If one is lost or stolen: banyan device revoke DEVICE --recovery -\n"),
            NULL);
}

void recovering_print(struct cli *cli, const char *done)
{
    say(&cli->out, done, name_at(cli->document, "organisation"),
        role_text(text_at(cli->document, "role")), text_at(cli->document, "home"), NULL);
    print_others(cli, json_object_get(cli->document, "devices"));
    if (is_at(cli->document, "in_sync"))
        say(&cli->out,
            _("\nAll records are here, and the others know of it. Compare banyan fingerprint with "
              "a member\nwhom you know.\n"),
            NULL);
    else if (json_object_get(cli->document, "in_sync") != NULL)
        say(&cli->out,
            _("\nThe connection was lost before all records came: banyan sync brings the rest.\n"),
            NULL);
    else
        say(&cli->out,
            _("\nThe others know it once they have heard from it: banyan sync, or the file that "
              "banyan\n"
              "bundle make FILE writes.\n"),
            NULL);
}

/* As given, or from a file. */
static int read_contact(struct cli *cli, const char **out_text)
{
    const char *contact = args_value(&cli->args, "contact");

    *out_text = contact;
    if (contact == NULL || contact[0] != '@')
        return BANYAN_CLASS_DONE;
    return secret_read_message(cli, contact + 1, out_text);
}

int recovering_run(struct cli *cli, const char *done)
{
    struct banyan_recovery recovery = {.bundle = cli_word(cli, 0),
                                       .device_name = args_value(&cli->args, "name"),
                                       .lock = passphrase_to_lock(cli)};
    const char *source = args_value(&cli->args, "recovery");
    int exit_code = read_contact(cli, &recovery.contact);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if ((recovery.bundle == NULL) == (recovery.contact == NULL))
        return cli_misused(cli, _("give a bundle file, or --contact with the code that a member's "
                                  "banyan peers contact prints"));
    exit_code = secret_read(cli, source == NULL ? "-" : source,
                            _("Recovery code of your organisation:"), &recovery.code);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_recover(cli->home, &recovery, &cli->answer, &cli->error));
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (cli->json)
        cli_print_json(cli);
    else if (!cli->quiet)
        recovering_print(cli, done);
    return BANYAN_CLASS_DONE;
}
