/* banyan service: keep `banyan run` at work, by the user's systemd. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "field_args.h"
#include "moment.h"
#include "process.h"
#include "reach.h"
#include "reading.h"
#include "service_unit.h"

struct service {
    const char *path; /* of the unit */
    const char *text; /* NULL = there is no unit */
    const char *home; /* in it; NULL = banyan has not made it */
};

static struct process_end systemctl(struct cli *cli, const char *verb, const char *option)
{
    const char *argv[6] = {"systemctl", "--user", verb};
    size_t count = 3;

    if (option != NULL)
        argv[count++] = option;
    if (strcmp(verb, "daemon-reload") != 0)
        argv[count++] = SERVICE_UNIT_NAME;
    return process_run(&cli->pool, argv);
}

static bool worked(struct process_end end)
{
    return end.was_run && end.exit_code == 0;
}

/* Whether the user's systemd can be talked to: the first thing it is asked has no other reason to
 * fail. */
static bool reload(struct cli *cli)
{
    return worked(systemctl(cli, "daemon-reload", NULL));
}

/* What is there now; a unit that banyan has not made is a failure, and stays. */
static int look(struct cli *cli, struct service *out_service)
{
    const char *mistake = NULL;
    enum banyan_status status = BANYAN_OK;

    *out_service = (struct service){.path = service_unit_path(&cli->pool)};
    if (out_service->path == NULL)
        return cli_fail(cli, BANYAN_ERR_USAGE,
                        _("the environment names no home folder (HOME), where services are kept"));
    if (access(out_service->path, F_OK) != 0)
        return BANYAN_CLASS_DONE;
    status = text_file_read(&cli->pool, out_service->path, &out_service->text, &mistake);
    if (status != BANYAN_OK)
        return cli_fail(cli, status, mistake);
    out_service->home = service_unit_home(&cli->pool, out_service->text);
    if (out_service->home != NULL)
        return BANYAN_CLASS_DONE;
    return cli_fail(
        cli, BANYAN_ERR_EXISTS,
        pool_format(&cli->pool, _("%s was not made by banyan: move it away"), out_service->path));
}

/* -- state -- */

/* What systemd says of the unit; each "" where it was not to be had. */
struct unit_state {
    const char *active; /* "active", "inactive", "failed", "activating" */
    const char *since;  /* UTC */
    const char *enabled;
};

/* The value in the line "name=value". */
static const char *property(struct pool *pool, const char *text, const char *name)
{
    size_t size = strlen(name);

    for (; text[0] != '\0'; text += strcspn(text, "\n") + (strchr(text, '\n') != NULL))
        if (strncmp(text, name, size) == 0 && text[size] == '=')
            return pool_copy(pool, text + size + 1, strcspn(text + size + 1, "\n"));
    return "";
}

static struct unit_state ask_state(struct cli *cli)
{
    static const char *const argv[] = {"systemctl",
                                       "--user",
                                       "show",
                                       "--timestamp=unix",
                                       "--property=ActiveState,UnitFileState,ActiveEnterTimestamp",
                                       SERVICE_UNIT_NAME,
                                       NULL};
    struct process_end end = process_run(&cli->pool, argv);
    const char *text = worked(end) ? end.text : "";
    const char *since = property(&cli->pool, text, "ActiveEnterTimestamp");

    return (struct unit_state){
        .active = property(&cli->pool, text, "ActiveState"),
        .since =
            since[0] == '@' ? moment_utc(&cli->pool, strtoull(since + 1, NULL, 10) * 1000u) : "",
        .enabled = property(&cli->pool, text, "UnitFileState"),
    };
}

/* -- install -- */

static const char *own_program(struct pool *pool)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path));

    return size > 0 && size < (ssize_t)sizeof(path) ? pool_copy(pool, path, (size_t)size) : NULL;
}

static const char *absolute(struct pool *pool, const char *path)
{
    char *found = realpath(path, NULL);
    const char *kept = found == NULL ? NULL : pool_copy(pool, found, strlen(found));

    free(found);
    return kept;
}

