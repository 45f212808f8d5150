#include <stdlib.h>
#include <string.h>

#include "core/me.h"
#include "import/state.h"

/* Of one operation, as it lies in the file before its links and its payload. */
struct head {
    uint64_t number, follows_hlc;
    uint32_t payload_size;
    uint16_t links_size;
    uint8_t verdict, is_private;
};

struct by_import_spill {
    struct by_os_scratch *file;
    struct by_buffer links, payload; /* at work */
    uint64_t offset;                 /* of what is read next */
    bool has_premises, is_void;
    uint64_t arrivals[2]; /* of what either store takes next */
    uint8_t person[BY_PERSON_BYTES_MAX];
    size_t person_size;
};

enum banyan_status by_import_spill_new(const char *home, struct by_import_spill **out_spill,
                                       struct banyan_error *error)
{
    struct by_import_spill *spill = calloc(1, sizeof *spill);
    enum banyan_status status = BANYAN_OK;

    if (spill == NULL)
        return by_fail_plain(error, BANYAN_ERR_MEMORY);
    spill->links = (struct by_buffer)BY_BUFFER_INIT(BY_LINKS_BYTES_MAX);
    spill->payload = (struct by_buffer)BY_BUFFER_INIT(BY_PAYLOAD_BYTES_MAX);
    status = by_os_scratch_open(home, &spill->file, error);
    if (status == BANYAN_OK)
        *out_spill = spill;
    else
        by_import_spill_free(spill);
    return status;
}

void by_import_spill_free(struct by_import_spill *spill)
{
    if (spill == NULL)
        return;
    by_os_scratch_close(spill->file);
    by_buffer_deinit(&spill->links);
    by_buffer_deinit(&spill->payload);
    free(spill);
}

/* -- what plans were made of -- */

static bool is_of(const struct by_import_spill *spill, struct by_store_txn *shared,
                  struct by_store_txn *own, struct by_bytes person)
{
    return by_store_next_arrival(shared) == spill->arrivals[0] &&
           by_store_next_arrival(own) == spill->arrivals[1] &&
           by_bytes_equal(person, by_bytes_of(spill->person, spill->person_size));
}

enum banyan_status
by_import_spill_look(struct by_import_spill *spill, const struct by_sources *sources)
{
    struct by_bytes person;
    enum banyan_status status = by_me_get(sources->txn, &person);

    if (status != BANYAN_OK)
        return status;
    if (!spill->has_premises) {
        spill->arrivals[0] = by_store_next_arrival(sources->txn);
        spill->arrivals[1] = by_store_next_arrival(sources->private_txn);
        spill->person_size = person.size;
        if (person.size > 0)
            memcpy(spill->person, person.data, person.size);
        spill->has_premises = true;
    }
    spill->is_void |= !is_of(spill, sources->txn, sources->private_txn, person);
    return BANYAN_OK;
}

bool by_import_spill_is_void(const struct by_import_spill *spill)
{
    return spill->is_void;
}

struct comparing {
    const struct by_import_spill *spill;
    const struct by_append *append;
    bool holds;
};

static enum banyan_status compare(void *context, struct by_store_txn *other)
{
    struct comparing *comparing = context;
    const struct by_append *append = comparing->append;

    comparing->holds = is_of(comparing->spill, append->is_private ? other : append->txn,
                             append->is_private ? append->txn : other, append->person);
    return BANYAN_OK;
}

enum banyan_status by_import_spill_holds(const struct by_import_spill *spill,
                                         const struct by_append *append, bool *out_holds)
{
    struct comparing comparing = {.spill = spill, .append = append};
    const struct by_node *node = append->node;
    enum banyan_status status = by_store_read(
        append->is_private ? node->store : node->private_store, compare, &comparing, append->error);

    *out_holds = comparing.holds;
    return status;
}

void by_import_spill_moved(struct by_import_spill *spill, bool is_private, uint64_t arrival)
{
    spill->arrivals[is_private ? 1 : 0] = arrival;
}

/* -- operations -- */

enum banyan_status by_import_spill_add(struct by_import_spill *spill, uint64_t number,
                                       struct by_import_plan *plan, struct banyan_error *error)
{
    struct head head = {.number = number,
                        .follows_hlc = plan->follows_hlc,
                        .verdict = (uint8_t)plan->verdict,
                        .is_private = plan->is_private};
    enum banyan_status status = BANYAN_OK;

    /* What hangs on an entry that is not written yet is planned when that is. */
    spill->is_void |= plan->more_count > 0;
    if (spill->is_void)
        return BANYAN_OK;
    by_buffer_reset(&spill->links);
    by_buffer_reset(&spill->payload);
    status = by_append_encode(&plan->operation, by_bytes_of(spill->person, spill->person_size),
                              &spill->links, &spill->payload, error);
    head.links_size = (uint16_t)spill->links.size;
    head.payload_size = (uint32_t)spill->payload.size;
    if (status == BANYAN_OK)
        status = by_os_scratch_write(spill->file, by_bytes_of(&head, sizeof head), error);
    if (status == BANYAN_OK)
        status = by_os_scratch_write(spill->file, by_buffer_bytes(&spill->links), error);
    return status == BANYAN_OK
               ? by_os_scratch_write(spill->file, by_buffer_bytes(&spill->payload), error)
               : status;
}

enum banyan_status
by_import_spill_seek(struct by_import_spill *spill, uint64_t offset, struct banyan_error *error)
{
    spill->offset = offset;
    return by_os_scratch_seek(spill->file, offset, error);
}

uint64_t by_import_spill_offset(const struct by_import_spill *spill)
{
    return spill->offset;
}

static enum banyan_status read_into(struct by_import_spill *spill, struct by_buffer *buffer,
                                    size_t size, struct banyan_error *error)
{
    uint8_t *at = NULL;
    enum banyan_status status = BANYAN_OK;

    by_buffer_reset(buffer);
    status = by_buffer_extend(buffer, size, &at);
    return status == BANYAN_OK ? by_os_scratch_read(spill->file, at, size, error)
                               : by_fail_plain(error, status);
}

enum banyan_status by_import_spill_next(struct by_import_spill *spill,
                                        struct by_import_spilled *out_spilled,
                                        struct banyan_error *error)
{
    struct head head;
    enum banyan_status status = by_os_scratch_read(spill->file, &head, sizeof head, error);

    if (status == BANYAN_OK)
        status = read_into(spill, &spill->links, head.links_size, error);
    if (status == BANYAN_OK)
        status = read_into(spill, &spill->payload, head.payload_size, error);
    if (status != BANYAN_OK)
        return status;
    spill->offset += sizeof head + head.links_size + head.payload_size;
    *out_spilled = (struct by_import_spilled){.number = head.number,
                                              .follows_hlc = head.follows_hlc,
                                              .verdict = (enum by_import_verdict)head.verdict,
                                              .is_private = head.is_private != 0,
                                              .links = by_buffer_bytes(&spill->links),
                                              .payload = by_buffer_bytes(&spill->payload)};
    return BANYAN_OK;
}
