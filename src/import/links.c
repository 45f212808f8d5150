/*
 * Rows that others repeat within: which record each is, and what came of it. Open addressing, by
 * the first half of a key's hash.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "import/state.h"

struct slot {
    uint8_t key[16];
    bool is_used;
    struct by_import_linked linked;
};
struct by_import_links {
    struct slot *slots;
    size_t capacity, used; /* capacity is a power of two */
};

struct by_id by_import_link_key(size_t part, struct by_bytes cell)
{
    struct by_hash hash;
    struct by_id key;

    by_hash_init(&hash, BY_TAG_IMPORT);
    by_hash_add_u64(&hash, part);
    by_hash_add(&hash, cell);
    by_hash_end(&hash, &key);
    return key;
}

enum banyan_status by_import_links_new(struct by_import_links **out_links)
{
    struct by_import_links *links = calloc(1, sizeof *links);

    if (links == NULL)
        return BANYAN_ERR_MEMORY;
    links->capacity = 64;
    links->slots = calloc(links->capacity, sizeof links->slots[0]);
    *out_links = links;
    return links->slots == NULL ? BANYAN_ERR_MEMORY : BANYAN_OK;
}

void by_import_links_free(struct by_import_links *links)
{
    if (links == NULL)
        return;
    free(links->slots);
    free(links);
}

static struct slot *find_slot(struct slot *slots, size_t capacity, const uint8_t key[16])
{
    uint64_t start = by_get_u64le(key);

    for (size_t i = 0;; i++) {
        struct slot *slot = &slots[(start + i) & (capacity - 1)];

        if (!slot->is_used || memcmp(slot->key, key, sizeof slot->key) == 0)
            return slot;
    }
}

static bool grow(struct by_import_links *links)
{
    size_t capacity = links->capacity * 2;
    struct slot *slots = calloc(capacity, sizeof *slots);

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < links->capacity; i++)
        if (links->slots[i].is_used)
            *find_slot(slots, capacity, links->slots[i].key) = links->slots[i];
    free(links->slots);
    links->slots = slots;
    links->capacity = capacity;
    return true;
}

struct by_import_linked *by_import_links_at(struct by_import_links *links, const struct by_id *key)
{
    struct slot *slot = NULL;

    if (links->used * 2 >= links->capacity && !grow(links))
        return NULL;
    slot = find_slot(links->slots, links->capacity, key->bytes);
    if (!slot->is_used) {
        memcpy(slot->key, key->bytes, sizeof slot->key);
        slot->is_used = true;
        links->used++;
    }
    return &slot->linked;
}

const struct by_import_linked *
by_import_links_find(const struct by_import_links *links, const struct by_id *key)
{
    const struct slot *slot = find_slot(links->slots, links->capacity, key->bytes);

    return slot->is_used ? &slot->linked : NULL;
}