/* Nobody types to a service. */
static int find_passphrase(struct cli *cli, const char **out_file)
{
    const char *file = args_value(&cli->args, "passphrase-file");
    int exit_code = cli_take(cli, banyan_status_report(cli->node, &cli->answer, &cli->error));
    bool is_needed = exit_code == BANYAN_CLASS_DONE && is_at(cli->document, "passphrase");

    banyan_text_free(&cli->answer);
    *out_file = NULL;
    if (exit_code != BANYAN_CLASS_DONE || !is_needed)
        return exit_code;
    if (file != NULL)
        *out_file = absolute(&cli->pool, file);
    if (file != NULL && *out_file == NULL)
        return cli_fail(cli, BANYAN_ERR_NOT_FOUND,
                        pool_format(&cli->pool, _("cannot open %s: %s"), file, _(strerror(errno))));
    if (file == NULL || strpbrk(*out_file, "\n\r") != NULL)
        return cli_fail(cli, BANYAN_ERR_DENIED,
                        _("the key of this device has a passphrase: name the file that the service "
                          "reads it from with --passphrase-file"));
    return BANYAN_CLASS_DONE;
}

/* The text of the unit for this program and home; the home is opened, so that what is wrong with
 * it is told here and not in a journal. */
static int make_text(struct cli *cli, const char **out_home, const char **out_text)
{
    struct service_unit unit = {.program = own_program(&cli->pool),
                                .listen = args_value(&cli->args, "listen")};
    const char *host = "", *port = "";
    int exit_code = cli_open(cli);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = find_passphrase(cli, &unit.passphrase_file);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    unit.home = absolute(&cli->pool, cli->home);
    if (unit.home == NULL)
        unit.home = "\n";
    if (unit.program == NULL || !service_unit_can_run(unit.program))
        return cli_fail(cli, BANYAN_ERR_USAGE,
                        _("systemd starts no program with quotes in its path: move banyan away"));
    if (strpbrk(unit.home, "\n\r") != NULL)
        return cli_fail(cli, BANYAN_ERR_USAGE,
                        _("no service can be made for a home with a line break in its name"));
    if (unit.listen != NULL &&
        (!reach_split(&cli->pool, unit.listen, &host, &port) || strpbrk(host, " \t\n\r") != NULL))
        return cli_misused(cli, _("--listen is HOST:PORT, as of banyan run"));
    *out_home = unit.home;
    *out_text = service_unit_text(&cli->pool, &unit);
    return BANYAN_CLASS_DONE;
}

