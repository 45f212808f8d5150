#include "service_unit.h"

#include <stdlib.h>
#include <string.h>

/* systemd passes over sections that begin so. The home stands there as it is, unlike in ExecStart.
 */
#define OWN_SECTION "\n[X-Banyan]\nHome="

/* Only what works in every user's systemd: filters of system calls. What needs namespaces or
 * capabilities (ProtectSystem, PrivateTmp) keeps a unit from starting where users have none. */
static const char confinement[] = "NoNewPrivileges=yes\n"
                                  "LockPersonality=yes\n"
                                  "MemoryDenyWriteExecute=yes\n"
                                  "RestrictNamespaces=yes\n"
                                  "RestrictRealtime=yes\n"
                                  "RestrictSUIDSGID=yes\n"
                                  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK\n"
                                  "SystemCallArchitectures=native\n"
                                  "SystemCallFilter=@system-service\n"
                                  "SystemCallErrorNumber=EPERM\n"
                                  "UMask=0077\n";

const char *service_unit_path(struct pool *pool)
{
    const char *settings = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (settings != NULL && settings[0] == '/')
        return pool_format(pool, "%s/systemd/user/" SERVICE_UNIT_NAME, settings);
    if (home == NULL || home[0] != '/')
        return NULL;
    return pool_format(pool, "%s/.config/systemd/user/" SERVICE_UNIT_NAME, home);
}

/* One word of a command line: quoted, and the characters in `doubled` stand for themselves
 * (systemd.service(5)). */
static const char *quoted(struct pool *pool, const char *word, const char *doubled)
{
    char *text = pool_allocate(pool, 2 * strlen(word) + 3);
    char *at = text;

    *at++ = '"';
    for (; *word != '\0'; word++) {
        if (*word == '"' || *word == '\\')
            *at++ = '\\';
        else if (strchr(doubled, *word) != NULL)
            *at++ = *word;
        *at++ = *word;
    }
    *at = '"';
    return text;
}

bool service_unit_can_run(const char *program)
{
    return strpbrk(program, "\"'\\\n\r") == NULL;
}

const char *service_unit_text(struct pool *pool, const struct service_unit *unit)
{
    const char *listen = unit->listen != NULL
                             ? pool_format(pool, " --listen %s", quoted(pool, unit->listen, "%$"))
                             : "";

    const char *passphrase =
        unit->passphrase_file != NULL
            ? pool_format(pool, " --passphrase-file %s", quoted(pool, unit->passphrase_file, "%$"))
            : "";

    return pool_format(pool,
                       "# Made by banyan service install; banyan service remove takes it away.\n"
                       "[Unit]\n"
                       "Description=banyan, records that organisations share without a server\n"
                       "Documentation=man:banyan(1)\n"
                       "\n"
                       "[Service]\n"
                       "Type=exec\n"
                       "ExecStart=%s --home %s run%s%s\n"
                       "Restart=on-failure\n"
                       "RestartSec=10s\n"
                       "# no home, wrong words, not allowed, invalid data: no restart mends that\n"
                       "RestartPreventExitStatus=1 2 3 4\n"
                       "%s"
                       "\n"
                       "[Install]\n"
                       "WantedBy=default.target\n" OWN_SECTION "%s",
                       quoted(pool, unit->program, "%"), quoted(pool, unit->home, "%$"), listen,
                       passphrase, confinement, unit->home);
}

const char *service_unit_home(struct pool *pool, const char *text)
{
    const char *section = strstr(text, OWN_SECTION);

    if (section == NULL)
        return NULL;
    section += sizeof(OWN_SECTION) - 1;
    return pool_copy(pool, section, strcspn(section, "\n"));
}
