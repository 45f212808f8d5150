#include "invite_reach.h"

#include <string.h>

#include "banyan/run.h"
#include "reading.h"

/* In one invitation. */
#define ADDRESSES_MAX 4u

/* Addresses that members are told; else those of this computer, while a node listens there:
 * private ones only where there are no public ones. */
static void choose(const json_t *reach, json_t *out_addresses, const char **out_reach)
{
    const json_t *told = json_object_get(reach, "told");
    bool use_told = json_array_size(told) > 0;
    const json_t *from = use_told ? told : json_object_get(reach, "own");
    size_t i;
    json_t *one;

    *out_reach = "none";
    json_array_foreach(from, i, one)
    {
        if (json_array_size(out_addresses) == ADDRESSES_MAX ||
            (!use_told && !is_at(reach, "running")))
            return;
        if (i == 0)
            *out_reach = text_at(one, "reach");
        if (!use_told && strcmp(text_at(one, "reach"), *out_reach) != 0)
            return;
        if (json_array_append(out_addresses, json_object_get(one, "address")) != 0)
            pool_exhausted();
    }
}

/* Where the newcomer is to connect to: as given, or as found out. */
int invite_find_addresses(struct cli *cli, struct banyan_invite *invite, json_t **out_reach)
{
    bool is_none = invite->address_count == 1 && strcmp(invite->addresses[0], "none") == 0;
    json_t *addresses = json_array(), *found = NULL;
    const char *reach = invite->address_count > 0 ? "given" : "none";
    const char **texts;
    size_t i;
    json_t *one;
    int exit_code = cli_take(cli, banyan_reach(cli->node, &cli->answer, &cli->error));

    if (exit_code != BANYAN_CLASS_DONE) {
        json_decref(addresses);
        return exit_code;
    }
    found = json_incref(cli->document);
    banyan_text_free(&cli->answer);
    if (is_none)
        invite->address_count = 0;
    else if (invite->address_count == 0)
        choose(found, addresses, &reach);
    for (i = 0; i < invite->address_count; i++)
        if (json_array_append_new(addresses, json_string(invite->addresses[i])) != 0)
            pool_exhausted();
    invite->addresses_are_found = invite->address_count == 0;
    texts = pool_allocate(&cli->pool, (ADDRESSES_MAX + invite->address_count) * sizeof(*texts));
    json_array_foreach(addresses, i, one)
    {
        const char *text = json_string_value(one);

        texts[i] = pool_copy(&cli->pool, text, strlen(text));
    }
    invite->addresses = texts;
    invite->address_count = json_array_size(addresses);
    *out_reach = json_pack("{s:o, s:s, s:O}", "addresses", addresses, "reach",
                           is_none ? "none" : reach, "running", json_object_get(found, "running"));
    json_decref(found);
    if (*out_reach == NULL)
        pool_exhausted();
    return BANYAN_CLASS_DONE;
}

/* How the newcomer comes in: what the invitation says of where this node is, and what to do. */
void invite_print_reach(struct cli *cli, const json_t *reach)
{
    const json_t *addresses = json_object_get(reach, "addresses");
    const char *all = "";
    size_t i;
    json_t *one;

    json_array_foreach(addresses, i, one)
    {
        all = i == 0 ? json_string_value(one)
                     : pool_format(&cli->pool, _("%s, %s"), all, json_string_value(one));
    }
    if (json_array_size(addresses) == 0) {
        say(&cli->out,
            _("{dim}They answer with a bundle file; banyan bundle apply takes them in. Where they\n"
              "can reach this computer, start banyan run first, or give --address "
              "HOST:PORT.{plain}\n"),
            NULL);
        return;
    }
    say(&cli->out,
        is_at(reach, "running")
            ? _("{dim}It tells them to come to {}.\n"
                "Keep banyan run at work here: it takes them in when they connect.{plain}\n")
            : _("{dim}It tells them to come to {}.\n"
                "Start banyan run here: it takes them in when they connect.{plain}\n"),
        all, NULL);
    if (strcmp(text_at(reach, "reach"), "network") == 0)
        say(&cli->out,
            _("{dim}That is known in your own network only. For others give --address HOST:PORT, "
              "a\n"
              "public address or a name that leads here, or let them answer with a bundle "
              "file.{plain}\n"),
            NULL);
}
