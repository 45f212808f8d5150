#include "cli.h"

#include <string.h>

#include "passphrase.h"

const char *cli_word(const struct cli *cli, size_t at)
{
    return at < cli->args.word_count ? cli->args.words[at] : NULL;
}

int cli_fail(struct cli *cli, enum banyan_status status, const char *sentence)
{
    (void)fflush(cli->out.stream);
    say(&cli->err, "{red}banyan:{plain} {}\n", sentence, NULL);
    return (int)banyan_status_class(status);
}

int cli_failed(struct cli *cli, enum banyan_status status)
{
    bool has_words = cli->error.status == status && cli->error.text[0] != '\0';

    return cli_fail(cli, status, has_words ? cli->error.text : _(banyan_status_text(status)));
}

int cli_misused(struct cli *cli, const char *sentence)
{
    int exit_code = cli_fail(cli, BANYAN_ERR_USAGE, sentence);

    if (cli->command != NULL)
        say(&cli->err, _("banyan {} --help shows how it is used\n"), cli->command->name, NULL);
    return exit_code;
}

/* A banyan_progress of the view: a command whose answer takes a while says why. */
static void catch_up(void *context, uint64_t done, uint64_t total)
{
    struct cli *cli = context;

    if (!cli->is_behind)
        cli->catching_up =
            progress_begin(&cli->err, _("Bringing the view up to date"), NULL, cli->quiet);
    cli->is_behind = done < total;
    if (cli->is_behind)
        progress_step(&cli->catching_up, done, total);
    else
        progress_end(&cli->catching_up);
}

int cli_open(struct cli *cli)
{
    enum banyan_status status = banyan_node_open(cli->home, &cli->node, &cli->error);
    struct banyan_passphrase passphrase = passphrase_of(cli);

    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    banyan_node_passphrase(cli->node, &passphrase);
    banyan_node_watch(cli->node, catch_up, cli);
    return BANYAN_CLASS_DONE;
}

int cli_take(struct cli *cli, enum banyan_status status)
{
    json_error_t error;

    if (status != BANYAN_OK)
        return cli_failed(cli, status);
    json_decref(cli->document);
    cli->document = json_loadb(cli->answer.data, cli->answer.size, JSON_DECODE_ANY, &error);
    if (cli->document == NULL)
        return cli_fail(cli, BANYAN_ERR_MEMORY,
                        pool_format(&cli->pool, _("the answer cannot be read: %s"), error.text));
    return BANYAN_CLASS_DONE;
}

void cli_print_json(struct cli *cli)
{
    fwrite(cli->answer.data, 1, cli->answer.size, cli->out.stream);
    fputc('\n', cli->out.stream);
}

int cli_answer(struct cli *cli, json_t *document)
{
    if (document == NULL)
        pool_exhausted();
    // whether it could be written is asked once, at the end
    (void)json_dumpf(document, cli->out.stream, JSON_COMPACT);
    json_decref(document);
    fputc('\n', cli->out.stream);
    return BANYAN_CLASS_DONE;
}

int cli_show(struct cli *cli, const char *nothing, cli_print *print)
{
    if (cli->json)
        cli_print_json(cli);
    else if (nothing == NULL)
        print(cli, cli->document);
    else if (!cli->quiet)
        say(&cli->out, "{}\n", nothing, NULL);
    return nothing == NULL ? BANYAN_CLASS_DONE : BANYAN_CLASS_NO;
}
