/* The operations of a record, oldest first, each with what stood before it. */
#include <stdlib.h>

#include "core/answer.h"
#include "core/pieces.h"
#include "core/show.h"
#include "view/document.h"

/* An operation that is kept and passed on, but does not follow its rules. */
struct invalid {
    struct by_id id;
    uint64_t hlc;
    struct by_id organisation;
    struct by_id device;
    enum by_role role;
    enum by_op op;
};

/* A row: an operation that is read, or one that is invalid. */
struct row {
    uint64_t hlc;
    const struct by_id *id;
    const struct by_operation *operation; /* NULL: invalid */
    const struct invalid *invalid;
};

struct finding {
    const struct by_pieces *pieces;
    struct invalid *invalid;
    size_t count;
    size_t capacity;
};

static int order_operation(const void *id, const void *operation)
{
    return by_id_compare(id, &((const struct by_operation *)operation)->id);
}

static enum banyan_status add_invalid(struct finding *finding, const struct invalid *invalid)
{
    if (finding->count == finding->capacity) {
        size_t capacity = finding->capacity == 0 ? 8 : finding->capacity * 2;
        struct invalid *grown = reallocarray(finding->invalid, capacity, sizeof *grown);
        if (grown == NULL)
            return BANYAN_ERR_MEMORY;
        finding->invalid = grown;
        finding->capacity = capacity;
    }
    finding->invalid[finding->count++] = *invalid;
    return BANYAN_OK;
}

static enum banyan_status note_invalid(void *context, const struct by_entry *entry)
{
    struct finding *finding = context;
    const struct by_loaded *loaded = finding->pieces->loaded;
    const struct by_charter_log *log =
        by_charter_log_find(finding->pieces->node->charter, &entry->header.log);
    struct by_op_links links;

    if (log == NULL || bsearch(&entry->id, loaded->operations, loaded->count,
                               sizeof loaded->operations[0], order_operation) != NULL)
        return BANYAN_OK;
    enum banyan_status status = by_op_links_decode(entry->links, finding->pieces->arena, &links);
    if (status != BANYAN_OK)
        return status;
    struct invalid invalid = {.id = entry->id,
                              .hlc = entry->header.hlc,
                              .organisation = log->organisation,
                              .device = entry->header.log.device,
                              .role = log->role,
                              .op = links.op};
    return add_invalid(finding, &invalid);
}

static enum banyan_status find_invalid(void *context, struct by_store_txn *txn)
{
    struct finding *finding = context;

    finding->count = 0;
    return by_store_record_entries(txn, &finding->pieces->loaded->merged.name, note_invalid,
                                   finding, NULL);
}

static const char *state_of(const struct by_pieces *pieces, const struct by_operation *operation)
{
    const struct by_merged *merged = &pieces->loaded->merged;

    if (!by_operation_fits(operation, merged->type, pieces->node->types))
        return "invalid";
    for (size_t i = 0; i < merged->proposal_count; i++) {
        if (!by_id_equal(&merged->proposals[i].operation->id, &operation->id))
            continue;
        switch (merged->proposals[i].state) {
        case BY_PROPOSAL_OPEN:
            return "proposal";
        case BY_PROPOSAL_ACCEPTED:
            return "accepted";
        case BY_PROPOSAL_DECLINED:
            return "declined";
        }
    }
    return "counts";
}

static void write_head(const struct by_pieces *pieces, const struct by_id *id, uint64_t hlc,
                       const struct by_id *organisation, const struct by_id *device,
                       enum by_role role, enum by_op op, const char *state)
{
    struct by_json *json = pieces->json;

    by_json_key(json, "entry");
    by_json_hex(json, by_id_bytes(id));
    by_json_key(json, "at");
    by_json_stamp(json, hlc);
    by_json_key(json, "by");
    by_json_organisation(json, pieces->node, organisation);
    by_json_key(json, "device");
    by_json_hex(json, by_id_bytes(device));
    by_json_key(json, "role");
    by_json_literal(json, by_role_name(role));
    by_json_key(json, "op");
    by_json_literal(json, by_op_name(op));
    by_json_key(json, "state");
    by_json_literal(json, state);
    by_json_key(json, "changes");
}

static void write_operation(const struct by_pieces *pieces, const struct by_operation *operation)
{
    const struct by_loaded *loaded = pieces->loaded;
    struct by_merged before;

    write_head(pieces, &operation->id, operation->hlc, &operation->organisation, &operation->device,
               (enum by_role)operation->role, operation->links.op, state_of(pieces, operation));
    enum banyan_status status = by_merge_as_of(
        &loaded->merged.name, loaded->operations, loaded->count, operation->links.parents,
        operation->links.parent_count, pieces->node->types, pieces->arena, &before);
    if (status == BANYAN_OK)
        by_pieces_changes(pieces, operation, &before);
    else if (pieces->json->status == BANYAN_OK)
        pieces->json->status = status;
}

static int order_rows(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;

    if (left->hlc != right->hlc)
        return left->hlc < right->hlc ? -1 : 1;
    return by_id_compare(left->id, right->id);
}

static void write_row(const struct by_pieces *pieces, const struct row *row)
{
    const struct invalid *invalid = row->invalid;

    by_json_object_begin(pieces->json);
    if (row->operation != NULL) {
        write_operation(pieces, row->operation);
    } else {
        write_head(pieces, &invalid->id, invalid->hlc, &invalid->organisation, &invalid->device,
                   invalid->role, invalid->op, "invalid");
        by_json_array_begin(pieces->json);
        by_json_array_end(pieces->json);
    }
    by_json_object_end(pieces->json);
}

static void write_rows(const struct by_pieces *pieces, const struct finding *finding)
{
    const struct by_loaded *loaded = pieces->loaded;
    size_t count = loaded->count + finding->count;
    struct row *rows = by_arena_array(pieces->arena, count + 1, sizeof *rows);

    if (rows == NULL) {
        pieces->json->status = BANYAN_ERR_MEMORY;
        return;
    }
    for (size_t i = 0; i < loaded->count; i++) {
        const struct by_operation *operation = &loaded->operations[i];
        rows[i] = (struct row){operation->hlc, &operation->id, operation, NULL};
    }
    for (size_t i = 0; i < finding->count; i++) {
        const struct invalid *invalid = &finding->invalid[i];
        rows[loaded->count + i] = (struct row){invalid->hlc, &invalid->id, NULL, invalid};
    }
    qsort(rows, count, sizeof *rows, order_rows);
    by_json_array_begin(pieces->json);
    for (size_t i = 0; i < count; i++)
        write_row(pieces, &rows[i]);
    by_json_array_end(pieces->json);
}

static void write_history(const struct by_pieces *pieces)
{
    struct finding finding = {.pieces = pieces};
    enum banyan_status status = by_store_read(pieces->node->store, find_invalid, &finding, NULL);

    if (status == BANYAN_OK)
        write_rows(pieces, &finding);
    else
        pieces->json->status = status;
    free(finding.invalid);
}

enum banyan_status by_history(struct by_node *node, const char *id, const char *language,
                              struct by_buffer *out, struct banyan_error *error)
{
    return by_pieces_read(node, id, language, write_history, out, error);
}
