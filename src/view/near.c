#include "view/near.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NAME_BYTES_MAX 63u
#define KEPT_MAX       3u

static size_t lowest(size_t a, size_t b, size_t c)
{
    size_t low = a < b ? a : b;
    return low < c ? low : c;
}

/* Insertions, deletions and changes of bytes. */
static size_t count_edits(struct by_bytes a, struct by_bytes b)
{
    size_t row[NAME_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            diagonal = row[j];
            row[j] = lowest(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b.size];
}

void by_near_offer(struct by_near *near, const char *name)
{
    struct by_bytes offered = by_bytes_of_text(name);
    if (near->wanted.size == 0 || near->wanted.size > NAME_BYTES_MAX ||
        offered.size > NAME_BYTES_MAX)
        return;
    size_t distance = count_edits(near->wanted, offered);
    size_t shared = near->wanted.size < offered.size ? near->wanted.size : offered.size;
    bool begins_alike =
        shared >= 3 && strncasecmp((const char *)near->wanted.data, name, shared) == 0;
    if (!begins_alike && distance > 2 && distance * 3 > near->wanted.size)
        return;
    if (!begins_alike && distance >= near->wanted.size)
        return;
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

void by_near_text(const struct by_near *near, char out_text[BY_NEAR_TEXT_BYTES])
{
    size_t used = 0;
    out_text[0] = '\0';
    for (size_t i = 0; i < near->count; i++)
        used += (size_t)snprintf(out_text + used, BY_NEAR_TEXT_BYTES - used, "%s%s",
                                 i == 0 ? "; near names: " : ", ", near->names[i]);
}
