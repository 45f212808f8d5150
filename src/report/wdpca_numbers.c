#include "report/wdpca_numbers.h"

#include <stdlib.h>

#include "crypto/hash.h"

#define CAPACITY_FIRST 1024u /* a power of two, as all that follow */

/* Nobody can choose numbers that fall on each other. */
static uint64_t hash_of(struct by_bytes number)
{
    struct by_id id;
    uint64_t hash;

    by_hash_bytes(BY_TAG_CHECKSUM, number, &id);
    hash = by_get_u64be(id.bytes);
    return hash == 0 ? 1 : hash;
}

static struct by_wdpca_number *place_of(const struct by_wdpca_numbers *numbers, uint64_t hash)
{
    size_t at = (size_t)hash & (numbers->capacity - 1);

    while (numbers->places[at].hash != 0 && numbers->places[at].hash != hash)
        at = (at + 1) & (numbers->capacity - 1);
    return &numbers->places[at];
}

static enum banyan_status grow(struct by_wdpca_numbers *numbers)
{
    struct by_wdpca_numbers grown = {.capacity = numbers->capacity == 0 ? CAPACITY_FIRST
                                                                        : 2 * numbers->capacity,
                                     .count = numbers->count};

    grown.places = calloc(grown.capacity, sizeof grown.places[0]);
    if (grown.places == NULL)
        return BANYAN_ERR_MEMORY;
    for (size_t i = 0; i < numbers->capacity; i++)
        if (numbers->places[i].hash != 0)
            *place_of(&grown, numbers->places[i].hash) = numbers->places[i];
    free(numbers->places);
    *numbers = grown;
    return BANYAN_OK;
}

enum banyan_status by_wdpca_numbers_note(struct by_wdpca_numbers *numbers, struct by_bytes number,
                                         int64_t fid, int64_t *out_fid, bool *out_is_new)
{
    uint64_t hash = hash_of(number);
    struct by_wdpca_number *place = NULL;

    if (2 * (numbers->count + 1) > numbers->capacity && grow(numbers) != BANYAN_OK)
        return BANYAN_ERR_MEMORY;
    place = place_of(numbers, hash);
    *out_is_new = place->hash == 0;
    if (*out_is_new) {
        *place = (struct by_wdpca_number){.hash = hash, .fid = fid};
        numbers->count++;
    }
    *out_fid = place->fid;
    return BANYAN_OK;
}

void by_wdpca_numbers_deinit(struct by_wdpca_numbers *numbers)
{
    free(numbers->places);
}
