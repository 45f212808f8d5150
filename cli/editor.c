#include "editor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "field_args.h"
#include "message.h"

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

static const char *editor_command(void)
{
    const char *command = setting("VISUAL");

    if (command == NULL)
        command = setting("EDITOR");
    if (command == NULL)
        command = access("/usr/bin/nano", X_OK) == 0 ? "nano" : "vi";
    return command;
}

static enum banyan_status failed(struct pool *pool, const char *what, const char **out_mistake)
{
    *out_mistake = pool_format(pool, "%s: %s", what, _(strerror(errno)));
    return BANYAN_ERR_DISK;
}

static enum banyan_status
write_file(struct pool *pool, const char *text, const char **out_path, const char **out_mistake)
{
    const char *folder = setting("TMPDIR");
    char *path = pool_format(pool, "%s/banyan-XXXXXX.txt", folder != NULL ? folder : "/tmp");
    int file = mkstemps(path, 4); // made with mode 0600
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;

    if (stream == NULL)
        return failed(pool, _("cannot make a file to edit"), out_mistake);
    *out_path = path;
    if (fputs(text, stream) == EOF || fclose(stream) != 0)
        return failed(pool, _("cannot write the file to edit"), out_mistake);
    return BANYAN_OK;
}

/* The command may carry options of its own, as in EDITOR="code --wait": the shell takes it apart,
 * and gets the path as an argument that it does not look into. */
static enum banyan_status run_editor(struct pool *pool, const char *path, const char **out_mistake)
{
    const char *command = editor_command();
    const char *script = pool_format(pool, "exec %s \"$1\"", command);
    int result = 0;
    pid_t child = fork();

    if (child < 0)
        return failed(pool, _("cannot start the editor"), out_mistake);
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
        _exit(127);
    }
    while (waitpid(child, &result, 0) < 0)
        if (errno != EINTR)
            return failed(pool, _("cannot wait for the editor"), out_mistake);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0)
        return BANYAN_OK;
    *out_mistake = pool_format(pool, _("the editor (%s) failed; nothing was changed"), command);
    return BANYAN_ERR_USAGE;
}

enum banyan_status editor_run(struct pool *pool, const char *text, const char **out_path,
                              const char **out_edited, const char **out_mistake)
{
    enum banyan_status status;

    *out_path = NULL;
    status = write_file(pool, text, out_path, out_mistake);
    if (status == BANYAN_OK)
        status = run_editor(pool, *out_path, out_mistake);
    if (status != BANYAN_OK || access(*out_path, F_OK) != 0) {
        editor_discard(*out_path);
        *out_path = NULL;
    }
    if (status == BANYAN_OK && *out_path == NULL)
        *out_mistake = _("the editor took the file away; nothing was changed");
    if (status == BANYAN_OK && *out_path == NULL)
        return BANYAN_ERR_USAGE;
    return status == BANYAN_OK ? text_file_read(pool, *out_path, out_edited, out_mistake) : status;
}

void editor_discard(const char *path)
{
    if (path != NULL)
        (void)unlink(path); // what stays is in this user's own temporary file
}