static bool make_folder_of(struct cli *cli, const char *path)
{
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        const char *folder = pool_copy(&cli->pool, path, (size_t)(slash - path));

        if (mkdir(folder, 0755) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

/* Whole or not at all: written beside, then put in its place. */
static int write_unit(struct cli *cli, const char *path, const char *text)
{
    const char *beside = pool_format(&cli->pool, "%s.new", path);
    FILE *stream = make_folder_of(cli, path) ? fopen(beside, "we") : NULL;
    bool is_written = stream != NULL && fputs(text, stream) != EOF && fputc('\n', stream) != EOF &&
                      fflush(stream) == 0;

    if (stream != NULL && fclose(stream) != 0)
        is_written = false;
    if (is_written && rename(beside, path) == 0)
        return BANYAN_CLASS_DONE;
    return cli_fail(cli, BANYAN_ERR_DISK,
                    pool_format(&cli->pool, _("cannot write %s: %s"), path, _(strerror(errno))));
}

/* Whether it goes on when its user logs out. */
static bool linger(struct cli *cli)
{
    static const char *const argv[] = {"loginctl", "--no-ask-password", "enable-linger", NULL};

    return worked(process_run(&cli->pool, argv));
}

/* A node that cannot be (the port is taken, the home is in use) ends within moments, and systemd
 * begins it anew again and again. */
static bool stays_up(struct cli *cli)
{
    const struct timespec moment = {.tv_nsec = 800 * 1000 * 1000};
    struct unit_state state;

    (void)nanosleep(&moment, NULL);
    state = ask_state(cli);
    return strcmp(state.active, "activating") != 0 && strcmp(state.active, "failed") != 0;
}

static void tell_installed(struct cli *cli, const char *path, bool is_running, bool is_lingering)
{
    if (cli->quiet)
        return;
    if (!is_running) {
        say(&cli->out,
            _("Wrote {}, but systemd cannot be reached from here. Left to do, logged in as this "
              "user:\n"
              "{}\n"),
            path, "systemctl --user enable --now " SERVICE_UNIT_NAME " && loginctl enable-linger",
            NULL);
        return;
    }
    say(&cli->out,
        _("The service runs, and starts with this computer. banyan service status tells "
          "how it is.\n"),
        NULL);
    if (!is_lingering)
        say(&cli->out,
            _("It ends when you log out; an administrator can let it go on: loginctl enable-linger "
              "{}\n"),
            getenv("USER") != NULL ? getenv("USER") : "USER", NULL);
}

/* As systemd is told; on failure the words are said. */
static int start(struct cli *cli, bool is_other_than_before)
{
    struct process_end end = systemctl(cli, "enable", "--now");

    if (worked(end) && is_other_than_before)
        end = systemctl(cli, "restart", NULL);
    if (!worked(end))
        return cli_fail(cli, BANYAN_ERR_DIFFERENT,
                        pool_format(&cli->pool, _("systemd does not start the service: %s"),
                                    process_last_line(&cli->pool, &end)));
    if (!stays_up(cli))
        return cli_fail(cli, BANYAN_ERR_DIFFERENT,
                        pool_format(&cli->pool,
                                    _("the service is made, but the node ends at once; why, tells "
                                      "banyan doctor, or %s"),
                                    "journalctl --user -u " SERVICE_UNIT_NAME));
    return BANYAN_CLASS_DONE;
}

static int run_install(struct cli *cli)
{
    struct service service;
    const char *home = NULL, *text = NULL;
    bool is_reached, is_lingering = false;
    int exit_code = look(cli, &service);

    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = make_text(cli, &home, &text);
    if (exit_code == BANYAN_CLASS_DONE)
        exit_code = write_unit(cli, service.path, text);
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    is_reached = reload(cli);
    if (is_reached) {
        exit_code = start(cli, service.text != NULL && strcmp(service.text, text) != 0);
        is_lingering = linger(cli);
    }
    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (cli->json)
        return cli_answer(cli, json_pack("{s:s, s:s, s:b, s:b}", "unit", service.path, "home", home,
                                         "running", is_reached, "lingers", is_lingering));
    tell_installed(cli, service.path, is_reached, is_lingering);
    return BANYAN_CLASS_DONE;
}

/* -- status -- */

static void tell_state(struct cli *cli, const struct service *service,
                       const struct unit_state *state, bool is_running)
{
    if (cli->quiet)
        return;
    if (service->text == NULL)
        say(&cli->out, _("There is no service. banyan service install makes one.\n"), NULL);
    else if (is_running)
        say(&cli->out, _("{bold}The service runs{plain}, since {}. Home: {}\n"),
            moment_text(&cli->pool, state->since), service->home, NULL);
    else if (state->active[0] == '\0')
        say(&cli->out,
            _("There is a service, but systemd cannot be reached from here to ask how it is. "
              "Home: {}\n"),
            service->home, NULL);
    else
        say(&cli->out,
            _("{red}The service does not run{plain} ({}). Home: {}\n"
              "Why: {}\n"),
            state->active, service->home, "journalctl --user -u " SERVICE_UNIT_NAME, NULL);
    if (is_running && strcmp(state->enabled, "enabled") != 0)
        say(&cli->out,
            _("It does not start with this computer: banyan service install mends that.\n"), NULL);
}

static int run_status(struct cli *cli)
{
    struct service service;
    struct unit_state state = {"", "", ""};
    bool is_running;
    int exit_code = look(cli, &service);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    if (service.text != NULL)
        state = ask_state(cli);
    is_running = strcmp(state.active, "active") == 0;
    if (cli->json)
        (void)cli_answer(cli, json_pack("{s:b, s:s?, s:b, s:s?, s:s?, s:b}", "installed",
                                        service.text != NULL, "home", service.home, "running",
                                        is_running, "state",
                                        state.active[0] != '\0' ? state.active : NULL, "since",
                                        is_running ? state.since : NULL, "starts_with_computer",
                                        strcmp(state.enabled, "enabled") == 0));
    else
        tell_state(cli, &service, &state, is_running);
    return is_running ? BANYAN_CLASS_DONE : BANYAN_CLASS_NO;
}

/* -- remove -- */

/* What starts it with the computer goes too, where systemd was not there to take it away. */
static void forget(struct cli *cli, const struct service *service, bool is_reached)
{
    const char *name = strrchr(service->path, '/');

    (void)unlink(pool_format(&cli->pool, "%.*s/default.target.wants%s", (int)(name - service->path),
                             service->path, name));
    if (is_reached)
        (void)reload(cli);
}

static int run_remove(struct cli *cli)
{
    struct service service;
    bool is_stopped;
    int exit_code = look(cli, &service);

    if (exit_code != BANYAN_CLASS_DONE)
        return exit_code;
    is_stopped = service.text == NULL || worked(systemctl(cli, "disable", "--now"));
    if (service.text != NULL && unlink(service.path) != 0)
        return cli_fail(
            cli, BANYAN_ERR_DISK,
            pool_format(&cli->pool, _("cannot remove %s: %s"), service.path, _(strerror(errno))));
    if (service.text != NULL)
        forget(cli, &service, is_stopped);
    if (cli->json)
        return cli_answer(
            cli, json_pack("{s:b, s:b}", "removed", service.text != NULL, "stopped", is_stopped));
    if (cli->quiet)
        return BANYAN_CLASS_DONE;
    if (service.text == NULL)
        say(&cli->out, _("There was no service.\n"), NULL);
    else if (is_stopped)
        say(&cli->out, _("The service is stopped and removed; all data stays in {}.\n"),
            service.home, NULL);
    else
        say(&cli->out,
            _("The service is removed, but systemd cannot be reached from here; where it runs, it "
              "runs until you log out. All data stays in {}.\n"),
            service.home, NULL);
    return BANYAN_CLASS_DONE;
}

static const struct option install_options[] = {
    {"listen", N_("HOST:PORT"), N_("where others can reach it, as of banyan run"), false},
    OPTIONS_END};

const struct command command_service_install = {
    .name = "service install",
    .group = GROUP_NETWORK,
    .summary = N_("keep this node at work by itself, from when this computer starts"),
    .usage = N_("[--listen HOST:PORT]"),
    .words_max = 0,
    .about =
        N_("Makes a service of the user's systemd that runs banyan run for this home, starts it, "
           "and lets it go on when the user is not logged in. One service for each user; a "
           "service for another home is replaced. A hub that is nobody's own computer is better "
           "served by the unit banyan-hub.service, which comes with the package. Where the key has "
           "a passphrase, --passphrase-file names the file that the service reads it from."),
    .options = install_options,
    .example = "banyan service install",
    .run = run_install,
};

const struct command command_service_status = {
    .name = "service status",
    .group = GROUP_NETWORK,
    .summary = N_("whether the service runs, since when, and for which home"),
    .usage = "",
    .words_max = 0,
    .about = N_("Tells whether the service runs. Exit code 1 when it does not."),
    .example = "banyan service status",
    .run = run_status,
};

const struct command command_service_remove = {
    .name = "service remove",
    .group = GROUP_NETWORK,
    .summary = N_("stop the service and take it away; data stays"),
    .usage = "",
    .words_max = 0,
    .about = N_("Stops the service, takes it away, and leaves the home as it is. Nothing happens "
                "where there is no service."),
    .example = "banyan service remove",
    .run = run_remove,
};
