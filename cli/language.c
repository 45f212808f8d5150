#include "language.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

bool language_is_tag(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t size = strspn(text, letters);

    if (size < 2 || size > 3 || (text[size] != '\0' && text[size] != '-'))
        return false;
    while (text[size] == '-') {
        size_t more = strcspn(text + size + 1, "-_. ");

        if (more == 0 || more > 8)
            return false;
        size += more + 1;
    }
    return text[size] == '\0';
}

static const char *setting(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* NULL when nothing is set. */
static const char *locale_of_system(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = NULL;

    for (size_t i = 0; locale == NULL && i < sizeof(names) / sizeof(names[0]); i++)
        locale = setting(names[i]);
    return locale;
}

/* "vi_VN.UTF-8" as "vi-VN"; "C.UTF-8", or anything that names no language, as English. */
static const char *tag_of(struct pool *pool, const char *locale, size_t size)
{
    char *tag = pool_copy(pool, locale, size);
    char *territory = strchr(tag, '_');

    tag[strcspn(tag, ".@")] = '\0';
    if (territory != NULL)
        *territory = '-';
    return language_is_tag(tag) ? tag : "en";
}

/* The language alone: labels have no forms of a country. */
static const char *without_territory(struct pool *pool, const char *tag)
{
    return pool_copy(pool, tag, strcspn(tag, "-"));
}

const char *language_choose(struct pool *pool, const char *asked)
{
    const char *locale = locale_of_system();
    const char *own = setting("BANYAN_LANG");
    const char *list = own != NULL ? own : setting("LANGUAGE");
    const char *first = NULL;

    if (asked != NULL) {
        (void)message_choose(asked);
        return asked;
    }
    if (list == NULL || (own == NULL && locale != NULL &&
                         (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)))
        list = locale != NULL ? locale : "en";
    (void)message_choose("en");
    for (size_t size; *list != '\0'; list += size + (list[size] == ':')) {
        const char *tag;

        size = strcspn(list, ":");
        if (size == 0)
            continue;
        tag = tag_of(pool, list, size);
        first = first == NULL ? tag : first;
        if (message_choose(tag) || strncmp(tag, "en", 2) == 0)
            break;
    }
    return without_territory(pool, first != NULL ? first : "en");
}

const char *language_typed(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            return argv[i] + 7;
        if (strcmp(argv[i], "--lang") == 0)
            return argv[i + 1]; // NULL behind the last word
    }
    return NULL;
}
