#include "people.h"

#include <string.h>

#include "labels.h"
#include "moment.h"
#include "reading.h"

#define PATH_COLUMNS_MAX 24u
#define NEWCOMERS_MAX    5u /* whose names are told */

void print_record_line(struct cli *cli, const json_t *record)
{
    const char *label = text_at(record, "label");

    say(&cli->out, _("{bold}{}{plain}  {dim}{} {} of {}{plain}\n"),
        label[0] != '\0' ? label : _("(no name)"), type_text(cli, text_at(record, "type")),
        text_at(record, "id"), name_at(record, "owner"), NULL);
    if (strcmp(text_at(record, "sharing"), "private") == 0)
        print_private_line(cli);
}

const char *network_name(const json_t *document, const char *language)
{
    const json_t *names = json_object_get(json_object_get(document, "network"), "names");
    const char *name = text_at(names, language);

    if (name[0] == '\0')
        name = text_at(names, "en");
    if (name[0] == '\0')
        name = json_string_value(json_object_iter_value(json_object_iter((json_t *)names)));
    return name != NULL ? name : "";
}

void print_signed_view(struct cli *cli, const json_t *document)
{
    size_t i;
    json_t *signature;

    say(&cli->out, "{bold}{}{plain}\n", text_at(document, "fingerprint"), NULL);
    say(&cli->out, _("{dim}{} in all{plain}\n"),
        counted(&cli->pool, count_at(document, "records"), "%s record", "%s records"), NULL);
    json_array_foreach(json_object_get(document, "signatures"), i, signature)
        say(&cli->out, _("  signed by {bold}{}{plain} ({}), {}\n"), name_at(signature, "by"),
            role_text(text_at(signature, "role")),
            moment_text(&cli->pool, text_at(signature, "at")), NULL);
}

void print_private_line(struct cli *cli)
{
    say(&cli->out, _("{bold}Private{plain}{dim}: on this device only{plain}\n"), NULL);
}

const char *deletion_text(const json_t *value)
{
    return json_is_true(value) ? C_("deleted", "yes") : C_("deleted", "no");
}

const char *shown_text(struct cli *cli, const json_t *of)
{
    const char *text = text_at(of, "text");

    if (is_about_deletion(of))
        return deletion_text(json_object_get(of, "value"));
    return text[0] != '\0' ? text : value_text(&cli->pool, json_object_get(of, "value"));
}

const char *who(struct cli *cli, const json_t *of)
{
    const char *person = text_at(of, "person");

    return person[0] == '\0' ? name_at(of, "by")
                             : pool_format(&cli->pool, "%s (%s)", name_at(of, "by"), person);
}

const char *by_and_at(struct cli *cli, const json_t *of)
{
    return pool_format(&cli->pool, "%s, %s", who(cli, of),
                       moment_text(&cli->pool, text_at(of, "at")));
}

/* It reads as before: bringing a record back says what stood there, and two codes may be called the
 * same. */
static bool is_said_again(struct cli *cli, const json_t *change)
{
    return strcmp(text_at(change, "change"), "set") == 0 &&
           strcmp(shown_text(cli, change),
                  value_text(&cli->pool, json_object_get(change, "before"))) == 0;
}

/* With the code, where the text is not the value itself. */
static const char *said_again_text(struct cli *cli, const json_t *change)
{
    const char *text = shown_text(cli, change);
    const char *value = value_text(&cli->pool, json_object_get(change, "value"));

    return strcmp(text, value) == 0 ? text
                                    : pool_format(&cli->pool, "%s → %s (%s)", text, text, value);
}

static const char *change_text(struct cli *cli, const json_t *change)
{
    const char *kind = text_at(change, "change");
    const char *after = shown_text(cli, change);
    const char *before = value_text(&cli->pool, json_object_get(change, "before"));

    if (strcmp(kind, "add") == 0)
        return pool_format(&cli->pool, "+ %s", after);
    if (strcmp(kind, "remove") == 0)
        return pool_format(&cli->pool, "- %s", after);
    if (strcmp(kind, "unset") == 0)
        after = _("(nothing)");
    if (before[0] == '\0')
        return after;
    if (is_said_again(cli, change))
        return said_again_text(cli, change);
    return pool_format(&cli->pool, "%s → %s", before, after);
}

