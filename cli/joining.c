#include "joining.h"

#include "passphrase.h"
#include "qr.h"
#include "secret.h"

struct banyan_profile joining_profile(struct cli *cli)
{
    return (struct banyan_profile){
        .name = args_value(&cli->args, "org"),
        .country = args_value(&cli->args, "country"),
        .kind = args_value(&cli->args, "kind"),
        .lock = passphrase_to_lock(cli),
    };
}

/* The home is made: where the file cannot be written the code is shown, or it would be lost. */
static int
tell_file(struct cli *cli, const char *file, const char *code, const char *done, const char *next)
{
    int exit_code = secret_write(cli, file, code);

    if (exit_code != BANYAN_CLASS_DONE) {
        say(&cli->out, "{}\n", code, NULL);
        return exit_code;
    }
    if (cli->json)
        return cli_answer(cli, json_pack("{s:s, s:s}", "home", cli->home, "recovery_file", file));
    if (cli->quiet)
        return BANYAN_CLASS_DONE;
    say(&cli->out,
        _("{}\nHome: {}\n\nThe recovery code of your organisation is in {}. Keep that file where "
          "nobody\nelse reads it and no fire reaches it, and not on this computer.\n\n"),
        done, cli->home, file, NULL);
    say(&cli->out, next, NULL);
    fputc('\n', cli->out.stream);
    return BANYAN_CLASS_DONE;
}

int joining_tell(struct cli *cli, const char *done, const char *next)
{
    const char *code = secret_of_answer(cli);
    const char *file = args_value(&cli->args, "recovery-out");

    if (file != NULL)
        return tell_file(cli, file, code, done, next);
    if (cli->json)
        return cli_answer(cli, json_pack("{s:s, s:s}", "home", cli->home, "recovery_code", code));
    if (cli->quiet) {
        say(&cli->out, "{}\n", code, NULL);
        qr_show(cli, code);
        return BANYAN_CLASS_DONE;
    }
    say(&cli->out, _("{}\nHome: {}\n\nRecovery code of your organisation:\n\n"), done, cli->home,
        NULL);
    secret_print(cli, code);
    say_wrapped(
        &cli->out, 0,
        _("Write it on paper now and keep it where you keep the stamp of your organisation. "
          "It is your organisation's key: whoever has it can act in its name. It brings your "
          "organisation back when its computers are lost (banyan key recover), and makes further "
          "computers its own (banyan device add). It is shown this once, and stored nowhere.\n"),
        true);
    qr_show(cli, code);
    secret_confirm(cli, code);
    say(&cli->out, next, NULL);
    fputc('\n', cli->out.stream);
    return BANYAN_CLASS_DONE;
}
