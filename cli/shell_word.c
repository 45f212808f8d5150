#include "shell_word.h"

#include <string.h>

/* What a shell looks at inside double quotes. */
#define SPECIAL "\"\\$`!"

const char *shell_word(struct pool *pool, const char *word)
{
    char *text = NULL, *at;

    if (strpbrk(word, SPECIAL) == NULL)
        return pool_format(pool, "\"%s\"", word);
    /* Each ' of it takes four: it ends the quotes, stands alone, and they begin again. */
    at = text = pool_allocate(pool, 4 * strlen(word) + 3);
    *at++ = '\'';
    for (; *word != '\0'; word++) {
        size_t size = *word == '\'' ? 4 : 1;

        memcpy(at, *word == '\'' ? "'\\''" : word, size);
        at += size;
    }
    *at = '\'';
    return text;
}
