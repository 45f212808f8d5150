/*
 * Counts trees read from standard input, for fork_oracle.py to hold against its own.
 *
 * Lines in, numbers in hex:
 *   entry ID PREV SEQ     ID and PREV: the first bytes of 32, the rest zero
 *   end                   counts, and prints the ids that count on one line, by (seq, id)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/fork.h"

#define ENTRIES_MAX 1000

static void need(bool is_fine)
{
    if (is_fine)
        return;
    fprintf(stderr, "fork_cases: not a case\n");
    exit(2);
}

static struct by_id read_id(const char *hex)
{
    struct by_id id = {{0}};

    for (size_t i = 0; hex[2 * i] != 0; i++) {
        unsigned byte = 0;

        need(i < sizeof id.bytes && sscanf(hex + 2 * i, "%2x", &byte) == 1);
        id.bytes[i] = (uint8_t)byte;
    }
    return id;
}

static void print_counting(struct by_fork_entry *entries, size_t count)
{
    need(by_fork_count(entries, count) == BANYAN_OK);
    for (size_t i = 0; i < count; i++) {
        char hex[65];

        if (!entries[i].counts)
            continue;
        by_hex(by_id_bytes(&entries[i].id), hex);
        printf("%s ", hex);
    }
    printf("\n");
}

int main(void)
{
    static struct by_fork_entry entries[ENTRIES_MAX];
    char line[256];
    size_t count = 0;

    while (fgets(line, sizeof line, stdin) != NULL) {
        char id[65];
        char prev[65];
        unsigned long long seq = 0;

        if (strcmp(line, "end\n") == 0) {
            print_counting(entries, count);
            count = 0;
            continue;
        }
        need(count < ENTRIES_MAX && sscanf(line, "entry %64s %64s %llx", id, prev, &seq) == 3);
        entries[count++] =
            (struct by_fork_entry){.id = read_id(id), .prev = read_id(prev), .seq = seq};
    }
    return 0;
}
