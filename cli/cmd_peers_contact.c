/* banyan peers contact: a line by which an organisation that lost its computers comes back. */
#include <string.h>

#include "invite_reach.h"
#include "qr.h"
#include "reading.h"
#include "secret.h"

static const char *all_addresses(struct cli *cli, const json_t *contact)
{
    const char *all = "";
    size_t i;
    json_t *one;

    json_array_foreach(json_object_get(contact, "addresses"), i, one)
    {
        all = i == 0 ? json_string_value(one)
                     : pool_format(&cli->pool, _("%s, %s"), all, json_string_value(one));
    }
    return all;
}

static void print(struct cli *cli, const json_t *contact)
{
    if (cli->quiet) {
        say(&cli->out, "{}\n", text_at(contact, "code"), NULL);
        qr_show(cli, text_at(contact, "code"));
        return;
    }
    say(&cli->out,
        _("Send the lines below to the office that lost its computers. They are no secret, and of "
          "no\nuse without its recovery code.\n\n"
          "    On a new computer, with banyan installed, save this message as contact.txt and "
          "run\n\n"
          "    banyan key recover --contact @contact.txt\n\n"),
        NULL);
    code_print(cli, text_at(contact, "code"));
    say(&cli->out, "\n", NULL);
    qr_show(cli, text_at(contact, "code"));
    say(&cli->out,
        _("{dim}It leads to {}. Keep banyan run at work here until they are back; then compare\n"
          "banyan fingerprint with them.{plain}\n"),
        all_addresses(cli, contact), NULL);
}

static int run(struct cli *cli)
{
    struct banyan_invite found = {.addresses = (const char *const *)cli->args.words,
                                  .address_count = cli->args.word_count};
    json_t *reach = NULL;
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = invite_find_addresses(cli, &found, &reach);
    json_decref(reach);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = cli_take(cli, banyan_contact(cli->node, found.addresses, found.address_count,
                                                 &cli->answer, &cli->error));
    return exit_code == BANYAN_CLASS_DONE ? cli_show(cli, NULL, print) : exit_code;
}

static const struct option options[] = {QR_OPTION, OPTIONS_END};

const struct command command_peers_contact = {
    .name = "peers contact",
    .group = GROUP_NETWORK,
    .summary = N_("print how a member that lost its computers finds your node"),
    .usage = N_("[HOST:PORT...]"),
    .words_max = 4,
    .about =
        N_("Prints a code that names this network and your node. An office that has nothing but "
           "its recovery code gives it to banyan key recover on a new computer. Without HOST:PORT "
           "it names the addresses that members are told (banyan peers tell), else those of this "
           "computer."),
    .options = options,
    .example = "banyan peers contact\n"
               "banyan peers contact hub.example.org:7417",
    .run = run,
};
