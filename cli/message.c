#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"

static const struct catalogue *chosen; /* NULL = English */

static const struct catalogue *find_catalogue(const char *language, size_t size)
{
    for (const struct catalogue *at = catalogues; at->language != NULL; at++)
        if (strlen(at->language) == size && memcmp(at->language, language, size) == 0)
            return at;
    return NULL;
}

bool message_choose(const char *language)
{
    size_t size = strlen(language);

    chosen = find_catalogue(language, size);
    // "vi-VN" is told in "vi" where nothing nearer is there
    while (chosen == NULL && size > 0) {
        do
            size--;
        while (size > 0 && language[size] != '-');
        chosen = find_catalogue(language, size);
    }
    return chosen != NULL;
}

static int compare(const void *text, const void *id)
{
    return strcmp(text, *(const char *const *)id);
}

static const char *find_text(const char *id)
{
    const char *const *found = chosen == NULL ? NULL
                                              : bsearch(id, catalogue_ids, catalogue_id_count,
                                                        sizeof(*catalogue_ids), compare);

    return found == NULL ? NULL : chosen->texts[found - catalogue_ids];
}

const char *message_text(const char *text)
{
    const char *found = find_text(text);

    return found != NULL ? found : text;
}

const char *message_counted(const char *one, const char *many, uint64_t count)
{
    const char *found = find_text(one);

    if (found == NULL)
        return count == 1 ? one : many;
    for (size_t form = chosen->form(count); form > 0; form--)
        found += strlen(found) + 1;
    return found;
}

const char *message_in(const char *text_in_context)
{
    const char *found = find_text(text_in_context);

    return found != NULL ? found : strchr(text_in_context, '\004') + 1;
}

const char *number_text(struct pool *pool, uint64_t number)
{
    const char *between = C_("between thousands", ",");
    char digits[24];
    char *text = pool_allocate(pool, sizeof(digits) * (1 + strlen(between)));
    char *at = text;
    size_t count;

    (void)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    count = strlen(digits);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            at = stpcpy(at, between);
        *at++ = digits[i];
    }
    *at = '\0';
    return text;
}