void print_changes(struct cli *cli, const json_t *changes, size_t indent, bool is_return)
{
    size_t i, width = 0;
    json_t *change;

    json_array_foreach(changes, i, change)
    {
        size_t columns = columns_of(path_text(cli, change));
        width = columns > width && columns <= PATH_COLUMNS_MAX ? columns : width;
    }
    json_array_foreach(changes, i, change)
    {
        const char *path = path_text(cli, change);
        size_t columns = columns_of(path);

        if (is_return && is_said_again(cli, change))
            continue;
        say_spaces(&cli->out, indent);
        say(&cli->out, "{}", path, NULL);
        say_spaces(&cli->out, (columns < width ? width - columns : 0) + 2);
        say_wrapped(&cli->out, indent + width + 2, change_text(cli, change), false);
    }
}

static const char *join(struct pool *pool, const char *text, const char *more)
{
    return text[0] == '\0' ? more : pool_format(pool, "%s, %s", text, more);
}

const char *changes_text(struct pool *pool, uint64_t new_ones, uint64_t changed, uint64_t deleted)
{
    const char *text = "";

    if (new_ones > 0)
        text = counted(pool, new_ones, "%s new record", "%s new records");
    if (changed > 0)
        text = join(pool, text, counted(pool, changed, "%s changed record", "%s changed records"));
    if (deleted > 0)
        text = join(pool, text, counted(pool, deleted, "%s deleted record", "%s deleted records"));
    return text[0] != '\0' ? text : _("no record changed");
}

const char *sentence(struct pool *pool, const char *text)
{
    size_t size = strlen(text);

    return size > 0 && strchr(".?!", text[size - 1]) != NULL ? text
                                                             : pool_format(pool, "%s.", text);
}

void print_count(struct cli *cli, const char *text)
{
    if (!cli->quiet)
        say(&cli->out, "\n{dim}{}{plain}\n", text, NULL);
}

const char *role_text(const char *role)
{
    static const char *const roles[] = {N_("coordinator"), N_("member"), N_("hub"), N_("reader")};

    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        if (strcmp(role, roles[i]) == 0)
            return _(roles[i]);
    return role;
}

/* A person can still take them in. */
static bool asks(const json_t *newcomer)
{
    const char *state = text_at(newcomer, "state");

    return strcmp(state, "used") != 0 && strcmp(state, "expired") != 0 &&
           strcmp(state, "cancelled") != 0;
}

/* Whose invitation no longer takes them in by itself. */
static void print_late(struct cli *cli, const json_t *newcomer)
{
    const char *state = text_at(newcomer, "state"), *name = text_at(newcomer, "name");
    const char *text;

    if (strcmp(state, "used") == 0)
        text = pool_format(&cli->pool,
                           _("%s came with an invitation that was used before: a coordinator "
                             "decides (banyan admit), or invites anew."),
                           name);
    else if (strcmp(state, "cancelled") == 0)
        text = pool_format(&cli->pool,
                           _("%s is not taken in: the invitation was cancelled. A coordinator "
                             "invites anew."),
                           name);
    else
        text = pool_format(&cli->pool,
                           _("%s is not taken in: the invitation has expired. A coordinator "
                             "invites anew."),
                           name);
    say_wrapped(&cli->out, 0, text, true);
}

void newcomers_print(struct cli *cli, const json_t *document)
{
    const json_t *newcomers = json_object_get(document, "newcomers");
    size_t i, count = 0;
    const char *names = "";
    json_t *newcomer;

    json_array_foreach(newcomers, i, newcomer)
    {
        const char *name = text_at(newcomer, "name");

        if (!asks(newcomer))
            print_late(cli, newcomer);
        else if (count++ < NEWCOMERS_MAX)
            names = count == 1 ? name : pool_format(&cli->pool, _("%s, %s"), names, name);
    }
    if (count == 0)
        return;
    if (count > NEWCOMERS_MAX)
        names = pool_format(&cli->pool, "%s …", names);
    say(&cli->out,
        P_("{} newcomer asks to be taken in: {} (banyan admit)\n",
           "{} newcomers ask to be taken in: {} (banyan admit)\n", count),
        number_text(&cli->pool, count), names, NULL);
}
