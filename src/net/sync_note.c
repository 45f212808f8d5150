#include <stdlib.h>
#include <string.h>

#include "net/contacts.h"
#include "net/sync_result.h"
#include "os/os.h"

/* SKIPPED: somebody was met at another address, or the other key at this one. */
static bool is_noted(const struct by_sync_result *result, bool is_address_given)
{
    bool is_failure = result->state == BY_SYNC_DONE && result->end != BY_END_HERE;

    return result->is_in_sync || (is_failure && !is_address_given);
}

static void note(struct by_contacts *contacts, const struct by_sync_result *result)
{
    struct by_contact *contact = by_contacts_meet(contacts, &result->place->transport);

    if (contact == NULL)
        return;
    memcpy(contact->address, result->address, sizeof contact->address);
    contact->tried_ms = by_os_wall_ms();
    contact->end = by_sync_end(result);
    if (!result->is_in_sync)
        return;
    contact->end = BY_END_DONE;
    contact->connected_ms = contact->synced_ms = contact->tried_ms;
}

/* Whoever holds the home knows that no node runs: one that was killed may have written otherwise.
 */
static void begin(struct by_contacts *contacts)
{
    contacts->is_running = false;
    contacts->written_ms = by_os_wall_ms();
    for (size_t i = 0; i < contacts->count; i++)
        contacts->items[i].is_connected = contacts->items[i].is_in_sync = false;
}

void by_sync_note(const char *home, const struct by_sync_result *results, size_t count,
                  bool is_address_given)
{
    struct by_buffer bytes = BY_BUFFER_INIT(BY_CONTACTS_BYTES_MAX);
    struct by_contacts contacts;
    char *path = by_contacts_path(home);

    if (path != NULL && by_contacts_load(home, &contacts, NULL) == BANYAN_OK) {
        begin(&contacts);
        for (size_t i = 0; i < count; i++)
            if (is_noted(&results[i], is_address_given))
                note(&contacts, &results[i]);
        if (by_contacts_encode(&contacts, &bytes) == BANYAN_OK)
            (void)!by_os_file_replace(path, by_buffer_bytes(&bytes), NULL);
        by_contacts_deinit(&contacts);
    }
    by_buffer_deinit(&bytes);
    free(path);
}
