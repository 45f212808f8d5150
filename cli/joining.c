#include "joining.h"

struct banyan_profile joining_profile(struct cli *cli)
{
    return (struct banyan_profile){
        .name = args_value(&cli->args, "org"),
        .country = args_value(&cli->args, "country"),
        .kind = args_value(&cli->args, "kind"),
    };
}

int joining_tell(struct cli *cli, const char *done, const char *next)
{
    if (cli->json)
        return cli_answer(
            cli, json_pack("{s:s, s:s}", "home", cli->home, "recovery_code", cli->answer.data));
    if (cli->quiet) {
        say(&cli->out, "{}\n", cli->answer.data, NULL);
        return BANYAN_CLASS_DONE;
    }
    say(&cli->out,
        _("{}\nHome: {}\n\nRecovery code of your organisation:\n\n  {bold}{}{plain}\n\n"), done,
        cli->home, cli->answer.data, NULL);
    say_wrapped(
        &cli->out, 0,
        _("Write it on paper now and keep it where you keep the stamp of your organisation. "
          "It is your organisation's key: whoever has it can act in its name. A coming version "
          "of banyan will bring your organisation back with it when its computers are lost. "
          "It is shown this once, and stored nowhere.\n"),
        true);
    fputs(next, cli->out.stream);
    fputc('\n', cli->out.stream);
    return BANYAN_CLASS_DONE;
}
