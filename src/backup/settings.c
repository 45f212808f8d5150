#include "backup/settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/local.h"

/*
 * What is told of a home besides its logs. What belongs to a copy of it stays out, and what comes
 * again: which copy it is, how often it did what, notes of others. The logs that it wrote last say
 * what time it was; a restored home leaves them at its first entry (core/append.c).
 */
static const struct kind {
    const char *name; /* in the backup */
    const char *local;
    bool is_private;
} kinds[] = {
    {"home", BY_LOCAL_HOME, false},
    {"me", BY_LOCAL_ME, false},
    {"act log", BY_LOCAL_ACT_LOG, false},
    {"record log", BY_LOCAL_RECORD_LOG, false},
    {"join key", BY_LOCAL_JOIN_KEY, false},
    {"inviter", BY_LOCAL_INVITER, false},
    {"addresses", BY_LOCAL_ADDRESSES, false},
    {"told addresses", BY_LOCAL_TOLD, false},
    {"imports", BY_LOCAL_IMPORTS, false},
    {"private record log", BY_LOCAL_RECORD_LOG, true},
    {"private imports", BY_LOCAL_IMPORTS, true},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

/* -- as a list -- */

void by_settings_deinit(struct by_settings *settings)
{
    for (size_t i = 0; i < settings->count; i++)
        by_buffer_deinit(&settings->items[i].value);
    free(settings->items);
    memset(settings, 0, sizeof *settings);
}

static struct by_bytes name_of(const struct by_setting *setting)
{
    return by_bytes_of(setting->name, setting->name_size);
}

static enum banyan_status begin_setting(struct by_settings *settings, struct by_bytes name)
{
    struct by_setting *added = NULL;

    if (settings->count == settings->capacity) {
        size_t capacity = settings->capacity == 0 ? 16 : settings->capacity * 2;
        struct by_setting *grown = reallocarray(settings->items, capacity, sizeof *grown);

        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        settings->items = grown;
        settings->capacity = capacity;
    }
    added = &settings->items[settings->count++];
    *added = (struct by_setting){.value = BY_BUFFER_INIT(BY_SETTINGS_BYTES_MAX)};
    memcpy(added->name, name.data, name.size);
    added->name_size = name.size;
    return BANYAN_OK;
}

static bool is_name(struct by_bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] < ' ' || name.data[i] > '~')
            return false;
    return name.size > 0 && name.size <= BY_SETTING_NAME_BYTES_MAX;
}

enum banyan_status
by_settings_add(struct by_settings *settings, struct by_bytes name, struct by_bytes part)
{
    enum banyan_status status = BANYAN_OK;

    settings->bytes += sizeof(struct by_setting) + part.size;
    if (settings->bytes > BY_SETTINGS_BYTES_MAX)
        return BANYAN_ERR_TOO_LARGE;
    if (!is_name(name))
        return BANYAN_ERR_MALFORMED;
    if (part.size == 0)
        return BANYAN_OK;
    if (settings->count == 0 ||
        !by_bytes_equal(name_of(&settings->items[settings->count - 1]), name))
        status = begin_setting(settings, name);
    if (status != BANYAN_OK)
        return status;
    return by_buffer_append_bytes(&settings->items[settings->count - 1].value, part);
}

const struct by_setting *by_settings_find(const struct by_settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->count; i++)
        if (by_bytes_equal(name_of(&settings->items[i]), by_bytes_of_text(name)))
            return &settings->items[i];
    return NULL;
}

/* -- of a home -- */

struct reading {
    const struct by_node *node;
    bool are_private;
    struct by_settings *settings;
};

static enum banyan_status
read_one(struct reading *reading, struct by_store_txn *txn, const char *name, const char *local)
{
    struct by_bytes value;
    enum banyan_status status = by_store_local_get(txn, local, &value);

    if (status == BANYAN_ERR_NOT_FOUND)
        return BANYAN_OK;
    if (status != BANYAN_OK)
        return status;
    return by_settings_add(reading->settings, by_bytes_of_text(name), value);
}

static enum banyan_status read_heard(struct reading *reading, struct by_store_txn *txn)
{
    enum banyan_status status = BANYAN_OK;
    size_t count;
    const struct by_charter_org *orgs = by_charter_orgs(reading->node->charter, &count);

    for (size_t i = 0; i < count && status == BANYAN_OK; i++) {
        char name[BY_LOCAL_HEARD_NAME_BYTES];

        by_local_heard_name(&orgs[i].profile.id, name);
        status = read_one(reading, txn, name, name);
    }
    return status;
}

static enum banyan_status read_kinds(void *context, struct by_store_txn *txn)
{
    struct reading *reading = context;
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < KIND_COUNT && status == BANYAN_OK; i++)
        if (kinds[i].is_private == reading->are_private)
            status = read_one(reading, txn, kinds[i].name, kinds[i].local);
    return status == BANYAN_OK && !reading->are_private ? read_heard(reading, txn) : status;
}

enum banyan_status by_settings_read(const struct by_node *node, bool with_private,
                                    struct by_settings *out_settings, struct banyan_error *error)
{
    struct reading reading = {.node = node, .settings = out_settings};
    enum banyan_status status = by_store_read(node->store, read_kinds, &reading, error);

    reading.are_private = true;
    if (status == BANYAN_OK && with_private)
        status = by_store_read(node->private_store, read_kinds, &reading, error);
    return status;
}

static const char *local_of(const struct by_setting *setting, bool are_private)
{
    struct by_bytes heard = by_bytes_of_text(BY_LOCAL_HEARD);

    for (size_t i = 0; i < KIND_COUNT; i++)
        if (kinds[i].is_private == are_private &&
            by_bytes_equal(name_of(setting), by_bytes_of_text(kinds[i].name)))
            return kinds[i].local;
    /* A value is told apart by its whole name: one of another length is none of these. */
    if (are_private || setting->name_size != BY_LOCAL_HEARD_NAME_BYTES - 1 ||
        memcmp(setting->name, heard.data, heard.size) != 0)
        return NULL;
    return setting->name;
}

enum banyan_status
by_settings_put(const struct by_settings *settings, bool are_private, struct by_store_txn *txn)
{
    enum banyan_status status = BANYAN_OK;

    for (size_t i = 0; i < settings->count && status == BANYAN_OK; i++) {
        const struct by_setting *setting = &settings->items[i];
        const char *local = local_of(setting, are_private);

        /* The home is complete with that value: who restores it decides when. */
        if (local != NULL && strcmp(local, BY_LOCAL_HOME) != 0)
            status = by_store_local_put(txn, local, by_buffer_bytes(&setting->value));
    }
    return status;
}
