#include "view/near.h"

#include <stdio.h>

#include "base/error.h"
#include "record/near.h"

#define KEPT_MAX 3u

void by_near_offer(struct by_near *near, const char *name)
{
    struct by_bytes offered = by_bytes_of_text(name);
    if (near->wanted.size == 0 || !by_near_is(near->wanted, offered))
        return;
    size_t distance = by_near_distance(near->wanted, offered);
    size_t at = near->count;
    while (at > 0 && near->distances[at - 1] > distance)
        at--;
    if (at == KEPT_MAX)
        return;
    size_t last = near->count < KEPT_MAX ? near->count++ : KEPT_MAX - 1;
    for (size_t i = last; i > at; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->names[at] = name;
    near->distances[at] = distance;
}

void by_near_text(const struct by_near *near, const struct banyan_error *error,
                  char out_text[BY_NEAR_TEXT_BYTES])
{
    char names[BY_NEAR_TEXT_BYTES];
    size_t used = 0;
    out_text[0] = '\0';
    for (size_t i = 0; i < near->count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                                 near->names[i]);
    if (near->count > 0)
        (void)snprintf(out_text, BY_NEAR_TEXT_BYTES, by_words(error, " (near names: %s)"), names);
}
